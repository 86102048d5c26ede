"""One consultant at two factories at once, or sooner than a car drives: told in both dossiers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.statistics import counted
from app.summaries import stale
from app.workbench import Workbench
from forms.dossier import Photo, Visit
from grading.across import Kind
from grading.finding import Finding
from grading.presence import Person, Presence, Span, clashes
from grading.statistics import pairs
from tests.rule_cases import good
from tests.test_shared_prose import own_text
from tests.window_kit import opened

DAY = dt.date(2025, 6, 17)
TODAY = dt.date(2025, 7, 1)
WANG = Person("王示例", "示例服务商", "示例证 1 号", "138-0000-0000")
CITY, NORTH = (43.9, 125.3), (44.2, 125.3)  # 33.4 km apart


def at(key: int, *spans: Span, who: tuple[Person, ...] = (WANG,), **more: Any) -> Presence:
    told: dict[str, Any] = {"site": CITY, "date": DAY} | more
    return Presence(UUID(int=key), f"{key} 号厂", UUID(int=key), spans=spans, people=who, **told)


def speeds(one: Presence, other: Presence) -> list[float | None]:
    return [clash.speed for clash in clashes([one], [other], 120)]


def test_sessions_that_overlap_are_told_wherever_the_factories_are() -> None:
    one, other = at(1, (540, 720)), at(2, (719, 800), site=None)
    (found,) = clashes([one], [other], 120)
    assert (found.names, found.here, found.there) == (("王示例",), (540, 720), (719, 800))
    assert found.speed is None
    assert speeds(one, at(2, (720, 800), site=None)) == []


def test_a_way_that_no_car_makes_is_told_and_one_that_it_makes_is_not() -> None:
    one = at(1, (540, 720))
    # 33.36 km: within 16.7 minutes at 120 km/h, and one minute more may lie between typed times.
    assert speeds(one, at(2, (736, 800), site=NORTH)) == []
    (speed,) = speeds(one, at(2, (735, 800), site=NORTH))
    assert speed == pytest.approx(125.1, abs=0.1)
    # Before it as well as after it.
    assert len(speeds(one, at(2, (400, 530), site=NORTH))) == 1
    assert speeds(one, at(2, (400, 500), site=NORTH)) == []


def test_of_two_visits_the_heaviest_is_told_once() -> None:
    one = at(1, (540, 600), (660, 720))
    both = at(2, (605, 655), (715, 800), site=NORTH)
    assert speeds(one, both) == [None]
    between = at(2, (605, 659), site=NORTH)
    (speed,) = speeds(one, between)
    assert speed == pytest.approx(33.36 * 60 / 2, rel=0.01)


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (Person(" 王 示例", "示例服务商（长春）"), False),
        (Person("王示例", "示例 服务商"), True),
        (Person("王示例", "别家", "示例证1号"), True),
        (Person("王示例", "别家", "", "13800000000"), True),
        (Person("王示例"), False),
        (Person("李示例", "示例服务商", "示例证 1 号", "138-0000-0000"), False),
        (Person("", "示例服务商"), False),
    ],
)
def test_people_are_one_by_name_and_one_mark_more(other: Person, same: bool) -> None:
    assert WANG.same(other) is same
    assert (speeds(at(1, (540, 720)), at(2, (600, 660), who=(other,))) == [None]) is same


def test_another_day_and_the_dossier_itself_do_not_matter() -> None:
    one = at(1, (540, 720))
    assert speeds(one, replace(at(2, (540, 720)), date=DAY + dt.timedelta(1))) == []
    assert speeds(one, one) == []


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    with opened(tmp_path / "data") as made:
        yield made


def factory(
    bench: Workbench,
    name: str,
    place: tuple[float, float],
    start: str,
    end: str,
    kept: str = "",
    prose: Sequence[str] = (),
) -> UUID:
    """The good dossier's beginning at a place, with one visit; of its lists `kept` besides."""
    mapping = good()
    mapping.pop("id")
    mapping["enterprise"]["name"] = name
    mapping["site"] |= {"latitude": str(place[0]), "longitude": str(place[1])}
    mapping["stay"][0] |= {"start": start, "end": end}
    for form in {"answer", "photo", "paragraph", "attachment", "training"} - {kept}:
        mapping.pop(form)
    mapping["paragraph"] = [{"section": "1.profile", "text": text} for text in prose]
    return bench.import_mapping(mapping)


