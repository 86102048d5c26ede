"""改造前后对比: the evaluation after the retrofit beside an earlier one, and claimed effects."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from forms.evaluation import STAGE_NAMES, Stage, answer_id
from forms.figures import Figures
from forms.places import PAGE_OF_STAGE
from forms.steps import PAGES
from grading.comparison import (
    Change,
    Comparison,
    compared,
    sentences,
    signed_levels,
    signed_points,
)
from grading.effects import Checked, Verdict, change_words, checked, figure_words
from grading.finding import Target
from grading.results import radar
from widgets.bars import PageHeader, StatusNote
from widgets.change_bars import PointBars, SceneSteps
from widgets.controls import Segment, SegmentedControl
from widgets.desk import Desk
from widgets.form_page import ways
from widgets.pages.base import LivePage
from widgets.pages.results_gaps import Gap, GapCard
from widgets.pages.walk_parts import spare_focus
from widgets.plain_table import PlainTable
from widgets.radar import Radar
from widgets.surfaces import Card, EmptyHint, EmptyState, ScrollColumn
from widgets.text import TextLabel

_WIDE = 1000  # px from which the cards stand side by side
_ROW, _HEAD = 34, 34
_TOKENS = {Verdict.BORNE: "ok", Verdict.DENIED: "block", Verdict.UNKNOWN: "ink2"}
_NOW = Stage.RETROFIT


class ComparisonPage(LivePage):
    """Score, indicators, scenes and effects before and after. Nothing is entered here; rows lead
    to where the assessor answered."""

    key = "comparison"
    findings_beside = False

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.title = PAGES[self.key].name
        self.before = Stage.DIAGNOSIS
        self._header = PageHeader(self.title)
        stages = [Segment(s.value, f"与{STAGE_NAMES[s]}比") for s in Stage if s is not _NOW]
        self.stages = SegmentedControl(stages, self.before.value, name="比较对象")
        self.stages.chosen.connect(lambda key: self.switch(Stage(key)))
        self.verdict = StatusNote()
        self._header.add_middle(self.stages, self.verdict)
        self._make_cards()
        self._content = QWidget()
        self._grid = QGridLayout(self._content)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(14)
        text = f"在“{PAGES['regrade'].name}”中逐项作答后，改造前后的变化在此显示。"
        self.empty = EmptyState([EmptyHint("改造后尚未评测", text, "", "regrade", "去作答")])
        self.empty.activated.connect(lambda page: self.jump.emit(Target(page)))
        body = ScrollColumn((20, 14, 20, 20), 14)
        body.column.addWidget(self._content)
        body.column.addWidget(self.empty)
        body.column.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(body, 1)
        column.addWidget(ways(self))
        self._columns = 0
        self._arrange()
        desk.changed.connect(self.lay_out)

    def _make_cards(self) -> None:
        self.words = [TextLabel("", "dense", "ink", wrap=True) for _ in range(4)]
        self.level = TextLabel("", "section")
        self.bars, self.radar, self.scenes = PointBars(), Radar(), SceneSteps()
        self._legends = [TextLabel("", "meta", "ink2") for _ in range(3)]
        self._summary = _card(self.level, self._legends[0])
        for line in self.words:
            self._summary.body.addWidget(line)
        self._summary.body.addWidget(self.bars)
        self._summary.body.addStretch(1)
        self._wheel = _card(TextLabel(self.desk.pack.instrument.rates, "section"), self._legends[1])
        self._wheel.body.addWidget(self.radar, 1)
        self._steps = _card(TextLabel("应用场景等级", "section"), self._legends[2])
        self._steps.body.addWidget(self.scenes)
        self._steps.body.addStretch(1)
        self.rose, self.fell = GapCard(), GapCard()
        self.scenes.activated.connect(self._open)
        for card in (self.rose, self.fell):
            card.activated.connect(self._open)
        self.effects = PlainTable(
            (
                *(("成效", 64), ("指标", 0), ("所称", 150), ("所称变化", 90)),
                *(("评测数据", 0), ("数据变化", 100), ("结论", 100)),
            )
        )
        self.effects.setAccessibleName("改造成效与评测数据")
        self._claims = _card(TextLabel("改造成效与评测数据", "section"), self._effect_note())
        self._claims.body.addWidget(self.effects)
        self.no_effects = TextLabel("没有登记改造成效指标。", "dense", "ink2")
        self._claims.body.addWidget(self.no_effects)

    def _effect_note(self) -> TextLabel:
        words = "数据所示变化覆盖所称变化的为数据支持"
        return TextLabel(words, "meta", "ink2")

    def header(self) -> QWidget:
        return self._header

    def switch(self, stage: Stage) -> None:
        """Compare with another stage."""
        self.before = stage
        self.stages.set_current(stage.value)
        self.refresh()

    def go_to(self, target: Target) -> None:
        """A finding about a claimed effect: its row."""
        for place, each in enumerate(self._checked()):
            if each.effect.id == target.record:
                self.effects.selectRow(place)
                self.effects.setFocus()

    def _open(self, subject: str) -> None:
        record = answer_id(self.desk.dossier_id, _NOW, subject)
        self.jump.emit(Target(PAGE_OF_STAGE[_NOW], record))

    def _compared(self) -> Comparison:
        return compared(self.desk.dossier, self.desk.pack.instrument, self.before)

    def _checked(self) -> tuple[Checked, ...]:
        figures = Figures.parse(self.desk.pack.figures, self.desk.pack.instrument)
        return checked(self.desk.dossier, figures, self.before)

    def refresh(self) -> None:
        held = self._compared()
        self._content.setVisible(held.begun)
        self.empty.setVisible(not held.begun)
        if not held.begun:
            self.verdict.set_note("", "")
            return
        was, now = STAGE_NAMES[self.before], STAGE_NAMES[_NOW]
        told = sentences(held, was, now)
        for place, line in enumerate(self.words):
            line.setText(told[place] if place < len(told) else "")
            line.setVisible(place < len(told))
            line.updateGeometry()
        self.level.setText(f"{held.level.said or '等级待定'} → {held.level.saying or '等级待定'}")
        self.bars.set_rows((*held.dimensions, held.total, *held.indicators))
        stages = (self.before, _NOW)
        grades = {stage: self.desk.grade(stage) for stage in stages}
        shown = radar(self.desk.pack.instrument, grades, _NOW, self.before)
        self.radar.set_axes(shown.axes)
        self.scenes.set_rows(held.scenes)
        spare_focus(self.scenes)
        legends = (f"上条 {was} ・ 下条 {now}", shown.legend, "浅色 原有 ・ 深色 新达 ・ 虚框 降低")
        for legend, words in zip(self._legends, legends, strict=True):
            legend.setText(words)
            legend.updateGeometry()
        self._show_lists(held)
        self._show_effects()
        self._show_verdict(held)

    def _show_lists(self, held: Comparison) -> None:
        items = {each.name for each in held.items}
        rose = [self._gap(each, each.name in items) for each in held.rose]
        fell = [self._gap(each, each.name in items) for each in held.fell]
        self.rose.set_gaps("上升", f"{len(rose)} 项", rose)
        self.fell.set_gaps("降低", f"{len(fell)} 项，须写明原因", fell)

    def _gap(self, each: Change, item: bool) -> Gap:
        gain = each.difference or 0
        words = signed_points(gain) if item else signed_levels(gain)
        said, saying = (side.replace("、", "") for side in (each.said, each.saying))
        given = bool(self.desk.dossier.answer(_NOW, each.name).reason.strip())
        if each.fell:
            words += "，已写原因" if given else "，去写原因"
        return Gap(each.name, each.name, f"{said} → {saying}", words, settled=each.rose or given)

    def _show_effects(self) -> None:
        found = self._checked()
        rows = [_effect_row(each) for each in found]
        self.effects.show_rows(rows, [_TOKENS[each.verdict] for each in found], 6)
        self.effects.setFixedHeight(_HEAD + _ROW * len(rows) + 4)
        self.effects.setVisible(bool(rows))
        self.no_effects.setVisible(not rows)

    def _show_verdict(self, held: Comparison) -> None:
        level = held.level.after
        rule = self.desk.pack.rules.get("ASSESS-LEVEL")
        if level is None or rule is None:
            self.verdict.set_note("改造后尚未评测完，结果仍会变化", "warn", "warn")
        elif level < rule.limit:
            self.verdict.set_note("未达到二级及以上", "block", "block")
        else:
            self.verdict.set_note("已达到二级及以上", "check", "ok")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        columns = 2 if self.width() >= _WIDE else 1
        if columns == self._columns:
            return
        self._columns = columns
        cards = (self._summary, self._wheel, self._steps, self.rose, self.fell)
        for part in (*cards, self._claims):
            self._grid.removeWidget(part)
        places: tuple[tuple[int, int, int, int], ...]
        if columns == 2:
            places = ((0, 0, 1, 1), (0, 1, 1, 1), (1, 0, 2, 1), (1, 1, 1, 1), (2, 1, 1, 1))
        else:
            places = tuple((place, 0, 1, 1) for place in range(len(cards)))
        for card, place in zip(cards, places, strict=True):
            self._grid.addWidget(card, *place)
        self._grid.addWidget(self._claims, 5, 0, 1, columns)
        for column in range(2):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)


def _card(title: TextLabel, remark: TextLabel) -> Card:
    card = Card((16, 12), 6)
    head = QHBoxLayout()
    head.setSpacing(8)
    head.addWidget(title)
    head.addStretch(1)
    head.addWidget(remark)
    card.body.addLayout(head)
    return card


def _effect_row(each: Checked) -> tuple[str, ...]:
    effect, seen = each.effect, each.seen
    unit = effect.unit.strip() or (seen.unit if seen else "")
    told = _span(figure_words(seen.before), figure_words(seen.after), seen.unit) if seen else ""
    return (
        effect.aspect,
        effect.name,
        _span(effect.before, effect.after, unit),
        change_words(each.claimed),
        told or each.why,
        change_words(seen.difference) if seen else "",
        each.verdict.value,
    )


def _span(before: str, after: str, unit: str) -> str:
    return f"{before or '—'} → {after or '—'} {unit}".strip()
