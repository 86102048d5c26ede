"""The facade: every edit is whole and kept, and lists read fresh summaries."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.data_folder import default_folder
from app.log import check_rows
from app.workbench import Workbench
from forms.dossier import Equipment, Stage, Stay, Visit
from forms.errors import UserError
from tests.app_kit import enterprise, looked_into, names


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def bench(folder: Path) -> Iterator[Workbench]:
    made = Workbench.open(folder)
    yield made
    made.close()


# Edits


def test_an_edit_is_there_at_the_next_start(folder: Path) -> None:
    bench = Workbench.open(folder)
    bench.set_person("王示例")
    dossier_id = bench.create("示例·甲厂", district="二道区")
    record = enterprise(bench, dossier_id).id
    bench.put(dossier_id, "enterprise", record, "directions.生产制造/MES", True)
    bench.put(dossier_id, "enterprise", record, "revenue.value", "1,860.00")
    bench.put(dossier_id, "enterprise", record, "founded_on", "2011-03-04")
    bench.close()

    bench = Workbench.open(folder)
    found = enterprise(bench, dossier_id)
    assert (found.name, found.district, found.founded_on) == (
        "示例·甲厂", "二道区", dt.date(2011, 3, 4)
    )  # fmt: skip
    assert (found.directions, found.revenue) == ({"生产制造/MES": True}, {"value": "1,860.00"})
    assert bench.person == "王示例"
    assert {row.person for row in bench.whole(dossier_id)[1]} == {"王示例"}
    bench.close()


def test_typing_on_is_one_row_and_moving_on_seals_it(bench: Workbench) -> None:
    dossier_id = bench.create("示例·甲厂")
    before = len(bench.whole(dossier_id)[1])
    record = enterprise(bench, dossier_id).id
    for typed in ("长", "长春", "长春市"):
        bench.put(dossier_id, "enterprise", record, "address", typed)
    bench.put(dossier_id, "enterprise", record, "contact", "李样本")
    rows = bench.whole(dossier_id)[1][before:]
    assert [(row.field, row.payload()) for row in rows] == [
        ("address", "长春市"), ("contact", "李样本")
    ]  # fmt: skip
    assert check_rows(bench.whole(dossier_id)[1], dossier_id) == ""


def test_clearing_a_field_clears_it(bench: Workbench) -> None:
    dossier_id = bench.create("示例·甲厂")
    record = enterprise(bench, dossier_id).id
    for path, value, empty in (
        ("address", "某路", ""),
        ("founded_on", dt.date(2011, 1, 1), None),
        ("central_funds", True, None),
        ("quality.无", True, False),
        ("revenue.year", "2024", ""),
    ):
        bench.put(dossier_id, "enterprise", record, path, value)
        bench.put(dossier_id, "enterprise", record, path, empty)
    found = enterprise(bench, dossier_id)
    assert (found.address, found.founded_on, found.central_funds) == ("", None, None)
    assert (found.quality, found.revenue) == ({}, {})


def test_entries_are_added_moved_withdrawn_and_restored(bench: Workbench) -> None:
    dossier_id = bench.create("示例·甲厂")
    ids = [bench.add(dossier_id, "equipment", name=name, quantity=1) for name in "甲乙丙"]
    bench.add(dossier_id, "equipment", after=ids[0], name="插入")
    assert names(bench, dossier_id) == ["甲", "插入", "乙", "丙"]
    bench.move(dossier_id, "equipment", ids[0], after=ids[2])
    assert names(bench, dossier_id) == ["插入", "乙", "丙", "甲"]
    bench.move(dossier_id, "equipment", ids[2], after=ids[2])
    assert names(bench, dossier_id) == ["插入", "乙", "丙", "甲"]
    bench.withdraw(dossier_id, "equipment", ids[1])
    assert names(bench, dossier_id) == ["插入", "丙", "甲"]
    bench.restore(dossier_id, "equipment", ids[1])
    assert names(bench, dossier_id) == ["插入", "乙", "丙", "甲"]
    assert not bench.dossier(dossier_id).conflicts
    assert check_rows(bench.whole(dossier_id)[1], dossier_id) == ""


def test_children_hide_with_their_parent(bench: Workbench) -> None:
    dossier_id = bench.create("示例·甲厂")
    visits = [bench.add(dossier_id, "visit", date=f"2025-06-{day}") for day in (17, 18)]
    for visit in visits:
        bench.add(dossier_id, "stay", parent=visit, start="09:00", end="11:30:00")
    bench.withdraw(dossier_id, "visit", visits[0])
    dossier = bench.dossier(dossier_id)
    assert [visit.id for visit in dossier.all(Visit)] == visits[1:]
    assert [stay.parent_id for stay in dossier.all(Stay)] == visits[1:]
    bench.restore(dossier_id, "visit", visits[0])
    assert len(bench.dossier(dossier_id).all(Stay)) == 2


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(["add", "move", "withdraw", "restore"]),
                  st.integers(0, 9), st.integers(0, 9)),
        max_size=25,
    )
)  # fmt: skip
def test_any_order_of_edits_ends_as_a_list_would(
    bench: Workbench, edits: list[tuple[str, int, int]]
) -> None:
    dossier_id = bench.create("示例·甲厂")
    order: list[UUID] = []
    hidden: set[UUID] = set()
    for what, first, second in edits:
        if what == "add":
            after = order[first % len(order)] if order and second % 2 else None
            made = bench.add(dossier_id, "equipment", after=after)
            order.insert(order.index(after) + 1 if after else len(order), made)
        elif order:
            one, other = order[first % len(order)], order[second % len(order)]
            if what == "move" and one != other:
                bench.move(dossier_id, "equipment", one, after=other)
                order.remove(one)
                order.insert(order.index(other) + 1, one)
            elif what == "withdraw":
                bench.withdraw(dossier_id, "equipment", one)
                hidden.add(one)
            elif what == "restore":
                bench.restore(dossier_id, "equipment", one)
                hidden.discard(one)
    shown = [record.id for record in bench.dossier(dossier_id).all(Equipment)]
    assert shown == [record for record in order if record not in hidden]
    assert check_rows(bench.whole(dossier_id)[1], dossier_id) == ""


def test_answers_are_made_where_they_are_not_there_yet(bench: Workbench) -> None:
    dossier_id = bench.create("示例·甲厂")
    bench.answer(dossier_id, Stage.DIAGNOSIS, "网络建设", "chosen.B", True)
    bench.answer(dossier_id, Stage.DIAGNOSIS, "网络建设", "note", "现场见到交换机。")
    bench.answer(dossier_id, Stage.SELF, "网络建设", "chosen.A", True)
    dossier = bench.dossier(dossier_id)
    found = dossier.answer(Stage.DIAGNOSIS, "网络建设")
    assert (found.subject, found.chosen, found.note) == (
        "网络建设", {"B": True}, "现场见到交换机。"
    )  # fmt: skip
    assert dossier.answer(Stage.SELF, "网络建设").chosen == {"A": True}
    assert len(dossier.answers(Stage.DIAGNOSIS)) == 1


def test_the_data_folder_is_the_environments(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("ZHENGAI_DATA", str(tmp_path / "甲"))
    assert default_folder() == tmp_path / "甲"
    monkeypatch.delenv("ZHENGAI_DATA")
    assert default_folder().name == "zhengai"


# Lists


def test_dossiers_are_found_by_id_or_name(bench: Workbench) -> None:
    first, second = bench.create("示例·甲_厂"), bench.create("示例·甲_厂二部")
    bench.create("")
    assert bench.resolve_name("示例·甲_厂") == first
    assert bench.resolve_name(" 二部 ") == second
    assert bench.resolve_name(str(second).upper()) == second
    for wanted in ("没有", "示例", "%", "示例%", "", " ", "示例·甲__厂"):
        with pytest.raises(UserError, match="改用 list 命令"):
            bench.resolve_name(wanted)
    bench.create("示例·甲_厂")
    with pytest.raises(UserError, match="不止一份"):
        bench.resolve_name("示例·甲_厂")


def test_the_list_is_newest_first_and_searchable(bench: Workbench) -> None:
    for name in ("示例·甲厂", "示例·乙厂", "百分%之_百\\厂"):
        bench.create(name)
    assert [s.name for s in bench.summaries()] == ["百分%之_百\\厂", "示例·乙厂", "示例·甲厂"]
    assert [s.name for s in bench.summaries("示例")] == ["示例·乙厂", "示例·甲厂"]
    for literal in ("%之", "_百", "\\厂"):
        assert len(bench.summaries(literal)) == 1
    assert bench.summaries("甲%") == []


def test_a_summary_is_worked_out_again_only_when_something_changed(bench: Workbench) -> None:
    today = dt.date(2025, 7, 1)
    dossier_id = bench.create("示例·甲厂")
    record = enterprise(bench, dossier_id).id

    def worked_out() -> bool:
        """Whether the summary was computed and not read: what is stored is a marked forgery."""
        with bench.writing() as (session, _log, _records):
            session.execute(text("UPDATE summary SET facts = :facts"), {"facts": '{"forged": 1}'})
        return "forged" not in bench.summary(dossier_id, today)

    assert bench.summary(dossier_id, today) == bench.review(dossier_id, today).summary()
    assert not worked_out()
    bench.put(dossier_id, "enterprise", record, "address", "长")
    assert worked_out()
    assert not worked_out()
    bench.put(dossier_id, "enterprise", record, "address", "长春")  # typing on: no new row
    assert worked_out()
    bench.withdraw(dossier_id, "equipment", bench.add(dossier_id, "equipment"))
    assert worked_out()
    today = dt.date(2025, 7, 2)
    assert worked_out()
    shot = "a" * 64
    bench.add(dossier_id, "photo", sha256=shot)
    assert worked_out()
    other = bench.create("示例·乙厂")
    assert not worked_out()
    bench.add(other, "photo", sha256=shot, visit=bench.add(other, "visit"))
    assert worked_out()
    assert not worked_out()


def test_fifty_dossiers_are_listed_from_their_summaries(bench: Workbench) -> None:
    for number in range(50):
        dossier_id = bench.create(f"示例·第{number}厂")
        with bench.writing() as (session, _log, _records):
            session.execute(
                text("UPDATE summary SET mark = :mark, facts = :facts WHERE dossier_id = :id"),
                {
                    "id": dossier_id.hex,
                    "mark": bench._around(dossier_id, dt.date.today()).mark,
                    "facts": json.dumps({"step": "enterprise"}),
                },
            )
    start = time.perf_counter()
    facts = [bench.summary(summary.id) for summary in bench.summaries()]
    assert time.perf_counter() - start < 2
    assert facts == [{"step": "enterprise"}] * 50


def test_closing_leaves_no_row_open(folder: Path) -> None:
    bench = Workbench.open(folder)
    dossier_id = bench.create("示例·甲厂")
    bench.put(dossier_id, "enterprise", enterprise(bench, dossier_id).id, "address", "长春")
    bench.close()
    with looked_into(folder) as raw:
        assert raw.execute("SELECT count(*) FROM log WHERE link IS NULL").fetchone() == (0,)


def test_an_unknown_dossier_is_said_to_be_none(bench: Workbench) -> None:
    for ask in (bench.dossier, bench.review, bench.summary):
        with pytest.raises(UserError, match="没有找到这份档案"):
            ask(uuid4())
