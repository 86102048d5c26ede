"""Coordinates out of one row, in the ways watermark cameras write them."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.watermark_position import Coordinates, read_coordinates

LATITUDE, LONGITUDE = 43.886841, 125.324461


def degrees(text: str) -> dict[str, float]:
    return {one.axis: round(one.degrees, 6) for one in read_coordinates(text).found}


@pytest.mark.parametrize(
    "text",
    [
        "经纬度：43.886841°N,125.324461°E",
        "经纬度：125.324461°E,43.886841°N",
        "经纬度：125.324461,43.886841",
        "经度：125.324461 纬度：43.886841",
        "经度:125.324461纬度:43.886841",
        "纬度 43.886841  经度 125.324461",
        "经度：E125.324461，纬度：N43.886841",
        "N43.886841 E125.324461",
        "N:43.886841 E:125.324461",
        "43.886841N125.324461E",
        "43.886841,125.324461",
        "(125.324461, 43.886841)",
        "北纬43.886841° 东经125.324461°",
        "东经：125.324461°北纬：43.886841°",
        "Lat 43.886841 Lng 125.324461",
        "ＧＰＳ：４３．８８６８４１，１２５．３２４４６１",
    ],
)
def test_styles_of_decimals(text: str) -> None:
    found = read_coordinates(text)
    assert degrees(text) == {"lat": LATITUDE, "lon": LONGITUDE}
    assert not found.partial
    assert not any(one.doubtful for one in found.found)


@pytest.mark.parametrize(
    "text",
    [
        "43°53'12.3\"N 125°19'28\"E",
        "N 43°53′12.3″ E 125°19′28″",
        "北纬43°53′12.3″ 东经125°19′28″",
        "东经125度19分28秒 北纬43度53分12.3秒",
        "43°53'12.3\",125°19'28\"",
        "E125°19'28''，N43°53'12.3''",
        "N 43°53′12.3″E 125°19′28",
    ],
)
def test_styles_of_degrees_minutes_seconds(text: str) -> None:
    assert degrees(text) == {"lat": 43.88675, "lon": 125.324444}
    assert not any(one.doubtful for one in read_coordinates(text).found)


def test_degrees_and_decimal_minutes() -> None:
    assert degrees("N43°53.205' E125°19.455'") == {"lat": 43.88675, "lon": 125.32425}


def test_south_and_west_are_negative() -> None:
    assert degrees("S33.8612 W70.2093") == {"lat": -33.8612, "lon": -70.2093}
    assert degrees("南纬33.8612 西经70.2093") == {"lat": -33.8612, "lon": -70.2093}
    assert degrees("纬度：-33.8612 经度：-70.2093") == {"lat": -33.8612, "lon": -70.2093}


@pytest.mark.parametrize(
    "text",
    [
        '43°4841.5"N',  # the mark of the minutes is lost
        "43°41'50'N",  # a mark is misread; the number stays what it was
        "43'41'50'N",
        "43o41'50\"N",
        "43041'50\"N",
    ],
)
def test_marks_that_were_misread(text: str) -> None:
    found = read_coordinates(text)
    assert [one.axis for one in found.found] == ["lat"]
    assert found.partial


@pytest.mark.parametrize("text", ["43'41'50\"N", "43041'50\"N", '43°4841.5"N'])
def test_mended_marks_leave_doubt(text: str) -> None:
    assert [one.doubtful for one in read_coordinates(text).found] == [True]


@pytest.mark.parametrize(
    "text",
    [
        "43886841N 125324461E",  # decimal points are not guessed
        '44°310.33"N',  # 3 minutes 10 or 31 minutes 0
        "纬度：125.324461",  # no latitude
        "北纬43°61′12″",
    ],
)
def test_what_is_not_guessed(text: str) -> None:
    found = read_coordinates(text)
    assert found.found == ()
    assert found.partial


@pytest.mark.parametrize(
    "text",
    [
        "2025.06.22 09:29",
        "海拔 221.3米",
        "温度 36.5 湿度 45.2",
        "-33.8612,151.2093",  # which is which is not said, and it is not in China
        "转速 1500.1234 1500.5678",
        "SN:43.22",
        "比例 1.5,2.5",
        "E2025.06",
        "12.5E 300",
    ],
)
def test_what_is_no_pair_of_coordinates(text: str) -> None:
    assert len({one.axis for one in read_coordinates(text).found}) < 2


STYLES = (
    "经纬度：{0}°N,{1}°E", "经度：{1} 纬度：{0}", "N{0} E{1}", "{0},{1}", "经纬度：{1},{0}",
    "北纬{0}° 东经{1}°", "{0}N{1}E", "E:{1}  N:{0}", "{0}°N，{1}°E",
)  # fmt: skip


@given(
    latitude=st.integers(180_000, 530_000),
    longitude=st.integers(740_000, 1_350_000),
    style=st.sampled_from(STYLES),
    spaces=st.booleans(),
)
def test_decimals_are_read_back(latitude: int, longitude: int, style: str, spaces: bool) -> None:
    north, east = f"{latitude / 10_000:.4f}", f"{longitude / 10_000:.4f}"
    text = style.format(north, east)
    assert degrees(text if spaces else text.replace(" ", "")) == {
        "lat": float(north),
        "lon": float(east),
    }


MARKS = ("{}°{}'{}\"", "{}°{}′{}″", "{}度{}分{}秒", "{} ° {} ' {} \"")
PAIRS = ("{0}N {1}E", "N{0} E{1}", "北纬{0} 东经{1}", "东经{1}，北纬{0}")


@given(
    parts=st.tuples(st.integers(18, 53), st.integers(0, 59), st.integers(0, 5999)),
    east=st.tuples(st.integers(74, 134), st.integers(0, 59), st.integers(0, 5999)),
    marks=st.sampled_from(MARKS),
    pair=st.sampled_from(PAIRS),
    noise=st.sampled_from(["", "'", "°", '"', " "]),
)
def test_degrees_are_read_back_or_doubted(
    parts: tuple[int, int, int], east: tuple[int, int, int], marks: str, pair: str, noise: str
) -> None:
    """With one kind of mark lost altogether, what is read is right, doubted or nothing."""
    assume("度" not in marks or "N" not in pair)
    true = [d + m / 60 + s / 360_000 for d, m, s in (parts, east)]
    written = [marks.format(d, m, f"{s / 100:.2f}") for d, m, s in (parts, east)]
    text = pair.format(*written)
    found = {one.axis: one for one in read_coordinates(text.replace(noise, "")).found}
    for one, value in zip((found.get("lat"), found.get("lon")), true, strict=True):
        if noise in ("", " "):
            assert one is not None and not one.doubtful
        if one is not None and not one.doubtful:
            assert one.degrees == pytest.approx(value, abs=1e-7)


@given(st.text(max_size=200))
def test_any_text_is_answered(text: str) -> None:
    found = read_coordinates(text)
    assert isinstance(found, Coordinates)
    assert len(found.rest) == len(text)


@given(st.text(alphabet="0123456789.,°'\"NSEW东经北纬度分秒 :-", max_size=60))
def test_degrees_stay_on_the_globe(text: str) -> None:
    for one in read_coordinates(text).found:
        assert abs(one.degrees) <= (90 if one.axis == "lat" else 180)
