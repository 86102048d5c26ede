"""A foreign table (.xlsx or .csv) as rows of stripped text, within limits of size and work."""

from __future__ import annotations

import csv
import io
import re
import warnings
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from app import workbook_bounds
from app.outside import cause
from exporters import bundle_bounds
from forms.errors import UserError

BYTES_CEILING = 20 * 1024 * 1024
ROWS_CEILING = 5_000
#: Rows looked at: spreadsheets keep thousands of empty ones that were once coloured.
READ_CEILING = 20_000
COLUMNS_CEILING = 100
CELL_CEILING = 2_000
#: What a number format prints as it stands.
_LITERAL = re.compile(r'"[^"]*"|\\.')


def read_rows(path: Path) -> list[list[str]]:
    """A table's rows as stripped text. UserError where it cannot be read as one."""
    if not path.is_file() or path.stat().st_size > BYTES_CEILING:
        limit = BYTES_CEILING >> 20
        raise UserError(f"“{path.name}”不存在或超过 {limit} 兆字节，没有导入，请核对文件。")
    return _rows_of_csv(path) if path.suffix.lower() == ".csv" else rows_of_xlsx(path)


def _rows_of_csv(path: Path) -> list[list[str]]:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UserError(f"“{path.name}”不能读取（{cause(error)}），没有导入，请重试。") from None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise UserError(f"“{path.name}”的文字编码无法识别，没有导入，请另存为 UTF-8 的 CSV。")
    try:
        return _bounded(csv.reader(io.StringIO(text, newline="")), path.name)
    except csv.Error:
        raise UserError(f"“{path.name}”不是可读的 CSV 表格，没有导入，请另存后再试。") from None


def rows_of_xlsx(path: Path, cell: int = CELL_CEILING, *, computed: bool = True) -> list[list[str]]:
    """The first sheet's rows as stripped text; UserError where it is no table, or too large.

    Of a cell `cell` characters are read; of a formula what it came to, or (not `computed`) what it
    says. Nothing is ever worked out. A number that shows as a percentage is read as one: whoever
    typed 95% sees that, and not 0.95.
    """
    import openpyxl

    try:
        # Opened here, for the parser leaves a file open that it fails on.
        with path.open("rb") as stream, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions, which nobody reads here
            with bundle_bounds.opened(stream) as archive:
                found = bundle_bounds.fault(archive, stream) or workbook_bounds.fault(archive)
                if found:
                    raise UserError(f"“{path.name}”{found}，没有导入，请另存为 CSV 后再试。")
            book = openpyxl.load_workbook(stream, read_only=True, data_only=computed)
            try:
                rows = book.worksheets[0].iter_rows(max_col=COLUMNS_CEILING)
                return _bounded((list(map(_shown, row)) for row in rows), path.name, cell)
            finally:
                book.close()
    except UserError:
        raise
    except Exception:  # a crafted workbook raises whatever the parser meets
        raise UserError(f"“{path.name}”不是可读的 Excel 表格，没有导入，请另存后再试。") from None


def _shown(cell: Any) -> object:
    """A cell's value; of a percentage what its cell shows."""
    value = cell.value
    if type(value) in (int, float) and "%" in _LITERAL.sub("", cell.number_format):
        return f"{Decimal(str(value)) * 100:f}%"
    return value


def _text(value: object, most: int) -> str:
    """Cut first: one string of megabytes may stand in every cell. A NUL goes: no field holds one,
    and a value with it would never be found again to be the same."""
    return "" if value is None else str(value)[: 2 * most].replace("\0", "").strip()[:most]


def _bounded(rows: Iterator[object], name: str, cell: int = CELL_CEILING) -> list[list[str]]:
    """Rows as stripped text, within the limits of count and size."""
    found: list[list[str]] = []
    held: dict[str, str] = {}  # a string that half a million cells share is kept once
    filled = 0
    for row in rows:
        cells = list(row)[:COLUMNS_CEILING] if isinstance(row, list | tuple) else []
        texts = (_text(each, cell) for each in cells)
        found.append([held.setdefault(text, text) for text in texts])
        filled += any(found[-1])
        if filled > ROWS_CEILING or len(found) > READ_CEILING:
            raise UserError(f"“{name}”超过 {ROWS_CEILING} 行，没有导入，请删去空行或分批导入。")
    return found
