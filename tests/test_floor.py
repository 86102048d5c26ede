"""车间模式 with real presses and keys: the same answers as on the walk, whatever the screen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import combinations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
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

from app.workbench import Workbench
from forms.evaluation import Stage
from forms.instrument import Item, Scene
from forms.photo_facts import BEIJING
from tests.floor_kit import SIZES, K, Show, answers, press_key, presses, settle, show, tap
from tests.test_widgets_look import contrast
from tests.walk_kit import bench, desk
from tests.window_kit import click, in_front, window
from widgets.actions import live
from widgets.desk import Desk
from widgets.floor_bars import visit_words
from widgets.floor_parts import FloorOption
from widgets.floor_screen import FloorScreen
from widgets.pages.walk import WalkPage
from widgets.pages.walk_scene import NO_LEVEL_TEXT
from widgets.theme import GLARE, theme

TOUCH, APART = 48, 8


def test_touch_and_keys_leave_the_evaluation_that_the_walk_leaves(
    qtbot: QtBot, bench: Workbench, desk: Desk, show: Show
) -> None:
    wanted = presses(desk)
    page = WalkPage(desk)
    qtbot.addWidget(page)
    for name, keys in wanted.items():
        page.open(name)
        for key in keys:
            assert page.panel.press(key)
    walked = answers(desk)
    assert all(answer not in ([], None) for answer in walked.values())
    assert len(walked) == 31
    page.close()
    desk.dossier_id = bench.create("示例・触摸")
    desk.refresh()

    screen = show(size=SIZES[1])
    for name, keys in wanted.items():
        assert screen.subject == name
        settle()
        assert shown(screen) == official(screen.panel.subject)
        for key in keys:
            tap(screen, screen.panel.options[key])
        click(screen.foot.forward)
    assert answers(desk) == walked
    screen.close()
    desk.dossier_id = bench.create("示例・按键")
    desk.refresh()

    screen = show()
    for name, keys in wanted.items():
        assert screen.subject == name
        press_key(screen, *keys)
        press_key(screen, K.Key_Right)
    assert answers(desk) == walked
    assert not screen.foot.next_open.isEnabled() and "31" not in screen.head.strip.text()
    assert "采集项 15/15　应用场景 16/16" in screen.head.strip.accessibleName()


def official(subject: Item | Scene) -> list[str]:
    """The table's own words; of 无等级 it has none."""
    if isinstance(subject, Scene):
        return [NO_LEVEL_TEXT, *subject.criteria]
    return [option.text for option in subject.options]


def shown(screen: FloorScreen) -> list[str]:
    """The texts of the options, each with room for all of it."""
    options = screen.panel.options.values()
    assert all(each.height() >= each.heightForWidth(each.width()) for each in options)
    return [each.rung.text for each in options]


def test_a_digit_answers_an_item_by_its_place(desk: Desk, show: Show) -> None:
    screen = show("绿色低碳")
    press_key(screen, "3")
    keys = [option.key for option in desk.pack.instrument.item("绿色低碳").options]
    assert answers(desk)["绿色低碳"] == [keys[2]]
    press_key(screen, "3")
    assert answers(desk)["绿色低碳"] == []


def touched(screen: FloorScreen) -> list[QWidget]:
    """Whatever a finger may press or type in, as far as it is in view or can be scrolled there."""
    kinds = (QAbstractButton, QLineEdit, QPlainTextEdit)
    return [each for kind in kinds for each in screen.findChildren(kind) if each.isVisible()]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_whatever_is_touched_is_large_and_apart_and_within_the_screen(
    show: Show, size: tuple[int, int]
) -> None:
    screen = show("设备管理", size)
    views: dict[str, Callable[[], object]] = {
        "scene": screen.show_hints,
        "many": lambda: screen.open("数据采集"),
        "figures": lambda: screen.open("资金保障"),
        "keypad": lambda: next(iter(figures(screen).fields.values())).setFocus(),
        "list": screen.show_all,
    }
    for view, way in views.items():
        way()
        settle()
        found = touched(screen)
        assert len(found) > 12, view
        spots = {each: each.rect().translated(each.mapTo(screen, QPoint(0, 0))) for each in found}
        for each, spot in spots.items():
            name = f"{view}: {each.accessibleName()} {spot}"
            assert spot.width() >= TOUCH and spot.height() >= TOUCH, name
            assert spot.left() >= 0 and spot.right() < screen.width(), name
            assert spoken(each), name
        for one, other in combinations(found, 2):
            if inside_scrolling(screen, one) == inside_scrolling(screen, other):
                near = spots[one].adjusted(1 - APART, 1 - APART, APART - 1, APART - 1)
                assert not near.intersects(spots[other]), (view, spots[one], spots[other])
    assert screen.body.horizontalScrollBar().maximum() == 0
    assert not [area for area in screen.body.findChildren(QScrollArea) if area.isVisible()]


