"""All dossiers at once, from their summaries' columns: filtered, sorted, counted and paged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.store import Store
from app.summaries import SummaryRow

NEAR_DAYS = 7
"""An agreement that ends within so many days presses."""
PAGE = 50
"""So many dossiers a page."""


class Facet(StrEnum):
    """What dossiers are grouped and filtered by; the value is the summary's column."""

    DISTRICT = "district"
    INDUSTRY = "industry"
    SIZE = "size"
    CONSULTANT = "consultant"
    PROVIDER = "provider"
    BATCH = "batch"
    STEP = "step"
    LEVEL = "level"
    OWN_LEVEL = "own_level"
    TARGET = "target"


class Sort(StrEnum):
    """What the list is sorted by."""

    NEWEST = "newest"
    NAME = "name"
    DISTRICT = "district"
    INDUSTRY = "industry"
    SIZE = "size"
    CONSULTANT = "consultant"
    STEP = "step"
    LEVEL = "level"
    FINDINGS = "findings"
    DUE = "due"


Value = str | int | None
"""A facet's value: text ("" where nothing is typed), or a number (None where not known)."""


@dataclass(frozen=True, slots=True)
class Query:
    """Which dossiers, in which order. Whatever is not set leaves all of them.

    `words` stand each in name, code, district, industry or consultant; `found` are dossiers that a
    search found besides. Of a facet in `chosen` any of the values will do. `within` days at most
    are left of the agreement's term (-1: overdue) and the work is not handed in. The newest, the
    highest levels and the most findings come first by themselves, all else from the least;
    `turned` is the other way round.
    """

    words: str = ""
    found: frozenset[UUID] = frozenset()
    chosen: Mapping[Facet, frozenset[Value]] = field(default_factory=dict)
    within: int | None = None
    blocked: bool = False
    conflicted: bool = False
    sort: Sort = Sort.NEWEST
    turned: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One dossier as its summary's columns say; see `SummaryRow`."""

    id: UUID
    number: int
    name: str
    code: str
    district: str
    industry: str
    size: str
    consultant: str
    provider: str
    batch: str
    step: int | None
    own_level: int | None
    level: int | None
    target: int | None
    score: int | None
    due: dt.date | None
    handed: bool | None
    block: int | None
    warn: int | None
    info: int | None
    conflicts: int | None
    judged_on: dt.date | None

    def days_left(self, today: dt.date) -> int | None:
        """Days until the agreement's term ends; None before it is signed."""
        return None if self.due is None else (self.due - today).days


_TABLE: Any = SummaryRow.__table__  # type: ignore[attr-defined]
_C = _TABLE.c
_SHOWN = [_C.dossier_id, *(_C[name] for name in Entry.__dataclass_fields__ if name != "id")]


def page(
    store: Store, query: Query, today: dt.date, offset: int = 0, limit: int = PAGE
) -> list[Entry]:
    """One page of the dossiers that `query` leaves."""
    wanted = select(*_SHOWN).where(*_conditions(query, today)).order_by(*_order(query))
    with store.session() as session:
        rows = session.connection().execute(wanted.limit(limit).offset(offset))
        return [Entry(*row) for row in rows]


def names(store: Store) -> list[tuple[UUID, str, str, str]]:
    """Every dossier's id, name, district and industry, the newest first."""
    wanted = select(_C.dossier_id, _C.name, _C.district, _C.industry).order_by(*_order(Query()))
    with store.session() as session:
        return [(row[0], row[1], row[2], row[3]) for row in session.connection().execute(wanted)]


def count(store: Store, query: Query, today: dt.date) -> int:
    """How many dossiers `query` leaves."""
    wanted = select(func.count()).select_from(_TABLE).where(*_conditions(query, today))
    with store.session() as session:
        return int(session.connection().execute(wanted).scalar_one())


def groups(
    store: Store, query: Query, today: dt.date, *facets: Facet
) -> dict[tuple[Value, ...], int]:
    """How many dossiers there are by the values of one or several facets, each a tuple's place.

    What is chosen of these facets themselves is left out: the counts say what else there is.
    """
    by = [_C[facet.value] for facet in facets]
    wanted = select(*by, func.count()).where(*_conditions(query, today, facets)).group_by(*by)
    with store.session() as session:
        rows = session.connection().execute(wanted)
        return {tuple(row[:-1]): row[-1] for row in rows}


def _conditions(
    query: Query, today: dt.date, without: Iterable[Facet] = ()
) -> list[ColumnElement[bool]]:
    """What a dossier has to meet."""
    # All have a number; that it is asked for has SQLite go by the index and not by the table, whose
    # rows are several times as wide.
    found: list[ColumnElement[bool]] = [_C.number > 0, _C.withdrawn.is_not(True)]
    said = [_says(word) for word in query.words.split()]
    if said:
        found.append(or_(and_(*said), _C.dossier_id.in_(sorted(query.found))))
    for facet, values in query.chosen.items():
        if facet not in without and values:
            column, known = _C[facet.value], sorted(v for v in values if v is not None)
            some = [column.is_(None)] if None in values else []
            found.append(or_(column.in_(known), *some))
    if query.within is not None:
        found += [_C.due <= today + dt.timedelta(query.within), _C.handed.is_not(True)]
    if query.blocked:
        found.append(_C.block > 0)
    if query.conflicted:
        found.append(_C.conflicts > 0)
    return found


def _says(word: str) -> ColumnElement[bool]:
    literal = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    found: ColumnElement[bool] = _C.words.like(func.lower(f"%{literal}%"), escape="\\")
    return found


def _order(query: Query) -> list[ColumnElement[Any]]:
    """The sort's columns, the newest first among equals; what is not known stands last."""
    keys: dict[Sort, list[tuple[Any, bool]]] = {
        Sort.NEWEST: [],
        Sort.LEVEL: [(_C.level, True), (_C.target, True)],
        Sort.FINDINGS: [(_C.block, True), (_C.warn, True), (_C.info, True)],
    }
    by = keys[query.sort] if query.sort in keys else [(_C[query.sort.value], False)]
    found: list[ColumnElement[Any]] = []
    if query.sort is Sort.DUE:  # what is handed in presses nobody, whichever way round
        found.append(_C.handed.is_(True))
    for column, down in by:
        order = column.desc() if down != query.turned else column.asc()
        found.append(order.nulls_last() if column.nullable else order)
    newest = query.sort is Sort.NEWEST and query.turned
    return [*found, _C.number.asc() if newest else _C.number.desc()]


def place(store: Store, query: Query, today: dt.date, dossier_id: UUID) -> int | None:
    """Where a dossier stands among those that `query` leaves, from 0; None where it is not."""
    number = func.row_number().over(order_by=_order(query)).label("number")
    among = select(_C.dossier_id, number).where(*_conditions(query, today)).subquery()
    wanted = select(among.c.number).where(among.c.dossier_id == dossier_id)
    with store.session() as session:
        found = session.connection().execute(wanted).scalar()
    return None if found is None else int(found) - 1


def entry(store: Store, dossier_id: UUID) -> Entry | None:
    """One dossier; None where the store has no summary of it."""
    with store.session() as session:
        wanted = select(*_SHOWN).where(_C.dossier_id == dossier_id)
        row = session.connection().execute(wanted).first()
    return None if row is None else Entry(*row)
