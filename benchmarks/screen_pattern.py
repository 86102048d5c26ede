"""How often the hint at a photographed screen is right, and that it is never wrong.

Screens of all usual fineness are photographed by a simulated phone (`screen_camera`), and so are
grids, cloth, bricks and prints; drawn scenes and screenshots are looked at as they are. The rate
that counts is that of the ranges which `app.screen_pattern` claims; the others are told.

    python -m benchmarks.screen_pattern [--scale 1] [--photos DIR]

Exits with 1 where fewer than FOUND of the claimed captures are found, or anything else is called
a screen. Photos of a folder count as anything else: look at those that are named.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import TypeAlias

import numpy as np
from PIL import Image, ImageDraw, ImageFont, ImageOps

from app.sample_easel import Easel
from app.sample_photos import SCENES
from app.screen_pattern import shows_screen_pattern
from benchmarks.photo_grounds import draw_ground
from benchmarks.screen_camera import draw_shot, take
from benchmarks.screen_surfaces import (
    KINDS,
    Halftone,
    Pentile,
    Screen,
    Sheet,
    draw_texture,
    levels_of,
)

FOUND = 0.6
MILLISECONDS = 80
SIZES = ((1600, 1200), (2000, 1500), (1200, 1600))
CLAIMED = {"near the sensor's own": (1.85, 2.6), "stripes resolved": (4.4, 6.5)}
TOLD = {"finer": (1.4, 1.85), "between": (2.6, 4.4)}
_FONT = Path(__file__).resolve().parent.parent / "resources" / "fonts" / "NotoSansSC-Regular.ttf"
_WORDS = "设备编号工序名称计划产量实际合格率班组备注入库出库检验员日期0123456789"
Draw: TypeAlias = Callable[[Random], Image.Image]


def scene(dice: Random) -> Image.Image:
    """A drawn scene of a visit, 1600 by 1200."""
    easel = Easel(dice.getrandbits(32), "#c9d2d6")
    SCENES[dice.choice(tuple(SCENES))](easel, "示例精密制造有限公司", dice.randint(0, 6))
    return easel.finished()


def capture(
    dice: Random, pitch: float, share: float = 1.0, kind: type[Screen] = Screen
) -> Image.Image:
    """A photo of a screen with that many camera pixels to a pixel, filling `share` a side."""
    size = dice.choice(SIZES)
    shot = draw_shot(dice, size, pitch)
    # Turned by a quarter, the screen's width lies along the picture's height.
    lying = size if abs(shot.angle) < 45 else size[::-1]
    sides = (round(lying[0] / pitch * share), round(lying[1] / pitch * share))
    shown = levels_of(ImageOps.fit(scene(dice), sides))
    room = Sheet(levels_of(scene(dice)), max(size) / pitch * 1.3)
    order = dice.choice(((0, 1, 2), (0, 1, 2), (2, 1, 0)))
    screen = kind(shown, room, order, dice.uniform(0.2, 0.3), dice.uniform(0.75, 0.95))
    return take(screen, shot)


def texture(dice: Random) -> Image.Image:
    """A regular surface, half of them as fine as screens."""
    pitch = dice.choice((dice.uniform(1.3, 6), dice.uniform(1.3, 6), dice.uniform(6, 60)))
    return take(draw_texture(dice, dice.choice(KINDS)), draw_shot(dice, (1600, 1200), pitch))


def print_(dice: Random) -> Image.Image:
    """A printed picture, its dots 1.3 to 8 pixels apart."""
    pitch = dice.uniform(1.3, 8)
    sheet = Sheet(levels_of(scene(dice)), 1600 / pitch * 1.2)
    return take(Halftone(sheet), draw_shot(dice, (1600, 1200), pitch))


def page(dice: Random) -> Image.Image:
    """A page of fine text under the camera."""
    sheet = Sheet(levels_of(_written(dice, 1)), 1600)
    return take(sheet, draw_shot(dice, (1600, 1200), dice.uniform(0.8, 1.3)))


def screenshot(dice: Random) -> Image.Image:
    """A program's window, its letters smoothed over the stripes of the screen it was meant for."""
    fine = np.asarray(_written(dice, 3).convert("L"), np.float32)
    soft = np.mean([np.roll(fine, by, 1) for by in (-1, 0, 1)], axis=0)
    return Image.fromarray(np.stack([soft[:, by::3] for by in range(3)], -1).astype(np.uint8))


