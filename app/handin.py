"""Handing in: the papers, the folder for the city's platform, the bundle, and the mail draft."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from app import bundle_files, durable, house_style
from app.bundle_files import Lost
from app.closing import ENDINGS, OPEN, Closing, closed
from app.outside import cause, plain_name
from app.progress import Progress
from app.review import Review
from exporters import briefing, bundle, mail, papers
from exporters.blocks import Document
from exporters.docx_renderer import render_docx
from exporters.papers import Sheet
from exporters.pdf_renderer import render_pdf, unprinted
from exporters.source import Source
from exporters.style import StyleSheet
from forms.dossier import Attachment, Enterprise, Photo
from forms.errors import RuleRefusal, UserError
from forms.evaluation import Stage
from forms.papers import PAPERS, Paper
from grading.finding import Finding

if TYPE_CHECKING:
    from app.workbench import Workbench

#: The folder whose files go up to the city's platform, each by itself; and that of the others.
UPLOADS, OTHERS = "上传材料", "文书"
#: Says in a dossier's folder whose it is, for two enterprises may have one name.
OWNER = ".zhengai-dossier"
BRIEFING = "诊断结果汇报"


def part_of(paper: Paper) -> str:
    """A paper's name for `--only`."""
    return "records" if paper.each_visit else paper.key


_BLANK = "blank"
#: What `--only` may name, and what people call it.
PARTS = {part_of(paper): paper.name for paper in PAPERS} | {
    _BLANK: "企业满意度评价表（空白）",
    "briefing": "诊断结果汇报（.pptx）",
    "bundle": "文件包（.zip）",
    "mail": "邮件草稿（仅终稿）",
}
_UPLOADED = ("report", "records")
_ON_TOP = ("checksheet",)
#: A record is printed and signed at the gate, but handed in with everything else.
_EARLY = {part_of(paper) for paper in PAPERS if paper.early and not paper.each_visit} | {_BLANK}
_RETROFIT = {part_of(paper) for paper in PAPERS if paper.half == 2}


@dataclass(frozen=True)
class _Plan:
    """One file to be written: for which part, its name, and how.

    `write` answers with the characters that could not be printed.
    """

    part: str
    name: str
    write: Callable[[Path], tuple[str, ...]]

    @property
    def below(self) -> str:
        """The folder it goes to, below the dossier's."""
        if self.part in _UPLOADED:
            return UPLOADS
        return "" if self.part in _ON_TOP else OTHERS


def export(
    bench: Workbench,
    dossier_id: UUID,
    out: Path,
    only: tuple[str, ...],
    draft: bool,
    closing: Closing = OPEN,
    withdrawn: bool = False,
) -> Iterator[Progress]:
    """Write a dossier's papers below `out`, in a folder of the enterprise's name.

    Each paper is written as .docx and .pdf. Those for the city's platform stand in the folder
    UPLOADS; the check sheet, the bundle and the letter on top; the others in OTHERS. Without `only`
    these are all papers that the dossier has something for. A draft gets no letter, for it is not
    to be sent, nor does a bundle that only colleagues can open. The bundle is signed, and closed as
    `closing` says; it replaces one that was closed otherwise; the files of `withdrawn`
    records are in it where that is said. Everything is written beside its place first and moved
    there when it is whole; ceasing to iterate leaves what was there before.
    The last Progress of each file says where it was made; the `trouble` of one names a file that is
    gone, a paper that was left out, or characters that no font has.
    """
    unknown = [name for name in only if name not in PARTS]
    if unknown:
        raise UserError(f"没有“{unknown[0]}”这种文档，没有导出，可选的有：{'、'.join(PARTS)}。")
    if draft and set(only) == {"mail"}:
        raise UserError("草稿不供报送，没有邮件草稿，没有导出，请处理阻断问题后导出终稿。")
    if closing.recipients and set(only) == {"mail"}:
        raise UserError("只给同事的文件包不供报送，没有邮件草稿，没有导出，请改用口令加密。")
    closing.check()
    review = bench.review(dossier_id)
    wanted, left_out = _wanted(review, only, draft)
    if closing.recipients:
        wanted -= {"mail"}
    name = plain_name(review.dossier.one(Enterprise).name or "未命名企业")
    folder = out / name
    try:
        folder = _folder_of(out, name, dossier_id)
        with tempfile.TemporaryDirectory(prefix=".part-", dir=folder) as work:
            for trouble in left_out:
                yield Progress(0, 0, "正在检查档案", trouble)
            made = _Export(bench, review, folder, Path(work), wanted, draft, closing)
            yield from made.steps(withdrawn)
    except OSError as error:
        raise UserError(
            f"不能写入“{folder}”（{cause(error)}），已写完的文件保留，请检查磁盘空间或换一个文件夹。"
        ) from error


def ready(review: Review) -> set[str]:
    """The parts that the dossier has something for; the others would be blank forms."""
    found = {part_of(paper) for paper in PAPERS if papers.begun(review.dossier, paper)}
    if review.grades[Stage.DIAGNOSIS].complete:
        found.add("briefing")
    return found | {"bundle", "mail"}


