"""A page made from form declarations: the sections of one or more single records."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.review import Review
from forms.record import Record
from forms.steps import PAGES
from grading.finding import Target
from widgets.bars import PageFooter
from widgets.desk import Desk
from widgets.pages.base import KeyHints, Page
from widgets.record_form import RecordForm, Section
from widgets.surfaces import ScrollColumn

WIDEST = 1080
FORM_HINTS: KeyHints = (
    (("Tab",), "下一栏"),
    (("Ctrl PgDn",), "下一页"),
    (("F6",), "待办问题"),
)


class FormPage(Page):
    """A page of fields. A subclass names its forms with their sections."""

    #: What stands on the page, form by form.
    forms: tuple[tuple[type[Record], tuple[Section, ...]], ...] = ()
    #: The page shows refusals beside the field they belong to.
    own_refusals = True
    plain = True

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.title = PAGES[self.key].name
        self.view = ScrollColumn((24, 16, 24, 20), 12)
        self.records = [
            RecordForm(desk, kind, sections, at_once=0 if place else 1)
            for place, (kind, sections) in enumerate(self.forms)
        ]
        for form in self.records:
            form.setMaximumWidth(WIDEST)
            self.view.column.addWidget(form)
        self.view.column.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.view, 1)
        column.addWidget(ways(self))
        for form in self.records:
            form.edited.connect(self.edited)
        self.lay_out()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Who comes to the page goes on at what is still to be filled in."""
        super().focusInEvent(event)
        found = (form.first_empty() for form in self.records)
        empty = next((editor for editor in found if editor is not None), None)
        if empty is not None:
            empty.focus_editor()

    def edited(self, path: str) -> None:
        """An edit of the field at `path` was kept; a subclass shows what follows from it."""

    def lay_out(self) -> None:
        for form in self.records:
            record = form.record()
            if record is not None:
                form.show_record(record)
        self.edited("")

    def show_review(self, review: Review) -> None:
        for form in self.records:
            form.refresh()

    def go_to(self, target: Target) -> None:
        form = self._form_of(target)
        editor = form.focus_field(target.field)
        if editor is not None:
            self.view.ensureWidgetVisible(editor, 0, 80)

    def flush(self) -> bool:
        return False not in [form.flush() for form in self.records]

    def _form_of(self, target: Target) -> RecordForm:
        for form in self.records:
            record = form.record()
            if record is not None and record.id == target.record:
                return form
        name = target.field.partition(".")[0]
        return next((form for form in self.records if name in form.fields), self.records[0])

    def hints(self) -> KeyHints:
        return FORM_HINTS


def ways(page: Page) -> PageFooter:
    """The footer that leads to the pages before and after `page`, in the order of the work."""
    keys: Sequence[str] = list(PAGES)
    place = keys.index(page.key)
    before = keys[place - 1] if place else ""
    after = keys[place + 1] if place + 1 < len(keys) else ""
    footer = PageFooter()
    footer.set_ways(PAGES[before].name if before else "", PAGES[after].name if after else "")
    footer.back.connect(lambda: page.jump.emit(Target(before)))
    footer.forward.connect(lambda: page.jump.emit(Target(after)))
    return footer
