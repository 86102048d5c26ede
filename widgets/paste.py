"""Rows copied from a spreadsheet, read as entries of a list."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from forms.errors import UserError
from forms.fields import Kind, Spec, decimal
from forms.record import Record, specs
from widgets.field_moment import read_date, read_time

ROWS_CEILING, TEXT_CEILING = 500, 1 << 20
_TROUBLES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Pasted:
    """Entries as values by field path, and a sentence for each cell that was left out."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    @property
    def trouble(self) -> str:
        """The left-out cells in one sentence, "" where there are none."""
        if not self.troubles:
            return ""
        more = f"等 {len(self.troubles)} 处" if len(self.troubles) > _TROUBLES_SHOWN else ""
        return f"{'；'.join(self.troubles[:_TROUBLES_SHOWN])}{more}，没有填入，其余已填入，请补填。"


def read_rows(text: str, kind: type[Record], columns: Sequence[str]) -> Pasted:
    """Tab-separated lines as entries of `kind`.

    A first line of paper labels says which column is which, otherwise the cells follow `columns`;
    a leading 序号 is passed over. Raises UserError where there is no such line, or far too many.
    """
    if len(text) > TEXT_CEILING:
        raise UserError("粘贴的内容超过 100 万字，没有填入，原有内容未变，请分几次粘贴。")
    cells = csv.reader(text.splitlines(keepends=True), "excel-tab")
    lines = [line for line in cells if any(map(str.strip, line))]
    names: list[str] = ["", *columns] if lines and _numbered(lines) else list(columns)
    labels = {_plain(spec.label): name for name, spec in specs(kind).items()}
    if lines and sum(_plain(cell) in labels for cell in lines[0]) >= min(2, len(columns)):
        names = [labels.get(_plain(cell), "") for cell in lines[0]]
        lines = lines[1:]
    if not lines:
        raise UserError("剪贴板中没有表格行，未作任何改动，请在电子表格中选中各行复制后再粘贴。")
    if len(lines) > ROWS_CEILING:
        raise UserError(
            f"一次粘贴 {len(lines)} 行，超过 {ROWS_CEILING} 行，没有填入，请分几次粘贴。"
        )
    pasted = Pasted()
    for number, line in enumerate(lines, 1):
        pasted.rows.append(_row(number, line, names, kind, pasted.troubles))
    return pasted


def _numbered(lines: list[list[str]]) -> bool:
    """Whether the first cells count 1, 2, 3: a 序号 that was copied along."""
    return len(lines) > 1 and [line[0].strip() for line in lines] == [
        str(number) for number in range(1, len(lines) + 1)
    ]


def _plain(cell: str) -> str:
    return "".join(cell.split()).partition("（")[0].partition("(")[0]


def _row(
    number: int, line: list[str], names: Sequence[str], kind: type[Record], troubles: list[str]
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, cell in zip(names, line, strict=False):
        if not name or not cell.strip():
            continue
        spec = specs(kind)[name]
        found = _cell(name, spec, cell.strip())
        if found is None:
            troubles.append(f"第 {number} 行“{spec.label}”的“{cell.strip()[:12]}”")
        else:
            values |= found
    return values


def _cell(name: str, spec: Spec, cell: str) -> dict[str, Any] | None:
    """A cell's value by path; None where it is none of its kind."""
    if spec.kind is Kind.COUNT:
        amount = decimal(cell)
        whole = amount is not None and amount == amount.to_integral_value()
        return {name: int(amount)} if whole and amount is not None else None
    if spec.kind is Kind.NUMBER:
        return {name: cell} if decimal(cell) is not None else None
    if spec.kind is Kind.YESNO:
        return {name: cell == "是"} if cell in ("是", "否") else None
    if spec.kind is Kind.DATE:
        day = read_date(cell, dt.date.today().year)
        return {name: day} if day else None
    if spec.kind is Kind.TIME:
        time = read_time(cell)
        return {name: time} if time else None
    if spec.kind is Kind.CHOICES:
        wanted = cell.replace("，", "、").replace(",", "、").split("、")
        return {f"{name}.{key.strip()}": True for key in wanted if key.strip() in spec.keys} or None
    return {name: cell} if spec.kind in (Kind.TEXT, Kind.PROSE, Kind.CHOICE) else None
