"""Erasing for good: a record's payloads, its files, and whatever was worked out of them.

The rows' headers and hashes stay, so that the chains still check, with a row that says why and a
withdrawal: no merge brings the content back. A person has a right to it (附件2 第三条).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session, col, delete, or_, select

from app import backups, database, search_index, summaries
from app.intake import ATTACHMENTS, ORIGINALS
from app.log import PURGED, UNNOTED, LogRow
from app.outside import cause
from app.progress import Progress
from app.records import form_class
from app.store import DERIVED, Store
from app.tables import FingerprintRow, LikenessRow, ReadingRow, ThumbRow
from forms.dossier import Attachment, Photo
from forms.errors import UserError
from forms.record import forms

if TYPE_CHECKING:
    from app.workbench import Workbench

Held = tuple[str, str]
"""The area and hash of a file in the vault."""
_REASON_MOST = 200
_PARTS = ("answer", "assignment", "filingchange", "reply", "routemeasure")
"""Forms whose records' ids follow from what they are about: were one purged, that question could
never be answered again, for nothing is written into a record that was purged."""
IN_BACKUPS = "此前的备份中仍有这些内容"
_STUCK = "已彻底删除的 {} 个照片和附件暂未从磁盘清除，档案中已无此内容，请关闭并重新启动本程序。"


def purge(
    bench: Workbench, dossier_id: UUID, form: str, record_id: UUID, reason: str
) -> Iterator[Progress]:
    """Erase a record and what belongs to it. The last Progress's `trouble` names what holds it
    still. UserError, and nothing erased, where no reason is given or the record is not to be had.
    """
    reason = " ".join(reason.split())[:_REASON_MOST]
    if not reason:
        raise UserError("没有写明彻底删除的原因，没有删除，内容未变，请写明原因后再试。")
    if form_class(form).single or form in _PARTS:
        raise UserError("这一页是档案的组成部分，不能彻底删除，内容未变，请改为清空有关栏目。")
    yield Progress(0, 3, "正在彻底删除记录")
    bench.store.unsettle()  # a kill between the commit and the files: the next start removes them
    with bench.writing() as (session, log, records):
        session.info[UNNOTED] = True
        log.seal(dossier_id)
        doomed = _with_children(session, dossier_id, form, record_id)
        files = set(files_of(session, [each for _, each in doomed]))
        for kind, each in doomed:
            earlier = log.heads(dossier_id, each)
            why = log.write(dossier_id, kind, each, PURGED, reason)
            log.seal(dossier_id)
            log.write(dossier_id, kind, each, "withdrawn", True, [*earlier, why])
            log.seal(dossier_id)
            _erase(session, dossier_id, each)
        records.rebuild(dossier_id, {each for _, each in doomed})
        summaries.forget(session, dossier_id)
        unused = forget_files(session, files)
    yield Progress(1, 3, "正在清除照片和附件")
    trouble = drop_files(bench.store, unused)
    yield Progress(2, 3, "正在清理数据库")
    trouble += scour(bench.store)
    yield Progress(3, 3, f"已彻底删除 {len(doomed)} 条记录", trouble or held_elsewhere(bench.store))


def _with_children(
    session: Session, dossier_id: UUID, form: str, record_id: UUID
) -> list[tuple[str, UUID]]:
    """The record and all below it, as (form, id)."""
    record = session.get(form_class(form), record_id)
    if record is None or record.dossier_id != dossier_id:
        raise UserError("没有找到这条记录，没有删除，内容未变，请返回后重新打开档案。")
    found = [(form, record_id)]
    for _, parent in found:  # grows while it is gone through
        for name, kind in forms().items():
            query = select(kind.id).where(kind.dossier_id == dossier_id, kind.parent_id == parent)
            found += [(name, each) for each in session.exec(query) if (name, each) not in found]
    return found


def _erase(session: Session, dossier_id: UUID, record_id: UUID) -> None:
    """The payloads of a record's rows, but for those that say that it was erased."""
    rows = session.exec(
        select(LogRow).where(LogRow.dossier_id == dossier_id, LogRow.record_id == record_id)
    )
    for row in rows:
        if row.field != PURGED and not (row.field == "withdrawn" and row.live):
            row.value = row.salt = None
            session.add(row)
    session.flush()


def files_of(session: Session, records: Iterable[UUID]) -> Iterator[Held]:
    """The files that records name."""
    for record_id in records:
        photo, held = session.get(Photo, record_id), session.get(Attachment, record_id)
        if photo is not None and photo.sha256:
            yield ORIGINALS, photo.sha256
        if held is not None and held.sha256:
            yield ATTACHMENTS, held.sha256


