"""The encrypted database: how it is opened, copied and checked. SQLCipher with a raw key."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Engine, Integer, create_engine, event
from sqlcipher3 import dbapi2 as sqlcipher
from sqlmodel import SQLModel

from app.keys import Keys

#: SQLCipher's are errors of their own, alike in all but their ancestors.
DatabaseError = sqlcipher.DatabaseError
OperationalError = sqlcipher.OperationalError
_PLAIN = b"SQLite format 3\x00"


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


def engine(database: Path, keys: Keys) -> Engine:
    """SQLAlchemy's engine over such connections."""
    made = create_engine(
        f"sqlite:///{database}", module=sqlcipher, creator=lambda: connect(database, keys)
    )

    @event.listens_for(made, "connect")
    def _pragmas(connection: sqlcipher.Connection, _record: Any) -> None:
        # Every commit shown as saved survives the process and the power: WAL with full sync.
        # What is deleted is overwritten: a person may have asked for it.
        for pragma in (
            *("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"),
            "secure_delete=ON",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    return made


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


def read_one_moment(connection: Connection) -> None:
    """Have all that a new transaction reads be of one moment, whoever writes meanwhile."""
    if connection.dialect.name == "sqlite":
        # The driver by itself begins a transaction before a write only.
        connection.exec_driver_sql("BEGIN")
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def _widen(column: Column[Any], _table: Any = None) -> None:
    """Make whole numbers as wide on PostgreSQL as they are on SQLite by themselves."""
    if type(column.type) is Integer:
        column.type = BigInteger().with_variant(Integer(), "sqlite")


# Of all tables, those that were declared before this was loaded and those that are yet to be.
event.listen(Column, "after_parent_attach", _widen)
for _table in SQLModel.metadata.tables.values():
    for _column in _table.columns:
        _widen(_column)


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
