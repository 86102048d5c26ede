"""Eight processes exchange with one PostgreSQL at once: converged, no deadlock, no lost edit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from uuid import UUID

import psycopg

from app.hub import Hub, prepare
from app.hub_exchange import exchange
from app.log import Log
from app.records import snapshot
from app.workbench import Workbench
from tests.hub_crowd import EDITS, ROUNDS, spelled
from tests.postgres_kit import Server

ROOT = Path(__file__).parent.parent
LAPTOPS = 8


def test_eight_at_once_lose_nothing_and_come_to_the_same(postgres: Server, tmp_path: Path) -> None:
    name = postgres.database()
    address = postgres.url(name)
    prepare(address)
    with closing(Workbench.open(tmp_path / "lead")) as bench, closing(Hub(address)) as hub:
        dossiers = [bench.create(f"示例·{word}厂", district="二道区") for word in "甲乙"]
        for dossier_id in dossiers:
            for number in range(4):
                bench.add(dossier_id, "equipment", name=f"车床{number}")
        list(exchange(bench, hub))
        base = {str(each): {row.id for row in bench.whole(each)[1]} for each in dossiers}

    command = [sys.executable, "-m", "tests.hub_crowd", address, str(tmp_path), str(LAPTOPS)]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "OMP_NUM_THREADS": "1"}, capture_output=True,
        text=True, timeout=400, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["troubles"] for each in found] == [[]] * LAPTOPS
    with psycopg.connect(address) as raw:
        counted = raw.execute(
            "SELECT deadlocks FROM pg_stat_database WHERE datname = %s", (name,)
        ).fetchone()
    assert counted == (0,)
    log = (postgres.folder / "log").read_text("utf-8", "replace")
    assert "deadlock" not in log and "PANIC" not in log

    for dossier_id in dossiers:
        key = str(dossier_id)
        held = [each["dossiers"][key] for each in found]
        written = [row for each in held for row in each["written"]]
        assert len(set(written)) == len(written) >= LAPTOPS * ROUNDS * EDITS
        wanted = {str(row) for row in base[key]} | set(written)
        for each in held:
            assert {row.split()[0] for row in each["rows"]} == wanted
            assert each["rows"] == held[0]["rows"]
            assert each["json"] == held[0]["json"]
            assert each["conflicts"] == held[0]["conflicts"]
        assert held[0]["conflicts"]
        assert _at_the_office(address, dossier_id) == (held[0]["json"], held[0]["rows"])


def _at_the_office(address: str, dossier_id: UUID) -> tuple[str, list[str]]:
    with closing(Hub(address)) as hub, hub.session(writes=False) as session:
        rows = Log(session, dossier_id, "").rows(dossier_id)
        told = sorted(f"{row.id} {row.payload_hash} {row.live}" for row in rows)
        return spelled(snapshot(session, dossier_id, ())), told
