"""The conditions of payment, and the rules about what the subsidy rests on: the paid sample holds
all of them, and each thing taken away or spoilt is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache

import pytest

from app.handin_choice import wanted
from app.review import review
from forms.dossier import Dossier
from forms.errors import RuleRefusal
from forms.evaluation import Stage
from forms.papers import BY_KEY
from forms.steps import PAGES
from grading.finding import Finding
from grading.rules import check
from grading.rules.case import Case
from grading.steps import step_states
from grading.subsidy_checks import Check, State, checks
from tests.rule_cases import case_of, dossier_of, good
from tests.subsidy_cases import FAULTS, Spoil, paid, put, without

TODAY = dt.date(2026, 3, 10)


def case(dossier: Dossier) -> Case:
    return case_of(dossier, today=TODAY)


def told(held: Case) -> list[Finding]:
    return [each for each in check(held) if each.rule.startswith("SUBSIDY-")]


def conditions(held: Case) -> Mapping[str, Check]:
    lines = checks(held.dossier, held.pack, held.grades[Stage.RETROFIT])
    return {each.key: each for each in lines}


@cache
def sample() -> Case:
    return case(paid())


def test_the_paid_sample_holds_every_condition_and_its_step_is_done() -> None:
    held = sample()
    assert {each.state for each in conditions(held).values()} == {State.HELD}
    assert told(held) == []
    assert step_states(held, check(held))["subsidy"] == "done"


@pytest.mark.parametrize(("rule", "spoil"), FAULTS, ids=[rule for rule, _ in FAULTS])
def test_each_fault_is_told_where_it_is_mended(rule: str, spoil: Spoil) -> None:
    found = {each.rule: each for each in told(case(paid(spoil)))}
    assert rule in found
    finding = found[rule]
    assert finding.half == 2
    assert finding.target is not None and finding.target.page == "subsidy"
    assert finding.clause and finding.message.endswith("。") and finding.remedy.endswith("。")


@pytest.mark.parametrize(
    ("key", "spoil", "state", "reason"),
    [
        ("batch", put("dossier", batch=None), State.OPEN, "档案未填写批次"),
        ("batch", put("dossier", batch="第九批"), State.OPEN, "批次“第九批”的补助规则未登记"),
        ("level", put("answer", -1, level=None), State.OPEN, "尚有1项未评"),
        ("acceptance", put("acceptance", conclusion="未通过验收"), State.FAILED, "未通过验收"),
        ("acceptance", put("acceptance", conclusion=None), State.OPEN, "未填结论"),
        ("acceptance", put("acceptance", opinion_on=None), State.OPEN, "未填日期"),
        ("audit", put("audit", passed=False), State.FAILED, "未通过"),
        ("audit", without("audit"), State.OPEN, "第三方审计机构、报告编号、报告日期"),
        ("central_funds", put("enterprise", central_funds=True), State.FAILED, "不再重复支持"),
        ("pilot_2022", put("enterprise", pilot_2022=None), State.OPEN, "尚未核对"),
        ("contract", put("contract", signed_on="2026-03-01"), State.FAILED, "2026-03-01"),
        ("invoice", without("invoice"), State.OPEN, "尚未登记发票"),
        ("payment", put("payment", 4, date=None), State.OPEN, "1笔付款凭证未填日期"),
        ("accepted_on", put("acceptance", opinion_on="2026-03-01"), State.FAILED, "2026-03-01"),
        ("papers", put("audit", date="2026-03-01"), State.FAILED, "审计报告日期为2026-03-01"),
        ("papers", put("assessment", reported_on=None), State.OPEN, "评测报告未填日期"),
    ],
)
def test_what_is_taken_away_turns_its_condition_back(
    key: str, spoil: Spoil, state: State, reason: str
) -> None:
    held = case(paid(spoil))
    line = conditions(held)[key]
    assert line.state is state
    assert reason in line.reason
    assert line.target.page in PAGES
    assert step_states(held, check(held))["subsidy"] == (
        "open" if state is State.OPEN else "blocked"
    )


def test_the_notice_is_the_source_of_what_the_plan_does_not_say() -> None:
    held, batch = conditions(sample()), sample().pack.batches[-1]
    noticed = ("batch", "contract", "invoice", "payment", "accepted_on", "papers")
    assert {held[key].source for key in noticed} == {batch.source}
    assert held["level"].source == "方案 三（二）7"
    assert held["central_funds"].source == "方案 四（四）"


def test_nothing_is_said_before_the_step_has_begun() -> None:
    assert told(case(dossier_of(good()))) == []
    before = without("invoice", "payment", "audit", "subsidyentry", "acceptance")
    assert told(case(paid(before))) == []


def test_a_paper_of_the_retrofit_waits_for_no_later_step() -> None:
    dossier = paid(without("subsidyentry"))
    found = review(dossier, sample().pack, TODAY, {})
    stops = {each.rule for each in found.blocking_half(2)}
    assert {"SUBSIDY-UNPAID", "FILING-DECLARED"} <= stops
    told_of = {
        key: found.blocking_paper(BY_KEY[key]) for key in ("filing", "acceptance", "subsidy")
    }
    for key in ("filing", "acceptance"):
        assert "FILING-DECLARED" in {each.rule for each in told_of[key]}
        assert "SUBSIDY-UNPAID" not in {each.rule for each in told_of[key]}
    assert told_of["subsidy"] == []


def test_what_a_finding_stops_is_left_out_and_the_list_goes() -> None:
    found = review(paid(without("subsidyentry")), sample().pack, TODAY, {})
    parts, notes = wanted(found, ("acceptance", "subsidy"), draft=False)
    assert parts == {"subsidy"}
    assert len(notes) == 1 and notes[0].startswith("改造项目验收意见没有导出（")
    with pytest.raises(RuleRefusal):
        wanted(found, ("acceptance",), draft=False)
