"""The self-assessment as .xlsx: official texts out, a filled sheet in, every wrong cell named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import openpyxl
import pytest

from app import self_sheet
from app.import_plan import State
from app.packs import load_pack
from app.workbench import Workbench
from exporters.self_sheet import TICK, lines_of
from forms.errors import UserError
from forms.evaluation import Stage
from forms.fields import chosen
from forms.instrument import Kind
from tests.hostile_sheets import book
from tests.rule_cases import good
from tests.window_kit import opened

PACK = load_pack()
ROWS = {line.number: row for row, line in enumerate(lines_of(PACK), 6)}
MULTI = next(i for i in PACK.instrument.items if i.kind is Kind.MULTI)
SINGLE = next(i for i in PACK.instrument.items if i.kind is Kind.SINGLE)
SCENE = PACK.instrument.scenes[0]


def place(name: str, part: str = "") -> str:
    """The cell that is filled in for an item or scene, or a part of it."""
    table = PACK.instrument
    names = [*(item.name for item in table.items), *(scene.name for scene in table.scenes)]
    return f"D{ROWS[f'{names.index(name) + 1}{part}']}"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    with opened(tmp_path_factory.mktemp("自评") / "data") as made:
        yield made


@pytest.fixture
def fresh(bench: Workbench) -> UUID:
    return bench.create("示例·甲厂", credit_code="91220105MA0EXAMP0M")


def sheet(bench: Workbench, dossier: UUID, path: Path, cells: dict[str, Any]) -> Path:
    """An exported sheet with some cells filled in."""
    made = self_sheet.export_sheet(bench, dossier, path)
    opened_book = openpyxl.load_workbook(made)
    assert opened_book.active is not None
    for cell, value in cells.items():
        opened_book.active[cell] = value
    opened_book.save(made)
    return made


def test_the_sheet_has_every_official_text_and_only_the_answers_can_be_changed(
    bench: Workbench, fresh: UUID, tmp_path: Path
) -> None:
    path = self_sheet.export_sheet(bench, fresh, tmp_path / "自评表")
    assert path.name == "自评表.xlsx"
    made = openpyxl.load_workbook(path).active
    assert made is not None and made.protection.sheet
    said = "\n".join(str(cell.value) for row in made.iter_rows() for cell in row if cell.value)
    for item in PACK.instrument.items:
        assert item.question in said
        assert all(f"{option.key}.{option.text}" in said for option in item.options)
    assert all(text in said for scene in PACK.instrument.scenes for text in scene.criteria)
    free = {c.coordinate for row in made.iter_rows() for c in row if not c.protection.locked}
    answers = {f"D{ROWS[line.number]}" for line in lines_of(PACK) if line.field}
    assert {cell for cell in free if cell[0] == "D"} == answers
    assert {cell[0] for cell in free} == {"D", "F"}
    ranged = {str(each.sqref) for each in made.data_validations.dataValidation}
    listed = {cell for each in ranged for cell in each.split()}
    assert listed == answers


def test_a_filled_sheet_is_previewed_and_taken_in(
    bench: Workbench, fresh: UUID, tmp_path: Path
) -> None:
    figure = next(line for line in lines_of(PACK) if line.field.startswith("figures."))
    cells = {
        place(MULTI.name, ".B"): TICK,
        place(MULTI.name, ".C"): "是",
        f"F{ROWS['1']}": "=见设备台账",
        place(SINGLE.name): f"{SINGLE.options[1].key}.{SINGLE.options[1].text}",
        place(SCENE.name): "二级",
        f"D{ROWS[figure.number]}": 80,
    }
    path = sheet(bench, fresh, tmp_path / "a.xlsx", cells)
    raw = openpyxl.load_workbook(path)
    assert raw.active is not None
    raw.active[f"F{ROWS['1']}"].data_type = "s"
    raw.save(path)
    plan = self_sheet.preview(bench, fresh, path)
    assert {row.state for row in plan.rows} == {State.NEW}
    assert plan.rows[0].note == "依据说明；选项：留空→B、C"
    assert bench.dossier(fresh).given(Stage.SELF, MULTI.name) is None
    assert self_sheet.apply(bench, fresh, plan) > 0
    dossier = bench.dossier(fresh)
    assert chosen(dossier.answer(Stage.SELF, MULTI.name).chosen) == ["B", "C"]
    assert dossier.answer(Stage.SELF, MULTI.name).note == "=见设备台账"
    assert chosen(dossier.answer(Stage.SELF, SINGLE.name).chosen) == [SINGLE.options[1].key]
    assert dossier.answer(Stage.SELF, SCENE.name).level == 2
    key = figure.field.partition(".")[2]
    assert dossier.answer(Stage.SELF, figure.subject).figures[key] == "80"
    again = self_sheet.preview(bench, fresh, path)
    assert {row.state for row in again.rows} == {State.SAME}
    assert self_sheet.apply(bench, fresh, again) == 0
    # What is exported now holds the answers, and changes nothing either.
    anew = self_sheet.export_sheet(bench, fresh, tmp_path / "b.xlsx")
    assert {r.state for r in self_sheet.preview(bench, fresh, anew).rows} == {State.SAME}
    changed = sheet(bench, fresh, tmp_path / "c.xlsx", {place(MULTI.name, ".C"): None})
    (row,) = [r for r in self_sheet.preview(bench, fresh, changed).rows if r.state != State.SAME]
    assert (row.state, row.note) == (State.CHANGED, "选项：B、C→B")


def test_every_answer_of_a_whole_self_assessment_goes_out_and_comes_back(
    bench: Workbench, fresh: UUID, tmp_path: Path
) -> None:
    whole = bench.import_mapping({**good(), "id": "00000000-0000-4000-8000-0000000000aa"})
    path = self_sheet.export_sheet(bench, whole, tmp_path / "a.xlsx")
    plan = self_sheet.preview(bench, whole, path)
    assert len(plan.rows) == len(PACK.instrument.items) + len(PACK.instrument.scenes)
    assert {row.state for row in plan.rows} == {State.SAME}


def test_every_wrong_cell_is_named_and_its_part_left_out(
    bench: Workbench, fresh: UUID, tmp_path: Path
) -> None:
    figure = next(line for line in lines_of(PACK) if line.field.startswith("figures."))
    other = PACK.instrument.scenes[1]
    cells = {
        place(MULTI.name, ".A"): TICK,
        place(MULTI.name, ".B"): TICK,
        place(SINGLE.name): "Z",
        place(SCENE.name): "五级",
        f"D{ROWS[figure.number]}": "八十",
        place(other.name): 1,
        "A200": "77",
        "D200": TICK,
    }
    plan = self_sheet.preview(bench, fresh, sheet(bench, fresh, tmp_path / "a.xlsx", cells))
    wrong = {row.subject: row.note for row in plan.rows if row.state is State.WRONG}
    assert "同时选了A、B" in wrong[MULTI.name]
    assert f"第 {ROWS['2']} 行 D 列：“Z”应为" in wrong[SINGLE.name]
    assert "“五级”应为无等级、一级、二级、三级、四级之一" in wrong[SCENE.name]
    assert f"第 {ROWS[figure.number]} 行 D 列：“八十”不是数字" in wrong[figure.subject]
    assert "编号“77”不在评测表中" in wrong["第 200 行"]
    self_sheet.apply(bench, fresh, plan)
    answers = bench.dossier(fresh).answers(Stage.SELF)
    assert [(a.subject, a.level) for a in answers] == [(other.name, 1)]


@pytest.mark.parametrize(
    ("shown", "wrong"), [("0%", True), ("0.00%", True), ('0.0"%"', False), ("0\\%", False)]
)
def test_a_figure_that_shows_as_a_percentage_is_not_taken_for_a_hundredth(
    bench: Workbench, fresh: UUID, tmp_path: Path, shown: str, wrong: bool
) -> None:
    figure = next(line for line in lines_of(PACK) if line.unit == "%")
    path = sheet(bench, fresh, tmp_path / "自评表.xlsx", {f"D{ROWS[figure.number]}": 0.955})
    made = openpyxl.load_workbook(path)
    assert made.active is not None
    made.active[f"D{ROWS[figure.number]}"].number_format = shown  # as where 95.5% was typed
    made.save(path)
    (row,) = self_sheet.preview(bench, fresh, path).rows
    if wrong:
        assert row.state is State.WRONG and "“95.5" in row.note and "%”不是数字" in row.note
    else:
        assert row.state is State.NEW and row.note == "数据：留空→0.955"


def test_another_firms_sheet_and_what_is_no_sheet_are_refused(
    bench: Workbench, fresh: UUID, tmp_path: Path
) -> None:
    mine = self_sheet.export_sheet(bench, fresh, tmp_path / "a.xlsx")
    theirs = bench.create("示例·乙厂", credit_code="91220106MA0EXAMP17")
    with pytest.raises(UserError, match="是“示例·甲厂”的自评表，不是本企业的，没有导入"):
        self_sheet.preview(bench, theirs, mine)
    older = sheet(bench, fresh, tmp_path / "old.xlsx", {"A2": "依据《另一版》"})
    with pytest.raises(UserError, match="所依据的评测表与本档案不同"):
        self_sheet.preview(bench, fresh, older)
    (tmp_path / "x.xlsx").write_bytes(book())
    (tmp_path / "y.xlsx").write_bytes(b"PK\x03\x04")
    for name in ("x.xlsx", "y.xlsx", "没有.xlsx"):
        with pytest.raises(UserError, match="没有导入"):
            self_sheet.preview(bench, fresh, tmp_path / name)
    with pytest.raises(UserError, match="没有导出"):
        self_sheet.export_sheet(bench, fresh, tmp_path / "无此文件夹" / "a.xlsx")
