"""The conflicts of a dossier: a list, the one in hand as cards, and the keys that choose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.clashes import Choice, Clash, Way, Where
from widgets.clash_cards import CardColumn, ClashBlock, Pictures
from widgets.clash_words import Ground, choice_of, choice_words, heading, in_short
from widgets.controls import Button, Kind
from widgets.icons import draw
from widgets.surfaces import Rule, empty
from widgets.text import TextLabel, draw_text, text_width, tip
from widgets.theme import tokens

_WIDE, _ROW = 290, 60
_SHOWN = 3
"""So many blocks stand below one another: the one in hand, and what follows."""
_ITEM = Qt.ItemDataRole.UserRole

HINTS = (
    (("↑", "↓"), "上一处／下一处"),
    (("←",), "取左"),
    (("→",), "取右"),
    (("B",), "两者都留（仅文字）"),
    (("Ctrl Z",), "撤销"),
)


class ClashDesk(QWidget):
    """`taken(clash, choice)` when a person chose; `all_wanted()` asks for every edit.

    It marks nothing by itself: the page answers with `show_choices`.
    """

    taken = Signal(object, object)
    all_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.clashes: tuple[Clash, ...] = ()
        self._choices: Mapping[Where, Choice] = {}
        self._ground: Ground | None = None
        self._pictures: Pictures | None = None
        self._arriving = False
        self.blocks: list[ClashBlock] = []
        self.list = _List()
        self.note = TextLabel("", "meta", "ink2", wrap=True)
        self.every = Button("逐条看全部改动", Kind.QUIET, height=28)
        self.every.clicked.connect(self.all_wanted)
        self.cards = CardColumn((14, 10, 14, 16), 6)
        self.place = QVBoxLayout()  # where a page may put something else over the cards
        self._lay_out()
        self.list.currentRowChanged.connect(lambda _row: self._show_blocks())

    def _lay_out(self) -> None:
        self.side = _Side()
        side = QVBoxLayout(self.side)
        side.setContentsMargins(0, 0, 1, 0)
        side.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(14, 12, 14, 8)
        head.addWidget(TextLabel("冲突", "section"))
        head.addStretch(1)
        head.addWidget(TextLabel("同一处两人各改", "meta", "ink2"))
        side.addLayout(head)
        side.addWidget(self.list, 1)
        note = QVBoxLayout()
        note.setContentsMargins(14, 10, 14, 10)
        note.addWidget(self.note)
        side.addLayout(note)
        side.addWidget(Rule())
        foot = QHBoxLayout()
        foot.setContentsMargins(14, 6, 14, 6)
        foot.addWidget(self.every)
        foot.addStretch(1)
        side.addLayout(foot)
        self.place.addWidget(self.cards)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.side)
        row.addLayout(self.place, 1)

    # -- what is shown ----------------------------------------------------------------------------

    def show_clashes(
        self,
        clashes: Sequence[Clash],
        choices: Mapping[Where, Choice],
        ground: Ground,
        pictures: Pictures,
        *,
        arriving: bool,
    ) -> None:
        """Show these; the one in hand stays so where it still is one."""
        held = self.current()
        self.clashes, self._choices = tuple(clashes), choices
        self._ground, self._pictures, self._arriving = ground, pictures, arriving
        self.list.blockSignals(True)
        self.list.clear()
        for _ in self.clashes:
            item = QListWidgetItem()
            item.setSizeHint(QSize(0, _ROW))
            self.list.addItem(item)
        places = [n for n, each in enumerate(clashes) if held and each.where == held.where]
        self.list.setCurrentRow(places[0] if places else 0)
        self.list.blockSignals(False)
        self.show_choices(choices)
        self._show_blocks()

    def show_choices(self, choices: Mapping[Where, Choice]) -> None:
        """Mark what is chosen."""
        self._choices = choices
        for place, clash in enumerate(self.clashes):
            item, choice = self.list.item(place), choices.get(clash.where)
            words = choice_words(clash, choice)
            item.setData(_ITEM, (heading(clash), in_short(clash), words, choice is not None))
            said = f"{heading(clash)}，{words}，{in_short(clash)}"
            item.setData(Qt.ItemDataRole.AccessibleTextRole, said)
            item.setToolTip(tip(heading(clash)))
        for block in self.blocks:
            block.show_choice(choices.get(block.clash.where))

    def current(self) -> Clash | None:
        """The conflict in hand."""
        place = self.list.currentRow()
        return self.clashes[place] if 0 <= place < len(self.clashes) else None

    def go_to(self, where: Where) -> None:
        """Take one in hand."""
        for place, clash in enumerate(self.clashes):
            if clash.where == where:
                self.list.setCurrentRow(place)

    def _show_blocks(self) -> None:
        focus = QApplication.focusWidget()
        if focus is not None and self.cards.isAncestorOf(focus):
            self.list.setFocus()  # what has the focus is about to go
        empty(self.cards.column)
        self.blocks = []
        first = max(0, self.list.currentRow())
        for place, clash in enumerate(self.clashes[first : first + _SHOWN], first):
            assert self._ground is not None and self._pictures is not None
            number = f"冲突 {place + 1}/{len(self.clashes)}"
            block = ClashBlock(clash, number, self._ground, self._pictures, arriving=self._arriving)
            block.set_current(place == first)
            block.show_choice(self._choices.get(clash.where))
            block.taken.connect(lambda choice, one=clash: self.taken.emit(one, choice))
            block.touched.connect(lambda row=place: self.list.setCurrentRow(row))
            self.blocks.append(block)
            self.cards.column.addWidget(block)
        self.cards.column.addStretch(1)
        self.cards.verticalScrollBar().setValue(0)

    # -- keys -------------------------------------------------------------------------------------

    def take(self, choice: Choice) -> None:
        """Choose for the conflict in hand; both only where it is text."""
        clash = self.current()
        if clash is not None and (choice is not Way.BOTH or clash.joinable):
            self.taken.emit(clash, choice)

    def step(self, by: int) -> None:
        """Go to the next conflict, or the one before."""
        place = self.list.currentRow() + by
        if 0 <= place < len(self.clashes):
            self.list.setCurrentRow(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, clash = event.key(), self.current()
        number = key - Qt.Key.Key_1
        if key in _SIDES and clash is not None and len(clash.sides) == 2:
            self.take(_SIDES[Qt.Key(key)])
        elif key == Qt.Key.Key_B:
            self.take(Way.BOTH)
        elif clash is not None and len(clash.sides) > 2 and 0 <= number < len(clash.sides):
            self.take(choice_of(clash, number))
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.step(1 if key == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)


_SIDES = {Qt.Key.Key_Left: Way.LEFT, Qt.Key.Key_Right: Way.RIGHT}


class _Side(QWidget):
    """The panel at the left."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(_WIDE)

    def paintEvent(self, event: object) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), tokens().color("surface"))
        painter.fillRect(self.width() - 1, 0, 1, self.height(), tokens().color("line"))
        painter.end()