def _written(dice: Random, stretch: int) -> Image.Image:
    """Lines of text as on a form, all letters equally wide, drawn `stretch` times as wide."""
    letters = ImageFont.truetype(_FONT, dice.randint(12, 22))
    step = round(letters.size)
    page = Image.new("L", (1920, 1200), 255)
    pen = ImageDraw.Draw(page)
    for y in range(0, page.height, round(step * dice.uniform(1.2, 1.8))):
        for x in range(0, page.width, step):
            pen.text((x, y), dice.choice(_WORDS), 20, letters)
    return page.resize((page.width * stretch, page.height), Image.Resampling.BICUBIC)


def part(dice: Random) -> Image.Image:
    """A screen within a scene, a sixth to half of the picture."""
    return capture(dice, dice.uniform(1.6, 6), dice.uniform(0.4, 0.7))


def oled(dice: Random) -> Image.Image:
    """A phone's screen, whose dots are no stripes."""
    return capture(dice, dice.uniform(1.5, 6), kind=Pentile)


def ground(dice: Random) -> Image.Image:
    """A drawn shop floor or texture, as large as a phone's photo."""
    return draw_ground(dice, (2400, 1800))[1]


def sent(dice: Random) -> Image.Image:
    """A photographed screen as messengers hand it on: nothing is left to be seen."""
    picture = capture(dice, dice.uniform(1.85, 2.6))
    picture.thumbnail((1280, 1280))
    return picture


OTHERS: dict[str, tuple[Draw, int]] = {
    "drawn scenes": (scene, 60),
    "drawn grounds": (ground, 80),
    "grids, cloth, bricks": (texture, 90),
    "printed pictures": (print_, 20),
    "pages of text": (page, 15),
    "screenshots": (screenshot, 20),
    "screens in a scene": (part, 20),
}


def many(count: int, scale: float) -> int:
    """That many at that scale, one at least."""
    return max(1, round(count * scale))


def rates(ranges: dict[str, tuple[float, float]], count: int) -> list[float]:
    """`rate` of screens with pitches drawn from each range."""
    found = []
    for name, (low, high) in ranges.items():

        def draw(dice: Random, low: float = low, high: float = high) -> Image.Image:
            return capture(dice, dice.uniform(low, high))

        found.append(rate(f"{low} to {high}, {name}", draw, count))
    return found


def rate(name: str, draw: Draw, count: int, named: bool = False) -> float:
    """Print and return the share of drawn pictures that are called screens."""
    called = [n for n in range(count) if shows_screen_pattern(draw(Random(f"{name} {n}")))]
    which = f"  ({', '.join(map(str, called))})" if called and named else ""
    print(f"  {len(called):3} of {count:3}  {name}{which}", flush=True)
    return len(called) / count


def photos(folder: Path) -> Iterator[tuple[Path, Image.Image]]:
    """The photos of a folder, upright; what is no picture is passed over."""
    for path in sorted(folder.rglob("*")):
        try:
            with Image.open(path) as image:
                yield path, ImageOps.exif_transpose(image).convert("RGB")
        except (OSError, ValueError, Image.DecompressionBombError):
            continue


def milliseconds() -> float:
    """Processor time for a picture of 12 megapixels that looks like a screen everywhere."""
    tile = capture(Random(3), 2.3).crop((0, 0, 1024, 1024))
    picture = Image.new("RGB", (4000, 3000))
    for left in range(0, 4000, 1024):
        for top in range(0, 3000, 1024):
            picture.paste(tile, (left, top))
    spent = []
    for _ in range(5):
        began = time.process_time()
        shows_screen_pattern(picture)
        spent.append((time.process_time() - began) * 1000)
    return min(spent)


def main() -> int:
    """Run, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scale", type=float, default=1.0, help="how many times as many pictures")
    parser.add_argument("--photos", type=Path)
    options = parser.parse_args()

    scale: float = options.scale
    print("photographed screens found, by camera pixels to a screen pixel:")
    found = rates(CLAIMED, many(25, scale))
    print("not claimed, for comparison:")
    rates(TOLD, many(8, scale))
    rate("OLED without stripes", oled, many(6, scale))
    rate("sent by a messenger, 1280 px", sent, many(6, scale))
    print("called a screen without being one:")
    wrong = [rate(name, draw, many(count, scale), True) for name, (draw, count) in OTHERS.items()]
    if options.photos:
        called = [
            path.name for path, image in photos(options.photos) if shows_screen_pattern(image)
        ]
        print(f"  {len(called):3} photos of {options.photos.name}  {', '.join(called)}")
        wrong.append(len(called))
    share, took = sum(found) / len(found), milliseconds()
    print(
        f"found {share:.0%} of those claimed (target {FOUND:.0%}); {took:.0f} ms for 12 megapixels"
    )
    return 0 if share >= FOUND and not any(wrong) and took < MILLISECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
