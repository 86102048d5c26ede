"""Text as the type scale has it: exact line pitch, Chinese line breaking, a colour token.

Qt's own label spaces lines by the font, which differs from system to system; the grid here is
the same everywhere.
"""

from collections.abc import Sequence
from functools import lru_cache

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QPainter,
    QPaintEvent,
    QTextLayout,
    QTextLine,
    QTextOption,
)
from PySide6.QtWidgets import QLabel, QSizePolicy, QToolTip, QWidget

from widgets.theme import ROLES, families, font, tokens


def tip(words: str) -> str:
    """Words as a tooltip shows them as they are: what looks like HTML, it would follow."""
    if "<" not in words:
        return words
    from html import escape  # late: it brings the names of 2,000 characters along

    return f"<qt>{escape(words)}</qt>"


def text_width(text: str, role: str = "body", *, bold: bool | None = None) -> int:
    """Width in px of `text` on one line, rounded up so that nothing is cut."""
    return _width(text, role, bold, families())


def text_height(text: str, role: str, width: float, *, bold: bool | None = None) -> int:
    """Height in px of `text` wrapped to `width` px."""
    return _lines(text, role, width, bold, families()) * ROLES[role].line


# Layouts ask for the same sizes again and again, and each answer takes Qt's shaping of the text.
@lru_cache(maxsize=8192)
def _width(text: str, role: str, bold: bool | None, _families: tuple[str, ...]) -> int:
    return int(QFontMetricsF(font(role, bold=bold)).horizontalAdvance(text)) + 2


@lru_cache(maxsize=8192)
def _lines(
    text: str, role: str, width: float, bold: bool | None, _families: tuple[str, ...]
) -> int:
    return len(_break(text, font(role, bold=bold), width)[1])


def draw_text(
    painter: QPainter,
    rect: QRectF,
    text: str,
    role: str = "body",
    token: str = "ink",
    *,
    bold: bool | None = None,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    color: str = "",
    elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
) -> None:
    """Paint one line of `text`, centred vertically in `rect`; elided only if it cannot fit.

    `color` (`#RRGGBB`) overrides the token, for text on a level's fill.
    """
    face = font(role, bold=bold)
    metrics = QFontMetricsF(face)
    if metrics.horizontalAdvance(text) > rect.width() + 1:
        text = metrics.elidedText(text, elide, rect.width())
    painter.setFont(face)
    painter.setPen(QColor(color) if color else tokens().color(token))
    flags = align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
    painter.drawText(rect, int(flags), text)


