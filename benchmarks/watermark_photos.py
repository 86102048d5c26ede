"""Photos with a watermark that is known, drawn by a seed: the examiner of watermark reading.

One in five bears no watermark, and half of those show writing of another kind. Nothing here may
be fitted to how the program reads: a bureau hands in what the program has never seen.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pillow_heif
from PIL import ExifTags, Image

from benchmarks.photo_grounds import draw_ground, draw_written_ground
from benchmarks.watermark_layouts import paint
from benchmarks.watermark_look import chinese_faces, draw_look
from benchmarks.watermark_writing import Contradiction, draw_writing, random_day

# The program decodes HEIC with a library that cannot write it.
pillow_heif.register_heif_opener()

_SIZES = (
    (1280, 960), (1440, 1080), (1600, 1200), (1920, 1080), (1920, 1440), (2048, 1536),
    (2560, 1920), (2592, 1944), (3264, 2448), (4000, 2250), (4000, 3000), (4000, 3000),
)  # fmt: skip
LARGEST = 4000
_LARGEST_HEIC = 2600
"""Encoding HEIC takes most of a minute beyond it."""
_TURNS = {
    6: Image.Transpose.ROTATE_90,
    3: Image.Transpose.ROTATE_180,
    8: Image.Transpose.ROTATE_270,
}
"""How the pixels lie in the file for an EXIF orientation by which a reader turns them upright."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What one drawn photo says.

    `day` and `clock` as written, the clock to the minute unless `seconds`; None where none is
    written, and where what is written is impossible. Latitude and longitude are signed degrees of
    exactly the digits written. `look` describes the photo for reports.
    """

    path: Path
    with_watermark: bool
    look: str
    exif: bool
    day: date | None = None
    clock: time | None = None
    seconds: bool = False
    weekday: int | None = None
    contradiction: Contradiction = ""
    latitude: float | None = None
    longitude: float | None = None
    address: str = ""
    place: str = ""
    brand: str = ""
    code: str = ""

    @property
    def taken_local(self) -> datetime | None:
        """Day and clock together; None without both."""
        if self.day is None or self.clock is None:
            return None
        return datetime.combine(self.day, self.clock)


def draw(
    seed: int,
    folder: Path,
    *,
    with_watermark: bool | None = None,
    bundled: bool = False,
    largest: int = LARGEST,
) -> Truth:
    """Draw the photo of that seed into the folder; equal arguments give equal photos.

    `with_watermark` None leaves it to the dice. `bundled` keeps to the project's own fonts (else
    what the machine has, too), `largest` bounds the long side in pixels.
    """
    dice = Random(seed)
    chance = dice.random() < 0.8
    marked = chance if with_watermark is None else with_watermark
    size = dice.choice([size for size in _SIZES if max(size) <= largest])
    written = dice.random() < (0.25 if marked else 0.5)
    if not written and dice.random() < 0.3:
        size = (size[1], size[0])
    if written:
        face = dice.choice(chinese_faces(bundled))
        ground, picture = draw_written_ground(dice, size, face)
    else:
        ground, picture = draw_ground(dice, size)
    suffix = dice.choice((".jpg",) * 17 + (".png", ".webp", ".heic"))
    if suffix == ".heic" and max(size) > _LARGEST_HEIC:
        suffix = ".jpg"
    path = folder / f"photo-{seed}{suffix}"
    quality = dice.randint(35, 95)
    look = f"{size[0]}×{size[1]} {suffix[1:]} q{quality} on {ground}"
    if not marked:
        exif = _save(dice, picture, path, quality, None)
        return Truth(path, False, look, exif)
    writing, letters = draw_writing(dice), draw_look(dice, size, bundled)
    # A gate's sign hangs where no watermark stands.
    over_text = written and ground != "gate sign"
    layout, shown = paint(picture, writing, letters, dice, over_text)
    moment = datetime.combine(writing.day, writing.clock) if writing.day and writing.clock else None
    return Truth(
        path=path, with_watermark=True, look=f"{layout}, {letters.name}, {look}",
        exif=_save(dice, picture, path, quality, moment),
        day=writing.day, clock=writing.clock, seconds=writing.seconds, weekday=writing.weekday,
        contradiction=writing.contradiction,
        latitude=writing.latitude, longitude=writing.longitude,
        address=writing.address, place=writing.place,
        brand=writing.brand if "brand" in shown else "",
        code=writing.code if "code" in shown else "",
    )  # fmt: skip


def _save(
    dice: Random, picture: Image.Image, path: Path, quality: int, moment: datetime | None
) -> bool:
    """Write the photo; whether with EXIF, whose clock is near the watermark's."""
    with_exif = dice.random() < 0.4
    turn = dice.choice((1, 1, 6, 3, 8)) if with_exif and path.suffix == ".jpg" else 1
    exif = Image.Exif()
    if with_exif:
        shot = moment or datetime.combine(random_day(dice), time(9, 30))
        shot -= timedelta(seconds=dice.randint(0, 40))
        exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = "SAMPLE", "Sample Camera 1"
        exif[ExifTags.Base.Orientation] = turn
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = (
            f"{shot:%Y:%m:%d %H:%M:%S}"
        )
    if turn in _TURNS:
        picture = picture.transpose(_TURNS[turn])
    # A PNG takes no quality, and an empty EXIF block is none.
    faster: dict[str, Any] = (
        {"enc_params": {"preset": "ultrafast"}} if path.suffix == ".heic" else {}
    )
    picture.save(path, quality=quality, exif=exif, **faster)
    return with_exif
