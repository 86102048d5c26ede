"""The first part of annex 4 is 试点企业改造前填写: what stood there when the retrofit began is kept
with the first edit that changes it, in the same transaction, whoever edits and from where."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from uuid import UUID

from sqlmodel import Session, col, select

from forms.dossier import Contract, Filing, FilingChange
from forms.record import form_of, single_id, specs
from forms.retrofit import filing_change_id
from grading.rules.filing_view import FIRST_PART, entry_words

if TYPE_CHECKING:
    from app.records import Records

_FORM = form_of(FilingChange)
_FIELDS = {
    (form_of(form), field): (form, specs(form)[field])
    for form, fields in FIRST_PART.items()
    for field in fields
}


def keep_before(
    session: Session, records: Records, dossier_id: UUID, form: str, record_id: UUID, field: str
) -> None:
    """Called before an edit of a field: keep what stands there, if it is the first edit since the
    retrofit began. A field that was empty until then is filled in late, not changed."""
    known = _FIELDS.get((form, field))
    if known is None or not _begun(session, dossier_id):
        return
    kind, spec = known
    record = session.get(kind, record_id)
    words = entry_words(spec, getattr(record, field)) if record is not None else ""
    path = f"{form}.{field}"
    change_id = filing_change_id(dossier_id, path)
    held = session.get(FilingChange, change_id)
    if not words or (held is not None and held.field):
        return
    records.edit(dossier_id, _FORM, change_id, "field", path)
    records.edit(dossier_id, _FORM, change_id, "before", words)


def _begun(session: Session, dossier_id: UUID) -> bool:
    """Whether the day has come that annex 4 or a contract names as the retrofit's first."""
    filing = session.get(Filing, single_id(dossier_id, form_of(Filing)))
    days = [filing.starts_on] if filing is not None else []
    contracts = session.exec(select(Contract).where(col(Contract.dossier_id) == dossier_id))
    days += [each.starts_on for each in contracts if not each.withdrawn]
    return any(day is not None and day <= dt.date.today() for day in days)
