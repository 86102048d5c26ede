"""The change log on its own: edits, merging in any order, conflicts, chains."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from functools import cache
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine
from sqlalchemy.pool import NullPool, StaticPool
from sqlmodel import Session, SQLModel, create_engine

from app.log import PURGED, Log, LogRow, check_rows
from app.records import Records, snapshot
from forms.dossier import Dossier, Enterprise, Equipment
from forms.errors import UserError
from forms.record import paths

DOSSIER = UUID(int=7)
ENTERPRISE = Dossier(DOSSIER).one(Enterprise).id
RECORDS = [UUID(int=n) for n in range(100, 103)]


@cache
def _engine() -> Engine:
    """Gives each connection an empty database of its own; the tables and the compiled queries are
    made once for all."""
    empty = sqlite3.connect(":memory:")
    tables = create_engine("sqlite://", creator=lambda: empty, poolclass=StaticPool)
    SQLModel.metadata.create_all(tables)

    def copied() -> sqlite3.Connection:
        made = sqlite3.connect(":memory:")
        empty.backup(made)
        return made

    return create_engine("sqlite://", creator=copied, poolclass=NullPool)


_OPEN: list[Connection] = []


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    """Close every database where it was opened: another thread's collector may not."""
    yield
    while _OPEN:
        _OPEN.pop().close()


class Device:
    """One laptop: a database of its own in memory, and the log over it."""

    def __init__(self, number: int) -> None:
        # Its one connection, which it keeps, is its database.
        connection = _engine().connect()
        _OPEN.append(connection)
        self.session = Session(connection)
        self.log = Log(self.session, UUID(int=number), f"人员{number}")
        self.records = Records(self.session, self.log)

    def edit(self, record: UUID, path: str, value: object) -> None:
        form = "enterprise" if record == ENTERPRISE else "equipment"
        self.records.edit(DOSSIER, form, record, path, value)

    def withdraw(self, record: UUID) -> None:
        self.log.seal(DOSSIER)
        seen = self.log.heads(DOSSIER, record)
        self.records.edit(DOSSIER, "equipment", record, "withdrawn", True, seen)

    def rows(self) -> list[LogRow]:
        self.log.seal(DOSSIER)
        return [LogRow(**row.model_dump()) for row in self.log.rows(DOSSIER)]

    def take(self, rows: list[LogRow]) -> None:
        assert check_rows(rows, DOSSIER) == ""
        self.records.rebuild(DOSSIER, self.log.unite(DOSSIER, rows))

    def state(self) -> dict[UUID, dict[str, object]]:
        self.session.expire_all()
        kept = snapshot(self.session, DOSSIER, ())
        return {
            r.id: {**paths(r), "withdrawn": r.withdrawn}
            for name, rows in kept.records.items()
            for r in rows
            if name != "dossier"
        }

    def conflicts(self) -> set[tuple[UUID, str, tuple[str, ...]]]:
        return {
            (record, field, tuple(sorted(str(row.id) for row in rows)))
            for (record, field), rows in self.log.conflicts(DOSSIER).items()
        }


EDITS = st.one_of(
    st.tuples(st.just(ENTERPRISE), st.sampled_from(["name", "phone"]), st.text(max_size=4)),
    st.tuples(
        st.just(ENTERPRISE),
        st.sampled_from(["directions.质量管理类/QMS", "quality.无"]),
        st.booleans(),
    ),
    st.tuples(st.sampled_from(RECORDS), st.sampled_from(["name", "maker"]), st.text(max_size=4)),
    st.tuples(st.sampled_from(RECORDS), st.just("quantity"), st.integers(0, 9)),
    st.tuples(st.sampled_from(RECORDS), st.just("withdrawn"), st.just(True)),
)
MANY = st.lists(EDITS, max_size=8)


def play(device: Device, edits: list[tuple[UUID, str, object]]) -> None:
    for record, path, value in edits:
        if path == "withdrawn":
            device.withdraw(record)
        else:
            device.edit(record, path, value)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(common=MANY, left=MANY, right=MANY)
