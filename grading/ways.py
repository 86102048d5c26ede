"""The cheapest ways to a level: which options of items to gain, which scenes to raise.

Both conditions of table 6 (annex 3) are met apart from each other: points come from items alone,
and the counts from scenes alone. So each is solved exactly by itself: the scenes by choosing the
cheapest, binding ones first; the points as a knapsack over the items' options, with points counted
in steps of their greatest common divisor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import gcd

from forms.advice import Advice, Effort
from forms.instrument import NUMERALS, Instrument, Item, Kind, LevelRule
from grading.score import grade
from grading.sheet import Sheet

_OTHER = "换用其他措施"
_NEVER = 1 << 60
"""A cost that nothing reaches."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One improvement: an option of an item to gain (`key` is its letter), or a scene to raise to
    the level that `key` names.

    `gain` is in thousandths of a point, 0 for a scene. `cost` is in whatever unit the costs were
    given in, a whole number from 0; `effort` the largest that it takes.
    """

    subject: str
    key: str
    gain: int
    cost: int
    effort: Effort
    binding: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """One way to `level`: its measures in the instrument's order, items first; what it costs."""

    name: str
    level: int
    measures: tuple[Measure, ...]

    @property
    def cost(self) -> int:
        """The costs of all measures together."""
        return sum(measure.cost for measure in self.measures)

    @property
    def steps(self) -> frozenset[tuple[str, str]]:
        """Its measures by subject and key, as the dossier keeps a chosen route."""
        return frozenset((measure.subject, measure.key) for measure in self.measures)

    @property
    def gain(self) -> int:
        """The points that it brings, in thousandths."""
        return sum(measure.gain for measure in self.measures)


@dataclass(frozen=True)
class Costs:
    """What measures cost: `option(item, key)` one option of an item, for a single choice the step
    from the option below; `step(scene, level)` raising a scene from the level below.

    None is a cost that is not known: what takes that step is not offered. `barred` are items whose
    points are not to be had by doing: results follow, they are not made.
    """

    option: Callable[[str, str], tuple[int, Effort] | None]
    step: Callable[[str, int], tuple[int, Effort] | None]
    barred: frozenset[str] = frozenset()


#: One large measure is dearer than two middle ones, a middle one than two small ones.
_WEIGHTS = {Effort.SMALL: 1, Effort.MIDDLE: 3, Effort.LARGE: 8}


def pack_costs(advice: Advice) -> Costs:
    """Costs by the pack's efforts; results are barred, for nobody can promise them."""

    def option(item: str, key: str) -> tuple[int, Effort]:
        effort = advice.items[item].options[key].effort
        return _WEIGHTS[effort], effort

    def step(scene: str, level: int) -> tuple[int, Effort]:
        effort = advice.steps[scene, level].effort
        return _WEIGHTS[effort], effort

    barred = frozenset(name for name, item in advice.items.items() if item.result)
    return Costs(option, step, barred)


Step = tuple[str, str]
"""What has a price of its own: an item and the letter of an option, a scene and the level reached;
of a single choice and of a scene, the step from the one below."""


def price_costs(advice: Advice, prices: Mapping[Step, int]) -> Costs:
    """Costs by a provider's prices, in whole units of money; what has no price is not offered."""
    pack = pack_costs(advice)

    def option(item: str, key: str) -> tuple[int, Effort] | None:
        price, known = prices.get((item, key)), pack.option(item, key)
        return None if price is None or known is None else (price, known[1])

    def step(scene: str, level: int) -> tuple[int, Effort] | None:
        price, known = prices.get((scene, str(level))), pack.step(scene, level)
        return None if price is None or known is None else (price, known[1])

    return Costs(option, step, pack.barred)


Weigh = Callable[[Measure], int]
"""What a measure counts for when ways are compared; the least sum is the best."""


def measures(instrument: Instrument, sheet: Sheet, level: int, costs: Costs) -> list[list[Measure]]:
    """Everything that could be done towards `level`, as groups of which one at most is taken.

    A scene stands in a group of its own, and so does each option of a multiple choice; the options
    of a single choice above the present one stand in one group.
    """
    groups: list[list[Measure]] = []
    for item in instrument.items:
        if item.name not in costs.barred:
            groups += _of_item(item, sheet, costs)
    for scene in instrument.scenes:
        at = sheet.scenes.get(scene.name, 0)
        if at < level:
            taken = _together([costs.step(scene.name, to) for to in range(at + 1, level + 1)])
            if taken is not None:
                groups.append([Measure(scene.name, str(level), 0, *taken, binding=scene.binding)])
    return groups


def _of_item(item: Item, sheet: Sheet, costs: Costs) -> list[list[Measure]]:
    chosen = sheet.items.get(item.name, frozenset())
    chosen = chosen if item.allows(chosen) else frozenset()
    if item.kind is Kind.MULTI:
        return [
            [Measure(item.name, option.key, option.score, *cost)]
            for option in item.options
            if option.score > 0 and option.key not in chosen
            if (cost := costs.option(item.name, option.key)) is not None
        ]
    ranked = sorted(item.options, key=lambda option: option.score)
    now = max((item.scores[key] for key in chosen), default=0)
    above = [option for option in ranked if option.score > now]
    found = []
    for place, option in enumerate(above):
        taken = _together([costs.option(item.name, each.key) for each in above[: place + 1]])
        if taken is not None:
            found.append(Measure(item.name, option.key, option.score - now, *taken))
    return [found] if found else []


