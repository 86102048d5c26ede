"""Chapter 三（二）, what is to be joined: vendors, the data's ways, safety."""

from __future__ import annotations

import re
from collections.abc import Sequence

from exporters.draft_route import BY_HAND, Goal, phrase, steps
from exporters.draft_words import series
from exporters.drafting import Teller
from forms.dossier import CloudService, DataResource, System
from grading.ways import Measure


def integration(t: Teller, plan: Goal | None) -> None:
    """Points of integration."""
    _vendors(t)
    _flows(t)
    _guard(t, plan)


def done_by(t: Teller, name: str, measures: Sequence[Measure]) -> list[str]:
    """What the pack says to do for the options of an item, cited with the answer."""
    advice = t.item_advice(name)
    t.options(name)
    return [advice.options[key].do for measure in measures for key in steps(t, measure)]


def _vendors(t: Teller) -> None:
    """Whose systems are to be joined."""
    by_vendor: dict[str, list[str]] = {}
    for row in t.rows(System):
        vendor, name = t.text(row, "vendor"), t.text(row, "name")
        if vendor and name:
            by_vendor.setdefault(vendor, []).append(name)
    if len(by_vendor) < 2:
        t.forget()
        return
    count = sum(map(len, by_vendor.values()))
    t.say(
        f"集成先要理清接口归属，现有{count}套系统出自{len(by_vendor)}家服务商，"
        "开放方式须与各家书面约定。"
    )
    several = {vendor: names for vendor, names in by_vendor.items() if len(names) > 1}
    if several:
        for row in t.rows(System):
            if t.text(row, "vendor") in several:
                t.text(row, "name")
        parts = [f"{series(names)}同属{vendor}" for vendor, names in several.items()]
        t.say(f"{'，'.join(parts)}，这部分接口责任明确。")
    t.forget()
    _modules(t)
    t.end("vendors")


def _first(modules: str) -> str:
    """The first sentence of what a system's modules are."""
    return re.split("[；，]", phrase(modules))[0]


def _modules(t: Teller) -> None:
    """What the system with most modules gives to others."""
    best, most = None, 0
    for row in t.rows(System):
        parts = len(_first(t.text(row, "modules")).split("、"))
        if parts > most and t.text(row, "name"):
            best, most = row, parts
    if best is None or most < 3:
        t.forget()
        return
    t.say(
        f"功能最多的是{t.text(best, 'name')}，已用到{_first(t.text(best, 'modules'))}，"
        "新增系统不再重复。"
    )


def _flows(t: Teller) -> None:
    """Which data come from where, and what of it is still carried by hand."""
    for row in t.rows(DataResource):
        scope, source = t.text(row, "scope"), phrase(t.text(row, "source"))
        method, use = phrase(t.text(row, "method")), phrase(t.text(row, "use"))
        if scope and source and any(word in method for word in BY_HAND):
            purpose = f"，服务于{use}" if use else ""
            t.say(f"{scope}取自{source}，{method}{purpose}，{_instead(source, method)}。")
        t.forget()
    automatic = []
    rows = t.rows(DataResource)
    for row in rows:
        method = t.text(row, "method")
        if "自动" in method and not any(word in method for word in BY_HAND):
            automatic.append(t.text(row, "scope"))
    named = [name for name in automatic if name]
    if named:
        t.say(f"{series(named, 4)}已能自动取得，余下的工作是统一编码和时钟。")
    t.forget()
    t.end("flows")


def _instead(source: str, method: str) -> str:
    """What takes the place of writing and copying, by where the data come from."""
    if any(word in source for word in ("纸", "表格", "登记")):
        return "改为在终端上当场填报" if "天平" not in source else "由仪器直接出数"
    if any(word in source for word in ("柜", "水表", "电表", "燃气表", "仪表")):
        return "换装远传仪表后自动取数"
    if "扫" in method:
        return "尚存的键盘录入改为扫码"
    return "录入环节改走接口"


def _guard(t: Teller, plan: Goal | None) -> None:
    """Safety of network and data."""
    found = plan.of_items(("网络安全", "数据安全")) if plan else {}
    for name, measures in found.items():
        does = done_by(t, name, measures)
        lead = "网络安全与联网同步，" if name == "网络安全" else "数据安全方面，"
        t.say(f"{lead}{'；'.join(does)}。", does)
    clouds = t.rows(CloudService)
    business = [_what(t.text(row, "business")) for row in clouds]
    named = series([each for each in business if each], 3)
    if named and found:
        t.say(f"{named}在云上运行，与厂内系统的往来要经过网络边界，访问规则与上述措施一并配置。")
    elif named:
        t.say(f"云上运行的{named}与厂内系统的往来要经过网络边界，访问规则须事先登记。")
    t.end("guard")


def _what(business: str) -> str:
    """What is in the cloud: 协同办公系统 of 业务系统上云（协同办公系统）, 业务系统 without."""
    found = re.search(r"（(.*)）$", phrase(business))
    return found.group(1) if found else phrase(business).removesuffix("上云")
