"""Examining a dossier's photos behind the window: begun when they arrive, so that nobody waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QElapsedTimer, QObject, Signal

from app.progress import Progress
from forms.dossier import Photo
from widgets.desk import Desk
from widgets.jobs import Job
from widgets.quiet_job import QuietJob

#: What was read shows while the reading goes on, but not after each photo.
_REFRESH_MS = 3000


class Examiner(QObject):
    """Runs `bench.examine` over the desk's dossier, one job at a time.

    A photo is tried once while the dossier is open: what cannot be read is left until the next
    opening. `stopped(sentence)` says that a person stopped it with work left, for which `resume`
    waits; `begun()` that it goes on.
    """

    stopped = Signal(str)
    begun = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._job: Job | None = None
        self._asking: QuietJob | None = None
        self._then: Callable[[], None] = self._start
        self._cancelled = False
        self._tried: set[str] = set()
        self._since = QElapsedTimer()
        desk.restructured.connect(self._look)

    @property
    def running(self) -> bool:
        """Whether photos are being examined."""
        return self._job is not None

    def begin(self) -> None:
        """The dossier was opened: go on with what was left undone."""
        self._if_undone(self._start)

    def resume(self) -> None:
        """Go on with what was stopped."""
        if not self.running and not self._desk.closed:
            self._start()

    def close(self) -> None:
        """Before the store closes: wait for whoever still looks through it."""
        if self._asking is not None:
            self._asking.leave()

    def _if_undone(self, then: Callable[[], None]) -> None:
        if self._desk.closed or self._asking is not None:
            return
        bench, dossier = self._desk.bench, self._desk.dossier_id
        self._then = then
        self._asking = QuietJob(lambda: iter([bench.unexamined(dossier)]), self)
        self._asking.finished.connect(self._asked)
        self._asking.crashed.connect(self._desk.crashed)
        self._asking.ended.connect(self._answered)
        self._asking.start()

    def _asked(self, undone: bool) -> None:
        if undone and not self.running and not self._desk.closed:
            self._then()

    def _answered(self) -> None:
        self._asking = None

    def _look(self) -> None:
        if not self.running and not self._desk.closed and self._hashes() - self._tried:
            self._start()

    def _hashes(self) -> set[str]:
        """The files that were not read yet."""
        dossier = self._desk.dossier
        photos = {photo.sha256 for photo in dossier.all(Photo)}
        return photos - dossier.watermarks.keys() - dossier.unreadable.keys()

    def _start(self) -> None:
        self._tried |= self._hashes()
        self._cancelled = False
        self._job = self._desk.job(self._work)
        self._job.progressed.connect(self._progressed)
        self._job.cancelled.connect(self._cancel)
        self._job.ended.connect(self._over)
        self._since.start()
        self._job.start()
        self.begun.emit()

    def _work(self) -> Iterator[Progress]:
        assert self._job is not None
        return self._desk.bench.examine(self._desk.dossier_id, self._job.stopping.is_set)

    def _progressed(self, _step: Progress) -> None:
        if self._since.elapsed() >= _REFRESH_MS:
            self._since.restart()
            self._desk.refresh()

    def _cancel(self) -> None:
        self._cancelled = True

    def _over(self) -> None:
        if self._job is not None:
            self._job.deleteLater()
        self._job = None
        self._look()  # what arrived meanwhile
        if self._cancelled and not self.running:
            self._if_undone(self._tell)

    def _tell(self) -> None:
        count = len(self._hashes())
        left = f"还有 {count:,} 张照片的水印没有读取" if count else "相似照片没有比对完"
        self.stopped.emit(f"照片识别已停止，{left}，已完成的均已保留；下次打开档案时自动继续。")
