"""附件4 改造项目备案入库申请表: its three parts, the declaration and the department's opinion.

One table, as the form is one; the finest division of its columns is that of the providers' list.
"""

import datetime as dt
from collections.abc import Mapping

from exporters.blocks import Cell, CellBlock, Document, Paragraph, Row, Run, Table, check_boxes
from exporters.form_rows import (
    Content,
    FormRows,
    boxes,
    grouped,
    identity,
    one_of,
    opinion,
    standing,
)
from exporters.seal import seal_place
from exporters.signing import HEIGHT_MM, signatures
from exporters.source import Source
from exporters.style import Align, Style
from exporters.wording import day_to_fill, hundredths, made_at, or_blank
from forms.dossier import Effect, Enterprise, Filing
from forms.fields import chosen
from forms.papers import Role
from forms.record import specs
from forms.retrofit import OUTCOMES
from grading.rules.filing_view import PartnerLine, first_part, partner_lines
from grading.rules.numbers import amount

_KEY = "filing"
_COLUMNS = (28, 11.5, 29, 7, 15.5, 19, 16, 30)
_SPANS = (1, 3, 2, 2)
_FIGURE_SPANS = (2, 2, 2, 2)
"""Where labels are long and what stands beside them is a number."""
_BOXES_EM = 32
"""What a line of boxes holds, in characters: the column less a margin for other faces."""
_PARTNER_HEADS = ("序号", "单位名称", "是否签合同", "合同金额", "联系人", "联系电话")
_PARTNER_SPANS = (1, 1, 2, 1, 1, 1)
_PARTNER_ROWS = 3
"""As many as the form has; more providers get more."""


def compose(source: Source) -> Document:
    """The whole form."""
    dossier = source.dossier
    form, enterprise = first_part(dossier)
    rows = FormRows(_SPANS, marked=source.draft)
    table = Table(
        _COLUMNS,
        (
            *_profile(source, rows, form, enterprise),
            *_needs(rows, form),
            *_retrofit(source, rows, form),
            *_outcomes(rows, form, dossier.all(Effect)),
            rows.wide("申报资料真实性声明", _declaration(source, form), 80),
            rows.wide("县（市、区）工信主管部门意见", _department(source, form), 74),
        ),
    )
    title = Paragraph(source.pack.texts.filing_title, Style.FORM_TITLE)
    return Document(
        title=f"{enterprise.name.strip()}{source.pack.called('filing')}",
        blocks=(title, table),
        draft=source.draft,
        author=enterprise.name,
        created=made_at(form.declared_on),
    )


def _profile(source: Source, rows: FormRows, form: Filing, enterprise: Enterprise) -> list[Row]:
    """一、基本情况."""
    asked = f"（{specs(Filing)['summary'].hint}，500字以内）"
    figures = {"revenue": form.revenue, "profit": form.profit}
    money = FormRows(_FIGURE_SPANS, rows.marked)
    insured = "" if form.insured is None else str(form.insured)
    return [
        rows.part("一、基本情况（试点企业改造前填写）"),
        *identity(rows, enterprise, "联系人"),
        rows.wide("企业基本情况", _asked(source, form.summary, asked), 22),
        *standing(rows, enterprise, source.pack),
        _exclusions(enterprise),
        *(money.wide(_money(field), value) for field, value in figures.items()),
        money.wide("2023年12月企业参保人数（人）", insured),
        money.wide("2023年人均营业收入\n（万元）", revenue_per_head(form)),
        money.wide(_money("invested"), form.invested),
    ]


def _money(field: str) -> str:
    spec = specs(Filing)[field]
    return f"{spec.label}\n（{spec.unit}）"


def _asked(source: Source, text: str, asked: str) -> Content:
    """What was written, or what the form asks for, which a draft marks."""
    if text.strip():
        return text
    return (Paragraph((Run(asked, marked=source.draft),), Style.CELL),)


