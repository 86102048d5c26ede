"""How fast a colleague's bundle is taken in, against copying and hashing the same files.

    python -m benchmarks.merge_speed [--megabytes 200] [--rounds 5]

The floor reads each photo, hashes it (SHA-256) and writes it beside; nothing is checked, sealed or
waited for. Taking in verifies the bundle, seals its files, has them on the disk and unites the
logs. Both run in turns on a fresh store. Exits with 1 where the median ratio is under TARGET.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from app.handing_out import pack
from app.keys import new_keys
from app.merging import arrived
from app.workbench import Workbench

TARGET = 0.4
_PHOTO = 4_000_000


def main() -> int:
    """Run, print, judge."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="merge-speed-") as name:
        folder = Path(name)
        photos = [folder / f"{n}.jpg" for n in range(told.megabytes * 1_000_000 // _PHOTO)]
        for path in photos:
            path.write_bytes(os.urandom(_PHOTO))
        dossier, path = _bundle(folder, photos)
        ratios = []
        for number in range(told.rounds):
            least = timed(lambda: copied(photos, folder))
            bench = Workbench.open(folder / f"taker-{number}", keys=new_keys())
            took = timed(partial(_taken, bench, path))
            assert len(bench.dossier(dossier).records["attachment"]) == len(photos)
            bench.close()
            ratios.append(least[0] / took[0])
            print(
                f"round {number + 1}: floor {least[0]:.2f} s, taken in {took[0]:.2f} s, ratio "
                f"{ratios[-1]:.2f}; processor time {least[1]:.2f} and {took[1]:.2f} s, "
                f"ratio {least[1] / took[1]:.2f}"
            )
    ratio = statistics.median(ratios)
    print(f"median ratio {ratio:.2f}, target {TARGET}: {'met' if ratio >= TARGET else 'MISSED'}")
    return 0 if ratio >= TARGET else 1


def _bundle(folder: Path, files: list[Path]) -> tuple[UUID, Path]:
    """A dossier with those files, as its work bundle."""
    bench = Workbench.open(folder / "giver", keys=new_keys())
    dossier = bench.create("示例·测速")
    for path in files:
        bench.attach(dossier, path)
    made = list(pack(bench, dossier, folder))[-1].made
    bench.close()
    assert made is not None
    return dossier, made


def copied(files: list[Path], folder: Path) -> None:
    """Copy and hash each file."""
    for path in files:
        digest = sha256()
        with path.open("rb") as source, (folder / f"{path.stem}.copy").open("wb") as target:
            while piece := source.read(1 << 20):
                digest.update(piece)
                target.write(piece)


def _taken(bench: Workbench, path: Path) -> None:
    with arrived(bench, path) as arrival:
        list(arrival.take())


def timed(work: Callable[[], None]) -> tuple[float, float]:
    """Seconds by the clock and of the processor."""
    began, spent = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - began, time.process_time() - spent


if __name__ == "__main__":
    sys.exit(main())
