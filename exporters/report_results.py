"""The sentences that the template leaves blanks in: scores, level, 短板, scenes reached."""

from dataclasses import dataclass

from exporters.blocks import Caption
from exporters.source import Source
from exporters.wording import level_word
from forms.dossier import Enterprise
from forms.evaluation import Stage
from forms.instrument import Dimension, Indicator, points_text
from forms.outline import NUMBERED
from grading.score import Grade
from grading.why import weakness


@dataclass(frozen=True)
class Sentence:
    """A computed sentence; `open` where the evaluation is not far enough to compute it."""

    text: str
    open: bool = False


def diagnosis(source: Source) -> Grade | None:
    """The grade that the report tells of; None where nothing was graded."""
    return source.grades.get(Stage.DIAGNOSIS)


def level_sentence(source: Source) -> Sentence:
    """Score, stage and 短板: the blanks of 二（一）."""
    grade = diagnosis(source)
    name = source.dossier.one(Enterprise).name.strip() or "企业"
    if grade is None or not grade.complete:
        left = f"，尚有{len(grade.unanswered)}项未作答" if grade else ""
        text = f"{name}数字化水平评测尚未完成{left}，整体得分、所处阶段和关键短板待评测完成后得出。"
        return Sentence(text, open=True)
    instrument = source.pack.instrument
    if grade.level:
        stage = f"整体处于数字化水平{instrument.level_label(grade.level)}阶段"
    else:
        stage = "未满足最低级一级相关要求，归类为无等级"
    weak = weakness(instrument, grade)
    if weak is None:
        last = "各维度得分均为满分，没有得分率偏低的维度"
    else:
        last = f"{'、'.join(weak.names)}成为阻碍企业发展的关键短板"
    total = points_text(grade.total, trim=True)
    return Sentence(f"{name}数字化水平整体得分为{total}分，{stage}，{last}。")


def dimension_sentence(source: Source, dimension: Dimension) -> Sentence:
    """目前，企业在数字化基础的得分为XX分."""
    grade = diagnosis(source)
    left = sum(_left(grade, indicator) for indicator in dimension.indicators)
    if grade is None or left:
        return Sentence(f"{dimension.name}评测尚未完成，尚有{left}项未作答。", open=True)
    held = points_text(grade.dimensions[dimension.name], trim=True)
    full = points_text(dimension.points, trim=True)
    return Sentence(f"目前，企业在{dimension.name}的得分为{held}分（满分{full}分）。")


def indicator_sentence(source: Source, indicator: Indicator) -> Sentence:
    """设备系统的得分为XX分."""
    grade = diagnosis(source)
    left = _left(grade, indicator)
    if grade is None or left:
        return Sentence(f"{indicator.name}尚有{left}项未作答，得分待定。", open=True)
    held = points_text(grade.indicators[indicator.name], trim=True)
    full = points_text(indicator.points, trim=True)
    return Sentence(f"{indicator.name}的得分为{held}分（满分{full}分）。")


def scenes_sentence(source: Source, stage: Stage = Stage.DIAGNOSIS) -> Sentence:
    """X项应用场景达到X级，其中有X项约束性场景, level by level as table 6 counts them."""
    grade = source.grades.get(stage)
    scenes, name = source.pack.instrument.scenes, source.pack.instrument.scenes_name
    names = {scene.name for scene in scenes}
    left = names if grade is None else names & set(grade.unanswered)
    if grade is None or left:
        return Sentence(f"{name}应用场景尚有{len(left)}项未判定等级。", open=True)
    reached = [condition for condition in grade.conditions if condition.scenes]
    if not reached:
        return Sentence(f"目前，企业{name}{len(scenes)}项应用场景均为无等级。")
    parts = "；".join(
        f"{c.scenes}项应用场景达到{level_word(c.rule.level)}，其中有{c.binding_scenes}项约束性场景"
        for c in reached
    )
    text = f"目前，企业{name}应用场景中，{parts}。"
    if len(reached) > 1:
        text += "以上各级的项数均含达到更高等级的场景。"
    none = len(scenes) - reached[0].scenes
    return Sentence(text + (f"其余{none}项应用场景为无等级。" if none else ""))


def indicator_points(source: Source, indicator: Indicator) -> str:
    """An indicator's score for table 7; nothing while it is open."""
    grade = diagnosis(source)
    if grade is None or _left(grade, indicator):
        return ""
    return points_text(grade.indicators[indicator.name], trim=True)


def total_points(source: Source) -> str:
    """综合得分 for table 7; nothing while an item is open (scenes earn no points)."""
    grade = diagnosis(source)
    instrument = source.pack.instrument
    if grade is None or any(_left(grade, indicator) for indicator in instrument.indicators):
        return ""
    return points_text(grade.total, trim=True)


def scene_levels(source: Source) -> dict[str, int]:
    """The level judged, by scene, of those that were answered within the table's levels."""
    instrument = source.pack.instrument
    found = {}
    for scene in instrument.scenes:
        level = source.dossier.answer(Stage.DIAGNOSIS, scene.name).level
        if level is not None and 0 <= level <= len(instrument.levels):
            found[scene.name] = level
    return found


def captioned(source: Source, name: str) -> Caption:
    """The caption of a table or picture, numbered as the pack's outline shows them."""
    outline = source.pack.outline
    return Caption(NUMBERED[name].kind, outline.numbers[name], outline.title(name))


def _left(grade: Grade | None, indicator: Indicator) -> int:
    """How many of an indicator's items are open."""
    names = {item.name for item in indicator.items}
    return len(names if grade is None else names & set(grade.unanswered))
