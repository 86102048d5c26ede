"""One store on three databases: SQLite, SQLCipher and PostgreSQL hold the same by the same code."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any
from uuid import UUID, uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlmodel import SQLModel, select

from app.log import check_rows
from app.migrations import downgrade_engine, known_revisions, upgrade_engine
from app.workbench import Workbench
from forms.dossier import Enterprise, Equipment, Photo, Training, Visit
from forms.errors import UserError
from forms.record import single_id
from tests.same_store_kit import (
    LONG,
    RARE,
    Databases,
    Laptop,
    _databases,
    content,
    databases,
    laptop,
    play,
)


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


def test_settings_are_kept(laptop: Laptop) -> None:
    bench = laptop("王示例")
    assert bench.store.setting("person") == "王示例"
    bench.store.set_setting("hub", RARE)
    bench.store.set_setting("hub", RARE * 2)
    assert bench.store.setting("hub") == RARE * 2
