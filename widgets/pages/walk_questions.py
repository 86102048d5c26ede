"""现场请问: what only a person knows, asked at the item or scene where it is cheapest to answer."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from forms.evaluation import Stage
from forms.questions import Question
from grading.questions import asked
from widgets.desk import Desk
from widgets.pages.walk_parts import reveal
from widgets.question_line import QuestionLine
from widgets.text import TextLabel


class AskedHere(QWidget):
    """The questions of one item or scene: `show_subject`; hidden where there are none, and at
    other stages. `lines` are those in view."""

    def __init__(self, desk: Desk, stage: Stage) -> None:
        super().__init__()
        self._desk, self._stage, self._subject = desk, stage, ""
        self.lines: list[QuestionLine] = []
        self._spare: list[QuestionLine] = []
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

    def show_subject(self, subject: str) -> None:
        """Ask what belongs to another item or scene from the next `refresh` on; the `lines` of the
        one before are to be flushed first."""
        self._subject = subject

    def refresh(self) -> None:
        """Show what the dossier holds now."""
        on_site = self._stage is Stage.DIAGNOSIS
        wanted = [
            question
            for question in asked(self._desk.dossier, self._desk.pack)
            if on_site and question.where == self._subject
        ]
        if wanted != [line.question for line in self.lines]:
            self._show(wanted)
        for line in self.lines:
            line.refresh()
        left = sum(not line.reply().settled for line in self.lines)
        self._count.setText(f"{left} 问待答" if left else "已答")
        self._count.updateGeometry()
        self.setVisible(bool(wanted))

    def _show(self, questions: list[Question]) -> None:
        """Lines stay with their question; those whose question went ask the others."""
        kept = {line.question.key: line for line in self.lines}
        gone = kept.keys() - {question.key for question in questions}
        self._spare += [kept.pop(key) for key in sorted(gone)]
        self.lines = [kept.get(each.key) or self._line(each) for each in questions]
        for line in self._spare:
            line.hide()
        for place, line in enumerate(self.lines):
            if self._rows.indexOf(line) != place:
                self._rows.removeWidget(line)
                self._rows.insertWidget(place, line)
            line.show()

    def _line(self, question: Question) -> QuestionLine:
        free = next((each for each in self._spare if each.keeper.flush()), None)
        if free is not None:  # one whose text was refused keeps it
            self._spare.remove(free)
            free.ask(question)
            return free
        line = QuestionLine(self._desk, question)
        line.unneeded.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        line.field.entered.connect(partial(self._go_on, line))
        return line

    def _go_on(self, line: QuestionLine) -> None:
        """To the next question, or out of the last."""
        after = self.lines[self.lines.index(line) + 1 :]
        if after:
            after[0].keeper.focus()
        else:
            line.field.clearFocus()

    def stops(self) -> list[QWidget]:
        """Where Tab goes, in order."""
        return [stop for line in self.lines for stop in (line.field, line.unneeded)]

    def focus_first(self) -> bool:
        """Give the first open question the keyboard, or the first; False where there is none."""
        for line in sorted(self.lines, key=lambda line: line.reply().settled)[:1]:
            line.keeper.focus()
            reveal(line)
        return bool(self.lines)
