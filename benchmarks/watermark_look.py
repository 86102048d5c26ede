"""How a drawn watermark looks: its fonts, its inks, and lines set on a picture like a camera's."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Literal, TypeAlias

from PIL import Image, ImageColor, ImageDraw, ImageFilter, ImageFont, ImageStat

Box: TypeAlias = tuple[int, int, int, int]
Face: TypeAlias = tuple[str, int]
Shadow: TypeAlias = Literal["none", "thin", "soft", "outline"]

_BUNDLED = Path(__file__).resolve().parent.parent / "resources" / "fonts"
_SYSTEM = Path("/usr/share/fonts")
BUNDLED_FACES: tuple[Face, ...] = tuple(
    (str(_BUNDLED / name), 0)
    for name in ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf", "NotoSerifSC-Regular.ttf")
)
# A collection's number is the family cut for mainland China.
_CHINESE: tuple[Face, ...] = (
    ("truetype/wqy/wqy-zenhei.ttc", 0),
    ("truetype/wqy/wqy-microhei.ttc", 0),
    ("truetype/arphic/uming.ttc", 0),
    ("truetype/arphic/ukai.ttc", 0),
    ("opentype/noto/NotoSansCJK-Regular.ttc", 2),
    ("opentype/noto/NotoSansCJK-Bold.ttc", 2),
    ("opentype/noto/NotoSerifCJK-Regular.ttc", 2),
    ("opentype/noto/NotoSerifCJK-Bold.ttc", 2),
)
_DIGITS: tuple[Face, ...] = tuple(
    (f"truetype/{name}.ttf", 0)
    for name in (
        "dejavu/DejaVuSans", "dejavu/DejaVuSans-Bold", "dejavu/DejaVuSansCondensed",
        "dejavu/DejaVuSansMono", "liberation/LiberationSans-Regular",
        "liberation/LiberationSans-Bold", "liberation/LiberationSansNarrow-Regular",
        "liberation/LiberationMono-Regular",
    )
)  # fmt: skip
SMALLEST_PX = 16
"""Below this a person would not read Chinese off a JPEG either."""
_SMALLEST_SHARE = 0.012


@cache
def _font(face: Face, pixels: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(face[0], pixels, index=face[1])


@cache
def chinese_faces(bundled: bool) -> tuple[Face, ...]:
    """The bundled fonts, and unless `bundled`, those of the system's that are installed."""
    return BUNDLED_FACES if bundled else BUNDLED_FACES + _installed(_CHINESE)


@cache
def digit_faces(bundled: bool) -> tuple[Face, ...]:
    """Latin fonts for times and coordinates; the bundled ones stand in where there are none."""
    return BUNDLED_FACES if bundled else _installed(_DIGITS) or BUNDLED_FACES


def _installed(faces: tuple[Face, ...]) -> tuple[Face, ...]:
    return tuple((str(_SYSTEM / name), index) for name, index in faces if (_SYSTEM / name).exists())


@dataclass(frozen=True, slots=True)
class Look:
    """One watermark's appearance; sizes are pixels of the finished picture."""

    face: Face
    digits: Face
    size: int
    ink: str
    opacity: int
    shadow: Shadow
    box: tuple[str, int] | None
    """Colour and opacity of the panel behind the lines, None without one."""
    leading: float

    @property
    def name(self) -> str:
        """For reports: font, size and ink."""
        return f"{Path(self.face[0]).stem} {self.size}px {self.ink} {self.shadow}"


@dataclass(frozen=True, slots=True)
class Row:
    """A line to set, times the look's size; `pin` puts a place mark before it."""

    text: str
    scale: float = 1.0
    wraps: bool = False
    pin: bool = False


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a block stands: the picture's corner or edge, and its share of the width."""

    right: bool = False
    centred: bool = False
    top: bool = False
    room: float = 0.9
    bar: bool = False
    """Whether the panel runs from edge to edge."""


