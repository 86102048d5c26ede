"""The visits' page's photos sorted: by keys, all that are selected at once, nothing by mistake."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from grading.finding import Target
from tests.visits_kit import DAY, Case, active, page_of, photos
from tests.window_kit import child, click, opened, press, refusing
from widgets.controls import Button
from widgets.field_base import LineEdit
from widgets.pages.visits import VisitsPage
from widgets.photo_grid import PhotoCursor
from widgets.theme import theme
from widgets.toggles import Toggle

K = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(autouse=True, scope="module")
def _themed(qapp: QApplication) -> None:
    theme().install(qapp)


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with opened(tmp_path / "data") as bench:
        yield Case(bench)


def test_keys_sort_photos_without_a_mouse(qtbot: QtBot, case: Case) -> None:
    for minute in ("09:05", "09:32", "10:21"):
        case.photo(minute)
    page = page_of(active(qtbot, case.bench, case.id, "visits"))
    page.album.scene.focus_current()
    press(K.Key_1, K.Key_L, K.Key_Right, K.Key_3, K.Key_Right, K.Key_5, K.Key_L)
    assert [(p.kind, p.logo) for p in photos(page)] == [
        ("入场", True),
        ("宣贯培训", None),
        ("生产现场", None),
    ]
    assert "入场、离场" in page.toast.accessibleName()
    press(K.Key_Left, K.Key_R)
    qtbot.waitUntil(lambda: isinstance(QApplication.focusWidget(), Toggle))
    press(K.Key_Space)
    chosen = photos(page)[1].people
    assert chosen == {str(case.people[0]): True}
    press(K.Key_Escape)
    assert page.album.currentWidget() is page.album.scene
    assert isinstance(QApplication.focusWidget(), PhotoCursor)
    press(K.Key_Return)
    assert page.album.currentWidget() is page.album.editor
    assert page.album.current() == photos(page)[1]


def several(qtbot: QtBot, case: Case, count: int) -> VisitsPage:
    """The page with so many photos, all of them selected."""
    for n in range(count):
        case.photo(f"09:{n:02}", "入场" if n < 2 else "生产现场")
    page = page_of(active(qtbot, case.bench, case.id, "visits"))
    page.album.scene.focus_current()
    press_with(CTRL, K.Key_A)
    assert page.album.scene.bar.count.text() == f"已选 {count} 张"
    return page


def press_with(held: Qt.KeyboardModifier, key: K) -> None:
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key, held)


def undo(page: VisitsPage) -> None:
    click(child(page.toast, Button, "撤销"))


def test_one_key_says_it_of_all_that_are_selected(qtbot: QtBot, case: Case) -> None:
    page = several(qtbot, case, 4)
    press(K.Key_3)
    assert [p.kind for p in photos(page)] == ["宣贯培训"] * 4
    assert page.toast.accessibleName() == "已将 4 张照片改为“宣贯培训”"
    undo(page)
    assert [p.kind for p in photos(page)] == ["入场", "入场", "生产现场", "生产现场"]
    press(K.Key_S)
    second = str(case.people[1])
    assert [p.people for p in photos(page)] == [{second: True}] * 4
    assert page.toast.accessibleName() == "已在 4 张照片中标注乙示例"
    press(K.Key_S)
    assert [p.people for p in photos(page)] == [{}] * 4
    undo(page)
    assert [p.people for p in photos(page)] == [{second: True}] * 4
    press(K.Key_L)
    assert [p.logo for p in photos(page)] == [True, True, None, None]
    assert "另 2 张不是入场、离场照片" in page.toast.accessibleName()
    press(K.Key_R, K.Key_Space)  # R goes to the people, in place
    first = str(case.people[0])
    assert [set(p.people) for p in photos(page)] == [{first, second}] * 4
    assert not page.album.enlarged


def test_what_some_of_the_selected_have_shows_as_half(qtbot: QtBot, case: Case) -> None:
    first = case.photo("09:05", "入场")
    case.bench.put(case.id, "photo", first, f"people.{case.people[0]}", True)
    case.photo("09:06", "离场")
    page = page_of(active(qtbot, case.bench, case.id, "visits"))
    scene = page.album.scene
    scene.focus_current()
    press_with(SHIFT, K.Key_Right)
    toggle = scene.bar.people.boxes[str(case.people[0])]
    assert (toggle.share.icon, toggle.accessibleDescription()) == ("half", "2 张中 1 张")
    assert scene.bar.kinds.current() == ""
    click(toggle)
    assert [len(p.people) for p in photos(page)] == [1, 1]
    qtbot.waitUntil(lambda: toggle.share.icon == "check")
    scene.focus_current()
    press(K.Key_Left)
    assert scene.grid.selection() == [scene.grid.current()]


def test_the_selected_go_to_another_visit_and_come_back(qtbot: QtBot, case: Case) -> None:
    other = case.bench.add(case.id, "visit", date=DAY + dt.timedelta(days=1))
    page = several(qtbot, case, 3)
    bar = page.album.scene.bar
    click(bar.home)
    assert [each.text() for each in bar.menu.actions()] == [
        "第 1 次（2025-06-17）", "第 2 次（2025-06-18）", "不归入现场诊断",
    ]  # fmt: skip
    bar.menu.actions()[1].trigger()
    bar.menu.close()
    assert {p.visit for p in photos(page)} == {other}
    assert page.toast.accessibleName() == "已将 3 张照片归入第 2 次现场诊断"
    undo(page)
    assert {p.visit for p in photos(page)} == {case.visit}
    page.lay_out()
    press_with(CTRL, K.Key_A)
    click(bar.remove)
    assert photos(page) == [] and page.toast.accessibleName() == "已撤回 3 张照片"
    undo(page)
    assert len(photos(page)) == 3


def test_many_photos_are_changed_behind_the_window(qtbot: QtBot, case: Case) -> None:
    page = several(qtbot, case, 30)
    before = [p.kind for p in photos(page)]
    press(K.Key_6)
    assert "6 其他" not in page.toast.accessibleName()  # not done yet
    qtbot.waitUntil(lambda: page.toast.isVisible(), timeout=20_000)
    assert page.toast.accessibleName() == "已将 30 张照片改为“其他”"
    assert [p.kind for p in photos(page)] == ["其他"] * 30
    undo(page)
    qtbot.waitUntil(lambda: [p.kind for p in photos(page)] == before, timeout=20_000)


def test_where_an_edit_is_refused_nothing_is_said_to_be_done(qtbot: QtBot, case: Case) -> None:
    page = several(qtbot, case, 3)
    with refusing(case.bench):
        press(K.Key_3)
        click(page.album.scene.bar.remove)
    assert [p.kind for p in photos(page)] == ["入场", "入场", "生产现场"]
    assert not page.toast.isVisible()


def test_the_strip_over_the_tiles_stays_in_view(qtbot: QtBot, case: Case) -> None:
    page = several(qtbot, case, 12)
    scene = page.album.scene
    page.window().resize(1280, 720)
    press(K.Key_End)
    qtbot.waitUntil(lambda: scene.verticalScrollBar().value() > 0)
    press(K.Key_Home)
    press(K.Key_End)
    QApplication.processEvents()
    top = scene.verticalScrollBar().value()
    assert scene.bar.y() == max(top, scene._berth.y())
    scene.verticalScrollBar().setValue(scene.verticalScrollBar().maximum())
    assert scene.bar.y() == scene.verticalScrollBar().maximum() > scene._berth.y()
    scene.verticalScrollBar().setValue(0)
    assert scene.bar.geometry().y() == scene._berth.y()
    press(K.Key_Home)
    ring = scene.grid.cursor_at
    at = ring.mapTo(scene.viewport(), QPoint(0, 0))
    assert at.y() > scene.bar.mapTo(scene.viewport(), scene.bar.rect().bottomLeft()).y()


def test_letters_and_digits_typed_into_a_field_stay_there(qtbot: QtBot, case: Case) -> None:
    case.photo("09:05", "入场")
    page = page_of(active(qtbot, case.bench, case.id, "visits"))
    page.go_to(Target("visits", photos(page)[0].id, "caption"))
    qtbot.waitUntil(lambda: isinstance(QApplication.focusWidget(), LineEdit))
    press(K.Key_2, K.Key_L, K.Key_R, K.Key_Left, K.Key_5, K.Key_A, K.Key_Plus, K.Key_Tab)
    found = photos(page)[0]
    assert (found.caption.lower(), found.kind, found.logo) == ("2l5a+r", "入场", None)
    assert not found.people and page.album.editor.picture.whole
