"""The results at a glance, for screen and paper: what radar, score bars and scenes' ladder show.

Sources: 工信厅企业〔2024〕56号 for indicators and scenes, table 6 of annex 3 for the levels' lines.
All points are thousandths.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from forms.evaluation import STAGE_NAMES, Stage
from forms.instrument import NUMERALS, Indicator, Instrument, Item, Scene
from grading.route import route
from grading.score import Grade
from grading.sheet import Sheet

#: What a stage is seen against: the diagnosis against 自评, 改造后 against the diagnosis.
BESIDE = {Stage.DIAGNOSIS: Stage.SELF, Stage.RETROFIT: Stage.DIAGNOSIS}


@dataclass(frozen=True, slots=True)
class RadarAxis:
    """One indicator; `other` is the score of the stage it is seen against.

    `weak` marks those with the lowest share of their points, once all is answered.
    """

    name: str
    score: int
    full: int
    other: int | None = None
    weak: bool = False


@dataclass(frozen=True, slots=True)
class RadarView:
    """The indicators of `stage`, clockwise from the top, against those of `other` where there are.

    `settled` and `other_settled` say whether every item of a stage is answered.
    """

    stage: Stage
    axes: tuple[RadarAxis, ...]
    settled: bool
    other: Stage | None = None
    other_settled: bool = False

    @property
    def weakest(self) -> tuple[RadarAxis, ...]:
        """The axes with the lowest share; none while items are open or where all are full."""
        return tuple(axis for axis in self.axes if axis.weak)

    @property
    def legend(self) -> str:
        """Which line is which: 实线 诊断 ・ 虚线 自评."""
        words = f"实线 {STAGE_NAMES[self.stage]}"
        return words + (f" ・ 虚线 {STAGE_NAMES[self.other]}" if self.other is not None else "")


@dataclass(frozen=True, slots=True)
class ScorePart:
    """One dimension: what it earned of what it can earn."""

    name: str
    score: int
    full: int


@dataclass(frozen=True, slots=True)
class LevelLine:
    """What a level asks for in points; `name` is 二级."""

    level: int
    name: str
    score: int
    met: bool


@dataclass(frozen=True, slots=True)
class ScoreView:
    """The total and its dimensions against the levels' lines; `settled` once items are answered."""

    parts: tuple[ScorePart, ...]
    total: int
    full: int
    lines: tuple[LevelLine, ...]
    settled: bool


@dataclass(frozen=True, slots=True)
class Rung:
    """One scene: its level, None where it is not judged.

    `wanted` is the next level where it lacks scenes and raising this one to it would count; None
    elsewhere.
    """

    name: str
    binding: bool = False
    level: int | None = None
    wanted: int | None = None


@dataclass(frozen=True, slots=True)
class RungGroup:
    """The scenes of one part of 数字化经营."""

    title: str
    rungs: tuple[Rung, ...]


@dataclass(frozen=True, slots=True)
class LevelCount:
    """How many scenes stand at a level or above, and how many of them table 6 asks for."""

    level: int
    name: str
    scenes: int
    binding: int
    asked: int
    asked_binding: int


@dataclass(frozen=True, slots=True)
class LadderView:
    """All scenes in their groups, the counts by level upwards; `settled` once all are judged."""

    groups: tuple[RungGroup, ...]
    counts: tuple[LevelCount, ...]
    settled: bool

    @property
    def legend(self) -> str:
        """What the star and the dashes of the picture on the screen say."""
        words = f"* 约束性，共 {self.binding} 项"
        return words if self.wanted is None else f"{words} ・ 虚线 待达{_level(self.wanted)}"

    @property
    def rungs(self) -> tuple[Rung, ...]:
        """All scenes in the official order."""
        return tuple(rung for group in self.groups for rung in group.rungs)

    @property
    def wanted(self) -> int | None:
        """The level that more scenes must reach; None where no scene is lacking."""
        return next((rung.wanted for rung in self.rungs if rung.wanted is not None), None)

    @property
    def binding(self) -> int:
        """How many of the scenes are binding ones."""
        return sum(rung.binding for rung in self.rungs)


@dataclass(frozen=True, slots=True)
class Measure:
    """A demand of the next level: what there is and what is asked, in thousandths or scenes."""

    name: str
    held: int
    asked: int
    points: bool = False

    @property
    def lacking(self) -> int:
        """What is missing; 0 where it is met."""
        return max(0, self.asked - self.held)


