"""Before and after on paper: the points as pairs of bars, the scenes' levels as steps.

What is lower after the retrofit is said in words beside its bar, not by colour alone.
"""

from __future__ import annotations

from functools import lru_cache

from exporters.blocks import Picture
from exporters.canvas import (
    BAD,
    BLUE,
    GOOD,
    GREY,
    INK,
    PAPER,
    RULE,
    Canvas,
    fitting,
    tint,
)
from exporters.result_charts import WIDTH, points
from exporters.wording import level_word
from grading.comparison import Change, Comparison, signed_levels, signed_points

_NAME = 30.0
_BARS = (32.0, 104.0)
_ROW, _SCENE = 7.0, 5.2
_HEAD, _FOOT = 7.0, 5.5


def point_bars(held: Comparison, before: str, after: str) -> Picture | None:
    """The dimensions and their indicators, a pair of bars each, as shares of their full points;
    None where an item is open. `before` and `after` name the stages."""
    rows = (*held.dimensions, held.total, *held.indicators)
    if any(each.difference is None for each in rows):
        return None
    said = "；".join(
        f"{each.name}{before}{points(each.before or 0)}分、{after}{points(each.after or 0)}分"
        f"（满分{points(each.full)}分）"
        for each in rows
    )
    heads = len(held.dimensions) + 1
    return Picture(_points_png(rows, heads, before, after), WIDTH, alt=f"得分对比：{said}。")


def scene_steps(held: Comparison, before: str, after: str) -> Picture | None:
    """The scenes' levels before and after, a row each; None where one is not judged."""
    if any(each.difference is None for each in held.scenes):
        return None
    said = "；".join(f"{each.name}{each.said}→{each.saying}" for each in held.scenes)
    alt = f"应用场景等级对比（{before}→{after}）：{said}。"
    return Picture(_scenes_png(held.scenes, before, after), WIDTH, alt=alt)


@lru_cache(maxsize=16)
def _points_png(rows: tuple[Change, ...], heads: int, before: str, after: str) -> bytes:
    gap = 2.4
    sheet = Canvas(WIDTH, _HEAD + len(rows) * _ROW + gap + _FOOT)
    _point_key(sheet, before, after)
    y = _HEAD
    for place, row in enumerate(rows):
        if place == heads:
            sheet.rule((0, y + gap / 2), (WIDTH, y + gap / 2), RULE, 0.2)
            y += gap
        _pair(sheet, y + _ROW / 2, row, bold=place == heads - 1)
        y += _ROW
    words = "条长为得分占满分的比例，外框为满分"
    sheet.text((_BARS[0], sheet.height - 2.4), words, GREY, 8)
    return sheet.png()


def _pair(sheet: Canvas, y: float, row: Change, *, bold: bool) -> None:
    (left, right), gain = _BARS, row.difference or 0
    sheet.text((_NAME, y), fitting(row.name, _NAME, 9, bold=bold), INK, 9, bold=bold, align="r")
    for value, middle, ink in (
        (row.before or 0, y - 1.6, tint(GREY, 5)),
        (row.after or 0, y + 1.6, tint(BLUE, 10)),
    ):
        sheet.box((left, middle - 1.35, right, middle + 1.35), PAPER, RULE, weight=0.15)
        if value:
            end = left + (right - left) * value / row.full
            sheet.box((left, middle - 1.35, end, middle + 1.35), ink, INK, weight=0.15)
    words = f"{points(row.before or 0)} → {points(row.after or 0)}/{points(row.full)}"
    sheet.text((right + 2, y), words, INK, 8.5, bold=bold)
    sheet.text((WIDTH, y), signed_points(gain), _ink(gain), 9, bold=True, align="r")


def _ink(difference: int) -> str:
    return GOOD if difference > 0 else BAD if difference < 0 else GREY


def _point_key(sheet: Canvas, before: str, after: str) -> None:
    y = 2.8
    for x, ink, words in ((0.0, tint(GREY, 5), before), (30.0, tint(BLUE, 10), after)):
        sheet.box((x, y - 1.5, x + 7, y + 1.5), ink, INK, weight=0.15)
        sheet.text((x + 8.5, y), words, INK, 8.5)
    sheet.text((WIDTH, y), "得分/满分，差", GREY, 8, align="r")


@lru_cache(maxsize=16)
def _scenes_png(scenes: tuple[Change, ...], before: str, after: str) -> bytes:
    levels = scenes[0].full
    sheet = Canvas(WIDTH, _HEAD + len(scenes) * _SCENE + _FOOT + 1)
    step = (_BARS[1] - _BARS[0]) / levels
    for level in range(1, levels + 1):
        middle = _BARS[0] + (level - 0.5) * step
        sheet.text((middle, _HEAD / 2), level_word(level), GREY, 9, align="m")
    sheet.text((_BARS[1] + 2, _HEAD / 2), f"{before} → {after}", GREY, 8.5)
    for place, scene in enumerate(scenes):
        y = _HEAD + (place + 0.5) * _SCENE
        sheet.text((_NAME, y), fitting(scene.name, _NAME, 9), INK, 9, align="r")
        for level in range(1, levels + 1):
            x = _BARS[0] + (level - 1) * step
            _cell(sheet, (x + 0.6, y - 1.7, x + step - 0.6, y + 1.7), scene, level)
        words = f"{scene.said} → {scene.saying}" if scene.difference else scene.said
        sheet.text((_BARS[1] + 2, y), words, INK if scene.difference else GREY, 9)
        gain = scene.difference or 0
        sheet.text((WIDTH, y), signed_levels(gain), _ink(gain), 9, bold=bool(gain), align="r")
    _scene_key(sheet, before, after)
    return sheet.png()


def _cell(
    sheet: Canvas, corners: tuple[float, float, float, float], scene: Change, level: int
) -> None:
    """Held at both stages: filled; gained: dark; lost: a broken frame."""
    was, now = scene.before or 0, scene.after or 0
    if level <= min(was, now):
        sheet.box(corners, tint(GREY, 4), INK, weight=0.15)
    elif level <= now:
        sheet.box(corners, tint(BLUE, 10), INK, weight=0.15)
    elif level <= was:
        x0, y0, x1, y1 = corners
        sheet.path([(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)], BAD, 0.3, dash=0.8)
    else:
        sheet.box(corners, PAPER, RULE, weight=0.15)


def _scene_key(sheet: Canvas, before: str, after: str) -> None:
    y = sheet.height - 2.6
    for x, scene, words in (
        (_BARS[0], Change("", 1, 1, 1), f"{before}已达"),
        (_BARS[0] + 26, Change("", 1, 0, 1), f"{after}新达"),
        (_BARS[0] + 52, Change("", 1, 1, 0), f"{after}未再达到"),
    ):
        _cell(sheet, (x, y - 1.5, x + 6, y + 1.5), scene, 1)
        sheet.text((x + 7.5, y), words, GREY, 8)
