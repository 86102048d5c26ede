"""诊断结果汇报会议纪要 (方案 三（一）5): who was there, what was said, corrected, and holds.

The plan prescribes no form for it; this one is the program's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from exporters.blocks import (
    Block,
    Cell,
    CellBlock,
    Document,
    Heading,
    Paragraph,
    Row,
    Run,
    Table,
    head_row,
)
from exporters.form_rows import FormRows
from exporters.report_results import level_sentence
from exporters.signing import place_to_sign, signatures
from exporters.source import Source
from exporters.style import Align, Style
from exporters.wording import clock, date_text, lines, made_at, numeral, or_blank
from forms.dossier import (
    Briefing,
    BriefingAttendee,
    Correction,
    Enterprise,
    Member,
    Provider,
    Remark,
    picked,
)
from forms.papers import Role

TITLE = "诊断结果汇报会议纪要"
KEY = "minutes"
_HEAD = (30, 48, 26, 52)
_ATTENDEES = (13, 45, 70, 28)
_REMARKS = (13, 22, 56, 27, 38)
_YESNO = {True: "是", False: "否", None: ""}
_CORRECTIONS = (13, 28, 20, 20, 46, 29)


def compose(source: Source) -> Document:
    """The minutes, as far as the meeting was recorded; what there was none of is left out."""
    dossier = source.dossier
    meeting = dossier.one(Briefing)
    found: list[Block] = [Paragraph(TITLE, Style.TITLE, after_pt=14), _head(source, meeting)]
    for number, (heading, content) in enumerate(_parts(source, meeting), 1):
        found += [Heading(1, f"{numeral(number)}、{heading}"), *content]
    found += [Paragraph("", Style.CELL), _signing(source)]
    return Document(
        title=f"{dossier.one(Enterprise).name.strip()}{TITLE}",
        blocks=tuple(found),
        draft=source.draft,
        author=dossier.one(Provider).name,
        created=made_at(meeting.held_on),
    )


def _head(source: Source, meeting: Briefing) -> Table:
    dossier, rows = source.dossier, FormRows(marked=source.draft)
    ours = [each.name for each in picked(meeting.presenters, dossier.all(Member))]
    held = date_text(meeting.held_on)
    if meeting.start or meeting.end:
        held = f"{held} {clock(meeting.start)}-{clock(meeting.end)}".strip()
    return Table(
        _HEAD,
        (
            rows.wide("试点企业", dossier.one(Enterprise).name),
            rows.wide("咨询诊断服务商", dossier.one(Provider).name),
            rows.pair("汇报时间", held, "汇报地点", meeting.place),
            rows.pair("主持人", meeting.chair, "记录人", meeting.recorder),
            rows.wide("服务商参加人员", "、".join(ours)),
        ),
    )


def _told(source: Source, text: str) -> tuple[CellBlock, ...]:
    """A text that should be there, in a table's cell."""
    return (Paragraph((or_blank(source, text.strip()),), Style.CELL),)


def _parts(source: Source, meeting: Briefing) -> Iterator[tuple[str, Sequence[Block]]]:
    yield "企业参加人员", (_attendees(source),)
    if remarks := source.dossier.all(Remark):
        yield "企业意见及答复", (_remarks(source, remarks),)
    if corrections := source.dossier.all(Correction):
        yield "评测结果更正", (_corrections(corrections),)
    told = level_sentence(source)
    result = (Run(told.text, marked=source.draft and told.open),)
    yield "最终评测结果", (Paragraph(result),)
    said = lines(meeting.conclusion)
    blank = [] if said else [Paragraph((or_blank(source, ""),))]
    yield "汇报结论", [*(Paragraph(line) for line in said), *blank]


def _attendees(source: Source) -> Table:
    rows = [
        _row(str(number), each.name, each.post, _YESNO[each.leader], centred=(0, 3))
        for number, each in enumerate(source.dossier.all(BriefingAttendee), 1)
    ]
    unknown = _told(source, "")
    blank = _row("", unknown, unknown, unknown, centred=())
    return _table(_ATTENDEES, ("序号", "姓名", "职务", "高层领导"), rows or [blank])


def _remarks(source: Source, remarks: Sequence[Remark]) -> Table:
    rows = []
    for number, each in enumerate(remarks, 1):
        reply = _told(source, each.reply) if each.subject.strip() else each.reply
        cells = (str(number), each.speaker, each.text, each.subject, reply)
        rows.append(_row(*cells, centred=(0,)))
    return _table(_REMARKS, ("序号", "提出人", "意见内容", "有异议的采集项或场景", "答复"), rows)


def _corrections(corrections: Sequence[Correction]) -> Table:
    rows = []
    for number, each in enumerate(corrections, 1):
        agreed = "\n".join(filter(None, (each.agreed, date_text(each.decided_on))))
        cells = (str(number), each.subject, each.before, each.after, each.reason, agreed)
        rows.append(_row(*cells, centred=(0,)))
    heads = ("序号", "采集项或场景", "更正前", "更正后", "更正理由", "同意人及日期")
    return _table(_CORRECTIONS, heads, rows)


def _row(*cells: str | tuple[CellBlock, ...], centred: Sequence[int]) -> Row:
    return Row(
        tuple(
            Cell(said, align=Align.CENTRE if place in centred else Align.LEFT)
            for place, said in enumerate(cells)
        )
    )


def _table(widths: Sequence[float], heads: Sequence[str], rows: Sequence[Row]) -> Table:
    return Table(tuple(widths), (head_row(*heads), *rows), head_rows=1)


def _signing(source: Source) -> Table:
    """Both parties' places to sign, side by side."""
    cells = tuple(
        Cell(place_to_sign(f"{role.value}（签字）：", signatures(source, KEY, role)), top=True)
        for role in (Role.ENTERPRISE, Role.PROVIDER)
    )
    return Table((1, 1), (Row(cells),), border=True)
