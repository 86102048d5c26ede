"""What must hold before the subsidy is paid (方案 三（二）7, 四（四）, and the batch's notice).

Each condition's state follows from what the dossier holds; nobody ticks one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from forms.dossier import (
    Acceptance,
    Assessment,
    Attachment,
    Audit,
    Contract,
    Dossier,
    Enterprise,
    File,
    Invoice,
    Payment,
    picked,
)
from forms.pack import Batch, Pack
from forms.record import Record
from forms.retrofit import PASSED
from forms.subsidy import CLAUSE
from grading.finding import Target
from grading.score import Grade
from grading.subsidy import own_batch

EXCLUSIONS = "方案 四（四）"
LEVEL_RULE = "SUBSIDY-LEVEL"
"""The rule whose limit is the least level."""
_NAMED = 3
"""So many records are named by themselves; the others are counted."""


class State(StrEnum):
    """How a condition stands."""

    HELD = "已具备"
    FAILED = "不具备"
    OPEN = "待补"


@dataclass(frozen=True, slots=True)
class Check:
    """One condition: its state with the reason, where it is written, and where it is mended."""

    key: str
    name: str
    state: State
    reason: str
    source: str
    target: Target


def checks(dossier: Dossier, pack: Pack, regrade: Grade | None) -> tuple[Check, ...]:
    """Every condition of payment, in the order in which the plan and the notice name them;
    `regrade` is the grade of the assessor's evaluation (`Stage.RETROFIT`), if it was graded."""
    batch = own_batch(dossier, pack)
    return (
        _batch(dossier, batch),
        _level(pack, regrade),
        _acceptance(dossier),
        _audit(dossier),
        *_exclusions(dossier),
        _dated(batch, "contract", "合同签订日期", dossier.all(Contract), Target("contracts")),
        _dated(batch, "invoice", "发票开具日期", dossier.all(Invoice), Target("subsidy")),
        _dated(batch, "payment", "付款凭证日期", dossier.all(Payment), Target("subsidy")),
        _accepted_on(dossier, batch),
        *_papers_by(dossier, batch),
    )


def _batch(dossier: Dossier, batch: Batch | None) -> Check:
    target = Target("enterprise", dossier.id, "batch")
    named = dossier.one(File).batch.strip()
    if batch is not None:
        said = f"{batch.name}：{batch.window}"
        return Check("batch", "批次及期限", State.HELD, said, batch.source, target)
    said = f"批次“{named}”的补助规则未登记，请核对批次名称" if named else "档案未填写批次"
    return Check("batch", "批次及期限", State.OPEN, said, CLAUSE, target)


def _level(pack: Pack, grade: Grade | None) -> Check:
    """The level that the assessor's evaluation comes to."""
    least = int(pack.rules[LEVEL_RULE].limit)
    wanted = pack.instrument.level_label(least)
    name, target = f"改造后达到{wanted}及以上", Target("regrade")
    source = pack.rules[LEVEL_RULE].clause
    if grade is None or not grade.complete:
        left = f"尚有{len(grade.unanswered)}项未评" if grade else "尚未评分"
        said = f"第三方评测（改造后）{left}，等级不能确定"
        return Check("level", name, State.OPEN, said, source, target)
    state = State.HELD if grade.level >= least else State.FAILED
    said = f"第三方评测（改造后）结果为{pack.instrument.level_label(grade.level)}"
    return Check("level", name, state, said, source, target)


def _acceptance(dossier: Dossier) -> Check:
    form = dossier.one(Acceptance)
    field = "conclusion" if not form.conclusion else "opinion_on"
    state, said = State.OPEN, "验收意见未填结论"
    if form.conclusion == PASSED:
        state = State.HELD if form.opinion_on else State.OPEN
        said = f"验收意见结论为“{form.conclusion}”" + ("" if form.opinion_on else "，未填日期")
    elif form.conclusion:
        state, said = State.FAILED, f"验收意见结论为“{form.conclusion}”"
    target = Target("acceptance", form.id, field)
    return Check("acceptance", "改造项目通过验收", state, said, CLAUSE, target)


