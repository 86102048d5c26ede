"""The home list's rows from the dossiers' summaries, its columns' orders, and its views with what
stands below them in the navigation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from app.portfolio import NEAR_DAYS, Entry, Facet, Sort, Value
from forms.steps import HALVES, STEPS
from grading.finding import Severity
from widgets.dossier_model import DISTRICT, DUE, FINDINGS, INDUSTRY, LEVEL, NAME, STEP, DossierRow
from widgets.marks import LEVEL_NAMES
from widgets.nav import NavEntry
from widgets.step_bars import StepCount

if TYPE_CHECKING:
    from app.search import Hit

#: The plan's fourteen steps by number.
STEP_NAMES = {step.number: step.name for step in STEPS}
#: The columns' own orders, and whether the highest comes first in them.
SORTS = {
    NAME: (Sort.NAME, False),
    DISTRICT: (Sort.DISTRICT, False),
    INDUSTRY: (Sort.INDUSTRY, False),
    STEP: (Sort.STEP, False),
    LEVEL: (Sort.LEVEL, True),
    FINDINGS: (Sort.FINDINGS, True),
    DUE: (Sort.DUE, False),
}
TEAM = (
    NavEntry("statistics", "汇总统计", icon="chart"),
    NavEntry("receiving", "收发文件包", icon="transfer"),
)
FOOT = (
    NavEntry("help", "帮助", icon="help"),
    NavEntry("look", "外观", icon="half"),
    NavEntry("security", "数据安全", icon="lock"),
)
"""What is opened from the navigation below the views, by the actions' names."""
#: What a search finds there, the row shows by itself.
SHOWN = {("enterprise", "name"), ("enterprise", "district"), ("enterprise", "industry")}


def row_of(entry: Entry, today: dt.date, hit: Hit | None = None) -> DossierRow:
    """One dossier as the table shows it; what was never judged stands at the first step."""
    step = entry.step or 1
    due, token = _due(entry, today)
    level, target = entry.level, entry.target
    reached = level is not None and target is not None and level >= target
    named = LEVEL_NAMES[target] if target is not None and 0 <= target <= 4 else "未定"
    counts = {Severity.BLOCK: entry.block, Severity.WARN: entry.warn, Severity.INFO: entry.info}
    row = DossierRow(
        key=str(entry.id),
        name=entry.name or "未命名企业",
        district=entry.district,
        industry=entry.industry,
        step=step,
        step_name=STEP_NAMES.get(step, ""),
        level=level,
        goal="已达目标" if reached else named,
        due=due,
        due_token=token,
        counts={severity: count for severity, count in counts.items() if count is not None},
    )
    if hit is None:
        return row
    from app.trail_words import field_words  # loaded late: the list shows before the forms are
    from forms.record import forms

    where = f"{forms()[hit.form].title}“{field_words(hit.form, hit.path)}”："
    first, last = (len(where) + place for place in hit.found)
    return replace(row, hit=where + hit.snippet, found=(first, last))


def _due(entry: Entry, today: dt.date) -> tuple[str, str]:
    left = entry.days_left(today)
    if left is None:
        return "未签", "ink3"
    if entry.handed:
        return "已备齐", "ink3"
    if left < 0:
        return f"逾期 {-left} 天", "block"
    return f"{left} 天", "warn" if left <= NEAR_DAYS else "ink2"


def step_groups(
    counts: Mapping[tuple[Value, ...], int],
) -> list[tuple[str, list[StepCount]]]:
    """How many dossiers stand at each of the fourteen steps, by the plan's halves."""
    return [
        (
            name,
            [
                StepCount(step.number, step.name, counts.get((step.number,), 0))
                for step in STEPS
                if step.half == half
            ],
        )
        for half, name in HALVES.items()
    ]


@dataclass(frozen=True, slots=True)
class View:
    """One of the list's views: its name and mark, and what of a `Query` makes it."""

    key: str
    name: str
    icon: str
    token: str = "ink2"
    changes: Mapping[str, Any] = field(default_factory=dict)


#: What no view changes.
CONFLICTS = "conflicts"
PLAIN: dict[str, Any] = {"chosen": {}, "within": None, "blocked": False, "conflicted": False}
EVERY = "all"


def views(person: str) -> tuple[View, ...]:
    """The list's views; `person` works here."""
    own = {"chosen": {Facet.CONSULTANT: frozenset({person})}}
    return (
        View(EVERY, "全部档案", "folder"),
        *((View("own", "我负责的", "person", changes=own),) if person else ()),
        View("near", f"{NEAR_DAYS} 天内到期", "clock", changes={"within": NEAR_DAYS}),
        View("blocked", "有阻断", "block", "block", {"blocked": True}),
        View(CONFLICTS, "冲突待定", "fork", changes={"conflicted": True}),
    )
