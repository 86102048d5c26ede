"""Search in everything typed: equal to plain LIKE whatever was done, and gone when purged."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import event, text

from app import change_keys, purge
from app.log import LogRow
from app.search import Search, hits, search_of
from app.search_like import LikeSearch, is_typed
from app.workbench import Workbench
from forms.dossier import Dossier, Enterprise
from forms.record import forms, single_id
from tests.app_kit import looked_into
from tests.window_kit import opened

LETTERS = "的企业机床AaBz%_\\\"'*10\n 龘😀"
Found = set[tuple[UUID, UUID, str]]


@pytest.fixture
def bench(data_folder: Path) -> Iterator[Workbench]:
    with opened(data_folder) as made:
        yield made


def caught_up(bench: Workbench) -> Search:
    search = search_of(bench.store)
    assert list(search.catch_up(bench))[-1] == 0
    return search


def plain_like(bench: Workbench, term: str, dossiers: dict[UUID, Dossier]) -> Found:
    """What SQL's own LIKE finds in the live text values of the records in view."""
    escaped = term.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    query = text(
        "SELECT dossier_id, form, record_id, field FROM log WHERE live "
        "AND json_type(value) = 'text' AND json_extract(value, '$') LIKE :like ESCAPE '\\'"
    )
    with bench.store.session() as session:
        rows = session.connection().execute(query, {"like": f"%{escaped}%"}).all()
    return {
        (UUID(dossier), UUID(record), field)
        for dossier, form, record, field in rows
        if is_typed(form, field) and dossiers[UUID(dossier)].find(forms()[form], UUID(record))
    }


def searched(bench: Workbench, search: Search, term: str, expected: Found) -> Found:
    """What the search finds; of a term with blanks, which `hits` takes for words, as `expected`
    where the records agree."""
    places = search.places(term)
    assert len(places) == len(set(places))
    found = {(each.dossier, each.record) for each in places}
    if term.split() != [term]:
        return expected if found == {each[:2] for each in expected} else set()
    shown = hits(bench.store, places, term)
    assert {(each.dossier, each.record) for each in shown} == found
    assert all(hit.snippet[slice(*hit.found)].lower() == term.lower() for hit in shown)
    return {(each.dossier, each.record, each.path) for each in shown}


class Typist:
    """Does at random what people do to dossiers."""

    def __init__(self, bench: Workbench, seed: int) -> None:
        self.bench, self.random = bench, random.Random(seed)
        self.dossiers = [bench.create(f"{self.words(6)}厂") for _ in range(3)]
        self.rows: list[tuple[UUID, str, UUID]] = []

    def words(self, most: int) -> str:
        return "".join(self.random.choices(LETTERS, k=self.random.randint(1, most)))

    def step(self) -> None:
        acts = (self.type, self.type, self.list, self.hide, self.show, self.purge, self.index)
        self.random.choice(acts)()

    def type(self) -> None:
        dossier = self.random.choice(self.dossiers)
        record = single_id(dossier, "enterprise")
        field = self.random.choice(("summary", "address", "honours", "revenue.basis"))
        self.bench.put(dossier, "enterprise", record, field, self.words(30).strip())
        if self.rows:
            dossier, form, record = self.random.choice(self.rows)
            self.bench.put(dossier, form, record, "name", self.words(12).strip())

    def list(self) -> None:
        dossier = self.random.choice(self.dossiers)
        parent = self.bench.add(dossier, "libraryentry")
        made = self.bench.add(dossier, "solution", parent=parent, name=self.words(9).strip())
        self.rows += [(dossier, "solution", made)]
        made = self.bench.add(dossier, "equipment", name=self.words(9).strip())
        self.rows.append((dossier, "equipment", made))

    def hide(self) -> None:
        if self.rows:
            dossier, form, record = self.random.choice(self.rows)
            if form == "solution" and self.random.random() < 0.7:
                held = self.bench.dossier(dossier).find(forms()[form], record)
                if held is not None and held.parent_id is not None:
                    form, record = "libraryentry", held.parent_id
                    self.hidden = dossier, form, record
            self.bench.withdraw(dossier, form, record)

    hidden: tuple[UUID, str, UUID] | None = None

    def show(self) -> None:
        for row in (self.hidden, self.random.choice(self.rows) if self.rows else None):
            if row is not None:
                self.bench.restore(*row)

    def purge(self) -> None:
        if self.rows and self.random.random() < 0.3:
            row = self.rows.pop(self.random.randrange(len(self.rows)))
            list(purge.purge(self.bench, *row, "本人要求"))

    def index(self) -> None:
        steps = search_of(self.bench.store).catch_up(self.bench)
        next(steps)


