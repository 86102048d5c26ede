"""A registry of 500 enterprises with 40 faulty rows: what its import takes of time and memory.

    python -m benchmarks.registry [--count 500] [--faulty 40] [--folder FOLDER]

Measures, on an encrypted store: reading the .xlsx and comparing it (the preview), making the
dossiers, and importing the same file again. The floor is the same rows and cells read by openpyxl
and the same number of log rows and records inserted by plain SQL into an encrypted database, which
nothing that keeps a log can undercut. A figure is the median turn's time on the wall, in seconds.
Exits with 1 where the import takes over 5 s, a faulty row is not named with its cell, a good one is
not in, or a second import changes anything.
"""

from __future__ import annotations

import argparse
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import openpyxl
from sqlcipher3 import dbapi2

from app import registry
from app.import_plan import State
from app.keys import new_keys
from app.packs import load_pack
from app.workbench import Workbench
from forms.enterprise import credit_code_complaint

SECONDS = 5.0
HEAD = (
    *("序号", "企业名称", "统一社会信用代码", "所属县（市、区）", "注册地址", "联系人", "联系电话"),
    *("细分行业", "企业规模", "批次", "纬度", "经度", "坐标系"),
)
Row = list[str | int | float]


def credit_code(number: int) -> str:
    """A valid code that no enterprise has: its organisation code has letters no authority gives."""
    body = f"91220105MA{number:07d}"
    wanted = credit_code_complaint(f"{body}0").partition("应为 ")[2][:1]
    return body + (wanted or "0")


def rows(count: int, faulty: int) -> tuple[list[Row], dict[int, str]]:
    """The rows, and of the faulty ones their numbers in the file with the cell that is wrong."""
    pack = load_pack()
    found: list[Row] = []
    wrong: dict[int, str] = {}
    for number in range(count):
        row: Row = [
            *(number + 1, f"示例·登记{number:04d}有限公司", credit_code(number)),
            *(pack.districts[number % len(pack.districts)], f"示例大街{number}号", "吕样例"),
            *(13800000000 + number, pack.industries[number % len(pack.industries)]),
            *("小型企业", "第三批", 43.8 + number / 10_000, 125.3 + number / 10_000, "GCJ-02"),
        ]
        if number % max(count // faulty, 1) == 0 and len(wrong) < faulty:
            kinds: tuple[tuple[int, str | int | float], ...] = (
                *((1, ""), (2, "91220105MA0000000X"), (3, "示例区"), (7, "示例制造业")),
                *((8, "大型企业"), (10, 95.5), (11, "东经"), (12, "北京54")),
            )
            place, value = kinds[len(wrong) % len(kinds)]
            row[place] = value
            wrong[number + 2] = f"{'ABCDEFGHIJKLM'[place]}{number + 2}"
        found.append(row)
    return found, wrong


def book(path: Path, table: list[Row]) -> Path:
    """The rows below their head as .xlsx."""
    made = openpyxl.Workbook(write_only=True)
    sheet = made.create_sheet("名单")
    sheet.append(HEAD)
    for row in table:
        sheet.append(row)
    made.save(path)
    return path


def timed(act: Callable[[], object]) -> float:
    """Seconds on the wall."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def floor(path: Path, folder: Path, dossiers: int, fields: int) -> float:
    """The same work without a log, a chain, an index or a check: cells read, rows inserted."""

    def act() -> None:
        read = openpyxl.load_workbook(path, read_only=True)
        list(read.worksheets[0].iter_rows(values_only=True))
        read.close()
        plain: sqlite3.Connection = dbapi2.connect(str(folder / f"{uuid4().hex}.db"))
        plain.execute(f"PRAGMA key = \"x'{'0' * 64}'\"")
        plain.execute("PRAGMA journal_mode = WAL")
        plain.execute("CREATE TABLE log (id TEXT PRIMARY KEY, d TEXT, v TEXT, h TEXT, l TEXT)")
        plain.execute("CREATE TABLE record (id TEXT PRIMARY KEY, d TEXT, v TEXT)")
        for start in range(0, dossiers, registry.LOT):
            many = range(start, min(start + registry.LOT, dossiers))
            with plain:
                plain.executemany(
                    "INSERT INTO log VALUES (?, ?, ?, ?, ?)",
                    [
                        (uuid4().hex, uuid4().hex, "示例" * 5, "0" * 64, "0" * 64)
                        for _ in many
                        for _ in range(fields)
                    ],
                )
                plain.executemany(
                    "INSERT INTO record VALUES (?, ?, ?)",
                    [(uuid4().hex, uuid4().hex, "示例" * 60) for _ in many for _ in range(3)],
                )
        plain.close()

    return statistics.median(timed(act) for _ in range(3))


def told(bench: Workbench, path: Path, wrong: dict[int, str], good: int) -> tuple[list[str], float]:
    """What is not as it should be after an import and another one; seconds of the first."""
    faults: list[str] = []
    began = time.perf_counter()
    plan = registry.preview(bench, path)
    seen = time.perf_counter()
    entries = list(registry.apply(bench, plan))
    done = time.perf_counter()
    print(f"preview {seen - began:.2f} s, making {done - seen:.2f} s", flush=True)
    named = {e.row: [fault.cell for fault in e.faults] for e in entries if e.faults}
    if named != {row: [cell] for row, cell in wrong.items()}:
        faults.append(f"faulty rows: {len(named)} named, {len(wrong)} wanted")
    if sum(entry.dossier_id is not None for entry in entries) != good:
        faults.append("a good row is not in")
    heads = _log_rows(bench)
    again = timed(lambda: list(registry.import_registry(bench, path)))
    print(f"again {again:.2f} s")
    plan = registry.preview(bench, path)
    if _log_rows(bench) != heads or plan.count(State.SAME) != good:
        faults.append("importing again changes something")
    return faults, done - began


def _log_rows(bench: Workbench) -> int:
    with bench.store.session() as session:
        return int(session.connection().exec_driver_sql("SELECT count(*) FROM log").scalar() or 0)


def main() -> int:
    """Print the measures; 1 where a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--faulty", type=int, default=40)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        table, wrong = rows(options.count, options.faulty)
        path = book(folder / "名单.xlsx", table)
        good = options.count - len(wrong)
        least = floor(path, folder, good, len(HEAD) + 1)
        faults: list[str] = []
        taken: list[float] = []
        for turn in range(3):
            bench = Workbench.open(folder / f"data{turn}", keys=new_keys())
            found, seconds = told(bench, path, wrong, good)
            bench.close()
            faults += found
            taken.append(seconds)
        middle = statistics.median(taken)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{options.count} rows, {len(wrong)} faulty: {middle:.2f} s, target {SECONDS:.0f} s")
        print(f"floor {least:.2f} s, ratio {middle / least:.1f}; peak memory {peak:.0f} MB")
        if middle > SECONDS:
            faults.append("over the target")
        print("\n".join(faults) or "all named, all in, nothing changed again")
        return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
