"""附件5: the assessor's opinion on a finished retrofit, and the district department's."""

from exporters.blocks import Cell, CellBlock, Document, Paragraph, Row, Run, Table
from exporters.form_rows import FormRows, opinion
from exporters.seal import seal_place
from exporters.signing import place_to_sign, signatures
from exporters.source import Source
from exporters.style import Align, Style
from exporters.wording import day_to_fill, made_at
from forms.dossier import Acceptance, Enterprise
from forms.papers import Role

HINT = "（试点企业无需填写，待正式提交申报书材料时删除此行）"
"""What the form asks to be taken out before it is handed in: only a draft has it."""

_KEY = "acceptance"
_TO_WRITE_MM = (30, 10)
"""Room for the two opinions where they are written by hand: the form fills one page."""


def compose(source: Source) -> Document:
    """The form, blank where the assessor or the department has not spoken."""
    form = source.dossier.one(Acceptance)
    enterprise = source.dossier.one(Enterprise)
    title = source.pack.texts.acceptance_title
    return Document(
        title=f"{enterprise.name.strip()}{source.pack.called('acceptance')}",
        blocks=(Paragraph(title, Style.FORM_TITLE), _table(source, form, enterprise)),
        draft=source.draft,
        created=made_at(form.opinion_on),
    )


def _table(source: Source, form: Acceptance, enterprise: Enterprise) -> Table:
    rows = FormRows(marked=source.draft)
    hint = (Paragraph((Run(HINT, marked=True),), Style.CELL),) if source.draft else ()
    first, second = _TO_WRITE_MM
    assessor = (*opinion(source, form.opinion, first), *hint, _assessors(source, form))
    department = (*opinion(source, form.district_opinion, second), _department(form))
    return Table(
        (34, 46, 34, 42),
        (
            rows.pair("项目单位名称", enterprise.name, "所属县（市、区）", enterprise.district, 9),
            rows.wide("项目名称", form.project, 9),
            rows.pair("项目负责人", form.lead, "联系方式", form.phone, 9),
            rows.wide("第三方评测机构审核意见", assessor, 100),
            rows.wide("所属县（市、区）工信主管部门", department, 74),
        ),
    )


def _assessors(source: Source, form: Acceptance) -> Table:
    """The experts' signatures at the left, the seal at the right with the date below it."""
    lead = place_to_sign("负责人签字：", signatures(source, _KEY, Role.ASSESSOR))
    day = Cell(day_to_fill(form.opinion_on), align=Align.CENTRE)
    return Table(
        (1, 1),
        (
            Row((Cell(lead, top=True), Cell(_seal(), rowspan=2)), keep_with_next=True),
            Row((Cell(place_to_sign("组员签字："), top=True),), keep_with_next=True),
            Row((Cell(), day)),
        ),
        border=False,
    )


def _seal() -> tuple[CellBlock, ...]:
    return (Paragraph("单位公章", Style.CELL, align=Align.CENTRE), seal_place())


def _department(form: Acceptance) -> Table:
    day = Cell(day_to_fill(form.district_on), align=Align.CENTRE)
    return Table(
        (1, 1),
        (Row((Cell(), Cell(_seal())), keep_with_next=True), Row((Cell(), day))),
        border=False,
    )
