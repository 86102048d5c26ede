"""The summary of each dossier.

A summary is disposable. Who the enterprise is follows each edit in the same transaction
(`identify`, called by `app.following`); what was judged is written by `keep`, and stands until the
dossier is judged again. `app.portfolio` asks over all of them.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any
from uuid import UUID

from sqlalchemy import Index, bindparam, func, insert, inspect, or_, text, update
from sqlalchemy import select as columns_of
from sqlmodel import Field, Session, SQLModel

from app.store import Store
from forms.dossier import Enterprise, File, Member, Provider
from forms.errors import UserError
from forms.record import Record
from forms.steps import DIAGNOSIS, STEPS

LISTED = (
    *("number", "withdrawn", "step", "own_level", "level", "target", "score", "due", "handed"),
    *("block", "warn", "info", "conflicts", "judged_on", "district", "industry", "size"),
    *("consultant", "provider", "batch", "code", "name", "words", "dossier_id"),
)


class SummaryRow(SQLModel, table=True):
    """What lists show and count of a dossier; disposable, worked out again when `mark` is stale.

    `mark` is the log's head and the pack's version that the judgements (`step` to `conflicts`, and
    `facts`, JSON) were worked out from, `judged_on` the day; None where the dossier was never
    judged, or changed since. `number` counts the dossiers in the order in which they came.
    `consultant` is the dossier's 负责人, or the team's 组长 where none is typed. `step` is the
    plan's 1 to 14, levels 0 to 4 (None: not whole), `score` thousandths, `due` the last day of the
    agreement's term, `handed` whether every step of the diagnosis is done. `words` is what a list
    is searched by: a line each, in lower case.
    """

    __tablename__ = "summary"
    # All that lists show, filter and sort by, in one index in the order in which dossiers came: its
    # narrow rows are gone through within milliseconds, whatever is asked of them.
    __table_args__ = (Index("summary_list", *LISTED),)
    dossier_id: UUID = Field(primary_key=True)
    mark: str = ""
    facts: str = "{}"
    number: int | None = None
    withdrawn: bool | None = None
    words: str = ""
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


_TABLE: Any = SummaryRow.__table__  # type: ignore[attr-defined]
_C = _TABLE.c
_JUDGED = (
    *("step", "own_level", "level", "target", "score", "due", "handed"),
    *("block", "warn", "info", "conflicts", "judged_on"),
)
_DOSSIER = bindparam("dossier", type_=_C.dossier_id.type)
_NUMBERS = {step.key: step.number for step in STEPS}


@dataclass(frozen=True, slots=True)
class Summary:
    """What the home list shows of one dossier; judgements are None until it was first reviewed."""

    id: UUID
    name: str
    district: str
    industry: str
    code: str
    facts: dict[str, Any]


def listed(store: Store, query: str) -> list[Summary]:
    """The dossiers, newest first; `query` looks in the enterprise's name."""
    found = []
    with store.session() as session:
        rows = session.connection().execute(_HOME, {"like": f"%{_escape(query)}%"})
        for dossier, facts, *words in rows:
            name, district, industry, code = (each or "" for each in words)
            details = json.loads(facts) if facts else {}
            found.append(Summary(UUID(dossier), name, district, industry, code, details))
    return found


def named(store: Store, wanted: str) -> UUID:
    """A dossier by its id or the enterprise's name; UserError where none or several fit."""
    wanted = wanted.strip()
    # An empty word stands in every name, and is that of a dossier without one.
    found = listed(store, wanted) if wanted else []
    hits = [s.id for s in listed(store, "") if wanted.lower() == str(s.id)]
    hits = hits or [s.id for s in found if s.name == wanted] or [s.id for s in found]
    if len(hits) == 1:
        return hits[0]
    word = "没有找到" if not hits else "不止一份"
    raise UserError(f"{word}名为“{wanted}”的档案，未作任何改动，请改用 list 命令列出的编号。")


_HOME = text(
    "SELECT d.id, s.facts, e.name, e.district, e.industry, e.credit_code FROM dossier d "
    "LEFT JOIN enterprise e ON e.dossier_id = d.id LEFT JOIN summary s ON s.dossier_id = d.id "
    "WHERE NOT d.withdrawn AND coalesce(e.name, '') LIKE :like ESCAPE '\\' "
    "ORDER BY d.rowid DESC"
)


def _escape(query: str) -> str:
    """A search word as LIKE takes it literally."""
    return query.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _columns(form: type[Record]) -> Any:
    return form.__table__.c  # type: ignore[attr-defined]


def _one(form: type[Record], name: str) -> Any:
    """A single form's text, "" where there is none."""
    columns = _columns(form)
    wanted = columns_of(columns[name]).where(columns.dossier_id == _DOSSIER)
    return func.coalesce(wanted.scalar_subquery(), "")


_FILE, _MEMBER = _columns(File), _columns(Member)
_LEAD = (
    columns_of(_MEMBER.name)
    .where(_MEMBER.dossier_id == _DOSSIER, _MEMBER.lead, ~_MEMBER.withdrawn)
    .order_by(_MEMBER.position)
    .limit(1)
)
_IDENTITY: dict[str, Any] = {
    "name": _one(Enterprise, "name"),
    "code": _one(Enterprise, "credit_code"),
    "district": _one(Enterprise, "district"),
    "industry": _one(Enterprise, "industry"),
    "size": _one(Enterprise, "size"),
    "provider": _one(Provider, "name"),
    "batch": _one(File, "batch"),
    "consultant": func.coalesce(func.nullif(_one(File, "owner"), ""), _LEAD.scalar_subquery(), ""),
    "withdrawn": func.coalesce(
        columns_of(_FILE.withdrawn).where(_FILE.id == _DOSSIER).scalar_subquery(), False
    ),
}
_LINES = (_IDENTITY[name] for name in ("name", "code", "district", "industry", "consultant"))
_IDENTITY["words"] = func.lower(reduce(lambda before, line: before + "\n" + line, _LINES))
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
    step=1,
    number=columns_of(func.coalesce(func.max(_C.number), 0) + 1).scalar_subquery(),
    **_IDENTITY,
)


def settle(store: Store) -> bool:
    """Begin the summaries that are missing; whether any was."""
    wanted = columns_of(_FILE.id).where(~_FILE.id.in_(columns_of(_C.dossier_id)))
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
        "handed": all(facts["steps"][key] == "done" for key in DIAGNOSIS),
        **{weight: found[weight] for weight in ("block", "warn", "info")},
        "conflicts": conflicts,
        "judged_on": today,
    }
    if not _set(session, dossier_id, values):
        identify(session, dossier_id)
        _set(session, dossier_id, values)


def forget(session: Session, dossier_id: UUID) -> None:
    """Forget all that was judged of a dossier: it may tell of what was erased."""
    _set(session, dossier_id, {**dict.fromkeys(_JUDGED), "step": 1, "mark": "", "facts": "{}"})


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
