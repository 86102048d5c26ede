"""SQLAlchemy over the encrypted database; opening it and a first look at it do without."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Engine, Integer, create_engine, event
from sqlcipher3 import dbapi2 as sqlcipher
from sqlmodel import SQLModel

from app import database
from app.keys import Keys


def engine_of(path: Path, keys: Keys) -> Engine:
    """SQLAlchemy's engine over connections of `app.database`."""
    made = create_engine(
        f"sqlite:///{path}", module=sqlcipher, creator=lambda: database.connect(path, keys)
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
