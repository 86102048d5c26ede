"""The report's prose before it goes out: what stands twice, what was left unfinished, and how much
of it stands in another dossier's report."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from forms.outline import Outline

#: Shorter sentences, such as “详见表2。”, may well stand twice.
LONG_SENTENCE = 12
_SENTENCE_END = re.compile(r"[。！？!?…\n]+")
_MARKS = re.compile(r"[\s，、；：,;:（）()“”‘’\"'《》〈〉—\-·.]+")
_KEPT = 4096
_SHOWN = 24


@dataclass(frozen=True, slots=True)
class Left:
    """What stands unfinished in a paragraph: the words, and whether no report can go out so."""

    words: str
    sure: bool
    question: bool = False


@dataclass(frozen=True, slots=True)
class Shared:
    """How much of this report stands in another dossier's, of which 13-character runs.

    `share` is in per cent of this report's own, whole numbers, cut off; `alike` says that both
    enterprises are of one industry and one level; `dossier` is the other dossier's id.
    """

    enterprise: str
    share: int
    alike: bool
    dossier: UUID | None = None


def folded(text: str) -> str:
    """A text without spaces and marks within sentences: what is left of two wordings alike."""
    return _MARKS.sub("", text)


@lru_cache(maxsize=_KEPT)
def sentences(text: str) -> tuple[tuple[str, str], ...]:
    """The sentences of a paragraph that are long enough to be told apart, folded and as written."""
    found = []
    for sentence in _SENTENCE_END.split(text):
        bare = folded(sentence)
        if len(bare) >= LONG_SENTENCE:
            found.append((bare, sentence.strip()))
    return tuple(found)


def repeats(texts: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """Sentences that stand twice: as first written, and the two paragraphs' places in `texts`.

    A sentence comes once however often it stands.
    """
    first: dict[str, tuple[str, int]] = {}
    told: set[str] = set()
    for place, text in enumerate(texts):
        for bare, written in sentences(text):
            if bare in first and bare not in told:
                told.add(bare)
                yield first[bare][0], first[bare][1], place
            first.setdefault(bare, (written, place))


# A year in such brackets is a paper's number: 工信厅企业〔2024〕56号.
_SURE = re.compile(
    r"〔(?!\d{4}〕)[^〔〕\n]{0,40}〕"
    r"|(?<![A-Za-z0-9])[XＸ×]{2,}(?![A-Za-z0-9])"
    r"|(?<![A-Za-z0-9\u0370-\u03ff])[XＸ](?=[项个台套人名级年月日分元](?!射线|轴|光))"
    r"|此处(?:填写|补充|插入|待)[^，。；]{0,12}|待(?:补充|填写|完善)(?=[。，；）】\]…]|$)|(?:TODO|TBD)"
)
_LIKELY = re.compile(
    r"(?:示例|样例|范例|例文|参考示例)[：:][^。]{0,16}"
    r"|[（(【\[](?:请(?!见|参|详|示|假|购|求|款)|此处|填写|按实际情况|根据实际|示例|样例|可另附页|字数要求|不少于\d+字)"
    r"[^（）()【】\[\]]{0,60}[）)】\]]"
)
_INSTRUCTION = re.compile("^描述企业|(?:^|。)(?:列明随报告|说明等级由)|(?:结合选项)?简述本部分情况")
_QUESTION = re.compile(r"[^。！？?\n]*[？?]\s*$")


def guides(outline: Outline) -> tuple[str, ...]:
    """The template's instructions, sentence by sentence, folded."""
    parts = (part for each in outline.sections for part in re.split("[。；]", each.guide))
    return tuple(dict.fromkeys(f for f in map(folded, parts) if len(f) >= LONG_SENTENCE))


@lru_cache(maxsize=_KEPT)
def unfinished(text: str, guides: tuple[str, ...] = ()) -> tuple[Left, ...]:
    """Placeholders, the template's own words, examples and questions left in a paragraph."""
    found = [Left(m.group(), True) for m in _SURE.finditer(text)]
    found += [Left(m.group(), False) for m in _LIKELY.finditer(text)]
    bare = folded(text)
    guide = next((each for each in guides if each in bare), "")
    instruction = _INSTRUCTION.search(text)
    if guide or instruction:
        found.append(Left(guide or text[instruction.start() :] if instruction else guide, True))
    for line in text.split("\n"):
        asked = _QUESTION.search(line)
        if asked and asked.group().strip():
            found.append(Left(asked.group().strip(), False, question=True))
    return tuple(found)


def quoted(text: str) -> str:
    """As many words as a finding repeats."""
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def too_much(shared: Iterable[Shared], differing: int, alike: int) -> Shared | None:
    """The report that this one has most in common with beyond what is allowed, if there is one."""
    over = [each for each in shared if each.share >= (alike if each.alike else differing)]
    return max(over, key=lambda each: each.share, default=None)
