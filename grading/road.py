"""The road of fourteen steps (方案 三): which have begun, and which came to their conclusion."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from forms.dossier import Acceptance, Dossier, Filing, Partner
from forms.steps import BY_KEY, STEPS

if TYPE_CHECKING:  # the rules ask here, so that nothing of theirs is needed to read this file
    from grading.rules.case import Case

#: What ends a step, as the record that says so has it; the next step begins with it.
_CONCLUDED: dict[str, Callable[[Dossier], bool]] = {
    "choice": lambda d: bool(d.all(Partner)),
    "contract": lambda d: any(partner.contracted for partner in d.all(Partner)),
    "filing": lambda d: d.one(Filing).declared_on is not None,
    "acceptance": lambda d: d.one(Acceptance).opinion_on is not None,
}


def begun(case: Case, step_key: str) -> bool:
    """Whether a step has begun: something stands in it or in a later one of its half, or the step
    before has come to its conclusion. A rule of the second half says nothing before."""
    step = BY_KEY[step_key]
    if step.number == 1:
        return True
    later = (s for s in STEPS if s.half == step.half and s.number >= step.number)
    if any(page.key in case.filled for each in later for page in each.pages):
        return True
    ends = _CONCLUDED.get(STEPS[step.number - 2].key)
    return ends is not None and ends(case.dossier)
