"""An item's figures in the shop-floor mode: large fields, a keypad for them, and what follows."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QGridLayout, QLineEdit, QVBoxLayout, QWidget

from forms.evaluation import Stage
from forms.figures import Figure, Input
from grading.figures import Proposal, propose
from widgets.big_buttons import BigButton
from widgets.desk import Desk
from widgets.floor_parts import GAP
from widgets.pages.walk_figure import ROWS, figure_text, typed_figures
from widgets.pages.walk_parts import Keeper, NumberField, Remark
from widgets.text import TextLabel
from widgets.theme import font

FIELD = 56
_EMPTY, _NEXT = "清空", "下一栏"
_PAD = (("7", "8", "9", ".", "退格"), ("4", "5", "6", ",", _EMPTY), ("1", "2", "3", "0", _NEXT))


class FloorFigures(QWidget):
    """The numbers beside an item's options. `changed` on every key, before anything is saved;
    `accepted` when the proposal is taken. The keypad shows while one of its fields is typed in.
    """

    changed = Signal()
    accepted = Signal()

    def __init__(self, desk: Desk, stage: Stage, figure: Figure) -> None:
        super().__init__()
        self._desk, self._stage, self._figure = desk, stage, figure
        self.fields: dict[str, NumberField] = {}
        self.keepers: list[Keeper] = []
        self._trouble = Remark("block", "block", "lead")
        self.value = TextLabel("", "floor", bold=True, wrap=True)
        self.words = TextLabel("", "lead", "ink2", wrap=True)
        self.accept = BigButton("")
        self.accept.clicked.connect(self.accepted)
        self.pad = Keypad()
        self.pad.next_field.connect(self._next)
        grid = QGridLayout()
        grid.setHorizontalSpacing(GAP)
        grid.setVerticalSpacing(8)
        for row, roles in enumerate(ROWS[figure.formula]):
            for place, role in enumerate(roles):
                grid.setColumnStretch(place, 1)
                self._cell(grid, row, place, figure.inputs[role])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addLayout(grid)
        for part in (self.pad, self._trouble, self.value, self.words, self.accept):
            column.addWidget(part)
        self.accept.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def _cell(self, grid: QGridLayout, row: int, place: int, source: Input) -> None:
        label = source.label_at(self._stage is Stage.RETROFIT)
        shared = source.item != self._figure.item.name
        field = NumberField(label, source.unit)
        field.setFixedHeight(FIELD)
        field.setFont(font("floor"))
        save = partial(self._desk.answer, self._stage, source.item, f"figures.{source.key}")
        keeper = Keeper(self._desk, field, lambda text: save(text.strip()))
        keeper.settled.connect(self._trouble.say)
        field.textEdited.connect(self.changed)
        field.entered.connect(self._next)
        field.installEventFilter(self)
        self.fields[source.key] = field
        self.keepers.append(keeper)
        said = f"{label}（与{source.item}共用）" if shared else label
        words = TextLabel(said, "lead", "ink2", wrap=True)
        grid.addWidget(words, 2 * row, place, Qt.AlignmentFlag.AlignBottom)
        grid.addWidget(field, 2 * row + 1, place)

    def show_saved(self) -> None:
        """Show the numbers that the dossier holds."""
        typed = typed_figures(self._desk.dossier, self._stage, self._figure)
        for key, keeper in zip(self.fields, self.keepers, strict=True):
            keeper.show(typed[key])

    def proposal(self) -> Proposal:
        """What the numbers lead to as they stand in the fields, saved or not."""
        typed = {key: field.text() for key, field in self.fields.items()}
        return propose(self._figure, typed, self._stage is Stage.RETROFIT)

    def show_proposal(self, proposal: Proposal, taken: bool) -> None:
        """Say what follows from the numbers, and offer to take it."""
        figure = self._figure
        unit = "" if figure.unit == "%" else f" {figure.unit}"
        notes = figure.basis + ("" if self._stage is Stage.RETROFIT else figure.before_retrofit)
        self.value.setText(f"{figure.name} {figure_text(figure, proposal)}{unit}")
        self.words.setText(proposal.explanation.removesuffix(notes))
        for label in (self.value, self.words):
            label.updateGeometry()
        key = proposal.option_key
        self.accept.set_text(f"采用建议 {key}" if key else "采用建议")
        self.accept.setVisible(key is not None and not taken)

    def flush(self) -> bool:
        """Save what waits; False where it was refused."""
        return False not in [keeper.flush() for keeper in self.keepers]

    def _next(self) -> None:
        """The next field; behind the last one the proposal is taken."""
        fields = list(self.fields.values())
        here = next((n for n, field in enumerate(fields) if field.hasFocus()), -1)
        if here + 1 < len(fields):
            fields[here + 1].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            fields[here].clearFocus()
            self.accepted.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, QLineEdit):
            self.pad.serve(watched)
        elif event.type() == QEvent.Type.FocusOut and watched is self.pad.field:
            self.pad.rest()
        return False


class Keypad(QWidget):
    """Digits for whoever has no keyboard under the hand. `next_field()` on its last key.

    The field keeps the keyboard while its keys are pressed; whoever comes by Tab has keys enough.
    """

    next_field = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.field: QLineEdit | None = None
        self.keys: dict[str, BigButton] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(8)
        for row, names in enumerate(_PAD):
            for place, name in enumerate(names):
                key = self.keys[name] = BigButton(name)
                key.setFocusPolicy(Qt.FocusPolicy.NoFocus)
                key.clicked.connect(partial(self._press, name))
                grid.addWidget(key, row, place)
                grid.setColumnStretch(place, 1)
        self.hide()

    def serve(self, field: QLineEdit) -> None:
        """Type into `field` from now on."""
        self.field = field
        self.setFocusProxy(field)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.show()

    def rest(self) -> None:
        """Nothing is typed in."""
        self.field = None
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def _press(self, name: str, _on: bool = False) -> None:
        field = self.field
        if field is None:
            return
        if name == _NEXT:
            self.next_field.emit()
            return
        if name == _EMPTY:
            field.selectAll()
        key = Qt.Key(ord(name)) if len(name) == 1 else Qt.Key.Key_Backspace
        text = name if len(name) == 1 else ""
        plain = Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(field, QKeyEvent(QEvent.Type.KeyPress, key, plain, text))
