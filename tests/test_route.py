"""The chosen route: applied it reaches its level, and its rows and prices follow from it."""

from __future__ import annotations

import datetime as dt
import random
import time
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from app import price_list
from app.workbench import Workbench
from exporters.route_rows import Ground, needs_met, rows
from forms.dossier import Dossier, Need, Project
from forms.errors import UserError
from forms.evaluation import Stage
from forms.record import specs
from grading.chosen import applied, open_steps, outcome, price_of, reaches, steps_of, way_of
from grading.sheet import sheet_of
from grading.ways import price_costs, ways
from tests.route_kit import ADVICE, AREAS, COSTS, FULL_PRICES, TABLE, keys, stored
from tests.sample_cases import sample_case
from tests.test_ways import random_sheet


@pytest.fixture
def bench(data_folder: Path) -> Iterator[Workbench]:
    with stored(data_folder) as made:
        yield made


# -- pure ------------------------------------------------------------------------------------------


def test_any_way_applied_to_a_hundred_evaluations_reaches_its_level_in_time() -> None:
    rng, applied_ways, slowest = random.Random(11), 0, 0.0
    for number in range(100):
        sheet, level = random_sheet(rng), rng.choice([2, 3, 4])
        costs = price_costs(ADVICE, FULL_PRICES) if number % 2 else COSTS
        began = time.perf_counter()
        found = ways(TABLE, sheet, level, costs)
        slowest = max(slowest, time.perf_counter() - began)
        for way in found:
            assert outcome(TABLE, sheet, way.measures).level >= level
            again = way_of(TABLE, sheet, level, costs, keys(way))
            assert set(again.measures) == set(way.measures) and reaches(TABLE, sheet, again)
            applied_ways += 1
    assert applied_ways > 150
    assert slowest < 0.1 * 3  # seconds; another process may have the processor for a while


def test_what_a_measure_costs_is_the_sum_of_its_steps() -> None:
    rng = random.Random(12)
    for _ in range(10):
        sheet = random_sheet(rng)
        for way in ways(TABLE, sheet, 3, price_costs(ADVICE, FULL_PRICES)):
            for measure in way.measures:
                steps = steps_of(TABLE, sheet, measure)
                assert price_of(steps, FULL_PRICES) == measure.cost and steps


def test_what_has_no_price_is_not_offered_and_results_never_are() -> None:
    sheet = sheet_of(sample("auto-parts"), Stage.DIAGNOSIS, TABLE)
    some = {step: price for step, price in FULL_PRICES.items() if step[0] != "网络安全"}
    offered = {step[0] for step, _ in open_steps(TABLE, sheet, 3, price_costs(ADVICE, some))}
    assert "网络安全" not in offered and "数据安全" in offered
    assert not {step[0] for step, _ in open_steps(TABLE, sheet, 4, COSTS)} & COSTS.barred


def test_a_single_choice_and_a_scene_are_taken_at_their_highest_step() -> None:
    sheet = sheet_of(sample("herbal-pharma"), Stage.DIAGNOSIS, TABLE)
    level = sheet.scenes["设备管理"]
    steps = [("设备管理", str(to)) for to in range(level + 1, 4)]
    (measure,) = way_of(TABLE, sheet, 3, COSTS, steps).measures
    assert (measure.subject, measure.key) == ("设备管理", "3")
    assert applied(TABLE, sheet, [measure]).scenes["设备管理"] == 3
    done = applied(TABLE, sheet, [measure])
    assert not way_of(TABLE, done, 3, COSTS, steps).measures  # what is done is left out


# -- the tables' rows ------------------------------------------------------------------------------


def sample(slug: str) -> Dossier:
    return sample_case(slug).dossier


