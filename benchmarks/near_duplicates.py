"""Whether a picture that was saved again is found, and two shots of one scene are told apart.

A thousand shots are drawn, four of each place (see `similar_scenes`), and saved, taken in and
fingerprinted as photos are. Every pair of them that is called the same picture is a false alarm.
Copies of some are saved in all the ways of `COPIES` and looked for among all the shots.

    python -m benchmarks.near_duplicates [--pictures 1000] [--copied 60] [--photos FOLDER]

A thousand take a quarter of an hour on two idle cores, 300 with 24 copied three minutes.

With --photos, copies of the real photos in a folder are looked for as well; pairs among the photos
themselves are printed, to be looked at, and not counted: the folder may hold copies. Exits with 1
where a target is missed.
"""

import argparse
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from io import BytesIO
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import NamedTuple

from PIL import Image, ImageOps

from app.likeness import LikenessWorker, candidates, fingerprint
from app.photo_worker import Inspected, PhotoWorker
from benchmarks.similar_scenes import COPIES, shot

FOUND_TARGET, ALARMS_TARGET = 0.99, 0
SHOTS_A_PLACE = 4
STORE, NEW = 20_000, 30
SIDE_LEAST = 900
"""Pixels: a quarter of a smaller photo is a thumbnail, and no evidence."""
PROCESSES = 2


class Taken(NamedTuple):
    """A picture that was taken in: its derived copy, its fingerprint, and how long that took."""

    report: bytes
    print_: str
    seconds: float


class Copied(NamedTuple):
    """A copy that was taken in, and the name of its kind."""

    kind: str
    taken: Taken


def taken(picture: Image.Image, quality: int, folder: Path) -> Taken:
    """Save a picture as a file and take it in."""
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        path = Path(temporary) / "a.jpg"
        picture.save(path, quality=quality)
        seen = _photos().inspect(path, copies=True)
    assert isinstance(seen, Inspected) and seen.report_copy
    started = time.perf_counter()
    with Image.open(BytesIO(seen.report_copy)) as copy:
        print_ = fingerprint(copy)
    return Taken(seen.report_copy, print_, time.perf_counter() - started)


def drawn(number: int, folder: Path) -> Taken:
    """Draw the numbered shot and take it in."""
    return taken(shot(*divmod(number, SHOTS_A_PLACE)), Random(number).randrange(85, 94), folder)


def read(path: Path, folder: Path) -> Taken | None:
    """Take a real photo in; None where it is no picture or a small one."""
    seen = _photos().inspect(path)
    if not isinstance(seen, Inspected) or max(seen.facts.width, seen.facts.height) < SIDE_LEAST:
        return None
    return taken(_upright(path), 92, folder)


def copies(source: int | Path, folder: Path) -> list[Copied]:
    """Save a shot or a photo again in every way, and take each in."""
    picture = _upright(source) if isinstance(source, Path) else shot(*divmod(source, SHOTS_A_PLACE))
    dice = Random(str(source))
    return [
        Copied(kind.name, taken(kind.change(picture, dice), kind.quality, folder))
        for kind in COPIES
    ]


def compared(pairs: list[tuple[bytes, bytes]]) -> list[tuple[bool, float]]:
    """Whether each pair is one picture, and the seconds that it took to say."""
    answers = []
    for one, other in pairs:
        started = time.perf_counter()
        answers.append((_likeness().same(one, other) is True, time.perf_counter() - started))
    return answers


@cache
def _photos() -> PhotoWorker:
    return PhotoWorker()


@cache
def _likeness() -> LikenessWorker:
    return LikenessWorker()


def _upright(path: Path) -> Image.Image:
    with Image.open(path) as picture:
        return ImageOps.exif_transpose(picture).convert("RGB")


class Bench:
    """The shots that were taken in, by name, and what is asked of them."""

    def __init__(self, pool: ProcessPoolExecutor, folder: Path, shots: dict[str, Taken]) -> None:
        self.pool, self.folder, self.shots = pool, folder, shots
        self.prints = {name: shot.print_ for name, shot in shots.items()}
        self.seconds: list[float] = []

    def same(self, pairs: list[tuple[bytes, bytes]]) -> list[bool]:
        """Whether each pair is one picture; both processes at work."""
        chunks = [pairs[at : at + 20] for at in range(0, len(pairs), 20)]
        answers = [answer for chunk in self.pool.map(compared, chunks) for answer in chunk]
        self.seconds += [seconds for _, seconds in answers]
        return [same for same, _ in answers]

    def alike(self) -> tuple[int, list[tuple[str, str]]]:
        """How many pairs of different shots were worth comparing, and which were called one."""
        pairs = list(candidates(self.prints, self.prints))
        files = [(self.shots[one].report, self.shots[other].report) for one, other in pairs]
        return len(pairs), [
            pair for pair, same in zip(pairs, self.same(files), strict=True) if same
        ]

    def find(self, sources: dict[str, int | Path]) -> tuple[dict[str, list[bool]], list[str]]:
        """By kind, whether each copy was found; and the shots that copies were wrongly taken for.

        Of each copy by messenger all candidates are compared, of the others the original alone.
        """
        found: dict[str, list[bool]] = {kind.name: [] for kind in COPIES}
        asked: list[tuple[str, str, str]] = []
        files: list[tuple[bytes, bytes]] = []
        made = self.pool.map(copies, sources.values(), repeat(self.folder))
        for name, copied in zip(sources, made, strict=True):
            for kind, copy in copied:
                near = {one for one, _ in candidates({**self.prints, "~": copy.print_}, ["~"])}
                if name not in near:
                    found[kind].append(False)
                for one in sorted(near if kind == "by messenger" else near & {name}):
                    asked.append((kind, name, one))
                    files.append((self.shots[one].report, copy.report))
        alarms = []
        for (kind, name, one), same in zip(asked, self.same(files), strict=True):
            if one == name:
                found[kind].append(same)
            elif same:
                alarms.append(f"{name} by messenger = {one}")
        return found, alarms


