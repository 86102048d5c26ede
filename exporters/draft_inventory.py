"""Drafting chapter 一 of the report: systems, data resources, services in the cloud."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal

from exporters.draft_organisation import credited
from exporters.draft_words import clean, month_of, percent, plain, said, series, year_of
from exporters.drafting import Drafter, Teller
from forms.dossier import CloudService, DataResource, Enterprise, System
from forms.fields import decimal

#: The template's business links, each with the words that show a system to be of it; what several
#: would claim is the first one's.
_LINKS = (
    ("网络与安全防护", r"防火墙|网络安全|备份|杀毒|防病毒|视频|安防"),
    ("研发设计", r"CAD|CAE|CAPP|CAM\b|PLM|PDM|EDA|制图|图档|图纸|设计软件|仿真"),
    ("质量检验与追溯", r"QMS|LIMS|质量|检验|色谱|追溯|赋码|测量|测试"),
    ("仓储与供应链", r"WMS|SRM|SCM|进销存|仓储|仓库|采购|库存|物流"),
    ("生产制造", r"MES|APS|SCADA|DCS|工单|报工|排程|采集|过程监控|设备|生产"),
    ("营销服务", r"CRM|客户|销售|营销|售后"),
    ("能源与安全管理", r"EMS|能源|能耗|安全生产"),
    ("经营管理", r"ERP|OA|HR|BI|财务|协同|办公|人事|考勤|人力|金蝶|用友"),
)
_OTHER = "其他业务"
_BY_HAND = re.compile(r"手工|人工|手写|纸质|抄|人员录入|键盘")
_RECENT_YEARS = 3
_PARAGRAPH = 200
"""Characters after which the links' systems go on in a new paragraph."""


def systems(t: Teller) -> None:
    """（四）2.数字化系统应用情况: what was bought when, what it serves, how it is connected."""
    _spent(t)
    _recent(t)
    _yearly(t)
    _by_amount(t)
    t.end("spent")
    _by_link(t)
    t.end("links")
    _vendors(t)
    _coverage(t)
    _network(t)
    _security(t)
    t.end("network")


def _spent(t: Teller) -> None:
    rows = t.rows(System)
    if not rows:
        return t.forget()
    typed = [(t.text(row, "name"), decimal(t.text(row, "amount"))) for row in rows]
    priced = [(name, amount) for name, amount in typed if amount is not None]
    only = len(rows) == 1 and priced
    told = f"表3登记的系统只有{typed[0][0]}" if only else f"表3登记的软件和系统共{len(rows)}项"
    if len(priced) == len(rows):
        whole = sum((amount for _, amount in priced), Decimal(0))
        told += f"，投入金额{'' if only else '合计'}{plain(whole)}万元"
        invested = t.text(t.one(Enterprise), "invested.value")
        base = decimal(invested)
        if base and whole < base:
            told += f"，占已有数字化转型投入{invested}万元的{percent(whole, base)}"
        name, most = max(priced, key=lambda pair: pair[1])
        if len(rows) > 1 and whole:
            told += f"，单项最高的是{name}（{plain(most)}万元，占{percent(most, whole)}）"
    t.say(f"{told}。")
    return None


def _recent(t: Teller) -> None:
    """From when the systems are, and which are the last ones."""
    dated = []
    for row in t.rows(System):
        year = year_of(t.text(row, "deployed"))
        if year:
            dated.append((year, t.text(row, "name"), month_of(t.text(row, "deployed"))))
    if len(dated) < 2:
        return t.forget()
    dated.sort(key=lambda entry: entry[0])
    first, last = dated[0], dated[-1]
    if first[0] == last[0]:
        t.say(f"这些系统均在{first[0]}年部署。")
        return None
    late = [name for year, name, _ in dated if year > last[0] - _RECENT_YEARS]
    told = f"部署时间最早的是{first[2]}的{first[1]}，最近的是{last[2]}的{last[1]}"
    if 1 < len(late) < len(dated):
        told += f"，{last[0] - _RECENT_YEARS + 1}年以来上线的有{len(late)}项"
    t.say(f"{told}。")
    return None


