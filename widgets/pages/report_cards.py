"""What stands in the evidence panel: a card a fact, and a text against its new draft."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QFont,
    QImage,
    QPainter,
    QPaintEvent,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from app.evidence import Evidence
from widgets.controls import Hovered
from widgets.icons import draw
from widgets.marks import box, draw_tag
from widgets.pages.report_basis import Piece, difference, qt_length
from widgets.photo_tile import VERDICT_ICONS, VERDICT_TOKENS, Photo, framed
from widgets.text import draw_text, draw_wrapped, text_height, text_width
from widgets.theme import RADIUS_TAG, ROLES, font, theme, tokens
from widgets.thumbnails import thumbnails

_LEFT, _RIGHT, _TOP, _CHIP = 48, 16, 12, 22
_PICTURE = QSize(132, 88)
#: Of a longer note its beginning is quoted; the rest is where it is typed.
_QUOTED = 140
#: Text that stays is shown so far around a difference.
_AROUND = 14


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo beside its evidence; `image` is None until it was read."""

    key: str
    tile: Photo
    image: QImage | None


class EvidenceCard(Hovered):
    """One thing a paragraph rests on; the whole card opens the place where it is typed."""

    def __init__(self, number: int, evidence: Evidence, picture: Picture | None = None) -> None:
        super().__init__()
        self._number, self.evidence, self._picture = number, evidence, picture
        self._rows = _rows(evidence, picture)
        said = "；".join(text for _, _, text in self._rows[1:])
        opens = "，打开" if evidence.target else ""
        self.setAccessibleName(f"依据 {number}：{evidence.title}，{said}{opens}")
        if any(len(quote) > _QUOTED for quote in evidence.quotes):
            self.setToolTip("\n".join(evidence.quotes))
        if evidence.target is None:
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.setCursor(Qt.CursorShape.ArrowCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        if picture is not None:
            thumbnails().loaded.connect(self._loaded)

    def _loaded(self, key: str, image: QImage) -> None:
        if self._picture is not None and key == self._picture.key:
            self._picture = Picture(key, self._picture.tile, image)
            self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        inside = width - _LEFT - _RIGHT
        tall = sum(text_height(text, role, inside) for role, _, text in self._rows)
        if self._picture is not None:
            tall += _PICTURE.height() + 10
        return _TOP + tall + ROLES["meta"].line + 12

    def sizeHint(self) -> QSize:
        width = max(self.width(), 250)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(180, self.heightForWidth(max(self.width(), 180)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = QRectF(self.rect())
        if self.evidence.target is not None and (self.hovered or self.hasFocus()):
            painter.fillRect(rect, tokens().color("hover"))
        painter.fillRect(QRectF(0, rect.height() - 1, rect.width(), 1), tokens().color("line"))
        chip = QRectF(16, _TOP - 1, _CHIP, _CHIP)
        box(painter, chip, "accent_bg", radius=RADIUS_TAG)
        centre = Qt.AlignmentFlag.AlignHCenter
        draw_text(painter, chip, str(self._number), "meta", "accent", align=centre)
        inside, y = rect.width() - _LEFT - _RIGHT, float(_TOP)
        for role, token, text in self._rows:
            draw_wrapped(painter, QRectF(_LEFT, y, inside, 0), text, role, token)
            y += text_height(text, role, inside)
        if self._picture is not None:
            self._paint_picture(painter, QRectF(QPointF(_LEFT, y + 5), _PICTURE))
        foot = QRectF(_LEFT, rect.height() - 9 - ROLES["meta"].line, inside, ROLES["meta"].line)
        way = "打开" if self.evidence.target else ""
        room = foot.adjusted(0, 0, -text_width(way, "meta") - 8, 0)
        draw_text(painter, room, self.evidence.kind, "meta", "ink3")
        draw_text(painter, foot, way, "meta", "accent", align=Qt.AlignmentFlag.AlignRight)
        if self.hasFocus():
            box(painter, rect.adjusted(3, 3, -3, -3), "", "accent", pen=2)
        painter.end()

    def _paint_picture(self, painter: QPainter, spot: QRectF) -> None:
        held = self._picture
        if held is None:
            return
        if held.image is None:
            box(painter, spot, "sunken", "line", RADIUS_TAG)
            middle = spot.center()
            draw(painter, "camera", QRectF(middle.x() - 10, middle.y() - 10, 20, 20), "ink3")
        else:
            ratio = self.devicePixelRatioF()
            painter.drawPixmap(spot.topLeft(), framed(held.image, _PICTURE, ratio))
        word = held.tile.verdict
        at = QPointF(spot.right() + 8, spot.top())
        draw_tag(painter, at, word.value, VERDICT_TOKENS[word], VERDICT_ICONS[word])


def _rows(evidence: Evidence, picture: Picture | None) -> list[tuple[str, str, str]]:
    """Role, token and text of every paragraph of a card."""
    rows = [("dense", "ink", evidence.title)]
    rows += [("meta", "ink2", line) for line in evidence.lines]
    rows += [("dense", "ink2", f"“{_cut(quote)}”") for quote in evidence.quotes]
    if picture is not None:
        rows.append(("meta", "ink2", f"{picture.tile.note} ・ {picture.tile.verdict.value}"))
    return rows


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _QUOTED else line[:_QUOTED] + "…"


class Tinted(QFrame):
    """A part of the panel on a tone's ground, with a rule below."""

    def __init__(self, tone: str) -> None:
        super().__init__()
        self._tone = tone

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), tokens().color(f"{self._tone}_bg"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, tokens().color("line"))
        painter.end()


class DifferenceView(QWidget):
    """A text with what its new draft drops struck out and what it adds in bold, underlined."""

    def __init__(self, old: str, new: str) -> None:
        super().__init__()
        self.pieces = _around(difference(old, new))
        gone = [p.text for p in self.pieces if not p.new]
        come = [p.text for p in self.pieces if not p.old]
        self.setAccessibleName(
            f"原文删去：{'、'.join(gone) or '无'}；新稿增加：{'、'.join(come) or '无'}"
        )
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme().changed.connect(self.update)

    def _layout(self, width: float) -> QTextLayout:
        text = "".join(p.text for p in self.pieces).replace("\n", "\u2028")
        layout = QTextLayout(text, font("dense"))
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        marks, at = [], 0
        for piece in self.pieces:
            mark = QTextLayout.FormatRange()
            mark.start, mark.length = at, qt_length(piece.text)
            mark.format = _look(piece)
            marks.append(mark)
            at += qt_length(piece.text)
        layout.setFormats(marks)
        layout.beginLayout()
        y = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(width, 1.0))
            line.setPosition(QPointF(0, y + (ROLES["dense"].line - line.height()) / 2))
            y += ROLES["dense"].line
        layout.endLayout()
        return layout

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._layout(width).lineCount() * ROLES["dense"].line

    def sizeHint(self) -> QSize:
        width = max(self.width(), 40)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(40, ROLES["dense"].line)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._layout(self.width()).draw(painter, QPointF(0, 0))
        painter.end()


def _look(piece: Piece) -> QTextCharFormat:
    made, held = QTextCharFormat(), tokens()
    made.setForeground(held.color("ink"))
    if not piece.new:
        made.setForeground(held.color("ink2"))
        made.setFontStrikeOut(True)
    elif not piece.old:
        made.setForeground(held.color("stale"))
        made.setFontWeight(QFont.Weight.Bold)
        made.setFontUnderline(True)
    return made


def _around(pieces: list[Piece]) -> list[Piece]:
    """The pieces with what stays cut to a little on either side of what changes."""
    found = []
    for place, piece in enumerate(pieces):
        text, last = piece.text, place == len(pieces) - 1
        if piece.old and piece.new and len(pieces) > 1:
            head = "" if place == 0 else text[:_AROUND]
            tail = "" if last else text[-_AROUND:]
            text = text if len(text) <= len(head) + len(tail) + 4 else f"{head}…{tail}"
        found.append(Piece(text, piece.old, piece.new))
    return found
