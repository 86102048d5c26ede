"""One item of the walk: its figures with the option that follows from them, and its options."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from forms.evaluation import Stage
from forms.figures import Figures
from forms.instrument import Item, Kind, points_text
from grading.figures import Proposal
from widgets.answering import (
    departure,
    difference,
    held_options,
    letters,
    press_option,
    said_before,
)
from widgets.desk import Desk
from widgets.ladder import Ladder, Rung
from widgets.pages.walk_basis import BasisPanel
from widgets.pages.walk_before import BeforeCard
from widgets.pages.walk_figure import FigureCard, figure_text
from widgets.pages.walk_parts import (
    ReasonLine,
    Remark,
    SubjectHead,
    flushed,
    reveal,
    spare_focus,
)
from widgets.pages.walk_questions import AskedHere
from widgets.text import TextLabel, text_width

_LINE = 700  # px that a question and its note may take together


class ItemPanel(QWidget):
    """An item at one stage. `stage_chosen(stage)` goes to the page; `settled` when the proposal was
    taken from within a field, so that the keyboard is free to go on. `below` it stands what every
    item and scene has, on the page itself.
    """

    settled = Signal()
    stage_chosen = Signal(str)

    def __init__(
        self,
        desk: Desk,
        stage: Stage,
        item: Item,
        number: str,
        below: tuple[BasisPanel, AskedHere],
        figures: Figures,
    ) -> None:
        super().__init__()
        self._desk, self._stage, self._item = desk, stage, item
        self._figure = figures.of(item.name)
        points = points_text(item.points, trim=True)
        place = f"{item.dimension} ・ {item.indicator} ・ 采集项 {number} ・ 满分 {points} 分"
        multiple = item.kind is Kind.MULTI
        self.head = SubjectHead(desk, stage, item.name, "多选" if multiple else "单选", place)
        self.head.stage_chosen.connect(self.stage_chosen)
        self.ladder = Ladder(multiple=multiple)
        self.ladder.chosen.connect(self.take)
        self.ladder.toggled.connect(lambda key, _on: self.take(key))
        self._rungs: tuple[Rung, ...] = ()
        self._trouble = Remark("block", "block")
        hint = "选其他档时，在此写明理由，建议档仍保留备查。" if self._figure else ""
        self.reason = ReasonLine(desk, partial(desk.answer, stage, item.name, "reason"), hint)
        self.basis, self.asked = below
        self.card = FigureCard(desk, stage, self._figure) if self._figure else None
        self.before = BeforeCard(desk, item) if stage is Stage.RETROFIT else None
        self._lay_out()
        spare_focus(self)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.head)
        column.addLayout(self._question())
        for note in self._notes():
            line = Remark("info", "info")
            line.say(note)
            column.addWidget(line)
        if self.before is not None:
            column.addWidget(self.before)
        if self.card is not None:
            self.card.changed.connect(self._show_answer)
            self.card.accepted.connect(self._accepted)
            column.addWidget(self.card)
        for part in (self.ladder, self._trouble, self.reason):
            column.addWidget(part)

    def _question(self) -> QBoxLayout:
        """The question, with the table's own note behind it, or below a long line."""
        asked, note = self._item.question, self._item.note
        wide = text_width(asked, "lead") + text_width(note, "dense")
        one_line = bool(note) and wide < _LINE
        box = QBoxLayout(
            QBoxLayout.Direction.LeftToRight if one_line else QBoxLayout.Direction.TopToBottom
        )
        box.setSpacing(12 if one_line else 0)
        box.addWidget(TextLabel(asked, "lead", wrap=not one_line))
        if note:
            box.addWidget(TextLabel(note, "dense", "ink2", wrap=not one_line))
        if one_line:
            box.addStretch(1)
        return box

    def _notes(self) -> list[str]:
        """How the pack reads the question, where it has to."""
        if self._figure is None:
            return []
        before = "" if self._stage is Stage.RETROFIT else self._figure.before_retrofit
        return [note for note in (self._figure.basis, before) if note]

    def keys(self) -> tuple[str, str]:
        """The keys that choose, and what they choose."""
        options = self._item.options
        return f"{options[0].key}–{options[-1].key}", "选项"

    def press(self, text: str) -> bool:
        """Choose by letter."""
        return self.ladder.press(text)

    def accept(self) -> bool:
        """Take the proposed option, where there is one."""
        if self.card is None:
            return False
        self.card.flush()
        key = self.card.proposal().option_key
        if key is None:
            return False
        if self._chosen() != {key}:
            self.take(key)
        return True

    def _accepted(self) -> None:
        if self.accept():
            self.settled.emit()

    def take(self, key: str) -> None:
        """Choose an option or take it back; 无 clears the others, they clear it."""
        self._trouble.say(press_option(self._desk, self._stage, self._item, key))

    def _chosen(self) -> frozenset[str]:
        return held_options(self._desk, self._stage, self._item)

    def refresh(self) -> None:
        """Show what the dossier holds now."""
        dossier, name = self._desk.dossier, self._item.name
        words = {stage: letters(dossier.answer(stage, name)) for stage in Stage}
        self.head.set_answers(words, self._stage)
        if self.before is not None:
            self.before.refresh()
        if self.card is not None:
            self.card.show_saved()
        self._show_answer()
        self.basis.set_prompt("所见、所问、所查")
        self.basis.refresh()
        self.asked.refresh()

    def _show_answer(self) -> None:
        """Proposal, options and reason: everything that a typed figure moves."""
        held = self._chosen()
        proposal = None
        if self.card is not None and self._figure is not None:
            proposal = self.card.proposal()
            self.card.show_proposal(proposal, held == {proposal.option_key})
        self._show_ladder(held, proposal)
        gap = difference(self._desk, self._stage, self._item.name)
        asks = [said for said in (departure(held, proposal), gap) if said]
        answer = self._desk.dossier.answer(self._stage, self._item.name)
        self.reason.show_state(asks, answer.reason)

    def _show_ladder(self, held: frozenset[str], proposal: Proposal | None) -> None:
        rungs = tuple(
            Rung(
                option.key,
                option.text,
                points=f"{points_text(option.score, trim=True)} 分",
                tag=self._tag(option.key),
                note=self._note(option.key, held, proposal),
            )
            for option in self._item.options
        )
        if rungs != self._rungs:
            self._rungs = rungs
            self.ladder.set_rungs(rungs, sorted(held))
            spare_focus(self.ladder)
        else:
            self.ladder.set_chosen(sorted(held))

    def _note(self, key: str, held: frozenset[str], proposal: Proposal | None) -> str:
        if proposal is None or self._figure is None or proposal.option_key != key:
            return ""
        shown = figure_text(self._figure, proposal)
        said = f"按 {shown} 建议" if self._figure.brackets else "按计算结果建议"
        return f"{said}，已采用" if held == {key} else said

    def _tag(self, key: str) -> str:
        """Who chose this option at an earlier stage."""
        name = self._item.name
        return said_before(self._desk, self._stage, name, lambda said: bool(said.chosen.get(key)))

    def stops(self) -> list[QWidget]:
        """Where Tab goes, in order."""
        card = [*self.card.fields.values(), self.card.accept] if self.card is not None else []
        return [*card, self.reason.field, *self.basis.stops(), *self.asked.stops()]

    def flush(self) -> bool:
        """Save what waits; False where it was refused."""
        figures = self.card is None or self.card.flush()
        return flushed(self.reason, self.basis, *self.asked.lines) and figures

    def focus_field(self, field: str) -> bool:
        """Give a named field the keyboard."""
        if field == "figures" and self.card is not None:
            self.card.focus_first()
        elif field == "reason" and self.reason.field.isVisibleTo(self):
            self.reason.field.setFocus()
            reveal(self.reason)
        elif field in ("note", "photos", "attachments"):
            self.basis.focus_note()
        else:
            return field == "questions" and self.asked.focus_first()
        return True
