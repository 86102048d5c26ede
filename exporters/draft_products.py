"""Chapter 四: the products of table 11, or the systems that the way asks for without them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from exporters.draft_route import (
    BY_HAND,
    Goal,
    alike,
    cite,
    goal,
    mentions,
    phrase,
    scenes_of,
    subjects,
)
from exporters.draft_words import month_of, number, percent, plain, series
from exporters.drafting import Teller
from forms.advice import Counsel
from forms.dossier import CloudService, DataResource, Product, Solution, System
from grading.ways import Measure

#: What systems of a kind are called besides.
_ALSO = {"MES": ("工单系统", "制造执行"), "WMS": ("仓储管理",), "QMS": ("质量管理",)}
#: What a system of table 3 says of backups is not of the scenes whose data these are.
_COPIES = re.compile(r"[^、，；。]*备份[^、，；。]*")
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
    """The systems that the pack names for the scenes of the way, beside what table 3 has."""
    serves: dict[str, list[Measure]] = {}
    for measure in plan.scenes:
        for name in _step(t, measure).systems:
            serves.setdefault(name, []).append(measure)
    t.forget()
    _shared(t, {name: each for name, each in serves.items() if len(each) > 1})
    own = {m.subject: [name for name in serves if serves[name] == [m]] for m in plan.scenes}
    _extended(t, plan.scenes, own)
    _chosen_anew(t, plan.scenes, own)
    _connected(t, plan.scenes)


def _step(t: Teller, measure: Measure) -> Counsel:
    """The advice on a scene's next step; notes its level."""
    return t.step_advice(measure.subject, (t.level(measure.subject) or 0) + 1).counsel


def _shared(t: Teller, serves: dict[str, list[Measure]]) -> None:
    """The systems that serve several scenes; those that serve the same ones are told together."""
    alike_: dict[tuple[str, ...], list[str]] = {}
    for name, measures in sorted(serves.items(), key=lambda pair: -len(pair[1])):
        alike_.setdefault(tuple(subjects(measures)), []).append(name)
    for scenes, names in alike_.items():
        for measure in serves[names[0]]:
            _step(t, measure)
        held = list(dict.fromkeys(filter(None, (_held(t, name) for name in names))))
        both = "都" if len(names) > 1 else ""
        sentence = f"{series(names)}{both}可服务于{series(scenes)}{len(scenes)}个场景"
        if len(held) == len(names):
            t.say(f"{sentence}，企业已有{series(held)}在用，不另购同类系统。", names)
        elif held:
            t.say(f"{sentence}，企业在用的{series(held)}应先核对能否扩充。", names)
        else:
            t.say(f"{sentence}，宜一并选型。", names)
    t.end("shared")


def _held(t: Teller, kind: str) -> str:
    """The system of table 3 that is of a kind already, by its abbreviation; notes what it is."""
    short = re.search(r"（([A-Z]+)）", kind)
    words = (short.group(1), *_ALSO.get(short.group(1), ())) if short else ()
    for row in t.rows(System):
        name = t.text(row, "name")
        if any(word in name for word in words):
            return name
    return ""


def _hosts(t: Teller, measures: Sequence[Measure]) -> dict[UUID, list[str]]:
    """The scenes by the system of table 3 that says most of them; notes what was read."""
    texts: dict[UUID, tuple[str, str]] = {}
    for row in t.rows(System):
        name, modules = t.text(row, "name"), t.text(row, "modules")
        if name:
            texts[row.id] = name, _COPIES.sub("", modules)
    found: dict[UUID, list[str]] = {}
    for measure in measures:
        t.level(measure.subject)
        fits = {
            each: 3 * mentions(name, measure.subject) + mentions(modules, measure.subject)
            for each, (name, modules) in texts.items()
        }
        best = max(fits, key=lambda each: fits[each], default=None)
        if best is not None and fits[best]:
            found.setdefault(best, []).append(measure.subject)
    return found


