"""EXIF tags turned into facts: the one place that knows how devices bend the standard.

Everything here takes values from an untrusted file and answers None rather than fail.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from math import fsum, isfinite
from typing import NamedTuple, TypeAlias

YEARS = range(1900, 2200)
"""Those of `forms.photo_facts`, which brings Pydantic along; a test holds the two together."""

Tags: TypeAlias = dict[str, object]
"""Tag values by exifread's names ("EXIF DateTimeOriginal"): text, bytes, or a list of numbers."""

_TEXT_LIMIT = 200
_DATE_TIME = re.compile(
    r"(\d{4})[:\-/.](\d\d?)[:\-/.](\d\d?)[ T](\d\d?):(\d\d?)(?::(\d\d?))?(?:\.(\d+))?"
    r"\s*([+-]\d\d:?\d\d|Z)?$"
)
_DATE = re.compile(r"(\d{4})\D(\d\d?)\D(\d\d?)$")
_OFFSET = re.compile(r"([+-])(\d\d?):?([0-5]\d)$")


class Shot(NamedTuple):
    """The shutter's wall clock, the digits of its fraction, and its offset if recorded."""

    local: datetime | None
    subsec: str
    offset: str | None


class Fix(NamedTuple):
    """A position in signed decimal degrees; `hemisphere_known` is False without its letters."""

    latitude: float
    longitude: float
    hemisphere_known: bool


def text(value: object) -> str | None:
    """A text tag, trimmed and bounded. Devices sold in China write UTF-8 or GB 18030."""
    if isinstance(value, list | tuple) and all(isinstance(v, int) for v in value):
        try:
            value = bytes(value)
        except ValueError:
            return None
    if isinstance(value, bytes):
        raw = value.split(b"\0", 1)[0]
        try:
            value = raw.decode("utf-8")
        except UnicodeDecodeError:
            value = raw.decode("gb18030", "replace")
    if not isinstance(value, str):
        return None
    printable = "".join(c if c.isprintable() else " " for c in value.split("\0", 1)[0])
    return printable.strip()[:_TEXT_LIMIT] or None


def number(value: object) -> float | None:
    """One number, however the tag's type stores it; None for a zero denominator or NaN."""
    if isinstance(value, list | tuple):
        if len(value) != 1:
            return None
        value = value[0]
    top, bottom = getattr(value, "numerator", value), getattr(value, "denominator", 1)
    if not isinstance(top, int | float) or not isinstance(bottom, int | float) or not bottom:
        return None
    try:
        result = top / bottom
    except OverflowError:
        return None
    return result if isfinite(result) else None


def shot(tags: Tags) -> Shot:
    """When the picture was taken: DateTimeOriginal alone, never the file's or an edit's date.

    The fraction is SubSecTimeOriginal and the offset OffsetTimeOriginal; the tags of like name
    without “Original” belong to the last change of the file.
    """
    match = _DATE_TIME.match(_first_text(tags, "DateTimeOriginal") or "")
    if match is None:
        return Shot(None, "", None)
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    fraction = _first_text(tags, "SubSecTimeOriginal") or match[7] or ""
    digits = fraction if fraction.isascii() and fraction.isdigit() else ""
    try:
        local = datetime(year, month, day, hour, minute, second, int(f"{digits:0<6.6}"))
    except ValueError:
        return Shot(None, "", None)
    # Far years overflow as soon as an offset is applied, and are no photo's date.
    if local.year not in YEARS:
        return Shot(None, "", None)
    offset = _offset(_first_text(tags, "OffsetTimeOriginal")) or _offset(match[8])
    return Shot(local, digits[:9], offset)


def gps_time(tags: Tags) -> datetime | None:
    """When the position was fixed. Both parts are UTC: in China the date is often yesterday."""
    match = _DATE.match(text(tags.get("GPS GPSDate")) or "")
    clock = tags.get("GPS GPSTimeStamp")
    if match is None or not isinstance(clock, list | tuple) or len(clock) != 3:
        return None
    parts = [number(part) for part in clock]
    if any(part is None or not 0 <= part < 61 for part in parts):
        return None
    hours, minutes, seconds = (part or 0.0 for part in parts)
    try:
        day = datetime(int(match[1]), int(match[2]), int(match[3]), tzinfo=UTC)
    except ValueError:
        return None
    if hours >= 24 or minutes >= 60 or day.year not in YEARS:
        return None
    return day + timedelta(hours=hours, minutes=minutes, seconds=seconds)


def fix(tags: Tags) -> Fix | None:
    """The position, or None where there is none to use.

    A missing letter is read as north or east, as exiftool reads it, and said to be missing. The
    sign is the letter's alone; (0, 0) is what devices write that have no position yet.
    """
    latitude = _degrees(tags.get("GPS GPSLatitude"))
    longitude = _degrees(tags.get("GPS GPSLongitude"))
    if latitude is None or longitude is None or latitude > 90 or longitude > 180:
        return None
    if latitude == 0 and longitude == 0:
        return None
    north = (text(tags.get("GPS GPSLatitudeRef")) or " ")[0].upper()
    east = (text(tags.get("GPS GPSLongitudeRef")) or " ")[0].upper()
    return Fix(
        -latitude if north == "S" else latitude,
        -longitude if east == "W" else longitude,
        north in "NS" and east in "EW",
    )


def orientation(tags: Tags) -> int:
    """How the stored picture must be turned (1 to 8); 1 where the tag makes no sense."""
    value = number(tags.get("Image Orientation"))
    return int(value) if value is not None and value in range(1, 9) else 1


def _first_text(tags: Tags, name: str) -> str | None:
    """A tag of the EXIF directory, or of the main one, where raw formats keep it."""
    return text(tags.get(f"EXIF {name}")) or text(tags.get(f"Image {name}"))


def _offset(value: str | None) -> str | None:
    if value == "Z":
        return "+00:00"
    match = _OFFSET.match(value or "")
    if match is None or int(match[2]) > 14:
        return None
    return f"{match[1]}{int(match[2]):02}:{match[3]}"


def _degrees(value: object) -> float | None:
    """Degrees from degrees, minutes and seconds, of which the later ones may be left out."""
    parts: Sequence[object] = value if isinstance(value, list | tuple) else [value]
    numbers = [number(part) for part in parts[:3]]
    if not numbers or any(part is None for part in numbers):
        return None
    return abs(fsum((part or 0.0) / (1, 60, 3600)[power] for power, part in enumerate(numbers)))
