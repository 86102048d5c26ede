"""An adopted route in the store: tables 9–11 and the report follow from it, and it goes again."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from app import drafts, route
from app.exchange import dump
from app.log import LogRow
from app.workbench import Workbench
from exporters.route_rows import Ground, rows
from forms.dossier import Dossier, File, Need, Product, Project, RouteMeasure
from forms.errors import UserError
from forms.evaluation import Stage
from forms.inventory import Planned, contents
from forms.record import specs
from grading.cites import read
from grading.score import grade
from grading.sheet import sheet_of
from grading.ways import Way, ways
from tests.route_kit import ADVICE, AREAS, COSTS, TABLE, keys, stored
from tests.window_kit import opened


@pytest.fixture
def bench(data_folder: Path) -> Iterator[Workbench]:
    with stored(data_folder) as made:
        yield made


@pytest.fixture
def dossier_id(bench: Workbench) -> UUID:
    return bench.summaries()[0].id


def choices(bench: Workbench, dossier_id: UUID, level: int = 2) -> list[Way]:
    return ways(TABLE, route.ground(bench, bench.dossier(dossier_id)).sheet, level, COSTS)


def shown(dossier: Dossier) -> list[tuple[str, str]]:
    forms = (Need, Project, Product)
    return [(form.__name__, contents(row)) for form in forms for row in dossier.all(form)]


def test_adopting_writes_the_tables_and_another_route_replaces_them(
    bench: Workbench, dossier_id: UUID
) -> None:
    before = bench.dossier(dossier_id)
    typed = before.all(Need)[0]
    first, second = choices(bench, dossier_id)[:2]
    route.adopt(bench, dossier_id, 2, keys(first), dt.date(2026, 3, 1), 6)
    after = bench.dossier(dossier_id)
    assert {(r.subject, r.key) for r in after.all(RouteMeasure)} == set(keys(first))
    assert contents(after.all(Need)[0]) == contents(typed) and not after.all(Need)[0].drafted
    drafted: list[Planned] = [*after.all(Need)[1:], *after.all(Project), *after.all(Product)]
    assert drafted and all(r.drafted and r.origin and r.proposed == contents(r) for r in drafted)
    rules = {finding.rule for finding in bench.review(dossier_id).blocking}
    assert "ROUTE-DRAFTED" in rules

    written = shown(after)
    route.adopt(bench, dossier_id, 2, keys(second), dt.date(2026, 3, 1), 6)
    other = bench.dossier(dossier_id)
    assert {(r.subject, r.key) for r in other.all(RouteMeasure)} == set(keys(second))
    assert shown(other) != written
    route.adopt(bench, dossier_id, 2, keys(first), dt.date(2026, 3, 1), 6)
    again = bench.dossier(dossier_id)
    assert sorted(shown(again)) == sorted(written)


def test_what_a_person_edited_confirmed_or_took_out_stays(
    bench: Workbench, dossier_id: UUID
) -> None:
    first, second = choices(bench, dossier_id)[:2]
    route.adopt(bench, dossier_id, 2, keys(first))
    dossier = bench.dossier(dossier_id)
    edited, confirmed, *_rest = dossier.all(Project)
    gone = dossier.all(Product)[0]
    bench.put(dossier_id, "project", edited.id, "cost", "12.5")
    bench.put(dossier_id, "project", confirmed.id, "drafted", False)
    bench.withdraw(dossier_id, "product", gone.id)
    for way in (second, first):
        route.adopt(bench, dossier_id, 2, keys(way), dt.date(2026, 3, 1), 6)
    after = bench.dossier(dossier_id)
    assert after.find(Project, edited.id).cost == "12.5"  # type: ignore[union-attr]
    assert after.find(Project, edited.id).period == ""  # type: ignore[union-attr]
    assert contents(after.find(Project, confirmed.id)) == contents(confirmed)  # type: ignore[arg-type]
    assert gone.origin not in {row.origin for row in after.all(Product)}


def merged(one: Workbench, two: Workbench, dossier_id: UUID) -> Dossier:
    """What the first laptop shows once it took in the second one's rows."""
    with two.writing() as (_, log, _records):
        foreign = [LogRow(**row.model_dump()) for row in log.rows(dossier_id)]
    with one.writing() as (_, log, records):
        records.rebuild(dossier_id, log.unite(dossier_id, foreign))
    return one.dossier(dossier_id)


def test_two_laptops_that_chose_different_routes_have_each_row_once(tmp_path: Path) -> None:
    with stored(tmp_path / "one") as one, stored(tmp_path / "two") as two:
        dossier_id = one.summaries()[0].id
        first, second = choices(one, dossier_id)[:2]
        route.adopt(one, dossier_id, 2, keys(first), dt.date(2026, 3, 1), 6)
        route.adopt(two, dossier_id, 2, keys(second), dt.date(2026, 4, 1), 6)
        both = merged(one, two, dossier_id)
        steps = {(row.subject, row.key) for row in both.all(RouteMeasure)}
        assert steps == {*keys(first), *keys(second)}
        rows: list[Planned] = [*both.all(Need), *both.all(Project), *both.all(Product)]
        drafted = [(type(row), row.origin) for row in rows if row.origin]
        assert drafted and len(set(drafted)) == len(drafted)
        # Where both wrote something else a person decides: of what can be seen, in its own words.
        found = [
            each.message for each in one.review(dossier_id).findings if each.rule == "CONFLICT"
        ]
        assert found and not any(re.search("[A-Za-z]", message) for message in found)
        assert not any("拟写" in message or "次序" in message for message in found)
        # What one of them then adopts again holds for both, and nothing of the other route stays.
        route.adopt(one, dossier_id, 2, keys(first), dt.date(2026, 3, 1), 6)
        again = one.dossier(dossier_id)
        assert {(row.subject, row.key) for row in again.all(RouteMeasure)} == set(keys(first))
        fresh = rows_of(again, first)
        assert {row.origin for row in again.all(Project)} == fresh