@pytest.mark.parametrize("seed", [1, 2])
def test_it_finds_what_like_finds_whatever_was_done(bench: Workbench, seed: int) -> None:
    typist = Typist(bench, seed)
    found = sum(compared(typist) for _ in range(10))
    assert found > 40
    caught_up(bench)
    with bench.store.session() as session:
        assert session.connection().execute(text("SELECT count(*) FROM search_stale")).scalar() == 0
    compared(typist, steps=0)


def compared(typist: Typist, steps: int = 5) -> int:
    """Do some steps, then look for terms of each size; how often something was found."""
    bench = typist.bench
    for _ in range(steps):
        typist.step()
    dossiers = {key: bench.dossier(key) for key in typist.dossiers}
    found = 0
    for size in (1, 2, 3, 4) * 2:
        term = _part(typist, size)
        expected = plain_like(bench, term, dossiers)
        for search in (search_of(bench.store), LikeSearch(bench.store)):
            assert searched(bench, search, term, expected) == expected, term
        found += len(expected)
    return found


def _part(typist: Typist, size: int) -> str:
    """A piece of what stands somewhere, mostly; else anything."""
    bench, chance = typist.bench, typist.random
    whole = bench.dossier(chance.choice(typist.dossiers)).one(Enterprise).summary
    if len(whole) < size or chance.random() < 0.2:
        return "".join(chance.choices(LETTERS, k=size))
    first = chance.randrange(len(whole) - size + 1)
    return whole[first : first + size]


def test_words_are_found_together_anywhere_in_a_dossier(bench: Workbench) -> None:
    one, other = bench.create("示例·甲厂"), bench.create("示例·乙厂")
    bench.add(one, "equipment", name="立式加工中心")
    bench.add(other, "equipment", name="卧式加工中心")
    for search in (search_of(bench.store), LikeSearch(bench.store), caught_up(bench)):
        assert set(search.dossiers("加工中心")) == {one, other}
        assert set(search.dossiers("加工中心 甲厂")) == {one}
        assert search.dossiers("甲厂 卧式") == {} and search.dossiers(" ") == {}
        (hit,) = hits(bench.store, list(search.dossiers("立式").values()), "立式")
        assert (hit.dossier, hit.form, hit.path) == (one, "equipment", "name")
        assert hit.snippet == "立式加工中心" and hit.found == (0, 2)


def test_a_hit_is_shown_with_what_stands_around_it(bench: Workbench) -> None:
    dossier = bench.create("示例·甲厂")
    record = single_id(dossier, "enterprise")
    bench.put(dossier, "enterprise", record, "summary", "一" * 50 + "\nMES 系统" + "二" * 50)
    search = caught_up(bench)
    (hit,) = hits(bench.store, search.places("mes 系"), "mes")
    assert hit.snippet == f"…{'一' * 17} MES 系统{'二' * 15}…"
    assert hit.snippet[slice(*hit.found)] == "MES"


def test_what_the_program_puts_there_is_not_found(bench: Workbench) -> None:
    dossier = bench.create("示例·甲厂")
    bench.add(dossier, "photo", sha256="beef" * 16, caption="铭牌")
    search = caught_up(bench)
    assert search.places("beef") == [] and search.places("changchun") == []
    assert [each.form for each in search.places("铭牌")] == ["photo"]


def test_both_sides_of_a_conflict_are_found(bench: Workbench) -> None:
    dossier = bench.create("示例·甲厂")
    record = single_id(dossier, "enterprise")
    with bench.writing() as (_session, log, records):
        for address in ("净月区", "绿园区"):
            records.edit(dossier, "enterprise", record, "address", address, ())
            log.seal(dossier)
    search = caught_up(bench)
    assert len(bench.dossier(dossier).conflicts) == 1
    for word in ("净月", "绿园"):
        (hit,) = hits(bench.store, search.places(word), word)
        assert hit.snippet == f"{word}区"
    bench.choose(dossier, "enterprise", record, "address", "绿园区")
    assert search.places("净月") == [] and len(search.places("绿园")) == 1


