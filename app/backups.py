"""Backups: copies of the encrypted database, thinned out as they age, and a second place for all.

A backup holds no photos: those never change, lie sealed in the vault under their hashes, and stay
there. The second place (a stick, a shared folder) gets the newest backup, the key file, and every
sealed file that it does not have yet; without the key or a passphrase none of it can be read.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from app import database, durable
from app.keys import KEY_FILE, Keys
from app.outside import cause
from app.progress import Progress
from app.store import FILES, Store
from app.vault import Vault
from forms.errors import UserError

EVERY = dt.timedelta(hours=1)
"""How often, while somebody works."""
_DAY = dt.timedelta(days=1)
_DAYS, _WEEKS = 14, 8
"""Of the last day every backup is kept, then one a day for so long, then one a week."""
_SECOND = "second-backup-place"
_NAME = re.compile(r"(\d{8}-\d{6})-\d{6}-[\w-]+\.db")
_FOLDER = "诊改工作台备份"


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup: its file, and when it was made by this machine's clock."""

    path: Path
    made_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Proof:
    """What trying a backup out showed: its counts, and what is wrong (nothing, where it is good).

    `gone` is how many photos and attachments that it names have no file here.
    """

    dossiers: int = 0
    edits: int = 0
    gone: int = 0
    problems: tuple[str, ...] = ()


def newest(store: Store) -> list[Backup]:
    """The backups beside the database, the newest first."""
    return beside(store.home)


def beside(home: Path) -> list[Backup]:
    """The backups of a vault, the newest first."""
    return _in(home / "backups")


def _in(folder: Path) -> list[Backup]:
    found = []
    for path in folder.glob("*.db"):
        named = _NAME.fullmatch(path.name)
        with suppress(ValueError):
            if named:
                found.append(Backup(path, dt.datetime.strptime(named[1], "%Y%m%d-%H%M%S")))
    return sorted(found, key=lambda each: each.path.name, reverse=True)


def is_due(store: Store, now: dt.datetime | None = None) -> bool:
    """Whether the newest backup is older than an hour; also where the clock was set back."""
    now = now or dt.datetime.now()
    made = next((each.made_at for each in newest(store)), None)
    return made is None or not made <= now < made + EVERY


def back_up(store: Store) -> Iterator[Progress]:
    """Make a backup, let the old ones go, and bring the second place up to date.

    Raises UserError where the backup or the second place cannot be written; the store itself is
    untouched by it, and what was written before is whole.
    """
    yield Progress(0, 0, "正在备份")
    try:
        made = store.backup("auto")
    except (OSError, database.DatabaseError) as error:
        raise UserError(
            f"没有备份成功（{cause(error)}），数据已保存、未受影响，请检查磁盘空间后重试。"
        ) from error
    thin_out(store)
    place = second_place(store)
    if place is not None:
        yield from _mirror(store, made, place)


def thin_out(store: Store, now: dt.datetime | None = None) -> None:
    """Remove the backups that are not kept any more; the newest always is."""
    now = now or dt.datetime.now()
    found = newest(store)
    for each in found:
        if each not in _kept(found, now):
            with suppress(OSError):
                each.path.unlink()


def _kept(found: Iterable[Backup], now: dt.datetime) -> list[Backup]:
    """Those of the last day (or of a clock that was ahead), then the newest a day, then a week."""
    kept: dict[tuple[object, ...], Backup] = {}
    for place, each in enumerate(found):
        age = now - each.made_at
        if place == 0 or age < _DAY:
            slot: tuple[object, ...] = ("each", place)
        elif age < _DAYS * _DAY:
            slot = ("day", each.made_at.date())
        elif age < _WEEKS * 7 * _DAY:
            slot = ("week", *each.made_at.isocalendar()[:2])
        else:
            continue
        kept.setdefault(slot, each)
    return list(kept.values())


# -- the second place -----------------------------------------------------------------------------