def _yearly(t: Teller) -> None:
    """What was spent in each of the last three years, and which way it goes."""
    year = t.text(t.one(Enterprise), "revenue.year")
    keys = ("digital_third", "digital_previous", "digital_last")
    typed = [t.figure("资金保障", key) for key in keys]
    values = [value for value in map(decimal, typed) if value is not None]
    if len(values) < len(keys) or not year.isdecimal():
        return t.forget()
    last = int(year)
    listed = [f"{last - 2 + place}年{text}万元" for place, text in enumerate(typed)]
    first, second, third = values
    if first > second > third:
        course = "逐年减少"
    elif first < second < third:
        course = "逐年增加"
    else:
        top = max(values)
        course = f"以{last - 2 + values.index(top)}年最多"
    whole = sum(values, Decimal(0))
    t.say(f"数字化投入分年看，{'、'.join(listed)}，{course}，三年合计{plain(whole)}万元。")
    return None


def _link_of(name: str, modules: str) -> str:
    for text in (name, modules):
        for link, words in _LINKS:
            if re.search(words, text):
                return link
    return _OTHER


def _grouped(t: Teller) -> dict[str, list[System]]:
    """The systems by business link, in the links' order."""
    found: dict[str, list[System]] = {}
    for row in t.rows(System):
        if name := said(t, row, "name"):
            found.setdefault(_link_of(name, t.text(row, "modules")), []).append(row)
    order = [link for link, _ in _LINKS[1:]] + [_LINKS[0][0], _OTHER]
    return {link: found[link] for link in order if link in found}


def _by_amount(t: Teller) -> None:
    """What the business links cost, the most first."""
    found: dict[str, Decimal] = {}
    for link, rows in _grouped(t).items():
        for row in rows:
            amount = decimal(t.text(row, "amount"))
            if amount is None:
                return t.forget()
            found[link] = found.get(link, Decimal(0)) + amount
    whole = sum(found.values(), Decimal(0))
    if len(found) < 3 or not whole:
        return t.forget()
    ranked = sorted(found, key=lambda link: -found[link])
    told = [f"{link}{plain(found[link])}万元（{percent(found[link], whole)}）" for link in ranked]
    head = "投入较为集中" if found[ranked[0]] * 2 > whole else "投入分布在多个环节"
    t.say(f"按业务环节归集，{head}，由多到少依次为{'、'.join(told)}。")
    return None


def _by_link(t: Teller) -> None:
    """Each business link with its systems and what they do."""
    found = _grouped(t)
    t.forget()
    length = 0
    for link, rows in found.items():
        if len(rows) == 1:
            verb = "方面有" if link in (_LINKS[0][0], _OTHER) else "环节使用"
            text = f"{link}{verb}{_alone(t, rows[0])}。"
        else:
            text = f"{link}环节有{len(rows)}项，{'；'.join(_among(t, row) for row in rows)}。"
        t.say(text)
        length += len(text)
        if length > _PARAGRAPH:
            t.end(link)
            length = 0


def _alone(t: Teller, row: System) -> str:
    """A system, since when and by whom, and what it does."""
    name, vendor = said(t, row, "name"), said(t, row, "vendor")
    when, does = month_of(t.text(row, "deployed")), _does(t, row)
    parts = [f"{when}{f'由{vendor}' if vendor else ''}部署" if when else ""]
    return "，".join(filter(None, (name, *parts, f"功能包括{does}" if does else "")))


def _among(t: Teller, row: System) -> str:
    name, when, does = said(t, row, "name"), month_of(t.text(row, "deployed")), _does(t, row)
    head = f"{when}部署的{name}" if when else name
    return f"{head}（{does}）" if does else head


