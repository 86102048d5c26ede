"""A page of lists: a table to choose from, the chosen entry's fields beneath it."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from app.review import Review
from forms.record import form_of
from forms.steps import PAGES
from grading.finding import Severity, Target
from widgets.actions import bind
from widgets.bars import PageHeader
from widgets.controls import Button, Kind, Segment, SegmentedControl
from widgets.desk import Desk
from widgets.form_page import ways
from widgets.list_pane import Listed, ListPane
from widgets.pages.base import KeyHints, Page


class ListPage(Page):
    """A page of one or more lists; several stand behind tabs in the header."""

    lists: tuple[Listed, ...] = ()
    own_refusals = True
    plain = True

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.title = PAGES[self.key].name
        self.panes = [ListPane(desk, listed) for listed in self.lists]
        self._head = self._make_header()
        self._stack = QStackedLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._stack, 1)
        for pane in self.panes:  # into a stack on the page: else the first is shown as a window
            self._stack.addWidget(pane)
            pane.changed_count.connect(self.hints_changed)
        column.addWidget(ways(self))
        self._shortcuts()
        self.lay_out()

    def _make_header(self) -> PageHeader:
        head = PageHeader(self.title)
        self.tabs = SegmentedControl((), "", name=self.title)
        self.tabs.chosen.connect(self.show_tab)
        head.add_middle(self.tabs)
        self.tabs.setVisible(len(self.panes) > 1)
        self._paste = Button("粘贴表格行", icon="list")
        self._paste.clicked.connect(lambda: self.pane.paste())
        self._add = Button("添加", Kind.PRIMARY, icon="plus")
        self._add.clicked.connect(lambda: self.pane.add())
        head.add_right(self._paste, self._add)
        return head

    def _shortcuts(self) -> None:
        bind(self, "list.add", lambda: self.pane.add(), self._add)
        bind(self, "list.copy", lambda: self.pane.duplicate())
        bind(self, "list.up", lambda: self.pane.move_by(-1))
        bind(self, "list.down", lambda: self.pane.move_by(1))
        bind(self, "list.leave", lambda: self.pane.table.setFocus())

    @property
    def pane(self) -> ListPane:
        """The list in view."""
        return self.panes[self._stack.currentIndex()]

    def show_tab(self, form: str) -> None:
        """Show the list of a form."""
        for place, listed in enumerate(self.lists):
            if form_of(listed.kind) == form and self.pane.flush():
                self._stack.setCurrentIndex(place)
        self._name_tabs()

    def flush(self) -> bool:
        return False not in [pane.flush() for pane in self.panes]

    def lay_out(self) -> None:
        for pane in self.panes:
            pane.lay_out()
        self._name_tabs()

    def _name_tabs(self) -> None:
        segments = [
            Segment(form_of(pane.listed.kind), pane.listed.name, str(pane.count()))
            for pane in self.panes
        ]
        self.tabs.set_segments(segments, form_of(self.pane.listed.kind))
        note = "" if len(self.panes) > 1 else f"{self.pane.count()} 条"
        self._head.set_title(self.title, note)
        self._add.setText(f"添加{self.pane.listed.one}")
        self._add.updateGeometry()

    def show_review(self, review: Review) -> None:
        marks: dict[UUID, Severity] = {}
        for finding in reversed(review.findings):  # the heaviest come first, and last wins
            if finding.target is not None and finding.target.record is not None:
                marks[finding.target.record] = finding.severity
        for pane in self.panes:
            pane.table.records.refresh(marks)
            pane.form.refresh()

    def go_to(self, target: Target) -> None:
        for listed, pane in zip(self.lists, self.panes, strict=True):
            record = self.desk.dossier.find(listed.kind, target.record)
            if record is not None and listed.keep(record):
                self.show_tab(form_of(listed.kind))
                if self.pane is pane:
                    pane.choose(target.record)
                    pane.fill_in(target.field)
                return
        self.begin()

    def begin(self) -> None:
        """Where there is most to do: at the first list without an entry, else in the table."""
        empty = next((pane for pane in self.panes if not pane.count()), None)
        if empty is None:
            self.pane.table.setFocus()
        else:
            self.show_tab(form_of(empty.listed.kind))
            self._add.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.pane.count():
            self.pane.table.setFocus()

    def header(self) -> QWidget | None:
        return self._head

    def hints(self) -> KeyHints:
        if not self.pane.count():
            return ((("Ctrl N",), "添加"), (("Ctrl V",), "粘贴表格行"), (("F6",), "待办问题"))
        return (
            (("↑", "↓"), "选择"),
            (("回车",), "填写"),
            (("Esc",), "回到表格"),
            (("Ctrl N",), "添加"),
            (("Ctrl D",), "复制一条"),
            (("Alt ↑", "Alt ↓"), "移动"),
            (("Delete",), "撤回"),
            (("Ctrl V",), "粘贴表格行"),
        )
