"""Exchanging with an office's PostgreSQL: what goes, what comes, and what is refused."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from uuid import UUID

import keyring
import psycopg
import pytest
from sqlalchemy import event

from app import hub as hub_module
from app import shared_folder
from app.commands import run
from app.hub import Hub, HubLostError, connect, parsed, prepare, set_up, settings
from app.hub_exchange import elsewhere, exchange
from app.log import PURGED
from app.progress import Progress
from app.purge import purge
from app.store import SCHEMA
from app.workbench import Workbench
from forms.dossier import Attachment, Enterprise, Equipment, Photo
from forms.errors import UserError
from forms.record import single_id
from tests.keyring_kit import without_keyring
from tests.photo_files import photo as taken_photo
from tests.postgres_kit import Server, running
from tests.test_same_store import LONG, content

Laptop = Callable[[str], Workbench]


@pytest.fixture(scope="module")
def _office(postgres: Server) -> str:
    """A prepared office database, to be copied by each test."""
    name = postgres.database()
    assert prepare(postgres.url(name)) == SCHEMA
    return name


@pytest.fixture
def address(postgres: Server, _office: str) -> str:
    return postgres.url(postgres.database(_office))


@pytest.fixture
def share(tmp_path: Path) -> Path:
    folder = tmp_path / "共享 文件夹"
    shared_folder.make(folder)
    return folder


@pytest.fixture
def hub(address: str, share: Path) -> Iterator[Hub]:
    made = Hub(address, share)
    yield made
    made.close()


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Laptop]:
    made: list[Workbench] = []

    def laptop(name: str) -> Workbench:
        made.append(Workbench.open(tmp_path / name))
        made[-1].set_person(name)
        return made[-1]

    yield laptop
    for bench in made:
        bench.close()


def swapped(bench: Workbench, hub: Hub, *dossiers: UUID) -> Progress:
    """Exchange, expecting no trouble; the last word."""
    steps = list(exchange(bench, hub, dossiers or None))
    assert [step.trouble for step in steps if step.trouble] == []
    return steps[-1]


def enterprise(bench: Workbench, dossier_id: UUID) -> Enterprise:
    return bench.dossier(dossier_id).one(Enterprise)


# Addresses and settings


@pytest.mark.parametrize(
    ("address", "sslmode"),
    [
        ("postgresql://wang@db.example.cn/zhengai", "verify-full"),
        ("postgresql+psycopg://wang@db.example.cn:5433/zhengai?sslmode=verify-full", "verify-full"),
        ("postgresql:///zhengai", "verify-full"),  # PGHOST may say anything
        ("postgresql://wang@/zhengai?host=db.example.cn", "verify-full"),
        ("postgresql://wang@localhost,db.example.cn/zhengai", "verify-full"),
        ("postgresql://wang@127.0.0.1/zhengai", None),
        ("postgresql://wang@[::1]/zhengai", None),
        ("postgresql://wang@/zhengai?host=/run/postgresql", None),
    ],
)
def test_whatever_leaves_this_machine_is_verified(address: str, sslmode: str | None) -> None:
    url, password = parsed(address)
    assert (url.drivername, url.query.get("sslmode"), password) == (
        "postgresql+psycopg", sslmode, ""
    )  # fmt: skip


@pytest.mark.parametrize(
    "address",
    [
        "",
        "数据库",
        "sqlite:///zhengai.db",
        "postgresql://db.example.cn",
        "postgresql://db.example.cn:端口/zhengai",
        "postgresql://db.example.cn/zhengai?sslmode=require",
        "postgresql://db.example.cn/zhengai?hostaddr=127.0.0.1",
        "postgresql://db.example.cn/zhengai?service=other",
        "postgresql://127.0.0.1/zhengai?host=db.example.cn&sslmode=prefer",
        "postgresql://127.0.0.1/zhengai?passfile=/etc/passwd",
    ],
)
def test_an_address_that_is_none_or_asks_for_less_is_refused(address: str) -> None:
    with pytest.raises(UserError, match="没有连接"):
        parsed(address)


def test_a_password_is_kept_in_the_keyring_alone(laptop: Laptop, tmp_path: Path) -> None:
    bench = laptop("王示例")
    with pytest.raises(UserError, match="还没有填写"):
        connect(bench.store)
    set_up(bench.store, "postgresql://wang:geheim@db.example.cn/zhengai", str(tmp_path))
    shown, folder = settings(bench.store)
    assert (parsed(shown)[1], folder) == ("", str(tmp_path)) and "geheim" not in shown
    assert keyring.get_password("zhengai-hub", "hub wang@db.example.cn:/zhengai") == "geheim"
    engine = hub_module._engine(shown)
    assert engine.url.password == "geheim" and "geheim" not in str(engine.url)
    with without_keyring(), pytest.raises(UserError, match="pgpass"):
        set_up(bench.store, "postgresql://li:geheim@db.example.cn/zhengai")
    with pytest.raises(UserError, match="完整路径"):
        set_up(bench.store, shown, "共享")
    assert settings(bench.store) == (shown, str(tmp_path))
    set_up(bench.store, "")
    assert settings(bench.store) == ("", "")


def test_what_is_no_office_database_is_told(postgres: Server, address: str) -> None:
    with pytest.raises(UserError, match="sync --prepare"):
        Hub(postgres.url(postgres.database()))
    with pytest.raises(HubLostError, match="没有这一账号或者数据库"):
        Hub(postgres.url("nowhere"))
    with pytest.raises(HubLostError, match="没有连通"):
        Hub(f"postgresql://postgres@127.0.0.1:{postgres.port + 1}/zhengai")
    with psycopg.connect(address, autocommit=True) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(UserError, match="更新版本"):
        Hub(address)
    with pytest.raises(UserError, match="更新版本"):
        prepare(address)


def test_preparing_again_changes_nothing(address: str, laptop: Laptop) -> None:
    bench = laptop("王示例")
    bench.create("示例", district=LONG)
    with_rows = Hub(address)
    swapped(bench, with_rows)
    assert prepare(address) == SCHEMA
    assert swapped(bench, with_rows).text == "“示例”：没有新的改动"
    with_rows.close()


# Rows


def test_edits_go_and_come_and_only_what_is_new_is_read(laptop: Laptop, hub: Hub) -> None:
    one, two = laptop("王示例"), laptop("李示例")
    dossier_id = one.create("示例·甲厂", district="二道区")
    assert "送出" in swapped(one, hub).text
    assert elsewhere(two, hub) == [dossier_id] and elsewhere(one, hub) == []
    assert "收入" in swapped(two, hub, dossier_id).text
    assert content(one.dossier(dossier_id)) == content(two.dossier(dossier_id))
    record = single_id(dossier_id, "enterprise")
    one.put(dossier_id, "enterprise", record, "phone", "1")
    two.put(dossier_id, "enterprise", record, "contact", "张示例")
    assert swapped(one, hub).text == "“示例·甲厂”：送出 1 条，收入 0 条"
    asked: list[str] = []
    event.listen(hub.engine, "before_cursor_execute", lambda *each: asked.append(each[2]))
    assert swapped(two, hub).text == "“示例·甲厂”：送出 1 条，收入 1 条"
    assert swapped(one, hub).text == "“示例·甲厂”：送出 0 条，收入 1 条"
    del asked[:]
    assert swapped(one, hub).text == "“示例·甲厂”：没有新的改动"
    assert len(asked) < 6 and not [each for each in asked if "FROM log" in each]
    assert content(one.dossier(dossier_id)) == content(two.dossier(dossier_id))
    assert enterprise(one, dossier_id).contact == "张示例"


def test_both_sides_of_a_conflict_stand_on_every_side(laptop: Laptop, hub: Hub) -> None:
    one, two = laptop("王示例"), laptop("李示例")
    dossier_id = one.create("示例")
    swapped(one, hub)
    swapped(two, hub, dossier_id)
    record = single_id(dossier_id, "enterprise")
    for bench in (one, two):
        bench.put(dossier_id, "enterprise", record, "phone", bench.person)
    for bench in (one, two, one):
        swapped(bench, hub)
    for bench in (one, two):
        with bench.writing() as (_, log, _records):
            rows = log.conflicts(dossier_id)[record, "phone"]
        assert {row.payload() for row in rows} == {"王示例", "李示例"}
    one.choose(dossier_id, "enterprise", record, "phone", "定")
    swapped(one, hub)
    swapped(two, hub)
    assert enterprise(two, dossier_id).phone == "定"
    assert two.dossier(dossier_id).conflicts == set()


def test_a_line_that_breaks_loses_nothing(
    laptop: Laptop, hub: Hub, address: str, postgres: Server
) -> None:
    one, two = laptop("王示例"), laptop("李示例")
    first, second = one.create("甲厂"), one.create("乙厂")
    steps = exchange(one, hub, [first, second])
    for step in steps:
        if "甲厂" in step.text:
            postgres.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                         "WHERE application_name = 'zhengai'")  # fmt: skip
            break
    with pytest.raises(HubLostError, match="已同步的部分保留"):
        list(steps)
    swapped(one, hub)
    # Cut after the office has committed, before the laptop takes in what came.
    record = single_id(first, "enterprise")
    swapped(two, hub, first, second)
    two.put(first, "enterprise", record, "phone", "2")
    swapped(two, hub)
    one.put(first, "enterprise", record, "contact", "1")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.hub_exchange._One._take", _cut)
        with pytest.raises(KeyboardInterrupt):
            list(exchange(one, hub))
    assert enterprise(one, first).phone == ""
    for bench in (one, two):
        swapped(bench, hub)
        assert (enterprise(bench, first).phone, enterprise(bench, first).contact) == ("2", "1")


def _cut(*_: object) -> None:
    raise KeyboardInterrupt


def test_whoever_is_in_the_way_is_waited_for(
    laptop: Laptop, hub: Hub, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = laptop("王示例")
    dossier_id = bench.create("示例")
    swapped(bench, hub)
    bench.put(dossier_id, "enterprise", single_id(dossier_id, "enterprise"), "phone", "1")
    monkeypatch.setattr("app.hub.WAIT_MS", 50)
    with psycopg.connect(address) as other:
        other.execute("SELECT FROM hub_dossier FOR UPDATE")
        *_, last = exchange(bench, hub)
        assert "由他人同步" in last.trouble
        tries: list[str] = []

        @event.listens_for(hub.engine, "handle_error")
        def _let_go(context: object) -> None:
            tries.append(str(context))
            other.rollback()

        assert swapped(bench, hub).text == "“示例”：送出 1 条，收入 0 条"
        assert len(tries) == 1


def test_rows_that_were_changed_at_the_office_are_refused(
    laptop: Laptop, hub: Hub, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    one, two = laptop("王示例"), laptop("李示例")
    dossier_id = one.create("示例")
    swapped(one, hub)
    with psycopg.connect(address, autocommit=True) as raw:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            raw.execute("UPDATE log SET value = '\"改\"' WHERE field = 'name'")
        raw.execute("ALTER TABLE log DISABLE TRIGGER hub_log_stays")
        raw.execute("UPDATE log SET value = '\"改\"' WHERE field = 'name'")
    *_, last = exchange(two, hub, [dossier_id])
    assert "接不上或不合规定" in last.trouble and elsewhere(two, hub) == [dossier_id]
    with psycopg.connect(address, autocommit=True) as raw:
        raw.execute("DELETE FROM log WHERE field = 'pack'")
    one.put(dossier_id, "enterprise", single_id(dossier_id, "enterprise"), "phone", "1")
    *_, last = exchange(two, hub, [dossier_id])
    assert "接不上或不合规定" in last.trouble
    assert len(caplog.records) == 2
    caplog.clear()


def test_two_copies_of_one_folder_are_told(laptop: Laptop, hub: Hub, tmp_path: Path) -> None:
    one = laptop("王示例")
    dossier_id = one.create("示例")
    one.close()
    shutil.copytree(tmp_path / "王示例", tmp_path / "副本")
    one, copy = laptop("王示例"), laptop("副本")
    copy.store.device = one.store.device  # as a store that did not notice that it was copied
    record = single_id(dossier_id, "enterprise")
    one.put(dossier_id, "enterprise", record, "phone", "1")
    copy.put(dossier_id, "enterprise", record, "phone", "2")
    swapped(one, hub)
    *_, last = exchange(copy, hub)
    assert "两份副本" in last.trouble and enterprise(copy, dossier_id).phone == "2"


def test_a_dossier_that_nobody_has_is_told(laptop: Laptop, hub: Hub) -> None:
    *_, last = exchange(laptop("王示例"), hub, [UUID(int=5)])
    assert "都没有这份档案" in last.trouble and hub.marks() == {}


def test_a_dossier_of_another_citys_pack_is_not_taken(
    laptop: Laptop, hub: Hub, tmp_path: Path
) -> None:
    one = laptop("王示例")
    dossier_id = one.create("示例")
    swapped(one, hub)
    with closing(Workbench.open(tmp_path / "云川", pack="yunchuan-2025")) as other:
        last = list(exchange(other, hub, [dossier_id]))[-1]
        assert "没有同步，请用按该方案建立的数据文件夹收取" in last.trouble
        assert one.pack.title in last.trouble and other.pack.title in last.trouble
        assert other.summaries() == []


# Files


def _with_photo(bench: Workbench, folder: Path) -> tuple[UUID, UUID, str]:
    dossier_id = bench.create("示例")
    path = taken_photo(folder / "厂门.jpg")
    *_, last = bench.import_photos(dossier_id, [path])
    assert last.record is not None
    plan = folder / "清单.txt"
    plan.write_text("设备清单", "utf-8")
    bench.attach(dossier_id, plan)
    return dossier_id, last.record, hashlib.sha256(path.read_bytes()).hexdigest()


def test_photos_and_attachments_come_by_the_shared_folder(
    laptop: Laptop, hub: Hub, share: Path, tmp_path: Path
) -> None:
    one, two = laptop("王示例"), laptop("李示例")
    dossier_id, photo, digest = _with_photo(one, tmp_path)
    shutil.move(share, tmp_path / "away")  # the network drive is not there
    steps = list(exchange(one, hub))
    assert all("没有连通" in step.trouble for step in steps[-1:]) and "送出" in steps[-1].text
    share.mkdir()  # an empty mount point
    *_, last = exchange(one, hub)
    assert "没有连通" in last.trouble and list(share.iterdir()) == []
    share.rmdir()
    shutil.move(tmp_path / "away", share)
    assert swapped(one, hub).text == "“示例”：照片和附件 2 个"
    assert hashlib.sha256((share / digest[:2] / digest).read_bytes()).hexdigest() == digest
    assert swapped(two, hub, dossier_id).text.endswith("照片和附件 2 个")
    for bench in (one, two):
        (row,) = bench.dossier(dossier_id).all(Photo)
        assert row.id == photo
        assert bench.picture(row, "original") == (share / digest[:2] / digest).read_bytes()
        assert bench.picture(row, "thumb")[:3] == b"\xff\xd8\xff"
    assert not list(share.rglob("*.part-*"))


@pytest.mark.parametrize("harm", ["other", "link", "folder", "no picture"])
def test_a_file_that_is_not_what_its_name_says_is_not_taken(
    harm: str, laptop: Laptop, hub: Hub, share: Path, tmp_path: Path
) -> None:
    one, two = laptop("王示例"), laptop("李示例")
    dossier_id, photo, digest = _with_photo(one, tmp_path)
    if harm == "no picture":  # its record says that it is one
        (plan,) = one.dossier(dossier_id).all(Attachment)
        one.put(dossier_id, "photo", photo, "sha256", plan.sha256)
    swapped(one, hub) if harm != "no picture" else list(exchange(one, hub))
    path = share / digest[:2] / digest
    if harm == "other":
        path.write_bytes(path.read_bytes() + b"\0")
    elif harm == "link":
        secret = tmp_path / "secret"
        shutil.move(path, secret)
        path.symlink_to(secret)
    elif harm == "folder":
        shutil.move(path.parent, tmp_path / "elsewhere")
        path.parent.symlink_to(tmp_path / "elsewhere")
    *_, last = exchange(two, hub, [dossier_id])
    assert "没有收入" in last.trouble or "没有同步" in last.trouble
    (row,) = two.dossier(dossier_id).all(Photo)
    with pytest.raises(OSError):
        two.picture(row, "original")


def test_a_purge_takes_rows_and_files_everywhere(
    laptop: Laptop, hub: Hub, share: Path, tmp_path: Path, address: str
) -> None:
    one, two = laptop("王示例"), laptop("李示例")
    dossier_id, photo, digest = _with_photo(one, tmp_path)
    machine = one.add(dossier_id, "equipment", name="秘密车床")
    swapped(one, hub)
    swapped(two, hub, dossier_id)
    two.put(dossier_id, "equipment", machine, "maker", "秘密厂家")  # not seen by who purges
    for form, record in (("photo", photo), ("equipment", machine)):
        list(purge(one, dossier_id, form, record, "企业要求"))
    swapped(one, hub)
    assert not (share / digest[:2] / digest).exists() and len(list(share.glob("??/*"))) == 1
    swapped(two, hub)
    swapped(one, hub)
    swapped(two, hub)
    with psycopg.connect(address) as raw:
        said = raw.execute("SELECT value FROM log").fetchall()
        left = raw.execute("SELECT count(*) FROM hub_erased").fetchone()
    assert not [value for (value,) in said if "秘密" in (value or "") or digest in (value or "")]
    assert left == (0,)
    for bench in (one, two):
        _, rows = bench.whole(dossier_id)
        assert not [row for row in rows if "秘密" in (row.value or "")]
        assert len([row for row in rows if row.field == PURGED]) == 2
        assert not bench.dossier(dossier_id).all(Equipment)
        assert not bench.store.vault.path("originals", digest).exists()


# TLS


@pytest.fixture(scope="module")
def _certified(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    """A server for office.example with a certificate, and the root that signed it."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl to make certificates with")
    folder = tmp_path_factory.mktemp("certificates")
    for name in ("root", "stranger"):
        _openssl(folder, "req", "-x509", "-nodes", "-days", "2", "-subj", f"/CN={name}",
                 "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                 "-keyout", f"{name}.key", "-out", f"{name}.crt")  # fmt: skip
    _openssl(folder, "req", "-nodes", "-subj", "/CN=office.example", "-newkey", "ec",
             "-pkeyopt", "ec_paramgen_curve:prime256v1",
             "-keyout", "server.key", "-out", "server.csr")  # fmt: skip
    (folder / "names").write_text("subjectAltName=DNS:office.example")
    _openssl(folder, "x509", "-req", "-in", "server.csr", "-CA", "root.crt", "-CAkey", "root.key",
             "-CAcreateserial", "-days", "2", "-extfile", "names",
             "-out", "server.crt")  # fmt: skip
    with running() as server:
        for name in ("server.key", "server.crt"):
            shutil.copyfile(folder / name, server.folder / "data" / name)
            os.chmod(server.folder / "data" / name, 0o600)
            if os.geteuid() == 0:
                owner = (server.folder / "data").stat()
                os.chown(server.folder / "data" / name, owner.st_uid, owner.st_gid)
        server.run("ALTER SYSTEM SET ssl = on")
        server.run("SELECT pg_reload_conf()")
        yield server, folder


def _openssl(folder: Path, *words: str) -> None:
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)


