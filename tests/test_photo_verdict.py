"""What each pairing of photo, site and visit is called, and why."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from math import cos, radians
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.photo_facts import BEIJING, PhotoFacts
from grading.finding import Severity
from grading.geodesy import wgs84_to_gcj02
from grading.photo_verdict import PhotoVerdict, PhotoWord, Site, judge, propose_kind

SITE = Site(43.8868, 125.3245)
DAY = datetime(2025, 6, 17, tzinfo=BEIJING)
MORNING = (DAY + timedelta(hours=9), DAY + timedelta(hours=11, minutes=15))
AFTERNOON = (DAY + timedelta(hours=13, minutes=30), DAY + timedelta(hours=14, minutes=5))
SESSIONS = [MORNING, AFTERNOON]


def facts(at: str | None = "09:05", *, day: str = "2025-06-17", **more: Any) -> PhotoFacts:
    """A photo taken at the gate at a time of day, unless told otherwise."""
    latitude, longitude = more.pop("where", (SITE.latitude, SITE.longitude))
    values: dict[str, Any] = {
        "width": 4000,
        "height": 3000,
        "format": "JPEG",
        "offset": "+08:00",
        "make": "SAMPLE",
        "model": "M1",
        "latitude": latitude,
        "longitude": longitude,
        "taken_local": at and datetime.fromisoformat(f"{day}T{at}"),
    }
    return PhotoFacts.model_validate({**values, **more})


def moved(north: float = 0, east: float = 0) -> tuple[float, float]:
    """The site's position moved by metres."""
    metres = 111_195.0
    shift = east / (metres * cos(radians(SITE.latitude)))
    return SITE.latitude + north / metres, SITE.longitude + shift


def verdict(
    photo: PhotoFacts, sessions: Sequence[Any] | None = SESSIONS, **more: Any
) -> PhotoVerdict:
    return judge(photo, more.pop("site", SITE), sessions, **more)


def rules(result: PhotoVerdict) -> set[str]:
    return {finding.rule for finding in result.findings}


def test_time_and_place_agree() -> None:
    result = verdict(facts(where=moved(north=42)))
    assert (result.word, result.datum, result.findings) == (PhotoWord.EXIF, "WGS-84", ())
    assert result.distance_m == pytest.approx(42, abs=0.1)
    assert result.reason == (
        "拍摄时间在本次诊断时段内；位置距厂址 42 米，在 500 米围栏以内（WGS-84）。"
    )


def test_a_gcj_position_is_recognised() -> None:
    result = verdict(facts(where=wgs84_to_gcj02(moved(east=-30))))
    assert (result.word, result.datum) == (PhotoWord.EXIF, "GCJ-02")
    assert result.distance_m == pytest.approx(30, abs=0.1)


@pytest.mark.parametrize(
    ("at", "day", "rule", "message"),
    [
        (
            "08:20",
            "2025-06-17",
            "PHOTO-TIME-BEFORE",
            "拍摄时间 08:20，早于本次诊断开始时间 09:00，相差 40 分。",
        ),
        (
            "15:35",
            "2025-06-17",
            "PHOTO-TIME-AFTER",
            "拍摄时间 15:35，晚于本次诊断结束时间 14:05，相差 1 小时 30 分。",
        ),
        (
            "12:15",
            "2025-06-17",
            "PHOTO-TIME-BETWEEN",
            "拍摄时间 12:15，在两场之间，上一场 11:15 结束后 1 小时，"
            "下一场 13:30 开始前 1 小时 15 分。",
        ),
        (
            "09:05",
            "2025-06-16",
            "PHOTO-DATE-OTHER",
            "拍摄日期 2025年6月16日，本次诊断日期 6月17日。",
        ),
    ],
)
def test_outside_the_hours(at: str, day: str, rule: str, message: str) -> None:
    result = verdict(facts(at, day=day))
    assert (result.word, result.time_fits) == (PhotoWord.CONTRADICTORY, False)
    assert [(f.rule, f.severity, f.message) for f in result.findings] == [
        (rule, Severity.WARN, message)
    ]


@pytest.mark.parametrize("at", ["08:45", "11:30", "13:15", "14:20"])
def test_the_tolerance_reaches_to_the_gate(at: str) -> None:
    assert verdict(facts(at)).word is PhotoWord.EXIF
    strict = verdict(facts(at), tolerance=timedelta(minutes=14))
    assert strict.word is PhotoWord.CONTRADICTORY


def test_the_photos_own_offset_is_respected() -> None:
    tokyo = verdict(facts("10:05", offset="+09:00"))
    assert tokyo.word is PhotoWord.EXIF
    assert verdict(facts("09:05", offset="+09:00")).word is PhotoWord.CONTRADICTORY


def test_outside_the_fence_in_both_datums() -> None:
    result = verdict(facts(where=moved(north=1900)))
    assert (result.word, result.datum) == (PhotoWord.CONTRADICTORY, None)
    assert result.distance_m == pytest.approx(1900, abs=1)
    (finding,) = result.findings
    assert finding.rule == "PHOTO-FENCE-OUTSIDE"
    assert "距厂址 1.9 公里，在 500 米围栏以外" in finding.message
    assert "GCJ-02" in finding.message
    assert verdict(facts(where=moved(north=1900)), fence_m=2000).word is PhotoWord.EXIF


