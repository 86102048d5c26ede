"""What an exchange with the office's PostgreSQL takes, and what the office's tables grow to.

    python -m benchmarks.hub [--copies 6] [--listed 100000]

Starts a server of its own (Debian's), fills laptops with copies of the bundled sample, exchanges
them and reads PostgreSQL's own figures. Times are this machine's, with whatever else it does: the
processors' seconds of both sides are given beside the clock's. Prints one line of JSON a figure.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import yaml

from app.hub import Hub, prepare
from app.hub_exchange import Exchanged, elsewhere, exchange, here
from app.keys import new_keys
from app.workbench import Workbench
from exporters.style import resource_path
from forms.record import single_id
from tests.postgres_kit import Server, running

_TICKS = os.sysconf("SC_CLK_TCK")
# As a filled summary is: what lists filter and sort by, and some of what was judged beside it.
_SUMMARIES = """
INSERT INTO summary (dossier_id, mark, facts, number, withdrawn, words, name, code, district,
    industry, size, consultant, provider, batch, step, level, target, score, due, handed,
    block, warn, info, conflicts)
SELECT id, repeat('m', 80), repeat('f', 400), n, false, lower(name || E'\\n' || n), name, n::text,
    district, 'C' || n % 30, '小型', '顾问' || n % 400, provider, '2025', n % 14 + 1, n % 5, 2,
    n % 1000 * 100, date '2026-01-01' + n % 300, n % 7 = 0, n % 9, n % 20, n % 30, n % 50 / 49
FROM (SELECT n, gen_random_uuid() id, '示例第' || n || '号机械有限公司' AS name,
        '区县' || n % 90 AS district, '服务商' || n % 120 AS provider
    FROM generate_series(1, %s) n) made
"""
_REGISTER = """
INSERT INTO hub_dossier SELECT dossier_id, provider, '', district, repeat('a', 64) FROM summary
"""
_PAGE = """
SELECT dossier_id, name, step, level, due, block FROM summary
WHERE number > 0 AND withdrawn IS NOT TRUE {} ORDER BY number DESC LIMIT 50
"""
_HELP = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX ON summary USING gin (words gin_trgm_ops)",
    "CREATE INDEX ON summary (district, number)",
)
_MARKS = b"SELECT dossier_id, mark FROM hub_dossier"
_QUERIES = {
    "newest": "",
    "district": "AND district = '区县7'",
    "district, level": "AND district = '区县7' AND level = 3",
    "blocked": "AND block > 0",
    "words": "AND words LIKE '%第77%'",
}


def told(what: str, **figures: Any) -> None:
    """One line."""
    rounded = {k: round(v, 4) if isinstance(v, float) else v for k, v in figures.items()}
    print(json.dumps({"what": what, **rounded}, ensure_ascii=False), flush=True)


def server_seconds(server: Server) -> float:
    """Processor seconds of all of the server's processes; of those that ended, their parent's."""
    main = int((server.folder / "data" / "postmaster.pid").read_text().split()[0])
    total = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = stat.read_text().rpartition(") ")[2].split()
        except OSError:
            continue
        if int(stat.parent.name) == main:
            total += sum(map(int, words[11:15]))
        elif int(words[1]) == main:
            total += int(words[11]) + int(words[12])
    return total / _TICKS


class Timed:
    """The clock's seconds of a block, and the processor's of either side."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def __enter__(self) -> Timed:
        self._began = time.perf_counter(), time.process_time(), server_seconds(self._server)
        return self

    def __exit__(self, *_: object) -> None:
        clock, own, there = self._began
        self.s = time.perf_counter() - clock
        self.laptop_cpu_s = time.process_time() - own
        self.server_cpu_s = server_seconds(self._server) - there


def exchanged(bench: Workbench, hub: Hub, dossiers: list[UUID]) -> int:
    """Exchange, without trouble; how many rows."""
    rows = 0
    for step in exchange(bench, hub, dossiers):
        assert not step.trouble, step.trouble
        rows += step.sent + step.came if isinstance(step, Exchanged) else 0
    return rows


@contextmanager
def laptop(folder: Path) -> Iterator[Workbench]:
    with closing(Workbench.open(folder, keys=new_keys())) as bench:
        bench.set_person("王示例")
        yield bench


def filled(bench: Workbench, copies: int) -> None:
    """Full dossiers: the bundled sample, each time as another enterprise's."""
    path = resource_path("samples", "auto-parts", "dossier.yaml")
    mapping = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
    for form in ("photo", "attachment"):  # rows alone: what files take is the folder's matter
        for entry in mapping.get(form, ()):
            entry.pop("sha256", None)
    for _ in range(copies):
        bench.import_mapping({**mapping, "id": str(uuid4())})


