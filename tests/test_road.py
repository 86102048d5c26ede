"""The road of fourteen steps: states follow from evidence, and whoever waits is told for whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from forms.assignment import PAGE
from forms.dossier import (
    Acceptance,
    Agreement,
    Answer,
    Assignment,
    Attachment,
    Dossier,
    File,
    Filing,
    Milestone,
    Partner,
    Training,
)
from forms.papers import PAPERS
from forms.record import Record, form_of, forms, specs
from forms.steps import BY_KEY, PAGES, STEPS, Party
from grading.finding import Finding, Severity
from grading.journey import CHANGED, SCANNED, STEP_OF_PAPER, WAITING, Road, road
from grading.road import STANDS, began_on, begun, ended_on
from grading.rules import Case, check
from grading.steps import step_states
from tests.rule_cases import case_of, dossier_of, good
from tests.sample_cases import sample_case


@pytest.fixture(scope="module")
def whole() -> Case:
    """The sample that runs the whole road."""
    return sample_case("auto-parts")


@pytest.fixture(scope="module")
def found(whole: Case) -> list[Finding]:
    return check(whole)


def without(case: Case, taken: Callable[[Record], bool]) -> Case:
    """The same without the records that `taken` names, graded anew."""
    records = {
        form: [record for record in rows if not taken(record)]
        for form, rows in case.dossier.records.items()
    }
    words = (case.words or {})["body"]
    return case_of(replace(case.dossier, records=records), words, today=case.today)


def road_of(case: Case) -> Road:
    found = check(case)
    return road(case, found, step_states(case, found))


def test_the_sample_that_runs_the_whole_road_has_all_fourteen_steps_done(
    whole: Case, found: list[Finding]
) -> None:
    assert set(step_states(whole, found).values()) == {"done"}
    assert [each for each in found if each.severity is Severity.BLOCK] == []
    seen = road(whole, found, step_states(whole, found))
    assert (seen.done, seen.current) == (14, None)
    assert all(view.began for view in seen.steps if view.step.key != "report")
    assert all(not view.roles and not view.next for view in seen.steps)
    # The days of the road follow one another, as the plan has its steps.
    ends = [view.ended for view in seen.steps if view.ended]
    assert len(ends) >= 12 and ends == sorted(ends)


EVIDENCE = [
    ("needs", "need", "TABLE-EMPTY"),
    ("needs", "eligibility", "PILOT-OPEN"),
    ("contact", "contact", "CONTACT-NONE"),
    ("contact", "answer:self", "EVAL-SELF-COMPLETE"),
    ("agreement", "agreement", "AGREEMENT-SIGNED"),
    ("agreement", "member", "TEAM-SIZE"),
    ("visit", "visit", "VISIT-COUNT"),
    ("visit", "photo", "VISIT-PHOTOS"),
    ("visit", "answer:diagnosis", "EVAL-COMPLETE"),
    ("visit", "training", "TRAINING-COUNT"),
    ("briefing", "briefing", "BRIEFING-GAPS"),
    ("report", "paragraph", "REPORT-SECTION"),
    ("report", "satisfaction", "SATISFACTION-PRESENT"),
    ("handin", "diagnosisacceptance", "OPINION-GAPS"),
    ("handin", "attachment:诊断验收意见扫描件", "OPINION-SCAN"),
    ("choice", "selection", "CHOICE-DECIDED"),
    ("choice", "partner", "CHOICE-PARTNERS"),
    ("contract", "contract", "CONTRACT-NONE"),
    ("contract", "contractitem", "CONTRACT-ITEMS"),
    ("contract", "attachment:改造合同扫描件", "CONTRACT-SCAN"),
    ("retrofit", "milestone", "MILESTONE-NONE"),
    ("retrofit", "trainingsync", "SYNC-PLAN"),
    ("retrofit", "training:retrofit", "SYNC-HELD"),
    ("filing", "filing", "FILING-DECLARED"),
    ("assessment", "assessment", "ASSESS-REPORT"),
    ("assessment", "answer:retrofit", "ASSESS-COMPLETE"),
    ("assessment", "golive", "GOLIVE-MISSING"),
    ("assessment", "attachment:评测报告扫描件", "ASSESS-REPORT"),
    ("acceptance", "examination", "EXAM-WAY"),
    ("acceptance", "acceptance", "ACCEPT-OPINION"),
    ("subsidy", "audit", "SUBSIDY-OPEN"),
    ("subsidy", "payment", "SUBSIDY-OPEN"),
    ("subsidy", "subsidyentry", "SUBSIDY-UNPAID"),
]


def of(form: str) -> Callable[[Record], bool]:
    """The records of a form as a page names it: trainings and answers apart by phase and stage,
    attachments by their kind."""
    name, _, part = form.partition(":")

    def taken(record: Record) -> bool:
        if form_of(record) != name:
            return False
        if isinstance(record, Training):
            return bool(record.phase) == bool(part)
        if isinstance(record, Attachment):
            return record.kind == part
        return not isinstance(record, Answer) or record.stage == part

    return taken


@pytest.mark.parametrize(("step", "form", "rule"), EVIDENCE)
def test_without_its_evidence_a_step_turns_back_and_a_finding_says_why(
    whole: Case, found: list[Finding], step: str, form: str, rule: str
) -> None:
    bare = without(whole, of(form))
    now = check(bare)

    assert step_states(bare, now)[step] != "done"
    pages = {page.key for page in BY_KEY[step].pages}
    why = [f for f in now if f.rule == rule and f.target and f.target.page in pages]
    assert why and rule not in {f.rule for f in found}


def test_every_step_has_its_evidence_taken_away_above() -> None:
    assert {step for step, _, _ in EVIDENCE} == {step.key for step in STEPS}


def test_the_road_knows_every_step_paper_and_field_that_it_names() -> None:
    assert list(STANDS) == [step.key for step in STEPS]
    for days in STANDS.values():
        for name in (*days.work, *days.end):
            form, _, field = name.partition(".")
            assert field in specs(forms()[form]), name
    assert set(STEP_OF_PAPER) == {paper.key for paper in PAPERS}
    assert set(STEP_OF_PAPER.values()) <= set(BY_KEY)
    assert all(BY_KEY[STEP_OF_PAPER[paper.key]].half == paper.half for paper in PAPERS)


def test_each_step_of_the_plan_says_where_it_stands_and_who_acts() -> None:
    assert [step.number for step in STEPS] == list(range(1, 15))
    assert (
        BY_KEY["needs"].clause == "方案 三（一）1" and BY_KEY["subsidy"].clause == "方案 三（二）7"
    )
    assert all(step.roles for step in STEPS)
    acting = {role for step in STEPS for role in step.roles}
    assert acting == set(Party) - {Party.THINK_TANK}


def dossier_with(*records: Record, **fields: Any) -> Dossier:
    dossier_id = uuid4()
    made: dict[str, list[Record]] = {
        "dossier": [File(id=dossier_id, dossier_id=dossier_id, pack="changchun-2024", **fields)]
    }
    for record in records:
        record.dossier_id = dossier_id
        made.setdefault(form_of(record), []).append(record)
    return Dossier(dossier_id, made)


def new(form: type[Record], **values: Any) -> Record:
    return form(dossier_id=uuid4(), **values)


def test_a_step_begins_with_what_stands_there_or_later_or_with_the_end_of_the_one_before() -> None:
    nothing = case_of(dossier_with())
    assert [step.key for step in STEPS if begun(nothing, step.key)] == ["needs"]

    named = case_of(dossier_with(new(Partner, name="示例甲")))
    assert begun(named, "choice") and not begun(named, "contract")

    opened = case_of(dossier_with(new(Acceptance, project="示例项目")))
    assert all(begun(opened, step.key) for step in STEPS if 8 <= step.number <= 13)
    assert not begun(opened, "subsidy")

    day = dt.date(2025, 12, 1)
    ended = case_of(dossier_with(new(Acceptance, opinion_on=day)))
    assert begun(ended, "subsidy")
    assert ended_on(ended.dossier, "acceptance") == day


def test_a_step_has_ended_when_each_of_its_records_has_its_day() -> None:
    first, last = dt.date(2025, 8, 1), dt.date(2025, 9, 1)
    rows = [new(Milestone, done_on=day) for day in (last, first)]
    done = dossier_with(*rows)
    assert (began_on(done, "retrofit"), ended_on(done, "retrofit")) == (first, last)
    open_ = dossier_with(*rows, new(Milestone, name="试运行"))
    assert (began_on(open_, "retrofit"), ended_on(open_, "retrofit")) == (first, None)


def test_it_says_who_acts_and_who_waits() -> None:
    empty = road_of(case_of(dossier_with(), body=0))
    assert empty.current is not None and empty.current.step.key == "needs"
    assert empty.current.roles == (Party.PROVIDER,)
    assert empty.current.next == "待数字化转型服务商登记企业基本情况。"
    assert all(not view.next and not view.roles for view in empty.steps[1:])

    filed = case_of(dossier_with(new(Filing, declared_on=dt.date(2025, 9, 1))), body=0)
    step = road_of(filed).steps[10]
    assert step.roles == (Party.DISTRICT,)
    assert step.next == "待县（市）区工信主管部门出具备案意见，试点企业等候其结果。"


def test_a_step_without_a_next_thing_names_its_unfinished_pages() -> None:
    case = case_of(dossier_of(good() | {"eligibility": {}}))
    view = road_of(case).steps[0]
    assert (view.state, view.next) == ("open", "尚未完成：“试点条件”。")


def test_what_is_wrong_comes_before_what_is_next() -> None:
    mapping = good()
    mapping["member"][1].update(lead=True, experience="从事数字化十五年。")
    view = road_of(case_of(dossier_of(mapping))).steps[2]
    assert view.state == "blocked" and view.next.startswith(
        "先处理 2 个阻断问题：诊断团队有 2 名组长"
    )
    assert view.count(Severity.BLOCK) == 2


def test_papers_stand_with_their_signing_and_other_files_beside_them(whole: Case) -> None:
    def signing(case: Case, name: str) -> str:
        papers = [proof for view in road_of(case).steps for proof in view.papers]
        return next(proof.state for proof in papers if proof.name == name)

    name = "咨询诊断服务协议"
    scan = next(a for a in whole.dossier.all(Attachment) if a.kind == "协议扫描件")
    assert signing(whole, name) == SCANNED
    assert signing(replace(whole, outdated=frozenset({scan.id})), name) == CHANGED
    assert signing(without(whole, lambda each: each.id == scan.id), name) == WAITING
    bare = road_of(without(whole, lambda each: each.id == scan.id)).steps[2]
    assert "SCAN-MISSING" in {each.rule for each in bare.findings}  # at the step of its paper
    contract = road_of(whole).steps[8]
    assert contract.papers and all(proof.target.page == "attachments" for proof in contract.papers)


def test_a_step_is_whose_it_was_given_to_else_whose_the_dossier_is() -> None:
    given = new(Assignment, kind=PAGE, subject="team", person="李示例")
    dossier = dossier_with(given, new(Agreement, number="1"), owner="王示例")
    views = road_of(case_of(dossier, body=0)).steps
    assert (views[2].owner, views[3].owner) == ("李示例", "王示例")


def test_every_finding_of_a_page_stands_at_its_step(whole: Case) -> None:
    bare = without(whole, of("contract"))
    seen, found = road_of(bare), check(bare)
    counted = sum(len(view.findings) for view in seen.steps)
    assert counted == sum(f.target is not None and f.target.page in PAGES for f in found)
