"""The change log: every edit as a row, from which the records follow.

The current value of a field is what its unsuperseded row says; two unsuperseded rows with different
values are a conflict that a person decides. Merging is the union of rows. The row format is final.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID, uuid5

from sqlalchemy import bindparam, func, insert
from sqlmodel import Session, col, select

from app.log_row import (
    CHAIN_START,
    PURGED,
    LogRow,
    Row,
    can_go,
    canonical,
    chain_link,
    check_rows,
    payload_hash,
)
from app.log_union import united

__all__ = [
    "CHAIN_START",
    "PURGED",
    "UNNOTED",
    "Log",
    "LogRow",
    "Row",
    "canonical",
    "chain_link",
    "check_rows",
    "payload_hash",
]

UNNOTED = "unnoted"
"""Set in a session's `info`: what it writes is no edit of this person that could be undone."""


# Said once: putting a statement together takes longer than SQLite takes to answer it, and each edit
# of a field asks several.
_OF_DOSSIER = col(LogRow.dossier_id) == bindparam("dossier")
_OPEN = select(LogRow).where(_OF_DOSSIER, col(LogRow.link).is_(None))
NEWEST = select(func.max(LogRow.counter)).where(_OF_DOSSIER)
_HEADS = select(LogRow).where(
    _OF_DOSSIER, col(LogRow.record_id) == bindparam("record"), col(LogRow.live)
)
_FIELD_HEADS = _HEADS.where(col(LogRow.field) == bindparam("field"))
_PURGE = select(LogRow.id).where(
    _OF_DOSSIER, col(LogRow.record_id) == bindparam("record"), col(LogRow.field) == PURGED
)
_CROWDED = (
    select(LogRow.record_id, LogRow.field)
    .where(_OF_DOSSIER, col(LogRow.live))
    .group_by(col(LogRow.record_id), col(LogRow.field))
    .having(func.count() > 1)
)
_LAST_LINK = (
    select(LogRow.link)
    .where(_OF_DOSSIER, col(LogRow.device) == bindparam("device"), col(LogRow.link).is_not(None))
    .order_by(col(LogRow.counter).desc())
    .limit(1)
)