def indexed(folder: Path, char: str) -> bool:
    """Whether the index holds a character in any of its parts, struck out or not. (The first byte
    may be shared with the term before it, and be left out.)"""
    with looked_into(folder) as raw:
        rows = raw.execute("SELECT block FROM search_text_data").fetchall()
    return any(char.encode()[1:] in row[0] for row in rows)


def test_what_is_purged_is_gone_from_the_index(bench: Workbench, data_folder: Path) -> None:
    dossier = bench.create("示例·甲厂")
    made = bench.add(dossier, "equipment", name="龘靐")
    caught_up(bench)
    bench.put(dossier, "equipment", made, "name", "齉爩")
    caught_up(bench)
    bench.put(dossier, "equipment", made, "name", "麤")
    assert all(indexed(data_folder, char) for char in "甲龘靐齉爩")
    list(purge.purge(bench, dossier, "equipment", made, "本人要求"))
    assert not [char for char in "龘靐齉爩麤" if indexed(data_folder, char)]
    assert indexed(data_folder, "甲")
    search = caught_up(bench)
    assert search.places("龘") == [] and search.places("麤") == []


def test_a_purge_that_comes_with_a_merge_is_gone_too(
    bench: Workbench, data_folder: Path, tmp_path: Path
) -> None:
    dossier = bench.create("示例·甲厂")
    made = bench.add(dossier, "member", name="龘靐")
    caught_up(bench)
    with opened(tmp_path / "colleague") as other:
        merge(bench, other, dossier)
        list(purge.purge(other, dossier, "member", made, "本人要求"))
        assert indexed(data_folder, "龘")
        merge(other, bench, dossier)
    assert not indexed(data_folder, "龘") and indexed(data_folder, "甲")


def merge(one: Workbench, into: Workbench, dossier: UUID) -> None:
    rows = [LogRow(**row.model_dump()) for row in one.whole(dossier)[1]]
    with into.writing() as (_session, log, records):
        records.rebuild(dossier, log.unite(dossier, rows))


def test_an_archived_dossier_is_gone_from_the_index(bench: Workbench, data_folder: Path) -> None:
    dossier, other = bench.create("龘靐"), bench.create("示例·乙厂")
    search = caught_up(bench)
    with bench.writing() as (session, _log, _records):
        purge.wipe_rows(session, dossier)
    assert search.dossiers("龘") == {} and set(search.dossiers("示例")) == {other}
    assert not indexed(data_folder, "龘")


def test_nothing_of_it_is_in_clear_on_the_disk(bench: Workbench, data_folder: Path) -> None:
    bench.create("龘靐齉爩" * 10)
    caught_up(bench)
    files = [path for path in data_folder.rglob("*") if path.is_file()]
    # One character is three bytes, which ciphered text of this size may hold by chance.
    read = [path.read_bytes() for path in files]
    assert files and not any(all(c.encode() in data for c in "龘靐齉爩") for data in read)


def test_new_keys_take_the_index_along(tmp_path: Path) -> None:
    # A store of its own: those of `opened` have one name in the keyring.
    with closing(Workbench.open(tmp_path / "own")) as bench:
        dossier = bench.create("示例·甲厂")
        search = caught_up(bench)
        list(change_keys.change_keys(bench.store))
        assert set(search.dossiers("甲厂")) == {dossier}
        bench.put(dossier, "enterprise", single_id(dossier, "enterprise"), "contact", "周工")
        assert set(caught_up(bench).dossiers("周工 甲厂")) == {dossier}
        assert bench.store.integrity() == []


def test_no_search_goes_through_the_whole_log(bench: Workbench) -> None:
    dossier = bench.create("示例·甲厂")
    search = caught_up(bench)
    bench.add(dossier, "equipment", name="立式加工中心")
    asked: list[tuple[str, tuple[object, ...]]] = []
    event.listen(
        bench.store.engine,
        "before_cursor_execute",
        lambda _connection, _cursor, statement, values, *_: asked.append((statement, values)),
    )
    assert set(search.dossiers("加工")) == {dossier} == set(search.dossiers("甲厂"))
    with bench.store.session() as session:
        raw = session.connection().connection.driver_connection
        assert raw is not None
        for statement, values in tuple(asked):
            plan = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
            assert not [step for step in plan if step.startswith("SCAN log")], statement
