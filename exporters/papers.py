"""Every paper of a dossier: which there are, how each is composed, what its content amounts to."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from exporters import (
    acceptance,
    agreement,
    check_sheet,
    evaluation_tables,
    filing,
    library,
    preparation,
    report,
    satisfaction,
    visit_record,
)
from exporters.blocks import (
    Block,
    Document,
    Picture,
    PictureGrid,
    Placeholder,
    Table,
    cell_blocks,
    texts,
)
from exporters.paper_code import PaperCode, code_png, printed, short
from exporters.source import Source
from forms.dossier import (
    Acceptance,
    AgendaItem,
    Attachment,
    Dossier,
    Filing,
    LibraryEntry,
    Partner,
    Photo,
    Plan,
    Signature,
    Visit,
)
from forms.papers import BLANK, BY_KEY, DRAFT, PAPERS, SCANS, Paper
from forms.record import Record, paths


@dataclass(frozen=True)
class Sheet:
    """One paper to print: which, and for a record the visit it is of, with its number from 1."""

    paper: Paper
    visit: Visit | None = None
    number: int = 0

    @property
    def name(self) -> str:
        """What people call it, which is also its file's name."""
        return f"{self.paper.name}（第{self.number}次）" if self.number else self.paper.name

    def is_of(self, signature: Signature) -> bool:
        """Whether a signature stands under it."""
        subject = self.visit.id if self.visit else None
        return signature.paper == self.paper.key and signature.subject == subject

    def is_scan(self, attachment: Attachment) -> bool:
        """Whether an attachment is its signed copy."""
        subject = self.visit.id if self.visit else None
        return bool(self.paper.scan) and (attachment.kind, attachment.visit) == (
            self.paper.scan,
            subject,
        )


_COMPOSERS: dict[str, Callable[[Source], Document]] = {
    "library": library.compose,
    "outline": preparation.compose_outline,
    "plan": preparation.compose_plan,
    "agreement": agreement.compose,
    "points": evaluation_tables.compose_points,
    "scenes": evaluation_tables.compose_scenes,
    "satisfaction": satisfaction.compose,
    "report": report.compose,
    "filing": filing.compose,
    "acceptance": acceptance.compose,
}
#: A paper that is handed in only where somebody began it: the forms that it prints.
_BEGUN_BY: dict[str, tuple[type[Record], ...]] = {
    "library": (LibraryEntry,),
    "outline": (Plan, AgendaItem),
    "plan": (Plan, AgendaItem),
    "filing": (Filing, Partner),
    "acceptance": (Acceptance,),
}


def sheets(dossier: Dossier) -> list[Sheet]:
    """Every paper of a dossier in the plan's order, a record for each visit."""
    found: list[Sheet] = []
    for paper in PAPERS:
        if paper.each_visit:
            visits = enumerate(dossier.all(Visit), 1)
            found += [Sheet(paper, visit, number) for number, visit in visits]
        else:
            found.append(Sheet(paper))
    return found


def begun(dossier: Dossier, paper: Paper) -> bool:
    """Whether there is something of the dossier's own to print on it."""
    forms = _BEGUN_BY.get(paper.key)
    return forms is None or any(_filled(dossier, form) for form in forms)


def _filled(dossier: Dossier, form: type[Record]) -> bool:
    if not form.single:
        return bool(dossier.all(form))
    return any(value not in (None, "", False) for value in paths(dossier.one(form)).values())


def compose(source: Source, sheet: Sheet) -> Document:
    """A paper with its frame: 保密 where the agreement's article 3 asks for it, and its code."""
    document = _composed(source, sheet)
    if source.draft:
        content = DRAFT
    elif sheet.paper.scan:
        content = printed(content_of(source, sheet))
    else:  # nothing comes after it, and the check sheet takes long to compose a second time
        content = printed(fingerprint(document))
    return replace(
        document,
        confidential=sheet.paper.secret and not source.draft,
        code=_code(source, sheet, content),
    )


def blank_satisfaction(source: Source) -> Document:
    """The satisfaction form to fill in by hand; its scan is filed as the filled one's is."""
    code = _code(source, Sheet(BY_KEY["satisfaction"]), BLANK)
    return replace(satisfaction.compose_blank(source), code=code)


def _code(source: Source, sheet: Sheet, content: str) -> bytes:
    dossier = source.dossier
    subject = short(sheet.visit.id if sheet.visit else None)
    code = PaperCode(sheet.paper.key, short(dossier.id), subject, dossier.version, content)
    return code_png(code.text)


def _composed(source: Source, sheet: Sheet) -> Document:
    if sheet.visit is not None:
        return visit_record.compose(source, sheet.visit, sheet.number)
    if sheet.paper.key == "checksheet":
        pages = check_sheet.report_pages(report.compose(source), source.style)
        return check_sheet.compose(source, pages)
    return _COMPOSERS[sheet.paper.key](source)


def content_of(source: Source, sheet: Sheet) -> str:
    """The fingerprint of a paper's final copy as it would be printed now, wherever files lie.

    What comes after it is left out: signatures, and the scans of signed papers, which the report
    lists among its attachments.
    """
    records = dict(source.dossier.records)
    records["attachment"] = [
        each
        for each in records.get("attachment", ())
        if isinstance(each, Attachment) and each.kind not in SCANS
    ]
    records["signature"] = []
    bare = replace(
        source,
        dossier=replace(source.dossier, records=records),
        draft=False,
        drawn=False,
        photo_file=_named,
        attachment_file=_named,
    )
    return fingerprint(_composed(bare, sheet))


def _named(record: Photo | Attachment) -> Path:
    return Path(record.sha256)


def outdated(source: Source) -> frozenset[UUID]:
    """The signatures and scans that are of another state of their paper than it has now.

    A scan without a code says nothing of that; a form that was filled in by hand is its own state.
    """
    found: set[UUID] = set()
    signed = source.dossier.all(Signature)
    scans = [s for s in source.dossier.all(Attachment) if s.paper_print not in ("", BLANK)]
    for sheet in sheets(source.dossier):
        own = [each for each in signed if sheet.is_of(each)]
        coded = [each for each in scans if sheet.is_scan(each)]
        if own or coded:
            now = content_of(source, sheet)
            found |= {each.id for each in own if each.fingerprint != now}
            found |= {each.id for each in coded if each.paper_print != printed(now)}
    return frozenset(found)


def fingerprint(document: Document) -> str:
    """SHA-256 (hexadecimal) of what a paper says: its texts in order, and which photos it shows.

    Drawings do not count, for they follow from the figures; nor do signatures, which come after.
    """
    digest = hashlib.sha256()
    for part in _content(document.blocks):
        digest.update(part.encode())
        digest.update(b"\x00")
    return digest.hexdigest()


def _content(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Table():
                for row in block.rows:
                    for cell in row.cells:
                        yield from _content(cell_blocks(cell))
            case PictureGrid():
                for item in block.items:
                    yield from _content((item.picture,))
                    yield from item.lines
            case Picture():
                if isinstance(block.source, Path):
                    yield block.source.stem
            case Placeholder():
                yield block.text
            case _:
                yield from texts((block,))
