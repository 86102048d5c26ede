"""Who may do what in an office's database: PostgreSQL's own roles, tried as each of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from app.hub import Hub, prepare
from app.hub_exchange import elsewhere, exchange
from app.workbench import Workbench
from forms.dossier import Enterprise
from forms.errors import UserError
from forms.evaluation import Stage
from forms.record import forms, single_id
from tests.postgres_kit import Server

#: login -> role, organisation, district
PEOPLE = {
    "wang": ("consultant", "甲服务商", ""),
    "zhou": ("lead", "甲服务商", ""),
    "office": ("provider", "甲服务商", ""),
    "rival": ("lead", "乙服务商", ""),
    "erdao": ("district", "", "二道区"),
    "bureau": ("bureau", "", ""),
    "judge": ("assessor", "评测机构", ""),
    "audit": ("auditor", "", ""),
    "reader": ("readonly", "甲服务商", ""),
    "nobody": ("consultant", "", ""),
}
READERS = ("erdao", "audit")


class Office:
    """An office database with a person of each role, and a dossier of each of two providers."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server, self.folder = server, folder
        self.name = server.database()
        prepare(server.url(self.name))
        for login, (role, organisation, district) in PEOPLE.items():
            server.run(f"DROP ROLE IF EXISTS {login}")
            server.run(f"CREATE ROLE {login} LOGIN IN ROLE zhengai_{role}")
            server.run(
                f"INSERT INTO hub_person VALUES ('{login}', '{organisation}', '{district}')",
                self.name,
            )
        with closing(Workbench.open(folder / "zhou")) as bench, self.hub("zhou") as hub:
            self.ours = bench.create("甲厂", district="二道区")
            sent(bench, hub)
        with closing(Workbench.open(folder / "rival")) as bench, self.hub("rival") as hub:
            self.theirs = bench.create("乙厂", district="绿园区")
            sent(bench, hub)

    def hub(self, login: str) -> closing[Hub]:
        return closing(Hub(self.server.url(self.name, login)))

    def raw(self, login: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self.server.url(self.name, login), autocommit=True)

    def value(self, login: str, query: str) -> object:
        with self.raw(login) as connection:
            row = connection.execute(query.encode()).fetchone()
        assert row is not None
        return row[0]


def sent(bench: Workbench, hub: Hub, *dossiers: UUID) -> list[str]:
    """Exchange: the troubles."""
    return [step.trouble for step in exchange(bench, hub, dossiers or None) if step.trouble]