def test_the_server_shows_a_certificate_that_the_office_signed(
    _certified: tuple[Server, Path], postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, folder = _certified
    prepare(server.url("postgres"))
    monkeypatch.setenv("PGHOSTADDR", "127.0.0.1")  # in the place of a name server
    monkeypatch.setenv("HOME", str(folder))  # where libpq looks for a root of its own

    def address(host: str, root: str, port: int = server.port) -> str:
        root = f"?sslrootcert={folder / root}" if root else ""
        return f"postgresql://postgres@{host}:{port}/postgres{root}"

    with_tls = Hub(address("office.example", "root.crt"))
    with with_tls.engine.connect() as connection:
        used = connection.exec_driver_sql(
            "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
        ).scalar()
    with_tls.close()
    assert used is True
    for wrong in (("office.example", "stranger.crt"), ("other.example", "root.crt")):
        with pytest.raises(HubLostError, match="证书没有通过核对"):
            Hub(address(*wrong))
    with pytest.raises(HubLostError, match="根证书"):
        Hub(address("office.example", ""))
    with pytest.raises(HubLostError, match="没有启用加密连接"):
        Hub(address("office.example", "root.crt", postgres.port))


# The command


def test_sync_prepares_exchanges_and_keeps_where_to(
    postgres: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    address, share = postgres.url(postgres.database()), tmp_path / "share"
    assert run(["sync"]) == 2
    assert "还没有填写办公室数据库的地址" in capsys.readouterr().err
    assert run(["sync", "--prepare", "--to", address]) == 0
    assert run(["sync", "--prepare"]) == 2
    with closing(Workbench.open()) as bench:
        dossier_id = bench.create("示例", district="二道区")
    capsys.readouterr()
    assert run(["sync", "--to", address, "--folder", str(share)]) == 0
    (line,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert line.pop("sent") > 2
    assert line == {"dossier": str(dossier_id), "came": 0, "files": 0, "missing": 0}
    assert (share / shared_folder.SIGN).is_file()
    other = ["sync", "--data", str(tmp_path / "other")]
    assert run([*other, "--to", address, "--all"]) == 0
    (line,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert line["dossier"] == str(dossier_id) and line["came"] > 2
    assert run([*other, "示例"]) == 0
    assert "没有新的改动" in capsys.readouterr().err
    shutil.rmtree(share)
    with closing(Workbench.open()) as bench:
        bench.put(dossier_id, "enterprise", single_id(dossier_id, "enterprise"), "phone", "1")
    assert run(["sync"]) == 1
    found = capsys.readouterr()
    assert "没有连通" in found.err and json.loads(found.out)["sent"] == 1
