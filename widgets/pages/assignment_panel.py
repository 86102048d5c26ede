"""Beside the table of parts: giving the selected ones to somebody, and how one of them stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.assignments import Hand
from forms.assignment import STATES
from forms.photo_facts import BEIJING
from grading.finding import Finding
from widgets.assignment_table import Row
from widgets.controls import Button, Kind, Segment, SegmentedControl
from widgets.field_moment import read_date
from widgets.findings_panel import BasisLink
from widgets.pages.walk_parts import Glyph
from widgets.surfaces import Card, Rule, empty
from widgets.text import TextLabel, tip

_FINDINGS, _HANDS = 5, 6
_WRONG_DATE = "完成期限不是日期，没有分派，请按 2025-06-18 或 6月18日 填写。"
_NOBODY = "还没有可分派的人员，请先在“诊断团队”登记。"


class AssignCard(Card):
    """`given(person, due, note)` for the selected parts; person "" takes them back. `stated(state)`
    is what a holder says of them."""

    given = Signal(str, object, str)
    stated = Signal(str)

    def __init__(self) -> None:
        super().__init__((16, 14), 10)
        self.title = TextLabel("", "section", keep=False)
        self.who, self.due, self.note = QComboBox(), QLineEdit(), QLineEdit()
        self.give, self.back = Button("交给", Kind.PRIMARY), Button("收回")
        self.states = SegmentedControl(
            [Segment(state, state) for state in STATES], height=28, name="工作进度"
        )
        self.wrong = TextLabel("", "meta", "block", wrap=True)
        self._rows: Sequence[Row] = ()
        self._own = QWidget()
        self._lay_out()
        self.give.clicked.connect(self.hand_out)
        self.back.clicked.connect(lambda: self.given.emit("", None, ""))
        self.states.chosen.connect(self.stated)
        self.who.currentTextChanged.connect(lambda _name: self._name())

    def _lay_out(self) -> None:
        self.who.setAccessibleName("承担人")
        # A long name is cut here; the panel keeps its width.
        self.who.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.due.setAccessibleName("完成期限")
        self.due.setPlaceholderText("完成期限，如 6月18日（选填）")
        self.note.setAccessibleName("工作要求")
        self.note.setPlaceholderText("工作要求（选填）")
        self.note.setMaxLength(300)
        for field in (self.due, self.note):
            field.returnPressed.connect(self.hand_out)
        act = QHBoxLayout()
        act.setSpacing(8)
        act.addWidget(self.give)
        act.addWidget(self.back)
        act.addStretch(1)
        own = QVBoxLayout(self._own)
        own.setContentsMargins(0, 0, 0, 0)
        own.setSpacing(6)
        own.addWidget(Rule())
        own.addWidget(TextLabel("由我负责，进度为", "dense", "ink2"))
        own.addWidget(self.states, 0, Qt.AlignmentFlag.AlignLeft)
        for part in (self.title, self.who, self.due, self.note):
            self.body.addWidget(part)
        self.body.addLayout(act)
        self.body.addWidget(self.wrong)
        self.body.addWidget(self._own)
        self.wrong.hide()

    def show_people(self, names: Sequence[str]) -> None:
        """Offer these; the one that is chosen stays."""
        if [self.who.itemText(place) for place in range(self.who.count())] != list(names):
            held = self.who.currentText()
            self.who.clear()
            self.who.addItems(list(names))
            self.who.setCurrentIndex(max(self.who.findText(held), 0))
        self._name()

    def show_rows(self, rows: Sequence[Row], me: str) -> None:
        """Speak of these parts; `me` is who works here."""
        other = [row.part.key for row in rows] != [row.part.key for row in self._rows]
        self._rows = rows
        self.title.setText(f"已选 {len(rows)} 项" if len(rows) != 1 else rows[0].part.name)
        self.title.setToolTip(tip(self.title.text()))
        held = [row.held for row in rows if row.held and row.person]
        if other:
            self.say("")
            one = held[0] if len(held) == len(rows) == 1 else None
            self.due.setText(f"{one.due:%Y-%m-%d}" if one and one.due else "")
            self.note.setText(one.note if one else "")
            self.note.setCursorPosition(0)
            if one and self.who.findText(one.person) >= 0:
                self.who.setCurrentText(one.person)
        self.back.setVisible(bool(held))
        mine = bool(me) and bool(rows) and all(row.person == me for row in rows)
        self._own.setVisible(mine)
        said = {row.state for row in rows}
        self.states.set_current(said.pop() if mine and len(said) == 1 else "")
        self._name()

    def _name(self) -> None:
        name = self.who.currentText()
        self.give.setText(f"交给{name[:8]}" if name else "交给")
        self.give.setAccessibleName(f"交给{name}")
        self.give.setEnabled(bool(name and self._rows))
        self.give.updateGeometry()
        if not self.who.count():
            self.say(_NOBODY)

    def hand_out(self) -> None:
        """Give the selected parts to who is chosen, unless the date is none."""
        typed = self.due.text().strip()
        due = read_date(typed, dt.date.today().year) if typed else None
        if typed and due is None:
            self.say(_WRONG_DATE)
            self.due.setFocus()
        elif self.give.isEnabled():
            self.say("")
            self.given.emit(self.who.currentText(), due, self.note.text())

    def say(self, sentence: str) -> None:
        """Say why something was not done; "" clears it."""
        self.wrong.setText(sentence)
        self.wrong.setVisible(bool(sentence))
        self.wrong.updateGeometry()


class StandingCard(Card):
    """How one part stands. `jump(Target)` to where something is still to be done."""

    jump = Signal(object)

    def __init__(self) -> None:
        super().__init__((16, 14), 6)

    def show_row(self, row: Row | None) -> None:
        """Show a part that somebody has or had; nothing of another."""
        empty(self.body)
        found = row.standing if row else None
        if row is None or found is None:
            self.hide()
            return
        if row.held and row.held.note and row.person:
            self._line(f"工作要求：{row.held.note}")
        if row.person:
            last = f"，最近 {_when(found.last)}" if found.last else ""
            self._line(f"{row.person}自分派以来改动 {found.edits:,} 条{last}", "ink")
        for person, count in sorted(found.others.items(), key=lambda pair: -pair[1]):
            self._line(f"另有{person}在此改动 {count:,} 条", "warn")
        if row.doubtful:
            self._line("标为已完成，仍有未填或阻断之处", "warn")
        self._hands(found.hands)
        self._findings(found.findings)
        self.show()

    def _line(self, words: str, token: str = "ink2") -> None:
        self.body.addWidget(TextLabel(words, "dense", token, wrap=True))

    def _hands(self, hands: Sequence[Hand]) -> None:
        """Who has had it, the newest first."""
        if not hands:
            return
        self.body.addWidget(Rule())
        self.body.addWidget(TextLabel("经手", "strong"))
        for hand in hands[:_HANDS]:
            by = hand.by or "（导入）"
            self._line(
                f"{_when(hand.at)}　{by}交给{hand.to}" if hand.to else f"{_when(hand.at)}　{by}收回"
            )

    def _findings(self, findings: Sequence[Finding]) -> None:
        if not findings:
            return
        self.body.addWidget(Rule())
        self.body.addWidget(TextLabel(f"待办 {len(findings)} 条", "strong"))
        for finding in findings[:_FINDINGS]:
            line = QHBoxLayout()
            line.setSpacing(6)
            mark = Glyph(finding.severity.value, finding.severity.value)
            line.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
            said = QVBoxLayout()
            said.setSpacing(0)
            said.addWidget(TextLabel(finding.message, "dense", wrap=True))
            said.addWidget(BasisLink(finding, focused=True), 0, Qt.AlignmentFlag.AlignLeft)
            line.addLayout(said, 1)
            row = QWidget()
            row.setLayout(line)
            line.setContentsMargins(0, 0, 0, 0)
            self.body.addWidget(row)
        to = findings[0].target
        if to is not None:
            button = Button("前往办理", Kind.QUIET, trailing="chevron-right", height=24)
            button.clicked.connect(lambda: self.jump.emit(to))
            self.body.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)


def _when(at: str) -> str:
    """An edit's time by Beijing's clock, as far as it is one."""
    try:
        moment = dt.datetime.fromisoformat(at)
    except ValueError:
        return at[:16] or "时间不详"
    local = moment.astimezone(BEIJING) if moment.tzinfo else moment
    return f"{local.month}月{local.day}日 {local:%H:%M}"
