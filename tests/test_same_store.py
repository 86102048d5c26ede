"""One store on three databases: SQLite, SQLCipher and PostgreSQL hold the same by the same code."""

from __future__ import annotations

import datetime as dt
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, event, inspect, text
from sqlmodel import SQLModel, select

import app.outbox
import app.received
import app.return_file  # noqa: F401  (declares its table)
from app import trail
from app.engine import engine_of
from app.keys import Keys
from app.log import PURGED, LogRow, check_rows
from app.migrations import downgrade_engine, known_revisions, upgrade_engine
from app.purge import purge
from app.workbench import Workbench
from forms.dossier import Dossier, Enterprise, Equipment, Photo, Stage, Training, Visit
from forms.errors import UserError
from forms.record import paths, single_id
from tests.postgres_kit import Server

KINDS = ("sqlite", "sqlcipher", "postgresql")
#: SQLite's own `BEGIN` and locks are tested by themselves (test_workbench.py).
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


# Migrations


def test_the_migrations_make_what_the_forms_declare(databases: Databases) -> None:
    engine = databases.migrated()

    def alike(_object: object, name: str | None, *_: object) -> bool:
        return engine.dialect.name == "sqlite" or name != "summary_list"  # a narrow one elsewhere

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": alike})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_each_migration_goes_up_and_down_and_keeps_what_it_knows(databases: Databases) -> None:
    engine, key, steps = databases.empty(), uuid4().hex, sorted(known_revisions())
    upgrade_engine(engine, steps[0])
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO dossier "
                "VALUES (:key, :key, NULL, '', :off, 'changchun-2024', :rare, '', NULL)"
            ),
            {"key": key, "off": False, "rare": RARE},
        )
        connection.execute(
            text("INSERT INTO meta (key, value) VALUES ('person', :rare)"), {"rare": RARE}
        )
    for step in steps[1:]:
        upgrade_engine(engine, step)
        downgrade_engine(engine, "-1")
        upgrade_engine(engine, step)
    downgrade_engine(engine, steps[0])
    with engine.connect() as connection:
        assert connection.execute(text("SELECT owner FROM dossier")).scalar() == RARE
        assert connection.execute(text("SELECT value FROM meta")).scalar() == RARE
    downgrade_engine(engine, "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]


# Edits


def test_every_kind_of_value_comes_back_as_it_was_put(laptop: Laptop) -> None:
    bench = laptop("王示例")
    dossier_id = bench.create(district=LONG)
    record = single_id(dossier_id, "enterprise")
    for path, value in {
        "directions.生产制造/MES": True, "revenue.value": "1,860.00", "founded_on": "2011-03-04",
        "summary": "一段很长的话。" * 5_000, "central_funds": False,
        "name": LONG, "credit_code": LONG, "address": RARE,
    }.items():  # fmt: skip
        bench.put(dossier_id, "enterprise", record, path, value)
    visit = bench.add(dossier_id, "visit", date="2025-06-17")
    bench.add(dossier_id, "training", start="09:05", visit=str(visit), attendees=7)
    facts = {"width": 1600, "place": [45.1, None, RARE]}
    bench.add(dossier_id, "photo", sha256="0" * 64, size=2**53, facts=facts)
    found = bench.dossier(dossier_id)
    one = found.one(Enterprise)
    assert (one.name, one.district, one.address) == (LONG, LONG, RARE)
    assert (one.founded_on, one.central_funds) == (dt.date(2011, 3, 4), False)
    assert one.revenue == {"value": "1,860.00"} and one.directions == {"生产制造/MES": True}
    assert one.summary == "一段很长的话。" * 5_000
    (photo,), (training,) = found.all(Photo), found.all(Training)
    assert (photo.size, photo.facts) == (2**53, facts)
    assert (training.start, training.visit, training.attendees) == (dt.time(9, 5), visit, 7)
    assert [each.date for each in found.all(Visit)] == [dt.date(2025, 6, 17)]


def test_typing_on_stays_one_row_until_focus_leaves(laptop: Laptop) -> None:
    bench = laptop("王示例")
    dossier_id = bench.create("示例")
    record = single_id(dossier_id, "enterprise")
    for typed in ("1", "13", "138"):
        bench.put(dossier_id, "enterprise", record, "phone", typed)
    bench.seal(dossier_id)
    bench.put(dossier_id, "enterprise", record, "phone", "139")
    _, rows = bench.whole(dossier_id)
    said = [(row.payload(), row.live) for row in rows if row.field == "phone"]
    assert said == [("138", False), ("139", True)]
    assert check_rows(rows, dossier_id) == ""


def test_what_fails_half_way_leaves_nothing(laptop: Laptop) -> None:
    bench = laptop("王示例")
    dossier_id = bench.create("示例")
    before, count = content(bench.dossier(dossier_id)), len(bench.whole(dossier_id)[1])
    with pytest.raises(RuntimeError), bench.writing() as (_, _log, records):
        record = single_id(dossier_id, "enterprise")
        records.edit(dossier_id, "enterprise", record, "phone", "1")
        raise RuntimeError
    with pytest.raises(UserError):
        bench.add(dossier_id, "equipment", name="车床", quantity="许多")
    assert content(bench.dossier(dossier_id)) == before
    assert len(bench.whole(dossier_id)[1]) == count


def test_a_snapshot_is_of_one_moment(laptop: Laptop) -> None:
    bench = laptop("王示例")
    dossier_id = bench.create("示例")
    with bench._reading() as session:
        first = session.exec(select(Equipment.id)).all()
        bench.add(dossier_id, "equipment", name="车床")
        assert session.exec(select(Equipment.id)).all() == first
    assert [each.name for each in bench.dossier(dossier_id).all(Equipment)] == ["车床"]


def test_undone_wholly_it_is_as_before_and_redone_wholly_as_after(laptop: Laptop) -> None:
    bench = laptop("王示例")
    dossier_id = bench.create("示例")
    play(bench, dossier_id, random.Random(3), 25)
    seen = [_shown(bench, dossier_id)]
    steps = 0
    while bench.undo(dossier_id):
        steps += 1
    assert steps > 10 and _shown(bench, dossier_id) != seen[0]
    while bench.redo(dossier_id):
        steps -= 1
    assert steps == 0 and _shown(bench, dossier_id) == seen[0]


def _shown(bench: Workbench, dossier_id: UUID) -> list[tuple[Any, ...]]:
    dossier = bench.dossier(dossier_id)
    one = dossier.one(Enterprise)
    return [(one.contact, one.phone)] + [
        (each.id, each.name, each.quantity) for each in dossier.all(Equipment)
    ]


# Merging


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


def test_random_edits_of_two_laptops_come_to_the_same_in_either_order(
    laptop: Laptop, tmp_path: Path
) -> None:
    one, two = laptop("王示例"), laptop("李示例")
    third = Workbench.open(tmp_path / "third")  # the store as every laptop has it
    dossier_id = one.create("示例")
    dice = random.Random(20)
    for _ in range(2):
        play(one, dossier_id, dice, 16)
        give(one, two, dossier_id)
        play(one, dossier_id, dice, 14)
        play(two, dossier_id, dice, 14)
        give(two, one, dossier_id)
        give(one, two, dossier_id)
        give(one, third, dossier_id)
        give(two, third, dossier_id)
        found = content(one.dossier(dossier_id))
        assert found == content(two.dossier(dossier_id)) == content(third.dossier(dossier_id))
        told = conflicts(one, dossier_id)
        assert told == conflicts(two, dossier_id) == conflicts(third, dossier_id)
        assert any(at[1] == "withdrawn" for at in told) and len(told) > 2
        give(two, one, dossier_id)
        assert content(one.dossier(dossier_id)) == found
    third.close()


def test_a_choice_ends_a_conflict_and_an_ordinary_edit_does_not(laptop: Laptop) -> None:
    one, two = laptop("王示例"), laptop("李示例")
    dossier_id = one.create("示例")
    give(one, two, dossier_id)
    at = single_id(dossier_id, "enterprise"), "phone"
    one.put(dossier_id, "enterprise", *at, "甲")
    two.put(dossier_id, "enterprise", *at, "乙")
    give(two, one, dossier_id)
    assert list(conflicts(one, dossier_id)) == [at]
    assert one.dossier(dossier_id).conflicts == {at}
    one.put(dossier_id, "enterprise", *at, "丙")
    assert list(conflicts(one, dossier_id)) == [at]
    one.choose(dossier_id, "enterprise", *at, "丁")
    assert conflicts(one, dossier_id) == {}
    give(one, two, dossier_id)
    assert two.dossier(dossier_id).one(Enterprise).phone == "丁"
    assert conflicts(two, dossier_id) == {}


def test_what_was_purged_is_gone_and_no_merge_revives_it(laptop: Laptop) -> None:
    one, two = laptop("王示例"), laptop("李示例")
    dossier_id = one.create("示例")
    record = one.add(dossier_id, "equipment", name="秘密车床")
    give(one, two, dossier_id)
    two.put(dossier_id, "equipment", record, "maker", "秘密厂家")
    give(two, one, dossier_id)
    before = [LogRow(**row.model_dump()) for row in two.whole(dossier_id)[1]]
    # What SQLite's file holds besides is of no concern here, and PostgreSQL's is the server's.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.purge.scour", lambda _store: "")
        list(purge(one, dossier_id, "equipment", record, "企业要求"))
    give(one, two, dossier_id)
    for bench in (one, two):
        with bench.writing() as (_, log, records):
            records.rebuild(dossier_id, log.unite(dossier_id, before))
        _, rows = bench.whole(dossier_id)
        assert check_rows(rows, dossier_id) == ""
        assert not [row for row in rows if "秘密" in (row.value or "")]
        assert [row.payload() for row in rows if row.field == PURGED] == ["企业要求"]
        assert not bench.dossier(dossier_id).all(Equipment)


def test_two_copies_of_one_folder_are_told_and_nothing_is_taken(laptop: Laptop) -> None:
    one, two, copy = laptop("王示例"), laptop("李示例"), laptop("副本")
    dossier_id = one.create("示例")
    give(one, copy, dossier_id)
    copy.store.device = one.store.device
    record = single_id(dossier_id, "enterprise")
    one.put(dossier_id, "enterprise", record, "phone", "甲")
    copy.put(dossier_id, "enterprise", record, "phone", "乙")
    give(one, two, dossier_id)
    before = content(two.dossier(dossier_id))
    with pytest.raises(UserError, match="副本"):
        give(copy, two, dossier_id)
    assert content(two.dossier(dossier_id)) == before


def test_one_file_imported_on_two_laptops_is_one_history(laptop: Laptop) -> None:
    one, two = laptop("王示例"), laptop("李示例")
    mapping = {
        "format": "zhengai-dossier/1",
        "id": str(uuid4()),
        "enterprise": {"name": "示例", "phone": "1"},
        "equipment": [{"name": "车床", "quantity": 2}],
    }
    dossier_id = one.import_mapping(mapping)
    assert two.import_mapping(mapping) == dossier_id
    with pytest.raises(UserError, match="已在本机"):
        one.import_mapping(mapping)
    give(one, two, dossier_id)
    assert conflicts(two, dossier_id) == {}
    assert content(two.dossier(dossier_id)) == content(one.dossier(dossier_id))


def test_settings_are_kept(laptop: Laptop) -> None:
    bench = laptop("王示例")
    assert bench.store.setting("person") == "王示例"
    bench.store.set_setting("hub", RARE)
    bench.store.set_setting("hub", RARE * 2)
    assert bench.store.setting("hub") == RARE * 2
