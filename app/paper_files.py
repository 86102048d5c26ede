"""One paper at a time: as a .pdf to look at or print, as a file to open, signed on the screen."""

from __future__ import annotations

import datetime as dt
import os
import stat
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from app import handin
from app.outside import cause, plain_name
from app.progress import Progress
from app.review import Review
from exporters import papers
from exporters.docx_renderer import render_docx
from exporters.papers import Sheet
from exporters.pdf_renderer import render_pdf, unprinted
from forms.errors import UserError
from forms.papers import Paper, Role

if TYPE_CHECKING:
    from app.workbench import Workbench


def find(review: Review, key: str, visit: UUID | None = None) -> Sheet:
    """A paper of the dossier by its key; UserError where the visit is not there any more."""
    for sheet in papers.sheets(review.dossier, review.pack):
        if sheet.key == (key, visit):
            return sheet
    raise UserError("这份文书所属的现场诊断已撤回，没有生成，请重新选择。")


def is_final(review: Review, paper: Paper) -> bool:
    """Whether the paper may leave as a final copy, or only marked 草稿."""
    return not review.blocking_paper(paper)


def make(
    bench: Workbench, dossier_id: UUID, key: str, visit: UUID | None, ending: str
) -> Iterator[Progress]:
    """Write one paper as "pdf" or "docx" for another program to open; the last Progress says where.

    It is a final copy where nothing stands in its way, else a draft. The file is read-only, so that
    a word processor asks for another place to save at: it is removed when the program ends. Each
    has a folder of its own, for a viewer may still hold the one before. UserError where the disk
    refuses.
    """
    yield Progress(0, 1, "正在编排文书")
    path, trouble = _write(bench, dossier_id, key, visit, ending)
    path.chmod(stat.S_IREAD)
    yield Progress(1, 1, path.name, trouble, made=path)


def picture(
    bench: Workbench, dossier_id: UUID, key: str, visit: UUID | None
) -> Iterator[Progress | bytes]:
    """The paper's .pdf as it would be printed now, for the preview, behind the Progress that says
    what could not be printed of it. Raises as `make` does."""
    path, trouble = _write(bench, dossier_id, key, visit, "pdf")
    data = path.read_bytes()
    path.unlink()
    os.rmdir(path.parent)
    yield Progress(1, 1, path.name, trouble)
    yield data


def _write(
    bench: Workbench, dossier_id: UUID, key: str, visit: UUID | None, ending: str
) -> tuple[Path, str]:
    """The paper's file in a folder of its own, and a sentence about what could not be printed."""
    review = bench.review(dossier_id)
    sheet = find(review, key, visit)
    final = is_final(review, sheet.paper)
    name = f"{plain_name(sheet.name)}{'' if final else '（草稿）'}.{ending}"
    try:
        path = Path(tempfile.mkdtemp(dir=_folder().name)) / name
        return path, _render(bench, review, sheet, path, draft=not final)
    except OSError as error:
        raise UserError(
            f"不能写入临时文件夹（{cause(error)}），没有生成文书，请检查磁盘空间后重试。"
        ) from error


def _render(bench: Workbench, review: Review, sheet: Sheet, path: Path, *, draft: bool) -> str:
    source = handin.source_of(bench, review, draft)
    document = papers.compose(source, sheet)
    if path.suffix == ".docx":
        render_docx(document, path, sheet=source.style)
        return ""
    missing = render_pdf(document, path, sheet=source.style)
    return unprinted(path.name, missing) if missing else ""


def sign(
    bench: Workbench,
    dossier_id: UUID,
    key: str,
    visit: UUID | None,
    role: Role,
    name: str,
    ink: dict[str, Any],
) -> UUID:
    """Keep a signature under a paper, with the fingerprint of what is signed.

    A record is signed at the gate, before the rest of the dossier is whole. UserError where the
    visit is gone.
    """
    review = bench.review(dossier_id)
    sheet = find(review, key, visit)
    return bench.add(
        dossier_id,
        "signature",
        paper=key,
        subject=visit,
        role=role.value,
        name=name.strip(),
        ink=ink,
        fingerprint=papers.content_of(review.source(False), sheet),
        signed_at=dt.datetime.now().replace(microsecond=0),
    )


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="zhengai-", ignore_cleanup_errors=True)
