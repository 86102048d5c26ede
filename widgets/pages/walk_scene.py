"""One scene of the walk: its official criteria as a ladder from 无等级 to 四级."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from forms.evaluation import Stage
from forms.instrument import Scene
from widgets.answering import difference, level_word, press_level, said_before
from widgets.desk import Desk
from widgets.ladder import Ladder, Rung
from widgets.pages.walk_basis import BasisPanel
from widgets.pages.walk_before import BeforeCard
from widgets.pages.walk_parts import (
    ReasonLine,
    Remark,
    SubjectHead,
    flushed,
    reveal,
    spare_focus,
)
from widgets.pages.walk_questions import AskedHere

#: The table has no text for 无等级; this is the program's own and says so on the screen.
NO_LEVEL_TEXT = "未达到一级要求；企业无此项业务的，注明原因。（本程序表述，非指标原文）"


class ScenePanel(QWidget):
    """A scene at one stage. `stage_chosen(stage)` goes to the page; `below` it stands what every
    item and scene has, on the page itself."""

    stage_chosen = Signal(str)

    def __init__(
        self,
        desk: Desk,
        stage: Stage,
        scene: Scene,
        number: str,
        below: tuple[BasisPanel, AskedHere],
    ) -> None:
        super().__init__()
        self._desk, self._stage, self._scene = desk, stage, scene
        place = f"{desk.pack.instrument.scenes_name} ・ {scene.group} ・ 场景 {number}"
        self.head = SubjectHead(
            desk, stage, scene.name, "约束性" if scene.binding else "指导性", place
        )
        self.head.stage_chosen.connect(self.stage_chosen)
        self.ladder = Ladder(steps=True)
        self.ladder.chosen.connect(lambda key: self.take(int(key)))
        self._rungs: tuple[Rung, ...] = ()
        self._trouble = Remark("block", "block")
        self.reason = ReasonLine(desk, partial(desk.answer, stage, scene.name, "reason"), "")
        self.basis, self.asked = below
        self.before = BeforeCard(desk, scene) if stage is Stage.RETROFIT else None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.head)
        if self.before is not None:
            column.addWidget(self.before)
        for part in (self.ladder, self._trouble, self.reason):
            column.addWidget(part)
        spare_focus(self)

    def keys(self) -> tuple[str, str]:
        """The keys that choose, and what they choose."""
        return f"0–{len(self._scene.criteria)}", "选等级"

    def press(self, text: str) -> bool:
        """Choose by digit."""
        return self.ladder.press(text)

    def accept(self) -> bool:
        """Nothing is proposed for a scene."""
        return False

    def take(self, level: int) -> None:
        """Judge the scene; the level that holds already is taken back."""
        self._trouble.say(press_level(self._desk, self._stage, self._scene, level))

    def refresh(self) -> None:
        """Show what the dossier holds now."""
        dossier, name = self._desk.dossier, self._scene.name
        answers = {stage: dossier.answer(stage, name) for stage in Stage}
        words = {stage: level_word(answer.level) for stage, answer in answers.items()}
        self.head.set_answers(words, self._stage)
        if self.before is not None:
            self.before.refresh()
        self._show_ladder(answers[self._stage].level)
        gap = difference(self._desk, self._stage, name)
        self.reason.show_state([gap] if gap else [], answers[self._stage].reason)
        none = answers[self._stage].level == 0
        self.basis.set_prompt("企业无此项业务的，请在此注明原因" if none else "所见、所问、所查")
        self.basis.refresh()
        self.asked.refresh()

    def _show_ladder(self, level: int | None) -> None:
        rungs = tuple(
            Rung(str(n), text, name=level_word(n), tag=self._tag(n))
            for n, text in enumerate((NO_LEVEL_TEXT, *self._scene.criteria))
        )
        held = [] if level is None else [str(level)]
        if rungs == self._rungs:
            self.ladder.set_chosen(held)
        else:
            self._rungs = rungs
            self.ladder.set_rungs(rungs, held)
            spare_focus(self.ladder)

    def _tag(self, level: int) -> str:
        """Who judged this level at an earlier stage."""
        name = self._scene.name
        return said_before(self._desk, self._stage, name, lambda said: said.level == level)

    def stops(self) -> list[QWidget]:
        """Where Tab goes, in order."""
        return [self.reason.field, *self.basis.stops(), *self.asked.stops()]

    def flush(self) -> bool:
        """Save what waits; False where it was refused."""
        return flushed(self.reason, self.basis, *self.asked.lines)

    def focus_field(self, field: str) -> bool:
        """Give a named field the keyboard."""
        if field == "reason" and self.reason.field.isVisibleTo(self):
            self.reason.field.setFocus()
            reveal(self.reason)
        elif field in ("note", "photos", "attachments"):
            self.basis.focus_note()
        else:
            return field == "questions" and self.asked.focus_first()
        return True
