"""退回意见: the points that an office sent back, each closed with an answer and evidence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.received import spelled
from app.return_file import Came
from app.review import Review
from exporters.wording import date_text
from forms.dossier import ReturnOpinion, ReturnPoint
from forms.record import form_of
from forms.steps import PAGES
from grading.finding import Severity, Target
from widgets.actions import bind
from widgets.bars import PageHeader, StatusNote
from widgets.controls import Button
from widgets.desk import Desk
from widgets.file_drop import FileDrop
from widgets.form_page import ways
from widgets.opinion_intake import OpinionIntake
from widgets.pages.attachments import attach_work
from widgets.pages.base import KeyHints, Page
from widgets.record_form import RecordForm, Section
from widgets.record_table import HEAD, ROW, RecordTable
from widgets.surfaces import Card, EmptyHint, EmptyState, ScrollColumn
from widgets.text import TextLabel

_FILES = "退回意见 (*.zip *.age)"
_OPINIONS = (".zip", ".age")
_ROWS_MOST = 4
_ANSWER = (
    Section(
        "整改情况",
        ("state", "closed_on", "reply", "attachments", "photos", "shown"),
    ),
)
_FORM = form_of(ReturnPoint)


class ReturnedPage(Page):
    """The points in a table, the chosen one's words and its answer beneath it."""

    key = "returned"
    own_refusals = True

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.title = PAGES[self.key].name
        self.head = PageHeader(self.title)
        self.intake = OpinionIntake(desk.bench, desk.job, desk.dossier_id)
        self.table = RecordTable(desk, ReturnPoint, ("state", "text", "basis"))
        self.point = _PointCard()
        self.form = RecordForm(desk, ReturnPoint, _ANSWER)
        self._scroll = ScrollColumn((24, 12, 24, 16), 12)
        self._empty = EmptyState(
            (
                EmptyHint(
                    "还没有退回意见", "收入，或将退回意见文件拖到本页", "Ctrl O", "open", "选择文件"
                ),
                EmptyHint("如何办结？", "逐条写明整改情况，附上凭据，再导出重报"),
            )
        )
        self._build()
        self._connect()
        self.lay_out()

    def _build(self) -> None:
        evidence = self.evidence = Button("添加凭据文件", icon="clip")
        evidence.setToolTip("存为附件，并作为所选意见的凭据")
        bring = Button("收入退回意见", icon="transfer")
        bring.setToolTip("收入退回意见（Ctrl O）")
        evidence.clicked.connect(self.ask_evidence)
        bring.clicked.connect(self.ask)
        self.head.add_right(evidence, bring)
        for part in (self.intake, self._empty, self.point, self.form):
            self._scroll.column.addWidget(part)
        self._scroll.column.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.table)
        column.addWidget(self._scroll, 1)
        column.addWidget(ways(self))

    def _connect(self) -> None:
        self.intake.taken.connect(self._taken)
        self._empty.activated.connect(lambda _what: self.ask())
        self.table.picked.connect(lambda _id: self._show_chosen())
        self.table.wanted.connect(lambda: self.form.focus_field("state"))
        self.form.edited.connect(self._edited)
        self.point.asked.clicked.connect(self._go)
        drop = FileDrop(self, "松开鼠标，收入退回意见，或添加为所选意见的凭据")
        drop.dropped.connect(self.drop)
        bind(self, "returned.take", self.ask)

    def header(self) -> QWidget | None:
        return self.head

    # -- what is shown ----------------------------------------------------------------------------

    def lay_out(self) -> None:
        points = self._points()
        self.table.show_rows(points, self.table.current())
        self.table.setFixedHeight(min(self.table.needed(), HEAD + ROW * _ROWS_MOST + 2))
        for part in (self.table, self.point, self.form):
            part.setVisible(bool(points))
        self.evidence.setEnabled(bool(points))
        self._empty.setVisible(not points)
        self._count(points)
        self._show_chosen()

    def _count(self, points: Sequence[ReturnPoint]) -> None:
        left = sum(not point.closed for point in points)
        told = f"共 {len(points)} 条，{left} 条待处理" if left else f"共 {len(points)} 条，均已办结"
        self.head.set_title(self.title, told if points else "")

    def _points(self) -> list[ReturnPoint]:
        """Every point in view, opinion by opinion in the order of their days."""
        dossier = self.desk.dossier
        opinions = sorted(dossier.all(ReturnOpinion), key=lambda o: (o.date or dt.date.min, o.id))
        return [point for each in opinions for point in dossier.all(ReturnPoint, each.id)]

    def _chosen(self) -> ReturnPoint | None:
        return self.desk.dossier.find(ReturnPoint, self.table.current())

    def _show_chosen(self) -> None:
        point = self._chosen()
        if point is None:
            return
        if not self.form.show_record(point):
            held = self.form.record()
            if held is not None:
                self.choose(held.id)  # what was refused holds its row until it is mended
            return
        opinion = self.desk.dossier.find(ReturnOpinion, point.parent_id)
        self.point.show_point(point, opinion, self._stands(point))

    def _stands(self, point: ReturnPoint) -> bool | None:
        """Whether the finding that the point was made from stands here still; None where it was
        made from none, or nothing was judged yet."""
        if not point.rule or self.desk.review is None:
            return None
        return any(
            finding.rule == point.rule and spelled(finding.target) == point.target
            for finding in self.desk.review.findings
        )

    def show_review(self, review: Review) -> None:
        marks: dict[UUID, Severity] = {}
        for finding in reversed(review.findings):
            if finding.target and finding.target.page == self.key and finding.target.record:
                marks[finding.target.record] = finding.severity
        self.table.records.refresh(marks)
        self.form.refresh()
        self._show_chosen()

    def choose(self, record: UUID) -> None:
        """Put the table on a point."""
        for place, row in enumerate(self.table.records.rows):
            if row.id == record:
                self.table.selectRow(place)

    def go_to(self, target: Target) -> None:
        if target.record is not None:
            self.choose(target.record)
        editor = self.form.focus_field(target.field or "state")
        if editor is not None and self.table.records.rows:
            self._scroll.ensureWidgetVisible(editor, 0, 80)

    def flush(self) -> bool:
        return not self._points() or self.form.flush()

    def hints(self) -> KeyHints:
        return (
            (("↑", "↓"), "选择"),
            (("回车",), "填写"),
            (("Ctrl O",), "收入退回意见"),
            (("Ctrl PgDn",), "下一页"),
            (("F6",), "待办问题"),
        )

    # -- what is done -----------------------------------------------------------------------------

    def _edited(self, path: str) -> None:
        """The day of closing follows from the state, until somebody types another."""
        point = self._chosen()
        if point is None:
            return
        date_closing(self.desk, point, path)
        self.table.records.refresh()
        self.form.refresh()
        self._count(self._points())

    def _go(self) -> None:
        """Where the finding was that the point was made from."""
        point = self._chosen()
        page, record, field = point.target.split("/", 2) if point else [""] * 3
        if page in PAGES:
            self.jump.emit(Target(page, _uuid(record), field))

    def ask(self) -> None:
        """Ask for a file of an opinion."""
        found, _ = QFileDialog.getOpenFileName(self, "收入退回意见", "", _FILES)
        if found:
            self.intake.look(Path(found))

    def ask_evidence(self) -> None:
        """Ask for files that show what was done."""
        found, _ = QFileDialog.getOpenFileNames(self, "添加凭据文件")
        if found:
            self.attach([Path(name) for name in found])

    def drop(self, paths: list[Path]) -> None:
        """A bundle is an opinion, anything else evidence for the chosen point."""
        opinions = [path for path in paths if path.suffix.lower() in _OPINIONS]
        if opinions:
            self.intake.look(opinions[0])
        elif self._chosen() is not None:
            self.attach(paths)

    def attach(self, paths: list[Path]) -> None:
        """Keep files as attachments, and name them as the chosen point's evidence."""
        point = self._chosen()
        if point is None:
            return
        before = {row.id for row in self.desk.dossier.records.get("attachment", ())}
        job = self.desk.job(attach_work(self.desk, paths))
        job.ended.connect(lambda: self._evidenced(point.id, before))
        job.start()

    def _evidenced(self, point: UUID, before: set[UUID]) -> None:
        fresh = [
            r.id for r in self.desk.dossier.records.get("attachment", ()) if r.id not in before
        ]
        with self.desk.batch():
            for record in fresh:
                self.desk.put(_FORM, point, f"attachments.{record}", True)
        self.lay_out()

    def _taken(self, came: Came) -> None:
        self.desk.refresh()
        self.choose(came.returned.points[0].id)
        self.table.setFocus()


