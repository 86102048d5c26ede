"""The encrypted database: how it is opened, copied and checked. SQLCipher with a raw key."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlcipher

from app.keys import Keys
from app.outside import cause
from forms.errors import UserError

#: A connection of the driver, as `connect` makes it.
Driver = sqlcipher.Connection
#: SQLCipher's are errors of their own, alike in all but their ancestors.
DatabaseError = sqlcipher.DatabaseError
OperationalError = sqlcipher.OperationalError
_PLAIN = b"SQLite format 3\x00"


class DamagedStoreError(UserError):
    """The database is not whole; `app.salvage` tells what can be had back."""


def damaged() -> DamagedStoreError:
    """The error, with its sentence."""
    return DamagedStoreError("数据库已损坏，原文件未动，请按提示从备份恢复。")


@contextmanager
def told() -> Iterator[None]:
    """Say an error of the database, the driver's or SQLAlchemy's around it, as a sentence."""
    try:
        yield
    except Exception as error:
        of_driver = getattr(error, "orig", error)
        if not isinstance(of_driver, DatabaseError):
            raise
        if not isinstance(of_driver, OperationalError):
            raise damaged() from error
        raise UserError(
            f"数据文件夹打不开（{cause(of_driver)}），原有数据未动，"
            "请检查磁盘空间和权限，或从 backups 文件夹中的备份恢复。"
        ) from error


def connect(database: Path, keys: Keys) -> sqlcipher.Connection:
    """A connection of its own, to be closed by whoever asked. Nothing was read yet: a wrong key or
    damage is a DatabaseError of the first query.
    """
    connection = sqlcipher.connect(database, timeout=10, check_same_thread=False)
    for pragma in (
        f"key = \"x'{keys.database}'\"",
        "temp_store = MEMORY",  # nothing in clear beside the database either
        "cipher_log = off",  # what it says there is not for the standard error
    ):
        connection.execute(f"PRAGMA {pragma}").close()
    return connection


def copy(database: Path, keys: Keys, target: Path) -> None:
    """A consistent copy under the same key, whoever writes meanwhile, by SQLite's own backup."""
    with closing(connect(database, keys)) as old, closing(connect(target, keys)) as new:
        old.backup(new)


def seal(plain: Path, target: Path, keys: Keys) -> None:
    """An encrypted copy of an unencrypted database, which is not on the disk yet."""
    _export(plain, "", target, keys)


def reseal(database: Path, keys: Keys, target: Path, new: Keys) -> None:
    """A copy of a database under other keys, which is not on the disk yet."""
    _export(database, f"x'{keys.database}'", target, new)


def _export(source: Path, key: str, target: Path, keys: Keys) -> None:
    with closing(sqlcipher.connect(source)) as connection:
        if key:
            connection.execute(f'PRAGMA key = "{key}"').close()
        connection.execute("PRAGMA temp_store = MEMORY").close()
        connection.execute(f"ATTACH ? AS sealed KEY \"x'{keys.database}'\"", (str(target),)).close()
        # Nothing is to be waited for with each table: the file counts once it is whole.
        connection.execute("PRAGMA sealed.synchronous = OFF").close()
        connection.execute("SELECT sqlcipher_export('sealed')").close()
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        connection.execute(f"PRAGMA sealed.user_version = {int(version)}").close()
        connection.commit()
        connection.execute("DETACH sealed").close()


def is_plain(database: Path) -> bool:
    """Whether a file is an unencrypted database."""
    try:
        with database.open("rb") as stream:
            return stream.read(len(_PLAIN)) == _PLAIN
    except FileNotFoundError:
        return False


def problems(database: Path, keys: Keys) -> list[str]:
    """What SQLite's own checks, and SQLCipher's of every page, say: empty where it is whole."""
    with closing(connect(database, keys)) as raw:
        try:
            found = [str(row[0]) for row in raw.execute("PRAGMA integrity_check")]
            found = [] if found == ["ok"] else found
            return found + [str(row[0]) for row in raw.execute("PRAGMA cipher_integrity_check")]
        except sqlcipher.OperationalError:
            raise  # the disk's or the folder's
        except DatabaseError as error:  # too damaged to be gone through to the end
            return [str(error)]
