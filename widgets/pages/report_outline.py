"""The report's outline as pages of writing: which sections stand under which heading, and how far.

Sections without a heading of their own are written on the page of the heading before them. What
the program writes there by itself (annex 3's tables, the sentences with the template's blanks) is
named.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from exporters.report import sentence
from exporters.source import Source
from exporters.wording import numeral
from forms.dossier import Dossier, Paragraph
from forms.outline import NUMBERED, Outline, Section
from grading.rules.report import section_name
from grading.wordcount import count


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


class Entries:
    """All headings of an outline in its order; of the annexes, the chapter and what is written."""

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        groups: list[list[Section]] = []
        for section in (*outline.body, *outline.annexes):
            if section.heading:
                groups.append([section])
            else:
                groups[-1].append(section)
        inner = {each.key: numeral(place) for place, each in enumerate(outline.chapters, 1)}
        made = (self._entry(group, inner.get(group[0].chapter, "")) for group in groups)
        self.all = tuple(each for each in made if each.chapter or each.level == 1 or each.sections)
        self.chapters = tuple(inner.values())
        self.of = {section.key: entry for entry in self.all for section in entry.sections}

    def _entry(self, group: list[Section], chapter: str) -> Entry:
        head = group[0]
        sections = tuple(section for section in group if section.writable)
        shown = [name for section in group for name in section.shows if name in NUMBERED]
        printed = tuple(Printed(self.outline.caption(n), NUMBERED[n].page) for n in shown)
        return Entry(head.key, head.level, head.heading, chapter, sections, printed)

    def below(self, entry: Entry) -> list[Entry]:
        """The headings under one."""
        found = []
        for each in self.all[self.all.index(entry) + 1 :]:
            if each.level <= entry.level:
                break
            found.append(each)
        return found

    def ancestors(self, entry: Entry) -> list[Entry]:
        """The headings above one, the chapter first."""
        return [each for each in self.all if entry in self.below(each)]

    def state_of(
        self, entry: Entry, tallies: Mapping[str, Tally], stale: Collection[str] = frozenset()
    ) -> State:
        """How far a heading and all below it are; a section that lacks weighs most, then one of the
        `stale`, in which a paragraph is out of date, then a draft."""
        sections = [s for each in (entry, *self.below(entry)) for s in each.sections]
        if any(s.key not in tallies and not s.optional for s in sections):
            return State.EMPTY
        if any(section.key in stale for section in sections):
            return State.STALE
        found = [tallies[section.key] for section in sections if section.key in tallies]
        if any(each.drafts for each in found):
            return State.DRAFTED
        return State.WRITTEN if found else State.NONE

    def by_chapter(self, tallies: Mapping[str, Tally]) -> dict[str, int]:
        """The 字数 of the prose of each chapter of the body."""
        found = dict.fromkeys(self.chapters, 0)
        for key, each in tallies.items():
            entry = self.of.get(key)
            if entry is not None and entry.chapter:
                found[entry.chapter] += each.words
        return found


@cache
def entries_of(outline: Outline) -> Entries:
    """The headings of an outline, made once."""
    return Entries(outline)


def part_name(section: Section) -> str:
    """What a section without a heading of its own is about; it is not printed."""
    return "" if section.heading else section_name(section)


def lead(source: Source, section: Section) -> str:
    """The computed sentence that the program writes at a section's beginning; "" where none."""
    told = sentence(source, section)
    return told.text if told is not None else ""


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


def words_of(entry: Entry, tallies: Mapping[str, Tally]) -> int:
    """The 字数 of a heading's own prose."""
    return sum(tallies.get(section.key, Tally()).words for section in entry.sections)
