"""All dossiers at once: what a query leaves, in which order, and how many there are of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text, update
from sqlmodel import select

from app import portfolio, purge, summaries
from app.migrations import downgrade
from app.portfolio import Facet, Query, Sort
from app.summaries import SummaryRow
from app.workbench import Workbench
from forms.dossier import Enterprise
from forms.record import single_id
from tests.app_kit import database_of
from tests.window_kit import opened

TODAY = dt.date(2025, 7, 1)
DISTRICTS = ("绿园区", "南关区", "")
PEOPLE = ("王工", "李工", "")


@pytest.fixture
def bench(data_folder: Path) -> Iterator[Workbench]:
    with opened(data_folder) as made:
        yield made


def judged(bench: Workbench, dossier_id: UUID, **columns: Any) -> None:
    """A summary's columns as if the dossier had been judged so."""
    with bench.writing() as (session, _log, _records):
        table: Any = SummaryRow.__table__  # type: ignore[attr-defined]
        wanted = update(table).where(table.c.dossier_id == dossier_id).values(**columns)
        session.connection().execute(wanted)


def names(bench: Workbench, query: Query) -> list[str]:
    entries = portfolio.page(bench.store, query, TODAY)
    assert len(entries) == portfolio.count(bench.store, query, TODAY)
    return [each.name for each in entries]


def test_a_summary_follows_who_the_enterprise_is(bench: Workbench) -> None:
    dossier = bench.create("示例·甲厂", district="绿园区")
    enterprise = single_id(dossier, "enterprise")
    lead = bench.add(dossier, "member", name="王工", lead=True)
    bench.put(dossier, "provider", single_id(dossier, "provider"), "name", "示例服务商")
    bench.put(dossier, "enterprise", enterprise, "size", "小型企业")
    (entry,) = portfolio.page(bench.store, Query(), TODAY)
    assert (entry.name, entry.district, entry.size) == ("示例·甲厂", "绿园区", "小型企业")
    assert (entry.consultant, entry.provider, entry.step) == ("王工", "示例服务商", 1)
    bench.put(dossier, "member", lead, "name", "王高工")
    assert names(bench, Query(words="王高工 甲厂")) == ["示例·甲厂"]
    bench.put(dossier, "dossier", dossier, "owner", "赵工")
    assert portfolio.page(bench.store, Query(), TODAY)[0].consultant == "赵工"
    bench.put(dossier, "dossier", dossier, "owner", "")
    bench.withdraw(dossier, "member", lead)
    assert portfolio.page(bench.store, Query(), TODAY)[0].consultant == ""
    bench.undo(dossier)
    list(purge.purge(bench, dossier, "member", lead, "本人要求"))
    assert portfolio.page(bench.store, Query(), TODAY)[0].consultant == ""
    bench.withdraw(dossier, "dossier", dossier)
    assert names(bench, Query()) == []


def test_a_judgement_fills_the_columns_and_an_edit_makes_it_stale(bench: Workbench) -> None:
    dossier = bench.create("示例·甲厂")
    signed = TODAY - dt.timedelta(27)
    agreement = single_id(dossier, "agreement")
    bench.put(dossier, "agreement", agreement, "signed_on", signed)
    assert summaries.stale(bench.store, TODAY) == [dossier]
    found = bench.review(dossier, TODAY)
    (entry,) = portfolio.page(bench.store, Query(), TODAY)
    assert entry.days_left(TODAY) == found.days_left == 3
    assert entry.block == len([f for f in found.findings if f.severity.value == "block"]) > 0
    assert (entry.handed, entry.conflicts, entry.judged_on) == (False, 0, TODAY)
    assert summaries.stale(bench.store, TODAY) == []
    assert summaries.stale(bench.store, TODAY + dt.timedelta(1)) == [dossier]
    bench.put(dossier, "enterprise", single_id(dossier, "enterprise"), "contact", "周工")
    assert summaries.stale(bench.store, TODAY) == [dossier]
    assert names(bench, Query(within=7)) == ["示例·甲厂"]  # what was judged stands until then


def test_a_missing_summary_is_begun_again(bench: Workbench) -> None:
    dossier = bench.create("示例·甲厂", district="绿园区")
    bench.review(dossier, TODAY)
    with bench.writing() as (session, _log, _records):
        session.connection().execute(text("DELETE FROM summary"))
    assert summaries.settle(bench.store) and not summaries.settle(bench.store)
    assert names(bench, Query(words="绿园")) == ["示例·甲厂"]
    assert bench.summary(dossier, TODAY)["findings"]["block"] > 0
    assert portfolio.page(bench.store, Query(blocked=True), TODAY)[0].judged_on == TODAY


