"""Two pictures compared in full: one shot that was saved again, or two shots of one scene.

Saving, scaling and cropping move a shot's pixels along its own axes and in no other way. A second
shot from the hand is turned and tilted a little, and whatever moves has moved. So the pictures are
laid upon each other by matched features, then by all their pixels, and are one shot only where two
things hold: no turn or tilt is left, and nothing differs but what fits into one corner, as another
watermark does.

It runs in the process of `likeness`, where it may be killed.
"""

import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray
from PIL import Image

Plane: TypeAlias = MatLike
"""Grey levels, rows by columns: bytes as they were read, else floats."""
Mask: TypeAlias = NDArray[np.bool_]
Map: TypeAlias = NDArray[np.float64]
"""3 by 3, of points (x, y, 1) in pixels."""

SIDE_LEAST, SIDE_MOST = 200, 4096
"""Pixels of the longer side. A smaller picture shows too little to tell two shots apart."""

_SIDE = 640  # at most this many pixels are compared; the rest of a phone's photo is noise
_KEPT = 128  # views, of a third of a megabyte each

# Features: how many are looked for, in how many cells a side, how many are kept in each.
_FEATURES, _CELLS, _A_CELL = 3000, 8, 16
_CLEARLY = 0.8  # a match's distance by the second best one's: Lowe's ratio
_MATCHES_LEAST = 10
_REACH = 2.0  # pixels that a match may be off
# What chance leaves in a map by matches: copies were measured to 0.0035 and 0.5 %.
_TURN_COARSE, _ASPECT_OFF = 0.01, 0.02
_SCALE_LEAST = 0.2
_OVERLAP_LEAST = 0.4  # of either picture: a square cut from a wide photo is half of it

_WINDOW, _SOFT = 15, 1.0  # pixels: a face in a group; what JPEG at quality 40 blurs
_NOISE = 25.0  # variance in grey levels below which nothing is told apart
# Grey levels of what is black or blown out in one picture, and how it may look in the other.
_BLACK, _DIM, _PALE, _BLOWN = 4, 30, 200, 248
_DIFFERS = 0.6  # correlation; in copies, 0.01 % of the area is below it, and no patch
_SPECK = 0.0003  # of the common area: a patch of a watermark's digit has ten times as much
_CORNER = 0.25  # of the common area
_HOPELESS = 0.35
# Pixels. Copies were measured to 0.3, hand-held shots from 1.2, half of them over 4.
_TILT = 0.5
_TRIES = 3
# How far the pixels may correct the features: linear parts, pixels of shift, perspective.
_DRIFT = np.array([(0.05, 0.05, 8), (0.05, 0.05, 8), (0.001, 0.001, 1)])


@dataclass(frozen=True, slots=True)
class _View:
    """A picture of at most `_SIDE` pixels a side, and its features: where, and what they are."""

    grey: Plane
    points: NDArray[np.float32]
    marks: MatLike


@dataclass(frozen=True, slots=True)
class _Overlay:
    """One picture laid upon another.

    `common` is well within both; there, by pixel, stand either picture without its brightness and
    contrast, and their correlation. `lost` is what is black or blown out in one of them alone.
    """

    common: Mask
    upper: Plane
    ground: Plane
    alike: Plane
    lost: Mask


def same_picture(one: bytes, other: bytes) -> bool:
    """Whether two JPEG files show one shot, whatever was saved, scaled, cropped or recoloured.

    True as well where a corner bears another watermark. Raises OSError where one is no JPEG,
    ValueError where a picture is too small or too large to be compared.
    """
    a, b = _view(one), _view(other)
    lay = _matched(a, b)
    if lay is None:
        return False
    upper, ground = a.grey, b.grey
    if lay[0, 0] > 1:
        # The finer picture is brought down to the coarser one, which cannot be brought up.
        upper, ground, lay = ground, upper, _inverse(lay)
    rough = _laid(upper, ground, lay)
    if not _overlaps(rough.common, upper, lay):
        return False
    differs = rough.common & (rough.alike < _DIFFERS)
    if differs.sum() > _HOPELESS * rough.common.sum():
        return False
    # The features leave up to a pixel, which a first look at every other pixel corrects; where the
    # pictures have little detail, the second does not do at once, either.
    laid, warp = rough, _warp(rough, rough.common & ~_grown(differs), 15, step=2)
    for _ in range(_TRIES):
        if warp is None:
            return False
        lay = _inverse(_axes(*_carried(warp, laid.common))) @ lay
        laid = _laid(upper, ground, lay)
        corner = _corner(laid) if _overlaps(laid.common, upper, lay) else None
        if corner is None:
            return False
        warp = _warp(laid, laid.common & ~corner, 50)
        if warp is not None and _tilt(warp, laid.common) <= _TILT:
            return True
    return False


