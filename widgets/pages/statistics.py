"""汇总统计: how all dossiers stand, counted and drawn; a bar opens the list of what it counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.portfolio import Facet, Query, Value
from app.progress import Progress
from app.statistics import take_stock
from app.workbench import Workbench
from forms.evaluation import STAGE_NAMES, Stage
from forms.steps import STEPS
from grading.overview import Overview
from grading.statistics import LEVELS, UNKNOWN, Counted
from grading.statistics import Progress as Standing
from grading.workload import Workload
from widgets.actions import bind
from widgets.bars import KeyBar, KeyHint, PageHeader, TopBar
from widgets.controls import Button, Segment, SegmentedControl
from widgets.field_choice import Combo
from widgets.file_drop import ask_place
from widgets.home_work import list_dossiers, list_subsidies
from widgets.job_bar import JobBar, Notice
from widgets.jobs import Job
from widgets.pair_list import PairList
from widgets.scene_heat import HEADS, SceneHeat
from widgets.stacked_bars import WHOLE, BarRow, Part, StackedBars
from widgets.surfaces import Card, CardColumns, ScrollColumn
from widgets.text import TextLabel

_HINTS = (
    KeyHint(("Tab",), "下一处"),
    KeyHint(("↑", "↓"), "上一行、下一行"),
    KeyHint(("←", "→"), "选一段"),
    KeyHint(("回车",), "查看档案"),
)
_TWO_COLUMNS = 980
_FILTER, _FILTER_NARROW = 240, 158
_PEOPLE = 20
_TABLES = "表格 (*.xlsx)"
_LEVEL_PARTS = tuple(
    Part(head, "surface" if level is None else level)
    for head, level in zip(HEADS, LEVELS, strict=True)
)
_STANDING_PARTS = (
    Part("未签协议", "surface"),
    Part("进行中", "line2"),
    Part("已逾期", "block"),
    Part("已备齐", "ok"),
)
_ANY = {"district": "全部县（市、区）", "industry": "全部细分行业"}
_FACETS = {"district": Facet.DISTRICT, "industry": Facet.INDUSTRY}


class StatisticsPage(QWidget):
    """Over the list of dossiers. `closed()` when the person goes back, `narrowed(query)` when the
    list is to show what is behind a bar, `opened(dossier, target)` when one is to be worked on."""

    closed = Signal()
    narrowed = Signal(object)
    opened = Signal(object, object)
    crashed = Signal(object)

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self.bench = bench
        self._finished = False
        self._entries: Sequence[Counted] = ()
        self._seen: Overview | None = None
        self._counting: Job | None = None
        self._again = False
        self.top, self.head, self.keys = TopBar(), PageHeader("汇总统计"), KeyBar()
        self.notice, self.told, self.jobs = Notice(), Notice(tone="info"), JobBar()
        self.filters = {place: Combo(name) for place, name in _ANY.items()}
        stages = [Segment(stage.value, STAGE_NAMES[stage]) for stage in Stage]
        self.stage = SegmentedControl(
            stages, Stage.DIAGNOSIS.value, height=28, name="等级取自哪次评测"
        )
        self.funnel = StackedBars((Part("正在该步", "ctl"), Part("已过该步", "line2")))
        self.levels = {place: StackedBars(_LEVEL_PARTS) for place in _ANY}
        self.scenes, self.pairs = SceneHeat(), PairList()
        self.districts = StackedBars(_STANDING_PARTS, parts_too=False)
        self.providers = StackedBars(_STANDING_PARTS, parts_too=False)
        self.people = StackedBars(
            (Part("担任组长", "ctl"), Part("参加", "line2")),
            unit="份档案",
            parts_too=False,
            most=_PEOPLE,
        )
        self._lay_out()
        self._connect()
        self.refresh()

    # -- the page ---------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.top.set_identity("诊改工作台")
        self.top.set_search("")
        self.keys.set_hints(_HINTS, "数据保存在本机")
        for combo in self.filters.values():
            combo.setMinimumContentsLength(4)
            combo.setSizeAdjustPolicy(Combo.SizeAdjustPolicy.AdjustToContents)
            self.head.add_middle(combo)
        export = Button("导出统计表", icon="export")
        export.clicked.connect(self.choose_file)
        subsidies = Button("导出资金汇总表", icon="export")
        subsidies.setToolTip("各县（市、区）企业的合同、凭证、补助测算和拨付情况")
        subsidies.clicked.connect(self.choose_subsidy_file)
        self.head.add_right(subsidies, export)
        scroll = ScrollColumn((20, 16, 20, 20), 12)
        self._columns = CardColumns(self._left(), self._right())
        scroll.column.addWidget(self._columns)
        scroll.column.addWidget(_card("跨档案核对", self.pairs))
        scroll.column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        for part in (self.top, self.head, self.notice, self.told):
            whole.addWidget(part)
        whole.addWidget(scroll, 1)
        whole.addWidget(self.jobs)
        whole.addWidget(self.keys)

    def _left(self) -> tuple[Card, ...]:
        return (
            _card("各步骤企业数", self.funnel),
            _card("各场景等级（诊断）", self.scenes),
            _card("诊断人员工作量", self.people),
        )

    def _right(self) -> tuple[Card, ...]:
        return (
            _card("细分行业的等级", self.levels["industry"], beside=self.stage),
            _card("县（市、区）的等级", self.levels["district"]),
            _card("县（市、区）的进度", self.districts),
            _card("服务商的进度", self.providers),
        )

    def _connect(self) -> None:
        self.top.back.connect(self.leave)
        for combo in self.filters.values():
            combo.activated.connect(lambda _index: self._count())
        self.stage.chosen.connect(lambda _key: self._show_levels())
        self.funnel.activated.connect(self._take_step)
        for place, bars in self.levels.items():
            bars.activated.connect(
                lambda key, part, facet=_FACETS[place]: self._take_level(facet, key, part)
            )
        for bars, facet in ((self.districts, Facet.DISTRICT), (self.providers, Facet.PROVIDER)):
            bars.activated.connect(
                lambda key, _, facet=facet: self._narrow({facet: frozenset({key})})
            )
        # A team's members stand in no column: the list's search finds them by name.
        self.people.activated.connect(lambda key, _: self.narrowed.emit(Query(words=key)))
        self.pairs.opened.connect(self.opened)
        bind(self, "statistics.leave", self.leave)

    # -- counting ---------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read the summaries anew and count them, off the window's thread."""
        self._entries = ()
        self._count()

    def _count(self) -> None:
        """Count what the filters leave; asked again meanwhile, it is counted again afterwards."""
        if self._counting is not None:
            self._again = True
            return
        chosen = {place: self._chosen(place) for place in self.filters}
        held = self._entries
        bench = self.bench
        job = Job(lambda: take_stock(bench.store, bench.pack, held, chosen), self)
        job.finished.connect(self._counted)
        job.crashed.connect(self.crashed)
        job.ended.connect(self._ended)
        self._counting = job
        job.start()

    def _chosen(self, place: str) -> str | None:
        """What a filter keeps: a group's name, or None for all."""
        combo = self.filters[place]
        return combo.currentText() if combo.currentIndex() > 0 else None

    def _counted(self, found: object) -> None:
        if isinstance(found, tuple) and not self._finished:
            self._entries, self._seen, groups = found
            for place, combo in self.filters.items():
                _offer(combo, _ANY[place], groups[place])
            self._show(self._seen)

    def _ended(self) -> None:
        if self._counting is not None:
            self._counting.deleteLater()
        self._counting = None
        if self._again and not self._finished:
            self._again = False
            self._count()

    def _show(self, seen: Overview) -> None:
        note = f"{seen.total} 家"
        if seen.total < len(self._entries):
            note = f"{seen.total} / {len(self._entries)} 家"
        self.head.set_title("汇总统计", note)
        self.funnel.set_rows(
            [
                BarRow(str(row.number), f"{row.number}. {row.name}", (row.at, row.beyond))
                for row in seen.funnel
            ]
        )
        self._show_levels()
        self.scenes.set_rows(seen.scenes)
        self.districts.set_rows([_standing_row(row) for row in seen.districts])
        self.providers.set_rows([_standing_row(row) for row in seen.providers])
        self.people.set_rows([_people_row(row) for row in seen.workloads])
        self.pairs.set_pairs(seen.pairs, seen.names)

    def _show_levels(self) -> None:
        if self._seen is None:
            return
        stage = Stage(self.stage.current())
        for place, bars in self.levels.items():
            rows = self._seen.levels[place, stage]
            bars.set_rows([BarRow(_value(row.name), row.name, row.counts) for row in rows])

    # -- where it leads ---------------------------------------------------------------------------

    def _take_step(self, key: str, part: int) -> None:
        first, last = int(key), STEPS[-1].number
        steps = range(first, first + 1)
        if part != 0 and first < last:  # what went beyond the last step stands there still
            steps = range(first if part == WHOLE else first + 1, last + 1)
        unjudged: set[Value] = {None} if STEPS[0].number in steps else set()
        self._narrow({Facet.STEP: frozenset(steps) | unjudged})

    def _take_level(self, facet: Facet, key: str, part: int) -> None:
        by = {Stage.SELF: Facet.OWN_LEVEL, Stage.DIAGNOSIS: Facet.LEVEL}
        level = by.get(Stage(self.stage.current()))
        chosen: dict[Facet, frozenset[Value]] = {facet: frozenset({key})}
        if part != WHOLE and level is not None:  # the list knows no level after the retrofit
            chosen[level] = frozenset({LEVELS[part]})
        self._narrow(chosen)

    def _narrow(self, chosen: Mapping[Facet, frozenset[Value]]) -> None:
        held: dict[Facet, frozenset[Value]] = {
            _FACETS[place]: frozenset({_value(name)})
            for place in self.filters
            if (name := self._chosen(place)) is not None
        }
        self.narrowed.emit(Query(chosen={**held, **chosen}))

    def choose_file(self) -> None:
        """Ask where the tables are to stand."""
        ask_place(self, "导出统计表", "一企一档台账及统计.xlsx", _TABLES, self.write)

    def choose_subsidy_file(self) -> None:
        """Ask where the subsidies' table is to stand."""
        ask_place(self, "导出资金汇总表", "专项资金汇总.xlsx", _TABLES, self.write_subsidies)

    def write(self, path: Path) -> None:
        """Write the registry and the statistics of all dossiers, whatever the filters say."""
        self._run(lambda: list_dossiers(self.bench, path))

    def write_subsidies(self, path: Path) -> None:
        """Write the subsidies of all dossiers by district, whatever the filters say."""
        self._run(lambda: list_subsidies(self.bench, path))

    def _run(self, work: Callable[[], Iterator[Any]]) -> None:
        self.notice.say("")
        self.told.say("")
        job = Job(work, self)
        job.finished.connect(self._written)
        job.refused.connect(self.notice.say)
        job.crashed.connect(self.crashed)
        job.ended.connect(job.deleteLater)
        self.jobs.follow(job)
        job.start()

    def _written(self, last: object) -> None:
        if isinstance(last, Progress) and last.made is not None and not self._finished:
            self.told.say(f"{last.text}。文件位置：{last.made}")

    def leave(self) -> None:
        """Back to the list, unless a table is being written."""
        if self.jobs.busy():
            self.notice.say("正在导出，尚未完成，请等待完成或者取消后再离开。")
        else:
            self.finish()
            self.closed.emit()

    def finish(self) -> None:
        """The page closes: stop what runs, and wait for it."""
        self._finished = True
        self.jobs.wait()
        if self._counting is not None:
            self._counting.cancel()
            self._counting.wait()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= _TWO_COLUMNS
        self._columns.turn(beside=wide)
        for combo in self.filters.values():  # the title is not to give way to them
            combo.setMaximumWidth(_FILTER if wide else _FILTER_NARROW)


