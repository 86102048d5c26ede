"""The assessor's forms: its report, the check of the systems that went live, 验收审核."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.review import Review
from forms.dossier import Assessment, ContractItem, Examination, GoLive, ReturnPoint
from forms.record import form_of
from forms.visit import ASSESSMENT_SCAN
from grading.finding import Target
from grading.rules.assessment import systems
from widgets.bars import StatusNote
from widgets.controls import Button
from widgets.desk import Desk
from widgets.form_page import FormPage
from widgets.kind_files import Filed, KindFiles
from widgets.list_page import ListPage
from widgets.list_pane import Listed
from widgets.pages.returned import date_closing
from widgets.record_form import Section


class AssessorPage(FormPage):
    """《中小企业数字化水平评测报告》: 方案 三（二）5."""

    key = "assessor"
    forms = (
        (
            Assessment,
            (
                Section(
                    "第三方评测机构",
                    ("assessor", "lead", "phone", "visited_on", "evaluators"),
                    "由第三方评测机构实地评测；逐项作答在“定级评测”页。",
                ),
                Section(
                    "中小企业数字化水平评测报告",
                    ("number", "reported_on", "level", "score", "remarks"),
                    "等级和得分照评测报告录入，与逐项作答的计算结果相互核对。",
                ),
            ),
        ),
    )

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        why = "由第三方评测机构为试点企业出具（方案 三（二）5），签章后扫描归入。"
        files = KindFiles(desk, "评测报告的扫描件", (Filed(ASSESSMENT_SCAN, why),))
        files.jump.connect(self.jump)
        files.setMaximumWidth(self.records[0].maximumWidth())
        self.view.column.insertWidget(1, files)


class GoLivePage(ListPage):
    """核查系统上线运行情况, one row a system of the contracts: 方案 三（二）5."""

    key = "golive"
    lists = (
        Listed(
            GoLive,
            "系统上线核查",
            "核查",
            ("item", "online_on", "state", "users", "result"),
            (
                Section(
                    "核查对象",
                    ("item", "name", "online_on", "state", "users"),
                    "改造合同中的系统逐个核查；一项合同产品含多个系统的，各填一条。",
                ),
                Section("核查情况", ("seen", "result", "attachments", "photos")),
            ),
        ),
    )

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        self.left = StatusNote()
        self.list_all = Button("列出未核查的系统", icon="list")
        self.list_all.setToolTip("为合同中还没有核查记录的系统各添一条")
        super().__init__(desk, parent)
        self._head.add_middle(self.left, self.list_all)
        self.list_all.clicked.connect(self.add_missing)
        self._count()

    def unchecked(self) -> list[ContractItem]:
        """The systems of the contracts that nobody checked yet."""
        return [item for item, rows in systems(self.desk.dossier) if not rows]

    def add_missing(self) -> None:
        """A row for each of them, to be filled in on the site."""
        if not self.flush():
            return
        with self.desk.batch():
            for item in self.unchecked():
                self.desk.add(form_of(GoLive), item=item.id)
        self.lay_out()

    def go_to(self, target: Target) -> None:
        if self.desk.dossier.find(ContractItem, target.record) is not None:
            self.list_all.setFocus()
        else:
            super().go_to(target)

    def lay_out(self) -> None:
        super().lay_out()
        self._count()

    def show_review(self, review: Review) -> None:
        super().show_review(review)
        self._count()

    def _count(self) -> None:
        if self.left.parentWidget() is None:
            return  # not in the header yet: shown now it would be a window, and take the keyboard
        everything = list(systems(self.desk.dossier))
        left = len(self.unchecked())
        self.list_all.setVisible(bool(left))
        if not everything:
            self.left.set_note("改造合同中没有系统", "info", "ink2")
        elif left:
            told = f"合同中的系统 {len(everything)} 个，{left} 个未核查"
            self.left.set_note(told, "warn", "warn")
        else:
            told = f"合同中的系统 {len(everything)} 个，均已核查"
            self.left.set_note(told, "check", "ok")


class ExaminationPage(ListPage):
    """书面材料审核和现场核查, and what each wants mended: 方案 三（二）6."""

    key = "examination"
    lists = (
        Listed(
            Examination,
            "书面审核和现场核查",
            "审核",
            ("way", "date", "experts", "conclusion"),
            (
                Section(
                    "",
                    ("way", "date", "experts", "plan", "seen", "conclusion"),
                    "书面材料审核和现场核查各填一条；对照既定方案和标准逐项核查。",
                ),
                Section("凭据", ("attachments", "photos")),
            ),
        ),
        Listed(
            ReturnPoint,
            "改进建议和整改要求",
            "意见",
            ("text", "asked", "due", "state"),
            (
                Section(
                    "专家组意见",
                    ("text", "asked", "place", "due"),
                    "只提改进建议的，不填整改要求。",
                ),
                Section(
                    "整改情况",
                    ("state", "closed_on", "reply", "attachments", "photos", "shown"),
                ),
            ),
            below=Examination,
        ),
    )

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.points = self.panes[1]
        self.points.form.edited.connect(self._closing)

    def _closing(self, path: str) -> None:
        """The day of closing follows from the state, until somebody types another."""
        point = self.desk.dossier.find(ReturnPoint, self.points.table.current())
        if point is not None:
            date_closing(self.desk, point, path)
            self.points.form.refresh()
