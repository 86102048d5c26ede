"""SIGKILL at random moments of all that writes, and a look at the store after each.

    python -m benchmarks.kills [--count 1000] [--minutes 60] [--jobs 2] [--seed N] [--only KIND …]
                               [--folder FOLDER] [--keep]

One process prepares a store of each kind and then forks for each round: a worker, which works on a
copy and acknowledges on a pipe whatever has returned to it, and, after the worker was killed, an
examiner, which opens the store as the program does. Exits with 1 where anything acknowledged is
gone, anything is damaged, or anything half-made lies about. Needs fork and SIGKILL (Linux, macOS).

A kill takes no notice of what is on the disk and what in its cache, so that the stores lie in
memory where the system offers that (`--folder`); that files are on the disk before the rows that
name them is read off a trace in `tests/test_durable.py`. `--keep` holds on to the folders in which
something was wrong.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import select
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.kill_look import examine
from benchmarks.kill_work import WORK, Say, prepare

# The photo worker imports this module again as it starts: what it needs not is loaded by `main`.

MEMORY = Path("/dev/shm")
PATIENCE_S = 60.0
#: (kind, seconds within which the kill comes after the work began, share of the rounds)
KINDS = {
    "save": (0.5, 4),
    "import": (2.5, 3),
    "migrate": (1.2, 3),
    "backup": (0.6, 3),
    "keys": (1.0, 3),
    "takeover": (0.6, 2),
    "restore": (0.8, 2),
    "merge": (3.0, 4),
}


# -- rounds ---------------------------------------------------------------------------------------


def one_round(kind: str, seed: int, prepared: Path, base: dict[str, Any]) -> dict[str, Any]:
    """Copy, work, kill, look: what was acknowledged, whether it ended, and what is wrong."""
    chance = random.Random(seed)
    folder = prepared / f"round-{seed}"
    shutil.copytree(prepared / kind, folder)
    if kind == "restore":
        (folder / "restore-me").touch()
    keyring = Path(os.environ["ZHENGAI_TEST_KEYRING"])
    own = prepared / f"keyring-{seed}.json"
    shutil.copyfile(keyring, own)
    after = chance.uniform(0, KINDS[kind][0])
    said = killed(lambda say: WORK[kind](folder, base, chance, say), own, after)
    failed = [fault for each in said for fault in each.get("wrong", ())]
    outcome = finished(lambda say: say(wrong=examine(folder, base, said)), own)
    wrong = failed + (outcome[-1]["wrong"] if outcome else ["the examiner died"])
    if not wrong:
        shutil.rmtree(folder)
    return {
        "kind": kind,
        "acknowledged": sum("ready" not in each and "end" not in each for each in said),
        "ended": any("end" in each for each in said),
        "wrong": [f"{kind}, seed {seed}, killed after {after:.3f} s: {each}" for each in wrong],
    }


def killed(work: Callable[[Say], None], keyring: Path, after: float) -> list[dict[str, Any]]:
    """Have it work in a process that is killed so many seconds after it was ready; what it said."""
    child, pipe = _forked(work, keyring)
    lines = _Lines(pipe)
    lines.until(lambda: bool(lines.said), PATIENCE_S)
    lines.until(lambda: "end" in lines.said[-1] if lines.said else True, after)
    return _ended(child, lines, 0)


def finished(work: Callable[[Say], None], keyring: Path) -> list[dict[str, Any]]:
    """Have it work to its end in a process of its own; what it said."""
    child, pipe = _forked(work, keyring)
    return _ended(child, _Lines(pipe), PATIENCE_S)


def _ended(child: int, lines: _Lines, seconds: float) -> list[dict[str, Any]]:
    """What a process says to its end, which comes after so many seconds at the latest."""
    lines.until(lambda: False, seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    lines.until(lambda: False, 5.0)  # what it had said is still in the pipe
    lines.close()
    return lines.said


class _Lines:
    """JSON lines from a pipe, the last of which may be cut."""

    def __init__(self, pipe: int) -> None:
        self.said: list[dict[str, Any]] = []
        self._pipe, self._rest = pipe, b""

    def close(self) -> None:
        """Listen no more."""
        os.close(self._pipe)

    def until(self, enough: Callable[[], bool], seconds: float) -> None:
        """Listen until it is enough, the time is over, or nobody speaks any more."""
        end = time.monotonic() + seconds
        while not enough() and (left := end - time.monotonic()) > 0:
            if not select.select([self._pipe], [], [], left)[0]:
                return
            data = os.read(self._pipe, 1 << 16)
            if not data:
                return
            *whole, self._rest = (self._rest + data).split(b"\n")
            self.said += [json.loads(line) for line in whole]


def _forked(work: Callable[[Say], None], keyring: Path) -> tuple[int, int]:
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    status = 1
    try:
        os.close(reading)
        os.environ["ZHENGAI_TEST_KEYRING"] = str(keyring)

        def say(**what: Any) -> None:
            os.write(writing, json.dumps(what).encode() + b"\n")

        try:
            work(say)
        except BaseException as error:
            say(wrong=[f"{type(error).__name__}: {error}"])
        status = 0
    finally:
        os._exit(status)


def main() -> int:
    """Run as the command line says; 1 where anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=20250617)
    parser.add_argument("--only", nargs="*", choices=list(KINDS), default=list(KINDS))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--folder", type=Path, default=MEMORY if MEMORY.is_dir() else None)
    parser.add_argument("--keep", action="store_true")
    told = parser.parse_args()
    began = time.monotonic()
    prepared = Path(tempfile.mkdtemp(prefix="kills-", dir=told.folder))
    os.environ["PYTHON_KEYRING_BACKEND"] = "tests.keyring_kit.Keyring"
    os.environ["ZHENGAI_TEST_KEYRING"] = keyring = str(prepared / "keyring.json")
    try:
        _loaded()
        made = finished(lambda say: say(base=prepare(prepared)), Path(keyring))[-1]
        if "base" not in made:
            print(made)
            return 2
        kinds = [kind for kind in told.only for _ in range(KINDS[kind][1])]
        jobs = [
            _forked(partial(_share, told, job, kinds, prepared, made["base"]), Path(keyring))
            for job in range(told.jobs)
        ]
        rounds = [
            each for child, pipe in jobs for each in _ended(child, _Lines(pipe), 60 * told.minutes)
        ]
    finally:
        if not told.keep:
            shutil.rmtree(prepared)
    return _told(rounds, told.only, time.monotonic() - began)


