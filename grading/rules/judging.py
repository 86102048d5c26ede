"""Every photo of a dossier with its verdict: its witnesses, its visit, its twins put together."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from pydantic import ValidationError

from forms.dossier import Dossier, Enterprise, Photo, Site, Stay, Training, Visit
from forms.pack import Pack
from forms.photo_facts import PhotoFacts
from grading import photo_verdict
from grading.clock_drift import device_of, drifts
from grading.geodesy import gcj02_to_wgs84
from grading.photo_time import NO_DRIFT
from grading.photo_verdict import Premises
from grading.rules.numbers import amount, minutes
from grading.rules.view import YEARS, Alike, Judged, Session, moment
from grading.twins import Twin
from grading.watermark_statement import with_statements

Window = tuple[dt.datetime, dt.datetime]
Twins = Mapping[str, tuple[Twin, ...]]


def judge_all(dossier: Dossier, pack: Pack, twins: Twins, today: dt.date) -> dict[UUID, Judged]:
    """Every photo in view with its verdict, by id. `twins` are by the photo's own hash.

    A picture that stands in two visits of the dossier, or in another dossier, belongs to none;
    one that stands twice in a visit counts there once.
    """
    visits = dossier.all(Visit)
    numbers = {visit.id: number for number, visit in enumerate(visits, 1)}
    windows: dict[UUID | None, list[Window]] = {v.id: _windows(dossier, v, today) for v in visits}
    windows |= {training.id: _training_window(training) for training in dossier.all(Training)}
    site, own, premises = site_of(dossier), _givers(dossier), _premises(dossier, pack)
    fence = float(dossier.one(Site).fence_m or pack.fence_m)
    now = moment(today, 24 * 60 - 1)
    found = {photo.id: _heard(dossier, photo) for photo in dossier.all(Photo)}
    files: dict[str, list[Judged]] = {}
    for judged in found.values():
        files.setdefault(judged.photo.sha256, []).append(judged)
    clocks = _clocks(found.values())
    for key, judged in found.items():
        photo, facts = judged.photo, judged.facts
        alike, repeats = _alike(judged, files, twins, numbers)
        verdict = None
        if facts is not None:
            verdict = photo_verdict.judge(
                facts,
                site,
                [*windows.get(photo.visit, ()), *windows.get(photo.training, ())],
                fence,
                tuple(dict.fromkeys(each.words for each in alike)),
                watermark=judged.watermark,
                premises=premises,
                drift=clocks.get((photo.visit, device_of(facts)), NO_DRIFT),
                site_from_this_photo=photo.id in own,
                now=now,
                filename=photo.filename,
                size=photo.size,
            )
        found[key] = replace(judged, verdict=verdict, alike=alike, repeats=repeats)
    return found


def _heard(dossier: Dossier, photo: Photo) -> Judged:
    read = dossier.watermarks.get(photo.sha256)
    trouble = dossier.unreadable.get(photo.sha256, "")
    return Judged(photo, _facts(photo), None, with_statements(read, photo), trouble)


def _clocks(photos: Iterable[Judged]) -> dict[tuple[UUID | None, str], dt.timedelta]:
    """How far each device's clock ran ahead, visit by visit: people set clocks right meanwhile."""
    by_visit: dict[UUID | None, list[PhotoFacts]] = {}
    for judged in photos:
        if judged.facts is not None:
            by_visit.setdefault(judged.photo.visit, []).append(judged.facts)
    return {
        (visit, device): drift
        for visit, facts in by_visit.items()
        for device, drift in drifts(facts).items()
    }


