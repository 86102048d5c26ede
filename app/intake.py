"""Taking photos and attachments into the store: originals once, by hash, never altered."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from pydantic import ValidationError

from app.entry import NewEntry
from app.outside import cause
from app.patience import patiently
from app.photo_worker import Inspected, PhotoWorker, Refused, forget, inspect_all, starting
from app.placing import Writing, around, place_by_watermark, sessions, visit_of
from app.progress import Progress
from app.store import Store
from forms.dossier import Attachment, Dossier, Photo
from forms.errors import UserError
from forms.photo_facts import PhotoFacts
from grading.photo_verdict import propose_kind

if TYPE_CHECKING:
    from app.workbench import Workbench

FILES_CEILING = 2_000
#: Seconds in which a phone or a share has to give the next piece of a file.
SILENCE = 15.0
#: The largest copy of a photo that is looked into, a side.
FULL_PX = 5000
ATTACHMENT_CEILING = 200 * 1024 * 1024
#: Files looked at beside an imported dossier, which may lie in a crowded folder.
BESIDE_CEILING = 20_000


def import_photos(
    bench: Workbench, dossier_id: UUID, paths: list[Path], visit: UUID | None
) -> Iterator[Progress]:
    """Read photos in parallel, keep and record them in order; each is safe when it was yielded.

    `visit` is where they belong; without it a photo goes to the visit of its own date, unless it is
    in the dossier already. The progress names the photo's record, a new one or the one there was.
    Raises UserError before the first photo where the dossier is not there or the files are too
    many, and wherever the worker does not start.
    """
    files = sorted(expand(paths, FILES_CEILING + 1))
    if len(files) > FILES_CEILING:
        raise UserError(f"一次导入的文件超过 {FILES_CEILING} 个，尚未收入任何一个，请分批导入。")
    bench.dossier(dossier_id)
    derived = bench.store.files("derived")
    stage = partial(_stage, bench.store)
    kept = "已收入的照片均已保留，其余尚未收入"
    with starting(kept), closing(inspect_all(files, derived, stage, _Staged.drop)) as staged:
        for done, one in enumerate(staged, 1):
            trouble, record = _take(bench, dossier_id, one, visit)
            yield Progress(done, len(files), one.seen.path.name, trouble, record=record)


@dataclass(frozen=True, slots=True)
class _Staged:
    """A photo that was read, its place among the originals, and its copy beside that place."""

    seen: Inspected | Refused
    target: Path | None = None
    """None where the photo was refused."""
    part: Path | None = None
    """None where the original is there already."""

    def drop(self) -> None:
        """Leave nothing of it behind, but what another record of the same photo needs."""
        if self.part is not None:
            _remove(self.part)
        if isinstance(self.seen, Inspected) and self.target is not None:
            same = self.target.parent.glob(f"{self.seen.sha256}*")
            if all(".part-" in path.name for path in same):
                forget(self.seen)


def _stage(store: Store, seen: Inspected | Refused) -> _Staged:
    """Copy a photo's original to the disk, but not yet to its place: it may still be dropped."""
    if isinstance(seen, Refused):
        return _Staged(seen)
    target = stored(store, "originals", seen.sha256, seen.path.name)
    if target.exists():
        return _Staged(seen, target)
    try:
        return _Staged(seen, target, _copied(seen.path, target, seen.sha256))
    except UserError as error:
        _Staged(seen, target).drop()
        return _Staged(Refused(seen.path, str(error)))


def _take(
    bench: Workbench, dossier_id: UUID, staged: _Staged, visit: UUID | None
) -> tuple[str, UUID | None]:
    """Keep and record a photo; a sentence where it was left out, and its record."""
    seen = staged.seen
    if isinstance(seen, Refused):
        return seen.message, None
    if staged.target is not None and staged.part is not None:
        try:
            _place(staged.part, staged.target, seen.path.name)
        except UserError as error:
            staged.drop()
            return str(error), None
    with bench.writing() as writing:
        session = writing[0]
        dossier = around(session, dossier_id, seen.sha256)
        mended = _mend(writing, dossier, seen)
        home = visit or visit_of(dossier, seen.facts.taken_at)
        known = _known(dossier, seen.sha256, home, anywhere=visit is None)
        if known is None:
            entry = NewEntry(session, bench.store.device, bench.person, dossier_id)
            made = entry.write(Photo, _values(dossier, seen, home))
            # Its watermark may have been read long ago, for another dossier.
            place_by_watermark(writing, dossier_id, seen.sha256)
            return "", made
    if known in mended:
        return "", known
    where = "本档案" if visit is None else "本次导入位置"
    return f"“{seen.path.name}”已在{where}，没有重复收入。", known


