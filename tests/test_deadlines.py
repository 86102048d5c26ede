"""Deadlines: the day, what it is counted from, what is left, and what is said when it passed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from forms.pack import parse_batches
from grading.finding import Finding
from grading.rules import check
from grading.rules.deadlines import Deadline, deadlines, months_after
from tests.rule_cases import case_of, dossier_of, good

TODAY = dt.date(2025, 10, 10)
RULES = {"DEADLINE-OVERDUE", "DEADLINE-LATE", "LIST-DATE", "WINDOW-CLOSED"}


def of(today: dt.date = TODAY, **more: Any) -> list[Deadline]:
    return list(deadlines(case_of(dossier_of(good() | more), today=today)))


def told(today: dt.date = TODAY, **more: Any) -> list[Finding]:
    case = case_of(dossier_of(good() | more), today=today)
    return [each for each in check(case) if each.rule in RULES]


def filed(**fields: Any) -> dict[str, Any]:
    return {"dossier": {"pack": "changchun-2024"} | fields}


@pytest.mark.parametrize(
    ("day", "last"),
    [
        ("2025-07-10", "2025-10-10"),
        ("2025-11-30", "2026-02-28"),
        ("2023-11-30", "2024-02-29"),
        ("2025-12-31", "2026-03-31"),
        ("9999-12-31", "9999-03-31"),
    ],
)
def test_a_term_of_months_ends_on_the_same_day_or_the_months_last(day: str, last: str) -> None:
    assert months_after(dt.date.fromisoformat(day), 3).isoformat() == last


def test_the_agreements_term_is_met_by_the_report() -> None:
    (term,) = [each for each in of() if each.key == "agreement"]
    assert (term.day, term.met, term.open) == (
        dt.date(2025, 7, 10),
        dt.date(2025, 7, 10),
        False,
    )
    assert (term.source, term.step) == ("附件2 第一条 2", "report")


def test_the_retrofits_months_count_from_the_list() -> None:
    (due,) = [each for each in of(**filed(listed_on="2025-07-10")) if each.key == "retrofit"]
    assert due.day == TODAY and due.days_left(TODAY) == 0 and due.open
    assert "2025-02-17" in due.source and due.target.page == "enterprise"
    assert not [each for each in of() if each.key == "retrofit"]


def test_what_the_pack_knows_of_the_batchs_list_outranks_what_was_typed() -> None:
    case = case_of(dossier_of(good() | filed(batch="示例批", listed_on="2025-07-10")))
    rows: list[dict[str, Any]] = [
        {
            "name": "示例批",
            "window_from": None,
            "window_to": dt.date(2025, 12, 31),
            "share": "0.5",
            "cap_wan": 50,
            "kinds": ["软件"],
            "source": "示例通知",
            "list_published": dt.date(2025, 8, 1),
        }
    ]
    case = replace(case, pack=replace(case.pack, batches=parse_batches(rows)))
    found = {each.key: each for each in deadlines(case)}
    assert found["retrofit"].day == dt.date(2025, 11, 1)
    assert (found["window"].day, found["window"].source) == (dt.date(2025, 12, 31), "示例通知")


CONTRACT: dict[str, Any] = {
    "partner": [{"id": "q1", "name": "示例甲"}],
    "contract": [{"id": "c1", "name": "产线联网合同", "partner": "q1", "ends_on": "2025-10-20"}],
}
SIGNED = CONTRACT | {"contract": [CONTRACT["contract"][0] | {"signed_on": "2025-08-01"}]}


def test_contracts_and_their_steps_have_their_days() -> None:
    steps = [
        {"id": "m1", "parent": "c1", "name": "布线", "planned_on": "2025-10-01"},
        {"id": "m2", "parent": "c1", "name": "试运行", "planned_on": "2025-10-18"},
    ]
    found = {each.title: each for each in of(**CONTRACT, milestone=steps)}
    assert found["产线联网合同：布线"].days_left(TODAY) == -9
    assert found["产线联网合同：实施期限届满"].days_left(TODAY) == 10
    rules = [(each.rule, each.message) for each in told(**CONTRACT, milestone=steps)]
    assert (
        "DEADLINE-OVERDUE",
        "“产线联网合同：布线”的期限为 2025年10月1日，已过 9 天，尚未完成。",
    ) in rules

    done = [step | {"done_on": "2025-10-21"} for step in steps]
    found = {each.title: each for each in of(**CONTRACT, milestone=done)}
    assert found["产线联网合同：实施期限届满"].met == dt.date(2025, 10, 21)
    late = [f for f in told(**CONTRACT, milestone=done) if f.rule == "DEADLINE-LATE"]
    assert len(late) == 3 and all(each.half == 2 for each in late)
    assert any("超过 1 天" in each.message for each in late)


def test_what_is_told_by_a_rule_of_its_own_is_not_told_twice() -> None:
    late = dt.date(2025, 9, 1)
    mapping = {"agreement": {"signed_on": "2025-06-10", "filed_on": "2025-06-11"}}
    assert [each.key for each in of(late, **mapping) if each.open] == ["agreement"]
    assert told(late, **mapping) == []


def test_the_missing_day_of_the_list_is_told_once_the_retrofit_is_near() -> None:
    assert told() == [] and not [f for f in told(**CONTRACT) if f.rule == "LIST-DATE"]
    (said,) = [f for f in told(**SIGNED) if f.rule == "LIST-DATE"]
    assert said.target is not None and said.target.field == "listed_on" and "3 个月" in said.message


def test_a_batchs_window_closes() -> None:
    more = filed(batch="第三批", listed_on="2025-09-25") | {"partner": [{"name": "示例甲"}]}
    assert [each.key for each in of(**more) if each.open] == ["retrofit", "window"]
    after = dt.date(2026, 1, 1)
    closed = [f for f in told(after, **more) if f.rule == "WINDOW-CLOSED"]
    assert "2023-12-29至2025-12-31" in closed[0].message and "2025-02-28" in closed[0].clause
    accepted = more | {"acceptance": {"opinion_on": "2025-12-30"}}
    assert not [f for f in told(after, **accepted) if f.rule == "WINDOW-CLOSED"]


def test_points_to_mend_have_their_own_day_or_that_of_their_opinion() -> None:
    points = [
        {"id": "x1", "parent": "r1", "text": "甲", "due": "2025-07-15"},
        {"id": "x2", "parent": "r1", "text": "乙", "state": "已整改", "closed_on": "2025-07-18"},
        {"id": "x3", "parent": "diagnosisacceptance", "text": "丙", "due": "2025-08-01"},
    ]
    found = [each for each in of(returnpoint=points) if each.key.startswith("returnpoint")]
    assert [(each.day.isoformat(), each.open) for each in found] == [
        ("2025-07-15", True),
        ("2025-08-01", True),
        ("2025-07-20", False),
    ]
    assert found[2].met == dt.date(2025, 7, 18)


def test_the_nearest_open_deadline_comes_first() -> None:
    found = of(**CONTRACT, **filed(listed_on="2025-09-01"))
    open_ = [each.day for each in found if each.open]
    assert open_ == sorted(open_) and len(open_) == 2
    assert [each.open for each in found] == sorted((each.open for each in found), reverse=True)


def test_a_batch_declared_twice_or_ending_before_it_begins_is_refused() -> None:
    row = {"name": "甲", "window_from": dt.date(2025, 1, 2), "window_to": dt.date(2025, 1, 1)}
    row |= {"share": "0.5", "cap_wan": 1, "kinds": [], "source": ""}
    with pytest.raises(ValueError, match="batch 甲"):
        parse_batches([row])
    good_row = row | {"window_to": dt.date(2025, 1, 2)}
    with pytest.raises(ValueError, match="batch 甲"):
        parse_batches([good_row, good_row])
    (batch,) = parse_batches([good_row])
    assert batch.holds(dt.date(2025, 1, 2)) and not batch.holds(dt.date(2025, 1, 3))
