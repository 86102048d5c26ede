"""A visit as the rules look at it: its sessions in order, its photos with their verdicts."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from pydantic import ValidationError

from forms.dossier import Dossier, Photo, Site, Stay, Training, Visit
from forms.photo_facts import BEIJING, PhotoFacts
from grading import photo_verdict
from grading.geodesy import gcj02_to_wgs84
from grading.photo_verdict import PhotoVerdict, PhotoWord
from grading.rules.numbers import amount, covered, minutes

#: Outside these years a date is a slip, and adding minutes or zones to it may leave the calendar.
_YEARS = range(1900, 2200)

Window = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True)
class Judged:
    """A photo with what its file said and the verdict; None where no facts were kept."""

    photo: Photo
    facts: PhotoFacts | None
    verdict: PhotoVerdict | None

    @property
    def counts(self) -> bool:
        """A contradiction does not count towards the numbers that a visit needs."""
        return self.verdict is None or self.verdict.word is not PhotoWord.CONTRADICTORY

    @property
    def taken_at(self) -> dt.datetime | None:
        """When it was taken, aware."""
        return self.facts.taken_at if self.facts else None


@dataclass(frozen=True)
class Session:
    """One entry and exit, the `number`-th of its visit, from 1; minutes since midnight."""

    number: int
    stay: Stay

    @property
    def start(self) -> int | None:
        """The entry."""
        return None if self.stay.start is None else minutes(self.stay.start)

    @property
    def end(self) -> int | None:
        """The exit."""
        return None if self.stay.end is None else minutes(self.stay.end)

    @property
    def in_order(self) -> bool:
        """Whether the exit does not come before the entry, as far as they are known."""
        return self.start is None or self.end is None or self.start < self.end

    @property
    def span(self) -> tuple[int, int] | None:
        """Entry and exit where both are there, and in order."""
        start, end = self.start, self.end
        return (start, end) if start is not None and end is not None and start < end else None


@dataclass(frozen=True)
class VisitView:
    """The `number`-th visit of a dossier, from 1, in the dossier's order."""

    number: int
    visit: Visit
    sessions: tuple[Session, ...]
    photos: tuple[Judged, ...]

    @property
    def minutes(self) -> int:
        """Minutes on the premises, as far as the sessions' times are known and in order."""
        return covered(session.span for session in self.sessions if session.span)

    @cached_property
    def counted(self) -> tuple[Judged, ...]:
        """The photos that count, one file once."""
        found: dict[str, Judged] = {}
        for judged in self.photos:
            if judged.counts:
                found.setdefault(judged.photo.sha256 or str(judged.photo.id), judged)
        return tuple(found.values())

    def of_kind(self, *kinds: str) -> list[Judged]:
        """The counting photos of some kinds."""
        return [judged for judged in self.counted if judged.photo.kind in kinds]

    def gate_time(self, session: Session, kind: str) -> dt.datetime | None:
        """When a 入场 or 离场 photo of a session is due, aware; None where that is not known."""
        minute = session.start if kind == "入场" else session.end
        if minute is None or not session.in_order:
            return None
        return moment(self.visit.date, minute)


def moment(date: dt.date | None, minute: int) -> dt.datetime | None:
    """A minute of a day in the factory's zone; None without a usable date."""
    if date is None or date.year not in _YEARS:
        return None
    return dt.datetime.combine(date, dt.time(minute // 60, minute % 60), BEIJING)


def judge_all(
    dossier: Dossier, fence_m: int, elsewhere: Mapping[str, tuple[str, ...]], today: dt.date
) -> dict[UUID, Judged]:
    """Every photo in view with its verdict, by id.

    A photo that stands in two visits of the dossier, or in another dossier, belongs to none.
    """
    visits = dossier.all(Visit)
    numbers = {visit.id: number for number, visit in enumerate(visits, 1)}
    photos = dossier.all(Photo)
    homes: dict[str, set[int]] = {}
    for photo in photos:
        if photo.sha256 and photo.visit in numbers:
            homes.setdefault(photo.sha256, set()).add(numbers[photo.visit])
    windows: dict[UUID | None, list[Window]] = {v.id: _windows(dossier, v) for v in visits}
    windows |= {training.id: _training_window(training) for training in dossier.all(Training)}
    site, own = _site(dossier), _givers(dossier)
    fence = float(dossier.one(Site).fence_m or fence_m)
    now = moment(today, 24 * 60 - 1)
    found = {}
    for photo in photos:
        facts = _facts(photo)
        home = numbers.get(photo.visit) if photo.visit else None
        others = sorted(homes.get(photo.sha256, set()) - {home})
        known = [f"第 {number} 次现场诊断" for number in others]
        known += elsewhere.get(photo.sha256, ())
        verdict = None
        if facts is not None:
            verdict = photo_verdict.judge(
                facts,
                site,
                [*windows.get(photo.visit, ()), *windows.get(photo.training, ())],
                fence,
                known,
                site_from_this_photo=photo.id in own,
                now=now,
            )
        found[photo.id] = Judged(photo, facts, verdict)
    return found


def view_visits(dossier: Dossier, judged: Mapping[UUID, Judged]) -> tuple[VisitView, ...]:
    """The visits in view, in order, each with its sessions and photos."""
    return tuple(
        VisitView(
            number,
            visit,
            tuple(Session(n, stay) for n, stay in enumerate(dossier.all(Stay, visit.id), 1)),
            tuple(each for each in judged.values() if each.photo.visit == visit.id),
        )
        for number, visit in enumerate(dossier.all(Visit), 1)
    )


def _site(dossier: Dossier) -> photo_verdict.Site | None:
    """The site; None without a usable position."""
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
        if (at := getattr(facts, name)) is not None and at.year not in _YEARS
    }
    return facts.model_copy(update=absurd)


def _windows(dossier: Dossier, visit: Visit) -> list[Window]:
    spans = (Session(0, stay).span for stay in dossier.all(Stay, visit.id))
    return [window for span in spans if span and (window := _window(visit.date, *span))]


def _training_window(training: Training) -> list[Window]:
    if training.start is None or training.end is None:
        return []
    start, end = minutes(training.start), minutes(training.end)
    window = _window(training.date, start, end) if start < end else None
    return [window] if window else []


def _window(date: dt.date | None, start: int, end: int) -> Window | None:
    opened, closed = moment(date, start), moment(date, end)
    return (opened, closed) if opened and closed else None
