"""Chapter 三（二）建设方案: the layers, what is wanted, what is to be joined."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from exporters.draft_integration import done_by, integration
from exporters.draft_route import (
    Goal,
    gained,
    goal,
    least_count,
    many,
    option_text,
    phrase,
    scenes_of,
    subjects,
)
from exporters.draft_words import built, month_of, number, plain, readable, series
from exporters.drafting import Teller
from exporters.wording import level_word
from forms.dossier import CloudService, DataResource, Equipment, LibraryEntry, System
from forms.inventory import Equipment as Machine
from grading.ways import Measure

_OWN = {
    "产品设计": "产品设计的设想是，",
    "工艺设计": "工艺管理按如下安排：",
    "营销管理": "营销环节这样设计，",
    "售后服务": "售后处理的流程为，",
    "计划排程": "排程模块的设计是，",
    "生产管控": "车间执行按下列方式运行：",
    "质量管理": "质量与追溯拟这样实现，",
    "设备管理": "设备管理的功能为，",
    "安全生产": "安全监管的布置是，",
    "能耗管理": "计量与能耗的方案为，",
    "采购管理": "采购协同的办法是，",
    "仓储物流": "仓储模块按此设计，",
    "财务管理": "成本与核算的要求是，",
    "人力资源": "人事管理拟作如下调整，",
    "协同办公": "审批协同的范围是，",
    "决策支持": "分析看板的内容为，",
}
_COLLECTS = ("采集", "过程监控", "SCADA")
#: How the function of each scene is led up to; what follows is the pack's `then` or the library's
#: description, which are complete without a subject.
_LEADS = {
    "产品设计": "设计资料方面，",
    "工艺设计": "工艺文件方面，",
    "营销管理": "销售订单一端，",
    "售后服务": "售后环节要",
    "计划排程": "排程功能的要点是",
    "生产管控": "车间执行部分，",
    "质量管理": "质量部分的主要功能是",
    "设备管理": "设备管理在台账之外，",
    "安全生产": "安全监管一项，",
    "能耗管理": "用能计量接入以后，",
    "采购管理": "采购一侧，",
    "仓储物流": "仓储系统须",
    "财务管理": "财务部分，",
    "人力资源": "人事数据方面，",
    "协同办公": "审批流程上，",
    "决策支持": "决策分析所需的是",
}


def construction(t: Teller) -> None:
    """（二）建设方案."""
    plan = goal(t)
    _layers(t)
    _joining(t, plan)
    _missing(t, plan)
    _network(t, plan)
    if plan is not None:
        for group, measures in plan.of_groups().items():
            _functions(t, group, measures)
    _library(t, subjects(plan.scenes) if plan else ())
    integration(t, plan)


def _layers(t: Teller) -> None:
    """What the layers are made of today."""
    rows = t.rows(Equipment)
    counts = [(t.value(row, "quantity") or 0, t.text(row, "networked")) for row in rows]
    total, joined = sum(n for n, _ in counts), sum(n for n, on in counts if on == "是")
    if total:
        t.say(
            f"整体架构自下而上分层，设备层是表2的{len(rows)}种{total}台生产设备，"
            f"{f'已联网{joined}台' if joined else '尚无一台联网'}。"
        )
    t.forget()
    collecting = [name for name, collects in _systems(t) if collects]
    if collecting:
        t.say(f"采集层沿用{series(collecting[:3])}，新增点位并入其中。")
    others = [name for name, collects in _systems(t) if not collects]
    if others:
        t.say(f"业务层保留{many(others, 5, '套系统')}。")
    t.forget()
    data, clouds = t.rows(DataResource), t.rows(CloudService)
    scopes = [t.text(row, "scope") for row in data]
    if data:
        kinds = {t.text(row, "service") for row in clouds} - {""}
        tail = f"，厂外另有{len(clouds)}项{'和'.join(sorted(kinds))}服务" if clouds else ""
        t.say(f"数据层汇集{many([s for s in scopes if s], 4, '类')}{tail}。")
    t.end("layers")


def _systems(t: Teller) -> list[tuple[str, bool]]:
    """Table 3's systems, and whether they collect from machines."""
    rows = [(t.text(row, "name"), t.text(row, "modules")) for row in t.rows(System)]
    return [(name, any(w in name + text for w in _COLLECTS)) for name, text in rows if name]


