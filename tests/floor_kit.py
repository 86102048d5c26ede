"""车间模式 over a dossier, and hands for it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QWidget,
)
from pytestqt.qtbot import QtBot

from forms.evaluation import Stage
from forms.fields import chosen
from tests.window_kit import click, in_front
from widgets.desk import Desk
from widgets.floor_screen import FloorScreen

K = Qt.Key
SIZES = ((1280, 720), (720, 1280), (800, 1280), (1920, 1080), (853, 480))
Show = Callable[..., FloorScreen]


@pytest.fixture
def show(qtbot: QtBot, desk: Desk) -> Show:
    def make(subject: str = "", size: tuple[int, int] = SIZES[0]) -> FloorScreen:
        screen = FloorScreen(desk, Stage.DIAGNOSIS, subject)
        screen.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(screen)
        screen.resize(*size)
        screen.show()
        qtbot.waitUntil(lambda: in_front(screen), timeout=10_000)
        screen.body.setFocus()
        return screen

    return make


def settle() -> None:
    for _ in range(3):
        QApplication.processEvents()


def press_key(screen: FloorScreen, *keys: str | K) -> None:
    for key in keys:
        held = QApplication.focusWidget() or screen
        if isinstance(key, str):
            QTest.keyClicks(held, key)
        else:
            QTest.keyClick(held, key)


def tap(screen: FloorScreen, widget: QWidget) -> None:
    """A press on what was scrolled into view, as a finger does."""
    screen.body.ensureWidgetVisible(widget, 0, 0)
    settle()
    click(widget)


def answers(desk: Desk) -> dict[str, object]:
    """Every answer as the store has it."""
    dossier, table = desk.bench.dossier(desk.dossier_id), desk.pack.instrument
    found: dict[str, object] = {}
    for item in table.items:
        found[item.name] = sorted(chosen(dossier.answer(Stage.DIAGNOSIS, item.name).chosen))
    for scene in table.scenes:
        found[scene.name] = dossier.answer(Stage.DIAGNOSIS, scene.name).level
    return found


def presses(desk: Desk) -> dict[str, list[str]]:
    """What is pressed for each: 无 first where others exclude it, a level changed once."""
    table = desk.pack.instrument
    wanted = {}
    for n, item in enumerate(table.items):
        keys = [option.key for option in item.options]
        wanted[item.name] = [keys[0], keys[-1], keys[1 + n % (len(keys) - 2)]]
    for n, scene in enumerate(table.scenes):
        wanted[scene.name] = ["4", str(n % 5)] if n % 5 != 4 else ["2", "4"]
    return wanted
