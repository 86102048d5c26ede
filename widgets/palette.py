"""The command palette: type a few characters, 回车 goes there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.lookup import Named, Names, load_sounds, sounds
from widgets.marks import box, cap_width, draw_cap
from widgets.quiet_job import QuietJob
from widgets.text import TextLabel, draw_text, text_width
from widgets.theme import TOP_BAR, tokens

_SHOWN, _WIDE, _ROW = 12, 640, 32
_LIMIT = 60
_TEXT, _PLACE = (int(Qt.ItemDataRole.UserRole) + n for n in (1, 2))
_STEPS = {
    Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1,
    Qt.Key.Key_PageUp: -(_SHOWN - 1), Qt.Key.Key_PageDown: _SHOWN - 1,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One place to go or thing to do: what kind it is, its name, and what `taken` says of it.

    `text` is what it says in whole sentences; it is searched too, and stands below the list.
    `key` is its name in the list of what was taken lately, `caps` its keys, `words` are others
    that it is found by.
    """

    kind: str
    name: str
    target: object
    text: str = ""
    key: str = ""
    caps: str = ""
    words: str = ""


@dataclass(slots=True)
class Lot:
    """Entries that are found together, with the index over them."""

    entries: Sequence[Entry]
    names: Names = field(init=False)
    places: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        named = (Named(e.name, f"{e.kind}{e.words}", e.text) for e in self.entries)
        self.names = Names(named, sounds())
        self.places = {entry.key: n for n, entry in enumerate(self.entries) if entry.key}


class Palette(QFrame):
    """A field over a list of places. `taken(target)` when one is chosen, `entry_taken(Entry)` with
    all of it; Esc closes it.

    `recent` are the keys of what was taken lately, the last first; `last` makes the entry that
    stands below all that is found, from what is typed.
    """

    taken = Signal(object)
    entry_taken = Signal(object)

    def __init__(
        self,
        parent: QWidget,
        entries: Sequence[Entry],
        prompt: str,
        *,
        recent: Sequence[str] = (),
        last: Callable[[str], Entry] | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowFlags(Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(prompt)
        self._entries, self._recent, self._last = list(entries), list(recent), last
        self._lots = [Lot(self._entries)]
        self._found: list[Entry] = []
        self.field = _Field()
        self.field.setPlaceholderText(prompt)
        self.field.setAccessibleName(prompt)
        self.field.written.connect(self._filter)
        self.field.installEventFilter(self)
        self.list = QListWidget()
        self.list.setAccessibleName("查找结果")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setItemDelegate(_Rows(self.list, self._found_at))
        self.list.setUniformItemSizes(True)
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
        if sounds() is None:  # what is written is found meanwhile
            job = QuietJob(_loading, self)
            job.finished.connect(self._hear)
            job.start()

    def add(self, lot: Lot) -> None:
        """Find these too, behind the palette's own."""
        self._lots = [self._lots[0], lot]
        self._filter(self.field.all_text())

    def open_over(self, host: QWidget) -> None:
        """Show it under the top bar of `host`, in the middle."""
        self.setFixedSize(_WIDE, 8 * 3 + 34 + _SHOWN * _ROW + 8)
        self.move(host.mapToGlobal(QPoint((host.width() - _WIDE) // 2, TOP_BAR + 8)))
        self.show()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), tokens().color("surface"))
        box(painter, QRectF(self.rect()), "", "ctl", radius=0)
        painter.end()

    def _hear(self, _sounds: object) -> None:
        self._lots[0] = Lot(self._entries)
        self._filter(self.field.all_text())

    def _tell(self, item: QListWidgetItem | None) -> None:
        """The whole text of the current row, so that it is read before it is taken."""
        text = item.data(_TEXT) if item is not None else ""
        self.text.setText(text or "")
        self.text.setVisible(bool(text))
        self.text.updateGeometry()
        # The keyboard stays in the field: a screen reader says there what 回车 would take.
        self.field.setAccessibleDescription(item.text() if item is not None else "")

    def _filter(self, typed: str) -> None:
        self._found = self._find(typed)
        if self._last is not None and typed.strip():
            self._found.append(self._last(typed.strip()))
        self.list.clear()
        for entry in self._found:
            item = QListWidgetItem(f"{entry.name}　·　{entry.kind}")
            item.setData(_TEXT, entry.text)
            item.setToolTip(entry.text or entry.name)
            item.setSizeHint(QSize(0, _ROW))
            self.list.addItem(item)
        if self._found:
            self.list.setCurrentRow(0)
        else:
            self.list.addItem("没有找到，请换一个词。")
            self.list.item(0).setFlags(Qt.ItemFlag.NoItemFlags)

    def _find(self, typed: str) -> list[Entry]:
        """What fits best first; of what fits as well, what was taken lately, then as it came."""
        found: list[tuple[int, int, int, int, Entry]] = []
        for number, lot in enumerate(self._lots):
            recent = [lot.places[key] for key in self._recent if key in lot.places]
            for match in lot.names.find(typed, _LIMIT, recent):
                entry = lot.entries[match.place]
                late = self._recent.index(entry.key) if match.place in recent else _LIMIT
                found.append((match.rank, late, number, len(found), entry))
        return [each[4] for each in sorted(found, key=lambda each: each[:4])][:_LIMIT]

    def _found_at(self, row: int) -> Entry | None:
        return self._found[row] if row < len(self._found) else None

    def _take(self) -> None:
        entry = self._found_at(max(self.list.currentRow(), 0))
        if entry is not None:
            self.close()
            self.entry_taken.emit(entry)
            self.taken.emit(entry.target)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            key = Qt.Key(event.key())
            if key in _STEPS:
                place = self.list.currentRow() + _STEPS[key]
                self.list.setCurrentRow(max(0, min(place, self.list.count() - 1)))
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._take()
                return True
        return False


class _Field(QLineEdit):
    """A line that tells what stands in it, with what an input method is composing: its letters are
    pinyin already. `written(text)`."""

    written = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._composing = ""
        self.textChanged.connect(lambda _text: self.written.emit(self.all_text()))

    def all_text(self) -> str:
        """What is written, and at the caret what is being composed."""
        at = self.cursorPosition()
        return self.text()[:at] + self._composing + self.text()[at:]

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        # Some input methods part the syllables of what they compose.
        composing = event.preeditString().replace("'", "")
        changed, self._composing = composing != self._composing, composing
        super().inputMethodEvent(event)
        if changed:
            self.written.emit(self.all_text())


class _Rows(QStyledItemDelegate):
    """A row: the name, what kind it is in grey, its keys at the right."""

    def __init__(self, parent: QObject, found: Callable[[int], Entry | None]) -> None:
        super().__init__(parent)
        self._found = found

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        rect, entry = QRectF(option.rect), self._found(index.row())
        if option.state & QStyle.StateFlag.State_Selected:
            box(painter, rect, "accent_bg")
        inside = rect.adjusted(12, 0, -12, 0)
        if entry is None:
            draw_text(painter, inside, str(index.data()), "body", "ink2")
            return
        if entry.caps:
            x = inside.right() - cap_width(entry.caps)
            draw_cap(painter, x, inside.center().y(), entry.caps)
            inside.setRight(x - 12)
        kind = min(text_width(entry.kind, "meta"), inside.width() / 3)
        name = inside.adjusted(0, 0, -kind - 12, 0)
        draw_text(painter, name, entry.name, "body")
        at = min(text_width(entry.name, "body"), name.width()) + 12
        draw_text(painter, inside.adjusted(at, 1, 0, 0), entry.kind, "meta", "ink2")


def _loading() -> Iterator[object]:
    yield load_sounds()
