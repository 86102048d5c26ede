"""2.effect's indicators: the computed figures of two years, and what moved them by arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from exporters.draft_items import proposal, why
from exporters.draft_standing import chosen, earned, mentions, places, pts, say_note, share
from exporters.draft_words import clean
from exporters.drafting import Teller
from forms.fields import decimal
from forms.figures import Figure, Figures
from forms.instrument import Item
from grading.figures import Proposal

_PLACES = 3


def indicator(t: Teller, name: str) -> None:
    """The items of one indicator, each in its paragraph."""
    found = next(i for i in t.pack.instrument.indicators if i.name == name)
    figures = Figures.parse(t.pack.figures, t.pack.instrument)
    for item in found.items:
        if earned(t, item) is None:
            t.forget()
            continue
        figure = figures.of(item.name)
        if figure is not None:
            _compared(t, item, figure)
            _moved(t, figure)
        else:
            _chosen(t, item)
        note = say_note(t, item.name)
        if figure is not None and not note:
            t.forget()
        why(t, item)
        _showing(t, item)
        t.end(item.name)


_GAPS = {
    "绿色低碳": "用能管理上，常见的情形是",
    "产品质量": "质量统计上，值得对照的是",
    "市场表现": "用工和产出上，多见的情形是",
    "价值效益": "成本核算上，通常的不足是",
}
"""What leads up to how a result's gap shows."""


def _showing(t: Teller, item: Item) -> None:
    """How the gap of a result shows, where it lost points."""
    points, lead = earned(t, item), _GAPS.get(item.name)
    if lead is None or points is None or points == item.points:
        t.forget()
        return
    gap = t.item_advice(item.name).counsel.gap
    t.say(f"{lead}{gap}。", lent=[gap])


def _chosen(t: Teller, item: Item) -> None:
    (key,) = chosen(t, item)
    word = {option.key: option.text for option in item.options}[key]
    t.say(f"{item.name}判定为{word}，{_got(item, key)}。")


def _got(item: Item, key: str) -> str:
    points = item.scores[key]
    if points == item.points:
        return f"得满分{pts(points)}"
    return f"{pts(item.points)}中得{pts(points)}" if points else f"失去{pts(item.points)}"


def _compared(t: Teller, item: Item, figure: Figure) -> None:
    """The figure of both years; only the judgement where the note tells both already."""
    found, _ = proposal(t, figure)
    (key,) = chosen(t, item)
    word, got = _verdict(item, found, key), _got(item, key)
    if found.value is None or found.previous is None:
        t.forget()
        _chosen(t, item)
        return
    now, before = _both(found.value, found.previous)
    unit = figure.unit
    note = clean(t.note(item.name))
    if found.value == found.previous:
        if mentions(note, now):
            t.say(f"{figure.name}前后两年没有变化，{word}，{got}。")
        else:
            t.say(f"{figure.name}前后两年都是{now}{unit}，{word}，{got}。")
        return
    rate = share(abs(found.value - found.previous) / found.previous) if found.previous else ""
    way = "上升" if found.value > found.previous else "下降"
    if unit == "%":
        change = f"{way}{places(abs(found.value - found.previous), 2)}个百分点"
    else:
        change = f"{way}{rate}"
    if mentions(note, now, before):
        t.say(f"{figure.name}{change}，{word}，{got}。")
    else:
        t.say(
            f"{figure.name}由前年的{before}{unit}变为上年的{now}{unit}，{change}，{word}，{got}。"
        )


def _verdict(item: Item, found: Proposal, key: str) -> str:
    """How the figure was judged, and what it gives where that is something else."""
    words = {option.key: option.text for option in item.options}
    if found.option_key and found.option_key != key:
        return f"按数值应为{words[found.option_key]}，评测所选为{words[key]}"
    return f"判定为{words[key]}"


def _both(now: Fraction, before: Fraction) -> tuple[str, str]:
    """Both years' figures at the fewest decimals, two at least, that tell them apart."""
    most = 2 if now >= 1 else _PLACES
    while most < 6 and now != before and places(now, most) == places(before, most):
        most += 1
    return places(now, most), places(before, most)


_QUOTIENTS = {
    "绿色低碳": ("综合能源消费量", "营业收入"),
    "市场表现": ("营业收入", "员工人数"),
    "价值效益": ("营业成本", "营业收入"),
}


def _moved(t: Teller, figure: Figure) -> None:
    """What both parts of a quotient did: which one went ahead is arithmetic, not opinion."""
    names = _QUOTIENTS.get(figure.item.name)
    found, typed = proposal(t, figure)
    if names is None or found.value is None:
        t.forget()
        return
    part = _Move.of(names[0], figure, typed, "previous_part", "part")
    whole = _Move.of(names[1], figure, typed, "previous_whole", "whole")
    if part is None or whole is None:
        t.forget()
        return
    # The turnover's amounts stand once, where the heads are told; elsewhere its rate does.
    other = whole.told if whole.name == "员工人数" else f"{whole.name}{whole.rate}"
    ahead = abs(part.change) > abs(whole.change)
    if part.change == whole.change:
        t.say(f"{part.told}，与{whole.name}的变动同幅。")
    elif part.flat or whole.flat or (part.change > 0) != (whole.change > 0):
        t.say(f"{part.told}，同期{other}。")
    else:
        way = "增" if part.change > 0 else "减"
        speed = "快" if ahead else "慢"
        t.say(f"{part.told}，{speed}于{whole.name}{share(abs(whole.change))}的{way}幅。")


@dataclass(frozen=True)
class _Move:
    """What a number did between both years."""

    name: str
    before: str
    now: str
    unit: str
    change: Fraction

    @classmethod
    def of(
        cls, name: str, figure: Figure, typed: dict[str, str], before: str, now: str
    ) -> _Move | None:
        old, new = (typed[figure.inputs[role].key] for role in (before, now))
        was, is_ = decimal(old), decimal(new)
        if not was or is_ is None:
            return None
        unit = figure.inputs[now].unit
        return cls(name, old, new, unit, Fraction(is_) / Fraction(was) - 1)

    @property
    def flat(self) -> bool:
        """Whether nothing is left of the change at one decimal."""
        return share(abs(self.change)) == "0%"

    @property
    def rate(self) -> str:
        """增1.8%, or 大致未动."""
        if self.flat:
            return "大致未动" if self.change else "没有变化"
        return f"{'增' if self.change > 0 else '减'}{share(abs(self.change))}"

    @property
    def told(self) -> str:
        """Both amounts and the rate."""
        if not self.change:
            return f"{self.name}两年均为{self.now}{self.unit}"
        way = "增至" if self.change > 0 else "减至"
        return f"{self.name}由{self.before}{self.unit}{way}{self.now}{self.unit}，{self.rate}"
