"""Drafting chapter 一 of the report: production as it was seen, and the machines."""

from __future__ import annotations

import re
from collections import Counter

from exporters.draft_organisation import captioned, drawn, photos
from exporters.draft_words import percent, readable, said, sentences, series, year_of
from exporters.drafting import Drafter, Teller
from exporters.wording import date_text
from forms.dossier import Enterprise, Equipment, Plan, Visit

_SHOP = re.compile(r"车间|工段|工序|产线|机床|仓库|[料品膏]库")
_TALK = re.compile(r"培训|汇报|首次会议$")
_NO_INTERFACE = re.compile(r"^(无|没有|不具备|/|-)?$")
_RECENT_YEARS = 5
_WORK = {
    "计划排程": "生产计划编制",
    "工艺设计": "工艺文件编制",
    "生产管控": "工单与进度记录",
    "质量管理": "质量信息管理",
    "设备管理": "设备点检维护",
    "仓储物流": "出入库与库存管理",
    "能耗管理": "能耗记录",
    "安全生产": "安全管理",
}
"""What the scenes of production are about."""
_MANNER = (
    "尚未借助信息技术工具的",
    "以电子表格、设计软件等工具辅助人工的",
    "由信息系统规范管理的",
    "已与其他系统集成协同的",
    "运用模型算法优化的",
)
"""How work is run at each level, after table 8's description of the levels."""


def production(t: Teller) -> None:
    """（三）生产模式及生产工艺: what stands in the shops, what was seen there, how work is run."""
    drawn(t, "生产工艺流程图", "主要产品的工艺流程见图2")
    _composition(t)
    _yield(t)
    t.end("plant")
    _seen(t)
    _managed(t)
    t.end("run")


def _managed(t: Teller) -> None:
    """How the work of production is run, as the levels of its scenes say; the most usual first."""
    found: dict[int, list[str]] = {}
    for scene, work in _WORK.items():
        level = t.level(scene)
        if level is not None and 0 <= level < len(_MANNER):
            found.setdefault(level, []).append(work)
    parts = [
        f"{_MANNER[level]}有{series(found[level])}"
        for level in sorted(found, key=lambda level: (-len(found[level]), level))
    ]
    if parts:
        t.say(f"生产相关工作中，{'，'.join(parts)}。")
    t.forget()


def _quantity(t: Teller, row: Equipment) -> int:
    return int(t.value(row, "quantity") or 0)


def _composition(t: Teller) -> None:
    """Which machines there are, the most numerous first."""
    rows = t.rows(Equipment)
    counted = [(said(t, row, "name"), _quantity(t, row)) for row in rows]
    counted = [(name, many) for name, many in counted if name and many]
    whole = sum(many for _, many in counted)
    if not counted:
        return t.forget()
    if len(counted) == 1:
        t.say(f"企业的生产设备为{counted[0][0]}，共{whole}台。")
        return None
    most = sorted(counted, key=lambda pair: -pair[1])
    first = most[0][1]
    head = f"表2列有生产设备{len(counted)}种{whole}台，"
    if first * 2 >= whole:
        t.say(f"{head}以{most[0][0]}为主，有{first}台，占总数的{percent(first, whole)}。")
        leading = most[:1]
    else:
        leading = most[:3] if len(most) > 4 else most[:2]
        named = series([f"{name}{many}台" for name, many in leading])
        share = percent(sum(many for _, many in leading), whole)
        t.say(f"{head}数量居前的是{named}，合计占总数的{share}。")
    _others(t, [name for name, _ in leading])
    return None


def _others(t: Teller, told: list[str]) -> None:
    """The names of the machines that were not told yet, in the list's order, and lone ones."""
    rows = [row for row in t.rows(Equipment) if said(t, row, "name") and _quantity(t, row)]
    names = [said(t, row, "name") for row in rows]
    rest = list(dict.fromkeys(name for name in names if name not in told))
    single = [said(t, row, "name") for row in rows if _quantity(t, row) == 1]
    if not rest:
        return t.forget()
    text = f"此外配置有{series(rest)}"
    if 1 < len(single) < len(rest) and len(rest) > 4:
        text += f"，其中{len(single)}种各仅1台"
    t.say(f"{text}。")
    return None


def _yield(t: Teller) -> None:
    now = t.figure("产品质量", "pass_rate_now")
    year = t.text(t.one(Enterprise), "revenue.year")
    if now:
        t.say(f"{f'{year}年' if year.isdecimal() else ''}月均产品合格率为{now}%。")
    t.forget()


def _seen(t: Teller) -> None:
    """What the visits' records and the captions of photos from the shops tell."""
    plan = t.one(Plan)
    shops = said(t, plan, "shops")
    if shops:
        t.say(f"诊断计划安排查看的场所有{shops}。")
    visits = [row for row in t.rows(Visit) if t.value(row, "date")]
    t.forget()
    for place, visit in enumerate(visits, start=1):
        told = _told_of_visit(t, visit)
        _captions(t, visit, told)
        t.end(f"seen-{place}")
    t.end("seen")


