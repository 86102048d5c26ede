"""专项资金 in the window: conditions lead on, the estimate follows edits, scans are attached."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from uuid import UUID

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.workbench import Workbench
from forms.dossier import Attachment, Audit, Invoice
from forms.fields import chosen
from forms.record import form_of
from forms.visit import AUDIT_SCAN, INVOICE_SCAN
from grading.finding import Target
from tests.subsidy_cases import sample_mapping
from tests.window_kit import child, click, kept, opened, press, window
from widgets.controls import Button
from widgets.count_strip import _Cell
from widgets.dossier_window import DossierWindow
from widgets.field_base import LineEdit
from widgets.pages.statistics import StatisticsPage
from widgets.pages.subsidy import SubsidyPage
from widgets.theme import DARK, LIGHT, theme

HALF = "500,000.00"


@pytest.fixture(autouse=True, scope="module")
def _themed(qapp: QApplication) -> None:
    theme().install(qapp)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    with opened(tmp_path_factory.mktemp("资金") / "data") as made:
        yield made


@pytest.fixture(scope="module")
def paid(bench: Workbench) -> UUID:
    """The sample whose subsidy was paid; tests leave it as it is."""
    return _paid(bench)


def _paid(bench: Workbench, **changed: str) -> UUID:
    mapping = deepcopy(sample_mapping())
    mapping["enterprise"] |= changed
    return bench.import_mapping(mapping)


def page_in(qtbot: QtBot, bench: Workbench, dossier: UUID) -> tuple[DossierWindow, SubsidyPage]:
    win = window(qtbot, bench, dossier, "subsidy")
    page = win.page()
    assert isinstance(page, SubsidyPage)
    return win, page


def shown(page: SubsidyPage) -> str:
    """The list in view, "" where the conditions are."""
    return form_of(page.pane.listed.kind) if page.pane else ""


def figures(page: SubsidyPage) -> list[str]:
    """What the strip says, cell by cell."""
    return [cell.accessibleName() for cell in page.strip.findChildren(_Cell)]


def test_an_empty_dossier_says_of_each_condition_what_is_lacking(
    qtbot: QtBot, bench: Workbench
) -> None:
    win, page = page_in(qtbot, bench, bench.create("示例·空"))
    assert figures(page)[0] == "拨付条件 0 / 10，10 项待补"
    assert "档案未填写批次" in page.estimate.said.text()
    assert all("待补" in button.accessibleName() for button in page.list.rows.values())
    click(page.list.rows["batch"])
    assert win.key == "enterprise"


def test_conditions_lead_to_where_they_are_mended(
    qtbot: QtBot, bench: Workbench, paid: UUID
) -> None:
    win, page = page_in(qtbot, bench, paid)
    assert figures(page)[:2] == [
        "拨付条件 11 / 11，已全部具备",
        f"可预期补助（元） {HALF}，估算，以审核为准",
    ]
    leads = {
        "level": "regrade",
        "acceptance": "acceptance",
        "pilot_2022": "enterprise",
        "contract": "contracts",
    }
    for key, where in leads.items():
        page.list.rows[key].click()
        assert win.key == where
        win.show_page("subsidy")


def test_the_estimate_and_the_conditions_follow_what_is_typed(
    qtbot: QtBot, bench: Workbench
) -> None:
    win, page = page_in(qtbot, bench, _paid(bench, name="示例·改动"))
    edit = child(page.form, LineEdit, "审定投入金额")
    edit.setFocus()
    edit.selectAll()
    QTest.keyClicks(edit, "900000.02")
    press(Qt.Key.Key_Tab)
    assert kept(win.desk).dossier.one(Audit).amount == "900000.02"
    assert "450,000.01" in figures(page)[1]
    assert "450,000.01 元" in page.estimate.amount.text()
    audit = page.list.rows["audit"]
    win.desk.put("audit", win.desk.dossier.one(Audit).id, "passed", False)
    page.lay_out()
    assert "不具备" in page.list.rows["audit"].accessibleName()
    assert page.list.rows["audit"] is not audit


def test_a_finding_leads_to_its_row_and_a_lacking_one_to_its_list(
    qtbot: QtBot, bench: Workbench, paid: UUID
) -> None:
    win, page = page_in(qtbot, bench, paid)
    row = win.desk.dossier.all(Invoice)[3]
    page.go_to(Target("subsidy", row.id, "number"))
    assert shown(page) == "invoice"
    assert page.panes[0].table.current() == row.id
    page.go_to(Target("subsidy", None, "event"))
    assert shown(page) == "subsidyentry"
    page.go_to(Target("subsidy", None, "accepted_on"))
    assert shown(page) == "" and page.list.rows["accepted_on"].hasFocus()
    page.go_to(Target("subsidy", win.desk.dossier.one(Audit).id, "number"))
    assert child(page.form, LineEdit, "报告编号").hasFocus()


def test_a_scan_is_kept_as_its_kind_and_named_by_the_row(
    qtbot: QtBot, bench: Workbench, tmp_path: Path
) -> None:
    win, page = page_in(qtbot, bench, bench.create("示例·空"))
    file = tmp_path / "发票.pdf"
    file.write_bytes(b"%PDF-1.4\n%%EOF\n")
    scan = child(page._head, Button, "添加扫描件")
    assert scan.isEnabled()  # for the audit's report
    page.show_tab("invoice")
    page.attach([file])
    assert win.desk.dossier.all(Attachment) == []  # no row that it could be of
    assert not scan.isEnabled()
    page.add()
    assert scan.isEnabled()
    page.attach([file])
    qtbot.waitUntil(lambda: bool(chosen(win.desk.dossier.all(Invoice)[0].scan)))
    (held,) = win.desk.dossier.all(Attachment)
    assert held.kind == INVOICE_SCAN
    assert chosen(win.desk.dossier.all(Invoice)[0].scan) == [str(held.id)]
    page.show_tab("")
    page.attach([file])
    qtbot.waitUntil(lambda: bool(chosen(win.desk.dossier.one(Audit).scan)))
    assert win.desk.dossier.all(Attachment)[-1].kind == AUDIT_SCAN


def test_the_title_is_whole_on_every_tab_of_a_small_window(
    qtbot: QtBot, bench: Workbench, paid: UUID
) -> None:
    win, page = page_in(qtbot, bench, paid)
    for width in (1280, 1200):
        win.resize(width, 720)
        for tab in ("", "invoice", "payment", "subsidyentry"):
            page.show_tab(tab)
            qtbot.wait(150)  # until the header is laid out anew
            title = page._head._title
            assert title.width() >= title.sizeHint().width(), (width, tab)
    scan = child(page._head, Button, "添加扫描件")
    assert scan.width() < 60 and scan.toolTip()  # its icon alone, and named all the same
    win.resize(1900, 900)
    qtbot.waitUntil(lambda: scan.width() > 100)


def test_the_picture_paints_in_both_themes(qtbot: QtBot, bench: Workbench, paid: UUID) -> None:
    _, page = page_in(qtbot, bench, paid)
    seen = set()
    for tokens in (LIGHT, DARK):
        theme().use(tokens)
        image = page.estimate.flow.grab().toImage()
        seen.add(image.pixelColor(150, 10).name())
    theme().use(LIGHT)
    assert len(seen) == 2
    assert "可预期补助 500,000.00 元" in page.estimate.flow.accessibleName()


def test_the_table_of_all_dossiers_is_written_from_the_statistics(
    qtbot: QtBot, bench: Workbench, paid: UUID, tmp_path: Path
) -> None:
    made = StatisticsPage(bench)
    qtbot.addWidget(made, before_close_func=lambda _: made.finish())
    made.show()
    assert child(made, Button, "导出资金汇总表").isEnabled()
    made.write_subsidies(tmp_path / "资金.xlsx")
    qtbot.waitUntil(lambda: "资金汇总表已导出" in made.told.text(), timeout=20_000)
    book = openpyxl.load_workbook(tmp_path / "资金.xlsx")
    assert book.sheetnames == ["专项资金汇总", "各县（市、区）合计"]
