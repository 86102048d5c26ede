"""Counts as bars laid end to end, a row a group: levels by district, progress by provider.

The numbers stand in the bars and are told to screen readers; a row, or one part of it, filters.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from widgets.controls import Hovered
from widgets.flow_layout import FlowLayout
from widgets.marks import box
from widgets.surfaces import empty
from widgets.text import TextLabel, draw_text, text_width
from widgets.theme import tokens

_ROW, _THICK, _LEAST, _NAME = 24, 16, 60, 176
WHOLE = -1
"""The place of no part: the whole row."""


@dataclass(frozen=True, slots=True)
class Part:
    """A column of the counts: its name, and its fill as a token's name or a level 0 to 4."""

    name: str
    fill: str | int

    @property
    def color(self) -> QColor:
        """The fill as it is now."""
        held = tokens()
        if isinstance(self.fill, int):
            return QColor(held.level_fill[self.fill])
        return held.color(self.fill)

    @property
    def ink(self) -> str:
        """The colour of a number on the fill: the level's, else what differs most."""
        if isinstance(self.fill, int):
            return tokens().level_text[self.fill]
        return "#FFFFFF" if _light(self.color) < 0.18 else "#101418"


def _light(color: QColor) -> float:
    """Relative luminance, 0 to 1; below 0.18 white stands out more than black."""
    parts = (color.redF(), color.greenF(), color.blueF())
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@dataclass(frozen=True, slots=True)
class BarRow:
    """One group: what it filters by, its name, a count for each part, and a remark at the end."""

    key: str
    name: str
    counts: tuple[int, ...]
    note: str = ""

    @property
    def total(self) -> int:
        """All of it."""
        return sum(self.counts)


class StackedBars(QWidget):
    """Rows of bars under a legend, at most so many. `activated(key, place)` when a row is taken,
    `place` the part of it, or `WHOLE`; `parts_too` says whether parts can be taken by themselves.
    """

    activated = Signal(str, int)

    def __init__(
        self, parts: Sequence[Part], *, unit: str = "家", parts_too: bool = True, most: int = 50
    ) -> None:
        super().__init__()
        self._shown, self._held = most, tuple[BarRow, ...]()
        self._parts, self._unit, self._parts_too = tuple(parts), unit, parts_too
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        self._column.addWidget(Legend(parts))
        self._column.addSpacing(4)
        self._column.addLayout(self._rows)
        self._more = TextLabel("", "meta", "ink2", wrap=True)
        self._column.addWidget(self._more)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.setSizePolicy(policy)

    def set_rows(self, rows: Sequence[BarRow]) -> None:
        """Show the first of these rows, all to one scale, and say how many more there are.

        Where nothing changed the rows stay: one made anew under the mouse would lose its click.
        """
        if tuple(rows) == self._held:
            return
        self._held = tuple(rows)
        empty(self._rows)
        more = len(rows) - self._shown
        self._more.setText(f"另有 {more} 行，见导出的表格。" if more > 0 else "")
        self._more.setVisible(more > 0)
        rows = rows[: self._shown]
        most = max((row.total for row in rows), default=0) or 1
        left = max((text_width(row.name, "meta") for row in rows), default=0) + 10
        notes = max((text_width(row.note, "meta") for row in rows if row.note), default=0)
        for row in rows:
            frame = _Frame(self._parts, most, min(left, _NAME), notes)
            made = _Row(row, frame, self._unit, self._parts_too)
            made.taken.connect(lambda place, key=row.key: self.activated.emit(key, place))
            self._rows.addWidget(made)


@dataclass(frozen=True, slots=True)
class _Frame:
    """What all rows of one picture have alike: parts, the largest total, widths in px."""

    parts: tuple[Part, ...]
    most: int
    left: int
    notes: int

    def bar(self, width: int) -> QRectF:
        """Where bars may stand: between the name, and the total with the remark."""
        right = 40 + (self.notes + 14 if self.notes else 0)
        return QRectF(self.left, 4, max(width - self.left - right, _LEAST), _THICK)

    def spots(self, row: BarRow, width: int) -> list[QRectF]:
        """Where each part of a row stands; without width where it counts nothing."""
        place = self.bar(width)
        x, found = place.x(), []
        for count in row.counts:
            # One of ten thousand is seen, too.
            wide = max(place.width() * count / self.most, 2.0) if count else 0.0
            found.append(QRectF(x, place.y(), wide, _THICK))
            x += wide
        return found


