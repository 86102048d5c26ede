"""The rules at their limits, in their words, and where they lead."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from forms.dossier import Dossier, Enterprise, Paragraph, Visit
from forms.evaluation import Stage
from forms.steps import PAGES
from grading.finding import Finding, Target
from grading.rules import Case, check
from grading.rules.numbers import amount, duration, shown
from tests.rule_cases import case_of, dossier_of, good, rule_ids


def found(
    change: Callable[[dict[str, Any]], object] = lambda _: None, **told: Any
) -> list[Finding]:
    mapping = good()
    change(mapping)
    return check(case_of(dossier_of(mapping), **told))


def only(findings: list[Finding], rule: str) -> Finding:
    (finding,) = [finding for finding in findings if finding.rule == rule]
    return finding


def test_three_hours_are_enough_and_a_minute_less_is_told_in_hours_and_minutes() -> None:
    def until(end: str) -> list[Finding]:
        return found(lambda m: m["stay"][0].update(end=end))

    short = only(until("11:59"), "VISIT-HOURS")

    assert "VISIT-HOURS" not in {finding.rule for finding in until("12:00")}
    assert short.message == "第 1 次现场诊断共 2 小时 59 分，少于 3 小时。"
    assert short.clause == "方案 四（三）"


def test_overlapping_sessions_count_their_minutes_once() -> None:
    def overlap(mapping: dict[str, Any]) -> None:
        mapping["stay"] = [
            {"id": "s1", "parent": "v1", "start": "09:00", "end": "11:00"},
            {"id": "s2", "parent": "v1", "start": "09:30", "end": "11:30"},
        ]

    assert "共 2 小时 30 分" in only(found(overlap), "VISIT-HOURS").message


def test_sessions_of_two_visits_on_one_day_must_not_overlap_either() -> None:
    def twice(mapping: dict[str, Any]) -> None:
        mapping["visit"].append(mapping["visit"][0] | {"id": "v2"})
        mapping["stay"].append({"id": "s2", "parent": "v2", "start": "12:00", "end": "16:00"})

    told = only(found(twice), "STAY-OVERLAP").message

    assert told == "第 1 次现场诊断第 1 场与第 2 次现场诊断第 1 场时间重叠。"


def test_two_hours_of_training_are_enough_and_one_minute_less_is_not() -> None:
    enough = found(lambda m: m["training"][0].update(end="11:30"))
    short = found(lambda m: m["training"][0].update(end="11:29"))

    assert "TRAINING-HOURS" not in {finding.rule for finding in enough}
    assert only(short, "TRAINING-HOURS").message == "第 1 次主题培训 1 小时 59 分，少于 2 小时。"


@pytest.mark.parametrize(
    ("body", "told"),
    [(14_999, ["REPORT-WORDS"]), (15_000, ["REPORT-MARGIN"]), (15_500, []), (20_000, [])],
)
def test_the_reports_length(body: int, told: list[str]) -> None:
    rules = {finding.rule for finding in found(body=body)}

    assert sorted(rules & {"REPORT-WORDS", "REPORT-MARGIN"}) == told


def test_a_short_report_says_how_much_is_lacking() -> None:
    told = only(found(body=13_000), "REPORT-WORDS").message

    assert told == "报告第一至四章 13,000 字，少于 15,000 字，差 2,000 字。"


def test_text_without_its_tables_is_told_apart() -> None:
    told = only(found(words={"body": 16_000, "prose": 14_200}), "REPORT-PROSE").message

    assert (
        told == "报告第一至四章除去表格为 14,200 字，少于 15,000 字；方案未说明表格是否计入字数。"
    )
    rules = {f.rule for f in found(words={"body": 16_000, "prose": 15_000})}
    assert "REPORT-PROSE" not in rules


def test_words_that_were_not_counted_are_not_judged() -> None:
    assert not {"REPORT-WORDS", "REPORT-MARGIN"} & {f.rule for f in found(words=None)}
    assert not {"REPORT-WORDS", "REPORT-MARGIN"} & {f.rule for f in found(words={"一": 3})}


def test_the_thirtieth_day_is_within_the_term_for_report_and_visit() -> None:
    def last_day(mapping: dict[str, Any]) -> None:
        mapping["agreement"].update(signed_on="2025-05-18", reported_on="2025-06-17")

    def a_day_late(mapping: dict[str, Any]) -> None:
        mapping["agreement"].update(signed_on="2025-05-17", reported_on="2025-06-17")

    late = found(a_day_late)

    assert not {"AGREEMENT-TERM", "VISIT-WINDOW"} & {f.rule for f in found(last_day)}
    assert "距协议签订 31 天，超过服务期限 30 天（至2025年6月16日）" in (
        only(late, "AGREEMENT-TERM").message
    )
    assert only(late, "VISIT-WINDOW").target == Target(
        "visits", dossier_of(good()).all(Visit)[0].id, "date"
    )


def test_a_report_is_not_made_before_the_last_visit_or_training() -> None:
    def reported(mapping: dict[str, Any]) -> None:
        mapping["agreement"]["reported_on"] = "2025-06-20"

    def trained_later(mapping: dict[str, Any]) -> None:
        reported(mapping)
        mapping["training"][0].update(date="2025-06-21", visit=None)

    assert "AGREEMENT-EARLY" not in {f.rule for f in found(reported)}
    told = only(found(trained_later), "AGREEMENT-EARLY")
    assert told.message == ("报告编制日期2025年6月20日早于最后一次主题培训（2025年6月21日）。")
    assert told.severity == "block"


def test_a_training_in_a_visits_hours_is_found_without_the_reference() -> None:
    def unlinked(**values: Any) -> list[Finding]:
        return found(lambda m: m["training"][0].update({"visit": None} | values))

    told = only(unlinked(start="11:00", end="13:30"), "TRAINING-UNLINKED")
    assert "“数据采集入门”与第 1 次现场诊断的场次时间重叠而未归入" in told.message
    assert told.remedy.startswith("建议将该次培训归入第 1 次现场诊断")
    assert told.severity == "info" and told.target is not None and told.target.field == "visit"
    for apart in ({"start": "12:30", "end": "14:30"}, {"date": "2025-06-18"}):
        assert "TRAINING-UNLINKED" not in {f.rule for f in unlinked(**apart)}


def test_trainings_are_held_to_the_agreements_term() -> None:
    def on(day: str) -> list[Finding]:
        return found(lambda m: m["training"][0].update(date=day, visit=None))

    for day in ("2025-06-10", "2025-07-10"):
        assert "TRAINING-WINDOW" not in {f.rule for f in on(day)}
    for day in ("2025-06-09", "2025-07-11"):
        assert only(on(day), "TRAINING-WINDOW").severity == "block"
    assert "协议服务期限2025年6月10日至2025年7月10日之内" in (
        only(on("2025-07-11"), "TRAINING-WINDOW").message
    )


def test_an_unfinished_report_is_overdue_only_after_its_term() -> None:
    def unfinished(today: dt.date) -> set[str]:
        return {f.rule for f in found(lambda m: m["agreement"].pop("reported_on"), today=today)}

    assert "AGREEMENT-OVERDUE" not in unfinished(dt.date(2025, 7, 10))
    assert "AGREEMENT-OVERDUE" in unfinished(dt.date(2025, 7, 11))


def test_two_sentences_alike_count_once_however_often_they_stand() -> None:
    def repeat(mapping: dict[str, Any]) -> None:
        text = "冲压班组的产量由班组长手写在日报上。短句。短句。"
        mapping["paragraph"] += [{"section": "3.design", "text": text * 2}] * 2

    told = only(found(repeat), "REPORT-REPEAT")

    assert "“冲压班组的产量由班组长手写在日报上”" in told.message
    assert "（顶层设计第 2 段）" in told.message


def test_an_empty_section_is_named_by_its_heading_or_subject_and_leads_there() -> None:
    def empty(mapping: dict[str, Any]) -> None:
        gone = ("1.regulations", "1.cloud")
        kept = [p for p in mapping["paragraph"] if p["section"] not in gone]
        mapping["paragraph"] = [*kept, {"section": "1.cloud", "text": " \n"}]

    told = only(found(empty), "REPORT-SECTION")

    assert told.message == (
        "“一、企业基本情况”尚有 2 节未写：企业数字化相关管理制度建设情况、“上云用云”情况。"
    )
    assert told.target == Target("report", None, "1.regulations")


def test_missing_fields_are_one_finding_a_record_and_lead_to_the_first() -> None:
    told = only(
        found(lambda m: m["member"][2].update(post="", contact="", years=None)), "FIELD-REQUIRED"
    )

    assert told.message == "诊断人员“赵”尚有 3 项未填：职位、联系方式、相关从业年限。"
    assert told.clause == "方案 四（二）"
    assert told.target is not None
    assert (told.target.page, told.target.field) == ("team", "post")


def test_equipment_that_does_not_add_up_names_both_sums() -> None:
    told = only(found(lambda m: m["equipment"][1].update(quantity=42)), "EQUIPMENT-TOTAL")

    assert told.message == "表2 生产设备列表合计 48 台，设备数字化一项填 50 台，相差 2 台。"
    assert told.clause == "一致性核对"


def test_a_withdrawn_member_is_no_member() -> None:
    rules = {f.rule for f in found(lambda m: m["member"][2].update(withdrawn=True))}

    assert {"TEAM-SIZE", "TEAM-FIELDS", "VISIT-PRESENT"} <= rules


def test_a_reason_settles_a_departure_from_figures_and_from_the_self_assessment() -> None:
    def departed(mapping: dict[str, Any]) -> None:
        for entry in mapping["answer"]:
            if (entry["stage"], entry["subject"]) == ("diagnosis", "设备数字化"):
                entry.update(chosen=["C"], reason="另有 6 台按台账可视为数字化设备。")

    assert not {"EVAL-PROPOSAL", "EVAL-SELF-DIFF"} & {f.rule for f in found(departed)}


@pytest.mark.parametrize(
    ("text", "told"),
    [(".", 0), ("。" * 30, 0), ("从事机械行业诊断九年", None), ("从事行业诊断，九年。", 8)],
)
def test_the_leads_experience_is_told_in_words(text: str, told: int | None) -> None:
    heard = found(lambda m: m["member"][0].update(experience=text))

    messages = [f.message for f in heard if f.rule == "TEAM-LEAD-EXPERIENCE"]
    said = f"组长王的实践经验说明为 {told} 字，少于 10 字。"
    assert messages == ([] if told is None else [said])


@pytest.mark.parametrize(("reason", "enough"), [("是。", False), ("台账含六", True), ("……", False)])
def test_a_letter_is_no_reason_for_another_option(reason: str, enough: bool) -> None:
    def departed(mapping: dict[str, Any]) -> None:
        for entry in mapping["answer"]:
            if (entry["stage"], entry["subject"]) == ("diagnosis", "设备数字化"):
                entry.update(chosen=["C"], reason=reason)

    assert ("EVAL-PROPOSAL" not in {f.rule for f in found(departed)}) is enough


def test_figures_that_cannot_be_are_told_in_their_own_words() -> None:
    def more_than_all(mapping: dict[str, Any]) -> None:
        for entry in mapping["answer"]:
            if (entry["stage"], entry["subject"]) == ("diagnosis", "设备联网"):
                entry["figures"] = {"equipment_networked": "60"}

    told = only(found(more_than_all), "EVAL-FIGURES")

    assert "（60）多于生产设备数量（50）" in told.message


def test_heads_of_another_year_are_not_compared() -> None:
    def later(mapping: dict[str, Any]) -> None:
        mapping["enterprise"]["employees"] = {"value": "130", "year": "2025"}

    assert "PROFILE-STAFF" not in {f.rule for f in found(later)}


def test_a_conflict_names_form_and_field_and_leads_to_it() -> None:
    dossier = dossier_of(good())
    enterprise = dossier.one(Enterprise)
    fields = ("directions.生产制造/MES", "withdrawn", "position")  # of an order nobody decides
    paths = {(uuid4(), "name"), *((enterprise.id, path) for path in fields)}

    told = [
        finding
        for finding in check(case_of(replace(dossier, conflicts=frozenset(paths))))
        if finding.rule == "CONFLICT"
    ]

    assert {finding.message for finding in told} == {
        "企业基本情况的“拟实施数字化转型方向”有两处改动并存，尚未取舍。",
        "企业基本情况的“删去与否”有两处改动并存，尚未取舍。",
        "记录的“name”有两处改动并存，尚未取舍。",
    }
    assert Target("merge", enterprise.id, "directions.生产制造/MES") in [
        finding.target for finding in told
    ]


def test_a_rule_that_the_pack_does_not_have_is_not_asked() -> None:
    case = case_of(dossier_of(good() | {"member": []}))
    rules = {key: rule for key, rule in case.pack.rules.items() if key != "TEAM-SIZE"}
    other_city = replace(case, pack=replace(case.pack, rules=rules))

    assert "TEAM-SIZE" in rule_ids(case)
    assert "TEAM-SIZE" not in rule_ids(other_city)


def test_a_limit_is_the_packs() -> None:
    case = case_of(dossier_of(good()))
    rules = dict(case.pack.rules)
    rules["TEAM-SIZE"] = replace(rules["TEAM-SIZE"], limit=Decimal(5))
    stricter = replace(case, pack=replace(case.pack, rules=rules))

    assert only(check(stricter), "TEAM-SIZE").message == "诊断团队现有 3 人，少于 5 人。"


def test_an_empty_dossier_has_gaps_and_nothing_wrong() -> None:
    dossier = Dossier(uuid4())
    case = replace(case_of(dossier), words={"body": 0})

    blocking = [f for f in check(case) if f.severity == "block"]

    assert {f.rule for f in blocking} >= {
        "TEAM-SIZE",
        "VISIT-COUNT",
        "EVAL-COMPLETE",
        "REPORT-WORDS",
    }
    assert [f.rule for f in blocking if not case.pack.rules[f.rule].gap] == []
    assert all(f.target is not None and f.target.page in PAGES for f in blocking)


def test_an_ungraded_dossier_is_asked_for_the_same_answers() -> None:
    dossier = dossier_of(good())
    graded = case_of(dossier)
    ungraded = Case(dossier, graded.pack, graded.today)

    assert rule_ids(ungraded) == rule_ids(graded)
    empty = Case(Dossier(dossier.id), graded.pack, graded.today)
    assert only(check(empty), "EVAL-COMPLETE").message.startswith(
        "诊断评测 31 项中尚有 31 项未作答"
    )


def test_the_stage_after_the_retrofit_is_judged_when_it_begins() -> None:
    def retrofitted(mapping: dict[str, Any]) -> None:
        numbers = {"equipment_total": "50", "equipment_digital": "30"}
        mapping["answer"].append(
            {"stage": Stage.RETROFIT, "subject": "设备数字化", "chosen": ["B"], "figures": numbers}
        )

    assert "按填报数据应为 D" in only(found(retrofitted), "EVAL-PROPOSAL").message


def test_long_values_do_not_flood_a_sentence() -> None:
    told = only(
        found(
            lambda m: (
                m["stay"].append(
                    {"id": "s2", "parent": "v1", "start": "14:00", "end": "15:00"}
                    | {"absence": "雨" * 5000}
                )
                or m["photo"].append(m["photo"][0] | {"id": "p9", "sha256": "9" * 64, "facts": {}})
            )
        ),
        "STAY-EXPLAINED",
    )

    assert len(told.message) < 300


@pytest.mark.parametrize(
    ("length", "words"),
    [(0, "0 分"), (59, "59 分"), (60, "1 小时"), (170, "2 小时 50 分"), (180, "3 小时")],
)
def test_durations_in_words(length: int, words: str) -> None:
    assert duration(length) == words


def test_numbers_as_messages_write_them() -> None:
    assert shown(15000) == "15,000"
    assert shown(Decimal("5000.50")) == "5,000.50"
    assert shown(dt.date(2025, 6, 7)) == "2025年6月7日"


@pytest.mark.parametrize("typed", ["", "abc", "1e400", "1e-400", "NaN", "9" * 20, None])
def test_what_cannot_be_meant_is_no_number(typed: str | None) -> None:
    assert amount(typed) is None


def test_paragraphs_under_an_unknown_heading_do_not_matter() -> None:
    dossier = dossier_of(good())
    text = "这一段属于另一个版本的报告提纲，此处不认识。"
    lost = [
        Paragraph(dossier_id=dossier.id, section=key, text=text) for key in ("9.other", "9.more")
    ]
    records = dossier.records | {"paragraph": [*dossier.records["paragraph"], *lost]}

    assert "REPORT-REPEAT" in rule_ids(case_of(Dossier(dossier.id, records)))