def _mend(writing: Writing, dossier: Dossier, seen: Inspected) -> list[UUID]:
    """Give its facts to those records of a photo that came without, or with none to be read."""
    _session, log, records = writing
    bare = [photo.id for photo in dossier.all(Photo) if not _has_facts(photo)]
    values = {"facts": seen.facts.model_dump(mode="json"), "size": seen.size}
    for record in bare:
        for name, value in values.items():
            records.edit(dossier.id, "photo", record, name, value)
    if bare:
        log.seal(dossier.id)
    return bare


def _has_facts(photo: Photo) -> bool:
    try:
        PhotoFacts.model_validate(photo.facts)
    except ValidationError:
        return False
    return True


def expand(paths: list[Path], ceiling: int) -> Iterator[Path]:
    """The paths, and the files inside folders but for hidden ones, `ceiling` at most."""
    left = ceiling
    for path in paths:
        for item in _below(path) if path.is_dir() else [path]:
            if left == 0:
                return
            left -= 1
            yield item


def _below(folder: Path) -> Iterator[Path]:
    """Files below a folder; linked folders are not entered, for they may lead in circles."""
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(root, name) for name in sorted(names) if not name.startswith("."))


def _known(dossier: Dossier, digest: str, home: UUID | None, *, anywhere: bool) -> UUID | None:
    """The record of a photo that is at `home` already, or `anywhere` in the dossier."""
    same = [photo for photo in dossier.all(Photo) if photo.sha256 == digest]
    here = [photo for photo in same if photo.visit == home]
    return next((photo.id for photo in here or (same if anywhere else [])), None)


def _values(dossier: Dossier, seen: Inspected, home: UUID | None) -> dict[str, Any]:
    """The fields of a photo's record, as far as they say something."""
    values = {
        "sha256": seen.sha256,
        "filename": seen.path.name[-200:],
        "size": seen.size,
        "facts": seen.facts.model_dump(mode="json"),
        "visit": home,
        "kind": propose_kind(seen.facts.taken_at, sessions(dossier, home)),
    }
    return {name: value for name, value in values.items() if value}


def attach(
    bench: Workbench,
    dossier_id: UUID,
    path: Path,
    kind: str,
    name: str,
    proves: str,
    record_id: UUID | None = None,
    **more: Any,
) -> UUID:
    """Copy a file into the store and record it; UserError where it cannot be read or is too big.

    `more` are other fields of the attachment.
    """
    if not path.is_file():
        raise UserError(f"“{path.name}”不是可读的文件，没有收入，请重新选择。")
    if path.stat().st_size > ATTACHMENT_CEILING:
        limit = ATTACHMENT_CEILING >> 20
        raise UserError(f"“{path.name}”超过 {limit} 兆字节，没有收入，请压缩或拆分后再添加。")
    try:
        sha256, size = digest(path)
    except OSError as error:
        raise UserError(f"“{path.name}”不能读取（{cause(error)}），没有收入，请重试。") from error
    if not size:
        raise UserError(f"“{path.name}”是空文件，没有收入，请核对文件。")
    keep(bench.store, "attachments", path, sha256, path.name)
    return bench.add(
        dossier_id,
        "attachment",
        record_id=record_id,
        sha256=sha256,
        filename=path.name[-200:],
        size=size,
        name=name or path.stem[:120],
        kind=kind,
        proves=proves,
        **{field: value for field, value in more.items() if value is not None},
    )


def keep(store: Store, area: str, path: Path, digest: str, filename: str) -> Path:
    """Keep a file under its hash; what is there already is not written again."""
    target = stored(store, area, digest, filename)
    if not target.exists():
        _place(_copied(path, target, digest), target, path.name)
    return target


def _copied(path: Path, target: Path, digest: str) -> Path:
    """A copy beside the target, on the disk and of this hash. Raises UserError.

    Its name is its own: one thread may copy a photo's twin before the photo got its place.
    """
    part = target.with_name(f"{target.name}.part-{uuid4().hex}")
    written = hashlib.sha256()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with (
            closing(patiently(partial(_pieces, path), SILENCE)) as pieces,
            part.open("wb") as writer,
        ):
            for piece in pieces:
                written.update(piece or b"")
                writer.write(piece or b"")
            writer.flush()
            os.fsync(writer.fileno())
    except TimeoutError as error:
        _remove(part)
        raise UserError(
            f"“{path.name}”读取时没有回应，没有收入，其余文件不受影响；"
            "请检查手机、存储卡或网络盘是否连接正常后重试。"
        ) from error
    except OSError as error:
        _remove(part)
        raise _not_kept(path.name, error) from error
    if written.hexdigest() != digest:
        _remove(part)
        raise UserError(f"“{path.name}”在读取时发生变化，没有收入，请等文件写完后再试。")
    return part


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as reader:
        while piece := reader.read(1 << 18):
            yield piece


