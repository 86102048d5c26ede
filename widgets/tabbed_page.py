"""A page of several parts behind tabs in its header: the fields of single records, and lists."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from app.review import Review
from forms.record import Record, form_of, specs
from forms.steps import PAGES
from grading.finding import Severity, Target
from widgets.actions import bind
from widgets.bars import PageHeader
from widgets.controls import Button, Kind, Segment, SegmentedControl
from widgets.desk import Desk
from widgets.form_page import FORM_HINTS, ways
from widgets.list_pane import Listed, ListPane
from widgets.pages.base import KeyHints, Page
from widgets.record_form import RecordForm, Section
from widgets.surfaces import ScrollColumn

_WIDEST, _FORM = 1080, "form"


class FormPart(ScrollColumn):
    """The fields of single records, one below another; whatever else belongs there goes into
    `column`. `at_once` sections of the first are made before anything is painted."""

    def __init__(
        self,
        desk: Desk,
        forms: Sequence[tuple[type[Record], tuple[Section, ...]]],
        at_once: int = 1,
    ) -> None:
        super().__init__((24, 16, 24, 20), 12)
        self.records = [
            RecordForm(desk, kind, sections, at_once=0 if place else at_once)
            for place, (kind, sections) in enumerate(forms)
        ]
        for form in self.records:
            self.add(form)

    def add(self, widget: QWidget) -> None:
        """Another card, no wider than is good to read."""
        widget.setMaximumWidth(_WIDEST)
        self.column.addWidget(widget)

    def lay_out(self) -> None:
        """Show the records as they are kept now."""
        for form in self.records:
            record = form.record()
            if record is not None:
                form.show_record(record)

    def flush(self) -> bool:
        """Keep what is being typed."""
        return False not in [form.flush() for form in self.records]

    def fill_in(self, path: str) -> None:
        """Give the focus to the field of `path`."""
        name = path.partition(".")[0]
        form = next((each for each in self.records if name in each.fields), self.records[0])
        editor = form.focus_field(path)
        if editor is not None:
            self.ensureWidgetVisible(editor, 0, 80)


class TabbedPage(Page):
    """A page of one part of fields and some lists. A subclass names them, and adds to `form`."""

    #: The name of the first tab, and what stands on it.
    first = ""
    forms: tuple[tuple[type[Record], tuple[Section, ...]], ...] = ()
    lists: tuple[Listed, ...] = ()
    own_refusals = True
    plain = True

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.title = PAGES[self.key].name
        self.form = FormPart(desk, self.forms)
        self.panes = [self.make_pane(listed) for listed in self.lists]
        self._stack = QStackedLayout()
        self._head = self._make_header()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._stack, 1)
        for part in (self.form, *self.panes):
            self._stack.addWidget(part)
        column.addWidget(ways(self))
        self.fill_form()
        self.form.column.addStretch(1)
        for pane in self.panes:
            pane.changed_count.connect(self._name_tabs)
        bind(self, "tabs.add", self.add)
        self.lay_out()

    def make_pane(self, listed: Listed) -> ListPane:
        """The pane of a list; a subclass may have one of its own."""
        return ListPane(self.desk, listed)

    def fill_form(self) -> None:
        """Whatever else stands on the first tab."""

    def _make_header(self) -> PageHeader:
        head = PageHeader(self.title)
        self.tabs = SegmentedControl((), "", name=self.title)
        self.tabs.chosen.connect(self.show_tab)
        self._add = Button("添加", Kind.PRIMARY, icon="plus")
        self._add.clicked.connect(self.add)
        head.add_middle(self.tabs)
        head.add_right(self._add)
        return head

    @property
    def pane(self) -> ListPane | None:
        """The list in view; None where the fields are."""
        place = self._stack.currentIndex()
        return self.panes[place - 1] if place else None

    def add(self) -> None:
        """A new entry of the list in view."""
        if self.pane is not None:
            self.pane.add()

    def show_tab(self, form: str) -> None:
        """Show the list of a form, else the fields; what is refused holds its part in view."""
        names = [_FORM, *(form_of(pane.listed.kind) for pane in self.panes)]
        if self.flush():
            self._stack.setCurrentIndex(names.index(form) if form in names else 0)
        self._name_tabs()

    def _name_tabs(self) -> None:
        segments = [Segment(_FORM, self.first)]
        segments += [
            Segment(form_of(pane.listed.kind), pane.listed.name, str(pane.count()))
            for pane in self.panes
        ]
        self.tabs.set_segments(segments, form_of(self.pane.listed.kind) if self.pane else _FORM)
        self._add.setVisible(self.pane is not None)
        if self.pane is not None:
            self._add.setText(f"添加{self.pane.listed.one}")
            self._add.updateGeometry()
        self.hints_changed.emit()

    def flush(self) -> bool:
        return False not in [self.form.flush(), *(pane.flush() for pane in self.panes)]

    def lay_out(self) -> None:
        self.form.lay_out()
        for pane in self.panes:
            pane.lay_out()
        self._name_tabs()

    def show_review(self, review: Review) -> None:
        marks: dict[UUID, Severity] = {}
        for finding in reversed(review.findings):  # the heaviest come first, and last wins
            if finding.target is not None and finding.target.record is not None:
                marks[finding.target.record] = finding.severity
        for form in self.form.records:
            form.refresh()
        for pane in self.panes:
            pane.table.records.refresh(marks)
            pane.form.refresh()

    def go_to(self, target: Target) -> None:
        for pane in self.panes:
            if any(row.id == target.record for row in pane.table.records.rows):
                self.show_tab(form_of(pane.listed.kind))
                if self.pane is pane:
                    pane.choose(target.record)
                    pane.fill_in(target.field)
                return
        self.show_tab(self._tab_of(target))
        if self.pane is None:
            self.form.fill_in(target.field)
        else:
            self._add.setFocus()

    def _tab_of(self, target: Target) -> str:
        """The tab of a finding that names no entry: the list that has its field, else the fields.

        An entry that is still missing is named by a field alone.
        """
        for pane in self.panes:
            if target.record is None and target.field in specs(pane.listed.kind):
                return form_of(pane.listed.kind)
        return _FORM

    def header(self) -> QWidget | None:
        return self._head

    def hints(self) -> KeyHints:
        if self.pane is None:
            return FORM_HINTS
        return (
            (("Ctrl N",), f"添加{self.pane.listed.one}"),
            (("↑", "↓"), "选择"),
            (("回车",), "填写"),
            (("Delete",), "撤回"),
            (("F6",), "待办问题"),
        )
