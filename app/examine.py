"""Examining photos while nobody waits: their watermarks, and which of them show one picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias
from uuid import UUID

from sqlmodel import col, select

from app import likeness
from app.intake import has_copy, original, report_copy
from app.killable import StartError, StoppedError
from app.likeness import LikenessWorker
from app.outside import cause
from app.photo_cache import batches
from app.photo_worker import Refused
from app.placing import place_by_watermark
from app.progress import Progress
from app.store import Store
from app.tables import FingerprintRow, LikenessRow, ReadingRow
from app.watermark_reader import ENGINE, WatermarkReader
from forms.dossier import Dossier, Photo
from forms.errors import UserError

if TYPE_CHECKING:
    from app.workbench import Workbench


Stop: TypeAlias = Callable[[], bool]


def unexamined(bench: Workbench, dossier_id: UUID) -> bool:
    """Whether any photo of a dossier, whose file is here, has not been examined yet.

    It stays so where one took too long: ask when a dossier is opened, not after each examination.
    Not for the window's own thread, for it may look through the whole store.
    """
    dossier, store = bench.dossier(dossier_id), bench.store
    return bool(
        _unread(bench, dossier) or _without_print(store, dossier) or _new_pairs(store, dossier)
    )


def examine(bench: Workbench, dossier_id: UUID, stop: Stop) -> Iterator[Progress]:
    """Read the watermarks that were not read yet, then look for the same picture in the store.

    One photo at a time; each is kept when its progress was yielded, and ceasing to iterate loses
    nothing. A photo that cannot be read is noted with its sentence, and not tried again unless it
    took too long. Raises UserError where the reading itself does not start.
    """
    try:
        yield from _examine(bench, bench.dossier(dossier_id), stop)
    except StoppedError:
        return
    except StartError as error:
        raise UserError(
            "照片的识别程序没有启动，照片均已保留，尚未读取的水印待下次打开档案时再读；"
            "仍不能启动的，请用 doctor 命令检查。"
        ) from error


def _examine(bench: Workbench, dossier: Dossier, stop: Stop) -> Iterator[Progress]:
    files = _unread(bench, dossier)
    with WatermarkReader(stop=stop) as reader:
        for done, photo in enumerate(files, 1):
            trouble = _read(bench, reader, photo)
            yield Progress(done, len(files), f"读水印 {photo.filename}", trouble, record=photo.id)
    yield from _compare(bench, dossier, stop)


def _read(bench: Workbench, reader: WatermarkReader, photo: Photo) -> str:
    """Keep what the photo's watermark says, or the sentence why it was not read.

    A failure takes no older engine's reading away. One for want of time is of no engine, so that
    the next examination tries again: the machine may have been busy.
    """
    try:
        seen = reader.read(Path(photo.filename), bench.picture(photo, "original"))
    except (OSError, UserError) as error:
        seen = Refused(Path(photo.filename), _unreadable(photo.filename, error))
    if not isinstance(seen, Refused):
        reading = seen.model_dump_json()
        _merge(bench, ReadingRow(sha256=photo.sha256, engine=ENGINE, watermark=reading))
        with bench.writing() as writing:
            place_by_watermark(writing, photo.dossier_id, photo.sha256)
        return ""
    trouble = seen.message
    with bench.writing() as (session, _log, _records):
        row = session.get(ReadingRow, photo.sha256) or ReadingRow(sha256=photo.sha256)
        row.trouble = trouble
        if not seen.overran:
            row.engine = ENGINE
        session.add(row)
    return trouble


def _compare(bench: Workbench, dossier: Dossier, stop: Stop) -> Iterator[Progress]:
    """Fingerprint what has none yet, and compare in full the pairs that look alike."""
    store = bench.store
    with LikenessWorker(stop=stop) as worker:
        bare = _without_print(store, dossier)
        for done, digest in enumerate(bare, 1):
            copy = _copy(store, digest)
            hashes = worker.fingerprint(copy) if copy else None
            if hashes is not None:
                row = FingerprintRow(sha256=digest, method=likeness.METHOD, hashes=hashes)
                _merge(bench, row)
            yield Progress(done, len(bare), "提取照片特征")
        pairs = _new_pairs(store, dossier)
        for done, (one, other) in enumerate(pairs, 1):
            mine, others = _copy(store, one), _copy(store, other)
            alike = worker.same(mine, others) if mine and others else None
            if alike is not None:  # else it took too long, which a slow moment may be the cause of
                method = likeness.METHOD
                _merge(bench, LikenessRow(one=one, other=other, method=method, alike=alike))
            yield Progress(done, len(pairs), "比对相似照片")


def _copy(store: Store, digest: str) -> bytes:
    """The copy that is compared; empty where it is not to be had."""
    try:
        return report_copy(store, digest)
    except (OSError, UserError):
        return b""


def _unreadable(name: str, error: Exception) -> str:
    if isinstance(error, UserError):
        return str(error)
    return f"“{name}”的原件读不出来（{cause(error)}），水印没有识读，请重新导入原件。"


def _merge(bench: Workbench, row: ReadingRow | FingerprintRow | LikenessRow) -> None:
    with bench.writing() as (session, _log, _records):
        session.merge(row)


def _hashes(dossier: Dossier) -> set[str]:
    return {photo.sha256 for photo in dossier.all(Photo) if photo.sha256}


def _unread(bench: Workbench, dossier: Dossier) -> list[Photo]:
    """The photos whose files are here and were not read by this engine, one a file."""
    with bench.store.session() as session:
        done = {
            digest
            for batch in batches(_hashes(dossier))
            for digest in session.exec(
                select(ReadingRow.sha256).where(
                    col(ReadingRow.sha256).in_(batch), ReadingRow.engine == ENGINE
                )
            )
        }
    files = {photo.sha256: photo for photo in dossier.all(Photo) if photo.sha256 not in done}
    return [photo for photo in files.values() if _has_original(bench, photo)]


def _has_original(bench: Workbench, photo: Photo) -> bool:
    try:
        return original(bench.store, photo).exists()
    except UserError:
        return False  # a record from outside whose hash is none


def _without_print(store: Store, dossier: Dossier) -> list[str]:
    with store.session() as session:
        done = set(session.exec(_PRINTED))
    here = sorted(_hashes(dossier) - done)
    return [digest for digest in here if _has_copy(store, digest)]


def _new_pairs(store: Store, dossier: Dossier) -> list[tuple[str, str]]:
    """Pairs of this dossier's photos with any of the store that were not compared in full yet."""
    with store.session() as session:
        prints = {row.sha256: row.hashes for row in session.exec(_PRINTS)}
        compared = set(session.exec(_COMPARED))
    new = sorted(_hashes(dossier) & prints.keys())
    found = set(likeness.candidates(prints, new)) - compared
    return [pair for pair in sorted(found) if all(_has_copy(store, digest) for digest in pair)]


def _has_copy(store: Store, digest: str) -> bool:
    try:
        return has_copy(store, digest)
    except UserError:
        return False  # a record from outside whose hash is none, or a damaged original


_PRINTED = select(FingerprintRow.sha256).where(FingerprintRow.method == likeness.METHOD)
_PRINTS = select(FingerprintRow).where(FingerprintRow.method == likeness.METHOD)
_COMPARED = select(LikenessRow.one, LikenessRow.other).where(LikenessRow.method == likeness.METHOD)
