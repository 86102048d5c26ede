"""The figures beside an item's options: typed in, computed, and placed in their bracket."""

from __future__ import annotations

from fractions import Fraction
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
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
from forms.figures import Figure, Formula, Input
from grading.figures import Proposal, propose
from widgets.bracket_bar import Bracket, BracketBar, ComputedFigure
from widgets.controls import Button, Kind
from widgets.desk import Desk
from widgets.pages.walk_parts import Keeper, NumberField, Remark
from widgets.surfaces import Card
from widgets.text import TextLabel

ROWS: dict[Formula, tuple[tuple[str, ...], ...]] = {
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
_NARROWEST, _TIGHT = 600, 860  # px


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
        self.accept = Button("", Kind.OUTLINED, key="回车", height=32)
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
        for row, roles in enumerate(ROWS[self._figure.formula]):
            for place, role in enumerate(roles):
                grid.setColumnStretch(place, 1)
                grid.addWidget(self._cell(self._figure.inputs[role]), row, place)
        left, right = QVBoxLayout(), QVBoxLayout()
        top = self._top = QBoxLayout(QBoxLayout.Direction.LeftToRight)
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

    def minimumSizeHint(self) -> QSize:
        return QSize(_NARROWEST, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is no room beside the inputs, the figure stands below them."""
        super().resizeEvent(event)
        tight = self.width() < _TIGHT
        down, across = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._top.setDirection(down if tight else across)

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

    def flush(self) -> bool:
        """Save what waits; False where it was refused."""
        return False not in [keeper.flush() for keeper in self._keepers]

    def focus_first(self) -> None:
        """Give the first empty field the keyboard, else the first."""
        empty = [field for field in self.fields.values() if not field.text()]
        field = (empty or list(self.fields.values()))[0]
        field.setFocus()
        field.selectAll()
