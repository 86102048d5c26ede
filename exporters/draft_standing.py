"""The answers as chapter 二's drafters see them: graded, every answer that is used noted; and the
words for options, and for notes that are told as sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from exporters.draft_words import CHAPTER_ONE_NOTES, clean, quote
from exporters.drafting import Teller
from forms.evaluation import Stage
from forms.fields import decimal
from forms.instrument import Item, points_text
from grading.score import Grade, grade
from grading.sheet import Sheet

_OPTIONS = {
    "网络建设": "车间工控网络、互联的应用网络、5G工业网络、现场全覆盖",
    "网络安全": "管理制度、防护产品及服务、风险评估、边界控制与入侵检测",
    "数据安全": "数据管理制度、备份加密等产品及服务、数据风险评估、数据台账与定期核验",
    "规划实施": "主动了解、成文规划与保障措施、单点或多点改造、管理方式改变并见成效、定期外出参观",
    "管理机制": "转型实施流程、系统建设及运营制度、数据资源管理制度、创新激励制度",
    "人才建设": "专兼职人员、专门岗位或部门、定期培训、绩效及薪酬管理、梯度培育机制",
}
"""What an option is about, from B on, where the official text is too long for a sentence."""

SHORT = 30
"""A sentence of fewer characters may stand in several notes."""
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_LOOKED = re.compile(
    r"(抽查|抽取|抽盘|查阅|查见|查看|核对|盘点|清点|逐台|逐一|跟踪|见到|已见|未见|调阅|试读|翻阅)"
    r"|(以|按|依|对照)[^，。；]{0,14}(核对|查看|清点|核实)"
)
_HOLDS = re.compile(r"(有|无|没有|尚无|尚未|未|不|设有|只有|仅有)")


def chosen(t: Teller, item: Item, stage: Stage = Stage.DIAGNOSIS) -> frozenset[str]:
    """The letters chosen that the table knows and allows together; none where it is unanswered."""
    found = t.options(item.name, stage) & set(item.scores)
    return found if item.allows(found) else frozenset()


def earned(t: Teller, item: Item, stage: Stage = Stage.DIAGNOSIS) -> int | None:
    """What an item earns in thousandths; None where it is unanswered."""
    keys = chosen(t, item, stage)
    return sum(item.scores[key] for key in keys) if keys else None


def earned_by(t: Teller, items: Iterable[Item], stage: Stage = Stage.DIAGNOSIS) -> int | None:
    """What several items earn together; None while one is open."""
    found = [earned(t, item, stage) for item in items]
    return None if None in found else sum(points or 0 for points in found)


def judged(t: Teller, scene: str, stage: Stage = Stage.DIAGNOSIS) -> int | None:
    """A scene's level; None where it was not judged, or is none of the table's."""
    level = t.level(scene, stage)
    return level if level is not None and 0 <= level <= len(t.pack.instrument.levels) else None


def scene_levels(t: Teller, stage: Stage = Stage.DIAGNOSIS) -> dict[str, int]:
    """The levels of all scenes that were judged."""
    found = {scene.name: judged(t, scene.name, stage) for scene in t.pack.instrument.scenes}
    return {name: level for name, level in found.items() if level is not None}


def standing(t: Teller, stage: Stage = Stage.DIAGNOSIS) -> Grade | None:
    """The whole judgement; None while anything is open."""
    held = t.grade(stage)
    return held if held.complete else None


def item_grade(t: Teller, stage: Stage = Stage.DIAGNOSIS) -> Grade | None:
    """The points of all items, scenes left aside; None while an item is open."""
    table = t.pack.instrument
    items = {item.name: chosen(t, item, stage) for item in table.items}
    return grade(table, Sheet(items, {})) if all(items.values()) else None


def pts(points: int) -> str:
    """Thousandths as 9.7分."""
    return f"{points_text(points, trim=True)}分"


def option_words(item: Item, key: str) -> str:
    """A few words for an option."""
    names = _OPTIONS.get(item.name, "").split("、")
    place = [option.key for option in item.options].index(key) - 1
    official = {option.key: option.text for option in item.options}[key]
    return names[place] if 0 <= place < len(names) and names[place] else official


def share(value: Fraction | Decimal | int, whole: Fraction | Decimal | int = 1) -> str:
    """A share in per cent with at most one decimal, halves up, of exact numbers of any kind.

    >>> share(46, 80), share(24, 80), share(Fraction(1, 3))
    ('57.5%', '30%', '33.3%')
    """
    return f"{places(Fraction(value) / Fraction(whole) * 100, 1)}%"


def places(value: Fraction, most: int) -> str:
    """A number with so many decimals at most, halves up, without trailing zeros."""
    scale = 10**most
    units = int((abs(value) * scale * 2 + 1) // 2)
    whole, rest = divmod(units, scale)
    text = f"{whole}.{rest:0{most}d}".rstrip("0").rstrip(".")
    return f"-{text}" if value < 0 and units else text


def ended(text: str) -> str:
    """The text as a sentence."""
    return text if text[-1:] in "。！？" else f"{text}。"


def stated(note: str) -> str:
    """A note as a sentence of its own: who looked, who has, or the fact by itself."""
    if _LOOKED.match(note):
        return f"诊断组{note}"
    return f"企业{note}" if _HOLDS.match(note) else note


def looked(note: str) -> bool:
    """Whether a note tells of what the team looked at, without naming it."""
    return _LOOKED.match(note) is not None


def say_note(t: Teller, subject: str) -> str:
    """Say a note's sentences, the first one with a head; returns it cleaned, "" without one.

    A short first sentence, such as that nothing was retrofitted yet, can stand in several notes,
    and is told of its subject.
    """

    if subject in CHAPTER_ONE_NOTES:
        return ""

    def head(first: str) -> str:
        return f"{subject}方面，{stated(first)}" if len(first) < SHORT else stated(first)

    quote(t, lambda: t.note(subject), head)
    note = clean(t.note(subject))
    t.forget()
    return note


def mentions(note: str, *values: object) -> bool:
    """Whether a note says all these numbers already, however they are written."""
    said = {Decimal(number) for number in _NUMBER.findall(note.replace(",", ""))}
    wanted = [decimal(value) for value in values]
    return bool(wanted) and all(value is not None and value in said for value in wanted)
