"""Stores on three databases, and laptops that work with them."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, create_engine, event

import app.outbox
import app.received
import app.return_file  # noqa: F401  (declares its table)
from app import trail
from app.engine import engine_of
from app.keys import Keys
from app.log import LogRow, check_rows
from app.migrations import upgrade_engine
from app.workbench import Workbench
from forms.dossier import Dossier, Stage
from forms.record import paths, single_id
from tests.postgres_kit import Server

KINDS = ("sqlite", "sqlcipher", "postgresql")
#: SQLite's own `BEGIN` and locks are tested by themselves (test_workbench_failing.py).
RARE = "𠮷😀“引号”'\\ %s :a {b}\n\t"
#: No index takes it: it cannot be packed much.
LONG = "".join(map(chr, random.Random(5).choices(range(0x4E00, 0x9FA5), k=20_000)))
Laptop = Callable[[str], Workbench]


def _plain(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def _with_keys(connection: sqlite3.Connection, _record: Any) -> None:
        for pragma in ("foreign_keys=ON", "journal_mode=WAL", "synchronous=OFF"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


class Databases:
    """New databases of one kind: empty ones, and copies of one that has its tables."""

    def __init__(self, kind: str, folder: Path, keys: Keys, server: Server | None) -> None:
        self._kind, self._folder, self._keys, self._server = kind, folder, keys, server
        self._engines: list[Engine] = []
        self._template = self._new()
        engine = self._open(self._template)
        upgrade_engine(engine)
        engine.dispose()  # PostgreSQL copies none that somebody uses

    def empty(self) -> Engine:
        return self._open(self._new())

    def migrated(self) -> Engine:
        return self._open(self._new(self._template))

    def close(self) -> None:
        for engine in self._engines:
            engine.dispose()
        self._engines.clear()

    def _new(self, template: str = "") -> str:
        if self._server is not None:
            return self._server.database(template)
        path = self._folder / f"{uuid4()}.db"
        if template:
            shutil.copyfile(template, path)
        return str(path)

    def _open(self, name: str) -> Engine:
        if self._server is not None:
            url = self._server.url(name).replace("postgresql:", "postgresql+psycopg:")
            engine = create_engine(url)
        elif self._kind == "sqlite":
            engine = _plain(Path(name))
        else:
            engine = engine_of(Path(name), self._keys)
        self._engines.append(engine)
        return engine


@pytest.fixture(scope="module", params=KINDS)
def _databases(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, keys: Keys
) -> Databases:
    server = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    return Databases(request.param, tmp_path_factory.mktemp("databases"), keys, server)


@pytest.fixture
def databases(_databases: Databases) -> Iterator[Databases]:
    """Databases of each kind in turn, closed after each test."""
    yield _databases
    _databases.close()


@pytest.fixture
def laptop(databases: Databases, tmp_path: Path) -> Iterator[Laptop]:
    """Workbenches over new stores, by the name of who works there."""
    made: list[Workbench] = []

    def laptop(name: str) -> Workbench:
        bench = Workbench.open(tmp_path / name)
        # The vault and the lock stay the folder's; rows are the other database's from here on.
        bench.store.engine.dispose()
        bench.store.engine = databases.migrated()
        bench.set_person(name)
        made.append(bench)
        return bench

    yield laptop
    for bench in made:
        bench.close()


def content(dossier: Dossier) -> dict[UUID, dict[str, Any]]:
    return {
        record.id: {**paths(record), "at": (record.parent_id, record.position, record.withdrawn)}
        for rows in dossier.records.values()
        for record in rows
    }


def give(one: Workbench, other: Workbench, dossier_id: UUID) -> None:
    """Have `other` take in all that `one` has of a dossier."""
    _, held = one.whole(dossier_id)
    rows = [LogRow(**row.model_dump()) for row in held]
    assert check_rows(rows, dossier_id) == ""
    with other.writing() as (_, log, records):
        records.rebuild(dossier_id, log.unite(dossier_id, rows))


def conflicts(bench: Workbench, dossier_id: UUID) -> dict[tuple[UUID, str], list[UUID]]:
    with bench.writing() as (_, log, _records):
        found = log.conflicts(dossier_id).items()
        return {at: sorted(row.id for row in rows) for at, rows in found}


def play(bench: Workbench, dossier_id: UUID, dice: random.Random, count: int) -> None:
    """Random edits, also of what others made."""
    item = bench.pack.instrument.items[0].name
    for _ in range(count):
        kept = _writable(bench, dossier_id)
        what = dice.choice(("put", "put", "tick", "add", "name", "withdraw", "restore", "move"))
        if what == "put":
            record = single_id(dossier_id, "enterprise")
            field = dice.choice(("contact", "phone", "address"))
            bench.put(dossier_id, "enterprise", record, field, f"{dice.randrange(1000)}号")
        elif what == "tick":
            path = f"chosen.{dice.choice('AB')}"
            bench.answer(dossier_id, Stage.DIAGNOSIS, item, path, dice.random() < 0.5)
        elif what == "add" or not kept:
            made = UUID(int=dice.getrandbits(128), version=4)
            bench.add(dossier_id, "equipment", None, None, made, name=f"车床{dice.randrange(100)}")
        elif what == "name":
            bench.put(dossier_id, "equipment", dice.choice(kept), "quantity", dice.randrange(9))
        elif what == "move":
            bench.move(dossier_id, "equipment", dice.choice(kept), dice.choice(kept))
        else:
            act = bench.withdraw if what == "withdraw" else bench.restore
            act(dossier_id, "equipment", dice.choice(kept))


def _writable(bench: Workbench, dossier_id: UUID) -> list[UUID]:
    """The equipment that was not purged, withdrawn entries too."""
    with bench.store.session() as session:
        gone = trail.erased(session, dossier_id)
    found = bench.dossier(dossier_id).records.get("equipment", ())
    return [each.id for each in found if each.id not in gone]
