"""The charts as pictures: their size, and that more points cover more of the paper."""

import io

import pytest
from PIL import Image

from exporters.charts import ladder, radar


def _ink(data: bytes) -> int:
    """How many pixels are clearly coloured blue."""
    image = Image.open(io.BytesIO(data)).convert("RGB")
    red, _, blue = image.split()
    pairs = zip(red.tobytes(), blue.tobytes(), strict=True)
    return sum(b - r > 25 for r, b in pairs)


def test_a_radar_grows_with_the_shares() -> None:
    names = [f"指标{n}" for n in range(9)]
    low, high = (_ink(radar([(name, share) for name in names])) for share in (0.2, 0.9))
    assert high > 10 * low > 0


def test_a_radar_holds_shares_beyond_the_limits_inside() -> None:
    axes = [("甲", -1.0), ("乙", 5.0), ("丙", 1.0)]
    assert Image.open(io.BytesIO(radar(axes))).size == (1200, 900)
    with pytest.raises(ValueError):
        radar(axes[:2])


def test_a_ladder_has_a_row_for_each_scene_and_longer_bars_for_higher_levels() -> None:
    scenes = [(f"场景{n}", level) for n, level in enumerate([1, 2, 3, 4])]
    data = ladder(scenes)
    assert Image.open(io.BytesIO(data)).size == (1200, 60 + 44 * 4 + 10)
    inks = [_ink(ladder([scene])) for scene in scenes]
    assert inks == sorted(inks) and inks[3] > 3.5 * inks[0]
