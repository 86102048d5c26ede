"""The solution library as a table in the columns of annex 1: a row a product, blank scenes too.

Words of the program that nobody confirmed yet are no one's, and are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from exporters.library import needs_text, product_text
from exporters.wording import lines
from forms.dossier import Dossier, Enterprise, LibraryEntry, Solution
from forms.library import NEED_STATES, FirstScene
from grading.library import FURTHER, UNTRACKED, arranged, waits

HEADS = (
    *("一级场景", "二级场景", "三级场景"),
    "问题及需求分析（含行业共性需求与企业个性需求）",
    "场景描述",
    *("名称", "简述", "价格（万元）", "服务商"),
)
"""The annex's columns; the last four stand under 适用产品及解决方案."""
OFFERED = "适用产品及解决方案"
COUNT_HEADS = ("所属细分行业", "三级场景", *NEED_STATES, UNTRACKED, "合计")
"""The columns of the needs that are counted."""
NEED_HEADS = ("企业", "所属细分行业", "三级场景", "需求", "状态", "登记日期", "产品")
"""The columns of the needs one by one."""
OWNER = "试点企业"
"""The first column of the table of all enterprises."""


@dataclass(frozen=True, slots=True)
class LibraryRow:
    """One row in the annex's nine columns; `waits` where words were left out of it."""

    owner: str
    cells: tuple[str, ...]
    waits: bool = False


def rows_of(dossier: Dossier, library: tuple[FirstScene, ...]) -> Iterator[LibraryRow]:
    """The annex's rows in its order; what needs and description belong to several products stands
    in the first of their rows."""
    owner = dossier.one(Enterprise).name.strip()
    children: dict[object, list[Solution]] = {}
    for solution in dossier.all(Solution):
        children.setdefault(solution.parent_id, []).append(solution)
    for first, groups in arranged(dossier, library).items():
        for group, scenes in groups.items():
            for scene, entries in scenes.items():
                path = (first, group, scene or FURTHER)
                if not entries:
                    yield LibraryRow(owner, (*path, *[""] * 6))
                for entry in entries:
                    yield from _rows(owner, path, entry, children.pop(entry.id, []))
    loose = [solution for rows in children.values() for solution in rows]
    if loose:
        blank = LibraryEntry(dossier_id=dossier.id)
        yield from _rows(owner, (FURTHER,) * 3, blank, loose)


def _rows(
    owner: str, path: tuple[str, ...], entry: LibraryEntry, solutions: Sequence[Solution]
) -> Iterator[LibraryRow]:
    left_out = waits(entry)
    texts = ("", "") if left_out else (needs_text(entry), "\n".join(lines(entry.description)))
    for place, each in enumerate(solutions or [None]):
        offered = ("",) * 4
        if each is not None:
            brief = "\n".join(lines(each.brief))
            offered = (product_text(each), brief, each.price, each.vendor)
        said = texts if not place else ("", "")
        yield LibraryRow(owner, (*path, *said, *offered), left_out and not place)
