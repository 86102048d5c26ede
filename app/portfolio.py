"""All dossiers at once: the summary of each as columns, filtered, sorted, counted and paged.

A summary is disposable. Who the enterprise is follows each edit in the same transaction
(`follow`); what was judged is written by `keep`, and stands until the dossier is judged again.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Index,
    and_,
    bindparam,
    func,
    insert,
    inspect,
    or_,
    update,
)
from sqlalchemy import select as columns_of
from sqlmodel import Field, Session, SQLModel

from app.store import Store
from forms.dossier import Enterprise, File, Member, Provider
from forms.record import Record
from forms.steps import STEPS

NEAR_DAYS = 7
"""An agreement that ends within so many days presses."""
PAGE = 50
"""So many dossiers a page."""
_NUMBERS = {step.key: step.number for step in STEPS}


LISTED = (
    *("withdrawn", "number", "step", "own_level", "level", "target", "due", "handed"),
    *("block", "warn", "info", "conflicts", "district", "industry", "size", "consultant"),
    *("provider", "batch", "code", "name", "dossier_id"),
)


class SummaryRow(SQLModel, table=True):
    """What lists show and count of a dossier; disposable, worked out again when `mark` is stale.

    `mark` is the log's head and the pack's version that the judgements (`step` to `conflicts`, and
    `facts`, JSON) were worked out from, `judged_on` the day; None where the dossier was never
    judged, or changed since. `number` counts the dossiers in the order in which they came.
    `consultant` is the dossier's 负责人, or the team's 组长 where none is typed. `step` is the
    plan's 1 to 7, levels 0 to 4 (None: not whole), `score` thousandths, `due` the last day of the
    agreement's term, `handed` whether every step is done.
    """

    __tablename__ = "summary"
    # All that lists are filtered and sorted by, in one index: its narrow rows are gone through
    # within milliseconds, whatever is asked of them.
    __table_args__ = (Index("summary_list", *LISTED),)
    dossier_id: UUID = Field(primary_key=True)
    mark: str = ""
    facts: str = "{}"
    number: int | None = Field(default=None, index=True)
    withdrawn: bool | None = None
    name: str = ""
    code: str = ""
    district: str = ""
    industry: str = ""
    size: str = ""
    consultant: str = ""
    provider: str = ""
    batch: str = ""
    step: int | None = None
    own_level: int | None = None
    level: int | None = None
    target: int | None = None
    score: int | None = None
    due: dt.date | None = None
    handed: bool | None = None
    block: int | None = None
    warn: int | None = None
    info: int | None = None
    conflicts: int | None = None
    judged_on: dt.date | None = None


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
_JUDGED = (
    *("step", "own_level", "level", "target", "score", "due", "handed"),
    *("block", "warn", "info", "conflicts", "judged_on"),
)
_DOSSIER = bindparam("dossier", type_=_C.dossier_id.type)
_SHOWN = [_C.dossier_id, *(_C[name] for name in Entry.__dataclass_fields__ if name != "id")]


def page(
    store: Store, query: Query, today: dt.date, offset: int = 0, limit: int = PAGE
) -> list[Entry]:
    """One page of the dossiers that `query` leaves."""
    # The covering index finds the page; only its rows are then fetched whole.
    ids = columns_of(_C.dossier_id).where(*_conditions(query, today)).order_by(*_order(query))
    chosen = ids.limit(limit).offset(offset).subquery()
    wanted = columns_of(*_SHOWN).join(chosen, chosen.c.dossier_id == _C.dossier_id)
    with store.session() as session:
        rows = session.connection().execute(wanted.order_by(*_order(query)))
        return [Entry(*row) for row in rows]


def count(store: Store, query: Query, today: dt.date) -> int:
    """How many dossiers `query` leaves."""
    wanted = columns_of(func.count()).select_from(_TABLE).where(*_conditions(query, today))
    with store.session() as session:
        return int(session.connection().execute(wanted).scalar_one())


def groups(
    store: Store, query: Query, today: dt.date, *facets: Facet
) -> dict[tuple[Value, ...], int]:
    """How many dossiers there are by the values of one or several facets, each a tuple's place.

    What is chosen of these facets themselves is left out: the counts say what else there is.
    """
    by = [_C[facet.value] for facet in facets]
    wanted = columns_of(*by, func.count()).where(*_conditions(query, today, facets)).group_by(*by)
    with store.session() as session:
        rows = session.connection().execute(wanted)
        return {tuple(row[:-1]): row[-1] for row in rows}


def _conditions(
    query: Query, today: dt.date, without: Iterable[Facet] = ()
) -> list[ColumnElement[bool]]:
    """What a dossier has to meet."""
    found: list[ColumnElement[bool]] = [_C.withdrawn.is_not(True)]
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
    places = (_C.name, _C.code, _C.district, _C.industry, _C.consultant)
    return or_(*(column.icontains(word, autoescape=True) for column in places))


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
        found.append((column.desc() if down != query.turned else column.asc()).nulls_last())
    newest = query.sort is Sort.NEWEST and query.turned
    return [*found, _C.number.asc() if newest else _C.number.desc()]


def _one(column: Any, form: type[Record], *where: Any) -> Any:
    """A record's text, "" where there is none."""
    wanted = columns_of(column).where(form.dossier_id == _DOSSIER, *where)
    return func.coalesce(wanted.scalar_subquery(), "")


