"""附件2 咨询诊断服务协议: the official text, with the parties, the day of signing and the term."""

import datetime as dt

from exporters.blocks import Block, Cell, Document, Heading, Paragraph, Row, Run, Table
from exporters.seal import seal_place
from exporters.signing import signatures
from exporters.source import Source
from exporters.style import Align, Style
from exporters.wording import date_text, day_to_fill, made_at, or_blank, pilot
from forms.dossier import Agreement, Enterprise, Provider
from forms.papers import Role
from grading.rules.agreement import last_day

_KEY = "agreement"


def compose(source: Source) -> Document:
    """The whole agreement, both parties filled in."""
    signed = source.dossier.one(Agreement).signed_on
    enterprise, provider = _names(source)
    return Document(
        title=f"{enterprise}{source.pack.called('agreement')}",
        blocks=(*_head(source), *_articles(source), _ending(source)),
        draft=source.draft,
        author=provider,
        created=made_at(signed),
    )


def _names(source: Source) -> tuple[str, str]:
    dossier = source.dossier
    return dossier.one(Enterprise).name.strip(), dossier.one(Provider).name.strip()


def _head(source: Source) -> list[Block]:
    """Title and number, the parties, and the sentence that leads to the articles."""
    number = source.dossier.one(Agreement).number.strip()
    numbered = [Paragraph(f"协议编号：{number}", Style.PLAIN, align=Align.RIGHT)] if number else []
    labels = ("甲方（试点企业）：", "乙方（数字化转型服务商）：")
    return [
        Paragraph(pilot(source.pack), Style.TITLE, keep_with_next=True),
        Paragraph(source.pack.called("agreement"), Style.TITLE, after_pt=18),
        *numbered,
        *(
            Paragraph((Run(label), or_blank(source, name)), Style.PLAIN)
            for label, name in zip(labels, _names(source), strict=True)
        ),
        Paragraph(source.pack.texts.opening),
    ]


def _articles(source: Source) -> list[Block]:
    """The articles as they stand; the last sentence goes with the signatures to their page."""
    texts = source.pack.texts
    found: list[Block] = []
    for article in texts.articles:
        found.append(Heading(1, article.heading))
        found += [Paragraph(text) for text in article.paragraphs]
    if found:
        last = texts.articles[-1].paragraphs[-1]
        found[-1] = Paragraph(last, keep_with_next=True)
    return [*found, Paragraph(texts.closing, keep_with_next=True)]


def _ending(source: Source) -> Table:
    """Both parties side by side: name, seal, date; below them the term, once it has begun."""
    signed = source.dossier.one(Agreement).signed_on
    names = [
        Paragraph((Run(f"{party}单位全称："), or_blank(source, name)), Style.PLAIN)
        for party, name in zip(("甲方", "乙方"), _names(source), strict=True)
    ]
    written = [signatures(source, _KEY, role) for role in (Role.ENTERPRISE, Role.PROVIDER)]
    seal = Cell((Paragraph("（盖章）", Style.PLAIN), seal_place()), top=True)
    day = Paragraph(f"日期：{day_to_fill(signed)}", Style.PLAIN)
    rows = [
        Row(tuple(Cell((name,), top=True) for name in names), keep_with_next=True),
        *([Row(tuple(map(Cell, written)), keep_with_next=True)] if any(written) else []),
        Row((seal, seal), keep_with_next=True),
        Row((Cell((day,)), Cell((day,))), keep_with_next=signed is not None),
    ]
    if signed is not None:
        note = Paragraph(_term(source, signed), Style.NOTE)
        rows.append(Row((Cell((note,), colspan=2),)))
    return Table((1, 1), tuple(rows), border=False)


def _term(source: Source, signed: dt.date) -> str:
    """The days that article 一 2 amounts to, as the rules count them."""
    last, days = last_day(source.pack, signed), source.pack.term_days
    return f"服务期限自{date_text(signed)}起至{date_text(last)}止（{days}天）"
