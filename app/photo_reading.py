"""Reading a photo: what it records, and the smaller copies shown and printed of it.

Any file may be handed in. What comes back is facts or a `UserError`; a decoder that hangs or
crashes is the concern of `photo_worker`, in whose process this runs for files of unknown origin.
"""

import logging
import os
import stat
import warnings
from contextlib import contextmanager, suppress
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

import exifread
import pi_heif
from PIL import Image

from app import exif_tags
from app.exif_tags import Tags
from forms.errors import UserError
from forms.photo_facts import PhotoFacts

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE_LIMIT = 80 * 1024 * 1024
"""Bytes. A 200-megapixel phone photo stays under it."""
PIXEL_LIMIT = 220_000_000

THUMBNAIL_PX = 400
REPORT_PX = 1280

_FORMATS = ("JPEG", "PNG", "TIFF", "WEBP", "HEIF", "AVIF", "BMP", "GIF")
"""What cameras and scanners write. Pillow knows more, some of which start other programs."""

pi_heif.register_heif_opener()
# Pillow refuses at twice its limit.
Image.MAX_IMAGE_PIXELS = PIXEL_LIMIT // 2
# Broken metadata is the ordinary case here; what is wrong with it is told by the findings.
logging.getLogger("exifread").setLevel(logging.CRITICAL)

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def read_facts(path: Path) -> PhotoFacts:
    """What the photo at `path` records. Raises UserError for anything that is no usable image."""
    with open_photo(path) as stream, _opened(stream, path.name) as image:
        tags = _tags(image, stream)
        width, height = image.size
        kind = image.format or ""
    shot, fix = exif_tags.shot(tags), exif_tags.fix(tags)
    return PhotoFacts(
        width=width,
        height=height,
        format=kind,
        taken_local=shot.local,
        subsec=shot.subsec,
        offset=shot.offset,
        gps_time=exif_tags.gps_time(tags),
        latitude=fix.latitude if fix else None,
        longitude=fix.longitude if fix else None,
        hemisphere_known=fix.hemisphere_known if fix else True,
        make=exif_tags.text(tags.get("Image Make")),
        model=exif_tags.text(tags.get("Image Model")),
        software=exif_tags.text(tags.get("Image Software")),
        # The HEIC decoder turns the picture itself, whatever the tag still says.
        orientation=1 if kind == "HEIF" else exif_tags.orientation(tags),
    )


def digest_of(path: Path) -> tuple[str, int]:
    """The photo's SHA-256 in hexadecimal and its size in bytes. Raises UserError as above."""
    digest, size = sha256(), 0
    with open_photo(path) as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
            size += len(block)
    return digest.hexdigest(), size


def make_copy(path: Path, out: Path, max_px: int, quality: int = 85) -> None:
    """Write an upright JPEG of at most `max_px` pixels a side, without any metadata.

    `out` is complete or absent, never half written. Raises UserError where the picture's data
    cannot be decoded, even if its header could.
    """
    part = out.with_name(out.name + ".part")
    small = _decoded(path, max_px)
    try:
        small.save(part, "JPEG", quality=quality, optimize=True)
        os.replace(part, out)
    except OSError as error:
        raise UserError(
            f"无法保存“{path.name}”的副本，照片未导入，原文件没有改动；请检查磁盘空间和权限后重试。"
        ) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _decoded(path: Path, max_px: int) -> Image.Image:
    """The picture upright, small, and without its metadata."""
    try:
        with open_photo(path) as stream, _opened(stream, path.name) as image:
            turn = 1 if image.format == "HEIF" else exif_tags.orientation(_tags(image, stream))
            small = _shrunk(image, max_px)
            small.load()  # a picture that is small already is read here, not after the file closed
            if turn in _TURNS:
                small = small.transpose(_TURNS[turn])
    except UserError:
        raise
    except MemoryError as error:
        raise UserError(too_large(path.name)) from error
    except Exception as error:
        raise UserError(
            f"照片“{path.name}”的图像数据不完整或已损坏，未导入；"
            "原文件没有改动，请拍摄人以原图或文件方式重发。"
        ) from error
    # Saving would otherwise carry over comments, XMP and the colour profile.
    small.info.clear()
    return small


def _shrunk(image: Image.Image, max_px: int) -> Image.Image:
    """The picture as opaque RGB within a square of `max_px`."""
    box = (max_px, max_px)
    if image.format in ("JPEG", "MPO"):
        # `thumbnail` lets libjpeg decode at a fraction, in the photo's own aspect ratio: a square
        # box would switch that off for most photos.
        image.thumbnail(box, Image.Resampling.LANCZOS, reducing_gap=2.0)
        return image.convert("RGB")
    if image.mode.startswith("I;16"):
        image = image.point(lambda level: level / 256).convert("L")
    if image.has_transparency_data:
        # Transparent parts would turn black, and scaling before blending would fray their edges.
        layer = image.convert("RGBA")
        flat = Image.new("RGB", image.size, "white")
        flat.paste(layer, mask=layer.getchannel("A"))
    else:
        flat = image if image.mode == "RGB" else image.convert("RGB")
    flat.thumbnail(box, Image.Resampling.LANCZOS, reducing_gap=2.0)
    return flat


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
def _opened(stream: BinaryIO, name: str) -> "Iterator[Image.Image]":
    """The image with its header read and its pixels still undecoded, quiet about its defects."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with _identified(stream, name) as image:
            if image.width * image.height > PIXEL_LIMIT:
                raise UserError(too_large(name))
            yield image


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


def _tags(image: Image.Image, stream: BinaryIO) -> Tags:
    """The tags by exifread's names; {} where there are none.

    Pillow finds the EXIF block in any container, exifread reads it: its own search fails on some
    HEIC files and takes other segments of a JPEG for EXIF. A TIFF file is its own block.
    """
    block = image.info.get("exif")
    if isinstance(block, bytes) and block:
        source: BinaryIO = BytesIO(block.removeprefix(b"Exif\0\0"))
    elif image.format == "TIFF":
        source = stream
    else:
        return _tags_by_pillow(image)
    try:
        found = exifread.process_file(source, details=False, extract_thumbnail=False)
    except Exception:
        found = {}
    tags = {name: getattr(tag, "values", None) for name, tag in found.items()}
    return tags or _tags_by_pillow(image)


_BY_PILLOW = {
    None: {0x010F: "Image Make", 0x0110: "Image Model", 0x0112: "Image Orientation",
           0x0131: "Image Software"},
    0x8769: {0x9003: "EXIF DateTimeOriginal", 0x9011: "EXIF OffsetTimeOriginal",
             0x9291: "EXIF SubSecTimeOriginal"},
    0x8825: {1: "GPS GPSLatitudeRef", 2: "GPS GPSLatitude", 3: "GPS GPSLongitudeRef",
             4: "GPS GPSLongitude", 7: "GPS GPSTimeStamp", 29: "GPS GPSDate"},
}  # fmt: skip


def _tags_by_pillow(image: Image.Image) -> Tags:
    """The same tags by Pillow: for blocks on which exifread gives up, and PNG's text profiles."""
    tags: Tags = {}
    # Pillow parses lazily, so any step may meet the broken part; what was read before it counts.
    with suppress(Exception):
        exif = image.getexif()
        for directory, names in _BY_PILLOW.items():
            entries = exif if directory is None else exif.get_ifd(directory)
            for tag, name in names.items():
                if tag in entries:
                    tags[name] = cast(object, entries[tag])
    return tags
