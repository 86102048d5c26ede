"""Handing in: the papers, the folder for the city's platform, the bundle, and the mail draft."""

from __future__ import annotations

import glob
import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from app import bundle_files, durable, handin_choice, house_style, packing, uploads
from app.bundle_files import Stored
from app.closing import OPEN, Closing
from app.handin_choice import WHOLE, Packing
from app.handin_plans import AS_THEY_ARE, Plan, plans, writers
from app.outside import cause, plain_name
from app.packing import Load
from app.progress import Progress
from app.review import Review
from exporters import cover_letter, mail, upload_list
from exporters.blocks import Document
from exporters.bundle import Member
from exporters.bundle_parts import Part
from exporters.cover_letter import Contents
from exporters.pdf_renderer import unprinted
from exporters.source import Source
from forms.dossier import Attachment, Dossier, Enterprise, Photo
from forms.errors import UserError

if TYPE_CHECKING:
    from app.workbench import Workbench

#: The folder of the papers that are not uploaded.
OTHERS = "文书"
#: Says in a dossier's folder whose it is, for two enterprises may have one name; and below that,
#: of each file to be uploaded, its SHA-256 and which state of its paper it is of.
OWNER = ".zhengai-dossier"
_NAMELESS = "未命名企业"
_WITH_PHOTOS = {"report", "records"}
"""Papers that print photos."""
_ON_TOP = ("checksheet", "letter", "uploads", handin_choice.SCHEDULE)


def export(
    bench: Workbench,
    dossier_id: UUID,
    out: Path,
    only: tuple[str, ...],
    draft: bool,
    closing: Closing = OPEN,
    packed: Packing = WHOLE,
) -> Iterator[Progress]:
    """Write a dossier's papers below `out`, in a folder of the enterprise's name.

    Each paper is written as .docx and .pdf. Those for the city's platform stand in the folder
    `uploads.FOLDER`, within its limit; the check sheet, the bundle, the letters and the list of
    uploads on top; the others in OTHERS. Without `only` these are all papers that the dossier has
    something for. A draft gets no mail, for it is not to be sent, nor does a bundle that only
    colleagues can open. The bundle holds what `packed` says, is signed, and closed as `closing`
    says; it replaces one that was closed or divided otherwise. Everything is written beside its
    place first and moved there when it is whole; ceasing to iterate leaves what was there before.
    The last Progress of each file says where it was made; the `trouble` of one names a file that is
    gone or too large, a paper that was left out, or characters that no font has.
    """
    handin_choice.check(only, packed)
    if draft and set(only) == {"mail"}:
        raise UserError("草稿不供报送，没有邮件草稿，没有导出，请处理阻断问题后导出终稿。")
    if closing.recipients and set(only) == {"mail"}:
        raise UserError("只给同事的文件包不供报送，没有邮件草稿，没有导出，请改用口令加密。")
    closing.check()
    review = bench.review(dossier_id)
    wanted, left_out = handin_choice.wanted(review, only, draft)
    if closing.recipients:
        wanted -= {"mail"}
    name = plain_name(review.dossier.one(Enterprise).name or _NAMELESS)
    folder = out / name
    try:
        folder = _folder_of(out, name, dossier_id)
        with tempfile.TemporaryDirectory(prefix=".part-", dir=folder) as work:
            for trouble in left_out:
                yield Progress(0, 0, "正在检查档案", trouble)
            made = _Export(bench, review, folder, Path(work), wanted, draft, closing, packed)
            yield from made.steps()
    except OSError as error:
        raise UserError(
            f"不能写入“{folder}”（{cause(error)}），已写完的文件保留，请检查磁盘空间或换一个文件夹。"
        ) from error


def _folder_of(out: Path, name: str, dossier_id: UUID) -> Path:
    """The dossier's own folder below `out`, made and marked; beside another's of the same name."""
    for folder in _folders(out, name, dossier_id):
        folder.mkdir(parents=True, exist_ok=True)
        owner = folder / OWNER
        if not owner.exists():
            owner.write_text(f"{dossier_id}\n", encoding="ascii")
        if _is_of(folder, dossier_id):
            return folder
    raise UserError(f"“{out / name}”里是另一份档案的材料，没有覆盖，请换一个文件夹导出。")