def test_words_are_taken_literally(bench: Workbench) -> None:
    for name in ("百分%之_百\\厂", "示例·甲厂", "ABC 示例"):
        bench.create(name)
    for word in ("%", "_", "\\", "abc", "ABC 示"):
        assert len(names(bench, Query(words=word))) == 1, word
    assert names(bench, Query(words="甲_")) == []
    other = portfolio.page(bench.store, Query(words="甲厂"), TODAY)[0].id
    query = Query(words="abc", found=frozenset({other}))
    assert names(bench, query) == ["ABC 示例", "示例·甲厂"]


def test_a_dossier_is_found_at_its_place(bench: Workbench) -> None:
    made = [bench.create(f"示例·{number:02}") for number in range(7)]
    for query in (Query(), Query(turned=True), Query(sort=Sort.NAME), Query(words="0")):
        every = [each.id for each in portfolio.page(bench.store, query, TODAY)]
        paged = [
            each.id
            for offset in range(0, 9, 3)
            for each in portfolio.page(bench.store, query, TODAY, offset, 3)
        ]
        assert paged == every and sorted(every) == sorted(made)
        for place, dossier in enumerate(every):
            assert portfolio.place(bench.store, query, TODAY, dossier) == place
    assert portfolio.place(bench.store, Query(words="06"), TODAY, made[0]) is None
    found = portfolio.entry(bench.store, made[3])
    assert found is not None and found.name == "示例·03"
    assert portfolio.entry(bench.store, UUID(int=1)) is None


def test_a_store_of_before_has_its_summaries_after_the_migration(
    data_folder: Path,
) -> None:
    with opened(data_folder) as bench:
        keys = bench.store.keys
        first, second = bench.create("示例·甲厂", district="绿园区"), bench.create("示例·乙厂")
        bench.add(first, "member", name="王工", lead=True)
        bench.review(first)
    downgrade(database_of(data_folder), keys, "0007")
    with closing(Workbench.open(data_folder)) as bench:
        entries = portfolio.page(bench.store, Query(), TODAY)
        assert [(each.id, each.name, each.step) for each in entries] == [
            (second, "示例·乙厂", 1),
            (first, "示例·甲厂", 1),
        ]
        assert names(bench, Query(words="王工 绿园")) == ["示例·甲厂"]
        assert set(summaries.stale(bench.store, TODAY)) == {first, second}
        third = bench.create("示例·丙厂")
        assert portfolio.page(bench.store, Query(), TODAY)[0].id == third


VALUES = st.fixed_dictionaries(
    {
        "district": st.sampled_from(DISTRICTS),
        "consultant": st.sampled_from(PEOPLE),
        "step": st.integers(1, 7),
        "level": st.none() | st.integers(0, 4),
        "target": st.none() | st.integers(1, 4),
        "due": st.none() | st.dates(TODAY - dt.timedelta(9), TODAY + dt.timedelta(20)),
        "handed": st.none() | st.booleans(),
        "block": st.none() | st.integers(0, 3),
        "warn": st.integers(0, 3),
        "conflicts": st.none() | st.integers(0, 2),
    }
)
CHOSEN = st.dictionaries(
    st.sampled_from((Facet.DISTRICT, Facet.CONSULTANT, Facet.STEP, Facet.LEVEL)),
    st.nothing(),
    max_size=0,
) | st.fixed_dictionaries(
    {},
    optional={
        Facet.DISTRICT: st.frozensets(st.sampled_from(DISTRICTS), max_size=2),
        Facet.STEP: st.frozensets(st.integers(1, 7), max_size=3),
        Facet.LEVEL: st.frozensets(st.none() | st.integers(0, 4), max_size=3),
    },
)
QUERIES = st.builds(
    Query,
    words=st.sampled_from(("", "绿园", "1 厂", "龘")),
    chosen=CHOSEN,
    within=st.none() | st.integers(-2, 9),
    blocked=st.booleans(),
    conflicted=st.booleans(),
    sort=st.sampled_from(Sort),
    turned=st.booleans(),
)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory, keys: Any) -> Iterator[Workbench]:
    bench = Workbench.open(tmp_path_factory.mktemp("many"), keys=keys)
    for number in range(12):
        bench.create(f"示例·{number}厂")
    yield bench
    bench.close()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(VALUES, min_size=12, max_size=12), query=QUERIES)
