"""Chapter 三, its opening and （一）顶层设计: the target, where to begin, stages and steps."""

from __future__ import annotations

from collections.abc import Sequence

from exporters.draft_construction import construction
from exporters.draft_products import products
from exporters.draft_projects import projects
from exporters.draft_route import (
    BY_HAND,
    Goal,
    asked,
    cite,
    efforts,
    goal,
    many,
    months,
    phrase,
    points,
    raised,
    subjects,
)
from exporters.draft_stages import stages
from exporters.draft_words import number, percent, readable, series, times
from exporters.drafting import Drafter, Teller
from exporters.wording import level_word
from forms.advice import Effort
from forms.dossier import DataResource, Enterprise, Equipment, File, Need, Project
from forms.fields import chosen
from forms.inventory import NEED_KINDS
from grading.ways import Measure, Way


def opening(t: Teller) -> None:
    """三: what level is aimed at, by which way, and what the enterprise asks for and can spend."""
    plan = goal(t)
    if plan is not None:
        _target(t, plan)
        _choice(t, plan)
    _wishes(t)


def _target(t: Teller, plan: Goal) -> None:
    rule, now = plan.rule, plan.now
    wanted = t.value(t.one(File), "target_level") or 0
    lead = f"方案的目标是{rule.label}"
    if wanted != rule.level:
        t.grade()
        reached = f"既定的{level_word(wanted)}目标已经达到，" if 2 <= wanted < rule.level else ""
        lead = f"{reached}方案转向{rule.label}" if reached else f"方案面向{rule.label}"
    t.say(
        f"{lead}，按表6须同时做到综合得分不低于{points(rule.min_score)}分、"
        f"不少于{rule.min_scenes}个应用场景达到{plan.word}，后者之中约束性场景不少于"
        f"{rule.min_binding_scenes}个。"
    )
    t.grade()
    held = points(now.points)
    score = (
        f"企业诊断得{held}分，得分条件已经具备"
        if now.points_met
        else f"企业诊断得{held}分，距目标{points(rule.min_score - now.points)}分"
    )
    counted = f"达到{plan.word}的场景有{now.scenes}个，其中约束性{now.binding_scenes}个"
    if not now.scenes:
        counted = f"{len(t.pack.instrument.scenes)}个应用场景尚无一个达到{plan.word}"
    elif now.scenes_met:
        counted += "，场景条件已经具备"
    t.say(f"{score}；{counted}。")
    if plan.items:
        cite(t, plan.items)
        gain = plan.ways[0].gain
        t.grade()
        t.say(
            f"补分的办法落在{series(subjects(plan.items))}上，共{len(plan.items)}项措施，合计"
            f"{points(gain)}分，推算得分{points(now.points + gain)}分。"
        )
    if plan.scenes:
        cite(t, plan.scenes)
        binding = [m.subject for m in plan.scenes if m.binding]
        tail = f"，约束性场景占{len(binding)}个" if len(binding) > 1 else ""
        if len(binding) == 1:
            tail = f"，约束性的是{binding[0]}"
        t.say(f"需要提升的场景为{many(subjects(plan.scenes), 9, '个')}{tail}。")
    t.end("target")


def _choice(t: Teller, plan: Goal) -> None:
    mine, others = plan.ways[0], plan.ways[1:]
    cite(t, mine.measures)
    named = f"本方案取其中{mine.name}的一种" if others else "本方案所取的途径"
    lead = f"到{plan.word}的途径比较了{len(plan.ways)}种，" if others else ""
    mixed = "，其中" if len({m.effort for m in mine.measures}) > 1 else "，"
    t.say(f"{lead}{named}，计{len(mine.measures)}项措施{mixed}{efforts(mine.measures)}。")
    swapped: list[str] = []
    for way in others:
        out, new = _difference(mine, way), _difference(way, mine)
        if len(out) + len(new) <= 6 and out and new:
            cite(t, [*out, *new])
            swapped.append(f"以{series(subjects(new))}代替{series(subjects(out))}")
            continue
        t.forget()
        _larger(t, plan, way)
    if swapped:
        for way in others:
            out, new = _difference(mine, way), _difference(way, mine)
            if len(out) + len(new) <= 6:
                cite(t, [*out, *new])
        t.say(f"其余途径与之相近，{'，或'.join(swapped)}，停产时间或供方有变时可以换用。")
    t.end("choice")


