"""Drafting chapter 一 of the report: what the enterprise is."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise

from exporters.draft_organisation import basis
from exporters.draft_words import percent, plain, quote, series, times
from exporters.drafting import Drafter, Teller
from exporters.wording import date_text, level_word
from forms.dossier import Enterprise, File
from forms.fields import chosen, decimal
from forms.record import specs

_MARKET = "市场表现"


def profile(t: Teller) -> None:
    """（一）企业简介: who it is, how large, what it says of itself, what it means to do."""
    _identity(t)
    _standing(t)
    _honours(t)
    t.end("identity")
    _people(t)
    _earnings(t)
    _trend(t)
    t.end("scale")
    enterprise = t.one(Enterprise)
    quote(
        t,
        lambda: t.text(enterprise, "summary"),
        lambda first: ("据企业介绍，" if first[0] in "公企我本" else "企业自述为：") + first,
    )
    t.end("summary")
    _invested(t)
    _budget(t)
    _directions(t)
    _aim(t)
    t.end("intent")


def _identity(t: Teller) -> None:
    e = t.one(Enterprise)
    name, address = t.text(e, "name"), t.text(e, "address")
    district, founded = t.text(e, "district"), date_text(t.value(e, "founded_on"))
    industry = t.text(e, "industry")
    parts = [f"成立于{founded}" if founded else ""]
    if address:
        within = f"位于{district}，" if district and district not in address else ""
        parts.append(f"{within}注册地址为{address}")
    elif district:
        parts.append(f"位于{district}")
    parts.append(f"所属细分行业为{industry}" if industry else "")
    told = "，".join(filter(None, parts))
    if told and name:
        t.say(f"{name}（以下简称“企业”）{told}。")
    elif told:
        t.say(f"企业{told}。")
    t.forget()


def _standing(t: Teller) -> None:
    e = t.one(Enterprise)
    nature, size = t.text(e, "nature").replace("其他", ""), t.text(e, "size")
    above = t.text(e, "above_scale").removesuffix("企业")
    titles = [row for row in chosen(t.value(e, "quality")) if row != "无"]
    kind = f"{above}{'的' if above and (nature or size) else ''}{nature}{size}"
    parts = [f"是{kind if kind.endswith('企业') else kind + '企业'}" if kind else ""]
    if titles:
        parts.append(f"已认定为{series(titles)}")
    told = "，".join(filter(None, parts))
    if told:
        t.say(f"企业{told}。")
    t.forget()


def _honours(t: Teller) -> None:
    e = t.one(Enterprise)

    def lead(first: str) -> str:
        joined = re.match(r"(?:19|20)\d\d年", first) is not None
        return f"在数字化建设方面，企业{first}" if joined else f"数字化转型方面的荣誉有：{first}"

    quote(t, lambda: t.text(e, "honours"), lead)


def _people(t: Teller) -> None:
    """The head count, how old the enterprise is by then, and the change within the year."""
    e = t.one(Enterprise)
    heads, year = t.text(e, "employees.value"), t.text(e, "employees.year")
    now = decimal(heads)
    if now is None:
        return t.forget()
    founded = t.value(e, "founded_on")
    age = int(year) - founded.year if year.isdecimal() and founded else 0
    told = f"到{year}年末，企业" if year.isdecimal() else "企业"
    told += f"成立已满{age}年，" if age > 0 else ""
    told += f"有从业人员{heads}人"
    same = decimal(t.figure(_MARKET, "staff_last")) == now
    before = t.figure(_MARKET, "staff_previous")
    then = decimal(before)
    if same and then is not None and year.isdecimal():
        change = now - then
        how = f"{'多' if change > 0 else '少'}{plain(abs(change))}人" if change else ""
        told += f"，比{int(year) - 1}年末的{before}人{how}" if how else "，与上年末持平"
    t.say(f"{told}。")
    return None


def _earnings(t: Teller) -> None:
    e = t.one(Enterprise)
    revenue, profit = t.text(e, "revenue.value"), t.text(e, "profit.value")
    year, other = t.text(e, "revenue.year"), t.text(e, "profit.year")
    income, gain = decimal(revenue), decimal(profit)
    if income is None:
        return t.forget()
    told = f"{f'{year}年' if year.isdecimal() else '上年度'}营业收入{revenue}万元"
    if gain is not None and year == other:
        told += f"，利润总额{profit}万元"
        if gain < 0:
            told += "，当年亏损"
        elif gain > 0 and income > 0:
            told += f"，利润相当于收入的{percent(gain, income)}"
    t.say(f"{told}。")
    return None


def _trend(t: Teller) -> None:
    """How revenue went over the years that the evaluation's figures give."""
    e = t.one(Enterprise)
    year = t.text(e, "revenue.year")
    typed = [
        t.figure("资金保障", "revenue_third"),
        t.figure(_MARKET, "revenue_previous"),
        t.text(e, "revenue.value"),
    ]
    same = decimal(t.figure(_MARKET, "revenue_last")) == decimal(typed[2])
    if not (same and year.isdecimal()) or None in map(decimal, typed[1:]):
        return t.forget()
    told = [text for text in typed if decimal(text) is not None]
    values = [value for value in map(decimal, told) if value is not None]
    steps = [after - before for before, after in pairwise(values)]
    first = int(year) - len(steps)
    if len(steps) == 1 or not values[0]:
        head = f"与{int(year) - 1}年的{typed[1]}万元相比"
    else:
        head = f"{first}年至{year}年的营业收入依次为{series(told)}万元，{_course(steps)}"
    t.say(f"{head}，{_grown(values[-2], values[-1], year if len(steps) > 1 else '')}。")
    return None


