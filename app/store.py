"""The store: one encrypted database and one vault of files, held by one program at a time."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import platform
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import UUID, uuid4

from filelock import FileLock, Timeout
from sqlmodel import Field, Session, SQLModel

from app import database, durable, takeover
from app.keys import KeyFile, Keys
from app.vault import Vault
from forms.errors import UserError

#: The newest Alembic revision; a test holds it to the scripts' head.
SCHEMA = "0007"
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


class ThumbRow(SQLModel, table=True):
    """A photo's upright copy of 400 px, by the original's hash; disposable, made again at need."""

    __tablename__ = "thumb"
    sha256: str = Field(primary_key=True)
    jpeg: bytes = b""


class LikenessRow(SQLModel, table=True):
    """Two photos (hashes in order) that were compared in full, so that it is done once."""

    __tablename__ = "likeness"
    one: str = Field(primary_key=True)
    other: str = Field(primary_key=True)
    method: str = ""
    alike: bool = False


class Store:
    """An open data folder: the encrypted database and the sealed files, under one master key.

    Both lie in the folder's vault, which `keys.json` names: new keys come with a new vault that is
    made whole beside the old one. `secret` is a passphrase or recovery key, wanted where the
    system's keyring does not hold the key; `keys` are those of a throw-away store, kept nowhere.
    Raises UserError where the folder cannot be used, LockedError where the key is not to be had.
    """

    def __init__(self, folder: Path, secret: str = "", keys: Keys | None = None) -> None:
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
            self._unlock(secret, keys)
            self._migrate()
            self.engine = database.engine(self.database, self.keys)
            self.device = self._device()
        except BaseException:
            self._lock.release()
            raise

    def _unlock(self, secret: str, keys: Keys | None) -> None:
        """Find the keys, or make those of a new store; what lay here in clear is sealed."""
        self.key_file = KeyFile(self.folder)
        if keys is not None:
            self.keys, vault = keys, "throw-away"
        elif self.key_file.exists:
            self.keys, vault = self.key_file.unlock(secret), self.key_file.vault
        else:
            vault = "vault-1"
            self.keys = self.key_file.make(vault, secret)
            takeover.seal(self.folder, self.folder / vault, self.keys)
            self.key_file.save()
        takeover.finish(self.folder)
        self.home = self.folder / vault
        self.home.mkdir(exist_ok=True)
        self.database = self.home / "zhengai.db"
        self.vault = Vault(self.home / "files", self.keys)
        for part in self.vault.parts():
            part.unlink(missing_ok=True)

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

    @contextmanager
    def work_folder(self) -> Iterator[Path]:
        """A folder for what is being made for outside the store; after a crash the next start
        removes it."""
        with tempfile.TemporaryDirectory(
            prefix=_WORK, dir=self.folder, ignore_cleanup_errors=True
        ) as made:
            yield Path(made)

    def integrity(self) -> list[str]:
        """What the database's own checks say: empty where it is whole."""
        return database.problems(self.database, self.keys)

    def backup(self, reason: str) -> Path:
        """A consistent copy of the database beside it; the oldest beyond BACKUPS_KEPT go."""
        folder = self.home / "backups"
        folder.mkdir(exist_ok=True)
        stamp = dt.datetime.now().strftime("%Y%m%d-%H%M%S-%f")
        target = folder / f"{stamp}-{reason}.db"
        database.copy(self.database, self.keys, target)
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
        for stale in self.home.glob(f"{fresh.name}*"):
            stale.unlink()
        if self.database.exists():
            shutil.copyfile(self.backup(f"before-{SCHEMA}"), fresh)
            with closing(database.connect(self.database, self.keys)) as raw:
                # A write-ahead log left beside it would be replayed into the new database.
                raw.execute("PRAGMA journal_mode=DELETE")
        upgrade(fresh, self.keys)
        with fresh.open("rb") as written:
            os.fsync(written.fileno())
        durable.place(fresh, self.database)

    def _revision(self) -> str:
        if not self.database.exists() or self.database.stat().st_size == 0:
            return ""
        with closing(database.connect(self.database, self.keys)) as raw:
            try:
                row = raw.execute("SELECT version_num FROM alembic_version").fetchone()
            except database.DatabaseError as error:
                if "no such table" in str(error):
                    return ""
                raise UserError(
                    f"数据库“{self.database.name}”已损坏，原文件未动，"
                    "请从 backups 文件夹中的备份恢复。"
                ) from None
        return str(row[0]) if row else ""
