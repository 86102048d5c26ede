"""A visit on the clock: its sessions, its photos by kind, what is missing at its due place.

One model for the screen and for paper, which draw it each in their own way. Times are minutes of
the day in the factory's zone, lengths minutes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from forms.dossier import Dossier, Visit
from forms.pack import Pack
from forms.photo_facts import BEIJING
from forms.visit import OFFICE_KINDS
from grading.finding import Finding
from grading.photo_verdict import PhotoWord
from grading.rules.numbers import covered, duration
from grading.rules.view import Judged, VisitView
from grading.rules.view import Session as Stayed

GATE_KINDS = ("入场", "离场")
#: The rows by the kinds that stand in them; photos of any other kind have a row of their own.
_ROWS = {"入场离场": GATE_KINDS, "办公场所": OFFICE_KINDS, "生产现场": ("生产现场",)}
_OTHERS = "其他"
_GATE_RULES = {"入场": "STAY-ARRIVAL", "离场": "STAY-DEPARTURE"}
_EXPLAINED = "STAY-EXPLAINED"
#: For so long after a session's end its people are still near enough to mend what it lacks.
STILL_THERE = 30
#: How many lines of marks a row has at most; photos beyond are counted, not drawn.
LANES = 6
_HAIR = 0.01


@dataclass(frozen=True, slots=True)
class Session:
    """One stay from `start` to `end`, with what stands in its bar."""

    start: int
    end: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A photo (`verdict`) or a missing one (`missing` says which) in row `row`.

    `minute` is its minute of the day; None is a photo without a time, kept at the right end.
    """

    key: str
    row: int
    minute: int | None
    verdict: PhotoWord | None = None
    missing: str = ""


