"""Where it hurts: the gaps by business area, ranked by what they cost on the way to the next level.

An area's weight is the share that its lost points have in what the next level lacks, and that its
scenes below that level have in the scenes lacking. Points of 数字化成效 are results and weigh
nothing; so does 资金保障, whose brackets follow the turnover.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from forms.areas import Area, Areas
from forms.instrument import Instrument, Scene
from grading.score import Grade


@dataclass(frozen=True)
class Weighed:
    """An area with what it lacks: points by item in thousandths, scenes below the wanted level."""

    area: Area
    lost: dict[str, int]
    below: tuple[Scene, ...]
    weight: Fraction

    @property
    def points(self) -> int:
        """The points lost in all."""
        return sum(self.lost.values())


def aim(grade: Grade, table: Instrument) -> int:
    """The level that areas are weighed for: the next one, or the last."""
    return grade.next.rule.level if grade.next else len(table.levels)


def weigh(
    grade: Grade, table: Instrument, areas: Areas, levels: Mapping[str, int]
) -> list[Weighed]:
    """The areas that lack something, the heaviest first. `levels` are all scenes'."""
    ahead = grade.next
    points = max(ahead.rule.min_score - ahead.points, 0) if ahead else 0
    scenes = 0
    if ahead:
        lacking = ahead.rule.min_scenes - ahead.scenes
        bound = ahead.rule.min_binding_scenes - ahead.binding_scenes
        scenes = max(lacking, bound, 0)
    level = aim(grade, table)
    found = []
    for area in areas.pain:
        lost = {i.name: i.points - grade.items[i.name] for i in table.items if i.name in area.items}
        lost = {name: left for name, left in lost.items() if left}
        below = tuple(s for s in table.scenes if s.name in area.scenes and levels[s.name] < level)
        weight = Fraction(sum(lost.values()), points or table.points)
        # A binding scene serves both counts of table 6.
        weight += Fraction(sum(2 + s.binding for s in below), 2 * (scenes or len(table.scenes)))
        if lost or below:
            found.append(Weighed(area, lost, below, weight))
    return sorted(found, key=lambda each: -each.weight)


def overrated(area: Area, own: Grade, ours: Grade) -> int:
    """By how many thousandths the enterprise put an area above the diagnosis; negative below."""
    return sum(own.items[name] - ours.items[name] for name in area.items)
