"""Different shots of similar scenes, and copies of a shot, as `near_duplicates` needs them.

The shots of one place share their background to the pixel, and differ as shots from the hand do:
people stand elsewhere or nobody does, the camera is shifted, turned and tilted by up to three
hundredths, light and noise are others, and the watermark tells another minute.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random
from typing import NamedTuple, TypeAlias

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFont

from app.sample_easel import Easel
from app.sample_photos import SCENES

_FONT = Path(__file__).parent.parent / "resources" / "fonts" / "NotoSansSC-Bold.ttf"
_SIGNS = (
    "示例·松江汽车零部件有限公司",
    "示例·北湖食品股份有限公司",
    "示例·净月光电科技有限公司",
    "示例·伊通河制药有限公司",
)


def shot(place: int, number: int) -> Image.Image:
    """One of a place's shots, 1600 by 1200; equal arguments give equal pictures."""
    dice = Random(f"{place}/{number}")
    easel = Easel(place, "#c9d2d6")
    list(SCENES.values())[place % len(SCENES)](easel, _SIGNS[place % len(_SIGNS)], 0)
    # What was drawn is the place's; what follows, and the grain, is the shot's.
    easel.dice = dice
    people = dice.randrange(5)
    left = dice.uniform(80, 900)
    room = (left, min(1560, left + people * dice.uniform(90, 190)))
    feet, height = dice.uniform(1040, 1180), dice.uniform(400, 600)
    easel.row(people, feet, height, room, helmets=dice.random() < 0.5)
    picture = by_hand(easel.finished(), dice)
    minute = 9 * 60 + place % 400 + number * 4 + dice.randrange(4)
    return stamped(picture, Random(place), f"{minute // 60:02}:{minute % 60:02}")


def by_hand(picture: Image.Image, dice: Random) -> Image.Image:
    """The same view from a hand that moved: shifted, turned, tilted, in other light, with noise."""
    width, height = picture.size
    frame = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    turn, middle = np.radians(dice.uniform(-1.5, 1.5)), frame.mean(0)
    about = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    shift = [dice.uniform(-0.02, 0.02) * width, dice.uniform(-0.02, 0.02) * height]
    tilt = [[dice.uniform(-0.01, 0.01) * side for side in picture.size] for _ in frame]
    # A little nearer, too, so that no edge of the picture comes into view.
    seen = (frame - middle) @ about.T * dice.uniform(1.07, 1.1) + middle + shift + tilt
    lens = cv2.getPerspectiveTransform(frame, seen.astype(np.float32))
    turned = cv2.warpPerspective(
        np.asarray(picture),
        lens,
        picture.size,
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REFLECT,
    )
    noise = np.random.default_rng(dice.randrange(1 << 32)).standard_normal(
        (height, width, 1), np.float32
    )
    lit = turned * np.float32(dice.uniform(0.94, 1.06)) + noise * np.float32(dice.uniform(2, 5))
    return Image.fromarray(lit.clip(0, 255).astype(np.uint8))


@cache
def _font(pixels: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FONT, pixels)


def stamped(picture: Image.Image, dice: Random, clock: str) -> Image.Image:
    """The picture with a watermark in a corner, with or without a card behind, as dice fall."""
    picture = picture.copy()
    pen = ImageDraw.Draw(picture, "RGBA")
    unit = min(picture.size) / 30
    lines = (
        f"2025.06.{dice.randrange(1, 31):02}",
        f"长春市示例路{dice.randrange(900)}号",
        "示例诊断团队",
    )
    size = unit * dice.uniform(0.9, 1.2)
    wide = max(_font(round(size)).getlength(line) for line in lines) + unit
    high = size * 2.9 + len(lines) * size * 1.5 + unit
    left = unit if dice.random() < 0.6 else picture.width - unit - wide
    top = unit if dice.random() < 0.2 else picture.height - unit - high
    if dice.random() < 0.7:
        pen.rounded_rectangle((left, top, left + wide, top + high), unit / 2, (13, 16, 20, 150))
    pen.text((left + unit / 2, top), clock, "#ffffff", _font(round(size * 2.4)))
    for row, line in enumerate(lines):
        at = left + unit / 2, top + size * (3.2 + row * 1.5)
        pen.text(at, line, "#ffffff", _font(round(size)))
    return picture


Change: TypeAlias = Callable[[Image.Image, Random], Image.Image]


class Copy(NamedTuple):
    """A way to save a picture again: what is done to it, and the JPEG quality."""

    name: str
    change: Change
    quality: int


def _same(picture: Image.Image, _dice: Random) -> Image.Image:
    return picture


def _quarter(picture: Image.Image, _dice: Random) -> Image.Image:
    return picture.resize((picture.width // 4, picture.height // 4), Image.Resampling.LANCZOS)


def _messenger(picture: Image.Image, _dice: Random) -> Image.Image:
    small = picture.copy()
    small.thumbnail((1280, 1280), Image.Resampling.LANCZOS)
    return small


def _cut(picture: Image.Image, left: float, top: float, right: float, bottom: float) -> Image.Image:
    width, height = picture.size
    return picture.crop(
        (round(left * width), round(top * height),
         round((1 - right) * width), round((1 - bottom) * height))
    )  # fmt: skip


def _side_cut(picture: Image.Image, dice: Random) -> Image.Image:
    cuts = [0.08, 0.0, 0.0, 0.0]
    dice.shuffle(cuts)
    return _cut(picture, *cuts)


def _round_cut(picture: Image.Image, _dice: Random) -> Image.Image:
    return _cut(picture, 0.08, 0.08, 0.08, 0.08)


def _free_cut(picture: Image.Image, dice: Random) -> Image.Image:
    return _cut(picture, *(dice.uniform(0, 0.08) for _ in range(4)))


def _brighter(picture: Image.Image, _dice: Random) -> Image.Image:
    return ImageEnhance.Brightness(picture).enhance(1.15)


def _darker(picture: Image.Image, _dice: Random) -> Image.Image:
    return ImageEnhance.Brightness(picture).enhance(0.85)


def _recoloured(picture: Image.Image, dice: Random) -> Image.Image:
    if dice.random() < 0.3:
        return picture.convert("L")
    strong = ImageEnhance.Color(picture).enhance(dice.uniform(0.4, 1.8))
    return ImageEnhance.Contrast(strong).enhance(dice.uniform(0.85, 1.15))


def _restamped(picture: Image.Image, dice: Random) -> Image.Image:
    clock = f"{dice.randrange(24):02}:{dice.randrange(60):02}"
    return stamped(picture, dice, clock)


def _then(*changes: Change) -> Change:
    def changed(picture: Image.Image, dice: Random) -> Image.Image:
        for change in changes:
            picture = change(picture, dice)
        return picture

    return changed


COPIES = (
    Copy("quality 40", _same, 40),
    Copy("25 %", _quarter, 85),
    Copy("8 % off a side", _side_cut, 85),
    Copy("8 % off all round", _round_cut, 85),
    Copy("brightness +15 %", _brighter, 85),
    Copy("brightness -15 %", _darker, 85),
    Copy("recoloured", _recoloured, 85),
    Copy("another watermark", _restamped, 85),
    Copy("cut, another watermark", _then(_side_cut, _restamped), 85),
    Copy("by messenger", _messenger, 70),
    Copy("cut, by messenger", _then(_side_cut, _messenger), 70),
    Copy("brighter, 25 %, quality 40", _then(_brighter, _quarter), 40),
    Copy("all round, 25 %, quality 40", _then(_round_cut, _quarter), 40),
    Copy("cut freely, darker, by messenger", _then(_free_cut, _darker, _messenger), 70),
)
