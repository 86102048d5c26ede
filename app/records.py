"""Records as the log says they are: writing through the log, and reading a dossier whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any
from uuid import UUID

from fractional_indexing import FIError, generate_key_between
from sqlalchemy import BindParameter, CompoundSelect, bindparam, exists, literal, union_all
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from app.filing_freeze import keep_before
from app.following import follow
from app.log import NEWEST, Log, LogRow
from app.photo_cache import readings
from forms.dossier import Dossier, File, Photo
from forms.errors import UserError
from forms.fields import KEYED, Kind, Spec, parse
from forms.record import STRUCTURE, Record, form_of, forms, specs, split_path

_LOT = 500
_STRUCTURE_SPECS = {
    "parent_id": Spec("上级记录", Kind.REF),
    "position": Spec("次序", Kind.TEXT),
    "withdrawn": Spec("撤回", Kind.YESNO),
}


def field_spec(form: type[Record], name: str) -> Spec:
    """The declaration of a field or of a structure field; UserError where the form has none."""
    found = _STRUCTURE_SPECS.get(name) or specs(form).get(name)
    if found is None:
        raise UserError(
            f"“{form.title}”没有“{name}”一栏，其余内容已保留，请用本程序的最新版本打开。"
        )
    return found


def form_class(name: str) -> type[Record]:
    """A form by name; UserError where there is none."""
    try:
        return forms()[name]
    except KeyError:
        raise UserError(f"没有“{name}”这种表单，未作任何改动，请核对后再试。") from None


def plain(value: Any) -> Any:
    """A field's value as JSON holds it: dates, times and ids as text."""
    if value is None or isinstance(value, str | int | bool | dict):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def store_value(record: Record, path: str, value: Any) -> None:
    """Set a parsed value on a record; an emptied entry of a keyed field goes."""
    name, key = split_path(path)
    if not key:
        empty = {"withdrawn": False, "position": "", "facts": {}}
        setattr(record, name, empty.get(name) if value is None else value)
        return
    entries = dict(getattr(record, name))
    if value in (False, "", None):
        entries.pop(key, None)
    else:
        entries[key] = value
    setattr(record, name, entries)


def _lots(values: Iterable[UUID]) -> Iterator[list[UUID]]:
    """The values in lots that one statement takes."""
    ordered = list(values)
    for start in range(0, len(ordered), _LOT):
        yield ordered[start : start + _LOT]


