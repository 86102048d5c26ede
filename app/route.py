"""The chosen route into the dossier: its measures, and what tables 9–11 say because of it.

All of it is one transaction, and can be taken back. What a person typed, edited, confirmed or took
out is never touched; what still is as the program wrote it gives way to the next route's rows.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from app import price_list
from app.entry import NewEntry
from app.packs import load_advice
from app.records import Records, snapshot
from exporters.route_rows import Ground, Row, points_wan, rows
from forms.dossier import Dossier, File, RouteMeasure
from forms.errors import UserError
from forms.inventory import PLANNED, Planned, contents, untouched
from forms.record import Record, form_of, single_id
from forms.route import route_id
from grading.chosen import price_of, reaches, steps_of, way_of
from grading.ways import Step, Way, pack_costs

_MONTH = re.compile(r"(20\d\d)\s*[年./\-]\s*(\d{1,2})\s*月?")

if TYPE_CHECKING:
    from sqlmodel import Session

    from app.log import Log
    from app.workbench import Workbench


@dataclass(frozen=True, slots=True)
class Edit:
    """One field that an adoption wrote: what it held before, and what it holds since."""

    form: str
    record: UUID
    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Adopted:
    """What an adoption did: every edit in order, and how many rows of tables 9, 10, 11 now stand
    there drafted."""

    edits: tuple[Edit, ...]
    needs: int
    projects: int
    products: int


def ground(
    bench: Workbench, dossier: Dossier, start: dt.date | None = None, months: int = 0
) -> Ground:
    """What a route of a dossier follows from, with the store's prices."""
    prices = price_list.in_yuan(price_list.load(bench.store))
    return Ground(
        dossier,
        bench.pack.instrument,
        bench.pack.areas,
        load_advice(bench.pack.id),
        prices,
        start,
        months,
    )


def adopt(
    bench: Workbench,
    dossier_id: UUID,
    level: int,
    steps: Iterable[Step],
    start: dt.date | None = None,
    months: int = 0,
) -> Adopted:
    """Make some steps the dossier's route to `level`, and write the rows that follow from it.

    Raises UserError, and changes nothing, where the steps do not lead there from the answers as
    they are now.
    """
    with bench.writing() as (session, log, records):
        log.seal(dossier_id)
        base = ground(bench, snapshot(session, dossier_id, ()), start, months)
        way = way_of(base.instrument, base.sheet, level, pack_costs(base.advice), steps)
        if not way.measures or not reaches(base.instrument, base.sheet, way):
            raise UserError("这条路线按现有评测结果达不到目标等级，没有采用，请重新选择措施。")
        writer = _Writer(base.dossier, log, records, _entries(bench, session, dossier_id))
        writer.put(base.dossier.one(File), "target_level", level)
        _keep_measures(writer, base, way)
        made = rows(base, way)
        for form in PLANNED:
            _place(writer, form, [row for row in made if row.form is form])
        log.seal(dossier_id)
        after = snapshot(session, dossier_id, ())
        counts = [sum(bool(row.drafted) for row in after.all(form)) for form in PLANNED]
    return Adopted(tuple(writer.edits), *counts)


def take_back(bench: Workbench, dossier_id: UUID, adopted: Adopted) -> None:
    """Undo an adoption, in one transaction; a field that was edited since stays as it is.

    A row that the adoption made goes only where all of it still is as it was made.
    """
    with bench.writing() as (session, log, records):
        log.seal(dossier_id)
        dossier = snapshot(session, dossier_id, ())
        held = {r.id: r for rows_ in dossier.records.values() for r in rows_}
        edited = {
            edit.record
            for edit in adopted.edits
            if edit.record in held and getattr(held[edit.record], edit.field) != edit.after
        }
        writer = _Writer(dossier, log, records, _entries(bench, session, dossier_id))
        for edit in reversed(adopted.edits):
            if edit.record in held and edit.record not in edited:
                writer.put(held[edit.record], edit.field, edit.before)
        log.seal(dossier_id)


def read_period(start: str, months: str) -> tuple[dt.date | None, int]:
    """A typed month and number of months; None and 0 where nothing is typed. UserError else."""
    if not start.strip() and not months.strip():
        return None, 0
    found = _MONTH.fullmatch(start.strip())
    month = int(found.group(2)) if found else 0
    if found is None or not 1 <= month <= 12:
        raise UserError("开工月份无法识别，没有采用，请按“2026年3月”填写，或与工期一并留空。")
    if not months.strip().isascii() or not months.strip().isdigit() or not 1 <= int(months) <= 60:
        raise UserError("工期不是 1 至 60 的整月数，没有采用，请改正，或与开工月份一并留空。")
    return dt.date(int(found.group(1)), month, 1), int(months)