def _alike(
    judged: Judged,
    files: Mapping[str, Sequence[Judged]],
    twins: Twins,
    numbers: Mapping[UUID, int],
) -> tuple[tuple[Alike, ...], frozenset[str]]:
    """Where else a photo's picture stands, and the files of its own visit that repeat the shot.

    Shots of one visit that follow each other are alike by right: told apart by their times.
    """
    mine = judged.photo
    if not mine.sha256:
        return (), frozenset()
    near = [twin.sha256 for twin in twins.get(mine.sha256, ()) if not twin.dossier]
    elsewhere, repeats = [], set()
    for other in (each for key in (mine.sha256, *near) for each in files.get(key, ())):
        photo = other.photo
        if photo.id == mine.id:
            continue
        if photo.visit == mine.visit:
            if photo.sha256 != mine.sha256 and not _apart_in_time(judged, other):
                repeats.add(photo.sha256)
        elif photo.visit is not None and photo.visit in numbers:
            number = numbers[photo.visit]
            elsewhere.append((number, Alike(f"第 {number} 次现场诊断", photo.sha256, photo.id)))
    found = [each for _, each in sorted(elsewhere, key=lambda pair: pair[0])]
    found += [Alike(t.dossier, t.sha256) for t in twins.get(mine.sha256, ()) if t.dossier]
    return tuple(found), frozenset(repeats)


def _apart_in_time(one: Judged, other: Judged) -> bool:
    """Whether the files themselves say that two shots were taken at different moments."""
    times = [_recorded(judged) for judged in (one, other)]
    return None not in times and times[0] != times[1]


def _recorded(judged: Judged) -> dt.datetime | None:
    taken = judged.facts.taken_at if judged.facts else None
    if taken is not None or judged.watermark is None:
        return taken.replace(tzinfo=None) if taken else None
    return judged.watermark.taken_local


def _premises(dossier: Dossier, pack: Pack) -> Premises:
    enterprise = dossier.one(Enterprise)
    return Premises(enterprise.address, enterprise.district, pack.districts, pack.city)


def site_of(dossier: Dossier) -> photo_verdict.Site | None:
    """The site in WGS-84 degrees; None where it is not known, or not on earth."""
    form = dossier.one(Site)
    latitude, longitude = amount(form.latitude), amount(form.longitude)
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        return None
    place = (float(latitude), float(longitude))
    if form.datum == "GCJ-02":
        place = gcj02_to_wgs84(place)
    return photo_verdict.Site(*place)


def _givers(dossier: Dossier) -> frozenset[UUID]:
    """The photo that gave the site's position, under every id that its file was imported with.

    It may have been withdrawn since; its twins prove the position no more for that.
    """
    form = dossier.one(Site)
    if form.source != "照片确认" or form.photo is None:
        return frozenset()
    photos = [each for each in dossier.records.get("photo", ()) if isinstance(each, Photo)]
    files = {each.sha256 for each in photos if each.id == form.photo and each.sha256}
    return frozenset({form.photo, *(each.id for each in photos if each.sha256 in files)})


def _facts(photo: Photo) -> PhotoFacts | None:
    """What the file said; None where that was not kept, or an import brought something else."""
    try:
        facts = PhotoFacts.model_validate(photo.facts)
    except ValidationError:
        return None
    absurd = {
        name: None
        for name in ("taken_local", "gps_time")
        if (at := getattr(facts, name)) is not None and at.year not in YEARS
    }
    return facts.model_copy(update=absurd)


def _windows(dossier: Dossier, visit: Visit, today: dt.date) -> list[Window]:
    """The sessions; on the visit's own day, one that was not left yet lasts as long as the day."""
    found = []
    for stay in dossier.all(Stay, visit.id):
        session = Session(0, stay)
        span = session.span
        if span is None and session.start is not None and stay.end is None and visit.date == today:
            span = (session.start, 24 * 60 - 1)
        if span and (window := _window(visit.date, *span)):
            found.append(window)
    return found


def _training_window(training: Training) -> list[Window]:
    if training.start is None or training.end is None:
        return []
    start, end = minutes(training.start), minutes(training.end)
    window = _window(training.date, start, end) if start < end else None
    return [window] if window else []


def _window(date: dt.date | None, start: int, end: int) -> Window | None:
    opened, closed = moment(date, start), moment(date, end)
    return (opened, closed) if opened and closed else None
