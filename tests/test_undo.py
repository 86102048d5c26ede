"""Undo and redo: the state before and after, across a restart, and never over somebody else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.log import LogRow
from app.undo import KEPT
from app.workbench import Workbench
from forms.dossier import Enterprise, Equipment
from forms.errors import UserError
from forms.evaluation import Stage
from forms.record import forms, single_id, specs
from tests.window_kit import opened


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    with opened(tmp_path_factory.mktemp("undo") / "store") as made:
        yield made


def state(bench: Workbench, dossier_id: UUID) -> dict[str, Any]:
    """What is in view: every record that says something, in order, with what it says."""
    dossier = bench.dossier(dossier_id)
    found: dict[str, Any] = {}
    for name, kind in forms().items():
        rows = []
        for record in dossier.all(kind):
            said = {f: v for f in specs(kind) if (v := getattr(record, f)) not in (None, "", {})}
            if set(said) - {"stage", "subject"}:
                rows.append((record.position, record.id, record.parent_id, said))
        found[name] = rows
    return found


def enterprise(dossier_id: UUID) -> UUID:
    return single_id(dossier_id, "enterprise")


def undo_all(bench: Workbench, dossier_id: UUID) -> int:
    count = 0
    while bench.undo(dossier_id):
        count += 1
    return count


def redo_all(bench: Workbench, dossier_id: UUID) -> int:
    count = 0
    while bench.redo(dossier_id):
        count += 1
    return count


EDIT = st.one_of(
    st.tuples(st.just("put"), st.sampled_from(("contact", "phone")), st.sampled_from("甲乙丙")),
    st.tuples(st.just("tick"), st.sampled_from(("A", "B")), st.booleans()),
    st.tuples(st.just("add"), st.sampled_from("甲乙")),
    st.tuples(st.just("withdraw"), st.integers(0, 2)),
    st.tuples(st.just("restore"), st.integers(0, 2)),
    st.tuples(st.just("move"), st.integers(0, 2), st.integers(0, 2)),
    st.tuples(st.just("rename"), st.integers(0, 2), st.sampled_from("甲乙丙")),
    st.tuples(st.just("seal")),
)
EDITS = st.lists(
    st.one_of(EDIT, st.tuples(st.just("step"), st.lists(EDIT, max_size=3))), max_size=10
)


def play(
    bench: Workbench,
    dossier: UUID,
    edits: list[tuple[Any, ...]],
    made: list[UUID] | None = None,
) -> None:
    made = [] if made is None else made
    item = bench.pack.instrument.items[0].name
    for what, *rest in edits:
        if what == "put":
            bench.put(dossier, "enterprise", enterprise(dossier), rest[0], rest[1])
        elif what == "tick":
            bench.answer(dossier, Stage.DIAGNOSIS, item, f"chosen.{rest[0]}", rest[1])
        elif what == "add":
            made.append(bench.add(dossier, "equipment", name=rest[0]))
        elif what == "seal":
            bench.seal(dossier)
        elif what == "step":
            with bench.step():
                play(bench, dossier, rest[0], made)
        elif rest[0] < len(made):
            record = made[rest[0]]
            if what == "withdraw":
                bench.withdraw(dossier, "equipment", record)
            elif what == "restore":
                bench.restore(dossier, "equipment", record)
            elif what == "rename":
                bench.put(dossier, "equipment", record, "name", rest[1])
            else:
                bench.move(dossier, "equipment", record, made[min(rest[1], len(made) - 1)])


@given(EDITS)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_undone_wholly_it_is_as_before_and_redone_wholly_as_after(
    bench: Workbench, edits: list[tuple[Any, ...]]
) -> None:
    dossier = bench.create("示例")
    before = state(bench, dossier)
    play(bench, dossier, edits)
    after = state(bench, dossier)
    steps = undo_all(bench, dossier)
    assert state(bench, dossier) == before
    assert redo_all(bench, dossier) == steps
    assert state(bench, dossier) == after
    assert undo_all(bench, dossier) == steps
    assert state(bench, dossier) == before
    assert bench.dossier(dossier).conflicts == frozenset()


def test_an_undo_is_a_new_edit_and_takes_no_row_away(bench: Workbench) -> None:
    dossier = bench.create("示例")
    bench.put(dossier, "enterprise", enterprise(dossier), "contact", "张示例")
    rows = bench.whole(dossier)[1]
    assert bench.undo(dossier) == "已撤销：“企业基本情况”的“企业联系人”"
    later = bench.whole(dossier)[1]
    assert [row.id for row in later[: len(rows)]] == [row.id for row in rows]
    assert len(later) == len(rows) + 1
    assert later[-1].seen == [str(rows[-1].id)]
    assert bench.dossier(dossier).one(Enterprise).contact == ""
    assert bench.undo(dossier) is None, "making the dossier is no step"


def test_what_is_done_at_once_is_undone_at_once(bench: Workbench) -> None:
    dossier = bench.create("示例")
    bench.put(dossier, "enterprise", enterprise(dossier), "contact", "张示例")
    before = state(bench, dossier)
    with bench.step():
        with pytest.raises(UserError):
            bench.put(dossier, "visit", uuid4(), "none", "refused before anything of the step")
        visit = bench.add(dossier, "visit")
        with bench.step():
            bench.add(dossier, "stay", visit)
        bench.put(dossier, "visit", visit, "results", "设备")
    after = state(bench, dossier)
    bench.put(dossier, "enterprise", enterprise(dossier), "phone", "1")
    assert bench.undo(dossier) == "已撤销：“企业基本情况”的“联系方式”"
    assert bench.undo(dossier) == "已撤销：“现场诊断”等 2 条记录"
    assert state(bench, dossier) == before
    assert bench.redo(dossier) == "已重做：“现场诊断”等 2 条记录"
    assert state(bench, dossier) == after
    assert undo_all(bench, dossier) == 2


def test_the_steps_outlive_the_window_and_are_bounded(
    data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert KEPT == 100
    monkeypatch.setattr("app.undo.KEPT", 12)  # a commit each takes its time
    with opened(data_folder) as bench:
        dossier = bench.create("示例")
        for number in range(17):
            bench.put(dossier, "enterprise", enterprise(dossier), "contact", str(number))
            bench.seal(dossier)
    again = Workbench.open(data_folder)
    try:
        assert undo_all(again, dossier) == 12
        assert again.dossier(dossier).one(Enterprise).contact == "4"
    finally:
        again.close()


def test_a_new_edit_ends_what_could_be_redone(bench: Workbench) -> None:
    dossier = bench.create("示例")
    for value in ("甲", "乙"):
        bench.put(dossier, "enterprise", enterprise(dossier), "contact", value)
        bench.seal(dossier)
    bench.undo(dossier)
    bench.put(dossier, "enterprise", enterprise(dossier), "phone", "1")
    assert bench.redo(dossier) is None
    assert bench.dossier(dossier).one(Enterprise).contact == "甲"


def as_another(
    bench: Workbench, dossier: UUID, form: str, record: UUID, path: str, to: str
) -> None:
    """An edit of a colleague on this laptop."""
    me = bench.person
    bench.seal(dossier)
    bench.set_person("李示例")
    bench.put(dossier, form, record, path, to)
    bench.seal(dossier)
    bench.set_person(me)


def test_what_somebody_else_wrote_since_is_not_overwritten(bench: Workbench) -> None:
    dossier = bench.create("示例")
    mine = enterprise(dossier)
    bench.put(dossier, "enterprise", mine, "phone", "1")
    bench.put(dossier, "enterprise", mine, "contact", "甲")
    as_another(bench, dossier, "enterprise", mine, "contact", "乙")
    with pytest.raises(UserError, match="企业联系人”之后又改过，没有撤销"):
        bench.undo(dossier)
    assert bench.dossier(dossier).one(Enterprise).contact == "乙"
    assert bench.undo(dossier), "the next one is the step before"
    found = bench.dossier(dossier).one(Enterprise)
    assert (found.contact, found.phone) == ("乙", "")
    # Not even where the colleague came to the same words.
    bench.put(dossier, "enterprise", mine, "address", "同")
    as_another(bench, dossier, "enterprise", mine, "address", "同")
    with pytest.raises(UserError):
        bench.undo(dossier)


def test_an_entry_that_somebody_else_filled_in_stays_in_sight(bench: Workbench) -> None:
    dossier = bench.create("示例")
    record = bench.add(dossier, "equipment", name="机床")
    as_another(bench, dossier, "equipment", record, "name", "数控机床")
    with pytest.raises(UserError, match="他人"):
        bench.undo(dossier)
    assert [each.name for each in bench.dossier(dossier).all(Equipment)] == ["数控机床"]


def test_a_purged_value_does_not_come_back(bench: Workbench) -> None:
    dossier = bench.create("示例")
    for value in ("张示例", "李示例"):
        bench.put(dossier, "enterprise", enterprise(dossier), "contact", value)
        bench.seal(dossier)
    with bench.writing() as (session, log, _):
        row: LogRow = log.rows(dossier)[-2]
        assert json.loads(row.value or "") == "张示例"
        row.value = row.salt = None
        session.add(row)
    with pytest.raises(UserError, match="彻底删除"):
        bench.undo(dossier)


def test_of_a_step_what_somebody_else_changed_since_stays_and_the_rest_goes(
    bench: Workbench,
) -> None:
    dossier = bench.create("示例")
    names = [bench.add(dossier, "equipment", name=each) for each in "甲乙丙"]
    before = state(bench, dossier)
    with bench.step():
        for record in names:
            bench.put(dossier, "equipment", record, "name", "丁")
        bench.seal(dossier)
    as_another(bench, dossier, "equipment", names[1], "name", "戊")
    said = bench.undo(dossier)
    assert said == "已撤销：“生产设备”等 2 条记录；另有 1 条记录之后又改过，没有改动"
    found = {each.id: each.name for each in bench.dossier(dossier).all(Equipment)}
    assert found == dict(zip(names, ("甲", "戊", "丙"), strict=True))
    assert bench.redo(dossier) == "已重做：“生产设备”等 2 条记录"
    bench.undo(dossier)
    bench.choose(dossier, "equipment", names[1], "name", "乙")
    assert state(bench, dossier) == before
