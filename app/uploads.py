"""The folder whose files go up to the city's platform: within its limit, and what went up when."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from app.handin_plans import AS_THEY_ARE, Plan
from app.review import Review
from app.store import Store
from exporters import papers
from exporters.papers import Sheet
from exporters.source import Source
from exporters.upload_list import Line, Receipt
from forms.dossier import Dossier, Sending
from forms.errors import UserError
from forms.pack import Pack
from forms.sending import UPLOAD, file_lines, read_file_lines

FOLDER = "上传材料"
ENDINGS = (".pdf", ".docx")
MB = 1_000_000
_LIMIT = "upload-limit-mb"
_PRINTS_MOST = 500
_SMALLER_PX = (960, 720, 540)


def limit_mb(store: Store, pack: Pack) -> int:
    """How large a file may be, in millions of bytes: the pack's word, or a person's on this
    machine."""
    kept = store.setting(_LIMIT)
    return int(kept) if kept.isdecimal() else pack.platform.limit_mb


def set_limit_mb(store: Store, megabytes: int) -> None:
    """Have files be no larger from now on."""
    store.set_setting(_LIMIT, str(megabytes))


def goes_up(pack: Pack, sheet: Sheet | None) -> bool:
    """Whether the platform has a box for a paper."""
    return bool(sheet and not sheet.blank and pack.platform.field_of(sheet.paper.key))


def write_within(plan: Plan, path: Path, most: int) -> tuple[tuple[str, ...], str]:
    """Write a document of at most `most` bytes, with smaller photos where it would be larger.

    What no font has of it; and a sentence where photos were made smaller, or where that was not
    enough: then it is written as it is.
    """
    missing = plan.write(path, AS_THEY_ARE)
    whole = path.stat().st_size
    if whole <= most:
        return missing, ""
    smaller = path.with_name(f"较小-{path.name}")
    for px in _SMALLER_PX:
        plan.write(smaller, px)
        if smaller.stat().st_size <= most:
            smaller.replace(path)
            return missing, (
                f"“{plan.name}”原有 {size_text(whole)}，超过平台每个文件 {size_text(most)} 的限制，"
                f"其中照片已缩小到 {px} 像素，请打开查看是否清楚。"
            )
    smaller.unlink()
    return missing, (
        f"“{plan.name}”有 {size_text(whole)}，缩小照片后仍超过平台每个文件 {size_text(most)} "
        "的限制，已按原样写出，请减少其中的照片后重新导出，或询问平台大文件的上传方式。"
    )


def size_text(size: int) -> str:
    """A file's size for people, in millions or thousands of bytes.

    >>> size_text(20_000_000), size_text(1_234_567), size_text(800)
    ('20 MB', '1.2 MB', '1 KB')
    """
    if size >= MB:
        return f"{size / MB:.1f}".removesuffix(".0") + " MB"
    return f"{max(1, round(size / 1000))} KB"


@dataclass(frozen=True, slots=True)
class Listed:
    """A file of the list, with the paper that it is, where it lies, and what is known of it.

    `path` is None where it was not exported yet. `trouble` names it and its size where the
    platform would not take it.
    """

    sheet: Sheet
    path: Path | None
    line: Line
    trouble: str = ""


def listed(review: Review, folders: tuple[Path, ...], most: int, mark: str = "") -> list[Listed]:
    """What goes into which box, in the pack's order; the files are looked for in `folders`.

    Reads each file once. What cannot be read counts as not exported.
    """
    found = []
    for box in review.pack.platform.fields:
        for sheet in papers.sheets(review.dossier, review.pack):
            if sheet.paper.key != box.paper or sheet.blank:
                continue
            for ending in ENDINGS:
                name = f"{sheet.name}{mark}{ending}"
                path = next((f / name for f in folders if (f / name).is_file()), None)
                found.append(_listed(review, box.name, box.clause, sheet, name, path, most))
    return found


def _listed(
    review: Review, box: str, clause: str, sheet: Sheet, name: str, path: Path | None, most: int
) -> Listed:
    size, digest = _facts(path) if path else (0, "")
    trouble = ""
    if size > most:
        trouble = (
            f"“{name}”有 {size_text(size)}，超过每个文件 {size_text(most)} 的限制，"
            "请减少其中的照片后重新导出，或询问平台大文件的上传方式。"
        )
    receipts = tuple(
        Receipt(
            *(each.sent_at, each.handler, dict(read_file_lines(each.files))[name]),
            stale=each.id in review.outdated,
        )
        for each in _uploads(review.dossier, name)
    )
    line = Line(box, clause, name, size, digest, receipts)
    return Listed(sheet, path if digest else None, line, trouble)


def _facts(path: Path) -> tuple[int, str]:
    """Size and SHA-256; 0 and "" where it cannot be read."""
    try:
        seen = path.stat()
        return seen.st_size, _digest(path, seen.st_size, seen.st_mtime_ns)
    except OSError:
        return 0, ""


@lru_cache(maxsize=64)
def _digest(path: Path, _size: int, _changed: int) -> str:
    """The SHA-256 of a file as it was then: the list is shown after every edit."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def note_prints(path: Path, source: Source, sheets: Mapping[Path, Sheet]) -> None:
    """Write behind the first line of a file, by the SHA-256 of each document, which state of its
    paper it is of, as it will be asked for when somebody says that it went up. OSError."""
    prints = {each.key: papers.content_of(source, each) for each in sheets.values()}
    kept = _prints(path) | {_facts(file)[1]: prints[sheet.key] for file, sheet in sheets.items()}
    first = path.read_text(encoding="ascii").partition("\n")[0]
    lines = [first, *(f"{digest} {state}" for digest, state in kept.items())]
    path.write_text("\n".join(lines[:1] + lines[1:][-_PRINTS_MOST:]) + "\n", encoding="ascii")


def _prints(path: Path) -> dict[str, str]:
    """What `note_prints` wrote there."""
    try:
        lines = path.read_text(encoding="ascii").splitlines()[1:]
    except (OSError, ValueError):
        return {}
    return dict(line.split() for line in lines if len(line.split()) == 2)


def receipt(review: Review, one: Listed, person: str, prints: Path) -> dict[str, Any]:
    """What is recorded (a Sending's fields) when somebody says that a file went up just now;
    `prints` is what `note_prints` wrote.

    UserError where the file is not there any more, or is another one than was listed.
    """
    line = one.line
    if one.path is None or _facts(one.path)[1] != line.sha256:
        raise UserError(f"“{line.name}”已不在文件夹中或已改动，没有登记，请重新导出后再登记。")
    state = _prints(prints).get(line.sha256)
    return {
        "way": UPLOAD,
        "sent_at": dt.datetime.now().replace(microsecond=0),
        "recipient": review.pack.platform.name,
        "files": file_lines([(line.name, line.sha256)]),
        "handler": person,
        "content": state or papers.content_of(review.source(False), one.sheet),
        "remark": f"栏目：{line.box}",
    }


def newest(dossier: Dossier, one: Listed) -> UUID | None:
    """The record of a file's newest upload, which may be a slip of the hand."""
    held = _uploads(dossier, one.line.name)
    return max(held, key=lambda each: each.sent_at or dt.datetime.min).id if held else None


def _uploads(dossier: Dossier, name: str) -> list[Sending]:
    return [
        each
        for each in dossier.all(Sending)
        if each.way == UPLOAD and name in dict(read_file_lines(each.files))
    ]