class _List(QListWidget):
    """Moves up and down; every other key belongs to the page."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("冲突")
        self.setItemDelegate(_Row(self))
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.setMinimumHeight(_ROW)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ways = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End)
        if event.key() in (*ways, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            super().keyPressEvent(event)
        else:
            event.ignore()


class _Row(QStyledItemDelegate):
    """A conflict as a row: a glyph, what it is about, its values, what is chosen."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        title, values, words, done = index.data(_ITEM)
        rect, held = QRectF(option.rect), tokens()
        state = option.state
        on = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        if on:
            painter.fillRect(rect, held.color("accent_bg"))
            painter.fillRect(QRectF(rect.x(), rect.y(), 3, rect.height()), held.color("accent"))
        painter.fillRect(QRectF(rect.x(), rect.bottom() - 1, rect.width(), 1), held.color("line"))
        glyph = QRectF(rect.x() + 14, rect.y() + 12, 16, 16)
        draw(painter, "done" if done else "hollow", glyph, "ok" if done else "ink2")
        wide = text_width(words, "meta")
        right = QRectF(rect.right() - 14 - wide, rect.y() + 10, wide, 20)
        draw_text(painter, right, words, "meta", "ok" if done else "ink2")
        left = rect.x() + 40
        spot = QRectF(left, rect.y() + 9, right.x() - left - 8, 22)
        draw_text(painter, spot, title, "body", bold=on)
        below = QRectF(left, rect.y() + 31, rect.right() - left - 14, 20)
        draw_text(painter, below, values, "dense", "ink2")
        painter.restore()
