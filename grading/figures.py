"""From typed numbers to a proposed option, with the arithmetic shown.

All arithmetic is in fractions of the decimals as typed: the unrounded value decides the bracket.

持平 means equal at the precision typed. A count is exact; any other number is good to its last
typed place, so that a figure made of several cannot tell apart what one unit in that place of its
coarsest input would change. Two figures are equal when they differ by less than half of that step,
the larger of the two years' steps. Examples:

- 98.5 against 98.50: equal; 98.5 against 98.54: equal, since 98.5 claims one decimal; 98.5 against
  98.55 is a change, as it is once rounded; 98.50 against 98.51 is a change.
- 人均营业收入 5000 ÷ 50 against 5001 ÷ 50 is a change (the step is 1 ÷ 50, heads are exact).
- 综合能源消费量 of 120 吨 in both years, revenue 5000 and 5001 万元: equal, since whole tonnes
  do not tell 0.2400 from 0.2399 千克 a hundred yuan; typed as 120.000 and 5000.00 it is a change.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil

from forms.figures import Figure, Formula, Input, InputKind

_NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")
_LONGEST = 40  # characters of a typed number, with its commas


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the numbers lead to.

    `option_key` is None where they lead to nothing; `explanation` then says why. `value` is the
    figure in its unit (last year's, or after the retrofit), `previous` what it is compared with,
    `recorded` the number for the official form's own field (`Figure.field`).
    """

    option_key: str | None
    explanation: str
    value: Fraction | None = None
    previous: Fraction | None = None
    recorded: Fraction | None = None

    def departs(self, chosen: frozenset[str]) -> bool:
        """Whether an answer is other than proposed, which needs a reason."""
        return self.option_key is not None and bool(chosen) and chosen != {self.option_key}


@dataclass(frozen=True, slots=True)
class _Typed:
    """A number as typed: its text, value, and the unit of its last place (0: exact)."""

    text: str
    value: Fraction
    step: Fraction


@dataclass(frozen=True, slots=True)
class _Quotient:
    """A figure of one year with the step that its inputs can tell apart, and its arithmetic."""

    value: Fraction
    step: Fraction
    shown: str


class _NoProposal(Exception):
    """The numbers lead to nothing; the message is the sentence for the screen."""


def propose(figure: Figure, values: Mapping[str, str], retrofitted: bool = False) -> Proposal:
    """Propose an option from the inputs as typed, by their keys.

    `retrofitted` is true at the stage after the retrofit; before it the pack's reading of the
    question is stated. Anything missing, unreadable or impossible gives no proposal but a reason.
    """
    notes = figure.basis + ("" if retrofitted else figure.before_retrofit)
    try:
        found = _FORMULAS[figure.formula](figure, _Reader(values, retrofitted))
    except _NoProposal as reason:
        return Proposal(None, f"{reason}{notes}")
    return Proposal(
        found.option_key, found.explanation + notes, found.value, found.previous, found.recorded
    )


class _Reader:
    """Reads the inputs of one figure; what is missing is told all at once."""

    def __init__(self, values: Mapping[str, str], retrofitted: bool) -> None:
        self._values = values
        self.retrofitted = retrofitted

    def label(self, source: Input) -> str:
        return source.label_at(self.retrofitted)

    def read(self, *sources: Input) -> list[_Typed]:
        typed = {s.key: self._values.get(s.key, "").strip() for s in sources}
        missing = [self.label(source) for source in sources if not typed[source.key]]
        if missing:
            raise _NoProposal(f"尚缺{'、'.join(missing)}，暂不提出建议。")
        return [self._number(source, typed[source.key]) for source in sources]

    def _number(self, source: Input, typed: str) -> _Typed:
        label = self.label(source)
        plain = unicodedata.normalize("NFKC", typed[: _LONGEST + 1])
        plain = plain.replace(",", "").replace(" ", "")
        if source.kind is InputKind.PERCENT:
            plain = plain.removesuffix("%")
        if plain.startswith("-"):
            raise _NoProposal(f"{label}不能为负数，请核对。")
        if len(typed) > _LONGEST or not _NUMBER.fullmatch(plain):
            raise _NoProposal(
                f"{label}不是可用的数字（整数不超过 12 位，小数不超过 6 位），请核对。"
            )
        value, places = Fraction(plain), len(plain.partition(".")[2])
        if source.kind is InputKind.COUNT:
            if value.denominator != 1:
                raise _NoProposal(f"{label}应为整数，请核对。")
            return _Typed(f"{int(value):,}", value, Fraction(0))
        if source.kind is InputKind.PERCENT and value > 100:
            raise _NoProposal(f"{label}超过 100%，请核对。")
        return _Typed(f"{Decimal(plain):,}", value, Fraction(1, 10**places))


def _share(figure: Figure, reader: _Reader) -> Proposal:
    part_input, whole_input = figure.inputs["part"], figure.inputs["whole"]
    part, whole = reader.read(part_input, whole_input)
    if not whole.value:
        raise _NoProposal(f"{reader.label(whole_input)}为 0，无法计算，请核对。")
    if part.value > whole.value:
        raise _NoProposal(
            f"{reader.label(part_input)}（{part.text}）多于"
            f"{reader.label(whole_input)}（{whole.text}），请核对。"
        )
    value = part.value / whole.value * 100
    return _bracketed(figure, value, f"{part.text} ÷ {whole.text}", recorded=value)


