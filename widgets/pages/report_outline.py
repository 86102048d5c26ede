"""The report's outline as pages of writing: which sections stand under which heading, and how far.

Sections without a heading of their own are written on the page of the heading before them. What
the program writes there by itself (annex 3's tables, the sentences with the template's blanks) is
named.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from exporters.report_results import (
    dimension_named,
    dimension_sentence,
    indicator_named,
    indicator_sentence,
    level_sentence,
    scenes_sentence,
)
from exporters.source import Source
from forms.dossier import Dossier, Paragraph
from forms.outline import OUTLINE, Section
from grading.rules.report import section_name
from grading.wordcount import count

CHAPTERS = ("一", "二", "三", "四")


class State(StrEnum):
    """How far a heading's prose is; the value names its glyph."""

    WRITTEN = "done"
    DRAFTED = "pencil"
    STALE = "stale"
    EMPTY = "hollow"
    NONE = ""


@dataclass(frozen=True, slots=True)
class Printed:
    """A table or figure that the program prints under a heading, and the page its data is from."""

    text: str
    page: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A heading with the sections written under it; `chapter` is 一 to 四, "" for the annexes."""

    key: str
    level: int
    heading: str
    chapter: str
    sections: tuple[Section, ...]
    printed: tuple[Printed, ...] = ()

    @property
    def opens(self) -> bool:
        """Whether there is anything to see on its page."""
        return bool(self.sections or self.printed)


_PRINTED: dict[str, tuple[Printed, ...]] = {
    "1": (Printed("表1 企业基本情况表", "enterprise"),),
    "1.organisation": (Printed("图1 组织架构图", "attachments"),),
    "1.production": (Printed("图2 生产工艺流程概览", "attachments"),),
    "1.equipment": (Printed("表2 生产设备列表", "inventory"),),
    "1.systems": (Printed("表3 数字化系统列表", "inventory"),),
    "1.data": (Printed("表4 数据资源列表", "inventory"),),
    "1.cloud": (Printed("表5 “上云用云”情况列表", "inventory"),),
    "2.level": (
        Printed("表6 企业数字化水平等级", "walk"),
        Printed("表7 数字化基础、管理和成效维度评测得分", "walk"),
        Printed("表8 中小企业数字化经营应用场景等级判定", "walk"),
    ),
    "2.pain": (Printed("表9 数字化改造需求表", "needs"),),
    "3.projects": (Printed("表10 数字化改造项目列表", "projects"),),
    "4": (Printed("表11 数字化产品和服务推荐列表", "projects"),),
}

_DIMENSIONS = {"base": "数字化基础", "management": "数字化管理", "effect": "数字化成效"}


def _entries() -> tuple[Entry, ...]:
    groups: list[list[Section]] = []
    for section in OUTLINE:
        if section.heading:
            groups.append([section])
        else:
            groups[-1].append(section)
    found = []
    for head, *rest in groups:
        number = head.key.partition(".")[0]
        chapter = dict(zip("1234", CHAPTERS, strict=True)).get(number, "")
        if not chapter:
            found.append(Entry(number, 1, "五、诊断相关附件材料", "", ()))
        sections = tuple(section for section in (head, *rest) if section.writable)
        printed = tuple(each for section in (head, *rest) for each in _PRINTED.get(section.key, ()))
        found.append(Entry(head.key, head.level, head.heading, chapter, sections, printed))
    return tuple(found)


ENTRIES = _entries()
ENTRY_OF = {section.key: entry for entry in ENTRIES for section in entry.sections}


def part_name(section: Section) -> str:
    """What a section without a heading of its own is about; it is not printed."""
    return "" if section.heading else section_name(section)


def lead(source: Source, key: str) -> str:
    """The computed sentence that the program writes at a section's beginning; "" where none."""
    first, _, rest = key.partition(".")
    if first != "2" or not rest:
        return ""
    instrument = source.pack.instrument
    name, _, indicator = rest.partition(".")
    if indicator:
        return indicator_sentence(source, indicator_named(instrument, indicator)).text
    if name == "level":
        return level_sentence(source).text
    if name == "operation":
        return scenes_sentence(source).text
    if name in _DIMENSIONS:
        return dimension_sentence(source, dimension_named(instrument, _DIMENSIONS[name])).text
    return ""


@dataclass(frozen=True, slots=True)
class Tally:
    """What is written in a section: 字数 of its prose, paragraphs, and drafts among them."""

    words: int = 0
    paragraphs: int = 0
    drafts: int = 0


def tally(dossier: Dossier) -> dict[str, Tally]:
    """Every section that holds anything."""
    found: dict[str, Tally] = {}
    for each in dossier.all(Paragraph):
        if each.text.strip():
            held = found.get(each.section, Tally())
            found[each.section] = Tally(
                held.words + count(each.text),
                held.paragraphs + 1,
                held.drafts + bool(each.drafted),
            )
    return found


def state_of(
    entry: Entry, tallies: Mapping[str, Tally], stale: Collection[str] = frozenset()
) -> State:
    """How far a heading and all below it are; a section that lacks weighs most, then one of the
    `stale`, in which a paragraph is out of date, then a draft."""
    sections = [s for each in (entry, *below(entry)) for s in each.sections]
    if any(s.key not in tallies and not s.optional for s in sections):
        return State.EMPTY
    if any(section.key in stale for section in sections):
        return State.STALE
    found = [tallies[section.key] for section in sections if section.key in tallies]
    if any(each.drafts for each in found):
        return State.DRAFTED
    return State.WRITTEN if found else State.NONE


def below(entry: Entry) -> list[Entry]:
    """The headings under one."""
    found = []
    for each in ENTRIES[ENTRIES.index(entry) + 1 :]:
        if each.level <= entry.level:
            break
        found.append(each)
    return found


def ancestors(entry: Entry) -> list[Entry]:
    """The headings above one, the chapter first."""
    return [each for each in ENTRIES if entry in below(each)]


def words_of(entry: Entry, tallies: Mapping[str, Tally]) -> int:
    """The 字数 of a heading's own prose."""
    return sum(tallies.get(section.key, Tally()).words for section in entry.sections)
