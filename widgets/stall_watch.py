"""What keeps the main thread from answering, in development and in tests: how long, and where.

On where ZHENGAI_STALLS is set: each stall is then named on the standard error.
"""

from __future__ import annotations

import sys
import threading
import time
import traceback
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal

MOST_MS = 50
_PAUSE_S = 0.005
_OWN = ("app", "exporters", "forms", "grading", "widgets")


@dataclass(frozen=True, slots=True)
class Stall:
    """A time longer than MOST_MS in which the main thread did not answer; `stack` is where it was
    when the answer was overdue, the innermost call last. Of `ms` it worked `own_ms` (where the
    system tells), and waited else, for another thread or the machine."""

    ms: float
    own_ms: float
    stack: str

    @property
    def name(self) -> str:
        """The innermost line of the program's own in it."""
        lines = [line.strip() for line in self.stack.splitlines() if line.startswith("  File ")]
        own = [line for line in lines if any(f"/{room}/" in line for room in _OWN)]
        return next(reversed(own or lines), "?")


class StallWatch(QObject):
    """Knocks at the main thread, which has to make it, until `stop`; `stalls` are those so far.

    A second thread knocks every few milliseconds and looks where the main thread is when the
    answer is overdue: for development alone, since it never rests.
    """

    _knock = Signal()

    def __init__(self, parent: QObject, *, tell: bool = False) -> None:
        super().__init__(parent)
        self.stalls: list[Stall] = []
        self._tell, self._main = tell, threading.get_ident()
        self._answered, self._over = threading.Event(), threading.Event()
        self._knock.connect(self._answered.set, Qt.ConnectionType.QueuedConnection)
        self._knocker = threading.Thread(target=self._watch, daemon=True)
        self._knocker.start()

    def stop(self) -> None:
        """Watch no longer."""
        self._over.set()
        self._answered.set()
        self._knocker.join()

    def _worked(self) -> float:
        """The main thread's processor time in s."""
        clock_of = getattr(time, "pthread_getcpuclockid", None)  # not on Windows
        return time.clock_gettime(clock_of(self._main)) if clock_of is not None else 0.0

    def _watch(self) -> None:
        while not self._over.wait(_PAUSE_S):
            began, worked, stack = time.perf_counter(), self._worked(), ""
            self._answered.clear()
            self._knock.emit()
            if not self._answered.wait(MOST_MS / 1000):
                frame = sys._current_frames().get(self._main)
                stack = "".join(traceback.format_stack(frame))
                self._answered.wait()
            took = (time.perf_counter() - began) * 1000
            if took > MOST_MS and not self._over.is_set():
                own = (self._worked() - worked) * 1000
                self.stalls.append(Stall(took, own, stack))
                if self._tell:
                    print(f"stall of {took:.0f} ms: {self.stalls[-1].name}", file=sys.stderr)