def _period_share(figure: Figure, reader: _Reader) -> Proposal:
    (years,) = reader.read(figure.inputs["years"])
    if not years.value:
        raise _NoProposal("成立时长为 0，尚无可计算的年度。")
    period = min(years.value, Fraction(3))
    count = ceil(period)
    sources = [figure.inputs[f"{role}_{n + 1}"] for role in ("part", "whole") for n in range(count)]
    typed = reader.read(*sources)
    parts, wholes = typed[:count], typed[count:]
    part, whole = sum(p.value for p in parts), sum(w.value for w in wholes)
    if not whole:
        raise _NoProposal("同期营业收入合计为 0，无法计算，请核对。")
    if part > whole:
        raise _NoProposal("数字化投入合计超过同期营业收入合计，请核对。")
    shown = " ÷ ".join(_sum_text(numbers) for numbers in (parts, wholes))
    average = part / period
    found = _bracketed(figure, part / whole * 100, shown, recorded=average)
    yearly = f"年均数字化投入 {cut_text(average, 3)} 万元/年。"
    return Proposal(found.option_key, yearly + found.explanation, found.value, None, average)


def _sum_text(numbers: list[_Typed]) -> str:
    joined = " + ".join(number.text for number in numbers)
    return f"({joined})" if len(numbers) > 1 else joined


def _bracketed(figure: Figure, value: Fraction, shown: str, recorded: Fraction) -> Proposal:
    bracket = next(b for b in figure.brackets if b.holds(value))
    explanation = (
        f"{figure.name}：{shown} × 100% = {cut_text(value, 3)}%，"
        f"按未舍入值定档，属于 {bracket.text}，建议选择 {bracket.key}。"
    )
    return Proposal(bracket.key, explanation, value, None, recorded)


def _quotient_change(figure: Figure, reader: _Reader) -> Proposal:
    roles = ("part", "whole", "previous_part", "previous_whole")
    sources = [figure.inputs[role] for role in roles]
    part, whole, previous_part, previous_whole = reader.read(*sources)
    for source, typed in ((sources[1], whole), (sources[3], previous_whole)):
        if not typed.value:
            raise _NoProposal(f"{reader.label(source)}为 0，无法计算，请核对。")
    now = _quotient(figure, part, whole)
    before = _quotient(figure, previous_part, previous_whole)
    return _changed(figure, now, before, ("上年", "前年"))


def _quotient(figure: Figure, part: _Typed, whole: _Typed) -> _Quotient:
    value = part.value / whole.value * figure.scale
    by_part = part.step / whole.value * figure.scale
    by_whole = value * whole.step / whole.value
    factor = f" × {figure.scale}" if figure.scale != 1 else ""
    return _Quotient(value, max(by_part, by_whole), f"{part.text} ÷ {whole.text}{factor} = ")


def _value_change(figure: Figure, reader: _Reader) -> Proposal:
    now, before = (
        _Quotient(typed.value, typed.step, "")
        for typed in reader.read(figure.inputs["now"], figure.inputs["before"])
    )
    periods = ("改造后", "改造前") if reader.retrofitted else ("上年", "前年")
    return _changed(figure, now, before, periods)


def _changed(
    figure: Figure, now: _Quotient, before: _Quotient, periods: tuple[str, str]
) -> Proposal:
    difference = abs(now.value - before.value)
    level = difference == 0 or difference * 2 < max(now.step, before.step)
    change = "持平" if level else "增加" if now.value > before.value else "降低"
    places = _places(now.value, before.value)
    key = figure.changes[change]
    unit = figure.unit if figure.unit == "%" else f" {figure.unit}"
    sides = "，".join(
        f"{period} {side.shown}{cut_text(side.value, places)}{unit}"
        for period, side in zip(periods, (now, before), strict=True)
    )
    note = "，两者之差小于所填数字末位所能分辨的范围" if level and difference else ""
    explanation = f"{figure.name}：{sides}{note}，为{change}，建议选择 {key}。"
    return Proposal(key, explanation, now.value, before.value)


def _places(one: Fraction, other: Fraction) -> int:
    """The decimals, three to twelve, at which two different values look different."""
    places = 3
    while places < 12 and one != other and cut_text(one, places) == cut_text(other, places):
        places += 1
    return places


def cut_text(value: Fraction, places: int) -> str:
    """Write a value cut (not rounded) after `places` decimals, with … where more follow."""
    scaled = value * 10**places
    cut, exact = int(scaled), scaled.denominator == 1
    written = f"{cut // 10**places:,}.{cut % 10**places:0{places}d}"
    return written.rstrip("0").rstrip(".") if exact else f"{written}…"


_FORMULAS = {
    Formula.SHARE: _share,
    Formula.PERIOD_SHARE: _period_share,
    Formula.QUOTIENT_CHANGE: _quotient_change,
    Formula.VALUE_CHANGE: _value_change,
}