class Log:
    """The log of one store, within one open transaction of `session`."""

    def __init__(self, session: Session, device: UUID, person: str) -> None:
        self._session = session
        self._device = device
        self._person = person

    @property
    def device(self) -> UUID:
        """In whose name it writes."""
        return self._device

    def heads(self, dossier_id: UUID, record_id: UUID, field: str | None = None) -> list[LogRow]:
        """The live rows of one record, or of one field of it; the one that shows comes first."""
        where = {"dossier": dossier_id, "record": record_id}
        if field is None:
            found = self._session.exec(_HEADS, params=where)
        else:
            found = self._session.exec(_FIELD_HEADS, params={**where, "field": field})
        return sorted(found, key=lambda row: row.rank, reverse=True)

    def write(
        self,
        dossier_id: UUID,
        form: str,
        record_id: UUID,
        field: str,
        value: Any,
        seen: Iterable[LogRow] | None = None,
    ) -> LogRow:
        """Note one edit; typing on in the same field goes into the row that is still open.

        `seen` are the rows the editor saw; by default the one that shows. Choosing in a conflict
        passes all of them.
        """
        spelled = canonical(value)
        row = self.open_row(dossier_id)
        if row is not None and (row.form, row.record_id, row.field) != (form, record_id, field):
            self._close(row)
            row = None
        if row is None:
            rows = self.heads(dossier_id, record_id, field)[:1] if seen is None else list(seen)
            row = self._begin(dossier_id, form, record_id, field, rows)
        row.value, row.salt = spelled, row.salt or secrets.token_hex(8)
        row.payload_hash = payload_hash(row.salt, spelled)
        row.at = dt.datetime.now().astimezone().isoformat(timespec="seconds")
        row.person = self._person
        self._session.add(row)
        self._session.flush()
        return row

    def write_fresh(self, dossier_id: UUID, edits: Iterable[tuple[str, UUID, str, Any]]) -> None:
        """Note the edits (form, record, field, JSON value) of a dossier that has no log yet.

        The rows follow from the content alone, down to ids and chain: one file imported on two
        laptops is one history, and not two that contradict each other everywhere.
        """
        rows = list(edits)
        spelling = canonical(
            [[form, str(record), field, value] for form, record, field, value in rows]
        )
        key = hashlib.sha256(spelling.encode("utf-8", "surrogatepass")).digest()
        device = uuid5(dossier_id, f"import {key.hex()}")
        previous = CHAIN_START
        made: list[dict[str, Any]] = []
        for counter, (form, record_id, field, value) in enumerate(rows, 1):
            # Who does not hold the content cannot work out the salt of a purged value.
            salt = hmac.digest(key, str(counter).encode(), "sha256").hex()[:16]
            spelled = canonical(value)
            row: dict[str, Any] = {
                "id": uuid5(device, str(counter)), "dossier_id": dossier_id, "form": form,
                "record_id": record_id, "field": field, "value": spelled, "salt": salt,
                "payload_hash": payload_hash(salt, spelled), "supersedes": "[]",
                "counter": counter, "device": device, "person": "", "at": "", "live": True,
            }  # fmt: skip
            previous = chain_link(previous, cast(Row, SimpleNamespace(seen=[], **row)))
            made.append({**row, "link": previous})
        if made:  # past the session's objects: keeping one for each row takes most of the time
            self._session.connection().execute(insert(LogRow), made)

    def _begin(
        self, dossier_id: UUID, form: str, record_id: UUID, field: str, seen: list[LogRow]
    ) -> LogRow:
        newest = self._session.exec(NEWEST, params={"dossier": dossier_id}).one()
        for row in seen:
            if row.field == field:
                row.live = False
        return LogRow(
            dossier_id=dossier_id, form=form, record_id=record_id, field=field,
            supersedes=canonical(sorted(str(row.id) for row in seen)),
            counter=(newest or 0) + 1, device=self._device,
        )  # fmt: skip

    def open_row(self, dossier_id: UUID) -> LogRow | None:
        """The row that is being typed, of which a dossier has at most one."""
        return self._session.exec(_OPEN, params={"dossier": dossier_id}).first()

    def seal(self, dossier_id: UUID) -> None:
        """Close the open row: it gets its place in this device's chain."""
        row = self.open_row(dossier_id)
        if row is not None:
            self._close(row)

    def _close(self, row: LogRow) -> None:
        where = {"dossier": row.dossier_id, "device": row.device}
        last = self._session.exec(_LAST_LINK, params=where).first()
        row.link = chain_link(last or CHAIN_START, row)
        self._session.add(row)
        self._session.flush()

    def rows(self, dossier_id: UUID) -> list[LogRow]:
        """Every sealed row, in (counter, device) order."""
        found = self._session.exec(
            select(LogRow).where(LogRow.dossier_id == dossier_id, col(LogRow.link).is_not(None))
        )
        return sorted(found, key=lambda row: row.rank)

    def unite(self, dossier_id: UUID, foreign: Iterable[Row]) -> set[UUID]:
        """Take in rows of another store; answers with the ids of the records they touch.

        The rows must have passed `check_rows`. What is known already changes nothing; what one side
        purged is purged here, and no later merge revives it. Raises UserError where two copies of
        one data folder went on under one device's name.
        """
        self.seal(dossier_id)
        self._session.info[UNNOTED] = True
        return united(self._session, dossier_id, foreign)

    def conflicts(self, dossier_id: UUID) -> dict[tuple[UUID, str], list[LogRow]]:
        """Fields with several live rows that differ, and withdrawals that others edited against.

        The latter stand under the path ``withdrawn``, with the withdrawal first.
        """
        groups: dict[tuple[UUID, str], list[LogRow]] = {}
        for record, field in self._session.exec(_CROWDED, params={"dossier": dossier_id}):
            rows = self.heads(dossier_id, record, field)
            if len({row.value for row in rows}) > 1:
                groups[record, field] = rows
        for record_id, rows in self._edited_while_withdrawn(dossier_id).items():
            groups.setdefault((record_id, "withdrawn"), []).extend(
                row for row in rows if row not in groups.get((record_id, "withdrawn"), [])
            )
        gone = self.purged(dossier_id) if groups else ()
        return {where: rows for where, rows in groups.items() if where[0] not in gone}

    def purged(self, dossier_id: UUID) -> set[UUID]:
        """The records that were purged, of which nothing is left to decide or to show."""
        query = select(LogRow.record_id, LogRow.form).where(
            LogRow.dossier_id == dossier_id, LogRow.field == PURGED
        )
        return {record for record, form in self._session.exec(query) if can_go(form)}

    def is_purged(self, dossier_id: UUID, form: str, record_id: UUID) -> bool:
        """Whether one record was purged."""
        where = {"dossier": dossier_id, "record": record_id}
        return can_go(form) and self._session.exec(_PURGE, params=where).first() is not None

    def _edited_while_withdrawn(self, dossier_id: UUID) -> dict[UUID, list[LogRow]]:
        """Withdrawals and, behind them, the edits of the same record that none of them saw."""
        withdrawals: dict[UUID, list[LogRow]] = {}
        for row in self._session.exec(
            select(LogRow).where(
                LogRow.dossier_id == dossier_id,
                LogRow.field == "withdrawn",
                LogRow.value == "true",
                col(LogRow.live),
            )
        ):
            withdrawals.setdefault(row.record_id, []).append(row)
        found = {}
        for record_id, rows in withdrawals.items():
            seen = {item for row in rows for item in row.seen}
            unseen = [
                row
                for row in self.heads(dossier_id, record_id)
                if str(row.id) not in seen and row.field != "withdrawn"
            ]
            if unseen:
                found[record_id] = [*rows, *unseen]
        return found
