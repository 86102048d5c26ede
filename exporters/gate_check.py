"""离场检查 on one page, to be ticked off by hand while the team is still on the premises."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from exporters.blocks import Block, Cell, Document, Paragraph, Row, Table, head_row
from exporters.style import Align, Style
from exporters.wording import date_text, shortened
from forms.dossier import Enterprise
from forms.photo_facts import BEIJING
from grading.finding import Severity
from grading.gate_check import Todo, before_leaving, summary
from grading.visit_day import Scene

#: What the list's rows may take up, so that all of it is one page; and what a row takes.
_ROOM_MM, _LINE_MM, _PADDING_MM = 148.0, 5.3, 1.5
_TITLE, _TEXT, _A_LINE = 54, 84, 26
_HAN = "\u3000-\u303f\u4e00-\u9fff\uff00-\uffef"
# Between Chinese and what is not, but for the space behind a time of day.
_SPACED = re.compile(rf"(?<=[{_HAN}]) (?=[A-Za-z0-9])|(?<=[A-Za-z0-9])(?<!:\d\d) (?=[{_HAN}])")


def compose(scene: Scene, items: Sequence[Todo], at: dt.datetime) -> Document:
    """The list as it was at `at` (aware), in the order in which things can still be mended."""
    name = scene.dossier.one(Enterprise).name.strip()
    return Document(
        title=f"{name}第{scene.view.number}次现场诊断离场检查清单",
        blocks=(
            Paragraph("离场检查清单", Style.FORM_TITLE),
            _head(scene, name, at),
            *_list(list(items)),
        ),
    )


def _head(scene: Scene, name: str, at: dt.datetime) -> Table:
    here = at.astimezone(BEIJING)
    day = date_text(scene.visit.date) or "日期未填"
    rows = (
        ("企业名称", shortened(name or "未填", 60)),
        ("现场诊断", f"第{scene.view.number}次，{day}"),
        ("检查时间", f"{date_text(here.date())} {here:%H:%M}"),
    )
    cells = ((Cell(label, align=Align.CENTRE, shaded=True), Cell(text)) for label, text in rows)
    return Table((30, 126), tuple(map(Row, cells)))


def _list(items: list[Todo]) -> list[Block]:
    said = Paragraph(_close(summary(items)), Style.NOTE, align=Align.LEFT, after_pt=4)
    if not items:
        return [said]
    near, rows, room = len(before_leaving(items)), [], _ROOM_MM
    for number, item in enumerate(items, 1):
        room -= _height(item)
        if room < 0:
            rest = f"另有{len(items) - number + 1}件，见程序中的离场检查。"
            rows.append(Row((Cell(rest, colspan=4, align=Align.CENTRE),)))
            break
        if number in (1, near + 1):
            rows.append(_section("离开前" if number <= near else "离开后"))
        rows.append(_row(number, item))
    heads = head_row("完成", "序号", "事项", "何时补")
    return [said, Table((13, 13, 104, 26), (heads, *rows), head_rows=1)]


def _section(words: str) -> Row:
    return Row((Cell(words, colspan=4, bold=True, shaded=True),))


def _row(number: int, item: Todo) -> Row:
    title, text = _words(item)
    words = (Paragraph(title, Style.CELL, bold=True), Paragraph(text, Style.CELL))
    when = item.when.word + ("\n（阻断）" if item.severity is Severity.BLOCK else "")
    box = Cell((Paragraph("□", Style.CELL_LARGE, align=Align.CENTRE),))
    centred = (Cell(str(number), align=Align.CENTRE), Cell(words if text else words[:1]))
    return Row((box, *centred, Cell(when, align=Align.CENTRE)))


def _words(item: Todo) -> tuple[str, str]:
    return shortened(_close(item.title), _TITLE), shortened(_close(item.text), _TEXT)


def _close(words: str) -> str:
    """Numbers and Latin without the spaces that the screen sets them off with."""
    return _SPACED.sub("", words)


def _height(item: Todo) -> float:
    lines = sum(-(-len(words) // _A_LINE) for words in _words(item))
    return max(lines, 2) * _LINE_MM + _PADDING_MM
