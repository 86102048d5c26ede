"""What is to be done next in each step, by whom, and who waits for it meanwhile (方案 三).

Each step is a short list of what brings it on, in order; the first that the dossier does not show
yet is what is next. What the rules find wrong besides is told by the findings.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from forms.dossier import (
    Acceptance,
    Agreement,
    Assessment,
    Audit,
    Briefing,
    Contact,
    Contract,
    DiagnosisAcceptance,
    Dossier,
    Enterprise,
    Examination,
    Filing,
    Milestone,
    Need,
    Partner,
    Plan,
    Satisfaction,
    Selection,
    Sending,
    SubsidyEntry,
    Training,
    Visit,
)
from forms.evaluation import Stage
from forms.pack import Pack
from forms.steps import Party
from forms.subsidy import APPLIED, GRANTED, PAID


@dataclass(frozen=True, slots=True)
class Todo:
    """Who has to do what, who waits for it, and whether the dossier shows that it was done."""

    acts: tuple[Party, ...]
    action: str
    done: Callable[[Dossier, Pack], bool]
    waits: tuple[Party, ...] = ()

    @property
    def words(self) -> str:
        """The same in one sentence."""
        acts = "与".join(self.acts)
        waits = "、".join(self.waits)
        return f"待{acts}{self.action}" + (f"，{waits}等候其结果。" if waits else "。")


_B, _D, _P, _E = Party.BUREAU, Party.DISTRICT, Party.PROVIDER, Party.ENTERPRISE
_ASSESSOR, _AUDITOR = Party.ASSESSOR, Party.AUDITOR


def next_of(step_key: str, dossier: Dossier, pack: Pack) -> Todo | None:
    """What brings a step on next; None where all that is listed for it was done."""
    return next((each for each in _TODOS[step_key] if not each.done(dossier, pack)), None)


def _answered(stage: Stage) -> Callable[[Dossier, Pack], bool]:
    def done(dossier: Dossier, pack: Pack) -> bool:
        table = pack.instrument
        given = {answer.subject for answer in dossier.answers(stage)}
        return given >= {i.name for i in table.items} | {s.name for s in table.scenes}

    return done


def _booked(event: str) -> Callable[[Dossier, Pack], bool]:
    return lambda d, _: any(row.event == event for row in d.all(SubsidyEntry))


def _mended(of_retrofit: bool) -> Callable[[Dossier, Pack], bool]:
    return lambda d, _: all(point.closed for point in d.points(retrofit=of_retrofit))


_TODOS: dict[str, tuple[Todo, ...]] = {
    "needs": (
        Todo((_P,), "登记企业基本情况", lambda d, _: bool(d.one(Enterprise).name.strip())),
        Todo((_P,), "征集企业的改造需求", lambda d, _: bool(d.all(Need))),
    ),
    "contact": (
        Todo((_P,), "联系企业并商定调研安排", lambda d, _: bool(d.all(Contact)), (_E,)),
        Todo((_E,), "提供自评估情况", _answered(Stage.SELF), (_P,)),
        Todo((_P,), "发出现场调研计划", lambda d, _: d.one(Plan).sent_on is not None, (_E,)),
    ),
    "agreement": (
        Todo((_P, _E), "签订咨询诊断服务协议", lambda d, _: d.one(Agreement).signed_on is not None),
        Todo((_P,), "办理协议备案", lambda d, _: d.one(Agreement).filed_on is not None),
    ),
    "visit": (
        Todo((_P,), "到企业开展现场诊断", lambda d, _: bool(d.all(Visit)), (_E,)),
        Todo((_P,), "按评测指标完成水平评测", _answered(Stage.DIAGNOSIS), (_E,)),
        Todo((_P,), "开展主题培训", lambda d, _: bool(d.all(Training)), (_E,)),
    ),
    "briefing": (
        Todo(
            (_P,),
            "向企业高层领导汇报诊断结果",
            lambda d, _: d.one(Briefing).held_on is not None,
            (_E,),
        ),
    ),
    "report": (
        Todo(
            (_P,),
            "编制咨询诊断报告",
            lambda d, _: d.one(Agreement).reported_on is not None,
            (_E,),
        ),
        Todo(
            (_E,),
            "填写满意度评价表",
            lambda d, _: d.one(Satisfaction).filled_on is not None,
            (_P,),
        ),
    ),
    "handin": (
        Todo((_P,), "报送诊断成果", lambda d, _: _sent(d) or _accepted(d), (_B,)),
        Todo((_P,), "按意见整改", _mended(False), (_B,)),
        Todo((_B,), "组织专家验收并出具意见", lambda d, _: _accepted(d), (_P, _E)),
    ),
    "choice": (
        Todo((_P,), "提供产品和解决方案", lambda d, _: bool(d.all(Partner)), (_E,)),
        Todo(
            (_E,), "自主选定服务单位", lambda d, _: d.one(Selection).decided_on is not None, (_P,)
        ),
    ),
    "contract": (
        Todo(
            (_E, _P),
            "签订改造合同",
            lambda d, _: any(each.signed_on for each in d.all(Contract)),
        ),
    ),
    "retrofit": (
        Todo(
            (_P,),
            "依据合同实施改造并培训企业全员",
            lambda d, _: _built(d),
            (_E,),
        ),
    ),
    "filing": (
        Todo(
            (_E,),
            "填报备案入库申请表",
            lambda d, _: d.one(Filing).declared_on is not None,
            (_D,),
        ),
        Todo(
            (_D,),
            "出具备案意见",
            lambda d, _: bool(d.one(Filing).district_on or d.one(Filing).district_opinion),
            (_E,),
        ),
    ),
    "assessment": (
        Todo(
            (_ASSESSOR,),
            "开展实地水平评测",
            lambda d, _: d.one(Assessment).visited_on is not None,
            (_E,),
        ),
        Todo(
            (_ASSESSOR,),
            "出具水平评测报告",
            lambda d, _: d.one(Assessment).reported_on is not None,
            (_E,),
        ),
    ),
    "acceptance": (
        Todo(
            (_ASSESSOR,),
            "组成专家组开展材料审核和现场核查",
            lambda d, _: bool(d.all(Examination)) or _opinion(d),
            (_E,),
        ),
        Todo((_P,), "按专家组意见整改", _mended(True), (_ASSESSOR, _E)),
        Todo((_ASSESSOR,), "出具验收意见", lambda d, _: _opinion(d), (_E,)),
        Todo(
            (_D,),
            "签署验收意见",
            lambda d, _: bool(d.one(Acceptance).district_on or d.one(Acceptance).district_opinion),
            (_E,),
        ),
    ),
    "subsidy": (
        Todo(
            (_AUDITOR,),
            "出具专项审计报告",
            lambda d, _: d.one(Audit).date is not None,
            (_E,),
        ),
        Todo((_E,), "申报改造专项资金", _booked(APPLIED), (_D, _B)),
        Todo((_D, _B), "审核并核定补助金额", _booked(GRANTED), (_E,)),
        Todo((_B,), "拨付专项资金", _booked(PAID), (_E,)),
    ),
}


def _sent(dossier: Dossier) -> bool:
    return any(each.sent_at is not None for each in dossier.all(Sending))


def _accepted(dossier: Dossier) -> bool:
    return dossier.one(DiagnosisAcceptance).issued_on is not None


def _opinion(dossier: Dossier) -> bool:
    return dossier.one(Acceptance).opinion_on is not None


def _built(dossier: Dossier) -> bool:
    steps = dossier.all(Milestone)
    return bool(steps) and all(step.done_on is not None for step in steps)
