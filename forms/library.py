"""供需适配库 (annex 1): the scenes of the plan's list, with needs and what solves them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated, Any

from forms import fields as f
from forms.record import Record


@dataclass(frozen=True, slots=True)
class SecondScene:
    """二级场景, such as 1.1产品研发, with the names of its 三级场景 in the list's order."""

    name: str
    scenes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FirstScene:
    """一级场景, such as 1.产品生命周期数字化, with its 二级场景."""

    name: str
    groups: tuple[SecondScene, ...]


def parse_library(rows: list[dict[str, Any]]) -> tuple[FirstScene, ...]:
    """The list of `library.yaml`; ValueError where a 三级场景 stands in it twice."""
    first = tuple(
        FirstScene(
            row["name"],
            tuple(SecondScene(group["name"], tuple(group["scenes"])) for group in row["groups"]),
        )
        for row in rows
    )
    names = [scene for row in first for group in row.groups for scene in group.scenes]
    if len(set(names)) != len(names):
        raise ValueError("a scene of annex 1 is declared twice")
    return first


NEED_STATES = ("提出", "已对接", "改造中", "已满足")
"""How far a need has come, in this order (跟踪管理, 方案 三（一）1)."""
SOLUTION_KINDS = ("已有", "新开发")
"""Note 2 of the annex: 含已有的和新开发的."""


class LibraryEntry(Record, table=True):
    """附件1: what one 三级场景 lacks; `scene` is a name of the pack's list, or one's own.

    A scene of one's own stands under the 二级场景 that `group` names, and one's own 二级场景 under
    the 一级场景 that `first` names (note 1 of the annex).
    """

    title = "供需适配库条目"
    clause = "附件1"

    scene: Annotated[str, f.text("三级场景", 80, required=True)] = ""
    group: Annotated[str, f.text("所属二级场景", 80, hint="仅增补的三级场景填写")] = ""
    first: Annotated[str, f.text("所属一级场景", 80, hint="仅增补的二级场景填写")] = ""
    common_need: Annotated[str, f.prose("行业共性需求", 1000)] = ""
    own_need: Annotated[str, f.prose("企业个性需求", 1000)] = ""
    description: Annotated[str, f.prose("场景描述", 1000)] = ""
    drafted: Annotated[bool | None, f.yesno("系统拟写，待确认")] = None


class Solution(Record, table=True):
    """附件1 适用产品及解决方案: one product, existing or new; its parent is the entry."""

    title = "适用产品及解决方案"
    clause = "附件1"

    name: Annotated[str, f.text("名称", 80, required=True)] = ""
    brief: Annotated[str, f.prose("简述", 500)] = ""
    price: Annotated[str, f.number("价格", "万元")] = ""
    vendor: Annotated[str, f.text("服务商", 80)] = ""
    kind: Annotated[str, f.choice("产品类别", *SOLUTION_KINDS)] = ""


class NeedStep(Record, table=True):
    """One step of a need's tracking; its parent is the entry, whose state the last step tells."""

    title = "需求跟踪"
    clause = "方案 三（一）1"

    state: Annotated[str, f.choice("需求状态", *NEED_STATES, required=True)] = ""
    date: Annotated[dt.date | None, f.date("日期", required=True)] = None
    remark: Annotated[str, f.text("备注", 200)] = ""
