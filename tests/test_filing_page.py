"""The pages of the retrofit and of annex 4 on a real store; what an edit after the start keeps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import text

from app.exchange import detached, dump
from app.workbench import Workbench
from forms.dossier import (
    Attachment,
    Contract,
    ContractItem,
    Effect,
    Enterprise,
    Filing,
    FilingChange,
    Milestone,
    Training,
)
from forms.evaluation import Stage
from forms.record import single_id, specs
from forms.visit import PHASES
from grading.finding import Target
from grading.rules.filing_view import changes, first_part
from tests.window_kit import NAME, child, click, kept, opened, window
from widgets.controls import Button
from widgets.dossier_window import DossierWindow
from widgets.field_base import LineEdit
from widgets.field_choice import RefsField
from widgets.list_page import ListPage
from widgets.pages.filing import FilingPage
from widgets.pages.progress import ProgressPage
from widgets.theme import theme


@pytest.fixture(autouse=True, scope="module")
def _themed(qapp: QApplication) -> None:
    theme().install(qapp)


@pytest.fixture
def bench(data_folder: Path) -> Iterator[Workbench]:
    with opened(data_folder) as made:
        yield made


@pytest.fixture
def dossier(bench: Workbench) -> UUID:
    """A dossier with figures of two years, and no contract yet."""
    made = bench.create(NAME)
    profile = single_id(made, "enterprise")
    for path, value in (
        *(("revenue.value", "500"), ("revenue.year", "2023"), ("profit.value", "20")),
        *(("profit.year", "2024"), ("summary", "示例概况"), ("invested.value", "30")),
    ):
        bench.put(made, "enterprise", profile, path, value)
    return made


def begin(bench: Workbench, dossier: UUID, on: str = "2025-08-01") -> UUID:
    """A contract under which the work began."""
    partner = bench.add(dossier, "partner", name="示例·甲公司", chosen=True)
    return bench.add(
        dossier, "contract", name="示例合同", partner=str(partner), starts_on=on, amount="100"
    )


def page_of(qtbot: QtBot, bench: Workbench, dossier: UUID) -> tuple[DossierWindow, FilingPage]:
    win = window(qtbot, bench, dossier, "filing")
    page = win.page()
    assert isinstance(page, FilingPage)
    return win, page


def test_the_first_edit_after_the_start_keeps_what_stood_there(
    bench: Workbench, dossier: UUID
) -> None:
    form, profile = single_id(dossier, "filing"), single_id(dossier, "enterprise")
    bench.put(dossier, "filing", form, "revenue", "480")
    bench.put(dossier, "filing", form, "revenue", "490")  # nothing has begun
    begin(bench, dossier)
    bench.put(dossier, "filing", form, "profit", "19")  # empty until now: filled in late
    for value in ("5", "51", "510"):
        bench.put(dossier, "filing", form, "revenue", value)
    bench.put(dossier, "enterprise", profile, "phone", "138-0000-0001")
    bench.put(dossier, "enterprise", profile, "name", "示例·改名公司")

    held = bench.dossier(dossier)
    assert [(c.field, c.before, c.now) for c in changes(held)] == [
        ("name", NAME, "示例·改名公司"),
        ("revenue", "490", "510"),
    ]
    assert len(changes(detached(dump(held)))) == 2  # and in dossier.json


def test_undoing_such_an_edit_leaves_nothing_to_explain(bench: Workbench, dossier: UUID) -> None:
    form = single_id(dossier, "filing")
    bench.put(dossier, "filing", form, "invested", "30")
    begin(bench, dossier)
    bench.put(dossier, "filing", form, "invested", "40")
    bench.seal(dossier)
    assert len(changes(bench.dossier(dossier))) == 1
    assert bench.undo(dossier)
    held = bench.dossier(dossier)
    assert held.one(Filing).invested == "30" and changes(held) == []
    bench.put(dossier, "filing", form, "invested", "50")
    assert [c.before for c in changes(bench.dossier(dossier))] == ["30"]


def test_what_is_filled_in_late_is_printed_as_it_was_typed(bench: Workbench, dossier: UUID) -> None:
    form, profile = single_id(dossier, "filing"), single_id(dossier, "enterprise")
    begin(bench, dossier)
    for typed in ("5", "51", "510"):  # saved as somebody types
        bench.put(dossier, "filing", form, "revenue", typed)
    bench.put(dossier, "enterprise", profile, "central_funds", True)
    bench.put(dossier, "enterprise", profile, "phone", "138-0000-000")
    bench.seal(dossier)
    bench.put(dossier, "enterprise", profile, "phone", "138-0000-0001")  # and corrected afterwards
    bench.put(dossier, "enterprise", profile, "central_funds", False)
    held = bench.dossier(dossier)
    assert changes(held) == []
    filing, enterprise = first_part(held)
    assert (filing.revenue, enterprise.phone) == ("510", "138-0000-0001")


def test_what_was_filled_in_before_a_start_known_long_ago_is_kept(
    bench: Workbench, dossier: UUID
) -> None:
    form, profile = single_id(dossier, "filing"), single_id(dossier, "enterprise")
    begin(bench, dossier, dt.date.today().isoformat())
    bench.put(dossier, "filing", form, "revenue", "490")
    key = next(iter(specs(Enterprise)["quality"].choices))
    bench.put(dossier, "enterprise", profile, f"quality.{key}", True)
    bench.seal(dossier)
    with bench.store.session() as session:  # both were written when that day still lay ahead
        session.connection().execute(text("UPDATE log SET at = '2020-01-01T08:00:00+08:00'"))
        session.commit()
    for typed in ("5", "510"):
        bench.put(dossier, "filing", form, "revenue", typed)
    bench.put(dossier, "enterprise", profile, f"quality.{key}", False)
    held = [(each.field, each.before, each.now) for each in changes(bench.dossier(dossier))]
    assert held == [("quality", key, ""), ("revenue", "490", "510")]


def test_a_start_that_lies_ahead_freezes_nothing(bench: Workbench, dossier: UUID) -> None:
    ahead = dt.date.today() + dt.timedelta(days=3)
    begin(bench, dossier, ahead.isoformat())
    bench.put(dossier, "enterprise", single_id(dossier, "enterprise"), "name", "示例·改名公司")
    assert bench.dossier(dossier).all(FilingChange) == []


def test_what_agrees_is_taken_over_and_the_rest_says_why(
    qtbot: QtBot, bench: Workbench, dossier: UUID
) -> None:
    win, page = page_of(qtbot, bench, dossier)
    card = page.offers["profile"]
    assert set(card.buttons) == {"summary", "revenue", "invested"}  # the profit is of 2024
    click(card.all)
    form = kept(win.desk).dossier.one(Filing)
    assert (form.summary, form.revenue, form.invested, form.profit) == (
        *("示例概况", "500", "30"),
        "",
    )
    assert not card.buttons and not card.all.isVisible()
    begin(bench, dossier)
    win.desk.refresh()
    page.show_part("project")
    click(child(page, Button, "取用：改造项目开始日期"))
    assert kept(win.desk).dossier.one(Filing).starts_on == dt.date(2025, 8, 1)


def test_a_change_after_the_start_is_explained_or_put_back(
    qtbot: QtBot, bench: Workbench, dossier: UUID
) -> None:
    form = single_id(dossier, "filing")
    bench.put(dossier, "filing", form, "revenue", "490")
    begin(bench, dossier)
    win, page = page_of(qtbot, bench, dossier)
    edit = child(page, LineEdit, "2023年营业收入")
    edit.setFocus()
    edit.setText("")
    QTest.keyClicks(edit, "510")
    assert page.flush()
    qtbot.waitUntil(lambda: bool(page.freeze.forms), timeout=30_000)
    change = win.desk.dossier.all(FilingChange)[0]
    page.go_to(Target("filing", change.id, "reason"))
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClicks(focused, "shenji")
    assert page.flush()
    assert kept(win.desk).dossier.all(FilingChange)[0].reason == "shenji"
    click(child(page.freeze, Button, "恢复原来的内容"))
    assert kept(win.desk).dossier.one(Filing).revenue == "490"
    assert not page.freeze.forms and edit.text() == "490"


def test_indicators_are_added_from_the_evaluation(
    qtbot: QtBot, bench: Workbench, dossier: UUID
) -> None:
    for item, key, value in (
        ("设备数字化", "equipment_total", "50"),
        ("设备联网", "equipment_networked", "6"),
    ):
        bench.answer(dossier, Stage.DIAGNOSIS, item, f"figures.{key}", value)
    win, page = page_of(qtbot, bench, dossier)
    page.show_part("effect")
    click(child(page, Button, "按评测数据添加"))
    click(child(page, Button, "按评测数据添加"))  # once is enough
    rows = kept(win.desk).dossier.all(Effect)
    assert [(r.name, r.before, r.unit, r.source) for r in rows] == [
        ("设备联网率", "12", "%", "设备联网率")
    ]


def test_entries_belong_to_the_contract_that_is_chosen(
    qtbot: QtBot, bench: Workbench, dossier: UUID
) -> None:
    win = window(qtbot, bench, dossier, "contracts")
    page = win.page()
    assert isinstance(page, ListPage)
    page.show_tab("contractitem")
    page.pane.add()
    assert "没有添加" in page.pane.trouble.text()
    first, second = begin(bench, dossier), begin(bench, dossier)
    win.desk.refresh()
    pane = page.pane
    assert pane.below is not None and pane.below.current == first
    pane.below.chosen.emit(second)
    page.pane.add()
    rows = kept(win.desk).dossier.all(ContractItem)
    assert [row.parent_id for row in rows] == [second] and pane.count() == 1
    pane.below.chosen.emit(first)
    assert pane.count() == 0
    page.go_to(Target("contracts", rows[0].id))
    assert pane.below.current == second and pane.table.current() == rows[0].id
    win.desk.withdraw("contract", second)
    assert kept(win.desk).dossier.all(ContractItem) == []
    assert [c.id for c in win.desk.dossier.all(Contract)] == [first]


def test_a_training_of_the_retrofit_stands_on_its_own_page(
    qtbot: QtBot, bench: Workbench, dossier: UUID
) -> None:
    bench.add(dossier, "training", topic="示例主题")
    win = window(qtbot, bench, dossier, "courses")
    page = win.page()
    assert isinstance(page, ListPage) and page.pane.count() == 0
    page.pane.add()
    assert [t.phase for t in kept(win.desk).dossier.all(Training)] == ["", PHASES[0]]
    win.desk.refresh()
    assert page.pane.count() == 1
    other = win.show_page("trainings")
    assert isinstance(other, ListPage)
    assert [getattr(row, "phase", None) for row in other.pane.table.records.rows] == [""]


def test_the_overview_leads_to_what_is_missing(
    qtbot: QtBot, bench: Workbench, dossier: UUID
) -> None:
    win = window(qtbot, bench, dossier, "progress")
    page = win.page()
    assert isinstance(page, ProgressPage)
    qtbot.waitUntil(lambda: len(page.grid.cells) == 9, timeout=30_000)
    assert page.empty.isVisible() and not page.chart.isVisible()
    assert "待补" in page.grid.cells[0].accessibleName()
    contract = begin(bench, dossier)
    bench.put(dossier, "contract", contract, "ends_on", "2025-12-31")
    bench.add(dossier, "milestone", contract, name="示例节点", planned_on="2025-09-01")
    win.desk.refresh()
    qtbot.waitUntil(lambda: bool(page.chart.marks()), timeout=30_000)
    assert page.chart.accessibleName() == "改造进度，1 份合同，1 个节点和培训，1 个逾期"
    leads: list[Target] = []
    page.jump.connect(leads.append)
    page.chart.setFocus()
    QTest.keyClick(page.chart, Qt.Key.Key_Right)
    QTest.keyClick(page.chart, Qt.Key.Key_Return)
    click(page.grid.cells[0])
    milestone = bench.dossier(dossier).all(Milestone)[0]
    assert leads[0] == Target("milestones", milestone.id)
    assert (leads[1].page, leads[1].field) == ("sync", "plan_before")


def test_an_enterprise_renamed_after_the_start_leads_to_the_reason(
    qtbot: QtBot, bench: Workbench, dossier: UUID
) -> None:
    begin(bench, dossier)
    win, page = page_of(qtbot, bench, dossier)
    bench.put(dossier, "enterprise", single_id(dossier, "enterprise"), "name", "示例·改名公司")
    change = bench.dossier(dossier).all(FilingChange)[0]
    assert win.desk.dossier.one(Enterprise).name == NAME  # the desk has not read it yet
    page.go_to(Target("filing", change.id, "reason"))
    assert list(page.freeze.forms) == ["enterprise.name"] and page.part == "profile"


def test_a_scan_is_added_where_it_is_asked_for(
    qtbot: QtBot,
    bench: Workbench,
    dossier: UUID,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scan = tmp_path / "示例合同.pdf"
    scan.write_bytes(b"%PDF-1.4 example")
    contract = begin(bench, dossier)
    bench.attach(dossier, scan, "协议扫描件", "别的文件")
    monkeypatch.setattr("widgets.record_form.ask_files", lambda *told: told[-1]([scan]))
    win = window(qtbot, bench, dossier, "contracts")
    page = win.page()
    assert isinstance(page, ListPage)
    field = page.pane.form.fields["scan"]
    assert isinstance(field, RefsField) and not field.boxes  # only contracts' scans are offered
    click(field.take_in)
    held = kept(win.desk).dossier
    made = next(each for each in held.all(Attachment) if each.kind == "改造合同扫描件")
    assert made.name == "示例合同"
    assert held.find(Contract, contract).scan == {str(made.id): True}  # type: ignore[union-attr]
    assert [box.isChecked() for box in field.boxes.values()] == [True]
