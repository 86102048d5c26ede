"""Taking photos and attachments into the store: originals once, by hash, never altered."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from pydantic import ValidationError

from app.entry import NewEntry
from app.outside import cause, expand
from app.patience import patiently
from app.photo_cache import keep_thumbnail
from app.photo_worker import Inspected, PhotoWorker, Refused, inspect_all, starting
from app.placing import Writing, around, kind_of, place_by_watermark, visit_of
from app.progress import Progress
from app.store import DERIVED, Store
from app.tables import ThumbRow
from app.vault import DamagedError, Kept, Staged
from forms.dossier import Attachment, Dossier, Photo
from forms.errors import UserError
from forms.photo_facts import PhotoFacts

if TYPE_CHECKING:
    from app.workbench import Workbench

FILES_CEILING = 2_000
#: Seconds in which a phone or a share has to give the next piece of a file.
SILENCE = 15.0
#: The areas of the vault: originals as they came, and what is made of photos again at need.
ORIGINALS, ATTACHMENTS = "originals", "attachments"
COPIES, LARGE_COPIES = DERIVED
#: The larger side of the largest copy of a photo, which is looked into.
FULL_PX = 5000
_THUMBNAIL_PX, _REPORT_PX = 400, 1280
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
    stage = partial(_stage, bench.store)
    kept = "已收入的照片均已保留，其余尚未收入"
    with starting(kept), closing(inspect_all(files, stage, Seen.drop)) as staged:
        for done, one in enumerate(staged, 1):
            with to_be_named(bench.store):
                trouble, record = take(bench, dossier_id, one, visit)
            yield Progress(done, len(files), one.seen.path.name, trouble, record=record)


@contextmanager
def to_be_named(store: Store) -> Iterator[None]:
    """What gets its place within is named by a record within, or cleared away at the next start."""
    try:
        yield
    except BaseException:
        store.unsettle()
        raise


@dataclass(frozen=True, slots=True)
class Seen:
    """A photo that was read, and what of it was sealed on the disk but has no place yet."""

    seen: Inspected | Refused
    staged: tuple[Staged, ...] = ()

    def drop(self) -> None:
        """Leave nothing of it behind."""
        for each in self.staged:
            each.drop()


def _stage(store: Store, seen: Inspected | Refused) -> Seen:
    """Seal a photo's original and its copy; neither gets its place yet: they may be dropped."""
    if isinstance(seen, Refused):
        return Seen(seen)
    staged: list[Staged] = []
    try:
        if not store.vault.path(ORIGINALS, seen.sha256).exists():
            staged.append(_copied(store, ORIGINALS, seen.path, seen.sha256))
        if not store.vault.path(COPIES, seen.sha256).exists():
            copy = [seen.report_copy]  # made again where a power cut tears it
            staged.append(store.vault.stage(COPIES, seen.sha256, copy, lasting=False))
    except (UserError, OSError) as error:
        Seen(seen, tuple(staged)).drop()
        told = error if isinstance(error, UserError) else not_kept(seen.path.name, error)
        return Seen(Refused(seen.path, str(told)))
    return Seen(seen, tuple(staged))


def take(
    bench: Workbench, dossier_id: UUID, one: Seen, visit: UUID | None
) -> tuple[str, UUID | None]:
    """Keep and record a photo; a sentence where it was left out, and its record."""
    seen = one.seen
    if isinstance(seen, Refused):
        return seen.message, None
    try:
        for each in one.staged:
            each.place()
    except OSError as error:
        one.drop()
        bench.store.unsettle()
        return str(not_kept(seen.path.name, error)), None
    with bench.writing() as writing:
        session = writing[0]
        keep_thumbnail(session, seen.sha256, seen.thumbnail)
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
        "kind": kind_of(seen.facts, dossier, home),
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
    with to_be_named(bench.store):
        keep(bench.store, ATTACHMENTS, path, sha256)
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


def keep(store: Store, area: str, path: Path, digest: str) -> None:
    """Keep a file under its hash; what is there already is not written again. UserError."""
    if not store.vault.path(area, digest).exists():
        staged = _copied(store, area, path, digest)
        try:
            staged.place()
        except OSError as error:
            staged.drop()
            raise not_kept(path.name, error) from error


def _copied(store: Store, area: str, path: Path, digest: str) -> Staged:
    """A sealed copy, on the disk and of this hash, but not in its place yet. Raises UserError."""
    written = hashlib.sha256()

    def pieces() -> Iterator[bytes]:
        with closing(patiently(partial(_pieces, path), SILENCE)) as found:
            for piece in found:
                written.update(piece or b"")
                yield piece or b""

    try:
        staged = store.vault.stage(area, digest, pieces())
    except TimeoutError as error:
        raise UserError(
            f"“{path.name}”读取时没有回应，没有收入，其余文件不受影响；"
            "请检查手机、存储卡或网络盘是否连接正常后重试。"
        ) from error
    except OSError as error:
        raise not_kept(path.name, error) from error
    if written.hexdigest() != digest:
        staged.drop()
        raise UserError(f"“{path.name}”在读取时发生变化，没有收入，请等文件写完后再试。")
    return staged


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as reader:
        while piece := reader.read(1 << 18):
            yield piece


