"""What the 核验单 in a bundle claims, beside what is worked out here from the bundle's data."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from docx.oxml import parse_xml

from exporters import check_sheet
from exporters.blocks import Paragraph, Table, cell_blocks
from exporters.source import Source

SHEETS = ("核验单.docx", "核验单（草稿）.docx")
CEILING = 4 << 20
_XML_CEILING = 16 << 20
_PART = "word/document.xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LIMITS = "要求"
"""The name of the visits' row that says what was asked of all."""

_Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Requirement:
    """A row of the sheet as it is worked out here. `claimed` is what the bundle's own sheet says
    instead: "" where it says the same, or none came."""

    name: str
    asked: str
    held: str
    verdict: str
    claimed: str = ""


def requirements(source: Source, sheet: bytes | None, marks: bool) -> tuple[Requirement, ...]:
    """The check sheet's rows of a dossier, beside those of the sheet that came (.docx; None: none).

    `marks` says that the photos' watermarks are known; where they are not, what follows from them
    is neither told nor compared. Raises ValueError where that sheet cannot be read.
    """
    theirs = None if sheet is None else _by_name(_tables(sheet))
    blocks = [each for each in check_sheet.compose(source, {}).blocks if isinstance(each, Table)]
    tables = [[tuple(map(_text, row.cells)) for row in block.rows] for block in blocks]
    # The first of the three names who was served by whom.
    general, visits = tables[1], tables[2]
    found = []
    for name, wanted, held, verdict, _seen in general[1:]:
        told = _other(theirs, name, (held, verdict), slice(2, 4))
        found.append(Requirement(name, wanted, held, verdict, _said("，".join, told)))
    heads, wanted = visits[0], _visit(visits[0], visits[1])
    for row in visits[2:]:
        told = _other(theirs, row[0], row[1:], slice(1, None), marks)
        claimed = _said(lambda cells: f"{_visit(heads, ('', *cells))}；{cells[-1]}", told)
        held = _visit(heads, row if marks else (*_bare(row[:-1]), ""))
        found.append(Requirement(f"现场诊断（{row[0]}）", wanted, held, row[-1], claimed))
    return tuple(found)


def _other(
    theirs: Mapping[str, _Row] | None, name: str, ours: _Row, part: slice, marks: bool = True
) -> _Row | None:
    """What the sheet that came says otherwise in a row, () where it has none; else None."""
    if theirs is None:
        return None
    claimed = theirs.get(name, ())[part]
    if marks or not claimed:
        return None if claimed == ours else claimed
    return None if _bare(claimed[:-1]) == _bare(ours[:-1]) else claimed


def _said(words: Callable[[_Row], str], told: _Row | None) -> str:
    if told is None:
        return ""
    return _line(words(told)) if told else "核验单中没有这一项"


def _bare(visit: _Row) -> _Row:
    """A visit's columns but for the verdict, without what is said of its photos' witnesses."""
    return (*visit[:-1], visit[-1].partition("，")[0]) if visit else visit


def _visit(heads: _Row, row: _Row) -> str:
    """A visit's numbers, each behind its head; head and cell have two lines where there are two."""
    said = []
    for head, cell in zip(heads[1:-1], row[1:-1], strict=False):
        names, values = head.split("\n"), cell.split("\n")
        if head.startswith("日期"):
            said.append(_line(cell))
        elif values[0] == "共":
            said.append(f"{'和'.join(names)}共 {values[-1]}")
        else:
            said.append("、".join(f"{n} {v}" for n, v in zip(names, values, strict=False) if v))
    return "；".join(filter(None, said))


def _line(text: str) -> str:
    return " ".join(text.split())


def _text(cell: Any) -> str:
    return "\n".join(each.text for each in cell_blocks(cell) if isinstance(each, Paragraph)).strip()


def _by_name(rows: list[_Row]) -> dict[str, _Row]:
    return {row[0]: row for row in reversed(rows) if row}


def _tables(raw: bytes) -> list[_Row]:
    """The rows of all tables of a .docx from outside. ValueError where it is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive, archive.open(_PART) as stream:
            data = stream.read(_XML_CEILING + 1)
        if len(data) > _XML_CEILING:
            raise ValueError("too long")
        # Its parser neither resolves entities nor reads a document type from elsewhere.
        root: Any = parse_xml(data)
    except (zipfile.BadZipFile, zlib.error, KeyError, OSError, EOFError) as error:
        raise ValueError("no document") from error
    except (NotImplementedError, RuntimeError, SyntaxError) as error:
        raise ValueError("no document") from error
    if root.getroottree().docinfo.doctype:
        raise ValueError("a document type")
    return [
        tuple(_cell(cell) for cell in row.iterchildren(f"{_W}tc")) for row in root.iter(f"{_W}tr")
    ]


def _cell(cell: Any) -> str:
    lines = []
    for paragraph in cell.iter(f"{_W}p"):
        marks = {f"{_W}br": "\n", f"{_W}tab": "\t"}
        lines.append(
            "".join(
                marks.get(each.tag) or (each.text or "")
                for each in paragraph.iter(f"{_W}t", *marks)
            )
        )
    return "\n".join(lines).strip()
