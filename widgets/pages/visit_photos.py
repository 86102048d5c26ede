"""Photos as the visits' page shows them: tiles, places on the map, what a file says of itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from math import cos, radians

from app.review import Review
from forms import fields as f
from forms.dossier import Dossier, Photo
from forms.dossier import Site as SiteForm
from forms.pack import Pack
from forms.photo_facts import BEIJING, PhotoFacts
from grading.geodesy import gcj02_to_wgs84
from grading.photo_verdict import PhotoVerdict, PhotoWord
from grading.rules.judging import judge_all
from grading.rules.view import Judged
from widgets import photo_tile
from widgets.site_map import SitePoint, distance_text

GATE_KINDS = ("入场", "离场")
METRES_A_DEGREE = 111_195.0


def judged_photo(
    dossier: Dossier, pack: Pack, review: Review | None, photo: Photo, now: dt.datetime
) -> Judged:
    """One photo with its facts and verdict, whether or not it belongs to a visit."""
    judged = judge_all(dossier, pack, {}, now.date())[photo.id]
    seen = review.verdicts.get(photo.id) if review else None
    return replace(judged, verdict=seen) if seen else judged


def verdict_of(verdict: PhotoVerdict | None) -> PhotoWord:
    """The tile's word for a verdict; a photo of which nothing was read has no evidence."""
    return PhotoWord.UNSUPPORTED if verdict is None else verdict.word


def site_points(dossier: Dossier, photos: Iterable[Judged]) -> list[SitePoint]:
    """Where photos were taken, around the gate; none without a usable site."""
    site = site_place(dossier)
    found = []
    for judged in photos if site else ():
        place = judged.facts.position if judged.facts else None
        if site is None or place is None:
            continue
        if judged.verdict is not None and judged.verdict.datum == "GCJ-02":
            place = gcj02_to_wgs84(place)
        north = (place[0] - site[0]) * METRES_A_DEGREE
        east = (place[1] - site[1]) * METRES_A_DEGREE * cos(radians(site[0]))
        found.append(SitePoint(str(judged.photo.id), east, north, judged.photo.kind or "未定类别"))
    return found


def site_place(dossier: Dossier) -> tuple[float, float] | None:
    """The gate in WGS-84 degrees; None where it is not known, or not on earth."""
    form = dossier.one(SiteForm)
    latitude, longitude = f.decimal(form.latitude), f.decimal(form.longitude)
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        return None
    place = float(latitude), float(longitude)
    return gcj02_to_wgs84(place) if form.datum == "GCJ-02" else place


def fence(dossier: Dossier, pack: Pack) -> float:
    """The fence's radius in metres."""
    return float(dossier.one(SiteForm).fence_m or pack.fence_m)


def tile(judged: Judged) -> photo_tile.Photo:
    """A photo as its tile shows it, without its picture."""
    photo = judged.photo
    return photo_tile.Photo(
        str(photo.id), photo.kind or "未定类别", verdict_of(judged.verdict), _note(judged)
    )


def _note(judged: Judged) -> str:
    minute = minute_of(judged)
    verdict, people = judged.verdict, len(f.chosen(judged.photo.people))
    if minute is None:
        away = verdict.distance_m if verdict else None
        return "无时间、无位置" if away is None else f"无时间 ・ 距 {distance_text(away)}"
    parts = [f"{minute // 60:02d}:{minute % 60:02d}"]
    if people and judged.photo.kind in GATE_KINDS:
        parts.append(f"{people} 人")
    if verdict and verdict.distance_m is not None:
        parts.append(f"距 {distance_text(verdict.distance_m)}")
    elif judged.facts and judged.facts.position is None:
        parts.append("无位置")
    return " ・ ".join(parts)


def in_order(photos: Iterable[Judged]) -> list[Judged]:
    """Photos by the time they were taken; those without a time last, as they were added."""
    late = dt.datetime.max.replace(tzinfo=dt.UTC)
    return sorted(photos, key=lambda each: each.taken_at or late)


def facts_rows(facts: PhotoFacts | None, verdict: PhotoVerdict | None) -> list[tuple[str, str]]:
    """What the file says about itself, label and words."""
    if facts is None:
        return [("拍摄信息", "没有读到")]
    taken = facts.taken_local
    offset = f"（{facts.offset}）" if facts.offset else "（未记录时区，按北京时间）"
    place = facts.position
    rows = [
        ("拍摄时间", f"{taken:%Y-%m-%d %H:%M:%S}{offset}" if taken else "没有记录"),
        ("位置", f"{place[0]:.6f}，{place[1]:.6f}" if place else "没有记录"),
    ]
    if verdict is not None and verdict.distance_m is not None:
        where = verdict.datum or "围栏外"
        rows.append(("距厂址", f"{distance_text(verdict.distance_m)}（{where}）"))
    if facts.gps_time is not None:
        rows.append(("定位时间", f"{facts.gps_time.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"))
    device = " ".join(filter(None, (facts.make, facts.model)))
    rows.append(("拍摄设备", device or "没有记录"))
    rows.append(("保存软件", facts.software or "没有记录"))
    rows.append(("图像", f"{facts.width} × {facts.height}，{facts.format}"))
    return rows


def verdict_counts(photos: Iterable[Judged]) -> dict[PhotoWord, int]:
    """How many photos have each word."""
    counted = dict.fromkeys(PhotoWord, 0)
    for judged in photos:
        counted[verdict_of(judged.verdict)] += 1
    return counted


def minute_of(judged: Judged) -> int | None:
    """The minute of the day, in the factory's zone, at which a photo was taken."""
    taken = judged.taken_at
    if taken is None:
        return None
    here = taken.astimezone(BEIJING)
    return here.hour * 60 + here.minute
