"""Chapter 三（三）, by area as the template asks: what to do for the scenes without a project."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from exporters.draft_route import (
    Goal,
    asked,
    cite,
    efforts,
    phrase,
    raised,
    scenes_of,
    subjects,
)
from exporters.draft_words import series
from exporters.drafting import Teller
from exporters.wording import level_word
from forms.dossier import DataResource, Need, System
from grading.ways import Measure

#: The template's areas with the scenes that belong there.
_AREAS = (
    ("车间设备互联互通", ("设备管理",)),
    ("生产过程实时调度", ("计划排程", "生产管控")),
    ("产品信息可追溯", ("质量管理",)),
    ("物料配送与采购协同", ("仓储物流", "采购管理")),
    ("车间环境和能源消耗监控", ("能耗管理", "安全生产")),
    ("设计开发与生产联动协同", ("产品设计", "工艺设计")),
    ("客户订单与售后响应", ("营销管理", "售后服务")),
    ("经营管理协同", ("财务管理", "人力资源", "协同办公", "决策支持")),
)
#: How the preparation of each scene is led up to.
FIRSTS = {
    "产品设计": "设计侧的起点是",
    "工艺设计": "工艺一侧从文件和参数入手，",
    "营销管理": "销售侧的准备是",
    "售后服务": "售后侧起步时",
    "计划排程": "排程的底子要打牢，",
    "生产管控": "现场分步实施，",
    "质量管理": "检验环节的第一步是",
    "设备管理": "设备侧从台账和接口做起，",
    "安全生产": "安全侧先行安排的是",
    "能耗管理": "计量点先行，",
    "采购管理": "采购侧先定规矩，",
    "仓储物流": "库房侧的头一件事是",
    "财务管理": "财务侧要做的准备为",
    "人力资源": "人事侧开头的工作是",
    "协同办公": "流程侧先做梳理，",
    "决策支持": "决策侧从数据口径做起，",
}


def areas(t: Teller, plan: Goal, left: Sequence[Measure], touched: Collection[str] | None) -> None:
    """A paragraph for each area with scenes left, and for those that wait until later.

    `touched` are the scenes of which table 10's projects speak; None without projects.
    """
    if left and touched is not None:
        cite(t, left)
        t.say(
            f"目标所需的{series(subjects(left))}没有单列项目，"
            f"{efforts(left)}，可在上述项目中一并安排，或由责任部门自行完成。"
        )
        t.end("unlisted")
    told: set[UUID] = set()
    for title, scenes in _AREAS:
        measures = [measure for measure in left if measure.subject in scenes]
        if measures:
            _area(t, title, measures, told)
            if touched is None:  # else the projects have told of the needs
                _needs(t, subjects(measures))
        later = [name for name in scenes if name not in subjects(plan.scenes)]
        if not set(scenes) & set(touched or ()):
            _later(t, plan, title, later, None if measures else told)
            if not measures and touched is None:
                _needs(t, scenes)
        t.end(f"area.{title}")


def _area(t: Teller, title: str, measures: Sequence[Measure], told: set[UUID]) -> None:
    t.say(f"{title}方面，{raised(t, measures)}提升，{efforts(measures)}。")
    _resources(t, subjects(measures), told)
    _functions(t, measures)
    for measure in measures:
        at = t.level(measure.subject) or 0
        first = t.step_advice(measure.subject, at + 1).counsel.first
        t.say(f"{FIRSTS[measure.subject]}{first}。", [first])
        if measure.binding:
            t.level(measure.subject)
            trade = t.trade(t.step_advice(measure.subject, at + 1).counsel)
            if trade:
                t.say(trade, [trade])
            t.forget()


def _later(
    t: Teller, plan: Goal, title: str, scenes: Sequence[str], told: set[UUID] | None
) -> None:
    """What of an area waits until after the target: where it stands, what it would begin with.

    `told` are the data resources that were told already; None where the area was begun.
    """
    levels = {name: t.level(name) or 0 for name in scenes}
    open_ = {name: at for name, at in levels.items() if at < len(plan.instrument.levels)}
    if not open_:
        t.forget()
        return
    stand = _stand(open_)
    topic = "这一领域的" if told is None else f"{title}方面，"
    if all(at >= plan.rule.level for at in open_.values()):
        t.say(f"{topic}{stand}，已合目标，宜求巩固。")
    elif len(open_) == 1:
        binding = plan.instrument.scene(next(iter(open_))).binding
        t.say(f"{topic}{stand}，{'作约束性场景的储备' if binding else '本期不列'}。")
    else:
        t.say(f"{topic}{stand}，留作后续安排。")
    for name, at in open_.items():
        t.level(name)
        first = t.step_advice(name, at + 1).counsel.first
        t.say(f"{FIRSTS[name]}{first}。", [first])
    if told is not None:
        _resources(t, scenes, told)


def _stand(levels: Mapping[str, int]) -> str:
    """计划排程、生产管控现为一级，or each by its level."""
    by_level: dict[int, list[str]] = {}
    for name, at in levels.items():
        by_level.setdefault(at, []).append(name)
    parts = [f"{series(names)}现为{level_word(at)}" for at, names in sorted(by_level.items())]
    return "，".join(parts)


def _resources(t: Teller, scenes: Sequence[str], told: set[UUID]) -> None:
    """What data there is for it and what it serves now; each is told in the first area only."""
    found: list[str] = []
    for row in t.rows(DataResource):
        scope, content, use = (phrase(t.text(row, each)) for each in ("scope", "content", "use"))
        fits = scope and set(scenes) & set(scenes_of(scope + use))
        if fits and row.id not in told and len(found) < 2:
            told.add(row.id)
            inside = f"（{content}）" if content else ""
            found.append(f"{scope}{inside}{f'，现用于{use}' if use else ''}")
    if found:
        t.say(f"这方面可用的数据有{series(found)}。")
    t.forget()


def _functions(t: Teller, measures: Sequence[Measure]) -> None:
    """What table 3's systems do for it already, by the modules that are named there."""
    scenes = subjects(measures)
    found: list[str] = []
    for row in t.rows(System):
        name, modules = phrase(t.text(row, "name")), phrase(t.text(row, "modules"))
        parts = [part for part in re.split("[、，；]", modules) if "备份" not in part]
        mine = [part for part in parts if set(scenes_of(part)) & set(scenes)]
        if name and (mine or set(scenes_of(name)) & set(scenes)):
            found.append(f"{name}的{'、'.join(mine[:4]) or '已有'}功能")
    if found:
        cite(t, measures)
    if len(found) > 1:
        t.say(f"改造以{'，'.join(found[:3])}为基础，不重复购置。")
    elif found:
        t.say(f"{series(scenes)}先用足{found[0]}。")
    t.forget()


def _needs(t: Teller, scenes: Sequence[str]) -> None:
    """The needs that are first of all of these scenes, by table 9's kind where that tells."""
    hearts = []
    for need in t.rows(Need):
        text, kind = t.text(need, "text"), t.text(need, "kind")
        named = scenes_of(text)
        fitting = [
            s for s in named if t.pack.areas.needs.get(t.pack.instrument.scene(s).group) == kind
        ]
        if set((fitting or named)[:1]) & set(scenes):
            hearts.append(asked(text))
    if hearts:
        t.say(f"企业提出的“{'”“'.join(filter(None, hearts[:2]))}”在这一部分解决。")
    t.forget()
