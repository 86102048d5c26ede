"""Surfaces before the camera: screens, and what else in a factory is regular and fine."""

from dataclasses import dataclass, field
from random import Random
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.screen_camera import GAMMA, Light

Levels: TypeAlias = NDArray[np.uint8]


def _edge(distance: Light, half: float, step: float) -> Light:
    """1 within `half` of a line, 0 beyond, softened over `step`."""
    reach = np.abs(distance)
    reach *= np.float32(-1 / step)
    reach += np.float32(half / step + 0.5)
    return np.clip(reach, 0, 1, out=reach)


def _from_line(points: Light, line: float) -> Light:
    """Distance of each point to the nearest line among those one cell apart."""
    away = points - np.float32(line)
    away -= np.rint(away)
    return away


@dataclass(frozen=True, slots=True)
class Sheet:
    """A smooth picture that fills the plane around the middle: a print, a drawn scene."""

    shown: Levels
    cells: float
    """Width in cells."""

    def light(self, u: Light, v: Light, step: float, colour: int) -> Light:
        scale = self.shown.shape[1] / self.cells
        return _looked_up(
            self.shown[:, :, colour], u * np.float32(scale), v * np.float32(scale), cv2.INTER_LINEAR
        )


def _looked_up(levels: Levels, x: Light, y: Light, how: int) -> Light:
    """Linear light of a picture at points from its middle; its edge goes on outside."""
    x = x + np.float32(levels.shape[1] / 2 - 0.5)
    y = y + np.float32(levels.shape[0] / 2 - 0.5)
    found = cv2.remap(np.ascontiguousarray(levels), x, y, how, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(_LINEAR[found])


_LINEAR = ((np.arange(256) / 255) ** GAMMA).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Screen:
    """An LCD: each pixel three upright stripes, red, green, blue, in a black matrix.

    `shown` is what it shows, a pixel for a cell. Around it is `room`, as wide as `room_cells`.
    """

    shown: Levels
    room: Sheet
    order: tuple[int, int, int] = (0, 1, 2)
    stripe: float = 0.27
    row: float = 0.86

    def light(self, u: Light, v: Light, step: float, colour: int) -> Light:
        tall, wide = self.shown.shape[:2]
        at = self.order.index(colour)
        lit = _edge(_from_line(u, (at + 0.5) / 3), self.stripe / 2, step)
        lit *= _edge(_from_line(v, 0.5), self.row / 2, step)
        # The same brightness as without the matrix: screens are exposed for.
        lit *= np.float32(1 / (3 * self.stripe * self.row) * 2.2)
        half = np.float32(0.5)
        pixel = np.floor(u) + half, np.floor(v) + half
        light = lit * _looked_up(self.shown[:, :, colour], *pixel, cv2.INTER_NEAREST)
        if np.abs(u).max() < wide / 2 - 1 and np.abs(v).max() < tall / 2 - 1:
            return np.asarray(light)
        inside = _edge(u, wide / 2, step) * _edge(v, tall / 2, step)
        bezel = _edge(u, wide / 2 + 12, step) * _edge(v, tall / 2 + 12, step)
        around = (1 - bezel) * self.room.light(u, v, step, colour)
        return np.asarray(inside * light + around)


@dataclass(frozen=True, slots=True)
class Pentile(Screen):
    """A phone's OLED: a green dot in each cell, red and blue in turn, like a chess board."""

    def light(self, u: Light, v: Light, step: float, colour: int) -> Light:
        half = np.float32(0.5)
        column, line = np.floor(u), np.floor(v)
        reach = np.hypot(u - column - half, v - line - half)
        lit = _edge(reach, 0.26 if colour == 1 else 0.36, step)
        if colour != 1:
            even = (column + line) % 2 == 0
            lit *= even if colour == 0 else ~even
        found = _looked_up(self.shown[:, :, colour], column + half, line + half, cv2.INTER_NEAREST)
        return lit * found * np.float32(3.0)


@dataclass(frozen=True, slots=True)
class Texture:
    """A regular surface: `kind` names its pattern, `ink` and `ground` its two colours (0 to 1).

    `drift` (cells) bends its lines a little and slowly, as sheets and cloth are never flat.
    """

    kind: str
    ink: tuple[float, float, float]
    ground: tuple[float, float, float]
    duty: float
    drift: float
    tints: NDArray[np.float32] = field(repr=False)

    def light(self, u: Light, v: Light, step: float, colour: int) -> Light:
        if self.drift:
            u, v = u + self.drift * np.sin(v / 31), v + self.drift * np.sin(u / 47)
        covered = getattr(self, f"_{self.kind}")(u, v, step)
        tint = self._tints(u, v) if self.kind in {"bricks", "weave", "keys"} else 1.0
        light = self.ground[colour] + (self.ink[colour] - self.ground[colour]) * covered
        return np.asarray(light * tint, np.float32)

    def _tints(self, u: Light, v: Light) -> Light:
        rows = np.floor(v).astype(np.int32) % 64
        columns = np.floor(u).astype(np.int32) % 64
        return np.asarray(self.tints[rows, columns])

    def _grating(self, u: Light, v: Light, step: float) -> Light:
        return _edge(_from_line(u, 0.5), self.duty / 2, step)

    def _mesh(self, u: Light, v: Light, step: float) -> Light:
        thin = self.duty / 3
        bars = _edge(_from_line(u, 0.5), thin, step), _edge(_from_line(v, 0.5), thin, step)
        return np.maximum(*bars)

    def _holes(self, u: Light, v: Light, step: float) -> Light:
        shifted = u + (np.floor(v) % 2) * np.float32(0.5)
        away = np.hypot(_from_line(shifted, 0.5), _from_line(v, 0.5))
        return _edge(away, self.duty * 0.6, step)

    def _bricks(self, u: Light, v: Light, step: float) -> Light:
        shifted = u / 2 + (np.floor(v) % 2) * np.float32(0.5)
        upright = _edge(_from_line(shifted, 0), 0.04, step / 2)
        return np.maximum(upright, _edge(_from_line(v, 0), 0.08, step))

    def _weave(self, u: Light, v: Light, step: float) -> Light:
        over = (np.floor(u) + np.floor(v)) % 2
        warp = np.cos(_from_line(u, 0.5) * np.float32(np.pi))
        weft = np.cos(_from_line(v, 0.5) * np.float32(np.pi))
        return np.asarray(over * warp + (1 - over) * weft * np.float32(self.duty))

    def _keys(self, u: Light, v: Light, step: float) -> Light:
        return _edge(_from_line(u, 0.5), 0.4, step) * _edge(_from_line(v, 0.5), 0.4, step)


KINDS = ("grating", "mesh", "holes", "bricks", "weave", "keys")


def draw_texture(dice: Random, kind: str) -> Texture:
    """A surface of that kind, metal grey or coloured."""
    grey = dice.uniform(0.02, 0.7)
    coloured = dice.random() < 0.6
    ink = tuple(dice.uniform(0.02, 0.9) if coloured else grey for _ in range(3))
    shade = dice.uniform(0.02, 0.9)
    ground = tuple(dice.uniform(0.02, 0.9) if dice.random() < 0.4 else shade for _ in range(3))
    rng = np.random.default_rng(dice.getrandbits(32))
    tints = (1 + rng.normal(0, dice.uniform(0, 0.12), (64, 64))).astype(np.float32)
    drift = dice.choice((0.0, 0.0, 0.5, 2.0))
    return Texture(kind, ink, ground, dice.uniform(0.25, 0.75), drift, tints)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Halftone:
    """A printed picture: cyan, magenta and yellow dots, each on lines at its own angle."""

    shown: Sheet

    def light(self, u: Light, v: Light, step: float, colour: int) -> Light:
        angle = np.deg2rad((15.0, 75.0, 0.0)[colour])
        cos, sin = np.float32(np.cos(angle)), np.float32(np.sin(angle))
        x, y = u * cos - v * sin, u * sin + v * cos
        wanted = self.shown.light(u, v, step, colour)
        away = np.hypot(_from_line(x, 0.5), _from_line(y, 0.5))
        reach = np.sqrt((1 - wanted) / np.pi).astype(np.float32)
        covered = np.clip((reach - away) / np.float32(step) + np.float32(0.5), 0, 1)
        black = self._black(u, v, step)
        return np.asarray((1 - covered * np.float32(0.9)) * black * np.float32(0.85))

    def _black(self, u: Light, v: Light, step: float) -> Light:
        half = np.float32(np.sqrt(0.5))
        away = np.hypot(_from_line((u - v) * half, 0.5), _from_line((u + v) * half, 0.5))
        return np.asarray(1 - _edge(away, 0.18, step) * np.float32(0.8))


def levels_of(picture: Image.Image) -> Levels:
    """A picture's levels, (rows, columns, 3)."""
    return np.asarray(picture.convert("RGB"))
