"""The outbox while one works: what is due goes out behind the window."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer

from app import outbox
from app.progress import Progress
from app.workbench import Workbench
from widgets.quiet_job import QuietJob

LOOK_MS = 60_000


class MailKeeper(QObject):
    """Looks once a minute for mails that are due, and sends them, one after another."""

    def __init__(self, bench: Workbench, parent: QObject) -> None:
        super().__init__(parent)
        self._bench = bench
        self._job: QuietJob | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Send what is due by now."""
        if self._job is not None or not outbox.due(self._bench.store):
            return
        job = self._job = QuietJob(lambda: self._work(job), self)
        # Where there is no password to be had, whoever asks for it minute by minute is a nuisance.
        job.refused.connect(lambda _sentence: self._timer.stop())
        job.ended.connect(self._over)
        job.start()

    def _work(self, job: QuietJob) -> Iterator[Progress]:
        for mail_id in outbox.due(self._bench.store):
            yield from outbox.send(self._bench, mail_id, job.stopping)

    def close(self) -> None:
        """Before the store closes: nothing is begun any more, and what is on its way comes to an
        end that is known."""
        self._timer.stop()
        if self._job is not None:
            self._job.cancel()
            self._job.wait()

    def _over(self) -> None:
        self._job = None