def _audit(dossier: Dossier) -> Check:
    form = dossier.one(Audit)
    lacking = {
        "auditor": "第三方审计机构" if not form.auditor.strip() else "",
        "number": "报告编号" if not form.number.strip() else "",
        "date": "报告日期" if form.date is None else "",
        "amount": "审定投入金额" if not form.amount.strip() else "",
        "scan": "报告扫描件" if not picked(form.scan, dossier.all(Attachment)) else "",
        "passed": "是否通过" if form.passed is None else "",
    }
    empty = [field for field, label in lacking.items() if label]
    target = Target("subsidy", form.id, empty[0] if empty else "passed")
    if form.passed is False:
        state, said = State.FAILED, "审计登记为未通过"
    elif empty:
        state, said = State.OPEN, f"未填{'、'.join(lacking[field] for field in empty)}"
    else:
        day = f"于{form.date.isoformat()}" if form.date else ""
        state, said = State.HELD, f"{form.auditor.strip()}{day}出具{form.number.strip()}"
    return Check("audit", "通过专项审计", state, said, f"{CLAUSE}、方案 二（六）", target)


def _exclusions(dossier: Dossier) -> Iterator[Check]:
    """The two kinds of enterprise that are not supported a second time."""
    enterprise = dossier.one(Enterprise)
    for field, name in (
        ("central_funds", "不是已获中央财政资金支持的“小巨人”"),
        ("pilot_2022", "未纳入〔2022〕22号文的改造试点"),
    ):
        answer = getattr(enterprise, field)
        state = {None: State.OPEN, False: State.HELD, True: State.FAILED}[answer]
        said = {None: "企业基本情况中尚未核对", False: "企业基本情况中填“否”"}.get(
            answer, "企业基本情况中填“是”，不再重复支持"
        )
        yield Check(
            field, name, state, said, EXCLUSIONS, Target("enterprise", enterprise.id, field)
        )


def _dated(batch: Batch | None, key: str, name: str, rows: Sequence[Record], page: Target) -> Check:
    """All contracts, invoices or payments lie within the window; one that does not is named."""
    field = "signed_on" if key == "contract" else "date"
    days = {row.id: getattr(row, field) for row in rows}
    source = batch.source if batch else CLAUSE
    what = {"contract": "份改造合同", "invoice": "张发票", "payment": "笔付款凭证"}[key]

    def made(state: State, said: str, record: UUID | None = None) -> Check:
        target = Target(page.page, record, field) if record else Target(page.page, None, key)
        return Check(key, f"{name}在期限内", state, said, source, target)

    if not rows:
        return made(State.OPEN, f"尚未登记{what[1:]}")
    undated = [record for record, day in days.items() if day is None]
    if undated:
        return made(State.OPEN, f"{len(undated)}{what}未填日期", undated[0])
    if batch is None:
        return made(State.OPEN, "批次期限未知，不能核对")
    outside = {record: day for record, day in days.items() if day and not batch.holds(day)}
    if outside:
        said = f"{len(outside)}{what}的日期不在期限内（{_days(outside.values())}）"
        return made(State.FAILED, said, next(iter(outside)))
    return made(State.HELD, f"{len(rows)}{what}的日期均在期限内")


def _accepted_on(dossier: Dossier, batch: Batch | None) -> Check:
    form = dossier.one(Acceptance)
    day, name = form.opinion_on, "验收日期在期限内"
    target = Target("acceptance", form.id, "opinion_on")
    source = batch.source if batch else CLAUSE
    if day is None:
        return Check("accepted_on", name, State.OPEN, "验收意见未填日期", source, target)
    if batch is None:
        return Check("accepted_on", name, State.OPEN, "批次期限未知，不能核对", source, target)
    state = State.HELD if batch.holds(day) else State.FAILED
    said = f"验收意见日期为{day.isoformat()}"
    return Check("accepted_on", name, state, said, source, target)


def _papers_by(dossier: Dossier, batch: Batch | None) -> Iterator[Check]:
    """The assessor's report and the audit by the day that the batch's notice sets."""
    if batch is None or batch.papers_by is None:
        return
    name = f"评测报告和审计报告不晚于{batch.papers_by.isoformat()}"
    report, audit = dossier.one(Assessment), dossier.one(Audit)
    for title, day, target in (
        ("评测报告", report.reported_on, Target("assessor", report.id, "reported_on")),
        ("审计报告", audit.date, Target("subsidy", audit.id, "date")),
    ):
        if day is None or day > batch.papers_by:
            state = State.OPEN if day is None else State.FAILED
            said = f"{title}日期为{day.isoformat()}" if day else f"{title}未填日期"
            yield Check("papers", name, state, said, batch.source, target)
            return
    yield Check("papers", name, State.HELD, "两份报告均在期限内", batch.source, Target("subsidy"))


def _days(days: Iterable[dt.date | None]) -> str:
    """The first few days, in their order."""
    known = sorted(day for day in days if day is not None)
    more = "等" if len(known) > _NAMED else ""
    return "、".join(day.isoformat() for day in known[:_NAMED]) + more
