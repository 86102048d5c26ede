"""附件4 from the dossier: which of its entries stand there already, which may not be taken and why,
who its providers are, and its first part as it was when the retrofit began.

Annex 4 asks for 2023 and for the insured (参保人数), annex 3 for 上年度 and 总人数: a figure is
taken over only where year and definition agree.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from forms.dossier import (
    CloudService,
    Contract,
    Dossier,
    Effect,
    Enterprise,
    File,
    Filing,
    FilingChange,
    Partner,
    Project,
)
from forms.evaluation import Stage
from forms.fields import Kind, Spec, chosen
from forms.figures import Figures
from forms.record import Record, form_of, specs
from forms.retrofit import SOFTWARE, filing_change_id
from grading.effects import figure_words, measured
from grading.rules.numbers import amount, plain, shown

FIGURE_YEAR = "2023"
"""The year that annex 4 prints before its figures."""
_INSURED = "参保"
_TARGETS = {2: "二级", 3: "三级", 4: "四级"}
_CONTENT_MOST = 1500

FIRST_PART: dict[type[Record], tuple[str, ...]] = {
    Enterprise: (
        *("name", "district", "address", "credit_code", "contact", "phone", "nature", "size"),
        *("above_scale", "quality", "self_level", "industry", "central_funds", "pilot_2022"),
    ),
    Filing: ("summary", "revenue", "profit", "insured", "invested"),
}
"""一、基本情况（试点企业改造前填写）: its fields by form."""


def asked(dossier: Dossier) -> list[str]:
    """The fields of annex 4 that everybody fills in, and in which nothing stands; its other fields
    belong to a box 其他, or come with the department's seal."""
    form = dossier.one(Filing)
    needed = (name for name, spec in specs(Filing).items() if spec.required)
    return [name for name in needed if getattr(form, name) in (None, "", {})]


@dataclass(frozen=True, slots=True)
class Offer:
    """What the dossier says for an entry of annex 4: `value` as its field keeps it, `words` for
    the screen, `source` where it stands. `refused` says why it is not taken over, "" where it may
    be."""

    field: str
    value: Any
    words: str
    source: str
    refused: str = ""


def offers(dossier: Dossier) -> list[Offer]:
    """Every entry of annex 4 for which the dossier has something, in the form's order."""
    order = list(specs(Filing))
    found = [*_figures(dossier), *_texts(dossier), *_boxes(dossier), *_project(dossier)]
    return sorted(found, key=lambda offer: order.index(offer.field))


def _figures(dossier: Dossier) -> Iterator[Offer]:
    form = dossier.one(Enterprise)
    label, year = "企业基本情况“上年度营业收入”", str(form.revenue.get("year", "")).strip()
    before = _year_before(dossier, year)
    if year != FIGURE_YEAR and before is not None:
        yield Offer("revenue", *before)
    else:
        yield from _figure("revenue", form.revenue, label)
    yield from _figure("profit", form.profit, "企业基本情况“上年度利润”")
    yield from _insured(form)
    invested, until = str(form.invested.get("value", "")), form.invested.get("year", "")
    if invested:
        note = f"（截至{until}年）" if until else ""
        source = f"企业基本情况“已有数字化转型投入”{note}，附件4未限定年度"
        yield Offer("invested", invested, f"{invested} 万元", source)
    budget, planned = str(form.budget.get("value", "")), form.budget.get("year", "")
    if budget:
        when = f"{planned}年，" if planned else ""
        why = f"拟投入预算（{when}{budget} 万元）是改造总预算，附件4要求分年度的计划投入"
        source = "企业基本情况“实施数字化转型拟投入预算”"
        yield Offer("plan_year", budget, f"{budget} 万元", source, why)


def _figure(field: str, figure: dict[str, Any], label: str) -> Iterator[Offer]:
    """A figure of the profile, which may be taken where it is of the year that annex 4 asks for."""
    typed, year = str(figure.get("value", "")).strip(), str(figure.get("year", "")).strip()
    if not typed:
        return
    told = f"{year}年" if year else "未注明年度"
    why = "" if year == FIGURE_YEAR else f"年度为{told}，附件4要求{FIGURE_YEAR}年"
    yield Offer(field, typed, f"{typed} 万元", f"{label}（{told}）", why)


