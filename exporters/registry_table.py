"""The registry of dossiers (台账) as .xlsx: one row a dossier, to be filtered, sorted and printed.

The plan has no form for it: what it asks of an enterprise is headed as in 企业基本情况表, the steps
as in 方案 三（一）.

Dates are dates and numbers numbers; what people typed stays text, whatever it begins with, for a
spreadsheet would take it for a formula. A tint never stands without its word or number.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

import openpyxl
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties

from exporters.blocks import clean
from exporters.wording import level_word
from forms.steps import STEPS
from grading.finding import Severity

TITLE = "一企一档台账"
STATES = {"empty": "未开始", "open": "进行中", "done": "已完成", "blocked": "受阻"}
"""The steps' states in the words of the window."""

#: What a spreadsheet takes for the beginning of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
_LEVELS = ("F1F3F5", "E3F0E8", "BFDFCB", "8CC3A2", "5BA67A")
_TINTS = {"受阻": "F9D9DC", "进行中": "FFF4D6", "已完成": "E3F0E8"}
_BAD = "F9D9DC"
_FACE = "微软雅黑"
#: Sheets count days from here on; an earlier date, mistyped, stands as text.
_FIRST_YEAR = 1901
_MOST_LINES = 8
#: Columns up to this width hold short values, which stand in the middle.
_NARROW = 12


@dataclass(frozen=True, slots=True)
class RegistryRow:
    """One dossier; None where nothing is known yet. `score` in thousandths, `steps` by step key."""

    name: str
    code: str = ""
    district: str = ""
    industry: str = ""
    size: str = ""
    batch: str = ""
    owner: str = ""
    provider: str = ""
    step: str = ""
    steps: Mapping[str, str] = field(default_factory=dict)
    own_level: int | None = None
    level: int | None = None
    target: int | None = None
    score: int | None = None
    findings: Mapping[str, int] = field(default_factory=dict)
    signed: dt.date | None = None
    term_end: dt.date | None = None
    days_left: int | None = None
    visits: int = 0
    last_visit: dt.date | None = None
    words: int = 0
    updated: dt.datetime | None = None


R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """A heading, its width in characters, what stands under it, and how numbers are shown."""

    head: str
    width: float
    value: Callable[[R], Any]
    shown: str = "General"
    tint: Callable[[Any], str] = lambda _value: ""


def _level(get: Callable[[RegistryRow], int | None]) -> Callable[[RegistryRow], str | None]:
    def value(row: RegistryRow) -> str | None:
        level = get(row)
        return None if level is None else level_word(level)

    return value


def _level_tint(word: str | None) -> str:
    words = [level_word(level) for level in range(len(_LEVELS))]
    return _LEVELS[words.index(word)] if word in words else ""


def _step_column(key: str, head: str) -> Column[RegistryRow]:
    return Column(
        head, 10, lambda row: STATES.get(row.steps.get(key, "")), tint=lambda v: _TINTS.get(v, "")
    )


def _found(severity: Severity) -> Callable[[RegistryRow], int | None]:
    return lambda row: row.findings.get(severity.value)


_DATE, _MOMENT, _COUNT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm", "0"
_NAMES = {step.key: step.name for step in STEPS}
COLUMNS: tuple[Column[RegistryRow], ...] = (
    Column("企业名称", 40, lambda row: row.name),
    Column("企业信用代码", 22, lambda row: row.code),
    Column("所属县（市、区）", 16, lambda row: row.district),
    Column("所属细分行业", 22, lambda row: row.industry),
    Column("企业规模", 10, lambda row: row.size),
    Column("批次", 12, lambda row: row.batch),
    Column("负责人", 12, lambda row: row.owner),
    Column("服务商", 30, lambda row: row.provider),
    Column("当前步骤", 16, lambda row: _NAMES.get(row.step)),
    *(_step_column(step.key, f"{step.number}.{step.name}") for step in STEPS),
    Column("自评等级", 10, _level(lambda row: row.own_level), tint=_level_tint),
    Column("诊断等级", 10, _level(lambda row: row.level), tint=_level_tint),
    Column("目标等级", 10, _level(lambda row: row.target), tint=_level_tint),
    Column("综合得分", 10, lambda row: None if row.score is None else row.score / 1000, "0.###"),
    Column("阻断问题", 10, _found(Severity.BLOCK), _COUNT, lambda v: _BAD if v else ""),
    Column("提醒问题", 10, _found(Severity.WARN), _COUNT),
    Column("提示", 8, _found(Severity.INFO), _COUNT),
    Column("签订日期", 12, lambda row: row.signed, _DATE),
    Column("服务期限至", 12, lambda row: row.term_end, _DATE),
    Column(
        "剩余天数",
        10,
        lambda row: row.days_left,
        '0;"逾期"0;0',
        lambda v: _BAD if isinstance(v, int) and v < 0 else "",
    ),
    Column("现场诊断次数", 14, lambda row: row.visits, _COUNT),
    Column("最近诊断日期", 14, lambda row: row.last_visit, _DATE),
    Column("报告字数", 10, lambda row: row.words, "#,##0"),
    Column("更新时间", 18, lambda row: row.updated, _MOMENT),
)


