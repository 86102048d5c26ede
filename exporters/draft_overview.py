"""2.base, 2.management and 2.effect at a glance, after the score that leads each section."""

from __future__ import annotations

from fractions import Fraction

from exporters.draft_standing import chosen, earned, earned_by, pts, share
from exporters.draft_words import plain, series
from exporters.drafting import Teller
from forms.dossier import Enterprise
from forms.evaluation import Stage
from forms.fields import decimal
from forms.instrument import Dimension


def overview(t: Teller, name: str) -> None:
    """A dimension at a glance: its best and worst indicator, its largest losses, the own view."""
    dimension = next(d for d in t.pack.instrument.dimensions if d.name == name)
    _spread(t, dimension)
    _losses(t, dimension)
    _own_points(t, dimension)
    extra = _SUMMARY.get(name)
    answered = earned_by(t, [item for i in dimension.indicators for item in i.items]) is not None
    t.forget()
    if extra is not None and answered:
        extra(t)
    t.end("overview")


def _spread(t: Teller, dimension: Dimension) -> None:
    found = {i.name: earned_by(t, i.items) for i in dimension.indicators}
    points = {name: value for name, value in found.items() if value is not None}
    if len(points) < len(found):
        t.forget()
        return
    shares = {i.name: Fraction(points[i.name], i.points) for i in dimension.indicators}
    ranked = sorted(shares, key=lambda name: -shares[name])
    best, worst = ranked[0], ranked[-1]
    if shares[best] == shares[worst]:
        t.say(f"{series(ranked)}得分率相同，都是{share(shares[best])}。")
    elif len(ranked) == 2:
        t.say(
            f"{best}好于{worst}，得分率分别为{share(shares[best])}和{share(shares[worst])}，"
            f"后者失{pts(_full(dimension, worst) - points[worst])}。"
        )
    else:
        top = "已得满分" if shares[best] == 1 else f"得分率最高，为{share(shares[best])}"
        full = pts(_full(dimension, worst))
        low = f"{worst}最低，为{share(shares[worst])}，该项{full}只得{pts(points[worst])}"
        if not points[worst]:
            low = f"{worst}没有得分，失去{full}"
        t.say(f"其{len(ranked)}个二级指标中，{best}{top}，{low}。")


def _full(dimension: Dimension, indicator: str) -> int:
    return next(i.points for i in dimension.indicators if i.name == indicator)


def _losses(t: Teller, dimension: Dimension) -> None:
    items = [item for indicator in dimension.indicators for item in indicator.items]
    if len(items) < 3:
        return
    lost = {}
    for item in items:
        points = earned(t, item)
        if points is None:
            t.forget()
            return
        if points < item.points:
            lost[item.name] = item.points - points
    total = sum(lost.values())
    ranked = sorted(lost, key=lambda name: -lost[name])
    names = [indicator.name for indicator in dimension.indicators]
    if not ranked or (len(ranked) == 1 and ranked[0] in names):
        t.forget()  # an indicator of one item was told already
    elif len(ranked) <= 2:
        t.say(f"{len(items)}个采集项只有{series(ranked)}失分，共{pts(total)}。")
    else:
        named = [f"{name}{pts(lost[name])}" for name in ranked[:3]]
        part = share(sum(lost[name] for name in ranked[:3]), total)
        every = len(ranked) == len(items)
        head = f"{len(items)}个采集项{'均有失分' if every else f'有{len(ranked)}个失分'}"
        if len(ranked) == 3:
            t.say(f"{head}，即{series(named)}。")
        else:
            t.say(f"{head}，{series(named)}居前，占本维度失分的{part}。")


def _own_points(t: Teller, dimension: Dimension) -> None:
    items = [item for indicator in dimension.indicators for item in indicator.items]
    now, own = earned_by(t, items), earned_by(t, items, Stage.SELF)
    if now is None or own is None:
        t.forget()
        return
    if now == own:
        t.say(f"企业自评{dimension.name}同为{pts(own)}，与诊断一致。")
        return
    moved = [item.name for item in items if earned(t, item) != earned(t, item, Stage.SELF)]
    way = "核减" if now < own else "核增"
    t.say(
        f"企业对{dimension.name}自评{pts(own)}，诊断{way}{pts(abs(own - now))}，"
        f"涉及{series(moved)}。"
    )


def _machines(t: Teller) -> None:
    """Machines with signals, and those of them that hang on a net."""
    whole, digital = (t.figure("设备数字化", f"equipment_{key}") for key in ("total", "digital"))
    networked = t.figure("设备联网", "equipment_networked")
    total, signals, nets = (decimal(text) for text in (whole, digital, networked))
    if total and signals is not None and nets is not None and nets < signals <= total:
        t.say(
            f"企业{whole}台生产设备有{digital}台实现数字化、{networked}台联网，"
            f"已数字化而没有联网的至少有{plain(signals - nets)}台。"
        )
    t.forget()


def _people(t: Teller) -> None:
    enterprise = t.one(Enterprise)
    digital, heads = (t.text(enterprise, f"{key}.value") for key in ("digital_staff", "employees"))
    some, all_ = decimal(digital), decimal(heads)
    if some and all_ and some <= all_:
        t.say(f"人员一侧，企业{heads}人中数字化人员{digital}人，占{share(some, all_)}。")
    t.forget()


def _directions(t: Teller) -> None:
    """How many of the results went the good way between both years."""
    dimension = next(d for d in t.pack.instrument.dimensions if d.name == "数字化成效")
    by_place: dict[int, list[str]] = {0: [], 1: [], 2: []}
    for item in (item for indicator in dimension.indicators for item in indicator.items):
        keys = chosen(t, item)
        ranked = sorted(item.options, key=lambda option: option.score)
        letters = [option.key for option in ranked]
        if len(keys) == 1 and len(letters) == len(by_place):
            by_place[letters.index(next(iter(keys)))].append(item.name)
    if sum(map(len, by_place.values())) < sum(len(i.items) for i in dimension.indicators):
        t.forget()
        return
    words = {2: "向好", 1: "持平", 0: "转弱"}
    parts = [f"{series(by_place[n])}{word}" for n, word in words.items() if by_place[n]]
    t.say(f"两年相比，{'，'.join(parts)}。")


_SUMMARY = {"数字化基础": _machines, "数字化管理": _people, "数字化成效": _directions}
