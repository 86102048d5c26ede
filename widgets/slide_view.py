"""A page of a deck painted on the screen, laid out as `exporters.slides` measures it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPaintEvent, QTextLayout
from PySide6.QtWidgets import QWidget

from exporters.blocks import clean
from exporters.canvas import BAD, BLUE, FAINT, GREY, INK, RULE
from exporters.pictures import load
from exporters.slides import (
    BODY_FOOT,
    BODY_TOP,
    CELL_X,
    CELL_Y,
    HEIGHT,
    INNER,
    MARGIN,
    MM,
    TABLE,
    TITLE,
    WIDTH,
    Deck,
    Grid,
    Slide,
    Text,
    bullet_indent,
    cut,
    gap,
    line_height,
    row_height,
    text_height,
    wrapped,
)
from widgets.theme import font

_COVER_TITLE, _FOOT, _MARK = 48.0, 12.0, 14.0
_FACE_PX = 100


class SlideView(QWidget):
    """One page of a deck, as large as the widget allows, on black; None is the cover.

    It is paper: the same in the light and the dark look.
    """

    def __init__(self, deck: Deck, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.deck = deck
        self._page: Slide | None = None
        self._number = 1
        self._image = QImage()

    def show_page(self, page: Slide | None, number: int) -> None:
        """Show a page under its number, from 1."""
        self._page, self._number = page, number
        loaded = load(page.picture.source) if page and page.picture else None
        self._image = QImage.fromData(loaded.data) if loaded else QImage()
        self.setAccessibleName(page.title if page else self.deck.title)
        self.setAccessibleDescription(page.notes if page else "")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("#000000"))
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        scale = min(self.width() / WIDTH, self.height() / HEIGHT)
        painter.translate((self.width() - WIDTH * scale) / 2, (self.height() - HEIGHT * scale) / 2)
        painter.scale(scale, scale)
        painter.fillRect(QRectF(0, 0, WIDTH, HEIGHT), QColor("#FFFFFF"))
        if self._page is None:
            self._cover(painter)
        else:
            self._fill(painter, self._page)
        if self.deck.mark:
            place = QRectF(WIDTH - MARGIN - 26, 10, 26, 9)
            _frame(painter, place, BAD)
            _line(painter, place, Text(self.deck.mark, _MARK, bold=True, marked=True), centre=True)
        painter.end()

    def _cover(self, painter: QPainter) -> None:
        painter.fillRect(QRectF(0, 0, WIDTH, 7), QColor(BLUE))
        head = Text(self.deck.head, quiet=True)
        _line(painter, QRectF(MARGIN, 34, INNER, 12), head)
        _line(
            painter, QRectF(MARGIN, 50, INNER, 24), Text(self.deck.title, _COVER_TITLE, bold=True)
        )
        painter.fillRect(QRectF(MARGIN, 78, 40, 1.2), QColor(BLUE))
        y = 90.0
        for text in self.deck.lines:
            y = _paragraph(painter, text, y)

    def _fill(self, painter: QPainter, page: Slide) -> None:
        """Title, then picture, table and texts from the top down."""
        _title(painter, page.title)
        painter.fillRect(QRectF(MARGIN, 35.5, INNER, 0.5), QColor(BLUE))
        y = BODY_TOP
        tall = sum(text_height(text, INNER) for text in page.texts)
        if not self._image.isNull():
            y += self._picture(painter, y, BODY_FOOT - y - tall) + 4
        if page.grid is not None:
            y += _grid(painter, page.grid, y) + 4
        for text in page.texts:
            y = _paragraph(painter, text, y)
        _line(
            painter, QRectF(MARGIN, 178, INNER - 20, 7), Text(self.deck.footer, _FOOT, quiet=True)
        )
        number = Text(str(self._number), _FOOT, quiet=True)
        _line(painter, QRectF(WIDTH - MARGIN - 18, 178, 18, 7), number, right=True)

    def _picture(self, painter: QPainter, y: float, room: float) -> float:
        """As large as fits, centred; answers with its height."""
        size = self._image.size().toSizeF()
        by = min(INNER / size.width(), (room - 4) / size.height())
        wide, tall = size.width() * by, size.height() * by
        painter.drawImage(QRectF((WIDTH - wide) / 2, y, wide, tall), self._image)
        return tall


def _title(painter: QPainter, words: str) -> None:
    """Two lines at most, smaller where one does not do."""
    room, size = INNER - 34, TITLE
    if len(wrapped(words, room, size, bold=True)) > 1:
        size *= 0.75
    words = cut(words, room, size, 2, bold=True)
    found = wrapped(words, room, size, bold=True)
    y = 10 + (24 - len(found) * line_height(size)) / 2
    for line in found:
        place = QRectF(MARGIN, y, room, line_height(size))
        _line(painter, place, Text(line, size, bold=True))
        y += line_height(size)


def _paragraph(painter: QPainter, text: Text, y: float) -> float:
    """A paragraph at the margin; where the next one begins."""
    indent = bullet_indent(text.size) if text.bullet else 0.0
    if text.bullet:
        place = QRectF(MARGIN, y, indent, line_height(text.size))
        _line(painter, place, Text("•", text.size, text.bold, text.quiet, marked=text.marked))
    for line in wrapped(clean(text.words), INNER - indent, text.size, bold=text.bold):
        place = QRectF(MARGIN + indent, y, INNER - indent, line_height(text.size))
        part = Text(line, text.size, text.bold, text.quiet, marked=text.marked)
        _line(painter, place, part)
        y += line_height(text.size)
    return y + gap(text)


def _grid(painter: QPainter, grid: Grid, y: float) -> float:
    """The table; answers with its height. Cells of one group are told once."""
    start, before = y, ""
    for number, row in enumerate((grid.heads, *grid.rows)):
        tall, x = row_height(row, grid.widths), MARGIN
        for place, (words, width) in enumerate(zip(row, grid.widths, strict=True)):
            cell = QRectF(x, y, width, tall)
            joined = grid.grouped and not place and number > 1 and words == before
            painter.fillRect(cell, QColor(FAINT if not number else "#FFFFFF"))
            _frame(painter, cell, RULE)
            if joined:  # no rule between what is said once
                painter.fillRect(QRectF(x + 0.2, y - 0.2, width - 0.4, 0.4), QColor("#FFFFFF"))
            else:
                _cell(painter, cell, words, head=not number)
            x += width
        before, y = row[0] if number else "", y + tall
    return y - start


def _cell(painter: QPainter, cell: QRectF, words: str, *, head: bool) -> None:
    found = wrapped(clean(words), cell.width() - 2 * CELL_X, TABLE, bold=head)
    tall = len(found) * line_height(TABLE)
    y = cell.y() + max((cell.height() - tall) / 2, CELL_Y)
    for line in found:
        place = QRectF(cell.x() + CELL_X, y, cell.width() - 2 * CELL_X, line_height(TABLE))
        _line(painter, place, Text(line, TABLE, bold=head))
        y += line_height(TABLE)


def _frame(painter: QPainter, place: QRectF, colour: str) -> None:
    painter.save()
    pen = painter.pen()
    pen.setColor(QColor(colour))
    pen.setWidthF(0.26)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(place)
    painter.restore()


def _line(
    painter: QPainter, place: QRectF, text: Text, *, centre: bool = False, right: bool = False
) -> None:
    """One line, narrowed where the screen's font runs wider than the one it was measured with."""
    layout = QTextLayout(clean(text.words), _face(bold=text.bold))
    layout.beginLayout()
    line = layout.createLine()
    layout.endLayout()
    if not line.isValid():
        return
    by = text.size * MM / _FACE_PX
    wide = line.naturalTextWidth() * by
    across = by * min(1.0, place.width() / wide) if wide else by
    spare = max(place.width() - wide, 0.0)
    x = place.x() + (spare / 2 if centre else spare if right else 0.0)
    painter.save()
    painter.setPen(QColor(BAD if text.marked else GREY if text.quiet else INK))
    painter.translate(x, place.y() + (place.height() - line.height() * by) / 2)
    painter.scale(across, by)
    layout.draw(painter, line.position())
    painter.restore()


def _face(*, bold: bool) -> QFont:
    """The screen's font at a size from which all others are scaled: hinting leaves it alone."""
    made = font("body", bold=bold)
    made.setPixelSize(_FACE_PX)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made
