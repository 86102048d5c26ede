"""附件1 供需适配库: every scene of the plan's list with its needs and what solves them, landscape.

The 一级场景 is printed again for each 二级场景: else its name would stand pages away.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

from exporters.blocks import Block, Cell, Document, Paragraph, Row, Run, Section, Table, head_row
from exporters.source import Source
from exporters.style import CELL_PADDING_Y_MM, Align, Style
from exporters.wording import lines, or_blank
from forms.dossier import Enterprise, LibraryEntry, Provider, Solution
from grading.library import FURTHER, arranged

_HEADS = (
    *("一级场景", "二级\n场景", "三级\n场景"),
    "问题及需求分析\n（含行业共性需求与企业个性需求）",
    "场景描述",
)
_SOLUTION_HEADS = ("名称", "简述", "价格\n（万元）", "服务商")
_WIDTHS = (19, 17, 24, 50, 32, 20, 28, 19, 17)
_NOTES = (
    "注：1.一级场景请勿删减，但可适当增补；在保留现有框架基础上，可结合细分行业特点，对二级、三级场景进行"
    "适当增补、删减及完善表述等调整。",
    "2.适配产品及解决方案一列中，需针对每一个三级场景及对应的问题、需求，列出适用产品和解决方案，"
    "含已有的和新开发的。",
)
NEED_LABELS = ("行业共性需求", "企业个性需求")

_NAME_EM = 4.5
"""About as many characters as a line of a 一级场景 holds."""
_LINE_MM = 5.5
_TOGETHER = 3
"""So many solutions of one scene stay on one page; more may run over its foot."""


@dataclass(frozen=True)
class _Filled:
    """What one entry says: needs, description, and its solutions, a row of four texts each."""

    needs: str = ""
    description: str = ""
    solutions: tuple[tuple[str, ...], ...] = (("",) * len(_SOLUTION_HEADS),)


Scenes = dict[str, dict[str, dict[str, list[_Filled]]]]
"""What is printed by 一级, 二级 and 三级场景, each in the order of print."""


def compose(source: Source) -> Document:
    """The library; the blank form where nothing was entered."""
    name, provider = source.dossier.one(Enterprise).name, source.dossier.one(Provider).name
    parties = (
        *(Run("试点企业："), or_blank(source, name)),
        *(Run("　　数字化转型服务商："), or_blank(source, provider)),
    )
    title = f"{source.pack.city}市中小企业数字化转型需求、问题和场景清单及供需适配库"
    blocks: tuple[Block, ...] = (
        Section(landscape=True),
        Paragraph(title, Style.FORM_TITLE),
        Paragraph(parties, Style.NOTE, keep_with_next=True),
        _table(source),
        *(Paragraph(note, Style.NOTE) for note in _NOTES),
    )
    return Document(
        title=f"{name.strip()}{source.pack.called('library')}",
        blocks=blocks,
        draft=source.draft,
        author=provider,
    )


def _table(source: Source) -> Table:
    first = [Cell(h, rowspan=2, align=Align.CENTRE, bold=True, shaded=True) for h in _HEADS]
    offered = Cell("适用产品及解决方案", colspan=4, align=Align.CENTRE, bold=True, shaded=True)
    rows = [Row((*first, offered)), head_row(*_SOLUTION_HEADS)]
    for name, groups in _scenes(source).items():
        for group, scenes in groups.items():
            rows += _group_rows(name, group, scenes)
    return Table(_WIDTHS, tuple(rows), head_rows=2)


def _scenes(source: Source) -> Scenes:
    """The list's scenes with what their entries say."""
    children: dict[object, list[Solution]] = {}
    for solution in source.dossier.all(Solution):
        children.setdefault(solution.parent_id, []).append(solution)
    found: Scenes = {
        first: {
            group: {
                scene: [_filled(entry, children.pop(entry.id, ())) for entry in entries]
                for scene, entries in scenes.items()
            }
            for group, scenes in groups.items()
        }
        for first, groups in arranged(source.dossier, source.pack.library).items()
    }
    # A solution that is of no entry is printed all the same.
    loose = [solution for solutions in children.values() for solution in solutions]
    if loose:
        rest = found.setdefault(FURTHER, {}).setdefault(FURTHER, {}).setdefault("", [])
        rest.append(_filled(LibraryEntry(dossier_id=source.dossier.id), loose))
    return found


def _filled(entry: LibraryEntry, solutions: Iterable[Solution]) -> _Filled:
    needs = needs_text(entry)
    offered = tuple(
        (f"{number}.{product_text(each)}", "\n".join(lines(each.brief)), each.price, each.vendor)
        for number, each in enumerate(solutions, start=1)
    )
    description = "\n".join(lines(entry.description))
    return _Filled(needs, description, offered or _Filled.solutions)


def needs_text(entry: LibraryEntry) -> str:
    """The column of needs: each kind under its name, one behind the other."""
    return "\n".join(
        f"{label}：{text}"
        for label, typed in zip(NEED_LABELS, (entry.common_need, entry.own_need), strict=True)
        if (text := "\n".join(lines(typed)))
    )


def product_text(solution: Solution) -> str:
    """The column 名称, with note 2's 已有 or 新开发 where that was said."""
    return solution.name.strip() + (f"（{solution.kind}）" if solution.kind else "")


def _group_rows(first: str, group: str, scenes: dict[str, list[_Filled]]) -> list[Row]:
    """The rows of one 二级场景, a solution each."""
    rows: list[Row] = []
    # High enough for the name, so that no page's foot cuts through it.
    least = _LINE_MM * ceil(len(first) / _NAME_EM) + 2 * CELL_PADDING_Y_MM
    entries = {scene: held or [_Filled()] for scene, held in scenes.items()}
    whole = sum(_height(held) for held in entries.values())
    for scene, held in entries.items():
        for place, entry in enumerate(held):
            height = len(entry.solutions)
            for number, offered in enumerate(entry.solutions):
                cells: list[Cell] = []
                if not rows:
                    cells += [_scene_cell(first, whole), _scene_cell(group, whole)]
                if not place and not number:
                    cells.append(_scene_cell(scene, _height(held)))
                if not number:
                    cells += [
                        Cell(text, rowspan=height, top=True)
                        for text in (entry.needs, entry.description)
                    ]
                name, brief, price, vendor = offered
                cells += [Cell(name, top=True), Cell(brief, top=True)]
                cells += [Cell(price, align=Align.CENTRE, top=True), Cell(vendor, top=True)]
                kept = number + 1 < height <= _TOGETHER
                least_mm = 0 if rows else least
                rows.append(Row(tuple(cells), min_height_mm=least_mm, keep_with_next=kept))
    return rows


def _height(held: list[_Filled]) -> int:
    return sum(len(entry.solutions) for entry in held)


def _scene_cell(name: str, height: int) -> Cell:
    return Cell(name, rowspan=height, top=True)
