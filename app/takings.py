"""What was taken in, and taking it back as a whole: by edits like any other, that can be undone."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlmodel import Session, col, select

from app.log import PURGED, Log, LogRow
from app.records import Records
from app.tables import TakenRow
from app.undo import FIXED, makes
from forms.errors import UserError

if TYPE_CHECKING:
    from app.workbench import Workbench


@dataclass(frozen=True, slots=True)
class Taking:
    """A bundle that was taken in: when (ISO 8601), its file's name, who signed it, how many edits
    came; `undone` is when it was taken back, "" where it was not."""

    id: UUID
    dossier: UUID
    at: str
    name: str
    signer: str
    edits: int
    undone: str


def takings(bench: Workbench, dossier_id: UUID | None = None) -> list[Taking]:
    """The bundles that were taken into a dossier, or into all, the newest first."""
    query = select(TakenRow).order_by(col(TakenRow.at).desc())
    if dossier_id is not None:
        query = query.where(TakenRow.dossier_id == dossier_id)
    with bench.store.session() as session:
        return [
            Taking(r.id, r.dossier_id, r.at, r.name, r.signer, len(json.loads(r.rows)), r.undone)
            for r in session.exec(query)
        ]


def take_back(bench: Workbench, taking: UUID) -> str:
    """Have the dossier as it was before a bundle was taken in; a sentence about it.

    What somebody wrote on top of it since stays, and so do purges. UserError where it was taken
    back already.
    """
    with bench.writing() as (session, log, records):
        row = session.get(TakenRow, taking)
        if row is None or row.undone:
            raise UserError("这次收取已经撤回或不在本机，档案未变，请刷新列表后再看。")
        log.seal(row.dossier_id)
        work = _TakingBack(session, log, records, row)
        done, kept = work.go()
        row.undone = dt.datetime.now().astimezone().isoformat(timespec="seconds")
        session.add(row)
    later = f"；另有 {kept} 处之后又改过或已彻底删除，予以保留" if kept else ""
    return f"已撤回这次收取的 {done} 处改动{later}。"


class _TakingBack:
    """One taking back, within one transaction."""

    def __init__(self, session: Session, log: Log, records: Records, row: TakenRow) -> None:
        self._log, self._records, self._dossier = log, records, row.dossier_id
        self._came = {UUID(each) for each in json.loads(row.rows)}
        everything = log.rows(row.dossier_id)
        self._rows = [each for each in everything if each.id in self._came]
        self._others: dict[tuple[UUID, str], list[LogRow]] = {}
        for each in everything:
            if each.id not in self._came:
                self._others.setdefault((each.record_id, each.field), []).append(each)
        self._new = not self._others
        self._gone = log.purged(row.dossier_id)

    def go(self) -> tuple[int, int]:
        """How many fields and records are as they were, and how many stay as they are."""
        if self._new:  # the whole dossier came with it
            self._withdraw("dossier", self._dossier)
            return len({row.record_id for row in self._rows}), 0
        made = {row.record_id: row.form for row in self._rows if makes(row)}
        fields = {(row.record_id, row.field): row.form for row in self._rows}
        done = kept = 0
        for (record_id, path), form in fields.items():
            if record_id in made or path == PURGED or (form, path) in FIXED:
                continue
            back = record_id not in self._gone and self._field_back(form, record_id, path)
            done, kept = done + back, kept + (not back)
        for record_id, form in {record: form for (record, _), form in fields.items()}.items():
            stays = record_id in made or record_id in self._gone
            if not stays and self._was_gone(record_id):
                self._withdraw(form, record_id)  # it has seen what came, which stands no more
        for record_id, form in made.items():
            touched = record_id in self._gone or any(r == record_id for r, _ in self._others)
            if not touched:
                self._withdraw(form, record_id)
            done, kept = done + (not touched), kept + touched
        return done, kept

    def _field_back(self, form: str, record_id: UUID, path: str) -> bool:
        """Write what stood in a field before; False where somebody went on from there."""
        heads = self._log.heads(self._dossier, record_id, path)
        theirs = {head.id for head in heads if self._is_theirs(head, heads)}
        if not theirs:
            return False
        others = self._others.get((record_id, path), [])
        before = _shown([row for row in others if row.id not in theirs])
        if any(row.value is None for row in before):
            return False
        value: Any = before[0].payload() if before else None
        if path == "withdrawn" and value:
            heads = self._log.heads(self._dossier, record_id)
        self._records.edit(self._dossier, form, record_id, path, value, heads)
        self._log.seal(self._dossier)
        return True

    def _is_theirs(self, head: LogRow, heads: Collection[LogRow]) -> bool:
        """Whether a value came with the bundle: also one that stands again beside another, since a
        choice between them was undone."""
        if head.id in self._came:
            return True
        again = sum(each.supersedes == head.supersedes for each in heads) > 1
        came = (row for row in self._rows if row.record_id == head.record_id)
        return again and any((row.field, row.value) == (head.field, head.value) for row in came)

    def _was_gone(self, record_id: UUID) -> bool:
        """Whether a record was withdrawn without the bundle, and nobody brought it back since."""
        rows = _shown(self._others.get((record_id, "withdrawn"), []))
        return bool(rows) and rows[0].value == "true"

    def _withdraw(self, form: str, record_id: UUID) -> None:
        heads = self._log.heads(self._dossier, record_id)
        self._records.edit(self._dossier, form, record_id, "withdrawn", True, heads)
        self._log.seal(self._dossier)


def _shown(rows: Collection[LogRow]) -> list[LogRow]:
    """Of a field's rows, those that none of them supersedes, the one that showed first."""
    superseded = {UUID(item) for row in rows for item in row.seen}
    live = [row for row in rows if row.id not in superseded]
    return sorted(live, key=lambda row: row.rank, reverse=True)
