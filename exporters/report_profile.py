"""附件3 企业基本情况表, cell by cell, with the year and definition of its figures below it."""

from exporters.blocks import Block, Paragraph, Table
from exporters.form_rows import FormRows, grouped, identity, standing
from exporters.report_results import captioned
from exporters.source import Source
from exporters.style import Style
from exporters.wording import figure_value, hundredths
from forms.dossier import Enterprise
from forms.enterprise import per_head
from forms.fields import Kind
from forms.record import specs
from grading.rules.numbers import amount


def blocks(source: Source) -> list[Block]:
    """Table 1 with its caption and note."""
    enterprise = source.dossier.one(Enterprise)
    found: list[Block] = [captioned(source, "enterprise"), table(source)]
    note = figures_note(enterprise)
    return [*found, Paragraph(note, Style.NOTE)] if note else found


def table(source: Source) -> Table:
    """The form: label, value, label, value."""
    enterprise = source.dossier.one(Enterprise)
    directions = specs(Enterprise)["directions"]
    named = enterprise.directions_other
    rows = FormRows()
    people = rows.pair(
        "企业总人数",
        figure_value(enterprise.employees),
        "数字化人员数量",
        figure_value(enterprise.digital_staff),
    )
    money = [
        rows.pair(
            "上年度营业收入\n（万元）",
            figure_value(enterprise.revenue),
            "上年度利润（万元）",
            figure_value(enterprise.profit),
        ),
        rows.pair(
            "上年度人均营业收入（万元）",
            revenue_per_head(enterprise),
            "已有数字化转型投入（万元）",
            figure_value(enterprise.invested),
        ),
        rows.wide("实施数字化转型拟投入预算（万元）", figure_value(enterprise.budget)),
        rows.wide("数字化转型方面获得荣誉", enterprise.honours),
        rows.wide(
            "拟实施数字化转型方向（可多选）",
            grouped(directions, enterprise.directions, named, "________"),
        ),
    ]
    return Table(
        (32, 44, 32, 48),
        (
            *identity(rows, enterprise, "企业联系人"),
            people,
            rows.wide("企业基本情况\n（500字以内）", enterprise.summary, 22),
            *standing(rows, enterprise, source.pack),
            *money,
        ),
    )


def revenue_per_head(enterprise: Enterprise) -> str:
    """上年度人均营业收入 to two decimals, halves up; nothing where a figure is missing."""
    typed = (enterprise.revenue, enterprise.employees)
    if any(amount(figure.get("value")) is None for figure in typed):
        return ""
    exact = per_head(enterprise)
    if exact is None:
        return ""
    return hundredths(exact)


def figures_note(enterprise: Enterprise) -> str:
    """The year and the definition of every figure that the table gives."""
    parts = []
    for name, spec in specs(Enterprise).items():
        figure = getattr(enterprise, name)
        if spec.kind is not Kind.FIGURE or not figure_value(figure):
            continue
        year = str(figure.get("year") or "")
        basis = str(figure.get("basis") or "") or spec.basis
        parts.append(f"{spec.label}为{f'{year}年数，' if year else ''}口径为{basis}")
    if revenue_per_head(enterprise):
        parts.append("上年度人均营业收入为上年度营业收入除以企业总人数")
    return f"注：{'；'.join(parts)}。" if parts else ""
