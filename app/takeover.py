"""A store of a version that did not encrypt: its database and files are sealed, then wiped.

The vault is made whole beside what lay there in clear; only once `keys.json` names it is the clear
wiped, so that whatever stops the work is begun again, or finished, at the next start.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

from app import database, durable
from app.keys import Keys
from app.vault import Vault
from forms.errors import UserError

_DATABASE = "zhengai.db"
_FOLDERS = ("originals", "attachments", "derived", "backups")
_AREAS = ("originals", "attachments")


def seal(folder: Path, vault: Path, keys: Keys) -> None:
    """Make the vault of what lies in `folder` in clear; nothing, where that is nothing.

    The database is sealed as it is, with the backups there were, and each original under its hash.
    Raises UserError where it cannot be done; what lay there stays as it was.
    """
    plain = folder / _DATABASE
    if not database.is_plain(plain):
        return
    made = vault.with_name(f"{vault.name}.new")
    try:
        for stale in (made, vault):
            if stale.exists():  # left by a start that was stopped before the keys were kept
                shutil.rmtree(stale)
        (made / "backups").mkdir(parents=True)
        _quiet(plain)
        _sealed(plain, made / _DATABASE, keys)
        for backup in sorted((folder / "backups").glob("*.db")):
            _sealed(backup, made / "backups" / backup.name, keys)
        kept = Vault(made / "files", keys)
        for area in _AREAS:
            for path in (folder / area).glob("??/*"):
                if ".part-" not in path.name:
                    kept.stage(area, path.name.partition(".")[0], _pieces(path)).place()
        durable.sync_folder(made / "backups")
        durable.sync_folder(made)
        durable.place(made, vault)
    except (OSError, database.DatabaseError) as error:
        shutil.rmtree(made, ignore_errors=True)
        raise UserError(
            "原有数据没有加密成功，数据仍按原样保存、未受影响，请检查磁盘空间和权限后重新打开。"
        ) from error


def finish(folder: Path) -> None:
    """Wipe what lay in clear, once the vault has it."""
    plain = folder / _DATABASE
    if not database.is_plain(plain):
        return
    for name in _FOLDERS:
        shutil.rmtree(folder / name, ignore_errors=True)
    for path in folder.glob(f"{_DATABASE}-*"):
        with suppress(OSError):
            path.unlink()
    # Last: while it is there, the rest is known to be in clear.
    with suppress(OSError):
        plain.unlink()


def _quiet(plain: Path) -> None:
    """Fold the write-ahead log of a crash into the database."""
    import sqlite3

    with closing(sqlite3.connect(plain)) as raw:
        raw.execute("PRAGMA journal_mode=DELETE").close()


def _sealed(plain: Path, target: Path, keys: Keys) -> None:
    database.seal(plain, target, keys)
    durable.sync(target)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while piece := stream.read(1 << 18):
            yield piece
