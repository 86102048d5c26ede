"""Reading a photo: its bytes, and what they record.

Any file may be handed in. What comes back is facts or a `UserError`; a decoder that hangs or
crashes is the concern of `photo_worker`, in whose process this runs for files of unknown origin.
"""

import logging
import os
import stat
import warnings
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import exifread
import pi_heif
from PIL import Image

from app import exif_tags, photo_bounds
from app.exif_tags import Tags
from app.photo_bounds import FILE_LIMIT
from forms.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from forms.photo_facts import PhotoFacts

_FORMATS = ("JPEG", "PNG", "TIFF", "WEBP", "HEIF", "AVIF", "BMP", "GIF")
"""What cameras and scanners write. Pillow knows more, some of which start other programs."""

# What is not shown need not be parsed; a broken depth image brings the decoder down.
pi_heif.register_heif_opener(
    thumbnails=False, depth_images=False, aux_images=False, decode_threads=1
)
# Pillow refuses at twice its limit.
Image.MAX_IMAGE_PIXELS = photo_bounds.QUICK_PIXELS // 2
# Broken metadata is the ordinary case here; what is wrong with it is told by the findings.
for _name in ("exifread", "PIL"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)


def read_facts(path: Path) -> "PhotoFacts":
    """What the photo at `path` records. Raises UserError for anything that is no usable image."""
    return facts_of(read(path), path.name)


def read(path: Path) -> bytes:
    """The whole file, at most FILE_LIMIT bytes. Raises UserError where it cannot be read.

    Facts, hash and picture are then of the same bytes, whoever writes to the file meanwhile.
    """
    with open_photo(path) as stream:
        try:
            return stream.read(min(os.fstat(stream.fileno()).st_size, FILE_LIMIT))
        except OSError as error:
            raise UserError(
                f"“{path.name}”读到一半出错，未导入；请检查存储卡、网络盘等是否连接正常后重试。"
            ) from error


def facts_of(data: bytes, name: str) -> "PhotoFacts":
    """What a photo's bytes record. Raises UserError for anything that is no usable image."""
    from forms.photo_facts import PhotoFacts  # not wanted where the worker starts

    return PhotoFacts.model_validate(values_of(data, name))


def values_of(data: bytes, name: str) -> dict[str, Any]:
    """The values of `PhotoFacts` as JSON has them. Raises UserError as above."""
    with opened(data, name) as image:
        tags = _tags(image, data)
        width, height = image.size
        kind = image.format or ""
    shot, fix = exif_tags.shot(tags), exif_tags.fix(tags)
    fixed = exif_tags.gps_time(tags)
    return {
        "width": width,
        "height": height,
        "format": kind,
        "taken_local": shot.local.isoformat() if shot.local else None,
        "subsec": shot.subsec,
        "offset": shot.offset,
        "gps_time": fixed.isoformat() if fixed else None,
        "latitude": fix.latitude if fix else None,
        "longitude": fix.longitude if fix else None,
        "hemisphere_known": fix.hemisphere_known if fix else True,
        "make": exif_tags.text(tags.get("Image Make")),
        "model": exif_tags.text(tags.get("Image Model")),
        "software": exif_tags.text(tags.get("Image Software")),
        # These decoders turn the picture themselves, whatever the tag still says.
        "orientation": 1 if kind in ("HEIF", "TIFF") else exif_tags.orientation(tags),
    }