def rows_of(dossier: Dossier, way: Way) -> set[str]:
    """The origins of the projects that a way makes."""
    ground = Ground(dossier, TABLE, AREAS, ADVICE, {}, dt.date(2026, 3, 1), 6)
    return {row.origin for row in rows(ground, way) if row.form is Project}


def test_a_row_that_stands_twice_goes_when_a_route_is_adopted(
    bench: Workbench, dossier_id: UUID
) -> None:
    """As a dossier's file from outside may have it."""
    first, second = choices(bench, dossier_id)[:2]
    route.adopt(bench, dossier_id, 2, keys(first))
    row = bench.dossier(dossier_id).all(Project)[0]
    twin = {name: getattr(row, name) for name in specs(Project)}
    bench.add(dossier_id, "project", **twin)
    route.adopt(bench, dossier_id, 2, keys(second))
    found = [each.origin for each in bench.dossier(dossier_id).all(Project)]
    assert len(found) == len(set(found))


def test_an_adoption_can_be_taken_back_but_not_over_what_was_edited_since(
    bench: Workbench, dossier_id: UUID
) -> None:
    first, second = choices(bench, dossier_id)[:2]
    before = bench.dossier(dossier_id)
    done = route.adopt(bench, dossier_id, 2, keys(first))
    route.take_back(bench, dossier_id, done)
    after = bench.dossier(dossier_id)
    assert shown(after) == shown(before) and not after.all(RouteMeasure)
    assert after.one(File).target_level == before.one(File).target_level

    route.adopt(bench, dossier_id, 2, keys(first))
    middle = bench.dossier(dossier_id)
    done = route.adopt(bench, dossier_id, 2, keys(second), dt.date(2026, 3, 1), 6)
    kept = bench.dossier(dossier_id).all(Project)[0]
    bench.put(dossier_id, "project", kept.id, "name", "企业自拟项目")
    route.take_back(bench, dossier_id, done)
    back = bench.dossier(dossier_id)
    assert back.find(Project, kept.id).name == "企业自拟项目"  # type: ignore[union-attr]
    others = [row for row in shown(back) if "企业自拟项目" not in row[1]]
    assert set(others) <= set(shown(middle)) and len(others) >= len(shown(middle)) - 1


def test_a_route_that_does_not_lead_there_changes_nothing(
    bench: Workbench, dossier_id: UUID
) -> None:
    before = dump(bench.dossier(dossier_id))
    with pytest.raises(UserError, match="达不到目标等级"):
        route.adopt(bench, dossier_id, 2, keys(choices(bench, dossier_id)[0])[:1])
    assert dump(bench.dossier(dossier_id)) == before


def test_the_report_follows_the_chosen_route_and_says_when_it_fails(
    bench: Workbench, dossier_id: UUID
) -> None:
    found = choices(bench, dossier_id)
    mine = max(found, key=lambda way: (way is not found[0], len(way.measures)))
    route.adopt(bench, dossier_id, 2, keys(mine))
    list(drafts.propose(bench, dossier_id, ["3"]))
    dossier = bench.dossier(dossier_id)
    opening = "".join(p.text for p in dossier.section("3"))
    assert f"本方案取其中{mine.name}的一种，计{len(mine.measures)}项措施" in opening
    cited = {cite.form for p in dossier.section("3") for cite in read(p.cites)}
    assert "routemeasure" in cited
    sheet = sheet_of(dossier, Stage.DIAGNOSIS, TABLE)
    assert "ROUTE-SHORT" not in {f.rule for f in bench.review(dossier_id).findings}
    worse = next(name for name, at in sheet.scenes.items() if at == 2)
    bench.answer(dossier_id, Stage.DIAGNOSIS, worse, "level", 0)
    for item in TABLE.items:
        for option in item.options[1:]:
            bench.answer(dossier_id, Stage.DIAGNOSIS, item.name, f"chosen.{option.key}", False)
        bench.answer(dossier_id, Stage.DIAGNOSIS, item.name, "chosen.A", True)
    assert "ROUTE-SHORT" in {f.rule for f in bench.review(dossier_id).findings}


def test_a_route_goes_with_the_dossiers_file(
    bench: Workbench, dossier_id: UUID, tmp_path: Path
) -> None:
    route.adopt(bench, dossier_id, 2, keys(choices(bench, dossier_id)[0]))
    mapping = dump(bench.dossier(dossier_id))
    one = bench.dossier(dossier_id)
    with opened(tmp_path / "other") as second:
        other = second.dossier(second.import_mapping(mapping))
    assert shown(one) == shown(other)
    assert [(r.subject, r.key) for r in one.all(RouteMeasure)] == [
        (r.subject, r.key) for r in other.all(RouteMeasure)
    ]
    done = grade(TABLE, sheet_of(other, Stage.DIAGNOSIS, TABLE))
    assert done.level < 2
