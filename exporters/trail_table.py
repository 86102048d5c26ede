"""The trail of a dossier (修改记录) as .xlsx: one row an edit, the newest first.

All of it is text, whatever it begins with, for a spreadsheet would take it for a formula.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from exporters.blocks import clean
from exporters.spreadsheet import FACE, FORMULA

TITLE = "修改记录"
HEADS = ("时间", "修改人", "设备", "表单", "记录", "栏目", "原内容", "新内容", "说明")
_WIDTHS = (20, 12, 12, 18, 26, 24, 40, 40, 26)
#: A cell holds no more; the log does.
_MOST = 32_000


class TrailTable:
    """Written row by row, so that tens of thousands need little memory."""

    def __init__(self) -> None:
        self._book = openpyxl.Workbook(write_only=True)
        self._sheet = self._book.create_sheet(TITLE)
        self._book.properties.creator, self._book.properties.title = "", TITLE
        self._font = Font(name=FACE, size=10)
        self._top = Alignment(vertical="top", wrap_text=True)
        self._rows = 0
        for place, width in enumerate(_WIDTHS, 1):
            self._sheet.column_dimensions[get_column_letter(place)].width = width
        self._sheet.freeze_panes = "A2"
        self._sheet.append([self._head(word) for word in HEADS])

    def _head(self, word: str) -> Any:
        cell = WriteOnlyCell(self._sheet, word)
        cell.font = Font(name=FACE, size=10, bold=True)
        cell.fill = PatternFill("solid", start_color="EDEFF2")
        return cell

    def add(self, texts: Sequence[str]) -> None:
        """A row under HEADS."""
        self._sheet.append([self._cell(clean(text)[:_MOST]) for text in texts])
        self._rows += 1

    def _cell(self, text: str) -> Any:
        cell = WriteOnlyCell(self._sheet, text or None)
        if text:
            cell.data_type = "s"  # "=" would have made it a formula
        cell.font, cell.alignment = self._font, self._top
        if text.startswith(FORMULA):
            cell.quotePrefix = True
        return cell

    def save(self, path: Path) -> None:
        """Write the file. OSError."""
        last = get_column_letter(len(HEADS))
        self._sheet.auto_filter.ref = f"A1:{last}{self._rows + 1}"
        self._book.save(path)
