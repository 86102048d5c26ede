"""Chapter 三（一）, goals by stage: what each stage brings in points and scenes, who does it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from exporters.draft_route import (
    BASIC,
    MANAGED,
    Goal,
    cite,
    efforts,
    gained,
    lacking,
    least_count,
    many,
    option_text,
    points,
    raised,
    steps,
    subjects,
)
from exporters.draft_words import built, number, percent, plain, series
from exporters.drafting import Teller
from exporters.wording import level_word
from forms.advice import Effort
from forms.dossier import Enterprise
from grading.ways import Measure


def stages(t: Teller, plan: Goal) -> None:
    """The stages' goals, the points they add up to, the people for it, and what comes after."""
    _basis(t, plan)
    _running(t, plan)
    _reckoning(t, plan)
    _people(t, plan)
    _beyond(t, plan)


def _basis(t: Teller, plan: Goal) -> None:
    """The first stage: network, equipment and safety, with what each of them brings."""
    found = plan.of_items([*BASIC, "数据采集", "信息系统"])
    gain = 0
    for name, measures in found.items():
        part = sum(measure.gain for measure in measures)
        gain += part
        t.say(_ITEM_GOALS[name](t, measures, points(part)))
    if found:
        cite(t, [m for measures in found.values() for m in measures])
        count = sum(map(len, found.values()))
        which = f"以上{count}项" if count > 1 else "这一项"
        t.say(f"{which}列入第一阶段，数字化基础随之增加{points(gain)}分。")
    t.end("basis")


def _network(t: Teller, measures: Sequence[Measure], gain: str) -> str:
    held = t.item_points(t.pack.instrument.item("网络建设"))
    return f"先补网络，网络建设现得{points(held)}分，{built(gained(t, measures))}后可加{gain}分。"


def _machines(t: Teller, measures: Sequence[Measure], gain: str) -> str:
    total = number(t.figure("设备数字化", "equipment_total"))
    held = number(t.figure("设备数字化", "equipment_digital"))
    least = least_count(t, measures[0], total)
    text = option_text(t, measures[0])
    t.options("设备数字化")
    if total and held is not None and least and least > held:
        return (
            f"设备数字化率现为{percent(held, total)}，进入{text}一档须有数字化设备{least}台，"
            f"比现有{plain(held)}台增加{plain(least - held)}台，对应{gain}分。"
        )
    if total and held is not None and least:
        return f"设备数字化率提高到{text}一档，{_enough(held)}，对应{gain}分。"
    return f"设备数字化率提高到{text}一档，对应{gain}分。"


def _joined(t: Teller, measures: Sequence[Measure], gain: str) -> str:
    total = number(t.figure("设备数字化", "equipment_total"))
    held = number(t.figure("设备联网", "equipment_networked"))
    least = least_count(t, measures[0], total)
    text = option_text(t, measures[0])
    t.options("设备联网")
    if total and held is not None and least and least <= held:
        return f"联网率提高到{text}一档，{_enough(held)}，可得{gain}分。"
    if total and held is not None and least:
        return (
            f"联网设备由{plain(held)}台增加到{least}台以上，即至少再接入{plain(least - held)}台，"
            f"联网率便进入{text}一档，可得{gain}分。"
        )
    return f"联网率提高到{text}一档，可得{gain}分。"


def _enough(held: Decimal) -> str:
    """Where the answer is lower than the machines that are there: it is to be looked at first."""
    return f"现有{plain(held)}台已超过这一档所需，应先核对评测所选"


def _collected(t: Teller, measures: Sequence[Measure], gain: str) -> str:
    held = t.options("数据采集") - {"A"}
    names = series([option_text(t, measure) for measure in measures])
    return (
        f"自动采集的业务环节由{len(held)}个增加到{len(held) + len(measures)}个，新增{names}，"
        f"合计{gain}分。"
    )


def _systems(t: Teller, measures: Sequence[Measure], gain: str) -> str:
    options = t.pack.instrument.item("信息系统").options
    held = t.options("信息系统")
    now = next((o.text.partition("（")[0] for o in options if o.key in held), "")
    head = f"信息系统由覆盖{now}扩展到" if now and now != "无" else "信息系统要做到"
    return f"{head}{option_text(t, measures[0])}，增加{gain}分。"


