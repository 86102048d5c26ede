"""The registry of dossiers (台账) as .xlsx: one row a dossier, to be filtered, sorted and printed.

The plan has no form for it: what it asks of an enterprise is headed as in 企业基本情况表, the steps
as in 方案 三.

Dates are dates and numbers numbers; what people typed stays text, whatever it begins with, for a
spreadsheet would take it for a formula. A tint never stands without its word or number.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from exporters.blocks import clean
from exporters.spreadsheet import FACE, FORMULA, row_height
from exporters.wording import level_word
from forms.steps import STEPS
from grading.finding import Severity

TITLE = "一企一档台账"
STATES = {"empty": "未开始", "open": "进行中", "done": "已完成", "blocked": "受阻"}
"""The steps' states in the words of the window."""

_LEVELS = ("F1F3F5", "E3F0E8", "BFDFCB", "8CC3A2", "5BA67A")
_TINTS = {"受阻": "F9D9DC", "进行中": "FFF4D6", "已完成": "E3F0E8"}
_BAD = "F9D9DC"
_HEAD = "#EDEFF2"
_CELL = {
    **{"font_name": FACE, "font_size": 10, "valign": "vcenter"},
    **{"border": 1, "border_color": "#C9CFD6", "text_wrap": True},
}
_A3, _A4 = 8, 9
"""Papers by the numbers that spreadsheets know them by."""
_MOST_CHARACTERS = 32_767
"""A cell holds no more."""
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
    add: Callable[[Sheets], object] = lambda _sheets: None,
) -> None:
    """Write the registry; `add` puts further sheets behind it. OSError where the disk refuses."""
    with Sheets(path, TITLE) as sheets:
        sheet = sheets.fill(TITLE, COLUMNS, rows)
        sheet.set_paper(_A3)
        add(sheets)


class Sheets:
    """A workbook of tables that is whole on the disk when the block ends; its cells of one look
    share a format. Nothing of it is written anywhere else meanwhile."""

    def __init__(self, path: Path, title: str) -> None:
        self.book = xlsxwriter.Workbook(str(path), {"in_memory": True})
        self.book.set_properties({"title": title, "author": ""})
        self._looks: dict[tuple[object, ...], Any] = {}

    def __enter__(self) -> Sheets:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if kind is None:
            try:
                self.book.close()
            except FileCreateError as refused:
                raise OSError(*refused.args) from refused

    def fill(self, title: str, columns: Sequence[Column[R]], rows: Sequence[R]) -> Any:
        """A further sheet: the head stays in view, each column can be filtered, a page is as wide
        as the table."""
        sheet = self.book.add_worksheet(title)
        look = {"bold": True, "align": "center", "bg_color": _HEAD}
        head = self.book.add_format(_CELL | look)
        sheet.set_row(0, 32)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width)
            sheet.write_string(0, place, column.head, head)
        widths = [column.width for column in columns]
        for number, row in enumerate(rows, 1):
            values = [column.value(row) for column in columns]
            texts = (value if isinstance(value, str) else "" for value in values)
            sheet.set_row(number, row_height(texts, widths, _MOST_LINES))
            for place, (column, value) in enumerate(zip(columns, values, strict=True)):
                self._put(sheet, number, place, column, value)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, len(rows), len(columns) - 1)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(0.3, 0.3, 0.4, 0.4)
        return sheet

    def _put(self, sheet: Any, row: int, place: int, column: Column[Any], value: Any) -> None:
        if isinstance(value, dt.date) and value.year < _FIRST_YEAR:
            value = value.isoformat()
        tint = column.tint(value)
        if isinstance(value, str):
            words = clean(value)[:_MOST_CHARACTERS]
            look = self._look(column, tint, text=True, quoted=words.startswith(FORMULA))
            # Text stays text: told by its kind, never guessed from how it begins.
            if words:
                sheet.write_string(row, place, words, look)
                return
        else:
            look = self._look(column, tint, text=False, quoted=False)
        if isinstance(value, dt.date):
            sheet.write_datetime(row, place, value, look)
        elif isinstance(value, int | float):
            sheet.write_number(row, place, value, look)
        else:
            sheet.write_blank(row, place, None, look)

    def _look(self, column: Column[Any], tint: str, *, text: bool, quoted: bool) -> Any:
        """`quoted` keeps text what it is also where it is opened for editing or saved as .csv."""
        wide = column.width > _NARROW and text
        key = (wide, text, column.shown, tint, quoted)
        if key not in self._looks:
            look = {"align": "left" if wide else "center", "text_wrap": text}
            shown = {} if text else {"num_format": column.shown}
            ground = {"bg_color": f"#{tint}"} if tint else {}
            made = self.book.add_format(_CELL | look | shown | ground | {"quote_prefix": quoted})
            self._looks[key] = made
        return self._looks[key]
