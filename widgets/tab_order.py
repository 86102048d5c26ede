"""Tab goes from field to field as the eye does, and past what is folded.

Qt's own order is that in which widgets were made: what a page makes after it was painted would come
behind all else in the window.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QApplication,
    QGridLayout,
    QLayout,
    QScrollArea,
    QWidget,
)

from widgets.surfaces import laid


def step(window: QWidget, *, onward: bool) -> bool:
    """Give the keyboard to the next field in the window, or the one before; False if there is none,
    or where Qt asks because what had it is going: what lies around that may be going, too."""
    held = QApplication.focusWidget()
    if held is None or not held.isVisible() or not held.isEnabled():
        return False
    order = list(_inside(window))
    if not onward:
        order.reverse()
    here = next((place for place, each in enumerate(order) if each is held), -1)
    reason = Qt.FocusReason.TabFocusReason if onward else Qt.FocusReason.BacktabFocusReason
    for each in (*order[here + 1 :], *order[: max(here, 0)]):
        if _takes(each):
            each.setFocus(reason)
            return True
    return False


def _takes(widget: QWidget) -> bool:
    return (
        widget.focusPolicy() & Qt.FocusPolicy.TabFocus == Qt.FocusPolicy.TabFocus
        and widget.isEnabled()
        and widget.focusProxy() is None
    )


def _inside(parent: QWidget) -> Iterator[QWidget]:
    """What shows in a widget, in the order of its layout; what is in none comes last."""
    if isinstance(parent, QAbstractScrollArea):
        # Not its other children: PySide would tie the scroll bars to containers that go.
        found = [parent.widget()] if isinstance(parent, QScrollArea) else _own(parent.viewport())
    else:
        layout = parent.layout()
        found = [] if layout is None else list(_laid_out(layout))
        found += [each for each in _own(parent) if each not in found]
    for each in found:
        if each is not None and each.isVisible() and not each.size().isEmpty():
            yield each
            yield from _inside(each)


def _own(parent: QWidget) -> list[QWidget]:
    found = (each for each in parent.children() if isinstance(each, QWidget))
    return [each for each in found if not each.isWindow()]


def _laid_out(layout: QLayout) -> Iterator[QWidget]:
    found = laid(layout)
    if isinstance(layout, QGridLayout):
        found.sort(key=lambda each: layout.getItemPosition(layout.indexOf(each))[:2])  # type: ignore[index]
    for each in found:
        if isinstance(each, QWidget):
            yield each
        else:
            yield from _laid_out(each)
