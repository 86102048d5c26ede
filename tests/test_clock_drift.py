"""A device's clock against the satellites' in its own photos."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from forms.photo_facts import PhotoFacts
from grading.clock_drift import LEAST, device_of, drifts

NOON = datetime(2025, 6, 17, 12, 0, tzinfo=UTC)


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
