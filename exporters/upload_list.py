"""上传清单: what goes into which box of the city's platform, and what went up when.

The program's own, from no official form. Boxes and limits are the pack's.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from exporters.blocks import Block, Cell, Document, Paragraph, Row, Section, Table, head_row
from exporters.source import Source
from exporters.style import Align, Style
from exporters.wording import date_text
from forms.dossier import Enterprise, Provider

TITLE = "平台上传清单"
_HASH_LINE = 32
_NOT_MADE, _NOT_SENT = "尚未导出", "未上传"


@dataclass(frozen=True, slots=True)
class Receipt:
    """An upload that somebody recorded: when, who, of which file (SHA-256), and whether the paper
    says something else by now."""

    at: dt.datetime | None
    person: str
    sha256: str
    stale: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A file and the box that it goes into. `size` in bytes and `sha256` are 0 and "" where it was
    not made yet; `receipts` are its uploads in the order they were recorded."""

    box: str
    clause: str
    name: str
    size: int
    sha256: str
    receipts: tuple[Receipt, ...] = ()

    @property
    def receipt(self) -> Receipt | None:
        """The newest upload."""
        return max(self.receipts, key=lambda each: each.at or dt.datetime.min, default=None)

    @property
    def standing(self) -> str:
        """How it stands with its upload, in words."""
        receipt = self.receipt
        if receipt is None:
            return _NOT_SENT if self.sha256 else _NOT_MADE
        at = receipt.at
        when = f"{date_text(at.date())} {at:%H:%M}" if at else "时间未记"
        words = f"{when}{f' {receipt.person}' if receipt.person else ''}上传"
        if receipt.stale:
            return f"{words}，此后内容有改动，需重新上传"
        if self.sha256 and self.sha256 != receipt.sha256:
            return f"{words}，此后重新导出过，内容未变"
        return words


def compose(source: Source, lines: list[Line], most: str) -> Document:
    """The list; `most` is the largest size of a file, in words."""
    platform, dossier = source.pack.platform, source.dossier
    enterprise = dossier.one(Enterprise).name
    rows = [
        Row(
            (
                Cell(str(number), align=Align.CENTRE),
                Cell(f"{line.box}\n（{line.clause}）"),
                Cell(line.name),
                Cell(f"{line.size:,}" if line.size else "", align=Align.RIGHT),
                Cell(_halves(line.sha256)),
                Cell(line.standing),
            )
        )
        for number, line in enumerate(lines, 1)
    ]
    heads = head_row("序号", "栏目", "文件", "大小（字节）", "校验值（SHA-256）", "上传情况")
    made = date_text(source.today) if source.today.year >= 1900 else ""
    blocks: tuple[Block, ...] = (
        Section(landscape=True),
        Paragraph(f"{platform.name}上传清单", Style.FORM_TITLE),
        Paragraph(f"试点企业：{enterprise}", Style.NOTE),
        Table((13, 36, 42, 30, 79, 40), (heads, *rows), head_rows=1),
        Paragraph(
            f"每个文件不超过 {most}；同一栏目的 .pdf 和 .docx 内容相同，按平台要求选用。"
            f"{platform.note}" + (f"{made}生成。" if made else ""),
            Style.NOTE,
        ),
    )
    return Document(
        title=f"{enterprise}{TITLE}",
        blocks=blocks,
        draft=source.draft,
        author=dossier.one(Provider).name,
    )


def _halves(digest: str) -> str:
    return f"{digest[:_HASH_LINE]}\n{digest[_HASH_LINE:]}" if digest else ""
