"""The dossiers of the list judged in the background, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from widgets.home_work import judge_all
from widgets.jobs import Job

if TYPE_CHECKING:
    from app.workbench import Workbench


class Judging(QObject):
    """`news()` when anything new came of it; `crashed(error)` for a bug."""

    news = Signal()
    crashed = Signal(object)

    def __init__(self, bench: Workbench, parent: QObject) -> None:
        super().__init__(parent)
        self._bench = bench
        self._job: Job | None = None

    def begin(self) -> None:
        """Judge what changed, unless that is under way."""
        if self._job is None:
            self._job = Job(lambda: judge_all(self._bench), self)
            self._job.finished.connect(self._judged)
            self._job.crashed.connect(self.crashed)
            self._job.ended.connect(self._ended)
            self._job.start()

    def stop(self) -> None:
        """Stop after the dossier at hand, and wait for that."""
        if self._job is not None:
            self._job.cancel()
            self._job.wait()

    def _judged(self, news: object) -> None:
        if news:
            self.news.emit()

    def _ended(self) -> None:
        if self._job is not None:
            self._job.deleteLater()
        self._job = None