def test_two_stores_that_exchange_logs_hold_the_same(
    common: list[tuple[UUID, str, object]],
    left: list[tuple[UUID, str, object]],
    right: list[tuple[UUID, str, object]],
) -> None:
    one, two, three = Device(1), Device(2), Device(3)
    one.edit(ENTERPRISE, "name", "示例")
    play(one, common)
    two.take(one.rows())
    base = {row.id for row in one.rows()}
    play(one, left)
    play(two, right)
    ours, theirs = one.rows(), two.rows()
    one.take(theirs)
    two.take(ours)
    three.take(theirs)
    three.take(ours)
    assert one.state() == two.state() == three.state()
    assert one.conflicts() == two.conflicts() == three.conflicts()
    again = one.state()
    one.take(theirs)
    assert one.state() == again
    assert _concurrent(ours, theirs, base) == {
        (record, field) for record, field, _ in one.conflicts() if field != "withdrawn"
    }


def _concurrent(ours: list[LogRow], theirs: list[LogRow], base: set[UUID]) -> set[tuple[UUID, str]]:
    """The fields that both sides edited to different values, read straight from the rows."""
    last: list[dict[tuple[UUID, str], str | None]] = []
    for rows in (ours, theirs):
        new = sorted((r for r in rows if r.id not in base), key=lambda r: r.counter)
        last.append({(r.record_id, r.field): r.value for r in new})
    both = last[0].keys() & last[1].keys()
    return {key for key in both if last[0][key] != last[1][key] and key[1] != "withdrawn"}


def test_typing_on_stays_one_row_until_it_is_sealed() -> None:
    device = Device(1)
    for typed in ("春", "春城", "春城轴"):
        device.edit(ENTERPRISE, "name", typed)
    assert [row.payload() for row in device.rows()] == ["春城轴"]
    device.edit(ENTERPRISE, "name", "春城轴套")
    rows = device.rows()
    assert [row.payload() for row in rows] == ["春城轴", "春城轴套"]
    assert rows[1].seen == [str(rows[0].id)]
    assert [row.live for row in rows] == [False, True]


def test_a_withdrawal_against_an_edit_it_did_not_see_is_a_conflict() -> None:
    one, two = Device(1), Device(2)
    one.edit(RECORDS[0], "name", "车床")
    two.take(one.rows())
    one.withdraw(RECORDS[0])
    two.edit(RECORDS[0], "name", "数控车床")
    one.take(two.rows())
    assert (RECORDS[0], "withdrawn") in one.log.conflicts(DOSSIER)
    # Nothing is lost: the record is hidden, the edit is there, and both come back together.
    assert one.state()[RECORDS[0]]["name"] == "数控车床"
    one.edit(RECORDS[0], "withdrawn", False)
    assert one.log.conflicts(DOSSIER) == {}


def test_a_choice_ends_a_conflict_and_an_ordinary_edit_does_not() -> None:
    one, two = Device(1), Device(2)
    one.edit(ENTERPRISE, "phone", "甲")
    two.take(one.rows())
    one.edit(ENTERPRISE, "phone", "乙")
    two.edit(ENTERPRISE, "phone", "丙")
    one.take(two.rows())
    key = (ENTERPRISE, "phone")
    assert {row.payload() for row in one.log.conflicts(DOSSIER)[key]} == {"乙", "丙"}
    one.edit(ENTERPRISE, "phone", "丁")
    assert key in one.log.conflicts(DOSSIER)
    one.log.seal(DOSSIER)
    one.records.edit(DOSSIER, "enterprise", ENTERPRISE, "phone", "戊", one.log.heads(DOSSIER, *key))
    assert one.log.conflicts(DOSSIER) == {}
    two.take(one.rows())
    assert two.state() == one.state()


def purge(device: Device, record: UUID) -> None:
    """What `app.purge` does to the log."""
    device.log.seal(DOSSIER)
    seen = device.log.heads(DOSSIER, record)
    why = device.log.write(DOSSIER, "equipment", record, PURGED, "本人要求")
    device.log.seal(DOSSIER)
    device.log.write(DOSSIER, "equipment", record, "withdrawn", True, [*seen, why])
    device.log.seal(DOSSIER)
    for row in device.log.rows(DOSSIER):
        if row.record_id == record and row.field not in (PURGED, "withdrawn"):
            row.value = row.salt = None
    device.records.rebuild(DOSSIER, {record})
    device.session.flush()


