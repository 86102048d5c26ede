"""Taking photos and attachments into the store: originals once, by hash, never altered."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from app.photo_reading import digest_of, make_copy
from app.photo_worker import Inspected, PhotoWorker, Refused
from app.progress import Progress
from app.store import Store, fsync_write
from forms.dossier import Attachment, Dossier, Photo, Stay, Visit
from forms.errors import UserError
from forms.photo_facts import BEIJING
from grading.photo_verdict import propose_kind

if TYPE_CHECKING:
    from app.workbench import Workbench

FILES_CEILING = 2_000
ATTACHMENT_CEILING = 200 * 1024 * 1024


def import_photos(
    bench: Workbench, dossier_id: UUID, paths: list[Path], visit: UUID | None
) -> Iterator[Progress]:
    """Read, copy and record photos one by one; each is safe when its progress was yielded.

    `visit` is where they belong; without it a photo goes to the visit of its own date.
    """
    files = sorted(_expand(paths))
    derived = bench.store.files("derived")
    with PhotoWorker() as worker:
        for done, path in enumerate(files, 1):
            seen = worker.inspect(path, derived)
            if isinstance(seen, Refused):
                yield Progress(done, len(files), path.name, seen.message)
                continue
            keep(bench.store, "originals", path, seen.sha256, path.name)
            taken = _record(bench, dossier_id, seen, visit)
            trouble = "" if taken else f"“{path.name}”已在本次导入位置，没有重复收入。"
            yield Progress(done, len(files), path.name, trouble)


def _expand(paths: list[Path]) -> Iterator[Path]:
    """Files, and the files inside folders, up to FILES_CEILING."""
    found = 0
    for path in paths:
        for item in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if item.is_dir() or item.name.startswith("."):
                continue
            found += 1
            if found > FILES_CEILING:
                raise UserError(
                    f"一次导入的文件超过 {FILES_CEILING} 个，尚未收入任何一个，请分批导入。"
                )
            yield item


def _record(bench: Workbench, dossier_id: UUID, seen: Inspected, visit: UUID | None) -> bool:
    dossier = bench.dossier(dossier_id)
    home = visit or _visit_of(dossier, seen)
    for photo in dossier.all(Photo):
        if photo.sha256 == seen.sha256 and photo.visit == home:
            return False
    bench.add(
        dossier_id,
        "photo",
        sha256=seen.sha256,
        filename=seen.path.name[-200:],
        size=seen.size,
        facts=seen.facts.model_dump(mode="json"),
        visit=home,
        kind=propose_kind(seen.facts.taken_at, sessions(dossier, home)) or "",
    )
    return True


def _visit_of(dossier: Dossier, seen: Inspected) -> UUID | None:
    taken = seen.facts.taken_at
    day = taken.astimezone(BEIJING).date() if taken else None
    return next((v.id for v in dossier.all(Visit) if day and v.date == day), None)


def sessions(dossier: Dossier, visit_id: UUID | None) -> list[tuple[dt.datetime, dt.datetime]]:
    """The sessions of a visit as aware times; only those with both times and in order."""
    visit = dossier.find(Visit, visit_id)
    if visit is None or visit.date is None:
        return []
    found = []
    for stay in dossier.all(Stay, visit.id):
        if stay.start and stay.end and stay.start < stay.end:
            found.append(
                (
                    dt.datetime.combine(visit.date, stay.start, BEIJING),
                    dt.datetime.combine(visit.date, stay.end, BEIJING),
                )
            )
    return sorted(found)


def attach(
    bench: Workbench,
    dossier_id: UUID,
    path: Path,
    kind: str,
    name: str,
    proves: str,
    record_id: UUID | None,
) -> UUID:
    """Copy a file into the store and record it; UserError where it cannot be read or is too big."""
    if not path.is_file():
        raise UserError(f"“{path.name}”不是可读的文件，没有收入，请重新选择。")
    if path.stat().st_size > ATTACHMENT_CEILING:
        limit = ATTACHMENT_CEILING >> 20
        raise UserError(f"“{path.name}”超过 {limit} 兆字节，没有收入，请压缩或拆分后再添加。")
    digest, size = digest_of(path)
    keep(bench.store, "attachments", path, digest, path.name)
    return bench.add(
        dossier_id,
        "attachment",
        record_id=record_id,
        sha256=digest,
        filename=path.name[-200:],
        size=size,
        name=name or path.stem[:120],
        kind=kind,
        proves=proves,
    )


def keep(store: Store, area: str, path: Path, digest: str, filename: str) -> Path:
    """Keep a file under its hash; what is there already is not written again."""
    target = stored(store, area, digest, filename)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        fsync_write(path, target)
        if digest_of(target)[0] != digest:
            target.unlink()
            raise UserError(f"“{path.name}”在读取时发生变化，没有收入，请等文件写完后再试。")
    return target


def stored(store: Store, area: str, digest: str, filename: str) -> Path:
    """Where a file of this hash lies; the hash is checked, for it may come from outside."""
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise UserError("文件指纹不合规定，没有读取任何文件，请重新导入该文件。")
    ending = re.sub(r"[^a-z0-9.]", "", Path(filename).suffix.lower())[:8]
    return store.folder / area / digest[:2] / f"{digest}{ending}"


def photo_file(store: Store, photo: Photo, size: str) -> Path:
    """The original, or a derived copy, which is made again where it went missing."""
    original = stored(store, "originals", photo.sha256, photo.filename)
    if size == "original":
        return original
    copy = store.files("derived") / f"{photo.sha256}.{size}.jpg"
    if not copy.exists() and original.exists():
        make_copy(original, copy, {"thumb": 400, "report": 1280}[size])
    return copy


def attachment_file(store: Store, attachment: Attachment) -> Path:
    """The stored copy of an attachment."""
    return stored(store, "attachments", attachment.sha256, attachment.filename)


def take_files(store: Store, dossier: Dossier, folder: Path) -> None:
    """Keep those files below `folder` whose hashes an imported dossier's records name.

    The records say hashes and not paths, so nothing outside the folder can be asked for.
    """
    wanted: dict[str, tuple[str, str]] = {}
    for photo in dossier.all(Photo):
        wanted[photo.sha256] = ("originals", photo.filename)
    for attachment in dossier.all(Attachment):
        wanted[attachment.sha256] = ("attachments", attachment.filename)
    for path in _expand([folder]) if wanted else ():
        if path.is_symlink() or path.stat().st_size > ATTACHMENT_CEILING:
            continue
        area, filename = wanted.get(digest_of(path)[0], ("", ""))
        if area:
            keep(store, area, path, digest_of(path)[0], filename)