@pytest.mark.parametrize("slug", ["auto-parts", "electronics", "herbal-pharma"])
@pytest.mark.parametrize("level", [2, 3, 4])
def test_rows_name_every_measure_within_the_cells_limits(slug: str, level: int) -> None:
    base = Ground(sample(slug), TABLE, AREAS, ADVICE, FULL_PRICES, dt.date(2026, 3, 1), 6)
    for way in ways(TABLE, base.sheet, level, COSTS):
        made = rows(base, way)
        for row in made:
            for name, value in row.values.items():
                spec = specs(row.form)[name]
                assert (value.strip() and len(value) <= spec.limit) or not spec.limit, (name, value)
        projects = [row.values for row in made if row.form is Project]
        assert 1 <= len(projects) <= 5
        told = "".join(p["outcome"] for p in projects)
        assert all(m.subject in told for m in way.measures) and "%" not in told.replace("%]", "")
        total = sum(float(p["cost"]) for p in projects)
        paid = sum(price_of(steps_of(TABLE, base.sheet, m), FULL_PRICES) or 0 for m in way.measures)
        assert round(total * 10_000) == paid
        assert {p["period"] for p in projects} == {"2026年3月至2026年8月"}
        assert len({(row.form, row.origin) for row in made}) == len(made)


def test_without_prices_and_period_their_cells_stay_empty() -> None:
    base = Ground(sample("herbal-pharma"), TABLE, AREAS, ADVICE)
    way = ways(TABLE, base.sheet, 2, COSTS)[0]
    projects = [row.values for row in rows(base, way) if row.form is Project]
    assert projects and all(p["cost"] == p["period"] == "" for p in projects)


def test_what_the_enterprise_asked_for_itself_is_counted_and_not_written_again() -> None:
    dossier = sample("herbal-pharma")
    base = Ground(dossier, TABLE, AREAS, ADVICE)
    way = ways(TABLE, base.sheet, 2, COSTS)[0]
    assert needs_met(base, way) > 0
    bare = Ground(Dossier(dossier.id, dossier.records | {"need": []}), TABLE, AREAS, ADVICE)
    assert needs_met(bare, way) == 0
    subjects = {m.subject for m in way.measures}
    written = {row.origin for row in rows(bare, way) if row.form is Need}
    assert written == {f"route/{name}" for name in subjects}
    assert {row.origin for row in rows(base, way) if row.form is Need} < written


# -- prices ----------------------------------------------------------------------------------------


def test_prices_are_kept_for_the_store_and_go_through_a_table(
    bench: Workbench, tmp_path: Path
) -> None:
    price_list.put(bench.store, ("网络安全", "C"), "3.25")
    price_list.put(bench.store, ("产品设计", "2"), "12")
    for wrong in ("-1", "NaN", "3.2.5", "1." + "0" * 100):
        with pytest.raises(UserError, match="不是有效的金额"):
            price_list.put(bench.store, ("网络安全", "D"), wrong)
    typed = price_list.load(bench.store)
    assert price_list.in_yuan(typed) == {("网络安全", "C"): 32_500, ("产品设计", "2"): 120_000}
    path = tmp_path / "报价表.xlsx"
    price_list.write(bench.store, path, TABLE)
    for step in typed:
        price_list.put(bench.store, step, "")
    assert price_list.load(bench.store) == {}
    assert price_list.read(bench.store, path, TABLE) == 2
    assert price_list.in_yuan(price_list.load(bench.store)) == price_list.in_yuan(typed)


def test_a_table_with_a_wrong_row_is_refused_whole(bench: Workbench, tmp_path: Path) -> None:
    path = tmp_path / "报价表.xlsx"
    price_list.write(bench.store, path, TABLE)
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["D2"], book.worksheets[0]["D3"] = 5, "面议"
    book.save(path)
    with pytest.raises(UserError, match="第 3 行"):
        price_list.read(bench.store, path, TABLE)
    assert price_list.load(bench.store) == {}
    (tmp_path / "空.xlsx").write_bytes(b"no table")
    with pytest.raises(UserError, match="不是可读的 Excel 表格"):
        price_list.read(bench.store, tmp_path / "空.xlsx", TABLE)
