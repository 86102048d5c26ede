"""What the rules see, and what they answer with."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from forms import fields as f
from forms.dossier import Answer, Dossier
from forms.evaluation import Stage
from forms.figures import Figures
from forms.pack import Pack
from forms.places import filled_pages
from grading.presence import Presence
from grading.prose_check import Shared
from grading.rules.judging import judge_all
from grading.rules.view import Judged, VisitView, view_visits
from grading.score import Grade
from grading.sheet import numbers_of
from grading.twins import Twin


@dataclass(frozen=True, slots=True)
class Edit:
    """A row of the change log: which device edited which record, and when by its clock, aware."""

    device: UUID
    record: UUID
    at: dt.datetime


@dataclass(frozen=True)
class Case:
    """A dossier with everything its judgement depends on.

    `words` holds the 字数 by chapter ("一".."四") and of chapters 一 to 四 together under "body";
    None where they were not counted. `twins` are the photos that show the same picture, by sha256.
    `grades` are the graded answers by stage; `outdated` the ids of signatures and scans that are of
    another state of their paper than it has now. `shared` is what other dossiers' reports have in
    common with this one's; `edits` are those that are dated, in their order; `elsewhere` the visits
    of other dossiers on this one's days.
    """

    dossier: Dossier
    pack: Pack
    today: dt.date
    words: Mapping[str, int] | None = None
    twins: Mapping[str, tuple[Twin, ...]] = field(default_factory=dict)
    grades: Mapping[Stage, Grade] = field(default_factory=dict)
    outdated: frozenset[UUID] = frozenset()
    shared: tuple[Shared, ...] = ()
    edits: tuple[Edit, ...] = ()
    elsewhere: tuple[Presence, ...] = ()

    def limit(self, rule: str) -> Decimal:
        """A rule's threshold as the pack has it; 0 where the pack does not know the rule."""
        known = self.pack.rules.get(rule)
        return known.limit if known else Decimal(0)

    @cached_property
    def filled(self) -> frozenset[str]:
        """The pages on which somebody filled in something."""
        return filled_pages(self.dossier)

    @cached_property
    def figures(self) -> Figures:
        """The pack's computed figures."""
        return Figures.parse(self.pack.figures, self.pack.instrument)

    @cached_property
    def photos(self) -> Mapping[UUID, Judged]:
        """Every photo in view with its verdict, by id."""
        return judge_all(self.dossier, self.pack, self.twins, self.today)

    @cached_property
    def visits(self) -> tuple[VisitView, ...]:
        """The visits in view, in order."""
        return view_visits(self.dossier, self.photos)

    def numbers(self, stage: Stage) -> dict[str, str]:
        """All figures typed beside the options of one stage, by the pack's keys."""
        return numbers_of(self.dossier, stage, self.figures)


@dataclass(frozen=True)
class Hit:
    """One rule set off: the numbers for its sentence, and where to go.

    `page` and `clause` are empty where the rule's own serve.
    """

    rule: str
    values: Mapping[str, object]
    record: UUID | None = None
    field: str = ""
    page: str = ""
    clause: str = ""
    half: int = 1


Hits = Iterator[Hit]


def hit(
    rule: str,
    record: UUID | None = None,
    field: str = "",
    page: str = "",
    clause: str = "",
    half: int = 1,
    **values: object,
) -> Hit:
    """Set off a rule; `values` fill its message."""
    return Hit(rule, values, record, field, page, clause, half)


def answered(answer: Answer) -> frozenset[str]:
    """The option letters of an item's answer."""
    return frozenset(f.chosen(answer.chosen))
