"""Whether a photo looks like one taken off a screen: a hint for people, never a judgement.

A screen's pixel is three stripes side by side: red, green, blue. Photographed, they leave a fine
pattern whose hue turns round the colour circle, always in the same sense. Grids of metal, cloth,
brick or print have one colour and another: their hue swings to and fro. As one complex number a
pixel, a swing has the same spectrum at a frequency and at its negative, a turn stands at one of
the two. That is looked for in many small patches, and believed where it is the strongest pattern
there, at about the same frequency over most of the picture.

Two things besides screens can make hues turn: the sensor sees one colour a pixel, and JPEG halves
the colours' resolution. A pattern between a quarter and half a cycle a pixel is folded by both,
and a coloured cloth then looks like a screen. So nothing is said of screens with 2.7 to 4.3 camera
pixels to a pixel, nor of those under 1.8, which the lens blurs, nor of displays without stripes.
`benchmarks/screen_pattern.py` measures what remains.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Plane: TypeAlias = NDArray[np.float32]

PATCH = 256
"""Pixels. Colours are looked at in halves of its resolution, brightness in its middle half."""
GRID = 6
"""Patches across and down, from edge to edge."""
SMALLEST = 1200
"""Pixels of the shorter side. In smaller pictures the patches overlap too much to tell how much
of the picture a screen fills; messengers' copies are smaller, and have mostly lost the pattern."""
FEWEST, EXTENT = 13, 0.4
"""Patches that must agree, and the share of the grid of their middles that they must span: a
screen over half the picture spans 0.36. Dark and busy parts between them need not agree."""

_SIDE = PATCH // 2
_TOGETHER = 0.06
"""Cycles a pixel by which patches may differ, for a screen stands askew to the camera."""
_LOWEST, _NEAR, _FAR = 0.015, 0.12, 0.23
"""Cycles a pixel. Below the first, plain scenes drift through the hues; from the second on, the
brightness must have its strongest pattern there, too."""
_TURNING = 5.0
"""Power at the frequency to power at its negative; grids and cloth have up to 2.5 up to `_NEAR`."""
_APART = 0.3
"""Of the power around it, what a peak of its own holds; noise 0.1, edges up to 0.3."""
_FAINTEST = 0.5
"""Levels. JPEG's rounding leaves patterns of up to 0.3."""
_STRONGEST = 0.3
"""Of the strongest pattern of colour in the patch: its by-products do not count."""
_SAME = 0.02
_PEAK, _AROUND = 5, 17
_TRIES = 3


class _Turn(NamedTuple):
    """A turning hue in one patch: which, and its frequency in cycles a pixel, across and down."""

    patch: int
    across: float
    down: float


def shows_screen_pattern(picture: Image.Image) -> bool:
    """Whether most of the picture bears the pattern of a screen's stripes.

    `picture` is as large as it was taken, for scaled copies have mostly lost the pattern. Other
    modes than RGB show none. False says nothing: many screens leave no trace.
    """
    if picture.mode != "RGB" or min(picture.size) < SMALLEST:
        return False
    turns = [turn for number, patch in _patches(picture) for turn in _turns(number, patch)]
    return any(_spans(_agreeing(turns, turn)) for turn in turns)


def _patches(picture: Image.Image) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    wide, tall = picture.size
    for number in range(GRID * GRID):
        row, column = divmod(number, GRID)
        left, top = (wide - PATCH) * column // (GRID - 1), (tall - PATCH) * row // (GRID - 1)
        yield number, np.asarray(picture.crop((left, top, left + PATCH, top + PATCH)))


def _agreeing(turns: Sequence[_Turn], like: _Turn) -> set[int]:
    """The patches whose hue turns in the same sense at about the same frequency."""
    return {
        turn.patch
        for turn in turns
        if np.hypot(turn.across - like.across, turn.down - like.down) < _TOGETHER
    }


def _spans(patches: set[int]) -> bool:
    if len(patches) < FEWEST:
        return False
    points = np.array([divmod(patch, GRID) for patch in patches], np.float32)
    return bool(cv2.contourArea(cv2.convexHull(points)) >= EXTENT * (GRID - 1) ** 2)


