"""All dossiers at once: the counts, and what a summary keeps so that they can be counted."""

from __future__ import annotations

import json
import random
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest

from forms.dossier import Photo
from forms.evaluation import Stage
from forms.steps import STEPS
from grading.across import Across, Kind, across
from grading.prose_check import Shared
from grading.statistics import (
    LEVELS,
    UNKNOWN,
    Counted,
    Row,
    facts_of,
    funnel,
    grouped,
    levels_by,
    mean,
    pairs,
    progress_by,
    scene_levels,
)
from grading.twins import Twin
from grading.workload import workloads
from tests.rule_cases import case_of, dossier_of, good

DONE = dict.fromkeys((step.key for step in STEPS), "done")


def entry(number: int, **facts: Any) -> Counted:
    """A dossier of a number, with these facts and what is known besides."""
    besides = ("name", "district", "industry", "provider", "days_left")
    known = {key: facts.pop(key) for key in besides if key in facts}
    return Counted.read(UUID(int=number), facts, **known)


def test_the_funnel_counts_who_stands_at_a_step_and_who_went_on() -> None:
    held = [
        entry(1),
        entry(2, step="needs"),
        entry(3, step="visit"),
        entry(4, step="handin", steps=DONE | {"handin": "open"}),
        entry(5, step="filing", steps=DONE | {"filing": "empty"}),
        entry(6, step="subsidy", steps=DONE),
    ]
    rows = funnel(held)
    assert [row.number for row in rows] == list(range(1, 15))
    assert [row.name for row in rows[6:8]] == ["诊断成果验收", "选择服务单位"]
    assert [(row.at, row.beyond) for row in rows[:7]] == [
        (2, 4), (0, 4), (0, 4), (1, 3), (0, 3), (0, 3), (1, 2)
    ]  # fmt: skip
    assert [row.reached for row in rows] == [6, 4, 4, 4] + [3] * 3 + [2] * 4 + [1] * 3
    assert sum(row.at for row in rows) + 1 == len(held)


def test_groups_stand_in_the_packs_order_then_by_size_the_unknown_last() -> None:
    held = [entry(n, district=d) for n, d in enumerate(["", "乙", "乙", "榆树市", "甲", "南关区"])]
    found = grouped(held, lambda each: each.district, ("南关区", "榆树市"))
    assert list(found) == ["南关区", "榆树市", "乙", "甲", UNKNOWN]
    assert [len(each) for each in found.values()] == [1, 1, 2, 1, 1]


def test_levels_are_counted_by_stage_and_what_is_open_is_counted_too() -> None:
    held = [
        entry(1, district="甲", levels={"self": 1, "diagnosis": 2}),
        entry(2, district="甲", levels={"self": None, "diagnosis": 0}),
        entry(3, district="甲"),
        entry(4, district="乙", levels={"diagnosis": 4}),
    ]
    groups = grouped(held, lambda each: each.district)
    assert levels_by(groups, Stage.DIAGNOSIS) == [
        Row("甲", (1, 1, 0, 1, 0, 0)),
        Row("乙", (0, 0, 0, 0, 0, 1)),
    ]
    assert levels_by(groups, Stage.SELF)[0].counts == (2, 0, 1, 0, 0, 0)
    assert mean(Row("甲", (1, 1, 0, 1, 0, 0))) == 1.0
    assert mean(Row("丙", (3, 0, 0, 0, 0, 0))) is None


def test_scenes_are_counted_in_the_instruments_order() -> None:
    table = case_of(dossier_of(good())).pack.instrument
    count = len(table.scenes)
    held = [entry(1, scenes=[1] * count), entry(2, scenes=[3, *[None] * (count - 1)]), entry(3)]
    rows = scene_levels(held, table)
    assert [row.name for row in rows] == [scene.name for scene in table.scenes]
    assert rows[0].counts == (1, 0, 1, 0, 1, 0)
    assert rows[1].counts == (2, 0, 1, 0, 0, 0)
    assert all(row.total == 3 for row in rows)


def test_progress_puts_each_dossier_into_one_state() -> None:
    held = [
        entry(1, provider="甲"),
        entry(2, provider="甲", days_left=0, findings={"block": 2}),
        entry(3, provider="甲", days_left=-1, findings={"block": 0}, returned=2, unanswered=4),
        entry(4, provider="甲", days_left=-9, steps=DONE, returned=1),
        entry(5, days_left=3),
    ]
    first, rest = progress_by(grouped(held, lambda each: each.provider))
    assert (first.unsigned, first.running, first.overdue, first.finished) == (1, 1, 1, 1)
    assert (first.total, first.blocked) == (4, 1)
    assert (first.returned, first.times, first.unanswered) == (2, 3, 4)
    assert (rest.name, rest.running, rest.returned) == (UNKNOWN, 1, 0)


def test_a_summary_keeps_what_is_counted_and_gives_it_back() -> None:
    case = case_of(dossier_of(good()))
    kept = json.loads(json.dumps(facts_of(case.dossier, case.pack.instrument, case.grades, ())))
    found = Counted.read(case.dossier.id, kept, name="示例", district="绿园区")
    assert (found.name, found.district) == ("示例", "绿园区")
    assert found.levels == {"self": 1, "diagnosis": 1, "retrofit": None}
    assert found.scenes == (1,) * len(case.pack.instrument.scenes)
    assert [(m.person.name, m.lead) for m in found.team] == [
        ("王", True), ("李", False), ("赵", False)
    ]  # fmt: skip
    (visit,) = found.visits
    assert (visit.date, visit.minutes, visit.present) == ("2025-06-17", 210, (0, 1, 2))


