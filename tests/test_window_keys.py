"""The keyboard stays where the work is: no page takes it away, and none leaves it nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.workbench import Workbench
from forms.steps import PAGES
from tests.window_kit import NAME, opened, press, window
from widgets.dossier_window import DossierWindow
from widgets.pages.handin import HandinPage
from widgets.pages.report import ReportPage
from widgets.pages.report_bar import DraftBar, Note
from widgets.palette import Entry, Palette
from widgets.theme import theme

K = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(autouse=True, scope="module")
def _themed(qapp: QApplication) -> None:
    theme().install(qapp)


@pytest.fixture
def bench(data_folder: Path) -> Iterator[Workbench]:
    with opened(data_folder) as made:
        yield made


class Shown(QObject):
    """The windows that came into view."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.names.append(type(watched).__name__)
        return False


def test_every_page_comes_into_view_without_a_window_of_its_own_and_with_the_keyboard(
    qtbot: QtBot, qapp: QApplication, bench: Workbench
) -> None:
    win = window(qtbot, bench, bench.create(NAME), "enterprise")
    shown = Shown()
    qapp.installEventFilter(shown)
    try:
        for key in PAGES:
            page = win.show_page(key)
            held = QApplication.focusWidget()
            assert held is not None and held.isVisible(), f"{key} leaves the keyboard nowhere"
            assert page.accessibleName(), key
    finally:
        qapp.removeEventFilter(shown)
    assert shown.names == []


def test_the_reports_keys_act_from_the_buttons_above_it(qtbot: QtBot, bench: Workbench) -> None:
    win = window(qtbot, bench, bench.create(NAME), "report")
    page = win.page()
    assert isinstance(page, ReportPage)
    page.drafting.setFocus()
    press(K.Key_F8)
    part = page.sheet.focused()
    assert part is not None and part.editor.hasFocus()


def test_the_first_f8_begins_at_the_top_of_the_sheet(qtbot: QtBot, bench: Workbench) -> None:
    made = bench.create(NAME)
    for text in ("企业位于示例工业园。", "企业生产示例零件。", "企业有员工八十人。"):
        bench.add(made, "paragraph", section="1.profile", text=text, drafted=True)
    page = window(qtbot, bench, made, "report").page()
    assert isinstance(page, ReportPage)
    for place in (0, 1, 2):
        press(K.Key_F8)
        part = page.sheet.focused()
        assert part is not None and (part.section.key, part.editor.current()) == (
            "1.profile",
            place,
        )


def test_up_and_down_stay_in_the_evidence_panel(qtbot: QtBot, bench: Workbench) -> None:
    win = window(qtbot, bench, bench.create(NAME), "report")
    page = win.page()
    assert isinstance(page, ReportPage)
    press(K.Key_F6)
    for key in (K.Key_Down, K.Key_Down, K.Key_Down, K.Key_Up, K.Key_Up, K.Key_Up):
        press(key)
        assert page.panel.has_keyboard()


def test_a_final_that_is_refused_says_so_in_view_and_not_that_something_was_lost(
    qtbot: QtBot, bench: Workbench
) -> None:
    win = window(qtbot, bench, bench.create(NAME), "handin", judged=True)
    page = win.page()
    assert isinstance(page, HandinPage)
    win.resize(1280, 720)
    QTest.keyClick(page, K.Key_E, CTRL | SHIFT)
    qtbot.waitUntil(lambda: "没有导出终稿" in page.export.status.text(), timeout=20_000)
    status = page.export.status
    qtbot.waitUntil(lambda: page.rect().contains(status.mapTo(page, status.rect().center())))
    assert not any("没有存上" in label for label in _texts(win))


def _texts(win: DossierWindow) -> list[str]:
    return [getattr(w, "text", str)() for w in win.frame.top.findChildren(QWidget)]


def test_what_became_of_a_figure_is_not_cut_off(qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    bar = DraftBar(host)
    long = "生产设备“全自动卷绕机”的“数量”由 14 台改为 77 台"
    bar.show_note(Note(3, (long, "评测结果有增减"), fresh=True), drafted=True)
    assert long in bar.accessibleName() and "评测结果有增减" in bar.accessibleName()
    assert bar._said.text() == f"{long} 等 2 处"
    bar.show_note(Note(3, (long,), fresh=True), drafted=True)
    cut = bar._said.fontMetrics().elidedText(bar._said.text(), bar._said.elide, 160)
    assert cut != long and cut.endswith(" 77 台")


def test_what_is_looked_up_can_be_read_whole_before_it_is_taken(qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    whole = "订单、库存与设备日历进入排程工具，按设定规则生成到机台的日计划，插单时先看影响。" * 2
    found = [Entry("场景（建议库）", "数字化排产与优化", 1, whole), Entry("产品", "排格APS", 2)]
    palette = Palette(host, found, "查找")
    qtbot.addWidget(palette)
    palette.field.setText("日历")
    assert [palette.list.item(n).text() for n in range(palette.list.count())] == [
        "数字化排产与优化　·　场景（建议库）"
    ]
    assert palette.text.text() == whole and not palette.text.isHidden()
    palette.field.setText("排格")
    assert palette.text.isHidden()
