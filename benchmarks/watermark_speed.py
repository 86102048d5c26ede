"""How long reading a watermark takes against one plain pass of rapidocr, photo by photo in turn.

The peer is what a competent user would write: open, turn upright, resize to 1600 px, call the
engine with its own settings. Both are warm. The exit status is 1 where a target is missed.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import mean, median
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
from PIL import Image, ImageOps
from rapidocr import RapidOCR

from app.photo_worker import Refused
from app.watermark_reader import WatermarkReader
from benchmarks.watermark_photos import draw

PEER_PX = 1600
MEDIANS, MEANS = 1.2, 1.6


def plain_pass(engine: RapidOCR, path: Path) -> None:
    """One reading of the photo by rapidocr alone."""
    with Image.open(path) as image:
        # In this order Pillow decodes large JPEGs at a fraction: the faster way to the same size.
        image.thumbnail((PEER_PX, PEER_PX))
        upright = ImageOps.exif_transpose(image).convert("RGB")
    engine(np.asarray(upright)[:, :, ::-1])


def seconds(action: Callable[[], object]) -> float:
    """Wall-clock time of one call."""
    start = perf_counter()
    action()
    return perf_counter() - start


def measure(photos: int, seed: int) -> tuple[list[float], list[float]]:
    """Seconds a photo, ours and the peer's, over the same photos in turn."""
    ours, peers = [], []
    with TemporaryDirectory() as name, WatermarkReader() as reader:
        folder, engine = Path(name), RapidOCR()
        warm = draw(seed * 1_000_000 - 1, folder, with_watermark=True).path
        plain_pass(engine, warm)
        reader.read(warm)
        for index in range(photos):
            path = draw(seed * 1_000_000 + index, folder).path

            def read(path: Path = path) -> None:
                if isinstance(answer := reader.read(path), Refused):
                    raise SystemExit(f"{path.name}: {answer.message}")

            def peer(path: Path = path) -> None:
                plain_pass(engine, path)

            # Who goes first finds the file cold, so they take turns.
            if index % 2:
                ours.append(seconds(read))
                peers.append(seconds(peer))
            else:
                peers.append(seconds(peer))
                ours.append(seconds(read))
            path.unlink()
    return ours, peers


def main() -> int:
    """The command line; 1 where a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=40)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    ours, peers = measure(options.photos, options.seed)
    met = True
    for name, of, target in (("median", median, MEDIANS), ("mean", mean, MEANS)):
        ratio = of(ours) / of(peers)
        met = met and ratio <= target
        print(
            f"{name}: {of(ours):.2f} s against {of(peers):.2f} s, ratio {ratio:.2f}; "
            f"target ≤ {target}{'' if ratio <= target else '  MISSED'}"
        )
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
