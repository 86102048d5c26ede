"""Distances and datums, by their properties and by figures found elsewhere."""

from math import cos, radians

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.geodesy import distance_m, gcj02_to_wgs84, wgs84_to_gcj02

# Within the rectangle by a margin, so that the shifted position is inside it as well.
in_china = st.tuples(st.floats(18.0, 53.0), st.floats(74.0, 134.0))
anywhere = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
CHANGCHUN = (43.8171, 125.3235)


@given(in_china)
def test_inverse_undoes_the_shift(place: tuple[float, float]) -> None:
    there_and_back = gcj02_to_wgs84(wgs84_to_gcj02(place))
    assert there_and_back == pytest.approx(place, abs=1e-9)


@given(st.tuples(st.floats(43.70, 44.05), st.floats(125.05, 125.60)))
def test_shift_around_changchun(place: tuple[float, float]) -> None:
    assert 500 <= distance_m(place, wgs84_to_gcj02(place)) <= 610


def test_shift_of_a_known_place() -> None:
    # Tian'anmen as two map services give it.
    assert wgs84_to_gcj02((39.90734, 116.39089)) == pytest.approx((39.90874, 116.39713), abs=1e-4)


@pytest.mark.parametrize("place", [(48.8566, 2.3522), (-33.86, 151.2), (0.0, 0.0)])
def test_no_shift_outside_china(place: tuple[float, float]) -> None:
    assert wgs84_to_gcj02(place) == place == gcj02_to_wgs84(place)


@given(anywhere, anywhere)
def test_distance_is_a_distance(a: tuple[float, float], b: tuple[float, float]) -> None:
    assert distance_m(a, a) == 0
    assert distance_m(a, b) == distance_m(b, a)
    assert 0 <= distance_m(a, b) <= 20_015_200


@given(st.floats(-3000, 3000), st.floats(-3000, 3000))
def test_distance_near_by_is_that_of_the_plane(north: float, east: float) -> None:
    metres_a_degree = 111_195.08
    there = (
        CHANGCHUN[0] + north / metres_a_degree,
        CHANGCHUN[1] + east / (metres_a_degree * cos(radians(CHANGCHUN[0]))),
    )
    expected = (north**2 + east**2) ** 0.5
    assert distance_m(CHANGCHUN, there) == pytest.approx(expected, rel=1e-3, abs=0.01)


def test_distance_between_cities() -> None:
    # Beijing to Shanghai, 1,068 km by the great circle.
    assert distance_m((39.9042, 116.4074), (31.2304, 121.4737)) == pytest.approx(
        1_067_300, rel=2e-3
    )
