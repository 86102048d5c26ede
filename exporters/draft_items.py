"""The indicators of 2.base and 2.management: what each item is credited with, on what ground.

The report leads each section with its score; these paragraphs continue from there.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from exporters.draft_standing import (
    chosen,
    earned,
    ended,
    judged,
    mentions,
    option_words,
    places,
    pts,
    say_note,
    scene_levels,
    share,
)
from exporters.draft_words import clean, plain, series, times
from exporters.drafting import Teller
from forms.dossier import Enterprise, System, Training
from forms.evaluation import Stage
from forms.fields import decimal
from forms.figures import YEARS, Bracket, Figure, Figures, Formula
from forms.instrument import Indicator, Item, Kind
from grading.figures import Proposal, propose


def indicator(t: Teller, name: str) -> None:
    """An indicator item by item: the credit, the figures, the note, why the answer departs."""
    found = next(i for i in t.pack.instrument.indicators if i.name == name)
    for item in found.items:
        if earned(t, item) is None:
            t.forget()
            continue
        t.forget()
        _item(t, found, item)
        t.end(item.name)


def _item(t: Teller, held: Indicator, item: Item) -> None:
    figure = Figures.parse(t.pack.figures, t.pack.instrument).of(item.name)
    if item.kind is Kind.MULTI:
        _multiple(t, held, item)
    elif figure is None:
        _ladder(t, held, item)
    note = say_note(t, item.name)
    if figure is not None and figure.brackets:
        proportion(t, item, figure, note)
    why(t, item)
    _papers(t, item)
    extra = _EXTRA.get(item.name)
    if extra is not None:
        extra(t)


def _multiple(t: Teller, held: Indicator, item: Item) -> None:
    """What is credited of a multiple choice and what is not, the shorter list by name."""
    keys = chosen(t, item) - {item.none_key or ""}
    earning = [option for option in item.options if option.score]
    has = [option_words(item, o.key) for o in earning if o.key in keys]
    lacks = [option_words(item, o.key) for o in earning if o.key not in keys]
    got = sum(item.scores[key] for key in keys)
    alone = len(held.items) == 1
    score = "" if alone else f"，得{pts(got)}"
    name = "本项" if alone and len(earning) > 6 else item.name
    if not has:
        t.say(f"{name}未能认定任何一项，{pts(item.points)}全部失去。")
    elif not lacks:
        t.say(f"{name}所列{len(earning)}项均予认定{score}，没有失分。")
    elif len(lacks) == 1:
        t.say(f"{name}认定{series(has)}{score}，只缺{lacks[0]}。")
    elif len(has) == 1:
        t.say(
            f"{name}只认定{has[0]}一项{score}，{series(lacks)}均未认定，"
            f"合计失{pts(item.points - got)}。"
        )
    elif len(earning) <= 6:
        t.say(
            f"{name}认定{series(has)}{score}，{series(lacks)}尚不能认定，"
            f"失{pts(item.points - got)}。"
        )
    elif len(has) <= len(lacks):
        t.say(
            f"所列{len(earning)}个业务环节认定{len(has)}个，为{series(has)}，"
            f"其余{len(lacks)}个合计失{pts(item.points - got)}。"
        )
    else:
        t.say(
            f"所列{len(earning)}个业务环节已有{len(has)}个得到认定，"
            f"余下{series(lacks)}，失{pts(item.points - got)}。"
        )


def _ladder(t: Teller, held: Indicator, item: Item) -> None:
    """Where a single choice stands on its ladder, and what one rung more would earn."""
    (key,) = chosen(t, item)
    ranked = sorted(item.options, key=lambda option: option.score)
    place = [option.key for option in ranked].index(key)
    score = "" if len(held.items) == 1 else f"，得{pts(item.scores[key])}"
    word = option_words(item, key)
    if place == len(ranked) - 1:
        t.say(f"{item.name}认定为最高的“{word}”{score}。")
        return
    above = ranked[place + 1]
    more = pts(above.score - item.scores[key])
    if not place:
        t.say(f"{item.name}尚在起点，达到“{option_words(item, above.key)}”可得{more}。")
    else:
        t.say(
            f"{item.name}认定为“{word}”{score}；再上一档是“{option_words(item, above.key)}”，"
            f"两档相差{more}。"
        )


def figures_of(t: Teller, figure: Figure) -> dict[str, str]:
    """The numbers typed for a figure, by their keys."""
    return {i.key: t.figure(i.item, i.key) for i in figure.inputs.values()}


def proposal(t: Teller, figure: Figure) -> tuple[Proposal, dict[str, str]]:
    """What the typed numbers lead to, and the numbers."""
    typed = figures_of(t, figure)
    return propose(figure, typed), typed


def proportion(t: Teller, item: Item, figure: Figure, note: str) -> None:
    """The share, its bracket, and how far the next one is; what the note says is not repeated."""
    found, _ = proposal(t, figure)
    if found.value is None:
        t.forget()
        return
    (key,) = chosen(t, item) or (None,)
    bracket = next((b for b in figure.brackets if b.key == key), None)
    if bracket is None:
        t.forget()
        return
    if figure.formula is Formula.PERIOD_SHARE:
        _spent(t, item, figure, bracket)
    else:
        _counted(t, item, figure, note, bracket)


def _counted(t: Teller, item: Item, figure: Figure, note: str, bracket: Bracket) -> None:
    found, typed = proposal(t, figure)
    assert found.value is not None
    part, whole = typed[figure.inputs["part"].key], typed[figure.inputs["whole"].key]
    rate = share(found.value / 100)
    t.note(item.name)
    if mentions(note, part, rate.removesuffix("%")):
        head = f"按此计算，{figure.name}"
    else:
        what = figure.inputs["part"].label.removesuffix("的生产设备数量")
        head = f"{whole}台生产设备中{what}的有{part}台，{figure.name}{rate}，"
    chosen(t, item)
    place = figure.brackets.index(bracket)
    score = _got(item, bracket.key)
    if found.option_key != bracket.key:
        right = next(b.text for b in figure.brackets if b.key == found.option_key)
        t.say(f"{head}按数值属于{right}，评测所选为{bracket.text}一档，{score}。")
        return
    if place == len(figure.brackets) - 1:
        t.say(f"{head}属于最高的{bracket.text}一档，{score}。")
        return
    above = figure.brackets[place + 1]
    count, total = decimal(part), decimal(whole)
    assert count is not None and total is not None
    # The least whole number that lies above this bracket.
    edge = bracket.high * Fraction(total) / 100
    more = floor(edge) + (1 if above.closed_low is False or edge != floor(edge) else 0) - count
    gain = pts(item.scores[above.key] - item.scores[bracket.key])
    if more <= 0:
        t.say(f"{head}属于{bracket.text}一档，{score}。")
    else:
        t.say(
            f"{head}属于{bracket.text}一档，{score}；"
            f"再有{places(Fraction(more), 0)}台即进入{above.text}，可增{gain}。"
        )


def _spent(t: Teller, item: Item, figure: Figure, bracket: Bracket) -> None:
    found, typed = proposal(t, figure)
    assert found.value is not None and found.recorded is not None
    sums = {}
    years = ceil(decimal(typed[figure.inputs["years"].key]) or 3)
    for role in ("part", "whole"):
        keys = [figure.inputs[f"{role}_{year}"].key for year in YEARS[:years]]
        values = [decimal(typed[key]) for key in keys]
        sums[role] = sum((v for v in values if v is not None), Decimal(0))
    chosen(t, item)
    listed = f"列{bracket.text}一档，{_got(item, bracket.key)}"
    if found.option_key == bracket.key:
        listed += _next_sum(figure, bracket, sums["whole"])
    else:
        right = next(b.text for b in figure.brackets if b.key == found.option_key)
        listed = f"按数值属于{right}，评测所选为{bracket.text}一档，{_got(item, bracket.key)}"
    t.say(
        f"按合计口径，数字化投入{plain(sums['part'])}万元与同期营业收入{plain(sums['whole'])}万元"
        f"之比为{share(found.value / 100)}，{listed}。"
    )
    _, typed = proposal(t, figure)
    last, previous = (typed[figure.inputs[f"part_{year}"].key] for year in YEARS[:2])
    now, before = decimal(last), decimal(previous)
    if now is None or before is None or not before:
        t.forget()
    elif now < before:
        t.say(
            f"从年度看，投入由前年的{previous}万元回落到上年的{last}万元，"
            f"相当于前者的{share(now, before)}。"
        )
    elif now > before:
        t.say(
            f"从年度看，投入由前年的{previous}万元增至上年的{last}万元，"
            f"是前者的{times(now, before)}倍。"
        )
    else:
        t.say(f"从年度看，上年与前年的投入持平，均为{last}万元。")
    budget = t.value(t.one(Enterprise), "budget.value")
    planned, spent = decimal(budget), sums["part"]
    proposal(t, figure)
    if planned and spent:
        t.say(f"企业拟投入的改造预算为{budget}万元，是上述投入合计的{times(planned, spent)}倍。")
    t.forget()


def _got(item: Item, key: str) -> str:
    return f"得{pts(item.scores[key])}" if item.scores[key] else "不得分"


def _next_sum(figure: Figure, bracket: Bracket, turnover: Decimal) -> str:
    """What the turnover would ask for one bracket more."""
    place = figure.brackets.index(bracket)
    if place == len(figure.brackets) - 1:
        return ""
    wanted = places(bracket.high * Fraction(turnover) / 100, 2)
    return f"；收入不变而要升一档，投入须超过{wanted}万元"


def why(t: Teller, item: Item) -> None:
    """Why the answer is not the enterprise's own, as it was written down."""
    now, own = chosen(t, item), chosen(t, item, Stage.SELF)
    reason = clean(t.reason(item.name))
    if not reason:
        t.forget()
        return
    dropped, added = sorted(own - now), sorted(now - own)
    before, after = ("、".join(sorted(keys)) for keys in (own, now))
    if not own or own == now:
        t.say(ended(f"选项的取舍另有说明：{reason}"))
    elif item.kind is Kind.MULTI and dropped and not added:
        own_words = reason.startswith("自评")
        t.say(ended(reason if own_words else f"自评所列的{'、'.join(dropped)}项不予认定，{reason}"))
    elif reason.startswith("自评"):
        t.say(ended(f"{reason}，选项随之由{before}改为{after}"))
    else:
        t.say(ended(f"选项由自评的{before}改为{after}，{reason}"))