@pytest.fixture(scope="module")
def office(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office(postgres, tmp_path_factory.mktemp("office"))


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    with closing(Workbench.open(tmp_path / "bench")) as made:
        yield made


@pytest.mark.parametrize(
    ("login", "seen"),
    [
        ("wang", ["甲厂"]),
        ("zhou", ["甲厂"]),
        ("office", ["甲厂"]),
        ("rival", ["乙厂"]),
        ("erdao", ["甲厂"]),
        ("bureau", ["乙厂", "甲厂"]),
        ("judge", []),
        ("audit", ["乙厂", "甲厂"]),
        ("reader", ["甲厂"]),
        ("nobody", []),
    ],
)
def test_each_sees_what_is_theirs_in_every_table(
    login: str, seen: list[str], office: Office
) -> None:
    with office.raw(login) as connection:

        def rows(query: str) -> list[object]:
            return [row[0] for row in connection.execute(query.encode())]

        assert sorted(map(str, rows("SELECT name FROM enterprise"))) == seen
        for table in ("hub_dossier", "dossier", "summary"):
            assert len(rows(f"SELECT dossier_id FROM {table}")) == len(seen), table
        if login == "reader":
            with pytest.raises(InsufficientPrivilege):
                rows("SELECT field FROM log")
        else:
            assert len(set(rows("SELECT dossier_id FROM log"))) == len(seen)
        for table in forms():
            rows(f"SELECT dossier_id FROM {table}")


def test_nobody_deletes_or_comes_at_what_is_a_machines_own(office: Office) -> None:
    own = ("meta", "taken", "thumb", "reading", "fingerprint", "likeness")
    for login in PEOPLE:
        with office.raw(login) as connection:
            tries = [f"DELETE FROM {table}" for table in ("log", "enterprise", "hub_dossier")]
            tries += [f"SELECT * FROM {table}" for table in own]
            tries += ["UPDATE log SET person = 'x'", "UPDATE log SET payload_hash = ''"]
            tries += ["UPDATE log SET link = NULL", "TRUNCATE log", "DROP TABLE log"]
            tries += ["UPDATE alembic_version SET version_num = ''", "CREATE TABLE mine (a int)"]
            for statement in tries:
                with pytest.raises(InsufficientPrivilege):
                    connection.execute(statement.encode())


@pytest.mark.parametrize("login", ["erdao", "audit", "reader"])
def test_who_only_reads_writes_nothing(login: str, office: Office) -> None:
    with office.raw(login) as connection:
        for statement in (
            "UPDATE enterprise SET name = 'x'",
            "INSERT INTO log SELECT * FROM log",
            "UPDATE log SET live = false",
            "UPDATE hub_dossier SET district = 'x'",
            "UPDATE summary SET facts = ''",
            "INSERT INTO hub_person VALUES ('x')",
        ):
            with pytest.raises(InsufficientPrivilege):
                connection.execute(statement.encode())


def test_a_value_of_the_log_is_erased_but_never_changed(office: Office) -> None:
    with office.raw("zhou") as connection:
        for column in ("value", "salt"):
            with pytest.raises(InsufficientPrivilege):
                connection.execute(f"UPDATE log SET {column} = '1'".encode())
        connection.execute(b"BEGIN")
        done = connection.execute(b"UPDATE log SET value = NULL, salt = NULL")
        assert done.rowcount > 0  # a purge
        connection.execute(b"ROLLBACK")


def test_a_consultant_writes_what_the_lead_has_registered(office: Office, bench: Workbench) -> None:
    with office.hub("wang") as hub:
        assert elsewhere(bench, hub) == [office.ours]
        assert sent(bench, hub, office.ours) == []
        bench.put(office.ours, "enterprise", single_id(office.ours, "enterprise"), "phone", "1")
        new = bench.create("丙厂", district="二道区")
        assert ["尚未" in each for each in sent(bench, hub)] == [True]
    assert office.value("zhou", "SELECT phone FROM enterprise WHERE name = '甲厂'") == "1"
    with office.hub("zhou") as hub:
        assert sent(bench, hub, new) == []
    where = f"WHERE dossier_id = '{new}'"
    assert office.value("bureau", f"SELECT provider FROM hub_dossier {where}") == "甲服务商"
    assert office.value("erdao", "SELECT count(*) FROM hub_dossier") == 2
    office.server.run(f"DELETE FROM hub_dossier {where}", office.name)


def test_another_providers_dossier_is_neither_seen_nor_taken_over(
    office: Office, bench: Workbench
) -> None:
    with office.hub("bureau") as hub:
        assert sent(bench, hub, office.theirs) == []
    with office.hub("zhou") as hub:
        assert office.theirs not in elsewhere(bench, hub)
        troubles = sent(bench, hub, office.theirs)
    assert len(troubles) == 1 and "属于其他单位" in troubles[0]
    with office.raw("zhou") as connection:
        moved = connection.execute(b"UPDATE hub_dossier SET district = 'x' WHERE provider <> ''")
        assert moved.rowcount == 1  # its own
        with pytest.raises(InsufficientPrivilege):
            connection.execute(b"UPDATE hub_dossier SET provider = 'x'")
        connection.execute("UPDATE hub_dossier SET district = '二道区'".encode())


@pytest.mark.parametrize("login", READERS)
def test_who_only_reads_takes_in_and_is_told_what_stays_here(
    login: str, office: Office, bench: Workbench
) -> None:
    with office.hub(login) as hub:
        assert not hub.may_write
        assert sent(bench, hub, office.ours) == []
        assert bench.dossier(office.ours).one(Enterprise).name == "甲厂"
        bench.put(office.ours, "enterprise", single_id(office.ours, "enterprise"), "contact", "他")
        for _ in range(2):  # it goes on being told
            assert ["1 条改动没有送出" in each for each in sent(bench, hub)] == [True]
    assert office.value("bureau", "SELECT count(*) FROM log WHERE field = 'contact'") == 0


def test_who_may_not_read_the_log_cannot_exchange(office: Office) -> None:
    with pytest.raises(UserError, match="不能读取"), office.hub("reader"):
        pass


def test_an_assessor_writes_evaluation_and_acceptance_of_what_was_handed_to_it(
    office: Office, bench: Workbench
) -> None:
    with office.raw("bureau") as connection:
        connection.execute(
            "UPDATE hub_dossier SET assessor = '评测机构' WHERE dossier_id = %s", (office.ours,)
        )
    item = bench.pack.instrument.items[0].name
    with office.hub("judge") as hub:
        assert elsewhere(bench, hub) == [office.ours]
        assert sent(bench, hub, office.ours) == []
        bench.answer(office.ours, Stage.RETROFIT, item, "chosen.A", True)
        acceptance = single_id(office.ours, "acceptance")
        bench.put(office.ours, "acceptance", acceptance, "opinion", "同意")
        assert sent(bench, hub) == []
        bench.put(office.ours, "enterprise", single_id(office.ours, "enterprise"), "contact", "改")
        assert ["没有授予" in each for each in sent(bench, hub)] == [True]
    assert office.value("zhou", "SELECT opinion FROM acceptance") == "同意"
    assert office.value("zhou", "SELECT contact FROM enterprise WHERE name = '甲厂'") == ""
    with office.raw("judge") as connection:
        done = connection.execute(b"UPDATE log SET live = live WHERE form = 'enterprise'")
        assert done.rowcount == 0
        with pytest.raises(InsufficientPrivilege):
            connection.execute(b"UPDATE enterprise SET contact = 'x'")


def test_a_provider_says_who_its_people_are_and_no_others(office: Office) -> None:
    with office.raw("office") as connection:
        connection.execute("INSERT INTO hub_person VALUES ('neu', '甲服务商')".encode())
        for values in ("('x', '乙服务商')", "('x', '甲服务商', '二道区')"):
            with pytest.raises(InsufficientPrivilege):
                connection.execute(f"INSERT INTO hub_person VALUES {values}".encode())
        seen = connection.execute(b"SELECT login FROM hub_person").fetchall()
        assert {login for (login,) in seen} == {"wang", "zhou", "office", "reader", "neu"}
        connection.execute(b"DELETE FROM hub_person WHERE login = 'neu'")
    for login in ("wang", "zhou", "erdao"):
        with office.raw(login) as connection, pytest.raises(InsufficientPrivilege):
            connection.execute(b"SELECT * FROM hub_person")
