"""A hand that has no mouse: what the other clicks it comes to by Tab, and presses."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QFileDialog,
    QLineEdit,
    QScrollArea,
    QWidget,
)

from benchmarks.screen_hand import CTRL, NONE, SHIFT, DeadEnd, Hand
from widgets.actions import ACTIONS
from widgets.palette import Palette

_MOST = 600
"""So many Tabs a person would never press; nothing is that far."""
_ONE_LINE = 16
"""px by which the middles of what stands side by side may differ."""
_MOUSE = {
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseButtonRelease,
    QEvent.Type.MouseButtonDblClick,
    QEvent.Type.Wheel,
    QEvent.Type.DragEnter,
    QEvent.Type.Drop,
}


class NoMouse(QObject):
    """Counts what the mouse does in the whole program: nothing, where all is done by keys."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self.seen = 0
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.seen += event.type() in _MOUSE
        return False


class KeyHand(Hand):
    """The same by keys alone; `clicks` stays at nothing."""

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        """Come to it; a button is pressed by 空格."""
        self.come_to(widget)
        if isinstance(widget, QAbstractButton):
            self.press(Qt.Key.Key_Space)

    def come_to(self, widget: QWidget) -> None:
        """Tab, or Shift Tab where that is nearer, until it has the keyboard."""
        QApplication.processEvents()  # what was made just now is yet to be shown
        end = widget
        while (proxy := end.focusProxy()) is not None:
            end = proxy
        if not end.isVisible() or not end.isEnabled():
            raise DeadEnd(f"“{_named(widget)}”{'不可用' if end.isVisible() else '看不到'}")
        back = _behind(QApplication.focusWidget(), end)
        for steps in range(_MOST):
            if end.hasFocus():
                if steps > 1:
                    name = _named(widget)
                    self.far[name] = max(steps, self.far.get(name, 0))
                return
            key = Qt.Key.Key_Backtab if back else Qt.Key.Key_Tab
            self.press(key, held=SHIFT if back else NONE)
        raise DeadEnd(f"按 Tab 到不了“{_named(widget)}”")

    def act(self, key: str) -> None:
        """Do an action of the register by its own keys."""
        stroke = QKeySequence(ACTIONS[key].keys[0])[0]  # type: ignore[index]
        self.press(Qt.Key(stroke.key()), held=stroke.keyboardModifiers())

    def look_up(self, name: str) -> None:
        """Ctrl K, then as much of a name as brings it to the top, 回车."""
        self.press(Qt.Key.Key_K, held=CTRL)
        self.wait(lambda: isinstance(QApplication.activePopupWidget(), Palette), "查找", 5)
        palette = QApplication.activePopupWidget()
        assert isinstance(palette, Palette)
        for letter in ("", *name):
            if letter:
                self.type(letter)
            if palette._found and palette._found[0].name == name:
                self.press(Qt.Key.Key_Return)
                return
        self.press(Qt.Key.Key_Escape)
        raise DeadEnd(f"查找不到“{name}”")

    def drop(self, onto: QWidget, paths: list[Path]) -> None:
        """A page that takes files in has an action that asks for them."""
        places = {"visits": "visits.photos", "attachments": "attachments.add"}
        action = places[str(getattr(onto, "key", ""))]
        self.choose_files(paths, lambda: self.act(action))

    def _name(self, dialog: QFileDialog, edit: QLineEdit, paths: list[Path]) -> None:
        """Type the names, in the folder where the dialog was left the last time."""
        dialog.setDirectory(str(paths[0].parent))
        names = [path.name for path in paths]
        typed = " ".join(f'"{name}"' for name in names) if len(names) > 1 else names[0]
        edit.setText(typed)
        self.keys += len(typed) + 1

    def _pick(self, combo: QComboBox, key: str) -> None:
        rows = [str(combo.itemData(row) or "") for row in range(combo.count())]
        if key not in rows:
            raise DeadEnd(f"“{combo.accessibleName()}”没有“{key}”可选")
        self.come_to(combo)
        away = rows.index(key) - combo.currentIndex()
        self.press(*[Qt.Key.Key_Down if away > 0 else Qt.Key.Key_Up] * abs(away))
        if combo.currentIndex() != rows.index(key):
            raise DeadEnd(f"“{combo.accessibleName()}”按 ↓ 到不了“{key}”")


def _named(widget: QWidget) -> str:
    words = widget.accessibleName() or str(getattr(widget, "text", lambda: "")())
    return words or type(widget).__name__


def _behind(here: QWidget | None, there: QWidget) -> bool:
    """Whether a widget lies behind the one with the keyboard, so that Shift Tab goes to it.

    By the eye within a page that scrolls, by the order of the tree elsewhere. Qt's own chain is
    not asked: PySide takes each in it for a child of the one before, and lets it go with that.
    """
    if here is None:
        return False
    page = _page_of(there)
    if page is not None and page.isAncestorOf(here):
        right, down = (_place(there, page) - _place(here, page)).toTuple()
        return down < 0 if abs(down) > _ONE_LINE else right < 0
    order = there.window().findChildren(QWidget)
    return here in order and there in order and order.index(there) < order.index(here)


def _page_of(widget: QWidget) -> QWidget | None:
    """The page of the scroll area that a widget lies in."""
    area = widget.parentWidget()
    while area is not None and not isinstance(area, QScrollArea):
        area = area.parentWidget()
    return area.widget() if area is not None else None


def _place(widget: QWidget, page: QWidget) -> QPoint:
    return widget.mapTo(page, widget.rect().center())
