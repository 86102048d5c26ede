"""The trail (修改记录): who changed what when, from which device, read out of the change log.

A dossier may have tens of thousands of rows: they are read in parts, the newest first.
"""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import and_, or_
from sqlmodel import Session, col, func, select

from app.log import PURGED, Log, LogRow
from app.outside import cause
from app.photo_cache import batches
from app.progress import Progress
from app.trail_words import Names, field_words, title_of, value_words
from forms.errors import UserError
from forms.photo_facts import BEIJING

if TYPE_CHECKING:
    from app.workbench import Workbench

PART = 500
SUFFIX = ".xlsx"
_LONGEST = 200
"""So many entries of one field's history are shown."""


class What(StrEnum):
    """What an entry did, in the words of the page."""

    EDITED = "修改"
    MADE = "新增"
    MOVED = "移动"
    WITHDRAWN = "撤回"
    RESTORED = "恢复"
    PURGED = "彻底删除"


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the log in words. `at` is Beijing's time, "" of what was imported.

    `value` is what stood in the field from then on, as JSON holds it; `erased` says that it was
    purged. `conflict` marks one of several edits that stand side by side; `live` what holds now.
    """

    place: tuple[int, str]
    form: str
    record: UUID
    path: str
    what: What
    title: str
    name: str
    label: str
    before: str
    after: str
    person: str
    device: str
    at: str
    value: Any = field(default=None, repr=False)
    erased: bool = False
    conflict: bool = False
    live: bool = False

    @property
    def words(self) -> str:
        """All of it, for a search."""
        return "\n".join((self.title, self.name, self.label, self.before, self.after, self.person))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the trail is wanted: None is everybody's, "" what came by an import."""

    person: str | None = None
    form: str = ""
    words: str = ""
    record: UUID | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Entries, the newest first; `after` is where to go on, None at the end."""

    entries: tuple[Entry, ...]
    after: tuple[int, str] | None = None


def parts(
    bench: Workbench,
    dossier_id: UUID,
    wanted: Wanted = Wanted(),
    after: tuple[int, str] | None = None,
) -> Iterator[Part]:
    """The trail from `after` on, part by part; a part may be empty where little is wanted."""
    words = wanted.words.strip().casefold()
    conflicts = _conflicts(bench, dossier_id)
    while True:
        with bench.store.session() as session:
            query = _query(dossier_id, wanted, after).limit(PART)
            rows = list(session.exec(query))
            found = _Reader(session, bench.store.device, conflicts).entries(rows)
        if words:
            found = [each for each in found if words in each.words.casefold()]
        after = rows[-1].rank if len(rows) == PART else None
        yield Part(tuple(found), after)
        if after is None:
            return


def read(
    bench: Workbench,
    dossier_id: UUID,
    wanted: Wanted,
    after: tuple[int, str] | None = None,
    count: int = PART,
) -> Iterator[Part]:
    """As much of the trail as fills a page: a Progress a part, then the entries as one Part."""
    held: list[Entry] = []
    for part in parts(bench, dossier_id, wanted, after):
        held += part.entries
        if len(held) >= count or part.after is None:
            yield Part(tuple(held), part.after)
            return
        yield Part((), part.after)  # whoever iterates may cease to


def _query(dossier_id: UUID, wanted: Wanted, after: tuple[int, str] | None) -> Any:
    query = select(LogRow).where(LogRow.dossier_id == dossier_id)
    if wanted.person is not None:
        query = query.where(LogRow.person == wanted.person)
    if wanted.form:
        query = query.where(LogRow.form == wanted.form)
    if wanted.record is not None:
        query = query.where(LogRow.record_id == wanted.record)
    if after is not None:
        counter, device = after[0], UUID(after[1])
        same = and_(col(LogRow.counter) == counter, col(LogRow.device) < device)
        query = query.where(or_(col(LogRow.counter) < counter, same))
    return query.order_by(col(LogRow.counter).desc(), col(LogRow.device).desc())


def history(bench: Workbench, dossier_id: UUID, record: UUID, name: str) -> list[Entry]:
    """A field's entries, the newest first; all keys of a keyed one."""
    conflicts = _conflicts(bench, dossier_id)
    with bench.store.session() as session:
        query = _query(dossier_id, Wanted(record=record), None)
        own = or_(
            col(LogRow.field) == name, col(LogRow.field).startswith(f"{name}.", autoescape=True)
        )
        rows = list(session.exec(query.where(own).limit(_LONGEST)))
        return _Reader(session, bench.store.device, conflicts).entries(rows)


def people(bench: Workbench, dossier_id: UUID) -> list[str]:
    """Who stands in the trail; "" is what came by an import."""
    with bench.store.session() as session:
        query = select(LogRow.person).where(LogRow.dossier_id == dossier_id).distinct()
        return sorted(session.exec(query))


def used_forms(bench: Workbench, dossier_id: UUID) -> list[tuple[str, str]]:
    """The forms that the trail speaks of, as (form, its name on paper)."""
    with bench.store.session() as session:
        query = select(LogRow.form).where(LogRow.dossier_id == dossier_id).distinct()
        return sorted(((form, title_of(form)) for form in session.exec(query)), key=lambda p: p[1])


