"""Where a visit's photos were taken, on paper: the fence, the places round the gate, a list.

The fence is true to scale, and what lies beyond it stands at the edge in its true direction. Most
photos crowd round the gate, so that a second circle shows that part enlarged; numbers are those of
the photos, and the list beside them gives each one's distance.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import ceil, cos, hypot, sin

from exporters.blocks import Picture
from exporters.canvas import BAD, FAINT, GOOD, GREY, INK, PAPER, RULE, Canvas, Point
from exporters.visit_charts import WIDTH
from exporters.wording import shortened
from grading.photo_words import metres
from grading.site_plan import SitePlan, SitePoint

_HEIGHT, _MIDDLE = 50.5, 24.5
_FENCE_MM, _DETAIL_MM, _BEYOND = 17.0, 20.0, 1.3
_DISC, _GAP = 1.75, 3.7
#: So many entries stand beside the plan; more stand below it, up to what still is a picture.
_BESIDE, _COLUMNS, _LISTED = 12, 4, 48
#: More numbers than these cannot be told apart round one gate; the places are plain dots then.
_NUMBERED = 24
_EXTENTS = (25, 50, 100, 200, 500, 1000)
_ENOUGH, _WORTH = 0.75, 0.4
_LINE = 3.9


def plan(found: SitePlan) -> Picture | None:
    """The plan; None where no photo has a place, or the enterprise has none."""
    if not found.points:
        return None
    alt = (
        f"拍摄位置图：围栏{metres_text(found.fence)}，{found.inside}张在围栏内，"
        f"{found.outside}张在围栏外，{found.without}张无位置"
    )
    return Picture(_png(found), WIDTH, alt=alt)


@lru_cache(maxsize=32)
def _png(found: SitePlan) -> bytes:
    return _Chart(found).png()


class _Chart:
    def __init__(self, found: SitePlan) -> None:
        self.found = found
        self.listed = listed(found)
        self.beside = len(self.listed) <= _BESIDE
        self.extent = extent_of(found)
        rows = 0 if self.beside else -(-len(self.listed) // _COLUMNS)
        self.sheet = Canvas(WIDTH, _HEIGHT + (rows * _LINE + 5 if rows else 0))
        right = 106.0 if self.beside else WIDTH
        self.fence_at = (right * (0.29 if self.extent else 0.5), _MIDDLE)
        self.detail_at = (right * 0.77, _MIDDLE)

    def png(self) -> bytes:
        """Draw it all."""
        self._fence()
        near = [p for p in self.found.points if self.extent and p.away <= self.extent]
        if self.extent:
            self._callout(self.extent)
            for point in near:
                self.sheet.disc(self._on_plan(point), 0.55, GOOD)
            scale = _DETAIL_MM / self.extent
            self._places(near, [_at(self.detail_at, p, scale) for p in near], self.detail_at)
        far = [p for p in self.found.points if p not in near]
        self._places(far, [self._on_plan(p) for p in far], self.fence_at)
        self._list()
        return self.sheet.png()

    def _on_plan(self, point: SitePoint) -> Point:
        beyond = point.away > self.found.fence
        edge = _FENCE_MM * _BEYOND / point.away if beyond else _FENCE_MM / self.found.fence
        return _at(self.fence_at, point, edge)

    def _fence(self) -> None:
        """The fence with its cross, the gate, north and the scale."""
        sheet, (x, y), radius = self.sheet, self.fence_at, _FENCE_MM
        sheet.disc((x, y), radius, FAINT)
        sheet.circle((x, y), radius, INK, 0.3, dash=1.1)
        sheet.rule((x - radius, y), (x + radius, y))
        sheet.rule((x, y - radius), (x, y + radius))
        for point in self.found.points:
            if point.away > self.found.fence:
                sheet.path([(x, y), self._on_plan(point)], BAD, 0.2, dash=0.9)
        _gate(sheet, (x, y))
        left = x - radius * _BEYOND - 2
        sheet.text((left, 2.0), "北", INK, 8, align="m")
        arrow = [(0.0, 4.4), (1.3, 8.0), (0.0, 7.2), (-1.3, 8.0)]
        sheet.polygon([(left + dx, dy) for dx, dy in arrow], INK)
        foot = _HEIGHT - 1.4
        sheet.rule((x - radius, foot), (x, foot), INK, 0.25)
        for end in (x - radius, x):
            sheet.rule((end, foot - 1.1), (end, foot + 1), INK, 0.25)
        words = f"{metres_text(self.found.fence)}（围栏半径）"
        sheet.text((x + 1.5, foot - 0.2), words, GREY, 7.5)

    def _callout(self, extent: float) -> None:
        """The circle round the gate that stands enlarged beside the plan."""
        sheet, (x, y), radius = self.sheet, self.detail_at, _DETAIL_MM
        small = _FENCE_MM * extent / self.found.fence
        (left, middle) = self.fence_at
        for side in (-1, 1):
            sheet.path([(left, middle + side * small), (x, y + side * radius)], GREY, 0.15)
        sheet.disc((x, y), radius, PAPER)
        sheet.circle((x, y), radius, GREY, 0.25)
        sheet.circle((x, y), radius / 2, RULE, 0.15)
        sheet.rule((x - radius, y), (x + radius, y))
        sheet.rule((x, y - radius), (x, y + radius))
        sheet.circle((left, middle), small, GREY, 0.25)
        _gate(sheet, (x, y))
        words = f"放大：厂址周围{metres_text(extent)}"
        sheet.text((x, y - radius - 2.3), words, GREY, 7.5, align="m")

    def _places(self, points: Sequence[SitePoint], spots: Sequence[Point], gate: Point) -> None:
        """Numbered marks, moved apart; a hair leads back to where one belongs."""
        if len(points) > _NUMBERED:
            for point, spot in zip(points, spots, strict=True):
                _mark(self.sheet, spot, point, self.found.fence, 0.8)
            return
        moved = apart(spots, gate)
        for spot, place in zip(spots, moved, strict=True):
            if hypot(spot[0] - place[0], spot[1] - place[1]) > _DISC / 2:
                self.sheet.path([spot, place], INK, 0.15)
                self.sheet.disc(spot, 0.4, INK)
        for point, place in zip(points, moved, strict=True):
            _mark(self.sheet, place, point, self.found.fence, _DISC)

    def _list(self) -> None:
        """Number, kind and distance of each photo; and what the marks mean."""
        if self.beside:
            left, wide, first = 110.0, 42.0, 2.4
        else:
            left, wide, first = 1.0, WIDTH / _COLUMNS, _HEIGHT + 5.0
        rows = _BESIDE if self.beside else -(-len(self.listed) // _COLUMNS)
        for place, point in enumerate(self.listed):
            x, y = left + place // rows * wide, first + place % rows * _LINE
            out = point.away > self.found.fence
            _mark(self.sheet, (x + 1.8, y), point, self.found.fence, _DISC)
            self.sheet.text((x + 4.6, y), shortened(point.label, 6), INK, 7.5)
            away = metres_text(point.away)
            end = x + wide - (1 if self.beside else 4)
            self.sheet.text((end, y), away, BAD if out else INK, 7.5, bold=out, align="r")
        y, left = _HEIGHT - 1.6, 110.0 if self.beside else 96.0
        _gate(self.sheet, (left + 1.8, y))
        left_out = len(self.found.points) - len(self.listed)
        words = f"，另{left_out}张未列" if left_out else ""
        self.sheet.text((left + 4.6, y), f"厂址　编号同照片编号{words}", GREY, 7)


def listed(found: SitePlan) -> list[SitePoint]:
    """The photos in their order; of very many those beyond the fence are kept before others."""
    points = list(found.points)
    if len(points) > _LISTED:
        points = sorted(points, key=lambda point: point.away <= found.fence)[:_LISTED]
    return sorted(points, key=lambda point: point.number)


def extent_of(found: SitePlan) -> float:
    """How many metres round the gate to show enlarged: 0 where the plan itself shows enough."""
    away = sorted(point.away for point in found.points if point.away <= found.fence)
    if not away:
        return 0
    reach = away[ceil(len(away) * _ENOUGH) - 1]
    extent = next((float(size) for size in _EXTENTS if size >= reach), found.fence)
    return extent if extent <= found.fence * _WORTH else 0


def _at(middle: Point, point: SitePoint, scale: float) -> Point:
    return middle[0] + point.east * scale, middle[1] - point.north * scale


def apart(spots: Sequence[Point], gate: Point) -> list[Point]:
    """The same places, pushed apart until no two marks cover each other, nor the gate."""
    places = [*spots, gate]
    for _ in range(80):
        still = True
        for one in range(len(places)):
            for other in range(one):
                (ax, ay), (bx, by) = places[one], places[other]
                dx, dy = ax - bx, ay - by
                apart = hypot(dx, dy)
                if apart >= _GAP - 0.01:
                    continue
                still = False
                if apart < 0.01:  # of one place: in a direction of their own
                    dx, dy, apart = cos(one * 2.4), sin(one * 2.4), 1.0
                fixed = one == len(spots)
                push = (_GAP - apart) / apart * (1.0 if fixed else 0.5)
                places[other] = (bx - dx * push, by - dy * push)
                if not fixed:
                    places[one] = (ax + dx * push, ay + dy * push)
        if still:
            break
    return places[:-1]


def _mark(sheet: Canvas, at: Point, point: SitePoint, fence: float, size: float) -> None:
    """A disc inside the fence, a diamond beyond it; with the number where it is large enough."""
    x, y = at
    if point.away <= fence:
        sheet.disc(at, size + 0.25, PAPER)
        sheet.disc(at, size, GOOD)
    else:
        wide = size * 1.17
        sheet.polygon([(x, y - wide), (x + wide, y), (x, y + wide), (x - wide, y)], BAD)
    if size >= _DISC:
        small = point.number > 99 or point.away > fence
        sheet.text(at, str(point.number), PAPER, 5.2 if small else 6.5, bold=True, align="m")


def metres_text(distance: float) -> str:
    """42米 or 1.9公里, as documents write it."""
    return metres(distance).replace(" ", "")


def _gate(sheet: Canvas, at: Point) -> None:
    x, y = at
    sheet.polygon([(x - 1, y - 1), (x + 1, y - 1), (x + 1, y + 1), (x - 1, y + 1)], INK)
