"""The ways to a level: as cheap as an independent solver's, different, and they reach it."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from app.packs import load_advice, load_pack
from forms.advice import Effort
from forms.instrument import Kind
from grading.chosen import applied
from grading.score import grade
from grading.sheet import Sheet
from grading.ways import Costs, Measure, measures, pack_costs, ways

TABLE = load_pack().instrument


def random_sheet(rng: random.Random) -> Sheet:
    items: dict[str, frozenset[str]] = {}
    richness = rng.random() * 0.7
    for item in TABLE.items:
        if rng.random() < 0.05:
            continue  # unanswered
        if item.kind is Kind.SINGLE:
            items[item.name] = frozenset({rng.choice(item.options).key})
        else:
            keys = [o.key for o in item.options if o.score and rng.random() < richness]
            items[item.name] = frozenset(keys or [item.none_key or item.options[0].key])
    scenes = {s.name: rng.choice([0, 0, 1, 1, 2, 3]) for s in TABLE.scenes if rng.random() < 0.95}
    return Sheet(items, scenes)


def random_costs(rng: random.Random) -> Costs:
    drawn: dict[tuple[str, object], tuple[int, Effort]] = {}

    def cost(subject: str, key: object) -> tuple[int, Effort]:
        if (subject, key) not in drawn:
            drawn[subject, key] = rng.randrange(0, 60), rng.choice(list(Effort))
        return drawn[subject, key]

    return Costs(cost, cost)


def least_by_milp(sheet: Sheet, level: int, costs: Costs) -> float | None:
    """The least cost by a mixed-integer solver, from both conditions written as inequalities."""
    groups = measures(TABLE, sheet, level, costs)
    flat = [measure for group in groups for measure in group]
    held = grade(TABLE, sheet)
    rule, now = TABLE.levels[level - 1], held.conditions[level - 1]
    if not flat:
        return 0.0 if now.met else None
    rows = [
        [m.gain for m in flat],
        [float(not m.gain) for m in flat],
        [float(m.binding) for m in flat],
    ]
    low = [
        rule.min_score - held.total,
        rule.min_scenes - now.scenes,
        rule.min_binding_scenes - now.binding_scenes,
    ]
    one_each = []
    place = 0
    for group in groups:
        row = [0.0] * len(flat)
        row[place : place + len(group)] = [1.0] * len(group)
        one_each.append(row)
        place += len(group)
    found = milp(
        np.array([m.cost for m in flat], float),
        constraints=[
            LinearConstraint(np.array(rows, float), low, np.inf),
            LinearConstraint(np.array(one_each), -np.inf, 1),
        ],
        bounds=Bounds(0, 1),
        integrality=np.ones(len(flat)),
    )
    return None if found.x is None else float(round(found.fun))


def test_the_cheapest_is_as_cheap_as_another_solvers_on_500_evaluations() -> None:
    rng = random.Random(5)
    compared = 0
    for _ in range(500):
        sheet, costs, level = random_sheet(rng), random_costs(rng), rng.choice([2, 2, 3, 4])
        found = ways(TABLE, sheet, level, costs, most=1)
        least = least_by_milp(sheet, level, costs)
        assert least is not None
        if not found:
            assert least == 0
            continue
        assert found[0].cost == least
        compared += 1
        for way in found:
            assert grade(TABLE, applied(TABLE, sheet, way.measures)).level >= level
    assert compared > 350


def test_small_ones_are_as_brute_force_finds_them() -> None:
    rng = random.Random(6)
    for _ in range(15):
        sheet = random_sheet(rng)
        # All but a few measures are barred or done, so that every subset can be tried.
        open_items = frozenset(rng.sample([item.name for item in TABLE.items], 3))
        full = {
            item.name: frozenset({item.options[-1].key})
            if item.kind is Kind.SINGLE
            else frozenset(o.key for o in item.options if o.score)
            for item in TABLE.items
            if item.name not in open_items and rng.random() < 0.45
        }
        sheet = Sheet({**sheet.items, **full}, {s.name: 2 for s in TABLE.scenes})
        costs = random_costs(rng)
        costs = Costs(costs.option, costs.step, frozenset(i.name for i in TABLE.items) - open_items)
        groups: list[list[Measure | None]] = [
            [None, *group] for group in measures(TABLE, sheet, 2, costs)
        ]
        if not 1 <= len(groups) <= 11:
            continue
        lacking = 40_000 - grade(TABLE, sheet).total
        sums = [
            sum(m.cost for m in taken if m)
            for taken in itertools.product(*groups)
            if sum(m.gain for m in taken if m) >= lacking
        ]
        found = ways(TABLE, sheet, 2, costs)
        if not sums or lacking <= 0:
            assert not found
        else:
            assert found[0].cost == min(sums)


@pytest.mark.parametrize("level", [2, 3])
def test_at_least_three_different_ways_are_offered_where_there_are_so_many(level: int) -> None:
    rng, costs = random.Random(7), pack_costs(load_advice())
    counts = []
    for _ in range(40):
        sheet = random_sheet(rng)
        if grade(TABLE, sheet).level >= level:
            continue
        found = ways(TABLE, sheet, level, costs)
        if not found:
            continue  # not without results, which nobody can promise
        counts.append(len(found))
        assert len({frozenset(way.measures) for way in found}) == len(found)
        assert found[0].cost == min(way.cost for way in found)
        fewest = min(len(way.measures) for way in found)
        assert any(way.name == "措施最少" or len(way.measures) == fewest for way in found)
        assert not {m.subject for way in found for m in way.measures} & costs.barred
        for way in found:
            assert grade(TABLE, applied(TABLE, sheet, way.measures)).level >= level
    assert len(counts) >= 10 and sum(count >= 3 for count in counts) >= 0.9 * len(counts)


def test_what_is_reached_needs_no_way_and_no_level_has_none() -> None:
    full = Sheet({}, {s.name: 4 for s in TABLE.scenes})
    items = {
        item.name: frozenset({max(item.options, key=lambda o: o.score).key})
        if item.kind is Kind.SINGLE
        else frozenset(o.key for o in item.options if o.score)
        for item in TABLE.items
    }
    costs = pack_costs(load_advice())
    assert ways(TABLE, Sheet(items, full.scenes), 4, costs) == []
    with pytest.raises(ValueError, match="no level"):
        ways(TABLE, full, 5, costs)
