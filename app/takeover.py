"""A store of a version that did not encrypt: its database and files are sealed, then wiped.

The vault is made whole beside what lay there in clear; only once `keys.json` names it is the clear
wiped, so that whatever stops the work is begun again, or finished, at the next start.
"""

from __future__ import annotations

import hashlib
import logging
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

from app import database, durable
from app.keys import Keys
from app.outside import cause
from app.vault import Vault
from forms.errors import UserError

_DATABASE = "zhengai.db"
_FOLDERS = ("originals", "attachments", "derived", "backups")
_AREAS = ("originals", "attachments")
_FROM = "taken-over"
"""In the vault, until the clear is wiped: the hash of the database that it was made of."""

log_to = logging.getLogger(__name__)


def is_due(folder: Path) -> bool:
    """Whether there is a store in clear."""
    return database.is_plain(folder / _DATABASE)


def seal(folder: Path, vault: Path, keys: Keys) -> None:
    """Make the vault of what lies in `folder` in clear; nothing, where that is nothing.

    The database is sealed as it is, with the backups there were, and each original under its hash.
    Raises UserError where it cannot be done; what lay there stays as it was.
    """
    if not is_due(folder):
        return
    plain = folder / _DATABASE
    made = vault.with_name(f"{vault.name}.new")
    try:
        for stale in (made, vault):
            if stale.exists():  # left by a start that was stopped before the keys were kept
                shutil.rmtree(stale)
        (made / "backups").mkdir(parents=True)
        _quiet(plain)
        _sealed(plain, made / _DATABASE, keys)
        for backup in sorted((folder / "backups").glob("*.db")):
            _backup_sealed(backup, made / "backups" / backup.name, keys)
        kept = Vault(made / "files", keys)
        for area in _AREAS:
            for path in (folder / area).glob("??/*"):
                digest = path.name.partition(".")[0]
                # Beside the originals may lie what a crash or a file manager left there.
                if re.fullmatch("[0-9a-f]{64}", digest) and ".part-" not in path.name:
                    kept.stage(area, digest, _pieces(path)).place()
        durable.replace(made / _FROM, _hash(plain))
        durable.sync_folder(made / "backups")
        durable.sync_folder(made)
        durable.place(made, vault)
    except (OSError, database.DatabaseError, sqlite3.Error) as error:
        shutil.rmtree(made, ignore_errors=True)
        raise UserError(
            f"原有数据没有加密成功（{cause(error)}），数据仍按原样保存、未受影响，"
            "请检查磁盘空间和权限后重新打开。"
        ) from error


def finish(folder: Path, vault: Path) -> None:
    """Wipe what lay in clear, once the vault has it.

    Where an older version was started again since, what it wrote is in no vault, and stays.
    """
    plain, taken = folder / _DATABASE, vault / _FROM
    if not is_due(folder):
        taken.unlink(missing_ok=True)
        return
    if not taken.exists() or taken.read_bytes() != _hash(plain):
        log_to.warning("an unencrypted database lies in the data folder that was not taken over")
        return
    for name in _FOLDERS:
        shutil.rmtree(folder / name, ignore_errors=True)
    # What a crash left of the log, and of the copy that a change of the schema works on.
    for path in (*folder.glob(f"{_DATABASE}-*"), *folder.glob("zhengai.new*")):
        with suppress(OSError):
            path.unlink()
    # Last: while it is there, the rest is known to be in clear.
    with suppress(OSError):
        plain.unlink()


def _quiet(plain: Path) -> None:
    """Fold the write-ahead log of a crash into the database."""
    with closing(sqlite3.connect(plain)) as raw:
        raw.execute("PRAGMA journal_mode=DELETE").close()


def _hash(plain: Path) -> bytes:
    with plain.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest().encode()


def _backup_sealed(backup: Path, target: Path, keys: Keys) -> None:
    """One that is itself damaged, as a crash may have left it, is no backup and left out."""
    try:
        _sealed(backup, target, keys)
    except database.OperationalError:
        raise  # the disk's or the folder's fault
    except database.DatabaseError:
        log_to.warning("a damaged backup was not taken over")
        target.unlink(missing_ok=True)


def _sealed(plain: Path, target: Path, keys: Keys) -> None:
    database.seal(plain, target, keys)
    durable.sync(target)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while piece := stream.read(1 << 18):
            yield piece
