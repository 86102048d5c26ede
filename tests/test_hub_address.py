"""How an office's database is reached: its address, its password, its certificate, its making."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import keyring
import psycopg
import pytest

from app import hub as hub_module
from app import shared_folder
from app.commands import run
from app.hub import Hub, HubLostError, connect, parsed, prepare, set_up, settings
from app.store import SCHEMA
from app.workbench import Workbench
from forms.errors import UserError
from forms.record import single_id
from tests.hub_kit import Laptop, _office, address, hub, laptop, share, swapped
from tests.keyring_kit import without_keyring
from tests.postgres_kit import Server, running
from tests.same_store_kit import LONG


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
