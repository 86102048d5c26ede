"""The store: one SQLite database and one folder of files, held by one program at a time."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import platform
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from filelock import FileLock, Timeout
from sqlalchemy import Engine, event
from sqlmodel import Field, Session, SQLModel, create_engine

from forms.errors import UserError

#: The newest Alembic revision; a test holds it to the scripts' head.
SCHEMA = "0006"
BACKUPS_KEPT = 10
_WORK = ".work-"


class Meta(SQLModel, table=True):
    """Facts of the store itself: this device's id, settings."""

    key: str = Field(primary_key=True)
    value: str = ""


class SummaryRow(SQLModel, table=True):
    """What lists show of a dossier; disposable, worked out again when `mark` is stale.

    `mark` is the log's head and the pack's version that `facts` (JSON) were worked out from.
    """

    __tablename__ = "summary"
    dossier_id: UUID = Field(primary_key=True)
    mark: str = ""
    facts: str = "{}"


class ReadingRow(SQLModel, table=True):
    """The watermark read off a photo, by the original's hash; disposable, read again at need.

    `watermark` is JSON of `forms.watermark.Watermark`, "" where `trouble` (a sentence) says why the
    photo could not be read. `engine` names the reader and its version: another one reads anew.
    """

    __tablename__ = "reading"
    sha256: str = Field(primary_key=True)
    engine: str = ""
    watermark: str = ""
    trouble: str = ""


class FingerprintRow(SQLModel, table=True):
    """A photo's perceptual hashes, by the original's hash; disposable. `method` names how."""

    __tablename__ = "fingerprint"
    sha256: str = Field(primary_key=True)
    method: str = ""
    hashes: str = ""


class LikenessRow(SQLModel, table=True):
    """Two photos (hashes in order) that were compared in full, so that it is done once."""

    __tablename__ = "likeness"
    one: str = Field(primary_key=True)
    other: str = Field(primary_key=True)
    method: str = ""
    alike: bool = False


class Store:
    """An open data folder. Raises UserError where the folder cannot be used."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = FileLock(folder / "lock")
            self._lock.acquire(timeout=0)
        except Timeout:
            raise UserError(
                "数据文件夹正由另一个诊改工作台窗口使用，数据未受影响，请先关闭那个窗口再打开。"
            ) from None
        except OSError as error:
            raise UserError(
                f"数据文件夹“{folder}”不能写入（{error.strerror}），未作任何改动，请更换位置或检查权限。"
            ) from None
        try:
            for left in folder.glob(f"{_WORK}*"):  # a crash's; what lies there is confidential
                shutil.rmtree(left, ignore_errors=True)
            self.database = folder / "zhengai.db"
            self._migrate()
            self.engine = _engine(self.database)
            self.device = self._device()
        except BaseException:
            self._lock.release()
            raise

    def _device(self) -> UUID:
        """This device's name in the log. A folder that was copied or moved gets a new one.

        Two copies that wrote on under one name could never be merged.
        """
        here = hashlib.sha256(f"{platform.node()}\n{self.folder.resolve()}".encode()).hexdigest()
        if self.setting("device-home") != here:
            self.set_setting("device", str(uuid4()))
            self.set_setting("device-home", here)
        return UUID(self.setting("device"))

    def close(self) -> None:
        """Close the database and let others have the folder."""
        self.engine.dispose()
        self._lock.release()

    def session(self) -> Session:
        """A session whose objects stay readable after it."""
        return Session(self.engine, expire_on_commit=False)

    def setting(self, key: str, default: str = "") -> str:
        """A setting of this store; the default is kept where none was set."""
        with self.session() as session:
            row = session.get(Meta, key)
            if row is None:
                if default:
                    session.add(Meta(key=key, value=default))
                    session.commit()
                return default
            return row.value

    def set_setting(self, key: str, value: str) -> None:
        """Keep a setting."""
        with self.session() as session:
            session.merge(Meta(key=key, value=value))
            session.commit()

    def files(self, *parts: str) -> Path:
        """A folder beside the database, made where it is missing."""
        folder = self.folder.joinpath(*parts)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @contextmanager
    def work_folder(self) -> Iterator[Path]:
        """A folder for what is kept only while it is worked on; after a crash the next start
        removes it."""
        with tempfile.TemporaryDirectory(
            prefix=_WORK, dir=self.folder, ignore_cleanup_errors=True
        ) as made:
            yield Path(made)

    def integrity(self) -> list[str]:
        """What SQLite's own check says: empty where the database is whole."""
        with closing(sqlite3.connect(self.database)) as raw:
            rows = [str(row[0]) for row in raw.execute("PRAGMA integrity_check")]
        return [] if rows == ["ok"] else rows

    def backup(self, reason: str) -> Path:
        """A consistent copy of the database beside it; the oldest beyond BACKUPS_KEPT go."""
        folder = self.files("backups")
        stamp = dt.datetime.now().strftime("%Y%m%d-%H%M%S-%f")
        target = folder / f"{stamp}-{reason}.db"
        with (
            closing(sqlite3.connect(self.database)) as old,
            closing(sqlite3.connect(target)) as new,
        ):
            old.backup(new)
        for stale in sorted(folder.glob("*.db"))[:-BACKUPS_KEPT]:
            stale.unlink()
        return target

    def _migrate(self) -> None:
        """Bring the schema to SCHEMA, after a backup; compared raw, so that a start stays quick."""
        found = self._revision()
        if found == SCHEMA:
            return
        from app.migrations import known_revisions, upgrade

        if found and found not in known_revisions():
            raise UserError(
                "数据由更新版本的诊改工作台保存，为免损坏没有打开，请安装最新版本后再试。"
            )
        # SQLite's driver changes tables outside transactions: the work is done on a copy, so that a
        # kill half-way leaves the database as it was, or not there yet.
        fresh = self.database.with_suffix(".new")
        for stale in self.folder.glob(f"{fresh.name}*"):
            stale.unlink()
        if self.database.exists():
            shutil.copyfile(self.backup(f"before-{SCHEMA}"), fresh)
            with closing(sqlite3.connect(self.database)) as raw:
                # A write-ahead log left beside it would be replayed into the new database.
                raw.execute("PRAGMA journal_mode=DELETE")
        upgrade(fresh)
        with fresh.open("rb") as written:
            os.fsync(written.fileno())
        os.replace(fresh, self.database)

    def _revision(self) -> str:
        if not self.database.exists() or self.database.stat().st_size == 0:
            return ""
        with closing(sqlite3.connect(self.database)) as raw:
            try:
                row = raw.execute("SELECT version_num FROM alembic_version").fetchone()
            except sqlite3.DatabaseError as error:
                if "no such table" in str(error):
                    return ""
                raise UserError(
                    f"数据库“{self.database.name}”已损坏，原文件未动，"
                    "请从 backups 文件夹中的备份恢复。"
                ) from None
        return str(row[0]) if row else ""


def _engine(database: Path) -> Engine:
    engine = create_engine(f"sqlite:///{database}", connect_args={"timeout": 10})

    @event.listens_for(engine, "connect")
    def _pragmas(connection: sqlite3.Connection, _record: Any) -> None:
        # Every commit shown as saved survives the process and the power: WAL with full sync.
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}").close()

    return engine
