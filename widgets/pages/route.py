"""The routes to the next level: compared, one chosen or put together, and adopted."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app import route
from app.progress import Progress
from exporters.route_rows import Ground
from forms.dossier import File
from forms.errors import UserError
from forms.evaluation import Stage
from forms.instrument import NUMERALS, points_text
from grading.chosen import (
    outcome,
    reaches,
    route_steps,
    steps_of,
    way_of,
)
from grading.finding import Target
from grading.ways import Step, Way, pack_costs, price_costs, ways
from widgets.bars import PageHeader
from widgets.controls import Button, Kind, Segment, SegmentedControl
from widgets.desk import Desk
from widgets.field_base import LineEdit
from widgets.pages.base import KeyHints, LivePage
from widgets.pages.route_cards import RouteCard, RouteView, remark, route_view
from widgets.pages.route_list import StepList
from widgets.surfaces import EmptyHint, EmptyState, ScrollColumn, Toast, empty
from widgets.text import TextLabel

LETTERS = "甲乙丙丁"
OWN = "自拟"
_CARD, _GAP = 280, 14  # px: the least width of a card that cuts nothing, and what is between two


class RoutePage(LivePage):
    """The routes as cards; below them every measure with its tick and the provider's price."""

    key = "route"
    title = "达级路线"
    findings_beside = False
    own_refusals = True

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.cards: dict[str, RouteCard] = {}
        self._level, self._letter = 0, ""
        self._own: frozenset[Step] | None = None
        self._ways: dict[str, Way] = {}
        self._done: route.Adopted | None = None
        self._make_header()
        self._make_body()
        self.toast = Toast(self)
        self.toast.undone.connect(self._take_back)
        desk.changed.connect(self.lay_out)
        desk.refused.connect(self._refuse)

    # -- laying out --------------------------------------------------------------------------------

    def _make_header(self) -> None:
        self._head = PageHeader(self.title)
        self.levels = SegmentedControl((), name="目标等级")
        self.levels.chosen.connect(self._aim)
        kinds = (Segment("effort", "按工作量"), Segment("price", "按报价"))
        self.weighing = SegmentedControl(kinds, "effort", name="路线比较的依据")
        self.weighing.chosen.connect(lambda _key: self._anew())
        self._head.add_middle(self.levels, self.weighing)
        self.compose = Button("另拟一条")
        self.compose.clicked.connect(self._compose)
        self.adopt_button = Button("采用", Kind.PRIMARY)
        self.adopt_button.clicked.connect(self.adopt)
        self._head.add_right(self.compose, self.adopt_button)

    def _make_body(self) -> None:
        self.lack = [TextLabel("", "section", token) for token in ("ink", "block", "ink", "block")]
        head = QHBoxLayout()
        head.setSpacing(8)
        for label in self.lack:
            head.addWidget(label)
        head.addStretch(1)
        self.note = TextLabel("", "dense", "ink2", wrap=True)
        self.trouble = TextLabel("", "dense", "block", wrap=True)
        self.trouble.hide()
        self._grid = QGridLayout()
        self._grid.setSpacing(_GAP)
        self._content = QWidget()
        column = QVBoxLayout(self._content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(self.note)
        column.addWidget(self.trouble)
        column.addLayout(self._grid)
        column.addLayout(self._make_period())
        self.list = StepList(self.desk)
        self.list.ticked.connect(self._tick)
        self.list.priced.connect(self.refresh)
        self.list.refused.connect(self._refuse)
        self.list.told.connect(lambda words: self.toast.say(words, undo=False))
        column.addWidget(self.list)
        self._scroll = ScrollColumn((20, 14, 20, 20), 14)
        self._scroll.column.addWidget(self._content)
        self._blank = QVBoxLayout()
        self._scroll.column.addLayout(self._blank)
        self._scroll.column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._scroll)

    def _make_period(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.start, self.months = LineEdit("开工月份"), LineEdit("工期（月）")
        self.start.setPlaceholderText("如 2026年3月")
        for label, edit, width in (("开工月份", self.start, 130), ("工期（月）", self.months, 70)):
            edit.setFixedWidth(width)
            row.addWidget(TextLabel(label, "dense"))
            row.addWidget(edit)
        words = "写入表10“实施时间”；不填则留空。“成本预估”按所填报价合计，缺报价的项目留空。"
        row.addWidget(TextLabel(words, "meta", "ink2", keep=False), 1)
        return row

    def header(self) -> QWidget:
        return self._head

    def hints(self) -> KeyHints:
        many = len(self.cards)
        return ((("1", f"{many}"), "选路线"), (("回车",), "采用"), (("F6",), "待办问题"))

    def go_to(self, target: Target) -> None:
        if self._letter in self.cards:
            self.cards[self._letter].setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """As many cards in a row as there is room for."""
        cards = list(self.cards.values())
        fit = (self.width() - 40 + _GAP) // (_CARD + _GAP)
        columns = min(max(len(cards), 1), max(fit, 1))
        for card in cards:
            self._grid.removeWidget(card)
        for place, card in enumerate(cards):
            self._grid.addWidget(card, place // columns, place % columns)
        for column in range(5):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)

    # -- what is shown -----------------------------------------------------------------------------

    def _base(self) -> Ground:
        return route.ground(self.desk.bench, self.desk.dossier)

    def _anew(self) -> None:
        """Another target or another weighing: the proposals come first again."""
        self._own, self._letter = None, ""
        self.refresh()

    def _aim(self, level: str) -> None:
        self._level = int(level)
        self._anew()

    def refresh(self) -> None:
        grade = self.desk.grade(Stage.DIAGNOSIS)
        table = self.desk.pack.instrument
        aims = [r.level for r in table.levels if r.level > max(grade.level, 1)]
        open_ = grade.complete and bool(aims)
        for part in (self._content, self.compose, self.adopt_button, self.levels, self.weighing):
            part.setVisible(open_)
        self._show_blank(grade.complete, bool(aims))
        if not open_:
            return
        wanted = self.desk.dossier.one(File).target_level
        if self._level not in aims:
            self._level = wanted if wanted in aims else aims[0]
        self.levels.set_segments(
            [Segment(str(level), f"{NUMERALS[level]}级") for level in aims], str(self._level)
        )
        base = self._base()
        self._find(base)
        self._show_lack(base)
        self._show_cards(base)
        self.list.show_steps(base, self._level, self._taken(base))
        self._show_live(base)

    def _show_blank(self, complete: bool, more: bool) -> None:
        empty(self._blank)
        if complete and more:
            return
        hint = (
            EmptyHint("已达最高等级", "没有更高的等级可作目标。")
            if complete
            else EmptyHint(
                "诊断尚未全部作答", "水平评测各项作答齐全后，在此给出路线。", "", "walk", "去作答"
            )
        )
        state = EmptyState([hint])
        state.activated.connect(lambda page: self.jump.emit(Target(page)))
        self._blank.addWidget(state)

    def _find(self, base: Ground) -> None:
        """The ways on offer by their letters, and the one that was put together or adopted."""
        costs = pack_costs(base.advice)
        by_price = self.weighing.current() == "price"
        weighed = price_costs(base.advice, base.prices) if by_price else costs
        found = ways(base.instrument, base.sheet, self._level, weighed)
        self._ways = dict(zip(LETTERS, found, strict=False))
        adopted = frozenset(route_steps(base.dossier))
        own = self._own
        if own is None and adopted and not any(way.steps == adopted for way in found):
            own = adopted
        if own is not None:
            way = way_of(base.instrument, base.sheet, self._level, costs, own, "另行拟定")
            if way.measures or self._own is not None:
                self._ways[OWN] = way
        if self._letter not in self._ways:
            mine = [key for key, way in self._ways.items() if way.steps == adopted]
            self._letter = next(iter([*mine, *self._ways]), "")

    def _show_lack(self, base: Ground) -> None:
        now = outcome(base.instrument, base.sheet, ()).conditions[self._level - 1]
        rule = now.rule
        points = max(0, rule.min_score - now.points)
        binding = max(0, rule.min_binding_scenes - now.binding_scenes)
        scenes = max(0, rule.min_scenes - now.scenes, binding)
        more = f"{scenes} 个场景" if scenes else ""
        words = (
            f"到{NUMERALS[self._level]}级还差",
            f"{points_text(points)} 分" if points else "",
            "和" if points and scenes else "",
            more,
        )
        for label, word in zip(self.lack, words, strict=True):
            label.setText(word)
            label.setVisible(bool(word))
            label.updateGeometry()
        offered = sum(key != OWN for key in self._ways)
        by_price = self.weighing.current() == "price"
        self.note.setText(remark(base, now, offered, by_price=by_price))
        self.note.updateGeometry()

    def _show_cards(self, base: Ground) -> None:
        adopted = frozenset(route_steps(base.dossier))
        shown = {
            key: route_view(key, way, base, adopted=bool(adopted) and way.steps == adopted)
            for key, way in self._ways.items()
        }
        if {key: card.shown for key, card in self.cards.items()} != shown:
            self._make_cards(shown)
        for key, card in self.cards.items():
            card.setChecked(key == self._letter)
        way = self._ways.get(self._letter)
        ready = way is not None and reaches(base.instrument, base.sheet, way)
        self.adopt_button.setText(f"采用{self._letter}，写入表9至表11")
        self.adopt_button.setAccessibleName(self.adopt_button.text())
        self.adopt_button.setEnabled(ready)
        self.adopt_button.updateGeometry()

    def _make_cards(self, shown: dict[str, RouteView]) -> None:
        held = next((key for key, card in self.cards.items() if card.hasFocus()), "")
        for card in self.cards.values():
            self._grid.removeWidget(card)
            card.setParent(None)
            card.deleteLater()
        self.cards = {key: RouteCard(view) for key, view in shown.items()}
        for key, card in self.cards.items():
            card.clicked.connect(lambda _on=False, key=key: self.choose(key))
            card.adopt.connect(self.adopt)
        self._arrange()
        if held in self.cards:
            self.cards[held].setFocus()
        self.hints_changed.emit()

    def _show_live(self, base: Ground) -> None:
        """What comes of the current route, above the list in which it is changed."""
        way = self._ways.get(self._letter)
        if way is None:
            self.list.say("", "ink2")
            return
        view = route_view(self._letter, way, base, adopted=False)
        there = reaches(base.instrument, base.sheet, way)
        bad = next((note for icon, _, note in view.notes if icon == "block"), "尚未达到")
        ends = f"达到{NUMERALS[self._level]}级" if there else bad
        words = f"{self._letter}：到达后 {view.points} 分，{view.rest}，{ends}。"
        self.list.say(words, "ok" if there else "block")

    def _taken(self, base: Ground) -> frozenset[Step]:
        way = self._ways.get(self._letter)
        measures = way.measures if way is not None else ()
        return frozenset(
            step for m in measures for step in steps_of(base.instrument, base.sheet, m)
        )

    # -- what a person does ------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        place = event.key() - int(Qt.Key.Key_1)
        keys = list(self.cards)
        if 0 <= place < len(keys) and not event.modifiers():
            self.choose(keys[place])
            self.cards[keys[place]].setFocus()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.adopt()
        else:
            super().keyPressEvent(event)

    def choose(self, letter: str) -> None:
        """Make a route the current one."""
        self._letter = letter
        self.refresh()

    def _compose(self) -> None:
        """另拟一条: from the current route, measure by measure."""
        self.list.begin()
        bar = self._scroll.verticalScrollBar()
        bar.setValue(self.list.mapTo(self._content, QPoint(0, 0)).y())

    def _tick(self, step: Step, on: bool) -> None:
        base = self._base()
        taken, rows = set(self._taken(base)), self.list.table.steps.rows
        same = [row.step for row in rows if row.step[0] == step[0] and row.chained]
        place = same.index(step) if step in same else -1
        if on:
            taken |= {step, *(same[: place + 1] if same else ())}
        else:
            taken -= {step, *(same[place:] if place >= 0 else ())}
        self._own, self._letter = frozenset(taken), OWN
        self.refresh()

    def _refuse(self, sentence: str) -> None:
        self.trouble.setText(sentence)
        self.trouble.setVisible(bool(sentence))
        self.trouble.updateGeometry()

    def adopt(self) -> None:
        """Keep the current route, and write tables 9 to 11 from it."""
        way = self._ways.get(self._letter)
        if way is None or not self.adopt_button.isEnabled():
            return
        try:
            start, months = route.read_period(self.start.text(), self.months.text())
        except UserError as error:
            self._refuse(str(error))
            return
        self._refuse("")
        bench, dossier, level = self.desk.bench, self.desk.dossier_id, self._level
        steps = way.steps

        def work() -> Iterator[Progress]:
            self._done = route.adopt(bench, dossier, level, steps, start, months)
            yield Progress(1, 1, "已写入表9至表11")

        job = self.desk.job(work)
        job.finished.connect(lambda _last: self._adopted())
        job.ended.connect(job.deleteLater)
        job.start()

    def _adopted(self) -> None:
        self._own = None
        if self._done is not None:
            done = self._done
            self.toast.say(
                f"已采用{self._letter}，拟写需求 {done.needs} 条、项目 {done.projects} 个、"
                f"产品和服务 {done.products} 项，待逐行确认"
            )

    def _take_back(self) -> None:
        done, self._done = self._done, None
        if done is None:
            return
        bench, dossier = self.desk.bench, self.desk.dossier_id

        def work() -> Iterator[Progress]:
            route.take_back(bench, dossier, done)
            yield Progress(1, 1, "已撤销采用")

        job = self.desk.job(work)
        job.ended.connect(job.deleteLater)
        job.start()
