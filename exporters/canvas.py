"""A drawing for paper: measured in millimetres, in the bundled fonts, saved as a PNG of 300 dpi.

Both renderers take pictures as they are, so that what is drawn here looks the same in .docx and
.pdf. What is drawn stays legible when it is printed grey: colours only support shapes and words.
"""

import io
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise
from math import cos, hypot, pi, sin

from PIL import Image, ImageDraw, ImageFont

from exporters.style import resource_path

DPI = 300
#: Slanted and round edges are drawn so many times larger, and reduced to grey steps.
_FINE = 3

INK = "#1A1F25"
GREY = "#56606B"
RULE = "#C9CFD6"
FAINT = "#EEF1F4"
PAPER = "#FFFFFF"
GOOD = "#1C6A41"
WEAK = "#765700"
BAD = "#B21F2D"
BLUE = "#1F5AA8"

_INKS = (INK, GREY, RULE, FAINT, GOOD, WEAK, BAD, BLUE)
_SHADES = 12
#: Shades lighter than this are left to white, or white itself would be taken for them.
_LIGHTEST = 247

Point = tuple[float, float]
Corners = tuple[float, float, float, float]
"""Left, top, right and bottom in millimetres."""


def _px(mm: float) -> int:
    return round(mm * DPI / 25.4)


def _fine(mm: float) -> int:
    return max(1, round(mm * DPI / 25.4 * _FINE))


class Canvas:
    """A white sheet of `width` by `height` millimetres; the origin is its upper left corner."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self._image = Image.new("RGB", (_px(width), _px(height)), PAPER)
        self._draw = ImageDraw.Draw(self._image)

    def png(self) -> bytes:
        """The drawing as a file."""
        held = io.BytesIO()
        few = self._image.quantize(palette=_palette(), dither=Image.Dither.NONE)
        few.save(held, "PNG", compress_level=3, dpi=(DPI, DPI))
        return held.getvalue()

    def text(
        self,
        at: Point,
        words: str,
        ink: str = INK,
        size: float = 8,
        *,
        bold: bool = False,
        align: str = "l",
        clear: bool = False,
    ) -> None:
        """One line of `size` points, centred on the height of `at`; `align` "l", "m" or "r" of it.

        `clear` takes away the lines that it would be written over.
        """
        place, face, anchor = (_px(at[0]), _px(at[1])), _font(size, bold), f"{align}m"
        if clear:
            left, top, right, bottom = self._draw.textbbox(place, words, face, anchor)
            self._draw.rectangle((left - 3, top - 2, right + 3, bottom + 2), PAPER)
        self._draw.text(place, words, ink, face, anchor=anchor)

    def rule(self, start: Point, end: Point, ink: str = RULE, weight: float = 0.15) -> None:
        """An upright or level line, `weight` millimetres thick, and at least one dot."""
        (x0, x1), (y0, y1) = (sorted(map(_px, pair)) for pair in zip(start, end, strict=True))
        thick = max(1, _px(weight))
        if x1 - x0 >= y1 - y0:
            y0 -= thick // 2
            y1 = y0 + thick - 1
        else:
            x0 -= thick // 2
            x1 = x0 + thick - 1
        self._draw.rectangle((x0, y0, x1, y1), ink)

    def box(
        self,
        corners: Corners,
        fill: str = PAPER,
        edge: str = "",
        *,
        weight: float = 0.25,
        radius: float = 0.5,
    ) -> None:
        """A box with round corners, its edge inside `corners`."""
        if edge:
            self._rounded(corners, edge, radius)
            corners, radius = _shrunk(corners, weight), max(radius - weight, 0.05)
        self._rounded(corners, fill, radius)

    def _rounded(self, corners: Corners, fill: str, radius: float) -> None:
        turn = _FINE * _px(radius)
        self._shape(corners, fill, lambda pen, at: pen.rounded_rectangle(at(corners), turn, 255))

    def disc(self, middle: Point, radius: float, fill: str) -> None:
        """A filled circle."""
        corners = _around(middle, radius)
        self._shape(corners, fill, lambda pen, at: pen.ellipse(at(corners), 255))

    def circle(
        self, middle: Point, radius: float, ink: str = INK, weight: float = 0.25, dash: float = 0
    ) -> None:
        """A circle's line, with gaps of `dash` millimetres as long as its strokes if given."""
        corners, (x, y) = _around(middle, radius + weight / 2), middle
        pairs = round(pi * radius / dash) if dash else 0
        turns = [2 * pi * gap / pairs for gap in range(pairs)]
        inner, outer = radius - weight, radius + weight

        def paint(pen: ImageDraw.ImageDraw, at: Callable[[Corners], Corners]) -> None:
            pen.ellipse(at(corners), outline=255, width=_fine(weight))
            for turn in turns:
                dx, dy = cos(turn), sin(turn)
                ends = (x + inner * dx, y + inner * dy, x + outer * dx, y + outer * dy)
                pen.line(at(ends), 0, _fine(dash))

        self._shape(corners, ink, paint)

    def polygon(self, points: Sequence[Point], fill: str) -> None:
        """A filled shape of straight edges."""
        xs, ys = zip(*points, strict=True)
        corners = (min(xs), min(ys), max(xs), max(ys))
        spots = [(x, y, x, y) for x, y in points]
        self._shape(corners, fill, lambda pen, at: pen.polygon([at(s)[:2] for s in spots], 255))

    def path(
        self, points: Sequence[Point], ink: str = INK, weight: float = 0.25, dash: float = 0
    ) -> None:
        """A line through points, broken into strokes and gaps of `dash` millimetres if given."""
        xs, ys = zip(*points, strict=True)
        corners = _shrunk((min(xs), min(ys), max(xs), max(ys)), -weight)
        wide = _fine(weight)
        strokes = _strokes(points, dash) if dash else [list(points)]

        def paint(pen: ImageDraw.ImageDraw, at: Callable[[Corners], Corners]) -> None:
            for stroke in strokes:
                pen.line([at((x, y, x, y))[:2] for x, y in stroke], 255, wide, "curve")

        self._shape(corners, ink, paint)

    def _shape(
        self,
        corners: Corners,
        ink: str,
        paint: Callable[[ImageDraw.ImageDraw, Callable[[Corners], Corners]], None],
    ) -> None:
        """Paint a mask enlarged, reduce it, and lay the colour on through it."""
        left, top = _px(corners[0]) - 1, _px(corners[1]) - 1
        size = (_px(corners[2]) - left + 2, _px(corners[3]) - top + 2)
        mask = Image.new("L", (size[0] * _FINE, size[1] * _FINE), 0)

        def at(place: Corners) -> Corners:
            scale = DPI / 25.4 * _FINE
            x0, y0, x1, y1 = (value * scale for value in place)
            return x0 - left * _FINE, y0 - top * _FINE, x1 - left * _FINE, y1 - top * _FINE

        paint(ImageDraw.Draw(mask), at)
        self._image.paste(ink, (left, top), mask.reduce(_FINE))