def draw_look(dice: Random, size: tuple[int, int], bundled: bool) -> Look:
    """Choose an appearance for a picture of that size."""
    long_side = max(size)
    share = dice.triangular(_SMALLEST_SHARE, 0.04, 0.018)
    face = dice.choice(chinese_faces(bundled))
    shadow: Shadow = dice.choice(("none", "thin", "thin", "soft", "outline"))
    colours = ("#000000", "#0d1014", "#1d3557", "#123c2e", "#ffffff", "#e8eef4", "#6b4a1f")
    box = (dice.choice(colours), dice.randint(70, 210)) if dice.random() < 0.45 else None
    ink = dice.choice(("#ffffff", "#ffffff", "#ffffff", "#ffe14d", "#ffa23a", "#cfe6ff"))
    if box and _brightness(box[0]) > 128:
        box, ink = (box[0], max(box[1], 150)), dice.choice(("#111111", "#1f3d66", "#7a2a12"))
        shadow = "none"  # it would blacken dark letters
    return Look(
        face=face,
        digits=dice.choice(digit_faces(bundled)) if dice.random() < 0.35 else face,
        size=max(SMALLEST_PX, round(long_side * share)),
        ink=ink,
        opacity=255 if dice.random() < 0.7 else dice.randint(205, 250),
        shadow=shadow,
        box=box,
        leading=dice.uniform(1.2, 1.6),
    )


