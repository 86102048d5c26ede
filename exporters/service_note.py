"""服务说明, an annex to the agreement: what 方案 三（一）3 wants explained.

The official text beside it is left as it stands."""

from __future__ import annotations

from exporters.blocks import Block, Document, Heading, Paragraph, Run
from exporters.source import Source
from exporters.style import Style
from exporters.wording import date_text, lines, made_at, numeral, or_blank
from forms.dossier import Agreement, Enterprise, Provider, ServiceNote
from forms.record import specs
from grading.rules.agreement import last_day

TITLE = "咨询诊断服务说明"


def compose(source: Source) -> Document:
    """A heading a field of the note, in the form's order; the term stands under 持续时间."""
    dossier = source.dossier
    note = dossier.one(ServiceNote)
    agreement, provider = dossier.one(Agreement), dossier.one(Provider).name.strip()
    enterprise = dossier.one(Enterprise).name.strip()
    found: list[Block] = [
        Paragraph(TITLE, Style.TITLE, after_pt=6),
        Paragraph("（咨询诊断服务协议附件）", Style.CENTRE, after_pt=14),
        Paragraph((Run("甲方（试点企业）："), or_blank(source, enterprise)), Style.PLAIN),
        Paragraph((Run("乙方（数字化转型服务商）："), or_blank(source, provider)), Style.PLAIN),
    ]
    for number, (name, spec) in enumerate(specs(ServiceNote).items(), 1):
        found.append(Heading(1, f"{numeral(number)}、{spec.label}"))
        if name == "duration" and agreement.signed_on:
            found.append(Paragraph(_term(source, agreement)))
        said = lines(getattr(note, name))
        found += [Paragraph(line) for line in said]
        if not said and not (name == "duration" and agreement.signed_on):
            found.append(Paragraph((or_blank(source, ""),)))
    return Document(
        title=f"{enterprise}{TITLE}",
        blocks=tuple(found),
        draft=source.draft,
        author=provider,
        created=made_at(agreement.signed_on),
    )


def _term(source: Source, agreement: Agreement) -> str:
    """The agreement's own term, as article 一 2 counts it."""
    if agreement.signed_on is None:
        return ""
    last = date_text(last_day(source.pack, agreement.signed_on))
    return (
        f"服务期限{source.pack.term_days}天，自协议签订之日（{date_text(agreement.signed_on)}）起计算，"
        f"至{last}止。"
    )
