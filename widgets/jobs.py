"""The job runner: iterates a generator of progress off the main thread, with cancel and errors."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal

from app.progress import Progress
from forms.errors import UserError
from widgets.rubbish import collector

log = logging.getLogger(__name__)

_running: set[_Worker] = set()
"""The threads that are not known to be over. None is a child of its job: a page may go before the
work that it asked for is over, and Qt ends the program where a thread goes that still runs."""


def settle(milliseconds: int = 30_000) -> None:
    """The program ends: have each thread cease, even where its page is gone, and wait for it."""
    for thread in _running:
        thread.requestInterruption()
    for thread in _running:
        thread.wait(milliseconds)


class Job(QObject):
    """One piece of long work. Signals arrive on the main thread.

    `finished` carries the last thing the generator yielded; `refused` a sentence for the person;
    `crashed` an exception that is a bug. Cancelling is ceasing to iterate, between two steps; once
    something has come of the work it is too late, and the work goes on to its end.
    """

    progressed = Signal(object)
    finished = Signal(object)
    refused = Signal(str)
    crashed = Signal(object)
    cancelled = Signal()
    ended = Signal()

    def __init__(self, work: Callable[[], Iterator[Any]], parent: QObject) -> None:
        super().__init__(parent)
        collector()
        #: Set by `cancel`, for work that waits for something and can cease to.
        self.stopping = threading.Event()
        self._thread = _Worker(work)
        self._thread.progressed.connect(self.progressed)
        self._thread.outcome.connect(self._report)
        self._thread.finished.connect(self.ended)

    def start(self) -> None:
        """Begin; returns at once."""
        _running.difference_update([each for each in _running if each.isFinished()])
        _running.add(self._thread)
        self._thread.start()

    def cancel(self) -> None:
        """Ask the work to stop after the step it is in."""
        self.stopping.set()
        self._thread.requestInterruption()

    def wait(self, milliseconds: int = 30_000) -> bool:
        """Wait for the thread's end, when the window closes; whether it came in time."""
        return self._thread.wait(milliseconds)

    def _report(self, kind: str, value: object) -> None:
        # The thread is about to end. Whoever hears of it may let go of the job, and Qt ends the
        # program where a thread is destroyed that still runs.
        self._thread.wait()
        _running.discard(self._thread)
        if kind == "finished":
            self.finished.emit(value)
        elif kind == "refused":
            self.refused.emit(value)
        elif kind == "cancelled":
            self.cancelled.emit()
        else:
            self.crashed.emit(value)


class _Worker(QThread):
    """The thread that iterates; it touches no widget."""

    progressed = Signal(object)
    outcome = Signal(str, object)

    def __init__(self, work: Callable[[], Iterator[Any]]) -> None:
        super().__init__()
        self._work = work

    def run(self) -> None:
        last: Any = None
        try:
            steps = self._work()
            for last in steps:
                if isinstance(last, Progress):
                    self.progressed.emit(last)
                if self.isInterruptionRequested() and not _came_of_it(last):
                    close = getattr(steps, "close", None)
                    if close:
                        close()
                    self.outcome.emit("cancelled", None)
                    return
            self.outcome.emit("finished", last)
        except UserError as error:
            self.outcome.emit("refused", str(error))
        except Exception as error:
            log.exception("a job failed")
            self.outcome.emit("crashed", error)


def _came_of_it(last: object) -> bool:
    """Whether this is what the work was for: a result, a file in its place, the last of its parts.

    Work yields it when all is done; to call that stopped would tell people that nothing was.
    """
    if not isinstance(last, Progress):
        return True
    return last.made is not None or 0 < last.total <= last.done
