"""Small words of drafted prose: lists, shares, dates, and a note quoted as it was typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from exporters.drafting import Teller
from forms.fields import decimal
from forms.record import Record

_ENDS = "。！？!?"
_MARKS = "，、；：。！？（）“”,;:()"
_CJK = r"[\u3400-\u9fff]"
_VERBS = "(?:查阅|查见|查看|抽查|抽取|抽盘|核对|清点|盘点|逐台|逐一|跟踪|见到|调阅|翻阅|试读)"
_LOOKED = re.compile(
    rf"(?:\d{{1,2}}月\d{{1,2}}日)?(?:在[^，。；：]{{0,12}})?{_VERBS}"
    rf"|(?:以|按|依|对照)[^，。；：]{{0,14}}{_VERBS}"
)
CHAPTER_ONE_NOTES = frozenset({"人才建设", "管理机制", "规划实施"})
"""The items whose notes chapter 一 quotes, so that chapter 二 does not: each is told once."""


def series(names: Sequence[str], most: int = 0) -> str:
    """A、B和C; 等 ends the list where there are more than `most`; parts with marks take ；.

    >>> series(["车", "磨", "铣"]), series(["车"]), series(["车", "磨", "铣"], 2)
    ('车、磨和铣', '车', '车、磨等')
    """
    named = [name for name in names if name]
    if most and len(named) > most:
        return "、".join(named[:most]) + "等"
    if any(mark in name for name in named for mark in "，；"):
        return "；".join(named)
    if any("和" in name[1:-1] or "、" in name for name in named[-2:]):
        return "、".join(named)
    return "和".join(filter(None, ("、".join(named[:-1]), *named[-1:])))


def number(text: object) -> Decimal | None:
    """A typed number's value; None where it is none."""
    return decimal(text)


def plain(value: Decimal) -> str:
    """A sum or difference, to the places of its finest operand and without an exponent."""
    return f"{value:f}"


def percent(part: Decimal | int, whole: Decimal | int) -> str:
    """A share in per cent with at most one decimal, halves up.

    >>> percent(46, 80), percent(24, 80)
    ('57.5%', '30%')
    """
    return f"{_tenths(Decimal(part) * 100 / Decimal(whole))}%"


def times(part: Decimal, whole: Decimal) -> str:
    """How many times one is the other, with at most one decimal."""
    return _tenths(part / whole)


def _tenths(exact: Decimal) -> str:
    return str(exact.quantize(Decimal("0.1"), ROUND_HALF_UP)).removesuffix(".0")


def year_of(text: str) -> int | None:
    """The first year that a typed date such as 2012-09投用 names."""
    found = re.search(r"(?<!\d)(?:19|20)\d\d(?!\d)", text)
    return int(found.group()) if found else None


def month_of(text: str) -> str:
    """2020年5月 of 2020-05 and the like; the year alone where no month is told; "" without one.

    >>> month_of("2012-09投用，2024-06改造"), month_of("2021年"), month_of("不详")
    ('2012年9月', '2021年', '')
    """
    found = re.search(r"(?<!\d)((?:19|20)\d\d)(?:[-年./](0?[1-9]|1[0-2])(?!\d))?", text)
    if found is None:
        return ""
    year, month = found.groups()
    return f"{year}年" + (f"{int(month)}月" if month else "")


def clean(text: str) -> str:
    """A typed note as one line of a sentence, its words untouched.

    Line ends and the spaces between phrases become marks, spaces beside bare numbers go, doubled
    marks become one, and the last mark is left out.

    >>> clean("精车12台在线 粗车只有RS232\\n看板 3 块不显示停因。。")
    '精车12台在线，粗车只有RS232；看板3块不显示停因'
    """
    line = ""
    for row in filter(None, map(_unspaced, text.splitlines())):
        line += ("；" if line and line[-1] not in _MARKS + _ENDS else "") + row
    line = re.sub(r"[，、；：]+([。！？])", r"\1", line)
    line = re.sub(r"([，、；：。！？])[，、；：。！？,;]+", r"\1", line)
    return line.strip("，、；：。,; ")


def _unspaced(row: str) -> str:
    """A row's tokens joined: phrases by a comma, a number or foreign word to its neighbours."""
    tokens = row.split()
    found = "".join(tokens[:1])
    for before, token in pairwise(tokens):
        phrases = [bool(re.search(_CJK, each)) for each in (before, token)]
        if not any(phrases):
            found += " "
        elif all(phrases) and before[-1] not in _MARKS and token[0] not in _MARKS:
            found += "，"
        found += token
    return found


def built(what: str) -> str:
    """What comes to be, with the verb that it takes.

    >>> built("5G工业网络"), built("现场全覆盖")
    ('建成5G工业网络', '实现现场全覆盖')
    """
    return f"{'实现' if what.endswith('覆盖') else '建成'}{what}"


def readable(interface: str) -> bool:
    """Whether data can be taken off a machine through the interface that table 2 names.

    >>> readable("RS-485（未接）"), readable("无"), readable("USB（只导入图样）")
    (True, False, False)
    """
    none = re.fullmatch(r"(无|没有|不具备|/|-)?", interface.strip())
    return not none and "只导" not in interface


def said(t: Teller, record: Record, path: str) -> str:
    """A field's text as a sentence takes it."""
    return clean(t.text(record, path))


def sentences(text: str) -> list[str]:
    """A typed note's sentences, cleaned, each with its mark at the end.

    >>> sentences("两台在用。一台待修")
    ['两台在用。', '一台待修。']
    """
    rows = re.findall(rf"[^{_ENDS}]+[{_ENDS}]*[”’）」]*", clean(text))
    return [row if row[-1] in _ENDS + "”" else f"{row}。" for row in map(str.strip, rows) if row]


def quote(t: Teller, read: Callable[[], str], lead: Callable[[str], str]) -> None:
    """Say a typed text sentence by sentence, each resting on it; `lead` gives the first its head.

    What was asked for before rests under the first sentence too.
    """
    for place, sentence in enumerate(sentences(read())):
        if place:
            read()
            t.say(sentence)
        else:
            t.say(lead(sentence))
    t.forget()


def noted(t: Teller, subject: str, lead: str) -> None:
    """Say what the consultant noted of an item or a scene, once and in the words of the note."""
    quote(t, lambda: t.note(subject), lambda sentence: _begun(sentence, lead))


def _begun(sentence: str, lead: str) -> str:
    if _LOOKED.match(sentence):
        return f"诊断组{sentence}"
    if sentence.startswith("有"):
        return f"企业{sentence}"
    return f"{lead}{sentence}"
