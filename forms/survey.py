"""Whom to ask, what to see and which papers to have ready, by item and scene (方案 三（一）2).

Written for this project, not official: a proposal that people confirm.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from forms.reading import mapping, sequence, text


@dataclass(frozen=True, slots=True)
class Asked:
    """Of one item or scene: whose duty it is, where it is seen ("" where it is only told), and the
    papers that show it."""

    whom: str
    where: str
    papers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Survey:
    """All of them by name; and how many minutes each part of a proposed timetable takes."""

    subjects: Mapping[str, Asked]
    minutes: Mapping[str, int]


PARTS = ("arrival", "opening", "interview", "shop", "closing")


def parse_survey(raw: Any, subjects: Iterable[str]) -> Survey:
    """The survey of decoded YAML; ValueError where an item or scene is missing or unknown."""
    table = mapping(mapping(raw, "survey").get("subjects"), "subjects")
    if set(table) != set(subjects):
        raise ValueError(f"survey: {sorted(set(table) ^ set(subjects))}")
    found = {}
    for name in subjects:
        row = mapping(table[name], name)
        papers = tuple(str(each) for each in sequence(row.get("papers"), name))
        found[name] = Asked(text(row, "whom"), text(row, "where", ""), papers)
    minutes = {part: int(raw["minutes"][part]) for part in PARTS}
    return Survey(found, minutes)
