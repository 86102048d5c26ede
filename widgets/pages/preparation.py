"""Before the visit: the conditions for a pilot enterprise, the contacts, the visit's plan."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QStackedLayout, QVBoxLayout, QWidget

from app.preparation import industry_hints, propose
from app.review import Review
from forms.dossier import AgendaItem, Background, Contact, Eligibility, Plan
from forms.errors import UserError
from forms.preparation import DRAFTABLE
from forms.record import Record, form_of
from forms.steps import PAGES
from grading.finding import Target
from grading.pilot import conditions
from widgets.actions import bind
from widgets.bars import PageHeader
from widgets.controls import Button, Kind, Segment, SegmentedControl
from widgets.desk import Desk
from widgets.form_page import FORM_HINTS, FormPage, ways
from widgets.list_page import ListPage
from widgets.list_pane import Listed, ListPane
from widgets.marks import Tag
from widgets.pages.base import KeyHints, Page
from widgets.record_form import RecordForm, Section
from widgets.surfaces import Card, ScrollColumn, Toast, empty
from widgets.text import TextLabel

_WIDEST = 1080
_HINTS = 8
"""So many of the heaviest gaps are told with what the pack knows of the industry."""


def _condition(title: str, field: str, note: str = "") -> Section:
    return Section(title, (field, f"{field}_on", f"{field}_by"), note, frozenset({field}))


class PilotPage(FormPage):
    """What the bureau's notice asks of a pilot enterprise: what holds, and who found it when."""

    key = "pilot"
    forms = (
        (
            Eligibility,
            (
                _condition("注册地", "registered", "对照营业执照核实，不按填写的地址推定。"),
                _condition("企业划型", "sme", "以企业规模和统计数据核实。"),
                _condition("信用情况", "trusted", "查询信用信息后填写。"),
                _condition("项目所在地", "local"),
                Section("项目期限和依据", ("project_from", "project_to", "basis")),
            ),
        ),
    )

    def __init__(self, desk: Desk) -> None:
        self.card = Card((20, 16), 10)
        self.card.setMaximumWidth(_WIDEST)
        self._rows = QGridLayout()
        super().__init__(desk)
        self.card.body.addWidget(TextLabel("试点企业条件", "section"))
        self._rows.setHorizontalSpacing(12)
        self._rows.setVerticalSpacing(8)
        self._rows.setColumnStretch(1, 1)
        self.card.body.addLayout(self._rows)
        self.view.column.insertWidget(0, self.card)
        self.edited("")

    def edited(self, path: str) -> None:
        empty(self._rows)
        words = {True: ("符合", "ok"), False: ("不符合", "block"), None: ("待核实", "edge")}
        top = Qt.AlignmentFlag.AlignTop
        for row, each in enumerate(conditions(self.desk.dossier, self.desk.pack)):
            told = TextLabel(each.told, "dense", "ink2", keep=False)
            self._rows.addWidget(Tag(*words[each.holds]), row, 0, top)
            self._rows.addWidget(TextLabel(each.name, "body", wrap=True), row, 1, top)
            self._rows.addWidget(told, row, 2, top)
            self._rows.addWidget(TextLabel(each.source, "meta", "ink2", wrap=True), row, 3, top)
        self._rows.setColumnStretch(3, 1)


class ContactPage(ListPage):
    """Each time that the team and the enterprise were in touch: 方案 三（一）2."""

    key = "contact"
    lists = (
        Listed(
            Contact,
            "联系记录",
            "联系",
            ("date", "way", "who", "counterpart", "said", "agreed", "next_on"),
            (
                Section(
                    "",
                    (
                        *("date", "time", "way", "who", "counterpart", "counterpart_post"),
                        *("said", "agreed", "next_step", "next_on"),
                    ),
                    "写明何时、以何种方式、与何人联系，谈了什么，商定了什么。",
                ),
            ),
        ),
    )


