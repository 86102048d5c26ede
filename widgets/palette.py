"""The command palette: type a few characters, 回车 goes there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from widgets.text import TextLabel
from widgets.theme import TOP_BAR

_SHOWN, _WIDE, _ROW = 12, 520, 32
_TEXT = int(Qt.ItemDataRole.UserRole) + 1


@dataclass(frozen=True, slots=True)
class Entry:
    """One place to go: what kind of thing it is, its name, and what `taken` says of it.

    `text` is what it says in whole sentences; it is searched too, and stands below the list.
    """

    kind: str
    name: str
    target: object
    text: str = ""


class Palette(QFrame):
    """A field over a list of places. `taken(target)` when one is chosen; Esc closes it."""

    taken = Signal(object)

    def __init__(self, parent: QWidget, entries: Sequence[Entry], prompt: str) -> None:
        super().__init__(parent)
        self.setWindowFlags(Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._entries = list(entries)
        self.field = QLineEdit()
        self.field.setPlaceholderText(prompt)
        self.field.setAccessibleName(prompt)
        self.field.textChanged.connect(self._filter)
        self.field.installEventFilter(self)
        self.list = QListWidget()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(lambda _item: self._take())
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        column.addWidget(self.field)
        column.addWidget(self.list, 1)
        self.text = TextLabel("", "dense", "ink2", wrap=True)
        self.text.setContentsMargins(4, 0, 4, 4)
        self.text.hide()
        column.addWidget(self.text)
        self.list.currentItemChanged.connect(lambda item, _before: self._tell(item))
        self._filter("")

    def _tell(self, item: QListWidgetItem | None) -> None:
        """The whole text of the current row, so that it is read before it is taken."""
        text = item.data(_TEXT) if item is not None else ""
        self.text.setText(text or "")
        self.text.setVisible(bool(text))
        self.text.updateGeometry()

    def open_over(self, host: QWidget) -> None:
        """Show it under the top bar of `host`, in the middle."""
        self.setFixedSize(_WIDE, 8 * 3 + 34 + _SHOWN * _ROW + 8)
        self.move(host.mapToGlobal(QPoint((host.width() - _WIDE) // 2, TOP_BAR + 8)))
        self.show()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def _filter(self, typed: str) -> None:
        words = typed.split()
        hits = [
            e for e in self._entries if all(word in f"{e.kind} {e.name} {e.text}" for word in words)
        ]
        # What is named so comes before what only belongs to it.
        hits.sort(key=lambda entry: not all(word in entry.name for word in words))
        self.list.clear()
        for entry in hits[: _SHOWN * 5]:
            item = QListWidgetItem(f"{entry.name}　·　{entry.kind}")
            item.setData(Qt.ItemDataRole.UserRole, entry.target)
            item.setData(_TEXT, entry.text)
            item.setToolTip(entry.text or entry.name)
            item.setSizeHint(QSize(0, _ROW))
            self.list.addItem(item)
        if hits:
            self.list.setCurrentRow(0)
        else:
            self.list.addItem("没有找到，请换一个词。")
            self.list.item(0).setFlags(Qt.ItemFlag.NoItemFlags)

    def _take(self) -> None:
        if self.list.currentRow() < 0:
            return
        target = self.list.currentItem().data(Qt.ItemDataRole.UserRole)
        if target is not None:
            self.close()
            self.taken.emit(target)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
                by = 1 if event.key() == Qt.Key.Key_Down else -1
                place = self.list.currentRow() + by
                self.list.setCurrentRow(max(0, min(place, self.list.count() - 1)))
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._take()
                return True
        return False
