"""An enterprise beside the others of its industry in the store: how they stand, in numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from forms.instrument import Instrument, points_text
from grading.prose_reading import LEVELS
from grading.score import Grade, grade
from grading.sheet import Sheet

FEWEST = 5
"""Of fewer enterprises nothing is said: it would tell of single ones."""


@dataclass(frozen=True)
class Peers:
    """`count` enterprises whose diagnosis is complete: their median score in thousandths, how many
    are at each level, and by item the mean share that they earn of its points."""

    count: int
    median: Fraction
    levels: Mapping[int, int]
    shares: Mapping[str, Fraction]

    def below(self, own: Grade, table: Instrument) -> list[tuple[str, Fraction, Fraction]]:
        """The items of which an enterprise earns less than the mean, the furthest below first:
        their names, its share and the mean."""
        found = []
        for item in table.items:
            share = Fraction(own.items[item.name], item.points)
            if share < self.shares[item.name]:
                found.append((item.name, share, self.shares[item.name]))
        return sorted(found, key=lambda row: row[1] - row[2])

    @property
    def spread(self) -> str:
        """一级 2 家、二级 4 家."""
        rows = sorted(self.levels.items())
        return "、".join(f"{LEVELS[level]} {count} 家" for level, count in rows)

    def sentence(self, own: Grade) -> str:
        """What a report may say of it. Nothing rounds it up or down before a comparison."""
        where = "高于" if own.total > self.median else "低于" if own.total < self.median else "等于"
        spread = self.spread.replace(" ", "")
        return (
            f"在诊断机构已建档并完成诊断的{self.count}家同行业企业（不含本企业）中，"
            f"得分的中位数为{self.median_text}分，本企业得{points_text(own.total, trim=True)}分，"
            f"{where}中位数；这些企业的等级分布为{spread}，本企业为{LEVELS[own.level]}。"
        )

    @property
    def median_text(self) -> str:
        """The median in points; between two enterprises it is cut after a thousandth."""
        return points_text(int(self.median), trim=True)


def peers(table: Instrument, sheets: Iterable[Sheet]) -> Peers | None:
    """What the complete ones of these sheets come to together; None where they are too few."""
    held = [graded for sheet in sheets if (graded := grade(table, sheet)).complete]
    if len(held) < FEWEST:
        return None
    totals = sorted(each.total for each in held)
    middle = len(totals) // 2
    pair = totals[middle - 1 + len(totals) % 2 : middle + 1]
    shares = {
        item.name: Fraction(sum(each.items[item.name] for each in held), item.points * len(held))
        for item in table.items
    }
    median = Fraction(sum(pair), len(pair))
    return Peers(len(held), median, Counter(each.level for each in held), shares)
