"""Chapter 三（三）: the projects of table 10 one by one, or the measures by area without them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from exporters.draft_areas import FIRSTS, areas
from exporters.draft_route import (
    Goal,
    alike,
    asked,
    goal,
    months,
    phrase,
    raised,
    scenes_of,
)
from exporters.draft_words import number, percent, plain, series
from exporters.drafting import Teller
from exporters.wording import level_word, numeral
from forms.dossier import Enterprise, Need, Project
from grading.ways import Measure

_LIKE = 0.2
"""From which likeness on a project is taken to answer a need."""
_VERBS = (
    "新增",
    "建设",
    "部署",
    "敷设",
    "配置",
    "安装",
    "打通",
    "建立",
    "实行",
    "改造",
    "采购",
    "加装",
)


@dataclass(frozen=True)
class _Planned:
    """A project with what it answers."""

    project: Project
    name: str
    cost: Decimal | None
    period: tuple[tuple[int, int], ...]
    scenes: tuple[Measure, ...]
    needs: tuple[Need, ...]


def projects(t: Teller) -> None:
    """（三）具体项目改造方案."""
    plan = goal(t)
    found = _planned(t, plan)
    _overall(t, found)
    _calendar(t, found)
    total = sum((each.cost or Decimal(0) for each in found), Decimal(0))
    for each in found:
        _project(t, plan, found, each, total)
    told = {m.subject for each in found for m in each.scenes}
    if plan is not None:
        left = [measure for measure in plan.scenes if measure.subject not in told]
        _unanswered(t, found)
        areas(t, plan, left, _touched(t) if found else None)
    t.end("unanswered")


def _unanswered(t: Teller, found: Sequence[_Planned]) -> None:
    """The needs of table 9 that no project answers."""
    answered = {need.id for each in found for need in each.needs}
    left = [need for need in t.rows(Need) if need.id not in answered] if found else []
    hearts = [asked(t.text(need, "text")) for need in left]
    hearts = [heart for heart in hearts if heart]
    if hearts:
        which = "".join(f"“{heart}”" for heart in hearts[:4])
        more = f"等{len(hearts)}条" if len(hearts) > 4 else ""
        t.say(f"表10没有明写的需求还有{which}{more}，由相近的项目一并考虑。")
    t.forget()


def _touched(t: Teller) -> set[str]:
    """The scenes of which the projects speak."""
    found: set[str] = set()
    for row in t.rows(Project):
        found.update(scenes_of(t.text(row, "name") + t.text(row, "content")))
    t.forget()
    return found


def _planned(t: Teller, plan: Goal | None) -> list[_Planned]:
    """Table 10 with the scenes and needs that each project answers best."""
    rows = t.rows(Project)
    names = [t.text(row, "name") for row in rows]
    texts = [f"{name}{t.text(row, 'content')}" for name, row in zip(names, rows, strict=True)]
    scenes: dict[int, list[Measure]] = {}
    for measure in plan.scenes if plan else ():
        fits = [
            (measure.subject in scenes_of(name)) * 2 + (measure.subject in scenes_of(text))
            for name, text in zip(names, texts, strict=True)
        ]
        best = max(fits, default=0)
        if best:
            scenes.setdefault(fits.index(best), []).append(measure)
    needs: dict[int, list[Need]] = {}
    for need in t.rows(Need):
        fitness = [
            _likeness(t.text(need, "text"), *both) for both in zip(names, texts, strict=True)
        ]
        closest = max(fitness, default=0.0)
        if closest >= _LIKE:
            needs.setdefault(fitness.index(closest), []).append(need)
    found = [
        _Planned(
            row,
            name,
            number(t.text(row, "cost")),
            tuple(months(t.text(row, "period"))),
            tuple(scenes.get(place, ())),
            tuple(needs.get(place, ())),
        )
        for place, (row, name) in enumerate(zip(rows, names, strict=True))
        if name
    ]
    t.forget()
    return found


def _likeness(need: str, name: str, text: str) -> float:
    """How well a project fits a need: by common words, and by the scenes that both speak of."""
    scenes = set(scenes_of(need))
    shared = len(scenes & set(scenes_of(text))) + len(scenes & set(scenes_of(name)))
    return alike(need, text) + 0.1 * shared


def _cite_costs(t: Teller, found: Sequence[_Planned]) -> None:
    t.rows(Project)
    for each in found:
        t.text(each.project, "cost")


def _overall(t: Teller, found: Sequence[_Planned]) -> None:
    """Sum, the enterprise's budget, and where the weight lies."""
    priced = [each for each in found if each.cost]
    if not priced:
        return
    costs = [each.cost or Decimal(0) for each in priced]
    total = sum(costs, Decimal(0))
    _cite_costs(t, found)
    sentence = f"表10安排项目{len(found)}个，预算合计{plain(total)}万元"
    enterprise = t.one(Enterprise)
    budget = number(t.text(enterprise, "budget.value"))
    if budget:
        gap = budget - total
        sentence += "，与企业拟投入预算一致"
        if gap:
            side = (
                f"比企业拟投入预算少{plain(gap)}万元"
                if gap > 0
                else (f"超出企业拟投入预算{plain(-gap)}万元，超出部分须在立项前落实")
            )
            sentence = sentence.replace("与企业拟投入预算一致", side)
    t.say(f"{sentence}。")
    if len(priced) > 2:
        ranked = sorted(priced, key=lambda each: -(each.cost or 0))
        top = ranked[:2]
        both = sum((each.cost or Decimal(0) for each in top), Decimal(0))
        _cite_costs(t, found)
        for each in top:
            t.text(each.project, "name")
        t.say(
            f"资金集中在{series([f'“{each.name}”' for each in top])}，两项计{plain(both)}万元，"
            f"占{percent(both, total)}。"
        )
    revenue = number(t.text(enterprise, "revenue.value"))
    if revenue:
        _cite_costs(t, found)
        t.say(f"总额相当于上年度营业收入{plain(revenue)}万元的{percent(total, revenue)}。")


