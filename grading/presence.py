"""Who was at which factory when: one consultant at two of them at once, or there too soon.

A visit's record says who was there, not for which of its sessions; so a person who was at a visit
counts as present in all of them, and what follows is to be looked at, not proven.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from grading.geodesy import distance_m

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Person:
    """A consultant as a dossier's team names one; `organisation` is the provider where the team's
    own entry leaves it empty."""

    name: str
    organisation: str = ""
    certificate: str = ""
    contact: str = ""

    def same(self, other: Person) -> bool:
        """Whether both are one person: by name, and by provider, certificate or way to reach."""
        mine, theirs = self.marks, other.marks
        return (
            bool(folded(self.name))
            and folded(self.name) == folded(other.name)
            and any(one and one == another for one, another in zip(mine, theirs, strict=True))
        )

    @property
    def marks(self) -> tuple[str, str, str]:
        """What tells people of one name apart, folded; "" where it is not filled in."""
        return folded(self.organisation), folded(self.certificate), folded(self.contact)


@lru_cache(maxsize=32_768)
def folded(text: str) -> str:
    """Letters and digits alone: what is left of two ways to write one name, number or address."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text))).casefold()


@dataclass(frozen=True, slots=True)
class Presence:
    """One visit: whose, on which day, in which minutes since midnight, by whom.

    `site` is the factory's gate in WGS-84 degrees; None where it is not known.
    """

    dossier: UUID
    enterprise: str
    visit: UUID
    date: dt.date
    spans: tuple[Span, ...]
    people: tuple[Person, ...]
    site: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Clash:
    """Two visits that the same people cannot both have been at as they are recorded.

    `here` and `there` are the two sessions. Where they overlap `speed` is None; else it is what the
    way from one to the other would take at least, in km/h, `km` the distance as the crow flies and
    `gap` the minutes between.
    """

    own: Presence
    other: Presence
    names: tuple[str, ...]
    here: Span
    there: Span
    gap: int = 0
    km: float = 0.0
    speed: float | None = None


def clashes(own: Iterable[Presence], others: Iterable[Presence], fastest: float) -> Iterator[Clash]:
    """Each pair of visits with people in common who cannot have kept both times.

    `fastest` is the speed in km/h up to which nothing is told. Of one pair the heaviest is told: an
    overlap before a way too short, and of these the one that would take the highest speed.
    """
    held = list(others)
    for mine in own:
        for theirs in held:
            if theirs.date != mine.date or theirs.dossier == mine.dossier:
                continue
            names = tuple(p.name for p in mine.people if any(map(p.same, theirs.people)))
            if names and (found := _worst(mine, theirs, names, fastest)):
                yield found


def _worst(
    mine: Presence, theirs: Presence, names: tuple[str, ...], fastest: float
) -> Clash | None:
    km = distance_m(mine.site, theirs.site) / 1000 if mine.site and theirs.site else None
    worst: Clash | None = None
    for here in mine.spans:
        for there in theirs.spans:
            gap = max(here[0], there[0]) - min(here[1], there[1])
            if gap < 0:
                return Clash(mine, theirs, names, here, there)
            # Times are typed to the minute: up to one more may lie between.
            speed = km * 60 / (gap + 1) if km is not None else 0.0
            if speed > max(fastest, worst.speed or 0.0 if worst else 0.0):
                worst = Clash(mine, theirs, names, here, there, gap, km or 0.0, speed)
    return worst
