"""How fast an open bundle of photos is written and verified, against copying and hashing them.

    python -m benchmarks.bundle_speed [--megabytes 200] [--rounds 5]

The floor reads each photo, hashes it (SHA-256) and writes it beside. All three run in turns; a
ratio is the floor's time by the clock through ours in the same round. Exits with 1 where a median
is under its target.
"""

import argparse
import os
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.merge_speed import copied, timed
from exporters import bundle

TARGETS = {"write": 0.75, "verify": 0.6}
_PHOTO = 4_000_000


def main() -> int:
    """Run, print, judge."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    told = parser.parse_args()
    ratios: dict[str, list[float]] = {name: [] for name in TARGETS}
    with tempfile.TemporaryDirectory(prefix="bundle-speed-") as name:
        folder = Path(name)
        photos = [folder / f"{n}.jpg" for n in range(told.megabytes * 1_000_000 // _PHOTO)]
        for path in photos:
            path.write_bytes(os.urandom(_PHOTO))
        for number in range(told.rounds):
            least = timed(lambda: copied(photos, folder))
            ours = {
                "write": timed(lambda: _written(photos, folder)),
                "verify": timed(lambda: _verified(folder)),
            }
            for task, took in ours.items():
                ratios[task].append(least[0] / took[0])
                print(
                    f"round {number + 1}: floor {least[0]:.2f} s, {task} {took[0]:.2f} s, ratio "
                    f"{ratios[task][-1]:.2f}; processor time {least[1]:.2f} and {took[1]:.2f} s, "
                    f"ratio {least[1] / took[1]:.2f}"
                )
    missed = 0
    for task, target in TARGETS.items():
        ratio = statistics.median(ratios[task])
        missed += ratio < target
        word = "met" if ratio >= target else "MISSED"
        print(f"{task}: median ratio {ratio:.2f}, target {target}: {word}")
    return 1 if missed else 0


def _written(photos: list[Path], folder: Path) -> None:
    members = [bundle.Member(f"照片/{path.name}", path) for path in photos]
    with (folder / "bundle.zip").open("wb") as stream:
        list(bundle.write(members, {}, stream))


def _verified(folder: Path) -> None:
    assert bundle.verify(folder / "bundle.zip").whole


if __name__ == "__main__":
    sys.exit(main())