def search_seconds() -> float:
    """How long new fingerprints are looked for in a large store."""
    dice = Random(1)
    digits = len(fingerprint(Image.new("L", (64, 48))))
    prints = {f"{number:064x}": dice.randbytes(digits // 2).hex() for number in range(STORE)}
    started = time.perf_counter()
    for _ in candidates(prints, list(prints)[:NEW]):
        pass
    return time.perf_counter() - started


def report_found(found: dict[str, list[bool]]) -> bool:
    """Print what was found by kind; whether the target was reached by each."""
    for kind, each in found.items():
        print(f"  {kind:34} {sum(each):4} of {len(each):4}  {sum(each) / len(each):7.2%}")
    every = [hit for each in found.values() for hit in each]
    print(f"  {'all':34} {sum(every):4} of {len(every):4}  {sum(every) / len(every):7.2%}")
    return all(sum(each) >= FOUND_TARGET * len(each) for each in found.values())


def report_times(bench: Bench) -> None:
    """Print the medians and the 99th percentiles, in milliseconds."""
    for what, all_ in (
        ("a fingerprint", [one.seconds for one in bench.shots.values()]),
        ("a comparison", bench.seconds),
    ):
        ordered = sorted(all_)
        middle, late = (ordered[int(len(ordered) * share)] * 1000 for share in (0.5, 0.99))
        print(f"{what}: median {middle:.0f} ms, 99 % within {late:.0f} ms")


def measure_drawn(pool: ProcessPoolExecutor, folder: Path, pictures: int, copied: int) -> bool:
    """The thousand drawn shots; whether the targets were reached."""
    each = pool.map(drawn, range(pictures), repeat(folder), chunksize=10)
    bench = Bench(pool, folder, {f"{number:04}": shot for number, shot in enumerate(each)})
    count, alarms = bench.alike()
    print(f"{pictures} different shots, {pictures * (pictures - 1) // 2} pairs, {count} compared")
    step = max(1, pictures // copied)
    found, more = bench.find({f"{at:04}": at for at in range(0, pictures, step)})
    reached = report_found(found)
    print(f"false alarms: {len(alarms)} among the shots, {len(more)} by copies", *alarms, *more)
    report_times(bench)
    return reached and len(alarms) + len(more) <= ALARMS_TARGET


def measure_photos(pool: ProcessPoolExecutor, folder: Path, photos: Path) -> bool:
    """Real photos of a folder; whether copies of them were found."""
    paths = sorted(path for path in photos.rglob("*") if path.is_file())
    each = zip(paths, pool.map(read, paths, repeat(folder)), strict=True)
    taken_in = {path: shot for path, shot in each if shot is not None}
    bench = Bench(pool, folder, {str(path): shot for path, shot in taken_in.items()})
    count, alike = bench.alike()
    print(f"{len(taken_in)} photos of {SIDE_LEAST} px or more, {count} pairs compared")
    for one, other in alike:
        print(f"  the same, to be looked at: {one} = {other}")
    itself = bench.same([(shot.report, shot.report) for shot in taken_in.values()])
    plain = [path for path, same in zip(taken_in, itself, strict=True) if not same]
    print(f"too plain to be compared with anything: {len(plain)}", *plain)
    found, _ = bench.find({str(path): path for path in taken_in if path not in plain})
    return report_found(found)


def main() -> int:
    """Measure, print, and tell by the exit status whether all targets were reached."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pictures", type=int, default=1000)
    parser.add_argument("--copied", type=int, default=60)
    parser.add_argument("--photos", type=Path)
    arguments = parser.parse_args()
    started = time.perf_counter()
    search = search_seconds()
    print(f"{NEW} new fingerprints among {STORE}: {search:.2f} s")
    with (
        tempfile.TemporaryDirectory() as name,
        ProcessPoolExecutor(PROCESSES, get_context("spawn")) as pool,
    ):
        reached = measure_drawn(pool, Path(name), arguments.pictures, arguments.copied)
        if arguments.photos:
            reached &= measure_photos(pool, Path(name), arguments.photos)
    print(f"{time.perf_counter() - started:.0f} s;", "reached" if reached else "MISSED")
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