def _interface(typed: str) -> str:
    return re.sub(r"[（(].*?[）)]", "", typed).strip()


def _open(t: Teller) -> list[tuple[Machine, str, int, str]]:
    """The machines of table 2 that are not networked: name, count, interface ("" unknown)."""
    found = []
    for row in t.rows(Equipment):
        if t.text(row, "networked") == "否":
            name, count = t.text(row, "name"), t.value(row, "quantity") or 0
            port = t.text(row, "interface")
            kind = _interface(port)
            found.append((row, name, count, kind if readable(port) or kind == "无" else ""))
    return [each for each in found if each[1] and each[2]]


def _joining(t: Teller, plan: Goal | None) -> None:
    """Machines with an interface, by its type; and how many of them the target asks for."""
    ready = [each for each in _open(t) if each[3] not in ("", "无")]
    by_type: dict[str, list[str]] = {}
    for _, name, count, kind in sorted(ready, key=lambda each: -each[2]):
        by_type.setdefault(kind, []).append(f"{name}{count}台")
    if not by_type:
        t.forget()
        return
    parts = [
        f"{kind}{'' if kind.endswith('口') else '接口'}的有{series(names)}"
        for kind, names in by_type.items()
    ]
    total = sum(count for _, _, count, _ in ready)
    t.forget()
    _online(t)
    _open(t)
    t.say(f"硬件先接留有接口的{total}台设备，{'；'.join(parts)}。")
    _converters(t, by_type)
    _enough(t, plan, ready)


def _online(t: Teller) -> None:
    """The machines that are networked already, the most of a kind first."""
    found = []
    for row in t.rows(Equipment):
        if t.text(row, "networked") == "是":
            found.append((t.text(row, "name"), t.value(row, "quantity") or 0))
    ranked = sorted((pair for pair in found if all(pair)), key=lambda pair: -pair[1])
    if ranked:
        named = [f"{name}{count}台" for name, count in ranked]
        t.say(f"在线的{series(named, 5)}可作样板，点位命名照此统一。")
    t.forget()


def _converters(t: Teller, by_type: dict[str, list[str]]) -> None:
    serial = [kind for kind in by_type if re.search(r"RS-?\d", kind)]
    wired = [kind for kind in by_type if kind not in serial and re.search("网|RJ|TCP|以太", kind)]
    _open(t)
    if serial and wired:
        t.say(
            f"{series(wired)}可以直接入网，{series(serial)}要经串口服务器转换，"
            "宜分开报价、分批验收。"
        )
    elif serial:
        t.say(f"接口以{series(serial)}为主，须配串口服务器。")
    t.forget()


def _enough(t: Teller, plan: Goal | None, ready: Sequence[tuple[Machine, str, int, str]]) -> None:
    """Which of them are enough for the share of networked machines that the way asks for."""
    measures = plan.of_items(["设备联网"]).get("设备联网", []) if plan else []
    if not measures:
        return
    total = number(t.figure("设备数字化", "equipment_total"))
    held = number(t.figure("设备联网", "equipment_networked"))
    least = least_count(t, measures[0], total)
    if held is None or least is None or least <= held:
        t.forget()
        return
    lacking, taken = least - int(held), 0
    names: list[str] = []
    for _, name, count, _ in sorted(ready, key=lambda each: -each[2]):
        if taken < lacking:
            taken, names = taken + count, [*names, name]
    if taken >= lacking:
        _open(t)
        t.options("设备联网")
        one = len(names) == 1
        named = f"{names[0]}{taken}台" if one else f"{series(names)}，共{taken}台，"
        t.say(f"联网率提档尚缺{lacking}台，接入{named}即够。")
    t.forget()


def _missing(t: Teller, plan: Goal | None) -> None:
    """Machines without an interface, and what the way does about equipment."""
    bare = [each for each in _open(t) if each[3] == "无"]
    if bare:
        ranked = sorted(bare, key=lambda each: -each[2])
        named = [f"{name}{count}台" for _, name, count, _ in ranked]
        told = f"有{len(bare)}种{sum(each[2] for each in bare)}台，以{series(named[:3])}为多"
        told = told if len(bare) > 1 else f"为{named[0]}"
        t.say(f"没有接口的设备{told}，加装传感器还是沿用人工报工，须逐台核定。")
    t.forget()
    for name, measures in (plan.of_items(("设备数字化", "设备联网")) if plan else {}).items():
        does = done_by(t, name, measures)
        t.say(f"{name}提档的做法是{'；'.join(does)}。", does)
    t.end("hardware")


