"""A registry of enterprises (.xlsx or .csv) beside the store: what it would bring, and then that.

A dossier is made of every enterprise that is not there yet. What a registry says otherwise than a
dossier is shown, and written only where somebody asks for it: people typed there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from sqlalchemy import select as columns_of
from sqlmodel import Session

from app.entry import write_dossiers
from app.import_plan import Fault, State, sentences
from app.registry_sheet import CODE, HEADS, LATITUDE, NAME, Field, FirmRow, read, spec_of
from forms.dossier import Enterprise, File, Site
from forms.record import single_id

if TYPE_CHECKING:
    from app.workbench import Workbench

SUFFIXES = (".xlsx", ".csv")
LOT = 50
"""Enterprises that are written in one transaction: all of them are in, or none."""
_TYPED = ("site", "source"), "人工填写"
"""Where a registry's coordinates come from, in the form's words."""


@dataclass(frozen=True, slots=True)
class RowPlan:
    """What becomes of one row. `changes` are the values that the dossier says otherwise now."""

    row: FirmRow
    state: State
    dossier_id: UUID | None = None
    faults: tuple[Fault, ...] = ()
    changes: Mapping[Field, str] | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of one row: the dossier's id where it was made or changed, else why not."""

    row: int
    name: str
    dossier_id: UUID | None
    note: str = ""
    faults: tuple[Fault, ...] = ()


class Plan:
    """A registry's rows beside the store. `rows` say what becomes of each, once compared."""

    def __init__(self, read_rows: Sequence[FirmRow]) -> None:
        self._read = read_rows
        self.rows: list[RowPlan] = []

    def count(self, state: State) -> int:
        """How many rows are of a state."""
        return sum(row.state is state for row in self.rows)

    def compare(self, bench: Workbench) -> None:
        """Say anew what becomes of each row."""
        held = _Held(bench)
        self.rows = [held.plan(row) for row in self._read]


def preview(bench: Workbench, path: Path) -> Plan:
    """What a registry would bring; nothing is made yet. UserError where it cannot be read."""
    plan = Plan(read(path, bench.pack))
    plan.compare(bench)
    return plan


def apply(bench: Workbench, plan: Plan, *, update: bool = False) -> Iterator[Entry]:
    """Make the dossiers that are new, and (`update`) write what is said otherwise of known ones.

    Compared once more, for somebody may have worked meanwhile. A lot of rows at a time is written
    whole; ceasing to iterate keeps the lots before.
    """
    plan.compare(bench)
    for start in range(0, len(plan.rows), LOT):
        lot = plan.rows[start : start + LOT]
        yield from _write(bench, lot, update=update)


def import_registry(bench: Workbench, path: Path, *, update: bool = False) -> Iterator[Entry]:
    """Both in one go. Raises UserError before anything is made where the file is no registry."""
    yield from apply(bench, preview(bench, path), update=update)


def _write(bench: Workbench, lot: Sequence[RowPlan], *, update: bool) -> list[Entry]:
    made = {id(each): uuid4() for each in lot if each.state is State.NEW}
    changed = [each for each in lot if update and each.state is State.CHANGED]
    if made or changed:
        with bench.writing() as (session, log, records):
            fresh = [(made[id(each)], _values(bench, each)) for each in lot if id(each) in made]
            write_dossiers(session, bench.store.device, bench.person, fresh)
            for each in changed:
                if each.dossier_id is None:
                    continue
                log.seal(each.dossier_id)
                for (form, name), value in _typed(each.changes or {}).items():
                    record = each.dossier_id if form == "dossier" else None
                    record = record or single_id(each.dossier_id, form)
                    records.edit(each.dossier_id, form, record, name, value)
                log.seal(each.dossier_id)
    return [_entry(each, made.get(id(each)), each in changed) for each in lot]


