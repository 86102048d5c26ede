"""Twenty watermark photos the reader has never seen, and the examiner that judges the readings."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from random import Random

import pytest
from PIL import Image

from app.photo_reading import read_facts
from app.photo_worker import Refused
from app.watermark_reader import WatermarkReader
from benchmarks.watermark_accuracy import figures
from benchmarks.watermark_judge import Verdict, distance, judge
from benchmarks.watermark_photos import Truth, draw
from benchmarks.watermark_writing import written_day
from forms.watermark import Statement, Watermark

WITH, WITHOUT = range(1, 16), range(16, 21)
LARGEST = 1440

#: All on one process, lest each reads the twenty.
pytestmark = pytest.mark.xdist_group("watermark photos")


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Verdict]]:
    """The readings of the twenty, judged."""
    folder = tmp_path_factory.mktemp("photos")
    found = []
    with WatermarkReader(seconds_limit=120) as reader:  # the machine may be busy
        for seed in (*WITH, *WITHOUT):
            truth = draw(seed, folder, with_watermark=seed in WITH, bundled=True, largest=LARGEST)
            reading = reader.read(truth.path)
            assert not isinstance(reading, Refused), reading
            found.append(judge(truth, reading))
    yield found


def missed(verdicts: list[Verdict]) -> list[str]:
    return [f"{verdict.truth.look}: {miss}" for verdict in verdicts for miss in verdict.misses]


def test_times_are_read(verdicts: list[Verdict]) -> None:
    outcomes = [verdict.time for verdict in verdicts if verdict.time]
    assert len(outcomes) == len(WITH)
    assert outcomes.count("missed") <= 1, missed(verdicts)


def test_nothing_is_invented(verdicts: list[Verdict]) -> None:
    bare = [verdict for verdict in verdicts if not verdict.truth.with_watermark]
    assert len(bare) == len(WITHOUT)
    assert [verdict.invented for verdict in bare if verdict.invented] == []


def test_nothing_wrong_is_stated_as_certain(verdicts: list[Verdict]) -> None:
    assert [verdict.wrong for verdict in verdicts if verdict.wrong] == []


# --- the examiner ------------------------------------------------------------------------------


def test_a_seed_gives_the_same_photo_again(tmp_path: Path) -> None:
    one = draw(5, tmp_path, bundled=True, largest=LARGEST)
    first = one.path.read_bytes()
    assert draw(5, tmp_path, bundled=True, largest=LARGEST) == one
    assert one.path.read_bytes() == first
    other = draw(6, tmp_path, bundled=True, largest=LARGEST)
    assert other.path != one.path and other.path.read_bytes() != first


def test_the_watermark_is_on_the_picture_and_the_exif_agrees(tmp_path: Path) -> None:
    seeds = range(30, 45)
    truths = [
        draw(seed, tmp_path, with_watermark=True, bundled=True, largest=1280) for seed in seeds
    ]
    recorded = [(truth, read_facts(truth.path)) for truth in truths]
    assert all((facts.taken_local is not None) == truth.exif for truth, facts in recorded)
    apart = [
        (truth.taken_local - facts.taken_local).total_seconds()
        for truth, facts in recorded
        if truth.taken_local and facts.taken_local
    ]
    assert apart and all(0 <= seconds <= 40 for seconds in apart)
    for truth in truths:
        with Image.open(truth.path) as picture:
            assert max(picture.size) == 1280


@pytest.mark.parametrize("shape", range(40))
def test_every_way_of_writing_a_day_keeps_its_numbers(shape: int) -> None:
    text = written_day(Random(shape), 2025, 6, 22)
    numbers = "".join(letter if letter.isdigit() else " " for letter in text).split()
    assert [int(number) for number in numbers] == [2025, 6, 22]


TRUTH = Truth(
    Path("a.jpg"), True, "drawn", False, day=date(2025, 6, 22), clock=time(9, 29, 31),
    seconds=True, weekday=6, latitude=43.88681, longitude=125.32449,
    address="长春市绿园区示例路18号", place="示例机械厂", brand="示例相机", code="A7K9",
)  # fmt: skip
READ = Watermark(
    day=date(2025, 6, 22), clock=time(9, 29, 31), seconds=True, weekday=6, latitude=43.88681,
    longitude=125.32449, address="长春市绿园区示例路 18 号", place="示例机械厂",
    brand="示例相机", code="A7K9",
)  # fmt: skip


def test_a_right_reading_is_right() -> None:
    verdict = judge(TRUTH, READ)
    assert (verdict.time, verdict.position, verdict.address_errors) == ("right", "right", 0)
    assert verdict.address_length == len(TRUTH.address)
    assert not verdict.misses and all(figure.met for figure in figures([verdict]))


WRONG: list[tuple[Statement, dict[str, object]]] = [
    ("day", {"day": date(2025, 6, 23)}),
    ("clock", {"clock": time(9, 28, 31)}),
    ("weekday", {"weekday": 5}),
    ("position", {"latitude": 43.88701}),
    ("address", {"address": "长春市绿园区示例路16号"}),
    ("address", {"address": "天气晴"}),
    ("brand", {"brand": "别的相机"}),
    ("code", {"code": "A7K8"}),
]


@pytest.mark.parametrize(("name", "change"), WRONG, ids=lambda value: str(value))
def test_a_wrong_value_counts_unless_it_is_marked(
    name: Statement, change: dict[str, object]
) -> None:
    read = READ.model_copy(update=change)
    assert len(judge(TRUTH, read).wrong) == 1
    assert not all(figure.met for figure in figures([judge(TRUTH, read)]))
    assert judge(TRUTH, read.model_copy(update={"unsure": frozenset({name})})).wrong == ()


def test_a_clock_without_its_seconds_is_a_miss_but_not_wrong() -> None:
    read = READ.model_copy(update={"clock": time(9, 29), "seconds": False})
    verdict = judge(TRUTH, read)
    assert verdict.time == "missed" and verdict.wrong == ()


def test_a_contradiction_must_be_told() -> None:
    weekday = replace(TRUTH, weekday=2, contradiction="weekday")
    read = READ.model_copy(update={"weekday": 2})
    assert judge(weekday, read).time == "missed" and judge(weekday, read).wrong
    told = read.model_copy(update={"unsure": frozenset({"day", "weekday"})})
    assert judge(weekday, told).time == "right" and not judge(weekday, told).wrong

    never = replace(TRUTH, day=None, weekday=None, contradiction="impossible day")
    none = READ.model_copy(update={"day": None, "weekday": None})
    assert judge(never, none).time == "missed"
    assert judge(never, none.model_copy(update={"impossible": "2025-02-30"})).time == "right"
    mended = judge(never, READ.model_copy(update={"weekday": None}))
    assert mended.time == "missed" and mended.wrong == ("day 2025-06-22",)


def test_whatever_is_stated_of_a_bare_photo_is_invented() -> None:
    bare = Truth(Path("a.jpg"), False, "drawn", False)
    assert judge(bare, Watermark()).invented == ()
    doubtful = Watermark(clock=time(14, 0), unsure=frozenset({"clock"}))
    assert judge(bare, doubtful).invented == ("clock 14:00:00 (unsure)",)
    assert not all(figure.met for figure in figures([judge(bare, doubtful)]))


def test_the_distance_counts_what_was_changed_lost_and_added() -> None:
    others = ("示例路18号", "示例路16号", "", "示例路8号院")
    assert [distance("示例路18号", other) for other in others] == [0, 1, 6, 2]


def test_day_and_clock_make_a_moment() -> None:
    assert TRUTH.taken_local == datetime(2025, 6, 22, 9, 29, 31)
    assert replace(TRUTH, clock=None).taken_local is None
