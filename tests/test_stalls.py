"""The watch over the main thread names what blocks it, and nothing else."""

from __future__ import annotations

import time

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from widgets.stall_watch import MOST_MS, StallWatch


def blocks() -> None:
    until = time.perf_counter() + 4 * MOST_MS / 1000
    while time.perf_counter() < until:
        pass


def test_what_blocks_is_timed_and_named(qtbot: QtBot, qapp: QApplication) -> None:
    watch = StallWatch(qapp)
    try:
        QTimer.singleShot(0, blocks)
        qtbot.waitUntil(lambda: any("in blocks" in each.stack for each in watch.stalls))
        found = next(each for each in watch.stalls if "in blocks" in each.stack)
        assert found.ms > 2 * MOST_MS
    finally:
        watch.stop()
    before = len(watch.stalls)
    QTimer.singleShot(0, blocks)
    qtbot.wait(8 * MOST_MS)
    assert len(watch.stalls) == before


def test_a_loop_at_rest_is_no_stall(qtbot: QtBot, qapp: QApplication) -> None:
    watch = StallWatch(qapp)
    try:
        qtbot.wait(10 * MOST_MS)
        assert not any("in blocks" in each.stack for each in watch.stalls)
    finally:
        watch.stop()
