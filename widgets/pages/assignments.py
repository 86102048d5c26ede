"""分工: who of the team has which part of the work, how far it is, and the bundles for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from app import assignments
from app.assignments import Standing
from app.review import Review
from forms.assignment import DONE, KINDS
from forms.errors import UserError
from forms.steps import PAGES
from grading.assignments import Key, Parts
from widgets.actions import bind
from widgets.assignment_table import AssignmentTable, Row
from widgets.bars import PageHeader
from widgets.controls import Button, Segment, SegmentedControl
from widgets.count_strip import Count, CountStrip
from widgets.desk import Desk
from widgets.jobs import Job
from widgets.pages.assignment_panel import AssignCard, StandingCard
from widgets.pages.base import KeyHints, Page
from widgets.pages.work_parcel import ParcelCard
from widgets.surfaces import ScrollColumn, Toast
from widgets.text import TextLabel

ALL, MINE, GIVEN, FREE = "all", "mine", "given", "free"
_VIEWS = {ALL: "全部", MINE: "交给我的", GIVEN: "已分派", FREE: "未分派"}
_PANEL, _PEOPLE = 320, 6


class AssignmentsPage(Page):
    """The parts in a table; beside it the selected ones are given to somebody, or a work bundle is
    written. Counts come from the change log, off the main thread."""

    key = "assignments"
    own_refusals = True
    findings_beside = False

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.title = PAGES[self.key].name
        self._counted: dict[Key, Standing] = {}
        self._rows: list[Row] = []
        self._review: Review | None = None
        self._job: Job | None = None
        self._again = self._finished = False
        self.head = PageHeader(self.title)
        self.views = SegmentedControl((), name="显示哪些分工")
        self.kind = QComboBox()
        self.send = Button("发给某人", icon="transfer")
        self.people = CountStrip()
        self.table = AssignmentTable()
        self.card, self.standing = AssignCard(), StandingCard()
        self.parcel = ParcelCard(desk)
        self.none = TextLabel("", "dense", "ink2", wrap=True)
        self.toast = Toast(self)
        fresh = assignments.news(desk.bench, desk.dossier_id)
        self._view = MINE if fresh else ALL
        self._lay_out()
        self._connect()
        self.lay_out()

    def _lay_out(self) -> None:
        self.kind.addItems(["全部类别", *KINDS])
        self.kind.setAccessibleName("分工类别")
        self.send.setToolTip("写出给一位同事的工作包")
        self.head.add_middle(self.views, self.kind)
        self.head.add_right(self.send)
        side = ScrollColumn((16, 16, 16, 16), 12)
        side.setFixedWidth(_PANEL)
        for part in (self.card, self.standing, self.parcel):
            side.column.addWidget(part)
        side.column.addStretch(1)
        self.parcel.hide()
        left = QVBoxLayout()
        left.setSpacing(0)
        self.none.setContentsMargins(24, 16, 24, 16)
        left.addWidget(self.none)
        left.addWidget(self.table, 1)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addLayout(left, 1)
        row.addWidget(side)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.people)
        column.addLayout(row, 1)
        self.setFocusProxy(self.table)

    def _connect(self) -> None:
        self.views.chosen.connect(self.show_view)
        self.kind.activated.connect(lambda _place: self._show_rows())
        self.send.clicked.connect(self.open_parcel)
        self.table.picked.connect(self._show_picked)
        self.table.opened.connect(lambda part: self.jump.emit(part.target))
        self.card.given.connect(self.hand_out)
        self.card.stated.connect(self.say_state)
        self.standing.jump.connect(self.jump)
        self.parcel.closed.connect(lambda: self._turn(sending=False))
        self.toast.undone.connect(lambda: self.desk.go_back())
        bind(self, "assignments.give", self.card.hand_out)
        bind(self, "assignments.parcel", self.open_parcel, self.send)

    def header(self) -> QWidget | None:
        return self.head

    def hints(self) -> KeyHints:
        return (
            (("Shift ↑", "Shift ↓"), "连选"),
            (("Ctrl A",), "全选"),
            (("回车",), "打开"),
            (("Tab",), "选人"),
            (("Ctrl 回车",), "分派所选"),
            (("Ctrl E",), "发给某人"),
        )

    # -- what shows -------------------------------------------------------------------------------

    def lay_out(self) -> None:
        parts, today = Parts(self.desk.dossier, self.desk.pack), dt.date.today()
        self._rows = []
        for part in parts.all:
            held = parts.assigned.get(part.key)
            late = bool(held and held.due and held.due < today and held.state != DONE)
            self._rows.append(Row(part, held, self._counted.get(part.key), late))
        names = assignments.people(self.desk.bench, self.desk.dossier)
        self.card.show_people(names)
        self._show_people()
        self._show_rows()

    def show_review(self, review: Review) -> None:
        self._review = review
        if self.isVisible():
            self._count()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        assignments.note_seen(self.desk.bench, self.desk.dossier_id)
        self._count()

    def show_view(self, view: str) -> None:
        """Show all parts, or mine, or those that somebody or nobody has."""
        self._view = view
        self._show_rows()

    def _show_rows(self) -> None:
        me = self.desk.bench.person
        kept = {
            ALL: self._rows,
            MINE: [row for row in self._rows if me and row.person == me],
            GIVEN: [row for row in self._rows if row.person],
            FREE: [row for row in self._rows if not row.person],
        }
        segments = [Segment(key, words, str(len(kept[key]))) for key, words in _VIEWS.items()]
        self.views.set_segments(segments, self._view)
        wanted = self.kind.currentText() if self.kind.currentIndex() > 0 else ""
        rows = [row for row in kept[self._view] if wanted in ("", row.part.kind)]
        self.none.setText("没有符合条件的分工。" if self._view != MINE else "没有交给您的分工。")
        self.none.setVisible(not rows)
        self.table.setVisible(bool(rows))
        self.table.show_rows(rows)

    def _show_picked(self) -> None:
        rows = self.table.selection()
        self.card.show_rows(rows, self.desk.bench.person)
        one = rows[0] if len(rows) == 1 and self.parcel.isHidden() else None
        self.standing.show_row(one)

    def _show_people(self) -> None:
        """Who has how much, how much of it is done, and what was written there."""
        held: dict[str, list[Row]] = {}
        for row in self._rows:
            if row.person:
                held.setdefault(row.person, []).append(row)
        counts = []
        for person, rows in list(held.items())[:_PEOPLE]:
            done = sum(row.state == DONE for row in rows)
            edits = sum(row.standing.edits for row in rows if row.standing)
            left = len({f for row in rows if row.standing for f in row.standing.findings})
            note = f"改动 {edits:,} 条，待办 {left} 条"
            counts.append(Count(person, f"{done}/{len(rows)} 项完成", note))
        self.people.show_counts(counts)
        self.people.setVisible(bool(counts))

    # -- counting ---------------------------------------------------------------------------------

    def _count(self) -> None:
        review, bench = self._review or self.desk.review, self.desk.bench
        if review is None or self._finished:
            return
        if self._job is not None:
            self._again = True
            return

        def work() -> Iterator[Any]:
            yield assignments.standings(bench, review)

        self._again = False
        self._job = Job(work, self)
        self._job.finished.connect(self._show_counted)
        self._job.crashed.connect(self.desk.crashed)
        self._job.ended.connect(self._free)
        self._job.start()

    def _show_counted(self, found: list[Standing]) -> None:
        if not self._finished:
            self._counted = {each.part.key: each for each in found}
            self.lay_out()

    def _free(self) -> None:
        if self._job is not None:
            self._job.deleteLater()
        self._job = None
        if self._again:
            self._count()

    def finish(self) -> None:
        self._finished = True
        if self._job is not None:
            self._job.wait()

    # -- what is done -----------------------------------------------------------------------------

    def hand_out(self, person: str, due: dt.date | None, note: str) -> None:
        """Give the selected parts to somebody, or take them back."""
        rows = self.table.selection()
        try:
            changed = assignments.hand_out(
                *(self.desk.bench, self.desk.dossier_id, [row.part for row in rows]),
                *(person, due, note),
                keep=len(rows) > 1 or not person,  # of several, an empty field says nothing
            )
        except UserError as error:
            self.card.say(str(error))
            return
        self.desk.refresh()
        if changed:
            told = f"已将 {changed} 项交给{person}" if person else f"已收回 {changed} 项"
            self.toast.say(told)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def say_state(self, state: str) -> None:
        """Say how far the selected parts are, which are this person's own."""
        with self.desk.batch():
            for row in self.table.selection():
                if row.held is not None and row.state != state:
                    self.desk.put("assignment", row.held.id, "state", state)
        self.desk.seal()
        self.lay_out()

    def open_parcel(self) -> None:
        """Write a work bundle for a colleague, to begin with the holder of what is selected."""
        me, rows = self.desk.bench.person, self.table.selection()
        names = [n for n in assignments.people(self.desk.bench, self.desk.dossier) if n != me]
        held = next((row.person for row in rows if row.person in names), "")
        self._turn(sending=True)
        self.parcel.show_people(names, held)
        self.parcel.who.setFocus()

    def _turn(self, *, sending: bool) -> None:
        """Have the bundle's card in the place of the others, or the other way round."""
        self.parcel.setVisible(sending)
        self.card.setVisible(not sending)
        self._show_picked()
        if not sending:
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
