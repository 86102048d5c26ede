"""All dossiers counted, and written as the registry with its statistics.

    python -m benchmarks.overview [--count 10000] [--folder FOLDER]

Measures on one encrypted store of so many summaries: reading and counting them, which the page
汇总统计 waits for, and the whole export. Seconds are of the process's own processor time, which is
what passes where nothing else runs; the time on the wall stands beside them. Exits with 1 where
counting takes more than 3 s or the export more than 15 s for 10,000 dossiers.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import bindparam, update
from sqlmodel import select

from app.keys import new_keys
from app.registry_export import export_registry
from app.statistics import counted
from app.summaries import SummaryRow
from app.workbench import Workbench
from benchmarks.portfolio import summarised
from forms.evaluation import Stage
from forms.steps import STEPS
from grading.overview import overview

COUNT_S, EXPORT_S = 3.0, 15.0
HOUSES = ("示例甲数智诊断服务有限公司", "示例乙工业互联网有限公司", "示例丙软件股份有限公司")
T = TypeVar("T")


def timed(name: str, act: Callable[[], T], most: float) -> tuple[T, bool]:
    """What an act gives, and whether it was done within so many seconds."""
    began, passed = time.process_time(), time.perf_counter()
    made = act()
    own, wall = time.process_time() - began, time.perf_counter() - passed
    told = f"{name}: {own:.2f} s (wall {wall:.2f}, target {most:.0f})"
    print(told if own <= most else f"{told}  MISSED", flush=True)
    return made, own <= most


def judged(chance: random.Random, scenes: int) -> dict[str, Any]:
    """What the judging of a dossier leaves to be counted."""
    done, house = chance.randrange(len(STEPS) + 1), chance.choice(HOUSES)
    names = [f"示例{house[2]}{chance.randrange(60)}" for _ in range(4)]
    states = ["done"] * done + ["open"] + ["empty"] * len(STEPS)
    return {
        "step": STEPS[min(done, len(STEPS) - 1)].key,
        "steps": {step.key: state for step, state in zip(STEPS, states, strict=False)},
        "levels": {stage.value: chance.choice((None, 0, 1, 2, 3)) for stage in Stage},
        "scenes": [chance.choice((None, 0, 1, 2, 3)) for _ in range(scenes)],
        "team": [[name, house, "", "", not place] for place, name in enumerate(names)],
        "visits": [["2025-06-17", chance.randrange(180, 300), [0, 1, 2]] for _ in range(2)],
        "findings": {"block": chance.choice((0, 0, 1)), "warn": 2, "info": 1},
        **{"level": 1, "own_level": 1, "target": 2, "score": 33_000, "words": 16_000},
        **{"returned": 0, "unanswered": 0, "across": []},
    }


def fill(bench: Workbench, count: int) -> None:
    """So many summaries with all that is counted of a dossier."""
    chance = random.Random(7)
    summarised(bench, count, chance)
    table: Any = SummaryRow.__table__  # type: ignore[attr-defined]
    scenes = len(bench.pack.instrument.scenes)
    with bench.store.session() as session:
        keys = session.exec(select(SummaryRow.dossier_id)).all()
        facts = [
            {"key": key, "kept": json.dumps(judged(chance, scenes), ensure_ascii=False)}
            for key in keys
        ]
        wanted = update(table).where(table.c.dossier_id == bindparam("key"))
        session.connection().execute(wanted.values(facts=bindparam("kept")), facts)
        session.commit()


def main() -> int:
    """Fill a store, and measure it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        bench = Workbench.open(Path(folder) / "data", keys=new_keys())
        try:
            fill(bench, options.count)
            today, pack = dt.date.today(), bench.pack
            seen, quick = timed(
                "read and count",
                lambda: overview(counted(bench.store, today), pack),
                COUNT_S,
            )
            path = Path(folder) / "台账.xlsx"
            _, soon = timed("export", lambda: list(export_registry(bench, path)), EXPORT_S)
            size = path.stat().st_size / 1e6
            print(f"{seen.total} dossiers, {len(seen.workloads)} consultants, {size:.1f} MB")
            return 0 if quick and soon else 1
        finally:
            bench.close()


if __name__ == "__main__":
    sys.exit(main())
