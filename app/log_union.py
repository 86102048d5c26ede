"""The union of two logs: what a merge is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, update
from sqlmodel import Session, col, select

from app.log_row import PURGED, LogRow, Row, can_go
from forms.errors import UserError

_COLUMNS = tuple(name for name in LogRow.model_fields if name != "live")
_ERASED = {"value": None, "salt": None}
_KNOWN = select(
    LogRow.id, LogRow.dossier_id, LogRow.form, LogRow.record_id, LogRow.field, LogRow.supersedes,
    LogRow.counter, LogRow.device, LogRow.link, LogRow.live,
    col(LogRow.value).is_not(None).label("spoken"),
).where(col(LogRow.dossier_id) == bindparam("dossier"))  # type: ignore[call-overload]  # fmt: skip


def united(session: Session, dossier_id: UUID, foreign: Iterable[Row]) -> set[UUID]:
    """Take rows in that passed `check_rows`: see `Log.unite`."""
    # Tens of thousands of rows may be known or come: they are gone through as plain values.
    known = {row.id: row for row in session.execute(_KNOWN, {"dossier": dossier_id})}
    places = {(row.device, row.counter): row.id for row in known.values()}
    made: dict[UUID, dict[str, Any]] = {}
    twins: list[Row] = []
    for row in foreign:
        twin = known.get(row.id)
        if places.setdefault((row.device, row.counter), row.id) != row.id or (
            twin is not None and twin.link != row.link
        ):
            raise UserError(
                "对方的修改记录与本机的出自同一数据文件夹的两份副本，没有收入，本机内容未变，"
                "请让对方改用导出的文件包。"
            )
        if twin is None:
            made[row.id] = {name: getattr(row, name) for name in _COLUMNS}
        elif (row.value is None) == twin.spoken:
            twins.append(row)
    touched = {row["record_id"] for row in made.values()}
    touched |= _purge_again(session, known, made, twins)
    _relive(session, known, made)
    if made:
        session.execute(insert(LogRow), list(made.values()))
    session.flush()
    session.expire_all()
    return touched


def _purge_again(
    session: Session, known: Mapping[UUID, Any], made: dict[UUID, dict[str, Any]], twins: list[Row]
) -> set[UUID]:
    """Have nothing stand of records that one side purged, whatever the other wrote in them
    since; the records concerned. `twins` are rows of which one side alone has the value.

    A value that is gone without a purge is no purge, and comes back.
    """
    told = [(row.record_id, row.form) for row in known.values() if row.field == PURGED]
    told += [(r["record_id"], r["form"]) for r in made.values() if r["field"] == PURGED]
    purged = {record for record, form in told if can_go(form)}
    changed: dict[UUID, dict[str, Any]] = {}
    for row in twins:
        if row.value is not None and row.record_id not in purged:
            changed[row.id] = {"value": row.value, "salt": row.salt}
        elif row.value is None and row.record_id in purged:
            changed[row.id] = dict(_ERASED)
    kept = (PURGED, "withdrawn")
    for each in known.values():
        if each.record_id in purged and each.spoken and each.field not in kept:
            changed[each.id] = dict(_ERASED)
    for each in made.values():
        if each["record_id"] in purged and each["field"] not in kept:
            each.update(_ERASED)
    _update(session, changed)
    return {known[each].record_id for each in changed}


def _relive(session: Session, known: Mapping[UUID, Any], made: dict[UUID, dict[str, Any]]) -> None:
    """Work out again which rows are live: superseded only by a row of the same field."""
    fields = {row.id: (row.record_id, row.field) for row in known.values()}
    fields |= {each: (row["record_id"], row["field"]) for each, row in made.items()}
    superseded: set[UUID] = set()
    seen = [(row.id, row.supersedes) for row in known.values()]
    for each, rests in [*seen, *((each, row["supersedes"]) for each, row in made.items())]:
        if rests != "[]":
            others = map(UUID, json.loads(rests))
            superseded |= {item for item in others if fields.get(item) == fields[each]}
    _update(
        session,
        {
            row.id: {"live": row.id not in superseded}
            for row in known.values()
            if row.live == (row.id in superseded)
        },
    )
    for each, row in made.items():
        row["live"] = each not in superseded


def _update(session: Session, changed: Mapping[UUID, Mapping[str, Any]]) -> None:
    if changed:
        rows = [{"id": each, **values} for each, values in changed.items()]
        session.execute(update(LogRow), rows)
