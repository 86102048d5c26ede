"""Looking around in folders behind the window: work that no strip shows and nothing waits for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject

from widgets.jobs import Job

_LAST_WORDS_MS = 2000


class QuietJob(Job):
    """A job that belongs to the program and not to a page, for its thread may outlive the page.

    It ends when `owner` goes, or the program does, at the next step of its work, which has to come
    soon. Deletes itself when it is over.
    """

    def __init__(self, work: Callable[[], Iterator[Any]], owner: QObject) -> None:
        app = QCoreApplication.instance()
        assert app is not None
        super().__init__(work, app)
        owner.destroyed.connect(self.cancel)
        app.aboutToQuit.connect(self.leave)
        self.ended.connect(self.deleteLater)

    def leave(self) -> None:
        """The program ends: stop, and wait a moment."""
        self.cancel()
        self.wait(_LAST_WORDS_MS)
