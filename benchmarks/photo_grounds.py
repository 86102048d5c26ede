"""What watermarks stand on: textures and shop floors drawn by the dice, so no photo is needed."""

from collections.abc import Callable, Mapping
from random import Random
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from app.sample_easel import Easel
from app.sample_photos import SCENES as FACTORY
from benchmarks.watermark_look import Face
from benchmarks.written_scenes import draw_scene

_Grid: TypeAlias = NDArray[np.float64]
# Those of the sample scenes that bear no lettering.
_PLAIN_FACTORY = ("machine", "line", "warehouse", "lab", "interview")
_WIDTH, _HEIGHT = 1600, 1200


def draw_ground(dice: Random, size: tuple[int, int]) -> tuple[str, Image.Image]:
    """A ground without any writing: its name, and the picture in RGB."""
    if dice.random() < 0.5:
        name = dice.choice(_PLAIN_FACTORY)
        easel = Easel(dice.getrandbits(32), "#c9d2d6")
        FACTORY[name](easel, "", dice.randint(0, 6))
        picture = easel.finished()
    else:
        name = dice.choice(tuple(_TEXTURES))
        picture = _TEXTURES[name](dice, np.random.default_rng(dice.getrandbits(32)))
    return name, _photographed(dice, picture, size)


def draw_written_ground(dice: Random, size: tuple[int, int], face: Face) -> tuple[str, Image.Image]:
    """A scene with writing of its own in that font: its name, and the picture in RGB."""
    name, picture = draw_scene(dice, face)
    return name, _photographed(dice, picture, size)


