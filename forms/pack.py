"""A pack: one city's plan as data. Another city is a new folder, not a code change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from forms.areas import Areas
from forms.eligibility import Pilot
from forms.fields import Spec
from forms.instrument import Instrument
from forms.library import FirstScene
from forms.outline import Outline
from forms.papers import BY_KEY, PAPERS, Paper
from forms.questions import Question
from forms.survey import Survey
from forms.texts import Texts

NOT_PAID_FOR = "其他支出"
"""The kind of spending that no batch pays for."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the plan: `limit` is its threshold, `message` a template filled with its numbers.

    `gap` says that a finding of this rule means "not there yet" and not "there and wrong".
    `page` is where a click goes when the finding names no better place. `about` says what the rule
    is about where the template by itself would not.
    """

    id: str
    severity: str
    clause: str
    message: str
    remedy: str
    page: str
    limit: Decimal = Decimal(0)
    gap: bool = False
    about: str = ""


@dataclass(frozen=True, slots=True)
class UploadField:
    """A box of the platform: its name, the clause that asks for what goes in, and the paper's key
    (`forms.papers`)."""

    name: str
    clause: str
    paper: str


@dataclass(frozen=True, slots=True)
class Platform:
    """The city's platform: its boxes, and how large a file may be (millions of bytes). `note` says
    how far both are known."""

    name: str
    note: str
    limit_mb: int
    fields: tuple[UploadField, ...]

    def field_of(self, paper: str) -> UploadField | None:
        """The box that a paper goes into; None where it is not uploaded."""
        return next((each for each in self.fields if each.paper == paper), None)


@dataclass(frozen=True, slots=True)
class MailLimits:
    """What one mail may weigh, in millions of bytes as a mailbox counts: to begin with, and what
    is offered beside it."""

    limit_mb: int
    limits_mb: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch of pilot enterprises by the bureau's notices, which `source` names.

    Contract, invoice, payment and acceptance lie in the window, whose first day is None where no
    notice states it; `share` (a fraction) of the verified investment is paid, at most `cap_wan`
    万元 in all, for the `kinds` of spending. `list_published` is the day on which the batch's list
    of enterprises came out, None where it is not known; `papers_by` the last day for the assessor's
    report and the audit, None where no notice sets one.
    """

    name: str
    window_from: dt.date | None
    window_to: dt.date
    share: Decimal
    cap_wan: Decimal
    kinds: tuple[str, ...]
    source: str
    list_published: dt.date | None = None
    papers_by: dt.date | None = None

    def holds(self, day: dt.date) -> bool:
        """Whether a day lies in the window; its first and last day do."""
        return (self.window_from is None or self.window_from <= day) and day <= self.window_to

    @property
    def window(self) -> str:
        """The window in words."""
        start = f"{self.window_from.isoformat()}至" if self.window_from else "截至"
        return f"{start}{self.window_to.isoformat()}"


