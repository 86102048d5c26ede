"""A phone's camera before a flat surface: what its lens, its sensor and its JPEG make of it.

A surface is asked for the light at points in its own cells: a screen's are its pixels, a fabric's
its threads. Moiré then comes about as it does in a phone, when a sensor that sees one colour at
each point samples a pattern as fine as itself. Nothing here knows how the program looks for it.
"""

from dataclasses import dataclass
from io import BytesIO
from random import Random
from typing import Any, Protocol, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Light: TypeAlias = NDArray[np.floating[Any]]
"""Linear light, 0 to 1, of one colour: shape (rows, columns)."""
GAMMA = 2.2
_STRIP = 96
_MARGIN = 4


class Surface(Protocol):
    """A flat thing that shines or is lit."""

    def light(self, u: Light, v: Light, step: float, colour: int) -> Light:
        """Light of one colour (0 red, 1 green, 2 blue) at points given in the surface's cells.

        `step` is the distance of neighbouring points in cells: edges are softened over it.
        """


@dataclass(frozen=True, slots=True)
class Shot:
    """How one photo is taken.

    `pitch` is camera pixels to a cell at the picture's middle, `angle` degrees, `tilt` how much
    larger the cells are at one edge than in the middle, across and down. `blur` is the lens's
    spread (standard deviation in camera pixels), `fringe` by how much red is larger and blue
    smaller than green, `well` the electrons of white (few are noisy). `calm` is the spread by
    which the phone smooths colour noise, 0 for none, `crisp` how much it sharpens.
    """

    size: tuple[int, int]
    pitch: float
    angle: float = 0.0
    tilt: tuple[float, float] = (0.0, 0.0)
    blur: float = 0.6
    fringe: float = 0.0
    well: float = 3000.0
    exposure: float = 0.8
    veil: float = 0.01
    calm: float = 0.0
    crisp: float = 0.0
    quality: int = 85
    full_colour: bool = False
    clever_mosaic: bool = True
    seed: int = 0


def draw_shot(dice: Random, size: tuple[int, int], pitch: float) -> Shot:
    """A shot as a hand takes it, all but size and pitch by the dice."""
    return Shot(
        size=size, pitch=pitch,
        angle=dice.choice((0, 0, 0, 90)) + dice.gauss(0, 2.5),
        tilt=(dice.gauss(0, 0.03), dice.gauss(0, 0.03)),
        blur=dice.uniform(0.45, 0.95), fringe=dice.gauss(0, 1.5e-4),
        well=dice.uniform(700, 6000), exposure=dice.uniform(0.5, 1.1),
        veil=dice.uniform(0, 0.05), calm=dice.choice((0.0, 0.0, 1.0, 1.5)),
        crisp=dice.choice((0.0, 0.4, 0.8)), quality=dice.randint(60, 92),
        full_colour=dice.random() < 0.25, clever_mosaic=dice.random() < 0.5,
        seed=dice.getrandbits(32),
    )  # fmt: skip


def take(surface: Surface, shot: Shot) -> Image.Image:
    """The photo of that surface, middle on middle (the surface's middle is its cell 0, 0)."""
    rng = np.random.default_rng(shot.seed)
    raw = np.clip(_exposed(surface, shot) * shot.exposure + shot.veil, 0, 1)
    mosaic = _mosaic(raw)
    mosaic = mosaic + rng.normal(0, 1, mosaic.shape) * np.sqrt(mosaic * shot.well + 6) / shot.well
    levels = (np.clip(mosaic, 0, 1) * 65535).astype(np.uint16)
    # OpenCV names the pattern by its second row: this is red first.
    way = cv2.COLOR_BayerBG2RGB_EA if shot.clever_mosaic else cv2.COLOR_BayerBG2RGB
    colours = cv2.cvtColor(levels, way).astype(np.float32) / 65535
    return _saved(_developed(colours, shot), shot)


def _exposed(surface: Surface, shot: Shot) -> NDArray[np.float32]:
    """The light on each camera pixel, all three colours, before the mosaic."""
    wide, tall = shot.size
    whole = np.empty((tall, wide, 3), np.float32)
    fine = 3 if shot.pitch < 2.5 else 2
    step = 1 / (fine * shot.pitch)
    across = ((np.arange((wide + 2 * _MARGIN) * fine) + 0.5) / fine - _MARGIN) - wide / 2
    for top in range(0, tall, _STRIP):
        rows = min(_STRIP, tall - top)
        down = ((np.arange((rows + 2 * _MARGIN) * fine) + 0.5) / fine - _MARGIN) + top - tall / 2
        for colour in range(3):
            grow = 1 + (1 - colour) * shot.fringe
            u, v = _cells(across * grow, down * grow, shot)
            light = surface.light(u, v, step, colour)
            spread = shot.blur * fine
            soft = cv2.GaussianBlur(light, (0, 0), spread)
            size = (wide + 2 * _MARGIN, rows + 2 * _MARGIN)
            pixels = cv2.resize(soft, size, interpolation=cv2.INTER_AREA)
            whole[top : top + rows, :, colour] = pixels[_MARGIN:-_MARGIN, _MARGIN:-_MARGIN]
    return whole


def _cells(
    across: NDArray[np.float64], down: NDArray[np.float64], shot: Shot
) -> tuple[Light, Light]:
    """Where camera points (pixels from the middle) lie on the surface, in its cells."""
    wide, tall = shot.size
    x, y = across.astype(np.float32)[None, :], down.astype(np.float32)[:, None]
    depth = 1 + shot.tilt[0] * x * 2 / wide + shot.tilt[1] * y * 2 / tall
    turn = np.deg2rad(shot.angle)
    cos, sin = np.float32(np.cos(turn) / shot.pitch), np.float32(np.sin(turn) / shot.pitch)
    return (x * cos - y * sin) / depth, (x * sin + y * cos) / depth


def _mosaic(colours: NDArray[np.float32]) -> NDArray[np.float32]:
    """What a sensor keeps, which sees one colour a pixel: red and blue on every second row."""
    mosaic = colours[:, :, 1].copy()
    mosaic[0::2, 0::2] = colours[0::2, 0::2, 0]
    mosaic[1::2, 1::2] = colours[1::2, 1::2, 2]
    return mosaic


def _developed(colours: NDArray[np.float32], shot: Shot) -> NDArray[np.uint8]:
    """Gamma, sharpening, and the smoothing of colour noise."""
    seen = np.clip(colours, 0, 1) ** np.float32(1 / GAMMA) * 255
    if shot.crisp:
        seen = seen + shot.crisp * (seen - cv2.GaussianBlur(seen, (0, 0), 1.2))
    levels: NDArray[np.uint8] = np.clip(seen, 0, 255).astype(np.uint8)
    if not shot.calm:
        return levels
    parts = cv2.cvtColor(levels, cv2.COLOR_RGB2YCrCb)
    parts[:, :, 1:] = cv2.GaussianBlur(parts[:, :, 1:], (0, 0), shot.calm)
    calm: NDArray[np.uint8] = np.asarray(cv2.cvtColor(parts, cv2.COLOR_YCrCb2RGB), np.uint8)
    return calm


def _saved(levels: NDArray[np.uint8], shot: Shot) -> Image.Image:
    """The photo as it is read back from its file."""
    out = BytesIO()
    subsampling = 0 if shot.full_colour else 2
    Image.fromarray(levels).save(out, "JPEG", quality=shot.quality, subsampling=subsampling)
    with Image.open(BytesIO(out.getvalue())) as image:
        return image.convert("RGB")