def _photographed(dice: Random, picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Of the camera's size, with its exposure and its grain."""
    picture = ImageOps.fit(picture, size, Image.Resampling.BICUBIC)
    light = dice.uniform(0.6, 1.15)
    picture = picture.point([min(255, round(level * light)) for level in range(256)] * 3)
    if dice.random() < 0.2:
        picture = picture.filter(ImageFilter.GaussianBlur(max(size) / 1600))
    grain = dice.uniform(0, 9)
    rng = np.random.default_rng(dice.getrandbits(32))
    noise = rng.normal(0, grain, (size[1], size[0], 1)).astype(np.int16)
    return Image.fromarray(np.clip(np.asarray(picture, np.int16) + noise, 0, 255).astype(np.uint8))


def _coloured(values: _Grid, low: str, high: str) -> Image.Image:
    """Values from 0 to 1 as colours between two."""
    grey = Image.fromarray((np.clip(values, 0, 1) * 255).astype(np.uint8))
    return ImageOps.colorize(grey, low, high)


def _clouds(rng: np.random.Generator, coarsest: int, octaves: int) -> _Grid:
    """Noise on several scales, from 0 to 1; `coarsest` cells on the long side."""
    total = np.zeros((_HEIGHT, _WIDTH))
    for octave in range(octaves):
        cells = coarsest * 2**octave
        small = Image.fromarray(rng.random((max(2, cells * 3 // 4), cells)).astype(np.float32))
        layer = np.asarray(small.resize((_WIDTH, _HEIGHT), Image.Resampling.BICUBIC))
        total += layer.astype(np.float64) / 2**octave
    low, high = total.min(), total.max()
    return np.asarray((total - low) / (high - low), np.float64)


def _colour(dice: Random, low: int, high: int) -> str:
    return "#" + "".join(f"{dice.randint(low, high):02x}" for _ in range(3))


def _noise(dice: Random, rng: np.random.Generator) -> Image.Image:
    """Cloudy surfaces: concrete, ground, tarpaulin."""
    values = _clouds(rng, dice.choice((4, 12, 40)), 5)
    return _coloured(values, _colour(dice, 20, 120), _colour(dice, 130, 250))


def _gradient(dice: Random, rng: np.random.Generator) -> Image.Image:
    """A sky or a wall under uneven light."""
    slope = np.add.outer(np.linspace(0, 1, _HEIGHT), np.linspace(0, dice.random(), _WIDTH))
    values = slope / slope.max() * 0.9 + _clouds(rng, 3, 2) * 0.1
    return _coloured(values, _colour(dice, 60, 160), _colour(dice, 170, 255))


def _bricks(dice: Random, rng: np.random.Generator) -> Image.Image:
    """A wall of bricks or tiles."""
    wide, tall = dice.randint(60, 160), dice.randint(24, 60)
    joint = dice.choice(("#b9b4aa", "#e4e1d8", "#6b6a66"))
    red, green, blue = dice.choice(((150, 80, 60), (170, 165, 160), (120, 100, 80), (90, 110, 120)))
    picture = Image.new("RGB", (_WIDTH, _HEIGHT), joint)
    pen = ImageDraw.Draw(picture)
    for row in range(_HEIGHT // tall + 1):
        for column in range(-1, _WIDTH // wide + 1):
            x, y = column * wide + row % 2 * wide // 2, row * tall
            by = dice.randint(-28, 28)
            pen.rectangle((x + 3, y + 3, x + wide - 3, y + tall - 3),
                          (red + by, green + by, blue + by))  # fmt: skip
    rough = Image.fromarray((_clouds(rng, 60, 4) * 255).astype(np.uint8)).convert("RGB")
    return Image.blend(picture, rough, 0.15)


def _foliage(dice: Random, rng: np.random.Generator) -> Image.Image:
    """Leaves in light and shade."""
    picture = _coloured(_clouds(rng, 6, 4), "#14200f", "#4d6b33")
    pen = ImageDraw.Draw(picture)
    for _ in range(9000):
        x, y = dice.randrange(_WIDTH), dice.randrange(_HEIGHT)
        long, short = dice.randint(5, 22), dice.randint(3, 9)
        if dice.random() < 0.5:
            long, short = short, long
        light = dice.randint(-40, 90)
        pen.ellipse((x - long, y - short, x + long, y + short),
                    (70 + light, 110 + light, 50 + light // 2))  # fmt: skip
    return picture


def _gravel(dice: Random, rng: np.random.Generator) -> Image.Image:
    """Stones, chips or castings in a box."""
    values = _clouds(rng, 50, 3)
    picture = _coloured(values, "#3c3a37", "#8f8b84")
    pen = ImageDraw.Draw(picture)
    for _ in range(5000):
        x, y, r = dice.randrange(_WIDTH), dice.randrange(_HEIGHT), dice.randint(5, 17)
        light = dice.randint(70, 225)
        pen.ellipse((x - r, y - r * 0.7, x + r, y + r * 0.7), (light, light - 4, light - 10))
        pen.arc((x - r, y - r * 0.7, x + r, y + r * 0.7), 20, 170, (40, 38, 36), 2)
    return picture


def _corrugated(dice: Random, rng: np.random.Generator) -> Image.Image:
    """Sheet metal, shutters, grilles."""
    count = dice.randint(20, 110)
    wave = (np.sin(np.linspace(0, count * np.pi, _WIDTH)) + 1) / 2
    values = np.tile(wave, (_HEIGHT, 1)) * 0.7 + _clouds(rng, 8, 4) * 0.3
    picture = _coloured(values, _colour(dice, 60, 130), _colour(dice, 150, 245))
    if dice.random() < 0.5:
        return picture
    return picture.transpose(Image.Transpose.ROTATE_90).resize((_WIDTH, _HEIGHT))


def _clutter(dice: Random, rng: np.random.Generator) -> Image.Image:
    """Shelves full of boxes, cables and parts, in all colours."""
    picture = _coloured(_clouds(rng, 5, 3), "#33373a", "#9a9c98")
    pen = ImageDraw.Draw(picture)
    for _ in range(700):
        x, y = dice.randrange(_WIDTH), dice.randrange(_HEIGHT)
        wide, tall = dice.randint(8, 120), dice.randint(6, 80)
        if dice.random() < 0.6:
            edge = _colour(dice, 20, 90)
            pen.rectangle((x, y, x + wide, y + tall), _colour(dice, 30, 240), edge, 2)
        else:
            far = (x + dice.randint(-160, 160), y + dice.randint(-160, 160))
            pen.line([(x, y), far], _colour(dice, 10, 230), dice.randint(2, 7))
    return picture


_TEXTURES: Mapping[str, Callable[[Random, np.random.Generator], Image.Image]] = {
    "noise": _noise,
    "gradient": _gradient,
    "bricks": _bricks,
    "foliage": _foliage,
    "gravel": _gravel,
    "corrugated": _corrugated,
    "clutter": _clutter,
}
