"""The desk: one open dossier as the pages see it, between them and the facade."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal

from app.awaited import awaited
from app.records import field_spec, form_class, store_value
from app.review import Review
from app.workbench import Workbench
from forms.dossier import Dossier, Reply
from forms.errors import UserError
from forms.evaluation import Stage
from forms.fields import parse
from forms.pack import Pack
from forms.record import Record, split_path
from grading.score import Grade, grade
from grading.sheet import sheet_of
from widgets.jobs import Job

REVIEW_AFTER_MS = 150
#: Stands for all lists, where what is to be read anew is noted.
_ALL = "*"


class Desk(QObject):
    """Every edit goes through here: saved in the store at once, then judged a moment later.

    `changed` follows every edit; `saved` carries the time of the commit; `refused` a sentence where
    an edit or a job was not taken (what was typed stays in its field), `unkept` only for an edit;
    `reviewed` the fresh judgements;
    `restructured` says that entries came, went or moved, so that lists must be laid out again;
    `brought` names bundles of colleagues that somebody wants taken in;
    `working` names a job that is about to start, for the strip that shows its progress. A closed
    desk does and says nothing more: a job's last words may come after the store was closed.
    """

    changed = Signal()
    saved = Signal(object)
    refused = Signal(str)
    unkept = Signal()
    reviewed = Signal(object)
    restructured = Signal()
    working = Signal(object)
    brought = Signal(list)
    crashed = Signal(object)

    def __init__(self, bench: Workbench, dossier_id: UUID, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.bench = bench
        self.dossier_id = dossier_id
        self.dossier: Dossier = bench.dossier(dossier_id)
        self.review: Review | None = None
        self._awaited: Mapping[UUID, str] | None = None
        self._job: Job | None = None
        self.closed = False
        self._batches = 0
        self._began = 0.0
        self._stale, self._edited = set[str](), False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REVIEW_AFTER_MS)
        self._timer.timeout.connect(self._judge)

    @property
    def pack(self) -> Pack:
        """The pack of this dossier."""
        return self.bench.pack

    def grade(self, stage: Stage) -> Grade:
        """The grade of one stage from what is on the desk now; quick, for live display."""
        instrument = self.pack.instrument
        return grade(instrument, sheet_of(self.dossier, stage, instrument))

    @property
    def awaited(self) -> Mapping[UUID, str]:
        """The photos and attachments whose files never came here, with the name of who has them."""
        if self._awaited is None:
            self._awaited = awaited(self.bench.store, self.dossier)
        return self._awaited

    def put(self, form: str, record_id: UUID, path: str, value: Any) -> bool:
        """Save one edit of one field; whether it was taken."""
        return self.put_all([(form, record_id, path, value)])

    def put_all(self, edits: Sequence[tuple[str, UUID, str, Any]]) -> bool:
        """Save edits (form, record, path, value) of some fields, all or none; whether they were
        taken."""

        def mirror() -> None:
            for edit in edits:
                self._mirror(*edit)

        return not edits or self._do(lambda: self.bench.put_all(self.dossier_id, edits), mirror)

    def answer(self, stage: Stage, subject: str, path: str, value: Any) -> bool:
        """Save one edit of the answer to an item or scene; whether it was taken."""

        def mirror() -> None:
            record = self.dossier.answer(stage, subject)
            rows = self.dossier.records.setdefault("answer", [])
            if all(row.id != record.id for row in rows):
                rows.append(record)
            self._mirror("answer", record.id, path, value)

        return self._do(
            lambda: self.bench.answer(self.dossier_id, stage, subject, path, value), mirror
        )

    def reply(self, question: str, path: str, value: Any) -> bool:
        """Save one edit of the reply to a question; whether it was taken."""
        record = self.dossier.reply(question).id
        with self.batch():
            known = self.dossier.find(Reply, record) is not None
            return (known or self.put("reply", record, "question", question)) and self.put(
                "reply", record, path, value
            )

    def add(self, form: str, parent: UUID | None = None, **values: Any) -> UUID | None:
        """A new entry of a list; its id, or None where it was refused."""
        made: list[UUID] = []
        done = self._do(
            lambda: made.append(self.bench.add(self.dossier_id, form, parent, **values)),
            lambda: self._reread(form),
        )
        return made[0] if done else None

    def move(self, form: str, record_id: UUID, after: UUID | None) -> bool:
        """Put an entry behind another one."""
        return self._do(
            lambda: self.bench.move(self.dossier_id, form, record_id, after),
            lambda: self._reread(form),
        )

    def withdraw(self, form: str, record_id: UUID) -> bool:
        """Take an entry out of sight; `restore` brings it back."""
        return self._do(lambda: self.bench.withdraw(self.dossier_id, form, record_id), self._reload)

    def restore(self, form: str, record_id: UUID) -> bool:
        """Bring a withdrawn entry back."""
        return self._do(lambda: self.bench.restore(self.dossier_id, form, record_id), self._reload)

    def choose(self, form: str, record_id: UUID, path: str, value: Any) -> bool:
        """Have a value hold over all that stands in a field; whether it was taken."""
        return self._do(
            lambda: self.bench.choose(self.dossier_id, form, record_id, path, value), self._reload
        )

    def go_back(self, *, again: bool = False) -> str | None:
        """Undo this person's last step, or (`again`) redo it: a sentence, "" where it was refused,
        None where there is none."""
        said: list[str | None] = []
        act = self.bench.redo if again else self.bench.undo

        def reload() -> None:
            if said[0]:
                self._reload()

        done = self._do(lambda: said.append(act(self.dossier_id)), reload)
        return said[0] if done else ""

    def attach(self, path: Path, kind: str, name: str = "", proves: str = "") -> UUID | None:
        """Keep a file as an attachment; its record's id, or None where it was refused."""
        made: list[UUID] = []
        done = self._do(
            lambda: made.append(self.bench.attach(self.dossier_id, path, kind, name, proves)),
            lambda: self._reread("attachment"),
        )
        return made[0] if done else None

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Several edits at once, which are one step of undo: the dossier is read anew, and the
        edits told, once at the end."""
        self._batches += 1
        try:
            with self.bench.step():
                yield
        finally:
            self._batches -= 1
            if not self._batches:
                stale, edited = self._stale, self._edited
                self._stale, self._edited = set(), False
                if _ALL in stale:
                    self._reload()
                elif stale:
                    self._reread(*stale)
                if edited:
                    self._tell()

    def seal(self) -> None:
        """Focus left a field: close its editing session in the log."""
        self._do(lambda: self.bench.seal(self.dossier_id), lambda: None, quiet=True)

    def job(self, work: Callable[[], Iterator[Any]]) -> Job:
        """A job over this dossier, not started yet; when it ends the desk is read anew."""
        job = Job(work, self)
        job.ended.connect(self.refresh)
        job.crashed.connect(self.crashed)
        job.refused.connect(self.refused)
        self.working.emit(job)
        return job

    def refresh(self) -> None:
        """Read the dossier anew from the store and judge it."""
        if self.closed:
            return
        self._reload()
        self.judge_soon()

    def judge_soon(self) -> None:
        """Judge the dossier as it is on the desk, in a moment."""
        self._timer.start()

    def close(self) -> None:
        """Leave the dossier: the last edit is sealed, a running judgement is waited for."""
        self._timer.stop()
        if self._job is not None:
            self._job.wait()
        self.seal()
        self.closed = True

    def _do(
        self, act: Callable[[], object], mirror: Callable[[], None], quiet: bool = False
    ) -> bool:
        if self.closed:
            return False
        try:
            act()
            mirror()
        except UserError as error:
            self.unkept.emit()
            self.refused.emit(str(error))
            return False
        if not quiet:
            self._tell()
        return True

    def _tell(self) -> None:
        if self._batches:
            self._edited = True
            return
        self.saved.emit(dt.datetime.now())
        self.changed.emit()
        self._timer.start()

    def _mirror(self, form: str, record_id: UUID, path: str, value: Any) -> None:
        """Repeat a saved edit on the snapshot, which is quicker than reading all of it again."""
        kind = form_class(form)
        rows = self.dossier.records.setdefault(form, [])
        record: Record | None = next((row for row in rows if row.id == record_id), None)
        if record is None:
            record = kind(id=record_id, dossier_id=self.dossier_id)
            rows.append(record)
        name, key = split_path(path)
        store_value(record, path, parse(field_spec(kind, name), value, key))

    def _reread(self, *forms: str) -> None:
        """Read the entries of lists again, of which one came or moved: all of a full dossier
        takes too long to wait for."""
        if self._batches:
            self._stale.update(forms)
            return
        rows = {form: self.bench.entries(self.dossier_id, form) for form in forms}
        records = {**self.dossier.records, **rows}
        self.dossier, self._awaited = replace(self.dossier, records=records), None
        self.restructured.emit()

    def _reload(self) -> None:
        if self._batches:
            self._stale.add(_ALL)
            return
        self.dossier, self._awaited = self.bench.dossier(self.dossier_id), None
        self.restructured.emit()

    def _judge(self) -> None:
        if self._job is not None:
            self._timer.start()  # one judgement at a time; the next begins with what is there then
            return

        def work() -> Iterator[Review]:
            yield self.bench.review(self.dossier_id)

        self._began = time.monotonic()
        self._job = Job(work, self)
        self._job.finished.connect(self._judged)
        self._job.crashed.connect(self.crashed)
        self._job.ended.connect(self._free)
        self._job.start()

    def _judged(self, found: Review) -> None:
        if self.closed:
            return
        self.review = found
        self.reviewed.emit(found)

    def _free(self) -> None:
        # Judging a full dossier must leave the typing as much of the machine as it takes itself.
        took = (time.monotonic() - self._began) * 1000
        self._timer.setInterval(int(max(REVIEW_AFTER_MS, took)))
        if self._job is not None:
            self._job.deleteLater()
        self._job = None
