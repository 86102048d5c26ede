"""All dossiers at once, from their summaries' columns: filtered, sorted, counted and paged.

Besides what was archived, of which nothing else is left here.

Plain statements that SQLite and PostgreSQL read alike: lists show before SQLAlchemy is loaded.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.store import Store

NEAR_DAYS = 7
"""An agreement that ends within so many days presses."""
PAGE = 50
"""So many dossiers a page."""
ARCHIVED = "archived:"
"""Begins the setting that says of a dossier that it was archived."""


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


_SHOWN = ", ".join(("dossier_id", *(each for each in Entry.__dataclass_fields__ if each != "id")))
_DATES = ("due", "judged_on")
_MAY_LACK = ("step", "level", "target", "block", "warn", "info", "due")
"""Columns without a value where something was not judged, or is not known."""


def page(
    store: Store, query: Query, today: dt.date, offset: int = 0, limit: int = PAGE
) -> list[Entry]:
    """One page of the dossiers that `query` leaves."""
    where, values = _conditions(query, today)
    rows = store.rows(
        f"SELECT {_SHOWN} FROM summary WHERE {where} ORDER BY {_order(query)} "
        "LIMIT :limit OFFSET :offset",
        values | {"limit": limit, "offset": offset},
    )
    return [_entry(row) for row in rows]


def names(store: Store) -> list[tuple[UUID, str, str, str]]:
    """Every dossier's id, name, district and industry, the newest first."""
    wanted = "SELECT dossier_id, name, district, industry FROM summary ORDER BY number DESC"
    rows = store.rows(wanted)
    return [(UUID(str(row[0])), row[1], row[2], row[3]) for row in rows]


def count(store: Store, query: Query, today: dt.date) -> int:
    """How many dossiers `query` leaves."""
    where, values = _conditions(query, today)
    return int(store.rows(f"SELECT count(*) FROM summary WHERE {where}", values)[0][0])


def groups(
    store: Store, query: Query, today: dt.date, *facets: Facet
) -> dict[tuple[Value, ...], int]:
    """How many dossiers there are by the values of one or several facets, each a tuple's place.

    What is chosen of these facets themselves is left out: the counts say what else there is.
    """
    by = ", ".join(facet.value for facet in facets)
    where, values = _conditions(query, today, facets)
    rows = store.rows(f"SELECT {by}, count(*) FROM summary WHERE {where} GROUP BY {by}", values)
    return {tuple(row[:-1]): row[-1] for row in rows}


def place(store: Store, query: Query, today: dt.date, dossier_id: UUID) -> int | None:
    """Where a dossier stands among those that `query` leaves, from 0; None where it is not."""
    where, values = _conditions(query, today)
    found = store.rows(
        "SELECT place FROM (SELECT dossier_id, row_number() OVER "
        f"(ORDER BY {_order(query)}) AS place FROM summary WHERE {where}) AS among "
        "WHERE dossier_id = :dossier",
        values | {"dossier": dossier_id.hex},
    )
    return int(found[0][0]) - 1 if found else None


def entry(store: Store, dossier_id: UUID) -> Entry | None:
    """One dossier; None where the store has no summary of it."""
    wanted = f"SELECT {_SHOWN} FROM summary WHERE dossier_id = :dossier"
    rows = store.rows(wanted, {"dossier": dossier_id.hex})
    return _entry(rows[0]) if rows else None


@dataclass(frozen=True, slots=True)
class Archived:
    """What stays of an archived dossier: its id, when, and the archive's SHA-256."""

    dossier: UUID
    on: dt.date
    sha256: str


def archived(store: Store) -> list[Archived]:
    """The dossiers that were archived and are not here again, the newest first."""
    wanted = "SELECT key, value FROM meta WHERE key LIKE :begun"
    rows = store.rows(wanted, {"begun": f"{ARCHIVED}%"})
    if not rows:
        return []
    here = {UUID(str(row[0])) for row in store.rows("SELECT id FROM dossier")}
    found = []
    for key, value in rows:
        facts, dossier = json.loads(value), UUID(key.removeprefix(ARCHIVED))
        if dossier not in here:
            found.append(Archived(dossier, dt.date.fromisoformat(facts["on"]), facts["sha256"]))
    return sorted(found, key=lambda each: each.on, reverse=True)


def _entry(row: Sequence[Any]) -> Entry:
    """The columns of `_SHOWN`: SQLite knows neither ids nor dates nor truth."""
    values = dict(zip(Entry.__dataclass_fields__, row, strict=True))
    values["id"] = UUID(str(values["id"]))
    for name in _DATES:
        if isinstance(values[name], str):
            values[name] = dt.date.fromisoformat(values[name])
    if values["handed"] is not None:
        values["handed"] = bool(values["handed"])
    return Entry(**values)


def _conditions(
    query: Query, today: dt.date, without: Iterable[Facet] = ()
) -> tuple[str, dict[str, Any]]:
    """What a dossier has to meet, and the values that stand in it by name."""
    values: dict[str, Any] = {}

    def named(some: Iterable[Any]) -> list[str]:
        first = len(values)
        values.update((f"v{number}", value) for number, value in enumerate(some, first))
        return [f":v{number}" for number in range(first, len(values))]

    # All have a number; that it is asked for has SQLite go by the index and not by the table, whose
    # rows are several times as wide.
    found = ["number > 0", "withdrawn IS NOT TRUE"]
    said = [f"words LIKE lower({name}) ESCAPE '\\'" for name in named(_literal(query.words))]
    if said:
        ids = ", ".join(named(each.hex for each in sorted(query.found)))
        found.append(f"({' AND '.join(said)}{f' OR dossier_id IN ({ids})' if ids else ''})")
    for facet, wanted in query.chosen.items():
        if facet not in without and wanted:
            among = ", ".join(named(sorted(v for v in wanted if v is not None)))
            some = [f"{facet.value} IN ({among})"] if among else []
            if None in wanted:
                some.append(f"{facet.value} IS NULL")
            found.append(f"({' OR '.join(some)})")
    if query.within is not None:
        (last,) = named([(today + dt.timedelta(query.within)).isoformat()])
        found.append(f"due <= {last} AND handed IS NOT TRUE")
    if query.blocked:
        found.append("block > 0")
    if query.conflicted:
        found.append("conflicts > 0")
    return " AND ".join(found), values


def _literal(words: str) -> list[str]:
    """Each word as LIKE finds it, wherever it stands."""
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return [f"%{word}%" for word in escaped.split()]


def _order(query: Query) -> str:
    """The sort's columns, the newest first among equals; what is not known stands last."""
    keys: dict[Sort, tuple[tuple[str, bool], ...]] = {
        Sort.NEWEST: (),
        Sort.LEVEL: (("level", True), ("target", True)),
        Sort.FINDINGS: (("block", True), ("warn", True), ("info", True)),
    }
    found = []
    if query.sort is Sort.DUE:  # what is handed in presses nobody, whichever way round
        found.append("handed IS TRUE")
    for column, down in keys.get(query.sort, ((query.sort.value, False),)):
        order = f"{column} {'DESC' if down != query.turned else 'ASC'}"
        found.append(f"{order} NULLS LAST" if column in _MAY_LACK else order)
    newest = query.sort is Sort.NEWEST and query.turned
    return ", ".join([*found, "number ASC" if newest else "number DESC"])
