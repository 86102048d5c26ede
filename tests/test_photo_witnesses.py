"""The file's record and the watermark, against each other, the visit and the site."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.photo_facts import BEIJING, PhotoFacts
from forms.watermark import Watermark
from grading.finding import Severity
from grading.geodesy import wgs84_to_gcj02
from grading.photo_verdict import PhotoVerdict, PhotoWord, Premises, judge
from tests.test_photo_verdict import DAY, SESSIONS, SITE, facts, moved

HERE = Premises(
    "长春市绿园区示例路18号", "绿园区", ("绿园区", "朝阳区", "榆树市", "长春新区"), "长春"
)
BARE = facts(None, where=(None, None), make=None, model=None, offset=None)


def mark(at: str | None = "09:05", **more: Any) -> Watermark:
    values: dict[str, Any] = {}
    if at is not None:
        values = {"day": date(2025, 6, 17), "clock": time.fromisoformat(at)}
    return Watermark(**{**values, **more})


def at(place: tuple[float, float]) -> dict[str, Any]:
    return {"latitude": place[0], "longitude": place[1]}


def heard(photo: Any, watermark: Watermark | None, **more: Any) -> PhotoVerdict:
    return judge(photo, SITE, SESSIONS, watermark=watermark, premises=HERE, **more)


def rules(result: PhotoVerdict) -> set[str]:
    return {finding.rule for finding in result.findings}


def test_two_witnesses_agree() -> None:
    result = heard(facts(), mark(**at(moved(30))))
    assert (result.word, result.findings) == (PhotoWord.CONSISTENT, ())
    assert result.reason == (
        "拍摄时间与水印时间一致，在本次诊断时段内；位置距厂址 0 米，在 500 米围栏以内（WGS-84）。"
    )
    assert (result.time_source, result.position_source) == ("exif", "exif")


def test_what_neither_says_is_told_beside_their_agreement() -> None:
    result = heard(facts(where=(None, None)), mark())
    assert (result.word, rules(result)) == (PhotoWord.CONSISTENT, {"PHOTO-POSITION-NONE"})


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (at(moved(120)), "水印坐标距厂址 120 米，在 500 米围栏以内（WGS-84）"),
        (at(wgs84_to_gcj02(moved(120))), "水印坐标距厂址 120 米，在 500 米围栏以内（GCJ-02）"),
        ({"address": "吉林省长春市绿园区示例路 18 号"}, "水印地址与登记地址相符"),
    ],
)
def test_the_watermark_alone_carries_a_photo_that_lost_its_record(
    more: dict[str, Any], words: str
) -> None:
    result = heard(BARE, mark(**more))
    assert result.word is PhotoWord.WATERMARK
    assert result.reason == f"水印时间在本次诊断时段内；{words}。"
    assert result.taken_at == DAY + timedelta(hours=9, minutes=5)
    assert rules(result) == {"PHOTO-DEVICE-NONE"}


def test_a_record_alone_is_named_as_such() -> None:
    assert heard(facts(), Watermark()).word is PhotoWord.EXIF
    assert heard(facts(), None).word is PhotoWord.EXIF


def test_neither_says_anything() -> None:
    result = heard(BARE, Watermark())
    assert result.word is PhotoWord.UNSUPPORTED
    assert "水印上也没有读到" in next(
        f.message for f in result.findings if f.rule == "PHOTO-TIME-NONE"
    )


def test_times_that_contradict_each_other() -> None:
    result = heard(facts("09:05"), mark("09:29"))
    assert (result.word, rules(result)) == (PhotoWord.CONTRADICTORY, {"PHOTO-WATERMARK-TIME"})
    assert result.findings[0].message == (
        "拍摄信息记录 2025年6月17日 09:05，水印写作 2025年6月17日 09:29，相差 24 分。"
    )


def test_whole_hours_hint_at_a_zone() -> None:
    (found,) = heard(facts("09:05"), mark("10:05")).findings
    assert "恰为整小时" in found.message
    assert "整小时" not in heard(facts("09:05"), mark("10:29")).findings[0].message


def test_an_uncertain_reading_contradicts_nothing_but_may_agree() -> None:
    apart = heard(facts("09:05"), mark("09:29", unsure={"clock"}))
    assert apart.word is PhotoWord.EXIF
    assert [(f.rule, f.severity) for f in apart.findings] == [
        ("PHOTO-WATERMARK-UNSURE", Severity.INFO)
    ]
    assert heard(facts("09:05"), mark("09:05", unsure={"clock"})).word is PhotoWord.CONSISTENT
    alone = heard(BARE, mark("09:05", unsure={"day"}))
    assert alone.word is PhotoWord.UNSUPPORTED
    assert "读作 2025年6月17日 09:05，识别没有把握" in alone.findings[0].message
    assert alone.findings[0].severity is Severity.WARN


def test_a_weekday_that_is_not_the_dates_is_told_and_not_used() -> None:
    result = heard(BARE, mark(weekday=3, unsure={"day", "weekday"}))
    assert result.word is PhotoWord.UNSUPPORTED
    assert "为星期二，水印写作星期四" in result.findings[0].message


def test_a_date_that_no_calendar_has_is_told() -> None:
    result = heard(facts(), Watermark(impossible="2025年2月30日"))
    assert "PHOTO-WATERMARK-IMPOSSIBLE" in rules(result)
    assert result.word is PhotoWord.EXIF


def test_places_that_contradict_each_other() -> None:
    result = heard(facts(), mark(**at(moved(3000))))
    assert (result.word, rules(result)) == (PhotoWord.CONTRADICTORY, {"PHOTO-WATERMARK-PLACE"})


def test_the_two_datums_are_no_contradiction() -> None:
    result = heard(facts(where=moved(20)), mark(**at(wgs84_to_gcj02(moved(20)))))
    assert (result.word, result.findings) == (PhotoWord.CONSISTENT, ())


def test_another_city_contradicts_and_another_district_is_a_remark() -> None:
    elsewhere = heard(facts(), mark(address="辽宁省沈阳市大东区示例路18号"))
    assert (elsewhere.word, rules(elsewhere)) == (PhotoWord.CONTRADICTORY, {"PHOTO-ADDRESS-CITY"})
    unsure = heard(facts(), mark(address="辽宁省沈阳市大东区示例路18号", unsure={"address"}))
    assert unsure.word is PhotoWord.CONSISTENT
    near = heard(facts(), mark(address="长春市朝阳区样板街2号"))
    assert (near.word, rules(near)) == (PhotoWord.CONSISTENT, {"PHOTO-ADDRESS-DISTRICT"})
    county = heard(facts(), mark(address="长春市榆树市样板街2号"))
    assert "PHOTO-ADDRESS-CITY" not in rules(county)


def test_one_clock_in_another_zone_drew_both_its_witnesses() -> None:
    result = heard(facts("10:30", offset="+09:00"), mark("10:30", **at(moved(30))))
    assert (result.word, result.findings) == (PhotoWord.CONSISTENT, ())
    assert result.taken_at == DAY + timedelta(hours=9, minutes=30)


OLD: dict[str, Any] = {"where": moved(9000), "gps_time": DAY + timedelta(hours=8, minutes=15)}


def test_a_stale_fix_neither_proves_nor_contradicts() -> None:
    result = heard(facts(**OLD), mark(address="示例路18号"))
    assert (result.word, rules(result)) == (PhotoWord.CONSISTENT, {"PHOTO-POSITION-STALE"})
    assert result.reason.endswith(
        "位置距厂址 9.0 公里，定位时间与拍摄时间不符，位置不作凭据，水印地址与登记地址相符。"
    )
    silent = heard(facts(**OLD), mark())
    assert (silent.word, silent.position_fits) == (PhotoWord.CONSISTENT, None)
    alone = heard(facts(**OLD), Watermark())
    assert (alone.word, rules(alone)) == (PhotoWord.EXIF, {"PHOTO-POSITION-STALE"})
    fresh = OLD | {"gps_time": DAY + timedelta(hours=9, minutes=4)}
    assert heard(facts(**fresh), mark(address="示例路18号")).word is PhotoWord.CONTRADICTORY


def test_a_stale_fix_leaves_the_place_to_the_watermark() -> None:
    result = heard(facts(**OLD), mark(**at(moved(30))))
    assert (result.word, rules(result)) == (PhotoWord.CONSISTENT, {"PHOTO-POSITION-STALE"})
    assert (result.position, result.position_source) == (moved(30), "watermark")
    away = heard(facts(**OLD), mark(**at(moved(3000))))
    assert (away.word, away.position_fits) == (PhotoWord.CONTRADICTORY, False)
    # A doubtful reading is not borne out by where the device was at another time.
    doubtful = heard(facts(**OLD), mark(**at(moved(9000)), unsure={"position"}))
    assert (doubtful.position_fits, doubtful.position_source) == (None, "exif")


def test_doubtful_coordinates_are_told_and_asked_for() -> None:
    doubtful = {**at(moved(40)), "unsure": {"position"}}
    result = heard(BARE, mark(**doubtful))
    told = {f.rule: f for f in result.findings}
    unsure, none = told["PHOTO-WATERMARK-UNSURE"], told["PHOTO-POSITION-NONE"]
    assert unsure.message == "水印坐标读作 43.887160，125.324500，识别没有把握。"
    assert unsure.severity is Severity.WARN
    assert unsure.target and unsure.target.field == "stated_latitude"
    assert none.message == "照片没有记录位置，水印坐标识别没有把握，位置暂无凭据。"
    assert none.remedy.startswith("请对照原图核对水印坐标并确认")
    assert (result.word, result.position) == (PhotoWord.WATERMARK, None)
    beside = heard(BARE, mark(**doubtful, address="示例路18号"))
    assert [(f.rule, f.severity) for f in beside.findings if f.severity is Severity.WARN] == []


def test_doubtful_coordinates_may_agree_and_contradict_nothing() -> None:
    near = heard(facts(), mark(None, **at(moved(40)), unsure={"position"}))
    assert (near.word, near.findings) == (PhotoWord.CONSISTENT, ())
    far = heard(facts(), mark(None, latitude=31.23, longitude=121.47, unsure={"position"}))
    assert far.word is PhotoWord.EXIF
    assert [(f.rule, f.severity) for f in far.findings] == [
        ("PHOTO-WATERMARK-UNSURE", Severity.INFO)
    ]


def test_a_doubtful_address_is_told_and_not_judged() -> None:
    result = heard(BARE, mark(address="示例路18号", unsure={"address"}))
    told = {f.rule: f for f in result.findings}
    unsure = told["PHOTO-WATERMARK-UNSURE"]
    assert unsure.message == "水印地址读作“示例路18号”，识别没有把握。"
    assert (unsure.severity, unsure.target and unsure.target.field) == (
        Severity.WARN,
        "stated_address",
    )
    assert result.reason.endswith("；水印地址识别没有把握。")
    beside = heard(facts(), mark(address="示例路18号", unsure={"address"}))
    assert [(f.rule, f.severity) for f in beside.findings] == [
        ("PHOTO-WATERMARK-UNSURE", Severity.INFO)
    ]


def test_without_a_pilot_city_no_city_is_another() -> None:
    read = mark(address="辽宁省沈阳市大东区示例路18号")
    assert judge(facts(), SITE, SESSIONS, watermark=read).word is PhotoWord.CONSISTENT


def test_a_foreign_address_leaves_the_position_its_witness() -> None:
    read = mark(address="辽宁省沈阳市大东区示例路18号", **at(moved(30)))
    result = heard(BARE, read)
    assert (result.word, result.position_source) == (PhotoWord.CONTRADICTORY, "watermark")
    assert heard(facts(), read).position_source == "exif"


def test_witnesses_of_different_matters_do_not_confirm_each_other() -> None:
    # The time is on the watermark alone, the place in the file alone.
    assert heard(facts(None), mark()).word is PhotoWord.WATERMARK
    assert heard(facts(where=(None, None)), mark(None, **at(moved(30)))).word is PhotoWord.EXIF
    assert heard(facts(None), mark(**at(moved(30)))).word is PhotoWord.CONSISTENT
    assert heard(facts(), mark(None, address="示例路18号")).word is PhotoWord.CONSISTENT


def test_the_devices_drift_is_taken_off_both_its_witnesses() -> None:
    drift = timedelta(minutes=40)
    photo = facts("08:15", gps_time=DAY + timedelta(hours=7, minutes=35))
    assert heard(photo, mark("08:15")).word is PhotoWord.CONTRADICTORY
    slow = heard(facts("08:15"), mark("08:15"), drift=-drift)
    assert slow.word is PhotoWord.CONSISTENT
    assert "设备时钟慢 40 分，已按此折算" in slow.reason
    assert slow.taken_at == DAY + timedelta(hours=8, minutes=55)


def test_a_watermark_by_the_networks_time_agrees_with_a_clock_known_to_be_wrong() -> None:
    fast = timedelta(minutes=7)
    result = heard(facts("09:37"), mark("09:30"), drift=fast)
    assert (result.word, result.findings) == (PhotoWord.CONSISTENT, ())
    assert result.taken_at == DAY + timedelta(hours=9, minutes=30)
    away = heard(facts("09:37"), mark("10:10"), drift=fast)
    assert away.word is PhotoWord.CONTRADICTORY
    assert away.reason.startswith(
        "拍摄信息记录 2025年6月17日 09:37，水印写作 2025年6月17日 10:10，相差 33 分，"
        "按设备时钟快 7 分折算后相差 40 分；"
    )


def test_a_session_that_is_not_filled_in_contradicts_nothing_in_its_time() -> None:
    open_end = (DAY + timedelta(hours=15), DAY + timedelta(hours=23, minutes=59))

    def judged(clock: str) -> PhotoVerdict:
        return judge(facts(clock), SITE, SESSIONS, maybe=[open_end])

    maybe = judged("17:10")
    assert (maybe.word, maybe.time_fits) == (PhotoWord.UNSUPPORTED, None)
    assert "17:10，本次有场次的起止时间没有填全，暂不对照" in maybe.reason
    between = judged("14:30")
    assert (between.word, rules(between)) == (PhotoWord.CONTRADICTORY, {"PHOTO-TIME-BETWEEN"})
    assert judged("10:00").time_fits is True
    other = judge(facts(day="2025-06-18"), SITE, SESSIONS, maybe=[open_end])
    assert rules(other) == {"PHOTO-DATE-OTHER"}


marks = st.none() | st.builds(
    mark,
    st.none() | st.times().map(lambda t: f"{t:%H:%M}"),
    address=st.sampled_from(["", "示例路18号", "沈阳市某路1号"]),
    latitude=st.sampled_from([None, SITE.latitude, 31.23]),
    longitude=st.sampled_from([SITE.longitude, 121.47]),
    unsure=st.sets(st.sampled_from(["day", "clock", "address", "position"])),
)
records = st.sampled_from(
    [BARE, facts(), facts("15:59"), facts(where=moved(9000)), facts(None), facts(**OLD)]
)


@given(records, marks)
def test_the_word_is_never_more_than_the_witnesses_say(photo: Any, read: Watermark | None) -> None:
    result = heard(photo, read)
    words = result.reason + "".join(f.message + f.remedy for f in result.findings)
    assert "伪" not in words and "假" not in words
    assert all(f.message.endswith("。") and f.remedy.endswith("。") for f in result.findings)
    if result.word is PhotoWord.CONTRADICTORY:
        assert False in (result.time_fits, result.position_fits)
    if result.word in (PhotoWord.CONSISTENT, PhotoWord.WATERMARK):
        assert read is not None and read.states_anything
    if result.word is PhotoWord.CONSISTENT and read is not None:
        of_time = photo.taken_at is not None and read.taken_local is not None
        assert of_time or (photo.position and (read.position or read.address))
    if result.word in (PhotoWord.CONSISTENT, PhotoWord.EXIF):
        assert photo.taken_at is not None or photo.position is not None
    if result.taken_at is None:
        assert result.word in (PhotoWord.UNSUPPORTED, PhotoWord.CONTRADICTORY)


@given(st.datetimes(datetime(2024, 1, 1), datetime(2026, 1, 1)), st.integers(3, 600))
def test_a_sure_reading_that_is_apart_always_contradicts(taken: datetime, minutes: int) -> None:
    taken = taken.replace(second=0, microsecond=0)
    other = taken + timedelta(minutes=minutes)
    read = Watermark(day=other.date(), clock=other.time())
    photo = facts(f"{taken:%H:%M:%S}", day=f"{taken:%Y-%m-%d}")
    window = [(taken.replace(tzinfo=BEIJING), other.replace(tzinfo=BEIJING))]
    assert judge(photo, SITE, window, watermark=read).word is PhotoWord.CONTRADICTORY


@given(records, marks)
def test_a_stale_position_weighs_as_much_as_none(photo: PhotoFacts, read: Watermark | None) -> None:
    without = heard(photo.model_copy(update={"latitude": None, "longitude": None}), read)
    old = {"latitude": moved(9000)[0], "longitude": moved(9000)[1], "gps_time": DAY}
    stale = heard(photo.model_copy(update=old), read)
    if photo.taken_at is not None:
        assert (stale.word, stale.position_fits) == (without.word, without.position_fits)


@given(st.integers(-600, 600), st.integers(-120, 120), st.integers(-14, 14))
def test_what_one_clock_wrote_twice_never_contradicts_itself(
    drift: int, seconds: int, zone: int
) -> None:
    """The same clock drew the watermark, or a right one did; the device's own may be wrong."""
    at = datetime(2025, 6, 17, 12, 0) + timedelta(seconds=seconds)
    offset = f"{'-' if zone < 0 else '+'}{abs(zone):02d}:00"
    photo = facts("12:00", offset=offset)
    real = photo.taken_at
    assert real is not None
    right = (real - timedelta(minutes=drift)).astimezone(BEIJING)
    for moment in (at, right):
        read = Watermark(day=moment.date(), clock=moment.time())
        found = judge(photo, None, None, watermark=read, drift=timedelta(minutes=drift))
        assert found.word is not PhotoWord.CONTRADICTORY
