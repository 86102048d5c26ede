"""日程.ics: what every calendar program must be able to read, byte by byte and read back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from icalendar import Calendar

from app.schedule import export_schedule
from app.workbench import Workbench
from exporters.schedule import Occasion, compose, occasions
from forms.errors import UserError
from tests.rule_cases import case_of, dossier_of, good
from tests.window_kit import opened

STAMP = dt.datetime(2025, 6, 1, 8, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
TODAY = dt.date(2025, 6, 18)
NAME = "示例・长春净月高新技术产业开发区轨道交通高端装备智能制造（集团）有限责任公司"


@pytest.fixture
def bench(data_folder: Path) -> Iterator[Workbench]:
    with opened(data_folder) as made:
        yield made


def events(data: bytes) -> dict[str, Any]:
    """The entries of a file by what they are called."""
    return {str(each["summary"]): each for each in Calendar.from_ical(data).walk("VEVENT")}


def of(**more: Any) -> bytes:
    case = case_of(dossier_of(good() | more), today=TODAY)
    return compose(occasions(case), "诊改日程", STAMP)


def test_every_line_ends_as_it_must_and_is_no_longer_than_it_may_be() -> None:
    data = of(enterprise=good()["enterprise"] | {"name": NAME, "address": "甲,乙;丙\\丁\n戊" * 9})
    assert data.startswith(b"BEGIN:VCALENDAR\r\n") and data.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in data.replace(b"\r\n", b"") and b"\r" not in data.replace(b"\r\n", b"")
    lines = data.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert all(line.decode() is not None for line in lines)  # no character is cut in two
    assert b"\r\nVERSION:2.0\r\n" in data and b"PRODID:" in data
    whole = data.replace(b"\r\n ", b"").decode()
    assert "LOCATION:甲\\,乙\\;丙\\\\丁\\n戊" in whole
    (visit,) = [each for name, each in events(data).items() if "第 1 次现场诊断" in name]
    assert str(visit["location"]).startswith("甲,乙;丙\\丁\n戊")


def test_times_are_beijings_and_deadlines_are_whole_days() -> None:
    found = events(of())
    visit = found["示例·测试机械有限公司：第 1 次现场诊断"]
    assert visit.decoded("dtstart") == dt.datetime(2025, 6, 17, 1, 0, tzinfo=dt.UTC)
    assert visit.decoded("dtend") == dt.datetime(2025, 6, 17, 4, 30, tzinfo=dt.UTC)
    assert visit["dtstart"].to_ical() == b"20250617T010000Z"
    assert (str(visit["status"]), str(visit["transp"])) == ("CONFIRMED", "OPAQUE")
    due = found["示例·测试机械有限公司：协议服务期限 30 天届满（已完成）"]
    assert due["dtstart"].params["value"] == "DATE"
    assert due.decoded("dtstart") == dt.date(2025, 7, 10)
    assert due.decoded("dtend") == dt.date(2025, 7, 11)
    assert (str(due["transp"]), str(due["description"])) == ("TRANSPARENT", "依据：附件2 第一条 2")
    briefing = found["示例·测试机械有限公司：诊断结果汇报"]
    assert briefing.decoded("dtstart") == dt.date(2025, 6, 28)
    assert str(briefing["status"]) == "TENTATIVE"
    stamps = {each["dtstamp"].to_ical() for each in found.values()}
    assert stamps == {b"20250601T000000Z"}


def test_what_is_known_already_is_known_again() -> None:
    before, after = events(of()), events(of(stay=[good()["stay"][0] | {"start": "10:00"}]))
    assert [str(each["uid"]) for each in before.values()] == [
        str(each["uid"]) for each in after.values()
    ]
    uids = [str(each["uid"]) for each in before.values()]
    assert len(uids) == len(set(uids)) > 4 and all(uid.endswith("@zhengai") for uid in uids)


def test_a_planned_visit_gives_way_to_the_visit_of_its_day() -> None:
    planned = {"date": "2025-06-20", "start": "09:00", "end": "12:00"}
    name = "示例·测试机械有限公司：现场诊断（计划）"
    assert str(events(of(plan=planned))[name]["status"]) == "TENTATIVE"
    assert name not in events(of(plan=planned | {"date": "2025-06-17"}))


@pytest.mark.parametrize(
    ("start", "end", "named"),
    [
        (dt.time(9), None, {"DTSTART"}),
        (dt.time(9), dt.time(8), {"DTSTART"}),
        (None, dt.time(8), {"DTSTART", "DTEND"}),
        (dt.time(9), dt.time(9, 30), {"DTSTART", "DTEND"}),
    ],
)
def test_odd_times_leave_a_file_that_can_be_read(
    start: dt.time | None, end: dt.time | None, named: set[str]
) -> None:
    for day in (dt.date(2025, 6, 17), dt.date.min, dt.date.max):
        (event,) = Calendar.from_ical(
            compose([Occasion("k", "甲\x00乙\ud800", "期限", day, start, end)], "n", STAMP)
        ).walk("VEVENT")
        expected = named - {"DTEND"} if (start, day) == (None, dt.date.max) else named
        if day != dt.date.min:  # its first hours are before the first day there is, by UTC
            assert {key for key in event if key in ("DTSTART", "DTEND")} == expected
        assert str(event["summary"]) == "甲 乙?"


def made(bench: Workbench, path: Path, dossier: UUID | None = None) -> tuple[Path, str]:
    last = list(export_schedule(bench, path, dossier, TODAY))[-1]
    assert last.made is not None
    return last.made, last.text


def test_one_dossiers_calendar_and_that_of_all(bench: Workbench, tmp_path: Path) -> None:
    first = bench.import_mapping(good())
    second = bench.create("示例・乙")
    bench.add(second, "visit", date=dt.date(2025, 7, 1))
    gone = bench.create("示例・丙")
    bench.add(gone, "visit", date=dt.date(2025, 7, 2))
    bench.withdraw(gone, "dossier", gone)

    path, said = made(bench, tmp_path / "甲", first)
    assert path.name == "甲.ics" and said.startswith("日程已导出：甲.ics，共 ")
    alone = path.read_bytes()
    assert {name.split("：")[0] for name in events(alone)} == {"示例·测试机械有限公司"}
    path, _ = made(bench, tmp_path / "全部.ics")
    every = events(path.read_bytes())
    assert {name.split("：")[0] for name in every} == {"示例·测试机械有限公司", "示例・乙"}
    own = {name: str(each["uid"]) for name, each in events(alone).items()}
    assert own.items() <= {name: str(each["uid"]) for name, each in every.items()}.items()
    assert {each.suffix for each in tmp_path.iterdir()} == {".ics", ""}  # the store, and no rest


def test_nothing_dated_and_a_place_that_cannot_be_written_are_refused(
    bench: Workbench, tmp_path: Path
) -> None:
    dossier = bench.create("示例・丁")
    with pytest.raises(UserError, match="没有导出日程"):
        made(bench, tmp_path / "a.ics", dossier)
    bench.add(dossier, "visit", date=TODAY)
    with pytest.raises(UserError, match="没有导出日程，原有文件未动"):
        made(bench, tmp_path / "没有" / "a.ics", dossier)


def test_the_calendar_is_among_the_files_of_an_export(bench: Workbench, tmp_path: Path) -> None:
    dossier = bench.import_mapping(good())
    done = [step.made for step in bench.export(dossier, tmp_path, ("schedule",)) if step.made]
    assert [path.name for path in done] == ["日程.ics"]
    assert "示例·测试机械有限公司：第 1 次现场诊断" in events(done[0].read_bytes())
    bare = bench.create("示例・戊")
    assert not [step for step in bench.export(bare, tmp_path, ("schedule",)) if step.made]
