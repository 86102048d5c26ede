"""Paint first: what takes its time begins when the window is there to be looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

_UNSEEN_MS = 500


class AfterPaint(QObject):
    """Calls `then` once: when `widget` was painted and the events at hand are done with, or after
    half a second where nobody sees it, as in a window that starts minimised."""

    def __init__(self, widget: QWidget, then: Callable[[], None]) -> None:
        super().__init__(widget)
        self._widget, self._then = widget, then
        self._due = QTimer(self)
        self._due.setSingleShot(True)
        self._due.timeout.connect(self._go)
        self._due.start(_UNSEEN_MS)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            self._widget.removeEventFilter(self)
            self._due.start(0)
        return False

    def _go(self) -> None:
        self._widget.removeEventFilter(self)
        self._then()


def by_turns(widget: QWidget, steps: Iterator[object]) -> None:
    """Take `steps` when `widget` was painted, one in each turn of the event loop: what is typed
    meanwhile is answered between them."""
    over = object()
    # Of the widget's own: what QTimer.singleShot holds for a widget that goes is never let go of.
    timer = QTimer(widget)

    def go_on() -> None:
        if next(steps, over) is over:
            timer.stop()

    timer.timeout.connect(go_on)
    AfterPaint(widget, timer.start)
