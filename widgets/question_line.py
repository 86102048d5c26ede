"""One question that only a person can answer: a field that grows with the reply, and 不适用."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from forms.dossier import Reply
from forms.fields import complaints
from forms.questions import Question
from forms.record import specs
from widgets.answering import attempt
from widgets.desk import Desk
from widgets.pages.walk_parts import Glyph, Keeper, Remark
from widgets.text import TextLabel
from widgets.toggles import Share, Toggle

_LOW = 36
_AROUND = 22  # px that the edge and its padding take


class ReplyField(QPlainTextEdit):
    """A line that grows: 回车 ends the reply (`entered`), Shift 回车 breaks the line."""

    entered = Signal()
    left = Signal()

    def __init__(self, question: Question) -> None:
        super().__init__()
        self.ask(question)
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().documentLayout().documentSizeChanged.connect(lambda _size: self._grow())
        self._grow()

    def ask(self, question: Question) -> None:
        """Be for the reply to this question."""
        self.setAccessibleName(question.ask)
        self.setPlaceholderText(question.hint)

    def _grow(self) -> None:
        lines = int(self.document().size().height())  # in lines, not px
        height = max(_LOW, lines * self.fontMetrics().lineSpacing() + _AROUND)
        if height != self.height():
            self.setFixedHeight(height)

    def sizeHint(self) -> QSize:
        return QSize(240, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._grow()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        shifted = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not shifted:
            self.entered.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.left.emit()


class QuestionLine(QWidget):
    """A question with its reply, which saves itself. `left` when the reply was left or set aside.

    `lead` stands before the question, `note` behind it.
    """

    left = Signal()

    def __init__(self, desk: Desk, question: Question, lead: str = "", note: str = "") -> None:
        super().__init__()
        self._desk, self.question, self._lead = desk, question, lead
        self.field = ReplyField(question)
        self.keeper = Keeper(desk, self.field, self._save)
        self.keeper.settled.connect(self._settled)
        self.field.left.connect(self.left)
        self.unneeded = Toggle("", "不适用")
        self.unneeded.clicked.connect(self._set_aside)
        self._asked = TextLabel("", "dense", wrap=True)
        self._trouble = Remark("block", "block")
        self._lay_out(note)
        self.ask(question)
        self.refresh()

    def ask(self, question: Question) -> None:
        """Ask this question from the next `refresh` on; what waits for the one before is to be
        flushed first."""
        self.question = question
        self._asked.setText(f"{self._lead}{question.ask}")
        self._asked.updateGeometry()
        self.field.ask(question)
        self.unneeded.setAccessibleName(f"不适用：{question.ask}")
        self._trouble.say("")
        self.keeper.load(self.reply().text)

    def _lay_out(self, note: str) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        if self._lead:
            head.addWidget(Glyph("help", "ink2"), 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._asked, 1)
        if note:
            head.addWidget(TextLabel(note, "meta", "ink2"), 0, Qt.AlignmentFlag.AlignTop)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.field, 1)
        row.addWidget(self.unneeded, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addLayout(row)
        column.addWidget(self._trouble)

    def reply(self) -> Reply:
        """The reply as the desk has it."""
        return self._desk.dossier.reply(self.question.key)

    def refresh(self) -> None:
        """Show what the dossier holds now."""
        reply = self.reply()
        self.keeper.show(reply.text)
        self.unneeded.show_share(Share(int(bool(reply.unneeded))))
        self.field.setEnabled(not reply.unneeded)

    def _save(self, text: str) -> bool:
        return self._desk.reply(self.question.key, "text", text)

    def _set_aside(self) -> None:
        aside = not self.reply().unneeded
        put = partial(self._desk.reply, self.question.key, "unneeded", aside)
        self._trouble.say(attempt(self._desk, put))
        self._desk.seal()
        self.refresh()
        self.left.emit()

    def _settled(self, sentence: str) -> None:
        wrong = complaints(specs(Reply)["text"], self.keeper.text())
        self._trouble.say(sentence or "".join(wrong))
