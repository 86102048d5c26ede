"""Exchanging with the office's database: what it lacks goes there, what is lacking here comes.

Both sides hold each device's rows from its first on, so that per device the highest counter says
what a side has, and a row is read only by who lacks it. Each side takes rows in as from any
colleague (`Log.unite`, `Records.rebuild`), in one transaction a dossier. Stopped anywhere, nothing
is lost: what one side has by then, the next exchange finds there.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import bindparam, func
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from app import portfolio
from app.foreign_log import ForeignRow, checked
from app.hub import IN_THE_WAY, Hub, HubLostError, state_of, told
from app.log import Log, LogRow, canonical, check_rows
from app.outside import cause
from app.packs import check_same
from app.progress import Progress
from app.purge import Held, drop_files, files_of, forget_files, scour
from app.records import Records
from app.shared_folder import SharedFolder
from forms.dossier import Enterprise, File
from forms.errors import UserError
from forms.record import form_of, single_id

if TYPE_CHECKING:
    from app.workbench import Workbench

log_to = logging.getLogger(__name__)
Heads = Mapping[UUID, tuple[int, str]]
"""By device: counter and link of the newest row that a side has of it."""
_TRIES = 5
_DONE = "hub-done:"
"""Begins the setting that says up to which mark a dossier and its files were exchanged."""


@dataclass(frozen=True, slots=True)
class Exchanged(Progress):
    """What was exchanged of one dossier (`record`): rows that went and came, files either way, and
    files that are named but were neither here nor there."""

    sent: int = 0
    came: int = 0
    files: int = 0
    missing: int = 0

    @property
    def facts(self) -> dict[str, Any]:
        """The same for a line of JSON."""
        counted = {name: getattr(self, name) for name in ("sent", "came", "files", "missing")}
        trouble = {"error": self.trouble} if self.trouble else {}
        return {"dossier": str(self.record), **counted, **trouble}


def exchange(
    bench: Workbench, hub: Hub, dossiers: Sequence[UUID] | None = None
) -> Iterator[Progress]:
    """Exchange dossiers, by default those here: an Exchanged each. What is left out is its
    `trouble`.

    Raises HubLostError where the line breaks: what was exchanged until then stays.
    """
    names = here(bench)
    chosen = list(names) if dossiers is None else list(dict.fromkeys(dossiers))
    total, purged = len(chosen), False
    yield Progress(0, total, "正在与办公室数据库核对")
    marks = hub.marks()
    with closing(SharedFolder(bench.store, hub.folder)) as folder:
        if folder.fault:
            yield Progress(0, total, "共享文件夹没有连通", folder.fault)
        for done, dossier_id in enumerate(chosen, 1):
            one = _One(bench, hub, folder, dossier_id)
            try:
                trouble = one.exchange(marks.get(dossier_id, ""))
                said = one.said()
            except HubLostError:
                raise
            except UserError as error:
                said, trouble = "没有同步", str(error)
            purged = purged or one.purged
            called = f"“{one.name or names.get(dossier_id) or '未命名企业'}”："
            yield Exchanged(
                done, total, called + said, trouble and called + trouble, None, dossier_id,
                **one.counts,
            )  # fmt: skip
        try:
            folder.drop(hub.erased())
        except OSError as error:
            words = f"共享文件夹中已彻底删除的文件没有清除（{cause(error)}），请稍后再同步。"
            yield Progress(total, total, "正在清理共享文件夹", words)
    if purged and (trouble := scour(bench.store)):
        yield Progress(total, total, "正在清理数据库", trouble)


def elsewhere(bench: Workbench, hub: Hub) -> list[UUID]:
    """The dossiers that the office has and this person may see, but that are not here, nor were
    archived here."""
    known = {each.dossier for each in portfolio.archived(bench.store)} | here(bench).keys()
    return sorted(hub.marks().keys() - known)


def here(bench: Workbench) -> dict[UUID, str]:
    """The dossiers that are here, withdrawn ones too, with their enterprises' names."""
    query = select(File.id, Enterprise.name).join(
        Enterprise, col(Enterprise.dossier_id) == File.id, isouter=True
    )
    with bench.store.session() as session:
        return {dossier_id: name or "" for dossier_id, name in session.exec(query)}


