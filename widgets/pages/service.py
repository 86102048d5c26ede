"""The agreement (附件2), and what the enterprise says of the service (附件3 五（四）)."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.adoption import follow_up
from exporters.wording import date_text
from forms.dossier import Adoption, Agreement, Provider, Satisfaction, ServiceNote
from forms.errors import UserError
from forms.visit import CONSENT, RECEIPT
from grading.rules.agreement import last_day
from widgets.actions import bind
from widgets.controls import Button
from widgets.desk import Desk
from widgets.form_page import FormPage
from widgets.kind_files import Filed, KindFiles
from widgets.list_page import ListPage
from widgets.list_pane import Listed
from widgets.record_form import Section
from widgets.surfaces import Card
from widgets.survey_screen import SurveyScreen
from widgets.text import TextLabel

_WIDEST = 1080
_MARKS = ("process", "problems", "advice", "skill", "outcome")


class AgreementPage(FormPage):
    """The provider, the agreement, what has to be explained with it, and its papers."""

    key = "agreement"
    forms = (
        (
            Provider,
            (
                Section(
                    "数字化转型服务商（乙方）",
                    ("name", "credit_code", "address", "contact", "phone", "email"),
                ),
            ),
        ),
        (
            Agreement,
            (
                Section(
                    "咨询诊断服务协议",
                    ("number", "signed_on", "filed_on", "filing_number", "reported_on"),
                    "协议有效期自签订之日起三十日，其间完成现场诊断和报告编制。",
                ),
            ),
        ),
        (
            ServiceNote,
            (
                Section(
                    "服务说明",
                    ("purpose", "method", "schedule", "duration", "cooperation", "wishes"),
                    "方案 三（一）3 要求在签订协议时说明的事项；附件2的正文照原文印制，"
                    "这里所填另印为“咨询诊断服务说明”，随协议交企业。",
                ),
            ),
        ),
    )

    def __init__(self, desk: Desk) -> None:
        self.term = TextLabel("", "dense", "ink2", wrap=True)
        super().__init__(desk)
        self.records[1].put_under("number", self.term)
        self.files = KindFiles(
            desk,
            "协议的签章、备案和同意",
            (
                Filed("协议扫描件", "双方签字盖章后扫描；印有识别码的，也可在“文书与签章”页归入。"),
                Filed(RECEIPT, "双方共同在市工业和信息化局备案（附件2 第二条 5）后取得的回执。"),
                Filed(CONSENT, "对外报送企业披露的信息须有书面同意（附件2 第三条 2）。"),
            ),
        )
        self.files.jump.connect(self.jump)
        self.files.setMaximumWidth(_WIDEST)
        self.view.column.insertWidget(2, self.files)

    def edited(self, path: str) -> None:
        signed = self.desk.dossier.one(Agreement).signed_on
        if signed is None:
            said = "服务期限（自动计算）：填写签订日期后得出。"
        else:
            pack = self.desk.pack
            last = date_text(last_day(pack, signed))
            said = f"服务期限（自动计算）：{date_text(signed)}起 {pack.term_days} 天，至{last}止。"
        self.term.setText(said)


class SatisfactionPage(FormPage):
    """附件3 五（四）: typed here, answered on the screen turned round, or scanned."""

    key = "satisfaction"
    plain = False
    forms = (
        (
            Satisfaction,
            (
                Section(
                    "企业评价",
                    _MARKS,
                    "由试点企业填写；纸面填写的，咨询诊断人员原样录入。",
                    frozenset(_MARKS),
                ),
                Section(
                    "总体意见",
                    ("overall", "adoption", "opinion", "filled_on", "sealed"),
                ),
                Section(
                    "由谁填写",
                    ("given_by", "given_post", "way"),
                    "评价表没有此栏，用于说明评价的来源。",
                ),
            ),
        ),
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.survey: SurveyScreen | None = None
        self.ask = Button("请企业在屏幕上填写", icon="pencil")
        self.ask.clicked.connect(self.start)
        self.files = KindFiles(
            desk,
            "纸质评价表",
            (Filed("满意度评价表扫描件", "纸质填写、单位盖章后扫描归入。"),),
        )
        self.files.jump.connect(self.jump)
        for place, card in enumerate((self._turned(), self.files)):
            card.setMaximumWidth(_WIDEST)
            self.view.column.insertWidget(place, card)

    def _turned(self) -> Card:
        card = Card((20, 16), 8)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(TextLabel("企业在屏幕上填写", "section"))
        head.addStretch(1)
        head.addWidget(self.ask)
        card.body.addLayout(head)
        words = (
            "把屏幕转向企业人员：全屏逐题填写，看不到档案的其他内容，提交后才写入；"
            "已有的评价由新的评价取代，原来的留在修改记录中。"
        )
        card.body.addWidget(TextLabel(words, "meta", "ink2", wrap=True))
        return card

    def start(self) -> None:
        """Turn the screen round: the enterprise's person answers, and sees nothing else."""
        if not self.flush():
            return
        self.survey = SurveyScreen(self.desk, self.window())
        self.survey.closed.connect(self._back)
        self.survey.begin()

    def _back(self) -> None:
        self.survey = None
        for form in self.records:
            form.refresh()
        self.ask.setFocus()


class AdoptionPage(ListPage):
    """What the enterprise made of the report's advice, and what became of it."""

    key = "adoption"
    lists = (
        Listed(
            Adoption,
            "建议采纳",
            "建议",
            ("advice", "decision", "decided_on", "outcome"),
            (Section("", ("advice", "project", "decision", "decided_on", "outcome")),),
        ),
    )

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.fetch = Button("列入报告建议", icon="list")
        self.fetch.setToolTip("把报告建议的改造项目（没有的，达级路线的措施）逐条列入")
        self.fetch.clicked.connect(self.take)
        bind(self, "adoption.take", self.take, self.fetch)
        self._head.add_right(self.fetch)

    def take(self) -> None:
        """List what the report advises and is not followed up yet."""
        if not self.flush():
            return
        try:
            made = follow_up(self.desk.bench, self.desk.dossier_id)
        except UserError as error:
            self.desk.refused.emit(str(error))
            return
        self.desk.refresh()
        said = f"已列入 {made} 条建议" if made else "报告的建议均已列入；没有建议的，先编制改造项目"
        self.pane.toast.say(said, undo=False)
