"""Two charts for the report, drawn as PNG: the indicators' radar and the scenes' levels.

They are drawn twice as large and scaled down, for Pillow does not smooth lines. Grey prints as
well as colour: what matters is also written as text.
"""

import io
import math
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from exporters.style import resource_path

_SCALE = 2
_INK, _FAINT, _LINE = "#1f2933", "#c9d1d9", "#1f5fa8"
_FILL = (31, 95, 168, 60)
_BAR = ("#d7dde4", "#a9c4e4", "#6f9fd3", "#3f7cc0", "#1f5fa8")
_LEVELS = ("无等级", "一级", "二级", "三级", "四级")


@lru_cache(maxsize=8)
def _font(size: int, fonts: Path | None) -> ImageFont.FreeTypeFont:
    folder = fonts or resource_path("fonts")
    return ImageFont.truetype(str(folder / "NotoSansSC-Regular.ttf"), size * _SCALE)


def radar(axes: Sequence[tuple[str, float]], fonts: Path | None = None) -> bytes:
    """Draw shares of the points (0 to 1) by indicator as a radar; PNG of 1200 × 900 pixels.

    Raises ValueError for fewer than three axes.
    """
    if len(axes) < 3:
        raise ValueError("a radar needs three axes")
    width, height, radius = 1200 * _SCALE, 900 * _SCALE, 320 * _SCALE
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image, "RGBA")
    centre = (width / 2, height / 2)

    def point(axis: int, share: float) -> tuple[float, float]:
        angle = 2 * math.pi * axis / len(axes) - math.pi / 2
        return (
            centre[0] + radius * share * math.cos(angle),
            centre[1] + radius * share * math.sin(angle),
        )

    for ring in (0.25, 0.5, 0.75, 1.0):
        corners = [point(axis, ring) for axis in range(len(axes))]
        draw.polygon(corners, outline=_FAINT, width=_SCALE)
    shape = []
    for axis, (label, share) in enumerate(axes):
        draw.line([centre, point(axis, 1)], fill=_FAINT, width=_SCALE)
        shape.append(point(axis, min(max(share, 0), 1)))
        text = f"{label}\n{share:.0%}"
        draw.multiline_text(
            point(axis, 1.2), text, _INK, _font(26, fonts), anchor="mm", align="center"
        )
    draw.polygon(shape, fill=_FILL, outline=_LINE, width=3 * _SCALE)
    return _png(image)


def ladder(scenes: Sequence[tuple[str, int]], fonts: Path | None = None) -> bytes:
    """Draw each scene's level (0 to 4) as a bar; PNG 1200 pixels wide, 44 for each scene."""
    row, left, top = 44 * _SCALE, 250 * _SCALE, 60 * _SCALE
    step = 220 * _SCALE
    image = Image.new("RGB", (1200 * _SCALE, top + row * len(scenes) + 10 * _SCALE), "white")
    draw = ImageDraw.Draw(image)
    font = _font(24, fonts)
    for level in range(1, 5):
        x = left + step * level
        draw.line([(x, top), (x, image.height)], fill=_FAINT, width=_SCALE)
        draw.text((x - step / 2, top / 2), _LEVELS[level], _INK, font, anchor="mm")
    for index, (name, level) in enumerate(scenes):
        middle = top + row * index + row / 2
        reached = min(max(level, 0), 4)
        draw.text((left - 16 * _SCALE, middle), name, _INK, font, anchor="rm")
        half = 13 * _SCALE
        end = left + (step * reached if reached else 8 * _SCALE)
        draw.rectangle([left, middle - half, end, middle + half], fill=_BAR[reached])
        if not reached:
            draw.text((end + 12 * _SCALE, middle), _LEVELS[0], _INK, font, anchor="lm")
    draw.line([(left, top), (left, image.height)], fill=_INK, width=_SCALE)
    return _png(image)


def _png(image: Image.Image) -> bytes:
    size = (image.width // _SCALE, image.height // _SCALE)
    # Few colours: a palette makes the file a third as large.
    small = image.resize(size, Image.Resampling.LANCZOS).quantize(64)
    buffer = io.BytesIO()
    small.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