def _exclusions(enterprise: Enterprise) -> Row:
    """Both questions of 方案 四（四） side by side; they are the enterprise's own."""
    cells = []
    for field, spans in (("central_funds", (2, 1)), ("pilot_2022", (4, 1))):
        question = Cell(specs(Enterprise)[field].label, colspan=spans[0], align=Align.CENTRE)
        cells += [question, Cell(_yes_or_no(getattr(enterprise, field), "不是", "\n"))]
    return Row(tuple(cells))


def _yes_or_no(answer: bool | None, no: str = "否", gap: str = "　") -> str:
    on = [] if answer is None else ["是" if answer else no]
    return check_boxes(("是", no), on, gap)


def revenue_per_head(form: Filing) -> str:
    """2023年人均营业收入: revenue by the insured; nothing where one of them is missing."""
    revenue = amount(form.revenue)
    if revenue is None or not form.insured or form.insured < 0:
        return ""
    return hundredths(revenue / form.insured)


def _needs(rows: FormRows, form: Filing) -> list[Row]:
    """二、数字化改造需求."""

    def several(label: str, field: str, *lines: int, names: Mapping[str, str] | None = None) -> Row:
        spec = specs(Filing)[field]
        on = chosen(getattr(form, field), spec)
        return rows.wide(label, boxes(spec.choices, on, lines, names or {}))

    software = grouped(
        specs(Filing)["software"], form.software, form.software_other, "：", _BOXES_EM
    )
    support = {"其他支持": f"其他支持：{form.support_other.strip()}"}
    return [
        rows.part("二、数字化改造需求（试点企业与数字化服务商共同填写）"),
        several("数字化转型基础需求\n（多选）", "base_needs", 4, 1),
        several("数字化转型经营管理需求\n（多选）", "operation_needs", 5, 5, 3),
        several("数字化转型其它需求\n（多选）", "other_needs", 4, 1),
        rows.wide("软件需求\n（多选）", software),
        several("希望得到的政府支持及工作建议\n（多选）", "support", 3, 2, 1, names=support),
    ]


def _retrofit(source: Source, rows: FormRows, form: Filing) -> list[Row]:
    """三、数字化改造情况及预期成效, down to 项目建设内容."""
    spec = specs(Filing)
    cloud = boxes(
        spec["cloud"].choices,
        chosen(form.cloud, spec["cloud"]),
        (4, 2),
        {"其他": f"其他：{form.cloud_other.strip()}"},
    )
    asked = f"（{spec['content'].hint}，字数1500以内）"
    return [
        rows.part("三、数字化改造情况及预期成效（试点企业与数字化服务商共同填写）"),
        rows.wide("数字化转型计划投入成本", (_planned(source, form),)),
        rows.wide("云应用情况", cloud),
        rows.wide("改造项目起止时间", _period(form)),
        rows.wide(_money("total_cost"), form.total_cost),
        rows.wide(spec["target"].label, one_of(spec["target"], form.target)),
        *_partners(rows, partner_lines(source.dossier)),
        rows.wide("项目建设内容", _asked(source, form.content, asked), 60),
    ]


def _planned(source: Source, form: Filing) -> Paragraph:
    def figure(typed: str) -> Run:
        return or_blank(source, typed) if typed.strip() or source.draft else Run("　　　")

    year, both = figure(form.plan_year), figure(form.plan_two_years)
    words = (Run("2024 年计划投入"), year, Run("万元，近两年计划投入"), both, Run("万元。"))
    return Paragraph(words, Style.CELL)


def _period(form: Filing) -> str:
    if form.starts_on is None and form.ends_on is None:
        return ""
    return f"{day_to_fill(form.starts_on)}至{day_to_fill(form.ends_on)}"


