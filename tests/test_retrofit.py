"""Choice, contracts, work, trainings and the filing form: what is judged, and what is offered."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest

from exporters import filing
from forms.dossier import (
    Contract,
    ContractItem,
    Dossier,
    Effect,
    Enterprise,
    Filing,
    FilingChange,
    Milestone,
    Partner,
    PlannedProduct,
    Training,
    TrainingSync,
)
from forms.figures import Figures
from forms.record import Record, specs
from forms.retrofit import filing_change_id
from forms.visit import PHASES
from grading.finding import Severity
from grading.rules import Case, check
from grading.rules.filing_view import (
    FIRST_PART,
    changes,
    entry_of,
    entry_words,
    first_part,
    measured_effects,
    offers,
    partner_lines,
    started_on,
)
from grading.rules.retrofit_view import (
    EFFECT,
    HELD,
    PLAN,
    Mark,
    calendar,
    links,
    synchronisations,
)
from grading.steps import step_states
from tests.dossiers import source_of
from tests.retrofit_cases import SPOILT, Edit, changed, gone, with_rows
from tests.rule_cases import case_of, dossier_of, good
from tests.sample_cases import sample_case
from tests.test_annexes import beside


@pytest.fixture(scope="module")
def whole() -> Case:
    """The sample that runs the whole road."""
    return sample_case("auto-parts")


@pytest.fixture(scope="module")
def raised(whole: Case) -> set[str]:
    """The rules of the second half that it sets off as it is."""
    return rules_of(whole)


def rules_of(case: Case) -> set[str]:
    return {each.rule for each in check(case) if each.half == 2}


@pytest.mark.parametrize(
    ("step", "edit", "rule", "state"), SPOILT, ids=[f"{row[2]}-{n}" for n, row in enumerate(SPOILT)]
)
def test_what_is_missing_or_wrong_is_told_with_its_clause(
    whole: Case, raised: set[str], step: str, edit: Edit, rule: str, state: str
) -> None:
    spoilt = with_rows(whole, edit(whole.dossier))
    found = check(spoilt)
    told = [each for each in found if each.rule == rule]

    assert rule not in raised and told
    for each in told:
        assert each.half == 2 and each.clause and each.message.endswith("。") and each.target
        assert "{" not in each.message + each.remedy
    assert step_states(spoilt, found)[step] == state
    assert all(each.half == 2 for each in found if each.severity is Severity.BLOCK)


def test_a_contract_with_several_providers_is_told() -> None:
    case = sample_case("auto-parts")
    other = case.dossier.all(Partner)[1]
    edit = changed(Contract, 0, also={str(other.id): True, str(uuid4()): True})
    said = [e.message for e in check(with_rows(case, edit(case.dossier)))
            if e.rule == "CONTRACT-SEVERAL"]  # fmt: skip
    assert said == ["合同“设备联网与制造执行建设合同”同时包含其他服务商：示例·质联软件公司。"]


def test_nothing_of_the_second_half_is_asked_before_its_step_begins() -> None:
    assert rules_of(case_of(dossier_of(good()))) == set()


def test_trainings_of_the_retrofit_are_none_of_the_diagnosis(whole: Case) -> None:
    held = whole.dossier.trainings(), whole.dossier.trainings(*PHASES)
    assert [len(rows) for rows in held] == [1, 3]
    alone = with_rows(whole, {Training: list(held[1])})
    assert {"TRAINING-COUNT"} <= {e.rule for e in check(alone)}


def test_the_nine_cells_say_what_each_lacks(whole: Case) -> None:
    cells = synchronisations(whole.dossier, whole.photos.values(), whole.today)
    assert [(c.what, c.phase) for c in cells] == [
        (what, phase) for what in (PLAN, HELD, EFFECT) for phase in PHASES
    ]
    assert {cell.state for cell in cells} == {"done"} and not any(cell.weak for cell in cells)
    assert cells[3].words == "1 次，2 小时 30 分，126 人次"

    sync = whole.dossier.one(TrainingSync).model_copy(
        update={"plan_after": "", "staff": None, "effect_before": ""}
    )
    fewer = whole.dossier.one(Enterprise).model_copy(update={"employees": {"value": "200"}})
    rows: dict[type[Record], list[Record]] = {TrainingSync: [sync], Enterprise: [fewer]}
    spoilt = with_rows(whole, rows)
    bare = synchronisations(spoilt.dossier, (), dt.date(2025, 11, 1))
    assert bare[2].missing == ("未写明培训安排",) and bare[2].state == "empty"
    assert bare[3].missing == ("参加 126 人次，少于全员 200 人",)
    assert bare[3].weak == ("1 次没有照片",) and bare[3].state == "open"
    assert bare[5].missing == ("没有开展培训",)  # it lies ahead
    assert bare[6].missing == ("未写明培训效果",) and bare[6].words == "2025年7月31日验收"


def test_the_calendar_has_every_day_and_names_what_has_none(whole: Case) -> None:
    days = calendar(whole.dossier, whole.today)
    assert days.days == (dt.date(2025, 7, 30), dt.date(2025, 12, 31)) and not days.undated
    assert len(days.bars) == 4 and all(bar for _, _, bar in days.bars)
    assert [s.mark for s in days.spots] == [Mark.DONE] * 13
    rows = list(whole.dossier.all(Milestone))
    rows[0] = rows[0].model_copy(update={"done_on": None})
    rows[1] = rows[1].model_copy(update={"done_on": None, "planned_on": None, "name": " "})
    edited: dict[type[Record], list[Record]] = changed(Contract, 1, ends_on=None)(whole.dossier)
    edited[Milestone] = list(rows)
    spoilt = with_rows(whole, edited)
    days = calendar(spoilt.dossier, whole.today)
    assert days.spots[0].mark is Mark.LATE
    assert days.undated == ("节点“未命名”没有日期", "质量管理与追溯建设合同的实施期限没有填全")
    assert calendar(dossier_of(good()), whole.today).days is None


def test_a_projects_way_from_the_diagnosis_to_its_contract(whole: Case) -> None:
    rows = links(whole.dossier)
    assert len(rows) == 7 and all(r.project and r.provider and r.contract for r in rows)
    products = list(whole.dossier.all(PlannedProduct))
    products[0] = products[0].model_copy(update={"project": None, "partner": None})
    edited: dict[type[Record], list[Record]] = gone(ContractItem)(whole.dossier)
    edited[PlannedProduct] = list(products[:6])
    rows = links(with_rows(whole, edited).dossier)
    assert (rows[0].project, rows[0].product) == ("车间网络与设备联网改造", "")
    assert (rows[-1].project, rows[-1].product) == ("", "示例设备联采集平台（扩展版）")
    assert not any(row.contract for row in rows) and rows[-1].target.record == products[0].id


def told(dossier: Dossier) -> dict[str, tuple[Any, str]]:
    return {each.field: (each.value, each.refused) for each in offers(dossier)}


def test_annex_4_is_offered_what_agrees_in_year_and_definition(whole: Case) -> None:
    found = told(whole.dossier)
    assert found["revenue"] == ("7424.00", "")  # of 2023, from the evaluation
    assert found["profit"] == ("312.00", "年度为2024年，附件4要求2023年")
    heads, why = found["insured"]
    assert heads == 126 and "年末从业人员数" in why and "2024年" in why
    assert found["starts_on"] == (dt.date(2025, 8, 1), "")
    assert found["ends_on"] == (dt.date(2025, 12, 31), "")
    assert found["total_cost"] == ("300", "") and found["target"] == ("三级", "")
    assert "生产制造类/MES（制造执行系统）" in found["software"][0]
    assert "改造总预算" in found["plan_year"][1]
    assert set(found["cloud"][0]) == {"公有云", "混合云"}


@pytest.mark.parametrize(
    ("employees", "taken"),
    [
        ({"value": "96", "year": "2023", "basis": "2023年12月参保人数"}, True),
        ({"value": "96", "year": "2023"}, False),
        ({"value": "96", "year": "2024", "basis": "参保人数"}, False),
        ({"value": "96", "basis": "参保人数"}, False),
    ],
)
def test_heads_are_taken_only_where_they_are_the_insured_of_2023(
    employees: dict[str, str], taken: bool
) -> None:
    mapping = good()
    mapping["enterprise"] |= {"employees": employees, "profit": {"value": "3", "year": "2023"}}
    found = told(dossier_of(mapping))
    assert found["insured"][0] == 96 and (not found["insured"][1]) is taken
    assert found["profit"] == ("3", "")


def test_the_year_before_is_not_taken_where_the_two_forms_contradict(whole: Case) -> None:
    edit = changed(Enterprise, 0, revenue={"value": "7561", "year": "2024"})
    value, why = told(with_rows(whole, edit(whole.dossier)).dossier)["revenue"]
    assert value == "7561" and why == "年度为2024年，附件4要求2023年"


def test_providers_are_printed_from_their_contracts(whole: Case) -> None:
    lines = partner_lines(whole.dossier)
    assert [(line.contracted, line.amount) for line in lines] == [
        *((True, "144"), (True, "52"), (True, "62"), (True, "42"))
    ]  # the one that was turned down is not among them
    bare = with_rows(whole, {Contract: []})
    assert [line.contracted for line in partner_lines(bare.dossier)] == [None] * 4


def test_effects_print_both_sides_with_unit_and_period(whole: Case) -> None:
    document = filing.compose(source_of(whole))
    before, after = beside(document, "提质方面成效")
    assert before == "质量损失率 1.8%（2024年）\n批次追溯时间 240分钟（2025年6月）"
    assert after == "质量损失率 1.35%（2025年12月）\n批次追溯时间 10分钟（2025年12月）"
    before, after = beside(document, "增效方面成效")
    assert before.startswith("设备联网率 30%") and before.endswith("周计划编制需一天半。")


def test_measured_figures_become_indicators_once(whole: Case) -> None:
    figures = Figures.parse(whole.pack.figures, whole.pack.instrument)
    names = [each["name"] for each in measured_effects(whole.dossier, figures)]
    assert "设备联网率" not in names and "每百元营业收入中的成本" in names
    bare = with_rows(whole, {Effect: []}).dossier
    first = next(e for e in measured_effects(bare, figures) if e["name"] == "设备联网率")
    assert (first["before"], first["unit"], first["source"]) == ("30", "%", "设备联网率")


def changed_later(case: Case, field: str, before: str, reason: str, **now: Any) -> Case:
    form = Filing if field.startswith("filing.") else Enterprise
    row = FilingChange(
        id=filing_change_id(case.dossier.id, field),
        dossier_id=case.dossier.id,
        field=field,
        before=before,
        reason=reason,
    )
    return with_rows(case, changed(form, 0, **now)(case.dossier) | {FilingChange: [row]})


def test_the_first_part_stays_as_it_was_until_somebody_says_why(whole: Case) -> None:
    assert started_on(whole.dossier) == dt.date(2025, 8, 1)
    silent = changed_later(whole, "filing.revenue", "7424.00", "", revenue="8000")
    assert [(each.label, each.now) for each in changes(silent.dossier)] == [
        ("2023年营业收入", "8000")
    ]
    assert first_part(silent.dossier)[0].revenue == "7424.00"
    assert beside(filing.compose(source_of(silent)), "2023年营业收入\n（万元）")[0] == "7424.00"
    said = [each for each in check(silent) if each.rule == "FILING-UNEXPLAINED"]
    assert said[0].severity is Severity.BLOCK and "由“7424.00”改为“8000”" in said[0].message

    why = changed_later(whole, "filing.revenue", "7424.00", "审计后更正", revenue="8000")
    assert first_part(why.dossier)[0].revenue == "8000"
    assert "FILING-CHANGED" in rules_of(why) and "FILING-UNEXPLAINED" not in rules_of(why)

    boxes = changed_later(whole, "enterprise.quality", "创新型中小企业", "", quality={"无": True})
    assert first_part(boxes.dossier)[1].quality == {"创新型中小企业": True}
    back = changed_later(whole, "filing.revenue", "7424.00", "")
    assert changes(back.dossier) == []


def test_every_entry_of_the_first_part_reads_back(whole: Case) -> None:
    for form, fields in FIRST_PART.items():
        record = whole.dossier.one(form)
        for field in fields:
            spec, value = specs(form)[field], getattr(record, field)
            assert entry_of(spec, entry_words(spec, value)) == value, field