def set_block(
    picture: Image.Image, rows: Sequence[Row], look: Look, spot: Spot, keep_off: Box | None = None
) -> Box | None:
    """Set rows at a spot of the picture, wrapped and if need be smaller; the box they fill.

    Where they would touch `keep_off`, nothing is drawn and the answer is None.
    """
    width, height = picture.size
    margin = round(min(picture.size) * 0.025)
    room = round(width * spot.room) - 2 * margin
    look, lines = _fitted(rows, look, room, round(height * 0.8), max(picture.size))
    wide = round(max(width_of(line, look) for line in lines))
    tall = round(sum(_tall(line, look) for line in lines))
    left = margin if not spot.right else width - margin - wide
    if spot.centred:
        left = (width - wide) // 2
    top = margin if spot.top else height - margin - tall
    pad = round(look.size * 0.5)
    area = (left - pad, top - pad, left + wide + pad, top + tall + pad)
    if spot.bar:
        area = (0, area[1], width, area[3])
    if keep_off and not (area[2] < keep_off[0] or keep_off[2] < area[0]
                         or area[3] < keep_off[1] or keep_off[3] < area[1]):  # fmt: skip
        return None
    if look.box:
        _panel(picture, area, look.box, 0 if spot.bar else pad // 2)
    look = _legible(picture, look, area)
    for line in lines:
        short = wide - round(width_of(line, look))
        shift = short // 2 if spot.centred else short if spot.right else 0
        write(picture, (left + shift, top), line, look)
        top += round(_tall(line, look))
    return area


def write(picture: Image.Image, at: tuple[int, int], row: Row, look: Look) -> None:
    """One line with its shadow, its upper left corner at a point."""
    pixels = round(look.size * row.scale)
    font = _font_of(row.text, look, pixels)
    edge = max(1, pixels // 14)
    reach = 3 * edge + 2
    wide = round(width_of(row, look))
    ink = Image.new("L", (wide + 2 * reach, round(pixels * 1.6) + 2 * reach))
    pen = ImageDraw.Draw(ink)
    start = reach
    if row.pin:
        _pin(pen, start, reach + pixels // 6, pixels)
        start += round(pixels * 1.1)
    pen.text((start, reach), row.text, 255, font)
    corner = (at[0] - reach, at[1] - reach)
    if look.shadow != "none":
        shade = ink
        if look.shadow == "outline":
            shade = ink.filter(ImageFilter.MaxFilter(2 * edge + 1))
        elif look.shadow == "soft":
            shade = ink.filter(ImageFilter.GaussianBlur(edge))
        offset = 0 if look.shadow == "outline" else edge
        strength = 0.55 if look.shadow == "thin" else 0.85
        mask = shade.point([round(level * strength) for level in range(256)])
        picture.paste("#101010", (corner[0] + offset, corner[1] + offset), mask)
    mask = ink.point([level * look.opacity // 255 for level in range(256)])
    picture.paste(look.ink, corner, mask)


def _pin(pen: ImageDraw.ImageDraw, x: int, y: int, pixels: int) -> None:
    """A place mark: a drop with a hole."""
    wide = round(pixels * 0.7)
    pen.ellipse((x, y, x + wide, y + wide), 255)
    pen.polygon([(x + wide * 0.1, y + wide * 0.7), (x + wide * 0.9, y + wide * 0.7),
                 (x + wide * 0.5, y + wide * 1.35)], 255)  # fmt: skip
    pen.ellipse((x + wide * 0.32, y + wide * 0.3, x + wide * 0.68, y + wide * 0.66), 0)


def _panel(picture: Image.Image, area: Box, box: tuple[str, int], radius: int) -> None:
    mask = Image.new("L", (area[2] - area[0], area[3] - area[1]))
    shape = (0, 0, mask.width - 1, mask.height - 1)
    ImageDraw.Draw(mask).rounded_rectangle(shape, radius, box[1])
    picture.paste(box[0], (area[0], area[1]), mask)


def _legible(picture: Image.Image, look: Look, area: Box) -> Look:
    """The look with a shadow where the ink alone would drown, as cameras' designers see to it."""
    under = ImageStat.Stat(picture.crop(area).convert("L"))
    clear = abs(under.mean[0] - _brightness(look.ink)) - under.stddev[0]
    if clear > 90 or _brightness(look.ink) < 128:
        return look
    return replace(look, shadow="thin" if look.shadow == "none" and clear > 30 else
                   "outline" if look.shadow == "none" or clear < 0 else look.shadow)  # fmt: skip


def _brightness(colour: str) -> float:
    red, green, blue = ImageColor.getrgb(colour)[:3]
    return 0.299 * red + 0.587 * green + 0.114 * blue


def _fitted(
    rows: Sequence[Row], look: Look, room: int, height: int, long_side: int
) -> tuple[Look, list[Row]]:
    """The rows broken into lines that fit, in letters as large as they can be."""
    smallest = max(SMALLEST_PX, round(long_side * _SMALLEST_SHARE))
    while True:
        lines = [line for row in rows for line in _wrapped(row, look, room)]
        whole = all(width_of(row, look) <= room for row in rows if not row.wraps)
        low = sum(_tall(line, look) for line in lines) <= height
        if (whole and low) or look.size <= smallest:
            return look, lines
        look = replace(look, size=max(smallest, round(look.size * 0.92)))


def _wrapped(row: Row, look: Look, room: int) -> list[Row]:
    """Broken between Chinese characters or at blanks, never within a number."""
    lines = [replace(row, text="")]
    for word in re.findall(r"[!-~°′″]+(?:：\d+)* *|. *", row.text):
        longer = replace(lines[-1], text=lines[-1].text + word)
        if lines[-1].text and width_of(longer, look) > room:
            lines.append(replace(row, text=word, pin=False))
        else:
            lines[-1] = longer
    return [replace(line, text=line.text.rstrip()) for line in lines]


def _font_of(text: str, look: Look, pixels: int) -> ImageFont.FreeTypeFont:
    plain = all(letter < "ÿ" or letter in "′″" for letter in text)
    return _font(look.digits if plain else look.face, pixels)


def width_of(row: Row, look: Look) -> float:
    """Pixels that a row takes, its pin included."""
    pixels = round(look.size * row.scale)
    pin = pixels * 1.1 if row.pin else 0.0
    return _font_of(row.text, look, pixels).getlength(row.text) + pin


def _tall(row: Row, look: Look) -> float:
    return look.size * row.scale * look.leading
