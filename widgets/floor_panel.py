"""One item or scene in the shop-floor mode: what is asked, what holds, and what it rests on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from forms.dossier import Answer, Photo, picked
from forms.evaluation import Stage, answer_id
from forms.fields import complaints
from forms.figures import Figures
from forms.instrument import Item, Kind, Scene, points_text
from forms.record import specs
from grading.figures import Proposal
from widgets.answering import (
    departure,
    difference,
    held_options,
    level_word,
    press_level,
    press_option,
    put_level,
    put_options,
    said_before,
)
from widgets.desk import Desk
from widgets.floor_evidence import EvidenceHints, FloorPhotos
from widgets.floor_figures import FIELD, FloorFigures
from widgets.floor_parts import GAP, FindingLine, FloorOption, LargeTag
from widgets.ladder import Rung
from widgets.pages.walk_basis import NoteField
from widgets.pages.walk_figure import figure_text
from widgets.pages.walk_parts import Keeper, ReasonLine, Remark, flushed, reveal
from widgets.pages.walk_scene import NO_LEVEL_TEXT
from widgets.surfaces import empty
from widgets.text import TextLabel
from widgets.theme import font

_BRIEF, _MANY = 10, 6
"""Options of so few characters stand in two columns where there are more than so many."""


class FloorPanel(QWidget):
    """An item or scene at one stage, shown by `refresh`. `pressed(before, undo)` when an answer was
    changed by hand: what stood there in words, and how to put it back."""

    pressed = Signal(str, object)

    def __init__(
        self, desk: Desk, stage: Stage, subject: Item | Scene, figures: Figures, place: str
    ) -> None:
        super().__init__()
        self._desk, self._stage, self.subject = desk, stage, subject
        self.options: dict[str, FloorOption] = {}
        self.figures: FloorFigures | None = None
        self._figure = None
        if isinstance(subject, Item):
            self._figure = figures.of(subject.name)
            if self._figure is not None:
                self.figures = FloorFigures(desk, stage, self._figure)
        self.trouble = Remark("block", "block", "lead")
        self._untaken = Remark("block", "block", "lead")
        self._findings = QVBoxLayout()
        self._said: list[tuple[str, str, str]] = []
        name = subject.name
        self.reason = ReasonLine(desk, partial(desk.answer, stage, name, "reason"), "", "lead")
        self.photos = FloorPhotos(desk)
        self.note = NoteField(least=96)
        self.keeper = Keeper(desk, self.note, partial(desk.answer, stage, name, "note"))
        self.hints = EvidenceHints(desk, stage, name)
        self._sides = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._lay_out(place)
        for option in self.options.values():  # a press leaves the keyboard where it is
            option.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    # -- how it looks -----------------------------------------------------------------------------

    def _lay_out(self, place: str) -> None:
        self.reason.field.setMinimumHeight(FIELD)
        self.reason.field.setFont(font("floor"))
        self.note.setFont(font("floor"))
        self.note.setPlaceholderText("备注：所见、所问、所查")
        self.keeper.settled.connect(self._settled)
        left, right = QVBoxLayout(), QVBoxLayout()
        left.addLayout(self._head(place))
        if isinstance(self.subject, Item):
            self._ask(left, self.subject)
        left.addLayout(self._rungs())
        left.addWidget(self.trouble)
        left.addStretch(1)
        self._findings.setSpacing(8)
        right.addLayout(self._findings)
        for part in (self.reason, self.photos, self.note, self._untaken, self.hints):
            right.addWidget(part)
        right.addStretch(1)
        for side in (left, right):
            side.setSpacing(GAP)
        self._sides.setContentsMargins(0, 0, 0, 0)
        self._sides.setSpacing(2 * GAP)
        self._sides.addLayout(left)
        self._sides.addLayout(right, 1)

    def _head(self, place: str) -> QHBoxLayout:
        subject = self.subject
        if isinstance(subject, Scene):
            tag = "约束性" if subject.binding else "指导性"
        else:
            tag = "多选" if subject.kind is Kind.MULTI else "单选"
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addWidget(TextLabel(subject.name, "floor_title"))
        row.addWidget(LargeTag(tag))
        row.addWidget(TextLabel(place, "lead", "ink2", keep=False), 1)
        return row

    def _ask(self, column: QVBoxLayout, item: Item) -> None:
        column.addWidget(TextLabel(item.question, "floor", wrap=True))
        before = self._figure.before_retrofit if self._figure else ""
        basis = self._figure.basis if self._figure else ""
        for note in (item.note, basis, "" if self._stage is Stage.RETROFIT else before):
            if note:
                column.addWidget(TextLabel(note, "lead", "ink2", wrap=True))
        if self.figures is not None:
            self.figures.changed.connect(self._show_answer)
            self.figures.accepted.connect(self.accept)
            column.addWidget(self.figures)

    def _rungs(self) -> QGridLayout:
        rungs = self._made_rungs()
        steps = isinstance(self.subject, Scene)
        brief = max(len(rung.text) for rung in rungs) <= _BRIEF and len(rungs) > _MANY
        across = 2 if brief else 1
        grid = QGridLayout()
        grid.setSpacing(8)
        for n, rung in enumerate(rungs):
            option = self.options[rung.key] = FloorOption(rung, steps=steps)
            option.clicked.connect(partial(self.press, rung.key))
            grid.addWidget(option, n // across, n % across)
            grid.setColumnStretch(n % across, 1)
        return grid

    def _made_rungs(self) -> list[Rung]:
        subject = self.subject
        if isinstance(subject, Scene):
            texts = (NO_LEVEL_TEXT, *subject.criteria)
            return [
                Rung(str(n), text, name=level_word(n), tag=self._tag(partial(_at_level, n)))
                for n, text in enumerate(texts)
            ]
        return [
            Rung(
                option.key,
                option.text,
                points=f"{points_text(option.score, trim=True)} 分",
                tag=self._tag(partial(_chose, option.key)),
            )
            for option in subject.options
        ]

    def _tag(self, says: Callable[[Answer], bool]) -> str:
        said = said_before(self._desk, self._stage, self.subject.name, says)
        return said.replace("企业自评", "自评")

    def turn(self, wide: bool) -> None:
        """Lay the two sides beside each other, or below; nothing is made anew."""
        way = QBoxLayout.Direction
        self._sides.setDirection(way.LeftToRight if wide else way.TopToBottom)
        self._sides.setStretch(0, 2 if wide else 0)

    # -- what holds -------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show what the dossier holds now."""
        answer = self._answer()
        if self.figures is not None:
            self.figures.show_saved()
        self._show_answer()
        self.photos.show_photos(picked(answer.photos, self._desk.dossier.all(Photo)))
        self.keeper.show(answer.note)
        for line in self.hints.replies:
            line.refresh()
        self._show_findings()

    def _answer(self) -> Answer:
        return self._desk.dossier.answer(self._stage, self.subject.name)

    def _show_answer(self) -> None:
        """Options and reason: everything that a typed figure moves."""
        held, proposal = self._held(), None
        if self.figures is not None:
            proposal = self.figures.proposal()
            self.figures.show_proposal(proposal, held == {proposal.option_key})
        for key, option in self.options.items():
            option.show_state(key in held, self._remark(key, proposal))
        gap = difference(self._desk, self._stage, self.subject.name)
        asks = [said for said in (departure(held, proposal), gap) if said]
        self.reason.show_state(asks, self._answer().reason)
        if not self.reason.field.hasFocus():
            self.reason.field.setCursorPosition(0)  # a long one is read from its beginning

    def _held(self) -> frozenset[str]:
        if isinstance(self.subject, Item):
            return held_options(self._desk, self._stage, self.subject)
        level = self._answer().level
        return frozenset() if level is None else frozenset({str(level)})

    def _remark(self, key: str, proposal: Proposal | None) -> str:
        if proposal is None or self._figure is None or proposal.option_key != key:
            return ""
        shown = figure_text(self._figure, proposal)
        return f"按 {shown} 建议" if self._figure.brackets else "按计算结果建议"

    def _show_findings(self) -> None:
        review = self._desk.review
        me = answer_id(self._desk.dossier_id, self._stage, self.subject.name)
        said = [
            (found.severity.value, found.message, found.remedy)
            for found in (review.findings if review else ())
            if found.target is not None and found.target.record == me
        ]
        if said != self._said:
            self._said = said
            empty(self._findings)
            for each in said:
                self._findings.addWidget(FindingLine(*each))

    def words(self) -> str:
        """What holds, in a few words."""
        held = self._held()
        if isinstance(self.subject, Scene):
            return level_word(self._answer().level) or "未答"
        return "、".join(sorted(held)) or "未答"

    # -- what is done -----------------------------------------------------------------------------

    def press(self, key: str, _on: bool = False) -> None:
        """Answer by an option's key; the same key again takes it back."""
        desk, stage, subject, before = self._desk, self._stage, self.subject, self.words()
        if isinstance(subject, Item):
            undo = partial(put_options, desk, stage, subject, self._held())
            said = press_option(desk, stage, subject, key)
        else:
            undo = partial(put_level, desk, stage, subject, self._answer().level)
            said = press_level(desk, stage, subject, int(key))
        self.trouble.say(said)
        if not said:
            self.pressed.emit(before, undo)

    def press_key(self, text: str) -> bool:
        """Answer by a key: an option's letter or digit, or the digit of its place from 1."""
        keys = list(self.options)
        if text not in keys and text.isdecimal() and 0 < int(text) <= len(keys):
            text = keys[int(text) - 1]
        if text not in keys:
            return False
        self.press(text)
        return True

    def accept(self) -> bool:
        """Take the proposed option; False where there is none."""
        if self.figures is None or not self.figures.flush():
            return False
        key = self.figures.proposal().option_key
        if key is not None and self._held() != {key}:
            self.press(key)
        return key is not None

    def toggle_hints(self) -> None:
        """Show what to ask and see, or put it away."""
        if self.hints.toggle():
            reveal(self.hints, top=True)

    def flush(self) -> bool:
        """Save what waits; False where it was refused, and its field comes into view."""
        figures = self.figures is None or self.figures.flush()
        return flushed(self.reason, self, *self.hints.replies) and figures

    def stops(self) -> list[QWidget]:
        """Where Tab goes, in order."""
        figures = self.figures
        typed = [*figures.fields.values(), figures.accept] if figures else []
        replies = [stop for line in self.hints.replies for stop in (line.field, line.unneeded)]
        return [*typed, *self.options.values(), self.reason.field, self.note, *replies]

    def _settled(self, sentence: str) -> None:
        wrong = complaints(specs(Answer)["note"], self.keeper.text())
        self._untaken.say(sentence or "".join(wrong))


def _at_level(level: int, answer: Answer) -> bool:
    return answer.level == level


def _chose(key: str, answer: Answer) -> bool:
    return bool(answer.chosen.get(key))
