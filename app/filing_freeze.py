"""The first part of annex 4 is 试点企业改造前填写: what stood there when the retrofit began is kept
with the first edit that changes it, in the same transaction, whoever edits and from where."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlmodel import Session, col, or_, select

from app.log import LogRow
from forms.dossier import Contract, Filing, FilingChange
from forms.errors import UserError
from forms.fields import KEYED, Spec, parse
from forms.record import form_of, single_id, specs
from forms.retrofit import filing_change_id
from grading.rules.filing_view import FIRST_PART, entry_words

if TYPE_CHECKING:
    from app.records import Records

_FORM = form_of(FilingChange)
_FIELDS = {
    (form_of(form), field): specs(form)[field]
    for form, fields in FIRST_PART.items()
    for field in fields
}
_START = "starts_on"


def keep_before(
    session: Session, records: Records, dossier_id: UUID, form: str, record_id: UUID, field: str
) -> None:
    """Called before an edit of a field: keep what stood there when the retrofit began, if that is
    not kept yet. A field that was empty then is filled in late, not changed, however often it is
    saved while somebody types in it, and whoever corrects it later."""
    spec = _FIELDS.get((form, field))
    if spec is None:
        return
    path = f"{form}.{field}"
    change_id = filing_change_id(dossier_id, path)
    held = session.get(FilingChange, change_id)
    starts = [] if held is not None and held.field else _starts(session, dossier_id)
    if not starts:
        return
    words = entry_words(spec, _stood(session, spec, dossier_id, record_id, field, starts))
    if words:
        records.edit(dossier_id, _FORM, change_id, "field", path)
        records.edit(dossier_id, _FORM, change_id, "before", words)


#: A day on which the retrofit began, as text, and the counter of the row that first named one.
Start = tuple[str, int]


def _starts(session: Session, dossier_id: UUID) -> list[Start]:
    """The days that have come of those that annex 4 and the contracts name as the first."""
    filing = session.get(Filing, single_id(dossier_id, form_of(Filing)))
    contracts = session.exec(select(Contract).where(col(Contract.dossier_id) == dossier_id))
    found = [] if filing is None else [(filing.id, filing.starts_on)]
    found += [(each.id, each.starts_on) for each in contracts if not each.withdrawn]
    today = dt.date.today()
    return [
        (
            day.isoformat(),
            min((row.counter for row in _rows(session, dossier_id, record, _START)), default=0),
        )
        for record, day in found
        if day is not None and day <= today
    ]


def _stood(
    session: Session,
    spec: Spec,
    dossier_id: UUID,
    record_id: UUID,
    field: str,
    starts: Iterable[Start],
) -> Any:
    """What a field held when the retrofit began: what the log says of it until then."""
    last = {
        row.field: row
        for row in sorted(_rows(session, dossier_id, record_id, field), key=lambda row: row.rank)
        if not any(day <= row.at and counter < row.counter for day, counter in starts)
    }
    values = {path: _value(spec, path, row.payload()) for path, row in last.items()}
    if spec.kind in KEYED:
        return {path.partition(".")[2]: value for path, value in values.items() if value}
    return values.get(field)


def _value(spec: Spec, path: str, payload: Any) -> Any:
    try:
        return parse(spec, payload, path.partition(".")[2])
    except UserError:
        return None  # a newer version's, which shows nowhere


def _rows(session: Session, dossier_id: UUID, record_id: UUID, field: str) -> list[LogRow]:
    """The log's rows of a field and of its entries."""
    where = or_(
        col(LogRow.field) == field, col(LogRow.field).startswith(f"{field}.", autoescape=True)
    )
    known = (LogRow.dossier_id == dossier_id, LogRow.record_id == record_id, where)
    return list(session.exec(select(LogRow).where(*known)))