def _guarded(t: Teller, measures: Sequence[Measure], gain: str) -> str:
    cite(t, measures)
    return f"网络安全要补{gained(t, measures)}，可得{gain}分。"


def _kept(t: Teller, measures: Sequence[Measure], gain: str) -> str:
    cite(t, measures)
    return (
        f"数据安全缺{many(lacking(measures), 4, '项')}，补齐后增加{gain}分，{efforts(measures)}。"
    )


_ITEM_GOALS = {
    "网络建设": _network,
    "设备数字化": _machines,
    "设备联网": _joined,
    "数据采集": _collected,
    "信息系统": _systems,
    "网络安全": _guarded,
    "数据安全": _kept,
}


def _running(t: Teller, plan: Goal) -> None:
    """The second and third stage: which scenes rise, and how many stand at the level then."""
    reached = plan.now.scenes
    names = ["第一阶段", "第二阶段", "第三阶段"]
    if plan.of_items([*BASIC, "数据采集", "信息系统"]):
        names.pop(0)
    if plan.running:
        t.say(
            f"{names.pop(0)}做好业务记录，{raised(t, plan.running)}提升到{plan.word}"
            f"{_binding(plan.running)}。"
        )
        reached += len(plan.running)
        t.grade()
        t.say(f"届时达到{plan.word}的场景为{reached}个{_short(plan, reached)}。")
    if plan.using:
        first = len(names) == 3 and not plan.running
        lead = "改造集中在" if first else f"{names.pop(0)}转入"
        t.say(f"{lead}协同和分析，{raised(t, plan.using)}提升到{plan.word}{_binding(plan.using)}。")
        reached += len(plan.using)
        t.grade()
        t.say(
            f"全部完成后{plan.word}场景累计{reached}个，"
            f"{'正好达到' if reached == plan.rule.min_scenes else '多于'}"
            f"表6要求的{plan.rule.min_scenes}个。"
        )
    _efforts(t, plan)
    t.end("scenes")


def _binding(measures: Sequence[Measure]) -> str:
    names = [measure.subject for measure in measures if measure.binding]
    if not names:
        return ""
    if len(measures) == 1:
        return "，这是约束性场景"
    return "，都是约束性场景" if len(names) == len(measures) else f"，约束性的有{len(names)}个"


def _short(plan: Goal, reached: int) -> str:
    short = plan.rule.min_scenes - reached
    return f"，离要求的数量还差{short}个" if short > 0 else "，数量要求已经满足"


def _efforts(t: Teller, plan: Goal) -> None:
    """Which scene takes most work, and which least."""
    ranked = sorted(plan.scenes, key=lambda measure: -measure.cost)
    if len(ranked) < 2 or ranked[0].cost == ranked[-1].cost:
        return
    most = [m for m in ranked if m.cost == ranked[0].cost]
    least = [m for m in ranked if m.cost == ranked[-1].cost]
    cite(t, [*most, *least])
    two = all(int(m.key) - (t.level(m.subject) or 0) > 1 for m in most)
    t.say(
        f"工作量以{series(subjects(most))}为重{'，须连升两级' if two else ''}，"
        f"{series(subjects(least))}较轻，人手应先保证前者。"
    )


def _reckoning(t: Teller, plan: Goal) -> None:
    """The points by dimension, now and then."""
    if not plan.items:
        return
    parts, still = [], []
    for dimension in plan.instrument.dimensions:
        items = [item for indicator in dimension.indicators for item in indicator.items]
        names = {item.name for item in items}
        held = t.points(items)
        gain = sum(m.gain for m in plan.items if m.subject in names)
        if gain:
            parts.append(f"{dimension.name}由{points(held)}分增至{points(held + gain)}分")
        else:
            still.append(f"{dimension.name}按现值{points(held)}分计")
    t.say(f"得分推算如下：{'，'.join([*parts, *still])}。")
    after = plan.held.total + plan.ways[0].gain
    spare = after - plan.rule.min_score
    t.grade()
    if spare:
        thin = min(plan.items, key=lambda measure: measure.gain)
        cite(t, [thin])
        tail = (
            "，任何一项不获认定，总分都会落到线下，取证材料须逐项留存" if thin.gain > spare else ""
        )
        t.say(f"三部分合计{points(after)}分，高出{plan.word}的分数线{points(spare)}分{tail}。")
    else:
        t.say(f"三部分合计{points(after)}分，恰与{plan.word}的分数线相等，没有余量。")
    _reserve(t, plan)
    t.end("points")


