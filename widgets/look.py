"""外观: light, dark or high contrast, as the system has it or as chosen on this machine."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from widgets.actions import ACTIONS, Action
from widgets.theme import LOOKS, theme

if TYPE_CHECKING:
    from app.store import Store

_KEPT = "look"


def restore(store: Store) -> None:
    """Have the look that was chosen over this store."""
    theme().choose(store.setting(_KEPT))


def choose(store: Store, look: str) -> None:
    """Have a look, one of `theme.LOOKS`, now and at the next start."""
    from sqlalchemy.exc import OperationalError

    theme().choose(look)
    with suppress(OperationalError):  # a store that cannot be written says so elsewhere
        store.set_setting(_KEPT, look)


def choices(store: Store) -> list[tuple[Action, Callable[[], None]]]:
    """What the palette offers: each look's action, and what does it."""
    return [(ACTIONS[f"window.look-{look}"], partial(choose, store, look)) for look in LOOKS]


def ask(host: QWidget, store: Store) -> QMenu:
    """A menu of the looks at the lower left of `host`, with a tick at the one that holds."""
    menu, one = QMenu(host), QActionGroup(host)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for look, name in LOOKS.items():
        action = menu.addAction(name)
        action.setCheckable(True)
        action.setChecked(look == theme().look)
        action.triggered.connect(partial(choose, store, look))
        one.addAction(action)
    height = menu.sizeHint().height()
    menu.popup(host.mapToGlobal(QPoint(host.width(), host.height() - height - 8)))
    return menu