def _together(steps: Sequence[tuple[int, Effort] | None]) -> tuple[int, Effort] | None:
    order, known = list(Effort), [step for step in steps if step is not None]
    if len(known) < len(steps):
        return None
    return sum(cost for cost, _ in known), max((e for _, e in known), key=order.index)


def ways(
    instrument: Instrument, sheet: Sheet, level: int, costs: Costs, most: int = 4
) -> list[Way]:
    """Different ways to `level`, the cheapest first; empty where it is reached already, or cannot
    be reached with what is not barred.

    After the cheapest come the one of the fewest measures, the one that avoids large ones as far as
    that can be, and then the cheapest without the dearest measures of those before: each the best
    there is by its own rule. Raises ValueError where the table has no such level.
    """
    rule = next((rule for rule in instrument.levels if rule.level == level), None)
    if rule is None:
        raise ValueError(f"no level {level}")
    groups = measures(instrument, sheet, level, costs)
    #: More than all costs together: what it is added to counts before any cost.
    total = 1 + sum(max(m.cost for m in group) for group in groups)
    rules: list[tuple[str, Weigh]] = [
        ("投入最省", lambda m: m.cost),
        ("措施最少", lambda m: m.cost + total),
        ("避开大改造", lambda m: m.cost + (total if m.effort is Effort.LARGE else 0)),
    ]
    found: list[Way] = []
    for name, weigh in rules[:most]:
        _add(found, _best(instrument, sheet, rule, groups, weigh, name))
    avoided: set[tuple[str, str]] = set()

    def without(measure: Measure) -> int:
        return measure.cost + (total if (measure.subject, measure.key) in avoided else 0)

    while found and found[0].measures and len(found) < most:
        dear = {key for way in found if (key := _dearest(way.measures, avoided)) is not None}
        avoided |= dear
        if not dear:
            break
        others = sum(way.name.startswith(_OTHER) for way in found)
        name = f"{_OTHER}之{NUMERALS[others + 1]}"
        _add(found, _best(instrument, sheet, rule, groups, without, name))
    return [way for way in found if way.measures]


def _add(found: list[Way], way: Way | None) -> bool:
    """Keep a way that is new."""
    if way is None or any(set(way.measures) == set(each.measures) for each in found):
        return False
    found.append(way)
    return True


def _dearest(taken: Iterable[Measure], avoided: set[tuple[str, str]]) -> tuple[str, str] | None:
    left = [m for m in taken if (m.subject, m.key) not in avoided]
    dearest = max(left, key=lambda m: (m.cost, m.gain), default=None)
    return None if dearest is None else (dearest.subject, dearest.key)


def _best(
    instrument: Instrument,
    sheet: Sheet,
    rule: LevelRule,
    groups: Sequence[Sequence[Measure]],
    weigh: Weigh,
    name: str,
) -> Way | None:
    """The way of the least weight; None where the table cannot be met at all."""
    held = grade(instrument, sheet)
    earning = [group for group in groups if group[0].gain]
    raising = [group[0] for group in groups if not group[0].gain]
    now = held.conditions[rule.level - 1]
    points = _points(earning, rule.min_score - held.total, weigh)
    scenes = _scenes(
        raising,
        rule.min_scenes - now.scenes,
        rule.min_binding_scenes - now.binding_scenes,
        weigh,
    )
    if points is None or scenes is None:
        return None
    order = {name: place for place, name in enumerate(_names(instrument))}
    taken = sorted([*points, *scenes], key=lambda m: (order[m.subject], m.key))
    return Way(name, rule.level, tuple(taken))


def _names(instrument: Instrument) -> list[str]:
    return [item.name for item in instrument.items] + [scene.name for scene in instrument.scenes]


def _scenes(
    raising: Sequence[Measure], wanted: int, binding: int, weigh: Weigh
) -> list[Measure] | None:
    """The cheapest scenes: as many binding ones as are asked for, then whatever is cheapest.

    A swap between the two parts cannot gain: what is left after the cheapest binding ones is taken
    by cost alone.
    """
    ranked = sorted(raising, key=lambda m: (weigh(m), not m.binding))
    first = [m for m in ranked if m.binding][: max(binding, 0)]
    if len(first) < binding:
        return None
    rest = [m for m in ranked if m not in first][: max(wanted - len(first), 0)]
    return None if len(first) + len(rest) < wanted else [*first, *rest]


def _points(
    earning: Sequence[Sequence[Measure]], wanted: int, weigh: Weigh
) -> list[Measure] | None:
    """The least weight that gains `wanted` thousandths or more: one measure at most of each group.

    `best[n]` is the least weight for n steps of points or more with the groups so far; what each
    group took is kept, to read the measures back.
    """
    if wanted <= 0:
        return []
    step = gcd(*(m.gain for group in earning for m in group)) if earning else 1
    need = -(-wanted // step)
    best = [0] + [_NEVER] * need
    kept: list[list[Measure | None]] = []
    reach = 0
    for group in earning:
        after = list(best)
        reach = min(reach + max(m.gain for m in group) // step, need)  # more is out of reach yet
        took: list[Measure | None] = [None] * (need + 1)
        for measure in group:
            gain, weight = measure.gain // step, weigh(measure)
            below = [0] * min(gain, reach + 1) + best[: max(reach + 1 - gain, 0)]
            for n, cost in enumerate(below):
                if cost + weight < after[n]:
                    after[n], took[n] = cost + weight, measure
        best = after
        kept.append(took)
    if best[need] >= _NEVER:
        return None
    found: list[Measure] = []
    left = need
    for choices in reversed(kept):
        taken = choices[left]
        if taken is not None:
            found.append(taken)
            left = max(left - taken.gain // step, 0)
    return found
