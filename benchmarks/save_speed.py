"""How long the save of one field takes, against the same without encryption and a bare sync.

    python -m benchmarks.save_speed [--saves 400] [--dossiers 50] [--folder FOLDER]

The three take turns, so that what else the disk does meets all of them: `Workbench.put` on an
encrypted store, the same program on plain SQLite, and 4 KB written and synced in the same folder.
Prints p50 and p99 in milliseconds. Exits with 1 where the encrypted save's p99 is over a frame of
16 ms and over three times that of a bare sync, which is then not the disk's fault.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import UUID

from app import database
from app.keys import new_keys
from app.workbench import Workbench
from forms.record import single_id

FRAME_MS, TIMES = 16.0, 3.0


def filled(folder: Path, dossiers: int) -> tuple[Workbench, list[UUID]]:
    """A throw-away store with so many dossiers, each with some edits."""
    bench = Workbench.open(folder, keys=new_keys())
    made = [bench.create(f"示例·第{number}厂") for number in range(dossiers)]
    for dossier in made:
        record = single_id(dossier, "enterprise")
        for name in ("address", "contact", "summary", "honours"):
            bench.put(dossier, "enterprise", record, name, "示例" * 20)
    return bench, made


def plain_connect(path: Path, _keys: object) -> sqlite3.Connection:
    """In the place of `database.connect`: without a key."""
    return sqlite3.connect(path, timeout=10, check_same_thread=False)


def saving(bench: Workbench, made: list[UUID]) -> Callable[[int], None]:
    """A save of one field, of another dossier each time, as typing makes them."""

    def save(number: int) -> None:
        dossier = made[number // 5 % len(made)]
        record = single_id(dossier, "enterprise")
        bench.put(dossier, "enterprise", record, "summary", f"示例第 {number} 次" * 10)

    return save


def syncing(path: Path) -> Callable[[int], None]:
    """4 KB written at the end of a file, and synced."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)

    def sync(_number: int) -> None:
        os.write(handle, bytes(4096))
        os.fsync(handle)

    return sync


def measured(calls: dict[str, Callable[[int], None]], saves: int) -> dict[str, list[float]]:
    """Milliseconds a call, sorted; the first twenty of each, which load things, are not counted."""
    found: dict[str, list[float]] = {name: [] for name in calls}
    for number in range(saves + 20):
        for name, call in calls.items():
            began = time.perf_counter()
            call(number)
            if number >= 20:
                found[name].append((time.perf_counter() - began) * 1000)
    return {name: sorted(times) for name, times in found.items()}


def main() -> int:
    """Measure and print; 1 where a save is too slow."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--saves", type=int, default=400)
    parser.add_argument("--dossiers", type=int, default=50)
    parser.add_argument("--folder", type=Path)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=told.folder) as made:
        folder = Path(made)
        with mock.patch.object(database, "connect", plain_connect):
            plain, plain_ids = filled(folder / "plain", told.dossiers)
            plain.seal(plain_ids[0])  # its connection stays, and is without a key
        sealed, sealed_ids = filled(folder / "sealed", told.dossiers)
        assert database.is_plain(plain.store.database)
        assert not database.is_plain(sealed.store.database)
        calls: dict[str, Any] = {
            "encrypted": saving(sealed, sealed_ids),
            "plain SQLite": saving(plain, plain_ids),
            "4 KB and a sync": syncing(folder / "bare"),
        }
        found = measured(calls, told.saves)
        with mock.patch.object(database, "connect", plain_connect):
            plain.close()
        sealed.close()
    p99 = {name: times[int(len(times) * 0.99)] for name, times in found.items()}
    for name, times in found.items():
        print(f"{name}: p50 {times[len(times) // 2]:.1f} ms, p99 {p99[name]:.1f} ms")
    slow = p99["encrypted"] > max(FRAME_MS, TIMES * p99["4 KB and a sync"])
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