def needs_whole(only: Collection[str], draft: bool) -> bool:
    """Whether a blocking finding concerns what was written: early papers leave without the rest."""
    return draft or not only or not _EARLY.issuperset(only)


def _wanted(review: Review, only: tuple[str, ...], draft: bool) -> tuple[set[str], list[str]]:
    """The parts to be written, and a sentence for each that is left out.

    Raises RuleRefusal where what is wanted may not leave as a final copy.
    """
    wanted = set(only) or ready(review)
    wanted -= {"mail"} if draft else set()
    if draft:
        return wanted, []
    if wanted - _EARLY - _RETROFIT:
        _refuse(review.blocking_half(1))
    for paper in PAPERS:
        if part_of(paper) in wanted & _EARLY:
            _refuse(review.blocking_paper(paper))
    if wanted & _RETROFIT and review.blocking_half(2):
        if wanted <= _RETROFIT:
            _refuse(review.blocking_half(2))
        names = "、".join(p.name for p in PAPERS if part_of(p) in wanted & _RETROFIT)
        wanted -= _RETROFIT
        example = review.blocking_half(2)[0].message.rstrip("。")
        return wanted, [f"{names}没有导出（{example}），其余文书照常导出，请改正后再单独导出。"]
    return wanted, []


def _refuse(blocking: Sequence[Finding]) -> None:
    if blocking:
        example = blocking[0].message.rstrip("。")
        raise RuleRefusal(
            f"尚有 {len(blocking)} 个阻断问题（如：{example}），"
            "没有导出终稿，档案未变，请先处理，或改为导出草稿。"
        )


def _folder_of(out: Path, name: str, dossier_id: UUID) -> Path:
    """The dossier's own folder below `out`, made and marked; beside another's of the same name."""
    for folder in (out / name, out / f"{name}-{dossier_id.hex[:8]}"):
        folder.mkdir(parents=True, exist_ok=True)
        owner = folder / OWNER
        if not owner.exists():
            owner.write_text(f"{dossier_id}\n", encoding="ascii")
        if owner.read_bytes()[:36] == str(dossier_id).encode():
            return folder
    raise UserError(f"“{out / name}”里是另一份档案的材料，没有覆盖，请换一个文件夹导出。")


class _Export:
    """One export, from its plans to files in their places."""

    def __init__(
        self,
        bench: Workbench,
        review: Review,
        folder: Path,
        work: Path,
        wanted: set[str],
        draft: bool,
        closing: Closing,
    ) -> None:
        self._bench, self._review = bench, review
        self._folder, self._work, self._wanted = folder, work, wanted
        self._mark = "（草稿）" if draft else ""
        self._closing = closing
        self._source = source_of(bench, review, draft)
        self._packing = bool({"bundle", "mail"} & wanted)
        self._inside = ready(review) - _RETROFIT if self._packing else set()
        plans = _plans(self._source, self._mark)
        self._plans = [plan for plan in plans if plan.part in wanted | self._inside]
        self._total = len(self._plans) + self._packing

    def steps(self, withdrawn: bool) -> Iterator[Progress]:
        """Write, pack, and move everything into place."""
        stored: list[bundle.Member] = []
        lost: list[Lost] = []
        if self._packing:
            yield Progress(0, self._total, "正在核对照片和附件")
            dossier = self._source.dossier
            stored, lost = bundle_files.stored(self._bench.store, dossier, withdrawn)
        for each in lost:
            yield Progress(0, self._total, f"没有打包{each.name}", each.trouble)
        for done, plan in enumerate(self._plans):
            yield Progress(done, self._total, f"正在编写{plan.name}")
            missing = plan.write(self._work / plan.name)
            if missing:
                trouble = unprinted(plan.name, missing)
                yield Progress(done, self._total, f"正在编写{plan.name}", trouble)
        made = {plan.name: plan.below for plan in self._plans if plan.part in self._wanted}
        if self._packing:
            yield from self._pack(
                [*stored, *bundle_files.data(self._bench, self._source.dossier.id)], lost
            )
            made |= dict.fromkeys(self._packed(), "")
        yield Progress(self._total, self._total, "正在存入文件夹")
        # Not to be stopped half-way, or some papers would be of today and others of before.
        targets = self._move(made)
        if "bundle" in self._wanted:
            self._drop_others()
        if "records" in self._wanted:
            _drop_surplus(self._folder / UPLOADS, self._mark, set(made))
        for target in targets:
            yield Progress(self._total, self._total, target.name, made=target)

    def _move(self, made: dict[str, str]) -> list[Path]:
        """Give the files, by name the folder each belongs to, their places."""
        moved: list[Path] = []
        for name, below in made.items():
            target = self._folder / below / name
            try:
                durable.make_folder(target.parent)
                durable.sync(self._work / name)
                durable.place(self._work / name, target)
            except OSError as error:
                done = (
                    f"此前 {len(moved)} 个文件已换成新的，其余未变" if moved else "原有文件均未变"
                )
                raise UserError(
                    f"“{target}”不能替换（{cause(error)}），{done}，"
                    "请关闭正在使用该文件的程序后重新导出。"
                ) from error
            moved.append(target)
        return moved

    @property
    def _bundle(self) -> str:
        return self._bundle_with(self._closing.ending)

    def _bundle_with(self, ending: str) -> str:
        return f"{self._folder.name}-文件包{self._mark}{ending}"

    def _drop_others(self) -> None:
        """Remove the bundle that was closed otherwise, or one in clear would be sent for it."""
        for ending in ENDINGS:
            if ending != self._closing.ending:
                (self._folder / self._bundle_with(ending)).unlink(missing_ok=True)

    @property
    def _letter(self) -> str:
        return f"{self._folder.name}-邮件草稿.eml"

    def _packed(self) -> list[str]:
        names = {"bundle": self._bundle, "mail": self._letter}
        return [name for part, name in names.items() if part in self._wanted]

    def _pack(self, members: list[bundle.Member], lost: list[Lost]) -> Iterator[Progress]:
        path = self._work / self._bundle
        plans = [plan for plan in self._plans if plan.part in self._inside]
        members = [*_documents(self._work, plans), *members]
        facts = {**_facts(self._source), "left_out": [each.name for each in lost]}
        signing = bundle_files.signing(self._bench, members[-1])
        with path.open("wb") as raw, closed(self._closing, raw) as stream:
            for name in bundle.write(members, facts, stream, signing):
                yield Progress(len(self._plans), self._total, f"正在打包{name}")
        if "mail" in self._wanted:
            letter = mail.draft(
                self._source,
                [path],
                [plan.name for plan in plans],
                closed=bool(self._closing.passphrase),
            )
            (self._work / self._letter).write_bytes(letter)


