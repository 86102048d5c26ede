"""Two stages of the evaluation side by side: what rose, what fell (方案 三（二）5).

All points are thousandths and exact. What is not answered is not compared: half a score would be
taken for a whole one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from forms.dossier import Dossier
from forms.evaluation import Stage
from forms.instrument import NO_LEVEL, NUMERALS, Instrument, points_text
from grading.score import Grade, grade
from grading.sheet import Sheet, sheet_of


@dataclass(frozen=True, slots=True)
class Change:
    """One thing at both stages: thousandths of a point, a level, or a number of scenes.

    `full` is the most that it can have; a side is None where it is not answered whole. `said` and
    `saying` are the answers in words (B、C or 二级) before and after, "" where there are none.
    """

    name: str
    full: int
    before: int | None
    after: int | None
    said: str = ""
    saying: str = ""

    @property
    def difference(self) -> int | None:
        """After less before; None where one side is not known."""
        return None if self.before is None or self.after is None else self.after - self.before

    @property
    def rose(self) -> bool:
        """Whether it is higher after than before."""
        return (self.difference or 0) > 0

    @property
    def fell(self) -> bool:
        """Whether it is lower after than before."""
        return (self.difference or 0) < 0

    @property
    def answered_anew(self) -> bool:
        """Whether both answers are there and differ, be it at the same points."""
        return bool(self.said and self.saying) and self.said != self.saying


@dataclass(frozen=True, slots=True)
class LevelScenes:
    """How many scenes stand at a level or above, and how many binding ones among them; what
    table 6 of annex 3 asks for of both."""

    level: int
    scenes: Change
    binding: Change
    asked: int
    asked_binding: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """A stage (`after`) beside an earlier one (`before`), everything in official order."""

    items: tuple[Change, ...]
    indicators: tuple[Change, ...]
    dimensions: tuple[Change, ...]
    total: Change
    scenes: tuple[Change, ...]
    counts: tuple[LevelScenes, ...]
    level: Change

    @property
    def answers(self) -> tuple[Change, ...]:
        """What was answered: items, then scenes."""
        return (*self.items, *self.scenes)

    @property
    def rose(self) -> tuple[Change, ...]:
        """The items and scenes that are higher after than before."""
        return tuple(each for each in self.answers if each.rose)

    @property
    def fell(self) -> tuple[Change, ...]:
        """The items and scenes that are lower after than before."""
        return tuple(each for each in self.answers if each.fell)

    @property
    def begun(self) -> bool:
        """Whether anything stands at the later stage."""
        return any(each.after is not None for each in self.answers)

    @property
    def whole(self) -> bool:
        """Whether everything is answered at both stages."""
        return all(each.difference is not None for each in self.answers)


def compared(
    dossier: Dossier, instrument: Instrument, before: Stage = Stage.DIAGNOSIS
) -> Comparison:
    """The evaluation after the retrofit beside an earlier one."""
    sides = (sheet_of(dossier, stage, instrument) for stage in (before, Stage.RETROFIT))
    return compare(instrument, *sides)


def compare(instrument: Instrument, before: Sheet, after: Sheet) -> Comparison:
    """Set two answer sheets side by side."""
    held, now = grade(instrument, before), grade(instrument, after)
    items = {
        item.name: Change(
            item.name,
            item.points,
            _points(held, item.name),
            _points(now, item.name),
            _letters(before, item.name),
            _letters(after, item.name),
        )
        for item in instrument.items
    }
    indicators = {
        i.name: _sum(i.name, i.points, (items[item.name] for item in i.items))
        for i in instrument.indicators
    }
    dimensions = tuple(
        _sum(d.name, d.points, (indicators[i.name] for i in d.indicators))
        for d in instrument.dimensions
    )
    scenes = tuple(
        _level(s.name, len(s.criteria), before.scenes.get(s.name), after.scenes.get(s.name))
        for s in instrument.scenes
    )
    levels = [one.level if one.complete else None for one in (held, now)]
    return Comparison(
        items=tuple(items.values()),
        indicators=tuple(indicators.values()),
        dimensions=dimensions,
        total=_sum("综合得分", instrument.points, dimensions),
        scenes=scenes,
        counts=tuple(_counts(instrument, held, now)),
        level=_level("等级", len(instrument.levels), levels[0], levels[1]),
    )


def sentences(held: Comparison, before: str, after: str) -> tuple[str, ...]:
    """The comparison in sentences, of what is answered at both stages; `before` and `after` name
    these."""
    found = []
    total, level = held.total, held.level
    if total.difference is not None:
        was, now = (points_text(each or 0, trim=True) for each in (total.before, total.after))
        found.append(f"综合得分由{before}的{was}分到{after}的{now}分，{_moved(total, '分')}。")
    if level.difference is not None:
        found.append(
            f"等级由{before}的{level.said}到{after}的{level.saying}，{_moved(level, '级')}。"
        )
    for rows, what in ((held.items, "采集项"), (held.scenes, "应用场景")):
        known = [row for row in rows if row.difference is not None]
        rose, fell = sum(row.rose for row in known), sum(row.fell for row in known)
        same = len(known) - rose - fell
        left = f"，{len(rows) - len(known)}个未作答" if len(known) < len(rows) else ""
        found.append(f"{len(rows)}个{what}中，{rose}个上升，{fell}个降低，{same}个持平{left}。")
    return tuple(found)


def _moved(change: Change, unit: str) -> str:
    gain = change.difference or 0
    if not gain:
        return "持平"
    size = points_text(abs(gain), trim=True) if unit == "分" else str(abs(gain))
    return f"{'上升' if gain > 0 else '降低'}{size}{unit}"


def signed_points(thousandths: int) -> str:
    """A difference in points with its sign: +7.5, -2, 持平.

    >>> signed_points(7500), signed_points(-2000), signed_points(0)
    ('+7.5', '-2', '持平')
    """
    if not thousandths:
        return "持平"
    return f"{'+' if thousandths > 0 else '-'}{points_text(abs(thousandths), trim=True)}"


def signed_levels(levels: int) -> str:
    """A difference in levels: 升1级, 降1级, 持平."""
    if not levels:
        return "持平"
    return f"{'升' if levels > 0 else '降'}{abs(levels)}级"


def level_name(level: int | None) -> str:
    """二级 or 无等级; "" where there is none."""
    if level is None:
        return ""
    return f"{NUMERALS[level]}级" if level else NO_LEVEL


def _points(held: Grade, item: str) -> int | None:
    return None if item in held.unanswered else held.items[item]


def _level(name: str, full: int, before: int | None, after: int | None) -> Change:
    return Change(name, full, before, after, level_name(before), level_name(after))


def _letters(sheet: Sheet, item: str) -> str:
    return "、".join(sorted(sheet.items.get(item, ())))


def _sum(name: str, full: int, parts: Iterable[Change]) -> Change:
    """What parts make together; a side is not known where one part's is not."""
    found = tuple(parts)
    before = [part.before for part in found if part.before is not None]
    after = [part.after for part in found if part.after is not None]
    return Change(
        name,
        full,
        sum(before) if len(before) == len(found) else None,
        sum(after) if len(after) == len(found) else None,
    )


def _counts(instrument: Instrument, held: Grade, now: Grade) -> Iterable[LevelScenes]:
    names = {scene.name for scene in instrument.scenes}
    binding = sum(scene.binding for scene in instrument.scenes)

    settled = [not names & set(one.unanswered) for one in (held, now)]

    def change(name: str, full: int, before: int, after: int) -> Change:
        return Change(name, full, before if settled[0] else None, after if settled[1] else None)

    for was, here in zip(held.conditions, now.conditions, strict=True):
        rule = here.rule
        name = f"{level_name(rule.level)}及以上的应用场景"
        yield LevelScenes(
            rule.level,
            change(name, len(names), was.scenes, here.scenes),
            change("其中约束性场景", binding, was.binding_scenes, here.binding_scenes),
            rule.min_scenes,
            rule.min_binding_scenes,
        )
