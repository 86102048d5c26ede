"""Every paper of a dossier: which there are, how each is composed, what its content amounts to."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from exporters import (
    acceptance,
    agreement,
    check_sheet,
    comparison,
    evaluation_tables,
    filing,
    library,
    minutes,
    preparation,
    report,
    return_opinion,
    satisfaction,
    service_note,
    subsidy,
    visit_record,
)
from exporters.blocks import (
    Block,
    Document,
    Paragraph,
    Picture,
    PictureGrid,
    Placeholder,
    Table,
    cell_blocks,
    texts,
)
from exporters.paper_code import PaperCode, code_png, printed, short
from exporters.source import Source
from exporters.style import Style
from forms.dossier import (
    Acceptance,
    AgendaItem,
    Attachment,
    Audit,
    Briefing,
    BriefingAttendee,
    Dossier,
    Effect,
    Filing,
    Invoice,
    LibraryEntry,
    Payment,
    Photo,
    Plan,
    Remark,
    ReturnOpinion,
    Sending,
    ServiceNote,
    Signature,
    SubsidyEntry,
    Visit,
)
from forms.evaluation import Stage
from forms.pack import Pack
from forms.papers import BLANK, DRAFT, SCANS, Paper, Role
from forms.record import Record, paths
from forms.sending import UPLOAD, read_file_lines


@dataclass(frozen=True)
class Sheet:
    """One paper to print: which, and for a record the visit it is of, with its number from 1.

    A `blank` one is to be filled in by hand, its answers left out. `alone` says that there is no
    other visit, so that a scan that names none is of this one.
    """

    paper: Paper
    visit: Visit | None = None
    number: int = 0
    blank: bool = False
    alone: bool = False

    @property
    def name(self) -> str:
        """What people call it, which is also its file's name."""
        more = "（空白）" if self.blank else f"（第{self.number}次）" if self.number else ""
        return f"{self.paper.name}{more}"

    @property
    def subject(self) -> UUID | None:
        """The visit that it records, if it records one."""
        return self.visit.id if self.visit else None

    @property
    def key(self) -> tuple[str, UUID | None]:
        """By which it is known among the papers of its dossier."""
        return f"{self.paper.key}{'-blank' if self.blank else ''}", self.subject

    @property
    def roles(self) -> tuple[Role, ...]:
        """Who may sign it on the screen."""
        return () if self.blank else self.paper.roles

    def is_of(self, signature: Signature) -> bool:
        """Whether a signature stands under it."""
        return (signature.paper, signature.subject) == (self.paper.key, self.subject)

    def went_up(self, sending: Sending) -> bool:
        """Whether it was uploaded then, as either kind of file."""
        names = {Path(name).stem for name, _ in read_file_lines(sending.files)}
        return not self.blank and sending.way == UPLOAD and self.name in names

    def is_scan(self, attachment: Attachment) -> bool:
        """Whether an attachment is its signed copy."""
        if self.blank or not self.paper.scan or attachment.kind != self.paper.scan:
            return False
        return attachment.visit == self.subject or (self.alone and attachment.visit is None)


_COMPOSERS: dict[str, Callable[[Source], Document]] = {
    "library": library.compose,
    "outline": preparation.compose_outline,
    "plan": preparation.compose_plan,
    "agreement": agreement.compose,
    "servicenote": service_note.compose,
    "points": evaluation_tables.compose_points,
    "scenes": evaluation_tables.compose_scenes,
    "minutes": minutes.compose,
    "satisfaction": satisfaction.compose,
    "report": report.compose,
    "filing": filing.compose,
    "comparison": comparison.compose,
    "acceptance": acceptance.compose,
    "subsidy": subsidy.compose,
    "rectification": return_opinion.compose_answer,
}
#: A paper that is handed in only where somebody began it: the forms that it prints.
_BEGUN_BY: dict[str, tuple[type[Record], ...]] = {
    "library": (LibraryEntry,),
    "outline": (Plan, AgendaItem),
    "plan": (Plan, AgendaItem),
    "servicenote": (ServiceNote,),
    "minutes": (Briefing, BriefingAttendee, Remark),
    "filing": (Filing, Effect),
    "acceptance": (Acceptance,),
    "subsidy": (Invoice, Payment, Audit, SubsidyEntry),
}


def sheets(dossier: Dossier, pack: Pack) -> list[Sheet]:
    """Every paper of a dossier in the plan's order and as the pack calls it, a record for each
    visit; what the enterprise fills in itself stands there blank as well."""
    found: list[Sheet] = []
    for paper in pack.papers:
        if paper.each_visit:
            visits = dossier.all(Visit)
            found += [
                Sheet(paper, visit, number, alone=len(visits) == 1)
                for number, visit in enumerate(visits, 1)
            ]
        else:
            found.append(Sheet(paper))
        if paper.key == "satisfaction":
            found.append(Sheet(paper, blank=True))
    return found