def _told_of_visit(t: Teller, visit: Visit) -> bool:
    """Say the sentences of a visit's results that tell of the shops; whether there were any."""
    rows = sentences(t.text(visit, "results"))
    rows = [row for row in rows if _SHOP.search(row) and not _TALK.search(row)]
    for place, sentence in enumerate(rows):
        t.text(visit, "results")
        if place:
            t.say(sentence)
            continue
        day = date_text(t.value(visit, "date"))
        half = sentence[:2] if sentence[:2] in ("上午", "下午", "全天") else ""
        t.say(f"{day}{half}，诊断组{sentence.removeprefix(half).lstrip('，')}")
    t.forget()
    return bool(rows)


def _captions(t: Teller, visit: Visit, same_day: bool) -> None:
    """What the photos of the shops show, in the words of their captions."""
    found = photos(t, "生产现场", visit)
    shown = list(filter(None, (captioned(t, photo) for photo in found)))
    day = t.value(visit, "date")
    when = "当日" if same_day else f"{day.month}月{day.day}日"
    if len(shown) == 1:
        t.say(f"{when}的现场照片反映{shown[0]}。")
    elif len(shown) > 3:
        t.say(f"{when}在生产现场拍摄的照片依次反映了{len(shown)}处情况：{'；'.join(shown)}。")
    elif shown:
        t.say(f"{when}另有现场照片{len(shown)}张，分别反映{'；'.join(shown)}。")
    t.forget()


# -- （四）1.自动化设备应用情况 -------------------------------------------------------------------


def equipment(t: Teller) -> None:
    """How many machines are digital and networked, of what age, by which interfaces."""
    _rates(t)
    _makers(t)
    t.end("stock")
    _ages(t)
    _extremes(t)
    t.end("ages")
    _networked(t)
    _age_and_net(t)
    t.end("network")
    _connectable(t)
    _closed(t)
    t.end("interfaces")


def _rates(t: Teller) -> None:
    whole = t.figure("设备数字化", "equipment_total")
    digital = t.figure("设备数字化", "equipment_digital")
    networked = t.figure("设备联网", "equipment_networked")
    if not all(text.isdecimal() for text in (whole, digital, networked)) or not int(whole):
        return t.forget()
    total, smart, online = int(whole), int(digital), int(networked)
    told = f"评测确认的生产设备总数为{whole}台，其中实现数字化的{digital}台，"
    told += f"占{percent(smart, total)}；实现联网的{networked}台，占{percent(online, total)}"
    if smart > online:
        told += f"，比数字化设备少{smart - online}台"
    elif smart and smart == online:
        told += "，与数字化设备数量相同"
    t.say(f"{told}。")
    return None


def _makers(t: Teller) -> None:
    """How many makers the machines are of, and whose are the most."""
    made: Counter[str] = Counter()
    for row in t.rows(Equipment):
        if said(t, row, "maker"):
            made[said(t, row, "maker")] += _quantity(t, row)
    if len(made) < 2:
        return t.forget()
    (first, most), (second, next_most) = made.most_common(2)
    whole = sum(made.values())
    if not whole:
        return t.forget()
    if most == next_most:
        told = f"以{first}和{second}的设备最多，各{most}台"
    elif most * 2 >= whole:
        told = f"其中{first}一家供应{most}台，占{percent(most, whole)}"
    else:
        told = f"{first}的{most}台最多，其次是{second}的{next_most}台"
    t.say(f"设备来自{len(made)}家生产厂家，{told}。")
    return None


def _dated(t: Teller) -> list[tuple[int, str, int]]:
    """Year, name and quantity of the machines whose year of use is told, oldest first."""
    found = []
    for row in t.rows(Equipment):
        year = year_of(t.text(row, "deployed"))
        many = _quantity(t, row)
        if year and many:
            found.append((year, said(t, row, "name"), many))
    return sorted(found, key=lambda entry: entry[0])


def _ages(t: Teller) -> None:
    dated = _dated(t)
    if not dated:
        return t.forget()
    whole = sum(many for _, _, many in dated)
    first, last = dated[0][0], dated[-1][0]
    if first == last:
        t.say(f"有投用时间记录的{whole}台设备均为{first}年投用。")
        return None
    bound = last - _RECENT_YEARS + 1
    if bound <= first:
        t.say(f"有投用时间记录的{whole}台设备均在{first}年至{last}年间投用。")
        return None
    late = sum(many for year, _, many in dated if year >= bound)
    counted = sum(_quantity(t, row) for row in t.rows(Equipment))
    head = "按投用时间划分" if whole == counted else f"有投用时间记录的{whole}台中"
    told = f"{head}，{bound}年及以后的设备有{late}台，占{percent(late, whole)}"
    older = bound - _RECENT_YEARS
    old = sum(many for year, _, many in dated if year < older)
    if old:
        told += f"，{older}年以前的有{old}台，占{percent(old, whole)}"
        middle = whole - late - old
        told += f"，介于两者之间的有{middle}台" if middle else ""
    else:
        told += f"，其余{whole - late}台投用于{first}年至{bound - 1}年"
    t.say(f"{told}。")
    return None