def _network(t: Teller, plan: Goal | None) -> None:
    """Network, collection and information systems, as far as the way has measures on them."""
    found = plan.of_items(("网络建设", "数据采集", "信息系统")) if plan else {}
    for name, measures in found.items():
        does = done_by(t, name, measures)
        if name == "网络建设":
            t.say(f"网络部分{built(gained(t, measures))}，{'；'.join(does)}。", does)
        elif name == "数据采集":
            for measure, do in zip(measures, does, strict=True):
                t.item_advice(name)
                t.options(name)
                t.say(f"{option_text(t, measure)}环节的采集，{do}。", [do])
        else:
            order = "按以下次序推进：" if len(does) > 1 else "的做法是"
            t.say(f"系统补建{order}{'；'.join(does)}。", does)
    t.end("network")


def _functions(t: Teller, group: str, measures: Sequence[Measure]) -> None:
    """What the software of one group does: from the library where it tells, else the pack."""
    for measure in measures:
        name = measure.subject
        at = t.level(name) or 0
        told = _described(t, name)
        if told:
            t.level(name)
            t.say(f"{_OWN[name]}{told}。")
            continue
        t.level(name)
        then = t.step_advice(name, at + 1).counsel.then
        t.say(f"{_LEADS[name]}{then}。", [then])
        if int(measure.key) > at + 1:
            t.level(name)
            more = t.step_advice(name, at + 2).counsel.first
            t.say(f"达到{level_word(at + 1)}之后{more}。", [more])
    _existing(t, subjects(measures))
    t.end(f"functions.{group}")


def _existing(t: Teller, scenes: Sequence[str]) -> None:
    """The systems of table 3 that the functions go with: their age or what was spent on them."""
    wanted = set(scenes)
    names: list[str] = []
    amounts: list[Decimal] = []
    dates: list[str] = []
    for row in t.rows(System):
        name, modules = t.text(row, "name"), t.text(row, "modules")
        if name and wanted & set(scenes_of(name + modules)):
            names.append(name)
            amounts.append(number(t.text(row, "amount")) or Decimal(0))
            dates.append(month_of(t.text(row, "deployed")))
    if len(names) == 1:
        since = f"，{dates[0]}投用" if dates[0] else ""
        t.say(f"{series(scenes, 3)}方面的现有系统只有{names[0]}{since}，新功能与之对接。")
    elif names:
        total = sum(amounts, Decimal(0))
        spent = f"，前期投入{plain(total)}万元" if total else ""
        t.say(f"{series(scenes, 3)}牵涉{many(names, 4, '套现有系统')}{spent}，宜在其上扩充。")
    t.forget()


def _described(t: Teller, scene: str) -> str:
    """What the provider's library tells of the 三级场景 that mainly serve a scene."""
    found = []
    for row in t.rows(LibraryEntry):
        if t.value(row, "drafted"):
            continue  # nobody's words yet
        title = re.sub(r"^[\d.]+", "", t.text(row, "scene"))
        if scene in scenes_of(title)[:1] or scene in title:
            found.append(phrase(t.text(row, "description")))
    texts = [text for text in found if text]
    if not texts:
        t.forget()
    return "；".join(texts[:2])


def _library(t: Teller, told: Sequence[str]) -> None:
    """What the provider's library tells of besides the scenes that are to be raised."""
    for row in t.rows(LibraryEntry):
        if t.value(row, "drafted"):
            t.forget()
            continue
        title = re.sub(r"^[\d.]+", "", t.text(row, "scene"))
        described = phrase(t.text(row, "description"))
        mainly = scenes_of(title)[:1]
        if described and not (set(mainly) & set(told) or any(name in title for name in told)):
            lead = "部分，" if described[0] in "在进以按" else "的做法是，"
            t.say(f"{title}{lead}{described}。")
        t.forget()
    t.end("library")
