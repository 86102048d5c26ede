"""供需适配库 (annex 1): the scenes of the plan's list, with needs and what solves them."""

from __future__ import annotations

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


class LibraryEntry(Record, table=True):
    """附件1: what one 三级场景 lacks; `scene` is a name of the pack's list, or one's own.

    A scene of one's own stands under the 二级场景 that `group` names (note 1 of the annex).
    """

    title = "供需适配库条目"
    clause = "附件1"

    scene: Annotated[str, f.text("三级场景", 80, required=True)] = ""
    group: Annotated[str, f.text("所属二级场景", 80, hint="仅增补的三级场景填写")] = ""
    common_need: Annotated[str, f.prose("行业共性需求", 1000)] = ""
    own_need: Annotated[str, f.prose("企业个性需求", 1000)] = ""
    description: Annotated[str, f.prose("场景描述", 1000)] = ""


class Solution(Record, table=True):
    """附件1 适用产品及解决方案: one product, existing or new; its parent is the entry."""

    title = "适用产品及解决方案"
    clause = "附件1"

    name: Annotated[str, f.text("名称", 80, required=True)] = ""
    brief: Annotated[str, f.prose("简述", 500)] = ""
    price: Annotated[str, f.number("价格", "万元")] = ""
    vendor: Annotated[str, f.text("服务商", 80)] = ""