def text_width(words: str, size: float = 8, *, bold: bool = False) -> float:
    """How wide a line of `size` points is, in millimetres."""
    return _font(size, bold).getlength(words) * 25.4 / DPI


def fitting(words: str, width: float, size: float = 8, *, bold: bool = False) -> str:
    """As much of a line as is no wider than `width` millimetres, with … for the rest."""
    if text_width(words, size, bold=bold) <= width:
        return words
    while words and text_width(words + "…", size, bold=bold) > width:
        words = words[:-1]
    return words + "…"


def tint(ink: str, twelfths: int) -> str:
    """An ink made lighter, as the palette holds it: 12 is the ink itself, 0 the paper."""
    parts = (int(ink[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{255 + (part - 255) * twelfths // _SHADES:02X}" for part in parts)


@lru_cache(maxsize=1)
def _palette() -> Image.Image:
    """The inks in their shades up to white: a third of the size of a drawing in full colour."""
    colours = [(255, 255, 255)]
    for ink in _INKS:
        parts = [int(ink[place : place + 2], 16) for place in (1, 3, 5)]
        for step in range(_SHADES, 0, -1):
            red, green, blue = (255 + (part - 255) * step // _SHADES for part in parts)
            if min(red, green, blue) < _LIGHTEST:
                colours.append((red, green, blue))
    made = Image.new("P", (1, 1))
    made.putpalette([part for colour in colours for part in colour])
    return made


@lru_cache(maxsize=16)
def _font(size: float, bold: bool) -> ImageFont.FreeTypeFont:
    name = "NotoSansSC-Bold.ttf" if bold else "NotoSansSC-Regular.ttf"
    # The basic layout is in every build of Pillow, so that widths are the same everywhere.
    basic = ImageFont.Layout.BASIC
    path = str(resource_path("fonts", name))
    return ImageFont.truetype(path, size * DPI / 72, layout_engine=basic)


def _around(middle: Point, radius: float) -> Corners:
    x, y = middle
    return x - radius, y - radius, x + radius, y + radius


def _shrunk(corners: Corners, by: float) -> Corners:
    return corners[0] + by, corners[1] + by, corners[2] - by, corners[3] - by


def _strokes(points: Sequence[Point], dash: float) -> list[list[Point]]:
    """Cut a line into strokes as long as the gaps between them."""
    strokes: list[list[Point]] = [[points[0]]]
    left, on = dash, True
    for (x0, y0), (x1, y1) in pairwise(points):
        length = hypot(x1 - x0, y1 - y0)
        done = 0.0
        while length - done >= left:
            done += left
            spot = (x0 + (x1 - x0) * done / length, y0 + (y1 - y0) * done / length)
            if on:
                strokes[-1].append(spot)
            else:
                strokes.append([spot])
            on, left = not on, dash
        left -= length - done
        if on:
            strokes[-1].append((x1, y1))
    return [stroke for stroke in strokes if len(stroke) > 1]
