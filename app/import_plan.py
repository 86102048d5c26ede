"""What a foreign table would change, before anything is changed: the words all imports share."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple


class State(StrEnum):
    """What becomes of a row."""

    NEW = "新增"
    CHANGED = "修改"
    SAME = "不变"
    WRONG = "有误"
    OTHER = "其他企业"


class Fault(NamedTuple):
    """What is wrong with a cell: its row's number, its column's letter ("" for the whole row)."""

    row: int
    column: str
    reason: str

    @property
    def cell(self) -> str:
        """Its name in the file, such as C12; the row's number where it is of a whole row."""
        return f"{self.column}{self.row}"

    @property
    def sentence(self) -> str:
        """第 12 行 C 列：…"""
        column = f" {self.column} 列" if self.column else ""
        return f"第 {self.row} 行{column}：{self.reason}"


def sentences(faults: Iterable[Fault]) -> str:
    """All that is wrong with a row, in one sentence."""
    return "；".join(fault.sentence for fault in faults)
