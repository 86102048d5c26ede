"""The evaluation table's shape: dimensions, indicators, items, options; scenes with their criteria;
the levels' double condition.

Source: 《中小企业数字化水平评测指标（2024年版）》, 工信厅企业〔2024〕56号, and table 6 of annex 3
of the work plan. Points and scores are integer thousandths all through (7.5 分 = 7500), so that a
sum meets a threshold exactly.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import Self

from forms.reading import mapping, sequence, text, thousandths, unique, whole

NO_LEVEL = "无等级"
NUMERALS = "零一二三四五六七八九"


def points_text(points: int, *, trim: bool = False) -> str:
    """Write thousandths as points: three decimals as on screens, or trimmed as in print.

    >>> points_text(47350), points_text(47350, trim=True), points_text(40000, trim=True)
    ('47.350', '47.35', '40')
    """
    written = f"{points // 1000}.{points % 1000:03d}"
    return written.rstrip("0").rstrip(".") if trim else written


def numeral(number: int) -> str:
    """A number from 1 to 99 in Chinese, as in 第十二次; digits beyond.

    >>> numeral(3), numeral(10), numeral(21), numeral(100)
    ('三', '十', '二十一', '100')
    """
    if not 1 <= number <= 99:
        return str(number)
    tens, ones = divmod(number, 10)
    head = ("" if tens == 1 else NUMERALS[tens]) + "十" if tens else ""
    return head + (NUMERALS[ones] if ones else "")


class Kind(StrEnum):
    """How options combine: one alone counts, or the chosen ones add up."""

    SINGLE = "single"
    MULTI = "multi"


@dataclass(frozen=True, slots=True)
class Option:
    """One answer: its letter, official text and what it earns in thousandths."""

    key: str
    text: str
    score: int


@dataclass(frozen=True)
class Item:
    """One question (采集项) with its options in official order; `points` is the most it can earn.

    `fields` are the figures that the official form collects beside the option, by their labels.
    """

    name: str
    dimension: str
    indicator: str
    points: int
    question: str
    note: str
    kind: Kind
    options: tuple[Option, ...]
    fields: tuple[str, ...]

    @cached_property
    def scores(self) -> Mapping[str, int]:
        """Thousandths by option letter."""
        return {option.key: option.score for option in self.options}

    @cached_property
    def none_key(self) -> str | None:
        """The letter of 无, which excludes the others; None where the item has no such option."""
        return next((option.key for option in self.options if option.text == "无"), None)

    def allows(self, chosen: frozenset[str]) -> bool:
        """Whether the table lets these options stand together (after a merge it may not)."""
        return len(chosen) <= 1 or (self.kind is Kind.MULTI and self.none_key not in chosen)

    def after(self, chosen: frozenset[str], key: str) -> frozenset[str]:
        """The answer once a person toggles option `key`: 无 clears the others, they clear it."""
        if key in chosen:
            return chosen - {key}
        if self.kind is Kind.SINGLE or key == self.none_key:
            return frozenset({key})
        return (chosen | {key}) - {self.none_key or ""}


@dataclass(frozen=True, slots=True)
class Indicator:
    """A second-level indicator (二级指标); `points` in thousandths."""

    name: str
    points: int
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Dimension:
    """A first-level dimension that earns points (数字化基础、数字化管理、数字化成效).

    Of `results`, points follow from what the business achieves: nothing there is a gap.
    """

    name: str
    points: int
    indicators: tuple[Indicator, ...]
    results: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """An application scene, judged at level 0 to 4; `criteria[n - 1]` is the text for level n.

    `template_name` is what table 8 of the report calls it (计划排程 is 计划管理 there).
    """

    name: str
    template_name: str
    group: str
    binding: bool
    criteria: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SceneGroup:
    """A part of 数字化经营 with its scenes in official order."""

    name: str
    scenes: tuple[Scene, ...]


@dataclass(frozen=True, slots=True)
class LevelRule:
    """Table 6: a level asks for points (thousandths) and for scenes at that level or above.

    The number of scenes includes the binding ones. `description` is what table 8 says of it.
    """

    level: int
    name: str
    min_score: int
    min_scenes: int
    min_binding_scenes: int
    description: str = ""

    @property
    def label(self) -> str:
        """The level as tables write it: 二级（规范级）."""
        return f"{NUMERALS[self.level]}级（{self.name}）"


@dataclass(frozen=True)
class Instrument:
    """The whole table. `levels[n - 1]` is the rule of level n; all orders are the official ones.

    `items_name` and `scenes_name` are what its two halves are called in titles and sentences.
    """

    id: str
    title: str
    document_number: str
    issued: str
    issuer: str
    items_name: str
    scenes_name: str
    levels: tuple[LevelRule, ...]
    dimensions: tuple[Dimension, ...]
    scene_groups: tuple[SceneGroup, ...]
    items: tuple[Item, ...] = field(init=False)
    scenes: tuple[Scene, ...] = field(init=False)

    def __post_init__(self) -> None:
        indicators = [i for dimension in self.dimensions for i in dimension.indicators]
        items = tuple(item for indicator in indicators for item in indicator.items)
        scenes = tuple(scene for group in self.scene_groups for scene in group.scenes)
        unique([d.name for d in self.dimensions], "dimension")
        unique([i.name for i in indicators], "indicator")
        # One namespace: the unanswered ones are listed together.
        unique([item.name for item in items] + [scene.name for scene in scenes], "item or scene")
        object.__setattr__(self, "items", items)
        object.__setattr__(self, "scenes", scenes)

    @cached_property
    def _items(self) -> Mapping[str, Item]:
        return {item.name: item for item in self.items}

    @cached_property
    def _scenes(self) -> Mapping[str, Scene]:
        return {scene.name: scene for scene in self.scenes}

    @property
    def points(self) -> int:
        """The full score in thousandths."""
        return sum(dimension.points for dimension in self.dimensions)

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """All second-level indicators in official order."""
        return tuple(i for dimension in self.dimensions for i in dimension.indicators)

    @property
    def rates(self) -> str:
        """The title over the indicators' rates: 九项指标得分率."""
        return f"{numeral(len(self.indicators))}项指标得分率"

    @property
    def scenes_told(self) -> str:
        """All scenes in words: 十六个场景."""
        return f"{numeral(len(self.scenes))}个场景"

    def item(self, name: str) -> Item:
        """Look an item up by its official name; KeyError where there is none."""
        return self._items[name]

    def scene(self, name: str) -> Scene:
        """Look a scene up by its official name; KeyError where there is none."""
        return self._scenes[name]

    def level_label(self, level: int) -> str:
        """无等级, or the level's number with its name: 二级（规范级）."""
        return self.levels[level - 1].label if level else NO_LEVEL

    @classmethod
    def parse(cls, raw: object) -> Self:
        """Build the table from its decoded YAML.

        Raises ValueError, naming the place, where names stand twice, weights do not make 100,
        points do not follow from weights, or a level is easier than the one below it.
        """
        table = mapping(raw, "instrument table")
        head = mapping(table.get("instrument"), "instrument")
        levels = tuple(_level(entry) for entry in sequence(table.get("levels"), "levels"))
        _check_levels(levels)
        dimensions = sequence(table.get("dimensions"), "dimensions")
        _check_weights(dimensions, "dimensions")
        groups = sequence(table.get("scene_groups"), "scene_groups")
        return cls(
            id=text(head, "id"),
            title=text(head, "title"),
            document_number=text(head, "document_number"),
            issued=str(head.get("issued")),  # YAML reads it as a date
            issuer=text(head, "issuer"),
            items_name=text(head, "items_name"),
            scenes_name=text(head, "scenes_name"),
            levels=levels,
            dimensions=tuple(_dimension(entry) for entry in dimensions),
            scene_groups=tuple(_scene_group(entry, len(levels)) for entry in groups),
        )


