"""Sample photos drawn on demand: fictional, visibly so, with real EXIF and a watermark card.

They stand where a real dossier has a consultant's photos, in the bundled samples and in the tests.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PIL import ExifTags, Image

from app import sample_scenes as scenes
from app import sample_shopfloor as floor
from app.sample_easel import HEIGHT, Easel

SCENES: Mapping[str, Callable[[Easel, str, int], None]] = {
    "gate": scenes.gate,
    "meeting": scenes.meeting,
    "interview": scenes.interview,
    "machine": floor.machine,
    "line": floor.line,
    "warehouse": floor.warehouse,
    "whiteboard": scenes.whiteboard,
    "screen": scenes.screen,
    "lab": scenes.lab,
    "signin": scenes.signin,
}
MAKE, MODEL = "SAMPLE", "Sample Camera 1"
_WEEKDAYS = "一二三四五六日"


def draw(
    scene: str,
    out: Path,
    *,
    sign: str,
    people: int,
    taken_at: datetime,
    latitude: float | None,
    longitude: float | None,
    place: str,
    seed: int,
    strip_exif: bool = False,
    team: str = "示例诊断团队",
    fixed_at: datetime | None = None,
) -> None:
    """Draw one photo as a JPEG of 1600 by 1200 pixels.

    `scene` is a key of SCENES; `sign` is the lettering on the gate or the title on a board or
    sheet, and is left out where a scene has none. `taken_at` and `fixed_at` (when the position was
    fixed, default the same moment) are aware. Latitude and longitude are signed degrees, None for
    no position. `strip_exif` leaves the watermark as the only witness. Equal arguments give equal
    files.
    """
    easel = Easel(seed, "#c9d2d6")
    SCENES[scene](easel, sign, people)
    _watermark(easel, taken_at, place, team, latitude, longitude)
    picture = easel.finished()
    if strip_exif:
        picture.save(out, "JPEG", quality=82)
    else:
        exif = _exif(taken_at, fixed_at or taken_at, latitude, longitude)
        picture.save(out, "JPEG", quality=82, exif=exif)


def _watermark(
    easel: Easel,
    taken_at: datetime,
    place: str,
    team: str,
    latitude: float | None,
    longitude: float | None,
) -> None:
    """The card bottom left: tag and time, a yellow rule, then date, place and team."""
    day = f"{taken_at:%Y.%m.%d}  星期{_WEEKDAYS[taken_at.weekday()]}"
    lines = [day, place]
    if latitude is not None and longitude is not None:
        lines.append(f"纬度 {latitude:.5f}  经度 {longitude:.5f}")
    lines.append(team)
    size, step, left = 30, 44, 36
    widest = max(easel.width_of(text, size) for text in lines)
    height = 132 + step * len(lines)
    top = HEIGHT - 36 - height
    easel.glass((left, top, left + max(400, widest + 84), top + height), 150, 14)
    easel.box((left + 28, top + 30, left + 128, top + 92), "#f5c518", radius=8)
    easel.text((left + 78, top + 61), "示例", 34, "#1d1d1d", bold=True, anchor="mm")
    easel.text((left + 152, top + 60), f"{taken_at:%H:%M}", 78, "#ffffff", bold=True)
    easel.box((left + 28, top + 124, left + 35, top + height - 20), "#f5c518")
    for number, text in enumerate(lines):
        easel.text((left + 52, top + 142 + step * number), text, size, "#ffffff")


def _exif(
    taken_at: datetime, fixed_at: datetime, latitude: float | None, longitude: float | None
) -> Image.Exif:
    offset = taken_at.utcoffset() or timedelta()
    minutes = abs(int(offset.total_seconds())) // 60
    sign = "-" if offset < timedelta() else "+"
    zone = f"{sign}{minutes // 60:02}:{minutes % 60:02}"
    clock = f"{taken_at:%Y:%m:%d %H:%M:%S}"
    exif = Image.Exif()
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = MAKE, MODEL
    exif[ExifTags.Base.Orientation] = 1
    exif[ExifTags.Base.DateTime] = clock
    detail = exif.get_ifd(ExifTags.IFD.Exif)
    detail[ExifTags.Base.DateTimeOriginal] = detail[ExifTags.Base.DateTimeDigitized] = clock
    detail[ExifTags.Base.OffsetTimeOriginal] = detail[ExifTags.Base.OffsetTime] = zone
    if latitude is None or longitude is None:
        return exif
    fixed = fixed_at.astimezone(UTC)
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef] = "S" if latitude < 0 else "N"
    gps[ExifTags.GPS.GPSLatitude] = _sexagesimal(latitude)
    gps[ExifTags.GPS.GPSLongitudeRef] = "W" if longitude < 0 else "E"
    gps[ExifTags.GPS.GPSLongitude] = _sexagesimal(longitude)
    gps[ExifTags.GPS.GPSDateStamp] = f"{fixed:%Y:%m:%d}"
    gps[ExifTags.GPS.GPSTimeStamp] = (float(fixed.hour), float(fixed.minute), float(fixed.second))
    return exif


def _sexagesimal(degrees: float) -> tuple[float, float, float]:
    """Degrees, minutes and seconds, to a ten-thousandth of a second (3 mm)."""
    parts = round(abs(degrees) * 36_000_000)
    whole, rest = divmod(parts, 36_000_000)
    minutes, rest = divmod(rest, 600_000)
    return float(whole), float(minutes), rest / 10_000
