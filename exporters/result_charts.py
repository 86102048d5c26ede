"""The results on paper: radar of the indicators, score against the levels' lines, the way on.

What they show is the screen's (`grading.results`). A drawing whose answers are not all given is
left out: half a score would be taken for a whole one. The scenes are drawn in `ladder_chart`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from math import cos, pi, sin

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
    Point,
    fitting,
    text_width,
    tint,
)
from exporters.wording import numeral
from forms.evaluation import STAGE_NAMES
from forms.instrument import points_text
from grading.results import LevelLine, Measure, RadarAxis, RadarView, ScoreView

WIDTH = 152.0
"""What all of them are wide, in millimetres."""

_SHADES = (12, 7, 3)
"""How dark the dimensions stand side by side, in twelfths."""


def points(thousandths: int) -> str:
    """Points as print writes them: 38.175, 40."""
    return points_text(thousandths, trim=True)


def radar(view: RadarView, enlarged: float = 1) -> Picture | None:
    """The indicators' shares; None while items are open.

    The other stage is laid under it only where it is answered whole. `enlarged` is for the wall:
    so many times larger type around the same circle.
    """
    if not view.settled:
        return None
    if not view.other_settled:
        axes = tuple(replace(axis, other=None) for axis in view.axes)
        view = replace(view, axes=axes, other=None)
    return Picture(_radar_png(view, enlarged), WIDTH, alt=_radar_words(view))


def _radar_words(view: RadarView) -> str:
    other = STAGE_NAMES[view.other] if view.other else ""
    lines = f"，实线为{STAGE_NAMES[view.stage]}" + (f"，虚线为{other}" if other else "")
    held = "；".join(
        f"{axis.name}{points(axis.score)}分（满分{points(axis.full)}分"
        + (f"，{other}{points(axis.other)}分）" if axis.other is not None else "）")
        for axis in view.axes
    )
    weak = "、".join(axis.name for axis in view.weakest)
    last = f"。得分率最低的是{weak}" if weak else ""
    return f"{numeral(len(view.axes))}项指标得分率雷达图{lines}：{held}{last}。"


@lru_cache(maxsize=32)
def _radar_png(view: RadarView, enlarged: float) -> bytes:
    return _Radar(view, enlarged).png()


class _Radar:
    """Axes clockwise from the top; the outer ring is the full points, each inner one a quarter."""

    _HEIGHT, _RADIUS = 91.0, 32.0

    def __init__(self, view: RadarView, enlarged: float) -> None:
        self.view, self.times = view, enlarged
        self.sheet = Canvas(WIDTH, self._HEIGHT)

    def png(self) -> bytes:
        """Draw it all."""
        axes = self.view.axes
        shares = [axis.score / axis.full for axis in axes]
        self.sheet.polygon(self._outline(shares), tint(BLUE, 2))
        for ring in (0.25, 0.5, 0.75, 1.0):
            self._closed([ring] * len(axes), GREY if ring == 1.0 else RULE, 0.2)
        for place in range(len(axes)):
            self.sheet.path([self._at(place, 0), self._at(place, 1)], RULE, 0.15)
        others = [axis.other / axis.full for axis in axes if axis.other is not None]
        if len(others) == len(axes):
            self._closed(others, INK, 0.35, dash=1.3)
        self._closed(shares, BLUE, 0.55)
        for spot in self._outline(shares):
            self.sheet.disc(spot, 0.85, BLUE)
        for place, axis in enumerate(axes):
            self._label(place, axis)
        self._key()
        return self.sheet.png()

    def _at(self, place: int, share: float) -> Point:
        turn = 2 * pi * place / len(self.view.axes) - pi / 2
        length = share * (self._RADIUS - 7 * (self.times - 1))
        return WIDTH / 2 + cos(turn) * length, self._HEIGHT / 2 + sin(turn) * length

    def _outline(self, shares: Sequence[float]) -> list[Point]:
        return [self._at(place, share) for place, share in enumerate(shares)]

    def _closed(self, shares: Sequence[float], ink: str, weight: float, dash: float = 0) -> None:
        spots = self._outline(shares)
        self.sheet.path([*spots, spots[0]], ink, weight, dash)

    def _label(self, place: int, axis: RadarAxis) -> None:
        """Name and points; the weakest in bold, with the word for it."""
        (x, y), (middle, level) = self._at(place, 1), (WIDTH / 2, self._HEIGHT / 2)
        radius = level - self._at(0, 1)[1]
        side, lift, size = (x - middle) / radius, (y - level) / radius, self.times
        align = "m" if abs(side) < 0.1 else "l" if side > 0 else "r"
        x += 0 if align == "m" else 2.2 if side > 0 else -2.2
        y += lift * 5 * size
        room = WIDTH - 60 if align == "m" else WIDTH - x if side > 0 else x
        name = fitting(axis.name, room, 9 * size, bold=axis.weak)
        figures = f"{points(axis.score)}/{points(axis.full)}" + ("　最低" if axis.weak else "")
        ink = BAD if axis.weak else INK
        for dy, words, colour, tall in ((-1.9, name, INK, 9), (1.9, figures, ink, 8.5)):
            spot = (x, y + dy * size)
            self.sheet.text(spot, words, colour, tall * size, bold=axis.weak, align=align)

    def _key(self) -> None:
        """Which line is which, and what the rings are."""
        sheet, y, size = self.sheet, 3.0, self.times
        sheet.path([(1, y), (9, y)], BLUE, 0.55)
        sheet.disc((5, y), 0.85, BLUE)
        sheet.text((11, y), STAGE_NAMES[self.view.stage], INK, 8.5 * size)
        if self.view.other is not None:
            y += 5 * size
            sheet.path([(1, y), (9, y)], INK, 0.35, dash=1.3)
            sheet.text((11, y), STAGE_NAMES[self.view.other], INK, 8.5 * size)
        foot = self._HEIGHT - 3
        sheet.text((0, foot), "外圈为满分，每圈25%", GREY, 8 * size)
        sheet.text((WIDTH, foot), "得分/满分", GREY, 8 * size, align="r")


def score_bars(view: ScoreView) -> Picture | None:
    """The dimensions' points, their sum against the levels' lines; None while items are open."""
    if not view.settled:
        return None
    held = "，".join(f"{p.name}{points(p.score)}分（满分{points(p.full)}分）" for p in view.parts)
    lines = "，".join(
        f"{line.name}{points(line.score)}分{_stands(view, line)}" for line in view.lines
    )
    alt = f"各维度得分与综合得分：{held}；综合得分{points(view.total)}分。各级得分要求：{lines}。"
    return Picture(_scores_png(view), WIDTH, alt=alt)


def _stands(view: ScoreView, line: LevelLine) -> str:
    return "已达" if line.met else f"差{points(line.score - view.total)}"


@lru_cache(maxsize=32)
def _scores_png(view: ScoreView) -> bytes:
    return _Scores(view).png()


class _Scores:
    """A bar a dimension, all on the scale of the total, which lies below against the lines."""

    _LEFT, _RIGHT, _ROW, _BAR, _LABEL = 27.0, 129.0, 7.4, 4.4, 4.4

    def __init__(self, view: ScoreView) -> None:
        self.view = view
        self.spots = self._arranged()
        deep = 1 + max((row for _, row in self.spots), default=0)
        self.total = len(view.parts) * self._ROW + 2 + deep * self._LABEL + 4.5
        self.foot = self.total + 5 + deep * self._LABEL
        self.sheet = Canvas(WIDTH, self.foot + 4.5)

    def png(self) -> bytes:
        """Draw it all."""
        sheet, view, end = self.sheet, self.view, self._LEFT
        for place, part in enumerate(view.parts):
            y, shade = (place + 0.5) * self._ROW, tint(BLUE, _SHADES[place % len(_SHADES)])
            self._bar(y, self._BAR / 2, part.full)
            self._fill(self._LEFT, y, part.score, self._BAR / 2, shade)
            self._words(y, part.name, part.score, part.full)
        y = self.total
        self._bar(y, 3.2, view.full)
        for place, part in enumerate(view.parts):
            shade = tint(BLUE, _SHADES[place % len(_SHADES)])
            end = self._fill(end, y, part.score, 3.2, shade)
        self._words(y, "综合得分", view.total, view.full, bold=True)
        for x, row in self.spots:
            reach = self._reach(row)
            sheet.rule((x, y - reach), (x, y + reach), INK, 0.4)
        for (x, row), line in zip(self.spots, view.lines, strict=True):
            self._label(x, self._reach(row), line)
        words = "竖线为各级的得分要求；定级须同时满足得分和应用场景两项条件"
        sheet.text((self._LEFT, self.foot + 2), words, GREY, 8)
        return sheet.png()

    def _x(self, score: int) -> float:
        return self._LEFT + (self._RIGHT - self._LEFT) * score / self.view.full

    def _bar(self, y: float, half: float, full: int) -> None:
        corners = (self._LEFT, y - half, self._x(full), y + half)
        self.sheet.box(corners, PAPER, GREY, weight=0.18, radius=0.3)

    def _fill(self, left: float, y: float, score: int, half: float, ink: str) -> float:
        """A filled length from `left`; answers where it ends."""
        end = left + self._x(score) - self._LEFT
        if score:
            self.sheet.box((left, y - half, end, y + half), ink, INK, weight=0.18, radius=0.1)
        return end

    def _words(self, y: float, name: str, score: int, full: int, *, bold: bool = False) -> None:
        name = fitting(name, self._LEFT - 2, 9, bold=bold)
        self.sheet.text((self._LEFT - 2, y), name, INK, 9, bold=bold, align="r")
        figures = f"{points(score)}/{points(full)}分"
        self.sheet.text((WIDTH, y), figures, INK, 9, bold=bold, align="r")

    def _arranged(self) -> list[tuple[float, int]]:
        """Where each line stands, and in which row of labels, so that none covers another."""
        found: list[tuple[float, int]] = []
        ends: list[float] = []
        for line in self.view.lines:
            x = self._x(line.score)
            words = (self._name(line), _stands(self.view, line))
            half = max(text_width(each, 8.5, bold=True) for each in words) / 2
            row = next((n for n, end in enumerate(ends) if end <= x - half), len(ends))
            ends[row : row + 1] = [x + half + 1.5]
            found.append((x, row))
        return found

    def _name(self, line: LevelLine) -> str:
        return f"{line.name}{points(line.score)}分"

    def _reach(self, row: int) -> float:
        """How far a line stands out over the bar's middle, for a label in this row."""
        return 4.2 + row * self._LABEL

    def _label(self, x: float, reach: float, line: LevelLine) -> None:
        sheet, y = self.sheet, self.total
        spot = (x, y - reach - 2)
        sheet.text(spot, self._name(line), INK, 8.5, bold=line.met, align="m", clear=True)
        ink, words = (GOOD, "已达") if line.met else (GREY, _stands(self.view, line))
        sheet.text((x, y + reach + 2.2), words, ink, 8.5, bold=line.met, align="m", clear=True)


