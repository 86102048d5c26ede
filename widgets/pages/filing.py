"""备案申请表 (附件4): part by part, each with what the dossier holds for it already."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from app.review import Review
from forms.dossier import Effect, Filing, FilingChange
from forms.figures import Figures
from forms.record import form_of, split_path
from forms.steps import PAGES
from grading.finding import Severity, Target
from grading.rules.filing_view import asked, measured_effects
from widgets.actions import bind
from widgets.bars import PageHeader
from widgets.controls import Button, Kind, Segment, SegmentedControl
from widgets.desk import Desk
from widgets.filing_cards import FreezeCard, OfferCard, PartnersCard
from widgets.form_page import FORM_HINTS, WIDEST, ways
from widgets.list_pane import Listed, ListPane
from widgets.pages.base import KeyHints, Page
from widgets.record_form import Section
from widgets.tabbed_page import FormPart
from widgets.text import TextLabel

#: The form's parts by key: the tab's words, and its sections.
PARTS: dict[str, tuple[str, tuple[Section, ...]]] = {
    "profile": (
        "基本情况",
        (
            Section(
                "试点企业改造前填写",
                ("summary", "revenue", "profit", "insured", "invested"),
                "企业名称至所属细分行业取自“企业基本情况”；人均营业收入由营业收入和参保人数算出。",
            ),
        ),
    ),
    "needs": (
        "改造需求",
        (
            Section("需求", ("base_needs", "operation_needs", "other_needs")),
            Section("软件需求", ("software", "software_other")),
            Section("希望得到的支持", ("support", "support_other")),
        ),
    ),
    "project": (
        "改造情况",
        (
            Section("计划投入与云应用", ("plan_year", "plan_two_years", "cloud", "cloud_other")),
            Section("改造项目", ("starts_on", "ends_on", "total_cost", "target", "content")),
        ),
    ),
    "words": (
        "成效说明",
        (
            Section(
                "改造前、改造后",
                ("before", "after"),
                "不能用指标表达的成效在这里写，印在该方面的指标之后。",
            ),
        ),
    ),
    "declaration": (
        "声明意见",
        (
            Section(
                "签字盖章之后填写",
                ("declared_on", "district_opinion", "district_on"),
                "签字盖章的申请表在“文书与签章”归入扫描件。",
            ),
        ),
    ),
}
EFFECTS = Listed(
    Effect,
    "成效指标",
    "指标",
    ("aspect", "name", "before", "after", "unit", "better", "source", "basis"),
    (
        Section("", ("aspect", "better", "name", "unit", "before", "after")),
        Section(
            "统计期与依据",
            ("before_period", "after_period", "source", "basis", "evidence"),
            "对应评测数据的，评测机构复评后据此核对。",
        ),
    ),
)


def _fields(part: str) -> list[str]:
    return [name for section in PARTS[part][1] for name in section.fields]


_ORDER = ("profile", "needs", "project", "effect", "words", "declaration")


class FilingPage(Page):
    """The parts behind tabs, each named with how many of its entries are still empty."""

    key = "filing"
    own_refusals = True
    findings_beside = False

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.title = PAGES[self.key].name
        self.parts = {
            key: FormPart(desk, ((Filing, sections),), at_once=int(key == _ORDER[0]))
            for key, (_, sections) in PARTS.items()
        }
        self.effects = ListPane(desk, EFFECTS)
        self.offers: dict[str, OfferCard] = {}
        self.freeze, self.partners = FreezeCard(desk), PartnersCard(desk)
        self._stack = QStackedLayout()
        self._make_header()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._stack, 1)
        for key in _ORDER:
            self._stack.addWidget(self.parts[key] if key in self.parts else self._effect_part())
        column.addWidget(ways(self))
        self._fill_parts()
        self._connect()
        self.lay_out()

    def _make_header(self) -> None:
        self._head = PageHeader(self.title)
        self.tabs = SegmentedControl((), "", name=self.title)
        self.tabs.chosen.connect(self.show_part)
        self._head.add_middle(self.tabs)
        self._add = Button("添加指标", Kind.PRIMARY, icon="plus")
        self._add.clicked.connect(self.effects.add)
        self._measure = Button("按评测数据添加", icon="chart", height=28)
        self._measure.setToolTip("把诊断时已有的评测数据逐项添加为指标，改造前的数值随之填入")
        self._measure.clicked.connect(self.add_measured)
        self._head.add_right(self._add)

    def _effect_part(self) -> QWidget:
        """The indicators below what annex 4 asks of them."""
        host, row = QWidget(), QHBoxLayout()
        row.setContentsMargins(24, 10, 24, 6)
        note = "附件4：尽量用若干定量指标，从创新、市场、提质、降本、增效、绿色、安全等方面描述。"
        row.addWidget(TextLabel(note, "meta", "ink2", keep=False), 1)
        row.addWidget(self._measure)
        column = QVBoxLayout(host)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.effects, 1)
        return host

    def _fill_parts(self) -> None:
        """What stands above the fields of each part."""
        for key, part in self.parts.items():
            card = self.offers[key] = OfferCard(self.desk, _fields(key))
            card.taken.connect(self.lay_out)
            part.column.insertWidget(0, card)
            card.setMaximumWidth(WIDEST)
            part.column.addStretch(1)
        for key, above in (("profile", self.freeze), ("project", self.partners)):
            above.setMaximumWidth(WIDEST)
            self.parts[key].column.insertWidget(1, above)

    def _connect(self) -> None:
        self.partners.activated.connect(self.jump)
        self.freeze.restored.connect(self.lay_out)
        self.effects.changed_count.connect(self._name_tabs)
        bind(self, "filing.add", self._new)
        self.desk.changed.connect(self._follow)

    def _new(self) -> None:
        if self.part == "effect":
            self.effects.add()

    @property
    def part(self) -> str:
        """The part in view."""
        return _ORDER[self._stack.currentIndex()]

    def show_part(self, key: str) -> None:
        """Show a part; what is refused holds its own in view."""
        if self.flush():
            self._stack.setCurrentIndex(_ORDER.index(key))
        self._name_tabs()
        self.hints_changed.emit()

    def _name_tabs(self) -> None:
        segments, blank = [], set(asked(self.desk.dossier))
        for key in _ORDER:
            if key == "effect":
                segments.append(Segment(key, EFFECTS.name, str(self.effects.count())))
                continue
            left = len(blank.intersection(_fields(key)))
            segments.append(Segment(key, PARTS[key][0], f"缺{left}" if left else ""))
        self.tabs.set_segments(segments, self.part)
        self._add.setVisible(self.part == "effect")

    def _follow(self) -> None:
        """After an edit: what it leaves open, what is offered for it."""
        for card in self.offers.values():
            card.lay_out()
        self.freeze.lay_out()
        self._name_tabs()

    def lay_out(self) -> None:
        for part in self.parts.values():
            part.lay_out()
        self.effects.lay_out()
        self.partners.lay_out()
        self._follow()

    def show_review(self, review: Review) -> None:
        kept = {row.id for row in review.dossier.all(FilingChange)}
        if kept - {row.id for row in self.desk.dossier.all(FilingChange)}:
            # What an edit of the first part kept of it is not on the desk's snapshot yet.
            QTimer.singleShot(0, self, self.desk.refresh)
        marks: dict[UUID, Severity] = {}
        for finding in reversed(review.findings):
            if finding.target is not None and finding.target.record is not None:
                marks[finding.target.record] = finding.severity
        self.effects.table.records.refresh(marks)
        self.effects.form.refresh()
        for part in self.parts.values():
            for form in part.records:
                form.refresh()
        self.freeze.lay_out()

    def add_measured(self) -> None:
        """Add the figures that the diagnosis has as indicators, where they are not there yet."""
        if not self.flush():
            return
        figures = Figures.parse(self.desk.pack.figures, self.desk.pack.instrument)
        with self.desk.batch():
            for values in measured_effects(self.desk.dossier, figures):
                self.desk.add(form_of(Effect), **values)

    def flush(self) -> bool:
        kept = [part.flush() for part in self.parts.values()]
        return False not in [*kept, self.effects.flush(), self.freeze.flush()]

    def go_to(self, target: Target) -> None:
        if self.desk.dossier.find(Effect, target.record) is not None:
            self.show_part("effect")
            self.effects.choose(target.record)
            self.effects.fill_in(target.field)
            return
        change = self._change(target.record)
        if change is not None:
            self.show_part("profile")
            self.freeze.focus(change.field)
            return
        name, _ = split_path(target.field)
        for key, part in self.parts.items():
            if name in part.records[0].fields:
                self.show_part(key)
                part.fill_in(target.field)

    def _change(self, record_id: UUID | None) -> FilingChange | None:
        if not any(record_id == row.id for row in self.desk.dossier.all(FilingChange)):
            self.desk.refresh()  # an edit on another page may have brought it
        return self.desk.dossier.find(FilingChange, record_id)

    def header(self) -> QWidget:
        return self._head

    def hints(self) -> KeyHints:
        if self.part != "effect":
            return FORM_HINTS
        return (
            (("Ctrl N",), "添加指标"),
            (("↑", "↓"), "选择"),
            (("回车",), "填写"),
            (("Delete",), "撤回"),
            (("F6",), "待办问题"),
        )
