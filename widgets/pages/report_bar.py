"""What stands above a paragraph that waits for a decision: a draft, or one that is out of date."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from widgets.controls import Button, Kind
from widgets.marks import Tag
from widgets.text import TextLabel
from widgets.theme import tokens

#: The room above such a paragraph, and where its text begins, in px.
BAR, INSET = 40, 14
_DASH, _GAP = 6, 4


@dataclass(frozen=True, slots=True)
class Note:
    """What is known of one paragraph besides its text.

    `basis` is on how many things it rests; `changes` names the facts that are others now, and is
    empty where it is up to date; `struck` are the (start, end) characters that the new draft has
    not; `fresh` says whether there is a new draft that differs.
    """

    basis: int = 0
    changes: tuple[str, ...] = ()
    struck: tuple[tuple[int, int], ...] = ()
    fresh: bool = False

    @property
    def sentence(self) -> str:
        """What changed."""
        return "；".join(self.changes)


class DraftBar(QWidget):
    """`confirmed`, `adopted`, `held`, `rewritten`, `dropped`, each with the paragraph's place."""

    confirmed = Signal(int)
    adopted = Signal(int)
    held = Signal(int)
    rewritten = Signal(int)
    dropped = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._place, self._stale = -1, False
        # Cut in the middle: “由 3 台改为 7…” would tell a wrong number.
        middle = Qt.TextElideMode.ElideMiddle
        self._tag, self._said = Tag(""), TextLabel("", "dense", "ink2", keep=False, elide=middle)
        self.confirm = Button("确认", key="Ctrl 回车", height=28)
        self.adopt = Button("采用新稿", key="Alt 回车", height=28)
        self.hold = Button("保留原文", height=28)
        self.rewrite = Button("改写", height=28)
        self.drop = Button("不用", height=28)
        row = QHBoxLayout(self)
        row.setContentsMargins(INSET, 0, 10, 0)
        row.setSpacing(8)
        row.addWidget(self._tag)
        row.addWidget(self._said, 1)
        for button, done in (
            (self.confirm, self.confirmed),
            (self.adopt, self.adopted),
            (self.hold, self.held),
            (self.rewrite, self.rewritten),
            (self.drop, self.dropped),
        ):
            # The keyboard has its keys, and the panel its buttons; the caret stays in the text.
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda _on=False, done=done: done.emit(self._place))
            row.addWidget(button)
        self.setCursor(Qt.CursorShape.ArrowCursor)

    def show_note(self, note: Note, drafted: bool) -> None:
        """Say what is to be decided."""
        self._stale = bool(note.changes)
        if self._stale:
            self._tag.set("草稿，已过时" if drafted else "已过时", "stale", "clock")
            more = f" 等 {len(note.changes)} 处" if len(note.changes) > 1 else ""
            self._said.setText(note.changes[0] + more)
        else:
            self._tag.set("草稿，待确认", "draft", "pencil")
            self._said.setText(f"依据 {note.basis} 处" if note.basis else "")
        self._said.setToolTip(note.sentence)
        self.confirm.setVisible(not self._stale)
        self.rewrite.setVisible(not self._stale)
        self.adopt.setVisible(self._stale and note.fresh)
        self.hold.setVisible(self._stale)
        self.drop.setVisible(not self._stale)
        told = note.sentence or self._said.text()
        self.setAccessibleName(f"{self._tag.accessibleName()}，{told}".strip("，"))

    def show_at(self, place: int, rect: QRect) -> None:
        """Stand above the paragraph `place`."""
        self._place = place
        if rect != self.geometry():
            self.setGeometry(rect)
        self.show()
        self.update()

    def set_current(self, on: bool) -> None:
        """Whether the caret is in its paragraph; then what its key does is the loud button."""
        kind = Kind.PRIMARY if on else Kind.OUTLINED
        for button in (self.confirm, self.adopt):
            if button.kind is not kind:
                button.set_kind(kind)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        draw_ground(painter, QRectF(self.rect()), stale=self._stale)
        painter.end()


def draw_ground(painter: QPainter, spot: QRectF, *, stale: bool) -> None:
    """Paint a draft's ground with the rule at its left; out of date, the rule is dashed."""
    held = tokens()
    tone = "stale" if stale else "draft"
    painter.fillRect(spot, held.color(f"{tone}_bg"))
    if not stale:
        painter.fillRect(QRectF(spot.x(), spot.y(), 3, spot.height()), held.color(tone))
        return
    y = spot.y()
    while y < spot.bottom():
        tall = min(_DASH, spot.bottom() - y)
        painter.fillRect(QRectF(spot.x(), y, 3, tall), held.color(tone))
        y += _DASH + _GAP
