"""A damaged store: what can be had back, and having it.

The damaged database is set aside untouched. In its place comes the newest backup that is whole,
and on top of it every row of the change log that can still be read in the damaged one and that
follows from what is there: nothing is taken that its hashes do not vouch for.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlmodel import Session, select

from app import backups, database, durable
from app.backups import Backup, Proof
from app.engine import engine_of
from app.keys import KeyFile, Keys
from app.log import CHAIN_START, Log, LogRow, chain_link, payload_hash
from app.outside import cause
from app.progress import Progress
from app.records import Records
from app.store import RESTORED, SCHEMA, hold, put_restored
from app.tables import Meta
from app.vault import Vault
from forms.errors import UserError

_STRIDE = 256
_BEYOND = 200_000
"""Rows that are looked for behind a backup's last, where the damaged log does not tell how many."""
_PATIENCE = 20_000
"""Pieces of the log that could not be read, after which the search ends."""


@dataclass(frozen=True)
class Rescue:
    """What can be had back. `rows` are readable edits that the backup lacks."""

    vault: Path
    keys: Keys
    backup: Backup
    proof: Proof
    rows: tuple[LogRow, ...]

    @property
    def told(self) -> str:
        """It in a sentence, for the person who decides."""
        more = (
            f"，并从损坏的数据库中读出此后的修改 {len(self.rows)} 条"
            if self.rows
            else "，此后的修改不能读出"
        )
        return (
            f"可恢复到 {self.backup.made_at:%Y-%m-%d %H:%M} 的备份（档案 {self.proof.dossiers} 份、"
            f"修改记录 {self.proof.edits} 条）{more}；损坏的文件原样另存，不会删除。"
        )


def survey(folder: Path, secret: str = "") -> Rescue:
    """Find the newest backup that is whole and what else can be read; changes nothing.

    Raises UserError where no backup serves, LockedError where the key is not to be had.
    """
    key_file = KeyFile(folder)
    keys = key_file.unlock(secret)
    home = folder / key_file.vault
    vault = Vault(home / "files", keys)
    for backup in backups.beside(home):
        proof = backups.prove(backup.path, keys, vault)
        if not proof.problems and _revision(backup.path, keys) == SCHEMA:
            rows = _readable(home / "zhengai.db", backup.path, keys)
            return Rescue(home, keys, backup, proof, tuple(rows))
    raise UserError(
        "数据库已损坏，也没有完好的备份可用，原文件未动，"
        "请把整个数据文件夹复制一份保存，再用第二备份位置的文件夹打开。"
    )


def restore(folder: Path, rescue: Rescue) -> Iterator[Progress]:
    """Put the backup and what was read in the place of the damaged database, which is set aside.

    Raises UserError where that cannot be written; nothing is changed then.
    """
    lock = hold(folder)
    made = rescue.vault / f"{RESTORED}.new"
    try:
        yield Progress(0, 2, "正在恢复备份")
        for stale in rescue.vault.glob(f"{RESTORED}*"):
            stale.unlink()
        shutil.copyfile(rescue.backup.path, made)
        yield Progress(1, 2, "正在补入读出的修改")
        _take_in(made, rescue)
        durable.sync(made)
        durable.place(made, rescue.vault / RESTORED)
        put_restored(rescue.vault)
        yield Progress(2, 2, "恢复完毕")
    except (OSError, database.DatabaseError) as error:
        raise UserError(
            f"没有恢复成功（{cause(error)}），原文件未动，请检查磁盘空间和权限后重试。"
        ) from error
    finally:
        lock.release()


def _take_in(path: Path, rescue: Rescue) -> None:
    """Unite the rows with the backup's log; whoever goes on with it goes by a new device's name."""
    engine = engine_of(path, rescue.keys)
    try:
        with Session(engine) as session:
            log = Log(session, UUID(int=0), "")
            records = Records(session, log)
            by_dossier: dict[UUID, list[LogRow]] = {}
            for row in rescue.rows:
                by_dossier.setdefault(row.dossier_id, []).append(row)
            for dossier_id, rows in by_dossier.items():
                records.rebuild(dossier_id, log.unite(dossier_id, rows))
            # Rows that were lost may be with colleagues: their numbers are not given out again.
            session.merge(Meta(key="device-home", value=""))
            session.commit()
            session.connection().exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        engine.dispose()
    with closing(database.connect(path, rescue.keys)) as raw:
        raw.execute("PRAGMA journal_mode=DELETE").close()


