"""Pictures made fit for a document: readable, upright, JPEG or PNG, and sized to their place."""

import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps

from exporters.blocks import Picture

MISSING_PICTURE = "（图片无法读取，请重新导入）"
_MAX_PIXELS = 60_000_000
_MAX_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class Loaded:
    """A picture's bytes as they go into the document, with its size in pixels."""

    data: bytes
    kind: str
    width: int
    height: int


def load(source: Path | bytes) -> Loaded | None:
    """Read a picture; None where it is missing, unreadable or unreasonably large.

    JPEG and PNG are kept byte for byte unless the camera held them turned (EXIF orientation) or
    they are in CMYK, which Word shows in false colours.
    """
    try:
        if isinstance(source, Path):
            if source.stat().st_size > _MAX_BYTES:
                return None
            source = source.read_bytes()
    except OSError:
        return None
    return _decode(source) if len(source) <= _MAX_BYTES else None


def _decode(data: bytes) -> Loaded | None:
    try:
        with Image.open(io.BytesIO(data)) as image:
            if image.width * image.height > _MAX_PIXELS:
                return None
            upright = image.getexif().get(0x0112, 1) in (0, 1)
            if image.format in ("JPEG", "PNG") and upright and image.mode != "CMYK":
                if image.format == "PNG":
                    # A cut PNG stops the .pdf renderer; a cut JPEG still shows what it has.
                    image.load()
                return Loaded(data, image.format.lower(), image.width, image.height)
            return _encode(ImageOps.exif_transpose(image))
    except (OSError, ValueError, SyntaxError, ArithmeticError, LookupError, MemoryError):
        # Pillow's readers raise all of these on damaged files.
        return None
    except Image.DecompressionBombError:
        return None


def _encode(image: Image.Image) -> Loaded:
    buffer = io.BytesIO()
    if "A" in image.getbands() or image.mode == "P":
        image.convert("RGBA").save(buffer, "PNG")
        return Loaded(buffer.getvalue(), "png", image.width, image.height)
    image.convert("RGB").save(buffer, "JPEG", quality=88)
    return Loaded(buffer.getvalue(), "jpeg", image.width, image.height)


def fit_mm(
    picture: Picture, loaded: Loaded, available_mm: float, page_mm: float
) -> tuple[float, float]:
    """Width and height on paper: the wanted width, never over the place's width or height."""
    width = min(picture.width_mm or available_mm, available_mm)
    # Room is left on the page for a caption or a table head beside the picture.
    highest = min(picture.max_height_mm, page_mm * 0.8)
    height = width * loaded.height / loaded.width
    if height > highest:
        width, height = width * highest / height, highest
    return max(width, 0.5), max(height, 0.5)