def date_closing(desk: Desk, point: ReturnPoint, path: str) -> None:
    """After an edit at `path`: a point that was closed gets its day, an open one has none."""
    if path == "state" and point.closed != (point.closed_on is not None):
        day = dt.date.today().isoformat() if point.closed else None
        desk.put(_FORM, point.id, "closed_on", day)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


class _PointCard(Card):
    """A point as the office wrote it, and whether what it was made from stands here still."""

    def __init__(self) -> None:
        super().__init__((20, 16), 6)
        self.number, self.stands = TextLabel("", "section", keep=False), StatusNote()
        self.asked = Button("去处理", height=28)
        head = QHBoxLayout()
        head.setSpacing(12)
        for part in (self.number, self.stands):
            head.addWidget(part)
        head.addStretch(1)
        head.addWidget(self.asked)
        self.text = TextLabel("", "body", wrap=True)
        self.more = TextLabel("", "dense", "ink2", wrap=True)
        self.body.addLayout(head)
        self.body.addWidget(self.text)
        self.body.addWidget(self.more)

    def show_point(
        self, point: ReturnPoint, opinion: ReturnOpinion | None, stands: bool | None
    ) -> None:
        """Show a point of an opinion."""
        office = [opinion.office, opinion.number, date_text(opinion.date)] if opinion else []
        self.number.setText("，".join(filter(None, office)) or "退回意见")
        self.text.setText(point.text)
        due = point.due or (opinion.due if opinion else None)
        facts = (
            *(("所在位置", point.place), ("依据", point.basis), ("整改期限", date_text(due))),
            ("签名", opinion.signer if opinion else ""),
        )
        lines = (
            f"整改要求：{point.asked}" if point.asked else "",
            "　　".join(f"{name}：{said}" for name, said in facts if said),
            f"总体意见：{opinion.remarks}" if opinion and opinion.remarks else "",
        )
        self.more.setText("\n".join(filter(None, lines)))
        for label in (self.number, self.text, self.more):
            label.updateGeometry()
        self.asked.setVisible(point.target.partition("/")[0] in PAGES)
        if stands is None:
            self.stands.set_note("", "")
        elif stands:
            self.stands.set_note("档案中仍有此问题", "warn", "warn")
        else:
            self.stands.set_note("档案中已无此问题", "check", "ok")
