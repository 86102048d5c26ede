"""报送函: the letter with which the results go to the bureau, and the list of what is enclosed.

A letter's form by GB/T 9704-2012: the title, to whom, the text, 附件说明, who writes and when, and
the contact in brackets (7.3.1 to 7.3.6). It has no number of its own: the program knows none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from exporters.blocks import Block, Cell, Document, Paragraph, Row, Run, Table
from exporters.source import Source
from exporters.style import Style
from exporters.wording import day_to_fill, made_at, or_blank
from forms.dossier import Agreement, Enterprise, Provider

TITLE = "报送函"


@dataclass(frozen=True)
class Contents:
    """What is enclosed: the names of the bundle's files (several where it is in parts), of its
    documents, how many photos by visit, of its attachments; whether photos are smaller copies of
    1280 pixels, and whether a passphrase opens it."""

    bundle: Sequence[str] = ()
    documents: Sequence[str] = ()
    photos: Mapping[str, int] = field(default_factory=dict)
    attachments: Sequence[str] = ()
    copies: bool = False
    closed: bool = False


def compose(source: Source, contents: Contents) -> Document:
    """The letter."""
    dossier = source.dossier
    enterprise, provider = dossier.one(Enterprise), dossier.one(Provider)
    today = source.today if source.today.year >= 1900 else None
    title = f"关于报送{enterprise.name.strip()}数字化转型咨询诊断成果材料的函"
    blocks: list[Block] = [
        Paragraph(title, Style.TITLE, after_pt=28),
        Paragraph(f"{source.pack.bureau}：", Style.PLAIN),
        Paragraph(_opening(source)),
        Paragraph("".join(_remarks(contents)), after_pt=28),
        _enclosed(contents),
        Paragraph(
            (or_blank(source, provider.name.strip()),),
            Style.SIGNATURE,
            before_pt=40,
            keep_with_next=True,
        ),
        Paragraph(day_to_fill(today), Style.SIGNATURE, keep_with_next=True),
        Paragraph(
            (
                Run("（联系人："),
                or_blank(source, provider.contact.strip()),
                Run("　联系电话："),
                or_blank(source, provider.phone.strip()),
                Run("）"),
            ),
            before_pt=14,
        ),
    ]
    return Document(
        title=title,
        blocks=tuple(blocks),
        draft=source.draft,
        author=provider.name,
        created=made_at(today),
    )


def _opening(source: Source) -> str:
    enterprise = source.dossier.one(Enterprise)
    number = source.dossier.one(Agreement).number.strip()
    code = enterprise.credit_code.strip()
    told = [f"统一社会信用代码：{code}"] if code else []
    told += [f"协议编号：{number}"] if number else []
    known = f"（{'，'.join(told)}）" if told else ""
    return (
        f"按照《{source.pack.document}》要求，现将{enterprise.name.strip()}{known}"
        "数字化转型咨询诊断成果材料随函报送，请予审核。"
    )


def _remarks(contents: Contents) -> list[str]:
    """How the enclosed bundle is to be opened and checked."""
    count = len(contents.bundle)
    found = [
        f"材料装入文件包，分为{count}卷，各卷可单独打开。" if count > 1 else "材料装入文件包。"
    ]
    found.append("核验单列明方案各项要求的落实情况，manifest.json载明每个文件的大小和校验值。")
    if contents.photos and contents.copies:
        found.append("照片为长边不超过1280像素的缩小副本，清单载明所对应原始照片的校验值。")
    elif contents.photos:
        found.append("照片均为原始文件。")
    if contents.closed:
        found.append("文件包内为保密材料，已用口令加密，口令另行告知。")
    return found


def _enclosed(contents: Contents) -> Table:
    """附件说明: a name that goes on in the next line stands under its own beginning."""
    rows = []
    for number, name in enumerate(_items(contents), 1):
        label = "附件：" if number == 1 else ""
        cells = [Paragraph(label, Style.PLAIN), Paragraph(f"{number}.{name}", Style.PLAIN)]
        rows.append(Row((Cell(), *(Cell((each,), top=True) for each in cells))))
    return Table((9, 22, 125), tuple(rows), border=False)


def _items(contents: Contents) -> list[str]:
    found = list(contents.documents)
    if contents.photos:
        counts = "，".join(f"{name}{count}张" for name, count in contents.photos.items())
        found.append(f"现场照片（{counts}）")
    if contents.attachments:
        names = "、".join(contents.attachments)
        found.append(f"附件材料（{len(contents.attachments)}件）：{names}")
    found.append("档案数据及修改记录")
    return found
