"""The drawn attachments of the samples: a chart of the organisation, a process, a result page.

They stand for what a consultant would bring as a picture, so they are plain and sized for print:
1600 px across 150 mm, with no glyph below 2.4 mm.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from exporters.style import resource_path

WIDTH = 1600
MARGIN = 60
INK, GREY, BLUE, PALE, LINE = "#1F2933", "#5B6770", "#1F4E79", "#EAF1F8", "#7B8A97"
TITLE_SIZE, TEXT_SIZE, SMALLEST = 46, 34, 26

_TREE_STEP = 96  # height between the levels of a tree
_TALL = 64  # height of a box whose text lies on one line
_COLUMN = 4  # boxes in a row of a flow


def draw_chart(spec: dict[str, Any], out: Path) -> None:
    """Draw the `chart` that `spec` describes into the PNG `out`, 1600 px wide.

    tree: `title`, `root` = {name, children}; flow: `title`, `steps` = [name]; screen: `title`,
    `lines` = [text], where “name：value” is set as two columns. A spec of no known chart, or an
    empty one, is a ValueError.
    """
    kinds: dict[str, Callable[[dict[str, Any]], Image.Image]] = {
        "tree": _tree,
        "flow": _flow,
        "screen": _screen,
    }
    kind = spec.get("chart")
    if kind not in kinds or not (spec.get("root") or spec.get("steps") or spec.get("lines")):
        raise ValueError(f"no chart: {spec!r:.80}")
    kinds[kind](spec).save(out, format="PNG", optimize=True)


@cache  # a dozen sizes at most
def _font(size: int) -> ImageFont.FreeTypeFont:
    path = resource_path("fonts", "NotoSansSC-Regular.ttf")
    return ImageFont.truetype(str(path), size)


def _sheet(height: int, title: str) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    """A white sheet with its title, centred and shrunk until it fits."""
    image = Image.new("RGB", (WIDTH, height), "white")
    draw = ImageDraw.Draw(image)
    draw.text((WIDTH / 2, 70), title, INK, _fitting(title, WIDTH - 2 * MARGIN, TITLE_SIZE), "mm")
    return image, draw


def _fitting(text: str, width: float, size: int) -> ImageFont.FreeTypeFont:
    font = _font(size)
    while font.getlength(text) > width and size > SMALLEST:
        size -= 2
        font = _font(size)
    return font


def _wrapped(text: str, width: float, font: ImageFont.FreeTypeFont) -> list[str]:
    """Lines no wider than `width`: broken before a bracket, else evenly between characters."""
    head, bracket, tail = text.partition("（")
    if head and bracket and font.getlength(text) > width:
        return [*_wrapped(head, width, font), *_wrapped(bracket + tail, width, font)]
    rows = 1
    while True:
        size = -(-len(text) // rows)
        lines = [text[at : at + size] for at in range(0, len(text), size)]
        if size <= 1 or max(font.getlength(line) for line in lines) <= width:
            return lines
        rows += 1


def _box(
    draw: ImageDraw.ImageDraw,
    area: tuple[float, float, float, float],
    text: str,
    fill: str = PALE,
    ink: str = INK,
) -> None:
    left, top, right, bottom = area
    draw.rounded_rectangle(area, 8, fill, BLUE, 3)
    font = _font(TEXT_SIZE)
    lines = _wrapped(text, right - left - 24, font)
    leading = TEXT_SIZE * 1.3
    y = (top + bottom) / 2 - leading * (len(lines) - 1) / 2
    for line in lines:
        draw.text(((left + right) / 2, y), line, ink, font, "mm")
        y += leading


# ── tree ──────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class _Node:
    """A unit with where it hangs: `x` its centre, `leaves` the columns below it."""

    name: str
    children: list[_Node] = field(default_factory=list)
    leaves: int = 1
    x: float = 0


def _grow(raw: dict[str, Any]) -> _Node:
    children = [_grow(child) for child in raw.get("children", ())]
    return _Node(str(raw["name"]), children, sum(c.leaves for c in children) or 1)


def _place(node: _Node, left: float, column: float) -> None:
    at = left
    for child in node.children:
        _place(child, at, column)
        at += child.leaves * column
    node.x = (node.children[0].x + node.children[-1].x) / 2 if node.children else left + column / 2


def _rows(node: _Node) -> list[list[_Node]]:
    """The nodes by their depth."""
    rows, row = [], [node]
    while row:
        rows.append(row)
        row = [child for parent in row for child in parent.children]
    return rows


def _tree(spec: dict[str, Any]) -> Image.Image:
    """Boxes lie where all of a level fit side by side, else their text runs downwards."""
    root = _grow(spec["root"])
    column = (WIDTH - 2 * MARGIN) / root.leaves
    _place(root, MARGIN, column)
    rows = _rows(root)
    font = _font(TEXT_SIZE)
    heights = []
    for row in rows:
        fits = all(font.getlength(n.name) + 56 <= n.leaves * column for n in row)
        longest = max(len(_signs(n.name)) for n in row)
        heights.append(_TALL if fits else int(longest * TEXT_SIZE * 1.12) + 36)
    tops = [150 + sum(heights[:depth]) + depth * _TREE_STEP for depth in range(len(rows))]
    image, draw = _sheet(tops[-1] + heights[-1] + MARGIN, str(spec["title"]))
    for depth, row in enumerate(rows):
        for node in row:
            _branches(draw, node, tops[depth] + heights[depth])
            _unit(draw, node, tops[depth], heights[depth], depth)
    return image


def _branches(draw: ImageDraw.ImageDraw, node: _Node, bottom: float) -> None:
    if not node.children:
        return
    bar = bottom + _TREE_STEP / 2
    draw.line((node.x, bottom, node.x, bar), LINE, 3)
    draw.line((node.children[0].x, bar, node.children[-1].x, bar), LINE, 3)
    for child in node.children:
        draw.line((child.x, bar, child.x, bottom + _TREE_STEP), LINE, 3)


def _signs(text: str) -> list[str]:
    """What takes one place each in a text that runs downwards: short numbers stay together."""
    return re.findall(r"[0-9A-Za-z]{1,3}|\S", text)


def _unit(draw: ImageDraw.ImageDraw, node: _Node, top: float, height: float, depth: int) -> None:
    fill, ink = (BLUE, "white") if depth == 0 else (PALE, INK)
    if height == _TALL:
        half = max(_font(TEXT_SIZE).getlength(node.name) / 2 + 22, 90)
        _box(draw, (node.x - half, top, node.x + half, top + height), node.name, fill, ink)
        return
    half = TEXT_SIZE * 0.95
    draw.rounded_rectangle((node.x - half, top, node.x + half, top + height), 8, fill, BLUE, 3)
    step = TEXT_SIZE * 1.12
    signs = _signs(node.name)
    y = top + (height - step * (len(signs) - 1)) / 2
    for sign in signs:
        draw.text((node.x, y), sign, ink, _font(TEXT_SIZE), "mm")
        y += step


# ── flow ──────────────────────────────────────────────────────────────────────────────────────────


def _flow(spec: dict[str, Any]) -> Image.Image:
    """Numbered boxes in rows that run to and fro, so that no arrow crosses the sheet."""
    steps = [str(name) for name in spec["steps"]]
    width, gap, tall, drop = 310, 80, 150, 90
    rows = -(-len(steps) // _COLUMN)
    image, draw = _sheet(150 + rows * tall + (rows - 1) * drop + MARGIN, str(spec["title"]))
    areas = []
    for at in range(len(steps)):
        row, place = divmod(at, _COLUMN)
        place = _COLUMN - 1 - place if row % 2 else place
        left, top = MARGIN + place * (width + gap), 150 + row * (tall + drop)
        areas.append((left, top, left + width, top + tall))
    for here, there in pairwise(areas):
        _arrow(draw, here, there)
    for number, (area, text) in enumerate(zip(areas, steps, strict=True), 1):
        _box(draw, area, text)
        draw.text((area[0] + 14, area[1] + 8), str(number), BLUE, _font(SMALLEST), "la")
    return image


def _arrow(
    draw: ImageDraw.ImageDraw,
    here: tuple[int, int, int, int],
    there: tuple[int, int, int, int],
) -> None:
    middle = (here[1] + here[3]) / 2
    if there[1] > here[1]:
        x = (here[0] + here[2]) / 2
        draw.line((x, here[3], x, there[1] - 16), GREY, 5)
        draw.polygon([(x - 13, there[1] - 22), (x + 13, there[1] - 22), (x, there[1] - 3)], GREY)
        return
    start, end, turn = (here[2], there[0], 1) if there[0] > here[0] else (here[0], there[2], -1)
    draw.line((start, middle, end - 16 * turn, middle), GREY, 5)
    tip, back = end - 3 * turn, end - 22 * turn
    draw.polygon([(back, middle - 13), (back, middle + 13), (tip, middle)], GREY)


# ── screen ────────────────────────────────────────────────────────────────────────────────────────


def _screen(spec: dict[str, Any]) -> Image.Image:
    """A page as a browser shows it: a bar with the title, then lines, shaded by turns."""
    lines = [str(line) for line in spec["lines"]]
    font, tall, bar = _font(TEXT_SIZE), 70, 100
    height = MARGIN * 2 + bar + 40 + tall * len(lines) + 70
    image = Image.new("RGB", (WIDTH, height), "white")
    draw = ImageDraw.Draw(image)
    left, right, top = MARGIN, WIDTH - MARGIN, MARGIN
    draw.rectangle((left, top, right, height - MARGIN), "white", LINE, 3)
    draw.rectangle((left, top, right, top + bar), BLUE)
    title = str(spec["title"])
    draw.text((left + 36, top + bar / 2), title, "white", _fitting(title, 1200, 40), "lm")
    draw.text((right - 36, top + bar / 2), "示例", "white", font, "rm")
    y = top + bar + 40
    for number, line in enumerate(lines):
        if number % 2 == 0:
            draw.rectangle((left + 30, y, right - 30, y + tall), PALE)
        name, mark, value = line.partition("：")
        if mark and font.getlength(name) < 520:
            draw.text((left + 60, y + tall / 2), name, GREY, font, "lm")
            draw.text((left + 600, y + tall / 2), value, INK, _fitting(value, 800, TEXT_SIZE), "lm")
        else:
            fitting = _fitting(line, right - left - 120, TEXT_SIZE)
            draw.text((left + 60, y + tall / 2), line, INK, fitting, "lm")
        y += tall
    note = "本页为示例数据"
    draw.text((right - 36, height - MARGIN - 34), note, GREY, _font(SMALLEST), "rm")
    return image