class Records:
    """The records of one store within one open transaction."""

    def __init__(self, session: Session, log: Log) -> None:
        self._session = session
        self._log = log
        self._follower = follow(session)

    def edit(
        self,
        dossier_id: UUID,
        form: str,
        record_id: UUID,
        path: str,
        raw: Any,
        seen: Iterable[LogRow] | None = None,
    ) -> None:
        """One edit of one field, in the log and on the record. UserError where it is refused."""
        kind = form_class(form)
        name, key = split_path(path)
        spec = field_spec(kind, name)
        if (spec.kind in KEYED) != bool(key):
            raise UserError(f"“{spec.label}”的填写位置不明，原有内容已保留，请重新填写。")
        value = parse(spec, raw, key)
        if self._log.is_purged(dossier_id, form, record_id):
            # Elsewhere the purge would win, and the same rows would show differently here.
            raise UserError("这条记录已彻底删除，新的内容没有写入，其他内容未变，请另行添加。")
        keep_before(self._session, self, dossier_id, form, record_id, name)
        self._log.write(dossier_id, form, record_id, path, plain(value), seen)
        store_value(self._record(kind, dossier_id, record_id), path, value)
        self._session.flush()

    def _record(self, kind: type[Record], dossier_id: UUID, record_id: UUID) -> Record:
        found = self._session.get(kind, record_id)
        if found is None and kind is not File:
            self._begin(dossier_id)
        return self._own(kind, dossier_id, record_id, found)

    def _begin(self, dossier_id: UUID) -> None:
        """Have the dossier's own record there, which all others refer to."""
        if self._session.get(File, dossier_id) is None:
            self._session.add(File(id=dossier_id, dossier_id=dossier_id))
            self._session.flush()

    def _own(
        self, kind: type[Record], dossier_id: UUID, record_id: UUID, record: Record | None
    ) -> Record:
        """The record that was found, or a new one; UserError where it is another dossier's."""
        if record is None:
            record = kind(id=record_id, dossier_id=dossier_id)
        elif record.dossier_id != dossier_id:
            raise UserError("这条记录属于另一份档案，未作任何改动，请返回后重新打开档案。")
        self._session.add(record)
        return record

    def rebuild(self, dossier_id: UUID, touched: set[UUID]) -> None:
        """Work out touched records again from their live rows, after a merge."""
        gone = self._log.purged(dossier_id)
        heads = self._heads(dossier_id, touched)
        kinds = {
            record_id: forms()[rows[-1].form]
            for record_id, rows in heads.items()
            if rows[-1].form in forms()  # else of a newer version: its rows stay in the log
        }
        if kinds:
            self._begin(dossier_id)
        held = self._held(kinds)
        with self._session.no_autoflush:
            for record_id in sorted(kinds, key=lambda item: item != dossier_id):
                kind = kinds[record_id]
                record = self._own(kind, dossier_id, record_id, held.get(record_id))
                for name in (*STRUCTURE, *specs(kind)) if record_id in held else ():
                    info = kind.model_fields[name]
                    setattr(record, name, info.get_default(call_default_factory=True))
                for row in heads[record_id]:
                    self._replay(record, row)
                record.withdrawn = record.withdrawn or record_id in gone
        self._session.flush()
        hidden = (key for key, rows in heads.items() if any(r.field == "withdrawn" for r in rows))
        self._follower.rebuilt(dossier_id, touched, hidden, touched & gone)

    def _heads(self, dossier_id: UUID, touched: Iterable[UUID]) -> dict[UUID, list[LogRow]]:
        """The live rows of many records; the one that shows of a field comes last.

        Asked in lots: a database on the network takes as long for one record as for hundreds.
        """
        found: dict[UUID, list[LogRow]] = {}
        for lot in _lots(touched):
            query = select(LogRow).where(
                LogRow.dossier_id == dossier_id, col(LogRow.live), col(LogRow.record_id).in_(lot)
            )
            for row in self._session.exec(query):
                found.setdefault(row.record_id, []).append(row)
        for rows in found.values():
            rows.sort(key=lambda row: row.rank)
        return found

    def _held(self, kinds: dict[UUID, type[Record]]) -> dict[UUID, Record]:
        """Those of the wanted records that are there already."""
        found: dict[UUID, Record] = {}
        for kind in set(kinds.values()):
            for lot in _lots(each for each, wanted in kinds.items() if wanted is kind):
                query = select(kind).where(col(kind.id).in_(lot))
                found.update((record.id, record) for record in self._session.exec(query))
        return found

    def _replay(self, record: Record, row: LogRow) -> None:
        name, key = split_path(row.field)
        try:
            spec = field_spec(type(record), name)
            store_value(record, row.field, parse(spec, row.payload(), key))
        except UserError:
            return  # a value of a newer version: it stays in the log and shows nowhere

    def place(self, dossier_id: UUID, form: str, after: UUID | None, parent: UUID | None) -> str:
        """A position behind the record `after`, or behind the last one."""
        kind = form_class(form)
        query = select(kind).where(kind.dossier_id == dossier_id)
        siblings = sorted(
            (r for r in self._session.exec(query) if r.parent_id == parent and r.position),
            key=lambda r: (r.position, str(r.id)),
        )
        places = [r.position for r in siblings]
        index = next((i for i, r in enumerate(siblings) if r.id == after), len(siblings) - 1)
        before = places[index] if places else None
        later = next((p for p in places[index + 1 :] if before is None or p > before), None)
        try:
            return str(generate_key_between(before, later))
        except (FIError, ValueError, IndexError, RecursionError):
            return f"{before or 'a0'}V"  # a position from outside that is no fractional index


def snapshot(session: Session, dossier_id: UUID, conflicts: Iterable[tuple[UUID, str]]) -> Dossier:
    """The whole dossier, detached; UserError where the store does not hold it."""
    records: dict[str, list[Record]] = {}
    filled = {name for (name,) in session.execute(_filled(), {"dossier": dossier_id})}
    for name in forms():
        if name in filled:
            records[name] = entries(session, dossier_id, name)
    if form_of(File) not in records:
        raise UserError("没有找到这份档案，其他档案未受影响，请返回档案列表重新选择。")
    hashes = (row.sha256 for row in records.get("photo", ()) if isinstance(row, Photo))
    return Dossier(
        dossier_id,
        records,
        frozenset(conflicts),
        *readings(session, hashes),
        version=session.exec(NEWEST, params={"dossier": dossier_id}).one() or 0,
    )


def entries(session: Session, dossier_id: UUID, form: str) -> list[Record]:
    """The records of one form in order of position, withdrawn ones too."""
    rows = session.exec(_entries(forms()[form]), params={"dossier": dossier_id}).all()
    return sorted(rows, key=lambda r: (r.position, str(r.id)))


@cache
def _filled() -> CompoundSelect[tuple[str]]:
    """The statement that finds the forms of which a dossier has records: one question, where most
    of the tables have nothing to say."""
    wanted: BindParameter[UUID] = bindparam("dossier")
    return union_all(
        *(
            select(literal(name)).where(exists().where(col(kind.dossier_id) == wanted))
            for name, kind in forms().items()
        )
    )


@cache
def _entries(kind: type[Record]) -> SelectOfScalar[Record]:
    """The statement that finds a form's records, put together once."""
    query = select(kind).where(col(kind.dossier_id) == bindparam("dossier"))
    return query.order_by(col(kind.position))
