"""The receiving side: a bundle looked through and judged anew, none of which enters the store.

A bundle is read once. What is judged is held in memory; every other file is compared with the
manifest as it goes by. All figures and findings are worked out here, by this program's own rules.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from app.answers import Answered, answered
from app.bundle_check import Checked, checked
from app.claims import CEILING, SHEETS, Requirement, requirements
from app.closing import PassphraseError, opened
from app.exchange import BYTES_CEILING, FORMAT, detached
from app.foreign_log import read_rows
from app.killable import StartError
from app.outside import cause
from app.packs import known_packs, load_pack
from app.photo_cache import readings
from app.photo_worker import Refused
from app.progress import Progress
from app.quarantine import bounded
from app.received import Compared, Noted, keep, noted, since_last
from app.return_file import KIND, Came
from app.return_file import read as read_opinion
from app.review import Review, edits_in, review
from app.signers import Signers
from app.trail_words import name_of, title_of
from app.watermark_reader import WatermarkReader
from exporters import bundle, papers
from exporters.bundle_parts import Part, missing
from exporters.bundle_signature import CHANGES, LOG_CEILING
from forms.dossier import Attachment, Dossier, Enterprise, Photo, Provider
from forms.errors import UserError
from forms.evaluation import Stage
from forms.outline import Outline
from forms.record import form_of
from forms.steps import PAGES
from forms.watermark import Watermark
from grading.finding import Finding

if TYPE_CHECKING:
    from app.workbench import Workbench

DATA = "dossier.json"
_HELD = {DATA: BYTES_CEILING, CHANGES: LOG_CEILING, **dict.fromkeys(SHEETS, CEILING)}
_PHOTOS, _PHOTO_CEILING = "照片/", 64 << 20
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Examined:
    """What a bundle's data amount to, worked out anew; `score` in thousandths.

    `level` and `score` are None while answers are wanting; `papers`, `photos` and `attachments` are
    what the dossier says it has (name, and for files the SHA-256), whether it came or not.
    `marks` says that all photos' watermarks were read; `remarks` are sentences on what could
    not be judged.
    """

    dossier: UUID
    enterprise: str
    provider: str
    level: str | None
    score: int | None
    words: int
    findings: tuple[Noted, ...]
    requirements: tuple[Requirement, ...]
    papers: tuple[str, ...]
    photos: tuple[tuple[str, str], ...]
    attachments: tuple[tuple[str, str], ...]
    answers: tuple[Answered, ...]
    compared: Compared | None
    marks: bool
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class Received:
    """A file that was dropped. `trouble` is a sentence on why no more can be said of it; `locked`
    says that a passphrase would help. A file is an `opinion`, a bundle, or neither."""

    path: Path
    sha256: str = ""
    checked: Checked | None = None
    trouble: str = ""
    locked: bool = False
    examined: Examined | None = None
    opinion: Came | None = None

    @property
    def manifest(self) -> Mapping[str, Any]:
        """What the bundle says of itself."""
        return self.checked.verdict.manifest if self.checked else {}

    @property
    def part(self) -> Part | None:
        """Which part of a bundle in several it is."""
        return self.checked.verdict.part if self.checked else None

    @property
    def enterprise(self) -> str:
        """Whose dossier it is, on one line."""
        if self.examined is not None:
            return self.examined.enterprise
        said = self.manifest.get("enterprise")
        return "".join(c for c in said if c.isprintable())[:80] if isinstance(said, str) else ""

    @property
    def draft(self) -> bool:
        """Whether it says that it is no final one."""
        return self.manifest.get("draft") is True


@dataclass(frozen=True)
class Gaps:
    """What should be there and is not: papers and files by their names, parts by their numbers;
    and how many photos came as smaller copies only."""

    papers: tuple[str, ...] = ()
    photos: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    parts: tuple[int, ...] = ()
    copies: int = 0

    @property
    def any(self) -> bool:
        """Whether anything is missing."""
        return bool(self.papers or self.photos or self.attachments or self.parts)


def look_all(
    bench: Workbench, paths: Sequence[Path], found: Callable[[Received], object]
) -> Iterator[Progress]:
    """Look files through one after another; each is told to `found`, those refused as well."""
    for done, path in enumerate(paths):
        yield Progress(done, len(paths), f"正在核验 {path.name}")
        found(look(bench, path))
    yield Progress(len(paths), len(paths), "核验完毕")


def look(
    bench: Workbench,
    path: Path,
    passphrase: str = "",
    marks: bool = False,
    stop: Callable[[], bool] = lambda: False,
) -> Received:
    """Look one file through. Never refuses: what is wrong stands in the answer.

    `marks` has the photos' watermarks read, which takes seconds each; `stop` is asked
    meanwhile, and StoppedError raised where it answers yes.
    """
    signers = Signers(bench.store)
    plain = Received(path)
    try:
        plain = replace(plain, sha256=_digest(path))
        with opened(path, passphrase, signers.identities()) as stream, ExitStack() as held:
            bounded(stream, path.name)
            reader = held.enter_context(WatermarkReader(stop=stop)) if marks else None
            taken = _Taken(reader)
            seen = checked(bundle.verify_stream(stream, path.name, taken.take), signers)
        plain = replace(plain, checked=seen)
        if seen.verdict.manifest.get("kind") == KIND:
            return replace(plain, opinion=read_opinion(bench.store, path, passphrase))
        if not seen.sound:
            return replace(plain, trouble=_unsound(seen))
        return replace(plain, examined=_examined(bench, path.name, seen, taken))
    except PassphraseError as error:
        return replace(plain, trouble=str(error), locked=True)
    except UserError as error:
        return replace(plain, trouble=str(error))
    except OSError as error:
        words = f"“{path.name}”不能读取（{cause(error)}），没有核验，请检查文件后重试。"
        return replace(plain, trouble=words)


def _digest(path: Path) -> str:
    if not path.is_file():
        return ""  # whoever opens it says so
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _unsound(seen: Checked) -> str:
    verdict = seen.verdict
    if verdict.whole:
        return f"{seen.sentence.rstrip('。')}；没有作进一步核验。"
    kinds = (("缺少", verdict.missing), ("改动", verdict.changed), ("多出", verdict.extra))
    counted = "、".join(f"{word} {len(names)} 个文件" for word, names in kinds if names)
    return f"文件包与清单不一致（{counted}），没有作进一步核验，请让对方重新发送。"


class _Taken:
    """What is held of a bundle as it is read: the members that are judged, and what a `reader`
    reads off the photos (by SHA-256). `failed` says that the reader did not start.

    Several members are read at once, the reader takes one photo at a time.
    """

    def __init__(self, reader: WatermarkReader | None) -> None:
        self._reader, self._one = reader, threading.Lock()
        self.members: dict[str, bytes] = {}
        self.marks: dict[str, Watermark] = {}
        self.failed = False

    def take(self, item: Mapping[str, Any], pieces: Iterator[bytes]) -> None:
        name, size = item["name"], item["size"]
        if size <= _HELD.get(name, -1):
            self.members[name] = b"".join(pieces)
        elif self._reader and name.startswith(_PHOTOS) and size <= _PHOTO_CEILING:
            data = b"".join(pieces)
            with self._one:
                self._read(self._reader, Path(name), item["sha256"], data)

    def _read(self, reader: WatermarkReader, path: Path, digest: str, data: bytes) -> None:
        if self.failed:
            return
        try:
            mark = reader.read(path, data)
        except StartError:  # of this machine's; whoever reads the archive would take it for its own
            self.failed = True
            return
        if not isinstance(mark, Refused):
            self.marks[digest] = mark


def _examined(bench: Workbench, name: str, seen: Checked, taken: _Taken) -> Examined:
    """The judgement over what was taken of a sound bundle. UserError where its data are none."""
    manifest = seen.verdict.manifest
    dossier = _dossier(bench, name, manifest, taken)
    rows = read_rows([taken.members.get(CHANGES, b"")], dossier.id, name)
    pack = load_pack(str(manifest["pack"]))
    found = review(dossier, pack, dt.date.today(), {}, edits=edits_in(rows))
    marks = {each.sha256 for each in dossier.all(Photo)} <= set(dossier.watermarks)
    asked, remarks = _asked(found, taken, marks)
    every = tuple(noted(each, _place(dossier, each, pack.outline)) for each in found.findings)
    answers = answered(bench.store, dossier, every)
    # What this office itself asked for is told with what became of it.
    own = {answer.point.id for each in answers for answer in each.answers}
    findings = tuple(
        told
        for told, each in zip(every, found.findings, strict=True)
        if each.target is None or each.target.record not in own
    )
    state = _state(manifest)
    compared = since_last(bench.store, state, dossier.id, findings)
    if seen.signed:  # else anybody could have the next one measured by what nobody stands for
        draft = manifest.get("draft") is True
        keep(bench.store, state, dossier.id, name, draft, findings)
    grade = found.grades[Stage.DIAGNOSIS]
    return Examined(
        dossier=dossier.id,
        enterprise=dossier.one(Enterprise).name,
        provider=dossier.one(Provider).name,
        level=pack.instrument.level_label(grade.level) if grade.complete else None,
        score=grade.total if grade.complete else None,
        words=found.words.get("body", 0),
        findings=findings,
        requirements=asked,
        papers=_papers(found),
        photos=tuple((each.filename or each.kind, each.sha256) for each in dossier.all(Photo)),
        attachments=tuple(
            (each.name or each.filename, each.sha256) for each in dossier.all(Attachment)
        ),
        answers=answers,
        compared=compared,
        marks=marks,
        remarks=remarks,
    )


def _asked(
    found: Review, taken: _Taken, marks: bool
) -> tuple[tuple[Requirement, ...], tuple[str, ...]]:
    """The check sheet's rows, and sentences on what could not be looked at."""
    remarks = []
    sheet = next((taken.members[each] for each in SHEETS if each in taken.members), None)
    if sheet is None:
        remarks.append("包内没有核验单（.docx），以下各项为本机重新计算的结果。")
    try:
        rows = requirements(found.source(False), sheet, marks)
    except ValueError:
        rows = requirements(found.source(False), None, marks)
        remarks.append("包内的核验单读不出来，以下各项为本机重新计算的结果。")
    if taken.failed:
        remarks.append("照片的识别程序没有启动，水印没有识读，请用 doctor 命令检查。")
    return rows, tuple(remarks)