def _extremes(t: Teller) -> None:
    """The oldest machines and the newest by name, year by year of the last ones."""
    dated = _dated(t)
    if not dated or dated[0][0] == dated[-1][0]:
        return t.forget()
    first = dated[0][0]
    oldest = [f"{name}{many}台" for year, name, many in dated if year == first]
    told = [f"最早投用的是{first}年的{series(oldest, 4)}"]
    years = sorted({year for year, _, _ in dated if year > first})[-4:]
    for place, year in enumerate(years):
        names = "、".join(f"{name}{many}台" for when, name, many in dated if when == year)
        told.append(f"{'近年投用的，' if not place else ''}{year}年有{names}")
    t.say(f"{'；'.join(told)}。")
    return None


def _age_and_net(t: Teller) -> None:
    """Whether the later machines are the networked ones."""
    counted: dict[tuple[bool, str], int] = {}
    dated = []
    for row in t.rows(Equipment):
        year, many = year_of(t.text(row, "deployed")), _quantity(t, row)
        if year and many:
            dated.append((year, t.text(row, "networked"), many))
    bound = max((year for year, _, _ in dated), default=0) - _RECENT_YEARS + 1
    for year, networked, many in dated:
        counted[year >= bound, networked] = counted.get((year >= bound, networked), 0) + many
    late = sum(many for (new, _), many in counted.items() if new)
    early = sum(many for (new, _), many in counted.items() if not new)
    new, old = counted.get((True, "是"), 0), counted.get((False, "是"), 0)
    if not late or not early or not new + old:
        return t.forget()
    said_late = f"{bound}年及以后投用的{late}台{_joined(new, late)}"
    said_early = f"此前投用的{early}台{_joined(old, early)}"
    word = "较新的设备联网程度更高" if new * early > old * late else "联网并不集中于较新的设备"
    t.say(f"把联网与投用时间对照，{said_late}，{said_early}，{word}。")
    return None


def _joined(many: int, whole: int) -> str:
    return f"中联网{many}台，占{percent(many, whole)}" if many else "无一联网"


def _split(t: Teller, online: bool) -> list[tuple[str, int, str]]:
    """Name, quantity and interface of the machines that are networked, or of those that are not."""
    found = []
    for row in t.rows(Equipment):
        wanted = "是" if online else "否"
        if t.text(row, "networked") == wanted and (many := _quantity(t, row)):
            found.append((said(t, row, "name"), many, said(t, row, "interface")))
    return found


def _networked(t: Teller) -> None:
    rows = _split(t, True)
    if not rows:
        return t.forget()
    whole = sum(many for _, many, _ in rows)
    ports = Counter[str]()
    for _, many, port in rows:
        if not _NO_INTERFACE.match(port):
            ports[port] += many
    named = series([f"{name}{many}台" for name, many, _ in rows], 8)
    told = f"表2中已联网的设备有{len(rows)}种{whole}台，即{named}"
    told = told if len(rows) > 1 else f"表2中已联网的设备只有{named}"
    if len(ports) == 1:
        told += f"，接口均为{next(iter(ports))}" if sum(ports.values()) == whole else ""
    elif ports:
        listed = series([f"{port}（{many}台）" for port, many in ports.most_common()], 5)
        told += f"，所用接口有{listed}"
    t.say(f"{told}。")
    return None


def _connectable(t: Teller) -> None:
    """The machines that are not networked but have an interface."""
    there = [row for row in _split(t, False) if not _NO_INTERFACE.match(row[2])]
    rows = [row for row in there if readable(row[2])]
    if not rows:
        return t.forget()
    whole = sum(many for _, many, _ in rows)
    named = series([f"{name}{many}台（{_port(port)}）" for name, many, port in rows], 8)
    told = f"未联网设备中留有通信接口的有{whole}台：{named}"
    mute = [f"{name}{many}台（{_port(port)}）" for name, many, port in there if not readable(port)]
    t.say(f"{told}。" + (f"不能由接口取数的另有{series(mute, 4)}。" if mute else ""))
    return None


def _port(port: str) -> str:
    return port.replace("（", "，").replace("）", "")


def _closed(t: Teller) -> None:
    """The machines without an interface, which no cable helps."""
    rows = [row for row in _split(t, False) if _NO_INTERFACE.match(row[2])]
    whole = sum(many for _, many, _ in rows)
    if not whole:
        return t.forget()
    most = sorted(rows, key=lambda row: -row[1])
    named = series([f"{name}{many}台" for name, many, _ in most], 3)
    told = f"{whole}台，以{named}居多" if len(most) > 3 else f"{whole}台，为{named}"
    t.say(f"未登记接口的设备{told if len(most) > 1 else f'为{named}'}。")
    return None


DRAFTERS: dict[str, Drafter] = {"1.production": production, "1.equipment": equipment}
