"""Layouts that are emptied or go leave none of their items behind."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import (
    QApplication,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLayout,
    QLayoutItem,
    QPushButton,
    QSpacerItem,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
    QWidgetItem,
)
from pytestqt.qtbot import QtBot
from shiboken6 import delete, getAllValidWrappers, isValid

from widgets.flow_layout import FlowLayout
from widgets.surfaces import laid, taken
from widgets.tab_order import step


def items(layout: QLayout) -> list[QLayoutItem]:
    found = [layout.itemAt(place) for place in range(layout.count())]
    return [item for item in found if item is not None]


def wrapped(but: list[QLayoutItem] | None = None) -> list[QLayoutItem]:
    """The items of layouts that Shiboken has at hand, but for those known already.

    Those are told one by one, not counted: what earlier tests left may go at any time.
    """
    held = [w for w in getAllValidWrappers() if isinstance(w, QWidgetItem | QSpacerItem)]
    return [item for item in held if not any(item is known for known in but or ())]


def test_what_is_taken_out_is_freed_and_its_widgets_stay(qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    for layout in (QVBoxLayout(host), FlowLayout(QWidget(host))):
        parts = [QWidget(host) for _ in range(3)]
        for part in parts:
            layout.addWidget(part)
        if isinstance(layout, QVBoxLayout):
            layout.addSpacing(8)
        held = items(layout)
        assert taken(layout) == parts and layout.count() == 0
        assert not any(map(isValid, held)) and all(map(isValid, parts))


def test_what_a_layout_holds_is_told_in_its_order_and_leaves_no_item_wrapped(
    qtbot: QtBot,
) -> None:
    """Else the wrapper stands for whatever comes to the address of an item that Qt deleted."""
    before = wrapped()
    host = QWidget()
    qtbot.addWidget(host)
    column, row, grid = QVBoxLayout(host), QHBoxLayout(), QGridLayout()
    late, first, second, third, corner = (QPushButton(host) for _ in range(5))
    row.addWidget(second)
    row.addStretch(1)
    row.addWidget(third)
    grid.addWidget(corner, 1, 1)
    grid.addWidget(late, 0, 0)
    column.addLayout(grid)
    column.addSpacing(4)
    column.insertLayout(0, row)
    column.insertWidget(0, first)
    column.addLayout(words := FlowLayout())
    words.addWidget(word := QPushButton(host))
    assert laid(column) == [first, row, grid, words]
    assert (laid(row), laid(words)) == ([second, third], [word])
    with qtbot.waitExposed(host):
        host.show()
    first.setFocus()
    reached: list[QWidget | None] = [first]
    for _ in range(5):
        assert step(host, onward=True)
        reached.append(QApplication.focusWidget())
    assert reached == [first, second, third, late, corner, word]
    assert len(wrapped(but=before)) == 1, "that of the layout of ours, which holds its items itself"
    delete(word)
    assert words.count() == 0 and not wrapped(but=before)


@pytest.mark.parametrize("kind", [QHBoxLayout, QGridLayout, QFormLayout, QStackedLayout])
@pytest.mark.parametrize("outer", [QVBoxLayout, QGridLayout])
def test_a_filled_layout_that_is_put_in_another_leaves_no_item_wrapped(
    qtbot: QtBot, outer: type[QVBoxLayout | QGridLayout], kind: type[QLayout]
) -> None:
    before = wrapped()
    host = QWidget()
    qtbot.addWidget(host)
    place, inner = outer(host), kind()
    if isinstance(inner, QFormLayout):
        inner.addRow("姓名", QPushButton())
    for _ in range(2):
        inner.addWidget(QPushButton())
    if isinstance(place, QGridLayout):
        place.addLayout(inner, 0, 0)
    else:
        place.addLayout(inner)
    assert not wrapped(but=before)
    assert len(laid(inner)) == inner.count()


def test_a_layout_of_words_goes_with_its_items(qtbot: QtBot) -> None:
    host = QWidget()
    flow, parts = FlowLayout(host), [QWidget(host) for _ in range(3)]
    for part in parts:
        flow.addWidget(part)
    delete(parts.pop())
    held = items(flow)
    assert len(held) == 2 and all(map(isValid, held))
    delete(host)
    assert not any(map(isValid, (flow, *held, *parts)))
