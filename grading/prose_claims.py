"""What the report's prose states of the enterprise in figures: levels, points, counts, money, days.

Only wordings that bind a figure to one known fact are read; a wish, a condition, a part of a whole,
and whatever may mean something else, is not. A figure that is not read is never called wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from forms.instrument import Instrument, numeral
from forms.outline import Outline
from grading import prose_amounts
from grading.prose_reading import (
    COUNT,
    LEVELS,
    MONEY,
    VALUE,
    Claim,
    Key,
    Sentence,
    money,
    number,
    valued,
)

_KEPT = 4096
"""Paragraphs whose claims are remembered: those of a few dozen reports."""


@dataclass(frozen=True)
class Vocabulary:
    """The names that claims are of; what is remembered of a paragraph is of these."""

    items: tuple[str, ...]
    groups: tuple[str, ...]
    scenes: tuple[str, ...]
    level_names: tuple[str, ...]
    planning: tuple[str, ...]
    projects: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()


def vocabulary(
    table: Instrument,
    outline: Outline,
    projects: tuple[str, ...] = (),
    systems: tuple[str, ...] = (),
) -> Vocabulary:
    """The instrument's names, and the dossier's own of four characters and more."""
    groups = dict.fromkeys(name for i in table.items for name in (i.indicator, i.dimension))
    return Vocabulary(
        tuple(item.name for item in table.items),
        tuple(groups),
        tuple(scene.name for scene in table.scenes),
        tuple(rule.name for rule in table.levels),
        tuple(each.key for each in outline.sections if outline.plans(each.key)),
        tuple(sorted({name for name in projects if len(name) >= 4})),
        tuple(sorted({name for name in systems if len(name) >= 4})),
    )


@lru_cache(maxsize=_KEPT)
def claims(text: str, section: str, words: Vocabulary) -> tuple[Claim, ...]:
    """The claims of one paragraph under a heading of the outline, in order, each once."""
    reader = _reader(words)
    found: dict[Claim, None] = {}
    for sentence in re.split(r"[。！？；\n]+", text):
        if _NUMBER.search(sentence):
            found |= dict.fromkeys(reader.read(sentence, section, text))
    return tuple(found)


@lru_cache(maxsize=8)
def _reader(words: Vocabulary) -> _Reader:
    return _Reader(words)


_NUMBER = re.compile(r"[\d零一二两三四五六七八九十级]")
_PARTED = re.compile("组|类|链|周期|执行|决策|约束|指导|领域|其余|其中|这|另|经营管理")
_OF_DIMENSION = re.compile("数字化(?:基础|经营|管理|成效)的?$|满分")
_ENDED = re.compile("$|[，：（）”]|水平|但|且|而|并")


class _Reader:
    """The patterns of one vocabulary."""

    def __init__(self, words: Vocabulary) -> None:
        self._levels = {name: n for n, name in enumerate(words.level_names, 1)}
        self._levels |= {name: n for n, name in enumerate(LEVELS)}
        self._names = re.compile("|".join(map(re.escape, (*words.items, *words.scenes))))
        self._scene = re.compile("|".join(map(re.escape, words.scenes)))
        self._many, self._planning = len(words.scenes), frozenset(words.planning)
        self._read_levels("|".join(("无等级", "[一二三四]级", *map(re.escape, words.level_names))))
        named = {*words.items, *words.groups}
        self._read_points("|".join(map(re.escape, sorted(named, key=len, reverse=True))))
        self._costs = (
            (
                "project",
                _costs(words.projects, "成本预估|投资预算|预算|总投资|投资|概算|费用|估算"),
            ),
            ("system", _costs(words.systems, "投入金额|合同金额|合同额|投入")),
        )

    def _read_levels(self, level: str) -> None:
        scene, lv = self._scene.pattern, rf"({level})(?:（(?:{level})）)?"
        self._is_scene = re.compile(
            rf"((?:{scene})(?:[、和与及](?:{scene}))*)(?:{COUNT}个(?:应用)?场景|场景)?(?:的?等级)?"
            "((?:均|都|仍|现|目前|诊断|被|只|仅|也|已)*)"
            f"(?:认定|评定|判定|评|定|判)?(?:达到|达|为|处于|停留在|停在){lv}"
        )
        self._own_scene = re.compile(rf"({scene})(?:场景)?(?:由|从)?(?:企业)?自评的?(?:为|是)?{lv}")
        self._turned = re.compile(
            rf"({scene})(?:场景)?(?:由|从)(?:企业)?自评的?(?:{level})"
            f"(?:改判|改评|改|调整|调低|调)为{lv}"
        )
        self._is_level = re.compile(
            "(?:数字化水平(?:诊断|评测)?(?:的)?(?:等级)?|诊断(?:等级|结果|结论)|评测等级"
            "|(?:企业|公司)(?:目前|现|整体|总体|综合|最终)*|^等级|(?<=，)等级)"
            "(?:同样|仍|被|综合|最终|经诊断)*"
            "(?:(?:评定|判定|核定|确定|认定|定|评|判)(?:为|在|于)|为|是|属于|达到|处于|落在)" + lv
        )
        self._own_level = re.compile(f"自评(?:测)?(?:的)?(等级|结果|)(?:同样|也|仍)?(?:为|是){lv}")
        self._target = re.compile(
            f"(?:目标等级|改造目标|方案的目标|转型目标)(?:为|是|定为|定在){lv}"
            f"|以(?:改造后)?(?:稳定)?达到{lv}为目标"
        )
        self._read_counts(lv)

    def _read_counts(self, lv: str) -> None:
        count, above = f"({COUNT})", "(及以上|以上|或更高)?"
        everything = f"(?:{self._many}|{numeral(self._many)})"
        bound = (
            f"(?:[，（、]其中有?(?:约束性(?:应用)?场景(?:有|为)?{count}[个项]"
            f"|{count}[个项](?:为|是)?约束性))?"
        )
        at = f"(?:达到|处于|为){lv}{above}{bound}"
        self._of_level = re.compile(
            f"达到{lv}{above}的(?:应用)?(?:场景)?(?:共|只|仅|合计)?(?:有|为)?{count}[个项]{bound}"
        )
        self._at_level = (
            re.compile(f"{count}[个项](?:应用)?场景{at}"),
            re.compile(f"{everything}个(?:应用)?场景中，?(?:有|共有|只有|仅有)?{count}[个项]{at}"),
        )

    def _read_points(self, named: str) -> None:
        rest = "(?:一项|指标|部分|维度)?(?:（[^（）]{0,12}）)?的?"
        earned = "(?:诊断得分|得分|取得|实得|仅得|只得|现得|得)"
        self._points = re.compile(
            rf"({named}){rest}(?:{earned}(?:为|是|只有|仅)?|为){VALUE}分(?![钟之位])"
        )
        self._own_points = re.compile(
            rf"({named}){rest}自评(?:得分|得)?(?:为)?{VALUE}分(?![钟之位])"
        )
        self._full = re.compile(
            rf"({named})(?:一项|指标|部分)?的?[（，]?满分为?{VALUE}分"
            rf"(?:[，、]?(?:企业)?{earned}(?:为)?{VALUE}分)?"
        )
        self._total = re.compile(
            "(?:综合得分|总得分|总分|得分合计|诊断得分|三部分合计|合计得分|评测得分|三个维度合计)"
            f"(?:合计)?(?:为|是|达到|达|共|计)?{VALUE}分(?![钟之])"
        )
        # Behind the enterprise's level a bare 得分 is the whole one.
        self._beside_level = re.compile(f"，(?:得分|得)(?:为|是)?{VALUE}分(?![钟之])")

    def read(self, text: str, section: str, paragraph: str) -> Iterator[Claim]:
        """The claims of one sentence; its paragraph tells the year that it speaks of."""
        sentence = Sentence(text, self._names)
        diagnosis = section not in self._planning  # some chapters tell what is to come
        yield from self._scene_claims(sentence, diagnosis)
        yield from self._target_claims(sentence)
        if diagnosis:
            yield from self._level_claims(sentence, section)
            yield from self._count_claims(sentence)
            yield from self._point_claims(sentence)
            yield from prose_amounts.years(sentence, paragraph)
            yield from prose_amounts.counts(sentence)
        yield from prose_amounts.sums(sentence)
        yield from prose_amounts.days(sentence)
        for kind, pattern in self._costs:
            for m in pattern.finditer(text) if pattern else ():
                yield money((kind, m.group(1)), m, 2)

    def _level_claims(self, sentence: Sentence, section: str) -> Iterator[Claim]:
        for m in self._is_level.finditer(sentence.text):
            narrowed = self._scene.search(sentence.text[: m.start()])
            if _stated(sentence, m) and sentence.ours(m) and not narrowed:
                yield self._level(("level", "diagnosis"), m.group(1), m)
        for m in self._own_level.finditer(sentence.text):
            narrowed = self._names.search(sentence.text[: m.start()])
            whose = m.group(1) or section in ("2.level", "1.profile")
            if whose and not narrowed and _stated(sentence, m):
                yield self._level(("level", "self"), m.group(2), m)

    def _target_claims(self, sentence: Sentence) -> Iterator[Claim]:
        for m in self._target.finditer(sentence.text):
            yield self._level(("target",), m.group(1) or m.group(2), m)

    def _scene_claims(self, sentence: Sentence, diagnosis: bool) -> Iterator[Claim]:
        for m in self._is_scene.finditer(sentence.text):
            now = diagnosis or re.search("现|目前|诊断", m.group(2))
            if now and _stated(sentence, m) and sentence.ours(m):
                for name in self._scene.findall(m.group(1)):
                    yield self._level(("scene", "diagnosis", name), m.group(3), m)
        for m in self._own_scene.finditer(sentence.text) if diagnosis else ():
            yield self._level(("scene", "self", m.group(1)), m.group(2), m)
        for m in self._turned.finditer(sentence.text) if diagnosis else ():
            yield self._level(("scene", "diagnosis", m.group(1)), m.group(2), m)

    def _level(self, key: Key, word: str, m: re.Match[str]) -> Claim:
        return Claim(key, Decimal(self._levels[word]), m.group())

    def _count_claims(self, sentence: Sentence) -> Iterator[Claim]:
        for m in self._of_level.finditer(sentence.text):
            level, above, count, *bound = m.groups()
            if self._of_all(sentence, m):
                yield from self._scene_counts(level, above, count, bound, m)
        for pattern in self._at_level:
            for m in pattern.finditer(sentence.text):
                count, level, above, *bound = m.groups()
                led = re.search("(?:^|[，：有共计中])$", sentence.text[: m.start()])
                if led and self._of_all(sentence, m):
                    yield from self._scene_counts(level, above, count, bound, m)

    def _of_all(self, sentence: Sentence, m: re.Match[str]) -> bool:
        """Whether scenes are counted of all sixteen, and by the diagnosis."""
        parted = _PARTED.search(sentence.before(m))
        return not parted and sentence.plain(m) and sentence.ours(m)

    def _scene_counts(
        self, level: str, above: str | None, count: str, bound: list[str | None], m: re.Match[str]
    ) -> Iterator[Claim]:
        tail = (str(self._levels[level]), "above" if above else "")
        yield Claim(("scenes", *tail), number(count), m.group())
        for said in filter(None, bound):
            yield Claim(("binding", *tail), number(said), m.group())

    def _point_claims(self, sentence: Sentence) -> Iterator[Claim]:
        for m in self._points.finditer(sentence.text):
            if sentence.plain(m) and sentence.ours(m):
                yield valued(("points", "diagnosis", m.group(1)), m.group(2), m)
        for m in self._own_points.finditer(sentence.text):
            yield valued(("points", "self", m.group(1)), m.group(2), m)
        for m in self._full.finditer(sentence.text):
            yield valued(("full", m.group(1)), m.group(2), m)
            if m.group(3):
                yield valued(("points", "diagnosis", m.group(1)), m.group(3), m)
        for m in self._total.finditer(sentence.text):
            clause = re.split("[，：（]", sentence.text[: m.start()])[-1]
            narrowed = self._names.search(clause) or _OF_DIMENSION.search(clause)
            if not narrowed and sentence.plain(m) and sentence.ours(m):
                yield valued(("total", "diagnosis"), m.group(1), m)
        for m in self._beside_level.finditer(sentence.text):
            before = sentence.text[: m.start()]
            level = [each for each in self._is_level.finditer(before) if each.end() == len(before)]
            if level and not self._names.search(before) and sentence.ours(level[-1]):
                yield valued(("total", "diagnosis"), m.group(1), m)


def _stated(sentence: Sentence, m: re.Match[str]) -> bool:
    """Whether a level is told as a fact, and ends there: 为一级供应商 tells of none."""
    return sentence.plain(m) and _ENDED.match(sentence.text[m.end() :]) is not None


def _costs(names: tuple[str, ...], what: str) -> re.Pattern[str] | None:
    if not names:
        return None
    named = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    return re.compile(f"({named})[”》]?(?:项目)?的?(?:{what}){MONEY}")
