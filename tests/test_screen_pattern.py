"""The hint at a photographed screen: right on simulated captures, silent on all else.

The pictures come from the simulated camera of `benchmarks/screen_camera.py`, as small as the hint
takes them; rates over many are the benchmark's affair.
"""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from app.sample_easel import Easel
from app.sample_photos import SCENES
from app.screen_pattern import SMALLEST, shows_screen_pattern
from app.watermark_reader import WatermarkReader
from benchmarks.screen_camera import Shot, take
from benchmarks.screen_surfaces import Screen, Sheet, Texture, levels_of
from forms.watermark import Watermark

SIZE = (1260, 1200)
GREY, WHITE, RED = (0.1, 0.1, 0.1), (0.7, 0.7, 0.7), (0.6, 0.1, 0.1)


def _scene(name: str, seed: int = 3) -> Image.Image:
    easel = Easel(seed, "#c9d2d6")
    SCENES[name](easel, "示例厂", 3)
    return easel.finished()


def _screen(shot: Shot, share: float = 1.0) -> Image.Image:
    """A photo of a screen that shows a meeting and fills `share` of each side."""
    sides = [round(side / shot.pitch * share) for side in shot.size]
    shown = levels_of(ImageOps.fit(_scene("meeting"), (sides[0], sides[1])))
    return take(Screen(shown, Sheet(levels_of(_scene("gate")), 2 * sides[0])), shot)


def _texture(kind: str, ink: tuple[float, float, float], shot: Shot) -> Image.Image:
    tints = np.ones((64, 64), np.float32)
    return take(Texture(kind, ink, WHITE, 0.5, 0.0, tints), shot)


@pytest.fixture(scope="module")
def photographed() -> Image.Image:
    """A screen of 2.2 camera pixels a pixel, a little askew."""
    return _screen(Shot(SIZE, 2.2, angle=1.5, tilt=(0.03, -0.02), seed=1))


def test_a_photographed_screen_is_found(photographed: Image.Image) -> None:
    assert shows_screen_pattern(photographed)
    assert shows_screen_pattern(photographed.transpose(Image.Transpose.ROTATE_90))


def test_the_reading_of_a_photo_hints_at_it(photographed: Image.Image, tmp_path: Path) -> None:
    found = []
    with WatermarkReader() as reader:
        for name, picture in (("a.png", photographed), ("b.png", photographed.reduce(2))):
            picture.save(tmp_path / name)
            read = reader.read(tmp_path / name)
            assert isinstance(read, Watermark)
            found.append(read.screen)
    assert found == [True, False]


def test_a_screen_whose_stripes_are_resolved_is_found() -> None:
    shot = Shot(SIZE, 5.2, angle=2, tilt=(-0.03, 0.01), quality=75, seed=3)
    assert shows_screen_pattern(_screen(shot))


def test_a_screen_that_is_part_of_a_scene_is_not() -> None:
    shot = Shot(SIZE, 2.2, angle=1.5, tilt=(0.03, -0.02), seed=1)
    assert not shows_screen_pattern(_screen(shot, share=0.6))


def test_a_picture_too_small_to_tell_is_not(photographed: Image.Image) -> None:
    assert not shows_screen_pattern(photographed.crop((0, 0, SIZE[0], SMALLEST - 1)))


@pytest.mark.parametrize("name", ["screen", "warehouse"])
def test_a_drawn_scene_is_not(name: str) -> None:
    assert not shows_screen_pattern(_scene(name))


@pytest.mark.parametrize(
    ("kind", "ink", "pitch"),
    [
        ("grating", GREY, 2.2),
        ("grating", RED, 3.5),
        ("mesh", RED, 5.2),
    ],
)
def test_a_texture_as_fine_as_a_screen_is_not(
    kind: str, ink: tuple[float, float, float], pitch: float
) -> None:
    shot = Shot(SIZE, pitch, angle=1.3, quality=88, seed=3)
    assert not shows_screen_pattern(_texture(kind, ink, shot))


def test_hues_in_turn_over_the_whole_picture_are_what_is_found() -> None:
    """The same three colours, once in turn and once to and fro: only the turn is a screen's."""
    angle = np.arange(1200) * (2 * np.pi / 12.3)
    turning = np.stack([np.cos(angle - by * 2 * np.pi / 3) for by in range(3)], -1)
    swinging = np.stack([np.cos(angle) * by for by in (1, -0.5, -0.5)], -1)
    noise = np.random.default_rng(5).normal(0, 3, (1200, 1200, 3))

    def picture(stripes: np.ndarray) -> Image.Image:
        levels = 128 + 10 * stripes[None] + noise
        return Image.fromarray(np.clip(levels, 0, 255).astype(np.uint8))

    assert shows_screen_pattern(picture(turning))
    assert not shows_screen_pattern(picture(swinging))


@pytest.mark.parametrize(
    "picture",
    [
        Image.new("RGB", (1, 1)),
        Image.new("RGB", (5000, 3)),
        Image.new("RGB", (SMALLEST - 1, 2000), "red"),
        Image.new("RGB", (SMALLEST, SMALLEST), "white"),
        Image.new("RGB", (1600, 1200), "#37a25c"),
        Image.new("L", (1600, 1200), 90),
        Image.new("1", (1600, 1200)),
        Image.new("RGBA", (1600, 1200)),
        Image.new("I;16", (1600, 1200)),
    ],
    ids=lambda picture: f"{picture.mode} {picture.width}×{picture.height}",
)
def test_tiny_and_plain_pictures_are_not_and_nothing_is_raised(picture: Image.Image) -> None:
    assert not shows_screen_pattern(picture)


def test_noise_is_not() -> None:
    levels = np.random.default_rng(1).integers(0, 256, (1200, 1600, 3), np.uint8)
    assert not shows_screen_pattern(Image.fromarray(levels))
