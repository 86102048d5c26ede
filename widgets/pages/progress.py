"""改造实施: the retrofit at a glance. Nothing is entered here; every mark and cell leads on."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.review import Review
from forms.steps import PAGES
from forms.visit import PHASES
from grading.finding import Target
from grading.rules.retrofit_view import Mark, calendar, synchronisations
from widgets.bars import PageHeader, StatusNote
from widgets.desk import Desk
from widgets.form_page import ways
from widgets.pages.base import KeyHints, Page
from widgets.retrofit_chart import RetrofitChart
from widgets.surfaces import Card, EmptyHint, EmptyState, ScrollColumn
from widgets.sync_grid import SyncGrid
from widgets.text import TextLabel


class ProgressPage(Page):
    """Contracts, milestones and trainings on the calendar; the three synchronisations."""

    key = "progress"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.title = PAGES[self.key].name
        self._header = PageHeader(self.title)
        self.note = StatusNote()
        self._header.add_middle(self.note)
        self.chart, self.grid = RetrofitChart(), SyncGrid()
        self.undated = TextLabel("", "meta", "warn", wrap=True)
        self.empty = EmptyState(
            (
                EmptyHint("还没有改造合同", "登记合同", "", "contracts", "登记"),
                EmptyHint("还没有实施节点", "登记节点", "", "milestones", "登记"),
            )
        )
        self._schedule = self._card(
            "合同、节点和培训",
            "横条为合同的实施期限，菱形为实施节点，圆点为改造培训；点选可到填写处。",
            (self.chart, self.undated, self.empty),
        )
        self._sync = self._card(
            "三个同步",
            "工程实施前、实施中、实施后，同时规划培训方案、同时跟进培训实施、同步验收培训效果，"
            "面向企业全员（方案 三（二）3）。",
            (self.grid,),
        )
        self._lay_out_cards()
        for part in (self.chart, self.grid):
            part.activated.connect(self.jump)
        self.empty.activated.connect(lambda page: self.jump.emit(Target(page)))

    def _card(self, title: str, note: str, parts: tuple[QWidget, ...]) -> Card:
        card = Card((20, 16), 10)
        card.body.addWidget(TextLabel(title, "section"))
        card.body.addWidget(TextLabel(note, "meta", "ink2", wrap=True))
        for part in parts:
            card.body.addWidget(part)
        return card

    def _lay_out_cards(self) -> None:
        view = ScrollColumn((20, 14, 20, 20), 14)
        view.column.addWidget(self._schedule)
        view.column.addWidget(self._sync)
        view.column.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(view, 1)
        column.addWidget(ways(self))

    def show_review(self, review: Review) -> None:
        days = calendar(review.dossier, review.today)
        self.chart.show_calendar(days, review.today)
        self.chart.setVisible(days.days is not None)
        self.empty.setVisible(days.days is None)
        self.undated.setText("；".join(days.undated) + "。" if days.undated else "")
        self.undated.setVisible(bool(days.undated))
        cells = synchronisations(review.dossier, review.photos.values(), review.today)
        self.grid.show_cells(cells)
        late = sum(spot.mark is Mark.LATE for spot in days.spots)
        whole = sum(cell.state == "done" for cell in cells)
        of = len(PHASES) * 3
        words = f"三个同步已齐 {whole}/{of} 项"
        icon, token = ("check", "ok") if whole == of and not late else ("clock", "ink2")
        if late:
            words, token = f"{late} 个节点已逾期，{words}", "block"
        self.note.set_note(words, icon, token)

    def hints(self) -> KeyHints:
        return ((("←", "→"), "节点与培训"), (("回车",), "去填写"), (("F6",), "待办问题"))

    def header(self) -> QWidget:
        return self._header