def forget_files(session: Session, files: Iterable[Held]) -> list[Held]:
    """Of `files`, those that no record names any more; what was worked out of them goes."""
    unused = []
    for area, digest in sorted(set(files)):
        kind = Photo if area == ORIGINALS else Attachment
        if session.exec(select(kind.id).where(kind.sha256 == digest).limit(1)).first():
            continue
        unused.append((area, digest))
        if area == ORIGINALS:
            for table in (ThumbRow, ReadingRow, FingerprintRow):
                session.exec(delete(table).where(col(table.sha256) == digest))
            pair = or_(LikenessRow.one == digest, LikenessRow.other == digest)
            session.exec(delete(LikenessRow).where(pair))
    session.flush()
    return unused


def drop_files(store: Store, files: Iterable[Held]) -> str:
    """Remove files from the vault, with the copies made of them; a sentence where some could not
    be. These the next start of an unsettled store removes, for no record names them."""
    stuck: set[Held] = set()
    for area, digest in files:
        with suppress(UserError):  # a hash from outside that is none names no file
            for each in (area, *(DERIVED if area == ORIGINALS else ())):
                try:
                    store.vault.path(each, digest).unlink(missing_ok=True)
                except OSError:
                    stuck.add((area, digest))
    return _STUCK.format(len(stuck)) if stuck else ""


def scour(store: Store) -> str:
    """Have the database file hold nothing that was deleted; a sentence where it still may.

    Deleted content is overwritten as it goes (`secure_delete`); this is for what was deleted
    before, and for the write-ahead log.
    """
    try:
        with store.engine.connect() as connection:
            raw = connection.connection.driver_connection
            assert raw is not None
            raw.execute("VACUUM").close()
            (busy, *_) = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except database.DatabaseError as error:
        return (
            f"内容已删除，但数据库文件没有整理（{cause(error)}），请检查磁盘空间后重新启动本程序。"
        )
    return "内容已删除，数据库文件将在本程序关闭后整理完毕。" if busy else ""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What still holds what was erased: how many backups here, and whether a second place may."""

    backups: int
    second: bool


def elsewhere(store: Store) -> Elsewhere:
    """As far as this machine knows."""
    return Elsewhere(
        len(list((store.home / "backups").glob("*.db"))), backups.second_place(store) is not None
    )


def held_elsewhere(store: Store) -> str:
    """The sentence about it; "" where nothing holds it."""
    found = elsewhere(store)
    if not found.backups and not found.second:
        return ""
    where = [f"本机备份 {found.backups} 份"] if found.backups else []
    where += ["第二备份位置"] if found.second else []
    return f"{IN_BACKUPS}（{'、'.join(where)}），如需一并清除，请删除此前的备份。"


def drop_backups(store: Store) -> Iterator[Progress]:
    """Make a backup of what is left, then remove all earlier ones, here and in the second place.

    Raises UserError where the new one cannot be made (nothing is removed then), or where the second
    place is not to be had: those here are gone by then.
    """
    yield Progress(0, 2, "正在备份现有数据")
    try:
        made = store.backup("auto")
    except (OSError, database.DatabaseError) as error:
        raise UserError(
            f"没有备份成功（{cause(error)}），此前的备份没有删除，请检查磁盘空间后重试。"
        ) from error
    yield Progress(1, 2, "正在删除此前的备份")
    count = 0
    for path in (store.home / "backups").glob("*.db"):
        if path != made:
            with suppress(OSError):
                path.unlink()
                count += 1
    place = backups.second_place(store)
    if place is not None:
        backups.clean_second(store, made, place)
    yield Progress(2, 2, f"已删除此前的备份 {count} 份，并已重新备份")


def wipe_rows(session: Session, dossier_id: UUID) -> None:
    """Delete all rows of a dossier: its log, its records, what was kept about it."""
    search_index.erase_dossier(session, dossier_id)
    for table in (
        "log",
        "summary",
        "outgoing",
        "taken",
        *(name for name in forms() if name != "dossier"),
        "dossier",
    ):
        statement = text(f"DELETE FROM {table} WHERE dossier_id = :dossier")  # names of our own
        session.connection().execute(statement, {"dossier": dossier_id.hex})
    session.connection().execute(
        text("DELETE FROM meta WHERE key LIKE :key"), {"key": f"undo:{dossier_id.hex}:%"}
    )