def told(bench: Workbench, dossier: UUID) -> list[Finding]:
    rules = ("VISIT-ELSEWHERE", "VISIT-TRAVEL")
    return [f for f in bench.review(dossier, TODAY).findings if f.rule in rules]


def test_all_that_two_dossiers_share_comes_into_one_list(bench: Workbench) -> None:
    prose = own_text(1)
    one = factory(bench, "示例·甲", CITY, "09:00", "12:30", "photo", prose)
    other = factory(bench, "示例·乙", NORTH, "12:00", "16:00", "photo", prose)
    for dossier in (one, other, one):  # what two reports share is told once both are read
        bench.review(dossier, TODAY)

    found = pairs(counted(bench.store, TODAY))

    assert [(pair.kind, {pair.one, pair.other}) for pair in found] == [
        (kind, {one, other}) for kind in (Kind.PRESENCE, Kind.PHOTO, Kind.PROSE)
    ]
    places = [(pair.page, pair.other_page) for pair in found]
    assert places == [("visits", "visits"), ("visits", "visits"), ("report", "report")]
    photo = found[1]
    assert photo.words == "5 张照片画面相同"
    mine, theirs = (
        {p.id for p in bench.dossier(dossier).all(Photo)} for dossier in (photo.one, photo.other)
    )
    assert photo.record in mine and photo.other_record in theirs
    assert found[2].words == "报告正文 100% 的文字相同"


def test_whom_a_change_concerns_is_judged_again(bench: Workbench) -> None:
    one = factory(bench, "示例·甲", CITY, "09:00", "12:30")
    bench.review(one, TODAY)
    assert stale(bench.store, TODAY) == []
    other = factory(bench, "示例·乙", NORTH, "12:00", "16:00")
    assert stale(bench.store, TODAY) == [other]

    bench.review(other, TODAY)

    assert stale(bench.store, TODAY) == [one]
    bench.review(one, TODAY)
    assert stale(bench.store, TODAY) == []


def test_both_dossiers_tell_it_and_follow_what_changes_in_the_other(bench: Workbench) -> None:
    one = factory(bench, "示例·甲", CITY, "09:00", "12:30")
    before = bench.summary(one, TODAY)
    assert before["across"] == [] and told(bench, one) == []

    other = factory(bench, "示例·乙", NORTH, "12:40", "16:00")

    # The kept summary is stale by the other's visit alone.
    (kind, whose, words, page, record) = bench.summary(one, TODAY)["across"][0]
    assert (kind, whose, page) == ("presence", other.hex, "visits")
    assert words == "王、李、赵 2025年6月17日两处现场诊断相隔 10 分钟、直线距离 33.4 公里"
    (visit,) = bench.dossier(one).all(Visit)
    assert record == visit.id.hex
    (mine,), (theirs,) = told(bench, one), told(bench, other)
    assert mine.rule == theirs.rule == "VISIT-TRAVEL"
    assert mine.message == (
        "第 1 次现场诊断（2025年6月17日 09:00 至 12:30）与“示例·乙”的现场诊断（12:40 至 16:00）"
        "相隔 10 分钟，两厂直线距离 33.4 公里，须超过每小时 120 公里方能到达，"
        "两处的到场诊断人员均有王、李、赵。"
    )
    assert "“示例·甲”" in theirs.message and mine.target and mine.target.record == visit.id

    (stay,) = bench.dossier(other).records["stay"]
    bench.put(other, "stay", stay.id, "start", dt.time(12, 0))
    assert [f.rule for f in told(bench, one)] == ["VISIT-ELSEWHERE"]
    assert "时间重叠" in bench.summary(one, TODAY)["across"][0][2]
    bench.withdraw(other, "dossier", other)
    assert told(bench, one) == [] and bench.summary(one, TODAY)["across"] == []