def _dossier(bench: Workbench, name: str, manifest: Mapping[str, Any], taken: _Taken) -> Dossier:
    """The dossier in the data that came, with what is known of its photos' watermarks."""
    rest = "没有核验其内容，请让对方用本程序的最新版本重新导出。"
    try:
        found = json.loads(taken.members[DATA])
    except KeyError:
        raise UserError(f"“{name}”里没有 {DATA}，{rest}") from None
    except (ValueError, RecursionError):
        raise UserError(f"“{name}”里的 {DATA} 读不出来，{rest}") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise UserError(f"“{name}”里的 {DATA} 不是本程序的档案，{rest}")
    if manifest.get("pack") not in known_packs():
        raise UserError(
            f"“{name}”按另一版方案编制，本机没有该版方案，没有核验其内容，请安装该版本的程序。"
        )
    dossier = detached(found)
    if manifest.get("dossier") != str(dossier.id):
        raise UserError(
            f"“{name}”的清单与 {DATA} 不是同一份档案，没有核验其内容，请让对方重新导出。"
        )
    with bench.store.session() as session:
        known, _ = readings(session, (each.sha256 for each in dossier.all(Photo)))
    return replace(dossier, watermarks={**known, **taken.marks})


def _state(manifest: Mapping[str, Any]) -> str:
    """The hash of the data in a bundle, which its parts and its closed copies have in common."""
    own = sorted(
        (item["name"], item["sha256"])
        for item in manifest["files"]
        if item["name"] in (DATA, CHANGES)
    )
    return hashlib.sha256(json.dumps(own).encode()).hexdigest()


