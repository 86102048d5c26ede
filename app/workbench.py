"""The facade: all that screens and commands know of the store."""

from __future__ import annotations

import datetime as dt
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import platformdirs
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from app import handin, intake
from app.exchange import Reader, read_file
from app.log import Log, LogRow
from app.packs import DEFAULT_PACK, load_pack
from app.progress import Progress
from app.records import Records, form_class, plain, snapshot
from app.review import Review, review
from app.store import Store, SummaryRow
from forms.dossier import Answer, Attachment, Dossier, File, Photo
from forms.errors import UserError
from forms.evaluation import Stage, answer_id
from forms.pack import Pack
from forms.record import form_of, single_id


@dataclass(frozen=True, slots=True)
class Summary:
    """What the home list shows of one dossier; judgements are None until it was first reviewed."""

    id: UUID
    name: str
    district: str
    industry: str
    code: str
    facts: dict[str, Any]


def default_folder() -> Path:
    """The data folder: ZHENGAI_DATA, else the platform's user-data folder."""
    named = os.environ.get("ZHENGAI_DATA")
    return Path(named) if named else Path(platformdirs.user_data_dir("zhengai", appauthor=False))


class Workbench:
    """An open store with its pack. Every edit is a transaction of its own, done when it returns."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.pack: Pack = load_pack(DEFAULT_PACK)
        self.person = store.setting("person")
        # Jobs write from other threads; a Lamport counter is read and used under one lock.
        self._mutex = threading.RLock()
        for dossier_id in self._ids():
            self.seal(dossier_id)  # a crash leaves the row that was being typed open

    @classmethod
    def open(cls, folder: Path | None = None) -> Workbench:
        """Open (or make) a data folder; UserError where it is in use or cannot be read."""
        return cls(Store(folder or default_folder()))

    def close(self) -> None:
        """Close the store."""
        for dossier_id in self._ids():
            self.seal(dossier_id)
        self.store.close()

    def set_person(self, name: str) -> None:
        """Who works here; stands in the log beside every edit."""
        self.person = name.strip()[:40]
        self.store.set_setting("person", self.person)

    @contextmanager
    def writing(self) -> Iterator[tuple[Session, Log, Records]]:
        """One transaction; a full disk becomes a sentence, and nothing is half-written."""
        with self._mutex, self.store.session() as session:
            log = Log(session, self.store.device, self.person)
            try:
                yield session, log, Records(session, log)
                session.commit()
            except OperationalError as error:
                session.rollback()
                raise UserError(
                    f"没有存上（{error.orig}），此前保存的内容不受影响，请检查磁盘空间和权限后重试。"
                ) from error

    def summaries(self, query: str = "") -> list[Summary]:
        """The dossiers of the home list, newest first; `query` looks in the enterprise's name."""
        found = []
        with self.store.session() as session:
            rows = session.connection().execute(_HOME, {"like": f"%{_escape(query)}%"})
            for dossier, facts, name, district, industry, code in rows:
                details = json.loads(facts) if facts else {}
                found.append(
                    Summary(
                        UUID(dossier),
                        name or "",
                        district or "",
                        industry or "",
                        code or "",
                        details,
                    )
                )
        return found

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
        with self.store.session() as session:
            conflicts = Log(session, self.store.device, self.person).conflicts(dossier_id)
            return snapshot(session, dossier_id, conflicts)

    def resolve_name(self, wanted: str) -> UUID:
        """A dossier by its id or the enterprise's name; UserError where none or several fit."""
        hits = [s.id for s in self.summaries() if wanted in (str(s.id), s.name)]
        hits = hits or [s.id for s in self.summaries(wanted)]
        if len(hits) == 1:
            return hits[0]
        word = "没有找到" if not hits else "不止一份"
        raise UserError(f"{word}名为“{wanted}”的档案，未作任何改动，请改用 list 命令列出的编号。")

    def put(self, dossier_id: UUID, form: str, record_id: UUID, path: str, value: Any) -> None:
        """One edit of one field, saved when this returns."""
        with self.writing() as (_, _log, records):
            records.edit(dossier_id, form, record_id, path, value)

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
            seen = log.heads(dossier_id, record_id, path)
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
        record_id = record_id or uuid4()
        with self.writing() as (_, log, records):
            position = records.place(dossier_id, form, after, parent)
            records.edit(dossier_id, form, record_id, "position", position)
            if parent is not None:
                records.edit(dossier_id, form, record_id, "parent_id", parent)
            for path, value in values.items():
                records.edit(dossier_id, form, record_id, path, value)
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

    def seal(self, dossier_id: UUID) -> None:
        """Focus left a field, or typing paused: the log row that was open gets its place."""
        with self.writing() as (_, log, _records):
            log.seal(dossier_id)

    def log_rows(self, dossier_id: UUID) -> list[LogRow]:
        """The whole change log of a dossier, in order."""
        with self.writing() as (_, log, _records):
            log.seal(dossier_id)
            return log.rows(dossier_id)

    def review(self, dossier_id: UUID, today: dt.date | None = None) -> Review:
        """Every judgement over the dossier as it stands; keeps the home list's summary fresh."""
        dossier = self.dossier(dossier_id)
        found = review(dossier, self.pack, today or dt.date.today(), self._elsewhere(dossier))
        with self.writing() as (session, _, _records):
            row = SummaryRow(dossier_id=dossier_id, facts=json.dumps(found.summary()))
            session.merge(row)
        return found

    def import_photos(
        self, dossier_id: UUID, paths: list[Path], visit: UUID | None = None
    ) -> Iterator[Progress]:
        """Take photos (files or folders) in; what is no readable image is named and left out."""
        return intake.import_photos(self, dossier_id, paths, visit)

    def attach(
        self,
        dossier_id: UUID,
        path: Path,
        kind: str = "其他材料",
        name: str = "",
        proves: str = "",
        record_id: UUID | None = None,
    ) -> UUID:
        """Keep a copy of any file as an attachment."""
        return intake.attach(self, dossier_id, path, kind, name, proves, record_id)

    def photo_file(self, photo: Photo, size: str = "thumb") -> Path:
        """The file of a photo: `thumb` (400 px), `report` (1280 px) or `original`."""
        return intake.photo_file(self.store, photo, size)

    def attachment_file(self, attachment: Attachment) -> Path:
        """The stored copy of an attachment."""
        return intake.attachment_file(self.store, attachment)

    def export(
        self, dossier_id: UUID, out: Path, only: tuple[str, ...] = (), draft: bool = False
    ) -> Iterator[Progress]:
        """Write documents and bundle; UserError while a blocking finding stands unless `draft`."""
        return handin.export(self, dossier_id, out, only, draft)

    def _ids(self) -> list[UUID]:
        with self.store.session() as session:
            rows = session.connection().execute(text("SELECT id FROM dossier"))
            return [UUID(row[0]) for row in rows]

    def _elsewhere(self, dossier: Dossier) -> dict[str, tuple[str, ...]]:
        """Where else in the store the dossier's photos stand, by hash: the other enterprises."""
        with self.store.session() as session:
            rows = session.connection().execute(_ELSEWHERE, {"dossier": dossier.id.hex}).all()
        found: dict[str, tuple[str, ...]] = {}
        for digest, name in rows:
            found[digest] = (*found.get(digest, ()), f"“{name or '未命名企业'}”的档案")
        return found


_HOME = text(
    "SELECT d.id, s.facts, e.name, e.district, e.industry, e.credit_code FROM dossier d "
    "LEFT JOIN enterprise e ON e.dossier_id = d.id LEFT JOIN summary s ON s.dossier_id = d.id "
    "WHERE NOT d.withdrawn AND coalesce(e.name, '') LIKE :like ESCAPE '\\' "
    "ORDER BY d.rowid DESC"
)
_ELSEWHERE = text(
    "SELECT DISTINCT p.sha256, e.name FROM photo p JOIN photo mine ON mine.sha256 = p.sha256 "
    "LEFT JOIN enterprise e ON e.dossier_id = p.dossier_id "
    "WHERE mine.dossier_id = :dossier AND p.dossier_id <> :dossier "
    "AND NOT p.withdrawn AND NOT mine.withdrawn AND p.sha256 <> ''"
)


def _escape(query: str) -> str:
    """A search word as LIKE takes it literally."""
    return query.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
