"""满意度评价表 on the screen turned round: the enterprise's person answers, one question a screen.

附件3 五（四）, 附件2 第二条 2. Nothing else is to be seen or reached: the window covers the screen,
takes no Esc and no closing, and goes only when somebody keeps a button pressed.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from exporters.wording import pilot
from forms.dossier import Enterprise, Provider, Satisfaction
from forms.record import form_of, specs
from forms.service import ON_SCREEN
from widgets.big_buttons import TALL, BigButton, HoldButton
from widgets.desk import Desk
from widgets.text import TextLabel
from widgets.theme import font, tokens

QUESTIONS = ("process", "problems", "advice", "skill", "outcome", "overall", "adoption")
_WIDEST = 960
_FORM = form_of(Satisfaction)
_TITLE = "咨询诊断服务企业满意度评价"


class SurveyScreen(QWidget):
    """The whole survey; `closed` when the machine was given back.

    What was answered goes into the form in one go when it is handed in, with who gave it and how;
    a survey that is broken off leaves the form as it was.
    """

    closed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint)
        self.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint)
        self.setWindowModality(Qt.WindowModality.ApplicationModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_TITLE)
        self.desk = desk
        self.given: dict[str, str] = {}
        self.options: dict[str, dict[str, BigButton]] = {}
        self.name, self.post = _line("填表人姓名", 40), _line("填表人职务", 60)
        self.opinion = QPlainTextEdit()
        self.summary = QFormLayout()
        self.trouble = TextLabel("", "lead", "block", wrap=True)
        self.screens = QStackedWidget()
        self.back, self.next = BigButton("上一步"), BigButton("开始", primary=True)
        self.leave = HoldButton("长按返回（咨询诊断人员）")
        self.progress = TextLabel("", "lead", "ink2")
        self._leaving = False
        self._build()
        self._show()

    def begin(self) -> None:
        """Cover the screen."""
        self.showFullScreen()
        self.activateWindow()
        self.name.setFocus()

    # -- how it looks -----------------------------------------------------------------------------

    def _build(self) -> None:
        for screen in (
            self._welcome(),
            *map(self._question, QUESTIONS),
            self._opinion(),
            self._check(),
            self._thanks(),
        ):
            self.screens.addWidget(screen)
        foot = QHBoxLayout()
        foot.setSpacing(16)
        for part in (self.back, self.next):
            part.setMinimumWidth(200)
            foot.addWidget(part)
        head = QHBoxLayout()
        head.addWidget(TextLabel(_TITLE, "identity", "ink2"))
        head.addStretch(1)
        head.addWidget(self.progress)
        middle = QWidget()
        middle.setMaximumWidth(_WIDEST)
        inside = QVBoxLayout(middle)
        inside.setSpacing(16)
        inside.addLayout(head)
        inside.addWidget(self.screens, 1)
        inside.addWidget(self.trouble)
        inside.addLayout(foot)
        inside.addSpacing(8)
        inside.addWidget(self.leave, 0, Qt.AlignmentFlag.AlignRight)
        row = QHBoxLayout(self)
        row.setContentsMargins(32, 24, 32, 24)
        row.addStretch(1)
        row.addWidget(middle, 8)
        row.addStretch(1)
        self.back.clicked.connect(lambda: self.go(-1))
        self.next.clicked.connect(lambda: self.go(1))
        self.leave.held.connect(self.give_back)

    def _welcome(self) -> QWidget:
        dossier = self.desk.dossier
        provider = dossier.one(Provider).name.strip()
        asked = f"请对{f'{provider}提供' if provider else '本次'}的咨询诊断服务作出评价。"
        words = f"{asked}共 {len(QUESTIONS)} 题，提交前可以修改。"
        form = QFormLayout()
        form.setSpacing(12)
        for label, field in (("填表人姓名", self.name), ("填表人职务", self.post)):
            form.addRow(TextLabel(label, "floor"), field)
            field.textChanged.connect(lambda _text: self._judge())
        head = TextLabel(pilot(self.desk.pack), "lead", "ink2", wrap=True)
        enterprise = TextLabel(dossier.one(Enterprise).name.strip(), "floor_title", wrap=True)
        return _screen(head, enterprise, TextLabel(words, "floor", wrap=True), form)

    def _question(self, name: str) -> QWidget:
        spec = specs(Satisfaction)[name]
        row = QHBoxLayout()
        row.setSpacing(16)
        self.options[name] = {}
        for choice in spec.choices:
            button = self.options[name][choice] = BigButton(choice)
            button.clicked.connect(lambda _on=False, choice=choice: self.choose(name, choice))
            row.addWidget(button)
        title = TextLabel(spec.label, "floor_title", wrap=True)
        hint = [TextLabel(spec.hint, "floor", "ink2", wrap=True)] if spec.hint else []
        return _screen(title, *hint, row)

    def _opinion(self) -> QWidget:
        spec = specs(Satisfaction)["opinion"]
        self.opinion.setAccessibleName(spec.label)
        self.opinion.setFont(font("floor"))
        self.opinion.setTabChangesFocus(True)
        self.opinion.setMinimumHeight(200)
        hint = f"没有的可以不填，不超过 {spec.limit} 字。"
        return _screen(
            TextLabel(spec.label, "floor_title"), TextLabel(hint, "floor", "ink2"), self.opinion
        )

    def _check(self) -> QWidget:
        self.summary.setSpacing(8)
        return _screen(TextLabel("请核对后提交", "floor_title"), self.summary)

    def _thanks(self) -> QWidget:
        words = "评价已提交，感谢您的支持。请把设备交还咨询诊断人员。"
        return _screen(TextLabel("谢谢", "floor_title"), TextLabel(words, "floor", wrap=True))

    # -- what is done -----------------------------------------------------------------------------

    @property
    def place(self) -> int:
        """Which screen shows: 0 the welcome, then the questions, 意见, the check, the thanks."""
        return self.screens.currentIndex()

    def choose(self, name: str, choice: str) -> None:
        """Answer a question."""
        self.given[name] = choice
        for word, button in self.options[name].items():
            button.set_chosen(word == choice)
        self._judge()

    def go(self, by: int) -> None:
        """The next screen or the one before; from the check on, what was answered is handed in."""
        last = self.screens.count() - 1
        if by > 0 and (not self.next.isEnabled() or self.place == last):
            return
        if by > 0 and self.place == last - 1 and not self.hand_in():
            return
        if self.place < last:
            self.screens.setCurrentIndex(max(self.place + by, 0))
        self._show()

    def hand_in(self) -> bool:
        """Put everything into the form; False where it was refused, and a sentence stands here."""
        told: list[str] = []
        self.desk.refused.connect(told.append)
        record = self.desk.dossier.one(Satisfaction)
        values: dict[str, Any] = {
            **self.given,
            "opinion": self.opinion.toPlainText().strip(),
            "given_by": self.name.text().strip(),
            "given_post": self.post.text().strip(),
            "way": ON_SCREEN,
            "filled_on": dt.date.today(),
            "sealed": None,  # whatever bears a seal says something else
        }
        with self.desk.batch():
            kept = all(
                self.desk.put(_FORM, record.id, name, _plain(value))
                for name, value in values.items()
                if getattr(record, name) != value
            )
        self.desk.seal()
        self.desk.refused.disconnect(told.append)
        self.trouble.setText("".join(told[-1:]))
        return kept

    def give_back(self) -> None:
        """Leave: whoever held the button knows what this is."""
        self._leaving = True
        self.close()
        self.closed.emit()

    def _show(self) -> None:
        last, place = self.screens.count() - 1, self.place
        self.back.setVisible(0 < place < last)
        self.next.setVisible(place < last)
        self.next.setText({0: "开始", last - 1: "提交"}.get(place, "下一步"))
        self.next.setAccessibleName(self.next.text())
        asked = 1 <= place <= len(QUESTIONS)
        self.progress.setText(f"第 {place} 题，共 {len(QUESTIONS)} 题" if asked else "")
        self.progress.updateGeometry()
        if place == last - 1:
            self._sum_up()
        if place == last - 2:
            self.opinion.setFocus()
        elif asked or place == last - 1:
            self.setFocus()
        self._judge()

    def _sum_up(self) -> None:
        while self.summary.rowCount():
            self.summary.removeRow(0)
        for name in QUESTIONS:
            label = TextLabel(specs(Satisfaction)[name].label, "lead", "ink2")
            self.summary.addRow(label, TextLabel(self.given.get(name, ""), "floor"))

    def _judge(self) -> None:
        """Nobody goes on without a name, or without an answer."""
        asked = QUESTIONS[self.place - 1] if 1 <= self.place <= len(QUESTIONS) else ""
        named = bool(self.name.text().strip()) or self.place > 0
        self.next.setEnabled(named and (not asked or asked in self.given))

    # -- keys and closing -------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits answer, Enter and → go on, ← goes back; Esc and all others do nothing."""
        asked = 1 <= self.place <= len(QUESTIONS)
        digit = event.text() if event.text().isdecimal() else ""
        if asked and digit:
            name = QUESTIONS[self.place - 1]
            choices = specs(Satisfaction)[name].choices
            if 1 <= int(digit) <= len(choices):
                self.choose(name, choices[int(digit) - 1])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Right):
            self.go(1)
        elif event.key() == Qt.Key.Key_Left:
            self.go(-1)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._leaving:
            super().closeEvent(event)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), tokens().color("bg"))
        painter.end()


def _plain(value: Any) -> Any:
    """As the log takes it."""
    return value.isoformat() if isinstance(value, dt.date) else value


def _line(name: str, most: int) -> QLineEdit:
    made = QLineEdit()
    made.setAccessibleName(name)
    made.setMaxLength(most)
    made.setFont(font("floor"))
    made.setMinimumHeight(TALL)
    return made


def _screen(*parts: QWidget | QHBoxLayout | QFormLayout) -> QWidget:
    """A screen's parts from a third of the way down."""
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(20)
    column.addStretch(1)
    for part in parts:
        if isinstance(part, QWidget):
            column.addWidget(part)
        else:
            column.addLayout(part)
    column.addStretch(2)
    return made
