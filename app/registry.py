"""A registry of enterprises (.xlsx or .csv) as new dossiers, one a row."""

from __future__ import annotations

import csv
import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from app import workbook_bounds
from app.outside import cause
from exporters import bundle_bounds
from forms.errors import UserError

if TYPE_CHECKING:
    from app.workbench import Workbench

SUFFIXES = (".xlsx", ".csv")
BYTES_CEILING = 20 * 1024 * 1024
ROWS_CEILING = 5_000
#: Rows looked at: spreadsheets keep thousands of empty ones that were once coloured.
READ_CEILING = 20_000
COLUMNS_CEILING = 100
CELL_CEILING = 2_000
HEAD_WITHIN = 10

#: Column heads as registries write them, by the field of the profile they fill.
HEADS = {
    "name": ("企业名称", "单位名称", "试点企业名称"),
    "credit_code": ("企业信用代码", "统一社会信用代码", "信用代码"),
    "district": ("所属县（市、区）", "所属县(市、区)", "所属区县", "县（市、区）", "所属区"),
    "address": ("注册地址", "企业地址", "地址"),
    "contact": ("企业联系人", "联系人"),
    "phone": ("联系方式", "联系电话", "手机号码"),
    "industry": ("所属细分行业", "细分行业", "行业"),
    "size": ("企业规模",),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of one row: the new dossier's id, or None and why it was left out."""

    row: int
    name: str
    dossier_id: UUID | None
    note: str = ""


def import_registry(bench: Workbench, path: Path) -> Iterator[Entry]:
    """Make a dossier of every enterprise that is not there yet, by credit code or by name.

    Raises UserError before anything is made where the file cannot be read as a registry.
    """
    rows = read_rows(path)
    columns, start = _columns(rows, path.name)
    known = {key for summary in bench.summaries() for key in (summary.name, summary.code) if key}
    for number, row in enumerate(rows[start:], start + 1):
        values = {field: row[place] for field, place in columns.items() if place < len(row)}
        name, code = values.get("name", ""), values.get("credit_code", "")
        if not name:
            if any(row):
                yield Entry(number, "", None, f"第 {number} 行没有企业名称，没有导入。")
            continue
        if name in known or code in known:
            yield Entry(number, name, None, f"第 {number} 行“{name}”已有档案，没有重复建立。")
            continue
        known |= {name, code} - {""}
        yield Entry(number, name, bench.create(**values))


def read_rows(path: Path) -> list[list[str]]:
    """A table's rows as stripped text. UserError where it cannot be read as one."""
    if not path.is_file() or path.stat().st_size > BYTES_CEILING:
        limit = BYTES_CEILING >> 20
        raise UserError(f"“{path.name}”不存在或超过 {limit} 兆字节，没有导入，请核对文件。")
    return _rows_of_csv(path) if path.suffix.lower() == ".csv" else rows_of_xlsx(path)


def _columns(rows: list[list[str]], name: str) -> tuple[dict[str, int], int]:
    """Which column fills which field, and the number of the first row below the head."""
    for number, row in enumerate(rows[:HEAD_WITHIN], 1):
        heads = ["".join(cell.split()) for cell in row]
        found = {
            field: heads.index(label)
            for field, labels in HEADS.items()
            for label in labels[::-1]
            if label in heads
        }
        if "name" in found:
            return found, number
    raise UserError(
        f"“{name}”前 {HEAD_WITHIN} 行没有“企业名称”一列，没有导入，请在表头写明各列名称。"
    )


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
    says. Nothing is ever worked out.
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
                rows = book.worksheets[0].iter_rows(values_only=True, max_col=COLUMNS_CEILING)
                return _bounded(rows, path.name, cell)
            finally:
                book.close()
    except UserError:
        raise
    except Exception:  # a crafted workbook raises whatever the parser meets
        raise UserError(f"“{path.name}”不是可读的 Excel 表格，没有导入，请另存后再试。") from None


def _text(value: object, most: int) -> str:
    """Cut first: one string of megabytes may stand in every cell."""
    return "" if value is None else str(value)[: 2 * most].strip()[:most]


def _bounded(rows: Iterator[object], name: str, cell: int = CELL_CEILING) -> list[list[str]]:
    """Rows as stripped text, within the limits of count and size."""
    found: list[list[str]] = []
    filled = 0
    for row in rows:
        cells = list(row)[:COLUMNS_CEILING] if isinstance(row, list | tuple) else []
        found.append([_text(c, cell) for c in cells])
        filled += any(found[-1])
        if filled > ROWS_CEILING or len(found) > READ_CEILING:
            raise UserError(f"“{name}”超过 {ROWS_CEILING} 行，没有导入，请删去空行或分批导入。")
    return found
