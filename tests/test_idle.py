"""Nobody does anything: then the program does nothing either."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.samples import load_sample
from forms.steps import PAGES
from tests.window_kit import running
from widgets.application import Program
from widgets.jobs import Job
from widgets.page_table import ASIDE

_STILL_S = 1.5


class Ears(QObject):
    """Hears every timer of the program's, of which each belongs to something."""

    def __init__(self, app: QApplication) -> None:
        super().__init__()
        self.heard: list[str] = []
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Every half minute Qt's own store of pixmaps looks whether it may forget one.
        if event.type() == QEvent.Type.Timer and watched.parent() is not None:
            self.heard.append(f"{type(watched).__name__} in {type(watched.parent()).__name__}")
        return False


@pytest.fixture
def program(qtbot: QtBot, tmp_path: Path) -> Iterator[Program]:
    with running(qtbot, tmp_path / "data") as made:
        yield made


def spin(app: QApplication, seconds: float) -> None:
    """Let the event loop turn without a timer of the test's own."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        app.processEvents()
        time.sleep(0.01)


def settled(qtbot: QtBot, program: Program, ears: Ears) -> None:
    """Wait until what was begun is done with: a while without a job and without a timer."""

    def quiet() -> bool:
        ears.heard.clear()
        spin(program.app, 0.4)
        jobs = program.app.findChildren(Job)
        return not ears.heard and not any(job._thread.isRunning() for job in jobs)

    qtbot.waitUntil(quiet, timeout=30_000)
    ears.heard.clear()


def test_a_program_at_rest_has_no_timers(
    qtbot: QtBot, program: Program, qapp: QApplication
) -> None:
    ears, flash = Ears(qapp), qapp.cursorFlashTime()
    qapp.setCursorFlashTime(0)  # the caret of a field blinks, and may
    window = program.window
    assert window.bench is not None and window.home is not None
    settled(qtbot, program, ears)
    spin(qapp, _STILL_S)
    assert ears.heard == []  # at the list
    (*_, dossier) = load_sample(window.bench, "electronics", pictures_most=0)
    assert isinstance(dossier, UUID)
    window.open_dossier(dossier)
    assert window.dossier is not None
    for key in (*PAGES, *ASIDE):  # pages that were seen stay, out of view
        window.dossier.show_page(key)
        spin(qapp, 0.05)
    settled(qtbot, program, ears)
    spin(qapp, _STILL_S)
    qapp.setCursorFlashTime(flash)
    assert ears.heard == []
