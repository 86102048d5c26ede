"""A route that somebody chose: its measures by name, what they are steps of, what comes of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from forms.advice import Effort
from forms.dossier import Dossier, RouteMeasure
from forms.instrument import NUMERALS, Instrument, Item, Kind
from grading.score import Condition, Grade, grade
from grading.sheet import Sheet
from grading.ways import Costs, Measure, Step, Way, measures

FREE = Costs(lambda *_: (0, Effort.SMALL), lambda *_: (0, Effort.SMALL))
"""What is asked where only the outcome of a route is looked at."""
MARGIN = 500
"""A reserve of fewer thousandths of a point is gone once a single option is judged otherwise."""


def applied(instrument: Instrument, sheet: Sheet, taken: Iterable[Measure]) -> Sheet:
    """The sheet once all of some measures are done."""
    items, scenes = dict(sheet.items), dict(sheet.scenes)
    for measure in taken:
        if measure.gain:
            item = instrument.item(measure.subject)
            held = items.get(item.name, frozenset())
            if item.kind is Kind.SINGLE:
                items[item.name] = frozenset({measure.key})
            else:
                held = held if item.allows(held) else frozenset()
                items[item.name] = (held | {measure.key}) - {item.none_key or ""}
        else:
            scenes[measure.subject] = max(scenes.get(measure.subject, 0), int(measure.key))
    return Sheet(items, scenes)


def outcome(instrument: Instrument, sheet: Sheet, taken: Iterable[Measure]) -> Grade:
    """The judgement once all of some measures are done."""
    return grade(instrument, applied(instrument, sheet, taken))


def reserve(condition: Condition) -> int:
    """By how many thousandths the points stand above the level's; negative below."""
    return condition.points - condition.rule.min_score


def steps_of(instrument: Instrument, sheet: Sheet, measure: Measure) -> list[Step]:
    """The single steps that a measure takes, the first one first; each has a price of its own."""
    if not measure.gain:
        at = sheet.scenes.get(measure.subject, 0)
        return [(measure.subject, str(to)) for to in range(at + 1, int(measure.key) + 1)]
    item = instrument.item(measure.subject)
    if item.kind is Kind.MULTI:
        return [(item.name, measure.key)]
    now = item.scores[measure.key] - measure.gain
    rising = sorted((o.score, o.key) for o in item.options)
    return [(item.name, key) for score, key in rising if now < score <= now + measure.gain]


def open_steps(
    instrument: Instrument, sheet: Sheet, level: int, costs: Costs
) -> list[tuple[Step, Measure]]:
    """Every step that could be taken towards `level`, in the table's order, each with the measure
    that ends with it: for a single choice and a scene it contains the steps below."""
    rises = {
        (group[0].subject, str(to)): group[0]
        for to in range(1, level + 1)
        for group in measures(instrument, sheet, to, costs)
        if not group[0].gain
    }
    found = []
    for group in measures(instrument, sheet, level, costs):
        if group[0].gain:
            found += [((m.subject, m.key), m) for m in group]
        else:
            taken = steps_of(instrument, sheet, group[0])
            found += [(step, rises[step]) for step in taken if step in rises]
    return found


def way_of(
    instrument: Instrument,
    sheet: Sheet,
    level: int,
    costs: Costs,
    steps: Iterable[Step],
    name: str = "另行拟定",
) -> Way:
    """The way that takes some steps; what is done already is left out, and of a single choice or a
    scene the highest step counts."""
    top = max((rule.level for rule in instrument.levels), default=level)
    known = dict(open_steps(instrument, sheet, top, costs))
    wanted = set(steps)
    taken: dict[tuple[str, str], Measure] = {}
    for step, measure in known.items():
        if step in wanted:
            multi = measure.gain and instrument.item(step[0]).kind is Kind.MULTI
            taken[step[0], step[1] if multi else ""] = measure
    return Way(name, level, tuple(taken.values()))


def route_steps(dossier: Dossier) -> list[Step]:
    """The steps of the route that the dossier holds; empty where none was chosen."""
    return [(row.subject, row.key) for row in dossier.all(RouteMeasure) if row.subject and row.key]


def reaches(instrument: Instrument, sheet: Sheet, way: Way) -> bool:
    """Whether a way leads to its level."""
    return outcome(instrument, sheet, way.measures).level >= way.level


def price_of(steps: Iterable[Step], prices: Mapping[Step, int]) -> int | None:
    """What some steps cost together; None where one of them has no price."""
    found = [prices.get(step) for step in steps]
    return None if None in found else sum(price or 0 for price in found)


def unpriced(
    instrument: Instrument, sheet: Sheet, level: int, costs: Costs, prices: Mapping[Step, int]
) -> list[Step]:
    """The steps towards `level` that have no price."""
    known = open_steps(instrument, sheet, level, costs)
    return [step for step, _ in known if step not in prices]


def changed_words(instrument: Instrument, sheet: Sheet, measure: Measure) -> str:
    """增选 B, B → C, 一级 → 二级: what a measure is, in a few characters."""
    if not measure.gain:
        at = sheet.scenes.get(measure.subject, 0)
        return f"{_level(at)} → {_level(int(measure.key))}"
    item = instrument.item(measure.subject)
    if item.kind is Kind.MULTI:
        return f"增选 {measure.key}"
    return f"{_now(item, sheet)} → {measure.key}"


def _now(item: Item, sheet: Sheet) -> str:
    held: Sequence[str] = sorted(sheet.items.get(item.name, frozenset()))
    return held[0] if len(held) == 1 else "未作答"


def _level(level: int) -> str:
    return f"{NUMERALS[level]}级" if level else "无等级"
