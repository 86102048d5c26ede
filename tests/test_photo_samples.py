"""The drawn sample photos: that they are what they say, and no two alike."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from app.photo_reading import read_facts
from app.sample_photos import SCENES, draw

TAKEN = datetime.fromisoformat("2025-06-17T07:05:30+08:00")


def drawn(path: Path, scene: str = "screen", **more: Any) -> bytes:
    values: dict[str, Any] = {
        "sign": "示例·长春启明汽车零部件有限公司", "people": 3, "taken_at": TAKEN,
        "latitude": 43.88681, "longitude": 125.32449, "place": "长春市绿园区示例路 18 号",
        "seed": 1,
    }  # fmt: skip
    draw(scene, path, **{**values, **more})
    return path.read_bytes()


@pytest.mark.parametrize("scene", SCENES)
def test_every_scene_is_a_photo_with_its_metadata(scene: str, tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    assert 60_000 < len(drawn(path, scene)) < 300_000
    facts = read_facts(path)
    assert (facts.width, facts.height, facts.format) == (1600, 1200, "JPEG")
    assert facts.taken_at == facts.gps_time == TAKEN
    assert facts.offset_known and facts.make == "SAMPLE"
    assert facts.position == pytest.approx((43.88681, 125.32449), abs=1e-7)


@pytest.mark.parametrize("people", [0, 1, 9])
def test_any_number_of_people_fits(people: int, tmp_path: Path) -> None:
    for scene in SCENES:
        drawn(tmp_path / "a.jpg", scene, people=people, seed=people)
        assert read_facts(tmp_path / "a.jpg").taken_at == TAKEN


def test_equal_arguments_give_equal_files_and_seeds_differ(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    first = drawn(path, "machine")
    assert drawn(path, "machine") == first
    assert drawn(path, "machine", seed=2) != first


def test_the_watermark_shows_the_time(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    drawn(path)
    with Image.open(path) as picture:
        one = picture.crop((0, 850, 700, 1200))
    drawn(path, taken_at=TAKEN + timedelta(hours=4))
    with Image.open(path) as picture:
        assert picture.crop((0, 850, 700, 1200)).tobytes() != one.tobytes()


def test_without_exif_only_the_watermark_speaks(tmp_path: Path) -> None:
    drawn(tmp_path / "a.jpg", strip_exif=True)
    facts = read_facts(tmp_path / "a.jpg")
    assert (facts.taken_at, facts.position, facts.make) == (None, None, None)


def test_an_old_fix_and_no_position(tmp_path: Path) -> None:
    drawn(tmp_path / "a.jpg", fixed_at=TAKEN - timedelta(hours=2))
    assert read_facts(tmp_path / "a.jpg").gps_time == TAKEN - timedelta(hours=2)
    drawn(tmp_path / "a.jpg", latitude=None, longitude=None)
    assert read_facts(tmp_path / "a.jpg").position is None
    drawn(tmp_path / "a.jpg", latitude=-33.5, longitude=-70.25)
    assert read_facts(tmp_path / "a.jpg").position == pytest.approx((-33.5, -70.25))