def _course(steps: list[Decimal]) -> str:
    """Two years' changes in a word."""
    before, after = steps
    if before == after == 0:
        return "三年持平"
    if before >= 0 and after >= 0:
        return "逐年增长" if before and after else "稳中有增"
    if before <= 0 and after <= 0:
        return "逐年下降" if before and after else "稳中有降"
    return "先升后降" if before > 0 else "先降后升"


def _grown(before: Decimal, after: Decimal, year: str) -> str:
    change = after - before
    head = f"其中{year}年" if year else ""
    if not change or before <= 0:
        return f"{head}与上一年持平" if not change else f"{head}增加{plain(change)}万元"
    word, rate = ("增加", "增幅") if change > 0 else ("减少", "降幅")
    return f"{head}{word}{plain(abs(change))}万元，{rate}{percent(abs(change), before)}"


def _invested(t: Teller) -> None:
    e = t.one(Enterprise)
    held, year = t.text(e, "invested.value"), t.text(e, "invested.year")
    spent = decimal(held)
    if spent is None:
        return t.forget()
    told = f"{f'截至{year}年末，' if year.isdecimal() else ''}企业已有数字化转型投入{held}万元"
    told += basis(t, "invested")
    t.say(f"{told}。")
    return None


def _budget(t: Teller) -> None:
    e = t.one(Enterprise)
    planned, year = t.text(e, "budget.value"), t.text(e, "budget.year")
    budget = decimal(planned)
    if not budget or budget < 0:
        return t.forget()
    told = f"{f'{year}年' if year.isdecimal() else '本次'}拟投入改造预算{planned}万元"
    spent = decimal(t.text(e, "invested.value"))
    if spent and budget > spent:
        told += f"，是此前累计投入的{times(budget, spent)}倍"
    elif spent and spent > 0:
        told += f"，相当于此前累计投入的{percent(budget, spent)}"
    revenue, base = decimal(t.text(e, "revenue.value")), t.text(e, "revenue.year")
    if revenue and revenue > 0 and base.isdecimal():
        told += f"，占{base}年营业收入的{percent(budget, revenue)}"
    t.say(f"{told}。")
    return None


def _directions(t: Teller) -> None:
    e = t.one(Enterprise)
    boxes = chosen(t.value(e, "directions"), specs(Enterprise)["directions"])
    if not boxes:
        return t.forget()
    grouped: dict[str, list[str]] = {}
    for box in boxes:
        group, _, name = box.partition("/")
        if name == "其他":
            name = t.text(e, f"directions_other.{group}")
        grouped.setdefault(group, []).append(name)
    parts = []
    for group, names in grouped.items():
        listed = "、".join(filter(None, names))
        parts.append(f"{group.removesuffix('类')}{f'（{listed}）' if listed else ''}")
    most = max(grouped.values(), key=len)
    told = f"企业选定的转型方向共{len(boxes)}项，"
    if len(most) * 2 > len(boxes) and len(grouped) > 1:
        leading = next(group for group, names in grouped.items() if names is most)
        told += f"{leading.removesuffix('类')}占{len(most)}项，分别落在{series(parts)}"
    elif len(grouped) == 1:
        told += f"集中于{parts[0]}"
    else:
        told += f"分布于{series(parts)}"
    t.say(f"{told}。")
    return None


def _aim(t: Teller) -> None:
    own, target = t.text(t.one(Enterprise), "self_level"), t.value(t.one(File), "target_level")
    if own and target:
        t.say(f"企业自评的数字化水平为{own}，改造的目标等级为{level_word(target)}。")
    elif own:
        t.say(f"企业自评的数字化水平为{own}。")
    t.forget()


DRAFTERS: dict[str, Drafter] = {"1.profile": profile}
