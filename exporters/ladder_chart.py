"""The scenes on paper: a row each with the levels it has climbed, and what each level asks for.

Table 6 of annex 3 asks for scenes at a level or above, so many of them binding ones. Where the next
level lacks scenes, those that would count are marked by broken frames up to that level.
"""

from __future__ import annotations

from functools import lru_cache

from exporters.blocks import Picture
from exporters.canvas import (
    BAD,
    FAINT,
    GOOD,
    GREY,
    INK,
    PAPER,
    RULE,
    Canvas,
    Corners,
    Point,
    fitting,
    tint,
)
from exporters.result_charts import WIDTH
from exporters.wording import level_word, numeral
from grading.results import LadderView, LevelCount, Rung

_NAME, _CELLS, _END = 36.0, 66.0, 136.0
_HEAD, _ROW, _GAP, _FOOT = 5.6, 4.7, 1.2, 5.0


def ladder(view: LadderView) -> Picture | None:
    """The ladder; None while a scene is not judged."""
    if not view.settled:
        return None
    return Picture(_png(view), WIDTH, alt=_words(view))


def wide_ladder(view: LadderView) -> Picture | None:
    """The same scenes in two columns and without the counts, in type for the wall."""
    if not view.settled:
        return None
    return Picture(_wide_png(view), WIDTH, alt=_words(view))


def _words(view: LadderView) -> str:
    """Each level's scenes by name, from the highest down, and what the next level lacks."""
    held = []
    for level in range(len(view.counts), -1, -1):
        names = [_named(rung) for rung in view.rungs if rung.level == level]
        if names:
            held.append(f"{level_word(level)}{len(names)}个：{'、'.join(names)}")
    alt = f"{numeral(len(view.rungs))}个应用场景的等级（*为约束性场景）：{'；'.join(held)}。"
    if view.wanted is None:
        return alt
    count = view.counts[view.wanted - 1]
    below = "、".join(_named(rung) for rung in view.rungs if rung.wanted is not None)
    return f"{alt}{count.name}{_lack(count)}，尚未达到{count.name}的有：{below}。"


def _named(rung: Rung) -> str:
    return f"{rung.name}*" if rung.binding else rung.name


def _lack(count: LevelCount) -> str:
    """差2个，其中约束性1个."""
    total, binding = count.asked - count.scenes, count.asked_binding - count.binding
    if total > 0:
        return f"差{total}个" + (f"，其中约束性须{binding}个" if binding > 0 else "")
    return f"差约束性{binding}个" if binding > 0 else "已达"


@lru_cache(maxsize=32)
def _png(view: LadderView) -> bytes:
    return _Ladder(view).png()


@lru_cache(maxsize=32)
def _wide_png(view: LadderView) -> bytes:
    """The groups in their order, broken where the columns come out most alike."""
    tall = [len(group.rungs) + 1 for group in view.groups]
    cut = min(range(len(tall) + 1), key=lambda place: max(sum(tall[:place]), sum(tall[place:])))
    half, row = WIDTH / 2 - 3, 5.3
    rows = max(sum(tall[:cut]), sum(tall[cut:]))
    sheet = Canvas(WIDTH, row * (rows + 1) + 6)
    for left, groups in ((0.0, view.groups[:cut]), (half + 6, view.groups[cut:])):
        y, cells = row / 2, (left + 24.5, left + half - 12)
        step = (cells[1] - cells[0]) / len(view.counts)
        for count in view.counts:
            middle = cells[0] + (count.level - 0.5) * step
            bold = count.level == view.wanted
            sheet.text((middle, y), count.name, GREY, 8, bold=bold, align="m")
        for group in groups:
            y += row
            sheet.rule((left, y - row / 2), (left + half, y - row / 2), RULE, 0.2)
            sheet.text((left, y), fitting(group.title, half, 8.5), GREY, 8.5)
            for rung in group.rungs:
                y += row
                _name(sheet, (left, y), rung, 23.5)
                for count in view.counts:
                    x = cells[0] + (count.level - 1) * step
                    corners = (x + 0.5, y - 1.7, x + step - 0.5, y + 1.7)
                    _cell(sheet, corners, rung, count.level, len(view.counts))
                sheet.text((left + half, y), level_word(rung.level or 0), INK, 8.5, align="r")
    _key(sheet, view, 0, WIDTH / 2)
    return sheet.png()


