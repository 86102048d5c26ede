"""附件3 企业基本情况表, cell by cell, with the year and definition of its figures below it."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from exporters.blocks import Block, Caption, Cell, Paragraph, Row, Table, check_boxes
from exporters.source import Source
from exporters.style import Align, Style
from exporters.wording import figure_value
from forms.dossier import Enterprise
from forms.enterprise import DIRECTIONS, LEVELS, per_head
from forms.fields import Kind, Spec, chosen
from forms.record import specs
from grading.rules.numbers import amount

_OTHER = "其他"


def blocks(source: Source) -> list[Block]:
    """Table 1 with its caption and note."""
    enterprise = source.dossier.one(Enterprise)
    found: list[Block] = [Caption("表", 1, "企业基本情况表"), table(source)]
    note = figures_note(enterprise)
    return [*found, Paragraph(note, Style.NOTE)] if note else found


def table(source: Source) -> Table:
    """The form: label, value, label, value."""
    enterprise = source.dossier.one(Enterprise)
    spec = specs(Enterprise)
    pack = source.pack
    pairs = [
        _pair("企业名称", enterprise.name, "所属县（市、区）", enterprise.district),
        _pair("注册地址", enterprise.address, "企业信用代码", enterprise.credit_code),
        _pair("企业联系人", enterprise.contact, "联系方式", enterprise.phone),
        _pair(
            "企业总人数",
            figure_value(enterprise.employees),
            "数字化人员数量",
            figure_value(enterprise.digital_staff),
        ),
    ]
    boxes = [
        _wide("企业基本情况\n（500字以内）", enterprise.summary, 22),
        _wide("企业性质", _one(spec["nature"], enterprise.nature)),
        *_size(enterprise),
        _wide("优质中小企业情况", _several(spec["quality"], enterprise.quality)),
        _wide("数字化水平自评测等级", _boxes(LEVELS, enterprise.self_level)),
        _wide("所属细分行业", _boxes(pack.industries, enterprise.industry, 2)),
    ]
    money = [
        _pair(
            "上年度营业收入\n（万元）",
            figure_value(enterprise.revenue),
            "上年度利润（万元）",
            figure_value(enterprise.profit),
        ),
        _pair(
            "上年度人均营业收入（万元）",
            revenue_per_head(enterprise),
            "已有数字化转型投入（万元）",
            figure_value(enterprise.invested),
        ),
        _wide("实施数字化转型拟投入预算（万元）", figure_value(enterprise.budget)),
        _wide("数字化转型方面获得荣誉", enterprise.honours),
        _wide("拟实施数字化转型方向（可多选）", _directions(enterprise)),
    ]
    return Table((32, 44, 32, 48), (*pairs, *boxes, *money))


def revenue_per_head(enterprise: Enterprise) -> str:
    """上年度人均营业收入 to two decimals, halves up; nothing where a figure is missing."""
    typed = (enterprise.revenue, enterprise.employees)
    if any(amount(figure.get("value")) is None for figure in typed):
        return ""
    exact = per_head(enterprise)
    if exact is None:
        return ""
    return str(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))


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


def _label(text: str, rowspan: int = 1) -> Cell:
    return Cell(text, rowspan=rowspan, align=Align.CENTRE)


def _pair(label: str, value: str, second: str, other: str) -> Row:
    return Row((_label(label), Cell(value), _label(second), Cell(other)))


def _wide(label: str, value: str, height: float = 0) -> Row:
    return Row((_label(label), Cell(value, colspan=3, top=height > 20)), min_height_mm=height)


def _size(enterprise: Enterprise) -> tuple[Row, Row]:
    """企业规模 beside two lines, as the form has it."""
    spec = specs(Enterprise)
    size = f"{_one(spec['size'], enterprise.size)}\n（{spec['size'].hint}）"
    scale = _one(spec["above_scale"], enterprise.above_scale)
    return (
        Row((_label("企业规模", rowspan=2), Cell(size, colspan=3))),
        Row((Cell(scale, colspan=3),)),
    )


def _one(spec: Spec, value: str) -> str:
    return _boxes(spec.choices, value)


def _several(spec: Spec, values: dict[str, bool]) -> str:
    return _printed(spec.choices, chosen(values, spec), 2)


def _boxes(choices: Iterable[str], value: str, a_line: int = 0) -> str:
    return _printed(tuple(choices), [value] if value else [], a_line)


def _printed(choices: tuple[str, ...], on: list[str], a_line: int) -> str:
    """The boxes, `a_line` to a line (0: all); what was chosen besides the form's own comes last."""
    options = (*choices, *(value for value in on if value not in choices))
    step = a_line or max(len(options), 1)
    parts = [options[start : start + step] for start in range(0, len(options), step)]
    return "\n".join(check_boxes(part, on) for part in parts)


def _directions(enterprise: Enterprise) -> str:
    """拟实施数字化转型方向: a line a group, 其他 with its name or the blank for it."""
    on = set(chosen(enterprise.directions))
    rows = []
    for group, choices in DIRECTIONS:
        named = str(enterprise.directions_other.get(group) or "").strip()
        boxes = []
        for choice in choices:
            name = choice
            if choice == _OTHER:
                name += f"：{named}" if named else "________"
            boxes.append(("☑" if f"{group}/{choice}" in on else "□") + name)
        rows.append(f"{group}：{'　'.join(boxes)}")
    return "\n".join(rows)
