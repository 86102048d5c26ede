"""The sheet of one heading: its sections one below the other, and what is printed after them."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.review import Review
from exporters.source import Source
from forms.assignment import SECTION
from grading.finding import Target
from widgets.controls import Button, Kind
from widgets.desk import Desk
from widgets.marks import Tag
from widgets.pages.report_outline import Entry, Printed, entries_of, lead
from widgets.pages.report_questions import SectionQuestions
from widgets.pages.report_section import SectionPart
from widgets.surfaces import Card, ScrollColumn
from widgets.text import TextLabel
from widgets.whose_mark import WhoseMark

_PAPER = 880


class EntrySheet(ScrollColumn):
    """The page of one heading. `jump(Target)` to where a table's data is from; `counted()`."""

    jump = Signal(object)
    counted = Signal()
    strayed = Signal(int)

    def __init__(self, desk: Desk, entry: Entry, parent: QWidget | None = None) -> None:
        super().__init__((20, 16, 20, 20), 12, parent=parent)
        self.desk, self.entry = desk, entry
        self.parts = [SectionPart(desk, section) for section in entry.sections]
        self._foot = TextLabel("", "meta", "ink2", align=Qt.AlignmentFlag.AlignRight)
        paper = Card((26, 22), 14)
        paper.setMaximumWidth(_PAPER)
        paper.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._fill(paper.body)
        row = QHBoxLayout()
        row.addWidget(paper, 1)
        self.column.addLayout(row)
        self.column.addStretch(1)
        for place, part in enumerate(self.parts):
            part.counted.connect(self._count)
            part.editor.caret.connect(lambda rect, part=part: self._follow(part, rect))
            part.editor.strayed.connect(lambda by, place=place: self._cross(place, by))
        self._count()

    def _fill(self, column: QVBoxLayout) -> None:
        above = [each.heading for each in entries_of(self.desk.pack.outline).ancestors(self.entry)]
        head = QVBoxLayout()
        head.setContentsMargins(14, 0, 14, 0)
        head.setSpacing(2)
        if above:
            head.addWidget(TextLabel(" › ".join(above), "meta", "ink3", wrap=True))
        title = QHBoxLayout()
        title.addWidget(TextLabel(self.entry.heading, "title", wrap=True), 1)
        title.addWidget(WhoseMark(self.desk, SECTION, self.entry.key))
        head.addLayout(title)
        column.addLayout(head)
        for part in self.parts:
            column.addWidget(part)
            column.addWidget(SectionQuestions(self.desk, part.section))
        for printed in self.entry.printed:
            column.addWidget(self._printed(printed))
        column.addWidget(self._foot)

    def _printed(self, printed: Printed) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(14, 0, 14, 0)
        row.setSpacing(8)
        row.addWidget(Tag("系统写入"))
        row.addWidget(TextLabel(printed.text, "dense", "ink2", wrap=True), 1)
        button = Button("打开数据", Kind.QUIET, height=24)
        button.setAccessibleName(f"打开{printed.text}的数据")
        button.clicked.connect(lambda: self.jump.emit(Target(printed.page)))
        row.addWidget(button)
        return line

    def refresh(self, source: Source) -> None:
        """Show the records and computed sentences as they are."""
        for part in self.parts:
            part.refresh()
            part.set_lead(lead(source, part.section))
        self._count()

    def show_review(self, review: Review) -> None:
        """Mark what findings name."""
        for part in self.parts:
            part.show_review(review)

    def focused(self) -> SectionPart | None:
        """The section that has the keyboard."""
        return next((part for part in self.parts if part.editor.hasFocus()), None)

    def focus_section(self, key: str, record: UUID | None = None) -> None:
        """Give the keyboard to a section, to a paragraph of it or to its end."""
        part = next((each for each in self.parts if each.section.key == key), None)
        if part is not None:
            part.focus_record(record)
            # A sheet that was just made gets its heights with the next turn of the loop.
            QTimer.singleShot(0, part, lambda: self._follow(part, part.editor.cursorRect()))

    def focus_top(self) -> None:
        """Give the keyboard to the beginning."""
        self.verticalScrollBar().setValue(0)
        if self.parts:
            self.parts[0].editor.focus_paragraph(0)

    def step(self, by: int) -> bool:
        """Go to the paragraph before or after, over the sections' borders; False at an end."""
        part = self.focused()
        if part is None:
            self.focus_top()
            return bool(self.parts)
        return part.editor.step(by) or self._cross(self.parts.index(part), by)

    def _cross(self, place: int, by: int) -> bool:
        if not 0 <= place + by < len(self.parts):
            self.strayed.emit(by)
            return False
        part = self.parts[place + by]
        part.editor.focus_paragraph(0 if by > 0 else -1)
        return True

    def save(self) -> bool:
        """Save what waits for its pause; False where some of it was refused."""
        return False not in [part.save() for part in self.parts if part.pending()]

    def _count(self) -> None:
        if self.parts:
            words = sum(part.words() for part in self.parts)
            held = sum(len(part.editor.blocks()) for part in self.parts)
            self._foot.setText(f"本节 {words:,} 字，{held} 段")

    def _follow(self, part: SectionPart, rect: QRect) -> None:
        """Keep the caret in view; the editors do not scroll themselves."""
        page = self.widget()
        if not part.editor.hasFocus() or page is None:
            return
        at = part.editor.viewport().mapTo(page, QPoint(rect.center()))
        self.ensureVisible(at.x(), at.y(), 0, 60)
