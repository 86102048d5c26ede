"""退回意见, by which an office sends a bundle back, and the provider's 整改说明 that answers it.

Both are the program's own: the plan has the handed-in work examined (方案 三（一）7) and prescribes
no form for either. They print the same points in the same order under the same numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from exporters.blocks import Block, Cell, Document, Paragraph, Row, Run, Table, head_row
from exporters.seal import seal_place
from exporters.source import Source
from exporters.style import Align, Style
from exporters.wording import UNFILLED, date_text, day_to_fill, made_at, or_blank
from forms.dossier import (
    Attachment,
    DiagnosisAcceptance,
    Dossier,
    Enterprise,
    Photo,
    Provider,
    ReturnOpinion,
    ReturnPoint,
    picked,
)
from forms.returned import OPEN, Returned

OPINION, ANSWER = "咨询诊断成果退回意见", "咨询诊断成果整改说明"
_POINTS = (13, 65, 25, 53)
_ANSWERS = (13, 49, 20, 41, 33)


def compose(returned: Returned) -> Document:
    """The opinion as it is sent with its file, to be sealed."""
    opinion = returned.opinion
    enterprise = returned.enterprise or "（企业名称未填）"
    due = f"请于{date_text(opinion.due)}前" if opinion.due else "请尽快"
    found: list[Block] = [
        *_head(OPINION, opinion.number),
        Paragraph(f"{returned.provider}：" if returned.provider else "报送单位：", Style.PLAIN),
        Paragraph(
            f"你单位报送的{enterprise}数字化转型咨询诊断成果材料收悉。经审核，有下列"
            f"{len(returned.points)}条意见需要整改，现予退回。{due}完成整改，逐条说明整改情况并附凭据，"
            "重新报送。"
        ),
        *_prose(opinion.remarks),
        Table(
            _POINTS,
            (
                head_row("序号", "问题", "依据", "整改要求"),
                *(_point_row(number, each) for number, each in enumerate(returned.points, 1)),
            ),
            head_rows=1,
        ),
        *_foot(opinion),
    ]
    return Document(
        title=f"{returned.enterprise}{OPINION}",
        blocks=tuple(found),
        confidential=True,
        author=opinion.office,
        created=made_at(opinion.date),
    )


def compose_answer(source: Source) -> Document:
    """What became of every point of every opinion on the dossier, the experts' of the acceptance
    last."""
    dossier = source.dossier
    opinions = dossier.all(ReturnOpinion)
    found: list[Block] = list(_head(ANSWER, ""))
    for opinion in opinions:
        found += _answered(source, opinion.id, _came(opinion))
    accepted = dossier.one(DiagnosisAcceptance)
    wanted = bool(dossier.all(ReturnPoint, accepted.id))
    if wanted:
        day = date_text(accepted.held_on)
        found += _answered(source, accepted.id, f"{day}咨询诊断验收专家组意见")
    if not opinions and not wanted:
        found.append(Paragraph((or_blank(source, ""),)))
    provider = dossier.one(Provider)
    closed = max((p.closed_on for p in dossier.points() if p.closed_on), default=None)
    found += [
        Paragraph((or_blank(source, provider.name),), Style.SIGNATURE, before_pt=14),
        Paragraph(day_to_fill(closed), Style.SIGNATURE),
    ]
    return Document(
        title=f"{dossier.one(Enterprise).name.strip()}{ANSWER}",
        blocks=tuple(found),
        draft=source.draft,
        author=provider.name,
    )


def _head(title: str, number: str) -> list[Block]:
    after = 4 if number else 14
    found: list[Block] = [Paragraph(title, Style.TITLE, after_pt=after)]
    if number:
        found.append(Paragraph(number, Style.CENTRE, after_pt=14))
    return found


def _prose(text: str) -> list[Block]:
    return [Paragraph(line.strip()) for line in text.splitlines() if line.strip()]


def _point_row(number: int, point: ReturnPoint) -> Row:
    asked = point.asked + (f"\n期限：{date_text(point.due)}" if point.due else "")
    return Row(
        (
            Cell(str(number), align=Align.CENTRE),
            Cell(_with_place(point)),
            Cell(point.basis),
            Cell(asked.strip()),
        )
    )


def _with_place(point: ReturnPoint) -> str:
    return point.text + (f"\n（{point.place}）" if point.place else "")


def _foot(opinion: ReturnOpinion) -> list[Block]:
    """The office and its seal; then which file was examined."""
    signed = tuple(
        Paragraph(text, Style.CELL_LARGE, align=Align.RIGHT, after_pt=6)
        for text in (opinion.office, day_to_fill(opinion.date))
    )
    found: list[Block] = [
        Paragraph("", Style.CELL),  # else the two tables would be one
        Table(
            (112, 44),
            (Row((Cell(signed), Cell((seal_place(),), align=Align.CENTRE))),),
            border=False,
        ),
    ]
    if opinion.bundle:
        found.append(Paragraph(f"所审文件包的SHA-256：{opinion.bundle}", Style.NOTE))
    return found


def _came(opinion: ReturnOpinion) -> str:
    """The opinion by its office, day and number."""
    number = f"（{opinion.number}）" if opinion.number else ""
    return f"{opinion.office}{date_text(opinion.date)}退回意见{number}"


def _answered(source: Source, opinion: UUID, name: str) -> list[Block]:
    """The points below one opinion, by its record, with what became of each."""
    points = source.dossier.all(ReturnPoint, opinion)
    said = f"根据{name}，我单位逐条整改，现将情况说明如下。"
    rows = [_answer_row(source, place, point) for place, point in enumerate(points, 1)]
    heads = head_row("序号", "退回意见", "处理情况", "整改情况说明", "凭据")
    return [Paragraph(said), Table(_ANSWERS, (heads, *rows), head_rows=1)]


def _answer_row(source: Source, number: int, point: ReturnPoint) -> Row:
    state = (point.state or OPEN) + (f"\n{date_text(point.closed_on)}" if point.closed_on else "")
    return Row(
        (
            Cell(str(number), align=Align.CENTRE),
            Cell(_with_place(point)),
            Cell(state, align=Align.CENTRE),
            Cell(_or_mark(source, point.reply)),
            Cell("\n".join(evidence(source.dossier, point))),
        )
    )


def _or_mark(source: Source, text: str) -> tuple[Paragraph, ...]:
    content: Sequence[Run] = (UNFILLED,) if source.draft and not text.strip() else (Run(text),)
    return (Paragraph(tuple(content), Style.CELL),)


def evidence(dossier: Dossier, point: ReturnPoint) -> list[str]:
    """What a point's answer rests on, a line each."""
    photos = picked(point.photos, dossier.all(Photo))
    held = picked(point.attachments, dossier.all(Attachment))
    found = [f"照片“{each.caption or each.filename or each.kind}”" for each in photos]
    found += [f"附件“{each.name or each.filename}”" for each in held]
    return [*found, point.shown] if point.shown.strip() else found