def _place(part: Path, target: Path, name: str) -> None:
    """Give the copy of the file `name` its place: a power cut leaves the whole of it or none."""
    try:
        os.replace(part, target)
        if hasattr(os, "O_DIRECTORY"):
            handle = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
    except OSError as error:
        _remove(part)
        raise _not_kept(name, error) from error


def _not_kept(name: str, error: OSError) -> UserError:
    return UserError(
        f"“{name}”没有存上（{cause(error)}），其余文件不受影响，请检查磁盘空间和权限后重试。"
    )


def _remove(part: Path) -> None:
    with suppress(OSError):
        part.unlink(missing_ok=True)


def digest(path: Path) -> tuple[str, int]:
    """SHA-256 in hexadecimal and size in bytes; OSError where the file cannot be read."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest(), stream.tell()


def stored(store: Store, area: str, digest: str, filename: str) -> Path:
    """Where a file of this hash lies; the hash is checked, for it may come from outside."""
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise UserError("文件指纹不合规定，没有读取任何文件，请重新导入该文件。")
    ending = re.sub(r"[^a-z0-9.]", "", Path(filename).suffix.lower())[:8]
    return store.folder / area / digest[:2] / f"{digest}{ending}"


def photo_file(store: Store, photo: Photo, size: str) -> Path:
    """The original, or a derived copy, which is made again where it went missing.

    Raises UserError where the record's hash is none, or a damaged original cannot be copied.
    """
    original = stored(store, "originals", photo.sha256, photo.filename)
    return original if size == "original" else _derived(store, original, photo.sha256, size)


def report_copy(store: Store, digest: str) -> Path:
    """The upright copy of a photo of any dossier, by its original's hash. Raises as above."""
    nameless = stored(store, "originals", digest, "")
    originals = [path for path in nameless.parent.glob(f"{digest}*") if ".part-" not in path.name]
    return _derived(store, min(originals, default=nameless), digest, "report")


def _derived(store: Store, original: Path, digest: str, size: str) -> Path:
    copy = store.files("derived") / f"{digest}.{size}.jpg"
    if not copy.exists() and original.exists():
        from app.photo_copies import make_copy

        if size == "full":
            _make_full(original, copy)
        else:
            make_copy(original, copy, {"thumb": 400, "report": 1280}[size])
    return copy


def _make_full(original: Path, copy: Path) -> None:
    """A copy to look into, of what the window itself does not read. Raises UserError."""
    with starting("原图没有改动"), PhotoWorker() as worker:
        refused = worker.copy(original, copy, FULL_PX)
    if refused is not None:
        raise UserError(refused.message)


def attachment_file(store: Store, attachment: Attachment) -> Path:
    """The stored copy of an attachment."""
    return stored(store, "attachments", attachment.sha256, attachment.filename)


def take_files(store: Store, dossier: Dossier, folder: Path) -> None:
    """Keep those files below `folder` whose hashes an imported dossier's records name.

    The records say hashes and not paths, so nothing outside the folder can be asked for. A photo is
    read in the worker first, and left where it is no picture: what is in the store is safe to open.
    Raises UserError where the worker does not start.
    """
    wanted: dict[str, set[tuple[str, str]]] = {}
    sizes: set[int | None] = set()
    records: list[Photo | Attachment] = [*dossier.all(Photo), *dossier.all(Attachment)]
    for record in records:
        area = "originals" if isinstance(record, Photo) else "attachments"
        wanted.setdefault(record.sha256, set()).add((area, record.filename))
        sizes.add(record.size)
    derived = store.files("derived")
    kept = "档案已导入，旁边的照片和附件尚未全部收入，可在档案内补导"
    with starting(kept), PhotoWorker() as worker:
        for path in expand([folder], BESIDE_CEILING) if wanted else ():
            # What cannot be read is not there; the records that miss it say so.
            with suppress(OSError, UserError):
                if not _may_be_wanted(path, sizes):
                    continue
                sha256 = digest(path)[0]
                for area, filename in sorted(wanted.get(sha256, ())):
                    if area == "originals" and isinstance(worker.inspect(path, derived), Refused):
                        continue
                    keep(store, area, path, sha256, filename)


def _may_be_wanted(path: Path, sizes: set[int | None]) -> bool:
    """Whether to read a file: the folder may hold anything, so its size is looked at first."""
    if path.is_symlink() or not path.is_file():
        return False
    size = path.stat().st_size
    return size in sizes or (None in sizes and size <= ATTACHMENT_CEILING)