def _calendar(t: Teller, found: Sequence[_Planned]) -> None:
    """When they begin and end, and in which month most of them run at once."""
    timed = [each for each in found if each.period]
    if len(timed) < 2:
        t.end("budget")
        return
    first = min(each.period[0] for each in timed)
    last = max(each.period[1] for each in timed)
    for each in timed:
        t.text(each.project, "period")
    t.say(
        f"工期自{first[0]}年{first[1]}月起，至{last[0]}年{last[1]}月止，"
        f"首月开工{sum(each.period[0] == first for each in timed)}个，"
        f"末月收尾{sum(each.period[1] == last for each in timed)}个。"
    )
    count, month = _busiest(timed)
    if count > 2:
        ending = [each for each in timed if each.period[1] == month]
        for each in timed:
            t.text(each.project, "period")
        tail = f"，其中{len(ending)}个在当月完工" if ending else ""
        t.say(
            f"{month[0]}年{month[1]}月同时进行的项目最多，达{count}个{tail}，联调人手按这个月核算。"
        )
    for before, after in pairwise(timed):
        if before.period[1] < after.period[0]:
            for each in (before, after):
                t.text(each.project, "period")
                t.text(each.project, "name")
            t.say(f"“{after.name}”在“{before.name}”完工之后才开始，后者不宜延期。")
            break
    t.end("budget")


def _busiest(timed: Sequence[_Planned]) -> tuple[int, tuple[int, int]]:
    running: dict[tuple[int, int], int] = {}
    for each in timed:
        (year, month), last = each.period[0], each.period[1]
        while (year, month) <= last and len(running) < 240:
            running[year, month] = running.get((year, month), 0) + 1
            year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    month_ = max(running, key=lambda key: running[key])
    return running[month_], month_


def _project(
    t: Teller, plan: Goal | None, found: Sequence[_Planned], each: _Planned, total: Decimal
) -> None:
    place = f"project.{each.project.id}"
    _head(t, found, each, total)
    content = phrase(t.text(each.project, "content"))
    if content:
        t.say(f"{_does(content)}。")
    t.forget()
    outcome = phrase(t.text(each.project, "outcome"))
    if outcome:
        t.say(f"{_seen_in(outcome)}{outcome}。")
    t.forget()
    _answers(t, each)
    _prepares(t, plan, each)
    t.end(place)


