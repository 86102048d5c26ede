"""Buttons and the segmented choice."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from widgets.icons import draw
from widgets.marks import box, cap_width, draw_cap
from widgets.text import draw_text, text_width
from widgets.theme import RADIUS_CONTROL, tokens


class Kind(StrEnum):
    """How loud a button is: one primary a screen; quiet ones are accent text, plain ones grey."""

    PRIMARY = "primary"
    OUTLINED = "outlined"
    CHOSEN = "chosen"
    QUIET = "quiet"
    PLAIN = "plain"


_BARE = (Kind.QUIET, Kind.PLAIN)
_LEAST = 24
"""px that are still a target."""
_PAD, _TIGHT_PAD = 10, 5
"""px beside the words of a segment."""


class Hovered(QPushButton):
    """A push button that paints itself and knows when the mouse is over it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hovered = False
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.hovered = True
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.hovered = False
        self.update()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and space press; every other key belongs to the page (arrows move on there)."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() == Qt.Key.Key_Space:
            super().keyPressEvent(event)
        else:
            event.ignore()


class Button(Hovered):
    """A button saying its outcome, with an icon before or after it and its key as a cap."""

    def __init__(
        self,
        text: str,
        kind: Kind = Kind.OUTLINED,
        *,
        icon: str = "",
        trailing: str = "",
        key: str = "",
        height: int = 32,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.kind, self._icon, self._trailing, self._key = kind, icon, trailing, key
        self._tall, self._short = height, False
        self.setText(text)
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def shorten(self, on: bool) -> None:
        """Show the icon alone, where there is no room for the words; they are its name, and stand
        in its tooltip where it has no other."""
        if on != self._short:
            self._short = on
            if not self.toolTip():
                self.setToolTip(self.text())
            self.updateGeometry()
            self.update()

    def spared(self) -> int:
        """By how much it is narrower than with its words."""
        was, self._short = self._short, False
        full = self.sizeHint().width()
        self._short = was
        return full - self.sizeHint().width()

    def has_icon(self) -> bool:
        """Whether its icon stands before its words."""
        return bool(self._icon)

    def set_kind(self, kind: Kind) -> None:
        """Change how loud it is."""
        self.kind = kind
        self.update()

    def _parts(self) -> list[tuple[str, float]]:
        """What stands in the button from left to right, with widths in px."""
        role = "body" if self._tall >= 32 else "dense"
        parts = [("icon", 16.0)] if self._icon else []
        if self.text() and not self._short:
            parts.append(("text", float(text_width(self.text(), role, bold=self._bold()))))
        if self._key and not self._short:
            parts.append(("key", float(cap_width(self._key))))
        if self._trailing:
            parts.append(("trailing", 14.0))
        return parts

    def _bold(self) -> bool:
        return self.kind in (Kind.CHOSEN,)

    def sizeHint(self) -> QSize:
        parts = self._parts()
        inside = sum(width for _, width in parts) + 8 * (len(parts) - 1)
        pad = 0 if self.kind in _BARE else (13 if self._tall >= 32 else 11)
        return QSize(max(int(inside) + 2 * pad, _LEAST), self._tall)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _colors(self) -> tuple[str, str, str]:
        """Fill, edge and ink tokens."""
        if not self.isEnabled():
            return ("", "", "ink3") if self.kind in _BARE else ("sunken", "line2", "ink3")
        if self.kind is Kind.PRIMARY:
            return "accent", "accent", "on_accent"
        if self.kind is Kind.CHOSEN:
            return "accent_bg", "accent", "accent"
        if self.kind in _BARE:
            ink = "accent" if self.kind is Kind.QUIET else "ink2"
            return ("hover" if self.hovered else ""), "", ink
        return ("hover" if self.hovered or self.isDown() else "surface"), "ctl", "ink"

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        fill, edge, ink = self._colors()
        rect = QRectF(self.rect())
        if fill or edge:
            box(painter, rect, fill, edge)
        role = "body" if self._tall >= 32 else "dense"
        parts = self._parts()
        x = (rect.width() - sum(w for _, w in parts) - 8 * (len(parts) - 1)) / 2
        for part, width in parts:
            middle = QRectF(x, 0, width, rect.height())
            if part == "text":
                draw_text(painter, middle, self.text(), role, ink, bold=self._bold())
            elif part == "key":
                draw_cap(painter, x, rect.height() / 2, self._key, ink)
            else:
                name = self._icon if part == "icon" else self._trailing
                top = (rect.height() - width) / 2
                draw(painter, name, QRectF(x, top, width, width), ink, fill or "surface")
            x += width + 8
        painter.end()


@dataclass(frozen=True, slots=True)
class Segment:
    """One choice of a segmented control: a word, optionally a bold value, an icon and its token."""

    key: str
    text: str
    value: str = ""
    icon: str = ""
    token: str = "ink2"


class SegmentedControl(QWidget):
    """A row of joined choices of which one holds. `chosen(key)` tells what the user picked."""

    chosen = Signal(str)

    def __init__(
        self,
        segments: Sequence[Segment],
        current: str = "",
        *,
        height: int = 32,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._tall, self._buttons, self._tight = height, dict[str, _SegmentButton](), False
        self._segments: tuple[Segment, ...] | None = None
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(1, 1, 1, 1)
        self._row.setSpacing(0)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_segments(segments, current)

    def set_segments(self, segments: Sequence[Segment], current: str) -> None:
        """Replace the choices; the focused one keeps the focus if it is still there."""
        if tuple(segments) == self._segments:
            self.set_current(current)
            return
        self._segments = tuple(segments)
        for key in self._buttons.keys() - {segment.key for segment in segments}:
            button = self._buttons.pop(key)
            self._row.removeWidget(button)
            # One that was laid out a moment ago is still to be shown: then as a window of its own.
            button.hide()
            button.setParent(None)
            button.deleteLater()
        made = {segment.key: self._button(segment.key) for segment in segments}
        self._buttons = made
        for place, segment in enumerate(segments):
            button = made[segment.key]
            button.show_segment(segment, (place == 0, place == len(segments) - 1))
            if self._row.indexOf(button) != place:
                self._row.removeWidget(button)
                self._row.insertWidget(place, button)
        self.set_current(current)
        self.updateGeometry()

    def _button(self, key: str) -> "_SegmentButton":
        """The one of this key: as it stands, with the focus if it has that, or a new one."""
        if key in self._buttons:
            return self._buttons[key]
        button = _SegmentButton(self._tall - 2, self)
        button.clicked.connect(lambda: self._pick(key))
        button.set_pad(_TIGHT_PAD if self._tight else _PAD)
        return button

    def set_current(self, key: str) -> None:
        """Mark a choice without emitting."""
        for name, button in self._buttons.items():
            button.setChecked(name == key)

    def current(self) -> str:
        """The key of the choice that holds, or an empty string."""
        return next((key for key, b in self._buttons.items() if b.isChecked()), "")

    def squeeze(self, on: bool) -> None:
        """Stand closer together, where there is no room."""
        if on != self._tight:
            self._tight = on
            for button in self._buttons.values():
                button.set_pad(_TIGHT_PAD if on else _PAD)
            self.updateGeometry()

    def spared(self) -> int:
        """By how much it is narrower than at its ease."""
        return 2 * (_PAD - _TIGHT_PAD) * len(self._buttons) if self._tight else 0

    def _pick(self, key: str) -> None:
        self.set_current(key)
        self.chosen.emit(key)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._buttons:
            return  # an empty box would look like a field
        painter = QPainter(self)
        box(painter, QRectF(self.rect()), "surface", "ctl")
        painter.end()


class _SegmentButton(Hovered):
    def __init__(self, height: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._tall, self._role, self._pad = height, "dense", _PAD
        self.setCheckable(True)

    def show_segment(self, segment: Segment, ends: tuple[bool, bool]) -> None:
        """What it says, and whether it is the first and the last of the row."""
        self._segment, self._ends = segment, ends
        self.setText(f"{segment.text} {segment.value}".strip())
        self.setAccessibleName(self.text())
        self.updateGeometry()

    def set_pad(self, pad: int) -> None:
        """How much room is left at either side of the words, in px."""
        self._pad = pad
        self.updateGeometry()

    def _widths(self) -> tuple[int, int, int]:
        segment = self._segment
        return (
            20 if segment.icon else 0,
            text_width(segment.text, self._role, bold=True),
            6 + text_width(segment.value, self._role, bold=True) if segment.value else 0,
        )

    def sizeHint(self) -> QSize:
        return QSize(sum(self._widths()) + 2 * self._pad, self._tall)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect, on = QRectF(self.rect()), self.isChecked()
        if on or self.hovered:
            painter.setClipRect(rect)
            # The frame around all of them reaches in here where it is thicker.
            edge = tokens().border - 1
            left, right = (edge if end else -8 for end in self._ends)
            wide = rect.adjusted(left, edge, -right, -edge)
            box(painter, wide, "accent_bg" if on else "hover", radius=RADIUS_CONTROL - 1 - edge)
        if not self._ends[0]:
            painter.fillRect(QRectF(0, 0, 1, rect.height()), tokens().color("line2"))
        icon_width, text_wide, _ = self._widths()
        x = float(self._pad)
        if icon_width:
            top = (rect.height() - 14) / 2
            draw(painter, self._segment.icon, QRectF(x, top, 14, 14), self._segment.token)
        x += icon_width
        token = "accent" if on else "ink2"
        spot = QRectF(x, 0, text_wide, rect.height())
        draw_text(painter, spot, self._segment.text, self._role, token, bold=on)
        x += text_width(self._segment.text, self._role, bold=on) + 4
        rest = QRectF(x, 0, rect.width() - x, rect.height())
        token = "accent" if on else "ink"
        draw_text(painter, rest, self._segment.value, self._role, token, bold=True)
        painter.end()
