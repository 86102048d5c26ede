"""What a dossier that was left held of the memory, given back to the system."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from widgets.main_window import MainWindow

_AT_REST_MS = 1500
"""So long after a dossier was left the list is there, or the next one."""
_MMAP_THRESHOLD, _BIG = -3, 64 * 1024  # malloc.h


class Tidier(QObject):
    """Tidies a moment after a dossier was left. Also where the next one is open by then: two of
    them would leave holes that are never given back."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        #: Whether what is there after the first dossier, most of it code, is to be looked through
        #: no more: half of the time that tidying takes.
        self.spares = False
        self._window = window
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._tidy)
        window.left.connect(lambda: self._timer.start(_AT_REST_MS))

    def _tidy(self) -> None:
        at_rest = self._window.dossier is None
        if at_rest:
            forget_styles()
        tidy()
        if self.spares and at_rest:
            self.spares = False
            gc.freeze()


def tidy() -> None:
    """Drop what only refers to itself, and give back what the C library keeps of it.

    glibc returns the upper end of its heap alone: after a dossier two thirds of it lie free below.
    """
    gc.collect()
    _malloc("malloc_trim", 0)


def forget_styles() -> None:
    """Have Qt drop the rules of the style sheet that it holds for widgets which are gone.

    Parts of a list, of a box that opens, of whatever scrolls ask for their owner's once more while
    they go, and Qt keeps them under where it was: 1 kB each. What shows is polished anew, which
    takes a third of a millisecond a widget.
    """
    app = QApplication.instance()
    if isinstance(app, QApplication):
        app.setStyleSheet(app.styleSheet())


def keep_big_apart() -> None:
    """Have pictures and the like, which come and go, lie apart from what stays.

    glibc does so by itself, but less and less: each one that goes raises what counts as big.
    """
    _malloc("mallopt", _MMAP_THRESHOLD, _BIG)


def _malloc(name: str, *values: int) -> None:
    """A function of glibc's malloc; other C libraries have none of the kind."""
    import ctypes

    if sys.platform == "linux" and (function := getattr(ctypes.CDLL(None), name, None)):
        function(*values)
