"""The outbox while one works: what is due goes out behind the window."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer

from app import outbox
from app.progress import Progress
from app.workbench import Workbench
from widgets.jobs import Job
from widgets.quiet_job import QuietJob

AGAIN_MS, LONGEST_MS = 60_000, 3_600_000
"""Between two attempts at the least; and the most that is waited, for a clock may be set."""


class MailKeeper(QObject):
    """Sends the mails that are due, one after another; wakes for the next, and for none else."""

    def __init__(self, bench: Workbench, parent: QObject) -> None:
        super().__init__(parent)
        self._bench = bench
        self._job: QuietJob | None = None
        self._closed = False
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.look)
        self._sleep()

    def follow(self, job: Job) -> None:
        """Look again when a job is over: it may have left a mail that waits."""
        job.ended.connect(self._sleep)

    def look(self) -> None:
        """Send what is due by now."""
        if self._closed or self._job is not None:
            return
        if not outbox.due(self._bench.store):
            self._sleep()
            return
        job = self._job = QuietJob(lambda: self._work(job), self)
        job.finished.connect(lambda _last: self._sleep())
        job.crashed.connect(lambda _error: self._sleep())
        # Where there is no password to be had, whoever asks for it minute by minute is a nuisance:
        # then the timer stays off.
        job.ended.connect(self._over)
        job.start()

    def _sleep(self) -> None:
        """Wake when the next mail is due, if any waits."""
        self._timer.stop()
        soonest = None if self._closed else outbox.next_due(self._bench.store)
        if soonest is not None:
            left = (soonest - dt.datetime.now().astimezone()).total_seconds() * 1000
            self._timer.start(int(min(max(left, AGAIN_MS), LONGEST_MS)))

    def _work(self, job: QuietJob) -> Iterator[Progress]:
        for mail_id in outbox.due(self._bench.store):
            yield from outbox.send(self._bench, mail_id, job.stopping)

    def close(self) -> None:
        """Before the store closes: nothing is begun any more, and what is on its way comes to an
        end that is known."""
        self._closed = True
        self._timer.stop()
        if self._job is not None:
            self._job.cancel()
            self._job.wait()

    def _over(self) -> None:
        self._job = None