def second_place(store: Store) -> Path | None:
    """The folder that backups go to besides; None where none was set."""
    named = store.setting(_SECOND)
    return Path(named) if named else None


def set_second_place(store: Store, place: Path | None) -> None:
    """Use a folder from the next backup on. UserError, and no change, where it cannot serve."""
    if place is not None:
        inside = place.resolve().is_relative_to(store.folder.resolve())
        if inside or not place.is_dir() or not os.access(place, os.W_OK):
            raise UserError(
                f"“{place}”不能用作第二备份位置，仍按原来的设置备份，"
                "请选择数据文件夹以外、可以写入的文件夹，例如优盘或共享盘。"
            )
    store.set_setting(_SECOND, str(place) if place else "")


def _mirror(store: Store, backup: Path, place: Path) -> Iterator[Progress]:
    target = place / _FOLDER
    vault = target / store.key_file.vault
    files = sorted(store.vault.paths())
    try:
        if not place.is_dir():
            raise FileNotFoundError(2, "no such folder")
        durable.make_folder(vault / "backups")
        for done, path in enumerate(files, 1):
            there = vault / "files" / path.parent.name / path.name
            if not there.exists() or there.stat().st_size != path.stat().st_size:
                _copy(path, there)
                yield Progress(done, len(files), "正在复制照片和附件到第二备份位置")
        _copy(backup, vault / "backups" / backup.name)
        # Last, so that at each moment it names a vault that is whole.
        _copy(store.folder / KEY_FILE, target / KEY_FILE)
        for before in target.glob("vault-*"):
            if before != vault:  # under keys that were changed
                shutil.rmtree(before, ignore_errors=True)
        for each in _in(vault / "backups")[_DAYS:]:
            each.path.unlink()
    except OSError as error:
        raise UserError(
            f"第二备份位置“{place}”没有写上（{cause(error)}），本机备份已完成，"
            "请插好优盘或连上共享盘后重试。"
        ) from error


def clean_second(store: Store, backup: Path, place: Path) -> None:
    """Have the second place hold this backup and no earlier one, nor a file that went from here.

    Raises UserError where it is not to be had.
    """
    for _ in _mirror(store, backup, place):
        pass
    vault = place / _FOLDER / store.key_file.vault
    here = {path.name for path in store.vault.paths()}
    try:
        for each in (vault / "backups").glob("*.db"):
            if each.name != backup.name:
                each.unlink()
        for each in (vault / "files").glob("??/*"):
            if each.name not in here:
                each.unlink()
    except OSError as error:
        raise UserError(
            f"第二备份位置“{place}”中此前的备份没有删尽（{cause(error)}），本机的已删除，"
            "请插好优盘或连上共享盘后重试。"
        ) from error


def _copy(path: Path, target: Path) -> None:
    """A whole copy or none."""
    durable.make_folder(target.parent)
    part = target.with_name(f"{target.name}.part-{uuid4().hex}")
    try:
        shutil.copyfile(path, part)
        durable.sync(part)
        durable.place(part, target)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


# -- trying out -----------------------------------------------------------------------------------


def prove(backup: Path, keys: Keys, vault: Vault) -> Proof:
    """Open a backup and look at all of it: it opens, counts, checks, and its files are here."""
    try:
        wrong = database.problems(backup, keys)
        with closing(database.connect(backup, keys)) as raw:
            (dossiers,) = raw.execute("SELECT count(*) FROM dossier").fetchone()
            (edits,) = raw.execute("SELECT count(*) FROM log").fetchone()
            named = raw.execute(FILES).fetchall()
    except (OSError, database.DatabaseError) as error:
        return Proof(problems=(cause(error),))
    here = vault.paths()
    gone = sum(1 for area, digest in named if digest and not _is_here(vault, area, digest, here))
    return Proof(dossiers, edits, gone, tuple(wrong))


def _is_here(vault: Vault, area: str, digest: str, here: set[Path]) -> bool:
    try:
        return vault.path(area, digest) in here
    except UserError:  # a record from outside whose hash is none
        return True
