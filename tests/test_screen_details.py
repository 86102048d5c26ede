"""Details that only a look at the screens shows: what is cut off, overlaps, or looks the same."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QRegion
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.import_plan import State
from app.samples import COMPLETE, load_sample
from app.workbench import Workbench
from tests.window_kit import LEFT, click, fresh_store, in_front, whole
from widgets.big_buttons import BigButton
from widgets.controls import Segment, SegmentedControl
from widgets.dossier_window import DossierWindow
from widgets.floor_screen import cover
from widgets.import_preview import PreviewDialog, Shown
from widgets.main_window import MainWindow
from widgets.marks import Tag, box
from widgets.nav import NavPanel
from widgets.nav_edges import Edges
from widgets.pages.visit_head import VisitHeader
from widgets.pages.visits import VisitsPage
from widgets.text import TextLabel, text_height
from widgets.theme import DARK, GLARE, HIGH, LIGHT, Tokens, theme
from widgets.walk_strip import CellRow, WalkStrip


@pytest.fixture(scope="module")
def win(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MainWindow]:
    """The whole window over a store with the sample's records."""
    theme().install(qapp)
    folder = tmp_path_factory.mktemp("details") / "store"
    fresh_store(folder)
    bench = Workbench.open(folder)
    bench.set_person("王示例")
    steps = load_sample(bench, COMPLETE[0])
    next(steps)  # all records are there; its photos would be drawn now, which takes long
    steps.close()  # type: ignore[attr-defined]
    made = MainWindow()
    made.resize(1280, 720)
    made.show()
    made.attach(bench)
    yield made
    made.close()
    made.deleteLater()


def test_tab_goes_down_the_visit_s_record(qtbot: QtBot, win: MainWindow) -> None:
    assert win.bench is not None
    win.open_dossier(win.bench.summaries()[0].id, "visits")
    assert win.dossier is not None
    page = win.dossier.show_page("visits")
    assert isinstance(page, VisitsPage)
    page.tabs.view_chosen.emit("record")
    record = page.record
    sheet = record.widget()
    assert sheet is not None
    qtbot.waitUntil(lambda: len(record.stays) == 2, timeout=10_000)
    whole(page)
    in_front(win)
    record.focus(record.first.record().id, "date")  # type: ignore[union-attr]
    places = []
    for _ in range(60):
        held = QApplication.focusWidget()
        assert held is not None
        if not record.isAncestorOf(held):
            break
        places.append((held.mapTo(sheet, QPoint()).y(), held))
        QTest.keyClick(held, Qt.Key.Key_Tab)
    reached: list[QWidget] = [held for _, held in places]
    for card in record.stays:
        assert any(card.isAncestorOf(held) for held in reached)
    assert any(record.rest.isAncestorOf(held) for held in reached)
    tops = [top for top, _ in places]
    assert len(tops) > 10
    assert all(after >= before - 12 for before, after in pairwise(tops)), tops


def _dossier(win: MainWindow, page: str) -> DossierWindow:
    assert win.bench is not None
    win.open_dossier(win.bench.summaries()[0].id, page)
    assert win.dossier is not None
    win.dossier.show_page(page)
    QApplication.processEvents()
    return win.dossier


def test_the_rail_has_room_for_all_steps_at_720_px(qtbot: QtBot, win: MainWindow) -> None:
    nav = _dossier(win, "report").frame.nav
    qtbot.waitUntil(nav.is_rail)
    qtbot.waitUntil(lambda: not _cut(nav))
    assert all(not row.visibleRegion().isEmpty() for row in _rows(nav))


def test_a_low_rail_shows_rows_whole_and_says_that_there_are_more(
    qtbot: QtBot, win: MainWindow
) -> None:
    win.resize(960, 540)
    try:
        nav = _dossier(win, "visits").frame.nav
        qtbot.waitUntil(nav.is_rail)
        edges = nav.findChild(Edges)
        assert edges is not None
        qtbot.waitUntil(edges.below.isVisible)
        assert not _cut(nav) and not edges.above.isVisible()
        last = _rows(nav)[-1]
        for _ in range(10):
            if not edges.below.isVisible():
                break
            click(edges.below)
            QApplication.processEvents()
            assert not _cut(nav)
        assert last.visibleRegion().boundingRect() == last.rect() and edges.above.isVisible()
        click(edges.above)
        QApplication.processEvents()
        assert not _cut(nav)
    finally:
        win.resize(1280, 720)


def _rows(nav: NavPanel) -> list[QWidget]:
    """The rail's rows that scroll, from the top."""
    area = nav.findChild(QScrollArea)
    assert area is not None
    found = [each for each in area.findChildren(QAbstractButton) if each.isVisible()]
    return sorted(found, key=lambda row: row.y())


def _cut(nav: NavPanel) -> list[str]:
    """The rows of which a part shows, and a part does not."""
    edges = nav.findChild(Edges)
    area = nav.findChild(QScrollArea)
    assert edges is not None and area is not None
    port, found = area.viewport(), []
    covers = [each.geometry() for each in (edges.above, edges.below) if each.isVisible()]
    for row in _rows(nav):
        spot = QRect(row.mapTo(port, QPoint()), row.size())
        seen = QRegion(spot & port.rect())
        for covered in covers:
            seen -= QRegion(covered)
        if not seen.isEmpty() and seen.boundingRect() != spot:
            found.append(row.accessibleName())
    return found