def way(demands: tuple[Measure, ...]) -> Picture | None:
    """What the next level asks for and what there is of it; None at the highest level."""
    if not demands:
        return None
    alt = "；".join(f"{each.name}{_of(each)}，{_lack(each)}" for each in demands)
    return Picture(_way_png(demands), WIDTH, alt=f"下一等级的要求与现状：{alt}。")


def _of(demand: Measure) -> str:
    if demand.points:
        return f"{points(demand.held)}/{points(demand.asked)}分"
    return f"{demand.held}/{demand.asked}个"


def _lack(demand: Measure) -> str:
    if not demand.lacking:
        return "已达"
    return f"差{points(demand.lacking)}分" if demand.points else f"差{demand.lacking}个"


@lru_cache(maxsize=32)
def _way_png(demands: tuple[Measure, ...]) -> bytes:
    row, left, right = 11.0, 41.0, 103.0
    sheet = Canvas(WIDTH, row * len(demands))
    for place, demand in enumerate(demands):
        y, met = (place + 0.5) * row, not demand.lacking
        share = 1.0 if met else demand.held / demand.asked
        sheet.text((left - 2, y), fitting(demand.name, left - 2, 9.5), INK, 9.5, align="r")
        sheet.box((left, y - 2.6, right, y + 2.6), PAPER, GREY, weight=0.2, radius=0.3)
        if share:
            end = left + (right - left) * share
            shade = tint(GOOD, 9) if met else tint(BLUE, 7)
            sheet.box((left, y - 2.6, end, y + 2.6), shade, INK, weight=0.2, radius=0.3)
        sheet.rule((right, y - 4.2), (right, y + 4.2), INK, 0.5)
        sheet.text((right + 2.5, y), _of(demand), INK, 9.5)
        ink = GOOD if met else BAD
        sheet.text((WIDTH, y), _lack(demand), ink, 9.5, bold=True, align="r")
    return sheet.png()