def _papers(found: Review) -> tuple[str, ...]:
    """The papers of the diagnosis that a whole bundle holds, by their files' names."""
    return tuple(
        sheet.name
        for sheet in papers.sheets(found.dossier, found.pack)
        if not sheet.blank and sheet.paper.half == 1 and papers.begun(found.dossier, sheet.paper)
    )


def _place(dossier: Dossier, finding: Finding, outline: Outline) -> str:
    """Where a finding is, in words: the page, and the record if it names one."""
    target = finding.target
    if target is None:
        return ""
    page = PAGES[target.page].name if target.page in PAGES else ""
    for rows in dossier.records.values():
        for record in rows:
            if record.id == target.record:
                name = name_of(record, outline) or (
                    "" if record.single else title_of(form_of(record))
                )
                return "：".join(filter(None, (page, name)))
    return page


def gaps(several: Sequence[Received]) -> Gaps:
    """What is missing of one bundle, whole or in several parts (all that are here)."""
    first = several[0]
    if first.examined is None:
        return Gaps()
    names, hashes, copies = set[str](), set[str](), set[str]()
    for each in several:
        for item in each.manifest.get("files", ()):
            names.add(Path(item["name"]).stem)
            hashes.add(item["sha256"])
        small = each.manifest.get("copies")
        copies |= (
            {c for c in small.values() if isinstance(c, str)} if isinstance(small, dict) else set()
        )
    parts = [each.part for each in several if each.part is not None]
    mark = "（草稿）" if first.draft else ""
    seen = first.examined
    return Gaps(
        papers=tuple(name for name in seen.papers if f"{name}{mark}" not in names),
        photos=tuple(name for name, digest in seen.photos if digest not in hashes | copies),
        attachments=tuple(name for name, digest in seen.attachments if digest not in hashes),
        parts=tuple(missing(parts)) if parts else (),
        copies=sum(digest in copies - hashes for _, digest in seen.photos),
    )