def _revision(path: Path, keys: Keys) -> str:
    with closing(database.connect(path, keys)) as raw:
        row = raw.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else ""


def _readable(damaged: Path, backup: Path, keys: Keys) -> list[LogRow]:
    """The rows of the damaged log that the backup lacks and that follow from it, in order."""
    if not damaged.exists():
        return []
    engine = engine_of(backup, keys)
    try:
        with Session(engine, expire_on_commit=False) as session:
            held = {row.id: row for row in session.exec(select(LogRow))}
    finally:
        engine.dispose()
    ends: dict[tuple[UUID, UUID], tuple[int, str]] = {}
    for row in sorted(held.values(), key=lambda row: row.counter):
        if row.link is not None:
            ends[row.dossier_id, row.device] = row.counter, row.link
    new = [row for row in _rows(damaged, keys, len(held)) if not _is_known(row, held)]
    return _following(new, ends)


def _is_known(row: LogRow, held: dict[UUID, LogRow]) -> bool:
    """Whether the backup has a row already; one that was still being typed then it has not."""
    there = held.get(row.id)
    return there is not None and there.link is not None


def _following(rows: list[LogRow], ends: dict[tuple[UUID, UUID], tuple[int, str]]) -> list[LogRow]:
    """Those rows that carry each device's chain on without a gap, each payload as its hash says."""
    found = []
    for row in sorted(rows, key=lambda row: (str(row.dossier_id), str(row.device), row.counter)):
        counter, link = ends.get((row.dossier_id, row.device), (0, CHAIN_START))
        if row.value is not None and payload_hash(row.salt or "", row.value) != row.payload_hash:
            continue
        linked = chain_link(link, row)
        # A row that was still being typed has no link yet, and gets the one that follows.
        if row.counter > counter and row.link in (None, linked):
            row.link = linked
            ends[row.dossier_id, row.device] = row.counter, linked
            found.append(row)
    return found


def _rows(damaged: Path, keys: Keys, least: int) -> Iterator[LogRow]:
    """Every row of the log that can still be read, page by page."""
    columns = [column.name for column in LogRow.__table__.columns]  # type: ignore[attr-defined]
    query = f"SELECT {', '.join(columns)} FROM log WHERE rowid BETWEEN ? AND ?"
    try:
        raw = database.connect(damaged, keys)
    except database.DatabaseError:
        return
    with closing(raw):

        def read(first: int, last: int) -> list[LogRow]:
            return [_row(columns, values) for values in raw.execute(query, (first, last))]

        try:
            (last,) = raw.execute("SELECT coalesce(max(rowid), 0) FROM log").fetchone()
        except database.DatabaseError:
            last = least + _BEYOND
        failures = [0]
        for first in range(1, last + 1, _STRIDE):
            yield from _halving(read, first, min(first + _STRIDE - 1, last), failures)
            if failures[0] > _PATIENCE:
                return


def _halving(
    read: Callable[[int, int], list[LogRow]], first: int, last: int, failures: list[int]
) -> list[LogRow]:
    """The readable rows of a range: where it cannot be read as one, its halves are tried."""
    try:
        return read(first, last)
    except (database.DatabaseError, ValueError, TypeError):
        failures[0] += 1
        if first == last or failures[0] > _PATIENCE:
            return []
    middle = (first + last) // 2
    return [
        *_halving(read, first, middle, failures),
        *_halving(read, middle + 1, last, failures),
    ]


def _row(columns: list[str], values: tuple[object, ...]) -> LogRow:
    """ValueError or TypeError where it is none."""
    facts: dict[str, Any] = dict(zip(columns, values, strict=True))
    for name in ("id", "dossier_id", "record_id", "device"):
        facts[name] = UUID(str(facts[name]))
    return LogRow(**{**facts, "live": bool(facts["live"])})
