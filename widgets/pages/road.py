"""进程: the whole road of fourteen steps at a glance, what is next, and every deadline."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.outside import plain_name
from app.review import Review
from app.schedule import export_schedule
from forms.dossier import Enterprise
from forms.steps import HALVES
from grading.finding import Target
from grading.journey import Road, StepView
from widgets.bars import PageHeader
from widgets.controls import Button, Kind
from widgets.desk import Desk
from widgets.dossier_nav import first_page
from widgets.file_drop import ask_place
from widgets.flow_layout import FlowLayout
from widgets.job_bar import Notice
from widgets.marks import Tag
from widgets.pages.base import KeyHints, Page
from widgets.road_rows import LEGEND, DeadlineRow, StepRow, left_words
from widgets.surfaces import Card, ScrollColumn, empty
from widgets.text import TextLabel

_TWO_COLUMNS = 900
_WATCHED = (
    "各步骤的状态、日期和期限由档案内容得出，无需手工勾选。"
    "第三方智库单位对整个过程实施监督管理（方案 二（三））。"
)
_NOTHING_DUE = "档案中还没有可计算的期限：签订协议、填写名单公布日期和改造合同后列出。"
_ALL_DONE = "十四个步骤均已完成。"


class RoadPage(Page):
    """Nothing is entered here; every row leads to where it is."""

    key = "road"
    title = "进程"
    findings_beside = False

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.head = PageHeader(self.title)
        self.calendar = Button("导出日程", icon="export")
        self.calendar.setToolTip(
            "把现场诊断和各项期限导出为日历文件（.ics），可导入手机和电脑的日历"
        )
        self.calendar.clicked.connect(lambda: self.ask_calendar())
        self.head.add_right(self.calendar)
        self.told = Notice(tone="info")
        self.steps: list[StepRow] = []
        self.due: list[DeadlineRow] = []
        self._road: Road | None = None
        self._build()

    def _build(self) -> None:
        self.next_title = TextLabel("", "section", keep=False)
        self.next_words = TextLabel("正在核对档案…", "body", "ink2", wrap=True)
        self.go = Button("去办理", Kind.PRIMARY, trailing="chevron-right")
        self.go.clicked.connect(lambda: self._take(self._road.current if self._road else None))
        self.go.hide()
        self.soon, self.soon_left = TextLabel("", "dense", "ink2", keep=False), Tag("")
        head, line = QHBoxLayout(), QHBoxLayout()
        head.addWidget(self.next_title, 1)
        head.addWidget(self.go)
        line.setSpacing(8)
        line.addWidget(self.soon)
        line.addWidget(self.soon_left)
        line.addStretch(1)
        top = Card((20, 10), 2)
        top.body.addLayout(head)
        top.body.addWidget(self.next_words)
        top.body.addLayout(line)
        self._halves = {half: Card((10, 10), 0) for half in HALVES}
        self._grid = QGridLayout()
        self._grid.setSpacing(12)
        self._deadlines = Card((10, 12), 0)
        body = ScrollColumn((20, 12, 20, 16), 12)
        body.column.addWidget(top)
        body.column.addLayout(self._grid)
        legend = FlowLayout(gap=(8, 4))
        for words, tone, glyph in LEGEND:
            legend.addWidget(Tag(words, tone, glyph))
        body.column.addLayout(legend)
        body.column.addWidget(self._deadlines)
        body.column.addWidget(TextLabel(_WATCHED, "meta", "ink3", wrap=True))
        body.column.addStretch(1)
        self._body = body
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.told)
        column.addWidget(body)
        self._arrange()

    def header(self) -> QWidget:
        return self.head

    def hints(self) -> KeyHints:
        return ((("↑", "↓"), "上一步／下一步"), (("←", "→"), "另一阶段"), (("回车",), "打开该步骤"))

    def show_review(self, review: Review) -> None:
        road = review.road
        if road == self._road:
            return
        held = next((n for n, row in enumerate(self.steps) if row.hasFocus()), None)
        self._road = road
        self.head.set_title(self.title, f"已完成 {road.done} / {len(road.steps)} 步")
        self._show_next(road, review)
        self._show_steps(road)
        self._show_deadlines(road, review)
        if held is not None:
            self.steps[held].setFocus()

    def _show_next(self, road: Road, review: Review) -> None:
        now = road.current
        clause = self.desk.pack.cite(now.step.clause) if now else ""
        named = f"现在：{now.step.number}. {now.step.name}（{clause}）" if now else ""
        self.next_title.setText(named or "全程已完成")
        self.next_words.setText((now.next if now else _ALL_DONE) or "请核对本步骤的待办问题。")
        self.go.setVisible(now is not None)
        due = next((each for each in road.deadlines if each.open), None)
        for part in (self.soon, self.soon_left):
            part.setVisible(due is not None)
        if due is not None:
            self.soon.setText(f"最近的期限：{due.day.isoformat()}　{due.title}")
            self.soon_left.set(*left_words(due, review.today))

    def _show_steps(self, road: Road) -> None:
        self.steps = []
        for half, card in self._halves.items():
            empty(card.body)
            own = [view for view in road.steps if view.step.half == half]
            caption = TextLabel(HALVES[half], "meta", "ink3")
            caption.setContentsMargins(10, 0, 0, 2)
            card.body.addWidget(caption)
            for view in own:
                row = StepRow(
                    view, current=view is road.current, first=view is own[0], last=view is own[-1]
                )
                row.clicked.connect(partial(self._take, view))
                row.stepped.connect(partial(self._step, self.steps, len(self.steps)))
                self.steps.append(row)
                card.body.addWidget(row)
            card.body.addStretch(1)

    def _show_deadlines(self, road: Road, review: Review) -> None:
        empty(self._deadlines.body)
        pressing = sum(each.open for each in road.deadlines)
        title = TextLabel(f"期限（未办结 {pressing} 项）" if pressing else "期限", "section")
        title.setContentsMargins(10, 0, 0, 4)
        self._deadlines.body.addWidget(title)
        self.due = [DeadlineRow(each, review.today) for each in road.deadlines]
        for place, row in enumerate(self.due):
            row.clicked.connect(partial(self._jump, row.deadline.target))
            row.stepped.connect(partial(self._step, self.due, place))
            self._deadlines.body.addWidget(row)
        if not self.due:
            nothing = TextLabel(_NOTHING_DUE, "dense", "ink2", wrap=True)
            nothing.setContentsMargins(10, 0, 10, 4)
            self._deadlines.body.addWidget(nothing)

    def _take(self, view: StepView | None, _on: bool = False) -> None:
        """Go where a step begins, or to its first finding where one stops it."""
        if view is None:
            return
        target = next((f.target for f in view.findings if f.target), None)
        if view.state == "blocked" and target is not None:
            self.jump.emit(target)
        else:
            self.jump.emit(Target(first_page(view.step)))

    def _jump(self, target: Target, _on: bool = False) -> None:
        self.jump.emit(target)

    def _step(self, rows: Sequence[QWidget], place: int, by: int) -> None:
        if 0 <= place + by < len(rows):
            rows[place + by].setFocus(Qt.FocusReason.OtherFocusReason)
            self._body.ensureWidgetVisible(rows[place + by], 0, 12)

    def _arrange(self) -> None:
        """Both halves side by side where there is room, else one below the other."""
        wide = self.width() >= _TWO_COLUMNS
        for place, card in enumerate(self._halves.values()):
            self._grid.addWidget(card, 0 if wide else place, place if wide else 0)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1 if wide else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def ask_calendar(self) -> None:
        """Choose where the calendar goes."""
        enterprise = self.desk.dossier.one(Enterprise).name.strip() or "未命名企业"
        name = f"{plain_name(enterprise)}-日程.ics"
        ask_place(self, "导出日程", name, "日历文件 (*.ics)", self.write_calendar)

    def write_calendar(self, path: Path) -> None:
        """Write it, and say so."""
        bench, dossier_id = self.desk.bench, self.desk.dossier_id
        job = self.desk.job(lambda: export_schedule(bench, path, dossier_id))
        job.finished.connect(lambda last: self.told.say(last.text))
        job.ended.connect(job.deleteLater)
        job.start()