def _entry(plan: RowPlan, made: UUID | None, changed: bool) -> Entry:
    dossier_id = plan.dossier_id if changed else made
    note = plan.note if dossier_id is None else ""
    return Entry(plan.row.line, plan.row.name, dossier_id, note, plan.faults)


def _typed(values: Mapping[Field, str]) -> dict[Field, str]:
    """The values, and with coordinates where these come from."""
    return {**values, **(dict([_TYPED]) if LATITUDE in values else {})}


def _values(bench: Workbench, plan: RowPlan) -> dict[str, dict[str, str]]:
    """A new dossier's values by form."""
    found: dict[str, dict[str, str]] = {"dossier": {"pack": bench.pack.id}}
    for (form, name), value in _typed(plan.row.values).items():
        found.setdefault(form, {})[name] = value
    return found


class _Held:
    """The store's enterprises by code and by name, with what a registry can say of them."""

    def __init__(self, bench: Workbench) -> None:
        shown = {summary.id for summary in bench.summaries()}
        self._values: dict[UUID, dict[Field, str]] = {each: {} for each in shown}
        with bench.store.session() as session:
            for form, kind in (("enterprise", Enterprise), ("dossier", File), ("site", Site)):
                self._take(session, form, kind)
        self._by: dict[tuple[Field, str], UUID] = {}
        for dossier_id, values in self._values.items():
            for field in (CODE, NAME):
                if values.get(field):
                    self._by.setdefault((field, values[field]), dossier_id)
        self._met: dict[UUID, int] = {}

    def _take(self, session: Session, form: str, kind: type[Enterprise | File | Site]) -> None:
        """Read a form's columns: whole records of ten thousand dossiers would take seconds."""
        names = [name for owner, name in HEADS if owner == form]
        wanted = columns_of(kind.dossier_id, *(getattr(kind, name) for name in names))  # type: ignore[call-overload]
        for dossier_id, *values in session.connection().execute(wanted):
            if dossier_id in self._values:
                own = self._values[dossier_id]
                own.update({(form, n): v or "" for n, v in zip(names, values, strict=True)})

    def plan(self, row: FirmRow) -> RowPlan:
        """What becomes of a row."""
        if row.faults:
            note = f"{sentences(row.faults)}，没有导入，请更正后再导入一次。"
            return RowPlan(row, State.WRONG, faults=row.faults, note=note)
        code = row.values.get(CODE, "")
        dossier_id = self._by.get((CODE, code)) or self._by.get((NAME, row.name))
        if dossier_id is None:
            return RowPlan(row, State.NEW)
        held = self._values[dossier_id]
        if code and held.get(CODE) and held[CODE] != code:
            reason = f"“{row.name}”已有档案，其企业信用代码为 {held[CODE]}，与名单不同"
            fault = row.fault(CODE, reason)
            note = f"{fault.sentence}，没有导入，请核对是否为同一企业。"
            return RowPlan(row, State.WRONG, faults=(fault,), note=note)
        above = self._met.setdefault(dossier_id, row.line)
        if above != row.line:  # one by the code, the other by the name: of two enterprises
            fault = row.fault(NAME, f"“{row.name}”与第 {above} 行对应同一份档案")
            note = f"{fault.sentence}，没有导入，请核对档案的企业名称和企业信用代码。"
            return RowPlan(row, State.WRONG, faults=(fault,), note=note)
        changes = {f: v for f, v in row.values.items() if held.get(f, "") != v}
        if not changes:
            note = f"第 {row.line} 行“{row.name}”已有档案，内容一致，没有重复建立。"
            return RowPlan(row, State.SAME, dossier_id, note=note)
        words = "；".join(
            f"{spec_of(f).label}：{held.get(f) or '未填'}→{v}" for f, v in changes.items()
        )
        note = f"第 {row.line} 行“{row.name}”已有档案，与名单不同（{words}），档案未改。"
        return RowPlan(row, State.CHANGED, dossier_id, changes=changes, note=note)