def test_a_purge_keeps_the_chain_and_is_not_revived() -> None:
    one, two = Device(1), Device(2)
    one.edit(RECORDS[0], "name", "张示例的车床")
    one.edit(RECORDS[0], "maker", "示例厂")
    before = one.rows()
    two.take(before)
    purge(one, RECORDS[0])
    rows = one.rows()
    assert check_rows(rows, DOSSIER) == ""
    two.edit(RECORDS[0], "name", "示例车床，张示例专用")
    edited = two.rows()
    two.take(rows)
    one.take(edited)
    for each in (one, two):
        each.take(before)
        each.take(edited)
        assert each.state()[RECORDS[0]]["name"] == "" and each.state()[RECORDS[0]]["withdrawn"]
        kept = [row for row in each.log.rows(DOSSIER) if row.value and "张示例" in row.value]
        assert kept == [] and each.conflicts() == set()
    assert one.state() == two.state()


def test_a_value_that_is_gone_without_a_purge_takes_none_away() -> None:
    one, two = Device(1), Device(2)
    one.edit(ENTERPRISE, "contact", "张示例")
    rows = one.rows()
    bare = [LogRow(**{**row.model_dump(), "value": None, "salt": None}) for row in rows]
    two.take(bare)
    assert two.state()[ENTERPRISE]["contact"] == ""
    one.take(bare)
    two.take(rows)
    assert one.state()[ENTERPRISE]["contact"] == two.state()[ENTERPRISE]["contact"] == "张示例"


@pytest.mark.parametrize("harm", ["value", "person", "cut", "counter", "dossier"])
def test_a_tampered_or_cut_chain_is_seen(harm: str) -> None:
    device = Device(1)
    for name in ("name", "phone", "contact"):
        device.edit(ENTERPRISE, name, "原文")
    rows = device.rows()
    assert check_rows(rows, DOSSIER) == ""
    if harm == "value":
        rows[1].value = '"改文"'
    elif harm == "person":
        rows[1].person = "他人"
    elif harm == "cut":
        del rows[1]
    elif harm == "counter":
        rows[2].counter = 9
    else:
        rows[0].dossier_id = uuid4()
    assert check_rows(rows, DOSSIER) != ""


def test_a_list_keeps_its_order_when_two_insert_in_one_place() -> None:
    one, two = Device(1), Device(2)
    for number, record in enumerate(RECORDS[:2]):
        place = one.records.place(DOSSIER, "equipment", None, None)
        one.edit(record, "position", place)
        one.edit(record, "name", f"设备{number}")
    two.take(one.rows())
    for device, record in ((one, RECORDS[2]), (two, UUID(int=103))):
        device.edit(
            record, "position", device.records.place(DOSSIER, "equipment", RECORDS[0], None)
        )
        device.edit(record, "name", f"新{device.log._device.int}")
    ours, theirs = one.rows(), two.rows()
    one.take(theirs)
    two.take(ours)
    for device in (one, two):
        device.session.expire_all()
        names = [e.name for e in snapshot(device.session, DOSSIER, ()).all(Equipment)]
        assert names[0] == "设备0" and names[-1] == "设备1"
        assert set(names[1:3]) == {"新1", "新2"}
    assert one.state() == two.state()


def test_taking_rows_in_while_somebody_types_keeps_record_and_log_one() -> None:
    one, two = Device(1), Device(2)
    one.edit(ENTERPRISE, "contact", "李")
    two.take(one.rows())
    two.edit(ENTERPRISE, "phone", "1")
    one.edit(ENTERPRISE, "contact", "张三")  # its row is still open
    one.take(two.rows())
    assert one.state()[ENTERPRISE]["contact"] == "张三"
    two.take(one.rows())
    assert two.state() == one.state()
    assert one.conflicts() == two.conflicts() == set()


def test_two_copies_of_one_data_folder_are_named_and_nothing_is_taken() -> None:
    one, copy = Device(1), Device(1)
    one.edit(ENTERPRISE, "phone", "甲")
    copy.edit(ENTERPRISE, "phone", "乙")
    rows = copy.rows()
    one.rows()
    before = one.state()
    with pytest.raises(UserError, match="副本"):
        one.log.unite(DOSSIER, rows)
    assert one.state() == before


def test_one_file_imported_twice_is_one_history() -> None:
    one, two = Device(1), Device(2)
    edits = [("enterprise", ENTERPRISE, "name", "示例"), ("enterprise", ENTERPRISE, "phone", "1")]
    for device in (one, two):
        device.log.write_fresh(DOSSIER, edits)
        device.records.rebuild(DOSSIER, {ENTERPRISE})
    one.edit(ENTERPRISE, "phone", "2")
    two.take(one.rows())
    assert two.conflicts() == set()
    assert two.state()[ENTERPRISE]["phone"] == "2"
