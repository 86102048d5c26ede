"""Undo and redo over the change log: an undo is a new edit, and takes no row away.

A step is what one transaction wrote into one dossier on this device, or what several wrote within
`Workbench.step`. Its rows follow one another, so that it is kept as its first and last counter,
beside the log, for the last steps of each dossier: they outlive the window. Whatever somebody else
wrote since is not overwritten.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import event, text
from sqlmodel import Session, col, select

from app.log import UNNOTED, Log, LogRow
from app.records import Records
from app.trail_words import Names, field_words
from forms.errors import UserError
from forms.record import forms

if TYPE_CHECKING:
    from app.workbench import Workbench

KEPT = 100
"""So many steps of a dossier can be undone."""
_KEY = "undo"
_JOURNAL = "journal"
"""Where a session's `info` holds who notes what it begins."""
#: What says which answer a record is: without it, it would be none.
FIXED = frozenset({("answer", "stage"), ("answer", "subject")})
Step = tuple[int, int]

_KEPT_STEPS = text("SELECT value FROM meta WHERE key = :key")
_KEEP_STEPS = text(
    "INSERT INTO meta (key, value) VALUES (:key, :value) "
    "ON CONFLICT (key) DO UPDATE SET value = excluded.value"
)


class Journal:
    """Notes the rows that one transaction of this device begins; `joined` are the dossiers whose
    last step they still belong to, None where each transaction is a step."""

    def __init__(self, session: Session, device: UUID, joined: set[UUID] | None = None) -> None:
        self._session, self._device, self._joined = session, device, joined
        self._begun: dict[UUID, set[int]] = {}
        self._founded: set[UUID] = set()
        session.info[_JOURNAL] = self
        event.listen(session, "before_flush", self._look)

    def _look(self, session: Session, *_: Any) -> None:
        for made in session.new:
            if isinstance(made, LogRow) and made.device == self._device:
                self.began(made.dossier_id, (made.counter,))
                if (made.form, made.field) == ("dossier", "pack"):
                    self._founded.add(made.dossier_id)  # there is nothing before it to go back to

    def began(self, dossier_id: UUID, counters: Iterable[int]) -> None:
        """Rows of these counters were begun."""
        self._begun.setdefault(dossier_id, set()).update(counters)

    def note(self) -> None:
        """Keep the steps, before the commit. What was undone cannot be redone over a new edit."""
        self._session.flush()
        if self._session.info.get(UNNOTED):
            return
        for dossier_id in self._begun.keys() - self._founded:
            counters = self._begun[dossier_id]
            steps = _Steps.of(self._session, self._device, dossier_id)
            step = min(counters), max(counters)
            if self._joined is not None and dossier_id in self._joined and steps.done:
                step = steps.done.pop()[0], step[1]
            steps.done.append(step)
            steps.undone.clear()
            steps.save(self._session)

    def committed(self) -> None:
        """What was noted is kept: what follows within the step belongs to it."""
        if self._joined is not None and not self._session.info.get(UNNOTED):
            self._joined |= self._begun.keys() - self._founded


def began(session: Session, dossier_id: UUID, counters: Iterable[int]) -> None:
    """Tell the session's journal of rows that are written past its objects."""
    journal: Journal | None = session.info.get(_JOURNAL)
    if journal is not None:
        journal.began(dossier_id, counters)


@dataclass
class _Steps:
    """What can be undone and redone in a dossier, the newest last."""

    key: str
    done: list[Step] = field(default_factory=list)
    undone: list[Step] = field(default_factory=list)

    @classmethod
    def of(cls, session: Session, device: UUID, dossier_id: UUID) -> _Steps:
        key = key_of(device, dossier_id)
        found = session.connection().execute(_KEPT_STEPS, {"key": key}).scalar()
        kept = json.loads(found) if found else {}
        return cls(key, *([(a, b) for a, b in kept.get(name, ())] for name in ("done", "undone")))

    def save(self, session: Session) -> None:
        kept = {"done": self.done[-KEPT:], "undone": self.undone[-KEPT:]}
        row = {"key": self.key, "value": json.dumps(kept, separators=(",", ":"))}
        session.connection().execute(_KEEP_STEPS, row)