def _reserve(t: Teller, plan: Goal) -> None:
    """What could stand in for a measure that is not recognised."""
    mine = set(subjects(plan.ways[0].measures))
    left = [
        (item, item.points - plan.held.items[item.name])
        for item in plan.instrument.items
        if item.name not in mine and item.dimension != "数字化成效"
    ]
    ranked = sorted((pair for pair in left if pair[1]), key=lambda pair: -pair[1])[:3]
    if ranked:
        named = series([f"{item.name}{points(rest)}分" for item, rest in ranked])
        for item, _ in ranked:
            t.item_points(item)
        t.say(f"没有动用的采集项里，余分较多的是{named}，可作递补。")
    near = [
        scene.name
        for scene in plan.instrument.scenes
        if scene.name not in mine and t.level(scene.name) == plan.rule.level - 1
    ]
    t.forget()
    if near:
        for name in near[:5]:
            t.level(name)
        t.say(f"场景一边，{series(near, 5)}距{plan.word}只差一级，可作替补。")


def _people(t: Teller, plan: Goal) -> None:
    """Who carries it: staff, and the measures of 数字化管理 with what to do."""
    enterprise = t.one(Enterprise)
    staff = t.text(enterprise, "digital_staff.value")
    count, all_ = number(staff), number(t.text(enterprise, "employees.value"))
    cite(t, plan.ways[0].measures)
    if count and all_:
        t.say(
            f"组织实施依靠企业现有的{staff}名数字化人员，占从业人员的{percent(count, all_)}，"
            f"要推动{len(plan.ways[0].measures)}项措施，分工须逐项落到人。"
        )
    t.forget()
    for name, measures in plan.of_items(MANAGED).items():
        _manage(t, name, measures)
    t.end("people")


def _manage(t: Teller, name: str, measures: Sequence[Measure]) -> None:
    advice = t.item_advice(name)
    gain = points(sum(measure.gain for measure in measures))
    does = [advice.options[key].do for measure in measures for key in steps(t, measure)]
    cite(t, measures)
    if name == "资金保障":
        t.say(f"资金投入占比要提高到{option_text(t, measures[0])}，对应{gain}分。")
        return
    lead = {
        "规划实施": f"规划实施可增加{gain}分，做法是",
        "管理机制": f"制度方面补{gained(t, measures)}（{gain}分），",
        "人才建设": f"人员方面补{gained(t, measures)}（{gain}分），",
    }[name]
    t.say(f"{lead}{'；'.join(does)}。", does)


def _beyond(t: Teller, plan: Goal) -> None:
    """What the level after that would still ask for."""
    after = plan.rule.level + 1
    if after > len(plan.instrument.levels):
        return
    rule = plan.instrument.levels[after - 1]
    then = plan.held.total + plan.ways[0].gain
    found = t.ways(after)
    t.grade()
    word = level_word(after)
    short = max(0, rule.min_score - then)
    want = f"在推算得分之上还差{points(short)}分" if short else "推算得分已经够用"
    t.say(
        f"再往后看，{rule.label}的分数线是{points(rule.min_score)}分，{want}，"
        f"达到{word}的场景要有{rule.min_scenes}个。"
    )
    if found:
        large = [m for m in found[0].measures if m.effort is Effort.LARGE and m.gain]
        later = [m for m in found[0].measures if not m.gain]
        fresh = [m for m in later if m.subject not in subjects(plan.scenes)]
        if large or fresh:
            cite(t, [*large, *fresh])
            parts = [f"工作量较大的{series(subjects(large))}"] if large else []
            parts += [f"{series(subjects(fresh))}场景"] if fresh else []
            t.say(f"按现状推算，届时要补上{'，以及'.join(parts)}，本期签约时即应顾及。")
    t.end("beyond")
