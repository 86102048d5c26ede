"""Signed papers that come back as scans: each files itself by the code in its corner."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app import intake
from app.killable import CrashError, Killable, OverrunError, Served
from app.photo_worker import starting
from app.progress import Progress
from app.scan_process import prepare
from exporters import papers
from exporters.paper_code import PaperCode, printed, read_code, short
from exporters.papers import Sheet
from forms.dossier import Attachment, Dossier, Enterprise
from forms.errors import UserError
from forms.papers import BLANK, DRAFT

if TYPE_CHECKING:
    from app.workbench import Workbench

FILES_CEILING = 500
_SECONDS = 120.0
_MEMORY = 1500 << 20
_ENDINGS = {".pdf", ".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".webp", ".heic"}


@dataclass(frozen=True, slots=True)
class _Part:
    """Pages of one paper: their file, and the code on them, if one was found."""

    file: Path
    code: PaperCode | None


class ScanReader(Served):
    """Reads the codes off scans, in a process of its own; a context manager."""

    def __init__(self, seconds_limit: float = _SECONDS) -> None:
        self._process = Killable(prepare, "scan-reader", seconds_limit, _MEMORY)

    def read(self, path: Path, out_dir: Path) -> list[_Part]:
        """The papers in a file; parts of a .pdf of several papers are written to `out_dir`.

        Raises UserError where the file cannot be read, or takes more than its time or memory.
        """
        try:
            answer = self._process.ask({"path": str(path), "out_dir": str(out_dir)})
        except (OverrunError, CrashError):
            raise UserError(f"“{path.name}”无法识读，没有归入，请重新扫描。") from None
        if "refused" in answer:
            raise UserError(str(answer["refused"]))
        return [_part(path, out_dir, given) for given in answer.get("parts", ())]


def _part(path: Path, out_dir: Path, given: dict[str, Any]) -> _Part:
    """What the other process says is doubted: it names the scan itself or a file in `out_dir`."""
    file = Path(str(given.get("file", "")))
    if file != path and file.parent != out_dir:
        raise UserError(f"“{path.name}”无法识读，没有归入，请重新扫描。")
    return _Part(file, read_code(str(given.get("code", ""))))


def file_scans(bench: Workbench, paths: list[Path]) -> Iterator[Progress]:
    """File scans (files or folders) into the dossiers of this store that their codes name.

    Each is safe when its Progress was yielded, which says where it went, or why it was left out, or
    that it is of another state of its paper than that has now. The same scan twice changes nothing.
    """
    files = [path for path in intake.expand(paths, FILES_CEILING + 1) if _is_scan(path, paths)]
    if len(files) > FILES_CEILING:
        raise UserError(f"一次归入的扫描件超过 {FILES_CEILING} 个，尚未归入任何一个，请分批归入。")
    with (
        starting("已归入的扫描件均已保留，其余尚未归入"),
        tempfile.TemporaryDirectory(prefix=".scans-", dir=bench.store.folder) as work,
        ScanReader() as reader,
    ):
        desk = _Desk(bench)
        for done, path in enumerate(files, 1):
            yield Progress(done - 1, len(files), f"正在识读{path.name}")
            try:
                for part in reader.read(path, Path(work)):
                    yield desk.file(part, path.name, done, len(files))
            except UserError as error:
                yield Progress(done, len(files), path.name, str(error))


def _is_scan(path: Path, named: list[Path]) -> bool:
    """In a folder, files of other kinds are passed over; a file that was named is tried."""
    return path in named or path.suffix.lower() in _ENDINGS


class _Desk:
    """Finds each code's dossier and paper, and files the scan there."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._ids = {short(each.id): each.id for each in bench.summaries()}

    def file(self, part: _Part, name: str, done: int, total: int) -> Progress:
        """File one paper's scan; the Progress says how that went."""
        if part.code is None:
            trouble = f"“{name}”上没有找到识别码，没有归入，请在“附件与凭据”页选定类别后手工添加。"
            return Progress(done, total, name, trouble)
        dossier_id = self._ids.get(part.code.dossier)
        if dossier_id is None:
            trouble = f"“{name}”不属于本机的任何档案，没有归入，请交给承办该企业的同事。"
            return Progress(done, total, name, trouble)
        dossier = self._bench.dossier(dossier_id)
        sheet = _sheet(dossier, part.code)
        company = dossier.one(Enterprise).name.strip() or "未命名企业"
        if sheet is None or not sheet.paper.scan:
            trouble = (
                f"“{name}”所属的文书在“{company}”的档案中已不存在或不需归入，没有归入，请核对。"
            )
            return Progress(done, total, name, trouble)
        known = _known(dossier, sheet, part.file)
        if known is not None:
            text = f"“{name}”已在“{company}”的{sheet.name}之下，没有重复归入"
            return Progress(done, total, text, record=known.id)
        record = intake.attach(
            self._bench,
            dossier_id,
            part.file,
            sheet.paper.scan,
            f"{sheet.name}（签字盖章扫描件）",
            f"{sheet.name}已签字盖章",
            visit=sheet.visit.id if sheet.visit else None,
            paper_print=part.code.content,
            paper_version=part.code.version,
        )
        text = f"“{name}”已归入“{company}”的{sheet.name}"
        return Progress(
            done, total, text, self._doubt(dossier, sheet, part.code, text), record=record
        )

    def _doubt(self, dossier: Dossier, sheet: Sheet, code: PaperCode, text: str) -> str:
        """A sentence where what was signed is not what the paper says now."""
        if code.content == BLANK:
            return ""
        if code.content == DRAFT:
            return f"{text}，但签的是草稿，请导出终稿重新签字盖章。"
        source = self._bench.review(dossier.id).source(False)
        if code.content == printed(papers.content_of(source, sheet)):
            return ""
        return f"{text}，但签的是旧版，其后内容有改动，请核对后决定是否重新签字盖章。"


def _sheet(dossier: Dossier, code: PaperCode) -> Sheet | None:
    return next(
        (
            sheet
            for sheet in papers.sheets(dossier)
            if sheet.paper.key == code.paper
            and short(sheet.visit.id if sheet.visit else None) == code.subject
        ),
        None,
    )


def _known(dossier: Dossier, sheet: Sheet, file: Path) -> Attachment | None:
    digest = intake.digest(file)[0]
    held = (each for each in dossier.all(Attachment) if each.sha256 == digest)
    return next((each for each in held if sheet.is_scan(each)), None)
