"""The smaller copies of a photo that are shown and printed: upright JPEGs without metadata.

Decoding takes most of the time, and is done once for both. The rest is OpenCV's, which scales in a
sixth of the time of Pillow's filters. Loaded late: neither it nor NumPy is wanted at the start.
"""

from math import ceil
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app import photo_reading
from forms.errors import UserError

Pixels: TypeAlias = NDArray[np.uint8]
"""A picture: height × width × red, green, blue."""

THUMBNAIL_PX = 400
REPORT_PX = 1280
_QUALITY = 85


def make_copy(data: bytes, name: str, turn: int, max_px: int) -> bytes:
    """An upright JPEG of at most `max_px` pixels a side; `turn` is the facts' orientation.

    Raises UserError where the picture's data cannot be decoded, even if its header could.
    """
    return _coded(upright(data, name, turn, max_px))


def make_copies(data: bytes, name: str, turn: int) -> list[bytes]:
    """The thumbnail and the report copy. Raises as above."""
    report = upright(data, name, turn, REPORT_PX)
    return [_coded(_fitted(report, THUMBNAIL_PX)), _coded(report)]


def upright(data: bytes, name: str, turn: int, max_px: int) -> Pixels:
    """The picture turned and opaque, within a square of `max_px`; a small one is not blown up.

    Raises UserError where its data cannot be decoded.
    """
    try:
        with photo_reading.opened(data, name) as image:
            return _turned(_fitted(_pixels(image, max_px), max_px), turn)
    except UserError:
        raise
    except MemoryError as error:
        raise UserError(photo_reading.too_large(name)) from error
    except Exception as error:
        raise UserError(
            f"照片“{name}”的图像数据不完整或已损坏，未导入；"
            "原文件没有改动，请拍摄人以原图或文件方式重发。"
        ) from error


def _pixels(image: Image.Image, max_px: int) -> Pixels:
    """The picture decoded, down to twice `max_px` as far as that spares work, white where clear."""
    scale = max_px / max(image.size)
    # libjpeg decodes at a fraction where both sides of this box allow it: the square one that
    # Pillow's `thumbnail` asks for is too high for most photos.
    image.draft(None, (max(1, int(image.width * scale)), max(1, int(image.height * scale))))
    if image.mode.startswith("I;16"):
        image = image.point(lambda level: level / 256)
    if image.mode in ("1", "I", "I;16", "F"):
        image = image.convert("L")
    if image.has_transparency_data:
        layer = _reduced(image if image.mode == "RGBA" else image.convert("RGBA"), max_px)
        image = Image.new("RGB", layer.size, "white")
        image.paste(layer, mask=layer.getchannel("A"))
    elif image.mode not in ("RGB", "L", "CMYK", "YCbCr"):
        image = image.convert("RGB")
    small = _reduced(image, max_px)
    rgb = small if small.mode == "RGB" else small.convert("RGB")
    return np.frombuffer(rgb.tobytes(), np.uint8).reshape(rgb.height, rgb.width, 3)


def _reduced(image: Image.Image, max_px: int) -> Image.Image:
    """The picture averaged to between once and twice `max_px`; weighted where it has opacity."""
    factor = ceil(max(image.size) / max_px / 2)
    return image.reduce(factor) if factor > 1 else image


def _fitted(pixels: Pixels, max_px: int) -> Pixels:
    """The picture scaled down to fit a square of `max_px`."""
    while max(pixels.shape) > 2 * max_px:
        pixels = _scaled(pixels, 0.5, cv2.INTER_AREA)
    # Down to a half, neighbours are enough: every pixel has its part in the result.
    return _scaled(pixels, min(1, max_px / max(pixels.shape)), cv2.INTER_LINEAR)


def _scaled(pixels: Pixels, scale: float, how: int) -> Pixels:
    height, width = (max(1, round(side * scale)) for side in pixels.shape[:2])
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=how), np.uint8)


def _turned(pixels: Pixels, turn: int) -> Pixels:
    """The picture as EXIF's orientation `turn` wants it shown."""
    if turn in (5, 6, 7, 8):
        pixels = pixels.transpose(1, 0, 2)
    if turn in (3, 4, 7, 8):
        pixels = pixels[::-1]
    if turn in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    return pixels


def _coded(pixels: Pixels) -> bytes:
    bgr = cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2BGR)
    _, coded = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return coded.tobytes()