def _share(
    told: argparse.Namespace,
    job: int,
    kinds: list[str],
    prepared: Path,
    base: dict[str, Any],
    say: Say,
) -> None:
    """One job's rounds."""
    end = time.monotonic() + told.minutes * 60
    for number in range(job, told.count, told.jobs):
        if time.monotonic() > end:
            return
        say(**one_round(kinds[number % len(kinds)], told.seed + number, prepared, base))


def _told(rounds: list[dict[str, Any]], kinds: list[str], took: float) -> int:
    faults = [fault for each in rounds for fault in each["wrong"]]
    for kind in kinds:
        mine = [each for each in rounds if each.get("kind") == kind]
        print(
            f"{kind}: {len(mine)} kills, {sum(each['acknowledged'] for each in mine)} acknowledged,"
            f" {sum(each['ended'] for each in mine)} ended before the kill"
        )
    print(*faults, sep="\n")
    print(f"{len(rounds)} kills in {took:.0f} s, {len(faults)} faults")
    return 1 if faults or not rounds else 0


def _loaded() -> None:
    """Load what every round needs, once; nothing here may begin a thread or open a store."""
    import alembic.command  # noqa: F401
    import keyring

    import app.backups
    import app.change_keys
    import app.merging
    import app.salvage
    import app.workbench  # noqa: F401

    keyring.get_keyring()
    # A child that looks through what it was born with for rubbish would copy all of it, in the
    # middle of its half second.
    gc.freeze()


if __name__ == "__main__":
    sys.exit(main())