def _partners(rows: FormRows, partners: list[PartnerLine]) -> list[Row]:
    """合作的服务商信息: a row each, and blank ones up to the form's three."""
    lines: list[tuple[Cell, ...]] = []
    for number, each in enumerate(partners, 1):
        money = f"{each.amount}\n万元" if each.amount.strip() else ""
        who = each.partner
        texts = (who.name, _yes_or_no(each.contracted), money, who.contact, who.phone)
        lines.append(_partner(rows, str(number), *texts))
    blank = FormRows(rows.spans)
    while len(lines) < _PARTNER_ROWS:
        lines.append(_partner(blank, "", "", _yes_or_no(None), "", "", ""))
    heads = tuple(
        Cell(head, colspan=span, align=Align.CENTRE)
        for head, span in zip(_PARTNER_HEADS, _PARTNER_SPANS, strict=True)
    )
    label = rows.label("合作的服务商信息", rowspan=len(lines) + 1)
    first = Row((label, *heads), min_height_mm=8, keep_with_next=True)
    return [first, *(Row(cells, min_height_mm=10) for cells in lines)]


def _partner(rows: FormRows, *texts: str) -> tuple[Cell, ...]:
    return tuple(rows.value(text, span) for text, span in zip(texts, _PARTNER_SPANS, strict=True))


def _outcomes(rows: FormRows, form: Filing, effects: list[Effect]) -> list[Row]:
    """数字化改造预期成效: before beside after, aspect by aspect; the indicators, then the words."""
    head = "（尽量用若干定量指标，从降本、提质、增效、减存、绿色、安全等方面描述）"
    spans = (2, 3, 3)
    stages = tuple(
        Cell(text, colspan=span, align=Align.CENTRE)
        for text, span in zip(("改造阶段", "改造前", "改造后"), spans, strict=True)
    )
    found = [
        rows.part(f"数字化改造预期成效{head}"),
        Row(stages, min_height_mm=8, keep_with_next=True),
    ]
    for aspect in OUTCOMES:
        label = Cell(f"{aspect}方面成效", colspan=spans[0], align=Align.CENTRE)
        own = [each for each in effects if each.aspect == aspect]
        told = (
            "\n".join(filter(None, (*lines, str(words.get(aspect) or "").strip())))
            for lines, words in (
                ([_indicator(e, e.before, e.before_period) for e in own], form.before),
                ([_indicator(e, e.after, e.after_period) for e in own], form.after),
            )
        )
        found.append(Row((label, *(rows.value(text, 3) for text in told)), min_height_mm=14))
    return found


def _indicator(effect: Effect, value: str, period: str) -> str:
    """One side of an indicator: 设备联网率 30%（2024年）; nothing where its number is missing."""
    if not value.strip():
        return ""
    when = f"（{period.strip()}）" if period.strip() else ""
    return f"{effect.name.strip()} {value.strip()}{effect.unit.strip()}{when}"


def _declaration(source: Source, form: Filing) -> tuple[Paragraph, Table]:
    """The declaration as it stands, to be signed and sealed below."""
    legal = signatures(source, _KEY, Role.LEGAL)
    sign = Row(
        (Cell("试点企业法定代表人（签字/盖章）："), Cell(legal)),
        min_height_mm=HEIGHT_MM + 4,
        keep_with_next=True,
    )
    text = Paragraph(source.pack.texts.declaration, Style.CELL, after_pt=8)
    return text, _sealed("试点企业（公章）：", form.declared_on, sign)


def _department(source: Source, form: Filing) -> tuple[CellBlock, ...]:
    """The department's opinion, or room to write it."""
    text = opinion(source, form.district_opinion, 14)
    return (*text, _sealed("单位（公章）", form.district_on))


def _sealed(label: str, day: dt.date | None, *above: Row) -> Table:
    """A label with the seal's place beside it and the date below that, under the rows `above`."""
    seal = Row((Cell(label), Cell((seal_place(),))), keep_with_next=True)
    date = Row((Cell(), Cell(day_to_fill(day), align=Align.CENTRE)))
    return Table((3, 2), (*above, seal, date), border=False)
