"""What the figures beside the options say of a retrofit's effects, and which claims they bear out.

Annex 4 asks for effects before and after; the third evaluation has the figures of the evaluation
table anew (方案 三（二）5). All arithmetic is in fractions of the decimals as typed; nothing is
rounded before it is compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from forms.dossier import Dossier, Effect
from forms.evaluation import Stage
from forms.fields import decimal
from forms.figures import Figures
from grading.figures import cut_text, propose
from grading.sheet import numbers_of


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure of the evaluation table at both stages, exact; a side is None where it is not known.

    `name` is the pack's own (设备联网率), by which a claim names it.
    """

    name: str
    unit: str
    before: Fraction | None
    after: Fraction | None

    @property
    def difference(self) -> Fraction | None:
        """After less before; None where one side is not known."""
        return None if self.before is None or self.after is None else self.after - self.before


class Verdict(StrEnum):
    """What the figures say of a claim."""

    BORNE = "数据支持"
    DENIED = "数据不支持"
    UNKNOWN = "无数据可核"


@dataclass(frozen=True, slots=True)
class Checked:
    """A claimed effect with its figure, None where it names none that there is, and the verdict.

    `why` says what is missing for a verdict, "" where nothing is.
    """

    effect: Effect
    seen: Measured | None
    verdict: Verdict
    why: str = ""

    @property
    def claimed(self) -> Fraction | None:
        """The difference that is claimed; None where one side is no number."""
        was, becomes = decimal(self.effect.before), decimal(self.effect.after)
        return None if was is None or becomes is None else Fraction(becomes) - Fraction(was)


def checked(
    dossier: Dossier, figures: Figures, before: Stage = Stage.DIAGNOSIS
) -> tuple[Checked, ...]:
    """Every claimed effect of a dossier against the figures of an earlier stage and after the
    retrofit."""
    sides = (numbers_of(dossier, stage, figures) for stage in (before, Stage.RETROFIT))
    against = {each.name: each for each in measured(figures, *sides)}
    return tuple(check(effect, against) for effect in dossier.all(Effect))


def measured(
    figures: Figures, before: Mapping[str, str], after: Mapping[str, str]
) -> tuple[Measured, ...]:
    """Every computed figure at two stages, from the numbers as typed there, by the pack's keys.

    `after` is taken for the stage after the retrofit.
    """
    return tuple(
        Measured(
            figure.name,
            figure.unit,
            propose(figure, before).value,
            propose(figure, after, retrofitted=True).value,
        )
        for figure in figures.figures
    )


def check(effect: Effect, against: Mapping[str, Measured]) -> Checked:
    """Whether the figures bear a claim out; `against` holds them by name.

    They do where the change that they show covers the one that is claimed: it begins no better
    than claimed, and ends no worse. A claimed number is good to half a unit of its last place, so
    that 38.2 is met by 38.2352.
    """
    seen = against.get(effect.source)
    was, becomes = decimal(effect.before), decimal(effect.after)
    why = ""
    if was is None or becomes is None:
        why = "所称成效没有前后两个数值"
    elif seen is None:
        why = "没有对应的评测数据"
    elif effect.unit.strip() not in ("", seen.unit):
        why = f"单位与评测数据（{seen.unit}）不同"
    elif seen.before is None or seen.after is None:
        why = f"{'诊断' if seen.before is None else '改造后'}的填报数据不全"
    else:
        verdict = (
            Verdict.BORNE if _covers(was, becomes, seen.before, seen.after) else Verdict.DENIED
        )
        return Checked(effect, seen, verdict)
    return Checked(effect, seen, Verdict.UNKNOWN, why)


def _covers(was: Decimal, becomes: Decimal, before: Fraction, after: Fraction) -> bool:
    begins, ends = before - Fraction(was), after - Fraction(becomes)
    if becomes == was:
        return abs(begins) <= _half(was) and abs(ends) <= _half(becomes)
    sign = 1 if becomes > was else -1
    moved = sign * (after - before) > 0
    return moved and sign * begins <= _half(was) and sign * ends >= -_half(becomes)


def _half(typed: Decimal) -> Fraction:
    """Half a unit of the last place of a number as it was typed."""
    exponent = typed.as_tuple().exponent
    return Fraction(10) ** (exponent if isinstance(exponent, int) else 0) / 2


def figure_words(value: Fraction | None) -> str:
    """A figure in words, cut after three decimals; "" where it is not known."""
    if value is None:
        return ""
    return ("-" if value < 0 else "") + cut_text(abs(value), 3)


def change_words(value: Fraction | None) -> str:
    """A difference with its sign; 持平 where there is none, "" where it is not known."""
    if value is not None and not value:
        return "持平"
    return ("+" if value is not None and value > 0 else "") + figure_words(value)
