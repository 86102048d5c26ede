"""Rubbish is collected on the main thread, when its work is done.

Python collects in whatever thread allocates next, and what is held only in circles may be a widget.
Qt takes a lock when one goes and asks for the interpreter, which the main thread may hold while it
waits for that lock: both for ever. Or a widget goes while it is being painted.
"""

from __future__ import annotations

import gc
from functools import cache

from PySide6.QtCore import QAbstractEventDispatcher, QCoreApplication, QObject

_SELDOM = 5
"""So many times less often than Python all of the memory is looked through while somebody works."""


class Collector(QObject):
    """Collects in the place of Python's own collector, which is off from now on. There must be an
    application by now."""

    def __init__(self) -> None:
        super().__init__(QCoreApplication.instance())
        #: At the start there is nothing to be found, and all to be looked through.
        self.paused = False
        gc.disable()
        turns = QAbstractEventDispatcher.instance()
        assert turns is not None
        turns.aboutToBlock.connect(self._collect)
        turns.awake.connect(self._collect)  # a loop that is turned by hand never blocks

    def _collect(self) -> None:
        if not self.paused:
            collect_due()


@cache
def collector() -> Collector:
    """The process's. Whatever starts a thread asks for it first."""
    return Collector()


def collect_due() -> None:
    """Collect what Python itself would have collected by now, but seldom look through all of it:
    that takes as long as a key may, and is done at rest when a dossier was left (`tidy`)."""
    young, middle, old = gc.get_count()
    at_young, at_middle, at_old = gc.get_threshold()
    if young > at_young:
        gc.collect(0 if middle <= at_middle else 1 if old <= _SELDOM * at_old else 2)
