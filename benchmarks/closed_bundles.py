"""How fast a bundle of 200 MB of photos is signed and closed, and opened, and in how much memory.

Each way is measured against what its library does by itself with the same bytes: packing them
openly and closing the packed file with the library's own call; and for opening, the library's own
call into a file in clear, and the check of that. Each run is a process of its own, whose peak of
memory is told.

    python -m benchmarks.closed_bundles [--megabytes 200] [--rounds 3]

Exits with 1 where a median ratio by processor time is under its target (by the clock it depends
on what else runs), or memory over MEMORY_MB above the imports'.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyrage
import pyzipper
from nacl.signing import SigningKey
from pyrage import x25519

from app.bundle_check import check
from app.closing import OPEN, Closing, closed, opened
from exporters import bundle
from exporters.bundle_signature import Signing

TARGET, MEMORY_MB = 0.8, 64
PASSPHRASE = "correct-horse-battery"
_PHOTO = 4 << 20
_CHUNK = 1 << 20


def make_photos(folder: Path, megabytes: int) -> list[Path]:
    """Files of 4 MiB that do not compress, like a JPEG."""
    import random

    made = []
    for number in range(max(1, (megabytes << 20) // _PHOTO)):
        path = folder / f"{number:03}.jpg"
        path.write_bytes(random.Random(number).randbytes(_PHOTO))
        made.append(path)
    return made


@dataclass(frozen=True)
class Lot:
    """What the tasks work with."""

    folder: Path
    members: list[bundle.Member]
    signing: Signing
    identity: x25519.Identity


def lot_in(folder: Path) -> Lot:
    """The photos and keys of a folder."""
    key = SigningKey(b"1" * 32)
    signing = Signing("测速", "d", bytes(key.verify_key), "", {}, lambda m: key.sign(m).signature)
    members = [bundle.Member(f"照片/{p.name}", p) for p in sorted(folder.glob("*.jpg"))]
    identity = x25519.Identity.from_str((folder / "identity").read_text())
    return Lot(folder, [*members, bundle.Member("changes.jsonl", b"")], signing, identity)


def run(task: str, folder: Path) -> None:
    """One task in this process: seconds, processor seconds, mebibytes above the imports' peak."""
    lot = lot_in(folder)
    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began, busy = time.perf_counter(), time.process_time()
    _TASKS[task](lot)
    took, worked = time.perf_counter() - began, time.process_time() - busy
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(took, worked, (peak - base) / 1024)


def _write(lot: Lot, how: Closing, name: str, *, signed: bool = True) -> None:

    with (lot.folder / name).open("wb") as raw, closed(how, raw) as stream:
        list(bundle.write(lot.members, {}, stream, lot.signing if signed else None))


def ours_zip(lot: Lot) -> None:
    """Signed and closed by a passphrase in one go."""
    _write(lot, Closing(PASSPHRASE), "ours.zip")


def ours_age(lot: Lot) -> None:
    """Signed and closed for a colleague in one go."""
    _write(lot, Closing(recipients=(str(lot.identity.to_public()),)), "ours.age")


def lib_zip(lot: Lot) -> None:
    """An open bundle, then pyzipper's own call on it."""
    _write(lot, OPEN, "plain.zip", signed=False)
    with pyzipper.AESZipFile(lot.folder / "lib.zip", "w", pyzipper.ZIP_STORED) as archive:
        archive.setpassword(PASSPHRASE.encode())
        archive.setencryption(pyzipper.WZ_AES, nbits=256)
        archive.write(lot.folder / "plain.zip", "文件包.zip")


def lib_age(lot: Lot) -> None:
    """An open bundle, then pyrage's own call on it."""
    _write(lot, OPEN, "plain.zip", signed=False)
    pyrage.encrypt_file(
        str(lot.folder / "plain.zip"), str(lot.folder / "lib.age"), [lot.identity.to_public()]
    )


def ours_open_zip(lot: Lot) -> None:
    """Opened by the passphrase, looked through, nothing left in clear."""
    assert check(lot.folder / "ours.zip", PASSPHRASE).sound


def lib_open_zip(lot: Lot) -> None:
    """Unpacked by pyzipper into a file in clear, which is then verified."""
    with pyzipper.AESZipFile(lot.folder / "ours.zip") as archive:
        archive.extractall(lot.folder / "out", pwd=PASSPHRASE.encode())
    assert bundle.verify(lot.folder / "out" / "文件包.zip").whole


def ours_open_age(lot: Lot) -> None:
    """Opened by a colleague's key, looked through, nothing left in clear."""
    with opened(lot.folder / "ours.age", identities=[str(lot.identity)]) as stream:
        assert bundle.verify_stream(stream, "ours.age").whole


def lib_open_age(lot: Lot) -> None:
    """Decrypted by pyrage into a file in clear, which is then verified."""
    pyrage.decrypt_file(str(lot.folder / "ours.age"), str(lot.folder / "out.zip"), [lot.identity])
    assert bundle.verify(lot.folder / "out.zip").whole


_PAIRS = (
    ("close by a passphrase", ours_zip, lib_zip),
    ("close for a colleague", ours_age, lib_age),
    ("open by a passphrase", ours_open_zip, lib_open_zip),
    ("open as a colleague", ours_open_age, lib_open_age),
)
_TASKS = {task.__name__: task for _, *tasks in _PAIRS for task in tasks}


def _measured(task: Callable[[Lot], None], folder: Path) -> tuple[float, float, float]:
    words = ["-m", "benchmarks.closed_bundles", "--task", task.__name__, "--in", str(folder)]
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=True)
    took, worked, memory = map(float, done.stdout.split())
    return took, worked, memory


def main() -> int:
    """Run, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--task", help=argparse.SUPPRESS)
    parser.add_argument("--in", dest="folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.task:
        run(options.task, options.folder)
        return 0
    missed = 0
    with tempfile.TemporaryDirectory(prefix="closed-bundles-") as name:
        folder = Path(name)
        make_photos(folder, options.megabytes)
        (folder / "identity").write_text(str(x25519.Identity.generate()))
        for title, ours, lib in _PAIRS:
            clocks, ratios, peaks, seconds = [], [], [], []
            for _ in range(options.rounds):
                own, theirs = _measured(ours, folder), _measured(lib, folder)
                seconds.append(own[0])
                clocks.append(theirs[0] / own[0])
                ratios.append(theirs[1] / own[1])
                peaks.append(own[2])
            ratio, peak = statistics.median(ratios), max(peaks)
            met = ratio >= TARGET and peak <= MEMORY_MB
            missed += not met
            print(
                f"{title}: {statistics.median(seconds):.2f} s, ratio by the clock "
                f"{statistics.median(clocks):.2f}, by processor time {ratio:.2f} "
                f"(target {TARGET}), {peak:.0f} MB above the imports (target {MEMORY_MB}): "
                f"{'met' if met else 'MISSED'}"
            )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