@dataclass(frozen=True, slots=True)
class VisitDay:
    """All that a timeline shows.

    `lacking` says how long the visit is still short and `until` when it would be enough; `now` and
    both of these are for the visit's own day. `counts` holds, a row each, the photos that count and
    the number that is needed, 0 where none is.
    """

    rows: tuple[str, ...]
    sessions: tuple[Session, ...]
    marks: tuple[Mark, ...]
    total: int
    needed: int
    total_text: str = ""
    now: int | None = None
    until: int | None = None
    lacking: str = ""
    counts: tuple[tuple[int, int], ...] = ()

    @property
    def hours(self) -> tuple[int, int]:
        """The first and the last full hour to be shown, at least four hours apart."""
        times = [t for s in self.sessions for t in (s.start, s.end)]
        times += [m.minute for m in self.marks if m.minute is not None]
        times += [t for t in (self.now, self.until) if t is not None]
        if not times:
            return 9 * 60, 17 * 60
        first = min(times) // 60 * 60
        return first, max((max(times) // 60 + 1) * 60, first + 240)


@dataclass(frozen=True)
class Scene:
    """One visit at one moment: the dossier, what was judged of it, and the clock.

    `now` is aware; it matters only on the visit's own day, and paper has none.
    """

    dossier: Dossier
    pack: Pack
    view: VisitView
    findings: tuple[Finding, ...]
    now: dt.datetime | None = None

    @property
    def visit(self) -> Visit:
        """The visit's record."""
        return self.view.visit

    @property
    def minute(self) -> int | None:
        """The minute of the visit's own day that it is now; None on any other day."""
        here = self.now.astimezone(BEIJING) if self.now else None
        if here is None or here.date() != self.visit.date:
            return None
        return here.hour * 60 + here.minute

    @cached_property
    def records(self) -> frozenset[UUID]:
        """The visit and everything that belongs to it."""
        stays = (session.stay.id for session in self.view.sessions)
        photos = (each.photo.id for each in self.view.photos)
        return frozenset((self.visit.id, *stays, *photos))

    @cached_property
    def own(self) -> tuple[Finding, ...]:
        """The findings about this visit."""
        return tuple(
            x for x in self.findings if x.target is not None and x.target.record in self.records
        )

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """Entry and exit of each session; a stay still open today lasts until now."""
        return [span for s in self.view.sessions if (span := self.span(s)) is not None]

    def span(self, session: Stayed) -> tuple[int, int] | None:
        """Entry and exit of one session as far as it goes now."""
        if session.span is not None:
            return session.span
        start = session.start
        if start is None or session.end is not None or self.minute is None or start >= self.minute:
            return None
        return start, self.minute

    @property
    def total(self) -> int:
        """Minutes on the premises; what overlaps counts once."""
        return covered(self.spans)

    def limit(self, rule: str) -> int:
        """A rule's threshold in the pack; 0 where it has none."""
        known = self.pack.rules.get(rule)
        return int(known.limit) if known else 0

    @property
    def lacking(self) -> int:
        """Minutes that the visit is still short of its hours."""
        return max(0, self.limit("VISIT-HOURS") * 60 - self.total)

    @property
    def until(self) -> int | None:
        """When today's stay, if it goes on, will have lasted long enough.

        None where it has, and where the team left a while ago: a new session must begin then.
        """
        if self.minute is None or not self.lacking or not self.spans:
            return None
        last = max(end for _, end in self.spans)
        due = max(last, self.minute) + self.lacking
        return due if due < 24 * 60 and self.minute - last <= STILL_THERE else None

    @property
    def gates(self) -> tuple[int, int]:
        """How many gate photos there are, one for every entry and exit, and how many are due."""
        due = 2 * len(self.view.sessions)
        return due - sum(len(self.missing_gate(kind)) for kind in GATE_KINDS), due

    def missing_gate(self, kind: str) -> list[tuple[Stayed, bool]]:
        """The sessions without a photo at the gate, each with whether a reason was accepted."""
        said = {_GATE_RULES[kind]: False, _EXPLAINED: True}
        # A reason stands behind 照片 in the sentence, and may name the other kind.
        lacking = {
            x.target.record: said[x.rule]
            for x in self.own
            if x.target and x.rule in said and x.message.partition("照片")[0].endswith(kind)
        }
        return [(s, lacking[s.stay.id]) for s in self.view.sessions if s.stay.id in lacking]


def clock(minute: int) -> str:
    """A minute of the day as 9:05."""
    return f"{minute // 60}:{minute % 60:02d}"


def half(minute: int) -> str:
    """The half of the day."""
    return "上午" if minute < 12 * 60 else "下午"


def minute_of(judged: Judged) -> int | None:
    """The minute of the day, in the factory's zone, at which a photo was taken."""
    taken = judged.taken_at
    if taken is None:
        return None
    here = taken.astimezone(BEIJING)
    return here.hour * 60 + here.minute


def in_order(photos: Iterable[Judged]) -> list[Judged]:
    """Photos by the time they were taken; those without a time last, as they were added."""
    late = dt.datetime.max.replace(tzinfo=dt.UTC)
    return sorted(photos, key=lambda each: each.taken_at or late)


def day(scene: Scene) -> VisitDay:
    """The visit on a clock."""
    need = scene.limit("VISIT-HOURS") * 60
    until, lacking = scene.until, ""
    if until is not None:
        lacking = f"还需 {duration(scene.lacking)}，至 {clock(until)}"
    rows = [*_ROWS]
    if any(_row(each) == len(rows) for each in scene.view.photos):
        rows.append(_OTHERS)
    spans = sorted(scene.spans)
    return VisitDay(
        rows=tuple(rows),
        sessions=tuple(Session(start, end, _bar_text(start, end)) for start, end in spans),
        marks=(*map(_mark, scene.view.photos), *_missing(scene)),
        total=scene.total,
        needed=need,
        total_text=f"{duration(scene.total)} / {duration(need)}",
        now=scene.minute,
        until=until,
        lacking=lacking,
        counts=_counts(scene)[: len(rows)],
    )


def _bar_text(start: int, end: int) -> str:
    long, short = f"{half(start)} {duration(end - start)}", duration(end - start)
    return long if end - start >= 80 else short


def _row(judged: Judged) -> int:
    kinds = list(_ROWS.values())
    return next((n for n, held in enumerate(kinds) if judged.photo.kind in held), len(kinds))


def _mark(judged: Judged) -> Mark:
    word = judged.verdict.word if judged.verdict else PhotoWord.UNSUPPORTED
    return Mark(str(judged.photo.id), _row(judged), minute_of(judged), word)


def _counts(scene: Scene) -> tuple[tuple[int, int], ...]:
    view = scene.view
    others = sum(_row(each) == len(_ROWS) for each in view.counted)
    return (
        scene.gates,
        (len(view.of_kind(*OFFICE_KINDS)), scene.limit("VISIT-OFFICE")),
        (len(view.of_kind("生产现场")), scene.limit("VISIT-FLOOR")),
        (others, 0),
    )


def _missing(scene: Scene) -> Iterator[Mark]:
    several = len(scene.view.sessions) > 1
    for kind in GATE_KINDS:
        for session, explained in scene.missing_gate(kind):
            minute = session.start if kind == "入场" else session.end
            if minute is None:
                minute = scene.minute
            if minute is None:
                continue
            where = half(minute) if several else ""
            words = f"{where}{kind}已说明" if explained else f"缺{where}{kind}"
            yield Mark(f"{kind} {session.stay.id}", 0, minute, None, words)


def spread(
    wanted: Sequence[tuple[float, float]], slip: float, end: float
) -> list[tuple[float, int] | None]:
    """Where marks stand that must not cover each other: each one's left edge and line, from 0.

    `wanted` holds, in rising order, the left edge that a mark should have and its width. It may
    move right by `slip`, so that two of one moment stand side by side, and not beyond `end`; where
    that is not enough it goes down a line. None is for those that `LANES` lines have no room for.
    """
    free: list[float] = []
    placed: list[tuple[float, int] | None] = []
    for want, width in wanted:
        for line in range(LANES):
            if line == len(free):
                free.append(0.0)
            # At the right end there is nowhere to move to but left.
            x = max(min(want, end - width), free[line])
            if x - want <= slip + _HAIR and x + width <= end + _HAIR:
                free[line] = x + width
                placed.append((x, line))
                break
        else:
            placed.append(None)
    return placed