def _year_before(dossier: Dossier, year: str) -> tuple[str, str, str] | None:
    """The revenue of the year before the profile's, as the evaluation has it: its value, words and
    source; None unless that year is annex 4's, and both agree on the year after it."""
    if not year.isdigit() or str(int(year) - 1) != FIGURE_YEAR:
        return None
    figures = dossier.answer(Stage.DIAGNOSIS, "市场表现").figures
    last, before = amount(figures.get("revenue_last")), amount(figures.get("revenue_previous"))
    own = amount(dossier.one(Enterprise).revenue.get("value"))
    if before is None or last is None or last != own:
        return None
    typed = str(figures["revenue_previous"])
    return typed, f"{typed} 万元", f"水平评测“市场表现”的前年营业收入（{FIGURE_YEAR}年）"


def _insured(form: Enterprise) -> Iterator[Offer]:
    heads, year = amount(form.employees.get("value")), str(form.employees.get("year", ""))
    if heads is None or heads != heads.to_integral_value():
        return
    basis = str(form.employees.get("basis", "")) or specs(Enterprise)["employees"].basis
    wrong = [
        *([f"年度为{year}年" if year else "未注明年度"] if year != FIGURE_YEAR else []),
        *([f"口径为“{basis}”"] if _INSURED not in basis else []),
    ]
    why = f"{'、'.join(wrong)}，附件4要求{FIGURE_YEAR}年12月参保人数" if wrong else ""
    yield Offer("insured", int(heads), f"{heads:f} 人", "企业基本情况“企业总人数”", why)


def _texts(dossier: Dossier) -> Iterator[Offer]:
    summary = dossier.one(Enterprise).summary.strip()
    if summary:
        yield Offer("summary", summary, summary, "附件3 企业基本情况表")
    rows = [row for row in dossier.all(Project) if row.name.strip() or row.content.strip()]
    text = "\n".join(
        f"{number}.{row.name.strip()}：{row.content.strip()}" for number, row in enumerate(rows, 1)
    )
    if rows:
        long = len(text) > _CONTENT_MOST
        why = f"表10各项目合计 {len(text)} 字，超过 {_CONTENT_MOST} 字" if long else ""
        yield Offer("content", text, text, "附件3 表10 各项目的主要建设内容", why)


def _boxes(dossier: Dossier) -> Iterator[Offer]:
    form = dossier.one(Enterprise)
    wanted = {key.rpartition("/")[2] for key in chosen(form.directions)} - {"其他"}
    keys = [
        f"{group}/{box}"
        for group, boxes in SOFTWARE
        for box in boxes
        if box.replace("（", "(").split("(")[0] in wanted
    ]
    if keys:
        words = "、".join(key.rpartition("/")[2] for key in keys)
        source = "企业基本情况“拟实施数字化转型方向”"
        yield Offer("software", dict.fromkeys(keys, True), words, source)
    used = {row.service for row in dossier.all(CloudService)}
    clouds = [box for box in specs(Filing)["cloud"].choices if box in used]
    if clouds:
        yield Offer("cloud", dict.fromkeys(clouds, True), "、".join(clouds), "附件3 表5 上云用云")


def _project(dossier: Dossier) -> Iterator[Offer]:
    contracts = dossier.all(Contract)
    named = f"{len(contracts)} 份改造合同"
    starts, ends = term(dossier)
    if starts is not None:
        yield Offer("starts_on", starts, shown(starts), f"{named}中最早的实施期限")
    if ends is not None:
        yield Offer("ends_on", ends, shown(ends), f"{named}中最晚的实施期限")
    total = contract_total(contracts)
    if total is not None:
        words = f"{plain(total):f}"
        yield Offer("total_cost", words, f"{words} 万元", f"{named}的金额合计")
    elif contracts:
        why = "有合同未填金额或所填不是数字，合计不出"
        yield Offer("total_cost", "", "", f"{named}的金额合计", why)
    target = _TARGETS.get(dossier.one(File).target_level or 0)
    if target:
        yield Offer("target", target, target, "档案信息“目标等级”")


def measured_effects(dossier: Dossier, figures: Figures) -> list[dict[str, Any]]:
    """An indicator for every figure of the diagnosis that no indicator names yet, as the values of
    an `Effect`: its side before the retrofit is what the diagnosis says, the rest is a person's."""
    named = {each.source for each in dossier.all(Effect)}
    typed: dict[str, str] = {}
    for source in figures.inputs:
        answer = dossier.given(Stage.DIAGNOSIS, source.item)
        if answer is not None and (value := answer.figures.get(source.key)):
            typed[source.key] = str(value)
    return [
        {
            "name": each.name,
            "unit": each.unit,
            "source": each.name,
            "before": figure_words(each.before),
            "basis": "诊断时的水平评测填报数据",
        }
        for each in measured(figures, typed, {})
        if each.before is not None and each.name not in named
    ]


