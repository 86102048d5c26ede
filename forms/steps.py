"""The plan's fourteen steps (方案 三) and the pages of the window that serve each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Party(StrEnum):
    """The seven roles that 方案 二 gives a duty to, in its words."""

    BUREAU = "市工信主管部门"
    DISTRICT = "县（市）区工信主管部门"
    THINK_TANK = "第三方智库单位"
    PROVIDER = "数字化转型服务商"
    ASSESSOR = "第三方评测机构"
    AUDITOR = "第三方审计机构"
    ENTERPRISE = "试点企业"


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the window; `key` is what findings and jumps name. `forms` are what it fills in."""

    key: str
    name: str
    forms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the plan, with its number and its pages in the order of the work.

    `roles` are those who must act by the text of 方案 三 and the annexes' forms, the one who begins
    first; 第三方智库单位 watches over all of them and acts in none. `half` is 1 for the diagnosis,
    三（一）, and 2 for the retrofit, 三（二）.
    """

    key: str
    number: int
    name: str
    roles: tuple[Party, ...]
    pages: tuple[Page, ...]
    half: int = 1

    @property
    def clause(self) -> str:
        """Where the plan describes it, as in 方案 三（二）1."""
        part, first = ("一", 0) if self.half == 1 else ("二", 7)
        return f"方案 三（{part}）{self.number - first}"


HALVES = {1: "数字化咨询诊断", 2: "开展数字化改造"}
"""The two parts of 方案 三 by their headings."""

STEPS = (
    Step(
        "needs",
        1,
        "征集企业需求",
        (Party.PROVIDER,),
        (
            Page("enterprise", "企业基本情况", ("enterprise",)),
            Page("pilot", "试点条件", ("eligibility",)),
            Page("needs", "改造需求", ("need",)),
            Page("library", "供需适配库", ("libraryentry", "solution", "needstep")),
        ),
    ),
    Step(
        "contact",
        2,
        "联系试点企业",
        (Party.PROVIDER, Party.ENTERPRISE),
        (
            Page("site", "厂址位置", ("site",)),
            Page("contact", "联系记录", ("contact",)),
            Page("self", "企业自评", ("answer:self",)),
            Page("preparation", "调研准备", ("background", "plan", "agendaitem")),
        ),
    ),
    Step(
        "agreement",
        3,
        "签订诊断合同",
        (Party.PROVIDER, Party.ENTERPRISE),
        (
            Page("agreement", "服务商与协议", ("provider", "agreement", "servicenote")),
            Page("team", "诊断团队", ("member",)),
            Page("assignments", "分工", ("assignment",)),
        ),
    ),
    Step(
        "visit",
        4,
        "开展现场服务",
        (Party.PROVIDER, Party.ENTERPRISE),
        (
            Page("walk", "水平评测", ("answer:diagnosis",)),
            Page("visits", "现场诊断", ("visit", "stay", "photo")),
            Page("trainings", "主题培训", ("training",)),
            Page(
                "inventory", "设备与系统", ("equipment", "system", "dataresource", "cloudservice")
            ),
        ),
    ),
    Step(
        "briefing",
        5,
        "诊断结果汇报",
        (Party.PROVIDER, Party.ENTERPRISE),
        (
            Page("results", "评测结果"),
            Page("route", "达级路线", ("routemeasure",)),
            Page("briefing", "结果汇报", ("briefing", "briefingattendee", "remark", "correction")),
        ),
    ),
    Step(
        "report",
        6,
        "编制诊断报告",
        (Party.PROVIDER,),
        (
            Page("report", "报告撰写", ("paragraph", "reply")),
            Page("projects", "项目与产品", ("project", "product")),
            Page("satisfaction", "满意度评价", ("satisfaction",)),
            Page("adoption", "建议采纳", ("adoption",)),
            Page("attachments", "附件与凭据", ("attachment",)),
        ),
    ),
    Step(
        "handin",
        7,
        "诊断成果验收",
        (Party.PROVIDER, Party.BUREAU),
        (
            Page(
                "papers",
                "文书与签章",
                ("signature",),
            ),
            Page("handin", "导出与提交", ("sending",)),
            Page("inspection", "专家验收", ("diagnosisacceptance", "diagnosisexpert")),
            Page("returned", "退回意见", ("returnopinion", "returnpoint")),
        ),
    ),
    Step(
        "choice",
        8,
        "选择服务单位",
        (Party.ENTERPRISE, Party.PROVIDER),
        (
            Page("providers", "服务单位与产品", ("partner", "plannedproduct")),
            Page("selection", "选择与规划", ("selection",)),
        ),
        half=2,
    ),
    Step(
        "contract",
        9,
        "签订改造合同",
        (Party.ENTERPRISE, Party.PROVIDER),
        (Page("contracts", "改造合同", ("contract", "contractitem")),),
        half=2,
    ),
    Step(
        "retrofit",
        10,
        "开展数字化改造",
        (Party.PROVIDER, Party.ENTERPRISE),
        (
            Page("progress", "改造实施"),
            Page("milestones", "实施节点", ("milestone",)),
            Page("sync", "三个同步", ("trainingsync",)),
            Page("courses", "改造培训", ("training:retrofit",)),
        ),
        half=2,
    ),
    Step(
        "filing",
        11,
        "提交备案申请",
        (Party.ENTERPRISE, Party.DISTRICT),
        (Page("filing", "备案申请表", ("filing", "effect", "filingchange")),),
        half=2,
    ),
    Step(
        "assessment",
        12,
        "开展定级评测",
        (Party.ASSESSOR,),
        (
            Page("assessor", "评测机构与报告", ("assessment",)),
            Page("regrade", "定级评测", ("answer:retrofit",)),
            Page("golive", "系统上线核查", ("golive",)),
            Page("comparison", "改造前后对比"),
        ),
        half=2,
    ),
    Step(
        "acceptance",
        13,
        "改造项目验收",
        (Party.ASSESSOR, Party.DISTRICT),
        (
            Page("examination", "验收审核", ("examination",)),
            Page("acceptance", "验收意见", ("acceptance",)),
        ),
        half=2,
    ),
    Step(
        "subsidy",
        14,
        "专项资金拨付",
        (Party.AUDITOR, Party.ENTERPRISE, Party.DISTRICT, Party.BUREAU),
        (Page("subsidy", "专项资金", ("invoice", "payment", "audit", "subsidyentry")),),
        half=2,
    ),
)

BY_KEY = {step.key: step for step in STEPS}
#: The keys of the diagnosis's steps.
DIAGNOSIS = tuple(step.key for step in STEPS if step.half == 1)
PAGES = {page.key: page for step in STEPS for page in step.pages}
STEP_OF_PAGE = {page.key: step for step in STEPS for page in step.pages}