def _does(t: Teller, row: System) -> str:
    """The first of a system's modules, as they were typed."""
    words = re.split(r"[；。]", said(t, row, "modules"))[0]
    parts = words.split("、")
    if len(parts) > 5 and "，" not in words:
        return "、".join(parts[:4]) + "等"
    return words


def _vendors(t: Teller) -> None:
    """How many vendors there are, and who serves several systems."""
    found = Counter(said(t, row, "vendor") for row in t.rows(System))
    del found[""]
    several = [f"{vendor}提供{many}项" for vendor, many in found.items() if many > 1]
    if len(found) < 2:
        return t.forget()
    told = f"，其中{'、'.join(several)}" if several else "，每家各提供一项"
    t.say(f"上述系统的服务商共{len(found)}家{told}。")
    return None


def _coverage(t: Teller) -> None:
    """How many of the business links are managed by systems, as the item's option says."""
    held = t.options("信息系统")
    best = [o for o in t.pack.instrument.item("信息系统").options if o.key in held]
    if best and best[0].score:
        words = best[0].text.split("（")[0]
        whole = words.endswith("全覆盖")
        told = f"实现业务环节{words}" if whole else f"应用于{words}"
        t.say(f"从覆盖范围看，评测认定信息系统{told}。", [words])
    elif best:
        t.say("评测未认定企业以信息系统管理任何业务环节。")
    t.forget()


def _network(t: Teller) -> None:
    have, lack = credited(t, "网络建设")
    if have:
        words = "；".join(row.split("，")[0] for row in have)
        tail = f"，评测所列的其余{len(lack)}项网络条件尚不具备" if lack else ""
        t.say(f"网络通信方面，{words}{tail}。", [words])
    elif lack:
        t.say("评测所列各项网络条件，企业均不具备。")
    t.forget()


def _security(t: Teller) -> None:
    """How many measures of security there are, by name the ones beyond regulations."""
    told = []
    for item, name in (("网络安全", "网络安全"), ("数据安全", "数据安全")):
        have, lack = credited(t, item)
        if not have and not lack:
            return t.forget()
        whole = len(have) + len(lack)
        told.append(f"{name}的{whole}类举措{f'落实了{len(have)}类' if have else '均未落实'}")
    t.say(f"信息安全方面，{'，'.join(told)}。")
    return None


# -- （四）3.数据采集和应用情况, 4.“上云用云”情况 -------------------------------------------------


def data(t: Teller) -> None:
    """Which data there are, how they are got, what they are used for."""
    _kinds(t)
    _by_hand(t)
    t.end("resources")
    _uses(t)
    t.end("uses")
    _hand_content(t)
    _collected(t)
    t.end("collected")


def _kinds(t: Teller) -> None:
    rows = [(t.text(row, "scope"), t.text(row, "data_type")) for row in t.rows(DataResource)]
    scopes = [scope for scope, _ in rows if scope]
    if not scopes:
        return t.forget()
    told = f"企业已形成的数据资源有{len(scopes)}类，即{series(scopes)}"
    plain_rows = sum(kind == "结构化数据" for _, kind in rows)
    if 1 < plain_rows < len(rows):
        told += f"，其中{plain_rows}类为结构化数据"
    elif plain_rows == len(rows) > 1:
        told += "，均为结构化数据"
    t.say(f"{told}。")
    return None


def _by_hand(t: Teller) -> None:
    """Which are got by hand, wholly or in part, and which by machine."""
    hand: list[str] = []
    machine: list[str] = []
    for row in t.rows(DataResource):
        scope, method = t.text(row, "scope"), t.text(row, "method")
        if scope and method:
            (hand if _BY_HAND.search(method) else machine).append(f"{scope}（{clean(method)}）")
    if hand and machine:
        t.say(
            f"采集方式中有手工或人工环节的为{len(hand)}类：{series(hand)}；"
            f"其余{len(machine)}类为{series(machine)}。"
        )
    elif hand:
        lead = "各类数据的采集都含手工或人工环节：" if len(hand) > 1 else "采集含手工或人工环节的是"
        t.say(f"{lead}{series(hand)}。")
    elif machine:
        t.say(f"各类数据的采集方式为{series(machine)}。")
    t.forget()