def term(dossier: Dossier) -> tuple[dt.date | None, dt.date | None]:
    """From when until when all contracts run together."""
    contracts = dossier.all(Contract)
    starts = [each.starts_on for each in contracts if each.starts_on]
    ends = [each.ends_on for each in contracts if each.ends_on]
    return min(starts, default=None), max(ends, default=None)


def contract_total(contracts: list[Contract]) -> Decimal | None:
    """The contracts' amounts together, in 万元; None without any, or where one is unknown."""
    sums = [amount(each.amount) for each in contracts]
    known = [each for each in sums if each is not None]
    return sum(known, Decimal(0)) if sums and len(known) == len(sums) else None


@dataclass(frozen=True, slots=True)
class PartnerLine:
    """A row of 合作的服务商信息: whether there is a contract, and its amount in 万元 as printed."""

    partner: Partner
    contracted: bool | None
    amount: str


def partner_lines(dossier: Dossier) -> list[PartnerLine]:
    """The providers of the retrofit: those with a contract, and those that were not turned down.

    What a contract says outranks what was typed of the provider.
    """
    found = []
    for partner in dossier.all(Partner):
        own = [each for each in dossier.all(Contract) if each.partner == partner.id]
        if own:
            total = contract_total(own)
            signed = any(each.signed_on for each in own)
            found.append(PartnerLine(partner, signed, f"{plain(total):f}" if total else ""))
        elif partner.chosen is not False:
            found.append(PartnerLine(partner, partner.contracted, partner.amount))
    return found


def started_on(dossier: Dossier) -> dt.date | None:
    """When the retrofit began: the day that annex 4 names, or the first contract's; the earlier."""
    days = (dossier.one(Filing).starts_on, term(dossier)[0])
    return min((day for day in days if day is not None), default=None)


def entry_words(spec: Spec, value: Any) -> str:
    """A field of the first part as its record of a later change keeps it; "" for nothing."""
    if value in (None, "", {}):
        return ""
    if spec.kind is Kind.YESNO:
        return "是" if value else "否"
    if spec.kind is Kind.CHOICES:
        return "、".join(chosen(value, spec))
    return str(value)


def entry_of(spec: Spec, words: str) -> Any:
    """The field's value again, of what `entry_words` said."""
    if spec.kind is Kind.YESNO:
        return {"是": True, "否": False}.get(words)
    if spec.kind is Kind.COUNT:
        return int(words) if words.isdigit() else None
    if spec.kind is Kind.CHOICES:
        return {word: True for word in words.split("、") if word}
    return words


@dataclass(frozen=True, slots=True)
class Changed:
    """An entry of the first part that is not what it was when the retrofit began, in words."""

    change: FilingChange
    form: type[Record]
    field: str
    label: str
    before: str
    now: str

    @property
    def explained(self) -> bool:
        """Whether somebody gave a reason, so that the paper says what stands there now."""
        return bool(self.change.reason.strip())


def changes(dossier: Dossier) -> list[Changed]:
    """What was changed in the first part since the retrofit began, and is not as it was again."""
    found = []
    for form, fields in FIRST_PART.items():
        record = dossier.one(form)
        for field in fields:
            held = dossier.find(
                FilingChange, filing_change_id(dossier.id, f"{form_of(form)}.{field}")
            )
            if held is None or not held.field:  # what was undone names no field
                continue
            spec = specs(form)[field]
            now = entry_words(spec, getattr(record, field))
            if now != held.before:
                found.append(Changed(held, form, field, spec.label, held.before, now))
    return found


def first_part(dossier: Dossier) -> tuple[Filing, Enterprise]:
    """Both forms as the paper's first part says them: entries changed since the retrofit began
    stand as they were until a reason is given."""
    records: dict[type[Record], Record] = {form: dossier.one(form) for form in FIRST_PART}
    for each in changes(dossier):
        if not each.explained:
            kept = {each.field: entry_of(specs(each.form)[each.field], each.before)}
            records[each.form] = records[each.form].model_copy(update=kept)
    filing, enterprise = records[Filing], records[Enterprise]
    assert isinstance(filing, Filing) and isinstance(enterprise, Enterprise)
    return filing, enterprise
