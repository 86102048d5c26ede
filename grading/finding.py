"""A finding: the one shape in which every judgement reaches a screen, a command or a document."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Severity(StrEnum):
    """How much a finding weighs: a block stops a final export, the others do not."""

    BLOCK = "block"
    WARN = "warn"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a click on a finding goes: a page of the window, and there a record and a field."""

    page: str
    record: UUID | None = None
    field: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong or worth knowing.

    `message` states what is wrong with its numbers, `clause` where that is written (a clause of
    the plan, or 一致性核对 where none says it), `remedy` what to do. All are Chinese sentences.
    `half` is the half of the plan whose papers it concerns: 1 the diagnosis, 2 the retrofit.
    """

    rule: str
    severity: Severity
    message: str
    clause: str
    remedy: str
    target: Target | None = None
    half: int = 1