def _turns(number: int, patch: NDArray[np.uint8]) -> Iterator[_Turn]:
    """The hues that turn in a patch, (PATCH, PATCH, 3)."""
    half = cv2.resize(patch, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
    red, green, blue = half[:, :, 0], half[:, :, 1], half[:, :, 2]
    # The colour circle as a plane: grey is zero, and red, green and blue stand 120° apart.
    hue = (2 * red - green - blue) / np.float32(6**0.5) + 1j * (green - blue) / np.float32(2**0.5)
    across, down, away, usable = _frequencies()
    power, apart = _spectrum(hue)
    opposite = np.roll(power[::-1, ::-1], 1, (0, 1))
    rank = np.where(usable & (apart > _APART), (power + opposite) * away**2, 0)
    least = rank.max() * _STRONGEST**2
    rank[away > _FAR] = 0
    brightest = None
    for _ in range(_TRIES):
        y, x = divmod(int(rank.argmax()), _SIDE)
        if rank[y, x] <= least:
            return
        if power[y, x] < opposite[y, x]:
            y, x = -y % _SIDE, -x % _SIDE
        strength = float(np.sqrt(power[y, x]))
        if power[y, x] > _TURNING * opposite[y, x] and strength > _FAINTEST:
            brightest = brightest or _brightest(patch)
            here = across[y, x], down[y, x]
            if strength > brightest[0] and (away[y, x] < _NEAR or _same(here, brightest[1:])):
                yield _Turn(number, float(here[0]), float(here[1]))
        for row, column in ((y, x), (-y, -x)):
            near = np.arange(-_PEAK, _PEAK + 1)
            rank[np.ix_((row + near) % _SIDE, (column + near) % _SIDE)] = 0


def _same(one: tuple[float, float], other: tuple[float, ...]) -> bool:
    """Whether two frequencies are the same, or each other's negative, as brightness has both."""
    return any(
        np.hypot(one[0] - sign * other[0], one[1] - sign * other[1]) < _SAME for sign in (1, -1)
    )


def _brightest(patch: NDArray[np.uint8]) -> tuple[float, float, float]:
    """The strongest pattern of brightness: levels, and its frequency across and down."""
    inner = slice((PATCH - _SIDE) // 2, (PATCH + _SIDE) // 2)
    grey = cv2.cvtColor(np.ascontiguousarray(patch[inner, inner]), cv2.COLOR_RGB2GRAY)
    power, apart = _spectrum(grey.astype(np.complex64))
    across, down, away, _ = _frequencies()
    # Here the frequencies are those of whole pixels, twice as high as in the halves.
    power = np.where((apart > _APART) & (away > _LOWEST * 2), power, 0)
    y, x = divmod(int(power.argmax()), _SIDE)
    return float(np.sqrt(power[y, x])), float(2 * across[y, x]), float(2 * down[y, x])


def _spectrum(values: NDArray[np.complex64]) -> tuple[Plane, Plane]:
    """Of (_SIDE, _SIDE) values: the power around each frequency, and how far it stands apart.

    The power of a hue that turns with radius 1 is 1, that of a brightness of amplitude 2 as well.
    """
    window, scale = _window()
    waves = ((values - values.mean()) * window).astype(np.complex64)
    parts = cv2.dft(waves.view(np.float32).reshape(_SIDE, _SIDE, 2))
    power = (parts[:, :, 0] ** 2 + parts[:, :, 1] ** 2) / scale
    # Scenes have ever less of ever finer detail; weighed by frequency, peaks stand on even ground.
    weighed = power * _frequencies()[2] ** 2
    apart = _sums(weighed, _PEAK) / (_sums(weighed, _AROUND) + np.float32(1e-9))
    return _sums(power, _PEAK), apart


def _sums(plane: Plane, size: int) -> Plane:
    """Sums over a square around each point; a spectrum goes on at its opposite edge."""
    reach = size // 2
    wrapped = cv2.copyMakeBorder(plane, reach, reach, reach, reach, cv2.BORDER_WRAP)
    sums = cv2.boxFilter(wrapped, -1, (size, size), normalize=False)
    return np.asarray(sums[reach:-reach, reach:-reach])


@cache
def _window() -> tuple[Plane, np.float32]:
    """A window that fades towards the edges, and the power a wave of amplitude 1 has under it."""
    fade = np.hanning(_SIDE + 1)[:_SIDE].astype(np.float32)
    window = fade[:, None] * fade[None, :]
    return window, np.float32((window**2).sum() * _SIDE**2)


@cache
def _frequencies() -> tuple[Plane, Plane, Plane, NDArray[np.bool_]]:
    """Cycles a pixel across, down, and in all, in halved patches; and where patterns count.

    JPEG's blocks of 8 pixels (16 for colours) leave lines on the axes, at multiples of 1/16.
    """
    steps = np.fft.fftfreq(_SIDE).astype(np.float32) / 2
    across, down = (axis.astype(np.float32) for axis in np.meshgrid(steps, steps))
    away = np.hypot(across, down)
    one = 1.5 / PATCH
    on_lines = np.abs(steps * 16 - np.round(steps * 16)) < one * 16
    on_axis = np.abs(steps) < one
    blocks = (on_lines[None, :] & on_axis[:, None]) | (on_axis[None, :] & on_lines[:, None])
    return across, down, away, (away > _LOWEST - 1e-6) & ~blocks
