"""What is wrong with a page as it stands on the screen: cut text, scrolling within scrolling, what
reaches beyond its parent, and targets that are too small."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTableView,
    QWidget,
)

from widgets import text
from widgets.controls import Button
from widgets.text import TextLabel

LEAST_TARGET = 24  # px, WCAG 2.2, 2.5.8


def faults(root: QWidget) -> list[str]:
    """What is wrong with the widgets that can be seen in a window, each once, by its name."""
    found = []
    for widget in _shown(root):
        if widget.visibleRegion().isEmpty():
            continue
        for fault in (_cut(widget), _nested(widget), _outside(widget), _small(widget)):
            if fault:
                found.append(f"{fault}: {named(widget)}")
    return found


@contextmanager
def elisions(patch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """The texts that paint themselves shortened while this lasts."""
    cut: set[str] = set()

    class Watched(QFontMetricsF):
        def elidedText(self, said: str, *more: Any) -> str:
            cut.add(said)
            return super().elidedText(said, *more)

    patch.setattr(text, "QFontMetricsF", Watched)
    yield cut


def told_in_full(root: QWidget, words: str) -> bool:
    """Whether a tip or name somewhere in view says what was shortened."""
    seen = [root, *_shown(root)]
    if any(words in tip for each in seen if isinstance(each, QTableView) for tip in _tips(each)):
        return True
    return any(
        words in each.toolTip()
        or words in each.accessibleName()
        or (isinstance(each, TextLabel) and each.text() == words)
        for each in seen
    )


def named(widget: QWidget) -> str:
    """A widget's class and words, and those that it stands in."""
    chain: list[str] = []
    at: QWidget | None = widget
    while at and len(chain) < 4:
        words = getattr(at, "text", lambda: "")()
        said = str(words) or at.accessibleName() or at.objectName()
        chain.append(type(at).__name__ + (f" {said[:24]!r}" if said else ""))
        at = at.parentWidget()
    return " < ".join(chain)


def _shown(above: QWidget) -> Iterator[QWidget]:
    """What is not hidden in a window; the pages behind the one in view hold far more."""
    for each in above.children():
        if isinstance(each, QWidget) and each.isVisible() and not each.isWindow():
            yield each
            yield from _shown(each)


def _cut(widget: QWidget) -> str:
    if isinstance(widget, QLabel) and widget.text():
        need = widget.sizeHint()
        if widget.wordWrap():
            high = widget.heightForWidth(widget.width())
            return "cut below" if high > widget.height() + 1 else ""
        if isinstance(widget, TextLabel):  # one that may be cut says all of it in a tip
            return "cut" if widget.is_cut() and widget.minimumSizeHint() == need else ""
        return "cut" if need.width() > widget.width() + 3 else ""
    if isinstance(widget, Button) and widget.sizeHint().width() > widget.width() + 1:
        return "cut"
    if isinstance(widget, QTableView):
        return _cut_cells(widget)
    return ""


def _cut_cells(table: QTableView) -> str:
    """Of Qt's own tables, the cells whose words are too long, and that no tip says in full."""
    model, role = table.model(), Qt.ItemDataRole
    if table.itemDelegate().metaObject().className() != "QStyledItemDelegate":
        return ""
    cut = []
    for row in range(min(model.rowCount(), 12)):
        for column in range(model.columnCount()):
            index: QModelIndex = model.index(row, column)
            words = index.data(role.DisplayRole)
            if not isinstance(words, str) or table.isColumnHidden(column):
                continue
            wide = QFontMetricsF(table.font()).horizontalAdvance(words)
            if wide > table.columnWidth(column) - 20 and not index.data(role.ToolTipRole):
                cut.append(words[:12])
    return f"cells cut without a tip {cut[:3]}" if cut else ""


def _tips(table: QTableView) -> Iterator[str]:
    """What the cells of a table say on being pointed at."""
    model = table.model()
    for row in range(min(model.rowCount(), 60)):
        for column in range(model.columnCount()):
            yield str(model.index(row, column).data(Qt.ItemDataRole.ToolTipRole) or "")


def _nested(widget: QWidget) -> str:
    """Whether it scrolls upwards within something that does so too."""
    if not isinstance(widget, QAbstractScrollArea) or not _scrolls(widget):
        return ""
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, QAbstractScrollArea) and _scrolls(above):
            return f"scrolls within {type(above).__name__}"
        above = above.parentWidget()
    return ""


def _scrolls(area: QAbstractScrollArea) -> bool:
    bar = area.verticalScrollBar()
    return bar.maximum() > bar.minimum() and not isinstance(area, QHeaderView)


def _outside(widget: QWidget) -> str:
    above = widget.parentWidget()
    if above is None or widget.isWindow():
        return ""
    area = above.parentWidget()
    if isinstance(area, QAbstractScrollArea) and area.viewport() is above:
        if isinstance(area, QTableView):
            return ""
        return "wider than what scrolls it" if widget.width() > above.width() + 1 else ""
    if isinstance(above, QAbstractScrollArea):
        return ""  # its own viewport and bars
    return "" if above.rect().contains(widget.geometry()) else "beyond its parent"


def _small(widget: QWidget) -> str:
    if not isinstance(widget, QAbstractButton | QLineEdit | QComboBox) or not widget.isEnabled():
        return ""
    if isinstance(widget.parentWidget(), QComboBox):
        return ""
    least = min(widget.width(), widget.height())
    return f"{widget.width()}×{widget.height()} px" if least < LEAST_TARGET else ""
