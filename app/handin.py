"""Handing in: the folder for the city's platform, the bundle, and the mail draft."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from app import intake
from app.exchange import dump
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
    iterate leaves what was there before. The last Progress of each file says where it was made.
    """
    unknown = [name for name in only if name not in PARTS]
    if unknown:
        raise UserError(f"没有“{unknown[0]}”这种文档，没有导出，可选的有：{'、'.join(PARTS)}。")
    review = bench.review(dossier_id)
    if review.blocking and not draft:
        raise RuleRefusal(
            f"尚有 {len(review.blocking)} 个阻断问题（如：{review.blocking[0].message}），"
            "没有导出终稿，档案未变，请先处理，或改为导出草稿。"
        )
    folder = out / plain_name(review.dossier.one(Enterprise).name or "未命名企业")
    wanted = set(only or PARTS) - ({"mail"} if draft else set())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".part-", dir=folder) as work:
            yield from _write(bench, review, folder, Path(work), wanted, draft)
    except OSError as error:
        raise UserError(
            f"不能写入“{folder}”（{error.strerror}），已写完的文件保留，请检查磁盘空间或换一个文件夹。"
        ) from error


def _write(
    bench: Workbench, review: Review, folder: Path, work: Path, wanted: set[str], draft: bool
) -> Iterator[Progress]:
    source = source_of(bench, review, draft)
    mark = "（草稿）" if draft else ""
    packing = bool({"bundle", "mail"} & wanted)
    plans = [plan for plan in _plans(source, mark) if packing or plan.part in wanted]
    total = len(plans) + packing
    for done, plan in enumerate(plans):
        yield Progress(done, total, f"正在编写{plan.name}")
        plan.render(plan.compose(), work / plan.name)
    kept = [plan for plan in plans if plan.part in wanted]
    made = {plan.name: UPLOADS if plan.part in ("report", "records") else "" for plan in kept}
    if packing:
        packed = work / f"{folder.name}-文件包{mark}.zip"
        with packed.open("wb") as stream:
            members = _members(bench, source, work, plans)
            for name in bundle.write(members, _facts(source), stream):
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


def source_of(bench: Workbench, review: Review, draft: bool) -> Source:
    """What the composers read, with the report-sized copies of the photos."""

    def photo_file(photo: Photo) -> Path | None:
        path = intake.photo_file(bench.store, photo, "report")
        return path if path.exists() else None

    def attachment_file(attachment: Attachment) -> Path | None:
        path = intake.attachment_file(bench.store, attachment)
        return path if path.exists() else None

    return Source(
        dossier=review.dossier,
        pack=review.pack,
        grades=review.grades,
        verdicts=review.verdicts,
        findings=review.findings,
        words=review.words,
        today=review.today,
        draft=draft,
        photo_file=photo_file,
        attachment_file=attachment_file,
    )


def _plans(source: Source, mark: str) -> list[_Plan]:
    found = [
        _Plan("checksheet", f"核验单{mark}.pdf", partial(check_sheet.compose, source), render_pdf),
        _Plan(
            "checksheet", f"核验单{mark}.docx", partial(check_sheet.compose, source), render_docx
        ),
        _Plan("report", f"咨询诊断报告{mark}.docx", partial(report.compose, source), render_docx),
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


def _members(
    bench: Workbench, source: Source, work: Path, plans: list[_Plan]
) -> list[bundle.Member]:
    """Every file of the bundle, the check sheet on top."""
    found = [
        bundle.Member(p.name if p.part == "checksheet" else f"文档/{p.name}", work / p.name)
        for p in plans
    ]
    dossier = source.dossier
    numbers = {visit.id: n for n, visit in enumerate(dossier.all(Visit), 1)}
    for place, photo in enumerate(dossier.all(Photo), 1):
        path = intake.photo_file(bench.store, photo, "original")
        home = f"第{numbers[photo.visit]}次现场诊断" if photo.visit in numbers else "其他照片"
        name = f"照片/{home}/{place:03}-{plain_name(photo.kind or '未分类')}{path.suffix}"
        if path.exists():
            found.append(bundle.Member(name, path))
    for place, attachment in enumerate(dossier.all(Attachment), 1):
        path = intake.attachment_file(bench.store, attachment)
        name = f"附件/{place:02}-{plain_name(attachment.name or '附件')}{path.suffix}"
        if path.exists():
            found.append(bundle.Member(name, path))
    rows = (row.model_dump(mode="json", exclude={"live"}) for row in bench.log_rows(dossier.id))
    log = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    text = json.dumps(dump(dossier), ensure_ascii=False, indent=1)
    found.append(bundle.Member("dossier.json", text.encode()))
    found.append(bundle.Member("changes.jsonl", log.encode()))
    return found


_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


def plain_name(text: str) -> str:
    """A file name that Windows, macOS and Linux all take, at most 60 characters."""
    name = _FORBIDDEN.sub("_", text).strip(" .")[:60].strip(" .")
    return f"_{name}" if not name or _RESERVED.fullmatch(name) else name
