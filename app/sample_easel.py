"""The drawing board of the sample photos: shapes, lettering and figures on a 1600 by 1200 sheet."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import TypeAlias

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

WIDTH, HEIGHT = 1600, 1200
_FONTS = Path(__file__).resolve().parent.parent / "resources" / "fonts"
# Drawn twice as large and halved at the end: Pillow's shapes have jagged edges.
_FINE = 2

Box: TypeAlias = tuple[float, float, float, float]
Point: TypeAlias = tuple[float, float]

SKIN = ("#e8bf9b", "#dba97f", "#f0cba8", "#c99670")
HAIR = ("#23201e", "#2e2723", "#3b332d", "#5a5552")
SUITS = ("#27415f", "#3c4653", "#1f5a5c", "#5b3f45", "#46506b")
WORKWEAR = ("#3f6d94", "#5a6f7d", "#7a5c3e", "#4d6b4f")
HELMETS = ("#e7b52c", "#d8483a", "#2f6fb3", "#e9ecee")
VESTS = ("#e8892b", "#d9b23a", "#d4572f")


@cache
def _font(pixels: int, bold: bool) -> ImageFont.FreeTypeFont:
    name = "NotoSansSC-Bold.ttf" if bold else "NotoSansSC-Regular.ttf"
    return ImageFont.truetype(_FONTS / name, pixels)


@cache
def _fall_off() -> Image.Image:
    """How a lens darkens towards the corners, as a picture to multiply with."""
    fall = Image.radial_gradient("L").resize((WIDTH, HEIGHT))
    fall = fall.point([255 - max(0, level - 120) * 55 // 135 for level in range(256)])
    return Image.merge("RGB", (fall,) * 3)


class Easel:
    """A sheet in coordinates of 1600 by 1200, and the dice that make each picture its own."""

    def __init__(self, seed: int, background: str) -> None:
        self.dice = Random(seed)
        self._sheet = Image.new("RGB", (WIDTH * _FINE, HEIGHT * _FINE), background)
        self._pen = ImageDraw.Draw(self._sheet)

    def tint(self, colour: str, spread: int = 14) -> str:
        """A colour a little off the given one (#rrggbb), lighter or darker as a whole."""
        by = self.dice.randint(-spread, spread)
        parts = (int(colour[i : i + 2], 16) + by for i in (1, 3, 5))
        return "#" + "".join(f"{min(255, max(0, part)):02x}" for part in parts)

    def wash(self, box: Box, top: str, bottom: str) -> None:
        """A vertical gradient."""
        x0, y0, x1, y1 = (round(v * _FINE) for v in box)
        if x1 <= x0 or y1 <= y0:
            return
        # One column, then stretched: a gradient of full width costs fifty times as much.
        mask = Image.linear_gradient("L").crop((0, 0, 1, 256)).resize((1, y1 - y0))
        upper, lower = (Image.new("RGB", mask.size, colour) for colour in (top, bottom))
        column = Image.composite(lower, upper, mask)
        wide = column.resize((x1 - x0, y1 - y0), Image.Resampling.NEAREST)
        self._sheet.paste(wide, (x0, y0))

    def box(self, box: Box, fill: str, line: str | None = None, radius: float = 0) -> None:
        self._pen.rounded_rectangle(
            [v * _FINE for v in box], radius * _FINE, fill, line, 3 * _FINE if line else 0
        )

    def oval(self, box: Box, fill: str, line: str | None = None) -> None:
        self._pen.ellipse([v * _FINE for v in box], fill, line, 3 * _FINE if line else 0)

    def slice(self, box: Box, start: float, end: float, fill: str) -> None:
        """A pie slice or, across its ends, half an oval; angles in degrees clockwise from east."""
        self._pen.chord([v * _FINE for v in box], start, end, fill)

    def shape(self, points: Sequence[Point], fill: str) -> None:
        self._pen.polygon([(x * _FINE, y * _FINE) for x, y in points], fill)

    def line(self, points: Sequence[Point], fill: str, width: float = 4) -> None:
        fine = [(x * _FINE, y * _FINE) for x, y in points]
        self._pen.line(fine, fill, round(width * _FINE), joint="curve")

    def shade(self, box: Box, strength: int = 70) -> None:
        """A soft shadow on the ground."""
        x0, y0, x1, y1 = (round(v * _FINE) for v in box)
        mask = Image.new("L", (x1 - x0, y1 - y0))
        # Kept off the mask's edge by the blur's reach, or the shadow would end in a straight line.
        soft = min(6 * _FINE, (y1 - y0) // 5)
        ImageDraw.Draw(mask).ellipse((soft, soft, x1 - x0 - soft, y1 - y0 - soft), strength)
        self._sheet.paste("#1b1f24", (x0, y0), mask.filter(ImageFilter.BoxBlur(soft)))

    def text(
        self, at: Point, words: str, size: float, fill: str, bold: bool = False, anchor: str = "lm"
    ) -> None:
        """Words at a point; `anchor` as Pillow names it (lm: from the left, at middle height)."""
        font = _font(round(size * _FINE), bold)
        self._pen.text((at[0] * _FINE, at[1] * _FINE), words, fill, font, anchor)

    def width_of(self, words: str, size: float, bold: bool = False) -> float:
        return _font(round(size * _FINE), bold).getlength(words) / _FINE

    def fitted(self, words: str, room: float, size: float, bold: bool = False) -> float:
        """The size at which the words fit into `room`, at most `size`."""
        return min(size, size * room / max(1.0, self.width_of(words, size, bold)))

    def glass(self, box: Box, opacity: int, radius: float) -> None:
        """Darken a panel, as watermark cameras do behind their lines."""
        x0, y0, x1, y1 = (round(v * _FINE) for v in box)
        mask = Image.new("L", (x1 - x0, y1 - y0))
        pen = ImageDraw.Draw(mask)
        pen.rounded_rectangle((0, 0, x1 - x0 - 1, y1 - y0 - 1), radius * _FINE, opacity)
        self._sheet.paste("#0d1014", (x0, y0), mask)

    def head(self, x: float, y: float, r: float, helmet: str | None, back: bool) -> None:
        """A head around (x, y), from the front or from behind."""
        skin, hair = self.dice.choice(SKIN), self.dice.choice(HAIR)
        if back:
            self.oval((x - r, y - r * 1.12, x + r, y + r * 1.1), hair)
        else:
            self.oval((x - r * 1.02, y - r * 1.2, x + r * 1.02, y + r * 0.5), hair)
            self.oval((x - r * 0.9, y - r * 0.95, x + r * 0.9, y + r * 1.15), skin)
            self.slice((x - r, y - r * 1.15, x + r, y + r * 0.35), 185, 355, hair)
        if helmet:
            self.slice((x - r * 1.12, y - r * 1.45, x + r * 1.12, y + r * 0.6), 180, 360, helmet)
            self.box((x - r * 1.25, y - r * 0.5, x + r * 1.25, y - r * 0.34), helmet, radius=4)

    def figure(
        self,
        x: float,
        feet: float,
        height: float,
        coat: str,
        helmet: str | None = None,
        vest: str | None = None,
        back: bool = False,
    ) -> None:
        """A person standing at (x, feet), `height` tall."""
        u = height / 8
        coat = self.tint(coat)
        self.shade((x - u * 1.5, feet - u * 0.35, x + u * 1.5, feet + u * 0.3))
        for side in (-1, 1):
            hip = x + side * u * 0.42
            self.box((hip - u * 0.38, feet - u * 4, hip + u * 0.36, feet), "#2b3038", radius=u / 6)
            arm = x + side * u * 1.02
            self.box(
                (arm - u * 0.3, feet - u * 6.3, arm + u * 0.3, feet - u * 3.6), coat, radius=u * 0.3
            )
            self.oval((arm - u * 0.22, feet - u * 3.8, arm + u * 0.22, feet - u * 3.35), SKIN[0])
        self.box((x - u, feet - u * 6.5, x + u, feet - u * 3.5), coat, radius=u * 0.45)
        if vest:
            self.box(
                (x - u * 0.85, feet - u * 6.4, x + u * 0.85, feet - u * 3.6), vest, radius=u * 0.3
            )
            for level in (5.4, 4.5):
                stripe = (x - u * 0.85, feet - u * level, x + u * 0.85, feet - u * (level - 0.2))
                self.box(stripe, "#eef0e4")
        elif not back:
            self.shape(
                [(x - u * 0.4, feet - u * 6.5), (x + u * 0.4, feet - u * 6.5), (x, feet - u * 5.2)],
                "#e9edf0",
            )
        self.box((x - u * 0.25, feet - u * 6.9, x + u * 0.25, feet - u * 6.3), SKIN[1])
        self.head(x, feet - u * 7.35, u * 0.56, helmet, back)

    def row(
        self,
        people: int,
        feet: float,
        height: float,
        room: tuple[float, float],
        *,
        helmets: bool,
    ) -> None:
        """People standing side by side within `room`; with helmets, the first three in vests."""
        if people <= 0:
            return
        left, right = room
        gap = (right - left) / people
        tall = min(height, gap * 3.4)
        for index in range(people):
            x = left + gap * (index + 0.5) + self.dice.uniform(-0.06, 0.06) * gap
            coat = SUITS[index % len(SUITS)] if index < 3 else self.dice.choice(WORKWEAR)
            vest = self.dice.choice(VESTS) if helmets and index < 3 else None
            helmet = self.dice.choice(HELMETS) if helmets else None
            self.figure(x, feet, tall * self.dice.uniform(0.94, 1.04), coat, helmet, vest)

    def bust(self, x: float, base: float, size: float, coat: str, back: bool = False) -> None:
        """Someone seated, seen down to the table edge or chair back at `base`."""
        self.box(
            (x - size, base - size * 1.5, x + size, base + size * 0.4),
            self.tint(coat),
            radius=size * 0.55,
        )
        if not back:
            self.shape(
                [
                    (x - size * 0.35, base - size * 1.5),
                    (x + size * 0.35, base - size * 1.5),
                    (x, base - size * 0.7),
                ],
                "#e9edf0",
            )
        self.box((x - size * 0.22, base - size * 1.8, x + size * 0.22, base - size * 1.35), SKIN[1])
        self.head(x, base - size * 2.25, size * 0.56, None, back)

    def finished(self) -> Image.Image:
        """The picture as a camera would give it: halved, with grain and darker corners."""
        picture = self._sheet.reduce(_FINE)
        grain = Image.frombytes(
            "L", (WIDTH // 2, HEIGHT // 2), self.dice.randbytes(WIDTH * HEIGHT // 4)
        )
        grain = grain.resize(picture.size).point([123 + level // 26 for level in range(256)])
        picture = ImageChops.overlay(picture, Image.merge("RGB", (grain,) * 3))
        return ImageChops.multiply(picture, _fall_off())
