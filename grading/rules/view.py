"""A visit as the rules look at it: its sessions in order, its photos with their verdicts."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from forms.dossier import Dossier, Photo, Stay, Visit
from forms.photo_facts import BEIJING, YEARS, PhotoFacts
from forms.watermark import Watermark
from grading.photo_verdict import PhotoVerdict, PhotoWord
from grading.rules.numbers import covered, minutes


@dataclass(frozen=True, slots=True)
class Alike:
    """Another photo that shows the same picture: where it stands in words, its file, and its record
    where that is in this dossier, else the id of the dossier that it is in."""

    words: str
    sha256: str
    photo: UUID | None = None
    dossier: UUID | None = None


@dataclass(frozen=True)
class Judged:
    """A photo with what its file and its watermark said, and the verdict.

    `facts` and `verdict` are None where no facts were kept; `watermark` where none was read yet,
    and with what a person said of it; `trouble` why it was read in vain. `alike` are the other
    places where the same picture stands, `repeats` the files within the same visit that are the
    very same shot.
    """

    photo: Photo
    facts: PhotoFacts | None
    verdict: PhotoVerdict | None
    watermark: Watermark | None = None
    trouble: str = ""
    alike: tuple[Alike, ...] = ()
    repeats: frozenset[str] = frozenset()

    @property
    def counts(self) -> bool:
        """A contradiction does not count towards the numbers that a visit needs."""
        return self.verdict is None or self.verdict.word is not PhotoWord.CONTRADICTORY

    @property
    def waiting(self) -> bool:
        """Whether the watermark is still to be read: what it may say is not missing yet."""
        return self.facts is not None and self.watermark is None and not self.trouble

    @property
    def taken_at(self) -> dt.datetime | None:
        """When it was taken, aware, by the witness that counts."""
        return self.verdict.taken_at if self.verdict else None

    @property
    def position(self) -> tuple[float, float] | None:
        """Where it was taken, in degrees as recorded, by the witness that counts."""
        return self.verdict.position if self.verdict else None


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
        """The photos that count, one file once and one shot once."""
        found: dict[str, Judged] = {}
        for judged in self.photos:
            if judged.counts and not judged.repeats & found.keys():
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
    if date is None or date.year not in YEARS:
        return None
    return dt.datetime.combine(date, dt.time(minute // 60, minute % 60), BEIJING)


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
