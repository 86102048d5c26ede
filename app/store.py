"""The store: one encrypted database and one vault of files, held by one program at a time.

Opening one and reading from it goes by the bare driver; SQLAlchemy, which takes long to load, comes
with the first session.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import platform
import re
import shutil
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from filelock import FileLock, Timeout

from app import database, durable, takeover
from app.keys import KEY_FILE, KeyFile, Keys
from app.outside import cause
from app.vault import Vault
from forms.errors import UserError

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

#: The newest Alembic revision; a test holds it to the scripts' head.
SCHEMA = "0009"
_WORK = ".work-"
_OPEN = "open"
"""A file that is there while a program has the store open, and after one that crashed."""
KEPT = "kept"
"""A file in a vault that is not used any more, but holds what could not be sealed anew."""
RESTORED = "zhengai.restored"
"""A whole database that is to take the place of the damaged one: from there on, whatever comes."""
DERIVED = ("copies", "large")
"""The vault's areas of what is made of originals."""
FILES = "SELECT 'originals', sha256 FROM photo UNION SELECT 'attachments', sha256 FROM attachment"
"""The area and hash of every file that records name, withdrawn ones among them."""
KEPT_FILES = f"{FILES} UNION SELECT 'outbox', sha256 FROM outgoing"
"""Those, and the mails of this machine's outbox."""