def radar(
    instrument: Instrument,
    grades: Mapping[Stage, Grade],
    stage: Stage,
    against: Stage | None = None,
) -> RadarView:
    """The indicators of a stage; `grades` holds it, and what it is seen `against` as far as begun:
    what `BESIDE` says where none is named."""
    held, other = grades[stage], against or BESIDE.get(stage)
    beside = grades.get(other) if other is not None else None
    if beside is not None and len(beside.unanswered) == _questions(instrument):
        beside = None
    settled = _items_answered(instrument, held)
    shares = {i.name: Fraction(held.indicators[i.name], i.points) for i in instrument.indicators}
    lowest = min(shares.values())

    def axis(indicator: Indicator) -> RadarAxis:
        name = indicator.name
        against = beside.indicators[name] if beside else None
        weak = settled and shares[name] == lowest < 1
        return RadarAxis(name, held.indicators[name], indicator.points, against, weak)

    return RadarView(
        stage,
        tuple(axis(indicator) for indicator in instrument.indicators),
        settled,
        other if beside else None,
        beside is not None and _items_answered(instrument, beside),
    )


def scores(instrument: Instrument, held: Grade) -> ScoreView:
    """The dimensions' points and the total of one grade."""
    parts = tuple(
        ScorePart(d.name, held.dimensions[d.name], d.points) for d in instrument.dimensions
    )
    lines = tuple(
        LevelLine(c.rule.level, _level(c.rule.level), c.rule.min_score, c.points_met)
        for c in held.conditions
    )
    return ScoreView(parts, held.total, instrument.points, lines, _items_answered(instrument, held))


def ladder(
    instrument: Instrument, sheet: Sheet, held: Grade, *, template: bool = False
) -> LadderView:
    """The scenes' levels of one sheet and its grade; `template` names them as table 8 does."""
    ahead = held.next
    wanted = ahead.rule.level if ahead is not None and not ahead.scenes_met else None
    counting = {
        scene.name
        for scene in scenes_below(instrument, sheet.scenes, wanted or 0)
        # Where only binding ones are lacking, no other helps.
        if scene.binding or (ahead is not None and ahead.scenes < ahead.rule.min_scenes)
    }
    groups = tuple(
        RungGroup(
            group.name,
            tuple(
                Rung(
                    s.template_name if template else s.name,
                    s.binding,
                    sheet.scenes.get(s.name),
                    wanted if s.name in counting else None,
                )
                for s in group.scenes
            ),
        )
        for group in instrument.scene_groups
    )
    counts = tuple(
        LevelCount(
            c.rule.level,
            _level(c.rule.level),
            c.scenes,
            c.binding_scenes,
            c.rule.min_scenes,
            c.rule.min_binding_scenes,
        )
        for c in held.conditions
    )
    open_scenes = {s.name for s in instrument.scenes} & set(held.unanswered)
    return LadderView(groups, counts, settled=not open_scenes)


def measures(held: Grade) -> tuple[Measure, ...]:
    """The next level's three demands; none at the highest level."""
    ahead = held.next
    if ahead is None:
        return ()
    rule = ahead.rule
    return (
        Measure("综合得分", ahead.points, rule.min_score, points=True),
        Measure(f"达到{_level(rule.level)}的应用场景", ahead.scenes, rule.min_scenes),
        Measure("其中约束性场景", ahead.binding_scenes, rule.min_binding_scenes),
    )


def lacking_scenes(held: Grade) -> int:
    """How many scenes at least must be raised for the next level (see `grading.route.Route`)."""
    way = route(held)
    return max(way.scenes, way.binding_scenes) if way else 0


def scenes_below(
    instrument: Instrument, levels: Mapping[str, int | None], wanted: int
) -> list[Scene]:
    """The scenes below a level: the binding ones first, the nearest to it first."""
    below = [scene for scene in instrument.scenes if (levels.get(scene.name) or 0) < wanted]
    return sorted(below, key=lambda scene: (not scene.binding, -(levels.get(scene.name) or 0)))


def items_left(instrument: Instrument, held: Grade) -> list[tuple[Item, int]]:
    """The items that can earn more and how much, the largest remainder first."""
    found = [(item, item.points - held.items[item.name]) for item in instrument.items]
    return sorted((pair for pair in found if pair[1]), key=lambda pair: -pair[1])


def _level(level: int) -> str:
    return f"{NUMERALS[level]}级"


def _questions(instrument: Instrument) -> int:
    return len(instrument.items) + len(instrument.scenes)


def _items_answered(instrument: Instrument, held: Grade) -> bool:
    return not {item.name for item in instrument.items} & set(held.unanswered)
