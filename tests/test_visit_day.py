"""A visit on the clock and on the plan: what screen and paper draw, from good and from bad data."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import combinations, pairwise
from math import isclose
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.dossier import Dossier, Site
from forms.photo_facts import BEIJING
from grading.geodesy import wgs84_to_gcj02
from grading.photo_verdict import PhotoWord
from grading.rules import Case, check
from grading.site_plan import SitePlan, plan
from grading.visit_day import LANES, Mark, Scene, Session, clock, day, half, spread
from tests.dossiers import dossiers
from tests.rule_cases import case_of, dossier_of, good

DAY = dt.date(2025, 6, 17)


def scene_of(mapping: dict[str, Any], now: dt.datetime | None = None) -> Scene:
    """The first visit of a dossier, judged by the rules."""
    return scene_in(case_of(dossier_of(mapping)), now)


def scene_in(case: Case, now: dt.datetime | None = None, place: int = 0) -> Scene:
    return Scene(case.dossier, case.pack, case.visits[place], tuple(check(case)), now)


def plan_of(scene: Scene) -> SitePlan:
    return plan(scene.dossier, scene.pack, scene.view.photos)


def at(hour: int, minute: int) -> dt.datetime:
    return dt.datetime.combine(DAY, dt.time(hour, minute), BEIJING)


def two_sessions() -> dict[str, Any]:
    """The good visit in two sessions, the photo of the exit taken away."""
    mapping = good()
    mapping["stay"] = [
        {"id": "s1", "parent": "v1", "start": "09:00", "end": "11:00"},
        {"id": "s2", "parent": "v1", "start": "12:00", "end": "12:30"},
    ]
    mapping["photo"] = mapping["photo"][:4]
    return mapping


def test_a_good_visit_is_drawn_as_it_was() -> None:
    found = day(scene_of(good()))
    assert found.rows == ("入场离场", "办公场所", "生产现场")
    assert found.sessions == (Session(540, 750, "上午 3 小时 30 分"),)
    assert [(m.row, m.minute, m.verdict) for m in found.marks] == [
        (row, minute, PhotoWord.CONSISTENT)
        for row, minute in ((0, 541), (1, 600), (1, 710), (2, 725), (0, 749))
    ]
    assert (found.total, found.needed, found.total_text) == (210, 180, "3 小时 30 分 / 3 小时")
    assert found.counts == ((2, 2), (2, 2), (1, 1))
    assert (found.now, found.until, found.lacking) == (None, None, "")
    assert found.hours == (540, 780)


def test_what_is_missing_stands_where_it_was_due() -> None:
    found = day(scene_of(two_sessions()))
    missing = [(m.row, m.minute, m.missing) for m in found.marks if m.missing]
    assert missing == [(0, 720, "缺下午入场"), (0, 660, "缺上午离场"), (0, 750, "缺下午离场")]
    assert found.counts[0] == (1, 4)


def test_a_missing_photo_whose_want_was_explained_says_so() -> None:
    mapping = good()
    mapping["stay"] = [
        {"id": "s1", "parent": "v1", "start": "09:00", "end": "11:00",
         "absence": "午间随对接人由侧门离开，未拍离场照片，下午入场照片已拍。"},
        {"id": "s2", "parent": "v1", "start": "11:10", "end": "12:30"},
    ]  # fmt: skip
    found = day(scene_of(mapping))
    assert [m.missing for m in found.marks if m.missing] == ["缺上午入场", "上午离场已说明"]


def test_on_its_own_day_the_clock_runs_and_on_paper_it_does_not() -> None:
    mapping = two_sessions()
    del mapping["stay"][1]["end"]
    found = day(scene_of(mapping, at(12, 40)))
    assert (found.now, found.until, found.lacking) == (760, 780, "还需 20 分，至 13:00")
    assert found.sessions[1] == Session(720, 760, "40 分")
    later = day(scene_of(mapping, at(12, 40) + dt.timedelta(days=1)))
    assert (later.now, later.until, len(later.sessions)) == (None, None, 1)
    assert day(scene_of(mapping)) == later


def test_who_left_long_ago_is_not_told_to_stay_on() -> None:
    scene = scene_of(two_sessions(), at(12, 59))
    assert scene.until == 12 * 60 + 59 + 30
    assert scene_of(two_sessions(), at(13, 1)).until is None


def test_kinds_that_no_row_is_for_have_one_of_their_own() -> None:
    mapping = good()
    mapping["photo"][1]["kind"] = "其他"
    mapping["photo"][2]["kind"] = ""
    found = day(scene_of(mapping))
    assert found.rows[3] == "其他"
    assert [m.row for m in found.marks] == [0, 3, 3, 2, 0]
    assert found.counts == ((2, 2), (0, 2), (1, 1), (2, 0))


def test_photos_without_a_time_and_without_facts_are_kept() -> None:
    mapping = good()
    mapping["photo"][3]["facts"] = {}
    mapping["photo"][4]["facts"] = {"width": 64, "height": 48, "format": "JPEG"}
    marks = [m for m in day(scene_of(mapping)).marks if not m.missing]
    assert [(m.minute, m.verdict) for m in marks[3:]] == [(None, PhotoWord.UNSUPPORTED)] * 2


def test_the_hours_shown_hold_all_and_are_at_least_four() -> None:
    mapping = good()
    mapping["stay"] = []
    mapping["photo"] = mapping["photo"][:1]
    assert day(scene_of(mapping)).hours == (540, 780)
    mapping["photo"] = []
    assert day(scene_of(mapping)).hours == (540, 1020)


def test_clock_and_half() -> None:
    assert [clock(m) for m in (0, 545, 1439)] == ["0:00", "9:05", "23:59"]
    assert [half(m) for m in (719, 720)] == ["上午", "下午"]


def test_two_of_one_moment_stand_side_by_side_and_a_third_below() -> None:
    assert spread([(10, 4), (10, 4), (10, 4), (30, 4)], 4, 100) == [
        *((10, 0), (14, 0), (10, 1), (30, 0)),
    ]


@given(
    st.lists(st.tuples(st.floats(0, 100), st.floats(1, 30)), max_size=80).map(sorted),
    st.floats(0, 20),
)
def test_marks_never_cover_each_other(wanted: list[tuple[float, float]], slip: float) -> None:
    found = spread(wanted, slip, 120.0)
    placed = [(*spot, width) for spot, (_, width) in zip(found, wanted, strict=True) if spot]
    for (x, line, width), (other, other_line, other_width) in combinations(placed, 2):
        assert line != other_line or x + width <= other + 1e-6 or other + other_width <= x + 1e-6
    assert all(0 <= line < LANES and x + width <= 120.1 for x, line, width in placed)
    moved = [spot[0] - want for spot, (want, _) in zip(found, wanted, strict=True) if spot]
    assert max(moved, default=0) <= slip + 0.1


def test_places_are_numbered_by_time_and_as_far_as_the_verdict_says() -> None:
    scene = scene_of(good())
    found = plan_of(scene)
    assert [point.number for point in found.points] == [1, 2, 3, 4, 5]
    assert (found.inside, found.outside, found.without) == (5, 0, 0)
    for point, judged in zip(found.points, scene.view.photos, strict=True):
        assert judged.verdict is not None and judged.verdict.distance_m is not None
        assert isclose(point.away, judged.verdict.distance_m, rel_tol=1e-9)
        assert point.north > 0 > point.east
    assert found.summary == "5 在内 ・ 0 在外 ・ 0 无位置"
    assert found.note == "坐标系 WGS-84 与厂址相符；厂址由注册地址确认。"


def shifted(mapping: dict[str, Any], place: int, latitude: float, longitude: float) -> None:
    mapping["photo"][place]["facts"] |= {"latitude": latitude, "longitude": longitude}


def test_the_note_names_the_datum_that_fits() -> None:
    mapping = good()
    for place in range(5):
        facts = mapping["photo"][place]["facts"]
        shifted(mapping, place, *wgs84_to_gcj02((facts["latitude"], facts["longitude"])))
    assert plan_of(scene_of(mapping)).note.startswith("坐标系 GCJ-02 与厂址相符；")
    mapping = good()
    facts = mapping["photo"][0]["facts"]
    shifted(mapping, 0, *wgs84_to_gcj02((facts["latitude"], facts["longitude"])))
    both = "GCJ-02 坐标 1 张、WGS-84 坐标 4 张与厂址相符；"
    assert plan_of(scene_of(mapping)).note.startswith(both)
    far = good()
    for place in range(5):
        shifted(far, place, 44.5, 125.0)
    found = plan_of(scene_of(far))
    assert found.outside == 5
    assert found.note.startswith("照片的位置按 WGS-84、GCJ-02 均与厂址不符；")


def test_where_a_device_was_at_another_time_is_no_place_of_its_photo() -> None:
    mapping = good()
    shifted(mapping, 2, 44.0, 125.0)
    mapping["photo"][2]["facts"]["gps_time"] = "2025-06-17T10:00:00+08:00"
    dossier = replace(dossier_of(mapping), watermarks={})
    scene = scene_in(case_of(dossier))
    assert plan_of(scene).summary == "4 在内 ・ 0 在外 ・ 1 无位置"
    assert "PHOTO-FENCE-OUTSIDE" not in {finding.rule for finding in scene.own}


def test_without_a_site_nothing_is_placed() -> None:
    mapping = good()
    mapping["site"] = {}
    found = plan_of(scene_of(mapping))
    assert (found.points, found.without) == ((), 5)
    assert found.note == "厂址位置未填，照片的位置无从对照。"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("人工填写", "厂址由人工填写。"),
        ("照片确认", "厂址由照片确认。"),
        ("", "厂址的来源未填。"),
    ],
)
def test_the_note_says_where_the_site_is_from(source: str, words: str) -> None:
    mapping = good()
    mapping["site"]["source"] = source
    assert plan_of(scene_of(mapping)).note.endswith(words)


@settings(max_examples=25, deadline=None)
@given(dossiers())
def test_any_visit_has_a_day_and_a_plan(dossier: Dossier) -> None:
    case = case_of(dossier, 0)
    for place, view in enumerate(case.visits):
        for now in (None, at(14, 5)):
            scene = scene_in(case, now, place)
            found, places = day(scene), plan_of(scene)
            first, last = found.hours
            assert last - first >= 240
            assert sum(not mark.missing for mark in found.marks) == len(view.photos)
            assert all(0 <= mark.row < len(found.rows) for mark in found.marks)
            assert all(one.start <= other.start for one, other in pairwise(found.sessions))
            assert len(places.points) + places.without == len(view.photos)
            assert dossier.one(Site).latitude.strip() or not places.points


def test_marks_are_equal_where_nothing_changed() -> None:
    assert day(scene_of(good())) == day(scene_of(good()))
    assert Mark("a", 0, 1) == Mark("a", 0, 1)