@contextmanager
def open_photo(path: Path) -> "Iterator[BinaryIO]":
    """An ordinary file of acceptable size, open for reading.

    It is opened without waiting and looked at afterwards: a pipe would block for ever, and a
    check before opening could be about another file.
    """
    wait_not = getattr(os, "O_NONBLOCK", 0)
    try:
        stream = open(  # noqa: SIM115 - closed by the `with` below
            path, "rb", opener=lambda name, flags: os.open(name, flags | wait_not)
        )
    except IsADirectoryError as error:
        raise UserError(f"“{path.name}”是文件夹，不是照片，已跳过。") from error
    except (OSError, ValueError) as error:
        raise UserError(
            f"无法打开“{path.name}”，未作任何改动；请确认文件存在、有读取权限后重试。"
        ) from error
    with stream:
        status = os.fstat(stream.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise UserError(f"“{path.name}”不是普通文件，已跳过。")
        if status.st_size == 0:
            raise UserError(f"“{path.name}”是空文件，已跳过；请重新传输后再试。")
        if status.st_size > FILE_LIMIT:
            raise UserError(
                f"“{path.name}”为 {status.st_size / 1024 / 1024:,.0f} MB，"
                f"超过 {FILE_LIMIT // 1024 // 1024} MB，未读取；请改用普通照片格式。"
            )
        yield stream


@contextmanager
def opened(data: bytes, name: str) -> "Iterator[Image.Image]":
    """The image with its header read and its pixels still undecoded, quiet about its defects.

    Raises UserError for what is no image of a known format, or has too many pixels.
    """
    limit = photo_bounds.pixel_limit(data)
    if limit == 0:
        raise UserError(
            f"“{name}”的文件结构异常，远超正常照片，未读取；请用看图软件另存为 JPEG 后重试。"
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with _identified(photo_bounds.for_picture(data), name) as image:
            _check_size(image, limit, name)
            yield image


def _check_size(image: Image.Image, limit: int, name: str) -> None:
    width, height = image.size
    shape = f"“{name}”的图像为 {width:,}×{height:,} 像素"
    if max(width, height) > photo_bounds.SIDE_LIMIT:
        raise UserError(
            f"{shape}，边长超过 {photo_bounds.SIDE_LIMIT:,} 像素，未导入；请裁切后重试。"
        )
    if width * height > limit:
        raise UserError(
            f"{shape}，超过此类文件 {limit // 10_000:,} 万像素的限额，未导入；"
            "请缩小，或另存为普通 JPEG 后重试。"
        )


def _identified(stream: BinaryIO, name: str) -> Image.Image:
    try:
        return Image.open(stream, formats=_FORMATS)
    except (Image.DecompressionBombError, MemoryError) as error:
        raise UserError(too_large(name)) from error
    except Exception as error:
        # Decoders raise whatever they like on a hostile header; none of it is this program's bug.
        raise UserError(
            f"“{name}”不是可读取的图片，已跳过；支持 JPEG、HEIC、PNG、TIFF、WebP 等格式。"
        ) from error


def too_large(name: str) -> str:
    """What to tell a person whose photo exceeds the pixel or memory limit."""
    return f"“{name}”的图像过大，读取所需内存超出限额，未导入；请缩小后重试。"


def _tags(image: Image.Image, data: bytes) -> Tags:
    """The tags by exifread's names; {} where there are none.

    Pillow finds the EXIF block in any container, exifread reads it: its own search fails on some
    HEIC files and takes other segments of a JPEG for EXIF. A TIFF file is its own block.
    """
    block = image.info.get("exif")
    if image.format == "TIFF":
        block = data
    if not isinstance(block, bytes) or not block:
        return _by_pillow(image.getexif)
    block = block.removeprefix(b"Exif\0\0")
    try:
        stream = photo_bounds.for_tags(block)
        found = exifread.process_file(stream, details=False, extract_thumbnail=False)
    except Exception:
        found = {}
    tags = {name: getattr(tag, "values", None) for name, tag in found.items()}
    return tags or _by_pillow(lambda: _exif(block))


def _exif(block: bytes) -> Image.Exif:
    exif = Image.Exif()
    exif.load_from_fp(photo_bounds.for_tags(block))
    return exif


_BY_PILLOW = {
    None: {0x010F: "Image Make", 0x0110: "Image Model", 0x0112: "Image Orientation",
           0x0131: "Image Software"},
    0x8769: {0x9003: "EXIF DateTimeOriginal", 0x9011: "EXIF OffsetTimeOriginal",
             0x9291: "EXIF SubSecTimeOriginal"},
    0x8825: {1: "GPS GPSLatitudeRef", 2: "GPS GPSLatitude", 3: "GPS GPSLongitudeRef",
             4: "GPS GPSLongitude", 7: "GPS GPSTimeStamp", 29: "GPS GPSDate"},
}  # fmt: skip


def _by_pillow(read: "Callable[[], Image.Exif]") -> Tags:
    """The same tags by Pillow: for blocks on which exifread gives up, and PNG's text profiles."""
    tags: Tags = {}
    # Pillow parses lazily, so any step may meet the broken part; what was read before it counts.
    with suppress(Exception):
        exif = read()
        for directory, names in _BY_PILLOW.items():
            entries = exif if directory is None else exif.get_ifd(directory)
            for tag, name in names.items():
                if tag in entries:
                    tags[name] = cast(object, entries[tag])
    return tags