def folder_in(out: Path, dossier: Dossier) -> Path | None:
    """Where a dossier's papers were exported to below `out`; None where they were not."""
    name = plain_name(dossier.one(Enterprise).name or _NAMELESS)
    folders = _folders(out, name, dossier.id)
    return next((each for each in folders if _is_of(each, dossier.id)), None)


def _folders(out: Path, name: str, dossier_id: UUID) -> tuple[Path, Path]:
    return out / name, out / f"{name}-{dossier_id.hex[:8]}"


def _is_of(folder: Path, dossier_id: UUID) -> bool:
    try:
        with (folder / OWNER).open("rb") as stream:
            return stream.read(36) == str(dossier_id).encode()
    except OSError:
        return False


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
        packed: Packing,
    ) -> None:
        self._bench, self._review = bench, review
        self._folder, self._work, self._wanted = folder, work, wanted
        self._mark = "（草稿）" if draft else ""
        self._closing, self._packed = closing, packed
        self._source = source_of(bench, review, draft)
        self._most = uploads.limit_mb(bench.store, bench.pack) * uploads.MB
        self._packing = bool({"bundle", "mail"} & wanted)
        # What colleagues exchange and what is archived goes to nobody else.
        self._sending = not closing.recipients and not packed.withdrawn
        self._inside = handin_choice.packed(review, packed)
        needed = wanted | (self._inside if self._packing else set())
        self._all = plans(self._source, self._mark)
        self._plans = [plan for plan in self._all if plan.part in needed]
        self._total = len(self._plans) + self._packing
        #: What was made: the name of each file with the folder below the dossier's that it is for.
        self._made: dict[str, str] = {}

    def steps(self) -> Iterator[Progress]:
        """Write, pack, and move everything into place."""
        stored = Stored()
        if self._packing or "letter" in self._wanted:
            yield self._at(0, "正在核对照片和附件")
            stored = bundle_files.stored(
                *(self._bench.store, self._source.dossier),
                withdrawn=self._packed.withdrawn,
                copies=self._packed.copies,
            )
        elif _WITH_PHOTOS & self._wanted:
            stored.lost += bundle_files.never_came(self._bench.store, self._source.dossier)
        for trouble in bundle_files.told(stored.lost):
            yield self._at(0, "没有打包部分照片和附件", trouble)
        for done, plan in enumerate(self._plans):
            yield self._at(done, f"正在编写{plan.name}")
            for trouble in self._write(plan):
                yield self._at(done, f"正在编写{plan.name}", trouble)
        if self._packing:
            yield from self._pack(stored)
        elif "letter" in self._wanted:
            self._write_letter((), stored)
        if "uploads" in self._wanted:
            self._write_list()
        yield self._at(self._total, "正在存入文件夹")
        # Not to be stopped half-way, or some papers would be of today and others of before.
        targets = self._move()
        self._note_prints()
        self._drop_stale()
        for target in targets:
            yield Progress(self._total, self._total, target.name, made=target)

    def _at(self, done: int, text: str, trouble: str = "") -> Progress:
        return Progress(done, self._total, text, trouble)

    def _write(self, plan: Plan) -> Iterator[str]:
        """Write a document; what there is to say of it."""
        path, trouble = self._work / plan.name, ""
        if uploads.goes_up(self._source.pack, plan.sheet):
            below = uploads.FOLDER
            missing, trouble = uploads.write_within(plan, path, self._most)
        else:
            below = "" if plan.part in _ON_TOP else OTHERS
            missing = plan.write(path, AS_THEY_ARE)
        if plan.part in self._wanted:
            self._made[plan.name] = below
        yield from (unprinted(plan.name, missing),) if missing else ()
        yield from (trouble,) if trouble else ()

    def _write_both(self, part: str, title: str, document: Document) -> list[Path]:
        """A document of the export's own, as .pdf and .docx."""
        found = []
        for ending, write in writers(lambda _px: document, self._source.style).items():
            path = self._work / f"{title}{self._mark}{ending}"
            write(path, AS_THEY_ARE)
            found.append(path)
            if part in self._wanted:
                self._made[path.name] = ""
        return found

    def _write_list(self) -> None:
        folders = (self._work, self._folder / uploads.FOLDER)
        found = uploads.listed(self._review, folders, self._most, self._mark)
        lines = [each.line for each in found]
        document = upload_list.compose(self._source, lines, uploads.size_text(self._most))
        self._write_both("uploads", upload_list.TITLE, document)

    def _write_letter(self, bundles: tuple[str, ...], stored: Stored) -> list[Path]:
        inside = [plan for plan in self._all if plan.part in self._inside]
        contents = Contents(
            bundle=bundles,
            documents=list(dict.fromkeys(Path(plan.name).stem for plan in inside)),
            photos=stored.counted("照片"),
            attachments=stored.attachments(),
            copies=bool(stored.copies),
            closed=bool(self._closing.passphrase),
        )
        document = cover_letter.compose(self._source, contents)
        return self._write_both("letter", cover_letter.TITLE, document)

    def _move(self) -> list[Path]:
        """Give the files their places."""
        moved: list[Path] = []
        for name, below in self._made.items():
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

    def _bundle(self, part: Part | None) -> str:
        return packing.name_of(self._folder.name, self._mark, self._closing.ending, part)

    def _letter(self, part: Part | None) -> str:
        return f"{self._folder.name}-邮件草稿{part.mark if part else ''}.eml"

    def _pack(self, stored: Stored) -> Iterator[Progress]:
        documents = [plan for plan in self._plans if plan.part in self._inside]
        files = [
            Member(_inside(plan), self._work / plan.name) for plan in documents
        ] + stored.members
        data = bundle_files.data(self._bench, self._source.dossier.id)
        load = Load(files, data, stored.copies)
        divided = load.divided(self._packed.mail)
        parts = packing.parts_for(divided)
        names = [self._bundle(part) for part in parts]
        if self._sending:
            letter = self._write_letter(tuple(names), stored)
            top = sum("/" not in member.name for member in divided[0])
            divided[0][top:top] = [Member(path.name, path) for path in letter]
        facts = {**_facts(self._source), "left_out": [each.name for each in stored.lost]}
        signing = bundle_files.signing(self._bench, data[-1])
        paths = [self._work / name for name in names]
        for name in packing.pack(load, divided, paths, parts, facts, signing, self._closing):
            yield self._at(len(self._plans), f"正在打包{name}")
        for path, part, members in zip(paths, parts, divided, strict=True):
            if trouble := packing.too_large(path, members, self._packed.mail):
                yield self._at(len(self._plans), f"正在打包{path.name}", trouble)
            if "bundle" in self._wanted:
                self._made[path.name] = ""
            if "mail" in self._wanted:
                self._draft_mail(path, part, [plan.name for plan in documents])

    def _draft_mail(self, bundle: Path, part: Part | None, documents: list[str]) -> None:
        closed = bool(self._closing.passphrase)
        letter = mail.draft(self._source, [bundle], documents, closed=closed, part=part)
        (self._work / self._letter(part)).write_bytes(letter)
        self._made[self._letter(part)] = ""

    def _note_prints(self) -> None:
        """Keep beside the files to be uploaded which state of its paper each of them is of."""
        sheets = {
            self._folder / uploads.FOLDER / plan.name: plan.sheet
            for plan in self._plans
            if plan.sheet and self._made.get(plan.name) == uploads.FOLDER
        }
        if sheets and not self._source.draft:
            uploads.note_prints(self._folder / OWNER, self._source, sheets)

    def _drop_stale(self) -> None:
        """Remove what an earlier export made and this one did not: a bundle that was closed or
        divided otherwise, or one in clear would be sent for it; records of visits that are no
        more, or an old one would go up with the others."""
        stale: list[Path] = []
        if "bundle" in self._wanted:
            stale += packing.bundles_in(self._folder, self._mark)
        if "mail" in self._wanted:
            stale += self._folder.glob(f"{glob.escape(self._folder.name)}-邮件草稿*.eml")
        if "records" in self._wanted:
            record = self._source.pack.called("record")
            ours = re.compile(rf"{re.escape(record)}（第\d+次）{self._mark}\.(docx|pdf)")
            stale += (path for path in self._folder.glob("*/*") if ours.fullmatch(path.name))
        for path in stale:
            if path.name not in self._made:
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


def _facts(source: Source) -> dict[str, object]:
    return {
        "dossier": str(source.dossier.id),
        "enterprise": source.dossier.one(Enterprise).name,
        "pack": source.pack.id,
        "draft": source.draft,
        "made_on": source.today.isoformat(),
        "marking": "保密",
    }


def _inside(plan: Plan) -> str:
    """Where a document lies in the bundle: the check sheet on top."""
    return plan.name if plan.part in _ON_TOP else f"文档/{plan.name}"
