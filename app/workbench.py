"""The facade: all that screens and commands know of the store."""

from __future__ import annotations

import datetime as dt
import json
import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from sqlalchemy.exc import DatabaseError, OperationalError
from sqlmodel import Session, col, select

from app import handin, intake, others, outbox, statistics, summaries, undo
from app.closing import OPEN, Closing
from app.data_folder import default_folder
from app.database import told
from app.engine import read_one_moment
from app.exchange import Reader, read_file
from app.handin_choice import WHOLE, Packing
from app.keys import Keys
from app.log import Log, LogRow
from app.others import Others
from app.outside import cause
from app.packs import check_same, pack_of
from app.progress import Progress
from app.records import Records, entries, form_class, plain, snapshot
from app.review import Review, edits_of, review
from app.shared_prose import SharedProse
from app.store import Store
from app.summaries import Summary, SummaryRow
from app.tables import Meta
from app.vault import Kept
from forms.dossier import Answer, Attachment, Dossier, File, Photo
from forms.errors import UserError
from forms.evaluation import Stage, answer_id
from forms.pack import Pack
from forms.record import Record, form_of, single_id
from grading.rules.fields import undecided

if TYPE_CHECKING:
    from app.frames import Frame

log_to = logging.getLogger(__name__)


class Workbench:
    """An open store with its pack. Every edit is a transaction of its own, done when it returns."""

    def __init__(self, store: Store, pack: str = "") -> None:
        self.store = store
        self.pack: Pack = pack_of(store, pack)
        self.person = store.setting("person")
        self._prose = SharedProse(self.pack)
        # Jobs write from other threads; a Lamport counter is read and used under one lock.
        self._mutex = threading.RLock()
        self._joined: set[UUID] | None = None
        for dossier_id in self._unsealed():
            self.seal(dossier_id)  # a crash leaves the row that was being typed open
        outbox.settle(store)
        if store.migrated:
            from app.merging import read_newer  # loaded late: an update is rare

            read_newer(self)

    @classmethod
    def open(
        cls,
        folder: Path | None = None,
        secret: str = "",
        keys: Keys | None = None,
        pack: str = "",
    ) -> Workbench:
        """Open (or make) a data folder; UserError where it is in use or cannot be read, LockedError
        where its key is not to be had. `secret` and `keys` as of `Store`,
        `pack` as of `pack_of`."""
        with told():
            store = Store(folder or default_folder(), secret, keys)
        return cls.over(store, pack)

    @classmethod
    def over(cls, store: Store, pack: str = "") -> Workbench:
        """The same of a store that is open, which is closed where that fails."""
        try:
            with told():
                return cls(store, pack)
        except BaseException:
            store.close()
            raise

    def close(self) -> None:
        """Close the store. What was typed is saved; damage is for the next start to tell."""
        try:
            for dossier_id in self._unsealed():
                self.seal(dossier_id)
        except (DatabaseError, UserError):
            log_to.warning("the last edits were not sealed", exc_info=True)
            self.store.unsettle()
        finally:
            self.store.close()

    def set_person(self, name: str) -> None:
        """Who works here; stands in the log beside every edit. UserError where it is not kept."""
        person = name.strip()[:40]
        with self.writing() as (session, *_):
            session.merge(Meta(key="person", value=person))
        self.person = person

    @contextmanager
    def writing(self) -> Iterator[tuple[Session, Log, Records]]:
        """One transaction; a full disk becomes a sentence, and nothing is half-written."""
        with self._mutex, self.store.session() as session:
            log = Log(session, self.store.device, self.person)
            journal = undo.Journal(session, self.store.device, self._joined)
            try:
                yield session, log, Records(session, log)
                journal.note()
                session.commit()
                journal.committed()
            except DatabaseError as error:
                session.rollback()
                if not isinstance(error, OperationalError):  # no disk's or folder's fault: a bug
                    log_to.exception("an edit was not saved")
                raise UserError(
                    f"没有存上（{cause(error.orig)}），此前保存的内容不受影响，"
                    "请检查磁盘空间和权限后重试。"
                ) from error

    @contextmanager
    def step(self) -> Iterator[None]:
        """What is written within is undone at once. Others who write wait: nothing of theirs may
        come between."""
        with self._mutex:
            around, self._joined = self._joined, set() if self._joined is None else self._joined
            try:
                yield
            finally:
                self._joined = around

    def summaries(self, query: str = "") -> list[Summary]:
        """The dossiers of the home list, newest first; `query` looks in the enterprise's name."""
        return summaries.listed(self.store, query)

    def create(self, name: str = "", **profile: str) -> UUID:
        """A new dossier; its profile holds the enterprise's name and the fields given."""
        dossier_id = uuid4()
        with self.writing() as (_, log, records):
            records.edit(dossier_id, form_of(File), dossier_id, "pack", self.pack.id)
            record_id = single_id(dossier_id, "enterprise")
            for field, value in {"name": name, **profile}.items():
                records.edit(dossier_id, "enterprise", record_id, field, value)
            log.seal(dossier_id)
        return dossier_id

    def import_dossier(self, path: Path) -> UUID:
        """A dossier from a dossier.json (or YAML) file, with the photo files that lie beside it."""
        dossier_id = self.import_mapping(read_file(path))
        intake.take_files(self.store, self.dossier(dossier_id), path.parent)
        return dossier_id

    def import_mapping(self, mapping: dict[str, Any]) -> UUID:
        """A dossier from a mapping of the format of dossier.json; all of it or nothing."""
        reader = Reader(mapping)
        edits = reader.edits()
        named = next((str(e[3]) for e in edits if (e[0], e[2]) == (form_of(File), "pack")), "")
        check_same(self.pack, named, "这份档案", "没有导入")
        with self.writing() as (session, log, records):
            if session.get(File, reader.dossier_id) is not None:
                raise UserError("这份档案已在本机，没有重复导入，原有内容未变，请直接打开。")
            unique = {(form, record, path): value for form, record, path, value in edits}
            rows = [(*key, plain(value)) for key, value in unique.items()]
            log.write_fresh(reader.dossier_id, rows)
            records.rebuild(reader.dossier_id, {reader.dossier_id, *(row[1] for row in rows)})
        return reader.dossier_id

    def dossier(self, dossier_id: UUID) -> Dossier:
        """A snapshot of the whole dossier."""
        with self._reading() as session:
            conflicts = Log(session, self.store.device, self.person).conflicts(dossier_id)
            return snapshot(session, dossier_id, conflicts)

    def entries(self, dossier_id: UUID, form: str) -> list[Record]:
        """The records of one form, as in the snapshot, where nothing else changed."""
        with self._reading() as session:
            return entries(session, dossier_id, form)

    def resolve_name(self, wanted: str) -> UUID:
        """A dossier by its id or the enterprise's name; UserError where none or several fit."""
        return summaries.named(self.store, wanted)

    def put(self, dossier_id: UUID, form: str, record_id: UUID, path: str, value: Any) -> None:
        """One edit of one field, saved when this returns."""
        self.put_all(dossier_id, [(form, record_id, path, value)])

    def put_all(self, dossier_id: UUID, edits: Iterable[tuple[str, UUID, str, Any]]) -> None:
        """Edits (form, record, path, value) of some fields, all of them or none."""
        with self.writing() as (_, _log, records):
            for edit in edits:
                records.edit(dossier_id, *edit)

    def answer(self, dossier_id: UUID, stage: Stage, subject: str, path: str, value: Any) -> None:
        """One edit of the answer to an item or scene, which is made where it is not there yet."""
        record_id = answer_id(dossier_id, stage, subject)
        with self.writing() as (session, _log, records):
            if session.get(Answer, record_id) is None:
                records.edit(dossier_id, "answer", record_id, "stage", stage.value)
                records.edit(dossier_id, "answer", record_id, "subject", subject)
            records.edit(dossier_id, "answer", record_id, path, value)

    def choose(self, dossier_id: UUID, form: str, record_id: UUID, path: str, value: Any) -> None:
        """Decide a conflict: the value supersedes everything that stood side by side."""
        with self.writing() as (_, log, records):
            log.seal(dossier_id)
            # A withdrawal that is to hold has seen what was written into the record meanwhile.
            whole = path == "withdrawn" and value is True
            seen = log.heads(dossier_id, record_id, None if whole else path)
            records.edit(dossier_id, form, record_id, path, value, seen)
            log.seal(dossier_id)

    def add(
        self,
        dossier_id: UUID,
        form: str,
        parent: UUID | None = None,
        after: UUID | None = None,
        record_id: UUID | None = None,
        **values: Any,
    ) -> UUID:
        """A new entry of a list, behind `after` or last; `values` by field path."""
        seen = () if record_id is None else None  # of a new entry nobody saw anything
        record_id = record_id or uuid4()
        with self.writing() as (_, log, records):
            position = records.place(dossier_id, form, after, parent)
            records.edit(dossier_id, form, record_id, "position", position, seen)
            if parent is not None:
                records.edit(dossier_id, form, record_id, "parent_id", parent, seen)
            for path, value in values.items():
                records.edit(dossier_id, form, record_id, path, value, seen)
            log.seal(dossier_id)
        return record_id

    def move(self, dossier_id: UUID, form: str, record_id: UUID, after: UUID | None) -> None:
        """Put an entry behind another one of its list."""
        with self.writing() as (session, log, records):
            record = session.get(form_class(form), record_id)
            position = records.place(dossier_id, form, after, record.parent_id if record else None)
            records.edit(dossier_id, form, record_id, "position", position)
            log.seal(dossier_id)

    def withdraw(self, dossier_id: UUID, form: str, record_id: UUID) -> None:
        """Take an entry out of sight, with its children; nothing is deleted."""
        with self.writing() as (_, log, records):
            log.seal(dossier_id)
            seen = log.heads(dossier_id, record_id)
            records.edit(dossier_id, form, record_id, "withdrawn", True, seen)
            log.seal(dossier_id)

    def restore(self, dossier_id: UUID, form: str, record_id: UUID) -> None:
        """Take a withdrawal back."""
        with self.writing() as (_, log, records):
            log.seal(dossier_id)
            records.edit(dossier_id, form, record_id, "withdrawn", False)
            log.seal(dossier_id)

    def undo(self, dossier_id: UUID) -> str | None:
        """Take back this person's last step, as a new edit: a sentence, or None. See `app.undo`."""
        return undo.undo(self, dossier_id)

    def redo(self, dossier_id: UUID) -> str | None:
        """Do again what was undone last."""
        return undo.redo(self, dossier_id)

    def seal(self, dossier_id: UUID) -> None:
        """Focus left a field, or typing paused: the log row that was open gets its place."""
        with self.writing() as (_, log, _records):
            log.seal(dossier_id)

    def whole(self, dossier_id: UUID) -> tuple[Dossier, list[LogRow]]:
        """A dossier and its whole change log, of one moment; what is being typed is sealed."""
        with self.writing() as (session, log, _records):
            log.seal(dossier_id)
            return snapshot(session, dossier_id, log.conflicts(dossier_id)), log.rows(dossier_id)

    def review(self, dossier_id: UUID, today: dt.date | None = None) -> Review:
        """Every judgement over the dossier as it stands; keeps the home list's summary fresh."""
        today = today or dt.date.today()
        # Read before the dossier: an edit between the two leaves a mark that is stale, never false.
        around = self._around(dossier_id, today)
        dossier = self.dossier(dossier_id)
        edits = edits_of(self.store, dossier_id)
        with self.store.session() as session:
            shared = partial(self._prose.found, session)
            told = (around.twins, shared, edits, around.elsewhere)
            found = review(dossier, self.pack, today, *told)
        # Only the list is slower for it where the summary cannot be kept.
        with suppress(UserError), self.writing() as (session, _, _records):
            facts, open_ = found.summary(), len(undecided(dossier))
            statistics.touch_others(session, dossier_id, facts)
            summaries.keep(session, dossier_id, around.mark, facts, open_, today)
        return found

    def summary(self, dossier_id: UUID, today: dt.date | None = None) -> dict[str, Any]:
        """`Review.summary()`, from the store where nothing has changed since it was worked out."""
        today = today or dt.date.today()
        with self.store.session() as session:
            row = session.get(SummaryRow, dossier_id)
        if row is not None and row.mark == self._around(dossier_id, today).mark:
            return dict(json.loads(row.facts))
        return self.review(dossier_id, today).summary()

    def import_photos(
        self, dossier_id: UUID, paths: list[Path], visit: UUID | None = None
    ) -> Iterator[Progress]:
        """Take photos (files or folders) in; what is no readable image is named and left out."""
        return intake.import_photos(self, dossier_id, paths, visit)

    def keep_frame(self, dossier_id: UUID, frame: Frame, taken: dt.datetime) -> Iterator[Progress]:
        """Take in what this machine's own camera saw, in the visit that is going on; `taken` is the
        machine's clock, aware. Raises UserError where it cannot be kept."""
        from app.frames import keep_frame  # loaded late: it brings Pillow along

        return keep_frame(self, dossier_id, frame, taken)

    def unexamined(self, dossier_id: UUID) -> bool:
        """Whether `examine` has anything to do."""
        from app.examine import unexamined

        return unexamined(self, dossier_id)

    def examine(
        self, dossier_id: UUID, stop: Callable[[], bool] = lambda: False
    ) -> Iterator[Progress]:
        """Read the photos' watermarks and look for their like, as far as that was not done yet.

        `stop` is asked while one photo is read, which may take seconds.
        """
        from app.examine import examine  # loaded late: it brings the comparing of pictures along

        return examine(self, dossier_id, stop)

    def attach(
        self,
        dossier_id: UUID,
        path: Path,
        kind: str = "其他材料",
        name: str = "",
        proves: str = "",
        record_id: UUID | None = None,
        **more: Any,
    ) -> UUID:
        """Keep a copy of any file as an attachment; `more` are other fields of its record."""
        return intake.attach(self, dossier_id, path, kind, name, proves, record_id, **more)

    def picture(self, photo: Photo, size: str = "thumb") -> bytes:
        """A photo as a file's bytes: `thumb` (400 px), `report` (1280 px), `full` (5000 px, made
        when first asked for, in seconds) or `original`. OSError, UserError if it is not there."""
        return intake.picture(self.store, photo, size)

    def copy_of(self, sha256: str) -> bytes:
        """The upright copy (1280 px) of a photo of any dossier, by its original's hash."""
        return intake.report_copy(self.store, sha256)

    def attachment(self, held: Attachment) -> Kept:
        """The file of an attachment."""
        return intake.attachment(self.store, held)

    def export(
        self,
        dossier_id: UUID,
        out: Path,
        only: tuple[str, ...] = (),
        draft: bool = False,
        closing: Closing = OPEN,
        packed: Packing = WHOLE,
    ) -> Iterator[Progress]:
        """Write documents and bundle; UserError while a blocking finding stands unless `draft`."""
        return handin.export(self, dossier_id, out, only, draft, closing, packed)

    def _unsealed(self) -> list[UUID]:
        """The dossiers in which a row is still being typed."""
        with self.store.session() as session:
            return list(session.exec(select(LogRow.dossier_id).where(col(LogRow.link).is_(None))))

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        """A session all of whose queries see the store at one moment, whoever writes meanwhile."""
        with self.store.session() as session:
            read_one_moment(session.connection())
            yield session

    def _around(self, dossier_id: UUID, today: dt.date) -> Others:
        """What the dossier's judgements rest on besides itself."""
        with self.store.session() as session:
            return others.look(session, self.pack.id, dossier_id, today)
