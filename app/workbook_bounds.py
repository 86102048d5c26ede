"""How much work a foreign workbook may be, found out before a parser sees it.

The parser builds an object for each string, cell and style, whatever a sheet is needed for: a
megabyte of .xlsx can keep it busy for minutes. Tags tell the work, and cost nothing to count.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator

BYTES_CEILING = 60 * 1024 * 1024
"""Of all parts unpacked."""
PARTS_CEILING = 2_000
#: Tags of a kind of part; 20,000 rows of 30 cells have some two million.
_TAGS = {"xl/worksheets/": 3_000_000, "xl/sharedStrings": 900_000, "xl/styles": 100_000}
_TAGS_ELSE = 20_000
_PIECE = 1 << 18
_ENCODING = re.compile(rb"""encoding\s*=\s*["']([^"']*)["']""")


def fault(archive: zipfile.ZipFile) -> str:
    """Why a workbook is not to be parsed, in Chinese for a sentence; "" where it may be.

    Raises what reading a damaged archive raises.
    """
    infos = archive.infolist()
    if len(infos) > PARTS_CEILING or sum(info.file_size for info in infos) > BYTES_CEILING:
        return "解开后过大"
    for info in infos:
        if info.filename.lower().endswith((".xml", ".rels")):
            kinds = (limit for start, limit in _TAGS.items() if info.filename.startswith(start))
            found = _fault_of(_pieces(archive, info), next(kinds, _TAGS_ELSE))
            if found:
                return found
    return ""


def _fault_of(pieces: Iterator[bytes], most: int) -> str:
    """Its parts are UTF-8 without a document type: else a tag could be spelt in other bytes."""
    tags, before = 0, b""
    for number, piece in enumerate(pieces):
        declared = None if number else _ENCODING.search(piece[:200])
        foreign = declared is not None and declared[1].lower() not in (b"utf-8", b"us-ascii")
        if b"\0" in piece or foreign:
            return "的内部编码不是 UTF-8"
        if b"<!DOCTYPE" in before + piece:
            return "含有文档类型声明"
        before = piece[-16:]
        tags += piece.count(b"<")
        if tags > most:
            return "解开后过大"
    return ""


def _pieces(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(info) as part:
        while piece := part.read(_PIECE):
            yield piece
