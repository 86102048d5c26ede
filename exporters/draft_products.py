"""Chapter 四: the products of table 11, or the systems that the way asks for without them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from exporters.draft_route import (
    Goal,
    alike,
    cite,
    goal,
    phrase,
    scenes_of,
    subjects,
)
from exporters.draft_words import number, percent, plain, series
from exporters.drafting import Teller
from exporters.wording import level_word
from forms.dossier import CloudService, Product, Solution, System
from grading.ways import Measure

#: What systems of a kind are called besides.
_ALSO = {"MES": ("工单系统", "制造执行"), "WMS": ("仓储管理",), "QMS": ("质量管理",)}
#: The 三级场景 of annex 1 that is nearest to each scene.
LINKS = {
    "产品设计": "产品全生命周期管理",
    "工艺设计": "工艺知识及资源管理",
    "营销管理": "营销数据管理",
    "售后服务": "数字化售后服务",
    "计划排程": "数字化排产与优化",
    "生产管控": "生产现场管理",
    "质量管理": "产品质量追溯",
    "设备管理": "设备巡点检管理",
    "安全生产": "安全业务管理",
    "能耗管理": "能源数据监测",
    "采购管理": "数字化采购管理",
    "仓储物流": "仓储信息管理",
    "财务管理": "财务管理",
    "人力资源": "人力资源管理",
    "协同办公": "协同办公",
    "决策支持": "数据中台建设",
}


def products(t: Teller) -> None:
    """四、数字化产品和服务推荐."""
    plan = goal(t)
    rows = [row for row in t.rows(Product) if t.text(row, "name")]
    t.forget()
    if rows:
        _summary(t, plan, rows)
        for place in range(0, len(rows), 3):
            for row in rows[place : place + 3]:
                _product(t, row)
            t.end(f"products.{place // 3}")
    elif plan is not None:
        _by_system(t, plan)
    _prices(t)
    _vendors(t)


def _summary(t: Teller, plan: Goal | None, rows: Sequence[Product]) -> None:
    t.rows(Product)
    covered: list[str] = []
    for row in rows:
        covered += scenes_of(t.text(row, "scene") + t.text(row, "function"))
    wanted = [m.subject for m in plan.scenes] if plan else []
    met = [name for name in wanted if name in covered]
    sentence = f"推荐的产品和服务计{len(rows)}项，列于表11"
    if plan is not None and met:
        cite(t, plan.scenes)
        sentence += f"，覆盖须提升到{plan.word}的场景{len(met)}个"
    t.say(f"{sentence}。")
    open_ = [name for name in wanted if name not in covered]
    if plan is not None and open_ and met:
        t.rows(Product)
        cite(t, [m for m in plan.scenes if m.subject in open_])
        t.say(f"{series(open_)}没有专门产品，在现有系统中完善或由企业另行比选。")
    t.end("summary")


def _product(t: Teller, row: Product) -> None:
    name, scene = t.text(row, "name"), phrase(t.text(row, "scene"))
    function, aim = phrase(t.text(row, "function")), phrase(t.text(row, "goal"))
    known = _known(t, name)
    use = f"兼顾{scene}" if "、" in scene.partition("（")[0] else f"用于{scene}"
    kept = f"可与在用的{known}衔接，" if known else ""
    does = f"，功能包括{function}" if function else ""
    t.say(f"{name}{kept}{use if scene else '列入推荐'}{does}{_aimed(aim)}。")
    t.forget()


def _aimed(aim: str) -> str:
    """A typed goal as the end of a sentence, by what it is measured in."""
    if not aim:
        return ""
    if "，" in aim:
        return f"，改造目标定为“{aim}”"
    if any(word in aim for word in ("时间", "小时", "分钟", "工作日", "周期", "日前")):
        return f"，以{aim}为验收依据"
    if "%" in aim:
        return f"，指标是{aim}"
    return f"，目标是{aim}"


def _known(t: Teller, product: str) -> str:
    """A system of table 3 whose name is much like the product's; notes it where there is one."""
    best, found = 0.0, None
    for row in t.rows(System):
        like = alike(row.name, product)
        if like > best:
            best, found = like, row
    return t.text(found, "name") if found is not None and best >= 0.6 else ""


