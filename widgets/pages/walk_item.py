"""One item of the walk: its figures with the option that follows from them, and its options."""

from __future__ import annotations

from fractions import Fraction
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QBoxLayout,
    QGridLayout,
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from forms.dossier import Dossier
from forms.evaluation import Stage
from forms.fields import chosen
from forms.figures import Figure, Figures, Formula, Input
from forms.instrument import Item, Kind, points_text
from grading.figures import Proposal, propose
from widgets.bracket_bar import Bracket, BracketBar, ComputedFigure
from widgets.controls import Button
from widgets.controls import Kind as Loudness
from widgets.desk import Desk
from widgets.ladder import Ladder, Rung
from widgets.pages.walk_basis import BasisPanel
from widgets.pages.walk_parts import (
    Keeper,
    NumberField,
    ReasonLine,
    Remark,
    SubjectHead,
    attempt,
    difference,
    letters,
    spare_focus,
)
from widgets.surfaces import Card
from widgets.text import TextLabel, text_width

_ROWS: dict[Formula, tuple[tuple[str, ...], ...]] = {
    Formula.SHARE: (("whole", "part"),),
    Formula.VALUE_CHANGE: (("now", "before"),),
    Formula.QUOTIENT_CHANGE: (("part", "previous_part"), ("whole", "previous_whole")),
    Formula.PERIOD_SHARE: (
        ("years",),
        ("part_1", "part_2", "part_3"),
        ("whole_1", "whole_2", "whole_3"),
    ),
}
_MOST_PLACES = 12
_LINE = 700  # px that a question and its note may take together


def typed_figures(dossier: Dossier, stage: Stage, figure: Figure) -> dict[str, str]:
    """What was typed for a figure at a stage, each number with the answer that owns it."""
    found = {
        source.key: dossier.answer(stage, source.item).figures.get(source.key, "")
        for source in figure.inputs.values()
    }
    return {key: str(value) for key, value in found.items()}


def figure_text(figure: Figure, proposal: Proposal) -> str:
    """A figure as it is read: rounded, but never into another bracket or onto the other year's."""
    value = proposal.value
    if value is None:
        return "待填"
    for places in range(1 if figure.unit == "%" else 3, _MOST_PLACES):
        shown = _rounded(value, places)
        if figure.brackets:
            true = all(b.holds(value) == b.holds(shown) for b in figure.brackets)
        else:
            before = proposal.previous
            true = before is None or before == value or _rounded(before, places) != shown
        if true:
            break
    scaled = int(shown * 10**places)
    written = f"{scaled // 10**places:,}.{scaled % 10**places:0{places}d}"
    written = written.rstrip("0").rstrip(".")
    return f"{written}%" if figure.unit == "%" else written