def exchanges(server: Server, address: str, folder: Path, copies: int) -> None:
    """Sending and taking whole dossiers, one edit, and nothing at all."""
    with laptop(folder / "one") as one, laptop(folder / "two") as two:
        filled(one, copies)
        with closing(Hub(address)) as hub:

            def measured(what: str, bench: Workbench, dossiers: list[UUID]) -> None:
                with Timed(server) as took:
                    rows = exchanged(bench, hub, dossiers)
                count = len(dossiers)
                told(
                    what, dossiers=count, rows=rows, s=took.s, rows_per_s=rows / took.s,
                    dossiers_per_s=count / took.s, laptop_cpu_ms=took.laptop_cpu_s / count * 1e3,
                    server_cpu_ms=took.server_cpu_s / count * 1e3,
                )  # fmt: skip

            made = list(here(one))
            measured("whole dossiers sent", one, made)
            measured("whole dossiers taken", two, elsewhere(two, hub))
            edited = 10
            for number in range(edited):
                for each in made:
                    record = single_id(each, "enterprise")
                    one.put(each, "enterprise", record, "phone", f"{number}")
                    one.put(each, "enterprise", record, "contact", f"{number}")
            measured(f"{2 * edited} edits sent a dossier", one, made)
            measured(f"{2 * edited} edits taken a dossier", two, made)
            measured("nothing new", one, made)


def sizes(address: str) -> None:
    """What a full dossier takes in the tables, with and without indexes."""
    with psycopg.connect(address, autocommit=True) as raw:
        raw.execute("VACUUM ANALYZE")

        def one(query: str) -> int:
            row = raw.execute(query.encode()).fetchone()
            return int(row[0]) if row else 0

        dossiers = one("SELECT count(*) FROM dossier")
        rows = one("SELECT count(*) FROM log")
        per = {
            "rows": rows // dossiers,
            "log_kB": one("SELECT pg_table_size('log')") / dossiers / 1000,
            "log_indexes_kB": one("SELECT pg_indexes_size('log')") / dossiers / 1000,
        }
        records = one(
            "SELECT sum(pg_total_relation_size(format('%I', table_name)::regclass)) "
            "FROM information_schema.columns WHERE table_schema = 'public' "
            "AND column_name = 'withdrawn' AND table_name <> 'summary'"
        )
        # Tables take whole pages: with few dossiers most of it is room that is not used yet.
        per["records_kB_at_most"] = records / dossiers / 1000
        told("size of a dossier", dossiers=dossiers, **per)


def lists(server: Server, name: str, count: int, helped: str = "") -> None:
    """The list's first page and the register, as the owner and under row level security."""
    address = server.url(name)
    with psycopg.connect(address, autocommit=True) as raw:
        raw.execute("TRUNCATE summary, hub_dossier")
        raw.execute(_SUMMARIES.replace("%s", str(count)).encode())
        raw.execute(_REGISTER.encode())
        raw.execute("VACUUM ANALYZE summary, hub_dossier")
        row = raw.execute("SELECT pg_table_size('summary'), pg_indexes_size('summary')").fetchone()
        told("summaries", dossiers=count, table_MB=row[0] / 1e6, indexes_MB=row[1] / 1e6)  # type: ignore[index]
    for login, role, whose in (
        ("scale_bureau", "bureau", ("", "")),
        ("scale_office", "provider", ("服务商7", "")),
        ("scale_district", "district", ("", "区县7")),
    ):
        with psycopg.connect(address, autocommit=True) as raw:
            raw.execute(f"DROP ROLE IF EXISTS {login}".encode())
            raw.execute(f"CREATE ROLE {login} LOGIN IN ROLE zhengai_{role}".encode())
            raw.execute("DELETE FROM hub_person WHERE login = %s", (login,))
            raw.execute("INSERT INTO hub_person VALUES (%s, %s, %s)", (login, *whose))
        with psycopg.connect(server.url(name, login), autocommit=True) as raw:
            for what, condition in _QUERIES.items():
                query = _PAGE.format(condition)
                plan = raw.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {query}".encode()).fetchone()
                found = raw.execute(query.encode()).fetchall()
                told(
                    f"list{helped}, {role}: {what}", dossiers=count, found=len(found),
                    ms=_fastest(lambda q=query: raw.execute(q.encode()).fetchall()),  # type: ignore[misc]
                    plan=" > ".join(_nodes(plan[0][0]["Plan"])),  # type: ignore[index]
                )  # fmt: skip
            found = raw.execute(_MARKS).fetchall()
            took = _fastest(lambda: raw.execute(_MARKS).fetchall())
            told(f"register, {role}", dossiers=count, found=len(found), ms=took)


def _fastest(act: Callable[[], object]) -> float:
    """Milliseconds of the fastest of several: what else the machine does is left out."""
    found = []
    for _ in range(9):
        began = time.perf_counter()
        act()
        found.append((time.perf_counter() - began) * 1e3)
    return min(found)


def _nodes(plan: dict[str, Any]) -> Iterator[str]:
    yield " ".join(filter(None, (plan["Node Type"], plan.get("Index Name"))))
    for each in plan.get("Plans", ()):
        yield from _nodes(each)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--copies", type=int, default=6)
    parser.add_argument("--listed", type=int, nargs="+", default=[10_000, 100_000])
    options = parser.parse_args()
    with running() as server, tempfile.TemporaryDirectory() as folder:
        name = server.database()
        address = server.url(name)
        prepare(address)
        exchanges(server, address, Path(folder), options.copies)
        sizes(address)
        for count in options.listed:
            lists(server, name, count)
        with psycopg.connect(address, autocommit=True) as raw:
            for statement in _HELP:
                raw.execute(statement.encode())
        lists(server, name, max(options.listed), ", with indexes")


if __name__ == "__main__":
    main()
