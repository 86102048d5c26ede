"""What is held in circles goes on the main thread, whatever thread is at work."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.progress import Progress
from widgets.jobs import Job
from widgets.rubbish import collector


def circle(gone: list[int]) -> None:
    """A widget that only a circle holds; `gone` hears in which thread it goes."""
    label = QLabel("示例")
    label.destroyed.connect(lambda: gone.append(threading.get_ident()))
    held: list[object] = [label]
    held.append(held)


def test_a_widget_never_goes_in_the_thread_of_a_job(qtbot: QtBot) -> None:
    gone: list[int] = []
    asked: list[int] = []

    def work() -> Iterator[Progress]:
        asked.append(threading.get_ident())
        kept = [[[number]] for number in range(200_000)]  # Python's own would collect at this
        yield Progress(1, 1, str(len(kept)))

    owner = QObject()
    job = Job(work, owner)
    circle(gone)
    job.start()
    assert job.wait()
    assert gone == [] and asked[0] != threading.get_ident()
    kept = [[number] for number in range(10_000)]  # so that it is due
    qtbot.waitUntil(lambda: gone == [threading.get_ident()], timeout=5_000)
    assert kept


def test_python_does_not_collect_by_itself_and_the_loop_does(qtbot: QtBot) -> None:
    collector().paused = True
    gone: list[int] = []
    try:
        circle(gone)
        [[number] for number in range(10_000)]
        qtbot.wait(50)
        assert gone == [] and not gc.isenabled()
    finally:
        collector().paused = False
    kept = [[number] for number in range(10_000)]
    qtbot.waitUntil(lambda: len(gone) == 1, timeout=5_000)
    assert kept
