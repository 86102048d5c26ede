"""All dossiers at once: what is counted of them, and the counts.

What a dossier's summary has to hold for it is written by `facts_of` and read by `Counted.read`;
every other function here counts entries. Whatever is not known is counted as such, never left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from forms.dossier import Dossier, Member, Provider, Stay, Visit, picked
from forms.evaluation import Stage
from forms.instrument import Instrument
from forms.returned import CLOSED, ReturnOpinion
from forms.steps import DIAGNOSIS, STEPS
from grading.across import Across, Kind
from grading.presence import Person
from grading.rules.elsewhere import person_of
from grading.rules.numbers import covered
from grading.rules.view import Session
from grading.score import Grade
from grading.sheet import sheet_of

UNKNOWN = "未填"
"""The group of what has no district, industry or provider yet."""
LEVELS: tuple[int | None, ...] = (None, 0, 1, 2, 3, 4)
"""The columns of a distribution: not answered whole, then levels 0 to 4."""


@dataclass(frozen=True, slots=True)
class TeamMember:
    """A member of one dossier's team, and whether as its lead."""

    person: Person
    lead: bool = False


@dataclass(frozen=True, slots=True)
class VisitFact:
    """A visit's day (ISO, "" where it is open), its minutes on the premises, and the members that
    were there, by their places in the team."""

    date: str
    minutes: int
    present: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """One dossier as it is counted.

    `step` is a step's key; `levels` are by stage, None where it is not answered whole; `scenes` the
    levels of the instrument's scenes in its order; `returned` how often an office sent the papers
    back, `unanswered` of how many points of it nothing was done yet.
    """

    id: UUID
    name: str = ""
    district: str = ""
    industry: str = ""
    provider: str = ""
    step: str = ""
    steps: Mapping[str, str] = field(default_factory=dict)
    levels: Mapping[str, int | None] = field(default_factory=dict)
    scenes: tuple[int | None, ...] = ()
    findings: Mapping[str, int] = field(default_factory=dict)
    days_left: int | None = None
    returned: int = 0
    unanswered: int = 0
    team: tuple[TeamMember, ...] = ()
    visits: tuple[VisitFact, ...] = ()
    across: tuple[Across, ...] = ()

    @property
    def finished(self) -> bool:
        """Whether every step of the diagnosis is done."""
        return all(self.steps.get(key) == "done" for key in DIAGNOSIS)

    @property
    def through(self) -> bool:
        """Whether every step of the plan is done."""
        return all(self.steps.get(step.key) == "done" for step in STEPS)

    @classmethod
    def read(cls, key: UUID, facts: Mapping[str, Any], **known: Any) -> Counted:
        """A dossier from its summary's facts, and what is `known` of it besides; what an earlier
        version did not keep is not known."""
        return cls(
            id=key,
            step=facts.get("step") or "",
            steps=facts.get("steps") or {},
            levels=facts.get("levels") or {},
            scenes=tuple(facts.get("scenes") or ()),
            findings=facts.get("findings") or {},
            returned=facts.get("returned") or 0,
            unanswered=facts.get("unanswered") or 0,
            team=tuple(TeamMember(Person(*who), lead) for *who, lead in facts.get("team") or ()),
            visits=tuple(VisitFact(d, m, tuple(p)) for d, m, p in facts.get("visits") or ()),
            across=tuple(filter(None, map(_read_across, facts.get("across") or ()))),
            **known,
        )


def _read_across(row: Sequence[str]) -> Across | None:
    """None for what a newer version kept."""
    with suppress(ValueError):
        kind, other, words, page, record = row
        return Across(Kind(kind), UUID(other), words, page, UUID(record) if record else None)
    return None


def facts_of(
    dossier: Dossier,
    instrument: Instrument,
    grades: Mapping[Stage, Grade],
    across: Iterable[Across],
) -> dict[str, Any]:
    """What a summary keeps of a dossier so that it can be counted, as JSON types."""
    provider, members = dossier.one(Provider).name.strip(), dossier.all(Member)
    places = {member.id: place for place, member in enumerate(members)}
    visits = []
    for visit in dossier.all(Visit):
        spans = [s for stay in dossier.all(Stay, visit.id) if (s := Session(0, stay).span)]
        there = [places[member.id] for member in picked(visit.present, members)]
        visits.append([visit.date.isoformat() if visit.date else "", covered(spans), there])
    team = []
    for member in members:
        who = person_of(member, provider)
        team.append([who.name, who.organisation, who.certificate, who.contact, bool(member.lead)])
    scenes = sheet_of(dossier, Stage.DIAGNOSIS, instrument).scenes
    return {
        "levels": {stage.value: g.level if g.complete else None for stage, g in grades.items()},
        "scenes": [scenes.get(scene.name) for scene in instrument.scenes],
        "returned": len(dossier.all(ReturnOpinion)),
        "unanswered": sum(p.state not in CLOSED for p in dossier.points()),
        "team": team,
        "visits": visits,
        "across": [
            [a.kind.value, a.dossier.hex, a.words, a.page, a.record.hex if a.record else ""]
            for a in across
        ],
    }


@dataclass(frozen=True, slots=True)
class FunnelRow:
    """A step of the plan, with how many dossiers stand there and how many went on from there."""

    number: int
    name: str
    at: int
    beyond: int

    @property
    def reached(self) -> int:
        """How many came as far as this step."""
        return self.at + self.beyond