def _larger(t: Teller, plan: Goal, way: Way) -> None:
    """What another way would take, against the one that is proposed."""
    mine = plan.ways[0]
    cite(t, way.measures)
    large = [m for m in way.measures if m.effort is Effort.LARGE]
    count = f"{way.name}的一种为{len(way.measures)}项"
    if large and len(large) > sum(m.effort is Effort.LARGE for m in mine.measures):
        verb = "却要" if len(way.measures) < len(mine.measures) else "且要"
        t.say(
            f"{count}，{verb}在{series(subjects(large))}上投入较大的工作量，故列为备选，没有采用。"
        )
    else:
        t.say(f"{count}，{efforts(way.measures)}，列为备选。")


def _difference(way: Way, other: Way) -> list[Measure]:
    there = {(m.subject, m.key) for m in other.measures}
    return [m for m in way.measures if (m.subject, m.key) not in there]


def _wishes(t: Teller) -> None:
    """What the enterprise asks for and intends to spend."""
    enterprise = t.one(Enterprise)
    counts: dict[int, list[str]] = {}
    needs = t.rows(Need)
    kinds = [t.text(need, "kind") for need in needs]
    for kind in NEED_KINDS:
        if kinds.count(kind):
            name = kind.removesuffix("需求").removesuffix("面临").removesuffix("数字化")
            counts.setdefault(kinds.count(kind), []).append(name)
    if needs:
        parts = [
            f"{'、'.join(names)}{'各' if len(names) > 1 else ''}{count}条"
            for count, names in sorted(counts.items(), reverse=True)
        ]
        t.say(f"方案同时回应表9的{len(needs)}条需求，其中{'，'.join(parts)}。")
    t.forget()
    wanted = _directions(t, enterprise)
    if wanted:
        t.say(f"企业拟实施的方向为{many(wanted, 12, '项')}。")
    t.forget()
    _money(t, enterprise)
    t.end("wishes")


def _directions(t: Teller, enterprise: Enterprise) -> list[str]:
    """The boxes ticked, those of 其他 by what was typed beside them."""
    found = []
    for box in chosen(t.value(enterprise, "directions")):
        group, _, name = box.partition("/")
        if name == "其他":
            name = phrase(t.text(enterprise, f"directions_other.{group}"))
        found.append(name)
    return list(dict.fromkeys(filter(None, found)))


def _money(t: Teller, enterprise: Enterprise) -> None:
    budget = t.text(enterprise, "budget.value")
    amount = number(budget)
    if not amount:
        t.forget()
        return
    year = t.text(enterprise, "budget.year")
    sentence = f"{f'{year}年' if year else ''}拟投入预算{budget}万元"
    revenue = number(t.text(enterprise, "revenue.value"))
    if revenue:
        sentence += f"，相当于上年度营业收入的{percent(amount, revenue)}"
    invested = number(t.text(enterprise, "invested.value"))
    if invested:
        many = amount >= invested
        sentence += (
            f"，为以往数字化投入累计额的{times(amount, invested)}倍"
            if many
            else f"，为以往数字化投入累计额的{percent(amount, invested)}"
        )
    t.say(f"{sentence}。")


def design(t: Teller) -> None:
    """（一）顶层设计: the point of entry, the order, goals by stage, steps."""
    plan = goal(t)
    _entry(t, plan)
    _order(t, plan)
    if plan is not None:
        stages(t, plan)