def not_kept(name: str, error: OSError) -> UserError:
    return UserError(
        f"“{name}”没有存上（{cause(error)}），其余文件不受影响，请检查磁盘空间和权限后重试。"
    )


def digest(path: Path) -> tuple[str, int]:
    """SHA-256 in hexadecimal and size in bytes; OSError where the file cannot be read."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest(), stream.tell()


def original(store: Store, photo: Photo) -> Kept:
    """A photo's original. UserError where its hash, which may come from outside, is none."""
    return _kept(store, ORIGINALS, photo.sha256, photo.filename)


def attachment(store: Store, held: Attachment) -> Kept:
    """An attachment's file. UserError as above."""
    return _kept(store, ATTACHMENTS, held.sha256, held.filename)


def _kept(store: Store, area: str, digest: str, name: str) -> Kept:
    store.vault.path(area, digest)
    return Kept(store.vault, area, digest, name)


def picture(store: Store, photo: Photo, size: str) -> bytes:
    """A photo's original, or an upright JPEG copy of it, which is made again where it went missing.

    Raises OSError where it is not here, UserError where the record's hash is none, or where what is
    here is damaged or cannot be copied.
    """
    if size == "original":
        return original(store, photo).read()
    if size == "full":
        return _derived(store, LARGE_COPIES, original(store, photo), FULL_PX)
    return _thumbnail(store, photo) if size == "thumb" else report_copy(store, photo.sha256)


def report_copy(store: Store, digest: str) -> bytes:
    """The upright copy (1280 px) of a photo of any dossier, by its original's hash. Raises so."""
    return _derived(store, COPIES, _kept(store, ORIGINALS, digest, ""), _REPORT_PX)


def has_copy(store: Store, digest: str) -> bool:
    """Whether there is a copy to be had. UserError where the hash is none."""
    return any(store.vault.path(area, digest).exists() for area in (COPIES, ORIGINALS))


def small_copy(kept: Kept) -> bytes:
    """A thumbnail of a sealed original that is not the store's yet. Raises as `picture`."""
    return _copy(kept, _THUMBNAIL_PX)


def _thumbnail(store: Store, photo: Photo) -> bytes:
    with store.session() as session:
        row = session.get(ThumbRow, photo.sha256)
    if row is not None:
        return row.jpeg
    made = _copy(original(store, photo), _THUMBNAIL_PX)
    with store.session() as session:
        keep_thumbnail(session, photo.sha256, made)
        session.commit()
    return made


def _derived(store: Store, area: str, kept: Kept, max_px: int) -> bytes:
    """A copy of an original; one that is gone or damaged is made again."""
    with suppress(FileNotFoundError, DamagedError):
        return _kept(store, area, kept.digest, "").read()
    made = _copy(kept, max_px)
    store.vault.path(area, kept.digest).unlink(missing_ok=True)
    store.vault.put(area, kept.digest, made)
    return made


def _copy(kept: Kept, max_px: int) -> bytes:
    data = kept.read()
    with starting("原图没有改动"), PhotoWorker() as worker:
        made = worker.copy(Path(kept.name or "照片"), data, max_px)
    if isinstance(made, Refused):
        raise UserError(made.message)
    return made


def take_files(store: Store, dossier: Dossier, folder: Path) -> None:
    """Keep those files below `folder` whose hashes an imported dossier's records name.

    The records say hashes and not paths, so nothing outside the folder can be asked for. A photo is
    read in the worker first, and left where it is no picture: what is in the store is safe to open.
    Raises UserError where the worker does not start.
    """
    wanted: dict[str, set[str]] = {}
    sizes: set[int | None] = set()
    records: list[Photo | Attachment] = [*dossier.all(Photo), *dossier.all(Attachment)]
    for record in records:
        area = ORIGINALS if isinstance(record, Photo) else ATTACHMENTS
        wanted.setdefault(record.sha256, set()).add(area)
        sizes.add(record.size)
    kept = "档案已导入，旁边的照片和附件尚未全部收入，可在档案内补导"
    with starting(kept), PhotoWorker() as worker:
        for path in expand([folder], BESIDE_CEILING) if wanted else ():
            # What cannot be read is not there; the records that miss it say so.
            with suppress(OSError, UserError):
                if not _may_be_wanted(path, sizes):
                    continue
                sha256 = digest(path)[0]
                for area in sorted(wanted.get(sha256, ())):
                    if area != ORIGINALS or keep_copies(store, worker.inspect(path, copies=True)):
                        keep(store, area, path, sha256)


def keep_copies(store: Store, seen: Inspected | Refused) -> bool:
    """Keep a photo's copies; False where it is no photo. OSError where they cannot be kept."""
    if isinstance(seen, Refused):
        return False
    store.vault.put(COPIES, seen.sha256, seen.report_copy)
    with store.session() as session:
        keep_thumbnail(session, seen.sha256, seen.thumbnail)
        session.commit()
    return True


def _may_be_wanted(path: Path, sizes: set[int | None]) -> bool:
    """Whether to read a file: the folder may hold anything, so its size is looked at first."""
    if path.is_symlink() or not path.is_file():
        return False
    size = path.stat().st_size
    return size in sizes or (None in sizes and size <= ATTACHMENT_CEILING)
