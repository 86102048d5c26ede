"""The plan's papers: what each is called, where it is asked for, who signs it.

The names are those of Changchun's plan; a pack may call them otherwise (`Pack.papers`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

DRAFT, BLANK = "DRAFT", "BLANK"
"""What the code on a paper says in place of its content: a draft is not to be signed, and a form
that is filled in by hand is its own original."""


class Role(StrEnum):
    """In which capacity somebody signs."""

    TEAM = "咨询诊断服务人员"
    COUNTERPART = "试点企业对接人"
    ENTERPRISE = "试点企业"
    PROVIDER = "数字化转型服务商"
    LEGAL = "试点企业法定代表人"
    ASSESSOR = "第三方评测机构负责人"


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper of the plan.

    `scan` is the kind of attachment under which its signed copy comes back, "" where nobody signs
    it; `roles` who signs it. `each_visit` says that there is one for every visit. `secret` says
    that article 3 of the agreement covers it; `early` that it is needed before the dossier is
    whole, so that no finding stops its final copy; `half` is the half of the plan that it belongs
    to (方案 三). `by_hand` are the fields, by form, that are written in signing or after it, and
    typed later: what was signed stays the same.
    """

    key: str
    name: str
    clause: str
    scan: str = ""
    roles: tuple[Role, ...] = ()
    each_visit: bool = False
    secret: bool = True
    early: bool = False
    half: int = 1
    by_hand: tuple[tuple[str, str], ...] = ()


PAPERS = (
    Paper("library", "供需适配库", "附件1", early=True),
    Paper("outline", "现场调研提纲", "方案 三（一）2", early=True),
    Paper("plan", "现场调研计划", "方案 三（一）2", early=True),
    Paper(
        "agreement",
        "咨询诊断服务协议",
        "附件2",
        "协议扫描件",
        (Role.ENTERPRISE, Role.PROVIDER),
        early=True,
        by_hand=(("agreement", "number"), ("agreement", "signed_on")),
    ),
    Paper("servicenote", "服务说明", "方案 三（一）3", early=True),
    Paper(
        "record",
        "现场诊断记录表",
        "附件3 五（二）",
        "现场诊断记录表扫描件",
        (Role.TEAM, Role.COUNTERPART),
        each_visit=True,
        early=True,
    ),
    Paper("points", "数字化基础、管理及成效评测表", "附件3 五（三）"),
    Paper("scenes", "数字化经营应用场景等级判定表", "附件3 五（三）"),
    Paper(
        "minutes",
        "诊断结果汇报会议纪要",
        "方案 三（一）5",
        "汇报会议纪要扫描件",
        (Role.ENTERPRISE, Role.PROVIDER),
        early=True,
    ),
    Paper(
        "satisfaction",
        "企业满意度评价表",
        "附件3 五（四）",
        "满意度评价表扫描件",
        (Role.ENTERPRISE,),
        secret=False,
        early=True,
        by_hand=(("satisfaction", "filled_on"),),
    ),
    Paper("report", "咨询诊断报告", "附件3", "报告封面扫描件"),
    Paper(
        "filing",
        "改造项目备案入库申请表",
        "附件4",
        "备案申请表扫描件",
        (Role.LEGAL,),
        secret=False,
        half=2,
        by_hand=(
            *(("filing", name) for name in ("declared_on", "district_opinion", "district_on")),
        ),
    ),
    Paper("comparison", "改造前后对比表", "方案 三（二）5", half=2),
    Paper(
        "acceptance",
        "改造项目验收意见",
        "附件5",
        "验收意见扫描件",
        (Role.ASSESSOR,),
        secret=False,
        half=2,
        by_hand=(
            *(("acceptance", name) for name in ("opinion_on", "district_opinion", "district_on")),
        ),
    ),
    Paper("subsidy", "补助资金申报材料清单", "方案 三（二）7", secret=False, early=True, half=2),
    Paper("rectification", "整改说明", "方案 三（一）7"),
    Paper("checksheet", "核验单", "方案 四"),
)


def called(names: Mapping[str, str], items: str, scenes: str) -> tuple[Paper, ...]:
    """The papers under a plan's own names, by their keys; the two tables are called after the
    halves of the evaluation table. ValueError where there is no such paper, or two have one name.
    """
    own = {"points": f"{items}评测表", "scenes": f"{scenes}应用场景等级判定表", **names}
    found = tuple(replace(paper, name=own.pop(paper.key, paper.name)) for paper in PAPERS)
    if own or len({paper.name for paper in found}) < len(found):
        raise ValueError("the papers' names")
    return found


BY_KEY = {paper.key: paper for paper in PAPERS}
SCANS = frozenset(paper.scan for paper in PAPERS if paper.scan)
"""The kinds of attachment that are signed copies of papers."""
