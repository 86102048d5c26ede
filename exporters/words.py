"""字数 of a document, read from the tree that is printed."""

from collections.abc import Iterable
from dataclasses import replace

from exporters.blocks import Document, Table, by_chapter
from grading.wordcount import count

CHAPTERS = ("一", "二", "三", "四")
"""The report's body: annex 3 without 五、诊断相关附件材料."""


def count_body(document: Document) -> dict[str, int]:
    """Count chapters 一 to 四, each under its numeral, and their sum under "body".

    Counted is what stands on paper under their headings: prose, headings, captions, tables. The
    plan does not say whether tables count, so "prose" holds the sum without them.
    """
    found = _by_numeral(document)
    untabled = tuple(block for block in document.blocks if not isinstance(block, Table))
    prose = _by_numeral(replace(document, blocks=untabled))
    return found | {"body": sum(found.values()), "prose": sum(prose.values())}


def _by_numeral(document: Document) -> dict[str, int]:
    found = dict.fromkeys(CHAPTERS, 0)
    for chapter in by_chapter(document):
        number, mark, _ = chapter.heading.partition("、")
        if mark and number in found:
            found[number] += _total(chapter.texts)
    return found


def _total(texts: Iterable[str]) -> int:
    return sum(count(text) for text in texts)