def test_the_walk_s_cells_and_words_keep_apart_in_a_narrow_window(
    qtbot: QtBot, win: MainWindow
) -> None:
    page = _dossier(win, "walk")
    strip = page.findChild(WalkStrip)
    assert strip is not None
    qtbot.waitUntil(lambda: strip.width() > 900)
    ways = [each for each in strip.findChildren(QAbstractButton) if each.text() == "下一未答"]
    qtbot.waitUntil(ways[0].isVisible)
    win.resize(960, 540)
    try:
        qtbot.waitUntil(lambda: strip.width() < 920)
        qtbot.waitUntil(lambda: not ways[0].isVisible())
        for cells in strip.findChildren(CellRow):
            last = len(cells._cells) - 1
            qtbot.waitUntil(partial(_holds, cells, last))
            middle = cells._spot(last).center().toPoint()
            with qtbot.waitSignal(cells.activated) as taken:
                QTest.mouseClick(cells, LEFT, Qt.KeyboardModifier.NoModifier, middle)
            assert taken.args == [cells._cells[last].key]
    finally:
        win.resize(1280, 720)
    qtbot.waitUntil(ways[0].isVisible)


def _holds(cells: CellRow, last: int) -> bool:
    return cells._spot(last).right() <= cells.width()


def test_a_visit_s_name_is_not_cut_for_its_topics(qtbot: QtBot, win: MainWindow) -> None:
    win.resize(960, 540)
    try:
        head = _dossier(win, "visits").findChild(VisitHeader)
        assert head is not None
        qtbot.waitUntil(lambda: head.width() < 920)
        QApplication.processEvents()
        words = [each for each in head.findChildren(TextLabel) if each.isVisible()]
        assert any("次现场诊断" in each.text() for each in words)
        assert not [each.text() for each in words if each.is_cut()]
        win.resize(1280, 720)
        qtbot.waitUntil(lambda: sum(each.isVisible() for each in head.findChildren(Tag)) == 3)
    finally:
        win.resize(1280, 720)


@pytest.mark.parametrize("wide", [400, 800])
def test_no_button_of_the_shop_floor_says_dots_alone(
    qtbot: QtBot, win: MainWindow, wide: int
) -> None:
    screen = cover(_dossier(win, "walk"))
    screen.showNormal()
    screen.resize(wide, 1280 if wide == 800 else 640)
    foot = screen.foot
    qtbot.waitUntil(lambda: foot.width() == wide)
    QApplication.processEvents()
    for button in foot.stops():
        assert isinstance(button, BigButton)
        shown = button.sizeHint().width()
        assert button.width() >= shown - 8, button.accessibleName()
        assert button.accessibleName()
    icons = [each for each in foot.stops() if each.sizeHint().width() < each.full_width()]  # type: ignore[attr-defined]
    assert bool(icons) == (wide == 400)
    screen.close()


@pytest.mark.parametrize("held", [LIGHT, DARK, GLARE, HIGH], ids=["light", "dark", "glare", "high"])
def test_what_a_field_asks_for_is_legible(qtbot: QtBot, qapp: QApplication, held: Tokens) -> None:
    theme().install(qapp)
    theme().use(held)
    try:
        for field in (QLineEdit(), QPlainTextEdit()):
            qtbot.addWidget(field)
            field.ensurePolished()
            assert field.palette().placeholderText().color() == QColor(held.ink3)
    finally:
        theme().use(LIGHT)


@pytest.mark.parametrize("held", [LIGHT, DARK, GLARE, HIGH], ids=["light", "dark", "glare", "high"])
def test_no_two_levels_look_the_same_nor_like_the_card(held: Tokens) -> None:
    assert len({held.surface, *held.level_fill}) == 6


def test_a_dashed_box_has_gaps_at_every_thickness() -> None:
    for pen in (1, 1.5, 2):
        image = QImage(80, 20, QImage.Format.Format_RGB32)
        image.fill(QColor("white"))
        painter = QPainter(image)
        box(painter, QRectF(0, 0, 80, 20), "", "ink", 0, pen=pen, dashed=True)
        painter.end()
        along = [image.pixelColor(x, 0).lightness() for x in range(10, 70)]
        bare = sum(shade > 128 for shade in along)
        assert 15 <= bare <= 35, (pen, along)


def test_a_chosen_segment_leaves_the_frame_whole(qtbot: QtBot, qapp: QApplication) -> None:
    theme().use(GLARE)
    try:
        control = SegmentedControl([Segment("one", "全部"), Segment("two", "一致")], "one")
        qtbot.addWidget(control)
        control.show()
        image = control.grab().toImage()
        ratio = image.devicePixelRatio()
        for x in (12, control.width() - 12):
            for y in (0, 1):
                found = image.pixelColor(int(x * ratio), int(y * ratio))
                assert found == QColor(GLARE.ctl), (x, y, found.name())
    finally:
        theme().use(LIGHT)


def test_a_preview_shows_all_that_is_wrong_with_a_row(qtbot: QtBot) -> None:
    note = "第 2 行 B 列：企业信用代码“91220101MA0000000X”的校验位应为 0，现为 X；" * 3
    rows = [Shown(("3", "示例・甲厂"), State.NEW, "新建档案")]
    rows += [Shown(("2", "示例・乙厂"), State.WRONG, note)]
    dialog = PreviewDialog("导入企业名单", "名单.xlsx", (("行", 56), ("企业名称", 250)), rows)
    dialog.show()
    table = dialog.table
    plain = table.verticalHeader().defaultSectionSize()
    qtbot.waitUntil(lambda: table.rowHeight(0) > plain)
    item = table.item(0, 3)
    assert item is not None and item.text() == note
    wide = table.columnWidth(3) - 30
    assert table.rowHeight(0) >= text_height(note, "body", wide) and table.rowHeight(1) == plain
    table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    qtbot.waitUntil(lambda: table.rowHeight(1) > plain and table.rowHeight(0) == plain)
    dialog.close()
