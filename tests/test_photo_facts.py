"""Metadata as devices write it: agreement with exiftool, and the ways in which it goes wrong."""

import json
from datetime import UTC, datetime, timedelta
from math import isfinite
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags
from PIL.TiffImagePlugin import IFDRational

from app.exif_tags import YEARS, Tags, fix, gps_time, number, orientation, shot, text
from app.photo_reading import read_facts
from forms import photo_facts
from forms.errors import UserError
from forms.photo_facts import PhotoFacts
from tests.photo_files import at, photo, taken

SAMPLES = Path(__file__).resolve().parents[2] / "shared" / "exif-samples"
CHANGCHUN = at((43.0, 53.0, 12.48), "N", (125.0, 19.0, 28.2), "E")


def test_public_samples_agree_with_exiftool() -> None:
    if not SAMPLES.is_dir():
        pytest.skip("the public EXIF sample collection is not beside the project")
    by_exiftool = json.loads((SAMPLES / "exiftool.json").read_text(encoding="utf-8"))
    read = 0
    for name, expected in by_exiftool.items():
        facts = read_facts(SAMPLES / name)
        read += 1
        local = facts.taken_local
        clock = local and f"{local:%Y:%m:%d %H:%M:%S}"
        assert clock == expected["DateTimeOriginal"], name
        assert facts.offset == expected["OffsetTimeOriginal"], name
        where = (expected["GPSLatitude"], expected["GPSLongitude"])
        if where == (None, None):
            assert facts.position is None, name
        else:
            assert facts.position == pytest.approx(where, abs=1e-9), name
        fixed = facts.gps_time
        stamp = fixed and f"{fixed:%Y:%m:%d %H:%M:%S}"
        assert (stamp or "") == (expected["GPSDateTime"] or "")[:19], name
        assert (facts.make, facts.model) == (expected["Make"], expected["Model"]), name
    assert read == len(by_exiftool) > 80


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif", ".heic", ".avif"])
def test_every_container_gives_the_same_facts(tmp_path: Path, suffix: str) -> None:
    path = photo(
        tmp_path / f"a{suffix}",
        main={ExifTags.Base.Make: "SAMPLE", ExifTags.Base.Model: "M1"},
        detail=taken("2025:06:17 09:05:12", "+08:00", "054"),
        gps={**CHANGCHUN, 29: "2025:06:17", 7: (1.0, 5.0, 10.5)},
    )
    facts = read_facts(path)
    assert (facts.width, facts.height) == (64, 48)
    assert facts.taken_at == datetime.fromisoformat("2025-06-17T09:05:12.054+08:00")
    assert (facts.subsec, facts.offset_known) == ("054", True)
    assert facts.gps_time == datetime(2025, 6, 17, 1, 5, 10, 500_000, UTC)
    assert facts.position == pytest.approx((43.8868, 125.3245), abs=1e-9)
    assert (facts.make, facts.model, facts.software) == ("SAMPLE", "M1", None)
    assert PhotoFacts.model_validate_json(facts.model_dump_json()) == facts


@pytest.mark.parametrize("offset", [None, "   :  ", "", "+99:00", "abc"])
def test_beijing_time_is_assumed_and_said(tmp_path: Path, offset: str | None) -> None:
    facts = read_facts(photo(tmp_path / "a.jpg", detail=taken("2025:06:17 09:05:12", offset)))
    assert facts.taken_at == datetime.fromisoformat("2025-06-17T09:05:12+08:00")
    assert not facts.offset_known


def test_only_the_original_time_and_offset_count(tmp_path: Path) -> None:
    path = photo(
        tmp_path / "a.jpg",
        main={ExifTags.Base.DateTime: "2025:06:18 10:00:00"},
        detail={ExifTags.Base.OffsetTime: "+03:00", ExifTags.Base.SubsecTime: "9"},
    )
    assert read_facts(path).taken_at is None
    path = photo(
        tmp_path / "b.jpg",
        detail={**taken("2025:06:17 09:05:12", None), ExifTags.Base.OffsetTime: "+03:00"},
    )
    assert (read_facts(path).offset, read_facts(path).subsec) == (None, "")


@pytest.mark.parametrize(
    "clock",
    ["0000:00:00 00:00:00", "    :  :     :  :  ", "2025:02:30 10:00:00", "2025:06:17 25:00:00",
     "0001:01:01 00:00:00", "9999:12:31 23:59:59", "yesterday", ""],
)  # fmt: skip
def test_impossible_times_are_no_time(clock: str) -> None:
    assert shot({"EXIF DateTimeOriginal": clock}).local is None


def test_the_years_of_photos_are_those_of_the_facts() -> None:
    assert YEARS == photo_facts.YEARS


