"""The registry as .xlsx: cells of their kinds, nothing that a sheet would run, and back again."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from app import registry_export
from app.registry import import_registry
from app.registry_export import export_registry
from app.workbench import Workbench
from exporters import registry_table
from exporters.registry_table import COLUMNS, RegistryRow
from forms.dossier import Enterprise
from forms.errors import UserError
from forms.steps import STEPS
from tests.rule_cases import good
from widgets.controls import Button
from widgets.pages.home import HomePage
from widgets.theme import theme

TODAY = dt.date(2025, 7, 13)
NASTY = ("=1+1", "+86 431", "-2", "@SUM(A1)", "=cmd|' /C calc'!A0")


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    made = Workbench.open(tmp_path_factory.mktemp("台账") / "data")
    mapping = good()
    mapping["provider"]["name"] = mapping["member"][1]["name"] = NASTY[4]
    edited = made.import_mapping(mapping)
    made.put(edited, "dossier", edited, "batch", "第三批")
    for name in NASTY:
        made.create(name, district="绿园区", industry="汽车零部件配件", credit_code=name)
    yield made
    made.close()


def sheet_of(path: Path) -> Any:
    return openpyxl.load_workbook(path).active


def row_of(sheet: Any, name: str) -> dict[str, Any]:
    heads = [cell.value for cell in sheet[1]]
    cells = next(row for row in sheet.iter_rows(min_row=2) if row[0].value == name)
    return dict(zip(heads, cells, strict=True))


@pytest.fixture(scope="module")
def written(bench: Workbench, tmp_path_factory: pytest.TempPathFactory) -> Path:
    steps = list(export_registry(bench, tmp_path_factory.mktemp("出") / "台账", TODAY))
    assert [step.done for step in steps] == [*range(6), 0, 6]
    assert steps[-1].made is not None and steps[-1].made.name == "台账.xlsx"
    assert os.listdir(steps[-1].made.parent) == ["台账.xlsx"]
    return steps[-1].made


def test_each_value_is_of_its_kind(bench: Workbench, written: Path) -> None:
    sheet = sheet_of(written)
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == f"A1:{sheet.cell(1, len(COLUMNS)).column_letter}7"
    cells = row_of(sheet, good()["enterprise"]["name"])
    facts = bench.summary(bench.resolve_name(good()["enterprise"]["name"]), TODAY)
    assert cells["签订日期"].value == dt.datetime(2025, 6, 10)
    assert cells["服务期限至"].value == dt.datetime(2025, 7, 10)
    assert cells["剩余天数"].value == -3
    assert cells["剩余天数"].fill.start_color.rgb.endswith("F9D9DC")
    assert cells["综合得分"].value == facts["score"] / 1000
    assert cells["诊断等级"].value == cells["自评等级"].value == "一级"
    assert cells["诊断等级"].fill.start_color.rgb.endswith("E3F0E8")
    assert cells["阻断问题"].value == facts["findings"]["block"]
    assert cells["现场诊断次数"].value == 1
    assert cells["最近诊断日期"].value == dt.datetime(2025, 6, 17)
    assert cells["报告字数"].value == facts["words"]
    assert isinstance(cells["更新时间"].value, dt.datetime)
    assert cells["批次"].value == "第三批"
    for step in STEPS:
        held = cells[f"{step.number}.{step.name}"].value
        assert held == registry_table.STATES[facts["steps"][step.key]]


def test_what_was_not_judged_is_left_empty(written: Path) -> None:
    cells = row_of(sheet_of(written), NASTY[0])
    for head in ("综合得分", "诊断等级", "自评等级", "目标等级", "签订日期", "剩余天数", "批次"):
        assert cells[head].value is None


def test_text_is_never_a_formula(written: Path) -> None:
    sheet = sheet_of(written)
    for name in NASTY:
        for head in ("企业名称", "企业信用代码"):
            cell = row_of(sheet, name)[head]
            assert (cell.value, cell.data_type, cell.quotePrefix) == (name, "s", True)
    plain = row_of(sheet, NASTY[0])["所属县（市、区）"]
    assert not plain.quotePrefix


def lines(book: Any, title: str) -> list[dict[str, Any]]:
    heads, *rows = book[title].iter_rows(values_only=True)
    return [dict(zip(heads, row, strict=True)) for row in rows]


def test_the_counts_stand_in_sheets_of_their_own(bench: Workbench, written: Path) -> None:
    book = openpyxl.load_workbook(written)
    steps = lines(book, "各步骤企业数")
    assert [row["步骤"] for row in steps][6:8] == ["7.诊断成果验收", "8.选择服务单位"]
    step = bench.summary(bench.resolve_name(good()["enterprise"]["name"]), TODAY)["step"]
    assert steps[0]["到达该步"] == 6
    assert sum(row["正在该步"] for row in steps) == 6 and step != "needs"
    industry = lines(book, "细分行业等级分布")
    assert {row["评测"] for row in industry} == {"诊断", "自评", "改造后"}
    judged = [row for row in industry if row["评测"] == "诊断"]
    assert [(r["细分行业"], r["未评"], r["一级"], r["合计"], r["平均等级"]) for r in judged] == [
        ("汽车零部件配件制造业", 0, 1, 1, 1), ("汽车零部件配件", 5, 0, 5, None)
    ]  # fmt: skip
    scenes = lines(book, "场景等级分布")
    assert len(scenes) == 16 * (1 + 2 + 1)
    assert all(row["一级"] == 1 and row["合计"] == 6 for row in scenes[:16])
    (district,) = lines(book, "县（市、区）进度")
    assert (district["未签协议"], district["已逾期"], district["合计"]) == (5, 1, 6)
    assert (district["退回企业数"], district["退回次数"], district["未办结意见"]) == (1, 1, 0)
    people = lines(book, "诊断人员工作量")
    lead = next(row for row in people if row["姓名"] == "王")
    assert (lead["担任组长"], lead["现场次数"], lead["现场小时"]) == (1, 1, 3.5)
    assert lines(book, "跨档案核对") == []
    sheets: Any = book
    assert [len(sheet._charts) for sheet in sheets] == [0, 1, 1, 1, 1, 1, 1, 1, 0]


def test_no_sheet_runs_what_people_typed(written: Path) -> None:
    book = openpyxl.load_workbook(written)
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row]
    nasty = [cell for cell in cells if cell.value == NASTY[4]]
    assert {cell.parent.title for cell in nasty} == {
        "一企一档台账", "服务商进度", "诊断人员工作量"
    }  # fmt: skip
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in nasty)
    assert not [cell for cell in cells if cell.data_type == "f"]


def test_our_own_registry_comes_back_in(bench: Workbench, written: Path, tmp_path: Path) -> None:
    other = Workbench.open(tmp_path / "data")
    try:
        entries = list(import_registry(other, written))
        # The nasty ones have no valid code and an industry that is none: each cell is named.
        wrong = [entry for entry in entries if entry.faults]
        assert [[fault.cell[0] for fault in entry.faults] for entry in wrong] == [["B", "D"]] * 5
        assert {entry.name for entry in wrong} == set(NASTY)
        (summary,) = other.summaries()
        twin = other.dossier(summary.id).one(Enterprise)
        first = bench.dossier(bench.resolve_name(summary.name)).one(Enterprise)
        for field in ("name", "credit_code", "district", "industry", "size"):
            assert getattr(twin, field) == getattr(first, field), field
        again = list(import_registry(other, written))
        assert [entry.dossier_id for entry in again] == [None] * 6 and len(other.summaries()) == 1
    finally:
        other.close()


def test_odd_values_make_a_readable_sheet(tmp_path: Path) -> None:
    rows = [
        RegistryRow("\x00控制\ud800字符", industry="长" * 40_000, signed=dt.date(3, 1, 1), level=9),
        RegistryRow("=A", steps={"visit": "blocked"}, findings={"block": 2}, days_left=0),
    ]
    registry_table.write(rows, tmp_path / "a.xlsx")
    sheet = sheet_of(tmp_path / "a.xlsx")
    first, second = row_of(sheet, "控制字符"), row_of(sheet, "=A")
    assert first["签订日期"].value == "0003-01-01"
    assert len(first["所属细分行业"].value) == 32_767
    assert second["4.开展现场服务"].value == "受阻"
    assert second["阻断问题"].fill.start_color.rgb.endswith("F9D9DC")
    assert second["剩余天数"].fill.fill_type is None


def test_a_refusal_or_a_stop_leaves_what_was_there(
    bench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "台账.xlsx"
    path.write_bytes(b"before")
    steps = export_registry(bench, path, TODAY)
    next(steps)
    steps.close()  # type: ignore[attr-defined]

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(registry_table, "write", full)
    with pytest.raises(UserError, match="没有导出台账，原有文件未动"):
        list(export_registry(bench, path, TODAY))
    assert path.read_bytes() == b"before" and os.listdir(tmp_path) == ["台账.xlsx"]
    with pytest.raises(UserError, match="不能写入"):
        list(export_registry(bench, tmp_path / "没有" / "台账.xlsx", TODAY))


def test_without_dossiers_there_is_no_registry(tmp_path: Path) -> None:
    empty = Workbench.open(tmp_path / "data")
    try:
        with pytest.raises(UserError, match="还没有档案"):
            list(export_registry(empty, tmp_path / "a.xlsx"))
    finally:
        empty.close()
    assert registry_export.SUFFIX == ".xlsx"


def test_the_home_page_writes_it_and_says_where(
    bench: Workbench, qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    theme().install(qapp)
    page = HomePage(bench.store)
    page.attach(bench)
    qtbot.addWidget(page, before_close_func=lambda widget: page.finish())
    page.show()
    button = next(b for b in page.findChildren(Button) if b.text() == "导出台账")
    button.click()
    dialog = page.findChild(QFileDialog)
    assert dialog is not None and dialog.acceptMode() is QFileDialog.AcceptMode.AcceptSave
    dialog.fileSelected.emit(str(tmp_path / "台账.xlsx"))
    dialog.reject()
    qtbot.waitUntil(lambda: bool(page.told.text()), timeout=20_000)
    assert page.told.text() == f"台账已导出：台账.xlsx，共 6 家。文件位置：{tmp_path / '台账.xlsx'}"
    assert len(list(sheet_of(tmp_path / "台账.xlsx").iter_rows())) == 7
