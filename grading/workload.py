"""What each consultant does over all dossiers: how many, for how long, and what is due next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from grading.presence import Person, folded
from grading.statistics import Counted


@dataclass(frozen=True, slots=True)
class Workload:
    """One consultant. `minutes` were spent on the premises; `due` is the least number of days left
    among the dossiers under way, below 0 past the term, None where there is none."""

    name: str
    organisation: str
    led: int
    dossiers: int
    visits: int
    minutes: int
    running: int
    overdue: int
    due: int | None
    ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """A consultant's place in one dossier's team."""

    entry: Counted
    place: int

    @property
    def person(self) -> Person:
        return self.entry.team[self.place].person


def workloads(entries: Iterable[Counted]) -> list[Workload]:
    """Every consultant who is named in a team, the busiest first.

    People of one name are one person where any mark that tells people apart is the same: provider,
    certificate, way to reach them (`Person.marks`).
    """
    found = [_workload(parts) for parts in _persons(entries)]
    return sorted(found, key=lambda w: (-w.dossiers, -w.led, -w.minutes, w.name, w.organisation))


def _persons(entries: Iterable[Counted]) -> Iterator[list[_Part]]:
    """The places in teams, those of one person together."""
    named: dict[str, list[_Part]] = {}
    for entry in entries:
        for place, member in enumerate(entry.team):
            if name := folded(member.person.name):
                named.setdefault(name, []).append(_Part(entry, place))
    for parts in named.values():
        yield from _joined(parts)


def _joined(parts: Sequence[_Part]) -> list[list[_Part]]:
    """Parts of one name, together where a chain of like marks joins them."""
    root, first = list(range(len(parts))), dict[tuple[int, str], int]()

    def top(n: int) -> int:
        while root[n] != n:
            root[n] = n = root[root[n]]
        return n

    for n, part in enumerate(parts):
        for mark in enumerate(part.person.marks):
            if mark[1]:
                root[top(n)] = top(first.setdefault(mark, n))
    found: dict[int, list[_Part]] = {}
    for n, part in enumerate(parts):
        found.setdefault(top(n), []).append(part)
    return list(found.values())


def _workload(parts: Sequence[_Part]) -> Workload:
    # Named twice in one team, one is there once.
    places: dict[UUID, list[_Part]] = {}
    for part in parts:
        places.setdefault(part.entry.id, []).append(part)
    held = {key: own[0].entry for key, own in places.items()}
    visits = [
        visit
        for key, entry in held.items()
        for visit in entry.visits
        if any(part.place in visit.present for part in places[key])
    ]
    days = [e.days_left for e in held.values() if e.days_left is not None and not e.finished]
    spelled = Counter(part.person.name for part in parts)
    houses = Counter(part.person.organisation for part in parts if part.person.organisation)
    return Workload(
        name=spelled.most_common(1)[0][0],
        organisation=houses.most_common(1)[0][0] if houses else "",
        led=sum(any(p.entry.team[p.place].lead for p in own) for own in places.values()),
        dossiers=len(held),
        visits=len(visits),
        minutes=sum(visit.minutes for visit in visits),
        running=len(days),
        overdue=sum(left < 0 for left in days),
        due=min(days, default=None),
        ids=tuple(held),
    )