def key_of(device: UUID, dossier_id: UUID) -> str:
    """Under which the store keeps a dossier's steps. A copied folder is another device."""
    return f"{_KEY}:{dossier_id.hex}:{device.hex}"


def undo(bench: Workbench, dossier_id: UUID) -> str | None:
    """Take back the last step of whoever works here; a sentence, None where there is no step.

    Of records that somebody else went on from nothing is taken back, and the sentence says so.
    Raises UserError where that is all of the step: it is passed over, and the next call goes on to
    the one before.
    """
    return _go(bench, dossier_id, "撤销", backwards=True)


def redo(bench: Workbench, dossier_id: UUID) -> str | None:
    """Do the step again that was undone last. Raises as `undo`."""
    return _go(bench, dossier_id, "重做", backwards=False)


def _go(bench: Workbench, dossier_id: UUID, word: str, *, backwards: bool) -> str | None:
    with bench.writing() as (session, log, records):
        session.info[UNNOTED] = True
        log.seal(dossier_id)
        steps = _Steps.of(session, bench.store.device, dossier_id)
        source, target = steps.done, steps.undone
        if not backwards:
            source, target = target, source
        rows = _last(session, bench, dossier_id, source)
        if not rows:
            return None
        work = _Reverting(bench, dossier_id, session, log, records)
        standing, refusal = work.parted(rows)
        # Another word is wanted before the records change: a name may go with the step.
        what = work.words(standing or rows)
        if standing:
            made = work.revert(standing)
            if made is not None:
                target.append(made)
        steps.save(session)
    if not standing:
        raise UserError(f"{what}{refusal}，没有{word}这一步，内容未变，可以继续{word}其他步骤。")
    if left := len({row.record_id for row in rows} - {row.record_id for row in standing}):
        what += f"；另有 {left} 条记录{refusal}，没有改动"
    return f"已{word}：{what}"


def _last(session: Session, bench: Workbench, dossier_id: UUID, source: list[Step]) -> list[LogRow]:
    """The rows of the newest step of whoever works here, which is taken out of `source`."""
    for place in range(len(source) - 1, -1, -1):
        first, last = source[place]
        rows = session.exec(
            select(LogRow)
            .where(
                LogRow.dossier_id == dossier_id,
                LogRow.device == bench.store.device,
                col(LogRow.counter).between(first, last),
            )
            .order_by(col(LogRow.counter))
        ).all()
        if not rows:  # the store was had back from a backup that is older
            del source[place]
        elif rows[-1].person == bench.person:
            del source[place]
            return list(rows)
    return []


