"""How a figure in the report's prose is taken: what it is of, and whether it is said as a fact."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from forms.fields import decimal

Key = tuple[str, ...]
"""Names a fact: its kind, then what it is of, such as ("scene", "diagnosis", "质量管理")."""

LEVELS = ("无等级", "一级", "二级", "三级", "四级")
COUNT = r"(?:\d+(?:,\d{3})*|[一二两三四五六七八九十]{1,3})"
VALUE = r"(\d+(?:,\d{3})*(?:\.\d+)?)"
MONEY = rf"((?:约为|为|约|达到|达|共|计|合计|总额为|近|超过)*){VALUE}(万元|亿元)(余|左右)?"
"""Four groups: how it is said, the number, its unit, and 余 or 左右 behind it."""

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2}
_STEEP = re.compile(  # what follows in the sentence is not how it is
    "改造后|实施后|建成后|完成后|投用后|预计|预期|预估|力争|争取|计划|拟(?!投入|定)|届时|推算|测算"
    "|目标|若|如果|假如|一旦|有望|可望|假设|例如|比如|同行|行业平均|某企业|样板企业|其他企业"
)
_SLIGHT = re.compile(  # the same, of its own clause
    "要求|需|须|应当|应为|不少于|不低于|至少|还差|尚差|相差|距|提升|提高|增加|增至|升至|降至|减少"
    "|才|可以|可达|宜|将|未|没有|尚不|不足|条件|新增|另|如|满足|原|由.{1,8}(?:增|降|改|调|升)"
)
_AHEAD = re.compile(
    "^(?:的?(?:要求|条件|标准|门槛|分数线|所|以上|及以上)|需|须|时|后|才|应|或|至|之|[、和及与])"
)
_SELF = re.compile("自评|自测")
_OURS = re.compile("诊断|认定|改判|核定|现场|评测确认|核减后")
_WHOLE = re.compile(  # what may stand in a clause before a figure of the whole enterprise
    r"(?:诊断组|本?企业|本?公司|全厂|厂内|现有|目前|现|已|拥有|共有|共|有|其|总计|合计|评测确认的?|确认"
    r"|经?逐?台?核对|列入表2的|表2的?|截至|\d{4}年(?:末|底|度|\d+月末)?|上年度|年末|时点?|全部|的"
    r"|在册|登记|本次|据此|表\d+|数字化|转型|拟投入|拟定|实施|本?方案|改造|具体|上述|各|项目"
    r"|(?:\d+|[一二两三四五六七八九十]+)个|累计|先后|在)*"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """One figure in the text: what it is of, as a number, and the words that it stands in.

    `places` are the decimals that it was written with, `about` that it says to be rounded; `scale`
    is what its unit counts, in units of the fact. A day is `said` as month * 100 + day, with `year`
    where that was written.
    """

    key: Key
    said: Decimal
    words: str
    places: int = 0
    about: bool = False
    scale: int = 1
    year: int = 0


class Sentence:
    """A sentence with the names in it that say nothing of wishes: 计划排程 is no plan."""

    def __init__(self, text: str, names: re.Pattern[str]) -> None:
        self.text = text
        self._names = names

    def before(self, m: re.Match[str]) -> str:
        """What stands before a match, without names."""
        return self._names.sub("", self.text[: m.start()])

    def plain(self, m: re.Match[str]) -> bool:
        """Whether a figure is told as a fact: no wish, condition or requirement around it."""
        before = self.before(m)
        clause = re.split(r"[，：（、]", before)[-1]
        ahead = _AHEAD.match(self.text[m.end() :])
        return not (_STEEP.search(before) or _SLIGHT.search(clause) or ahead)

    def hoped(self, m: re.Match[str]) -> bool:
        """Whether the sentence began as a wish or a plan."""
        return _STEEP.search(self.before(m)) is not None

    def bare(self, m: re.Match[str], parts: bool = False) -> bool:
        """Whether nothing in its clause narrows a figure to less than the whole enterprise.

        With `parts` the whole was told just before, of which this is 其中.
        """
        clause = re.split(r"[，：（、“]", self.before(m))[-1]
        whole = _WHOLE.fullmatch(clause) is not None
        return whole or (parts and clause in ("其中", "其中已"))

    def ours(self, m: re.Match[str]) -> bool:
        """Whether it is the diagnosis that says so, not the self-assessment."""
        before = self.text[: m.end()]
        own = max((x.start() for x in _SELF.finditer(before)), default=-1)
        ours = max((x.start() for x in _OURS.finditer(before)), default=-1)
        return own < 0 or ours > own


def number(text: str) -> Decimal:
    """A number in digits, or up to 99 in Chinese.

    >>> number("1,180"), number("十二"), number("二十")
    (Decimal('1180'), Decimal('12'), Decimal('20'))
    """
    plain = decimal(text.replace(",", ""))
    if plain is not None:
        return plain
    tens, ten, ones = text.rpartition("十")
    return Decimal((_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones, 0))


def valued(key: Key, value: str, m: re.Match[str]) -> Claim:
    """A claim of a number as it was written."""
    return Claim(key, number(value), m.group(), len(value.partition(".")[2]))


def money(key: Key, m: re.Match[str], group: int) -> Claim:
    """A claim from the four groups of MONEY, the first of which is `group`."""
    how, value, unit, more = m.group(group, group + 1, group + 2, group + 3)
    about = bool(more) or re.search("约|近|超过", how) is not None
    places = len(value.partition(".")[2])
    scale = 10_000 if unit == "亿元" else 1
    return Claim(key, number(value), m.group(), places, about, scale)
