"""The provider's own prices of measures, one list for the whole store, typed or read from a table.

A price belongs to a single step: an option of an item, or a scene's rise to a level from the one
below. Kept as typed (万元); worked with in yuan, whole numbers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from app.foreign_table import rows_of_xlsx
from app.outside import cause
from app.store import Store
from forms.errors import UserError
from forms.fields import decimal
from forms.instrument import Instrument
from grading.ways import Step

SETTING = "price-list"
HEADS = ("采集项或场景", "选项或等级", "内容", "报价（万元）")
_YUAN = 10_000
#: No measure of a factory costs more, in 万元; beyond it lies a slip.
MOST = Decimal(1_000_000)
_LONGEST = 40


def load(store: Store) -> dict[Step, str]:
    """The prices as typed, by step; empty where none was typed yet, or none can be read."""
    try:
        found = json.loads(store.setting(SETTING) or "{}")
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    pairs = ((str(name).rpartition("/"), price) for name, price in found.items())
    return {(name[0], name[2]): price for name, price in pairs if isinstance(price, str)}


def in_yuan(prices: Mapping[Step, str]) -> dict[Step, int]:
    """The prices as whole yuan, halves up; what is no price is left out."""
    found = {}
    for step, typed in prices.items():
        amount = decimal(typed)
        if amount is not None and 0 <= amount <= MOST:
            found[step] = int(amount * _YUAN + Decimal("0.5"))
    return found


def put(store: Store, step: Step, typed: str) -> None:
    """Keep one price; an empty one takes it out. UserError, and no change, where it is none."""
    typed = typed.strip()
    if typed and (len(typed) > _LONGEST or not in_yuan({step: typed})):
        raise UserError(
            f"“{step[0]}”的报价“{typed[:20]}”不是有效的金额，原有报价未变，"
            "请填写不小于 0 的万元数。"
        )
    _keep(store, {**load(store), step: typed})


def _keep(store: Store, prices: Mapping[Step, str]) -> None:
    kept = {f"{subject}/{key}": typed for (subject, key), typed in prices.items() if typed}
    store.set_setting(SETTING, json.dumps(kept, ensure_ascii=False))


def steps(instrument: Instrument) -> dict[Step, str]:
    """Every step that can have a price, in the table's order, with its official text."""
    found = {
        (item.name, option.key): option.text
        for item in instrument.items
        for option in item.options
        if option.score > 0
    }
    for scene in instrument.scenes:
        for level, text in enumerate(scene.criteria, 1):
            found[scene.name, str(level)] = text
    return found


def read(store: Store, path: Path, instrument: Instrument) -> int:
    """Take the prices of a table (.xlsx) over the list; how many it held.

    All or nothing. UserError names the first row that is not understood, or the file's fault.
    """
    rows = rows_of_xlsx(path)
    start = next((n for n, row in enumerate(rows) if _heads(row)), None)
    if start is None:
        raise UserError(
            f"“{path.name}”没有“{HEADS[0]}”“{HEADS[1]}”“{HEADS[3]}”三列，"
            "没有导入，请先导出报价表，在其中填写。"
        )
    places = {"".join(head.split()): place for place, head in enumerate(rows[start])}
    known, found = steps(instrument), dict[Step, str]()
    for number, row in enumerate(rows[start + 1 :], start + 2):
        subject, key, price = (
            row[places[head]].strip() if places[head] < len(row) else ""
            for head in (HEADS[0], HEADS[1], HEADS[3])
        )
        if not price:
            continue
        step = subject, key.removesuffix("级").translate(_DIGITS)
        if step not in known or not in_yuan({step: price}):
            raise UserError(
                f"“{path.name}”第 {number} 行“{subject[:20]} {key[:8]}”的报价无法识别，"
                "没有导入，原有报价未变，请核对这一行。"
            )
        found[step] = price
    _keep(store, {**load(store), **found})
    return len(found)


_DIGITS = str.maketrans("一二三四", "1234")


def _heads(row: list[str]) -> bool:
    heads = {"".join(cell.split()) for cell in row}
    return {HEADS[0], HEADS[1], HEADS[3]} <= heads


def write(store: Store, path: Path, instrument: Instrument) -> None:
    """Write the whole list as a table (.xlsx), steps without a price with an empty cell."""
    import openpyxl

    prices, book = load(store), openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "报价表"
    sheet.append(list(HEADS))
    for (subject, key), text in steps(instrument).items():
        amount = decimal(prices.get((subject, key), ""))
        level = f"{'一二三四'[int(key) - 1]}级" if key.isdigit() else key
        sheet.append([subject, level, text, amount])
    for column, width in zip("ABCD", (16, 14, 70, 14), strict=True):
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = "A2"
    try:
        book.save(path)
    except OSError as error:
        raise UserError(
            f"“{path.name}”没有写成（{cause(error)}），报价未受影响，请换一个位置或稍后重试。"
        ) from error
