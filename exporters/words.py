"""字数 of a document, read from the tree that is printed."""

from collections.abc import Iterable
from dataclasses import replace

from exporters.blocks import Document, Table, by_chapter
from exporters.wording import numeral
from grading.wordcount import count


def count_body(document: Document, chapters: int) -> dict[str, int]:
    """Count the body's chapters, which come first, by 一, 二, 三 …; their sum is "body".

    Counted is what stands on paper under their headings: prose, headings, captions, tables. The
    plan does not say whether tables count, so "prose" holds the sum without them.
    """
    found = _by_numeral(document, chapters)
    untabled = tuple(block for block in document.blocks if not isinstance(block, Table))
    prose = _by_numeral(replace(document, blocks=untabled), chapters)
    return found | {"body": sum(found.values()), "prose": sum(prose.values())}


def _by_numeral(document: Document, chapters: int) -> dict[str, int]:
    found = [_total(chapter.texts) for chapter in by_chapter(document)[1 : chapters + 1]]
    found += [0] * (chapters - len(found))
    return {numeral(place): count for place, count in enumerate(found, 1)}


def _total(texts: Iterable[str]) -> int:
    return sum(count(text) for text in texts)
