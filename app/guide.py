"""使用指南: the chapters of docs/guide/, as the window shows them.

A chapter is a Markdown file; its headings of the second degree begin its sections. A comment
`<!-- 页面：enterprise needs -->` under a heading says which of the window's pages it is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from exporters.style import bundled_path

FOLDER = ("docs", "guide")
_PAGES = re.compile(r"^<!-- 页面：(.+) -->\n", re.MULTILINE)
_MARKS = re.compile(r"!\[.*?\]\(.*?\)|\]\(.*?\)|[#>*`|\[\]]|^-+$", re.MULTILINE)
_AROUND = 16


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a chapter: its heading ("" before the first), the window's pages that it is about,
    and what it says without marks."""

    heading: str
    pages: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter by its file's name: its title, its sections, and its Markdown without comments."""

    file: str
    title: str
    sections: tuple[Section, ...]
    markdown: str


@dataclass(frozen=True, slots=True)
class Found:
    """Where words that were looked for stand, and what stands around them."""

    chapter: Chapter
    section: Section
    around: str


def guide_folder() -> Path:
    """Where the chapters and their pictures lie."""
    return bundled_path(*FOLDER)


@cache
def chapters() -> tuple[Chapter, ...]:
    """All chapters in their order; () where the guide was not installed."""
    files = sorted(guide_folder().glob("[0-9]*.md"))
    return tuple(_chapter(file.name, file.read_text("utf-8")) for file in files)


def about(page: str) -> tuple[Chapter, Section] | None:
    """The first section about a page of the window; None where there is none."""
    named = ((c, s) for c in chapters() for s in c.sections if page in s.pages)
    return next(named, None)


def find(words: str) -> Iterator[Found]:
    """The sections in which all words stand, divided by spaces; case does not count."""
    wanted = words.casefold().split()
    for chapter in chapters() if wanted else ():
        for section in chapter.sections:
            whole = f"{section.heading} {section.words}"
            if all(word in whole.casefold() for word in wanted):
                yield Found(chapter, section, _around(whole, wanted[0]))


def _around(text: str, word: str) -> str:
    place = text.casefold().find(word)
    start, end = max(0, place - _AROUND), place + len(word) + _AROUND
    return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"


def _chapter(file: str, text: str) -> Chapter:
    first, *rest = re.split(r"^## ", text, flags=re.MULTILINE)
    title, _, opening = first.removeprefix("# ").partition("\n")
    parts = [("", opening), *(part.partition("\n")[::2] for part in rest)]
    sections = tuple(
        Section(
            heading.strip(),
            tuple(page for line in _PAGES.findall(body) for page in line.split()),
            " ".join(_MARKS.sub(" ", _PAGES.sub("", body)).split()),
        )
        for heading, body in parts
    )
    return Chapter(file, title.strip(), sections, _PAGES.sub("", text))
