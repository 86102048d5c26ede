"""A PostgreSQL server of the tests' own: Debian's, in a temporary folder, gone with the process."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
import pytest

WANTED = "ZHENGAI_POSTGRES"
"""The environment's variable that, set to `required`, makes a failure of the skip."""
_NUMBERS = count(1)
# Nothing of a test outlives a power cut: what waits for the disk is off.
_QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60")


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its loopback port, and the folder of its socket and data."""

    folder: Path
    port: int

    def url(self, database: str, login: str = "postgres") -> str:
        """A database's address over the loopback, which asks for no password."""
        return f"postgresql://{login}@127.0.0.1:{self.port}/{database}"

    def database(self, template: str = "") -> str:
        """The name of a new database: an empty one, or the copy of one that nobody uses."""
        name = f"test{next(_NUMBERS)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template or 'template0'}")
        return name

    def run(self, statement: str, database: str = "postgres") -> None:
        """Run statements as the server's owner."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(statement.encode())


def binaries() -> Path | None:
    """The folder of the newest server's programs; None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_version)
    if found:
        return found[-1].parent
    elsewhere = shutil.which("initdb")
    return Path(elsewhere).resolve().parent if elsewhere else None


def _roomy() -> Path | None:
    """The memory's own file system where it holds enough; else the usual place."""
    shared = Path("/dev/shm")
    roomy = shared.is_dir() and shutil.disk_usage(shared).free > 2 << 30
    return shared if roomy else None


def _version(path: Path) -> int:
    name = path.parent.parent.name
    return int(name) if name.isdigit() else 0


def _owner() -> dict[str, object]:
    """Who runs the server, for `subprocess`: it refuses to be run by root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": ()}
    raise OSError("no user to run the server")


@contextmanager
def running(*settings: str) -> Iterator[Server]:
    """A server with `name=value` settings. Skips, or fails where it is required, with what is
    lacking."""
    programs = binaries()
    if programs is None:
        _lacking("no PostgreSQL server is installed (Debian: postgresql)")
    assert programs is not None
    folder = Path(tempfile.mkdtemp(prefix="zhengai-pg-", dir=_roomy()))
    try:
        owner = _owner()
        if owner:
            os.chown(folder, int(str(owner["user"])), int(str(owner["group"])))
        data = folder / "data"
        made = _call(
            [
                *(programs / "initdb", "-D", data, "-U", "postgres"),
                *("-A", "trust", "-N", "-E", "UTF8", "--locale=C.UTF-8"),
            ],
            folder,
            owner,
        )
        if made.returncode:
            _lacking(f"initdb: {made.stderr.strip()}")
        port = _free_port()
        options = " ".join(
            f"-c {each}"
            for each in (*_QUICK, *settings, f"port={port}", f"unix_socket_directories={folder}")
        )
        control = [programs / "pg_ctl", "-D", data, "-w", "-t", "60", "-l", folder / "log"]
        started = _call([*control, "-o", options, "start"], folder, owner)
        if started.returncode:
            log = folder / "log"
            _lacking(f"pg_ctl: {log.read_text('utf-8') if log.exists() else started.stderr}")
        try:
            yield Server(folder, port)
        finally:
            _call([programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"], folder, owner)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _call(
    command: list[object], folder: Path, owner: dict[str, object]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # type: ignore[call-overload,no-any-return]
        [str(each) for each in command],
        cwd=folder, env={**os.environ, "LC_ALL": "C"}, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=120, check=False, **owner,
    )  # fmt: skip


def _free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def _lacking(what: str) -> None:
    if os.environ.get(WANTED) == "required":
        pytest.fail(f"PostgreSQL is wanted here: {what}", pytrace=False)
    pytest.skip(f"PostgreSQL does not start here: {what}")
