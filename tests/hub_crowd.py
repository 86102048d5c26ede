"""Laptops that edit and exchange at once, each a process; run by test_hub_crowd.py as a program.

Forked from one process that has everything imported: starting eight would take longer than the
test. What each came to is printed as one line of JSON.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import random
import shutil
import sys
from multiprocessing.synchronize import Barrier
from pathlib import Path
from queue import Queue
from typing import Any
from uuid import UUID

from app.exchange import dump
from app.hub import Hub
from app.hub_exchange import elsewhere, exchange, here
from app.keys import Keys
from app.purge import purge
from app.workbench import Workbench
from forms.dossier import Dossier
from tests.same_store_kit import play

KEYS = Keys(bytes(range(32)))
ROUNDS, EDITS = 2, 5


def work(number: int, folder: Path, address: str, barrier: Barrier, told: Queue[Any]) -> None:
    """One laptop: takes the dossiers in, edits and exchanges in rounds, then until all is quiet."""
    bench, hub = Workbench.open(folder, keys=KEYS), Hub(address)
    bench.set_person(f"人员{number}")
    dice = random.Random(number)
    troubles = [step.trouble for step in exchange(bench, hub, elsewhere(bench, hub))]
    dossiers = sorted(here(bench))
    for _ in range(ROUNDS):
        barrier.wait()  # all at once, and in each one's own order
        for dossier_id in dice.sample(dossiers, len(dossiers)):
            play(bench, dossier_id, dice, EDITS)
        if number % 3 == 0:
            kept = bench.dossier(dossiers[0]).records["equipment"]
            list(purge(bench, dossiers[0], "equipment", dice.choice(kept).id, "企业要求"))
        order = dice.sample(dossiers, len(dossiers))
        troubles += [step.trouble for step in exchange(bench, hub, order)]
    for _ in range(2):  # what all have goes there, then all of it comes
        barrier.wait()
        troubles += [step.trouble for step in exchange(bench, hub)]
    told.put(
        {
            "number": number,
            "troubles": [each for each in troubles if each],
            "dossiers": {str(each): told_of(bench, each) for each in dossiers},
        }
    )
    hub.close()
    bench.close()


def told_of(bench: Workbench, dossier_id: UUID) -> dict[str, Any]:
    """What a laptop came to hold of a dossier."""
    dossier, rows = bench.whole(dossier_id)
    own = bench.store.device
    with bench.writing() as (_, log, _records):
        conflicts = sorted(f"{record}/{path}" for record, path in log.conflicts(dossier_id))
    return {
        "json": spelled(dossier),
        "rows": sorted(f"{row.id} {row.payload_hash} {row.live}" for row in rows),
        "written": [str(row.id) for row in rows if row.device == own],
        "conflicts": conflicts,
    }


def spelled(dossier: Dossier) -> str:
    """The hash of its dossier.json, which holds the same bytes where the dossier is the same."""
    return hashlib.sha256(json.dumps(dump(dossier), ensure_ascii=False).encode()).hexdigest()


def main(address: str, folder: Path, count: int) -> None:
    """Run `count` laptops on copies of an empty store."""
    Workbench.open(folder / "empty", keys=KEYS).close()
    context = multiprocessing.get_context("fork")
    barrier, told = context.Barrier(count, timeout=240), context.Queue()
    laptops = []
    for number in range(count):
        own = folder / str(number)
        shutil.copytree(folder / "empty", own)
        arguments = (number, own, address, barrier, told)
        laptops.append(context.Process(target=work, args=arguments))
        laptops[-1].start()
    for _ in laptops:
        print(json.dumps(told.get(timeout=300), ensure_ascii=False), flush=True)
    for each in laptops:
        each.join()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
