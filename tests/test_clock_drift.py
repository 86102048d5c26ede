"""A device's clock against the satellites' in its own photos."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from forms.photo_facts import PhotoFacts
from grading.clock_drift import LEAST, Clock, clocks, device_of

NOON = datetime(2025, 6, 17, 12, 0, tzinfo=UTC)


def drifts(photos: Iterable[PhotoFacts]) -> dict[str, timedelta]:
    return {device: clock.ahead for device, clock in clocks(photos).items()}


def shot(minute: float, ahead: float, age: float = 0, **more: Any) -> PhotoFacts:
    """A photo at `minute` past noon by a clock `ahead` minutes, its fix `age` minutes old."""
    true = NOON + timedelta(minutes=minute)
    values: dict[str, Any] = {
        "width": 1,
        "height": 1,
        "format": "JPEG",
        "taken_local": (true + timedelta(minutes=ahead)).replace(tzinfo=None),
        "offset": "+00:00",
        "gps_time": true - timedelta(minutes=age),
        "make": "SAMPLE",
        "model": "M1",
    }
    return PhotoFacts(**{**values, **more})


def test_a_drift_that_two_fixes_share_is_found() -> None:
    photos = [shot(0, 12), shot(20, 12.2), shot(30, 12, age=25)]
    assert drifts(photos) == {"SAMPLE M1": timedelta(minutes=12.2)}


def test_one_fix_tells_nothing_however_often_it_is_used() -> None:
    assert drifts([shot(0, 12)]) == {}
    reused = [shot(minute, 0, age=minute - 1) for minute in (30.0, 30.5, 31.0)]
    assert drifts(reused) == {}


def test_a_clock_on_time_and_old_fixes_are_no_drift() -> None:
    assert drifts([shot(0, 0), shot(5, 0.1), shot(9, 0, age=45), shot(19, 0, age=44)]) == {}


def test_devices_are_kept_apart_and_nameless_ones_left_out() -> None:
    photos = [shot(0, 30, model="A"), shot(9, 30, model="A"), shot(0, 0, model="B")]
    nameless = [shot(0, 30, make=None, model=None), shot(9, 30, make=None, model=None)]
    assert set(drifts([*photos, *nameless])) == {"SAMPLE A"}
    assert device_of(nameless[0]) == ""


@given(
    st.floats(-600, 600),
    st.lists(st.tuples(st.floats(0, 400), st.floats(0, 90)), min_size=1, max_size=12),
)
def test_the_drift_is_found_whatever_old_fixes_stand_beside(
    ahead: float, others: list[tuple[float, float]]
) -> None:
    fresh = [shot(1, ahead), shot(7, ahead)]
    found = drifts([*fresh, *(shot(10 + minute, ahead, age) for minute, age in others)])
    true = timedelta(minutes=ahead)
    if abs(true) >= LEAST + timedelta(seconds=90):
        assert abs(found["SAMPLE M1"] - true) <= timedelta(seconds=90)
    elif found:
        assert abs(found["SAMPLE M1"]) < LEAST + timedelta(seconds=180)


def test_two_phones_of_one_model_keep_their_own_clocks() -> None:
    slow = [shot(0, -20), shot(15, -20), shot(50, -20, age=4)]
    right = [shot(3, 0), shot(40, 0)]
    indoors = shot(45, 0, gps_time=None)
    clock = clocks([*slow, *right, indoors])["SAMPLE M1"]
    assert clock == Clock(timedelta(minutes=-20), timedelta(0))
    assert {clock.drift(facts) for facts in slow} == {timedelta(minutes=-20)}
    assert {clock.drift(facts) for facts in (*right, indoors)} == {timedelta(0)}


def test_one_phone_alone_lends_its_drift_to_photos_without_a_fix() -> None:
    indoors = shot(45, -20, gps_time=None)
    # Its own fixes, taken again later, are no other clock's.
    again = [shot(0, -20), shot(20, -20, age=20), shot(30, -20), shot(50.5, -20, age=20.5)]
    clock = clocks([*again, indoors])["SAMPLE M1"]
    assert clock == Clock(timedelta(minutes=-20))
    assert clock.drift(indoors) == timedelta(minutes=-20)


@given(
    st.integers(-600, -4),
    st.lists(st.integers(0, 200), min_size=2, max_size=6, unique=True),
    st.lists(st.integers(0, 200), min_size=2, max_size=6, unique=True),
)
def test_a_right_clock_is_never_moved_by_a_slow_one_of_its_model(
    behind: int, slow: list[int], right: list[int]
) -> None:
    wrong = [shot(minute, behind) for minute in slow]
    exact = [shot(minute + 0.5, 0) for minute in right]
    clock = clocks([*wrong, *exact])["SAMPLE M1"]
    assert {clock.drift(facts) for facts in wrong} == {timedelta(minutes=behind)}
    assert {clock.drift(facts) for facts in exact} == {timedelta(0)}
