"""The facade where something goes wrong: a wrong value, a crash, threads, a full or bad disk."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event
from sqlcipher3.dbapi2 import Connection

from app.log import check_rows
from app.workbench import Workbench
from forms.dossier import Dossier, Photo, Visit
from forms.enterprise import per_head
from forms.errors import UserError
from forms.fields import decimal
from forms.record import paths
from tests.app_kit import database_of, enterprise, looked_into, names

ROOT = Path(__file__).parent.parent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def bench(folder: Path) -> Iterator[Workbench]:
    made = Workbench.open(folder)
    yield made
    made.close()


def content(dossier: Dossier) -> dict[UUID, dict[str, Any]]:
    return {
        record.id: {**paths(record), "at": (record.parent_id, record.position, record.withdrawn)}
        for rows in dossier.records.values()
        for record in rows
    }


# What is refused


REFUSED: list[tuple[str, str, Any]] = [
    ("nonsense", "name", "x"),
    ("enterprise", "nonsense", "x"),
    ("enterprise", "", "x"),
    ("enterprise", "name.x", "x"),
    ("enterprise", "quality", True),
    ("enterprise", "name", 5),
    ("enterprise", "name", "长" * 50_001),
    ("enterprise", "quality.无", "是"),
    ("enterprise", f"quality.{'无' * 101}", True),
    ("enterprise", "quality.\ud800", True),
    ("enterprise", "revenue.sum", "1"),
    ("enterprise", "revenue.value", 5),
    ("enterprise", "central_funds", 1),
    ("enterprise", "founded_on", "2011-02-30"),
    ("enterprise", "founded_on", 20110204),
    ("enterprise", "founded_on", dt.datetime(2011, 2, 4)),
    ("enterprise", "founded_on", "0001-01-01"),
    ("enterprise", "founded_on", "9999-12-31"),
    ("stay", "start", "09:05Z"),
    ("stay", "start", "09:05+08:00"),
    ("stay", "start", dt.time(9, 5, tzinfo=dt.UTC)),
    ("stay", "start", 1230),
    ("stay", "start", "25:00"),
    ("equipment", "quantity", 1.5),
    ("equipment", "quantity", True),
    ("equipment", "quantity", 2**60),
    ("site", "latitude", "北纬43度"),
    ("site", "latitude", "NaN"),
    ("site", "latitude", "1e999999"),
    ("photo", "visit", "v1"),
    ("photo", "facts", "x"),
    ("enterprise", "withdrawn", "true"),
]


@pytest.mark.parametrize(("form", "path", "value"), REFUSED)
def test_a_wrong_value_is_refused_and_changes_nothing(
    form: str, path: str, value: Any, bench: Workbench
) -> None:
    dossier_id = bench.create("示例·甲厂")
    before = content(bench.dossier(dossier_id)), len(bench.whole(dossier_id)[1])
    with pytest.raises(UserError, match="。"):
        bench.put(dossier_id, form, uuid4(), path, value)
    with pytest.raises(UserError, match="。"):
        bench.add(dossier_id, "equipment", name="先写的", quantity="很多")
    assert (content(bench.dossier(dossier_id)), len(bench.whole(dossier_id)[1])) == before


def test_what_no_paper_can_hold_is_left_out_of_text(bench: Workbench) -> None:
    dossier_id = bench.create("示例\0·\ud83d甲厂😀")
    assert enterprise(bench, dossier_id).name == "示例·甲厂😀"
    record = enterprise(bench, dossier_id).id
    bench.put(dossier_id, "enterprise", record, "revenue.value", "1\0\ud800")
    assert enterprise(bench, dossier_id).revenue == {"value": "1"}


def test_a_record_of_another_dossier_is_out_of_reach(bench: Workbench) -> None:
    mine, other = bench.create("示例·甲厂"), bench.create("示例·乙厂")
    record = enterprise(bench, other).id
    with pytest.raises(UserError, match="另一份档案"):
        bench.put(mine, "enterprise", record, "name", "改了")
    assert enterprise(bench, other).name == "示例·乙厂"


@pytest.mark.parametrize("typed", ["1e999999", "-1e999999", "1e-999999", "0e999999", "9" * 400])
def test_no_figure_overflows(typed: str, bench: Workbench) -> None:
    assert decimal(typed) is None
    dossier_id = bench.create("示例·甲厂")
    record = enterprise(bench, dossier_id).id
    for path in ("revenue.value", "employees.value", "profit.value", "budget.value"):
        bench.put(dossier_id, "enterprise", record, path, typed)
    assert per_head(enterprise(bench, dossier_id)) is None
    assert any("上年度营业收入”填" in f.message for f in bench.review(dossier_id).findings)


def test_positions_from_outside_do_not_stop_a_list(bench: Workbench) -> None:
    dossier_id = bench.create("示例·甲厂")
    ids = [bench.add(dossier_id, "equipment", name=name) for name in "甲乙"]
    for odd in ("数", "~", "a", "z" * 300, "a0" + "0" * 50, "Z-", "A" + "0" * 26):
        bench.put(dossier_id, "equipment", ids[0], "position", odd)
        bench.move(dossier_id, "equipment", ids[1], after=ids[0])
        assert names(bench, dossier_id) == ["甲", "乙"]
        made = bench.add(dossier_id, "equipment", after=ids[0], name="间")
        assert names(bench, dossier_id)[0] == "甲"
        bench.withdraw(dossier_id, "equipment", made)


# Crashes, threads, disks


def test_a_crash_loses_nothing_and_the_open_row_is_sealed_at_the_next_start(folder: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path; from app.workbench import Workbench;"
        "bench = Workbench.open(Path(sys.argv[1])); made = bench.create('示例·甲厂');"
        "record = bench.dossier(made).records['enterprise'][0].id;"
        "bench.put(made, 'enterprise', record, 'address', '打到一半');"
        "print(made, flush=True); os.kill(os.getpid(), 9)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder)], capture_output=True, cwd=ROOT, check=False
    )
    assert done.returncode == -9
    dossier_id = UUID(done.stdout.decode().strip())
    with looked_into(folder) as raw:
        assert raw.execute("SELECT field FROM log WHERE link IS NULL").fetchall() == [("address",)]
    bench = Workbench.open(folder)
    try:
        with looked_into(folder) as raw:
            assert raw.execute("SELECT count(*) FROM log WHERE link IS NULL").fetchone() == (0,)
        assert enterprise(bench, dossier_id).address == "打到一半"
        assert check_rows(bench.whole(dossier_id)[1], dossier_id) == ""
    finally:
        bench.close()


def test_threads_write_at_once_and_every_edit_is_there(bench: Workbench) -> None:
    dossier_id = bench.create("示例·甲厂")
    record = enterprise(bench, dossier_id).id
    troubles: list[Exception] = []

    def work(letter: str) -> None:
        try:
            for number in range(12):
                bench.add(dossier_id, "equipment", name=f"{letter}{number}")
                bench.put(dossier_id, "enterprise", record, f"quality.{letter}{number}", True)
                bench.dossier(dossier_id)
        except Exception as error:
            troubles.append(error)

    threads = [threading.Thread(target=work, args=(letter,)) for letter in "甲乙丙"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []
    expected = {f"{letter}{number}" for letter in "甲乙丙" for number in range(12)}
    assert set(names(bench, dossier_id)) == expected
    assert len(names(bench, dossier_id)) == len(expected)
    assert set(enterprise(bench, dossier_id).quality) == expected
    rows = bench.whole(dossier_id)[1]
    assert [row.counter for row in rows] == list(range(1, len(rows) + 1))
    assert check_rows(rows, dossier_id) == ""


def test_a_snapshot_is_of_one_moment(bench: Workbench) -> None:
    """Written between a snapshot's queries, a visit and its photo are both in it or neither."""
    dossier_id = bench.create("示例·甲厂")
    written = threading.Event()

    def write() -> None:
        visit = bench.add(dossier_id, "visit", date="2025-06-17")
        bench.add(dossier_id, "photo", visit=visit)

    def between(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if "FROM photo" in statement and not written.is_set():
            written.set()
            thread = threading.Thread(target=write)
            thread.start()
            thread.join()

    event.listen(bench.store.engine, "before_cursor_execute", between)
    dossier = bench.dossier(dossier_id)
    event.remove(bench.store.engine, "before_cursor_execute", between)
    assert written.is_set()
    assert (len(dossier.all(Photo)), len(dossier.all(Visit))) == (0, 0)
    assert len(bench.dossier(dossier_id).all(Photo)) == 1


def test_a_full_disk_is_one_sentence_and_nothing_is_half_written(bench: Workbench) -> None:
    dossier_id = bench.create("示例·甲厂")

    def limit(connection: Connection, *_more: Any) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count={pages + 2}").close()

    event.listen(bench.store.engine, "checkout", limit)
    before = content(bench.dossier(dossier_id))
    with pytest.raises(UserError, match="没有存上（磁盘空间不足）"):
        bench.add(dossier_id, "equipment", name="铣床", maker="长" * 40_000)
    with pytest.raises(UserError, match="没有存上"):
        bench.import_mapping(
            {
                "format": "zhengai-dossier/1",
                "paragraph": [{"section": "一", "text": "长" * 1000}] * 50,
            }
        )
    assert content(bench.dossier(dossier_id)) == before
    assert len(bench.summaries()) == 1
    review = bench.review(dossier_id)
    assert review.findings
    event.remove(bench.store.engine, "checkout", limit)
    bench.store.engine.dispose()
    bench.add(dossier_id, "equipment", name="铣床")
    assert names(bench, dossier_id) == ["铣床"]
    assert bench.store.integrity() == []


def test_a_read_only_store_can_still_be_read(bench: Workbench) -> None:
    dossier_id = bench.create("示例·甲厂")

    def forbid(connection: Connection, *_more: Any) -> None:
        connection.execute("PRAGMA query_only=ON").close()

    event.listen(bench.store.engine, "checkout", forbid)
    record = enterprise(bench, dossier_id).id
    with pytest.raises(UserError, match="没有存上（数据文件夹只读）"):
        bench.put(dossier_id, "enterprise", record, "name", "改了")
    assert bench.review(dossier_id).summary()["enterprise"] == "示例·甲厂"
    assert bench.summary(dossier_id)["enterprise"] == "示例·甲厂"
    event.remove(bench.store.engine, "checkout", forbid)
    bench.store.engine.dispose()


def test_a_damaged_page_is_one_sentence_and_leaves_no_lock(folder: Path) -> None:
    bench = Workbench.open(folder)
    bench.create("示例·甲厂")
    bench.close()
    raw = bytearray(database_of(folder).read_bytes())
    with looked_into(folder) as connection:
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        query = "SELECT rootpage FROM sqlite_master WHERE name IN ('dossier', 'meta')"
        for (page,) in connection.execute(query).fetchall():
            raw[(page - 1) * int(size) : page * int(size)] = os.urandom(int(size))
    database_of(folder).write_bytes(raw)
    for _ in range(2):  # the second time it would be the lock that is spoken of
        with pytest.raises(UserError, match=r"数据库(文件)?已损坏"):
            Workbench.open(folder)
    assert database_of(folder).read_bytes() == raw


def test_a_folder_that_cannot_be_one_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(UserError, match="。"):
            Workbench.open(folder)
