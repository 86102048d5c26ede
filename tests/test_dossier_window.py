"""The window of one dossier: its frame, its pages in their order, and the ways to them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app.workbench import Workbench
from forms.dossier import Equipment, Product
from forms.steps import PAGES
from grading.finding import Target
from tests.window_kit import (
    NAME,
    child,
    click,
    opened,
    window,
)
from widgets.dossier_nav import nav_groups, page_of_row, row_of_page
from widgets.field_base import LineEdit
from widgets.findings_panel import FindingCard
from widgets.list_page import ListPage
from widgets.page_table import MAKERS
from widgets.palette import Palette
from widgets.theme import theme

K = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(autouse=True, scope="module")
def _themed(qapp: QApplication) -> None:
    theme().install(qapp)


@pytest.fixture
def bench(data_folder: Path) -> Iterator[Workbench]:
    with opened(data_folder) as made:
        yield made


def test_every_page_of_the_plan_has_its_class() -> None:
    assert list(MAKERS) == list(PAGES)


def test_the_navigation_has_a_row_a_page(bench: Workbench) -> None:
    dossier = bench.dossier(bench.create(NAME))
    groups = nav_groups(dossier, bench.pack, None)
    rows = [page.key for group in groups for step in group.entries for page in step.pages]
    assert [page_of_row(row) for row in rows] == list(PAGES)
    assert row_of_page("walk") in rows and page_of_row("visit") == "walk"
    assert len(rows) == len(set(rows) - {step.key for g in groups for step in g.entries})


def test_the_frame_says_whose_dossier_when_saved_and_what_is_wrong(
    qtbot: QtBot, bench: Workbench
) -> None:
    win = window(qtbot, bench, bench.create(NAME), "enterprise", judged=True)
    assert win.frame.top._name.text() == NAME
    edit = child(win.page(), LineEdit, "企业联系人")
    click(edit)
    with qtbot.waitSignal(win.desk.reviewed, timeout=10_000):
        QTest.keyClicks(edit, "Zhou")
    assert win.frame.top._saved.accessibleName().startswith("已保存 ")
    cards = win.frame.findings.findChildren(FindingCard)
    assert cards and win.frame.top._due.accessibleName() == "协议未签"


def test_a_finding_jumps_to_its_page_and_field(qtbot: QtBot, bench: Workbench) -> None:
    win = window(qtbot, bench, bench.create(NAME), "enterprise")
    row = win.desk.add("equipment", name="saw")
    win.frame.finding_activated.emit(Target("inventory", row, "quantity"))
    assert win.key == "inventory" and child(win.page(), LineEdit, "数量").hasFocus()
    assert win.desk.dossier.find(Equipment, row) is not None


def test_a_finding_without_a_record_leads_to_the_empty_table(
    qtbot: QtBot, bench: Workbench
) -> None:
    win = window(qtbot, bench, bench.create(NAME), "enterprise")
    win.desk.add("project", name="MES")
    win.frame.finding_activated.emit(Target("projects"))
    page = win.page()
    assert isinstance(page, ListPage) and page.pane.listed.kind is Product
    assert page._add.hasFocus()


def test_pages_follow_in_the_order_of_the_work(qtbot: QtBot, bench: Workbench) -> None:
    win = window(qtbot, bench, bench.create(NAME), "enterprise")
    win.turn(1)
    assert win.key == list(PAGES)[1]
    QTest.keyClick(win, K.Key_PageUp, CTRL)
    assert win.key == "enterprise"
    win.turn(-1)
    assert win.key == "enterprise"
    win.frame.nav.opened.emit("agreement")
    assert win.key == "agreement"


def test_the_palette_goes_where_one_types(qtbot: QtBot, bench: Workbench) -> None:
    win = window(qtbot, bench, bench.create(NAME), "enterprise")
    QTest.keyClick(win, K.Key_K, CTRL)
    palette = win.findChildren(Palette)[0]
    palette.field.setText("诊断团队")
    QTest.keyClick(palette.field, K.Key_Return)
    assert win.key == "team"


def test_the_palette_says_when_it_finds_nothing(qtbot: QtBot, bench: Workbench) -> None:
    win = window(qtbot, bench, bench.create(NAME), "enterprise")
    win.search()
    palette = win.findChildren(Palette)[0]
    palette.field.setText("没有这样的页面")
    QTest.keyClick(palette.field, K.Key_Return)
    assert palette.list.item(0).text().startswith("没有找到") and win.key == "enterprise"
    palette.close()


@pytest.mark.parametrize("key", ["enterprise", "inventory", "team"])
def test_no_field_is_cut_at_any_width(qtbot: QtBot, bench: Workbench, key: str) -> None:
    win = window(qtbot, bench, bench.create(NAME), key)
    win.desk.add("equipment", name=NAME)
    win.desk.add("member", name=NAME)
    page = win.page()
    for width, height in ((1280, 720), (1440, 900), (900, 600)):
        win.resize(width, height)
        qtbot.wait(20)
        for edit in page.findChildren(QLineEdit):
            if edit.isVisible():
                right = edit.mapTo(page, edit.rect().topRight()).x()
                assert right <= page.width(), (width, edit.accessibleName())
