"""The plan's steps (方案 三（一）) and the pages of the window that serve each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the window; `key` is what findings and jumps name. `forms` are what it fills in."""

    key: str
    name: str
    forms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the plan, with its number and its pages in the order of the work."""

    key: str
    number: int
    name: str
    pages: tuple[Page, ...]


STEPS = (
    Step(
        "needs",
        1,
        "征集企业需求",
        (
            Page("enterprise", "企业基本情况", ("enterprise",)),
            Page("needs", "改造需求", ("need",)),
            Page("library", "供需适配库", ("libraryentry", "solution", "needstep")),
        ),
    ),
    Step(
        "contact",
        2,
        "联系试点企业",
        (
            Page("site", "厂址位置", ("site",)),
            Page("self", "企业自评", ("answer:self",)),
        ),
    ),
    Step(
        "agreement",
        3,
        "签订诊断合同",
        (
            Page("agreement", "服务商与协议", ("provider", "agreement")),
            Page("team", "诊断团队", ("member",)),
            Page("assignments", "分工", ("assignment",)),
        ),
    ),
    Step(
        "visit",
        4,
        "开展现场服务",
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
        (Page("results", "评测结果"), Page("route", "达级路线", ("routemeasure",))),
    ),
    Step(
        "report",
        6,
        "编制诊断报告",
        (
            Page("report", "报告撰写", ("paragraph", "reply")),
            Page("projects", "项目与产品", ("project", "product")),
            Page("satisfaction", "满意度评价", ("satisfaction",)),
            Page("attachments", "附件与凭据", ("attachment",)),
        ),
    ),
    Step(
        "handin",
        7,
        "诊断成果验收",
        (
            Page(
                "papers",
                "文书与签章",
                ("plan", "agendaitem", "filing", "partner", "acceptance", "signature"),
            ),
            Page("handin", "导出与提交", ("sending",)),
            Page("returned", "退回意见", ("returnopinion", "returnpoint")),
        ),
    ),
)

#: 三（二）开展数字化改造, the plan's steps 8 to 14, by name; no dossier keeps their states yet.
LATER = (
    "选择服务单位",
    "签订改造合同",
    "开展数字化改造",
    "提交备案申请",
    "开展定级评测",
    "改造项目验收",
    "专项资金拨付",
)

PAGES = {page.key: page for step in STEPS for page in step.pages}
STEP_OF_PAGE = {page.key: step for step in STEPS for page in step.pages}
