"""What a dossier that was left held of the memory, given back to the system."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

if TYPE_CHECKING:
    from widgets.main_window import MainWindow

_AT_REST_MS = 1500
"""So long after a dossier was left the list is there, and who goes on to another has opened it."""


def tidy_at_rest(window: MainWindow) -> None:
    """Tidy in a moment, unless somebody works on the next dossier by then: it takes some 100 ms."""
    QTimer.singleShot(_AT_REST_MS, window, lambda: tidy() if window.dossier is None else None)


def tidy() -> None:
    """Drop what only refers to itself, and give back what the C library keeps of it.

    glibc returns the upper end of its heap alone: after a dossier two thirds of it lie free below.
    """
    import ctypes

    gc.collect()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # other C libraries have none
        if trim is not None:
            trim(0)
