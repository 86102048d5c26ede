"""Small marks that state something: tags, level badges, key caps, and the box they stand in."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.icons import draw
from widgets.text import draw_text, text_width
from widgets.theme import RADIUS_CONTROL, RADIUS_TAG, tokens

LEVEL_NAMES = ("无等级", "一级", "二级", "三级", "四级")


def box(
    painter: QPainter,
    rect: QRectF,
    fill: str = "",
    edge: str = "",
    radius: float = RADIUS_CONTROL,
    *,
    pen: float = 0,
    dashed: bool = False,
) -> None:
    """Paint a rounded box from tokens, its edge wholly inside `rect`; `pen` 0 is the theme's."""
    held = tokens()
    thickness = pen or held.border
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(held.color(fill) if fill else Qt.BrushStyle.NoBrush)
    if edge:
        line = QPen(held.color(edge), thickness)
        if dashed:
            line.setDashPattern([3 / thickness, 2 / thickness])
            line.setCapStyle(Qt.PenCapStyle.FlatCap)  # a square one would fill the gaps
        painter.setPen(line)
        inset = thickness / 2
        rect = rect.adjusted(inset, inset, -inset, -inset)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
    painter.drawRoundedRect(rect, radius, radius)


def cap_width(key: str) -> int:
    """Width in px of a key cap."""
    return max(24, text_width(key, "meta") + 10)


def draw_cap(painter: QPainter, x: float, middle: float, key: str, token: str = "ink2") -> None:
    """Paint a key cap 20 px high, its left edge at `x`, around the height `middle`."""
    spot = QRectF(x, middle - 10, cap_width(key), 20)
    box(painter, spot, "" if token == "on_accent" else "surface", "line2", RADIUS_TAG)
    draw_text(painter, spot, key, "meta", token, align=Qt.AlignmentFlag.AlignHCenter)


class _Painted(QWidget):
    """A small fixed-size mark with a text for screen readers."""

    def __init__(self, text: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class KeyCap(_Painted):
    """The picture of a key."""

    def __init__(self, key: str, parent: QWidget | None = None) -> None:
        super().__init__(key, parent)
        self._key = key

    def sizeHint(self) -> QSize:
        return QSize(cap_width(self._key), 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        draw_cap(painter, 0, self.height() / 2, self._key)
        painter.end()


class Tag(_Painted):
    """A word in a small box. `tone` names its tokens (`ok`); `quiet` and `edge` are grey."""

    def __init__(
        self, text: str, tone: str = "quiet", icon: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(text, parent)
        self._text, self._tone, self._icon = text, tone, icon

    def set(self, text: str, tone: str, icon: str = "") -> None:
        """Change what it says."""
        self._text, self._tone, self._icon = text, tone, icon
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(tag_width(self._text, self._icon), 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        draw_tag(painter, QPointF(0, (self.height() - 20) / 2), self._text, self._tone, self._icon)
        painter.end()


def tag_width(text: str, icon: str = "") -> int:
    """Width in px of a tag."""
    return text_width(text, "meta") + 14 + (16 if icon else 0)


def draw_tag(painter: QPainter, at: QPointF, text: str, tone: str, icon: str = "") -> None:
    """Paint a tag 20 px high with its top left corner at `at`."""
    spot = QRectF(at.x(), at.y(), tag_width(text, icon), 20)
    if tone in ("edge", "dashed"):
        token, ground = "ink2" if tone == "edge" else "ink3", "surface"
        box(painter, spot, "surface", "line2" if tone == "edge" else "ctl", RADIUS_TAG,
            dashed=tone == "dashed")  # fmt: skip
    else:
        token, ground = ("ink2", "sunken") if tone == "quiet" else (tone, f"{tone}_bg")
        box(painter, spot, ground, radius=RADIUS_TAG)
    inside = spot.adjusted(7, 0, 0, 0)
    if icon:
        draw(painter, icon, QRectF(inside.x(), spot.y() + 4, 12, 12), token, ground)
        inside = inside.adjusted(16, 0, 0, 0)
    draw_text(painter, inside, text, "meta", token)


class LevelBadge(_Painted):
    """A level in its teal; None is 未评 in a dashed box."""

    def __init__(self, level: int | None, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.set_level(level, text)

    def set_level(self, level: int | None, text: str = "") -> None:
        """Show a level 0–4 by its own name or as `text` (至少一级); None is not yet known."""
        self._level = level
        self._text = text or ("未评" if level is None else LEVEL_NAMES[level])
        self.setAccessibleName(self._text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(badge_width(self._text), 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        draw_badge(painter, QPointF(0, (self.height() - 20) / 2), self._level, self._text)
        painter.end()


def badge_width(text: str) -> int:
    """Width in px of a level badge."""
    return text_width(text, "meta") + 14


def draw_badge(painter: QPainter, at: QPointF, level: int | None, text: str) -> None:
    """Paint a level badge 20 px high with its top left corner at `at`."""
    if level is None:
        draw_tag(painter, at, text, "dashed")
        return
    held = tokens()
    spot = QRectF(at.x(), at.y(), badge_width(text), 20)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(held.level_fill[level]))
    painter.drawRoundedRect(spot, RADIUS_TAG, RADIUS_TAG)
    centre = Qt.AlignmentFlag.AlignHCenter
    draw_text(painter, spot, text, "meta", align=centre, color=held.level_text[level])
