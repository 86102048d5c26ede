"""What PySide has wrapped of a layout's items is let go of at once.

It wraps each item of a layout that is put into another one, and keeps that as long as the layout
lives. Qt deletes an item with its widget; whatever comes to the same address later is then taken
for the item when it goes, and the program falls over. Importing this is enough.
"""

from __future__ import annotations

from typing import Any

import shiboken6
from PySide6.QtWidgets import (
    QBoxLayout,
    QFormLayout,
    QGridLayout,
    QLayout,
    QSpacerItem,
    QStackedLayout,
    QWidgetItem,
)

_ITEMS = (QWidgetItem, QSpacerItem)
_LAYOUTS = (QBoxLayout, QFormLayout, QGridLayout, QStackedLayout)
"""Others, ours, hold their items themselves."""


def _let_go(layout: QLayout) -> None:
    for at in range(layout.count()):
        item = layout.itemAt(at)
        if isinstance(item, _ITEMS):
            shiboken6.invalidate(item)
        elif isinstance(item, _LAYOUTS):
            _let_go(item)


def _loosen(outer: type[QLayout], name: str, place: int) -> None:
    """Have the method `name` of a layout, whose argument at `place` is the inner layout, do so."""
    put = getattr(outer, name)

    def put_in(self: QLayout, *args: Any, **more: Any) -> None:
        put(self, *args, **more)
        if isinstance(args[place], _LAYOUTS):
            _let_go(args[place])

    setattr(outer, name, put_in)


_loosen(QBoxLayout, "addLayout", 0)
_loosen(QBoxLayout, "insertLayout", 1)
_loosen(QGridLayout, "addLayout", 0)