def write(
    rows: Sequence[RegistryRow],
    path: Path,
    add: Callable[[openpyxl.Workbook], object] = lambda _book: None,
) -> None:
    """Write the registry; `add` puts further sheets behind it."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = TITLE
    book.properties.creator, book.properties.title = "", TITLE
    fill(sheet, COLUMNS, rows)
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A3
    add(book)
    book.save(path)


def fill(sheet: Any, columns: Sequence[Column[R]], rows: Sequence[R]) -> None:
    """Fill an empty sheet: the head stays in view, each column can be filtered, a page is as wide
    as the table."""
    looks = _Looks()
    for place, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(place)].width = column.width
        cell = sheet.cell(1, place, column.head)
        looks.give(cell, column, "EDEFF2", text=True, quoted=False)
        cell.font = Font(name=_FACE, size=10, bold=True)
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    for number, row in enumerate(rows, 2):
        values = [column.value(row) for column in columns]
        for place, (column, value) in enumerate(zip(columns, values, strict=True), 1):
            _fill(sheet.cell(number, place), column, value, looks)
        sheet.row_dimensions[number].height = _height(columns, values)
    sheet.row_dimensions[1].height = 32
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{len(rows) + 1}"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins = PageMargins(0.3, 0.3, 0.4, 0.4)


def _height(columns: Sequence[Column[R]], values: Sequence[Any]) -> float:
    """A row's height in points; not every spreadsheet program fits it to wrapped text."""
    lines = 1
    for column, value in zip(columns, values, strict=True):
        # A full-width character is as wide as two of those that widths are given in.
        if isinstance(value, str) and 2 * len(value) >= column.width:
            units = sum(1 if char.isascii() else 2 for char in value)
            lines = max(lines, -(-units // int(column.width - 1)))
    return 15.0 * min(lines, _MOST_LINES) + 3


class _Looks:
    """Cells of one look share it: giving each its own would take most of the writing's time."""

    def __init__(self) -> None:
        edge = Side(style="thin", color="C9CFD6")
        self._font, self._border = Font(name=_FACE, size=10), Border(edge, edge, edge, edge)
        self._made: dict[tuple[object, ...], Any] = {}

    def give(self, cell: Any, column: Column[Any], tint: str, *, text: bool, quoted: bool) -> None:
        """`quoted` keeps text what it is also where it is opened for editing or saved as .csv."""
        key = (column.width > _NARROW, "" if text else column.shown, tint, text, quoted)
        if key not in self._made:
            cell.font, cell.border = self._font, self._border
            side = "left" if column.width > _NARROW and text else "center"
            cell.alignment = Alignment(horizontal=side, vertical="center", wrap_text=text)
            if not text:
                cell.number_format = column.shown
            if tint:
                cell.fill = PatternFill("solid", start_color=tint)
            cell.quotePrefix = quoted
            self._made[key] = cell._style
        cell._style = copy(self._made[key])


def _fill(cell: Any, column: Column[Any], value: Any, looks: _Looks) -> None:
    if isinstance(value, dt.date) and value.year < _FIRST_YEAR:
        value = value.isoformat()
    tint = column.tint(value)
    if isinstance(value, str):
        words = clean(value)
        cell.value = words or None
        if words:
            cell.data_type = "s"  # "=" would have made it a formula
        looks.give(cell, column, tint, text=True, quoted=words.startswith(FORMULA))
    else:
        cell.value = value
        looks.give(cell, column, tint, text=False, quoted=False)