def hold(folder: Path) -> FileLock:
    """The lock of a data folder, which is made where it is missing. UserError where it is taken."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # The thread that opens the window's store is not the one that closes it.
        lock = FileLock(folder / "lock", thread_local=False)
        lock.acquire(timeout=0)
    except Timeout:
        raise UserError(
            "数据文件夹正由另一个诊改工作台窗口使用，数据未受影响，请先关闭那个窗口再打开。"
        ) from None
    except OSError as error:
        raise UserError(
            f"数据文件夹“{folder}”不能写入（{cause(error)}），未作任何改动，请更换位置或检查权限。"
        ) from None
    return lock


def put_restored(home: Path) -> None:
    """Put RESTORED, where there is one, in the place of the damaged database, which is set aside.

    Can be stopped anywhere and done again. OSError where it cannot be done now.
    """
    made = home / RESTORED
    if not made.exists():
        return
    begun = (path for path in home.glob("damaged-*") if not (path / "zhengai.db").exists())
    aside = next(begun, home / f"damaged-{dt.datetime.now():%Y%m%d-%H%M%S-%f}")
    durable.make_folder(aside)
    # The write-ahead log goes first: it would be replayed into whatever stands beside it.
    for path in sorted(home.glob("zhengai.db*"), reverse=True):
        os.replace(path, aside / path.name)
    durable.sync_folder(aside)
    durable.place(made, home / "zhengai.db")


class Store:
    """An open data folder: the encrypted database and the sealed files, under one master key.

    Both lie in the folder's vault, which `keys.json` names: new keys come with a new vault that is
    made whole beside the old one. `secret` is a passphrase or recovery key, wanted where the
    system's keyring does not hold the key; `keys` are those of a throw-away store, kept nowhere;
    `unlocked` is what `keys.json` gave already, and saves asking it again.
    Raises UserError where the folder cannot be used, LockedError where the key is not to be had.
    """

    def __init__(
        self,
        folder: Path,
        secret: str = "",
        keys: Keys | None = None,
        unlocked: tuple[KeyFile, Keys] | None = None,
    ) -> None:
        self.folder = folder
        self._settled = True
        #: Whether the database was an older version's.
        self.migrated = False
        self._mutex = threading.RLock()
        self._engine: Engine | None = None
        self._bare: database.Driver | None = None
        self._lock = hold(folder)
        try:
            for left in folder.glob(f"{_WORK}*"):  # a crash's; what lies there is confidential
                shutil.rmtree(left, ignore_errors=True)
            self._unlock(secret, keys, unlocked)
            self._settle()
            crashed = (self.home / _OPEN).exists()
            self._migrate()
            if crashed:
                self._after_a_crash()
            (self.home / _OPEN).touch()
            durable.sync_folder(self.home)
            self.device = self._device()
        except (OSError, database.DatabaseError) as error:
            self._close_bare()
            self._lock.release()
            raise UserError(
                f"数据文件夹“{folder}”不能读写（{cause(error)}），原有数据未动，"
                "请检查磁盘空间和权限后重试。"
            ) from error
        except BaseException:
            self._close_bare()
            self._lock.release()
            raise

    def _unlock(
        self, secret: str, keys: Keys | None, unlocked: tuple[KeyFile, Keys] | None
    ) -> None:
        """Find the keys, or make those of a new store; what lay here in clear is sealed."""
        key_file = KeyFile(self.folder)
        if keys is not None:
            vault = "throw-away"
        elif key_file.exists:
            vault = key_file.vault
            if not (self.folder / vault).exists() and list(self.folder.glob("vault-*")):
                raise UserError(
                    f"密钥说明“{KEY_FILE}”所指的文件夹“{vault}”不在，没有打开，其余文件未动，"
                    "请把它移回原处，或换上与现有文件夹相配的密钥说明。"
                )
            known = unlocked is not None and unlocked[0].says_as(key_file)
            keys = unlocked[1] if unlocked and known else key_file.unlock(secret)
        else:
            vault = "vault-1"
            kept = next(self.folder.glob("vault-*/zhengai.db"), None)
            if kept is not None and not takeover.is_due(self.folder):
                raise UserError(
                    f"密钥说明“{KEY_FILE}”不在，没有打开，数据未动，"
                    f"请从 {kept.parent.name} 文件夹内的 backups 复制同名文件后再打开。"
                )
            keys = key_file.make(vault, secret)
            takeover.seal(self.folder, self.folder / vault, keys)
            key_file.save()
        takeover.finish(self.folder, self.folder / vault)
        self.use(key_file, keys, vault)

    def use(self, key_file: KeyFile, keys: Keys, vault: str) -> None:
        """Work with a vault from now on; the keys of another one open it no more."""
        self.key_file, self.keys = key_file, keys
        self.home = self.folder / vault
        durable.make_folder(self.home)
        self.database = self.home / "zhengai.db"
        self.vault = Vault(self.home / "files", keys)
        self._close_bare()
        self._engine = None

    def _settle(self) -> None:
        """Finish what a stopped program had decided, and clear away what it had only begun."""
        put_restored(self.home)
        left = [
            *self.folder.glob(f"{KEY_FILE}.part-*"),
            *self.home.glob(f"{RESTORED}.*"),
            *(self.home / "backups").glob("*.part*"),
        ]
        for path in left:
            path.unlink(missing_ok=True)
        if self.database.exists():  # the vault that counts is known to be there
            for vault in self.folder.glob("vault-*"):
                if vault != self.home and not (vault / KEPT).exists():
                    shutil.rmtree(vault, ignore_errors=True)

    def unsettle(self) -> None:
        """Have the next start look through everything, as after a crash: files may lie here that no
        record came to name."""
        self._settled = False

    def _after_a_crash(self) -> None:
        """What a stopped import left behind goes; damage is noticed. DamagedStoreError."""
        if self.integrity():
            raise database.damaged()
        for path in self.vault.parts():
            path.unlink(missing_ok=True)
        if list(self.home.glob("damaged-*")):
            return  # a database that was set aside may still name what this one does not
        kept = {
            self.vault.path(made, digest)
            for area, digest in self.rows(KEPT_FILES)
            if re.fullmatch("[0-9a-f]{64}", digest)
            for made in (area, *(DERIVED if area == "originals" else ()))
        }
        for path in self.vault.paths() - kept:
            path.unlink(missing_ok=True)

    def _device(self) -> UUID:
        """This device's name in the log. A folder that was copied or moved gets a new one.

        Two copies that wrote on under one name could never be merged.
        """
        here = hashlib.sha256(f"{platform.node()}\n{self.folder.resolve()}".encode()).hexdigest()
        if self.setting("device-home") != here:
            self.set_setting("devices-before", " ".join(map(str, self.devices)))
            self.set_setting("device", str(uuid4()))
            self.set_setting("device-home", here)
        return UUID(self.setting("device"))

    @property
    def devices(self) -> frozenset[UUID]:
        """This device's name, and those that the folder had before it was moved or restored."""
        names = f"{self.setting('devices-before')} {self.setting('device')}"
        return frozenset(map(UUID, names.split()))

    def close(self) -> None:
        """Close the database and let others have the folder."""
        try:
            self._close_bare()
            if self._engine is not None:
                self._engine.dispose()
            if self._settled:
                with suppress(OSError):
                    (self.home / _OPEN).unlink(missing_ok=True)
        finally:
            self._lock.release()

    @property
    def engine(self) -> Engine:
        """SQLAlchemy's engine, made where it is first asked for."""
        with self._mutex:
            if self._engine is None:
                from app.engine import engine_of

                self._engine = engine_of(self.database, self.keys)
                self._close_bare()
            return self._engine

    @engine.setter
    def engine(self, engine: Engine) -> None:
        self._engine = engine

    def session(self) -> Session:
        """A session whose objects stay readable after it."""
        from sqlmodel import Session

        return Session(self.engine, expire_on_commit=False)

    def rows(self, query: str, values: Mapping[str, Any] | None = None) -> list[Any]:
        """What a query finds, `:name` standing for a value: by the engine, or by the bare driver
        as long as nobody needed that."""
        with self._mutex:
            if self._engine is None:
                self._bare = self._bare or database.connect(self.database, self.keys)
                try:
                    return list(self._bare.execute(query, dict(values or {})).fetchall())
                except database.OperationalError:
                    raise  # the disk's or the folder's
                except database.DatabaseError as error:
                    raise database.damaged() from error
        from sqlalchemy import text

        with self.session() as session:
            return list(session.connection().execute(text(query), values or {}))

    def _close_bare(self) -> None:
        with self._mutex:
            if self._bare is not None:
                self._bare.close()
            self._bare = None

    def setting(self, key: str, default: str = "") -> str:
        """A setting of this store; the default is kept where none was set."""
        found = self.rows("SELECT value FROM meta WHERE key = :key", {"key": key})
        if found:
            return str(found[0][0])
        if default:
            self.set_setting(key, default)
        return default

    def set_setting(self, key: str, value: str) -> None:
        """Keep a setting."""
        from app.tables import Meta

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

    def rest(self) -> None:
        """Fold the write-ahead log into the database, when nobody types: a start after a power cut
        then has nothing to replay. Whoever reads meanwhile keeps a part of it back."""
        with self.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)").close()

    def backup(self, reason: str) -> Path:
        """A consistent copy of the database beside it, whole or not there; with the key file, that
        is small and everything. OSError or DatabaseError where that cannot be written."""
        folder = self.home / "backups"
        durable.make_folder(folder)
        for left in folder.glob("*.part*"):
            left.unlink()
        stamp = dt.datetime.now().strftime("%Y%m%d-%H%M%S-%f")
        target = folder / f"{stamp}-{reason}.db"
        part = target.with_suffix(".part")
        try:
            database.copy(self.database, self.keys, part)
            durable.sync(part)
            durable.place(part, target)
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)
        if self.key_file.exists:
            durable.replace(folder / KEY_FILE, self.key_file.path.read_bytes())
        return target

    def _migrate(self) -> None:
        """Bring the schema to SCHEMA, after a backup; compared raw, so that a start stays quick."""
        found = self._revision()
        if found == SCHEMA:
            return
        self.migrated = bool(found)
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
        durable.sync(fresh)
        durable.place(fresh, self.database)

    def _revision(self) -> str:
        if not self.database.exists() or self.database.stat().st_size == 0:
            if list((self.home / "backups").glob("*.db")):
                raise database.damaged()  # it went missing: a store that was used is not begun anew
            return ""
        with closing(database.connect(self.database, self.keys)) as raw:
            try:
                row = raw.execute("SELECT version_num FROM alembic_version").fetchone()
            except database.DatabaseError as error:
                if "no such table" in str(error):
                    return ""
                raise database.damaged() from None
        return str(row[0]) if row else ""