def _scenes_by_hand(t: Teller) -> None:
    """Scenes run in a system already, of which the data are still not collected by themselves."""
    item = t.pack.instrument.item("数据采集")
    keys = chosen(t, item)
    names = {scene.name for scene in t.pack.instrument.scenes}
    found = []
    for option in item.options:
        if option.text in names and option.key not in keys:
            level = judged(t, option.text)
            if level is not None and level >= 2:
                found.append(option.text)
    if found:
        t.say(
            f"未认定的环节里，{series(found)}作为应用场景已达二级或更高，"
            "单据进了系统而数据未能自动采集。"
        )
    t.forget()


def _systems_listed(t: Teller) -> None:
    """How many systems there are, beside what the scenes make of them."""
    count = len(t.rows(System))
    levels = scene_levels(t)
    well = sum(level >= 2 for level in levels.values())
    if count and len(levels) == len(t.pack.instrument.scenes):
        held = f"中有{well}个达到二级或更高" if well else "中还没有达到二级的"
        held = "均达到二级或更高" if well == len(levels) else held
        t.say(f"表3所列软件和系统共{count}套，而{len(levels)}个应用场景{held}。")
    t.forget()


def _trained(t: Teller) -> None:
    """The trainings held during the diagnosis."""
    rows = t.rows(Training)
    told = []
    for row in rows:
        topic, people = clean(t.text(row, "topic")), t.value(row, "attendees")
        if topic and people:
            told.append(f"“{topic}”（{people}人参加）")
    if told:
        t.say(f"诊断期间另作主题培训{len(told)}次，题目为{series(told)}。")
    t.forget()


_PAPERS = {
    "规划实施": "升档复核时要看的凭据是",
    "管理机制": "补建之后可供查验的应有",
    "人才建设": "余下各项若要补认，须备",
}
"""What leads up to an item's papers; their notes stand in chapter 一."""


def _papers(t: Teller, item: Item) -> None:
    """Which papers would prove what is not credited yet."""
    points = earned(t, item)
    lead = _PAPERS.get(item.name)
    if lead is None or points is None or points == item.points:
        t.forget()
        return
    listed = "、".join(t.item_advice(item.name).counsel.evidence)
    t.say(f"{lead}{listed}。", lent=[listed])


_EXTRA = {
    "数据采集": _scenes_by_hand,
    "信息系统": _systems_listed,
    "人才建设": _trained,
}
