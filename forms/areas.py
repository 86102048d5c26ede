"""The parts of the business, as gaps are told by them and as measures become projects: pack data.

Written for this project, not official: neither the plan nor the instrument divides a factory so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from forms.instrument import Instrument
from forms.inventory import NEED_KINDS
from forms.reading import mapping, sequence, text, unique


@dataclass(frozen=True)
class Area:
    """A part of the business: its items and scenes, and the words by which needs name it."""

    name: str
    items: tuple[str, ...]
    scenes: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True)
class ProjectKind:
    """A project that measures become: of some items, and of all scenes of some groups.

    `key` is stored with the rows of the route. Where there are more projects than a factory can
    lead, it takes that of `joins` in, and is then called `joined`.
    """

    key: str
    name: str
    items: tuple[str, ...]
    groups: tuple[str, ...]
    joins: str = ""
    joined: str = ""


@dataclass(frozen=True, eq=False)
class Areas:
    """All of a pack. `needs` gives table 9's kind of need by item or by group of scenes."""

    pain: tuple[Area, ...]
    projects: tuple[ProjectKind, ...]
    needs: Mapping[str, str]

    @cached_property
    def project_of(self) -> Mapping[str, ProjectKind]:
        """The project of every item and group that has one."""
        return {name: each for each in self.projects for name in (*each.items, *each.groups)}

    def need_of(self, name: str) -> str:
        """The kind of need of an item or a group of scenes: the last one where none is given."""
        return self.needs.get(name, NEED_KINDS[-1])


def parse_areas(raw: object, instrument: Instrument) -> Areas:
    """The areas of `areas.yaml`; ValueError where one names nothing of the instrument, or an item
    or group has two projects or none."""
    table = mapping(raw, "areas")
    items = [item.name for item in instrument.items]
    scenes = [scene.name for scene in instrument.scenes]
    groups = [group.name for group in instrument.scene_groups]
    pain = tuple(_area(mapping(row, "area")) for row in sequence(table.get("pain"), "pain"))
    projects = tuple(
        _project(mapping(row, "project")) for row in sequence(table.get("projects"), "projects")
    )
    unique([each.name for each in pain], "area")
    unique([each.key for each in projects], "project")
    unique([name for each in pain for name in (*each.items, *each.scenes)], "in the areas")
    placed = [name for each in projects for name in (*each.items, *each.groups)]
    unique(placed, "in the projects")
    needs = {str(key): str(kind) for key, kind in mapping(table.get("needs"), "needs").items()}
    _known("areas", (name for each in pain for name in each.items), items)
    _known("areas", (name for each in pain for name in each.scenes), scenes)
    _known("projects", placed, [*items, *groups])
    _known("projects", (each.joins for each in projects if each.joins), [p.key for p in projects])
    _known("needs", needs, [*items, *groups])
    _known("needs", needs.values(), NEED_KINDS)
    if left := {*items, *groups} - set(placed):
        raise ValueError(f"projects: nothing for {sorted(left)[0]}")
    return Areas(pain, projects, needs)


def _known(where: str, names: Iterable[str], known: Iterable[str]) -> None:
    allowed = set(known)
    for name in names:
        if name not in allowed:
            raise ValueError(f"{where}: nothing is called {name}")


def _area(row: Mapping[str, object]) -> Area:
    return Area(
        text(row, "name"), _names(row, "items"), _names(row, "scenes"), _names(row, "words")
    )


def _project(row: Mapping[str, object]) -> ProjectKind:
    return ProjectKind(
        text(row, "key"),
        text(row, "name"),
        _names(row, "items"),
        _names(row, "groups"),
        text(row, "joins", ""),
        text(row, "joined", ""),
    )


def _names(row: Mapping[str, object], key: str) -> tuple[str, ...]:
    return tuple(map(str, sequence(row[key], key))) if key in row else ()
