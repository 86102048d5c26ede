"""Advice as data: how a gap shows in a factory, what to do about it, what it asks of it.

Written for this project, not official: for every item of the instrument and its options, for every
step of every scene, and for the scenes of annex 1. It holds no figures of price or gain. The texts
are made to be joined, and then end without a full stop: `gap` can follow “现场主要表现为”, `effect`
“由此带来的影响是”, `first` “建议先”, `then` “再”, an option's `do` “具体做法是”, a scene's `need`
“企业需要”. `industries` are complete sentences, by the pack's industries.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from forms.instrument import Instrument
from forms.library import FirstScene
from forms.reading import mapping, sequence, text


class Effort(StrEnum):
    """How much a measure asks of a factory, relative to others."""

    SMALL = "small"
    MIDDLE = "middle"
    LARGE = "large"


EFFORT_WORDS = {Effort.SMALL: "较小", Effort.MIDDLE: "中等", Effort.LARGE: "较大"}


@dataclass(frozen=True, slots=True)
class Counsel:
    """What is to be said of one gap: of an item, or of one step of a scene."""

    gap: str
    effect: str
    first: str
    then: str
    systems: tuple[str, ...]
    evidence: tuple[str, ...]
    ask: tuple[str, ...]
    industries: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class OptionAdvice:
    """What it takes to be able to choose an option; of a single choice, from the one below."""

    do: str
    effort: Effort


@dataclass(frozen=True, slots=True)
class ItemAdvice:
    """An item's counsel, and what each option that earns points takes, by its letter.

    Of a `result` the points follow from money or from what the business achieves: they cannot be
    had by doing something.
    """

    counsel: Counsel
    options: Mapping[str, OptionAdvice]
    result: bool = False


@dataclass(frozen=True, slots=True)
class StepAdvice:
    """The step of a scene to a level from the one below."""

    counsel: Counsel
    effort: Effort


@dataclass(frozen=True, slots=True)
class SceneLink:
    """A 三级场景 of annex 1: which scenes and items it belongs to, the main one first."""

    evaluates: tuple[str, ...]
    items: tuple[str, ...]
    need: str
    description: str
    systems: tuple[str, ...]
    industries: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Advice:
    """All of a pack's advice: by item, by scene and the level that is reached, by 三级场景."""

    items: Mapping[str, ItemAdvice]
    steps: Mapping[tuple[str, int], StepAdvice]
    links: Mapping[str, SceneLink]


def parse_advice(
    items: Any,
    scenes: Iterable[Any],
    links: Any,
    instrument: Instrument,
    library: tuple[FirstScene, ...],
    industries: tuple[str, ...],
) -> Advice:
    """The advice of decoded YAML; ValueError where it is not of all that the table asks."""
    found_items: dict[str, ItemAdvice] = {}
    for raw in sequence(items, "items"):
        row = mapping(raw, "item")
        found_items[text(row, "item")] = ItemAdvice(
            _counsel(row, industries),
            _options(row, text(row, "item")),
            row.get("result") is True,
        )
    steps: dict[tuple[str, int], StepAdvice] = {}
    for raw in scenes:
        row = mapping(raw, "scene")
        for step in sequence(row.get("steps"), "steps"):
            entry = mapping(step, "step")
            key = text(row, "scene"), int(str(entry.get("to")))
            steps[key] = StepAdvice(_counsel(entry, industries), Effort(text(entry, "effort")))
    found_links = {
        text(row, "scene"): _link(row, industries)
        for row in (mapping(raw, "link") for raw in sequence(links, "links"))
    }
    made = Advice(found_items, steps, found_links)
    _complete(made, instrument, library)
    return made


def _counsel(row: Mapping[str, object], industries: tuple[str, ...]) -> Counsel:
    return Counsel(
        gap=text(row, "gap"),
        effect=text(row, "effect"),
        first=text(row, "first"),
        then=text(row, "then"),
        systems=_texts(row, "systems"),
        evidence=_texts(row, "evidence"),
        ask=_texts(row, "ask"),
        industries=_by_industry(row, industries),
    )


def _options(row: Mapping[str, object], item: str) -> dict[str, OptionAdvice]:
    found = {}
    for key, raw in mapping(row.get("options"), item).items():
        entry = mapping(raw, f"{item} {key}")
        found[key] = OptionAdvice(text(entry, "do"), Effort(text(entry, "effort")))
    return found


def _link(row: Mapping[str, object], industries: tuple[str, ...]) -> SceneLink:
    return SceneLink(
        evaluates=_texts(row, "evaluates"),
        items=tuple(map(str, row.get("items") or ())),  # type: ignore[call-overload]
        need=text(row, "need"),
        description=text(row, "description"),
        systems=_texts(row, "systems"),
        industries=_by_industry(row, industries),
    )


def _texts(row: Mapping[str, object], key: str) -> tuple[str, ...]:
    return tuple(map(str, sequence(row.get(key), key)))


def _by_industry(row: Mapping[str, object], industries: tuple[str, ...]) -> dict[str, str]:
    given = mapping(row.get("industries"), "industries")
    if set(given) != set(industries):
        raise ValueError(f"industries: expected {industries}, got {tuple(given)}")
    return {name: text(given, name) for name in industries}


def _complete(advice: Advice, instrument: Instrument, library: tuple[FirstScene, ...]) -> None:
    """Raise ValueError where something of the table has no advice, or advice has no place."""
    levels = range(1, len(instrument.levels) + 1)
    wanted: list[tuple[str, set[Any], set[Any]]] = [
        ("items", {item.name for item in instrument.items}, set(advice.items)),
        ("steps", {(s.name, to) for s in instrument.scenes for to in levels}, set(advice.steps)),
        (
            "links",
            {name for row in library for group in row.groups for name in group.scenes},
            set(advice.links),
        ),
    ]
    for item in instrument.items:
        earning = {option.key for option in item.options if option.score > 0}
        known = set(advice.items[item.name].options) if item.name in advice.items else set()
        wanted.append((f"options of {item.name}", earning, known))
    scenes = {scene.name for scene in instrument.scenes}
    named = {name for link in advice.links.values() for name in link.evaluates}
    wanted.append(("scenes of links", named | scenes, scenes))
    for what, asked, there in wanted:
        if asked != there:
            raise ValueError(f"advice, {what}: {sorted(map(str, asked ^ there))}")