def test_a_query_leaves_what_plain_python_leaves(
    many: Workbench, rows: list[dict[str, Any]], query: Query
) -> None:
    with many.store.session() as session:
        held = session.exec(select(SummaryRow)).all()
        for summary, values in zip(held, rows, strict=True):
            for name, value in values.items():
                setattr(summary, name, value)
            summary.words = f"{summary.name}\n{summary.district}"
            session.add(summary)
        session.commit()
    kept = [each for each in held if leaves(query, each)]
    found = portfolio.page(many.store, query, TODAY)
    assert {each.id for each in found} == {each.dossier_id for each in kept}
    assert portfolio.count(many.store, query, TODAY) == len(kept)
    by_id = {each.dossier_id: each for each in held}
    ranks = [rank(query, by_id[each.id]) for each in found]
    assert ranks == sorted(ranks)
    for facet in (Facet.DISTRICT, Facet.LEVEL):
        counts = portfolio.groups(many.store, query, TODAY, facet)
        others = {key: value for key, value in query.chosen.items() if key is not facet}
        free = replace(query, chosen=others)
        expected = [getattr(each, facet.value) for each in held if leaves(free, each)]
        assert counts == {(value,): expected.count(value) for value in expected}


def leaves(query: Query, each: SummaryRow) -> bool:
    chosen = all(
        not values or getattr(each, facet.value) in values for facet, values in query.chosen.items()
    )
    if query.within is not None:
        last = TODAY + dt.timedelta(query.within)
        chosen = chosen and each.due is not None and each.due <= last and not each.handed
    chosen = chosen and (not query.blocked or bool(each.block))
    chosen = chosen and (not query.conflicted or bool(each.conflicts))
    return chosen and all(word in each.words for word in query.words.split())


def rank(query: Query, each: SummaryRow) -> tuple[Any, ...]:
    """Where a dossier stands in a query's order, said another way."""
    numbers: dict[Sort, tuple[int | None, ...]] = {
        Sort.LEVEL: (each.level, each.target),
        Sort.FINDINGS: (each.block, each.warn, each.info),
    }
    newest = -(each.number or 0)
    if query.sort is Sort.NEWEST:
        return (-newest,) if query.turned else (newest,)
    if query.sort in numbers:
        way = 1 if query.turned else -1
        known = numbers[query.sort]
        return (*((n is None, way * (n or 0)) for n in known), newest)
    if query.sort is Sort.DUE:
        way = -1 if query.turned else 1
        due = each.due.toordinal() if each.due else 0
        return bool(each.handed), each.due is None, way * due, newest
    value = getattr(each, query.sort.value)
    if isinstance(value, int):
        return (-value if query.turned else value), newest
    codes = [ord(char) for char in value] + [-1]
    return ([-code for code in codes] if query.turned else codes), newest


def test_counts_by_two_facets_stand_side_by_side(bench: Workbench) -> None:
    for district, level in (("绿园区", 1), ("绿园区", 1), ("南关区", None)):
        judged(bench, bench.create("示例", district=district), level=level)
    counts = portfolio.groups(bench.store, Query(), TODAY, Facet.DISTRICT, Facet.LEVEL)
    assert counts == {("绿园区", 1): 2, ("南关区", None): 1}


def test_the_list_is_read_by_one_index_alone(bench: Workbench) -> None:
    dossier = bench.create("示例·甲厂")
    assert bench.dossier(dossier).one(Enterprise).name == "示例·甲厂"
    statements: list[str] = []
    event.listen(
        bench.store.engine, "before_cursor_execute", lambda *args: statements.append(args[2])
    )
    portfolio.page(bench.store, Query(sort=Sort.DUE, blocked=True), TODAY)
    portfolio.groups(bench.store, Query(), TODAY, Facet.STEP)
    assert len(statements) == 2
    with bench.store.session() as session:
        for statement in statements:
            raw = session.connection().connection.driver_connection
            assert raw is not None
            values = ("2025-07-01",) * statement.count("?")
            plan = raw.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
            assert any("COVERING INDEX summary_list" in row[3] for row in plan), plan
