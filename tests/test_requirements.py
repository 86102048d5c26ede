"""docs/requirements.md holds every word of the work plan; what it names is there."""

from __future__ import annotations

import ast
import hashlib
import importlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

ROOT = Path(__file__).parent.parent
TABLE = ROOT / "docs" / "requirements.md"
PLAN = ROOT.parent / "shared" / "reference" / "work-plan.txt"
#: Of the plan's text without its white space, which the table holds also where the plan is absent.
DIGEST = "02b77eaaeda8bb688b449d4a176f3816bdddbbdf1b2a62d48d02e9e460fb4b9c"
NOTHING = ("标题", "示例", "序号", "落款", "制定依据")
"""Why a line of the plan demands nothing."""


class Requirement(NamedTuple):
    """A line of the table: the plan's words, the places that meet them, or why none has to."""

    number: int
    words: str
    places: tuple[str, ...]
    reason: str


def requirements() -> Iterator[Requirement]:
    """The lines of all tables in their order."""
    for line in TABLE.read_text("utf-8").splitlines():
        found = re.fullmatch(r"\| (\d+) \| (.+) \| (.+) \|", line)
        if found:
            reason = re.fullmatch(r"—（(.+)）", found[3])
            places = tuple(re.findall(r"`([^`]+)`", found[3]))
            yield Requirement(int(found[1]), found[2], places, reason[1] if reason else "")


def gone(place: str) -> bool:
    """Whether a place is not there."""
    name, _, symbol = place.partition(":")
    path = ROOT / name
    if not path.is_file() or not symbol:
        return True
    if path.suffix == ".yaml":
        return symbol not in _yaml_words(path)
    keyed = re.fullmatch(r"(\w+)\[(.+)\]", symbol)
    if keyed:
        module = importlib.import_module(name.removesuffix(".py").replace("/", "."))
        return keyed[2] not in getattr(module, keyed[1], {})
    return symbol not in _names(path)


@cache
def _yaml_words(path: Path) -> frozenset[str]:
    """Every key and every value of a file; of the rules their ids alone."""
    held = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
    if path.name == "rules.yaml":
        return frozenset(rule["id"] for rule in held)
    return frozenset(_words(held))


def _words(held: Any) -> Iterator[str]:
    if isinstance(held, dict):
        for key, value in held.items():
            yield str(key)
            yield from _words(value)
    elif isinstance(held, list):
        for value in held:
            yield from _words(value)
    else:
        yield str(held)


@cache
def _names(path: Path) -> frozenset[str]:
    """What a module declares, and what its classes do: `Visit`, `Visit.topics`."""
    found = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        for name in _declared(node):
            found.add(name)
            if isinstance(node, ast.ClassDef):
                found |= {f"{name}.{own}" for inner in node.body for own in _declared(inner)}
    return frozenset(found)


def _declared(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.AnnAssign):
        targets: list[ast.expr] = [node.target]
    else:
        targets = node.targets if isinstance(node, ast.Assign) else []
    parts = [part for each in targets for part in ast.walk(each)]
    return [part.id for part in parts if isinstance(part, ast.Name)]


def test_every_place_is_there() -> None:
    lost = [
        f"{each.number} {each.words[:30]}: {place}"
        for each in requirements()
        for place in each.places
        if gone(place)
    ]
    assert lost == []


def test_every_line_has_a_place_or_a_reason() -> None:
    lines = list(requirements())
    assert [each.number for each in lines] == list(range(1, len(lines) + 1))
    assert [each for each in lines if bool(each.places) == bool(each.reason)] == []
    assert {each.reason for each in lines if each.reason} <= set(NOTHING)


def test_no_word_of_the_plan_is_missing() -> None:
    told = "".join("".join(each.words.split()) for each in requirements())
    assert hashlib.sha256(told.encode()).hexdigest() == DIGEST
    if PLAN.exists():
        assert told == "".join(PLAN.read_text("utf-8").split())


@pytest.mark.parametrize(
    "place",
    [
        "forms/nowhere.py:Visit",
        "forms/visit.py:Visit.nothing",
        "forms/visit.py:nothing",
        "forms/visit.py",
        "forms/papers.py:BY_KEY[nothing]",
        "resources/packs/changchun-2024/outline.yaml:9.nothing",
        "resources/packs/changchun-2024/rules.yaml:TEAM-NOTHING",
        "resources/packs/changchun-2024/library.yaml:1.1.9没有的场景",
    ],
)
def test_a_place_that_is_gone_is_found(place: str) -> None:
    assert gone(place)
