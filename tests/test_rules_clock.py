"""The machine's clock against its own edits and against the photos."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from uuid import UUID

import pytest

from app import backups, entry
from app import log as change_log
from app.workbench import Workbench
from forms.dossier import Photo
from forms.record import single_id
from grading.rules import check
from grading.rules.case import Edit
from tests.photo_files import photo, taken
from tests.rule_cases import case_of, dossier_of, good
from tests.test_rules import edits


def told(*found: tuple[Edit, ...]) -> list[str]:
    all_edits = tuple(each for some in found for each in some)
    case = case_of(dossier_of(good()), edits=all_edits)
    return [each.message for each in check(case) if each.rule.startswith("CLOCK-")]


def test_a_clock_set_back_is_told_with_its_widest_step() -> None:
    steps = edits("2025-06-18T10:00", "2025-06-18T07:30", "2025-06-18T09:00", "2025-06-18T10:30")
    (message,) = told(steps)
    assert "由 2025-06-18 10:00 退到 2025-06-18 07:30，超过 1 小时" in message


@pytest.mark.parametrize(
    "found",
    [
        (edits("2025-06-18T10:00", "2025-06-18T09:00"),),  # an hour, and not more
        (edits("2025-06-18T10:00"), edits("2025-06-18T05:00", device=2)),  # two laptops
        (edits("2025-06-18T10:00", "2025-06-18T12:00", "2025-06-18T11:30"),),
        (),
    ],
)
def test_small_steps_and_other_devices_are_no_jump(found: tuple[tuple[Edit, ...], ...]) -> None:
    assert told(*found) == []


def test_another_zone_is_no_jump() -> None:
    east = Edit(UUID(int=1), UUID(int=9), dt.datetime.fromisoformat("2025-06-18T10:00:00+08:00"))
    west = Edit(UUID(int=1), UUID(int=9), dt.datetime.fromisoformat("2025-06-18T03:00:00+00:00"))
    assert told((east, west)) == []


def test_a_photo_recorded_before_it_was_taken_is_told() -> None:
    (first, *_) = dossier_of(good()).all(Photo)
    assert told(edits("2025-06-16T12:00", of=first)) == []  # by hours only
    (message,) = told(edits("2024-06-17T12:00", "2025-06-18T12:00", of=first))
    assert "记入档案的时间 2024-06-17 12:00 早于拍摄时间 2025-06-17" in message


def test_a_machine_whose_clock_is_a_year_slow_finds_it_and_loses_nothing(
    data_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Slow(dt.datetime):
        behind = dt.timedelta(0)

        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:  # type: ignore[override]
            return dt.datetime.now(tz) - cls.behind

    class Clock:
        datetime = Slow

        def __getattr__(self, name: str) -> object:
            return getattr(dt, name)

    for module in (change_log, entry):
        monkeypatch.setattr(module, "dt", Clock())
    bench = Workbench.open(data_folder)
    dossier = bench.create("示例厂")
    list(backups.back_up(bench.store))
    Slow.behind = dt.timedelta(days=366)
    shot = f"{dt.datetime.now() - dt.timedelta(hours=1):%Y:%m:%d %H:%M:%S}"
    list(bench.import_photos(dossier, [photo(tmp_path / "a.jpg", detail=taken(shot))]))
    bench.put(dossier, "enterprise", single_id(dossier, "enterprise"), "contact", "甲")
    assert backups.is_due(bench.store, dt.datetime.now() - Slow.behind)
    assert {each.rule for each in bench.review(dossier).findings} >= {"CLOCK-BACK", "CLOCK-PHOTO"}
    bench.close()
    bench = Workbench.open(data_folder)
    found, rows = bench.whole(dossier)
    assert len(found.all(Photo)) == 1 and change_log.check_rows(rows, dossier) == ""
    bench.close()
