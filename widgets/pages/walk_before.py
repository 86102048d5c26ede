"""What the diagnosis found, beside the same item or scene as the assessor evaluates it again."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout

from forms.dossier import Answer
from forms.evaluation import Stage
from forms.fields import chosen
from forms.figures import Figures
from forms.instrument import Item, Scene, points_text
from widgets.answering import level_word
from widgets.desk import Desk
from widgets.surfaces import Card
from widgets.text import TextLabel


class BeforeCard(Card):
    """The diagnosis's answer in words, with its figures and what it rested on; read only."""

    def __init__(self, desk: Desk, subject: Item | Scene) -> None:
        super().__init__((14, 10), 4)
        self._desk, self._subject = desk, subject
        self.answer = TextLabel("", "strong", wrap=True)
        self.figures = TextLabel("", "dense", "ink2", wrap=True)
        self.note = TextLabel("", "dense", "ink2", wrap=True)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(TextLabel("诊断时", "dense", "ink2"))
        head.addWidget(self.answer, 1)
        self.body.addLayout(head)
        self.body.addWidget(self.figures)
        self.body.addWidget(self.note)

    def refresh(self) -> None:
        """Show what the dossier holds now."""
        answer = self._desk.dossier.answer(Stage.DIAGNOSIS, self._subject.name)
        told = (self._words(answer), self._numbers(answer), answer.note.strip())
        for label, said in zip((self.answer, self.figures, self.note), told, strict=True):
            label.setText(said)
            label.setVisible(bool(said))
            label.updateGeometry()

    def _words(self, answer: Answer) -> str:
        if isinstance(self._subject, Scene):
            return level_word(answer.level) or "未作答"
        on = chosen(answer.chosen)
        picked = [option for option in self._subject.options if option.key in on]
        if not picked:
            return "未作答"
        options = "；".join(f"{option.key} {option.text}" for option in picked)
        return f"{options}（{points_text(sum(o.score for o in picked), trim=True)} 分）"

    def _numbers(self, answer: Answer) -> str:
        figures = Figures.parse(self._desk.pack.figures, self._desk.pack.instrument)
        typed = [
            f"{entry.label_at(False)} {answer.figures[entry.key]} {entry.unit}"
            for entry in figures.inputs
            if entry.item == self._subject.name and answer.figures.get(entry.key)
        ]
        return "；".join(typed)