def draw_over(
    painter: QPainter,
    rect: QRectF,
    text: str,
    role: str,
    token: str = "ink",
    *,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    """Paint one line of `text` over a drawing on a ground of its own, or a line would strike it
    through; `rect` is as wide as the text."""
    painter.fillRect(rect.adjusted(-2, 2, 1, -2), tokens().color("surface"))
    draw_text(painter, rect, text, role, token, align=align)


def draw_wrapped(
    painter: QPainter,
    rect: QRectF,
    text: str,
    role: str = "body",
    token: str = "ink",
    *,
    bold: bool | None = None,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    marks: Sequence[tuple[int, int]] = (),
) -> None:
    """Paint `text` wrapped to the width of `rect`, from its top, at the role's line pitch.

    `marks` are parts of it (from, to) that stand out by a ground and a line below.
    """
    face, pitch = font(role, bold=bold), ROLES[role].line
    layout, lines = _break(text, face, rect.width(), marks)
    painter.setPen(tokens().color(token))
    for index, line in enumerate(lines):
        spare = rect.width() - line.naturalTextWidth()
        shift = 0.0
        if align & Qt.AlignmentFlag.AlignRight:
            shift = spare
        elif align & Qt.AlignmentFlag.AlignHCenter:
            shift = spare / 2
        top = rect.y() + index * pitch + (pitch - line.height()) / 2
        line.draw(painter, QPointF(rect.x() + shift, top))
    del layout  # the lines are views into it and must not outlive it


def _break(
    text: str, face: QFont, width: float, marks: Sequence[tuple[int, int]] = ()
) -> tuple[QTextLayout, list[QTextLine]]:
    layout = QTextLayout(text.replace("\n", "\u2028"), face)
    if marks:
        layout.setFormats([_marked(text, *mark) for mark in marks])
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    lines: list[QTextLine] = []
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(max(width, 1.0))
        lines.append(line)
    layout.endLayout()
    return layout, lines


def _marked(text: str, start: int, end: int) -> QTextLayout.FormatRange:
    made = QTextLayout.FormatRange()
    made.start, made.length = _units(text[:start]), _units(text[start:end])
    made.format.setBackground(tokens().color("warn_bg"))
    made.format.setFontUnderline(True)
    made.format.setUnderlineColor(tokens().color("warn"))
    return made


def _units(text: str) -> int:
    """How long Qt takes a text for: it counts a character beyond the basic plane as two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class TextLabel(QLabel):
    """A label of the type scale. One line unless `wrap`; a line that is too long is elided.

    Being a QLabel it tells screen readers its text; with `keep` it refuses to be cut. `elide` says
    where it is cut, and a tip then says all of it; `marks` are parts of a wrapped text that stand
    out.
    """

    def __init__(
        self,
        text: str = "",
        role: str = "body",
        token: str = "ink",
        *,
        wrap: bool = False,
        bold: bool | None = None,
        keep: bool = True,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._role, self._token, self._bold, self._keep = role, token, bold, keep
        self._align, self.elide = align, elide
        self.marks: Sequence[tuple[int, int]] = ()
        self.setWordWrap(wrap)
        self.setTextFormat(Qt.TextFormat.PlainText)
        policy = self.sizePolicy()
        policy.setHeightForWidth(wrap)
        if wrap:
            policy.setHorizontalPolicy(QSizePolicy.Policy.Ignored)
            policy.setVerticalPolicy(QSizePolicy.Policy.Minimum)
        self.setSizePolicy(policy)
        self.setText(text)

    def set_token(self, token: str) -> None:
        """Change the colour."""
        self._token = token
        self.update()

    def sizeHint(self) -> QSize:
        if self.wordWrap():
            width = max(self.width(), 40)
            return QSize(width, self.heightForWidth(width))
        wide = text_width(self.text(), self._role, bold=self._bold)
        return QSize(wide, ROLES[self._role].line).grownBy(self.contentsMargins())

    def minimumSizeHint(self) -> QSize:
        if self._keep and not self.wordWrap():
            return self.sizeHint()
        least = QSize(40 if self.wordWrap() else 24, ROLES[self._role].line)
        return least.grownBy(self.contentsMargins())

    def hasHeightForWidth(self) -> bool:
        return self.wordWrap()

    def heightForWidth(self, width: int) -> int:
        sides = self.contentsMargins()
        beside, around = sides.left() + sides.right(), sides.top() + sides.bottom()
        if not self.wordWrap():
            return ROLES[self._role].line + around
        return text_height(self.text(), self._role, width - beside, bold=self._bold) + around

    def is_cut(self) -> bool:
        """Whether its one line is longer than there is room."""
        wide = text_width(self.text(), self._role, bold=self._bold)
        return not self.wordWrap() and wide > self.contentsRect().width() + 3

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and not self.toolTip() and self.is_cut():
            QToolTip.showText(event.globalPos(), tip(self.text()), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        token = self._token if self.isEnabled() else "ink3"
        rect = QRectF(self.contentsRect())
        text, role, bold, align = self.text(), self._role, self._bold, self._align
        if self.wordWrap():
            marks = self.marks
            draw_wrapped(painter, rect, text, role, token, bold=bold, align=align, marks=marks)
        else:
            draw_text(painter, rect, text, role, token, bold=bold, align=align, elide=self.elide)
        painter.end()
