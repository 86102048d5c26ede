"""档案销毁记录: what was wiped from a laptop after it was archived, to be signed and kept.

The program's own, from no official form; the clause that asks for care is article 3 of annex 2.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from exporters.blocks import Block, Cell, Document, Paragraph, Row, Section, Table
from exporters.style import Align, Style
from exporters.wording import date_text

TITLE = "档案销毁记录"
_HASH_LINE = 32


@dataclass(frozen=True, slots=True)
class Destroyed:
    """What was wiped; `sha256` is the archive's, `shared` how many files stay for other dossiers.

    `closed` says how the archive is closed, in words.
    """

    enterprise: str
    code: str
    number: str
    records: int
    edits: int
    photos: int
    attachments: int
    shared: int
    person: str
    at: dt.datetime
    archive: str
    place: str
    sha256: str
    closed: str


def compose(facts: Destroyed) -> Document:
    """The page, to be signed by who destroyed, who looked on, and who keeps the archive."""
    rows = [
        ("试点企业", facts.enterprise),
        ("统一社会信用代码", facts.code),
        ("档案编号", facts.number),
        ("销毁内容", _content(facts)),
        ("销毁时间", f"{date_text(facts.at.date())} {facts.at:%H:%M}"),
        ("销毁人", facts.person),
        ("归档文件", facts.archive),
        ("归档位置", facts.place),
        ("归档文件指纹\n（SHA-256）", "\n".join(_lines(facts.sha256))),
        ("归档文件加密", facts.closed),
        ("核验情况", "归档文件写成后已重新打开，逐个文件与清单核对，内容完整，签名有效。"),
    ]
    blocks: tuple[Block, ...] = (
        Section(numbered=False),
        Paragraph(TITLE, Style.TITLE, after_pt=14),
        Table(
            (30, 70),
            tuple(Row((_head(name), Cell(text))) for name, text in rows),
            style=Style.CELL,
        ),
        Paragraph(
            "上述档案已从本机清除，包括其全部记录、修改记录、照片、附件和由其得出的数据；"
            "其他档案同时使用的文件予以保留。归档文件请按协议约定的保密期限妥善保管。",
            before_pt=10,
        ),
        Table(
            (34, 33, 33),
            (
                Row(
                    tuple(
                        _head(word)
                        for word in ("销毁人（签名）", "监督人（签名）", "保管人（签名）")
                    )
                ),
                Row((Cell("\n\n"), Cell(""), Cell(""))),
                Row(tuple(Cell("　　年　　月　　日", align=Align.CENTRE) for _ in range(3))),
            ),
            style=Style.CELL,
        ),
    )
    return Document(title=TITLE, blocks=blocks, confidential=True)


def _content(facts: Destroyed) -> str:
    said = (
        f"记录 {facts.records} 条、修改记录 {facts.edits} 条、照片 {facts.photos} 张、"
        f"附件 {facts.attachments} 件"
    )
    return f"{said}；其中 {facts.shared} 个文件另有档案使用，予以保留" if facts.shared else said


def _lines(digest: str) -> list[str]:
    return [digest[at : at + _HASH_LINE] for at in range(0, len(digest), _HASH_LINE)]


def _head(text: str) -> Cell:
    return Cell(text, align=Align.CENTRE, bold=True, shaded=True)