def _card(title: str, *parts: QWidget, beside: QWidget | None = None) -> Card:
    card = Card((16, 12))
    head = QHBoxLayout()
    head.addWidget(TextLabel(title, "section"), 1)
    if beside is not None:
        head.addWidget(beside)
    card.body.addLayout(head)
    for part in parts:
        card.body.addWidget(part)
    card.setAccessibleName(title)
    return card


def _offer(combo: Combo, every: str, names: Sequence[str]) -> None:
    """Offer these groups; the one that is chosen stays, while there is any of it."""
    held = combo.currentText()
    combo.blockSignals(True)
    combo.clear()
    combo.addItems([every, *names])
    combo.setCurrentIndex(max(combo.findText(held), 0))
    combo.blockSignals(False)


def _value(name: str) -> str:
    """What the list is filtered by for a group of this name."""
    return "" if name == UNKNOWN else name


def _standing_row(row: Standing) -> BarRow:
    counts = (row.unsigned, row.running, row.overdue, row.finished)
    notes = [f"有阻断 {row.blocked} 家"] if row.blocked else []
    notes += [f"退回 {row.returned} 家 {row.times} 次"] if row.returned else []
    notes += [f"未办结意见 {row.unanswered} 条"] if row.unanswered else []
    return BarRow(_value(row.name), row.name, counts, "，".join(notes))


def _people_row(row: Workload) -> BarRow:
    hours = f"{row.minutes / 60:.1f}".removesuffix(".0")
    notes = [f"现场 {row.visits} 次 {hours} 小时"]
    if row.due is not None:
        notes.append(f"最长逾期 {-row.due} 天" if row.due < 0 else f"最近余 {row.due} 天")
    house = f"（{row.organisation}）" if row.organisation else ""
    counts = (row.led, row.dossiers - row.led)
    return BarRow(row.name, f"{row.name}{house}", counts, "，".join(notes))
