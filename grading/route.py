"""The way on: what the next level lacks, what an unfinished sheet can still reach, and the line
that the `grade` command prints."""

from dataclasses import dataclass

from forms.instrument import Instrument, Kind
from grading.score import Grade, grade
from grading.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Route:
    """What the next level lacks; a part that is met is 0.

    `points` in thousandths. `scenes` and `binding_scenes` are each the shortfall of their own
    count: a binding scene that is raised serves both, so that at least max(scenes, binding_scenes)
    scenes must reach `level`, and `binding_scenes` of these must be binding ones.
    """

    level: int
    points: int
    scenes: int
    binding_scenes: int


def route(result: Grade) -> Route | None:
    """What the level above the reached one lacks; None at the highest level."""
    ahead = result.next
    if ahead is None:
        return None
    return Route(
        level=ahead.rule.level,
        points=max(0, ahead.rule.min_score - ahead.points),
        scenes=max(0, ahead.rule.min_scenes - ahead.scenes),
        binding_scenes=max(0, ahead.rule.min_binding_scenes - ahead.binding_scenes),
    )


def ceiling(instrument: Instrument, sheet: Sheet) -> int:
    """The highest level that the open questions still allow.

    While it is above the reached level, a screen says “至少一级” or “等级待定”; equal, it is fixed.
    """
    items = dict(sheet.items)
    scenes = {s.name: len(instrument.levels) for s in instrument.scenes} | dict(sheet.scenes)
    for item in instrument.items:
        chosen = items.get(item.name, frozenset())
        if not chosen or not item.allows(chosen):
            best = sorted(item.options, key=lambda option: option.score)
            earning = best[-1:] if item.kind is Kind.SINGLE else [o for o in best if o.score]
            items[item.name] = frozenset(option.key for option in earning)
    return grade(instrument, Sheet(items, scenes)).level


def grade_line(result: Grade) -> dict[str, object]:
    """The `grade` command's JSON object for one sheet, without `file`; points are floats there."""
    ahead = route(result)
    return {
        "score": result.total / 1000,
        "dimensions": {name: points / 1000 for name, points in result.dimensions.items()},
        "indicators": {name: points / 1000 for name, points in result.indicators.items()},
        "level": result.level,
        "complete": result.complete,
        "unanswered": list(result.unanswered),
        "next": ahead
        and {
            "level": ahead.level,
            "points": ahead.points / 1000,
            "scenes": ahead.scenes,
            "binding_scenes": ahead.binding_scenes,
        },
    }
