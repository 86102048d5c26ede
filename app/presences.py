"""The visits of other dossiers on the days of one dossier's, by teams with people of its names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from forms.dossier import Dossier, Enterprise, File, Member, Provider, Site, Stay, Visit
from forms.record import Record, form_of
from grading.presence import Presence, folded
from grading.rules.elsewhere import presences

#: What says who was where.
_PARTS: tuple[type[Any], ...] = (Enterprise, Provider, Site, Member, Visit, Stay)
_BATCH = 500


def elsewhere(session: Session, dossier_id: UUID) -> tuple[Presence, ...]:
    """Where else people of these names were on these days, in a settled order."""
    days = select(Visit.date).where(Visit.dossier_id == dossier_id, ~col(Visit.withdrawn))
    dates = {date for date in session.exec(days) if date is not None}
    if not dates:
        return ()
    own = select(Member.name).where(Member.dossier_id == dossier_id, ~col(Member.withdrawn))
    names = {folded(name) for name in session.exec(own)} - {""}
    near = (
        select(Visit.dossier_id)
        .join(File, col(File.id) == Visit.dossier_id)
        .where(col(Visit.date).in_(dates), Visit.dossier_id != dossier_id)
        .where(~col(Visit.withdrawn), ~col(File.withdrawn))
        .distinct()
    )
    others = _with_names(session, session.exec(near), names)
    found = [each for part in _parts(session, others) for each in presences(part)]
    shown = [each for each in found if each.date in dates]
    return tuple(sorted(shown, key=lambda each: (each.date, each.visit)))


def _with_names(session: Session, dossiers: Iterable[UUID], names: set[str]) -> list[UUID]:
    """Those in whose team anybody has one of the names."""
    found: dict[UUID, None] = {}
    held = list(dossiers)
    for start in range(0, len(held), _BATCH):
        wanted = col(Member.dossier_id).in_(held[start : start + _BATCH])
        rows = session.exec(select(Member.dossier_id, Member.name).where(wanted))
        found |= {dossier: None for dossier, name in rows if folded(name) in names}
    return list(found)


def _parts(session: Session, dossiers: list[UUID]) -> Iterator[Dossier]:
    """As much of these dossiers as says who was where."""
    for start in range(0, len(dossiers), _BATCH):
        held = dossiers[start : start + _BATCH]
        records: dict[UUID, dict[str, list[Record]]] = {each: {} for each in held}
        for form in _PARTS:
            rows = select(form).where(form.dossier_id.in_(held)).order_by(form.position, form.id)
            for record in session.exec(rows):
                records[record.dossier_id].setdefault(form_of(form), []).append(record)
        yield from (Dossier(key, rows) for key, rows in records.items())