def _rounded(value: Fraction, places: int) -> Fraction:
    """Half up, in whole numbers."""
    return Fraction((value * 10**places * 2 + 1) // 2, 10**places)


class FigureCard(Card):
    """The inputs of a figure, its value, how it came about, and where it falls.

    `changed` on every key, before anything is saved; `accepted` when the proposal is taken.
    """

    changed = Signal()
    accepted = Signal()

    def __init__(self, desk: Desk, stage: Stage, figure: Figure) -> None:
        super().__init__((20, 12), 8)
        self._desk, self._stage, self._figure = desk, stage, figure
        self.fields: dict[str, NumberField] = {}
        self._keepers: list[Keeper] = []
        unit = "" if figure.unit == "%" else f"（{figure.unit}）"
        self.value = ComputedFigure(f"{figure.name}{unit}，自动计算")
        self._explained = TextLabel("", "meta", "ink2", wrap=True)
        self._trouble = Remark("block", "block")
        self.accept = Button("", Loudness.OUTLINED, key="回车", height=32)
        self.accept.clicked.connect(self.accepted)
        self.bar = BracketBar()
        self.bar.set_brackets(
            [Bracket(b.key, float(b.low), float(b.high)) for b in figure.brackets]
        )
        self._lay_out()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        for row, roles in enumerate(_ROWS[self._figure.formula]):
            for place, role in enumerate(roles):
                grid.setColumnStretch(place, 1)
                grid.addWidget(self._cell(self._figure.inputs[role]), row, place)
        left, right, top = QVBoxLayout(), QVBoxLayout(), QHBoxLayout()
        left.setSpacing(8)
        left.addLayout(grid)
        left.addWidget(self._explained)
        left.addStretch(1)
        right.setSpacing(4)
        right.addWidget(self.value)
        right.addWidget(self.accept, 0, Qt.AlignmentFlag.AlignRight)
        right.addStretch(1)
        top.setSpacing(20)
        top.addLayout(left, 3)
        top.addLayout(right, 1)
        self.body.addLayout(top)
        self.body.addWidget(self._trouble)
        self.body.addWidget(self.bar)
        self.bar.setVisible(bool(self._figure.brackets))

    def _cell(self, source: Input) -> QWidget:
        label = source.label_at(self._stage is Stage.RETROFIT)
        field = NumberField(label, source.unit)
        save = partial(self._desk.answer, self._stage, source.item, f"figures.{source.key}")
        keeper = Keeper(self._desk, field, lambda text: save(text.strip()))
        keeper.settled.connect(self._trouble.say)
        field.textEdited.connect(self.changed)
        field.entered.connect(self.accepted)
        self.fields[source.key] = field
        self._keepers.append(keeper)
        cell = QWidget()
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(TextLabel(label, "dense", "ink2"))
        head.addStretch(1)
        if source.item != self._figure.item.name:
            # One number serves several items: whoever changes it here should know.
            head.addWidget(TextLabel(f"与{source.item}共用", "meta", "ink3"))
        column = QVBoxLayout(cell)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(field)
        cell.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return cell

    def show_saved(self) -> None:
        """Show the numbers that the dossier holds."""
        typed = typed_figures(self._desk.dossier, self._stage, self._figure)
        for (key, _field), keeper in zip(self.fields.items(), self._keepers, strict=True):
            keeper.show(typed[key])

    def proposal(self) -> Proposal:
        """What the numbers lead to as they stand in the fields, saved or not."""
        typed = {key: field.text() for key, field in self.fields.items()}
        return propose(self._figure, typed, self._stage is Stage.RETROFIT)

    def show_proposal(self, proposal: Proposal, taken: bool) -> None:
        """Show value, explanation, bracket, and the button that takes the proposal."""
        figure = self._figure
        text = figure_text(figure, proposal)
        self.value.set_figure(text, "")
        notes = figure.basis + ("" if self._stage is Stage.RETROFIT else figure.before_retrofit)
        self._explained.setText(proposal.explanation.removesuffix(notes))
        self._explained.updateGeometry()
        key = proposal.option_key
        self.accept.setText(f"采用建议 {key}" if key else "")
        self.accept.setAccessibleName(self.accept.text())
        self.accept.setVisible(key is not None and not taken)
        self.accept.updateGeometry()
        if figure.brackets:
            value = None if proposal.value is None else float(proposal.value)
            self.bar.set_value(value, text, key or "")

    def flush(self) -> None:
        """Save what waits."""
        for keeper in self._keepers:
            keeper.flush()

    def focus_first(self) -> None:
        """Give the first empty field the keyboard, else the first."""
        empty = [field for field in self.fields.values() if not field.text()]
        field = (empty or list(self.fields.values()))[0]
        field.setFocus()
        field.selectAll()


class ItemPanel(QWidget):
    """An item at one stage. `stage_chosen(stage)` and `jump(Target)` go to the page."""

    stage_chosen = Signal(str)
    jump = Signal(object)

    def __init__(self, desk: Desk, stage: Stage, item: Item, number: str, figures: Figures) -> None:
        super().__init__()
        self._desk, self._stage, self._item = desk, stage, item
        self._figure = figures.of(item.name)
        points = points_text(item.points, trim=True)
        place = f"{item.dimension} ・ {item.indicator} ・ 采集项 {number} ・ 满分 {points} 分"
        multiple = item.kind is Kind.MULTI
        self.head = SubjectHead(item.name, "多选" if multiple else "单选", place)
        self.head.stage_chosen.connect(self.stage_chosen)
        self.ladder = Ladder(multiple=multiple)
        self.ladder.chosen.connect(self.take)
        self.ladder.toggled.connect(lambda key, _on: self.take(key))
        self._rungs: tuple[Rung, ...] = ()
        self._trouble = Remark("block", "block")
        hint = "选其他档时，在此写明理由，建议档仍保留备查。" if self._figure else ""
        self.reason = ReasonLine(desk, partial(desk.answer, stage, item.name, "reason"), hint)
        self.basis = BasisPanel(desk, stage, item.name)
        self.basis.jump.connect(self.jump)
        self.card = FigureCard(desk, stage, self._figure) if self._figure else None
        self._lay_out()
        self.refresh()
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
        if self.card is not None:
            self.card.changed.connect(self._show_answer)
            self.card.accepted.connect(self.accept)
            column.addWidget(self.card)
        for part in (self.ladder, self._trouble, self.reason, self.basis):
            column.addWidget(part)
        column.addStretch(1)

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

    def take(self, key: str) -> None:
        """Choose an option or take it back; 无 clears the others, they clear it."""
        held = frozenset(chosen(self._desk.dossier.answer(self._stage, self._item.name).chosen))
        after = self._item.after(self._chosen(), key)
        steps = [(f"chosen.{k}", False) for k in sorted(held - after)]
        steps += [(f"chosen.{k}", True) for k in sorted(after - held)]

        def act() -> None:
            for path, on in steps:
                self._desk.answer(self._stage, self._item.name, path, on)

        self._trouble.say(attempt(self._desk, act))
        self._desk.seal()

    def _chosen(self) -> frozenset[str]:
        """The options that hold and that the table knows."""
        on = chosen(self._desk.dossier.answer(self._stage, self._item.name).chosen)
        return frozenset(on) & frozenset(self._item.scores)

    def refresh(self) -> None:
        """Show what the dossier holds now."""
        dossier, name = self._desk.dossier, self._item.name
        words = {stage: letters(dossier.answer(stage, name)) for stage in Stage}
        self.head.set_answers(words, self._stage)
        if self.card is not None:
            self.card.show_saved()
        self._show_answer()
        self.basis.set_prompt("所见、所问、所查")
        self.basis.refresh()

    def _show_answer(self) -> None:
        """Proposal, options and reason: everything that a typed figure moves."""
        held = self._chosen()
        asks, proposal = [], None
        if self.card is not None and self._figure is not None:
            proposal = self.card.proposal()
            self.card.show_proposal(proposal, held == {proposal.option_key})
            if proposal.departs(held):
                asks.append(
                    f"所选 {'、'.join(sorted(held))}，按填报数据建议 {proposal.option_key}，"
                    "建议档仍保留备查。"
                )
        self._show_ladder(held, proposal)
        gap = difference(self._desk, self._stage, self._item.name)
        if gap:
            asks.append(gap)
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
        order, dossier = list(Stage), self._desk.dossier
        said = [
            word
            for stage, word in ((Stage.SELF, "企业自评"), (Stage.DIAGNOSIS, "诊断"))
            if order.index(stage) < order.index(self._stage)
            and dossier.answer(stage, self._item.name).chosen.get(key)
        ]
        return "、".join(said)

    def flush(self) -> None:
        """Save what waits."""
        if self.card is not None:
            self.card.flush()
        self.reason.keeper.flush()
        self.basis.keeper.flush()

    def focus_field(self, field: str) -> bool:
        """Give a named field the keyboard."""
        if field == "figures" and self.card is not None:
            self.card.focus_first()
        elif field == "reason" and self.reason.field.isVisibleTo(self):
            self.reason.field.setFocus()
        elif field in ("note", "photos", "attachments"):
            self.basis.focus_note()
        else:
            return False
        return True
