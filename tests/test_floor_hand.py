"""车间模式 under a hand that draws, slips, is called away, or types."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QInputMethodEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.workbench import Workbench
from forms.evaluation import Stage
from tests.floor_kit import K, Show, answers, press_key, settle, show
from tests.walk_kit import bench, desk
from tests.window_kit import LEFT, click, refusing
from widgets.desk import Desk
from widgets.floor_drag import SWIPE_PX


def draw(widget: QWidget, by: QPoint, steps: int = 6) -> None:
    """A finger drawn from the middle of a widget."""
    start, plain = widget.rect().center(), Qt.KeyboardModifier.NoModifier
    far = QPointF(widget.mapToGlobal(start))
    QTest.mousePress(widget, LEFT, plain, start)
    for n in range(1, steps + 1):
        place = QPointF(start + by * n / steps)
        on = far + QPointF(by * n / steps)
        moved = QMouseEvent(QEvent.Type.MouseMove, place, on, Qt.MouseButton.NoButton, LEFT, plain)
        QApplication.sendEvent(widget, moved)
    QTest.mouseRelease(widget, LEFT, plain, start + by)


def test_a_finger_drawn_sideways_goes_on_and_presses_nothing(desk: Desk, show: Show) -> None:
    screen = show("设备管理")
    draw(screen.panel.options["2"], QPoint(-SWIPE_PX - 20, 8))
    assert screen.subject == "安全生产"
    draw(screen.panel.options["2"], QPoint(SWIPE_PX + 20, -8))
    assert screen.subject == "设备管理"
    draw(screen.body.viewport(), QPoint(-SWIPE_PX - 20, 0))
    assert screen.subject == "安全生产"
    draw(screen.panel.options["2"], QPoint(-SWIPE_PX // 2, 0))  # not far enough to mean it
    assert screen.subject == "安全生产"
    assert not any(isinstance(answer, int) for answer in answers(desk).values())

    click(screen.panel.options["2"])  # and the next press is one again
    assert answers(desk)["安全生产"] == 2


def test_a_finger_drawn_along_scrolls_and_presses_nothing(desk: Desk, show: Show) -> None:
    screen = show("资金保障", (1280, 720))
    settle()
    option = next(iter(screen.panel.options.values()))
    draw(option, QPoint(5, -150))
    assert screen.body.verticalScrollBar().value() == 150
    assert screen.subject == "资金保障" and answers(desk)["资金保障"] == []


def test_a_touch_swipes_and_presses_as_the_mouse_does(
    desk: Desk, show: Show, touch_screen: object
) -> None:
    screen = show("设备管理")
    option = screen.panel.options["3"]
    middle = option.rect().center()
    touch(option, touch_screen, middle)
    assert answers(desk)["设备管理"] == 3
    touch(option, touch_screen, middle, middle - QPoint(60, 0), middle - QPoint(140, 0))
    assert screen.subject == "安全生产"


@pytest.fixture(scope="module")
def touch_screen() -> object:
    return QTest.createTouchDevice()


def touch(widget: QWidget, device: object, *points: QPoint) -> None:
    """A finger that is put down, drawn through the points, and lifted."""
    first, last = points[0], points[-1]
    QTest.touchEvent(widget, device).press(0, first, widget).commit()  # type: ignore[call-overload]
    for point in points[1:]:
        QTest.touchEvent(widget, device).move(0, point, widget).commit()  # type: ignore[call-overload]
    QTest.touchEvent(widget, device).release(0, last, widget).commit()  # type: ignore[call-overload]
    settle()


def test_a_drag_in_the_note_selects(show: Show) -> None:
    screen = show("设备管理")
    screen.panel.note.setPlainText("drawn over with a finger " * 9)
    settle()
    draw(screen.panel.note.viewport(), QPoint(-screen.panel.note.width() // 2, 0))
    assert screen.subject == "设备管理" and screen.panel.note.textCursor().hasSelection()


def test_a_mistaken_press_is_taken_back_whole(qtbot: QtBot, desk: Desk, show: Show) -> None:
    screen = show("网络建设")
    none, other = [o.key for o in desk.pack.instrument.item("网络建设").options][::4]
    assert not screen.foot.undo.isEnabled()
    press_key(screen, other)
    press_key(screen, none)  # 无 clears the others
    assert answers(desk)["网络建设"] == [none]
    assert screen.foot.undo.text() == f"改回{other}"
    click(screen.foot.undo)
    assert answers(desk)["网络建设"] == [other] and not screen.foot.undo.isEnabled()

    screen.open("设备管理")
    press_key(screen, "3")
    QTest.keyClick(screen.body, K.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert answers(desk)["设备管理"] is None and answers(desk)["网络建设"] == [other]


def test_undo_is_offered_for_a_while_and_not_elsewhere(
    qtbot: QtBot, desk: Desk, show: Show
) -> None:
    screen = show("设备管理")
    screen._forget.setInterval(50)
    press_key(screen, "3")
    qtbot.waitUntil(lambda: not screen.foot.undo.isEnabled(), timeout=2000)
    screen._forget.setInterval(60_000)
    press_key(screen, "2")
    assert screen.foot.undo.isEnabled()
    press_key(screen, K.Key_Right)
    assert not screen.foot.undo.isEnabled() and not screen._forget.isActive()
    assert answers(desk)["设备管理"] == 2


def test_keys_belong_to_the_note_while_it_is_typed_in(desk: Desk, show: Show) -> None:
    screen = show("设备管理")
    press_key(screen, "n")
    assert screen.panel.note.hasFocus()
    press_key(screen, "no p 1")
    press_key(screen, K.Key_Left, K.Key_Right, K.Key_Left)
    assert screen.subject == "设备管理" and answers(desk)["设备管理"] is None
    assert screen.panel.note.toPlainText() == "no p 1"
    assert screen.panel.note.textCursor().position() == 5


def test_leaving_in_the_middle_of_a_note_keeps_it(desk: Desk, show: Show) -> None:
    screen = show("设备管理")
    left: list[str] = []
    screen.closed.connect(left.append)
    screen.write_note()
    QTest.keyClicks(screen.panel.note, "half a sent")
    press_key(screen, K.Key_Escape)
    assert left == ["设备管理"] and not screen.isVisible()
    dossier = desk.bench.dossier(desk.dossier_id)
    assert dossier.answer(Stage.DIAGNOSIS, "设备管理").note == "half a sent"

    screen = show("设备管理")
    screen.write_note()
    QTest.keyClicks(screen.panel.note, "ence")
    click(screen.foot.forward)  # a press on does so, too
    dossier = desk.bench.dossier(desk.dossier_id)
    assert dossier.answer(Stage.DIAGNOSIS, "设备管理").note == "half a sentence"


def test_what_is_being_composed_outlives_what_happens_meanwhile(desk: Desk, show: Show) -> None:
    screen = show("设备管理")
    note = screen.panel.note
    screen.write_note()
    assert note.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
    QApplication.sendEvent(note, QInputMethodEvent("dian jian", []))
    desk.answer(Stage.DIAGNOSIS, "设备管理", "note", "from elsewhere")
    screen.resize(720, 1280)
    settle()
    assert note.textCursor().block().layout().preeditAreaText() == "dian jian"
    done = QInputMethodEvent("", [])
    done.setCommitString("点检")
    QApplication.sendEvent(note, done)
    assert note.toPlainText() == "点检"
    screen.close()
    dossier = desk.bench.dossier(desk.dossier_id)
    assert dossier.answer(Stage.DIAGNOSIS, "设备管理").note == "点检"


def test_what_cannot_be_kept_stays_and_is_said(bench: Workbench, desk: Desk, show: Show) -> None:
    screen = show("设备管理")
    with refusing(bench):
        click(screen.panel.options["2"])
        assert "没有存上" in screen.panel.trouble.text()
        assert not screen.panel.options["2"].isChecked() and not screen.foot.undo.isEnabled()
        assert screen.head.saved.text() == "没有存上"
        screen.write_note()
        QTest.keyClicks(screen.panel.note, "kept here")
        press_key(screen, K.Key_Escape)
        assert screen.isVisible() and screen.panel.note.toPlainText() == "kept here"
        click(screen.foot.forward)
        assert screen.subject == "设备管理"
    press_key(screen, K.Key_Escape)
    assert not screen.isVisible()
    dossier = desk.bench.dossier(desk.dossier_id)
    assert dossier.answer(Stage.DIAGNOSIS, "设备管理").note == "kept here"