@lru_cache(maxsize=_KEPT)
def _view(data: bytes) -> _View:
    """What is compared of a picture; what was seen a moment ago is not looked at again."""
    with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
        side = max(image.size)
        if not SIDE_LEAST <= side <= SIDE_MOST:
            raise ValueError(f"{side} px")
        # libjpeg decodes at a fraction, and without colour.
        image.draft("L", (image.width * _SIDE // side, image.height * _SIDE // side))
        grey = image.convert("L")
    grey.thumbnail((_SIDE, _SIDE), Image.Resampling.LANCZOS)
    plane = np.asarray(grey)
    finder = cv2.ORB.create(nfeatures=_FEATURES, fastThreshold=7)
    found, marks = finder.compute(plane, _spread(finder.detect(plane, None), plane.shape))
    points = np.array([point.pt for point in found], np.float32).reshape(-1, 2)
    return _View(plane, points, marks)


def _spread(found: Sequence[cv2.KeyPoint], shape: tuple[int, ...]) -> list[cv2.KeyPoint]:
    """The strongest features of each cell: else a sign or a watermark would take most of them."""
    cells: Counter[tuple[int, int]] = Counter()
    kept = []
    for point in sorted(found, key=lambda point: point.response, reverse=True):
        cell = int(point.pt[0] * _CELLS / shape[1]), int(point.pt[1] * _CELLS / shape[0])
        if cells[cell] < _A_CELL:
            cells[cell] += 1
            kept.append(point)
    return kept


def _matched(a: _View, b: _View) -> Map | None:
    """The scaling and shift that carries `a` upon `b` by their features; None where there is none.

    A turn beyond what chance gives features is none, and neither is a mirroring.
    """
    if min(len(a.points), len(b.points)) < _MATCHES_LEAST:
        return None
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(a.marks, b.marks, k=2)
    clear = [best for best, next_ in pairs if best.distance < _CLEARLY * next_.distance]
    if len(clear) < _MATCHES_LEAST:
        return None
    here = a.points[[match.queryIdx for match in clear]]
    there = b.points[[match.trainIdx for match in clear]]
    cv2.setRNGSeed(1)  # equal pictures, equal answers
    # OpenCV's stubs do not say that both may be None.
    fit: tuple[Any, Any] = cv2.estimateAffinePartial2D(here, there, ransacReprojThreshold=_REACH)
    turned, fits = fit
    if turned is None or abs(turned[1, 0]) > _TURN_COARSE * abs(turned[0, 0]):
        return None
    kept = fits.ravel().astype(bool)
    if kept.sum() < _MATCHES_LEAST:
        return None
    lay = _axes(here[kept], there[kept])
    wide, high = lay[0, 0], lay[1, 1]
    if not _SCALE_LEAST < wide < 1 / _SCALE_LEAST or abs(wide / high - 1) > _ASPECT_OFF:
        return None
    return lay


def _axes(here: NDArray[np.floating], there: NDArray[np.floating]) -> Map:
    """The map by scaling and shifting each axis that carries points best to where they belong."""
    lay = np.eye(3)
    for axis in (0, 1):
        p, q = here[:, axis].astype(float), there[:, axis].astype(float)
        spread = p - p.mean()
        lay[axis, axis] = (spread @ q) / max(spread @ spread, 1e-9)
        lay[axis, 2] = q.mean() - lay[axis, axis] * p.mean()
    return lay


def _inverse(map_: Map) -> Map:
    return np.asarray(np.linalg.inv(map_), np.float64)


def _laid(upper: Plane, ground: Plane, lay: Map) -> _Overlay:
    size = ground.shape[1], ground.shape[0]
    if lay[0, 0] < 0.8:
        # Fine detail would alias.
        upper = cv2.GaussianBlur(upper, (0, 0), 0.4 / lay[0, 0])
    moved = cv2.warpAffine(upper, lay[:2], size, flags=cv2.INTER_CUBIC)
    inside = cv2.warpAffine(np.full_like(upper, 255), lay[:2], size, flags=cv2.INTER_NEAREST)
    edge = _WINDOW // 2 + 4
    # The frame's edge counts as outside, too.
    inside = cv2.copyMakeBorder(inside, edge, edge, edge, edge, cv2.BORDER_CONSTANT, value=0)
    common = cv2.erode(inside, np.ones((2 * edge + 1, 2 * edge + 1), np.uint8)) > 0
    x, y = (cv2.GaussianBlur(plane.astype(np.float32), (0, 0), _SOFT) for plane in (moved, ground))
    return _Overlay(common[edge:-edge, edge:-edge], *_evened(x, y))


def _evened(x: Plane, y: Plane) -> tuple[Plane, Plane, Plane, Mask]:
    """What `_Overlay` holds of two planes, one exactly over the other.

    The correlation is 1 where both are plainer than noise, and where it is lost; it is near 0 where
    one is plain and the other is not.
    """

    def mean(plane: Plane) -> Plane:
        return cv2.boxFilter(plane, -1, (_WINDOW, _WINDOW))

    mean_x, mean_y = mean(x), mean(y)
    spread_x = np.maximum(mean(x * x) - mean_x**2, 0)
    spread_y = np.maximum(mean(y * y) - mean_y**2, 0)
    both = mean(x * y) - mean_x * mean_y
    alike = np.asarray((both + _NOISE) / (np.sqrt(spread_x * spread_y) + _NOISE))
    lowest, highest = np.minimum(mean_x, mean_y), np.maximum(mean_x, mean_y)
    lost = ((highest > _BLOWN) & (lowest > _PALE)) | ((lowest < _BLACK) & (highest < _DIM))
    alike[lost] = 1
    evened = (
        (plane - middle) / np.sqrt(spread + _NOISE)
        for plane, middle, spread in ((x, mean_x, spread_x), (y, mean_y, spread_y))
    )
    return *evened, alike, lost & (highest - lowest > _BLACK)


def _overlaps(common: Mask, upper: Plane, lay: Map) -> bool:
    """Whether either picture lies in the other for the most part."""
    area = float(np.mean(common))
    return area >= _OVERLAP_LEAST and (
        area * common.size >= _OVERLAP_LEAST * upper.size * lay[0, 0] * lay[1, 1]
    )


def _grown(mask: Mask) -> Mask:
    """The mask and what the windows around it touch."""
    return cv2.dilate(mask.astype(np.uint8), np.ones((_WINDOW, _WINDOW), np.uint8)) > 0


def _warp(laid: _Overlay, where: Mask, rounds: int, step: int = 1) -> Map | None:
    """The homography that carries the ground upon the upper picture best, by the pixels `where`.

    With a `step`, by every so many pixels of every so many rows.
    """
    upper, ground = (np.ascontiguousarray(x[::step, ::step]) for x in (laid.upper, laid.ground))
    mask = np.ascontiguousarray((where & ~_grown(laid.lost))[::step, ::step], np.uint8)
    start = np.eye(3, dtype=np.float32)
    enough = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, rounds, 1e-6)
    try:
        _, warp = cv2.findTransformECC(
            ground, upper, start, cv2.MOTION_HOMOGRAPHY, enough, mask, 3
        )  # fmt: skip
    except cv2.error:  # it does not converge: nothing fits
        return None
    if not (np.abs(warp - start) < _DRIFT).all():
        return None
    scale = np.diag((float(step), float(step), 1.0))
    return np.asarray(scale @ warp @ _inverse(scale))


def _bounds(mask: Mask) -> tuple[slice, slice]:
    """The rows and columns that hold all of a mask that holds something."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def _carried(warp: Map, common: Mask) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points spread over what is common, 25 by x and y, and where a homography carries them."""
    rows, columns = _bounds(common)
    across, down = np.meshgrid(
        np.linspace(columns.start, columns.stop, 5), np.linspace(rows.start, rows.stop, 5)
    )
    grid = np.stack([across.ravel(), down.ravel()], 1)
    return grid, cv2.perspectiveTransform(grid[None], warp)[0]


def _tilt(warp: Map, common: Mask) -> float:
    """What of a homography is turn and tilt: the farthest that it carries a point, in pixels."""
    grid, moved = _carried(warp, common)
    lay = _axes(grid, moved)
    straight = grid @ lay[:2, :2] + lay[:2, 2]
    return float(np.hypot(*(moved - straight).T).max())


def _corner(laid: _Overlay) -> Mask | None:
    """The rectangle in one corner that holds all that differs; None where that is too much of it.

    Specks are left out: compression makes them.
    """
    corner = np.zeros(laid.common.shape, np.bool_)
    differs = (laid.common & (laid.alike < _DIFFERS)).astype(np.uint8)
    _, _, boxes, _ = cv2.connectedComponentsWithStats(differs)
    boxes = boxes[1:][boxes[1:, cv2.CC_STAT_AREA] > _SPECK * laid.common.sum()]
    if not len(boxes):
        return corner
    rows, columns = _bounds(laid.common)
    left, top = boxes[:, 0].min(), boxes[:, 1].min()
    right, bottom = (boxes[:, 0] + boxes[:, 2]).max(), (boxes[:, 1] + boxes[:, 3]).max()
    at_left = right - columns.start < columns.stop - left
    at_top = bottom - rows.start < rows.stop - top
    across = slice(columns.start, right) if at_left else slice(left, columns.stop)
    down = slice(rows.start, bottom) if at_top else slice(top, rows.stop)
    corner[down, across] = True
    return corner if corner.sum() <= _CORNER * corner[rows, columns].size else None