def _hand_content(t: Teller) -> None:
    """What those that are got by hand consist of."""
    told = []
    rows = [row for row in t.rows(DataResource) if _BY_HAND.search(t.text(row, "method"))]
    t.forget()
    for row in rows:
        t.text(row, "method")
        scope, content = said(t, row, "scope"), said(t, row, "content")
        if scope and content:
            told.append(f"{scope}为{content}")
    if told:
        t.say(f"手工环节涉及的内容，{'；'.join(told)}。")
    t.forget()


def _uses(t: Teller) -> None:
    """Where each kind comes from and what it serves."""
    told = []
    for row in t.rows(DataResource):
        scope, source, use = (said(t, row, name) for name in ("scope", "source", "use"))
        parts = [f"来自{source}" if source else "", f"用于{use}" if use else ""]
        if scope and any(parts):
            told.append(scope + "，".join(filter(None, parts)))
    if told:
        t.say(f"就来源和用途而言，{'；'.join(told)}。")
    t.forget()


def _collected(t: Teller) -> None:
    item = t.pack.instrument.item("数据采集")
    held = t.options(item.name)
    earning = [option for option in item.options if option.score > 0]
    have = [option.text for option in earning if option.key in held]
    lack = [option.text for option in earning if option.key not in held]
    if not held:
        return t.forget()
    if not have:
        t.say(f"评测所列{len(earning)}个业务环节均未实现数据自动采集。")
    elif not lack:
        t.say(f"评测所列{len(earning)}个业务环节均已实现数据自动采集。")
    else:
        shown, word = (have, "已实现") if len(have) <= len(lack) else (lack, "尚未实现")
        t.say(
            f"对照评测所列{len(earning)}个业务环节，{word}数据自动采集的有{len(shown)}个，"
            f"为{series(shown)}。",
            [series(shown)],
        )
    return None


def cloud(t: Teller) -> None:
    """What runs in which cloud, and whose."""
    rows = [
        (t.text(row, "business"), t.text(row, "service"), t.text(row, "vendor"))
        for row in t.rows(CloudService)
    ]
    rows = [row for row in rows if row[0]]
    if not rows:
        return t.forget()
    kinds = Counter(kind for _, kind, _ in rows if kind)
    told = f"企业上云的业务有{len(rows)}项"
    if len(kinds) == 1 and len(rows) > 1 and sum(kinds.values()) == len(rows):
        told += f"，均采用{next(iter(kinds))}"
    elif len(kinds) > 1:
        told += f"，{'、'.join(f'{kind}{many}项' for kind, many in kinds.most_common())}"
    elif len(rows) == 1 and kinds:
        told += f"，采用{next(iter(kinds))}"
    vendors = Counter(vendor for _, _, vendor in rows if vendor)
    if len(vendors) == 1:
        told += f"，由{next(iter(vendors))}提供服务"
    elif vendors:
        told += f"，云服务提供商有{series(list(vendors))}"
    t.say(f"{told}。")
    _clouded(t)
    t.end("services")
    return None


def _clouded(t: Teller) -> None:
    """Which business uses which cloud, and that no machine does."""
    found: dict[str, list[str]] = {}
    for row in t.rows(CloudService):
        if business := said(t, row, "business"):
            found.setdefault(t.text(row, "service"), []).append(business)
    if len(found) > 1:
        told = [f"{kind or '其他'}承载{'、'.join(names)}" for kind, names in found.items()]
        t.say(f"其中{'，'.join(told)}。")
    else:
        t.say(f"内容为{'、'.join(next(iter(found.values())))}。")
    if not any("设备" in t.text(row, "business") for row in t.rows(CloudService)):
        t.say("表5所列业务中没有设备上云。")
    t.forget()


DRAFTERS: dict[str, Drafter] = {"1.systems": systems, "1.data": data, "1.cloud": cloud}