def funnel(entries: Iterable[Counted]) -> list[FunnelRow]:
    """The fourteen steps. One that is through has gone beyond the last; a dossier that was never
    judged stands at the first."""
    numbers = {step.key: step.number for step in STEPS}
    beyond = STEPS[-1].number + 1
    stands = Counter(
        beyond if entry.through else numbers.get(entry.step, STEPS[0].number) for entry in entries
    )
    left, rows = sum(stands.values()), []
    for step in STEPS:
        left -= stands[step.number]
        rows.append(FunnelRow(step.number, step.name, stands[step.number], left))
    return rows


@dataclass(frozen=True, slots=True)
class Row:
    """A group with the number of dossiers in each column."""

    name: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """All of the group."""
        return sum(self.counts)


Group = Callable[[Counted], str]


def grouped(
    entries: Iterable[Counted], group: Group, order: Sequence[str] = ()
) -> dict[str, list[Counted]]:
    """The entries by group: first those of `order`, then the others by size, the unknown last."""
    found: dict[str, list[Counted]] = {}
    for entry in entries:
        found.setdefault(group(entry) or UNKNOWN, []).append(entry)
    place = {name: number for number, name in enumerate(order)}

    def weight(name: str) -> tuple[bool, int, int, str]:
        return name == UNKNOWN, place.get(name, len(place)), -len(found[name]), name

    return {name: found[name] for name in sorted(found, key=weight)}


def levels_by(groups: Mapping[str, Sequence[Counted]], stage: Stage) -> list[Row]:
    """How many of each group have each of `LEVELS` at a stage."""
    return [
        Row(name, _spread(entry.levels.get(stage.value) for entry in held))
        for name, held in groups.items()
    ]


def scene_levels(entries: Iterable[Counted], instrument: Instrument) -> list[Row]:
    """How many have each of `LEVELS` in each scene by their diagnosis."""
    held = [entry.scenes for entry in entries]
    return [
        Row(scene.name, _spread(levels[n] if n < len(levels) else None for levels in held))
        for n, scene in enumerate(instrument.scenes)
    ]


def _spread(levels: Iterable[int | None]) -> tuple[int, ...]:
    counted = Counter(levels)
    return tuple(counted[level] for level in LEVELS)


def mean(row: Row) -> float | None:
    """The mean level of a distribution over `LEVELS`; None where nobody has one."""
    known = row.total - row.counts[0]
    weights = zip(LEVELS, row.counts, strict=True)
    return sum((level or 0) * count for level, count in weights) / known if known else None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the dossiers of a group are. Each stands in one of the first four.

    `blocked` are those with a blocking finding, `returned` those that came back, `times` how often
    in all, and `unanswered` the points that nothing was done about yet.
    """

    name: str
    unsigned: int
    running: int
    overdue: int
    finished: int
    blocked: int
    returned: int
    times: int
    unanswered: int

    @property
    def total(self) -> int:
        """All of the group."""
        return self.unsigned + self.running + self.overdue + self.finished


def progress_by(groups: Mapping[str, Sequence[Counted]]) -> list[Progress]:
    """Each group's agreements: not signed, under way, past the term, everything done."""
    return [_progress(name, held) for name, held in groups.items()]


def _progress(name: str, held: Sequence[Counted]) -> Progress:
    counted = Counter(standing(entry) for entry in held)
    return Progress(
        name=name,
        unsigned=counted["unsigned"],
        running=counted["running"],
        overdue=counted["overdue"],
        finished=counted["finished"],
        blocked=sum(bool(entry.findings.get("block")) for entry in held),
        returned=sum(bool(entry.returned) for entry in held),
        times=sum(entry.returned for entry in held),
        unanswered=sum(entry.unanswered for entry in held),
    )


def standing(entry: Counted) -> str:
    """Whether the agreement is "unsigned", "running" or "overdue", or all is "finished"."""
    if entry.finished:
        return "finished"
    if entry.days_left is None:
        return "unsigned"
    return "overdue" if entry.days_left < 0 else "running"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two dossiers with something in common. `page` and `record` are where it stands in `one`, the
    others where it does in `other`, whose page is "" where its own summary does not say so yet."""

    kind: Kind
    one: UUID
    other: UUID
    words: str
    page: str
    record: UUID | None
    other_page: str = ""
    other_record: UUID | None = None


def pairs(entries: Iterable[Counted]) -> list[Pair]:
    """What any two dossiers have in common, each pair once a kind, in the order of the kinds."""
    held = {entry.id: entry for entry in entries}
    found: dict[tuple[Kind, UUID, UUID], Pair] = {}
    for entry in held.values():
        for a in entry.across:
            if a.dossier not in held or a.dossier == entry.id:
                continue  # it was withdrawn or archived since
            back = found.get((a.kind, a.dossier, entry.id))
            if back is None:
                pair = Pair(a.kind, entry.id, a.dossier, a.words, a.page, a.record)
                found[a.kind, entry.id, a.dossier] = pair
            else:
                both = replace(back, other_page=a.page, other_record=a.record)
                found[a.kind, a.dossier, entry.id] = both
    weight = {kind: place for place, kind in enumerate((Kind.PRESENCE, Kind.PHOTO, Kind.PROSE))}
    return sorted(found.values(), key=lambda pair: weight[pair.kind])