def withdrawn(bench: Workbench, dossier_id: UUID) -> list[tuple[str, UUID, str]]:
    """The records that were withdrawn and not erased: form, id, and what they are called."""
    dossier = bench.dossier(dossier_id)
    with bench.store.session() as session:
        names, gone = Names(session), erased(session, dossier_id)
        return [
            (form, record.id, f"{title_of(form)}“{names.of(form, record.id) or '未填写'}”")
            for form, records in dossier.records.items()
            for record in records
            if record.withdrawn and record.id not in gone
        ]


def erased(session: Session, dossier_id: UUID) -> set[UUID]:
    """The records that were purged."""
    query = select(LogRow.record_id).where(LogRow.dossier_id == dossier_id, LogRow.field == PURGED)
    return set(session.exec(query))


def _conflicts(bench: Workbench, dossier_id: UUID) -> set[UUID]:
    """The ids of the rows that stand side by side with others."""
    with bench.store.session() as session:
        found = Log(session, bench.store.device, bench.person).conflicts(dossier_id)
    return {row.id for rows in found.values() for row in rows}


def entries(session: Session, own: UUID, rows: list[LogRow]) -> list[Entry]:
    """Rows in words, in their order, within a session; `own` is this device."""
    return _Reader(session, own, set()).entries(rows)


class _Reader:
    """Rows into entries, within one session."""

    def __init__(self, session: Session, own: UUID, conflicts: set[UUID]) -> None:
        self._session, self._own, self._conflicts = session, own, conflicts
        self._names = Names(session)

    def entries(self, rows: list[LogRow]) -> list[Entry]:
        """In the order of the rows."""
        before: dict[str, LogRow] = {}
        for batch in batches(item for row in rows for item in row.seen):
            query = select(LogRow).where(col(LogRow.id).in_([UUID(item) for item in batch]))
            before.update((str(row.id), row) for row in self._session.exec(query))
        return [self._entry(row, before) for row in rows]

    def _entry(self, row: LogRow, known: dict[str, LogRow]) -> Entry:
        seen = (known.get(item) for item in row.seen)
        same = [
            each
            for each in seen
            if each is not None and (each.record_id, each.field) == (row.record_id, row.field)
        ]
        said = [value_words(row.form, row.field, each.value, self._names) for each in same]
        what = _what(row, bool(same))
        plain = what in (What.EDITED, What.PURGED)
        return Entry(
            place=row.rank,
            form=row.form,
            record=row.record_id,
            path=row.field,
            what=what,
            title=title_of(row.form),
            name=self._names.of(row.form, row.record_id),
            label=field_words(row.form, row.field) if what is What.EDITED else what.value,
            before=" / ".join(filter(None, said)) if plain else "",
            after=value_words(row.form, row.field, row.value, self._names) if plain else "",
            person=row.person,
            device=device_words(row, self._own),
            at=_local(row.at),
            value=row.payload(),
            erased=row.value is None,
            conflict=row.id in self._conflicts,
            live=row.live,
        )


def device_words(row: LogRow, own: UUID) -> str:
    """Where a row was written, by whom who reads at the device `own` calls it."""
    if not row.at and not row.person:
        return "导入"
    return "本机" if row.device == own else f"设备 {row.device.hex[:4].upper()}"


def _what(row: LogRow, changes: bool) -> What:
    if row.field == PURGED:
        return What.PURGED
    if row.field == "position":
        return What.MOVED if changes else What.MADE
    if row.field == "withdrawn":
        return What.WITHDRAWN if row.value == "true" else What.RESTORED
    return What.EDITED


def _local(at: str) -> str:
    """By Beijing's clock, to the second; as it stands where it is no time."""
    try:
        moment = dt.datetime.fromisoformat(at)
    except ValueError:
        return at
    zoned = moment.astimezone(BEIJING) if moment.tzinfo else moment
    return f"{zoned:%Y-%m-%d %H:%M:%S}"


def export_trail(bench: Workbench, dossier_id: UUID, path: Path) -> Iterator[Progress]:
    """Write the whole trail as .xlsx; the last Progress says where.

    It is written beside its place and moved there when it is whole. UserError where that fails.
    """
    from exporters import trail_table  # openpyxl takes 10 MB, which most days need not

    if path.suffix.lower() != SUFFIX:
        path = path.with_name(path.name + SUFFIX)
    with bench.store.session() as session:
        query = select(func.count()).where(LogRow.dossier_id == dossier_id)
        total = session.exec(query).one()
    done = 0
    try:
        with tempfile.TemporaryDirectory(prefix=".part-", dir=path.parent) as work:
            table = trail_table.TrailTable()
            for part in parts(bench, dossier_id):
                for each in part.entries:
                    table.add(_row(each))
                done += len(part.entries)
                yield Progress(min(done, total), total, "正在导出修改记录")
            table.save(Path(work) / "table.xlsx")
            os.replace(Path(work) / "table.xlsx", path)
    except OSError as error:
        raise UserError(
            f"不能写入“{path}”（{cause(error)}），没有导出修改记录，原有文件未动，"
            "请关闭正在使用该文件的程序，或换一个文件夹。"
        ) from error
    yield Progress(done, done, f"修改记录已导出：{path.name}，共 {done} 条", made=path)


def _row(entry: Entry) -> tuple[str, ...]:
    notes = [
        *(["与他人的修改并存，待裁定"] if entry.conflict else []),
        *(["现行"] if entry.live and entry.what is What.EDITED else []),
    ]
    return (
        entry.at, entry.person, entry.device, entry.title, entry.name, entry.label,
        entry.before, entry.after, "；".join(notes),
    )  # fmt: skip