class _Ladder:
    def __init__(self, view: LadderView) -> None:
        self.view = view
        self.foot = _HEAD + len(view.rungs) * _ROW + len(view.groups) * _GAP + 0.8
        self.sheet = Canvas(WIDTH, self.foot + 3 * _FOOT + 5.5)

    def png(self) -> bytes:
        """Draw it all."""
        sheet, view, y = self.sheet, self.view, _HEAD
        if view.wanted is not None:
            left, right = self._column(view.wanted)
            sheet.box((left, 0, right, self.foot + 3 * _FOOT), FAINT, radius=0.8)
        for count in view.counts:
            left, right = self._column(count.level)
            bold = count.level == view.wanted
            sheet.text(((left + right) / 2, _HEAD / 2), count.name, INK, 9, bold=bold, align="m")
        for group in view.groups:
            sheet.rule((0, y + _GAP / 2), (WIDTH, y + _GAP / 2), RULE, 0.15)
            y += _GAP
            sheet.text((0, y + _ROW / 2), fitting(group.title, _NAME - 2, 9), GREY, 9)
            for rung in group.rungs:
                self._rung(y + _ROW / 2, rung)
                y += _ROW
        self._counts()
        _key(sheet, view, 0, _CELLS + 0.9)
        return sheet.png()

    def _column(self, level: int) -> tuple[float, float]:
        """The left and right edge of a level's column."""
        step = (_END - _CELLS) / len(self.view.counts)
        return _CELLS + (level - 1) * step, _CELLS + level * step

    def _rung(self, y: float, rung: Rung) -> None:
        _name(self.sheet, (_NAME, y), rung, _CELLS - _NAME - 2)
        for count in self.view.counts:
            left, right = self._column(count.level)
            corners = (left + 0.9, y - 1.55, right - 0.9, y + 1.55)
            _cell(self.sheet, corners, rung, count.level, len(self.view.counts))
        held = rung.level or 0
        self.sheet.text((_END + 2, y), level_word(held), INK if held else GREY, 9)

    def _counts(self) -> None:
        """What each level has and asks for; in the column of the next one what is lacking."""
        sheet, y = self.sheet, self.foot
        sheet.rule((0, y), (WIDTH, y), GREY, 0.25)
        heads = ("达到该级及以上（其中约束性）", "该级要求（其中约束性）", "差额（其中约束性）")
        for place, head in enumerate(heads):
            sheet.text((0, y + (place + 0.5) * _FOOT), head, GREY, 9)
        for count in self.view.counts:
            left, right = self._column(count.level)
            short = max(0, count.asked - count.scenes)
            binding = max(0, count.asked_binding - count.binding)
            rows = (
                f"{count.scenes}（{count.binding}）",
                f"{count.asked}（{count.asked_binding}）",
                f"{short}（{binding}）" if short or binding else "已达",
            )
            for place, words in enumerate(rows):
                spot = ((left + right) / 2, y + (place + 0.5) * _FOOT)
                lacking = place == 2 and count.level == self.view.wanted
                ink = BAD if lacking else INK
                sheet.text(spot, words, ink, 9, bold=lacking, align="m")


def _name(sheet: Canvas, at: Point, rung: Rung, width: float) -> None:
    star = "*" if rung.binding else ""
    words = fitting(rung.name, width - (2 if star else 0), 9, bold=rung.binding)
    sheet.text(at, words + star, INK, 9, bold=rung.binding)


def _cell(sheet: Canvas, corners: Corners, rung: Rung, level: int, levels: int) -> None:
    """One rung: filled where it is climbed, in a broken frame where climbing it would count."""
    held = rung.level or 0
    if level <= held:
        sheet.box(corners, tint(GOOD, 3 + 9 * held // levels), INK, weight=0.18)
    elif rung.wanted is not None and level <= rung.wanted:
        _dashed(sheet, corners)
    else:
        sheet.box(corners, PAPER, RULE, weight=0.18)


def _key(sheet: Canvas, view: LadderView, left: float, second: float) -> None:
    """What the asterisk and the broken frames mean, at the sheet's foot."""
    y = sheet.height - 2.4
    sheet.text((left, y), f"*为约束性场景，共{view.binding}个", GREY, 8)
    if view.wanted is not None:
        _dashed(sheet, (second, y - 1.55, second + 7, y + 1.55))
        words = f"提升至{level_word(view.wanted)}即可计入该级的场景"
        sheet.text((second + 8.5, y), words, GREY, 8)


def _dashed(sheet: Canvas, cell: Corners) -> None:
    x0, y0, x1, y1 = cell
    sheet.box(cell, PAPER, radius=0.1)
    sheet.path([(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)], INK, 0.25, dash=0.8)
