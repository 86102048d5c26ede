"""How fast 100 photos of 12 megapixels are taken in, against a floor that is only pictures.

The floor is `djpeg -scale 1/2 | cjpeg` (Debian: libjpeg-turbo-progs) on the same files with two
threads: decode, halve, encode, nothing kept. The import reads, hashes, decodes, makes both copies,
seals the original and a copy with fsync and writes the records. Both run in turns, since machines
have moods.

    python -m benchmarks.import_speed [--photos 100] [--rounds 3]

Exits with 1 where the import reaches less than TARGET of the floor's speed.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF
from typing import NamedTuple

# The workers import this module again as they start, so what few functions need is loaded there.

TARGET = 0.8
SIDES = (4000, 3000)
PICTURES = 5
"""Distinct pictures; the photos made of one differ in their EXIF and so in their hashes."""


def make_photos(folder: Path, count: int) -> list[Path]:
    """Photos of 3 to 5 MB, as large as a phone's, with time, position and device in their EXIF."""
    pictures = [_picture(seed) for seed in range(min(PICTURES, count))]
    made = []
    for number in range(count):
        data, exif = pictures[number % len(pictures)], _exif(number)
        path = folder / f"IMG_{number:04}.jpg"
        path.write_bytes(data[:2] + exif + data[2:])
        made.append(path)
    return made


def _picture(seed: int) -> bytes:
    """A gradient with patches and fine noise: what a sensor and a workshop put into a JPEG."""
    import numpy as np
    from PIL import Image

    random = np.random.default_rng(seed)
    width, height = SIDES
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    slope = np.stack([across / width, down / height, (across + down) / (width + height)], axis=-1)
    patches = np.kron(random.normal(0, 20, (150, 200, 3)), np.ones((20, 20, 1)))
    noise = random.normal(0, 6 + seed % PICTURES, (height, width, 1))
    pixels = np.clip(slope * 220 + patches + noise, 0, 255).astype(np.uint8)
    out = BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=88)
    return out.getvalue()


def _exif(number: int) -> bytes:
    """The EXIF segment of the numbered photo, with its marker and length."""
    from PIL import ExifTags, Image

    exif = Image.Exif()
    exif.update({ExifTags.Base.Make: "SAMPLE", ExifTags.Base.Model: "BENCH-1"})
    clock = f"2025:06:17 {9 + number // 60 % 12:02}:{number % 60:02}:{number // 720 % 60:02}"
    exif.get_ifd(ExifTags.IFD.Exif).update({
        ExifTags.Base.DateTimeOriginal: clock,
        ExifTags.Base.OffsetTimeOriginal: "+08:00",
    })  # fmt: skip
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({
        1: "N", 2: (43.0, 53.0, 12.48), 3: "E", 4: (125.0, 19.0, 28.2),
        7: (1.0, float(number % 60), 5.0), 29: "2025:06:17",
    })  # fmt: skip
    block = exif.tobytes()
    return b"\xff\xe1" + (len(block) + 2).to_bytes(2, "big") + block


class Spent(NamedTuple):
    """Seconds by the clock, and seconds of processor time of this process and its children.

    Where other programs compete for the cores, the latter still tell what the work costs.
    """

    clock: float
    processor: float


def _clocks() -> Spent:
    own, children = (resource.getrusage(who) for who in (RUSAGE_SELF, RUSAGE_CHILDREN))
    busy = own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
    return Spent(time.perf_counter(), busy)


def _since(began: Spent) -> Spent:
    now = _clocks()
    return Spent(now.clock - began.clock, now.processor - began.processor)


def floor(photos: list[Path], out: Path) -> Spent:
    """Seconds of `djpeg -scale 1/2 | cjpeg` over the photos with two threads."""
    from concurrent.futures import ThreadPoolExecutor

    def halve(path: Path) -> None:
        with (out / f"{path.stem}.half.jpg").open("wb") as half:
            reader = subprocess.Popen(["djpeg", "-scale", "1/2", path], stdout=subprocess.PIPE)
            with reader:
                subprocess.run(["cjpeg"], stdin=reader.stdout, stdout=half, check=True)
        if reader.returncode:
            raise SystemExit(f"djpeg failed on {path}")

    began = _clocks()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(halve, photos))
    return _since(began)