def _level(raw: object) -> LevelRule:
    table = mapping(raw, "level")
    return LevelRule(
        level=whole(table, "level"),
        name=text(table, "name"),
        min_score=thousandths(table, "min_score"),
        min_scenes=whole(table, "min_scenes"),
        min_binding_scenes=whole(table, "min_binding_scenes"),
        description=text(table, "description", ""),
    )


def _check_levels(levels: tuple[LevelRule, ...]) -> None:
    if [rule.level for rule in levels] != list(range(1, len(levels) + 1)) or len(levels) > 9:
        raise ValueError("levels: expected 1, 2, 3 … in order")
    for below, above in pairwise(levels):
        if (
            above.min_score < below.min_score
            or above.min_scenes < below.min_scenes
            or above.min_binding_scenes < below.min_binding_scenes
        ):
            raise ValueError(f"level {above.level}: asks for less than the level below")


def _check_weights(entries: object, where: str) -> None:
    weights = [whole(mapping(entry, where), "weight") for entry in sequence(entries, where)]
    if sum(weights) != 100:
        raise ValueError(f"{where}: weights make {sum(weights)}, not 100")


def _share(points: int, weight: int, where: str) -> int:
    share, rest = divmod(points * weight, 100)
    if rest:
        raise ValueError(f"{where}: finer than a thousandth")
    return share