@pytest.mark.parametrize(
    ("photo", "rule", "severity"),
    [
        (facts(None), "PHOTO-TIME-NONE", Severity.WARN),
        (facts(where=(None, None)), "PHOTO-POSITION-NONE", Severity.WARN),
        (facts(gps_time=DAY + timedelta(hours=7)), "PHOTO-POSITION-STALE", Severity.WARN),
    ],
)
def test_what_is_missing_is_told(photo: PhotoFacts, rule: str, severity: Severity) -> None:
    result = verdict(photo)
    assert result.word is (PhotoWord.EXIF if photo.taken_at else PhotoWord.UNSUPPORTED)
    assert [(f.rule, f.severity) for f in result.findings] == [(rule, severity)]


def test_a_fresh_fix_is_not_stale() -> None:
    fixed = (MORNING[0] - timedelta(minutes=5)).astimezone(UTC)
    assert verdict(facts(gps_time=fixed)).word is PhotoWord.EXIF


@pytest.mark.parametrize(
    ("photo", "rule"),
    [
        (facts(offset=None), "PHOTO-OFFSET-NONE"),
        (facts(hemisphere_known=False), "PHOTO-POSITION-REF"),
        (facts(software="Adobe Photoshop CC"), "PHOTO-SOFTWARE-EDITOR"),
        (facts(make=None, model=None, format="PNG"), "PHOTO-DEVICE-NONE"),
    ],
)
def test_notes_do_not_change_the_word(photo: PhotoFacts, rule: str) -> None:
    result = verdict(photo)
    assert result.word is PhotoWord.EXIF
    assert [(f.rule, f.severity) for f in result.findings] == [(rule, Severity.INFO)]


def test_a_photo_does_not_prove_itself() -> None:
    result = verdict(facts(), site_from_this_photo=True)
    assert (result.word, result.position_fits) == (PhotoWord.EXIF, None)
    assert rules(result) == {"PHOTO-POSITION-OWN"}
    assert "不能自证" in result.reason


def test_known_from_another_visit() -> None:
    result = verdict(facts(), known_elsewhere=["示例公司第 1 次现场诊断"])
    assert result.word is PhotoWord.CONTRADICTORY
    assert [f.message for f in result.findings] == ["同一照片已用于示例公司第 1 次现场诊断。"]
    assert "示例公司第 1 次现场诊断" in result.reason


def test_a_photo_from_the_future() -> None:
    result = verdict(facts(), now=DAY)
    assert (result.word, rules(result)) == (PhotoWord.CONTRADICTORY, {"PHOTO-TIME-FUTURE"})
    assert verdict(facts(), now=MORNING[1]).word is PhotoWord.EXIF


def test_nothing_to_compare_with_is_no_evidence() -> None:
    result = judge(facts(), None, None)
    assert (result.word, result.time_fits, result.position_fits) == ("无凭据", None, None)
    assert (result.findings, result.distance_m) == ((), None)


photos = st.builds(
    facts,
    st.none() | st.times(datetime(2000, 1, 1).time()).map(lambda t: f"{t:%H:%M:%S}"),
    day=st.sampled_from(["2025-06-17", "2025-06-18", "1990-01-01"]),
    where=st.sampled_from([(None, None), moved(), moved(400, 300), moved(90_000), (-33.5, -70.2)]),
    offset=st.sampled_from([None, "+08:00", "-11:00"]),
    gps_time=st.none() | st.datetimes(timezones=st.just(UTC)),
)


@given(photos, st.sampled_from([None, [], SESSIONS]), st.sampled_from([None, SITE]), st.booleans())
def test_the_word_follows_from_the_two_witnesses(
    photo: PhotoFacts, sessions: list[Any] | None, site: Site | None, own: bool
) -> None:
    result = judge(photo, site, sessions, site_from_this_photo=own)
    witnesses = {result.time_fits, result.position_fits}
    expected = (
        PhotoWord.CONTRADICTORY
        if False in witnesses
        else PhotoWord.EXIF
        if result.time_fits
        else PhotoWord.UNSUPPORTED
    )
    assert result.word is expected
    assert all(f.severity is not Severity.BLOCK for f in result.findings)
    words = result.reason + "".join(f.message + f.remedy for f in result.findings)
    assert "伪" not in words and "假" not in words
    assert result.reason.endswith("。") and all(f.message.endswith("。") for f in result.findings)


@pytest.mark.parametrize(
    ("at", "kind"),
    [
        ("08:50", "入场"),
        ("09:14", "入场"),
        ("10:00", None),
        ("11:20", "离场"),
        ("13:25", "入场"),
        ("14:04", "离场"),
        ("12:20", None),
        (None, None),
    ],
)
def test_kind_is_proposed_from_the_time_alone(at: str | None, kind: str | None) -> None:
    assert propose_kind(facts(at).taken_at, SESSIONS) == kind


def test_no_sessions_propose_nothing() -> None:
    assert propose_kind(DAY, []) is None