def _entries(bench: Workbench, session: Session, dossier_id: UUID) -> NewEntry:
    return NewEntry(session, bench.store.device, bench.person, dossier_id)


class _Writer:
    """Edits within one transaction, each noted with what it replaced; what is so already is not
    written."""

    def __init__(self, dossier: Dossier, log: Log, records: Records, entries: NewEntry) -> None:
        self.dossier, self._log, self._records = dossier, log, records
        self._entries = entries
        self.edits: list[Edit] = []

    def put(self, record: Record, field: str, value: Any) -> None:
        """Give a field of a record that is there a value."""
        before = getattr(record, field)
        if before == value:
            return
        seen = self._log.heads(self.dossier.id, record.id) if field == "withdrawn" else None
        form = form_of(record)
        self._records.edit(self.dossier.id, form, record.id, field, value, seen)
        self.edits.append(Edit(form, record.id, field, before, value))

    def add(self, form: type[Record], record_id: UUID, values: dict[str, Any]) -> None:
        """A new entry, last in its list; taking it back withdraws it."""
        name = form_of(form)
        self._entries.write(form, values, record_id)
        self.edits.append(Edit(name, record_id, "withdrawn", True, False))
        # Taken back, a row counts as taken out by the program: without anything in `proposed`.
        for field, value in values.items():
            before = "" if field == "proposed" else value
            self.edits.append(Edit(name, record_id, field, before, value))


def _keep_measures(writer: _Writer, base: Ground, way: Way) -> None:
    """The route's own rows: a measure that is in it again comes back, one that is not goes."""
    known = {
        row.id: row
        for row in base.dossier.records.get(form_of(RouteMeasure), ())
        if isinstance(row, RouteMeasure)
    }
    wanted = set()
    for measure in way.measures:
        record_id = route_id(base.dossier.id, measure.subject, measure.key)
        wanted.add(record_id)
        yuan = price_of(steps_of(base.instrument, base.sheet, measure), base.prices)
        price = "" if yuan is None else points_wan(yuan)
        if record_id not in known:
            values = {"subject": measure.subject, "key": measure.key, "price": price}
            writer.add(RouteMeasure, record_id, values)
            continue
        writer.put(known[record_id], "price", price)
        writer.put(known[record_id], "withdrawn", False)
    for record_id, row in known.items():
        if record_id not in wanted:
            writer.put(row, "withdrawn", True)


def _filled(form: type[Planned], dossier_id: UUID, row: Row) -> Planned:
    values: dict[str, Any] = dict(row.values)
    return form(dossier_id=dossier_id, **values)


def _place(writer: _Writer, form: type[Planned], made: list[Row]) -> None:
    """Bring one table's rows in: over those that nobody touched, beside all others.

    A row that the program itself took out has nothing in `proposed`; a person's withdrawal has. A
    row's id follows from its origin, so that two laptops that adopt routes make the same record.
    """
    held = [r for r in writer.dossier.records.get(form_of(form), ()) if isinstance(r, form)]
    known: dict[str, Planned] = {}
    surplus: list[Planned] = []
    for old in sorted(held, key=untouched):  # what a person changed stands before its twin
        if old.origin in known:
            surplus.append(old)
        elif old.origin:
            known[old.origin] = old
    taken = {old.id for old in held}
    for row in made:
        there = known.pop(row.origin, None)
        values: dict[str, Any] = {**row.values, "drafted": True, "origin": row.origin}
        values["proposed"] = contents(_filled(form, writer.dossier.id, row))
        if there is None:
            mine = single_id(writer.dossier.id, form_of(form), row.origin)
            writer.add(form, uuid4() if mine in taken else mine, values)
        elif (there.withdrawn and not there.proposed) or (untouched(there) and not there.withdrawn):
            for field, value in values.items():
                writer.put(there, field, value)
            writer.put(there, "withdrawn", False)
    for old in (*known.values(), *surplus):
        if untouched(old) and not old.withdrawn:
            writer.put(old, "proposed", "")
            writer.put(old, "withdrawn", True)
