"""The results: level and why, indicators, scenes, and what the next level still lacks."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from forms.evaluation import STAGE_NAMES, Stage, answer_id
from forms.instrument import NUMERALS, Instrument, points_text
from forms.places import PAGE_OF_STAGE
from forms.steps import PAGES
from grading.finding import Target
from grading.results import BESIDE, LadderView, lacking_scenes, ladder, radar
from grading.route import ceiling, route
from grading.score import Condition as Reached
from grading.score import Grade
from grading.sheet import sheet_of
from grading.why import reasons
from widgets.bars import PageHeader, StatusNote
from widgets.controls import Button, Kind, Segment, SegmentedControl
from widgets.desk import Desk
from widgets.level_table import Condition, LevelRow, LevelTable
from widgets.marks import LEVEL_NAMES
from widgets.pages.base import LivePage
from widgets.pages.results_gaps import Gap, GapCard, difference_gaps, item_gaps, scene_gaps
from widgets.pages.results_pain import PeersCard, pain_gaps
from widgets.pages.walk_parts import spare_focus
from widgets.radar import Radar
from widgets.scene_bars import SceneBars
from widgets.surfaces import Card, EmptyHint, EmptyState, ScrollColumn
from widgets.text import TextLabel

_WIDE = 1080  # px from which the three cards stand side by side
_STRETCH = (6, 7, 6)
_START = "start"


class ResultsPage(LivePage):
    """What the answers of one stage amount to. Nothing is entered here; every row leads on."""

    key = "results"
    title = "评测结果"
    findings_beside = False

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.stage = Stage.DIAGNOSIS
        self._header = PageHeader(self.title)
        stages = [Segment(stage.value, STAGE_NAMES[stage]) for stage in Stage]
        self.stages = SegmentedControl(stages, self.stage.value, name="评测阶段")
        self.stages.chosen.connect(lambda key: self.switch(Stage(key)))
        self.open_note = StatusNote()
        self._header.add_middle(self.stages, self.open_note)
        self._make_cards()
        self._content = QWidget()
        self._grid = QGridLayout(self._content)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(14)
        self.empty = {stage: _nothing_yet(stage) for stage in Stage}
        body = ScrollColumn((20, 14, 20, 20), 14)
        body.column.addWidget(self._content)
        for hint in self.empty.values():
            hint.activated.connect(self._open)
            body.column.addWidget(hint)
        body.column.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(body)
        self._columns = 0
        self._arrange()
        desk.changed.connect(self.lay_out)

    def _make_cards(self) -> None:
        self.level_title = TextLabel("", "section")
        self._why = [TextLabel("", "dense", "ink2", wrap=True) for _ in range(3)]
        self.table = LevelTable()
        both = f"{self.desk.pack.cite('附件3 表6')}，须同时满足"
        self._level = _card(self.level_title, TextLabel(both, "meta", "ink2"))
        for line in self._why:
            self._level.body.addWidget(line)
        self._level.body.addSpacing(4)
        self._level.body.addWidget(self.table)
        self._level.body.addStretch(1)
        instrument = self.desk.pack.instrument
        self.radar, self._legend = Radar(), TextLabel("", "meta", "ink2")
        self._indicators = _card(TextLabel(instrument.rates, "section"), self._legend)
        ring = TextLabel("外圈为满分，每圈 25%；红字为得分率最低的指标", "meta", "ink2")
        self._indicators.body.addWidget(ring)
        self._indicators.body.addWidget(self.radar, 1)
        self.scenes = SceneBars()
        self.scenes.activated.connect(self._open)
        self._binding = TextLabel("", "meta", "ink2")
        self._sixteen = _card(TextLabel(instrument.scenes_told, "section"), self._binding)
        self._sixteen.body.addWidget(self.scenes)
        self._sixteen.body.addStretch(1)
        self.lack = [TextLabel("", "section", token) for token in ("ink", "block", "ink", "block")]
        self.lack_note = TextLabel("", "dense", "ink2", wrap=True)
        head = QHBoxLayout()
        head.setSpacing(8)
        for label in self.lack:
            head.addWidget(label)
        self.routes = Button("比较达级路线", Kind.QUIET, height=24)
        self.routes.clicked.connect(lambda: self.jump.emit(Target("route")))
        head.addWidget(self.routes)
        head.addStretch(1)
        self._lack = QWidget()
        column = QVBoxLayout(self._lack)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self.lack_note)
        self.points, self.levels, self.open = GapCard(), GapCard(), GapCard()
        self.pain, self.peers = GapCard(), PeersCard(self.desk)
        for card in (self.points, self.levels, self.open, self.pain):
            card.activated.connect(self._open)
        self.peers.told.connect(self.lay_out)

    def header(self) -> QWidget:
        """Title, stage switch, and what is still open."""
        return self._header

    def switch(self, stage: Stage) -> None:
        """Show another stage."""
        self.stage = stage
        self.stages.set_current(stage.value)
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        self.peers.ask()
        super().showEvent(event)

    def _open(self, subject: str) -> None:
        """Jump to the item or scene in the walk; without one to the first of all."""
        subject = subject if subject != _START else self.desk.pack.instrument.items[0].name
        page = PAGE_OF_STAGE[self.stage]
        self.jump.emit(Target(page, self._id(self.stage, subject)))

    def _id(self, stage: Stage, subject: str) -> UUID:
        return answer_id(self.desk.dossier_id, stage, subject)

    def refresh(self) -> None:
        grade, instrument = self.desk.grade(self.stage), self.desk.pack.instrument
        sheet = sheet_of(self.desk.dossier, self.stage, instrument)
        settled = ceiling(instrument, sheet) == grade.level
        self._show_level(grade, instrument, settled)
        self._show_radar(grade, instrument)
        levels = {s.name: sheet.scenes.get(s.name) for s in instrument.scenes}
        self._show_scenes(ladder(instrument, sheet, grade))
        self._show_lack(grade, reasons(instrument, grade).lacking)
        self._show_gaps(grade, instrument, levels)
        count = len(grade.unanswered)
        bare = count == len(instrument.items) + len(instrument.scenes)
        self._content.setVisible(not bare)
        for stage, hint in self.empty.items():
            hint.setVisible(bare and stage is self.stage)
        note = f"{count} 项未作答，作答后结果仍会变化" if count and not bare else ""
        self.open_note.set_note(note, "warn", "warn")

    def _show_level(self, grade: Grade, instrument: Instrument, settled: bool) -> None:
        if settled:
            self.level_title.setText(instrument.level_label(grade.level))
        else:
            name = f"至少{NUMERALS[grade.level]}级" if grade.level else "等级待定"
            self.level_title.setText(name)
        why = reasons(instrument, grade)
        # While answers are missing, what they will change comes first, and no weakness is named.
        weak = why.weakness.sentence if why.weakness and grade.complete else ""
        for line, said in zip(self._why, (why.unanswered, why.reached, weak), strict=True):
            line.setText(said)
            line.setVisible(bool(said))
            line.updateGeometry()
        rows = [_level_row(condition, grade.level) for condition in reversed(grade.conditions)]
        reached = grade.level if settled or grade.level else None
        self.table.set_rows(rows, reached)

    def _show_radar(self, grade: Grade, instrument: Instrument) -> None:
        other = BESIDE.get(self.stage)
        grades = {self.stage: grade} | ({other: self.desk.grade(other)} if other else {})
        shown = radar(instrument, grades, self.stage)
        self.radar.set_axes(shown.axes)
        self._legend.setText(shown.legend)
        self._legend.updateGeometry()

    def _show_scenes(self, shown: LadderView) -> None:
        self.scenes.set_groups(shown.groups)
        spare_focus(self.scenes)
        self._binding.setText(shown.legend)
        self._binding.updateGeometry()

    def _show_lack(self, grade: Grade, sentence: str) -> None:
        way = route(grade)
        words = ["已达最高等级", "", "", ""]
        if way is not None:
            scenes = lacking_scenes(grade)
            points = f"{points_text(way.points)} 分" if way.points else ""
            both = "和" if way.points and scenes else ""
            more = f"{scenes} 个场景" if scenes else ""
            words = [f"到{NUMERALS[way.level]}级还差", points, both, more]
        self.routes.setVisible(way is not None and self.stage is Stage.DIAGNOSIS)
        for label, word in zip(self.lack, words, strict=True):
            label.setText(word)
            label.setVisible(bool(word))
            label.updateGeometry()
        self.lack_note.setText(sentence)
        self.lack_note.updateGeometry()

    def _show_gaps(
        self, grade: Grade, instrument: Instrument, levels: dict[str, int | None]
    ) -> None:
        ahead = grade.next
        wanted = ahead.rule.level if ahead else len(instrument.levels)
        self.points.set_gaps("尚可得分的采集项", "按尚余分值排列", item_gaps(grade, instrument))
        name = f"{LEVEL_NAMES[wanted]}"
        title = f"未达{name}的场景"
        self.levels.set_gaps(title, "约束性在前", scene_gaps(instrument, levels, wanted))
        if grade.unanswered:
            total = len(instrument.items) + len(instrument.scenes)
            rows = [Gap(name, name, "", "去作答") for name in grade.unanswered]
            self.open.set_gaps("尚未作答", f"{len(rows)} 项，共 {total} 项", rows)
        elif self.stage is Stage.DIAGNOSIS:
            rows = difference_gaps(self.desk.dossier, instrument)
            self.open.set_gaps("诊断与自评不同", f"{len(rows)} 项", rows)
        else:
            self.open.set_gaps("尚未作答", "全部已作答", [])
        self._show_pain(grade)

    def _show_pain(self, grade: Grade) -> None:
        """What the diagnosis alone tells: where it hurts most, and how others stand."""
        told = self.stage is Stage.DIAGNOSIS and grade.complete
        rows = pain_gaps(self.desk, grade) if told else []
        self.pain.set_gaps("痛点", "按业务领域，对升级影响大的在前", rows)
        self.pain.setVisible(bool(rows))
        self.peers.show_grade(grade if told else None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Three columns where there is room for them, else two."""
        columns = 3 if self.width() >= _WIDE else 2
        if columns == self._columns:
            return
        self._columns = columns
        above: list[QWidget] = [self._level, self._indicators]
        below: list[QWidget] = [self.points, self.levels, self.open]
        if columns == 3:
            above.append(self._sixteen)
        else:
            below.insert(0, self._sixteen)
        for part in (*above, self._lack, *below, self.pain, self.peers):
            self._grid.removeWidget(part)
        for place, card in enumerate(above):
            self._grid.addWidget(card, 0, place)
        self._grid.addWidget(self._lack, 1, 0, 1, columns)
        for place, card in enumerate(below):
            self._grid.addWidget(card, 2 + place // columns, place % columns)
        last = 2 + len(below) // columns
        self._grid.addWidget(self.pain, last, 0, 1, 2)
        self._grid.addWidget(self.peers, *((last, 2) if columns == 3 else (last + 1, 0, 1, 2)))
        for column in range(3):
            self._grid.setColumnStretch(column, _STRETCH[column] if column < columns else 0)


def _nothing_yet(stage: Stage) -> EmptyState:
    """What stands here before a stage was begun."""
    page = PAGES[PAGE_OF_STAGE[stage]].name
    text = f"在“{page}”中逐项作答，得分和等级随即在此显示。"
    return EmptyState([EmptyHint(f"{STAGE_NAMES[stage]}尚未作答", text, "", _START, "去作答")])


def _card(title: TextLabel, remark: TextLabel) -> Card:
    card = Card((16, 12), 6)
    head = QHBoxLayout()
    head.setSpacing(8)
    head.addWidget(title)
    head.addStretch(1)
    head.addWidget(remark)
    card.body.addLayout(head)
    return card


def _level_row(held: Reached, level: int) -> LevelRow:
    """One level of table 6; beyond the next one only the distance is said, not a judgement."""
    rule = held.rule
    far = rule.level > level + 1
    floor = points_text(rule.min_score, trim=True)
    points = points_text(held.points)
    if not held.points_met:
        points = f"差 {points_text(rule.min_score - held.points)}"
    if held.scenes_met:
        scenes = f"{held.scenes}，约束性 {held.binding_scenes}"
    else:
        short = max(0, rule.min_scenes - held.scenes)
        scenes = f"{held.scenes}，差 {short}" if short else f"{held.scenes}"
        if not far:
            lack = rule.min_binding_scenes - held.binding_scenes
            scenes += f"；约束性 {held.binding_scenes}" + (f"，差 {lack}" if lack > 0 else "")
    return LevelRow(
        rule.level,
        rule.name,
        Condition(f"≥{floor} 分", points, None if far else held.points_met),
        Condition(
            f"≥{rule.min_scenes} 场景，约束性 ≥{rule.min_binding_scenes}",
            scenes,
            None if far else held.scenes_met,
        ),
    )
