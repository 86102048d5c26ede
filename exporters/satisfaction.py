"""附件3 五（四）: the 满意度评价表 on the bureau's form, blank where nobody answered."""

from collections.abc import Sequence

from exporters import signing
from exporters.blocks import Block, Cell, CellBlock, Document, Paragraph, Row, Table
from exporters.form_rows import FormRows
from exporters.seal import seal_place
from exporters.source import Source
from exporters.style import Align, Style
from exporters.wording import day_to_fill, pilot
from forms.dossier import Enterprise, Provider, Satisfaction
from forms.papers import Role
from forms.record import specs

TITLE = "咨询诊断服务企业满意度评价表"
"""The form's name, which the pilot's name stands above."""

_SEAL_MM = 28.0
"""Less than a seal, which may reach over the words around it: the form stays on one page."""
_WIDTHS = (12, 29, 51, 16, 10, 6, 16, 16)
"""Narrow columns for the marks, and a boundary that gives dates and telephone numbers room."""
_FORM = FormRows((2, 1, 2, 3))
_MARK_SPANS = (1, 2, 1, 1)
_VERDICT_SPANS = (1, 3, 2)
_QUESTIONS = ("process", "problems", "advice", "skill", "outcome")


def compose(source: Source) -> Document:
    """The form as a document by itself, filled as far as the dossier goes."""
    return _document(source, blocks(source))


def compose_blank(source: Source) -> Document:
    """The form to be filled in by hand: both parties are named, what the enterprise says is not."""
    place = signing.beside((seal_place(diameter_mm=_SEAL_MM),))
    return _document(source, _form(source, Satisfaction(dossier_id=source.dossier.id), place))


def _document(source: Source, found: list[Block]) -> Document:
    return Document(
        title=f"{source.dossier.one(Enterprise).name.strip()}{TITLE}",
        blocks=tuple(found),
        draft=source.draft,
        author=source.dossier.one(Provider).name,
    )


def blocks(source: Source) -> list[Block]:
    """The form's title and table."""
    signed = signing.signatures(source, "satisfaction", Role.ENTERPRISE)
    place = signing.beside((seal_place(diameter_mm=_SEAL_MM), *signed))
    return _form(source, source.dossier.one(Satisfaction), place)


def _form(source: Source, form: Satisfaction, place: tuple[CellBlock, ...]) -> list[Block]:
    first = Paragraph(pilot(source.pack), Style.FORM_TITLE, after_pt=0)
    return [first, Paragraph(TITLE, Style.FORM_TITLE, after_pt=5), _table(source, form, place)]


def _table(source: Source, form: Satisfaction, place: tuple[CellBlock, ...]) -> Table:
    dossier = source.dossier
    enterprise, provider = dossier.one(Enterprise), dossier.one(Provider)
    asked = "企业对诊断服务商提供的诊断评估服务进行评价（在如下表格中打√）"
    filled = day_to_fill(form.filled_on)
    rows = [
        _FORM.pair("企业名称（盖章）", enterprise.name, "填表日期", filled),
        _FORM.pair("企业联系人", enterprise.contact, "联系方式", enterprise.phone),
        _FORM.wide("咨询诊断服务商名称", provider.name),
        _FORM.pair("咨询诊断服务商联系人", provider.contact, "联系方式", provider.phone),
        Row((Cell(asked, colspan=_FORM.columns, align=Align.CENTRE),), min_height_mm=7),
        *_questions(form),
        *_verdict(form, "overall"),
        *_verdict(form, "adoption"),
        Row((_whole(_said(form.opinion)),), min_height_mm=16, keep_with_next=True),
        Row((_whole((Paragraph("单位盖章：", Style.CELL), *place)),)),
    ]
    return Table(_WIDTHS, tuple(rows))


def _questions(form: Satisfaction) -> list[Row]:
    choices = specs(Satisfaction)[_QUESTIONS[0]].choices
    number = Cell("序号", align=Align.CENTRE)
    content = Cell("评价内容", colspan=2, align=Align.CENTRE)
    rows = [Row((number, content, *_centred(choices, _MARK_SPANS)), min_height_mm=7)]
    for place, field in enumerate(_QUESTIONS, start=1):
        spec = specs(Satisfaction)[field]
        marks = _marks(spec.choices, getattr(form, field))
        number = Cell(str(place), align=Align.CENTRE)
        content = Cell(f"{spec.label}：{spec.hint}", colspan=2)
        rows.append(Row((number, content, *_centred(marks, _MARK_SPANS))))
    return rows


def _verdict(form: Satisfaction, field: str) -> tuple[Row, Row]:
    """A question of three answers, the √ below the one given."""
    spec = specs(Satisfaction)[field]
    label = Cell(spec.label, colspan=2, rowspan=2, align=Align.CENTRE)
    marks = _marks(spec.choices, getattr(form, field))
    return (
        Row((label, *_centred(spec.choices, _VERDICT_SPANS)), min_height_mm=7),
        Row(_centred(marks, _VERDICT_SPANS), min_height_mm=8),
    )


def _marks(choices: Sequence[str], value: str) -> list[str]:
    return ["√" if choice == value else "" for choice in choices]


def _centred(texts: Sequence[str], spans: Sequence[int]) -> tuple[Cell, ...]:
    pairs = zip(texts, spans, strict=True)
    return tuple(Cell(text, colspan=span, align=Align.CENTRE) for text, span in pairs)


def _whole(content: str | tuple[CellBlock, ...]) -> Cell:
    return Cell(content, colspan=_FORM.columns, top=True)


def _said(text: str) -> str:
    return f"企业意见：\n{text}" if text.strip() else "企业意见："
