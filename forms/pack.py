"""A pack: one city's plan as data. Another city is a new folder, not a code change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from forms.fields import Spec
from forms.instrument import Instrument
from forms.library import FirstScene
from forms.papers import BY_KEY
from forms.questions import Question
from forms.texts import Texts


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the plan: `limit` is its threshold, `message` a template filled with its numbers.

    `gap` says that a finding of this rule means "not there yet" and not "there and wrong".
    `page` is where a click goes when the finding names no better place.
    """

    id: str
    severity: str
    clause: str
    message: str
    remedy: str
    page: str
    limit: Decimal = Decimal(0)
    gap: bool = False


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
    #: The scenes of annex 1, whose 二级 and 三级 a provider may add to.
    library: tuple[FirstScene, ...] = ()
    #: What only a person can answer, in the report's order.
    questions: tuple[Question, ...] = ()

    def offered(self, spec: Spec) -> tuple[str, ...]:
        """The boxes of a choice: the form's own, or the list of this pack that it names."""
        if spec.choices_from == "districts":
            return self.districts
        if spec.choices_from == "industries":
            return self.industries
        if spec.choices_from == "figures":
            return tuple(row["name"] for row in self.figures["figures"])
        return spec.choices


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


def parse_rules(rows: list[dict[str, Any]]) -> dict[str, Rule]:
    """The rules of `rules.yaml` by id; ValueError where one is declared twice."""
    found: dict[str, Rule] = {}
    for row in rows:
        rule = Rule(**{**row, "limit": Decimal(str(row.get("limit", 0)))})
        if rule.id in found:
            raise ValueError(f"rule {rule.id} is declared twice")
        found[rule.id] = rule
    return found