_LEAD = (
    columns_of(Member.name)
    .where(Member.dossier_id == _DOSSIER, Member.lead, ~Member.withdrawn)
    .order_by(Member.position)
    .limit(1)
)
_IDENTITY: dict[str, Any] = {
    "name": _one(Enterprise.name, Enterprise),
    "code": _one(Enterprise.credit_code, Enterprise),
    "district": _one(Enterprise.district, Enterprise),
    "industry": _one(Enterprise.industry, Enterprise),
    "size": _one(Enterprise.size, Enterprise),
    "provider": _one(Provider.name, Provider),
    "batch": _one(File.batch, File),
    "consultant": func.coalesce(
        func.nullif(_one(File.owner, File), ""), _LEAD.scalar_subquery(), ""
    ),
    "withdrawn": func.coalesce(
        columns_of(File.withdrawn).where(File.id == _DOSSIER).scalar_subquery(), False
    ),
}
_IDENTIFY = update(_TABLE).where(_C.dossier_id == _DOSSIER).values(_IDENTITY)
#: What the identity's columns are read from, by form.
_SOURCES: dict[type[Record], tuple[str, ...]] = {
    File: ("owner", "batch", "withdrawn"),
    Enterprise: ("name", "credit_code", "district", "industry", "size"),
    Provider: ("name",),
    Member: ("name", "lead", "withdrawn", "position"),
}


def identifies(record: Record) -> bool:
    """Whether a record that is about to be written changes who or where a dossier's enterprise is
    in the lists."""
    attributes = inspect(record).attrs
    return any(attributes[name].history.has_changes() for name in _SOURCES.get(type(record), ()))


def identify(session: Session, dossier_id: UUID) -> None:
    """Read a dossier's identity into its summary, which is begun where there is none."""
    connection = session.connection()
    found = connection.execute(_IDENTIFY, {"dossier": dossier_id})
    if not found.rowcount:
        connection.execute(_BEGIN, {"dossier": dossier_id})


_BEGIN = insert(_TABLE).values(
    dossier_id=_DOSSIER,
    mark="",
    facts="{}",
    number=columns_of(func.coalesce(func.max(_C.number), 0) + 1).scalar_subquery(),
    **_IDENTITY,
)


def settle(store: Store) -> bool:
    """Begin the summaries that are missing; whether any was."""
    wanted = columns_of(File.id).where(~File.id.in_(columns_of(_C.dossier_id)))
    with store.session() as session:
        missing = session.connection().execute(wanted).scalars().all()
        for dossier_id in missing:
            identify(session, dossier_id)
        session.commit()
    return bool(missing)


def keep(
    session: Session,
    dossier_id: UUID,
    mark: str,
    facts: Mapping[str, Any],
    conflicts: int,
    today: dt.date,
) -> None:
    """Keep what was judged of a dossier today: `facts` as of `Review.summary()`."""
    left, found = facts["days_left"], facts["findings"]
    values = {
        "mark": mark,
        "facts": json.dumps(facts, ensure_ascii=False),
        "step": _NUMBERS.get(facts["step"]),
        **{name: facts[name] for name in ("own_level", "level", "target", "score")},
        "due": None if left is None else today + dt.timedelta(left),
        "handed": all(state == "done" for state in facts["steps"].values()),
        **{weight: found[weight] for weight in ("block", "warn", "info")},
        "conflicts": conflicts,
        "judged_on": today,
    }
    if not _set(session, dossier_id, values):
        identify(session, dossier_id)
        _set(session, dossier_id, values)


def forget(session: Session, dossier_id: UUID) -> None:
    """Forget all that was judged of a dossier: it may tell of what was erased."""
    _set(session, dossier_id, {**dict.fromkeys(_JUDGED), "mark": "", "facts": "{}"})


def touch(session: Session, dossier_id: UUID) -> None:
    """Note that a dossier changed since it was judged."""
    session.connection().execute(_TOUCH, {"dossier": dossier_id})


_TOUCH = (
    update(_TABLE)
    .where(_C.dossier_id == _DOSSIER, _C.judged_on.is_not(None))
    .values(judged_on=None)
)


def stale(store: Store, today: dt.date) -> list[UUID]:
    """The dossiers that changed since they were judged, then those judged on another day."""
    fresh = _C.judged_on.is_(None)
    wanted = columns_of(_C.dossier_id).where(or_(fresh, _C.judged_on != today))
    with store.session() as session:
        rows = session.connection().execute(wanted.order_by(fresh.desc(), _C.number.desc()))
        return list(rows.scalars())


def _set(session: Session, dossier_id: UUID, values: Mapping[str, Any]) -> bool:
    """Whether there was a summary to set these columns of."""
    wanted = update(_TABLE).where(_C.dossier_id == dossier_id).values(**values)
    return bool(session.connection().execute(wanted).rowcount)