class _Row(Hovered):
    taken = Signal(int)

    def __init__(self, row: BarRow, frame: _Frame, unit: str, parts_too: bool) -> None:
        super().__init__()
        self._row, self._frame, self._parts_too = row, frame, parts_too
        self._place = WHOLE
        told = [f"{p.name} {n}" for p, n in zip(frame.parts, row.counts, strict=True) if n]
        said = f"{row.name}，共 {row.total} {unit}"
        self.setAccessibleName("，".join(filter(None, (said, "、".join(told), row.note))))
        self.setToolTip(self.accessibleName())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(lambda: self.taken.emit(self._place))

    def sizeHint(self) -> QSize:
        frame = self._frame
        return QSize(frame.left + 200 + frame.notes, _ROW)

    def minimumSizeHint(self) -> QSize:
        frame = self._frame
        return QSize(frame.left + _LEAST + 40 + (frame.notes + 14 if frame.notes else 0), _ROW)

    def _choose(self, place: int) -> None:
        if place != self._place:
            self._place = place
            word = self._frame.parts[place].name if place != WHOLE else ""
            self.setAccessibleDescription(f"已选中{word}" if word else "")
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._parts_too:
            spots = self._frame.spots(self._row, self.width())
            at = QPointF(event.position().x(), spots[0].center().y())
            self._choose(next((n for n, s in enumerate(spots) if s.contains(at)), WHOLE))
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down go from row to row, left and right from part to part."""
        key = event.key()
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.focusNextPrevChild(key == Qt.Key.Key_Down)
        elif self._parts_too and key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            places = [WHOLE, *(n for n, count in enumerate(self._row.counts) if count)]
            at = places.index(self._place) if self._place in places else 0
            step = 1 if key == Qt.Key.Key_Right else -1
            self._choose(places[(at + step) % len(places)])
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        frame, row = self._frame, self._row
        if self.hovered:
            box(painter, QRectF(self.rect()), "hover", radius=4)
        draw_text(painter, QRectF(0, 0, frame.left - 8, _ROW), row.name, "meta", "ink")
        spots = frame.spots(row, self.width())
        for place, (part, count, spot) in enumerate(
            zip(frame.parts, row.counts, spots, strict=True)
        ):
            if count:
                self._paint_part(painter, part, str(count), spot)
            if count and place == self._place and self.hasFocus():
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(tokens().color("accent"), 2))
                painter.drawRect(spot.adjusted(0, -2, -1, 2))
        end = spots[-1].right() if spots else frame.left
        total = QRectF(end + 6, 0, 40, _ROW)
        draw_text(painter, total, str(row.total), "meta", "ink2")
        if row.note:
            right = QRectF(self.width() - frame.notes, 0, frame.notes, _ROW)
            draw_text(painter, right, row.note, "meta", "ink2")
        painter.end()

    @staticmethod
    def _paint_part(painter: QPainter, part: Part, count: str, spot: QRectF) -> None:
        draw_swatch(painter, part, spot.adjusted(0, 0, -1, 0) if spot.width() > 3 else spot)
        if text_width(count, "meta") + 2 <= spot.width():
            centre = Qt.AlignmentFlag.AlignHCenter
            draw_text(painter, spot, count, "meta", align=centre, color=part.ink)


def draw_swatch(painter: QPainter, part: Part, spot: QRectF) -> None:
    """A part's fill; a light one has an edge, so that it shows on every ground."""
    painter.setBrush(part.color)
    painter.setPen(QPen(tokens().color("ctl"), 1) if spot.width() > 3 else Qt.PenStyle.NoPen)
    painter.drawRect(spot.adjusted(0.5, 0.5, -0.5, -0.5) if spot.width() > 3 else spot)


class Legend(QWidget):
    """What the fills mean, in lines as the room asks."""

    def __init__(self, parts: Sequence[Part]) -> None:
        super().__init__()
        flow = FlowLayout(self, (14, 2))
        for part in parts:
            flow.addWidget(_Sign(part))
        self.setAccessibleName("图例：" + "、".join(part.name for part in parts))


class _Sign(QWidget):
    def __init__(self, part: Part) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(5)
        row.addWidget(_Swatch(part))
        row.addWidget(TextLabel(part.name, "meta", "ink2"))


class _Swatch(QWidget):
    def __init__(self, part: Part) -> None:
        super().__init__()
        self._part = part
        self.setFixedSize(12, 12)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        draw_swatch(painter, self._part, QRectF(self.rect()))
        painter.end()
