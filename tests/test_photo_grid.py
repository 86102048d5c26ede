"""The grid of tiles: what keys and clicks select, what is painted, which pictures are read."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QPixmapCache
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from grading.photo_verdict import PhotoWord
from tests.window_kit import press_in_window
from widgets.focus import FocusRing
from widgets.photo_grid import PhotoGrid
from widgets.photo_rows import PhotoRows
from widgets.photo_selection import PhotoSelection
from widgets.photo_tile import Photo
from widgets.surfaces import ScrollColumn
from widgets.theme import LIGHT, theme
from widgets.thumbnails import thumbnails

K = Qt.Key
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton
WIDE = 626
PLAIN = Qt.KeyboardModifier.NoModifier


@pytest.fixture(autouse=True)
def _themed(qapp: QApplication) -> Iterator[None]:
    theme().install(qapp)
    theme().use(LIGHT)
    thumbnails().finish()
    QPixmapCache.clear()
    yield
    thumbnails().finish()


class Album:
    """Pictures, and which of them were read, in order."""

    def __init__(self) -> None:
        self.read: list[str] = []
        buffer = io.BytesIO()
        Image.new("RGB", (40, 30), "#336699").save(buffer, "PNG")
        self._data = buffer.getvalue()

    def picture_of(self, key: str) -> tuple[str, Callable[[], bytes]]:
        def where() -> bytes:
            self.read.append(key)
            return self._data

        return f"{id(self)}/{key}", where

    def show(self, qtbot: QtBot, count: int, **options: Any) -> PhotoGrid:
        """A grid of so many photos, four in a row, in a page that scrolls."""
        grid = PhotoGrid(self.picture_of, **options)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        grid.set_photos(photos(count))
        grid.setMinimumHeight(grid.heightForWidth(WIDE))
        self.area.setWidget(grid)
        qtbot.addWidget(self.area)
        self.area.resize(WIDE + 16, 400)
        with qtbot.waitActive(self.area):
            self.area.show()
            self.area.activateWindow()
        grid.setFocus()
        return grid


@pytest.fixture
def album() -> Album:
    return Album()


def photos(count: int) -> list[Photo]:
    note = "10:21 ・ 距 88 米"
    return [Photo(str(n), "生产现场", PhotoWord.CONSISTENT, note) for n in range(count)]


def middle(grid: PhotoGrid, key: str) -> QPoint:
    spot = grid.spot(key)
    assert spot is not None
    return spot.center()


def test_keys_walk_over_the_tiles_and_open_one(qtbot: QtBot, album: Album) -> None:
    grid = album.show(qtbot, 10)
    grid.set_current("0")
    places = {
        K.Key_Right: "1", K.Key_Down: "5", K.Key_Left: "4", K.Key_Up: "0", K.Key_End: "9",
        K.Key_Home: "0", K.Key_PageDown: "8", K.Key_PageUp: "0",
    }  # fmt: skip
    for key, there in places.items():
        with qtbot.waitSignal(grid.current_changed) as caught:
            QTest.keyClick(grid.cursor_at, key)
        assert caught.args == [there], key
        assert grid.cursor_at.geometry() == grid.spot(there)
    QTest.keyClick(grid.cursor_at, K.Key_Up)
    assert grid.current() == "0"
    QTest.mouseClick(grid, LEFT, PLAIN, middle(grid, "7"))
    for _ in range(2):  # the row below is shorter: down leads to its end, and no further
        QTest.keyClick(grid.cursor_at, K.Key_Down)
        assert grid.current() == "9"
    with qtbot.waitSignal(grid.opened) as caught:
        QTest.keyClick(grid.cursor_at, K.Key_Return)
    assert caught.args == ["9"]
    with qtbot.waitSignal(grid.opened) as caught:
        QTest.mouseDClick(grid, LEFT, PLAIN, middle(grid, "2"))
    assert caught.args == ["2"]


def test_several_are_selected_as_in_a_list_of_files(qtbot: QtBot, album: Album) -> None:
    grid = album.show(qtbot, 10)
    QTest.mouseClick(grid, LEFT, PLAIN, middle(grid, "1"))
    assert grid.selection() == ["1"]
    QTest.mouseClick(grid, LEFT, CTRL, middle(grid, "4"))
    assert grid.selection() == ["1", "4"] and grid.current() == "4"
    QTest.mouseClick(grid, LEFT, SHIFT, middle(grid, "7"))
    assert grid.selection() == ["4", "5", "6", "7"]
    QTest.keyClick(grid.cursor_at, K.Key_Left, SHIFT)
    assert grid.selection() == ["4", "5", "6"]
    QTest.keyClick(grid.cursor_at, K.Key_End, CTRL)
    assert grid.selection() == ["4", "5", "6"] and grid.current() == "9"
    QTest.keyClick(grid.cursor_at, K.Key_Space)
    assert grid.selection() == ["4", "5", "6", "9"]
    assert "已选中，已选 4 张" in grid.cursor_at.accessibleName()
    with qtbot.waitSignal(grid.selection_changed):
        QTest.keyClick(grid.cursor_at, K.Key_A, CTRL)
    assert len(grid.selection()) == 10
    QTest.keyClick(grid.cursor_at, K.Key_Escape)
    assert grid.selection() == ["9"]
    QTest.keyClick(grid.cursor_at, K.Key_Space)
    assert grid.selection() == ["9"]  # something is always there to act on
    QTest.keyClick(grid.cursor_at, K.Key_Left)
    assert grid.selection() == ["8"]


def test_an_edit_leaves_the_selection_and_what_went_leaves_its_place(
    qtbot: QtBot, album: Album
) -> None:
    grid = album.show(qtbot, 6)
    QTest.mouseClick(grid, LEFT, PLAIN, middle(grid, "1"))
    QTest.mouseClick(grid, LEFT, SHIFT, middle(grid, "3"))
    grid.set_photos([Photo(p.key, "入场", p.verdict, p.note) for p in photos(6)])
    assert grid.selection() == ["1", "2", "3"] and "入场" in grid.cursor_at.accessibleName()
    grid.set_photos([photo for photo in photos(6) if photo.key not in "123"])
    assert (grid.current(), grid.selection()) == ("4", ["4"])
    grid.set_photos(photos(4))
    assert (grid.current(), grid.selection()) == ("0", ["0"])
    grid.set_photos([])
    assert (grid.current(), grid.selection()) == ("", []) and not grid.cursor_at.isVisible()


def test_the_focused_tile_is_named_to_screen_readers(qtbot: QtBot, album: Album) -> None:
    grid = album.show(qtbot, 3)
    QTest.mouseClick(grid, LEFT, PLAIN, middle(grid, "1"))
    focused = QApplication.focusWidget()
    assert focused is grid.cursor_at
    name = "生产现场，一致，10:21 ・ 距 88 米，第 2 张，共 3 张"
    assert focused.accessibleName() == name


def test_the_focus_ring_goes_along_once_keys_move_it(
    qtbot: QtBot, qapp: QApplication, album: Album
) -> None:
    grid, ring = album.show(qtbot, 6), FocusRing(qapp)
    QTest.mouseClick(grid, LEFT, PLAIN, middle(grid, "1"))
    assert not rings(album.area)
    for key in (K.Key_Right, K.Key_Down):
        press_in_window(key)
        (drawn,) = rings(album.area)
        spot = grid.spot(grid.current())
        assert spot is not None
        assert drawn.mapToGlobal(drawn.rect().center()) == grid.mapToGlobal(spot.center())
    ring.deleteLater()


def rings(area: QScrollArea) -> list[QWidget]:
    """The focus rings that show."""
    found = [each for each in area.findChildren(QWidget) if type(each).__name__ == "_Ring"]
    return [each for each in found if each.isVisible()]


def test_only_one_where_several_make_no_sense_and_the_cross_takes_away(
    qtbot: QtBot, album: Album
) -> None:
    grid = album.show(qtbot, 5, several=False, cross="取消关联")
    with qtbot.waitSignal(grid.taken) as caught:
        QTest.mouseClick(grid, LEFT, CTRL, middle(grid, "1"))
    assert caught.args == ["1"] and grid.selection() == ["1"]
    QTest.keyClick(grid.cursor_at, K.Key_Right, SHIFT)
    with qtbot.waitSignal(grid.taken) as caught:
        QTest.keyClick(grid.cursor_at, K.Key_Space)
    assert caught.args == ["2"] and grid.selection() == ["2"]
    spot = grid.spot("0")
    assert spot is not None
    with qtbot.waitSignal(grid.crossed) as caught, qtbot.assertNotEmitted(grid.taken):
        QTest.mouseClick(grid, LEFT, PLAIN, spot.topRight() + QPoint(-14, 14))
    assert caught.args == ["0"] and grid.current() == "2"
    with qtbot.waitSignal(grid.crossed) as caught:
        QTest.keyClick(grid.cursor_at, K.Key_Delete)
    assert caught.args == ["2"]


def test_pictures_are_read_for_what_is_in_view_and_let_go_of_far_away(
    qtbot: QtBot, album: Album
) -> None:
    grid = album.show(qtbot, 400)
    area = album.area
    qtbot.waitUntil(lambda: len(album.read) >= 20)
    QTest.qWait(100)
    near = {str(n) for n in range(28)}  # the screen and the next, rows cut through included
    assert {"0", "9"} <= set(album.read) <= near
    spot = grid.spot("0")
    assert spot is not None
    image = area.grab().toImage()
    ratio = image.devicePixelRatio()
    at = grid.mapTo(area, spot.topLeft() + QPoint(70, 50))
    color = image.pixelColor(int(at.x() * ratio), int(at.y() * ratio))
    assert color == QColor("#336699")
    bar = area.verticalScrollBar()
    for value in range(0, bar.maximum(), 200):  # too fast for the reader: what went by is left
        bar.setValue(value)
        area.grab()
    bar.setValue(bar.maximum())
    qtbot.waitUntil(lambda: "399" in album.read)
    QTest.qWait(100)
    assert len(grid._pictures) <= 40 and "0" not in grid._pictures
    assert len(set(album.read)) == len(album.read)


def test_it_gets_the_height_it_needs_at_any_width(qtbot: QtBot, album: Album) -> None:
    column, grid = ScrollColumn(), PhotoGrid(album.picture_of)
    column.column.addWidget(grid)
    column.column.addStretch(1)
    qtbot.addWidget(column)
    column.resize(640, 400)
    with qtbot.waitExposed(column):
        column.show()
    for count, width in ((30, 640), (300, 640), (300, 420), (300, 1100), (31, 1100), (31, 300)):
        grid.set_photos(photos(count))
        column.resize(width, 400)
        qtbot.waitUntil(lambda: grid.height() == grid.heightForWidth(grid.width()))
        page = column.widget()
        assert page is not None and (grid.x(), grid.y()) == (24, 20)
        qtbot.waitUntil(lambda page=page: page.height() == max(400, grid.height() + 40))  # type: ignore[misc]


def test_five_hundred_photos_are_one_widget(qtbot: QtBot, album: Album) -> None:
    grid = album.show(qtbot, 500)
    assert grid.children().count(grid.cursor_at) == 1
    assert len(grid.children()) <= 3
    assert grid.heightForWidth(WIDE) == PhotoRows(500, WIDE).height > 10_000


@given(st.integers(0, 60), st.integers(150, 1200))
def test_every_tile_is_found_where_it_stands(count: int, width: int) -> None:
    rows = PhotoRows(count, width)
    for place in range(count):
        rect = rows.rect(place)
        assert rect.left() >= 4 and rect.right() <= width - 4 and rect.bottom() <= rows.height - 4
        assert rows.at(rect.center()) == place
        assert rows.at(rect.topRight() + QPoint(5, 0)) is None
        assert place in rows.between(rect.top(), rect.top())
    assert rows.at(QPoint(width // 2, rows.height + 1)) is None


@given(
    st.lists(
        st.tuples(st.sampled_from(["go", "look", "toggle", "extend", "all", "keep"]),
                  st.integers(0, 9)),
        max_size=30,
    )
)  # fmt: skip
def test_a_selection_is_never_empty_nor_out_of_order(steps: list[tuple[str, int]]) -> None:
    held, keys = PhotoSelection(), [str(n) for n in range(10)]
    held.replace(keys, "0")
    for step, n in steps:
        if step == "all":
            held.take_all()
        elif step == "keep":
            keys = [str(each) for each in range(10) if each != n]
            held.replace(keys, "")
        elif str(n) in keys:
            getattr(held, step)(str(n))
        assert held.current in keys
        assert held.selection() and held.selection() == [k for k in keys if held.holds(k)]


def test_a_kind_beside_a_long_verdict_is_not_cut(qtbot: QtBot, album: Album) -> None:
    grid = PhotoGrid(album.picture_of)
    qtbot.addWidget(grid)
    grid.set_photos([Photo("a", "宣贯培训", PhotoWord.EXIF, "09:32")])
    grid.resize(602, 300)
    drawn = grid.grab().toImage()
    grid.set_photos([Photo("a", "宣贯培讯", PhotoWord.EXIF, "09:32")])
    spot, ratio = grid.spot("a"), drawn.devicePixelRatio()
    assert spot is not None
    last = [  # the fourth character's place: it differs where it is drawn
        (x, y)
        for x in range(int(36 * ratio), int(56 * ratio))
        for y in range(int((spot.bottom() - 44) * ratio), int((spot.bottom() - 18) * ratio))
    ]
    other = grid.grab().toImage()
    assert any(drawn.pixelColor(x, y) != other.pixelColor(x, y) for x, y in last)
