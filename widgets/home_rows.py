"""The home list's rows from the store's summaries, and which of them a filter leaves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from app.summaries import Summary
from forms.steps import STEPS
from grading.finding import Severity
from widgets.dossier_table import DossierRow
from widgets.marks import LEVEL_NAMES
from widgets.step_bars import StepCount

NEAR_DAYS = 7
_STEPS = {step.key: step for step in STEPS}


@dataclass(frozen=True, slots=True)
class Filter:
    """What the list is narrowed to: words of the name, one of the views, one step (0 is all)."""

    words: str = ""
    view: str = "all"
    step: int = 0

    def keeps(self, row: DossierRow, summary: Summary) -> bool:
        """Whether a dossier stays in the list."""
        if self.step and row.step != self.step:
            return False
        if self.view == "blocked" and not row.counts.get(Severity.BLOCK):
            return False
        if self.view == "near" and not is_near(summary):
            return False
        place = f"{row.name}{row.district}{row.industry}"
        return all(word in place for word in self.words.split())


def is_near(summary: Summary) -> bool:
    """Whether the agreement ends within a week, or has ended, and the work is not handed in."""
    left = summary.facts.get("days_left")
    return left is not None and left <= NEAR_DAYS and not _handed_in(summary)


def _handed_in(summary: Summary) -> bool:
    states = summary.facts.get("steps") or {}
    return bool(states) and all(state == "done" for state in states.values())


def row_of(summary: Summary) -> DossierRow:
    """One dossier as the table shows it; what was never judged stands at the first step."""
    facts = summary.facts
    step = _STEPS.get(facts.get("step", ""), STEPS[0])
    due, token = _due(summary)
    level, target = facts.get("level"), facts.get("target")
    reached = level is not None and target is not None and level >= target
    named = LEVEL_NAMES[target] if isinstance(target, int) and 0 <= target <= 4 else "未定"
    goal = "已达目标" if reached else named
    counts = facts.get("findings") or {}
    return DossierRow(
        key=str(summary.id),
        name=summary.name or "未命名企业",
        district=summary.district,
        industry=summary.industry,
        step=step.number,
        step_name=step.name,
        level=level,
        goal=goal,
        due=due,
        due_token=token,
        counts={severity: int(counts.get(severity.value, 0)) for severity in Severity},
    )


def _due(summary: Summary) -> tuple[str, str]:
    left = summary.facts.get("days_left")
    if left is None:
        return "未签", "ink3"
    if _handed_in(summary):
        return "已备齐", "ink3"
    if left < 0:
        return f"逾期 {-left} 天", "block"
    return f"{left} 天", "warn" if left <= NEAR_DAYS else "ink2"


def step_counts(rows: Iterable[DossierRow]) -> list[StepCount]:
    """How many dossiers stand at each step."""
    counted = Counter(row.step for row in rows)
    return [StepCount(step.number, step.name, counted[step.number]) for step in STEPS]
