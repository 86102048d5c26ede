"""Why the level is what it is, in sentences with numbers; and the key weakness (短板)."""

from dataclasses import dataclass
from fractions import Fraction

from forms.instrument import NUMERALS, Instrument, points_text
from grading.score import Condition, Grade


@dataclass(frozen=True, slots=True)
class Weakness:
    """The 短板: the names for the report's blank, and the share of points they hold.

    Several names are a tie, in official order. `share` is None for 数字化经营, which has no points.
    """

    names: tuple[str, ...]
    share: Fraction | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Reasons:
    """The explanation of a grade, a sentence each; empty where there is nothing to say."""

    reached: str
    lacking: str
    unanswered: str
    weakness: Weakness | None

    @property
    def sentences(self) -> tuple[str, ...]:
        """All of it, in reading order."""
        last = self.weakness.sentence if self.weakness else ""
        return tuple(s for s in (self.reached, self.lacking, self.unanswered, last) if s)


def reasons(instrument: Instrument, result: Grade) -> Reasons:
    """Explain a grade: which condition holds, which lacks what, and the weakness."""
    return Reasons(
        reached=_reached(instrument, result),
        lacking=_lacking(result.next) if result.next else "",
        unanswered=_unanswered(result),
        weakness=weakness(instrument, result),
    )


def weakness(instrument: Instrument, result: Grade) -> Weakness | None:
    """The 短板, for the blank in part 四（一） of the report (annex 3).

    数字化经营 where the next level's points are there and only its scenes are not; else the
    dimension with the lowest share of its points, each of them on a tie; None when all are full.
    """
    ahead = result.next
    if ahead and ahead.points_met:
        level = f"{NUMERALS[ahead.rule.level]}级"
        sentence = (
            f"短板为{instrument.scenes_name}：得分已达{level}要求，仅应用场景未达{level}要求。"
        )
        return Weakness((instrument.scenes_name,), None, sentence)
    shares = {d.name: Fraction(result.dimensions[d.name], d.points) for d in instrument.dimensions}
    lowest = min(shares.values())
    if lowest == 1:
        return None
    weak = [d for d in instrument.dimensions if shares[d.name] == lowest]
    parts = "；".join(
        f"{d.name}得 {points_text(result.dimensions[d.name])} 分，"
        f"满分 {points_text(d.points, trim=True)} 分"
        for d in weak
    )
    names = "、".join(d.name for d in weak)
    alike = "并列最低" if len(weak) > 1 else "最低"
    # Half up, in whole numbers: a float would round some ties the other way.
    tenths = (lowest * 2000 + 1) // 2
    sentence = f"短板为{names}：{parts}，得分率 {tenths // 10}.{tenths % 10}%，{alike}。"
    return Weakness(tuple(d.name for d in weak), lowest, sentence)


def _reached(instrument: Instrument, result: Grade) -> str:
    score = f"综合得分 {points_text(result.total)} 分"
    if not result.level:
        return f"{score}，未达到一级要求，为无等级。"
    held = result.conditions[result.level - 1]
    level = f"{NUMERALS[result.level]}级"
    return (
        f"{score}，不低于 {points_text(held.rule.min_score, trim=True)} 分；"
        f"达到{level}的应用场景 {held.scenes} 个，不少于 {held.rule.min_scenes} 个，"
        f"其中约束性场景 {held.binding_scenes} 个，不少于 {held.rule.min_binding_scenes} 个："
        f"两项条件均满足，为{instrument.level_label(result.level)}。"
    )


def _lacking(ahead: Condition) -> str:
    rule, level = ahead.rule, f"{NUMERALS[ahead.rule.level]}级"
    floor = points_text(rule.min_score, trim=True)
    points = f"得分 {points_text(ahead.points)} 分，"
    if ahead.points_met:
        points += f"已达 {floor} 分"
    else:
        points += f"低于 {floor} 分，差 {points_text(rule.min_score - ahead.points)} 分"
    scenes = _count("应用场景", ahead.scenes, rule.min_scenes)
    binding = _count("其中约束性场景", ahead.binding_scenes, rule.min_binding_scenes)
    return f"未达{rule.label}：{points}；达到{level}的{scenes}，{binding}。"


def _count(what: str, held: int, required: int) -> str:
    if held >= required:
        return f"{what} {held} 个，已达 {required} 个"
    return f"{what} {held} 个，少于 {required} 个，差 {required - held} 个"


def _unanswered(result: Grade) -> str:
    if result.complete:
        return ""
    names = "、".join(result.unanswered[:3])
    more = "等" if len(result.unanswered) > 3 else ""
    return f"尚有 {len(result.unanswered)} 项未作答（{names}{more}），暂按 0 分、无等级计。"
