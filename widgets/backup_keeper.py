"""Backups while one works: an hour after the last one, behind the window."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer, Signal

from app import backups
from app.progress import Progress
from widgets.desk import Desk
from widgets.quiet_job import QuietJob

#: An edit is seldom alone: the backup waits for those that follow.
SETTLE_MS = 60_000


class BackupKeeper(QObject):
    """A while after an edit: a checkpoint, and a backup where one is due. At rest, nothing.

    `failed(sentence)` where a backup, or the second place, could not be written.
    """

    failed = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._store = desk.bench.store
        self._job: QuietJob | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SETTLE_MS)
        self._timer.timeout.connect(self._look)
        desk.saved.connect(self._edited)

    def close(self) -> None:
        """Before the store closes: no backup begins any more, and one that runs is waited for."""
        self._timer.stop()
        if self._job is not None:
            self._job.leave()

    def _edited(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _look(self) -> None:
        if self._job is not None:
            self._timer.start()
        else:
            self._job = QuietJob(self._work, self)
            self._job.refused.connect(self.failed)
            self._job.ended.connect(self._over)
            self._job.start()

    def _work(self) -> Iterator[Progress]:
        self._store.rest()
        if backups.is_due(self._store):
            yield from backups.back_up(self._store)

    def _over(self) -> None:
        self._job = None
