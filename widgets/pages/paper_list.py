"""The papers of a dossier as rows: name, where it is asked for, how its signing stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from app.review import Review
from exporters import papers
from exporters.papers import Sheet
from forms.dossier import Attachment, Signature
from widgets.controls import Hovered
from widgets.marks import box, draw_tag, tag_width
from widgets.surfaces import ScrollColumn
from widgets.text import draw_text
from widgets.theme import RADIUS_CARD

_PAD = 12
WAITING = "待签字盖章"
#: A paper's key with the visit that it records.
Key = tuple[str, UUID | None]


@dataclass(frozen=True, slots=True)
class PaperState:
    """A paper in the list: what it is, and in words and colour how its signing stands."""

    sheet: Sheet
    words: str
    tone: str
    scans: tuple[Attachment, ...] = ()
    signed: tuple[Signature, ...] = ()

    @property
    def key(self) -> Key:
        """By which the paper is known."""
        return self.sheet.key


def paper_states(review: Review) -> list[PaperState]:
    """Every paper of the dossier in the plan's order."""
    return [_state(review, sheet) for sheet in papers.sheets(review.dossier, review.pack)]


def _state(review: Review, sheet: Sheet) -> PaperState:
    dossier = review.dossier
    scans = tuple(each for each in dossier.all(Attachment) if sheet.is_scan(each))
    signed = tuple(each for each in dossier.all(Signature) if sheet.is_of(each))
    signed = () if sheet.blank else signed
    standing = {each.role for each in signed if each.id not in review.outdated}
    lacking = [role.value for role in sheet.roles if role.value not in standing]
    words, tone = "", "quiet"
    if any(each.id not in review.outdated for each in scans):
        words, tone = "已归入扫描件", "ok"
    elif signed and not lacking:
        words, tone = "已在屏幕签名", "ok"
    elif any(each.role not in standing for each in signed):
        words, tone = "签字后已修改", "warn"
    elif scans:
        words, tone = "扫描件为旧版", "warn"
    elif signed:
        words = "一方已签名"
    elif sheet.paper.scan and not sheet.blank:
        words = WAITING
    return PaperState(sheet, words, tone, scans, signed)


class PaperRow(Hovered):
    """One paper. A click chooses it. `stepped(by)` on the arrows: -1 upwards, 1 downwards."""

    stepped = Signal(int)

    def __init__(self, state: PaperState) -> None:
        super().__init__()
        self.state = state
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        words = f"，{state.words}" if state.words else ""
        self.setAccessibleName(f"{state.sheet.name}，{state.sheet.paper.clause}{words}")

    def sizeHint(self) -> QSize:
        return QSize(280, 62)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 62)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.stepped.emit(1 if event.key() == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        on, rect = self.isChecked(), QRectF(self.rect())
        ground = "accent_bg" if on else "hover" if self.hovered else "surface"
        box(painter, rect, ground, "accent" if on else "line", RADIUS_CARD, pen=2 if on else 0)
        inside = rect.width() - 2 * _PAD
        name = QRectF(_PAD, 9, inside, 22)
        draw_text(painter, name, self.state.sheet.name, "body", bold=True)
        words = self.state.words
        wide = tag_width(words) + 10 if words else 0.0
        if words:
            draw_tag(painter, QPointF(_PAD + inside - wide + 10, 34), words, self.state.tone)
        clause = QRectF(_PAD, 34, inside - wide, 20)
        draw_text(painter, clause, self.state.sheet.paper.clause, "meta", "ink2")
        painter.end()


class PaperList(ScrollColumn):
    """The rows. `chosen(key)` when another paper is current."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__((16, 12, 12, 16), 6)
        self.rows: dict[Key, PaperRow] = {}
        self.column.addStretch(1)

    def show_states(self, states: Sequence[PaperState], current: Key | None) -> None:
        """Show these; rows that stay as they are are not made anew."""
        if [row.state for row in self.rows.values()] != list(states):
            held = next((key for key, row in self.rows.items() if row.hasFocus()), None)
            for row in self.rows.values():
                self.column.removeWidget(row)
                row.setParent(None)
                row.deleteLater()
            self.rows = {state.key: PaperRow(state) for state in states}
            for place, (key, row) in enumerate(self.rows.items()):
                row.clicked.connect(lambda _on=False, key=key: self._take(key))
                row.stepped.connect(lambda by, key=key: self._step(key, by))
                self.column.insertWidget(place, row)
            if held in self.rows:
                self.rows[held].setFocus()
        self.set_current(current)

    def set_current(self, key: Key | None) -> None:
        """Mark a row without emitting."""
        for name, row in self.rows.items():
            row.setChecked(name == key)

    def focus_row(self, key: Key) -> None:
        """Give a row the focus, in view."""
        self.rows[key].setFocus()
        self.ensureWidgetVisible(self.rows[key], 0, 12)

    def _step(self, key: Key, by: int) -> None:
        """To the neighbour, which the first and the last have on one side only."""
        keys = list(self.rows)
        place = keys.index(key) + by
        if 0 <= place < len(keys):
            self.focus_row(keys[place])
            self._take(keys[place])

    def _take(self, key: Key) -> None:
        self.set_current(key)
        self.chosen.emit(key)