def test_signs_come_from_the_letters(tmp_path: Path) -> None:
    south_west = at((33.0, 30.0, 0.0), "S", (70.0, 15.0, 0.0), "W")
    assert read_facts(photo(tmp_path / "a.jpg", gps=south_west)).position == (-33.5, -70.25)
    bare = read_facts(photo(tmp_path / "b.jpg", gps=at((43.5, 0.0, 0.0), None, (125.0,), None)))
    assert (bare.position, bare.hemisphere_known) == ((43.5, 125.0), False)


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        ([0, 0, 0], [0, 0, 0]),
        ([91, 0, 0], [125, 0, 0]),
        ([43, 0, 0], [180, 0, 1]),
        ([float("nan"), 0, 0], [125, 0, 0]),
        ([IFDRational(43, 0), 0, 0], [125, 0, 0]),
        ([43, 0, IFDRational(0, 0)], [125, 0, 0]),
        ([43, 0, 0], None),
        ("43.5", "125.3"),
        ([], []),
    ],
)
def test_unusable_positions_are_no_position(latitude: object, longitude: object) -> None:
    tags: Tags = {"GPS GPSLatitude": latitude, "GPS GPSLongitude": longitude}
    assert fix({**tags, "GPS GPSLatitudeRef": "N", "GPS GPSLongitudeRef": "E"}) is None


def test_gps_date_is_utc_and_so_yesterday_before_eight() -> None:
    tags: Tags = {"GPS GPSDate": "2025:06:16", "GPS GPSTimeStamp": [23, 30, 0]}
    fixed = gps_time(tags)
    assert fixed is not None
    assert fixed + timedelta(hours=8) == datetime(2025, 6, 17, 7, 30, tzinfo=UTC)
    for clock in ([24, 0, 0], [1, 60, 0], [1, 2], [1, 2, IFDRational(1, 0)], "010203"):
        assert gps_time({**tags, "GPS GPSTimeStamp": clock}) is None
    assert gps_time({**tags, "GPS GPSDate": "2025:13:01"}) is None


def test_text_in_two_encodings_and_bounded() -> None:
    assert text("小米".encode("gb18030")) == text("小米".encode()) == "小米"
    assert text(b"DSC\0rest") == "DSC"
    assert text("x" * 10_000) == "x" * 200
    assert text([65, 66, 0]) == "AB"
    assert text([65, 300]) is None
    assert text(" \n\x00") is None


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary()
    | st.builds(IFDRational, st.integers(), st.integers()),
    lambda inner: st.lists(inner, max_size=5) | st.tuples(inner),
    max_leaves=8,
)  # fmt: skip
TAG_NAMES = (
    "EXIF DateTimeOriginal", "EXIF OffsetTimeOriginal", "EXIF SubSecTimeOriginal",
    "Image Orientation", "GPS GPSLatitude", "GPS GPSLatitudeRef", "GPS GPSLongitude",
    "GPS GPSLongitudeRef", "GPS GPSDate", "GPS GPSTimeStamp",
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(TAG_NAMES), anything))
def test_no_value_breaks_the_reading(tags: Tags) -> None:
    time, place = shot(tags), fix(tags)
    facts = PhotoFacts(
        width=1,
        height=1,
        format="JPEG",
        taken_local=time.local,
        subsec=time.subsec,
        offset=time.offset,
        gps_time=gps_time(tags),
        latitude=place.latitude if place else None,
        longitude=place.longitude if place else None,
        orientation=orientation(tags),
    )
    assert PhotoFacts.model_validate_json(facts.model_dump_json()) == facts
    assert all(isfinite(number(value) or 0) for value in tags.values())
    assert all(len(text(value) or "") <= 200 for value in tags.values())


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)), st.integers(-14 * 60, 14 * 60))
def test_a_time_survives_with_its_offset(local: datetime, minutes: int) -> None:
    offset = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    read = shot(
        {
            "EXIF DateTimeOriginal": f"{local:%Y:%m:%d %H:%M:%S}",
            "EXIF SubSecTimeOriginal": f"{local.microsecond:06}",
            "EXIF OffsetTimeOriginal": offset,
        }
    )
    assert (read.local, read.offset) == (local, offset)
    facts = PhotoFacts(width=1, height=1, format="JPEG", taken_local=local, offset=offset)
    assert facts.taken_at is not None
    assert facts.taken_at.utcoffset() == timedelta(minutes=minutes)


def test_raw_container_keeps_time_in_the_main_directory() -> None:
    assert shot({"Image DateTimeOriginal": "2025:06:17 09:05:12"}).local is not None


def test_not_an_image_is_a_users_error(tmp_path: Path) -> None:
    path = tmp_path / "记录.docx"
    path.write_bytes(b"PK\x03\x04 not a picture")
    with pytest.raises(UserError, match=r"“记录.docx”不是可读取的图片"):
        read_facts(path)
