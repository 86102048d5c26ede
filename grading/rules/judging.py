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
from grading.clock_drift import NO_DRIFT, Clock, clocks, device_of
from grading.geodesy import degrees, gcj02_to_wgs84
from grading.photo_time import AGREE
from grading.photo_verdict import Premises
from grading.rules.numbers import amount, minutes
from grading.rules.view import Alike, Judged, Session, moment
from grading.twins import Twin
from grading.watermark_statement import with_statements

Window = tuple[dt.datetime, dt.datetime]
Twins = Mapping[str, tuple[Twin, ...]]
_LAST = 24 * 60 - 1  # the last minute of a day


def judge_all(dossier: Dossier, pack: Pack, twins: Twins, today: dt.date) -> dict[UUID, Judged]:
    """Every photo in view with its verdict, by id. `twins` are by the photo's own hash.

    A picture that stands in two visits of the dossier, or in another dossier, belongs to none;
    one that stands twice in a visit counts there once.
    """
    visits = dossier.all(Visit)
    numbers = {visit.id: number for number, visit in enumerate(visits, 1)}
    windows: dict[UUID | None, list[Window]] = {v.id: _windows(dossier, v, today) for v in visits}
    open_ended: dict[UUID | None, list[Window]] = {v.id: _open(dossier, v) for v in visits}
    windows |= {training.id: _training_window(training) for training in dossier.all(Training)}
    site, own, premises = site_of(dossier), _givers(dossier), _premises(dossier, pack)
    fence = float(dossier.one(Site).fence_m or pack.fence_m)
    now = moment(today, _LAST)
    found = {photo.id: _heard(dossier, photo) for photo in dossier.all(Photo)}
    files: dict[str, list[Judged]] = {}
    for judged in found.values():
        files.setdefault(judged.photo.sha256, []).append(judged)
    wrong = _clocks(found.values())
    for key, judged in found.items():
        photo, facts = judged.photo, judged.facts
        alike, repeats = _alike(judged, files, twins, numbers)
        verdict = None
        if facts is not None:
            clock = wrong.get((photo.visit, device_of(facts)))
            verdict = photo_verdict.judge(
                facts,
                site,
                [*windows.get(photo.visit, ()), *windows.get(photo.training, ())],
                fence,
                tuple(dict.fromkeys(each.words for each in alike)),
                watermark=judged.watermark,
                premises=premises,
                drift=clock.drift(facts) if clock else NO_DRIFT,
                maybe=open_ended.get(photo.visit, ()),
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


def _clocks(photos: Iterable[Judged]) -> dict[tuple[UUID | None, str], Clock]:
    """The devices' clocks that were wrong, visit by visit: people set clocks right meanwhile."""
    by_visit: dict[UUID | None, list[PhotoFacts]] = {}
    for judged in photos:
        if judged.facts is not None:
            by_visit.setdefault(judged.photo.visit, []).append(judged.facts)
    return {
        (visit, device): clock
        for visit, facts in by_visit.items()
        for device, clock in clocks(facts).items()
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
    foreign = (twin for twin in twins.get(mine.sha256, ()) if twin.dossier)
    found += [Alike(twin.dossier, twin.sha256, dossier=twin.owner) for twin in foreign]
    return tuple(found), frozenset(repeats)


def _apart_in_time(one: Judged, other: Judged) -> bool:
    """Whether two pictures say themselves that they were taken at different moments.

    Like is held against like: a copy that lost its record is told by its watermark from the
    original's watermark, which shows minutes and not the record's seconds.
    """
    first, second = (each.facts.taken_local if each.facts else None for each in (one, other))
    if first and second and one.facts and other.facts:
        # A fraction that one of them lacks was lost by whoever saved it again.
        exact = bool(one.facts.subsec and other.facts.subsec)
        return first != second if exact else _second(first) != _second(second)
    marked, also = _marked(one), _marked(other)
    if marked and also and one.watermark and other.watermark:
        exact = one.watermark.seconds and other.watermark.seconds
        return marked != also if exact else _minute(marked) != _minute(also)
    left, right = first or marked, second or also
    return left is not None and right is not None and abs(left - right) > AGREE


def _marked(judged: Judged) -> dt.datetime | None:
    """The watermark's moment where it is sure."""
    mark = judged.watermark
    return None if mark is None or {"day", "clock"} & mark.unsure else mark.taken_local


def _second(at: dt.datetime) -> dt.datetime:
    return at.replace(microsecond=0)


def _minute(at: dt.datetime) -> dt.datetime:
    return at.replace(second=0, microsecond=0)


def _premises(dossier: Dossier, pack: Pack) -> Premises:
    enterprise = dossier.one(Enterprise)
    return Premises(enterprise.address, enterprise.district, pack.districts, pack.city)


def site_of(dossier: Dossier) -> photo_verdict.Site | None:
    """The site in WGS-84 degrees; None where it is not known, or not on earth."""
    return place_of(dossier.one(Site))


def place_of(form: Site) -> photo_verdict.Site | None:
    """The same of the form by itself."""
    place = degrees(amount(form.latitude), amount(form.longitude))
    if place is None:
        return None
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
        return PhotoFacts.model_validate(photo.facts)
    except ValidationError:
        return None


def _windows(dossier: Dossier, visit: Visit, today: dt.date) -> list[Window]:
    """The sessions; on the visit's own day, one that was not left yet lasts as long as the day."""
    found = []
    for stay in dossier.all(Stay, visit.id):
        session = Session(0, stay)
        span = session.span
        if span is None and session.start is not None and stay.end is None and visit.date == today:
            span = (session.start, _LAST)
        if span and (window := _window(visit.date, *span)):
            found.append(window)
    return found


def _open(dossier: Dossier, visit: Visit) -> list[Window]:
    """The sessions whose entry or exit is not filled in, or in disorder: as long as may be."""
    found = []
    for stay in dossier.all(Stay, visit.id):
        session = Session(0, stay)
        if session.span is None:
            start, end = (session.start, session.end) if session.in_order else (None, None)
            window = _window(visit.date, start or 0, _LAST if end is None else end)
            found += [window] if window else []
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
