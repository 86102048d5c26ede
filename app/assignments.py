"""Who works on what: handing parts out, and what was done there since, counted from the log."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from uuid import UUID

from sqlmodel import Session, col, select

from app.log import LogRow
from app.review import Review
from app.signers import Signers
from forms.assignment import assignment_id
from forms.dossier import Assignment, Dossier, Member
from forms.errors import UserError
from forms.record import form_of
from grading.assignments import Part, Parts
from grading.finding import Finding

if TYPE_CHECKING:
    from app.workbench import Workbench

_FORM = form_of(Assignment)
_SEEN = "assignments-seen:"
"""Begins the setting that says of a dossier which rows that give work were looked at here."""


@dataclass(frozen=True, slots=True)
class Hand:
    """A part was given to somebody ("" where it was taken back), by whom, when (ISO 8601)."""

    to: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How a part stands that somebody has, or had.

    `edits` are the rows of the change log that its holder wrote there since it was handed out, the
    last of them at `last` (ISO 8601, "" where none is); `others` those of other people. `hands`
    tells who has had it, the newest first.
    """

    part: Part
    assignment: Assignment
    edits: int
    last: str
    others: Mapping[str, int]
    empty: bool
    findings: tuple[Finding, ...]
    hands: tuple[Hand, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    """What is read of a row of the log."""

    record: UUID
    person: str
    counter: int
    at: str

    def since(self, begun: _Row) -> bool:
        """Whether it was written after another one: whoever had seen that one has the higher
        counter for certain; of those who had not, clocks are asked."""
        return self.counter > begun.counter or _moment(self.at) > _moment(begun.at)


def standings(bench: Workbench, review: Review) -> list[Standing]:
    """How every part stands that was ever handed out, in the order of the work."""
    parts = Parts(review.dossier, review.pack)
    given = [part for part in parts.all if part.key in parts.assigned]
    if not given:
        return []
    with bench.store.session() as session:
        hands = _hands(session, review.dossier.id)
        by_record = _rows(session, review.dossier.id)
    found = []
    for part in given:
        held = parts.assigned[part.key]
        told = hands.get(held.id, [])
        rows = [row for record in parts.covered(part) for row in by_record.get(record, ())]
        since = [row for row in rows if told and row.since(told[-1][0])]
        own = [row.at for row in since if row.person and row.person == held.person]
        found.append(
            Standing(
                part=part,
                assignment=held,
                edits=len(own),
                last=max(own, key=_moment, default=""),
                others=Counter(r.person for r in since if r.person and r.person != held.person),
                empty=parts.empty(part),
                findings=parts.open_in(part, review.findings),
                hands=tuple(hand for _, hand in reversed(told)),
            )
        )
    return found


@lru_cache(maxsize=4096)
def _moment(at: str) -> dt.datetime:
    """A row's time; what came from outside may say anything."""
    try:
        return dt.datetime.fromisoformat(at).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return dt.datetime.min.replace(tzinfo=dt.UTC)


def _hands(session: Session, dossier_id: UUID) -> dict[UUID, list[tuple[_Row, Hand]]]:
    """By assignment to whom it was given, each with its row; the one that holds last."""
    query = (
        select(LogRow)
        .where(LogRow.dossier_id == dossier_id, LogRow.form == _FORM, LogRow.field == "person")
        .order_by(col(LogRow.live), col(LogRow.counter), col(LogRow.device))
    )
    found: dict[UUID, list[tuple[_Row, Hand]]] = {}
    for row in session.exec(query):
        name = row.payload()
        hand = Hand(name if isinstance(name, str) else "", row.person, row.at)
        held = _Row(row.record_id, row.person, row.counter, row.at)
        found.setdefault(row.record_id, []).append((held, hand))
    return found


def _rows(session: Session, dossier_id: UUID) -> dict[UUID, list[_Row]]:
    """What people wrote, by record."""
    query = select(LogRow.record_id, LogRow.person, LogRow.counter, LogRow.at).where(
        LogRow.dossier_id == dossier_id, LogRow.at != "", LogRow.form != _FORM
    )
    found: dict[UUID, list[_Row]] = {}
    for each in session.exec(query):
        row = _Row(*each)
        found.setdefault(row.record, []).append(row)
    return found


def hand_out(
    bench: Workbench,
    dossier_id: UUID,
    parts: Sequence[Part],
    person: str,
    due: dt.date | None = None,
    note: str = "",
    *,
    keep: bool = False,
) -> int:
    """Give parts to somebody, or (`person` "") take them back, in one step; how many changed.

    What is as it should be already is not written again, so that what was done since it was handed
    out still counts. With `keep` a date or note that is not given stays as it is. UserError.
    """
    person, note = person.strip(), note.strip()
    if len(person) > 40:
        raise UserError("姓名超过 40 字，没有分派，原有分工未变，请核对姓名。")
    asked: dict[str, object] = {"due": due, "note": note}
    if keep:
        asked = {name: value for name, value in asked.items() if value}
    held = Parts(bench.dossier(dossier_id), bench.pack).assigned
    changed = 0
    with bench.writing() as (_, log, records):
        for part in parts:
            now = held.get(part.key)
            if now is None and not person:
                continue
            wanted = {"kind": part.kind, "subject": part.subject, "person": person, **asked}
            if now is not None and now.person != person:
                wanted["state"] = ""  # the next one has done nothing yet
            record = now or Assignment(
                id=assignment_id(dossier_id, *part.key), dossier_id=dossier_id
            )
            fields = {n: v for n, v in wanted.items() if v != getattr(record, n)}
            for name, value in fields.items():
                records.edit(dossier_id, _FORM, record.id, name, value)
            changed += bool(fields)
        log.seal(dossier_id)
    return changed


def news(bench: Workbench, dossier_id: UUID) -> int:
    """How many parts were given to whoever works here, by another device, since `note_seen`."""
    return len(_mine(bench, dossier_id) - _seen(bench, dossier_id)) if bench.person else 0


def note_seen(bench: Workbench, dossier_id: UUID) -> None:
    """Whoever works here has looked at what was given to them."""
    mine = _mine(bench, dossier_id)
    if mine != _seen(bench, dossier_id):
        bench.store.set_setting(f"{_SEEN}{dossier_id.hex}", json.dumps(sorted(mine)))


def _seen(bench: Workbench, dossier_id: UUID) -> set[str]:
    return set(json.loads(bench.store.setting(f"{_SEEN}{dossier_id.hex}") or "[]"))


def _mine(bench: Workbench, dossier_id: UUID) -> set[str]:
    """The rows of other devices that give something to whoever works here."""
    query = select(LogRow).where(
        LogRow.dossier_id == dossier_id,
        LogRow.form == _FORM,
        LogRow.field == "person",
        LogRow.device != bench.store.device,
        col(LogRow.live),
    )
    with bench.store.session() as session:
        return {row.id.hex for row in session.exec(query) if row.payload() == bench.person}


def people(bench: Workbench, dossier: Dossier) -> list[str]:
    """Whom work can be given to: the team as it is registered, who has work, who works here, and
    whose contact was compared."""
    names = [each.name.strip() for each in dossier.all(Member)]
    names += [each.person for each in dossier.all(Assignment)]
    names += [bench.person, *(each.name for each in Signers(bench.store).known())]
    return list(dict.fromkeys(name for name in names if name))
