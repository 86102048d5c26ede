"""Signed papers that come back as scans: each files itself by the code in its corner."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from app import intake
from app.killable import CrashError, Killable, OverrunError, Served, StoppedError
from app.outside import cause, expand
from app.photo_worker import starting
from app.progress import Progress
from app.scan_process import PAGES_CEILING, prepare
from exporters import papers
from exporters.paper_code import PaperCode, printed, read_code, short
from exporters.papers import Sheet
from forms.dossier import Attachment, Dossier, Enterprise
from forms.errors import UserError
from forms.pack import Pack
from forms.papers import BLANK, DRAFT

if TYPE_CHECKING:
    from app.workbench import Workbench

FILES_CEILING = 500
_SECONDS = 30.0
"""For one page. A page of a scanner's .pdf takes a middling core a third of a second."""
_MEMORY = 1500 << 20
_ENDINGS = {".pdf", ".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".webp", ".heic"}
_NAMED = 10
"""Pages that a sentence names."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Pages of one paper: their file, the code on them, if one was found, and which have none.

    `bare` counts from 1 in the file that was handed in; the blank backs of sheets are not told.
    """

    file: Path
    code: PaperCode | None
    bare: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Page:
    index: int
    code: PaperCode | None
    blank: bool


class ScanReader(Served):
    """Reads the codes off scans, in a process of its own; a context manager.

    `stop` is asked while a page is read: StoppedError is raised where it says so.
    """

    def __init__(
        self, seconds_limit: float = _SECONDS, stop: Callable[[], bool] = lambda: False
    ) -> None:
        self._seconds = seconds_limit
        self._process = Killable(prepare, "scan-reader", seconds_limit, _MEMORY, stop=stop)

    def read(self, path: Path, out_dir: Path) -> list[_Part]:
        """The papers in a file; where there are several, each is written to `out_dir`.

        Raises UserError where the file cannot be read, or takes more than its time or memory.
        """
        count = self._asked(path).get("pages")
        if not isinstance(count, int) or not 0 <= count <= PAGES_CEILING:
            raise _unreadable(path)
        parts = _divided([self._page(path, index) for index in range(count)])
        if len(parts) == 1:
            return [_part(path, parts[0])]
        found = []
        ending = ".pdf" if path.suffix.lower() == ".pdf" else ".tif"
        for number, pages in enumerate(parts, 1):
            made = out_dir / f"{path.stem[:80]}-{number}{ending}"
            self._asked(path, take=[page.index for page in pages], out=str(made))
            found.append(_part(made, pages))
        return found

    def _page(self, path: Path, index: int) -> _Page:
        answer = self._asked(path, page=index)
        return _Page(index, read_code(str(answer.get("code", ""))), answer.get("blank") is True)

    def _asked(self, path: Path, **question: Any) -> dict[str, Any]:
        try:
            answer = self._process.ask({"path": str(path), **question})
        except OverrunError:
            raise UserError(
                f"“{path.name}”识读一页超过 {self._seconds:g} 秒，没有归入，"
                "请以较低的分辨率重新扫描，或拆分后再试。"
            ) from None
        except CrashError:
            raise _unreadable(path) from None
        if "refused" in answer:
            raise UserError(str(answer["refused"]))
        return answer


def _unreadable(path: Path) -> UserError:
    return UserError(f"“{path.name}”无法识读，没有归入，请重新扫描。")


def _divided(pages: list[_Page]) -> list[list[_Page]]:
    """Runs of pages of one code; pages without a code go with those before them."""
    found: list[list[_Page]] = [[]]
    for page in pages:
        code = _code(found[-1])
        if page.code and code and page.code != code:
            found.append([])
        found[-1].append(page)
    return found


def _code(pages: list[_Page]) -> PaperCode | None:
    return next((page.code for page in pages if page.code), None)


def _part(file: Path, pages: list[_Page]) -> _Part:
    bare = (page.index + 1 for page in pages if not page.code and not page.blank)
    return _Part(file, _code(pages), tuple(bare))


def file_scans(
    bench: Workbench, paths: list[Path], stop: Callable[[], bool] = lambda: False
) -> Iterator[Progress]:
    """File scans (files or folders) into the dossiers of this store that their codes name.

    Each is safe when its Progress was yielded, which says where it went, or why it was left out, or
    that it is of another state of its paper than that has now, or has pages that bear no code. The
    same scan twice changes nothing. `stop` is asked while a page is read, which may take seconds.
    """
    files = [path for path in expand(paths, FILES_CEILING + 1) if _is_scan(path, paths)]
    if len(files) > FILES_CEILING:
        raise UserError(f"一次归入的扫描件超过 {FILES_CEILING} 个，尚未归入任何一个，请分批归入。")
    with (
        starting("已归入的扫描件均已保留，其余尚未归入"),
        bench.store.work_folder() as work,
        ScanReader(stop=stop) as reader,
    ):
        desk = _Desk(bench)
        for done, path in enumerate(files, 1):
            yield Progress(done - 1, len(files), f"正在识读{path.name}")
            try:
                parts = reader.read(path, work)
            except StoppedError:
                yield Progress(done - 1, len(files), "正在停止")
                return
            except UserError as error:
                yield Progress(done, len(files), path.name, str(error))
                continue
            for part in parts:
                yield replace(desk.file(part, path.name), done=done, total=len(files))


def _is_scan(path: Path, named: list[Path]) -> bool:
    """In a folder, files of other kinds are passed over; a file that was named is tried."""
    return path in named or path.suffix.lower() in _ENDINGS


class _Desk:
    """Finds each code's dossier and paper, and files the scan there."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._ids = {short(each.id): each.id for each in bench.summaries()}
        # Filing changes no paper's content, and judging a dossier anew for each scan takes long. An
        # edit meanwhile is seen by the findings.
        self._source = cache(lambda dossier_id: bench.review(dossier_id).source(False))

    def file(self, part: _Part, name: str) -> Progress:
        """File one paper's scan; the Progress says how that went, but not how far all is."""
        try:
            return self._filed(part, name)
        except UserError as error:
            return Progress(0, 0, name, str(error))
        except OSError as error:
            trouble = f"“{name}”不能读取（{cause(error)}），没有归入，请检查后重试。"
            return Progress(0, 0, name, trouble)

    def _filed(self, part: _Part, name: str) -> Progress:
        if part.code is None:
            raise UserError(
                f"“{name}”上没有找到识别码，没有归入，请在“附件与凭据”页手工添加，"
                "并选定类别；现场诊断记录表还须选定所属现场诊断。"
            )
        dossier_id = self._ids.get(part.code.dossier)
        if dossier_id is None:
            raise UserError(f"“{name}”不属于本机的任何档案，没有归入，请交给承办该企业的同事。")
        dossier = self._bench.dossier(dossier_id)
        company = dossier.one(Enterprise).name.strip() or "未命名企业"
        sheet = _sheet(dossier, self._bench.pack, part.code)
        if sheet is None:
            raise UserError(
                f"“{name}”所属的文书在“{company}”的档案中已不存在，没有归入，请核对现场诊断是否已撤回。"
            )
        if not sheet.paper.scan:
            raise UserError(
                f"“{name}”是“{company}”的{sheet.name}，该文书不需签字盖章，没有归入，请核对。"
            )
        known = _known(dossier, sheet, part.file)
        if known is None:
            record = self._attach(dossier_id, sheet, part.file, part.code)
            text = f"“{name}”已归入“{company}”的{sheet.name}"
        else:
            record = known.id
            self._complete(dossier_id, known, sheet, part.code)
            text = f"“{name}”已在“{company}”的{sheet.name}之下，没有重复归入"
        doubts = [*self._doubts(dossier_id, sheet, part.code), *_bare(part)]
        trouble = f"{text}，{'；'.join(doubts)}。" if doubts else ""
        return Progress(0, 0, text, trouble, record=record)

    def _attach(self, dossier_id: UUID, sheet: Sheet, file: Path, code: PaperCode) -> UUID:
        return intake.attach(
            self._bench,
            dossier_id,
            file,
            sheet.paper.scan,
            f"{sheet.name}（签字盖章扫描件）",
            f"{sheet.name}已签字盖章",
            visit=sheet.subject,
            paper_print=code.content,
        )

    def _complete(self, dossier_id: UUID, known: Attachment, sheet: Sheet, code: PaperCode) -> None:
        """Give a scan that was added by hand what its code says."""
        for field, value in (("visit", sheet.subject), ("paper_print", code.content)):
            if getattr(known, field) != value:
                self._bench.put(dossier_id, "attachment", known.id, field, value)
        self._bench.seal(dossier_id)

    def _doubts(self, dossier_id: UUID, sheet: Sheet, code: PaperCode) -> Iterator[str]:
        """Why what was signed is not what the paper says now."""
        if code.content == DRAFT:
            yield "但签的是草稿，请导出终稿重新签字盖章"
        elif code.content not in (BLANK, self._now(dossier_id, sheet)):
            yield "但签的是旧版，其后内容有改动，请核对后决定是否重新签字盖章"

    def _now(self, dossier_id: UUID, sheet: Sheet) -> str:
        return printed(papers.content_of(self._source(dossier_id), sheet))


def _bare(part: _Part) -> Iterator[str]:
    """That pages bear no code, and may belong to another paper."""
    if part.bare:
        named = "、".join(map(str, part.bare[:_NAMED]))
        more = f"等 {len(part.bare)} " if len(part.bare) > _NAMED else " "
        yield f"其中第 {named}{more}页没有识别码，请核对是否属于这份文书"


def _sheet(dossier: Dossier, pack: Pack, code: PaperCode) -> Sheet | None:
    """The paper that a code names; a form that was printed blank is known by the filled one."""
    return next(
        (
            sheet
            for sheet in papers.sheets(dossier, pack)
            if (sheet.paper.key, short(sheet.subject)) == (code.paper, code.subject)
            and not sheet.blank
        ),
        None,
    )


def _known(dossier: Dossier, sheet: Sheet, file: Path) -> Attachment | None:
    """The same file at the paper already; one that was added by hand may not name the visit."""
    digest = intake.digest(file)[0]
    held = [
        each
        for each in dossier.all(Attachment)
        if (each.sha256, each.kind) == (digest, sheet.paper.scan)
        and each.visit in (sheet.subject, None)
    ]
    return next((each for each in held if each.visit == sheet.subject), next(iter(held), None))