def _entry(t: Teller, plan: Goal | None) -> None:
    """The group of scenes with most to raise and most asked for."""
    if plan is not None and plan.scenes:
        groups = plan.of_groups()
        kinds = [t.text(need, "kind") for need in t.rows(Need)]
        t.forget()
        weight = {
            name: len(groups[name]) + kinds.count(t.pack.areas.needs.get(name, ""))
            for name in groups
        }
        first = max(groups, key=lambda name: weight[name])
        _enter_by(t, plan, first, groups[first])
    early = _earliest(t)
    if early:
        t.say(f"表10中与此衔接、{early}。")
    t.end("entry")


def _enter_by(t: Teller, plan: Goal, group: str, raising: Sequence[Measure]) -> None:
    cite(t, raising)
    t.say(
        f"切入点放在{group}，须提升的{len(plan.scenes)}个场景中有{len(raising)}个属于这一组："
        f"{raised(t, raising)}提高到{plan.word}。"
    )
    mine = [need for need in t.rows(Need) if t.text(need, "kind") == t.pack.areas.needs.get(group)]
    if mine:
        kind = t.pack.areas.need_of(group).removesuffix("面临需求")
        said = f"企业在{kind}方面提出的需求有{len(mine)}条"
        if not t.rows(Project):  # with projects, each quotes the needs that it answers
            texts = [asked(t.text(need, "text")) for need in mine[:2]]
            said += f"，排在前面的是“{'”“'.join(filter(None, texts))}”"
        t.say(f"{said}。")
    t.forget()


def _earliest(t: Teller) -> str:
    """The first projects to begin: 最早开工的是A和B，时间为2025年8月."""
    starts = {}
    for project in t.rows(Project):
        period = months(t.text(project, "period"))
        if period:
            starts[t.text(project, "name")] = period[0]
    if len(starts) < 2:
        t.forget()
        return ""
    first = min(starts.values())
    names = [f"“{name}”" for name, start in starts.items() if start == first and name]
    if len(names) > 3:
        t.forget()
        return ""
    return f"最早开工的是{''.join(names)}，时间为{first[0]}年{first[1]}月"


def _order(t: Teller, plan: Goal | None) -> None:
    """Network and equipment, then collection, then systems, then analysis: why, by facts."""
    _open_machines(t)
    _by_hand(t)
    if plan is not None and plan.running and plan.using:
        cite(t, plan.scenes)
        t.say(
            f"{series(subjects(plan.using))}多取用前端已有的记录，"
            f"排在{series(subjects(plan.running))}之后。"
        )
    t.end("order")


def _open_machines(t: Teller) -> None:
    rows = t.rows(Equipment)
    total = open_ = ready = 0
    kinds = 0
    for row in rows:
        count = t.value(row, "quantity") or 0
        total += count
        if t.text(row, "networked") == "否":
            open_ += count
            if readable(t.text(row, "interface")):
                ready, kinds = ready + count, kinds + 1
    if not total or not open_:
        t.forget()
        return
    tail = f"，其中{ready}台（{kinds}种）留有接口" if ready else "，且都没有可用的接口"
    t.say(
        f"先后次序看数据从哪里来。表2的{total}台设备中未联网的有{open_}台{tail}，"
        "网络和接线故排在系统之前。"
    )


def _by_hand(t: Teller) -> None:
    rows = t.rows(DataResource)
    hand = []
    for row in rows:
        method = t.text(row, "method")
        if any(word in method for word in BY_HAND):
            hand.append(t.text(row, "scope"))
    hand = [name for name in hand if name]
    if hand:
        among = f"表4的{len(rows)}类数据资源里，" if len(rows) > 1 else "表4所列"
        t.say(f"{among}{series(hand, 4)}仍有人工填写或抄录，要先解决采集。")
    t.forget()


DRAFTERS: dict[str, Drafter] = {
    "3": opening,
    "3.design": design,
    "3.construction": construction,
    "3.projects": projects,
    "4": products,
}
