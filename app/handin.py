"""Handing in: the folder for the city's platform, the bundle, and the mail draft."""

from __future__ import annotations

import json
import os
import re
import tempfile
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from app import intake
from app.exchange import dump
from app.outside import cause
from app.progress import Progress
from app.review import Review
from exporters import bundle, check_sheet, mail, report, visit_record
from exporters.blocks import Document
from exporters.docx_renderer import render_docx
from exporters.pdf_renderer import render_pdf
from exporters.source import Source
from forms.dossier import Attachment, Enterprise, Photo, Visit
from forms.errors import RuleRefusal, UserError

if TYPE_CHECKING:
    from app.workbench import Workbench

#: The folder whose files go up to the city's platform, each by itself.
UPLOADS = "上传材料"
#: Says in a dossier's folder whose it is, for two enterprises may have one name.
OWNER = ".zhengai-dossier"
#: What `--only` may name.
PARTS = ("report", "records", "checksheet", "bundle", "mail")


@dataclass(frozen=True)
class _Plan:
    """One document to be written: its file name, how it is composed and how it is rendered."""

    part: str
    name: str
    compose: Callable[[], Document]
    render: Callable[[Document, Path], None]


def export(
    bench: Workbench, dossier_id: UUID, out: Path, only: tuple[str, ...], draft: bool
) -> Iterator[Progress]:
    """Write a dossier's documents below `out`, in a folder of the enterprise's name.

    The documents for the city's platform stand in its folder UPLOADS; the check sheet, the bundle
    and the letter beside it. A draft gets no letter, for it is not to be sent.
    Everything is written beside its place first and moved there when it is whole; ceasing to
    iterate leaves what was there before. The last Progress of each file says where it was made;
    a photo or attachment whose file is gone is left out, and the Progress's `trouble` names it.
    """
    unknown = [name for name in only if name not in PARTS]
    if unknown:
        raise UserError(f"没有“{unknown[0]}”这种文档，没有导出，可选的有：{'、'.join(PARTS)}。")
    review = bench.review(dossier_id)
    if review.blocking and not draft:
        example = review.blocking[0].message.rstrip("。")
        raise RuleRefusal(
            f"尚有 {len(review.blocking)} 个阻断问题（如：{example}），"
            "没有导出终稿，档案未变，请先处理，或改为导出草稿。"
        )
    wanted = set(only or PARTS) - ({"mail"} if draft else set())
    if not wanted:
        raise UserError("草稿不供报送，没有邮件草稿，没有导出，请处理阻断问题后导出终稿。")
    name = plain_name(review.dossier.one(Enterprise).name or "未命名企业")
    folder = out / name
    try:
        folder = _folder_of(out, name, dossier_id)
        with tempfile.TemporaryDirectory(prefix=".part-", dir=folder) as work:
            yield from _write(bench, review, folder, Path(work), wanted, draft)
    except OSError as error:
        raise UserError(
            f"不能写入“{folder}”（{cause(error)}），已写完的文件保留，请检查磁盘空间或换一个文件夹。"
        ) from error


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


def _write(
    bench: Workbench, review: Review, folder: Path, work: Path, wanted: set[str], draft: bool
) -> Iterator[Progress]:
    source = source_of(bench, review, draft)
    mark = "（草稿）" if draft else ""
    packing = bool({"bundle", "mail"} & wanted)
    plans = [plan for plan in _plans(source, mark) if packing or plan.part in wanted]
    total = len(plans) + packing
    stored, gone = _stored(bench, source)
    for name in gone:
        trouble = f"“{name}”的原始文件不在数据文件夹中，导出的材料里没有它，请重新导入该文件。"
        yield Progress(0, total, f"没有找到{name}", trouble)
    for done, plan in enumerate(plans):
        yield Progress(done, total, f"正在编写{plan.name}")
        plan.render(plan.compose(), work / plan.name)
    kept = [plan for plan in plans if plan.part in wanted]
    made = {plan.name: UPLOADS if plan.part in ("report", "records") else "" for plan in kept}
    if packing:
        packed = work / f"{folder.name}-文件包{mark}.zip"
        members = [*_documents(work, plans), *stored, *_data(bench, source)]
        facts = {**_facts(source), "left_out": gone}
        with packed.open("wb") as stream:
            for name in bundle.write(members, facts, stream):
                yield Progress(len(plans), total, f"正在打包{name}")
        if "bundle" in wanted:
            made[packed.name] = ""
        if "mail" in wanted:
            letter = work / f"{folder.name}-邮件草稿.eml"
            letter.write_bytes(mail.draft(source, [packed], [plan.name for plan in plans]))
            made[letter.name] = ""
    for name, below in made.items():
        target = folder / below / name
        target.parent.mkdir(exist_ok=True)
        os.replace(work / name, target)
        yield Progress(total, total, name, made=target)
    if "records" in wanted:
        _drop_surplus(folder / UPLOADS, mark, set(made))


