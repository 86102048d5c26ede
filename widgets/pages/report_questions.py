"""Under a section of the report: what only a person knows, until it is answered."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from app import drafts
from forms.outline import Section
from forms.questions import Question
from grading.questions import asked
from widgets.controls import Button, Kind
from widgets.desk import Desk
from widgets.marks import box
from widgets.question_line import QuestionLine
from widgets.theme import RADIUS_CARD

_AT_ONCE = 2


class SectionQuestions(QWidget):
    """The open questions of a section; a reply that is left becomes a draft there.

    What was answered, or called 不适用, is shown again by a button.
    """

    def __init__(self, desk: Desk, section: Section) -> None:
        super().__init__()
        self.desk, self.section = desk, section
        self.cards: dict[str, _Card] = {}
        self._told: dict[str, tuple[str, bool]] = {}
        self._all = self._drafting = False
        self.again = Button("", Kind.QUIET, height=24)
        self.again.clicked.connect(self._turn)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addWidget(self.again)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._more = QTimer(self)
        self._more.setSingleShot(True)
        self._more.timeout.connect(self.refresh)
        desk.changed.connect(self.refresh)
        desk.restructured.connect(self.refresh)

    def refresh(self) -> None:
        """Show what the dossier holds now; out of sight it waits until it is seen."""
        if not self.isVisible() and not self.isHidden():
            return
        mine = {q.key: q for q in self._asked() if q.section == self.section.key}
        open_ = {key for key in mine if not self.desk.dossier.reply(key).settled}
        missing = [key for key in mine if key not in self.cards and (self._all or key in open_)]
        for key in missing[:_AT_ONCE]:
            self._add(key, mine)
        if missing[_AT_ONCE:]:
            self._more.start()  # the rest one after another: what is typed comes between
        for key, card in self.cards.items():
            card.line.refresh()
            card.setVisible(key in open_ or (key in mine and (self._all or card.held())))
        settled = len(mine) - len(open_)
        self.again.setText("收起已答的问题" if self._all else f"已答 {settled} 问")
        self.again.setAccessibleName(self.again.text())
        self.again.updateGeometry()
        self.again.setVisible(bool(settled))
        self.setVisible(bool(mine))

    def _asked(self) -> list[Question]:
        return asked(self.desk.dossier, self.desk.pack)

    def _add(self, key: str, mine: Mapping[str, Question]) -> None:
        """A question's card, before those of the questions after it."""
        card = _Card(self.desk, mine[key])
        after = [self.cards[k] for k in list(mine)[list(mine).index(key) :] if k in self.cards]
        self._column.insertWidget(self._column.indexOf(after[0] if after else self.again), card)
        self.cards[key] = card
        self._told[key] = _said(card)
        card.line.field.entered.connect(card.line.field.focusNextChild)
        card.line.left.connect(lambda: QTimer.singleShot(0, self, self._left))

    def _turn(self) -> None:
        self._all = not self._all
        self.refresh()

    def _left(self) -> None:
        """The focus has gone: what was answered since is drafted, and its card goes."""
        now = {key: _said(card) for key, card in self.cards.items()}
        if now != self._told and not self._drafting:
            self._told, self._drafting = now, True
            bench, dossier_id, key = self.desk.bench, self.desk.dossier_id, self.section.key
            job = self.desk.job(lambda: drafts.propose_replies(bench, dossier_id, key))
            job.ended.connect(self._drafted)
            job.ended.connect(job.deleteLater)
            job.start()
        self.refresh()

    def _drafted(self) -> None:
        self._drafting = False
        self._left()  # another reply may have come meanwhile

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()


class _Card(QFrame):
    """A dashed box around one question."""

    def __init__(self, desk: Desk, question: Question) -> None:
        super().__init__()
        self.line = QuestionLine(desk, question, "只有您知道：", "答后写入本段")
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 12)
        column.addWidget(self.line)

    def held(self) -> bool:
        """Whether somebody is at it, or what stands here was not kept."""
        return self.line.field.hasFocus() or self.line.keeper.refused

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box(painter, QRectF(self.rect()), "", "ctl", RADIUS_CARD, dashed=True)
        painter.end()


def _said(card: _Card) -> tuple[str, bool]:
    reply = card.line.reply()
    return reply.text.strip(), bool(reply.unneeded)