def heads_of(session: Session, dossier_id: UUID) -> Heads:
    """What a side has of a dossier; nothing may be open (`Log.seal`)."""
    found = session.exec(_HEADS, params={"dossier": dossier_id})
    return {device: (counter, link) for device, counter, link in found if link is not None}


def mark_of(heads: Heads) -> str:
    """One word for all that a side has of a dossier: equal where two sides have the same."""
    ordered = sorted((str(device), *head) for device, head in heads.items())
    return hashlib.sha256(canonical(ordered).encode()).hexdigest() if ordered else ""


@dataclass
class _One:
    """The exchange of one dossier."""

    bench: Workbench
    hub: Hub
    folder: SharedFolder
    dossier: UUID
    name: str = ""
    purged: bool = False
    stuck: str = ""
    counts: dict[str, int] = field(default_factory=dict)

    def exchange(self, there: str) -> str:
        """Exchange rows and files; a sentence about what was left out. `there` is the office's
        mark. UserError where the dossier could not be exchanged."""
        mine = self._mine()
        if not mine and not there:
            raise UserError("本机和办公室数据库中都没有这份档案，没有同步，请核对编号。")
        if there and there == mark_of(mine) and self._done() == self._words(there):
            return ""
        sent, came, kept_back = self._rows(mine)
        self.counts = {"sent": sent, "came": came}
        trouble = f"{kept_back} 条改动没有送出，这一账号只能读取。" if kept_back else ""
        dossier = self.bench.dossier(self.dossier)
        self.name = dossier.one(Enterprise).name
        files, fault = self.folder.exchange(dossier)
        missing = self.folder.missing(dossier)
        self.counts |= {"files": files, "missing": missing}
        if not fault and not missing and not kept_back:
            self.bench.store.set_setting(self._setting, self._words(mark_of(self._mine())))
        return trouble + self.stuck + fault

    def said(self) -> str:
        """What was done, in words."""
        sent, came, files, missing = (
            self.counts.get(name, 0) for name in ("sent", "came", "files", "missing")
        )
        parts = [f"送出 {sent} 条，收入 {came} 条"] if sent or came else []
        parts += [f"照片和附件 {files} 个"] if files else []
        parts += [f"尚缺 {missing} 个文件"] if missing else []
        return "，".join(parts) or "没有新的改动"

    @property
    def _setting(self) -> str:
        return f"{_DONE}{self.dossier.hex}"

    def _done(self) -> str:
        return self.bench.store.setting(self._setting)

    def _words(self, mark: str) -> str:
        """The mark at this office with this folder: another one has been sent nothing yet."""
        return canonical([self.hub.name, str(self.hub.folder or ""), mark])

    def _mine(self) -> Heads:
        with self.bench.writing() as (session, log, _):
            log.seal(self.dossier)
            return heads_of(session, self.dossier)

    def _rows(self, mine: Heads) -> tuple[int, int, int]:
        """Exchange rows: how many went, came, and were kept back by one who may only read."""
        for left in reversed(range(_TRIES)):
            try:
                with told():
                    going, coming = self._there(mine)
                break
            except UserError as error:
                why = error.__cause__
                again = isinstance(why, DBAPIError) and state_of(why) in IN_THE_WAY
                if not left or not again:
                    raise
        sent = going if self.hub.may_write else 0
        self._take(coming)
        return sent, len(coming), going - sent

    def _there(self, mine: Heads) -> tuple[int, list[ForeignRow]]:
        """The office's side, in one transaction: how many rows it lacked, and what lacks here."""
        hub, dossier = self.hub, self.dossier
        with hub.session(writes=hub.may_write) as session:
            if hub.may_write:
                hub.hold(session, dossier)
            theirs = heads_of(session, dossier)
            coming = _news(session, dossier, theirs, mine)
            with self.bench.store.session() as own:
                going = _news(own, dossier, mine, theirs)
            _check(coming, dossier, mine)
            _check(going, dossier, theirs)
            if going and hub.may_write:
                log = Log(session, self.bench.store.device, self.bench.person)
                _, files = _united(session, log, dossier, going)
                hub.erase(session, {digest for _, digest in files})
                enterprise = session.get(Enterprise, single_id(dossier, "enterprise"))
                district = enterprise.district if enterprise is not None else ""
                hub.release(session, dossier, mark_of(heads_of(session, dossier)), district)
            return len(going), coming

    def _take(self, coming: list[ForeignRow]) -> None:
        """The side of this machine, in one transaction."""
        if not coming:
            return
        for row in coming:
            if (row.form, row.field) == (form_of(File), "pack") and row.value:
                named = str(json.loads(row.value))
                check_same(self.bench.pack, named, "办公室的这份档案", "没有同步")
        with self.bench.writing() as (session, log, _):
            self.purged, files = _united(session, log, self.dossier, coming)
            unused = forget_files(session, files)
            if unused:
                self.bench.store.unsettle()  # after a kill the next start removes them
        self.stuck = drop_files(self.bench.store, unused)


