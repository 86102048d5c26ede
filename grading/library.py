"""The solution library (annex 1) as a tree: where every entry stands, what it lacks, its state."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from forms.advice import Advice
from forms.dossier import Dossier, Enterprise, File, LibraryEntry, NeedStep, Solution
from forms.library import FirstScene
from forms.pack import Pack
from forms.record import single_id

FURTHER = "…"
"""Where the annex leaves room for scenes of one's own."""
UNTRACKED = "未登记"
"""The state of a need of which nobody has entered one."""

_NUMBER = re.compile(r"[\d.]+")

Scenes = dict[str, dict[str, dict[str, list[LibraryEntry]]]]
"""Entries by 一级, 二级 and 三级场景, each in the order of print."""


def arranged(dossier: Dossier, library: tuple[FirstScene, ...]) -> Scenes:
    """The list's scenes in its order, own ones behind those of their group, each with entries."""
    found: Scenes = {
        first.name: {g.name: {scene: [] for scene in g.scenes} for g in first.groups}
        for first in library
    }
    for entry in dossier.all(LibraryEntry):
        first, group, scene = home(library, entry)
        found.setdefault(first, {}).setdefault(group, {}).setdefault(scene, []).append(entry)
    return found


def home(library: tuple[FirstScene, ...], entry: LibraryEntry) -> tuple[str, str, str]:
    """一级, 二级 and 三级场景 of an entry; names count with and without their numbers."""
    scene, group, above = entry.scene.strip(), entry.group.strip(), entry.first.strip()
    groups = [(first, second) for first in library for second in first.groups]
    for first, second in groups:
        own = not (group or above) or _names(second.name, group)
        for listed in second.scenes:
            if scene == listed or (own and _names(listed, scene)):
                return first.name, second.name, listed
    for first, second in groups:
        if _names(second.name, group):
            return first.name, second.name, scene
    for first in library:
        if _names(first.name, above):
            return first.name, group or FURTHER, scene
    if above:
        return above, group or FURTHER, scene
    for first in library:
        if _names(first.name, group):
            return first.name, FURTHER, scene
        if group.partition(".")[0] == first.name.partition(".")[0]:
            return first.name, group, scene
    return FURTHER, group or FURTHER, scene


def _names(listed: str, said: str) -> bool:
    return bool(said) and said in (listed, bare(listed))


def bare(listed: str) -> str:
    """A scene's name without its number in the list."""
    return _NUMBER.sub("", listed, count=1)


def listed_id(dossier_id: UUID, scene: str) -> UUID:
    """The id of the first entry of a scene of the list, so that two laptops make the same one."""
    return single_id(dossier_id, "libraryentry", scene)


def has_need(entry: LibraryEntry) -> bool:
    """Whether a scene is in use: somebody wrote or confirmed what is needed there."""
    return not entry.drafted and bool(entry.common_need.strip() or entry.own_need.strip())


def waits(entry: LibraryEntry) -> bool:
    """Whether the program's words in it are not confirmed yet."""
    return bool(entry.drafted) and _touched(entry)


def unserved(dossier: Dossier) -> list[LibraryEntry]:
    """The entries in use for which no product is listed (note 2 of the annex)."""
    served = {each.parent_id for each in dossier.all(Solution) if each.name.strip()}
    return [e for e in dossier.all(LibraryEntry) if has_need(e) and e.id not in served]


def steps_by_entry(dossier: Dossier) -> dict[UUID | None, list[NeedStep]]:
    """The tracking of every entry, in order."""
    found: dict[UUID | None, list[NeedStep]] = {}
    for step in dossier.all(NeedStep):
        found.setdefault(step.parent_id, []).append(step)
    return found


def state_of(steps: Iterable[NeedStep]) -> str:
    """The state that a need's steps end in."""
    stated = [step.state for step in steps if step.state]
    return stated[-1] if stated else UNTRACKED


@dataclass(frozen=True, slots=True)
class Prefill:
    """What the pack's advice says of one scene of the list, for an enterprise of an industry."""

    scene: str
    common_need: str
    description: str


def prefills(
    dossier: Dossier, pack: Pack, advice: Advice, levels: Mapping[str, int]
) -> list[Prefill]:
    """Drafts for the scenes whose main evaluation scene is below the target, in the list's order.

    `levels` are the evaluation scenes' own; one that is not judged says nothing. Scenes in which
    anything stands already, or that somebody took out, are left alone.
    """
    target = dossier.one(File).target_level or least_target(pack)
    industry = dossier.one(Enterprise).industry
    taken_out = {e.id for e in dossier.records.get("libraryentry", ()) if e.withdrawn}
    found = []
    for scene, entries in _leaves(arranged(dossier, pack.library)):
        link = advice.links.get(scene)
        level = levels.get(link.evaluates[0]) if link and link.evaluates else None
        free = not any(map(_touched, entries)) and listed_id(dossier.id, scene) not in taken_out
        if link is not None and level is not None and level < target and free:
            said = f"{link.industries.get(industry, '')}企业需要{link.need}。"
            found.append(Prefill(scene, said, link.description))
    return found


def least_target(pack: Pack) -> int:
    """The level that a retrofit has to reach (方案 三（二）3)."""
    rule = pack.rules.get("TARGET-LEVEL")
    return int(rule.limit) if rule else 0


def _leaves(scenes: Scenes) -> Iterator[tuple[str, list[LibraryEntry]]]:
    for groups in scenes.values():
        for held in groups.values():
            yield from held.items()


def _touched(entry: LibraryEntry) -> bool:
    return any(t.strip() for t in (entry.common_need, entry.own_need, entry.description))