def inside_scrolling(screen: FloorScreen, widget: QWidget) -> bool:
    """Whether it moves under the bars when one scrolls."""
    return screen.stack.isAncestorOf(widget)


def spoken(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    return str(interface.text(QAccessible.Text.Name).strip())


def figures(screen: FloorScreen):  # type: ignore[no-untyped-def]
    assert screen.panel.figures is not None
    return screen.panel.figures


def test_every_text_in_the_sun_is_seven_to_one() -> None:
    inks = ("ink", "ink2", "ink3", "accent", "block", "warn", "info", "ok", "draft", "stale")
    for ink in inks:
        own = getattr(GLARE, f"{ink}_bg", GLARE.surface)
        for ground in (GLARE.bg, GLARE.surface, GLARE.sunken, GLARE.hover, own):
            assert contrast(getattr(GLARE, ink), ground) >= 7, (ink, ground)
    assert contrast(GLARE.on_accent, GLARE.accent) >= 7
    assert contrast(GLARE.ctl, GLARE.surface) >= 7
    for fill, text in zip(GLARE.level_fill, GLARE.level_text, strict=True):
        assert contrast(fill, text) >= 7


def test_the_glare_is_worn_while_here_and_remembered(desk: Desk, show: Show) -> None:
    before = theme().tokens
    screen = show("设备管理")
    click(screen.head.glare)
    assert theme().tokens is GLARE and screen.head.glare.chosen
    screen.close()
    assert theme().tokens is before

    again = show("设备管理")
    assert theme().tokens is GLARE
    press_key(again, K.Key_F10)
    assert theme().tokens is before and not again.head.glare.chosen


def test_turning_keeps_what_is_typed_and_where_one_is(qtbot: QtBot, desk: Desk, show: Show) -> None:
    screen = show("设备管理", (1280, 720))
    click(screen.foot.note)
    QTest.keyClicks(screen.panel.note, "half a no")
    panel = screen.panel

    for size in ((720, 1280), (1280, 720), (800, 1280), (720, 660)):
        screen.resize(*size)
        settle()
        wide = size[0] > 1000
        beside = panel.note.x() > max(each.x() for each in panel.options.values())
        assert beside is wide, size
        assert screen.panel is panel and panel.note.hasFocus()
        assert screen.width() == size[0]
        assert shown(screen)  # in full, at the width that it has now
        qtbot.waitUntil(lambda: cursor_in_view(screen), timeout=2000)

    QTest.keyClicks(panel.note, "te")
    assert panel.note.toPlainText() == "half a note"
    assert panel.keeper.flush()
    stored = desk.bench.dossier(desk.dossier_id).answer(Stage.DIAGNOSIS, "设备管理")
    assert stored.note == "half a note"


def cursor_in_view(screen: FloorScreen) -> bool:
    """Whether the line that is typed in stands between the bars."""
    note, port = screen.panel.note, screen.body.viewport()
    line = note.cursorRect()
    return port.rect().contains(line.translated(note.viewport().mapTo(port, QPoint(0, 0))))


def test_figures_are_typed_on_the_keypad_and_their_option_taken(desk: Desk, show: Show) -> None:
    screen = show("设备联网", (720, 1280))
    panel = figures(screen)
    whole, part = panel.fields.values()
    assert not panel.pad.isVisible()
    tap(screen, whole)
    assert panel.pad.isVisible()
    for key in ("8", "1", "退格", "0", "下一栏", "9", "清空", "2", "4"):
        tap(screen, panel.pad.keys[key])
    assert (whole.text(), part.text()) == ("80", "24") and part.hasFocus()
    assert panel.value.text() == "设备联网率 30%"
    tap(screen, panel.pad.keys["下一栏"])
    assert answers(desk)["设备联网"] == ["C"] and not panel.pad.isVisible()
    stored = desk.bench.dossier(desk.dossier_id)
    assert "24" in stored.answer(Stage.DIAGNOSIS, "设备联网").figures.values()
    tap(screen, screen.panel.options["D"])
    assert screen.panel.reason.field.isVisible()
    QTest.keyClicks(screen.panel.reason.field, "why")
    screen.close()
    stored = desk.bench.dossier(desk.dossier_id)
    assert stored.answer(Stage.DIAGNOSIS, "设备联网").reason == "why"


def test_tab_goes_once_round_in_the_order_of_the_eye(show: Show) -> None:
    screen = show("设备管理")
    desk = screen.desk
    desk.answer(Stage.SELF, "设备管理", "level", 1)
    press_key(screen, "3")  # a difference asks for its reason
    screen.show_hints()
    seen: list[QWidget] = []
    for _ in range(60):
        QTest.keyClick(QApplication.focusWidget() or screen, K.Key_Tab)
        held = QApplication.focusWidget()
        assert held is not None
        if held in seen:
            break
        seen.append(held)
    wanted = {
        each
        for each in screen.findChildren(QWidget)
        if each.isVisible() and each.isEnabled() and each.focusPolicy() & Qt.FocusPolicy.TabFocus
    }
    assert set(seen) == wanted
    assert all(spoken(each) for each in seen)
    options = [each for each in seen if isinstance(each, FloorOption)]
    assert options == list(screen.panel.options.values())
    assert seen.index(options[0]) < seen.index(screen.panel.note) < seen.index(screen.foot.photo)


def test_findings_about_it_stand_beside_it(qtbot: QtBot, desk: Desk, show: Show) -> None:
    scene = desk.pack.instrument.scenes[0].name
    desk.answer(Stage.SELF, scene, "level", 1)
    desk.answer(Stage.DIAGNOSIS, scene, "level", 3)
    screen = show(scene)
    with qtbot.waitSignal(desk.reviewed, timeout=20_000):
        desk.judge_soon()
    review = desk.review
    assert review is not None
    mine = [
        f.message
        for f in review.findings
        if f.target and f.target.record == desk.dossier.answer(Stage.DIAGNOSIS, scene).id
    ]
    assert mine
    names = [each.accessibleName() for each in screen.panel.findChildren(QWidget)]
    assert all(any(name.startswith(said) for name in names) for said in mine)
    assert [option.rung.tag for option in screen.panel.options.values()][1] == "自评"


def test_the_list_shows_which_are_open_and_leads_there(desk: Desk, show: Show) -> None:
    screen = show("设备管理")
    press_key(screen, "3")
    click(screen.head.strip)
    assert screen.index.isVisible() and len(screen.index.buttons) == 31
    said = {name: b.accessibleDescription() for name, b in screen.index.buttons.items()}
    assert said["设备管理"] == "当前，已答" and said["安全生产"] == "未答"
    press_key(screen, K.Key_Escape)  # from the list back, not out
    assert screen.isVisible() and screen.body.isVisible()
    press_key(screen, K.Key_F6)
    click(screen.index.buttons["能耗管理"])
    assert screen.subject == "能耗管理" and screen.body.isVisible()
    press_key(screen, K.Key_Space)
    assert screen.subject == "采购管理"


def test_the_window_opens_it_where_the_walk_is_and_comes_back_there(
    qtbot: QtBot, bench: Workbench
) -> None:
    made = window(qtbot, bench, bench.create("示例"), "walk")
    walk = made.page()
    assert isinstance(walk, WalkPage)
    walk.open("设备管理")
    walk.panel.basis.focus_note()
    QTest.keyClicks(walk.panel.basis.note, "begun at the desk")
    assert "dossier.floor" in live(made)
    QTest.keyClick(walk.panel.basis.note, K.Key_F9)
    (screen,) = made.findChildren(FloorScreen)
    qtbot.waitUntil(lambda: in_front(screen), timeout=10_000)
    assert screen.isFullScreen() and screen.subject == "设备管理"
    assert screen.panel.note.toPlainText() == "begun at the desk"
    press_key(screen, "2", K.Key_Right)
    screen.leave()
    assert walk.subject == "安全生产" and made.page() is walk
    assert made.desk.dossier.answer(Stage.DIAGNOSIS, "设备管理").level == 2


def test_the_head_says_how_long_the_visit_has_lasted(desk: Desk, show: Show) -> None:
    now = dt.datetime(2025, 6, 17, 10, 52, tzinfo=BEIJING)
    assert visit_words(desk, now) == ("今日没有登记现场诊断", False)
    visit = desk.add("visit", date=now.date())
    assert visit_words(desk, now) == ("第 1 次现场", False)
    stay = desk.add("stay", parent=visit, start=dt.time(9, 5))
    assert stay is not None
    said = "第 1 次现场　已 1 小时 47 分，满 3 小时还需 1 小时 13 分"
    assert visit_words(desk, now) == (said, True)
    desk.put("stay", stay, "end", "12:30")
    assert visit_words(desk, now) == ("第 1 次现场　已 3 小时 25 分", False)
    screen = show("设备管理")
    assert not screen.head._tick.isActive()  # nothing goes on now
