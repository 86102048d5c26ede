"""What several forms have alike: rows of labels and values, choices as boxes, the enterprise's own.

The first part of annex 4 asks in nearly the same rows for what the report's table 1 tells (附件3
企业基本情况表); both are made of these, each on its own columns.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from exporters.blocks import Cell, CellBlock, Paragraph, Row, check_boxes
from exporters.source import Source
from exporters.style import LOOKS, MM, Align, Style
from exporters.wording import UNFILLED, or_blank
from forms.enterprise import LEVELS, Enterprise
from forms.fields import Spec, chosen
from forms.pack import Pack
from forms.record import specs

Content = str | tuple[CellBlock, ...]
_TALL_MM = 20
_AFTER_OPINION_PT = 8
_OPINION_EM = 32
"""About as many characters as a line of an opinion holds."""
_NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class FormRows:
    """Rows on a form's columns: how many a label, its value, a second label and its value cover.

    `marked` shows where a value is missing, as drafts do.
    """

    spans: tuple[int, int, int, int] = (1, 1, 1, 1)
    marked: bool = False

    @property
    def columns(self) -> int:
        """All columns of the form."""
        return sum(self.spans)

    def label(self, text: str, rowspan: int = 1) -> Cell:
        """A label in the first column."""
        return Cell(text, colspan=self.spans[0], rowspan=rowspan, align=Align.CENTRE)

    def value(self, content: Content, colspan: int = 1, top: bool = False) -> Cell:
        """A cell of what was typed, of the mark where nothing was and this is a draft."""
        if self.marked and isinstance(content, str) and not content.strip():
            content = (Paragraph((UNFILLED,), Style.CELL),)
        return Cell(content, colspan=colspan, top=top)

    def pair(self, label: str, value: str, second: str, other: str, height: float = 0) -> Row:
        """Label, value, label, value."""
        _, wide, again, last = self.spans
        cells = (
            self.label(label),
            self.value(value, wide),
            Cell(second, colspan=again, align=Align.CENTRE),
            self.value(other, last),
        )
        return Row(cells, min_height_mm=height)

    def wide(self, label: str, value: Content, height: float = 0) -> Row:
        """A label, and its value over the rest of the width; a tall one is filled from its top."""
        rest = self.columns - self.spans[0]
        cell = self.value(value, rest, top=height > _TALL_MM)
        return Row((self.label(label), cell), min_height_mm=height)

    def part(self, text: str) -> Row:
        """The head of a form's part, over all columns; it stays with what it is the head of."""
        cell = Cell(text, colspan=self.columns, align=Align.CENTRE, bold=True, shaded=True)
        return Row((cell,), min_height_mm=8, keep_with_next=True)


def opinion(source: Source, text: str, room_mm: float) -> tuple[CellBlock, ...]:
    """An opinion line by line, then what it leaves of the room in which it is written by hand."""
    if not text.strip():
        return (Paragraph((or_blank(source, ""),), Style.CELL, after_pt=room_mm * MM),)
    *above, last = text.strip().split("\n")
    taken = sum(1 + len(line) // _OPINION_EM for line in (*above, last)) - 1
    left = room_mm * MM - taken * LOOKS[Style.CELL].leading
    ending = Paragraph(last, Style.CELL, after_pt=max(left, _AFTER_OPINION_PT))
    return (*(Paragraph(line, Style.CELL) for line in above), ending)


def identity(rows: FormRows, enterprise: Enterprise, contact: str) -> list[Row]:
    """Who the enterprise is, from 企业名称 to 联系方式; `contact` is the form's word for 联系人."""
    return [
        rows.pair("企业名称", enterprise.name, "所属县（市、区）", enterprise.district),
        rows.pair("注册地址", enterprise.address, "企业信用代码", enterprise.credit_code),
        rows.pair(contact, enterprise.contact, "联系方式", enterprise.phone),
    ]


def standing(rows: FormRows, enterprise: Enterprise, pack: Pack) -> list[Row]:
    """What kind of enterprise it is, from 企业性质 to 所属细分行业; 企业规模 beside two lines."""
    spec = specs(Enterprise)
    size = f"{one_of(spec['size'], enterprise.size)}\n（{spec['size'].hint}）"
    scale = one_of(spec["above_scale"], enterprise.above_scale)
    rest = rows.columns - rows.spans[0]
    quality = chosen(enterprise.quality, spec["quality"])
    return [
        rows.wide("企业性质", one_of(spec["nature"], enterprise.nature)),
        Row((rows.label("企业规模", rowspan=2), Cell(size, colspan=rest)), keep_with_next=True),
        Row((Cell(scale, colspan=rest),)),
        rows.wide("优质中小企业情况", boxes(spec["quality"].choices, quality, (2,))),
        rows.wide("数字化水平自评测等级", boxes(LEVELS, _given(enterprise.self_level))),
        rows.wide("所属细分行业", boxes(pack.industries, _given(enterprise.industry), (2,))),
    ]


def one_of(spec: Spec, value: str) -> str:
    """The boxes of a choice of one, on one line."""
    return boxes(spec.choices, _given(value))


def _given(value: str) -> list[str]:
    return [value] if value else []


def boxes(
    choices: Sequence[str],
    on: Iterable[str],
    lines: Sequence[int] = (),
    names: Mapping[str, str] = _NONE,
) -> str:
    """The boxes of a choice; what was chosen besides the form's own comes last.

    `lines` says how many stand on each line, the last number serving for all further ones; without
    it they stand on one. `names` replaces a box's words, as in 其他支持：培训.
    """
    given = list(on)
    options = [*choices, *(value for value in given if value not in choices)]
    printed = _boxes(options, given, names)
    found = []
    sizes = list(lines) or [len(printed)]
    while printed:
        size = sizes.pop(0) if len(sizes) > 1 else sizes[0]
        found.append("　".join(printed[:size]))
        del printed[:size]
    return "\n".join(found)


def _boxes(options: Sequence[str], on: Iterable[str], names: Mapping[str, str]) -> list[str]:
    """Each box with its words, or with others in their place."""
    ticked = [check_boxes([option], on) for option in options]
    return [
        box.removesuffix(option) + names.get(option, option)
        for box, option in zip(ticked, options, strict=True)
    ]


def grouped(
    spec: Spec,
    values: Mapping[str, object],
    names: Mapping[str, object],
    sign: str,
    line_em: float = 0,
) -> str:
    """Boxes under sub-headings, each group on a new line, or on lines of `line_em` characters.

    The last box of a group is for others, with the name that was typed; `sign` stands behind its
    word where none was.
    """
    rows = []
    for group, choices in spec.groups:
        typed = str(names.get(group) or "").strip()
        last = choices[-1] + (f"：{typed}" if typed else sign)
        on = [choice for choice in choices if values.get(f"{group}/{choice}") is True]
        rows += _lines(f"{group}：", _boxes(choices, on, {choices[-1]: last}), line_em)
    return "\n".join(rows)


def _lines(head: str, parts: Iterable[str], line_em: float) -> list[str]:
    """Parts joined to lines, so that no box parts from its words; 0: all on one line."""
    found = [head]
    for part in parts:
        joined = found[-1] + ("" if found == [head] else "　") + part
        if not line_em or _width_em(joined) <= line_em:
            found[-1] = joined
        else:
            found.append(part)
    return found


def _width_em(text: str) -> float:
    return sum(0.6 if char.isascii() else 1 for char in text)
