"""The pages of the plan's steps 8 to 10 that are forms and lists: 方案 三（二）1 to 3."""

from __future__ import annotations

from app.review import Review
from forms.dossier import (
    Contract,
    ContractItem,
    Milestone,
    Partner,
    PlannedProduct,
    Selection,
    Training,
    TrainingSync,
)
from forms.record import Record
from forms.visit import PHASES
from widgets.desk import Desk
from widgets.form_page import WIDEST, FormPage
from widgets.link_card import LinkCard
from widgets.list_page import ListPage
from widgets.list_pane import Listed
from widgets.record_form import Section


class ProvidersPage(ListPage):
    """Which providers the enterprise looked at, and the products that were settled on."""

    key = "providers"
    lists = (
        Listed(
            Partner,
            "服务单位",
            "服务单位",
            ("name", "chosen", "quote", "offer", "reason"),
            (
                Section(
                    "了解和比较",
                    ("name", "looked_on", "quote", "offer", "chosen", "reason"),
                    "了解过的服务单位都列入，由企业选定；选定和未选的理由各写一句。",
                ),
                Section(
                    "联系与签约",
                    ("contact", "phone", "contracted", "amount"),
                    "已在“改造合同”登记合同的，是否签合同和合同金额以合同为准，这里不必填写。",
                ),
            ),
        ),
        Listed(
            PlannedProduct,
            "选定的产品和解决方案",
            "产品",
            ("name", "partner", "project", "product", "purpose"),
            (
                Section("", ("name", "partner", "purpose")),
                Section(
                    "与诊断建议的对应",
                    ("project", "product", "measures", "departure"),
                    "选明它落实诊断报告的哪个项目、哪项推荐产品、达级路线的哪些措施。",
                ),
            ),
        ),
    )


class SelectionPage(FormPage):
    """How the enterprise chose, and the retrofit's plan."""

    key = "selection"
    forms = (
        (
            Selection,
            (
                Section(
                    "自主选择",
                    ("decided_on", "decided_by", "own_choice", "reason", "evidence"),
                    "依据方案 三（二）1，由试点企业自主选择数字化转型服务商。",
                ),
                Section("改造项目规划", ("plan",)),
            ),
        ),
    )

    def __init__(self, desk: Desk) -> None:
        self.links = LinkCard()
        super().__init__(desk)
        self.links.setMaximumWidth(WIDEST)
        self.links.activated.connect(self.jump)
        self.view.column.insertWidget(len(self.records), self.links)

    def lay_out(self) -> None:
        super().lay_out()
        self.links.show_dossier(self.desk.dossier)

    def show_review(self, review: Review) -> None:
        super().show_review(review)
        self.links.show_dossier(self.desk.dossier)


class ContractsPage(ListPage):
    """The contracts, one with each provider, and what each is about."""

    key = "contracts"
    lists = (
        Listed(
            Contract,
            "改造合同",
            "合同",
            ("name", "partner", "signed_on", "starts_on", "ends_on", "amount"),
            (
                Section(
                    "",
                    (
                        *("name", "number", "partner", "amount", "signed_on"),
                        *("starts_on", "ends_on", "scan", "also"),
                    ),
                    "原则上与每家服务商分别签订合同；合同须明确产品/服务和项目实施期限。",
                ),
            ),
        ),
        Listed(
            ContractItem,
            "产品与服务",
            "产品或服务",
            ("name", "kind", "amount", "planned", "content"),
            (Section("", ("name", "kind", "amount", "planned", "content")),),
            below=Contract,
        ),
    )


class MilestonesPage(ListPage):
    """How the work under each contract comes on."""

    key = "milestones"
    lists = (
        Listed(
            Milestone,
            "实施节点",
            "节点",
            ("name", "planned_on", "done_on", "who", "result"),
            (
                Section(
                    "",
                    ("name", "who", "planned_on", "done_on", "result", "photos", "attachments"),
                ),
            ),
            below=Contract,
        ),
    )


class SyncPage(FormPage):
    """三个同步: what was planned for each phase, and what came of it."""

    key = "sync"
    forms = (
        (
            TrainingSync,
            (
                Section(
                    "同时规划培训方案",
                    (
                        *("plan_on", "staff", "plan_before", "plan_during", "plan_after"),
                        "plan_files",
                    ),
                    "面向企业全员，按工程实施前、实施中、实施后分别安排。",
                ),
                Section(
                    "同步验收培训效果",
                    (
                        *("effect_before", "effect_before_on", "effect_during"),
                        *("effect_during_on", "effect_after", "effect_after_on", "effect_files"),
                    ),
                    "培训实施情况在“改造培训”中逐次登记；这里写明每个阶段培训后的效果和验收日期。",
                    frozenset({"effect_before_on", "effect_during_on", "effect_after_on"}),
                ),
            ),
        ),
    )


def _of_retrofit(record: Record) -> bool:
    return isinstance(record, Training) and bool(record.phase)


class CoursesPage(ListPage):
    """The trainings of the retrofit, phase by phase."""

    key = "courses"
    lists = (
        Listed(
            Training,
            "改造培训",
            "培训",
            ("phase", "topic", "date", "start", "end", "attendees", "trainer"),
            (
                Section(
                    "",
                    (
                        *("phase", "topic", "date", "trainer", "start", "end", "attendees"),
                        *("audience", "visit", "content", "sign_in"),
                    ),
                    "照片在“现场诊断”页导入后归入该次培训，时间和位置按现场诊断照片的规则核对。",
                ),
            ),
            keep=_of_retrofit,
            preset=(("phase", PHASES[0]),),
        ),
    )
