"""The samples' charts: real PNGs of the printed width, every one that the samples ask for."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from PIL import Image, ImageChops

from app.sample_figures import WIDTH, draw_chart
from exporters.style import resource_path

TREE = {
    "chart": "tree",
    "title": "示例厂组织架构图",
    "root": {
        "name": "总经理",
        "children": [
            {"name": "生产部", "children": [{"name": "机加工工段"}, {"name": "热处理工段"}]},
            {"name": "质量部"},
        ],
    },
}
FLOW = {"chart": "flow", "title": "示例流程", "steps": ["下料", "热处理（淬火、低温回火）", "包装"]}
SCREEN = {"chart": "screen", "title": "示例页面", "lines": ["评测等级：二级", "无冒号的一行"]}


def drawn(spec: dict[str, Any], out: Path) -> Image.Image:
    draw_chart(spec, out)
    with Image.open(out) as image:
        assert image.format == "PNG"
        return image.convert("RGB")


def ink_box(image: Image.Image) -> tuple[int, int, int, int]:
    """The part of a sheet that is not white."""
    box = ImageChops.invert(image).getbbox()
    assert box is not None
    return box


def sample_charts() -> list[dict[str, Any]]:
    paths = sorted(resource_path("samples").glob("*/photos.yaml"))
    attachments = [
        a for p in paths for a in yaml.safe_load(p.read_text("utf-8")).get("attachments", [])
    ]
    return [a["draw"] for a in attachments if "chart" in a["draw"]]


@pytest.mark.parametrize("spec", [TREE, FLOW, SCREEN], ids=lambda spec: str(spec["chart"]))
def test_a_chart_is_white_1600_wide_and_keeps_its_margin(
    spec: dict[str, Any], tmp_path: Path
) -> None:
    image = drawn(spec, tmp_path / "chart.png")
    assert image.width == WIDTH == 1600
    assert image.getpixel((0, 0)) == (255, 255, 255)
    left, top, right, bottom = ink_box(image)
    assert left >= 30 and top >= 30 and right <= WIDTH - 30 and bottom <= image.height - 30


def test_every_chart_of_the_samples_stays_on_its_sheet(tmp_path: Path) -> None:
    specs = sample_charts()
    assert {spec["chart"] for spec in specs} == {"tree", "flow", "screen"}
    for number, spec in enumerate(specs):
        image = drawn(spec, tmp_path / f"{number}.png")
        left, _, right, bottom = ink_box(image)
        assert left >= 30 and right <= WIDTH - 30 and bottom <= image.height - 30
        assert 200 < image.height < 2400  # fits a printed page of 150 × 225 mm


def test_more_steps_make_a_taller_sheet(tmp_path: Path) -> None:
    short = drawn(FLOW, tmp_path / "short.png")
    long = drawn(FLOW | {"steps": ["工序"] * 9}, tmp_path / "long.png")
    assert long.height > short.height


def test_the_text_is_really_drawn(tmp_path: Path) -> None:
    one = drawn(FLOW, tmp_path / "one.png")
    other = drawn(
        FLOW | {"steps": ["下料", "热处理（淬火、低温回火）", "清洗"]}, tmp_path / "two.png"
    )
    box = ImageChops.difference(one, other).getbbox()
    assert box is not None and box[0] > 800  # the third box alone changes


@pytest.mark.parametrize("spec", [{}, {"chart": "pie", "steps": ["下料"]}, {"chart": "flow"}])
def test_what_is_no_chart_is_refused(spec: dict[str, Any], tmp_path: Path) -> None:
    out = tmp_path / "none.png"
    with pytest.raises(ValueError, match="no chart"):
        draw_chart(spec, out)
    assert not out.exists()