def _by_system(t: Teller, plan: Goal) -> None:
    """The systems that the pack names for the scenes of the way, each with all that it serves."""
    serves: dict[str, list[Measure]] = {}
    for measure in plan.scenes:
        at = t.level(measure.subject) or 0
        for name in t.step_advice(measure.subject, at + 1).counsel.systems:
            serves.setdefault(name, []).append(measure)
    t.forget()
    ranked = sorted(serves.items(), key=lambda pair: -len(pair[1]))
    for name, measures in ranked:
        if len(measures) > 1:
            held = _held(t, name)
            _cite_steps(t, measures)
            scenes = f"{series(subjects(measures))}{len(measures)}个场景"
            if held:
                t.say(f"{name}已有{held}在用，服务于{scenes}的功能在其上扩充。", [name])
            else:
                t.say(f"{name}一次选型可服务于{scenes}。", [name])
    t.end("shared")
    for measure in plan.scenes:
        own = [name for name, each in serves.items() if each == [measure]]
        _fitting(t, measure, own)
        if measure is plan.scenes[-1] or measure is plan.scenes[len(plan.scenes) // 2 - 1]:
            t.end(f"systems.{measure.subject}")


def _held(t: Teller, kind: str) -> str:
    """The system of table 3 that is of a kind already, by its abbreviation; notes what it is."""
    short = re.search(r"（([A-Z]+)）", kind)
    words = (short.group(1), *_ALSO.get(short.group(1), ())) if short else ()
    for row in t.rows(System):
        name = t.text(row, "name")
        if any(word in name for word in words):
            return name
    return ""


def _fitting(t: Teller, measure: Measure, own: Sequence[str]) -> None:
    """The systems for one scene alone, and what annex 1 says is needed there."""
    name = measure.subject
    at = t.level(name) or 0
    title, need = "", ""
    if measure.binding:
        for each, found in t.links():
            if each.endswith(LINKS[name]) and name in found.evaluates:
                title, need = each, found.need
    t.forget()
    t.level(name)
    head = f"{name}现为{level_word(at)}"
    if own:
        t.step_advice(name, at + 1)
    if title:
        t.link(title)
    if own and need:
        t.say(f"{head}，宜选{'、'.join(own)}，企业需要{need}。", [*own, need])
    elif need:
        t.say(f"{head}，企业需要{need}。", [need])
    elif own:
        t.say(f"{head}，宜选{'、'.join(own)}。", own)


def _cite_steps(t: Teller, measures: Sequence[Measure]) -> None:
    for measure in measures:
        t.step_advice(measure.subject, (t.level(measure.subject) or 0) + 1)


def _prices(t: Teller) -> None:
    """What the provider's library offers at which price."""
    priced: list[tuple[Solution, Decimal]] = []
    for row in t.rows(Solution):
        price = number(t.text(row, "price"))
        if price and t.text(row, "name"):
            priced.append((row, price))
    if not priced:
        t.forget()
        return
    vendors = list(dict.fromkeys(filter(None, (t.text(row, "vendor") for row, _ in priced))))
    total = sum((price for _, price in priced), Decimal(0))
    tail = f"，涉及{series(vendors, 4)}{len(vendors)}家服务商" if len(vendors) > 1 else ""
    t.say(f"供需适配库中已有报价的产品{len(priced)}项，合计{plain(total)}万元{tail}。")
    top = max(priced, key=lambda pair: pair[1])
    t.rows(Solution)
    for row, _ in priced:
        t.text(row, "price")
    name, brief = t.text(top[0], "name"), phrase(t.text(top[0], "brief"))
    if len(priced) > 1:
        t.say(
            f"报价最高的是{name}，{t.text(top[0], 'price')}万元，占{percent(top[1], total)}"
            f"{f'，包含{brief}' if brief else ''}。"
        )
    t.end("prices")


def _vendors(t: Teller) -> None:
    """Where today's systems run and who serves them, as far as it bears on the choice."""
    rows = t.rows(System)
    vendors = [phrase(t.text(row, "vendor")) for row in rows]
    named = list(dict.fromkeys(filter(None, vendors)))
    clouds = t.rows(CloudService)
    cloud = [phrase(t.text(row, "vendor")) for row in clouds]
    hosts = list(dict.fromkeys(filter(None, cloud)))
    if len(named) > 1 and hosts:
        t.say(
            f"比选时应请{_firms(named)}说明接口条件，云上部分同{series(hosts, 2)}"
            "核对部署位置和数据归属。"
        )
    elif len(named) > 1:
        t.say(f"比选时应请{_firms(named)}说明接口条件。")
    t.forget()
    t.end("vendors")


def _firms(names: Sequence[str]) -> str:
    """A、B、C等5家现有服务商."""
    if len(names) > 3:
        return f"{series(names, 3)}{len(names)}家现有服务商"
    return f"{series(names)}这{len(names)}家现有服务商"