def _united(
    session: Session, log: Log, dossier_id: UUID, rows: list[ForeignRow]
) -> tuple[bool, set[Held]]:
    """Take rows in: whether they purged records, and the files of those."""
    touched = log.unite(dossier_id, rows)
    purged = touched & log.purged(dossier_id)
    files = set(files_of(session, purged))
    Records(session, log).rebuild(dossier_id, touched)
    return bool(purged), files


def _news(session: Session, dossier_id: UUID, has: Heads, lacks: Heads) -> list[ForeignRow]:
    """The rows that a side has and the other lacks. UserError where both go on under one device's
    name, or a row is none."""
    found: list[ForeignRow] = []
    for device, (counter, link) in has.items():
        known, last = lacks.get(device, (0, ""))
        if counter == known and link != last:
            raise UserError(
                "这份档案与办公室数据库中的出自同一数据文件夹的两份副本，没有同步，本机内容未变，"
                "请从导出的文件包合并。"
            )
        if counter > known:
            where = {"dossier": dossier_id, "device": device, "known": known, "newest": counter}
            try:
                found += [checked(dict(row)) for row in session.execute(_AFTER, where).mappings()]
            except (ValueError, RecursionError) as error:  # its words hold what the row says
                raise _no_rows(type(error).__name__) from None
    return found


def _check(rows: list[ForeignRow], dossier_id: UUID, heads: Heads) -> None:
    """UserError where rows do not follow from what the side that lacks them has."""
    if trouble := check_rows(rows, dossier_id, heads):
        raise _no_rows(trouble)


def _no_rows(trouble: str) -> UserError:
    log_to.warning("rows of an exchange were refused: %s", trouble)
    return UserError(
        "本机与办公室数据库的修改记录接不上或不合规定，没有同步，本机内容未变，"
        "请用 doctor 检查本机数据，并联系数据库管理员。"
    )


_OF_DOSSIER = col(LogRow.dossier_id) == bindparam("dossier")
_NEWEST = (
    select(col(LogRow.device).label("device"), func.max(LogRow.counter).label("counter"))
    .where(_OF_DOSSIER)
    .group_by(col(LogRow.device))
    .subquery()
)
_HEADS = select(LogRow.device, LogRow.counter, LogRow.link).where(
    _OF_DOSSIER,
    col(LogRow.device) == _NEWEST.c.device,
    col(LogRow.counter) == _NEWEST.c.counter,
)
# Plain values: tens of thousands of rows may come or go.
_AFTER = (
    select(*(getattr(LogRow, name) for name in ForeignRow.model_fields))
    .where(
        _OF_DOSSIER,
        col(LogRow.device) == bindparam("device"),
        col(LogRow.counter) > bindparam("known"),
        col(LogRow.counter) <= bindparam("newest"),
    )
    .order_by(col(LogRow.counter))
)