def _dimension(raw: object) -> Dimension:
    table = mapping(raw, "dimension")
    name = text(table, "name")
    points = _share(100_000, whole(table, "weight"), name)
    entries = sequence(table.get("indicators"), name)
    _check_weights(entries, name)
    indicators = tuple(_indicator(entry, name, points) for entry in entries)
    return Dimension(name, points, indicators, table.get("results") is True)


def _indicator(raw: object, dimension: str, whole_points: int) -> Indicator:
    table = mapping(raw, "indicator")
    name = text(table, "name")
    points = _share(whole_points, whole(table, "weight"), name)
    entries = sequence(table.get("items"), name)
    _check_weights(entries, name)
    items = tuple(_item(entry, dimension, name, points) for entry in entries)
    return Indicator(name, points, items)


def _item(raw: object, dimension: str, indicator: str, whole_points: int) -> Item:
    table = mapping(raw, "item")
    name = text(table, "name")
    points = thousandths(table, "points")
    if points != _share(whole_points, whole(table, "weight"), name):
        raise ValueError(f"{name}: points do not follow from the weights")
    fields = sequence(table["fields"], name) if "fields" in table else ()
    item = Item(
        name=name,
        dimension=dimension,
        indicator=indicator,
        points=points,
        question=text(table, "question"),
        note=text(table, "note", ""),
        kind=Kind(text(table, "kind")),
        options=tuple(_option(o, points) for o in sequence(table.get("options"), name)),
        fields=tuple(str(label) for label in fields),
    )
    unique([option.key for option in item.options], f"{name}, option")
    earns = [option.score for option in item.options]
    if points != (sum(earns) if item.kind is Kind.MULTI else max(earns)):
        raise ValueError(f"{name}: the options cannot earn its points")
    return item


def _option(raw: object, points: int) -> Option:
    table = mapping(raw, "option")
    option = Option(text(table, "key"), text(table, "text"), thousandths(table, "score"))
    if option.score != _share(points, whole(table, "weight"), option.text):
        raise ValueError(f"{option.text}: score does not follow from its weight")
    return option


def _scene_group(raw: object, levels: int) -> SceneGroup:
    table = mapping(raw, "scene group")
    name = text(table, "name")
    entries = sequence(table.get("scenes"), name)
    return SceneGroup(name, tuple(_scene(entry, name, levels) for entry in entries))


def _scene(raw: object, group: str, levels: int) -> Scene:
    table = mapping(raw, "scene")
    name = text(table, "name")
    criteria = table.get("criteria")
    binding = table.get("binding")
    if not isinstance(criteria, Mapping) or sorted(criteria) != list(range(1, levels + 1)):
        raise ValueError(f"{name}: expected a criterion for each level")
    if not isinstance(binding, bool):
        raise ValueError(f"{name}: binding is true or false")
    ladder = tuple(str(criteria[level]) for level in range(1, levels + 1))
    return Scene(name, text(table, "template_name", name), group, binding, ladder)
