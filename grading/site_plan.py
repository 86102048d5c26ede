"""Where a visit's photos were taken, around the enterprise and its fence: for screen and paper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, hypot, radians

from forms.dossier import Dossier
from forms.dossier import Site as SiteForm
from forms.pack import Pack
from grading.geodesy import distance_m, gcj02_to_wgs84
from grading.rules.judging import site_of
from grading.rules.view import Judged
from grading.visit_day import in_order

_SOURCES = {
    "注册地址": "厂址由注册地址确认",
    "人工填写": "厂址由人工填写",
    "照片确认": "厂址由照片确认",
}


@dataclass(frozen=True, slots=True)
class SitePoint:
    """A photo's place in metres east and north of the enterprise.

    `label` is its kind, `number` its place among the visit's photos as they were taken, from 1.
    """

    key: str
    east: float
    north: float
    label: str = ""
    number: int = 0

    @property
    def away(self) -> float:
        """Metres from the enterprise."""
        return hypot(self.east, self.north)


@dataclass(frozen=True, slots=True)
class SitePlan:
    """The places of one visit's photos in the order they were taken; `fence` is a radius in metres.

    `without` counts the photos that have no place here; `note` says which datum the photos' places
    are in, and where the enterprise's comes from.
    """

    points: tuple[SitePoint, ...]
    fence: float
    without: int
    note: str

    @property
    def outside(self) -> int:
        """How many photos were taken beyond the fence."""
        return sum(point.away > self.fence for point in self.points)

    @property
    def inside(self) -> int:
        """How many photos were taken within the fence."""
        return len(self.points) - self.outside

    @property
    def summary(self) -> str:
        """How many are where: 5 在内 ・ 1 在外 ・ 2 无位置."""
        return f"{self.inside} 在内 ・ {self.outside} 在外 ・ {self.without} 无位置"


def plan(dossier: Dossier, pack: Pack, photos: Sequence[Judged]) -> SitePlan:
    """The plan of one visit's photos; without points where the site is not known."""
    points = [
        point
        for number, judged in enumerate(in_order(photos), 1)
        if (point := _point(dossier, judged, number)) is not None
    ]
    radius = float(dossier.one(SiteForm).fence_m or pack.fence_m)
    note = _note(dossier, photos, bool(points))
    return SitePlan(tuple(points), radius, len(photos) - len(points), note)


def _point(dossier: Dossier, judged: Judged, number: int) -> SitePoint | None:
    """East and north are those of a flat map, their length the distance on the sphere.

    A stale fix is where the device was at another time, and no place of the photo.
    """
    site, place = site_of(dossier), judged.position
    verdict = judged.verdict
    if site is None or place is None or (verdict is not None and verdict.stale):
        return None
    if verdict is not None and verdict.datum == "GCJ-02":
        place = gcj02_to_wgs84(place)
    gate = (site.latitude, site.longitude)
    north, east = place[0] - gate[0], (place[1] - gate[1]) * cos(radians(gate[0]))
    scale = distance_m(place, gate) / (hypot(north, east) or 1.0)
    kind = judged.photo.kind or "未定类别"
    return SitePoint(str(judged.photo.id), east * scale, north * scale, kind, number)


def _note(dossier: Dossier, photos: Iterable[Judged], any_point: bool) -> str:
    form = dossier.one(SiteForm)
    if site_of(dossier) is None:
        return "厂址位置未填，照片的位置无从对照。"
    fits = Counter(each.verdict.datum for each in photos if each.verdict and each.verdict.datum)
    if len(fits) > 1:
        parts = "、".join(f"{datum} 坐标 {count} 张" for datum, count in sorted(fits.items()))
        agree = f"{parts}与厂址相符"
    elif fits:
        agree = f"坐标系 {next(iter(fits))} 与厂址相符"
    elif any_point:
        agree = "照片的位置按 WGS-84、GCJ-02 均与厂址不符"
    else:
        agree = "照片没有可用的位置"
    return f"{agree}；{_SOURCES.get(form.source, '厂址的来源未填')}。"
