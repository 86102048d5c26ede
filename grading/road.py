"""The road of fourteen steps (方案 三): from when to when each ran, and whether it has begun.

Nobody ticks a step off: its days are those that stand in its records. `STANDS` says for each step
in which fields its work shows, and in which its conclusion; the fields are named form.field.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forms.dossier import Dossier
from forms.record import forms
from forms.steps import BY_KEY, STEPS

if TYPE_CHECKING:  # the rules ask here, so that nothing of theirs is needed to read this file
    from grading.rules.case import Case


@dataclass(frozen=True, slots=True)
class Days:
    """The fields of days on which a step was worked on, and of those that conclude it."""

    work: tuple[str, ...]
    end: tuple[str, ...] = ()


STANDS: dict[str, Days] = {
    "needs": Days(
        tuple(f"eligibility.{each}_on" for each in ("registered", "sme", "trusted", "local"))
    ),
    "contact": Days(("contact.date", "plan.sent_on"), ("background.self_on",)),
    "agreement": Days(("agreement.signed_on",), ("agreement.signed_on",)),
    "visit": Days(("visit.date",), ("visit.date",)),
    "briefing": Days(("briefing.held_on",), ("briefing.held_on",)),
    "report": Days((), ("agreement.reported_on",)),
    "handin": Days(
        ("sending.sent_at", "diagnosisacceptance.held_on"), ("diagnosisacceptance.issued_on",)
    ),
    "choice": Days(("partner.looked_on",), ("selection.decided_on",)),
    "contract": Days(("contract.signed_on",), ("contract.signed_on",)),
    "retrofit": Days(("contract.starts_on", "milestone.done_on"), ("milestone.done_on",)),
    "filing": Days(("filing.declared_on",), ("filing.declared_on",)),
    "assessment": Days(("assessment.visited_on",), ("assessment.reported_on",)),
    "acceptance": Days(("examination.date",), ("acceptance.opinion_on",)),
    "subsidy": Days(("audit.date", "subsidyentry.date"), ("subsidyentry.date",)),
}


def began_on(dossier: Dossier, step_key: str) -> dt.date | None:
    """The first day that stands in a step's records."""
    days = STANDS[step_key]
    return min(_known(_days(dossier, (*days.work, *days.end))), default=None)


def ended_on(dossier: Dossier, step_key: str) -> dt.date | None:
    """The day of a step's conclusion; None as long as one of its records waits for its day."""
    days = list(_days(dossier, STANDS[step_key].end))
    return None if None in days else max(_known(days), default=None)


def begun(case: Case, step_key: str) -> bool:
    """Whether a step has begun: something stands in it or in a later one of its half, or the step
    before has come to its conclusion. A rule of the second half says nothing before."""
    step = BY_KEY[step_key]
    if step.number == 1:
        return True
    later = (s for s in STEPS if s.half == step.half and s.number >= step.number)
    if any(page.key in case.filled for each in later for page in each.pages):
        return True
    return ended_on(case.dossier, STEPS[step.number - 2].key) is not None


def _days(dossier: Dossier, fields: Iterable[str]) -> Iterator[dt.date | None]:
    for each in fields:
        name, _, field = each.partition(".")
        form = forms()[name]
        for record in [dossier.one(form)] if form.single else dossier.all(form):
            day = getattr(record, field)
            yield day.date() if isinstance(day, dt.datetime) else day


def _known(days: Iterable[dt.date | None]) -> Iterator[dt.date]:
    return (day for day in days if day is not None)