def _drop_surplus(uploads: Path, mark: str, made: set[str]) -> None:
    """Remove the records of visits that are no more, or an old one would go up with the others."""
    ours = re.compile(rf"现场诊断记录表（第\d+次）{mark}\.(docx|pdf)")
    for path in uploads.iterdir():
        if ours.fullmatch(path.name) and path.name not in made:
            path.unlink()


def source_of(bench: Workbench, review: Review, draft: bool) -> Source:
    """What the composers read, with the report-sized copies of the photos."""

    def photo_file(photo: Photo) -> bytes | None:
        return _read(lambda: bench.picture(photo, "report"))

    def attachment_file(attachment: Attachment) -> bytes | None:
        return _read(lambda: bench.attachment(attachment).read())

    return replace(
        review.source(draft),
        style=house_style.current(bench.store),
        photo_file=photo_file,
        attachment_file=attachment_file,
    )


def _read(kept: Callable[[], bytes]) -> bytes | None:
    """A stored file, or None where it is gone, damaged, or was never there."""
    try:
        return kept()
    except (OSError, UserError):
        return None


def _plans(source: Source, mark: str) -> list[_Plan]:
    """Every file that can be written, the check sheet first."""
    sheets = sorted(papers.sheets(source.dossier), key=lambda s: part_of(s.paper) not in _ON_TOP)
    found = [plan for sheet in sheets for plan in _both(source, sheet, mark)]
    slides = _Plan("briefing", f"{BRIEFING}{mark}.pptx", partial(_write_slides, source))
    return [*found, slides]


def _both(source: Source, sheet: Sheet, mark: str) -> list[_Plan]:
    composed = cache(partial(papers.compose, source, sheet))
    part = _BLANK if sheet.blank else part_of(sheet.paper)
    name = f"{sheet.name}{mark}"
    return [
        _Plan(part, f"{name}.pdf", partial(_write_pdf, composed, source.style)),
        _Plan(part, f"{name}.docx", partial(_write_docx, composed, source.style)),
    ]


def _write_pdf(composed: Callable[[], Document], style: StyleSheet, path: Path) -> tuple[str, ...]:
    # Opened here, for the renderer leaves a file open that it cannot write.
    with path.open("wb") as stream:
        return render_pdf(composed(), stream, sheet=style)


def _write_docx(composed: Callable[[], Document], style: StyleSheet, path: Path) -> tuple[str, ...]:
    render_docx(composed(), path, sheet=style)
    return ()


def _write_slides(source: Source, path: Path) -> tuple[str, ...]:
    briefing.write(source, path)
    return ()


def _facts(source: Source) -> dict[str, object]:
    return {
        "dossier": str(source.dossier.id),
        "enterprise": source.dossier.one(Enterprise).name,
        "pack": source.pack.id,
        "draft": source.draft,
        "made_on": source.today.isoformat(),
        "marking": "保密",
    }


def _documents(work: Path, plans: list[_Plan]) -> list[bundle.Member]:
    """The bundle's documents, the check sheet on top."""
    return [
        bundle.Member(p.name if p.part == "checksheet" else f"文档/{p.name}", work / p.name)
        for p in plans
    ]
