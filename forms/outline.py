"""The report's headings, chapter by chapter: their shape; which there are is pack data.

The plan of Changchun takes them from 附件3. A section's key is stored with every paragraph.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from forms.instrument import Instrument
from forms.reading import mapping, sequence, text, unique, whole

LEVEL, SCENES = "level", "scenes"
"""What a section's computed sentence tells beside dimensions and indicators."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A table (表) or picture (图) that a section can show, and the page its data is from;
    `pictures` are so many pictures of the results below a table."""

    kind: str
    title: str
    page: str
    pictures: int = 0


NUMBERED: Mapping[str, Shown] = {
    "enterprise": Shown("表", "企业基本情况表", "enterprise"),
    "organisation": Shown("图", "组织架构图", "attachments"),
    "process": Shown("图", "生产工艺流程概览", "attachments"),
    "equipment": Shown("表", "生产设备列表", "inventory"),
    "systems": Shown("表", "数字化系统列表", "inventory"),
    "data": Shown("表", "数据资源列表", "inventory"),
    "clouds": Shown("表", "“上云用云”情况列表", "inventory"),
    "levels": Shown("表", "企业数字化水平等级", "walk"),
    "scores": Shown("表", "数字化基础、管理和成效维度评测得分", "walk", 2),
    "scenes": Shown("表", "中小企业数字化经营应用场景等级判定", "walk", 1),
    "needs": Shown("表", "数字化改造需求表", "needs"),
    "projects": Shown("表", "数字化改造项目列表", "projects"),
    "products": Shown("表", "数字化产品和服务推荐列表", "projects"),
}
"""What has a number, in the words of annex 3's captions."""
ANNEXED = ("people", "records", "evaluation", "satisfaction", "other")
"""What an annex's sections show, without a number."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading under which people write; `level` is its depth (1 = 一、), `guide` its hint.

    `own` says that the hint is not the plan's but ours; `optional` that nothing need be written.
    `tells` is the computed sentence that leads it, `shows` what follows it, under `captions` where
    those are not annex 3's. Of a chapter, `plans`
    says that it tells of what is to come, `annex` that it is no part of the report's body.
    """

    key: str
    level: int
    heading: str = ""
    guide: str = ""
    writable: bool = True
    own: bool = False
    optional: bool = False
    plans: bool = False
    annex: bool = False
    tells: str = ""
    shows: tuple[str, ...] = ()
    captions: Mapping[str, str] = field(default_factory=dict)

    @property
    def chapter(self) -> str:
        """The key of its chapter."""
        return self.key.partition(".")[0]


@dataclass(frozen=True, eq=False)
class Outline:
    """All sections in the report's order."""

    sections: tuple[Section, ...]

    @cached_property
    def by_key(self) -> Mapping[str, Section]:
        """The sections by key."""
        return {section.key: section for section in self.sections}

    @cached_property
    def writable(self) -> tuple[Section, ...]:
        """Those under which people write."""
        return tuple(section for section in self.sections if section.writable)

    @cached_property
    def chapters(self) -> tuple[Section, ...]:
        """The chapters of the body, which 字数 is counted in."""
        return tuple(each for each in self.sections if each.level == 1 and not each.annex)

    @cached_property
    def body(self) -> tuple[Section, ...]:
        """The sections of the body."""
        inner = {chapter.key for chapter in self.chapters}
        return tuple(section for section in self.sections if section.chapter in inner)

    @cached_property
    def annexes(self) -> tuple[Section, ...]:
        """The sections after the body."""
        return self.sections[len(self.body) :]

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """The number of each table and of each picture, in the order in which they are shown."""
        found: dict[str, int] = {}
        counts = {"表": 0, "图": 0}
        for name in (name for section in self.body for name in section.shows):
            shown = NUMBERED[name]
            counts[shown.kind] += 1
            found[name] = counts[shown.kind]
            counts["图"] += shown.pictures
        return found

    def title(self, name: str) -> str:
        """What a table or picture is called."""
        section = self.showing(name)
        return (section.captions if section else {}).get(name, NUMBERED[name].title)

    def caption(self, name: str) -> str:
        """A table or picture with its number: 表2 生产设备列表."""
        return f"{NUMBERED[name].kind}{self.numbers[name]} {self.title(name)}"

    def showing(self, name: str) -> Section | None:
        """The section that shows something; None where none does."""
        return next((each for each in self.sections if name in each.shows), None)

    def plans(self, key: str) -> bool:
        """Whether a section's chapter tells of what is to come."""
        section = self.by_key.get(key.partition(".")[0])
        return section is None or section.plans or section.annex


def parse_outline(raw: object, instrument: Instrument) -> Outline:
    """The headings of `outline.yaml`; ValueError where one has no chapter, tells of nothing in the
    instrument, or shows what there is not or what another shows."""
    sections = tuple(_section(mapping(row, "section")) for row in sequence(raw, "outline"))
    unique([section.key for section in sections], "section")
    shown = [name for section in sections for name in section.shows]
    unique(shown, "shown in the report")
    named = {LEVEL, SCENES, *(d.name for d in instrument.dimensions)}
    named |= {indicator.name for indicator in instrument.indicators}
    annexed = {section.key for section in sections if section.annex}
    chapter = ""
    for section in sections:
        chapter = section.key if section.level == 1 else chapter
        if section.chapter != chapter or not chapter:
            raise ValueError(f"section {section.key}: not in its chapter")
        if section.tells and section.tells not in named:
            raise ValueError(f"section {section.key}: tells of {section.tells}")
        allowed = ANNEXED if chapter in annexed else tuple(NUMBERED)
        if wrong := [n for n in (*section.shows, *section.captions) if n not in allowed]:
            raise ValueError(f"section {section.key}: shows {wrong[0]}")
        before = sections[: sections.index(section)]
        if section.level == 1 and not section.annex and any(each.annex for each in before):
            raise ValueError(f"section {section.key}: behind the annexes")
    return Outline(sections)


def _section(row: Mapping[str, object]) -> Section:
    flags = {name: row[name] for name in _FLAGS if name in row}
    if not all(isinstance(value, bool) for value in flags.values()):
        raise ValueError(f"{row.get('key')}: {', '.join(flags)} are true or false")
    shows = sequence(row["shows"], "shows") if "shows" in row else ()
    captions = mapping(row.get("captions", {}), "captions")
    return Section(
        key=text(row, "key"),
        level=whole(row, "level"),
        heading=text(row, "heading", ""),
        guide=text(row, "guide", ""),
        tells=text(row, "tells", ""),
        shows=tuple(map(str, shows)),
        captions={name: text(captions, name) for name in captions},
        **flags,  # type: ignore[arg-type]
    )


_FLAGS = ("writable", "own", "optional", "plans", "annex")
