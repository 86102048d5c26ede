"""The check sheet's second table: the visits' hours and photos by kind, a row each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from exporters.blocks import Block, Cell, Paragraph, Row, Table, head_row
from exporters.check_reading import Reading
from exporters.style import Align, Style
from exporters.wording import date_text, duration, numeral, periods
from forms.dossier import Member, Stay, picked
from forms.visit import PHOTO_KINDS
from grading.photo_verdict import PhotoWord
from grading.rules.view import Judged, VisitView

#: Visits that have a row of their own; further ones share the last row, for the page is one page.
_VISIT_ROWS = 4


def verdict_cell(verdict: str) -> Cell:
    """A verdict; whatever needs a look stands out."""
    return Cell(verdict, align=Align.CENTRE, bold=verdict != "符合")


def blocks(reading: Reading) -> list[Block]:
    """The visits' hours and photos by kind, a row each; the second head says what was asked."""
    least = reading.limit
    limits = (
        "要求",
        "协议服务期限内",
        f"≥{least('VISIT-HOURS')}小时\n≥{least('VISIT-PRESENT')}人",
        "≥1\n≥1",
        f"共\n≥{least('VISIT-OFFICE')}",
        f"≥{least('VISIT-FLOOR')}\n",
        f"≥{least('VISIT-PHOTOS')}",
        "",
    )
    rows = [Row(_centred(limits)), *(_visit_row(reading, part) for part in _parts(reading.visits))]
    if not reading.visits:
        none = Cell("没有现场诊断", colspan=len(limits) - 1, align=Align.CENTRE)
        rows.append(Row((none, verdict_cell(reading.verdict("VISIT-COUNT")))))
    rules = reading.source.pack.rules
    clauses = "、".join(dict.fromkeys(rules[name].clause for name in _CLAUSES))
    note = (
        f"现场诊断{len(reading.visits)}次（不少于{least('VISIT-COUNT')}次），"
        f"条款为{clauses}，见报告{reading.page('records')}起；入场、离场照片按每场计，"
        "时间、位置与档案矛盾的照片不计入。"
    )
    table = Table(_VISIT_WIDTHS, (head_row(*_VISIT_HEADS), *rows), head_rows=2)
    return [table, Paragraph(note, Style.NOTE)]


_CLAUSES = ("STAY-ARRIVAL", "VISIT-PRESENT", "VISIT-HOURS", "VISIT-PHOTOS")
_VISIT_HEADS = (
    *("次", "日期与时段", "时长\n到场", "入场\n离场", "培训\n访谈"),
    *("现场\n其他", "照片合计", "结论"),
)
_VISIT_WIDTHS = (11.5, 47.5, 25.5, 11.3, 11.3, 11.3, 22.6, 15)


def _parts(views: list[VisitView]) -> list[list[VisitView]]:
    """Each visit by itself; those beyond the rows there are together in the last one."""
    if len(views) <= _VISIT_ROWS:
        return [[view] for view in views]
    return [*([view] for view in views[: _VISIT_ROWS - 1]), views[_VISIT_ROWS - 1 :]]


def _visit_row(reading: Reading, views: list[VisitView]) -> Row:
    """One visit, or the least of several."""
    first, last = views[0], views[-1]
    members = reading.source.dossier.all(Member)
    minutes = min(view.minutes for view in views)
    there = min(len(picked(view.visit.present, members)) for view in views)
    kinds = {kind: min(len(view.of_kind(kind)) for view in views) for kind in PHOTO_KINDS}
    records = {record for view in views for record in _records(view)}
    if first is last:
        name = numeral(first.number)
        stays = reading.source.dossier.all(Stay, first.visit.id)
        times = periods(stays) if len(stays) < 3 else f"{periods(stays[:1])}等{len(stays)}场"
        when = f"{date_text(first.visit.date) or '未填日期'}\n{times}"
    else:
        name = f"{numeral(first.number)}至{numeral(last.number)}"
        when = "各次中的最低数，逐次见记录表"
    numbers = (
        f"{duration(minutes)}\n{there}人",
        *(f"{kinds[one]}\n{kinds[other]}" for one, other in _PAIRED_KINDS),
        _photos(views),
    )
    verdict = reading.verdict_on(records, "VISIT-", "STAY-", "PHOTO-")
    return Row((*_centred((name,)), Cell(when), *_centred(numbers), verdict_cell(verdict)))


_PAIRED_KINDS = (("入场", "离场"), ("宣贯培训", "人员访谈"), ("生产现场", "其他"))


def _photos(views: list[VisitView]) -> str:
    """How many photos count, and how many of these lack one witness or both.

    Those count by the plan, which asks for photos; whether they are enough is the reader's to say.
    """
    counted = str(min(len(view.counted) for view in views))
    words = Counter(_word(judged) for view in views for judged in view.counted)
    lacking = [
        f"{words[word]}张{word.value}"
        for word in (PhotoWord.WATERMARK, PhotoWord.EXIF, PhotoWord.UNSUPPORTED)
        if words[word]
    ]
    if not lacking:
        return counted
    return f"{counted}，{'其中' if len(views) == 1 else '合计'}{'、'.join(lacking)}"


def _word(judged: Judged) -> PhotoWord:
    return judged.verdict.word if judged.verdict else PhotoWord.UNSUPPORTED


def _records(view: VisitView) -> set[object]:
    """What findings about a visit point to: itself, its sessions, its photos."""
    held: set[object] = {view.visit.id}
    held |= {session.stay.id for session in view.sessions}
    return held | {judged.photo.id for judged in view.photos}


def _centred(texts: Iterable[str]) -> tuple[Cell, ...]:
    return tuple(Cell(text, align=Align.CENTRE) for text in texts)
