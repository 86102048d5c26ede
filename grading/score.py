"""Score and level of one answer sheet.

Source: 工信厅企业〔2024〕56号 for the points; table 6 of annex 3 for the level's double condition.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from forms.instrument import Instrument, Item, LevelRule
from grading.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Condition:
    """How far one level's two conditions are met.

    `points` in thousandths; `scenes` counts those at this level or above, binding ones included.
    """

    rule: LevelRule
    points: int
    scenes: int
    binding_scenes: int

    @property
    def points_met(self) -> bool:
        """The first condition: 数字化基础、管理及成效."""
        return self.points >= self.rule.min_score

    @property
    def scenes_met(self) -> bool:
        """The second condition, both of its counts: 数字化经营应用场景."""
        return (
            self.scenes >= self.rule.min_scenes
            and self.binding_scenes >= self.rule.min_binding_scenes
        )

    @property
    def met(self) -> bool:
        """Whether the level is reached."""
        return self.points_met and self.scenes_met


@dataclass(frozen=True, slots=True)
class Grade:
    """The judgement of a sheet: thousandths by official names in official order, and the level.

    `conditions[n - 1]` tells how level n stands. `unanswered` lists items, then scenes.
    """

    items: Mapping[str, int]
    indicators: Mapping[str, int]
    dimensions: Mapping[str, int]
    total: int
    level: int
    conditions: tuple[Condition, ...]
    unanswered: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether everything is answered."""
        return not self.unanswered

    @property
    def next(self) -> Condition | None:
        """The condition of the next level; None at the highest."""
        return self.conditions[self.level] if self.level < len(self.conditions) else None


def grade(instrument: Instrument, sheet: Sheet) -> Grade:
    """Grade a sheet. Nothing is rounded, unanswered earns 0 and counts as level 0.

    An answer that the table excludes (two of a single choice, 无 beside another: a merge can bring
    it) is no answer until a person settles it. A letter unknown to the table is a KeyError.
    """
    items = {item.name: _earned(item, sheet) for item in instrument.items}
    indicators = {i.name: sum(items[item.name] for item in i.items) for i in instrument.indicators}
    dimensions = {
        d.name: sum(indicators[i.name] for i in d.indicators) for d in instrument.dimensions
    }
    total = sum(dimensions.values())
    conditions = tuple(_condition(instrument, rule, sheet, total) for rule in instrument.levels)
    unanswered = [i.name for i in instrument.items if not _answered(i, sheet)]
    unanswered += [s.name for s in instrument.scenes if s.name not in sheet.scenes]
    return Grade(
        items=items,
        indicators=indicators,
        dimensions=dimensions,
        total=total,
        level=max((c.rule.level for c in conditions if c.met), default=0),
        conditions=conditions,
        unanswered=tuple(unanswered),
    )


def _answered(item: Item, sheet: Sheet) -> bool:
    chosen = sheet.items.get(item.name, frozenset())
    return bool(chosen) and item.allows(chosen)


def _earned(item: Item, sheet: Sheet) -> int:
    if not _answered(item, sheet):
        return 0
    return sum(item.scores[key] for key in sheet.items[item.name])


def _condition(instrument: Instrument, rule: LevelRule, sheet: Sheet, total: int) -> Condition:
    reached = [s for s in instrument.scenes if sheet.scenes.get(s.name, 0) >= rule.level]
    return Condition(rule, total, len(reached), sum(scene.binding for scene in reached))