@dataclass(frozen=True, slots=True)
class Pack:
    """The plan's texts and numbers, its instrument, and the rules with their clauses."""

    id: str
    title: str
    document: str
    issued: str
    bureau: str
    bureau_email: str
    city: str
    districts: tuple[str, ...]
    industries: tuple[str, ...]
    term_days: int
    fence_m: int
    instrument: Instrument
    figures: Mapping[str, Any]
    rules: Mapping[str, Rule]
    #: What annexes 2, 4 and 5 are quoted from.
    texts: Texts
    platform: Platform
    mail: MailLimits
    #: The conditions for a pilot enterprise, as far as they are numbers.
    pilot: Pilot
    #: Whom to ask and what to see at a visit, as a proposal.
    survey: Survey
    #: The report's headings.
    outline: Outline
    #: The parts of the business that gaps are told by, and the projects that measures become.
    areas: Areas
    #: By the bureau's later notices; a batch that no notice ruled yet is not among them.
    batches: tuple[Batch, ...] = ()
    #: Months from the list's publication within which the retrofit is to be done, and its notice.
    retrofit_months: int = 0
    retrofit_source: str = ""
    #: The scenes of annex 1, whose 二级 and 三级 a provider may add to.
    library: tuple[FirstScene, ...] = ()
    #: What only a person can answer, in the report's order.
    questions: tuple[Question, ...] = ()
    #: Whether the program drafts by the facts: its drafters are written for the national table of
    #: 2024 and annex 3. Where not, only replies are drafted.
    drafts: bool = True
    #: Clauses of the plan that the forms are modelled on, as this plan has them.
    cites: Mapping[str, str] = field(default_factory=dict)
    #: The plan's papers, as this plan calls them.
    papers: tuple[Paper, ...] = PAPERS

    def called(self, key: str) -> str:
        """What a paper is called here."""
        return next(paper.name for paper in self.papers if paper.key == key)

    def cite(self, clause: str) -> str:
        """A clause that a form names, as this plan has it."""
        return cited(clause, self.cites)

    def offered(self, spec: Spec) -> tuple[str, ...]:
        """The boxes of a choice: the form's own, or the list of this pack that it names."""
        if spec.choices_from == "districts":
            return self.districts
        if spec.choices_from == "industries":
            return self.industries
        if spec.choices_from == "subjects":
            items, scenes = self.instrument.items, self.instrument.scenes
            return (*(item.name for item in items), *(scene.name for scene in scenes))
        if spec.choices_from == "spending":
            return self.spending
        if spec.choices_from == "figures":
            return tuple(row["name"] for row in self.figures["figures"])
        return spec.choices

    @property
    def spending(self) -> tuple[str, ...]:
        """The kinds of spending that any batch pays for, then what none does."""
        return (*dict.fromkeys(kind for each in self.batches for kind in each.kinds), NOT_PAID_FOR)

    def batch(self, name: str) -> Batch | None:
        """A batch by its name; None where no notice is known for it."""
        return next((each for each in self.batches if each.name == name.strip()), None)


def parse_batches(rows: list[dict[str, Any]]) -> tuple[Batch, ...]:
    """The batches of `pack.yaml`; ValueError where one is declared twice, or ends before it
    begins."""
    found: list[Batch] = []
    for row in rows:
        money = {key: Decimal(str(row[key])) for key in ("share", "cap_wan")}
        batch = Batch(**{**row, **money, "kinds": tuple(row["kinds"])})
        twice = any(each.name == batch.name for each in found)
        if twice or (batch.window_from and batch.window_to < batch.window_from):
            raise ValueError(f"batch {batch.name}")
        found.append(batch)
    return tuple(found)


def parse_platform(raw: dict[str, Any]) -> Platform:
    """The platform of `pack.yaml`; ValueError where a box names a paper that the plan has not, or
    that another box has."""
    fields = tuple(UploadField(**row) for row in raw["fields"])
    named = [each.paper for each in fields]
    if unknown := [paper for paper in named if paper not in BY_KEY or named.count(paper) > 1]:
        raise ValueError(f"the platform's box for {unknown[0]}")
    return Platform(raw["name"], raw["note"], raw["limit_mb"], fields)


def parse_mail(raw: dict[str, Any]) -> MailLimits:
    """The mailbox's limits of `pack.yaml`."""
    return MailLimits(raw["limit_mb"], tuple(raw["limits_mb"]))


def layered(
    base: list[dict[str, Any]], own: list[dict[str, Any]], facts: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The rows of another pack's rules as this one has them: its `cites` and `words` put in their
    place, then its own rows over them, field by field."""
    cites, words = facts.get("cites", {}), facts.get("words", {})
    found = {}
    for row in base:
        made = {**row, "clause": cited(row["clause"], cites)}
        for name in ("message", "about", "remedy"):
            for old, new in words.items() if name in row else ():
                made[name] = made[name].replace(old, new)
        found[row["id"]] = made
    for row in own:
        found[row["id"]] = {**found.get(row["id"], {}), **row}
    return list(found.values())


def cited(clause: str, cites: Mapping[str, str]) -> str:
    """A clause of the plan that forms and rules name, as another plan has it: by the longest of
    `cites` that it begins with, or as it stands."""
    known = [each for each in cites if clause.startswith(each)]
    return cites[max(known, key=len)] if known else clause


def parse_rules(rows: list[dict[str, Any]]) -> dict[str, Rule]:
    """The rules of `rules.yaml` by id; ValueError where one is declared twice."""
    found: dict[str, Rule] = {}
    for row in rows:
        rule = Rule(**{**row, "limit": Decimal(str(row.get("limit", 0)))})
        if rule.id in found:
            raise ValueError(f"rule {rule.id} is declared twice")
        found[rule.id] = rule
    return found