def begun(dossier: Dossier, paper: Paper) -> bool:
    """Whether there is something of the dossier's own to print on it."""
    if paper.key == "comparison":
        return bool(dossier.answers(Stage.RETROFIT))
    if paper.key == "rectification":
        return bool(dossier.all(ReturnOpinion) or dossier.points())
    forms = _BEGUN_BY.get(paper.key)
    return forms is None or any(_filled(dossier, form) for form in forms)


def _filled(dossier: Dossier, form: type[Record]) -> bool:
    if not form.single:
        return bool(dossier.all(form))
    return any(value not in (None, "", False) for value in paths(dossier.one(form)).values())


def compose(source: Source, sheet: Sheet) -> Document:
    """A paper with its frame: 保密 where the agreement's article 3 asks for it, and its code."""
    document = _composed(source, sheet)
    if sheet.blank:
        content = BLANK
    elif source.draft:
        content = DRAFT
    elif sheet.paper.scan:
        content = printed(content_of(source, sheet))
    else:  # nothing comes after it, and the check sheet takes long to compose a second time
        content = printed(fingerprint(document))
    return replace(
        document,
        confidential=sheet.paper.secret and not document.draft,
        code=_code(source, sheet, content),
    )


def _code(source: Source, sheet: Sheet, content: str) -> bytes:
    dossier = source.dossier
    code = PaperCode(
        sheet.paper.key, short(dossier.id), short(sheet.subject), dossier.version, content
    )
    return code_png(code.text)


def _composed(source: Source, sheet: Sheet) -> Document:
    if sheet.blank:
        return satisfaction.compose_blank(source)
    if sheet.visit is not None:
        return visit_record.compose(source, sheet.visit, sheet.number)
    if sheet.paper.key == "checksheet":
        pages = check_sheet.report_pages(report.compose(source), source.style)
        return check_sheet.compose(source, pages)
    return _COMPOSERS[sheet.paper.key](source)


def content_of(source: Source, sheet: Sheet) -> str:
    """The fingerprint of a paper's final copy as it would be printed now, wherever files lie.

    What comes with the signing or after it is left out: signatures, dates written by hand, and the
    scans of signed papers, which the report lists among its attachments. So is a visit's number,
    which another visit may change.
    """
    records = dict(source.dossier.records)
    records["attachment"] = [
        each
        for each in records.get("attachment", ())
        if isinstance(each, Attachment) and each.kind not in SCANS
    ]
    records["signature"] = []
    for form, field in sheet.paper.by_hand:
        records[form] = [_without(record, field) for record in records.get(form, ())]
    bare = replace(
        source,
        dossier=replace(source.dossier, records=records),
        draft=False,
        drawn=False,
        photo_file=_named,
        attachment_file=_named,
    )
    return fingerprint(_composed(bare, replace(sheet, number=0)))


def _without(record: Record, field: str) -> Record:
    value = getattr(record, field)
    return record.model_copy(update={field: "" if isinstance(value, str) else None})


def _named(record: Photo | Attachment) -> Path:
    return Path(record.sha256)


def outdated(source: Source) -> frozenset[UUID]:
    """The signatures, scans and uploads that are of another state of their paper than it has now.

    A scan without a code says nothing of that; a form that was filled in by hand is its own state.
    """
    found: set[UUID] = set()
    signed = source.dossier.all(Signature)
    scans = [s for s in source.dossier.all(Attachment) if s.paper_print not in ("", BLANK)]
    sent = [each for each in source.dossier.all(Sending) if each.content]
    for sheet in sheets(source.dossier, source.pack):
        own = [each for each in signed if sheet.is_of(each) and not sheet.blank]
        coded = [each for each in scans if sheet.is_scan(each)]
        uploads = [each for each in sent if sheet.went_up(each)]
        if own or coded or uploads:
            now = content_of(source, sheet)
            found |= {each.id for each in own if each.fingerprint != now}
            found |= {each.id for each in uploads if each.content != now}
            found |= {each.id for each in coded if each.paper_print != printed(now)}
    return frozenset(found)


def fingerprint(document: Document) -> str:
    """SHA-256 (hexadecimal) of what a paper says: its texts in order, and which photos it shows.

    Left out is what follows from other things and may change without anybody's edit: drawings, and
    what stands below photos, which is read and judged; nor does the photos' order count.
    """
    words, photos = _content(document.blocks)
    digest = hashlib.sha256()
    for part in (*words, *sorted(photos)):
        digest.update(part.encode())
        digest.update(b"\x00")
    return digest.hexdigest()


def _content(blocks: Iterable[Block]) -> tuple[list[str], list[str]]:
    """The texts of blocks, and the names of the files that they show."""
    words: list[str] = []
    photos: list[str] = []
    for block in blocks:
        inner: list[Block] = []
        match block:
            case Table():
                inner = [b for row in block.rows for cell in row.cells for b in cell_blocks(cell)]
            case PictureGrid():
                inner = [item.picture for item in block.items]
            case Picture():
                photos += [block.source.stem] if isinstance(block.source, Path) else []
            case Placeholder():
                words.append(block.text)
            case Paragraph(style=Style.PICTURE_NOTE):
                pass
            case _:
                words += texts((block,))
        if inner:
            more = _content(inner)
            words += more[0]
            photos += more[1]
    return words, photos
