"""The way through a dossier: steps with their state, the open step's pages; or a narrow rail."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QPropertyAnimation, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from widgets.controls import Hovered
from widgets.icons import draw
from widgets.marks import box
from widgets.surfaces import Rule, ScrollColumn, empty
from widgets.text import TextLabel, draw_text, text_width
from widgets.theme import NAV, RADIUS_CONTROL, RAIL, UNFOLD_MS, tokens

if TYPE_CHECKING:
    from widgets.nav_edges import Edges

_RAIL_ROW, _RAIL_ROW_LOW = 34, 30
"""px that a row of the rail is high, and where the window is too low for all of them."""
_RAIL_GAP = 6


class StepState(StrEnum):
    """How far a step is; the value is the name of its glyph."""

    EMPTY = "hollow"
    HALF = "half"
    DONE = "done"
    BLOCKED = "block"


STATE_WORDS = {
    StepState.EMPTY: "未开始",
    StepState.HALF: "进行中",
    StepState.DONE: "已完成",
    StepState.BLOCKED: "受阻",
}
STATE_TOKENS = {
    StepState.EMPTY: "ink3",
    StepState.HALF: "accent",
    StepState.DONE: "ok",
    StepState.BLOCKED: "block",
}


@dataclass(frozen=True, slots=True)
class NavEntry:
    """A row: a step (with `number` and `state`), a page under it, or a link (with `icon`).

    `note` is the grey figure at its right (27/31, 1 次); `token` colours a link's icon.
    """

    key: str
    title: str
    note: str = ""
    number: int = 0
    state: StepState | None = None
    icon: str = ""
    token: str = "ink2"
    pages: tuple["NavEntry", ...] = ()


@dataclass(frozen=True, slots=True)
class NavGroup:
    """Rows under one caption."""

    title: str
    entries: tuple[NavEntry, ...]


class NavPanel(QFrame):
    """The left column. `opened(key)` when a row is taken; `widened()` from the rail's last row."""

    opened = Signal(str)
    widened = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._groups, self._footer = tuple[NavGroup, ...](), tuple[NavEntry, ...]()
        self._current, self._rail = "", False
        self._rows: dict[str, _NavRow] = {}
        self._folds: dict[str, QWidget] = {}
        self._moving: dict[QWidget, QPropertyAnimation] = {}
        self._scroll = ScrollColumn((8, 8, 8, 8), 0, plain=True)
        # The room is known a turn of the loop after a fold has opened.
        self._scroll.verticalScrollBar().rangeChanged.connect(
            lambda _least, _most: QTimer.singleShot(0, self, self._show_row)
        )
        self._edges: Edges | None = None
        self._bottom = QVBoxLayout()
        self._bottom.setContentsMargins(8, 8, 8, 8)
        self._bottom.setSpacing(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 1, 0)
        column.setSpacing(0)
        column.addWidget(self._scroll, 1)
        column.addLayout(self._bottom)
        self.setFixedWidth(NAV)
        self.setAccessibleName("导航")

    def set_groups(self, groups: Sequence[NavGroup], footer: Sequence[NavEntry] = ()) -> None:
        """Show these rows; `footer` stands at the bottom. Where only figures and states are others
        the rows stay."""
        was, now = (self._groups, self._footer), (tuple(groups), tuple(footer))
        self._groups, self._footer = now
        if _outline(*was) != _outline(*now):
            self._build()
        elif was != now:
            for entry in _entries(*now):
                if (row := self._rows.get(entry.key)) is not None:
                    row.set_entry(entry)

    def set_current(self, key: str) -> None:
        """Mark the row of `key` and unfold the step it belongs to, without emitting."""
        self._current = key
        for name, row in self._rows.items():
            row.set_current(name == key, name == key or self._owner(key) == name)
        for name, fold in self._folds.items():
            self._unfold(fold, name in (key, self._owner(key)))
        self._show_row()

    def _show_row(self) -> None:
        """Have the current row in view: fourteen steps are higher than a small window."""
        if (row := self._rows.get(self._current)) is not None and self.isVisible():
            self._scroll.ensureWidgetVisible(row, 0, 40)

    def set_rail(self, on: bool) -> None:
        """Show the rail (52 px, numbers and icons) instead of the panel."""
        if on != self._rail:
            self._rail = on
            self.setFixedWidth(RAIL if on else NAV)
            bars = Qt.ScrollBarPolicy  # a bar would cover the rail's marks; the wheel scrolls it
            self._scroll.setVerticalScrollBarPolicy(
                bars.ScrollBarAlwaysOff if on else bars.ScrollBarAsNeeded
            )
            self._build()

    def is_rail(self) -> bool:
        """Whether the rail shows."""
        return self._rail

    def _owner(self, key: str) -> str:
        """The key of the step that has a page `key`, or an empty string."""
        for group in self._groups:
            for entry in group.entries:
                if any(page.key == key for page in entry.pages):
                    return entry.key
        return ""

    def _build(self) -> None:
        for layout in (self._scroll.column, self._bottom):
            empty(layout)
        self._rows, self._folds, self._moving = {}, {}, {}
        for place, group in enumerate(self._groups):
            self._add_group(place, group)
        self._scroll.column.addStretch(1)
        if self._footer and not self._rail:
            self._bottom.addWidget(Rule())
            self._bottom.addSpacing(6)
        for entry in self._footer:
            self._bottom.addWidget(self._row(entry, 0))
        if self._rail:
            wider = _NavRow(NavEntry("", "展开导航", icon="chevron-right"), 0, True)
            wider.clicked.connect(self.widened)
            self._rows[""] = wider
            self._bottom.addWidget(wider)
        self._fit_rail()
        self.set_current(self._current)

    def _fit_rail(self) -> None:
        """Have the rail's rows lower where they would not all have room."""
        rows = [row for row in self._rows.values() if self._rail]
        between = 2 * _RAIL_GAP + 1
        others = 4 * 8 + between * max(len(self._groups) - 1, 0)
        low = len(rows) * _RAIL_ROW + others > self.height()
        for row in rows:
            row.set_low(low)
        if self._edges is None and self._rail:
            from widgets.nav_edges import Edges  # the list of dossiers has no rail

            self._edges = Edges(self._scroll)
        if self._edges is not None:
            self._edges.use(self._rail, [row for row in rows if self._scroll.isAncestorOf(row)])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_rail()

    def _add_group(self, place: int, group: NavGroup) -> None:
        column = self._scroll.column
        if self._rail and place:
            column.addSpacing(_RAIL_GAP)
            column.addWidget(Rule())
            column.addSpacing(_RAIL_GAP)
        elif not self._rail and not group.title:
            column.addSpacing(6)
        elif not self._rail:
            column.addSpacing(6 if not place else 8)
            caption = TextLabel(group.title, "meta", "ink3")
            caption.setContentsMargins(10, 0, 0, 0)
            column.addWidget(caption)
            column.addSpacing(3)
        for entry in group.entries:
            column.addWidget(self._row(entry, 0))
            if entry.pages and not self._rail:
                fold = _Fold()
                for page in entry.pages:
                    fold.column.addWidget(self._row(page, 1))
                fold.setMaximumHeight(0)
                self._folds[entry.key] = fold
                column.addWidget(fold)

    def _row(self, entry: NavEntry, depth: int) -> "_NavRow":
        row = _NavRow(entry, depth, self._rail)
        row.clicked.connect(lambda _on=False, key=entry.key: self.opened.emit(key))
        self._rows[entry.key] = row
        return row

    def _unfold(self, fold: QWidget, open_: bool) -> None:
        full = fold.sizeHint().height()
        target = full if open_ else 0
        if (running := self._moving.pop(fold, None)) is not None:
            running.stop()  # else a step left at once would go on unfolding
        if fold.maximumHeight() == target:
            return
        from PySide6.QtWidgets import QStyle  # its names take long to make, and it may never unfold

        hint = QStyle.StyleHint.SH_Widget_Animation_Duration
        still = not self.isVisible() or self.style().styleHint(hint) == 0
        if still:
            fold.setMaximumHeight(target)
            return
        move = QPropertyAnimation(fold, b"maximumHeight", self)
        move.setDuration(UNFOLD_MS)
        move.setStartValue(min(fold.maximumHeight(), full))
        move.setEndValue(target)
        move.finished.connect(self._show_row)
        self._moving[fold] = move
        move.start()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), tokens().color("bg"))
        painter.fillRect(self.width() - 1, 0, 1, self.height(), tokens().color("line"))
        painter.end()


