"""The table of the solution library as .xlsx, and that of all needs.

Of one enterprise under the annex's title; of all of them with a first column that names whose it
is. What people typed stays text, whatever it begins with, for a spreadsheet would take it for a
formula. Apart from the rows, for openpyxl takes 10 MB, which most days need not.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from exporters.blocks import clean
from exporters.library_table import COUNT_HEADS, HEADS, NEED_HEADS, OFFERED, OWNER, LibraryRow
from exporters.spreadsheet import FACE, FORMULA, row_height
from forms.fields import decimal

_PRICE = HEADS.index("价格（万元）")
_WIDTHS = (20, 18, 26, 56, 42, 26, 36, 12, 22)
_HEAD_TINT = "EDEFF2"
_MOST_LINES = 20


def write(rows: Sequence[LibraryRow], path: Path, title: str, parties: str = "") -> None:
    """Write the table; with `parties` it is one enterprise's, else all of them with their names."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "供需适配库"
    book.properties.creator, book.properties.title = "", title
    own = () if parties else (OWNER,)
    widths = (*((30,) if own else ()), *_WIDTHS)
    wide = len(widths)
    waiting = sum(row.waits for row in rows)
    note = f"另有 {waiting} 个场景的文字由系统拟写，尚未确认，未列入本表。" if waiting else ""
    for line, (words, bold) in enumerate(((title, True), (f"{parties}　{note}".strip(), False)), 1):
        sheet.merge_cells(start_row=line, start_column=1, end_row=line, end_column=wide)
        _put(sheet.cell(line, 1), words)
        sheet.cell(line, 1).font = Font(name=FACE, size=14 if bold else 10, bold=bold)
    _heads(sheet, own, wide)
    look = _Look()
    for number, row in enumerate(rows, 5):
        cells = (*((row.owner,) if own else ()), *row.cells)
        for place, value in enumerate(cells, 1):
            cell = sheet.cell(number, place)
            _put(cell, _number(value) if place - len(own) == _PRICE + 1 else value)
            look.give(cell, right=isinstance(cell.value, int | float))
        sheet.row_dimensions[number].height = row_height(cells, widths, _MOST_LINES)
    for place, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = f"{get_column_letter(4 + len(own))}5"
    sheet.auto_filter.ref = f"A4:{get_column_letter(wide)}{len(rows) + 4}"
    sheet.print_title_rows = "3:4"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A3
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    book.save(path)


def write_needs(
    counted: Sequence[Sequence[str]], listed: Sequence[Sequence[str]], path: Path
) -> None:
    """Write the needs of all dossiers: a sheet of counts, and one of every need."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator, book.properties.title = "", "各企业需求汇总"
    look = _Look()
    for name, heads, widths, rows in (
        ("按行业和场景", COUNT_HEADS, (24, 36, *[10] * (len(COUNT_HEADS) - 2)), counted),
        ("逐条", NEED_HEADS, (32, 24, 32, 60, 10, 14, 8), listed),
    ):
        sheet = book.create_sheet(name)
        for place, (head, width) in enumerate(zip(heads, widths, strict=True), 1):
            _head(sheet.cell(1, place, head))
            sheet.column_dimensions[get_column_letter(place)].width = width
        for number, row in enumerate(rows, 2):
            for place, value in enumerate(row, 1):
                cell = sheet.cell(number, place)
                _put(cell, int(value) if value.isdecimal() else value)
                look.give(cell, right=isinstance(cell.value, int))
            sheet.row_dimensions[number].height = row_height(row, widths, _MOST_LINES)
        sheet.freeze_panes = "A2"
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(heads))}{len(rows) + 1}"
    book.save(path)


def _head(cell: Any) -> None:
    edge = Side(style="thin", color="C9CFD6")
    cell.font = Font(name=FACE, size=10, bold=True)
    cell.fill = PatternFill("solid", start_color=_HEAD_TINT)
    cell.border = Border(edge, edge, edge, edge)
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)


def _heads(sheet: Any, own: tuple[str, ...], wide: int) -> None:
    """The annex's two rows of heads."""
    heads = (*own, *HEADS)
    for place, head in enumerate(heads, 1):
        above = head if place <= wide - 4 else OFFERED if place == wide - 3 else None
        below = None if place <= wide - 4 else head
        for line, words in ((3, above), (4, below)):
            _head(sheet.cell(line, place, words))
        if place <= wide - 4:
            sheet.merge_cells(start_row=3, start_column=place, end_row=4, end_column=place)
    sheet.merge_cells(start_row=3, start_column=wide - 3, end_row=3, end_column=wide)


def _put(cell: Any, value: str | int | float) -> None:
    """A value in its cell: text stays text, also where it is opened for editing or saved anew."""
    if isinstance(value, str):
        words = clean(value)
        cell.value = words or None
        if words:
            cell.data_type = "s"  # "=" would have made it a formula
            cell.quotePrefix = words.startswith(FORMULA)
    else:
        cell.value = value


def _number(typed: str) -> str | int | float:
    """A price as a number where a spreadsheet's numbers hold it exactly, else as typed."""
    amount = decimal(typed) if typed else None
    if amount is None or abs(amount) > 10**12:
        return typed
    if amount == amount.to_integral_value():
        return int(amount)
    return float(amount) if Decimal(repr(float(amount))) == amount else typed


class _Look:
    """Cells of one look share it: giving each its own would take most of the writing's time."""

    def __init__(self) -> None:
        edge = Side(style="thin", color="C9CFD6")
        self._font, self._border = Font(name=FACE, size=10), Border(edge, edge, edge, edge)
        self._left = Alignment(vertical="top", wrap_text=True)
        self._right = Alignment(horizontal="right", vertical="top")

    def give(self, cell: Any, *, right: bool) -> None:
        quoted = cell.quotePrefix
        cell.font, cell.border = self._font, self._border
        cell.alignment = self._right if right else self._left
        cell.quotePrefix = quoted
