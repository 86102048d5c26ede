"""Broken and hostile photos without end, through the worker as at an import.

    python -m benchmarks.fuzz_photos [--minutes 10] [--samples FOLDER] [--seed N] [--save FOLDER]

First the files made by hand, then mutations of small photos of every format and of the public EXIF
samples, where they lie beside the checkout or in the folder given. Exits with 1 where any of them
brings the worker down, takes longer than HANG_SECONDS, takes more than MEMORY_LIMIT, or is refused
in other words than a Chinese sentence. `--save` keeps those files.
"""

import os
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from app.photo_worker import Inspected, PhotoWorker, Refused

# The worker imports this module again as it starts: what makes the files is loaded by `main`.

HANG_SECONDS = 2.0
MEMORY_LIMIT = 1 << 30
SAMPLES = Path(__file__).resolve().parents[2] / "shared" / "exif-samples"
SENTENCE = re.compile(r"[^!?]*[\u4e00-\u9fff][^!?]*。")


@dataclass
class Verdict:
    """What was found out so far."""

    seen: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, str] = (0.0, "")
    largest: tuple[int, str] = (0, "")


class Trial:
    """Puts one file after another before a worker, and judges what comes of it."""

    def __init__(self, worker: PhotoWorker, folder: Path, save: Path | None = None) -> None:
        self.verdict = Verdict()
        self._worker = worker
        self._folder = folder
        self._save = save

    def __call__(self, name: str, data: bytes) -> list[str]:
        """The faults that this file shows; [] for none."""
        path = self._folder / name
        path.write_bytes(data)
        before, began, used = self._worker.pid, time.perf_counter(), _used(self._worker.pid)
        seen = self._worker.inspect(path, copies=True)
        after = self._worker.pid
        # Processor time, since on a busy machine every file waits; but a killed worker has none.
        took = _used(after) - used if after == before else time.perf_counter() - began
        memory = _peak(after)
        # One that was killed is gone; one that died by itself is replaced by the next question.
        died = after is None or before not in (None, after)
        faults = _faults(seen, memory, took, died=died)
        self._note(name, seen, faults, took, memory)
        if faults and self._save is not None:
            (self._save / f"{'-'.join(faults)}-{name}").write_bytes(data)
        path.unlink()
        return faults

    def _note(
        self, name: str, seen: Inspected | Refused, faults: list[str], took: float, memory: int
    ) -> None:
        verdict = self.verdict
        verdict.seen["read" if isinstance(seen, Inspected) else "refused"] += 1
        verdict.faults.update(faults)
        verdict.slowest = max(verdict.slowest, (took, name))
        if memory > verdict.largest[0]:
            verdict.largest = (memory, name)
        if memory > MEMORY_LIMIT:
            self._worker.close()  # the peak is the process's: the next file gets a new one


def _faults(seen: Inspected | Refused, memory: int, took: float, *, died: bool) -> list[str]:
    found = ["crash"] if died else []
    if took > HANG_SECONDS:
        found.append("hang")
    if memory > MEMORY_LIMIT:
        found.append("memory")
    if isinstance(seen, Refused) and not SENTENCE.fullmatch(seen.message):
        found.append("words")
    return found


def _used(pid: int | None) -> float:
    """The processor time that a process has used, in seconds; the clock where that is unknown."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return time.perf_counter()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _peak(pid: int | None) -> int:
    """The most memory that a process has had in use, in bytes; 0 where that cannot be told."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    found = re.search(r"VmHWM:\s*(\d+) kB", status)
    return int(found[1]) * 1024 if found else 0


def sample_files(folder: Path) -> dict[str, bytes]:
    """The public samples of at most 1 MB: larger ones would only make it slower."""
    return {
        f"{path.parent.name}-{path.name}": path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix not in (".json", ".md") and path.stat().st_size < 1 << 20
    }


def _inputs(samples: Path, seed: int) -> Iterator[tuple[str, bytes]]:
    from benchmarks.hostile_photos import crafted, seeds, stream

    small = seeds()
    yield from small.items()
    for name, make in crafted(small["a.jpg"]).items():
        yield name, make()
    found = sample_files(samples)
    print(f"{len(small)} small photos, {len(found)} public samples below {samples}")
    yield from found.items()
    yield from stream({**small, **found}, seed)


def main() -> int:
    """Run, print, judge."""
    import argparse

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--samples", type=Path, default=SAMPLES)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    parser.add_argument("--save", type=Path)
    options = parser.parse_args()
    if options.save:
        options.save.mkdir(parents=True, exist_ok=True)
    print(f"seed {options.seed}")
    until = time.monotonic() + options.minutes * 60
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder, PhotoWorker() as worker:
        trial = Trial(worker, Path(folder), options.save)
        for name, data in _inputs(options.samples, options.seed):
            for fault in trial(name, data):
                print(f"{fault}: {name} ({len(data):,} bytes)")
            if time.monotonic() > until:
                break
    verdict = trial.verdict
    print(
        f"{verdict.seen.total():,} files: {verdict.seen['read']:,} read, "
        f"{verdict.seen['refused']:,} refused; slowest {verdict.slowest[0]:.2f} s "
        f"({verdict.slowest[1]}), most memory {verdict.largest[0] / 2**20:,.0f} MB "
        f"({verdict.largest[1]}); faults: {dict(verdict.faults) or 'none'}"
    )
    return 1 if verdict.faults else 0


if __name__ == "__main__":
    sys.exit(main())
