"""The report page's left column: how long the report is, and its headings with their state."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from widgets.controls import Hovered
from widgets.icons import draw
from widgets.marks import box
from widgets.pages.report_outline import Entries, Entry, State
from widgets.pages.walk_parts import Glyph
from widgets.surfaces import Rule, ScrollColumn
from widgets.text import TextLabel, draw_text, draw_wrapped, text_height, text_width
from widgets.theme import RADIUS_CONTROL, tokens
from widgets.word_meter import WordMeter

WIDTH = 284
_TOKENS = {
    State.WRITTEN: "ok",
    State.DRAFTED: "draft",
    State.STALE: "stale",
    State.EMPTY: "ink3",
    State.NONE: "ink3",
}
_WORDS = {
    State.WRITTEN: "已写",
    State.DRAFTED: "有草稿待确认",
    State.STALE: "有段落已过时",
    State.EMPTY: "未写",
    State.NONE: "",
}


class ReportIndex(QFrame):
    """The outline. `opened(key)` when a heading is taken."""

    opened = Signal(str)

    def __init__(
        self, entries: Entries, hard: int, soft: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._entries = entries
        self.setFixedWidth(WIDTH)
        self.meter = WordMeter(hard, soft)
        chapters = entries.outline.chapters
        self.meter.chapter_activated.connect(lambda n: self.opened.emit(chapters[n].key))
        self._counted = f"第一至{entries.chapters[-1]}章"
        self.rows: dict[str, _Row] = {}
        self._legend = {state: TextLabel("", "meta", "ink2") for state in (*_WORDS,) if state}
        self._asks = TextLabel("", "meta", "ink2")
        self._scroll = scroll = ScrollColumn((8, 8, 2, 8), 1, plain=True)
        for entry in entries.all:
            row = self.rows[entry.key] = _Row(entry)
            row.clicked.connect(lambda _on=False, key=entry.key: self.opened.emit(key))
            scroll.column.addWidget(row)
        scroll.column.addStretch(1)
        top = QVBoxLayout()
        top.setContentsMargins(16, 12, 16, 6)
        top.addWidget(self.meter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 1, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(Rule())
        column.addWidget(scroll, 1)
        column.addWidget(Rule())
        column.addWidget(self._foot())
        self.setAccessibleName("报告提纲")

    def _foot(self) -> QWidget:
        foot = QWidget()
        grid = QGridLayout(foot)
        grid.setContentsMargins(16, 8, 16, 8)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(2)
        for place, (state, label) in enumerate(self._legend.items()):
            grid.addWidget(_Glyph(state), place // 2, place % 2 * 2)
            grid.addWidget(label, place // 2, place % 2 * 2 + 1)
        place = len(self._legend)
        grid.addWidget(Glyph("help", "ink2"), place // 2, place % 2 * 2)
        grid.addWidget(self._asks, place // 2, place % 2 * 2 + 1)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        return foot

    def show_words(self, chapters: Mapping[str, int]) -> None:
        """Show the 字数 by chapter in the meter and beside the chapters' headings."""
        held = [(name, chapters.get(name, 0)) for name in self._entries.chapters]
        self.meter.set_chapters(held, self._counted)
        for entry in self._entries.all:
            if entry.level == 1:
                note = f"{chapters.get(entry.chapter, 0):,}" if entry.chapter else "不计"
                self.rows[entry.key].set_note(note)

    def show_entry(self, entry: Entry, words: int, state: State) -> None:
        """Show one heading's own 字数 and state."""
        row = self.rows[entry.key]
        row.set_state(state)
        if entry.level > 1 and entry.sections:
            row.set_note(f"{words:,}" if words else "")

    def show_totals(self, written: int, drafted: int, empty: int, stale: int) -> None:
        """Say below what there is in all."""
        self._legend[State.WRITTEN].setText(f"已写 {written} 段")
        self._legend[State.DRAFTED].setText(f"待确认 {drafted} 段")
        self._legend[State.STALE].setText(f"已过时 {stale} 段")
        self._legend[State.EMPTY].setText(f"未写 {empty} 节")

    def show_questions(self, left: int) -> None:
        """Say below how many questions only a person can answer."""
        self._asks.setText(f"待您回答 {left} 处")

    def set_current(self, key: str) -> None:
        """Mark the heading that is open."""
        for name, row in self.rows.items():
            row.set_current(name == key)
        self._scroll.ensureWidgetVisible(self.rows[key], 0, 40)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), tokens().color("bg"))
        painter.fillRect(self.width() - 1, 0, 1, self.height(), tokens().color("line"))
        painter.end()


class _Row(Hovered):
    """A heading: glyph, words (never cut, wrapped where they must), 字数."""

    def __init__(self, entry: Entry) -> None:
        super().__init__()
        self._entry, self._state, self._note, self._current = entry, State.NONE, "", False
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._describe()

    def set_state(self, state: State) -> None:
        """Change its glyph."""
        if state is not self._state:
            self._state = state
            self._describe()

    def set_note(self, note: str) -> None:
        """Change the figure at its right."""
        if note != self._note:
            self._note = note
            self._describe()

    def set_current(self, on: bool) -> None:
        """Draw it as the open one or not."""
        self._current = on
        self.update()

    def note(self) -> str:
        """The figure at its right."""
        return self._note

    def state(self) -> State:
        """How far it is."""
        return self._state

    def _describe(self) -> None:
        said = [self._entry.heading, _WORDS[self._state], self._note and f"{self._note} 字"]
        self.setAccessibleName("，".join(filter(None, said)))
        self.setToolTip("，".join(filter(None, said[1:])))
        self.update()

    def _role(self) -> str:
        return "dense"

    def _left(self) -> int:
        return 8 + 12 * (self._entry.level - 1)

    def _room(self, width: int) -> int:
        widest = "00,000" if self._entry.level == 1 else "0,000"
        return width - self._left() - 20 - text_width(widest, "meta", bold=True) - 12

    def heightForWidth(self, width: int) -> int:
        bold = self._entry.level == 1
        return text_height(self._entry.heading, self._role(), self._room(width), bold=bold) + 8

    def sizeHint(self) -> QSize:
        width = max(self.width(), 200)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 28)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = QRectF(self.rect())
        bold = self._entry.level == 1 or self._current
        if self._current or self.hovered:
            box(painter, rect, "accent_bg" if self._current else "hover", radius=RADIUS_CONTROL)
        x = self._left()
        if self._state:
            draw(painter, self._state.value, QRectF(x, 8, 13, 13), _TOKENS[self._state])
        token = "accent" if self._current else "ink"
        spot = QRectF(x + 20, 4, self._room(self.width()) + 2, rect.height())
        draw_wrapped(painter, spot, self._entry.heading, self._role(), token, bold=bold)
        right = QRectF(0, 4, rect.width() - 10, 20)
        token = "accent" if self._current else "ink2"
        align = Qt.AlignmentFlag.AlignRight
        draw_text(painter, right, self._note, "meta", token, bold=bold, align=align)
        painter.end()


class _Glyph(QWidget):
    """A state's glyph for the legend."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self.setFixedSize(14, 18)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        draw(painter, self._state.value, QRectF(0, 3, 12, 12), _TOKENS[self._state])
        painter.end()
