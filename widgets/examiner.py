"""Examining a dossier's photos behind the window: begun when they arrive, so that nobody waits."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QElapsedTimer, QObject

from app.progress import Progress
from forms.dossier import Photo
from widgets.desk import Desk
from widgets.jobs import Job

#: What was read shows while the reading goes on, but not after each photo.
_REFRESH_MS = 3000


class Examiner(QObject):
    """Runs `bench.examine` over the desk's dossier, one job at a time.

    A photo is tried once while the dossier is open: what was cancelled, or cannot be read, is left
    until the next opening.
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._job: Job | None = None
        self._tried: set[str] = set()
        self._since = QElapsedTimer()
        desk.restructured.connect(self._look)

    @property
    def running(self) -> bool:
        """Whether photos are being examined."""
        return self._job is not None

    def begin(self) -> None:
        """The dossier was opened: go on with what was left undone."""
        if not self._desk.closed and self._desk.bench.unexamined(self._desk.dossier_id):
            self._start()

    def _look(self) -> None:
        if not self.running and not self._desk.closed and self._hashes() - self._tried:
            self._start()

    def _hashes(self) -> set[str]:
        """The files that were not read yet."""
        dossier = self._desk.dossier
        return {photo.sha256 for photo in dossier.all(Photo)} - dossier.watermarks.keys()

    def _start(self) -> None:
        self._tried |= self._hashes()
        self._job = self._desk.job(self._work)
        self._job.progressed.connect(self._progressed)
        self._job.ended.connect(self._over)
        self._since.start()
        self._job.start()

    def _work(self) -> Iterator[Progress]:
        assert self._job is not None
        return self._desk.bench.examine(self._desk.dossier_id, self._job.stopping.is_set)

    def _progressed(self, _step: Progress) -> None:
        if self._since.elapsed() >= _REFRESH_MS:
            self._since.restart()
            self._desk.refresh()

    def _over(self) -> None:
        if self._job is not None:
            self._job.deleteLater()
        self._job = None
        self._look()  # what arrived meanwhile
