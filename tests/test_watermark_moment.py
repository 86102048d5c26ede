"""Date, time and weekday out of one row, with the noise that a reading by machine adds."""

from collections.abc import Callable
from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.watermark_moment import Moment, read_moment

SUNDAY = date(2025, 6, 22)
NINE = time(9, 29)


@pytest.mark.parametrize(
    "text",
    [
        "2025-06-22 09:29",
        "2025-06-2209:29",
        "09:29 | 2025.06.22 星期日",
        "09:292025.06.22",
        "时间：2025年6月22日 星期日 9:29",
        "２０２５／０６／２２　０９：２９",
        "2025/6/229:29",
        "2025年06月22日09:29",
        "2025年6月22日9时29分",
        "2025:06:22 09:29",
        "2025-06-22T09:29",
        "拍摄时间:2025-06-22 上午9:29",
        "2025.06.22 09:29 AM",
        "周日 2025/06/22 09:29",
        "2025-06-22 09:2926℃",
    ],
)
def test_styles_of_one_moment(text: str) -> None:
    moment = read_moment(text)
    assert (moment.day, moment.clock, moment.doubts) == (SUNDAY, NINE, frozenset())
    assert not moment.several


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("下午3:05", time(15, 5)),
        ("03:05 PM", time(15, 5)),
        ("PM03:05", time(15, 5)),
        ("下午15:05", time(15, 5)),
        ("中午12:05", time(12, 5)),
        ("中午1:05", time(13, 5)),
        ("12:05 AM", time(0, 5)),
        ("凌晨12:05", time(0, 5)),
        ("晚上9:29", time(21, 29)),
        ("打卡09:29", time(9, 29)),
        ("时间：09:29", time(9, 29)),
        ("拍摄时间：09:29:17 2025.06.22 星期日", time(9, 29, 17)),
        ("09:29:17.123", time(9, 29, 17)),
        ("16:08:59+08:00", time(16, 8, 59)),
    ],
)
def test_clocks(text: str, clock: time) -> None:
    moment = read_moment(text)
    assert (moment.clock, moment.doubts) == (clock, frozenset())
    assert moment.seconds == (clock.second != 0)


@pytest.mark.parametrize(
    ("text", "weekday"),
    [
        ("星期日", 6), ("星期天", 6), ("周一", 0), ("礼拜三", 2), ("星期曰", 6),
        ("Sunday", 6), ("Mon", 0), ("FRI", 4),
    ],
)  # fmt: skip
def test_weekdays(text: str, weekday: int) -> None:
    assert read_moment(text).weekday == weekday


@pytest.mark.parametrize("text", ["周一至周五", "每周三", "本周四", "一周内", "周-周五", "month"])
def test_what_is_no_weekday(text: str) -> None:
    assert read_moment(text).weekday is None


@pytest.mark.parametrize(
    ("text", "doubtful"),
    [
        ("2O25-O6-22", {"day"}),  # mended letters
        ("2025-06-22 1O:29", {"clock"}),
        ("2025-06-22 09;29", {"clock"}),
        ("2025/6/119:29", {"day", "clock"}),  # the 1st at 19:29 or the 11th at 9:29
        ("2025-06-2", {"day"}),  # a digit is lost
        ("2025.06-22", {"day"}),
        ("2025.0622", {"day"}),
        ("2025/6/2 星期", {"day"}),  # a damaged row
        ("2025-06-22 星期三", {"day", "weekday"}),  # it was a Sunday
        ("星期- 09:29", {"weekday"}),
        ("2025-06-22 09:29:1", {"clock"}),
        ("上午15:20", {"clock"}),
    ],
)
def test_doubts(text: str, doubtful: set[str]) -> None:
    assert read_moment(text).doubts == doubtful


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2O25-O6-22 星期日", SUNDAY),
        ("2025/6/119:29 星期三", date(2025, 6, 11)),
        ("2025/6/119:29 周日", date(2025, 6, 1)),
        ("2025-12-08 周—", date(2025, 12, 8)),
    ],
)
def test_the_weekday_settles_a_date_that_needed_mending(text: str, day: date) -> None:
    moment = read_moment(text)
    assert moment.day == day
    assert "day" not in moment.doubts


def test_a_letter_beside_a_digit_is_not_passed_over() -> None:
    """`I4:28` is 14:28 or nothing, never 4:28; `6/2Z` is no second of June."""
    assert read_moment("I4:28").clock == time(14, 28)
    assert read_moment("I4:28").doubts == {"clock"}
    found = read_moment("2025/6/2Z")
    assert found.day == SUNDAY and found.doubts == {"day"}