def _does(content: str) -> str:
    """What a project does, led up to by how it is written: long lists are numbered."""
    parts = content.split("；")
    if content.startswith(_VERBS):
        return f"拟{content}"
    if len(parts) > 2:
        return "；".join(f"{numeral(at)}是{part}" for at, part in enumerate(parts, 1))
    if len(content) < 60:
        return f"任务是{content}"
    return f"{'内容是' if len(parts) == 1 or len(content) < 90 else '主要内容有两项，'}{content}"


def _seen_in(outcome: str) -> str:
    """How an outcome is led up to, by what it is measured in."""
    first = re.split("[，；]", outcome)[0]
    if any(word in first for word in ("时间", "小时", "周期", "工作日", "日提前")):
        return "成效首先体现在时间上，"
    if "%" in first and "率" in first:
        return "按比率衡量，"
    if "由" in first:
        return "前后相比，"
    return "预计" if first[:2].isdigit() or "%" in outcome else "建成后，"


def _head(t: Teller, found: Sequence[_Planned], each: _Planned, total: Decimal) -> None:
    """Name, cost, share and time; what stands first is what sets the project apart."""
    name = f"“{t.text(each.project, 'name')}”"
    cost, period = t.text(each.project, "cost"), phrase(t.text(each.project, "period"))
    money = f"{cost}万元" if each.cost else ""
    share = ""
    if each.cost and len(found) > 1:
        _cite_costs(t, found)
        share = percent(each.cost, total)
    costs = [other.cost for other in found if other.cost]
    when = f"，{period}实施" if period else ""
    if not money:
        t.say(f"{name}{f'安排在{period}' if period else '列入表10'}。")
    elif len(costs) > 2 and each.cost == max(costs):
        t.say(f"{name}投资最大，{money}占总预算的{share}{when}。")
    elif len(costs) > 2 and each.cost == min(costs):
        t.say(f"{name}所需资金最少，为{money}，占{share}{when}。")
    elif share and each.cost and each.cost * len(costs) >= total:
        t.say(f"{name}预算{money}，占{share}{when}。")
    elif period:
        t.say(f"{name}安排在{period}，预算{money}{f'，占{share}' if share else ''}。")
    else:
        t.say(f"{name}预算{money}{f'，占{share}' if share else ''}。")


def _answers(t: Teller, each: _Planned) -> None:
    """The needs of table 9 that it answers, by their hearts."""
    if not each.needs:
        return
    hearts = [asked(t.text(need, "text")) for need in each.needs]
    hearts = [heart for heart in hearts if heart]
    if not hearts:
        return
    quoted = "".join(f"“{heart}”" for heart in hearts[:3])
    many = f"等{len(hearts)}条" if len(hearts) > 3 else ("两条" if len(hearts) == 2 else "")
    t.say(
        f"表9所提{quoted}{many}需求由此落实。" if len(hearts) > 1 else f"它回应的需求是{quoted}。"
    )


def _prepares(t: Teller, plan: Goal | None, each: _Planned) -> None:
    """The scenes that it raises, and what is to be done first for them."""
    if not each.scenes or plan is None:
        return
    if len(each.scenes) > 1:
        t.say(f"{raised(t, each.scenes)}升至{plan.word}，都靠这个项目。")
    else:
        (measure,) = each.scenes
        name, at = measure.subject, t.level(measure.subject) or 0
        rise = "连升两级" if int(measure.key) - at > 1 else f"升到{plan.word}"
        if measure.binding:
            t.say(f"约束性场景{name}由此从{level_word(at)}{rise}。")
        else:
            t.say(f"{name}场景借此由{level_word(at)}{rise}。")
    for measure in each.scenes:
        at = t.level(measure.subject) or 0
        first = t.step_advice(measure.subject, at + 1).counsel.first
        t.say(f"{FIRSTS[measure.subject]}{first}。", [first])
