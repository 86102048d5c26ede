"""附件3 五（四）: the 满意度评价表 on the bureau's form, blank where nobody answered."""

from exporters.blocks import Block, Cell, Paragraph, Row, Table
from exporters.source import Source
from exporters.style import Align, Style
from exporters.wording import date_text, pilot
from forms.dossier import Enterprise, Provider, Satisfaction
from forms.record import specs

TITLE = "咨询诊断服务企业满意度评价表"
"""The form's name, which the pilot's name stands above."""

_QUESTIONS = ("process", "problems", "advice", "skill", "outcome")
_BLANK_DATE = "　　年　　月　　日"


def blocks(source: Source) -> list[Block]:
    """The form's title and table."""
    first = Paragraph(pilot(source.pack), Style.FORM_TITLE, after_pt=0)
    return [first, Paragraph(TITLE, Style.FORM_TITLE), table(source)]


def table(source: Source) -> Table:
    """Seven columns: 序号, 评价内容 (two), and the four marks (four)."""
    dossier = source.dossier
    form = dossier.one(Satisfaction)
    enterprise, provider = dossier.one(Enterprise), dossier.one(Provider)
    asked = "企业对诊断服务商提供的诊断评估服务进行评价（在如下表格中打√）"
    filled = date_text(form.filled_on) or _BLANK_DATE
    rows = [
        _pair("企业名称（盖章）", enterprise.name, "填表日期", filled),
        _pair("企业联系人", enterprise.contact, "联系方式", enterprise.phone),
        Row((_name("咨询诊断服务商名称"), Cell(provider.name, colspan=5)), min_height_mm=7),
        _pair("咨询诊断服务商联系人", provider.contact, "联系方式", provider.phone),
        Row((Cell(asked, colspan=7, align=Align.CENTRE),), min_height_mm=7),
        *_questions(form),
        *_verdict(form, "overall"),
        *_verdict(form, "adoption"),
        Row((Cell(_said("企业意见", form.opinion), colspan=7, top=True),), min_height_mm=18),
        Row((Cell("单位盖章：", colspan=7, top=True),), min_height_mm=18),
    ]
    return Table((12, 28, 52, 16, 16, 16, 16), tuple(rows))


def _name(label: str) -> Cell:
    return Cell(label, colspan=2, align=Align.CENTRE)


def _pair(label: str, value: str, second: str, other: str) -> Row:
    cells = (
        _name(label),
        Cell(value),
        Cell(second, colspan=2, align=Align.CENTRE),
        Cell(other, colspan=2),
    )
    return Row(cells, min_height_mm=7)


def _questions(form: Satisfaction) -> list[Row]:
    marks = specs(Satisfaction)[_QUESTIONS[0]].choices
    centred = [Cell(text, align=Align.CENTRE) for text in ("序号", *marks)]
    content = Cell("评价内容", colspan=2, align=Align.CENTRE)
    rows = [Row((centred[0], content, *centred[1:]), min_height_mm=7)]
    for number, field in enumerate(_QUESTIONS, start=1):
        spec = specs(Satisfaction)[field]
        rows.append(
            Row(
                (
                    Cell(str(number), align=Align.CENTRE),
                    Cell(f"{spec.label}：{spec.hint}", colspan=2),
                    *_marks(spec.choices, getattr(form, field)),
                )
            )
        )
    return rows


def _verdict(form: Satisfaction, field: str) -> tuple[Row, Row]:
    """A question of three answers, the √ below the one given."""
    spec = specs(Satisfaction)[field]
    label = Cell(spec.label, colspan=2, rowspan=2, align=Align.CENTRE)
    spans = (1, 2, 2)
    heads = [
        Cell(choice, colspan=span, align=Align.CENTRE)
        for choice, span in zip(spec.choices, spans, strict=True)
    ]
    marks = [
        Cell(mark.content, colspan=span, align=Align.CENTRE)
        for mark, span in zip(_marks(spec.choices, getattr(form, field)), spans, strict=True)
    ]
    return Row((label, *heads), min_height_mm=7), Row(tuple(marks), min_height_mm=8)


def _marks(choices: tuple[str, ...], value: str) -> list[Cell]:
    return [Cell("√" if choice == value else "", align=Align.CENTRE) for choice in choices]


def _said(label: str, text: str) -> str:
    return f"{label}：\n{text}" if text.strip() else f"{label}："