class _Fold(QWidget):
    """The pages of a step, with the thin line that ties them together."""

    def __init__(self) -> None:
        super().__init__()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.setMinimumHeight(0)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def minimumSizeHint(self) -> QSize:
        # In a small window the steps are scrolled; a fold that gave way would hide its pages.
        return QSize(0, min(self.maximumHeight(), self.sizeHint().height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(QRectF(17, 0, 1, self.height()), tokens().color("line2"))
        painter.end()


def _entries(groups: Sequence[NavGroup], footer: Sequence[NavEntry]) -> Iterator[NavEntry]:
    for entry in (*(entry for group in groups for entry in group.entries), *footer):
        yield entry
        yield from entry.pages


def _outline(groups: Sequence[NavGroup], footer: Sequence[NavEntry]) -> list[object]:
    """Which rows there are, whatever they say."""
    titles = [(group.title, len(group.entries)) for group in groups]
    return [titles, *((e.key, len(e.pages)) for e in _entries(groups, footer))]


class _NavRow(Hovered):
    def __init__(self, entry: NavEntry, depth: int, rail: bool) -> None:
        super().__init__()
        self._entry, self._depth, self._rail = entry, depth, rail
        self._current, self._open, self._low = False, False, False
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._name()

    def set_entry(self, entry: NavEntry) -> None:
        """Say another figure or state."""
        if entry != self._entry:
            self._entry = entry
            self._name()
            self.updateGeometry()
            self.update()

    def _name(self) -> None:
        entry = self._entry
        title = f"{entry.number}. {entry.title}" if entry.number else entry.title
        state = STATE_WORDS[entry.state] if entry.state else ""
        self.setText(title)
        self.setAccessibleName(" ".join(filter(None, (title, entry.note, state))))
        self.setToolTip(f"{title}（{state}）" if state else title)

    def set_current(self, current: bool, open_: bool) -> None:
        """`current` is the page shown; `open_` holds for its step, too."""
        self._current, self._open = current, open_
        self.update()

    def set_low(self, on: bool) -> None:
        """Take less height in the rail."""
        if on != self._low:
            self._low = on
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        if self._rail:
            return QSize(RAIL - 16, self._tall())
        note = text_width(self._entry.note, "meta", bold=True) if self._entry.note else 0
        return QSize(34 + text_width(self.text(), "body", bold=True) + note + 12, self._tall())

    def _tall(self) -> int:
        if self._rail:
            return _RAIL_ROW_LOW if self._low else _RAIL_ROW
        return 30 if self._depth else 32

    def minimumSizeHint(self) -> QSize:
        return QSize(RAIL - 17, self._tall())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = QRectF(self.rect())
        if self._current:
            box(painter, rect, "accent_bg", radius=RADIUS_CONTROL)
            bar = QRectF(0, 6, 3, rect.height() - 12)
            box(painter, bar, "accent", radius=1)
        elif self.hovered:
            box(painter, rect, "hover", radius=RADIUS_CONTROL)
        (self._paint_rail if self._rail else self._paint_full)(painter, rect)
        painter.end()

    def _ink(self) -> str:
        if self._current:
            return "accent"
        return "ink" if self._open else "ink2"

    def _paint_full(self, painter: QPainter, rect: QRectF) -> None:
        entry, bold = self._entry, self._current or self._open
        spot = QRectF(10, (rect.height() - 16) / 2, 16, 16)
        if entry.state is not None:
            draw(painter, entry.state.value, spot, STATE_TOKENS[entry.state], "bg")
        elif entry.icon:
            draw(painter, entry.icon, spot, "accent" if self._current else entry.token, "bg")
        note = text_width(entry.note, "meta", bold=True) if entry.note else 0
        middle = rect.adjusted(35, 0, -10 - note, 0)
        role = "body" if not self._depth else "dense"
        quiet = entry.state is StepState.EMPTY and not bold
        draw_text(painter, middle, self.text(), role, "ink3" if quiet else self._ink(), bold=bold)
        if note:
            end = rect.adjusted(0, 0, -10, 0)
            right = Qt.AlignmentFlag.AlignRight
            token = "accent" if self._current else "ink3"
            draw_text(painter, end, entry.note, "meta", token, bold=self._current, align=right)

    def _paint_rail(self, painter: QPainter, rect: QRectF) -> None:
        entry = self._entry
        if not entry.number:
            spot = QRectF((rect.width() - 16) / 2, (rect.height() - 16) / 2, 16, 16)
            draw(painter, entry.icon or "file", spot, "accent" if self._current else entry.token)
            return
        centre = Qt.AlignmentFlag.AlignHCenter
        bold = self._current or self._open
        draw_text(painter, rect, str(entry.number), "body", self._ink(), bold=bold, align=centre)
        if entry.state is not None and entry.state is not StepState.EMPTY:
            corner = QRectF(rect.width() - 12, 3, 9, 9)
            draw(painter, entry.state.value, corner, STATE_TOKENS[entry.state], "bg")
