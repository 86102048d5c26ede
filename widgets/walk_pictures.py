"""Beside the walk, what the answers come to: the indicators' radar, or the scenes' levels."""

from __future__ import annotations

from PySide6.QtCore import Signal

from forms.evaluation import Stage
from grading.results import BESIDE, ladder, radar
from grading.score import Grade
from grading.sheet import sheet_of
from widgets.desk import Desk
from widgets.pages.walk_parts import spare_focus
from widgets.radar import Radar
from widgets.scene_bars import SceneBars
from widgets.surfaces import ScrollColumn
from widgets.text import TextLabel

WIDE = 352


class WalkPictures(ScrollColumn):
    """The pictures of one stage, as the report has them. `activated(name)` on a scene."""

    activated = Signal(str)

    def __init__(self, desk: Desk, stage: Stage) -> None:
        super().__init__((4, 16, 0, 16), 2, plain=True)
        self.desk, self.stage = desk, stage
        self.title, self.legend = TextLabel("", "section"), TextLabel("", "meta", "ink2")
        self.radar, self.scenes = Radar(), SceneBars()
        self.radar.setMinimumWidth(336)  # beside the bar
        self.radar.setFixedHeight(340)
        self.scenes.activated.connect(self.activated)
        for part in (self.title, self.legend, self.radar, self.scenes):
            self.column.addWidget(part)
        self.column.addStretch(1)
        self.setFixedWidth(WIDE)

    def show_grade(self, grade: Grade, *, scene: bool) -> None:
        """Show what the answers come to now: of the items, or (`scene`) of the scenes."""
        instrument = self.desk.pack.instrument
        self.radar.setVisible(not scene)
        self.scenes.setVisible(scene)
        if scene:
            sheet = sheet_of(self.desk.dossier, self.stage, instrument)
            shown = ladder(instrument, sheet, grade)
            self.scenes.set_groups(shown.groups)
            spare_focus(self.scenes)
            words = shown.legend
        else:
            other = BESIDE.get(self.stage)
            grades = {self.stage: grade} | ({other: self.desk.grade(other)} if other else {})
            view = radar(instrument, grades, self.stage)
            self.radar.set_axes(view.axes)
            words = view.legend
        self.title.setText(instrument.scenes_told if scene else instrument.rates)
        self.legend.setText(words)
