"""Small photos for the tests, written with the metadata a test asks for."""

from collections.abc import Mapping
from pathlib import Path

import pillow_heif
from PIL import ExifTags, Image

# The program decodes HEIC with a library that cannot write it.
pillow_heif.register_heif_opener()

Values = Mapping[int, object]


def photo(
    path: Path,
    *,
    main: Values | None = None,
    detail: Values | None = None,
    gps: Values | None = None,
    size: tuple[int, int] = (64, 48),
) -> Path:
    """Write a picture whose left half is red and right half blue, in the format of the suffix."""
    picture = Image.new("RGB", size, "#d03020")
    picture.paste("#2040d0", (size[0] // 2, 0, size[0], size[1]))
    exif = Image.Exif()
    exif.update(dict(main or {}))
    for directory, entries in ((ExifTags.IFD.Exif, detail), (ExifTags.IFD.GPSInfo, gps)):
        if entries:
            exif.get_ifd(directory).update(dict(entries))
            # A TIFF file is written with those directories alone that have an entry here.
            exif[directory] = 0
    picture.save(path, exif=exif)
    return path


def taken(clock: str, offset: str | None = "+08:00", subsec: str | None = None) -> Values:
    """The EXIF entries of a shutter time."""
    entries: dict[int, object] = {ExifTags.Base.DateTimeOriginal: clock}
    if offset is not None:
        entries[ExifTags.Base.OffsetTimeOriginal] = offset
    if subsec is not None:
        entries[ExifTags.Base.SubsecTimeOriginal] = subsec
    return entries


def at(latitude: tuple[object, ...], north: str | None, longitude: tuple[object, ...],
       east: str | None) -> Values:  # fmt: skip
    """The GPS entries of a position, its letters left out where None."""
    entries: dict[int, object] = {2: latitude, 4: longitude}
    if north is not None:
        entries[1] = north
    if east is not None:
        entries[3] = east
    return entries


def drawn(path: Path, number: int, side: int = 64) -> Path:
    """A picture of noise; those of other numbers differ in size."""
    Image.effect_noise((side + number, side), 60).convert("RGB").save(path)
    return path