def test_facts_of_an_earlier_or_a_later_version_do_no_harm() -> None:
    later = [["smell", UUID(int=2).hex, "气味相同", "visits", ""], ["photo", "x", "y", "z", ""]]
    found = entry(1, across=later)
    assert found.across == () and found.team == () and found.levels == {}
    assert funnel([found])[0].at == 1


def who(
    name: str, house: str = "甲服务商", paper: str = "", phone: str = "", *, lead: bool = False
) -> list[Any]:
    return [name, house, paper, phone, lead]


def test_workload_adds_up_one_persons_work_over_all_dossiers() -> None:
    held = [
        entry(
            1,
            days_left=5,
            team=[who("王", lead=True), who("李")],
            visits=[["2025-06-17", 210, [0, 1]], ["2025-06-18", 60, [1]], ["", 0, [0]]],
        ),
        entry(2, days_left=-2, team=[who("王")], visits=[["2025-06-19", 180, [0]]]),
        entry(3, days_left=-9, steps=DONE, team=[who("王", lead=True)]),
        entry(4, team=[who("王", "乙服务商")]),
    ]
    first, second, third = workloads(held)
    assert (first.name, first.organisation, first.led, first.dossiers) == ("王", "甲服务商", 2, 3)
    assert (first.visits, first.minutes) == (3, 390)
    assert (first.running, first.overdue, first.due) == (2, 1, -2)
    assert first.ids == (UUID(int=1), UUID(int=2), UUID(int=3))
    assert (second.name, second.visits, second.minutes, second.due) == ("李", 2, 270, 5)
    assert (third.organisation, third.dossiers, third.due) == ("乙服务商", 1, None)


def test_a_chain_of_like_marks_is_one_person_and_a_name_alone_is_none() -> None:
    held = [
        entry(1, team=[who("王", "甲", "1")]),
        entry(2, team=[who("王", "乙", "1", "138")]),
        entry(3, team=[who("王", "丙", "", "138")]),
        entry(4, team=[who("王", "")]),
        entry(5, team=[who("王", "")]),
        entry(6, team=[who("李", "甲", "1")]),
        entry(7, team=[who("", "甲")]),
    ]
    assert sorted(len(each.ids) for each in workloads(held)) == [1, 1, 1, 3]


def test_somebody_named_twice_in_a_team_works_once() -> None:
    twice = entry(1, team=[who("王"), who("王", lead=True)], visits=[["2025-06-17", 60, [0, 1]]])
    (found,) = workloads([twice])
    assert (found.led, found.dossiers, found.visits, found.minutes) == (1, 1, 1, 60)


def test_photos_prose_and_people_in_common_are_named_with_where_they_stand() -> None:
    dossier, other, third = dossier_of(good()), UUID(int=5), UUID(int=6)
    photos = dossier.all(Photo)
    twins: dict[str, tuple[Twin, ...]] = {
        photos[n].sha256: (Twin("f" * 64, "“乙”的档案", other), Twin("e" * 64, "“乙”的档案", other))
        for n in (1, 2)
    }
    twins[photos[3].sha256] = (Twin("d" * 64, "“丙”的档案", third),)
    shared = (Shared("乙", 40, False, other),)
    found = across(case_of(dossier, twins=twins, shared=shared))
    assert found == (
        Across(Kind.PHOTO, other, "2 张照片画面相同", "visits", photos[1].id),
        Across(Kind.PHOTO, third, "1 张照片画面相同", "visits", photos[3].id),
        Across(Kind.PROSE, other, "报告正文 40% 的文字相同", "report"),
    )


def test_a_pair_stands_once_with_both_its_places() -> None:
    a, b, c, gone = (UUID(int=n) for n in (1, 2, 3, 9))
    place_a, place_b = UUID(int=10), UUID(int=11)
    held = [
        entry(1, across=[
            ["photo", b.hex, "2 张照片画面相同", "visits", place_a.hex],
            ["prose", c.hex, "报告正文 40% 的文字相同", "report", ""],
            ["photo", gone.hex, "1 张照片画面相同", "visits", ""],
        ]),
        entry(2, across=[["photo", a.hex, "2 张照片画面相同", "visits", place_b.hex]]),
        entry(3, across=[["presence", b.hex, "王 两处现场诊断时间重叠", "visits", ""]]),
    ]  # fmt: skip
    presence, photo, prose = pairs(held)
    assert (presence.kind, presence.one, presence.other) == (Kind.PRESENCE, c, b)
    assert (photo.one, photo.other, photo.record, photo.other_record) == (a, b, place_a, place_b)
    assert (photo.other_page, prose.other_page) == ("visits", "")


@pytest.mark.parametrize("seed", range(3))
def test_whatever_the_dossiers_nobody_is_lost_in_any_count(seed: int) -> None:
    draw = random.Random(seed)
    table = case_of(dossier_of(good())).pack.instrument
    states = ("empty", "open", "done", "blocked")
    held = [
        entry(
            n,
            district=draw.choice(["", "甲", "乙", "丙"]),
            step=draw.choice(["", *DONE]),
            steps=draw.choice([{}, DONE, {key: draw.choice(states) for key in DONE}]),
            levels={stage.value: draw.choice(LEVELS) for stage in Stage},
            scenes=[draw.choice(LEVELS) for _ in range(draw.randrange(18))],
            days_left=draw.choice([None, -3, 0, 20]),
        )
        for n in range(200)
    ]
    groups = grouped(held, lambda each: each.district)
    done = sum(each.through for each in held)
    rows = funnel(held)
    assert sum(row.at for row in rows) + done == 200
    assert all(one.beyond == after.reached for one, after in pairwise(rows))
    for stage in Stage:
        assert sum(row.total for row in levels_by(groups, stage)) == 200
    assert sum(row.total for row in progress_by(groups)) == 200
    assert all(row.total == 200 for row in scene_levels(held, table))
