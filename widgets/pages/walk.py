"""The evaluation walk: one item or scene a screen, answered by key, click or touch."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from forms.evaluation import Stage, answer_id
from forms.figures import Figures
from forms.places import PAGE_OF_STAGE
from forms.steps import PAGES
from grading.finding import Finding, Target
from grading.score import Grade
from widgets.actions import bind, trigger
from widgets.bars import PageFooter
from widgets.controls import Button, Kind
from widgets.desk import Desk
from widgets.file_drop import FileDrop
from widgets.pages.base import KeyHints, LivePage
from widgets.pages.walk_basis import BasisPanel
from widgets.pages.walk_item import ItemPanel
from widgets.pages.walk_parts import spare_focus
from widgets.pages.walk_questions import AskedHere
from widgets.pages.walk_scene import ScenePanel
from widgets.pages.walk_state import walk_state
from widgets.surfaces import ScrollColumn
from widgets.walk_pictures import WalkPictures
from widgets.walk_strip import WalkStrip

_PICTURED = 1040
"""px from which the pictures stand beside the answers unasked."""


class WalkPage(LivePage):
    """One stage of the evaluation: the page `walk`, or `self` or `regrade` by its stage."""

    key = "walk"

    def __init__(
        self, desk: Desk, stage: Stage = Stage.DIAGNOSIS, parent: QWidget | None = None
    ) -> None:
        super().__init__(desk, parent)
        self.stage = stage
        self.key = PAGE_OF_STAGE[stage]
        self.title = PAGES[self.key].name
        instrument = desk.pack.instrument
        self._figures = Figures.parse(desk.pack.figures, instrument)
        self._items = [item.name for item in instrument.items]
        self._scenes = [scene.name for scene in instrument.scenes]
        self.subjects = [*self._items, *self._scenes]
        self._behind = "comparison" if stage is Stage.RETROFIT else "results"
        self._grade: Grade = desk.grade(stage)
        self.subject = (*self._grade.unanswered, self.subjects[0])[0]
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self._drop = FileDrop(self, "松开后收入档案，并关联到本项")
        self._drop.dropped.connect(lambda paths: self.panel.basis.take(paths))
        self.strip = WalkStrip()
        self.strip.cell_activated.connect(self.open)
        self.strip.next_unanswered.connect(self.next_unanswered)
        self._body = _Body()
        self.pictures = WalkPictures(desk, stage)
        self.pictures.activated.connect(self.open)
        self._pictured: bool | None = None
        self.footer = self._make_footer()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.beside = QHBoxLayout()
        self.beside.setSpacing(0)
        self.beside.addWidget(self._body, 1)
        self.beside.addWidget(self.pictures)
        column.addLayout(self.beside, 1)
        column.addWidget(self.footer)
        self._basis, self._asked = BasisPanel(desk, stage), AskedHere(desk, stage)
        self._basis.jump.connect(self.jump)
        self.panel: ItemPanel | ScenePanel = self._make_panel()
        for part in (self.panel, self._basis, self._asked):
            self._body.column.addWidget(part)
        self._body.column.addStretch(1)
        spare_focus(self.footer)
        spare_focus(self.strip)
        bind(self, "answers.photos", lambda: self.panel.basis.browse("photos"))
        bind(self, "answers.paste", lambda: self.panel.basis.paste())
        bind(self, "answers.leave", self._leave_field)
        desk.changed.connect(self.lay_out)
        self.refresh()
        self._settle_panel()

    def _make_footer(self) -> PageFooter:
        """The ways on, and between them what else to look at."""
        made = PageFooter()
        made.back.connect(lambda: self.step(-1))
        made.forward.connect(lambda: self.step(1))
        floor = Button("车间模式", Kind.QUIET, key="F9")
        floor.setToolTip("全屏作答，适合平板、触摸屏和车间强光")
        floor.clicked.connect(lambda: trigger(self.window(), "dossier.floor"))
        self.see = Button("看图", Kind.QUIET, icon="chart", key="F3")
        table = self.desk.pack.instrument
        self.see.setToolTip(f"在旁边显示或收起{table.rates}的雷达图、{table.scenes_told}的等级")
        self.see.clicked.connect(self.toggle_pictures)
        bind(self, "walk.pictures", self.toggle_pictures, self.see)
        made.add_middle(self.see, floor)
        return made

    def header(self) -> QWidget:
        """The walk strip: progress, score and level are always in view."""
        return self.strip

    def toggle_pictures(self) -> None:
        """Show what the answers come to beside them, or put it away."""
        self._pictured = self.pictures.isHidden()
        self._picture()

    def _picture(self) -> None:
        """Show the pictures where there is room, or where that was asked for."""
        on = self.width() >= _PICTURED if self._pictured is None else self._pictured
        self.pictures.setVisible(on)
        if on:
            self.pictures.show_grade(self._grade, scene=self.subject in self._scenes)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._picture()

    def open(self, subject: str) -> None:
        """Show an item or scene; what was being typed is saved first, and held here if refused."""
        if self.panel.flush():
            self._turn_to(subject)

    def flush(self) -> bool:
        return self.panel.flush()

    def _turn_to(self, subject: str) -> None:
        self._take_keyboard()  # from a field that will be another item's
        self.subject = subject
        old, self.panel = self.panel, self._make_panel()
        self.refresh()
        # Wrapped text settles its height in a second pass; nobody should see the first.
        self._body.setUpdatesEnabled(False)
        QTimer.singleShot(0, self._body, lambda: self._body.setUpdatesEnabled(True))
        self._body.column.replaceWidget(old, self.panel)
        old.hide()
        old.deleteLater()
        self.panel.show()  # at once, for a field in it may be given the keyboard next
        self._body.verticalScrollBar().setValue(0)
        self._settle_panel()
        self._take_keyboard()
        self.hints_changed.emit()

    def step(self, by: int) -> None:
        """Go to the neighbour; behind the last scene what came of it follows."""
        place = self.subjects.index(self.subject) + by
        if 0 <= place < len(self.subjects):
            self.open(self.subjects[place])
        elif place > 0 and self.panel.flush():
            self.jump.emit(Target(self._behind))

    def next_unanswered(self) -> None:
        """Go to the next one without an answer, from here on and round; stay where none is."""
        here = self.subjects.index(self.subject)
        ahead = [*self.subjects[here + 1 :], *self.subjects[: here + 1]]
        found = next((name for name in ahead if name in self._grade.unanswered), None)
        if found is not None:
            self.open(found)

    def switch(self, stage: Stage) -> None:
        """Show another stage's answer, on its page."""
        kept = self.panel.flush()
        self.panel.refresh()
        if stage is not self.stage and kept:
            self.jump.emit(Target(PAGE_OF_STAGE[stage], self._id(stage, self.subject)))

    def go_to(self, target: Target) -> None:
        """Show the item or scene of an answer, and give a named field the keyboard."""
        found = self._subject_of(target.record)
        if found is not None:
            if not self.panel.flush():
                return
            self._turn_to(found)
        if not self.panel.focus_field(target.field):
            self._take_keyboard()

    def concerns(self, finding: Finding) -> bool:
        """Whether a finding is about the item or scene in view."""
        target = finding.target
        return target is not None and target.record == self._id(self.stage, self.subject)

    def hints(self) -> KeyHints:
        """What the keys do here."""
        keys, chooses = self.panel.keys()
        figures = isinstance(self.panel, ItemPanel) and self.panel.card is not None
        hints: list[tuple[tuple[str, ...], str]] = [
            (("←", "→"), "上一项／下一项"),
            ((keys,), chooses),
        ]
        if figures:
            hints += [(("Tab",), "下一数值"), (("回车",), "采用建议")]
        note = "Shift N" if keys.endswith("O") else "N"
        hints += [((note,), "备注"), (("P",), "照片")]
        hints += [(("Q",), "现场请问")] if self.panel.asked.lines else []
        return (*hints, (("空格",), "下一未答"))

    def _make_panel(self) -> ItemPanel | ScenePanel:
        instrument, name = self.desk.pack.instrument, self.subject
        made: ItemPanel | ScenePanel
        below = (self._basis, self._asked)
        for part in below:
            part.show_subject(name)
        if name in self._items:
            number = f"{self._items.index(name) + 1}/{len(self._items)}"
            item = instrument.item(name)
            made = ItemPanel(self.desk, self.stage, item, number, below, self._figures)
        else:
            number = f"{self._scenes.index(name) + 1}/{len(self._scenes)}"
            scene = instrument.scene(name)
            made = ScenePanel(self.desk, self.stage, scene, number, below)
        if isinstance(made, ItemPanel):
            made.settled.connect(self._take_keyboard)
        made.stage_chosen.connect(lambda stage: self.switch(Stage(stage)))
        return made

    def _settle_panel(self) -> None:
        """Tab goes from the page to the figures, the reason, the note, the buttons; and files
        dropped on a new field are the page's, too."""
        before: QWidget = self._body
        for stop in self.panel.stops():
            self.setTabOrder(before, stop)
            before = stop

    def refresh(self) -> None:
        self._grade = self.desk.grade(self.stage)
        self.strip.set_state(walk_state(self.desk, self.stage, self.subject, self._grade))
        place = self.subjects.index(self.subject)
        back = self.subjects[place - 1] if place else ""
        last = place + 1 == len(self.subjects)
        self.footer.set_ways(back, PAGES[self._behind].name if last else self.subjects[place + 1])
        self.panel.refresh()
        self._picture()

    def _id(self, stage: Stage, subject: str) -> UUID:
        return answer_id(self.desk.dossier_id, stage, subject)

    def _subject_of(self, record: UUID | None) -> str | None:
        return next((name for name in self.subjects if self._id(self.stage, name) == record), None)

    def _leave_field(self) -> None:
        """Out of a field, and out of what is offered as evidence: letters choose again."""
        self.panel.basis.picker.hide()
        self._take_keyboard()

    def _take_keyboard(self) -> None:
        """Have letters choose: the keyboard rests on the page, not in a field."""
        if self.isVisible():
            self._body.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._act(event):
            event.ignore()

    def _act(self, event: QKeyEvent) -> bool:
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        key, text = event.key(), event.text().upper()
        if held == Qt.KeyboardModifier.ShiftModifier and key == Qt.Key.Key_N:
            self.panel.basis.focus_note()
            return True
        if held != Qt.KeyboardModifier.NoModifier:
            return False
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.step(-1 if key == Qt.Key.Key_Left else 1)
            return True
        if event.isAutoRepeat():
            return False  # a key held down would choose and take back in turns
        if key == Qt.Key.Key_Space:
            self.next_unanswered()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return self._accept()
        elif text and self.panel.press(text):
            pass
        elif key == Qt.Key.Key_N:
            self.panel.basis.focus_note()
        elif key == Qt.Key.Key_Q:
            return self.panel.asked.focus_first()
        elif key == Qt.Key.Key_P:
            self.panel.basis.pick("photos")
        else:
            return False
        return True

    def _accept(self) -> bool:
        return self.panel.accept()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        focused = QApplication.focusWidget()
        if focused is None or not self.isAncestorOf(focused):
            self._take_keyboard()

    def hideEvent(self, event: QHideEvent) -> None:
        self.panel.flush()
        super().hideEvent(event)


class _Body(ScrollColumn):
    """The scrolling middle. It rests here when no field has the keyboard: up and down scroll,
    every other key is the page's. The ring around it says that letters choose."""

    _SCROLLS = (
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_PageUp,
        Qt.Key.Key_PageDown,
    )

    def __init__(self) -> None:
        super().__init__((24, 16, 24, 20))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setAccessibleName("水平评测")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in self._SCROLLS:
            super().keyPressEvent(event)
        else:
            event.ignore()