def _extended(t: Teller, measures: Sequence[Measure], own: dict[str, list[str]]) -> None:
    """What is to be added to the systems in use, the one that carries most scenes first."""
    hosts = _hosts(t, measures)
    t.forget()
    systems = {row.id: row for row in t.rows(System)}
    t.forget()
    ranked = sorted(hosts.items(), key=lambda pair: -len(pair[1]))
    several = [(each, scenes) for each, scenes in ranked if len(scenes) > 1]
    for place, (each, scenes) in enumerate(several):
        _hosts(t, measures)
        named = _in_use(t, systems[each])
        lead = "已有系统中，" if not place else ""
        tail, lent = _additions(t, [m for m in measures if m.subject in scenes], own)
        t.say(f"{lead}{named}可作{series(scenes)}{len(scenes)}个场景的基础{tail}。", lent)
    single, lent = [], list[str]()
    for each, scenes in ranked:
        if len(scenes) == 1 and own[scenes[0]]:
            named, wanted = _in_use(t, systems[each]), own[scenes[0]]
            for measure in measures:
                if measure.subject == scenes[0]:
                    _step(t, measure)
            single.append(f"{scenes[0]}以{named}为基础，增配{'、'.join(wanted)}")
            lent += wanted
    if single:
        _hosts(t, measures)
        t.say(f"{'；'.join(single)}。", lent)
    t.forget()
    t.end("extended")


def _in_use(t: Teller, row: System) -> str:
    """A system of table 3 with when it came and what it cost."""
    month, amount = month_of(t.text(row, "deployed")), t.text(row, "amount")
    known = [f"{month}部署" if month else "", f"已投入{amount}万元" if number(amount) else ""]
    facts = "，".join(filter(None, known))
    return phrase(t.text(row, "name")) + (f"（{facts}）" if facts else "")


def _additions(
    t: Teller, measures: Sequence[Measure], own: dict[str, list[str]]
) -> tuple[str, list[str]]:
    """What each scene needs beside, as the end of a sentence, and which words are the pack's."""
    parts, lent = [], list[str]()
    for measure in measures:
        _step(t, measure)
        wanted = own[measure.subject]
        if wanted:
            parts.append(f"{measure.subject}增配{'、'.join(wanted)}")
            lent += wanted
    return "".join(f"，{part}" for part in parts), lent


def _chosen_anew(t: Teller, measures: Sequence[Measure], own: dict[str, list[str]]) -> None:
    """The scenes for which table 3 has no system, and what annex 1 says the binding ones need."""
    hosts = _hosts(t, measures)
    told = {scene for scenes in hosts.values() for scene in scenes}
    left = [measure for measure in measures if measure.subject not in told]
    wanted = {m.subject: own[m.subject] for m in left if own[m.subject]}
    for measure in left:
        _step(t, measure)
    count = len(t.rows(System))
    lead = "表3没有列出在用的系统，均须新选，"
    if count:
        lead = f"表3的{count}套系统未写明以下场景的功能，须另行选型："
    parts = [f"{scene}宜选{'、'.join(names)}" for scene, names in wanted.items()]
    if parts:
        t.say(f"{lead}{'；'.join(parts)}。", [name for each in wanted.values() for name in each])
    t.forget()
    for measure in left:
        for title, link in t.links():
            name = measure.subject
            if measure.binding and title.endswith(LINKS[name]) and name in link.evaluates:
                _hosts(t, [measure])
                t.link(title)
                t.say(f"{name}是约束性场景，所选产品要能{link.need}。", [link.need])
                break
    t.end("anew")


def _connected(t: Teller, measures: Sequence[Measure]) -> None:
    """Which data of table 4 the products have to take over, and from where."""
    ready, _ = _sources(t, measures)
    if ready:
        t.say(f"与现有数据的衔接按表4核对，{'；'.join(ready[:4])}，所选产品应能直接读取。")
    t.forget()
    ready, by_hand = _sources(t, measures)
    if by_hand:
        whose = "" if ready else "按表4，"
        t.say(f"{whose}{'；'.join(by_hand[:4])}，目前尚有人工环节，须由所选产品改为直接采集。")
    t.end("connected")


def _sources(t: Teller, measures: Sequence[Measure]) -> tuple[list[str], list[str]]:
    """Where the data of some scenes come from, those without people's writing first."""
    ready, by_hand = list[str](), list[str]()
    for name in subjects(measures):
        t.level(name)
    for row in t.rows(DataResource):
        scope, source, method = (phrase(t.text(row, n)) for n in ("scope", "source", "method"))
        if (
            scope
            and source
            and set(subjects(measures)) & set(scenes_of(scope + t.text(row, "use")))
        ):
            written = any(word in method for word in BY_HAND)
            (by_hand if written else ready).append(f"{scope}取自{source}")
    return ready, by_hand


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
