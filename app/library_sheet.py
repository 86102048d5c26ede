"""A table of annex 1 read from .xlsx: its rows as the library would hold them, or what is wrong.

The file is anybody's: size, rows and cells are bounded, formulas are their own text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.foreign_table import BYTES_CEILING, rows_of_xlsx
from exporters.blocks import clean
from exporters.library import NEED_LABELS
from exporters.library_table import HEADS, OWNER
from exporters.wording import lines
from forms.errors import UserError
from forms.fields import decimal
from forms.library import SOLUTION_KINDS
from grading.library import FURTHER

ROWS_CEILING = 2_000
CELL_CEILING = 5_000
_HEAD_WITHIN = 12

_FIELDS = ("first", "group", "scene", "needs", "description", "name", "brief", "price", "vendor")
#: The beginnings that tell a column, without spaces and brackets.
_KNOWN = dict(zip(_FIELDS, ("一级场景", "二级场景", "三级场景", "问题及需求", "场景描述",
                            "名称", "简述", "价格", "服务商"), strict=True))  # fmt: skip
_WORDS = dict(zip(_FIELDS, HEADS, strict=True))
_LABELS = re.compile(rf"^({'|'.join(NEED_LABELS)})[：:]", re.MULTILINE)
_KIND = re.compile(rf"（({'|'.join(SOLUTION_KINDS)})）$")


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row: where it stands and its texts by field, `needs` as they stand in the cell.

    `line` is the row's number in the file, `columns` the letters of its fields; `trouble` says what
    is wrong, with the cell's name. Scenes that a merged cell covers are filled in.
    """

    line: int
    values: Mapping[str, str]
    columns: Mapping[str, str] = field(default_factory=dict)
    trouble: str = ""

    @property
    def cells(self) -> str:
        """The name of its range, such as A5:I5."""
        letters = list(self.columns.values())
        return f"{letters[0]}{self.line}:{letters[-1]}{self.line}" if letters else ""


def read(path: Path) -> list[SheetRow]:
    """The rows below the annex's heads that hold anything besides a scene's names.

    Raises UserError where the file is no such table, or too large.
    """
    if not path.is_file() or path.stat().st_size > BYTES_CEILING:
        limit = BYTES_CEILING >> 20
        raise UserError(f"“{path.name}”不存在或超过 {limit} 兆字节，没有导入，请核对文件。")
    from openpyxl.utils import get_column_letter  # as in registry_sheet

    rows = rows_of_xlsx(path, cell=CELL_CEILING + 1, computed=False)
    columns, start = _columns(rows, path.name)
    if sum(any(row) for row in rows[start:]) > ROWS_CEILING:
        raise UserError(f"“{path.name}”超过 {ROWS_CEILING} 行，没有导入，请分批导入。")
    letters = {name: get_column_letter(place + 1) for name, place in columns.items()}
    found, above = [], dict.fromkeys(("owner", "first", "group", "scene"), "")
    for line, row in enumerate(rows[start:], start + 1):
        values = {n: row[place] if place < len(row) else "" for n, place in columns.items()}
        if not any(values.values()) or values["first"].startswith("注："):
            continue
        values = _filled_down(values, above)
        if any(values[name] for name in _FIELDS[3:]):
            found.append(SheetRow(line, values, letters, _trouble(values, letters, line)))
    return found


def _columns(rows: Sequence[Sequence[str]], name: str) -> tuple[dict[str, int], int]:
    """Which column holds which field, and the number of the last row of heads."""
    for number, row in enumerate(rows[:_HEAD_WITHIN]):
        heads = ["".join(cell.split()) for cell in row]
        if not any(head.startswith(_KNOWN["scene"]) for head in heads):
            continue
        below = rows[number + 1] if number + 1 < len(rows) else []
        under = ["".join(cell.split()) for cell in below]
        two = any(head == _KNOWN["name"] for head in under)
        found: dict[str, int] = {}
        for key, word in {"owner": OWNER, **_KNOWN}.items():
            for place, each in enumerate(under if two and key in _FIELDS[5:] else heads):
                if each.startswith(word):
                    found.setdefault(key, place)
        if missing := [_WORDS[key] for key in _FIELDS if key not in found]:
            raise UserError(
                f"“{name}”的表头缺少“{'”“'.join(missing)}”，没有导入，请按附件1 的各列填写。"
            )
        return dict(sorted(found.items(), key=lambda pair: pair[1])), number + 1 + two
    raise UserError(f"“{name}”前 {_HEAD_WITHIN} 行没有附件1 的表头，没有导入，请用导出的表格填写。")


def _filled_down(values: dict[str, str], above: dict[str, str]) -> dict[str, str]:
    """The row with what merged cells above it say; a name that is new ends those below it."""
    named = False
    for key in above:
        said = one_line(values.get(key, ""))
        if said or named:
            above[key] = said
        named = named or bool(said)
    made = {key: tidy(text) for key, text in values.items()} | above
    return made | {"name": one_line(made["name"]), "vendor": one_line(made["vendor"])}


def _trouble(values: Mapping[str, str], letters: Mapping[str, str], line: int) -> str:
    for key, text in values.items():
        if len(text) > CELL_CEILING:
            return f"{letters[key]}{line} 超过 {CELL_CEILING} 字"
    if not values["scene"]:
        return f"{letters['scene']}{line} 没有三级场景"
    offered = any(values[key] for key in ("brief", "price", "vendor"))
    if offered and not values["name"]:
        return f"{letters['name']}{line} 没有产品名称"
    price = values["price"]
    if price and (len(price) > 40 or decimal(price) is None):
        return f"{letters['price']}{line} 的价格“{price[:20]}”不是数字"
    return ""


def split_needs(text: str) -> tuple[str, str]:
    """行业共性需求 and 企业个性需求 of the cell of both; what has no label is the latter."""
    common: list[str] = []
    own: list[str] = []
    parts = _LABELS.split(text)
    own.append(parts[0])
    for label, said in zip(parts[1::2], parts[2::2], strict=True):
        (common if label == NEED_LABELS[0] else own).append(said)
    return tidy("\n".join(common)), tidy("\n".join(own))


def split_name(text: str) -> tuple[str, str]:
    """A product's name, and 已有 or 新开发 where the annex's cell says so."""
    found = _KIND.search(text)
    return (text[: found.start()].strip(), found[1]) if found else (text, "")


def tidy(text: str) -> str:
    """A text as it is compared and kept: its filled lines, without what no document may hold."""
    return "\n".join(lines(clean(text)))


def one_line(text: str) -> str:
    """The same of what is one line."""
    return " ".join(clean(text).split())


def named(scene: str) -> str:
    """A scene's name of the table; the annex's … stands for none."""
    return "" if scene == FURTHER else scene
