"""现场请问: what only a person knows, asked at the item or scene where it is cheapest to answer."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from forms.evaluation import Stage
from forms.questions import Question
from grading.questions import asked
from widgets.desk import Desk
from widgets.pages.walk_parts import reveal
from widgets.question_line import QuestionLine
from widgets.surfaces import empty
from widgets.text import TextLabel


class AskedHere(QWidget):
    """The questions of one item or scene; hidden where there are none, and at other stages."""

    def __init__(self, desk: Desk, stage: Stage, subject: str) -> None:
        super().__init__()
        self._desk, self._stage, self._subject = desk, stage, subject
        self.lines: list[QuestionLine] = []
        self._shown: list[Question] | None = None
        self._count = TextLabel("", "dense", "ink2")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(TextLabel("现场请问", "section"))
        head.addWidget(self._count)
        head.addWidget(TextLabel("答后写入报告", "dense", "ink3"))
        head.addStretch(1)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(10)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addLayout(self._rows)

    def refresh(self) -> None:
        """Show what the dossier holds now."""
        on_site = self._stage is Stage.DIAGNOSIS
        wanted = [
            question
            for question in asked(self._desk.dossier, self._desk.pack)
            if on_site and question.where == self._subject
        ]
        if wanted != self._shown:
            self._shown = wanted
            self._build(wanted)
        for line in self.lines:
            line.refresh()
        left = sum(not line.reply().settled for line in self.lines)
        self._count.setText(f"{left} 问待答" if left else "已答")
        self._count.updateGeometry()
        self.setVisible(bool(wanted))

    def _build(self, questions: list[Question]) -> None:
        empty(self._rows)
        self.lines = [QuestionLine(self._desk, question) for question in questions]
        for line in self.lines:
            line.unneeded.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self._rows.addWidget(line)
        for line, after in pairwise(self.lines):
            line.field.entered.connect(after.keeper.focus)
        for line in self.lines[-1:]:
            line.field.entered.connect(line.field.clearFocus)

    def stops(self) -> list[QWidget]:
        """Where Tab goes, in order."""
        return [stop for line in self.lines for stop in (line.field, line.unneeded)]

    def focus_first(self) -> bool:
        """Give the first open question the keyboard, or the first; False where there is none."""
        for line in sorted(self.lines, key=lambda line: line.reply().settled)[:1]:
            line.keeper.focus()
            reveal(line)
        return bool(self.lines)