def _drop_surplus(uploads: Path, mark: str, made: set[str]) -> None:
    """Remove the records of visits that are no more, or an old one would go up with the others."""
    ours = re.compile(rf"现场诊断记录表（第\d+次）{mark}\.docx")
    for path in uploads.glob("*.docx"):
        if ours.fullmatch(path.name) and path.name not in made:
            path.unlink()


def source_of(bench: Workbench, review: Review, draft: bool) -> Source:
    """What the composers read, with the report-sized copies of the photos."""

    def photo_file(photo: Photo) -> Path | None:
        return _present(lambda: intake.photo_file(bench.store, photo, "report"))

    def attachment_file(attachment: Attachment) -> Path | None:
        return _present(lambda: intake.attachment_file(bench.store, attachment))

    bare = review.source(draft)
    return replace(bare, photo_file=photo_file, attachment_file=attachment_file)


def _present(where: Callable[[], Path]) -> Path | None:
    """A stored file, or None where it is gone, damaged, or was never there."""
    try:
        path = where()
    except UserError:
        return None
    return path if path.exists() else None


def _plans(source: Source, mark: str) -> list[_Plan]:
    @cache
    def whole() -> Document:
        return report.compose(source)

    @cache
    def sheet() -> Document:
        return check_sheet.compose(source, check_sheet.report_pages(whole()))

    found = [
        _Plan("checksheet", f"核验单{mark}.pdf", sheet, render_pdf),
        _Plan("checksheet", f"核验单{mark}.docx", sheet, render_docx),
        _Plan("report", f"咨询诊断报告{mark}.docx", whole, render_docx),
    ]
    for number, visit in enumerate(source.dossier.all(Visit), 1):
        name = f"现场诊断记录表（第{number}次）{mark}.docx"
        compose = partial(visit_record.compose, source, visit, number)
        found.append(_Plan("records", name, compose, render_docx))
    return found


def _facts(source: Source) -> dict[str, object]:
    return {
        "dossier": str(source.dossier.id),
        "enterprise": source.dossier.one(Enterprise).name,
        "pack": source.pack.id,
        "draft": source.draft,
        "made_on": source.today.isoformat(),
    }


def _documents(work: Path, plans: list[_Plan]) -> list[bundle.Member]:
    """The bundle's documents, the check sheet on top."""
    return [
        bundle.Member(p.name if p.part == "checksheet" else f"文档/{p.name}", work / p.name)
        for p in plans
    ]


def _stored(bench: Workbench, source: Source) -> tuple[list[bundle.Member], list[str]]:
    """The bundle's photos and attachments; and the names of those whose files are gone."""
    found: list[bundle.Member] = []
    gone: list[str] = []
    dossier = source.dossier
    numbers = {visit.id: n for n, visit in enumerate(dossier.all(Visit), 1)}
    for place, photo in enumerate(dossier.all(Photo), 1):
        original = _present(partial(intake.photo_file, bench.store, photo, "original"))
        home = f"第{numbers[photo.visit]}次现场诊断" if photo.visit in numbers else "其他照片"
        name = f"照片/{home}/{place:03}-{plain_name(photo.kind or '未分类')}"
        if original:
            found.append(bundle.Member(f"{name}{original.suffix}", original))
        else:
            gone.append(photo.filename or name)
    for place, attachment in enumerate(dossier.all(Attachment), 1):
        kept = _present(partial(intake.attachment_file, bench.store, attachment))
        name = f"附件/{place:02}-{plain_name(attachment.name or '附件')}"
        if kept:
            found.append(bundle.Member(f"{name}{kept.suffix}", kept))
        else:
            gone.append(attachment.name or name)
    return found, gone


def _data(bench: Workbench, source: Source) -> list[bundle.Member]:
    """The dossier and its change log, of one moment, for another copy of the program."""
    dossier, rows = bench.whole(source.dossier.id)
    plain = (row.model_dump(mode="json", exclude={"live"}) for row in rows)
    log = "\n".join(json.dumps(row, ensure_ascii=False) for row in plain)
    text = json.dumps(dump(dossier), ensure_ascii=False, indent=1)
    return [
        bundle.Member("dossier.json", text.encode()),
        bundle.Member("changes.jsonl", log.encode()),
    ]


_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|conin\$|conout\$|com\d|lpt\d) *(\..*)?")
#: Controls, marks that turn the direction of writing, halves of characters, line ends.
_INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def plain_name(text: str) -> str:
    """A file name that Windows, macOS and Linux all take.

    At most 60 characters and 180 bytes of UTF-8: 255 is what a name may have with its ending.
    """
    seen = "".join(c for c in text if unicodedata.category(c) not in _INVISIBLE)
    name = _FORBIDDEN.sub("_", " ".join(seen.split())).strip(" .")[:60]
    name = name.encode()[:180].decode(errors="ignore").strip(" .")
    return f"_{name}" if not name or _RESERVED.fullmatch(name) else name