def take_in(photos: list[Path], data: Path) -> Spent:
    """Seconds of `Workbench.import_photos` into a new store, start of the workers included."""
    from app.keys import new_keys
    from app.workbench import Workbench

    bench = Workbench.open(data, keys=new_keys())
    try:
        dossier = bench.create("示例·测速")
        began = _clocks()
        steps = list(bench.import_photos(dossier, photos))
        took = _since(began)
    finally:
        bench.close()
    troubles = [step.trouble for step in steps if step.trouble]
    if troubles or len(steps) != len(photos):
        raise SystemExit(f"{len(troubles)} photos were not taken in: {troubles[:1]}")
    return took


def steps_of(photos: list[Path], folder: Path) -> dict[str, float]:
    """Milliseconds a photo that each step takes by itself, one photo at a time in one process."""
    from app import intake, photo_copies, photo_reading
    from app.keys import new_keys
    from app.photo_worker import Inspected
    from app.workbench import Workbench

    spent: dict[str, float] = {}

    @contextmanager
    def timed(step: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        spent[step] = spent.get(step, 0) + (time.perf_counter() - began) * 1000 / len(photos)

    bench = Workbench.open(folder / "steps", keys=new_keys())
    dossier = bench.create("示例·测速")
    for path in photos:
        with timed("read the file"):
            data = photo_reading.read(path)
        with timed("SHA-256"):
            digest = sha256(data).hexdigest()
        with timed("facts (header, EXIF)"):
            facts = photo_reading.facts_of(data, path.name)
        with timed("decode, scale to 1280 px"):
            photo_copies.upright(data, path.name, 1, photo_copies.REPORT_PX)
        with timed("the same, and encode 1280 and 400 px"):
            thumbnail, report = photo_copies.make_copies(data, path.name, 1)
        seen = Inspected(path, facts, digest, len(data), thumbnail, report)
        with timed("seal the original and the copy (hash of what is sealed, fsync)"):
            staged = intake._stage(bench.store, seen)
        with timed("place both and record (where it belongs, rows, commit)"):
            intake.take(bench, dossier, staged, None)
    bench.close()
    return spent


def main() -> int:
    """Run, print, judge."""
    import argparse
    import statistics

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if missing := [name for name in ("djpeg", "cjpeg") if shutil.which(name) is None]:
        print(f"{missing[0]} is not installed (Debian: libjpeg-turbo-progs)", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="import-speed-") as name:
        folder = Path(name)
        photos = make_photos(folder, options.photos)
        sizes = [path.stat().st_size / 1e6 for path in photos]
        span = f"{min(sizes):.1f} to {max(sizes):.1f} MB"
        print(f"{len(photos)} photos of {span}, {os.cpu_count()} cores")
        ratios = []
        for number in range(options.rounds):
            least, took = floor(photos, folder), take_in(photos, folder / f"data-{number}")
            ratios.append(least.clock / took.clock)
            print(
                f"round {number + 1}: floor {least.clock:.2f} s, import {took.clock:.2f} s "
                f"({took.clock * 1000 / len(photos):.0f} ms a photo), ratio {ratios[-1]:.2f}; "
                f"processor time {least.processor:.2f} and {took.processor:.2f} s, "
                f"ratio {least.processor / took.processor:.2f}"
            )
        print("steps, one photo at a time in one process:")
        for step, spent in steps_of(photos[:20], folder).items():
            print(f"  {spent:6.1f} ms  {step}")
    ratio = statistics.median(ratios)
    print(f"median ratio {ratio:.2f}, target {TARGET}: {'met' if ratio >= TARGET else 'MISSED'}")
    return 0 if ratio >= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