class _Reverting:
    """Takes one step back, within one transaction."""

    def __init__(
        self, bench: Workbench, dossier_id: UUID, session: Session, log: Log, records: Records
    ) -> None:
        self._bench, self._dossier = bench, dossier_id
        self._session, self._log, self._records = session, log, records

    def words(self, rows: list[LogRow]) -> str:
        """What the step was about, in a few words."""
        names, row = Names(self._session), rows[-1]
        title = forms()[row.form].title if row.form in forms() else row.form
        records = {each.record_id for each in rows}
        if len(records) > 1:
            return f"“{title}”等 {len(records)} 条记录"
        called = names.of(row.form, row.record_id)
        called = f"{title}“{called}”" if called else f"“{title}”"
        return called if len(rows) > 1 else f"{called}的“{field_words(row.form, row.field)}”"

    def parted(self, rows: list[LogRow]) -> tuple[list[LogRow], str]:
        """The rows of the records that can be taken back, and why the others cannot: the middle of
        a sentence. What the step made stands or goes together, as does each record."""
        made = {row.record_id for row in rows if makes(row)}
        units: dict[UUID | None, list[LogRow]] = {}
        for row in rows:
            units.setdefault(None if row.record_id in made else row.record_id, []).append(row)
        reasons = {unit: self._refusal(own) for unit, own in units.items()}
        kept = [row for unit, own in units.items() if not reasons[unit] for row in own]
        why = next(filter(None, reasons.values()), "")
        return sorted(kept, key=lambda row: row.counter), why

    def _refusal(self, rows: list[LogRow]) -> str:
        """Why these cannot be taken back; "" where they can."""
        gone = self._log.purged(self._dossier)
        if any(row.value is None or row.record_id in gone for row in rows):
            return "的内容已彻底删除"
        made, own = {row.record_id for row in rows if makes(row)}, {row.id for row in rows}
        for (record_id, path), first, last in _fields(rows):
            if makes(first) or path == "withdrawn":  # the record may go out of sight
                heads = self._log.heads(self._dossier, record_id)
                if any(h.counter > last.counter and not self._mine(h) for h in heads):
                    return "之后又由他人改过"
            if record_id in made:
                continue
            if any(row.value is None for row in self._before(first)):
                return "的内容已彻底删除"
            heads = self._log.heads(self._dossier, record_id, path)
            later = [head for head in heads if head.id not in own]
            if any(not self._mine(head) or head.value != last.value for head in later):
                return "之后又改过"
        return ""

    def _mine(self, row: LogRow) -> bool:
        return row.device == self._bench.store.device and row.person == self._bench.person

    def _before(self, row: LogRow) -> list[LogRow]:
        """What stood in the field when the row was begun, the one that showed first."""
        seen = [self._session.get(LogRow, UUID(item)) for item in row.seen]
        same = [
            each
            for each in seen
            if each is not None and (each.record_id, each.field) == (row.record_id, row.field)
        ]
        return sorted(same, key=lambda each: each.rank, reverse=True)

    def revert(self, rows: list[LogRow]) -> Step | None:
        """Write what stood before the step; the step that this is. None where nothing is left."""
        made = {row.record_id for row in rows if makes(row)}
        begun: list[int] = []
        # Backwards, so that what is written last is what was there first.
        for (record_id, path), first, _ in reversed(_fields(rows)):
            if record_id in made and not makes(first):
                continue  # goes out of sight with its record
            heads = self._log.heads(self._dossier, record_id, None if makes(first) else path)
            values: list[Any] = [True]
            if makes(first):
                path = "withdrawn"
            else:
                # Of a conflict that was decided all the values stand side by side again, and the
                # one that showed shows.
                before = self._before(first)
                values = [each.payload() for each in reversed(_unlike(before))] or [None]
                if path == "withdrawn" and values[-1]:
                    heads, values = self._log.heads(self._dossier, record_id), values[-1:]
            for value in values:
                self._records.edit(self._dossier, first.form, record_id, path, value, heads)
                row = self._log.open_row(self._dossier)
                assert row is not None
                begun.append(row.counter)
                self._log.seal(self._dossier)
        return (min(begun), max(begun)) if begun else None


def _unlike(rows: list[LogRow]) -> list[LogRow]:
    """The first row with each value."""
    found: dict[str | None, LogRow] = {}
    for row in rows:
        found.setdefault(row.value, row)
    return list(found.values())


def makes(row: LogRow) -> bool:
    """Whether a row gives a new entry of a list its place."""
    return row.field == "position" and not row.seen


def _fields(rows: list[LogRow]) -> list[tuple[tuple[UUID, str], LogRow, LogRow]]:
    """The fields of a step, each with its first and its last row, in the order of the first."""
    found: dict[tuple[UUID, str], tuple[LogRow, LogRow]] = {}
    for row in rows:
        if (row.form, row.field) not in FIXED:
            key = row.record_id, row.field
            found[key] = (found[key][0] if key in found else row, row)
    return [(key, first, last) for key, (first, last) in found.items()]