@pytest.mark.parametrize(
    ("text", "impossible"),
    [
        ("2025年2月30日 09:29", "2025年2月30日"),
        ("2025-13-01", "2025-13-01"),
        ("2025-06-22 25:10", "25:10"),
        ("2025-06-22 09:61", "09:61"),
    ],
)
def test_what_no_calendar_has_is_told_and_not_mended(text: str, impossible: str) -> None:
    moment = read_moment(text)
    assert moment.impossible == impossible
    assert moment.day is None or moment.clock is None


@pytest.mark.parametrize(
    "text",
    [
        "营业时间 8:30-17:30",
        "08:00—12:00",
        "比例1:100",
        "192.168.1.10:80",
        "2025.06.22.1",
        "WO20250622001",
        "QC-2025-06-18",
        "成立于1998年",
        "SN:2025062209291",
        "00:1A:2B:3C:4D:5E",
        "电话 0431-85001234",
        "吉A·8K23F",
        "16:9:4",
    ],
)
def test_what_is_no_moment(text: str) -> None:
    assert read_moment(text).empty


def test_two_dates_in_a_row_are_told() -> None:
    assert read_moment("2025-06-22 2025-06-23").several
    assert read_moment("8:30-17:30").several
    assert read_moment("2025-06-22 09:29").several is False


DAY_STYLES = (
    "{0:%Y-%m-%d}", "{0:%Y.%m.%d}", "{0:%Y/%m/%d}", "{0:%Y年%m月%d日}",
    "{0.year}年{0.month}月{0.day}日", "{0.year}/{0.month}/{0.day}", "{0.year}-{0.month}-{0.day}",
)  # fmt: skip
CLOCK_STYLES = ("{0:%H:%M}", "{0:%H:%M:%S}", "{0:%H：%M}", "{0.hour}:{0:%M}")
NOISES: dict[str, Callable[[str], str]] = {
    "none": lambda text: text,
    "spaces lost": lambda text: text.replace(" ", ""),
    "full width": lambda text: "".join(
        chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text
    ),
    "O for 0": lambda text: text.replace("0", "O"),
    "o for 0": lambda text: text.replace("0", "o", 1),
    "l for 1": lambda text: text.replace("1", "l"),
    "I for 1": lambda text: text.replace("1", "I", 1),
}


def test_a_moment_that_something_grew_into_is_doubted() -> None:
    found = read_moment("2025-06-20:48:22 2024-08-07")
    assert (found.day, found.clock) == (date(2024, 8, 7), time(20, 48, 22))
    assert found.doubts == {"day", "clock"}


@given(
    moment=st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31)),
    day_style=st.sampled_from(DAY_STYLES),
    clock_style=st.sampled_from(CLOCK_STYLES),
    order=st.sampled_from(["{0} {1}", "{1} {0}", "{0} | {1}", "{0} {2} {1}", "{1} {0} {2}"]),
    weekday=st.sampled_from(["星期{}", "周{}"]),
    noise=st.sampled_from(sorted(NOISES)),
)
def test_a_moment_is_read_back_or_doubted(
    moment: datetime, day_style: str, clock_style: str, order: str, weekday: str, noise: str
) -> None:
    """Never wrong and without doubt, whatever the style and the noise."""
    written = order.format(
        day_style.format(moment),
        clock_style.format(moment),
        weekday.format("一二三四五六日"[moment.weekday()]),
    )
    found = read_moment(NOISES[noise](written))
    clock = moment.time().replace(microsecond=0)
    if "%S" not in clock_style:
        clock = clock.replace(second=0)
    if "day" not in found.doubts:
        assert found.day in (moment.date(), None), written
    if "clock" not in found.doubts:
        assert found.clock in (clock, None), written
    if noise in ("none", "full width"):
        assert (found.day, found.clock) == (moment.date(), clock), written
        assert found.doubts == frozenset(), written
    assert found.weekday == (moment.weekday() if "{2}" in order else None)


@given(st.text(max_size=200))
def test_any_text_is_answered(text: str) -> None:
    assert isinstance(read_moment(text), Moment)


@given(st.text(alphabet="0123456789OlI|:;.-/年月日时分秒 星期周一上下午APM2025", max_size=60))
def test_what_is_found_is_a_moment_that_cameras_write(text: str) -> None:
    found = read_moment(text)
    assert len(found.rest) == len(text)
    assert found.day is None or 2000 <= found.day.year <= 2100
    assert not (found.impossible and found.day and found.clock)