_AGENDA = Listed(
    AgendaItem,
    "日程",
    "日程",
    ("start", "end", "activity", "place", "people"),
    (Section("", ("start", "end", "activity", "place", "people")),),
)
_PLAN = (
    Section("时间和人员", ("date", "start", "end", "topics", "members", "sent_on")),
    Section(
        "请企业配合的事项",
        (
            *("attendees", "attendees_state", "shops", "shops_state"),
            *("papers", "papers_state", "rooms", "rooms_state", "remarks"),
        ),
        "向企业提出后选“已提出”，企业答应后选“已确认”。",
        frozenset({"rooms", *(f"{n}_state" for n in (*DRAFTABLE, "rooms"))}),
    ),
)
_BACKGROUND = (
    Section(
        "行业和自评信息",
        ("industry", "source", "gathered_on", "self_on"),
        "填写所了解的行业情况和来源；本页内容不印入发给企业的文书。",
    ),
)


class PreparationPage(Page):
    """The plan of the visit, its agenda, and what is known beforehand, behind tabs."""

    key = "preparation"
    forms: tuple[tuple[type[Record], tuple[Section, ...]], ...] = (
        (Plan, _PLAN),
        (Background, _BACKGROUND),
    )
    lists = (_AGENDA,)
    own_refusals = True

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.title = PAGES[self.key].name
        self.records = {
            form_of(kind): RecordForm(desk, kind, own, at_once=0) for kind, own in self.forms
        }
        self.agenda = ListPane(desk, _AGENDA)
        self.head = PageHeader(self.title)
        self.tabs = SegmentedControl((), "", name=self.title)
        self.trouble = TextLabel("", "dense", "block", wrap=True)
        self.waiting = TextLabel("", "dense", "draft", wrap=True)
        self._views: dict[str, QWidget] = {}
        self._stack = QStackedLayout()
        self._build()
        self.toast = Toast(self)
        self.lay_out()
        self.show_tab("plan")

    def _build(self) -> None:
        self.tabs.chosen.connect(self.show_tab)
        self.head.add_middle(self.tabs)
        self.confirm_all = Button("", icon="check")
        self.confirm_all.clicked.connect(self.confirm)
        draft = Button("按自评拟写", Kind.PRIMARY, icon="pencil")
        draft.setToolTip("按自评中的短板拟写参会人员、车间、资料和日程，不改动已填写的内容")
        draft.clicked.connect(self.propose)
        self.add = Button("添加日程", icon="plus")
        self.add.clicked.connect(lambda: self._add())
        bind(self, "preparation.add", self._add, self.add)
        self.head.add_right(self.confirm_all, self.add, draft)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.trouble.setContentsMargins(24, 8, 24, 8)
        self.trouble.hide()
        column.addWidget(self.trouble)
        column.addLayout(self._stack, 1)
        column.addWidget(ways(self))
        for key, form in self.records.items():
            form.setMaximumWidth(_WIDEST)
            view = ScrollColumn((24, 16, 24, 20), 12)
            view.column.addWidget(form)
            view.column.addStretch(1)
            self._views[key] = view
        self.records["plan"].cards[-1].body.insertWidget(2, self.waiting)
        self._build_hints()
        self._views["agenda"] = self.agenda
        for key in ("plan", "agenda", "background"):
            self._stack.addWidget(self._views[key])
        self.agenda.changed_count.connect(self._name_tabs)
        self.records["plan"].edited.connect(self._own)

    def _build_hints(self) -> None:
        self.hints_card = Card((20, 16), 10)
        self.hints_card.setMaximumWidth(_WIDEST)
        self.hints_card.body.addWidget(TextLabel("随附的行业提示", "section"))
        note = "按企业所属细分行业和自评短板列出，由本程序编写，仅供调研时参考，不印入文书。"
        self.hints_card.body.addWidget(TextLabel(note, "meta", "ink2", wrap=True))
        self._hint_rows = QGridLayout()
        self._hint_rows.setHorizontalSpacing(16)
        self._hint_rows.setVerticalSpacing(8)
        self._hint_rows.setColumnStretch(1, 1)
        self.hints_card.body.addLayout(self._hint_rows)
        view = self._views["background"]
        if isinstance(view, ScrollColumn):
            view.column.insertWidget(1, self.hints_card)

    def show_tab(self, key: str) -> None:
        """Show the plan, the agenda or the background."""
        if self.flush():
            self._stack.setCurrentWidget(self._views[key])
            if key == "background":
                self._show_hints()
            self.toast.raise_()
        self._name_tabs()
        self.hints_changed.emit()

    def _show_hints(self) -> None:
        """What the pack says of the industry, read when somebody looks: it takes a moment."""
        empty(self._hint_rows)
        found = industry_hints(self.desk.dossier, self.desk.pack)[:_HINTS]
        self.hints_card.setVisible(bool(found))
        for row, (subject, words) in enumerate(found):
            self._hint_rows.addWidget(
                TextLabel(subject, "strong"), row, 0, Qt.AlignmentFlag.AlignTop
            )
            self._hint_rows.addWidget(TextLabel(words, "body", wrap=True), row, 1)

    def _tab(self) -> str:
        view = self._stack.currentWidget()
        return next(key for key, each in self._views.items() if each is view)

    def _name_tabs(self) -> None:
        waiting = len(self._drafted()) + sum(bool(i.drafted) for i in self._items())
        segments = [
            Segment("plan", "调研计划"),
            Segment("agenda", "日程", str(len(self._items()))),
            Segment("background", "行业信息"),
        ]
        self.tabs.set_segments(segments, self._tab())
        self.confirm_all.setVisible(bool(waiting))
        self.confirm_all.setText(f"确认 {waiting} 处拟写")
        self.confirm_all.updateGeometry()
        self.add.setVisible(self._tab() == "agenda")
        drafted = self._drafted()
        self.waiting.setVisible(bool(drafted))
        self.waiting.setText(f"由系统拟写、待确认：{'、'.join(drafted)}。改写后即为您的内容。")

    def _items(self) -> list[AgendaItem]:
        return self.desk.dossier.all(AgendaItem)

    def _drafted(self) -> list[str]:
        plan = self.desk.dossier.one(Plan)
        return [mark for mark in DRAFTABLE.values() if plan.drafted.get(mark)]

    def _own(self, path: str) -> None:
        """What a person typed over a draft is that person's."""
        mark = DRAFTABLE.get(path)
        plan = self.desk.dossier.one(Plan)
        if mark and plan.drafted.get(mark):
            self.desk.put(form_of(Plan), plan.id, f"drafted.{mark}", False)
        self._name_tabs()

    def _add(self) -> None:
        self.show_tab("agenda")
        self.agenda.add()

    def propose(self) -> None:
        """Draft what is empty from the self-assessment's gaps."""
        if not self.flush():
            return
        self._say("")
        try:
            found = propose(self.desk.bench, self.desk.dossier_id)
        except UserError as error:
            self._say(str(error))
            return
        self.desk.refresh()
        self.toast.say(found.sentence, undo=False)

    def confirm(self) -> None:
        """Take all drafts on as one's own."""
        if not self.flush():
            return
        plan = self.desk.dossier.one(Plan)
        marks = [(form_of(Plan), plan.id, f"drafted.{mark}", False) for mark in self._drafted()]
        items = [(form_of(i), i.id, "drafted", False) for i in self._items() if i.drafted]
        self.desk.put_all([*marks, *items])
        self.desk.seal()
        self.desk.refresh()

    def _say(self, sentence: str) -> None:
        self.trouble.setText(sentence)
        self.trouble.setVisible(bool(sentence))

    def lay_out(self) -> None:
        for form in self.records.values():
            record = form.record()
            if record is not None:
                form.show_record(record)
        self.agenda.lay_out()
        if self._stack.currentWidget() is not None:
            self._name_tabs()

    def show_review(self, review: Review) -> None:
        for form in self.records.values():
            form.refresh()
        self.agenda.table.records.refresh()
        self._name_tabs()

    def go_to(self, target: Target) -> None:
        item = self.desk.dossier.find(AgendaItem, target.record)
        if item is not None:
            self.show_tab("agenda")
            self.agenda.choose(item.id)
            self.agenda.fill_in(target.field)
            return
        name = target.field.partition(".")[0]
        key = next((key for key, form in self.records.items() if name in form.fields), "plan")
        self.show_tab(key)
        editor, view = self.records[key].focus_field(target.field), self._views[key]
        if editor is not None and isinstance(view, ScrollColumn):
            view.ensureWidgetVisible(editor, 0, 80)

    def flush(self) -> bool:
        return False not in [self.agenda.flush(), *(f.flush() for f in self.records.values())]

    def header(self) -> QWidget:
        return self.head

    def hints(self) -> KeyHints:
        return (*FORM_HINTS[:1], (("Ctrl N",), "添加日程"), *FORM_HINTS[1:])
