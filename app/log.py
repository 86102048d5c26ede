"""The change log: every edit as a row, from which the records follow.

The current value of a field is what its unsuperseded row says; two unsuperseded rows with different
values are a conflict that a person decides. Merging is the union of rows. The row format is final.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID, uuid4, uuid5

from sqlalchemy import Index, UniqueConstraint, bindparam, func
from sqlmodel import Field, Session, SQLModel, col, select

from forms.errors import UserError
from forms.record import forms

CHAIN_START = "0" * 64
UNNOTED = "unnoted"
"""Set in a session's `info`: what it writes is no edit of this person that could be undone."""
PURGED = "purged"
"""A row of this field says why a record was erased; no form has such a field."""


class LogRow(SQLModel, table=True):
    """One editing session of one field.

    `field` is a path (``name`` or, for an entry of a keyed field, ``directions.MES``); `value` is
    canonical JSON; `supersedes` the ids of the rows the editor saw; `counter` a Lamport counter a
    dossier; `at` wall time with offset, for display alone. `payload_hash` covers salt and value,
    and `link` chains the rows of one device and dossier over headers and payload hashes, so that a
    purge (value and salt gone, hash kept) breaks nothing. A row without `link` is still being
    typed. `live` is derived: no known row of the same field supersedes this one.
    """

    __tablename__ = "log"
    __table_args__ = (
        UniqueConstraint("dossier_id", "device", "counter"),
        Index("log_field", "dossier_id", "record_id", "field"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    dossier_id: UUID
    form: str
    record_id: UUID
    field: str
    value: str | None = None
    salt: str | None = None
    payload_hash: str = ""
    supersedes: str = "[]"
    counter: int
    device: UUID
    person: str = ""
    at: str = ""
    link: str | None = None
    live: bool = True

    @property
    def seen(self) -> list[str]:
        """The ids of the rows this one supersedes."""
        return [str(item) for item in json.loads(self.supersedes)]

    def payload(self) -> Any:
        """The value as JSON; None where it was purged."""
        return None if self.value is None else json.loads(self.value)

    @property
    def rank(self) -> tuple[int, str]:
        """Which of several live rows shows: the highest (counter, device)."""
        return self.counter, str(self.device)


# Said once: putting a statement together takes longer than SQLite takes to answer it, and each edit
# of a field asks several.
_OF_DOSSIER = col(LogRow.dossier_id) == bindparam("dossier")
_OPEN = select(LogRow).where(_OF_DOSSIER, col(LogRow.link).is_(None))
NEWEST = select(func.max(LogRow.counter)).where(_OF_DOSSIER)
_HEADS = select(LogRow).where(
    _OF_DOSSIER, col(LogRow.record_id) == bindparam("record"), col(LogRow.live)
)
_FIELD_HEADS = _HEADS.where(col(LogRow.field) == bindparam("field"))
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


def canonical(value: Any) -> str:
    """JSON with one spelling a value: sorted keys, no blanks, no escapes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def payload_hash(salt: str, value: str) -> str:
    """SHA-256 over salt and canonical value, so that a short purged value cannot be guessed."""
    return hashlib.sha256(f"{salt}\n{value}".encode("utf-8", "surrogatepass")).hexdigest()


def chain_link(previous: str, row: LogRow) -> str:
    """The chain hash of a sealed row: the previous link, the header, the payload's hash."""
    header = [
        str(row.id), str(row.dossier_id), row.form, str(row.record_id), row.field, row.seen,
        row.counter, str(row.device), row.person, row.at, row.payload_hash,
    ]  # fmt: skip
    return hashlib.sha256(
        (previous + canonical(header)).encode("utf-8", "surrogatepass")
    ).hexdigest()


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
        for counter, (form, record_id, field, value) in enumerate(rows, 1):
            # Who does not hold the content cannot work out the salt of a purged value.
            salt = hmac.digest(key, str(counter).encode(), "sha256").hex()[:16]
            spelled = canonical(value)
            row = LogRow(
                id=uuid5(device, str(counter)), dossier_id=dossier_id, form=form,
                record_id=record_id, field=field, value=spelled, salt=salt,
                payload_hash=payload_hash(salt, spelled), counter=counter, device=device,
            )  # fmt: skip
            row.link = previous = chain_link(previous, row)
            self._session.add(row)
        self._session.flush()

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

    def unite(self, dossier_id: UUID, foreign: Iterable[LogRow]) -> set[UUID]:
        """Take in rows of another store; answers with the ids of the records they touch.

        The rows must have passed `check_rows`. What is known already changes nothing; what one side
        purged is purged here, and no later merge revives it. Raises UserError where two copies of
        one data folder went on under one device's name.
        """
        self.seal(dossier_id)
        self._session.info[UNNOTED] = True
        known = {
            row.id: row
            for row in self._session.exec(select(LogRow).where(LogRow.dossier_id == dossier_id))
        }
        places = {(row.device, row.counter): row.id for row in known.values()}
        touched: set[UUID] = set()
        twins: list[tuple[LogRow, LogRow]] = []
        for row in foreign:
            twin = known.get(row.id)
            if places.get((row.device, row.counter), row.id) != row.id or (
                twin is not None and twin.link != row.link
            ):
                raise UserError(
                    "对方的修改记录与本机的出自同一数据文件夹的两份副本，没有收入，本机内容未变，"
                    "请让对方改用导出的文件包。"
                )
            if twin is None:
                known[row.id] = LogRow(**row.model_dump())
                self._session.add(known[row.id])
                touched.add(row.record_id)
            elif (row.value is None) != (twin.value is None):
                twins.append((twin, row))
        touched |= _purge_again(known.values(), twins)
        self._relive(known)
        self._session.flush()
        return touched

    def _relive(self, known: dict[UUID, LogRow]) -> None:
        """Work out again which rows are live: superseded only by a row of the same field."""
        superseded: set[UUID] = set()
        for row in known.values():
            for item in row.seen:
                other = known.get(UUID(item))
                if other and (other.record_id, other.field) == (row.record_id, row.field):
                    superseded.add(other.id)
        for row in known.values():
            row.live = row.id not in superseded

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
        return {record for record, form in self._session.exec(query) if _can_go(form)}

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


def _purge_again(rows: Iterable[LogRow], twins: list[tuple[LogRow, LogRow]]) -> set[UUID]:
    """Have nothing stand of records that one side purged, whatever the other wrote in them since;
    the records concerned. `twins` are rows of which one side has the value and the other has not.

    A value that is gone without a purge is no purge, and comes back.
    """
    rows = list(rows)
    purged = {row.record_id for row in rows if row.field == PURGED and _can_go(row.form)}
    touched: set[UUID] = set()
    for twin, row in twins:
        if twin.value is None and row.record_id not in purged:
            twin.value, twin.salt = row.value, row.salt
            touched.add(row.record_id)
        elif row.value is None and row.record_id in purged:
            twin.value = twin.salt = None
            touched.add(row.record_id)
    for row in rows:
        spoken = row.value is not None and row.field not in (PURGED, "withdrawn")
        if spoken and row.record_id in purged:
            row.value = row.salt = None
            touched.add(row.record_id)
    return touched


def _can_go(form: str) -> bool:
    """Whether a form's records may be purged: those that every dossier has are its parts."""
    return form not in forms() or not forms()[form].single


def check_rows(
    rows: list[LogRow], dossier_id: UUID, heads: Mapping[UUID, tuple[int, str]] | None = None
) -> str:
    """What is wrong with rows from outside, in English for the log file; "" where nothing is.

    Whole chains are wanted: each device's rows in counter order, each link following from the one
    before, each payload matching its hash unless it was purged. `heads` are, by device, counter and
    link of the rows that are known to be right: a chain goes on from there.
    """
    chains: dict[UUID, list[LogRow]] = {}
    for row in rows:
        if row.dossier_id != dossier_id:
            return "a row belongs to another dossier"
        if row.value is not None and payload_hash(row.salt or "", row.value) != row.payload_hash:
            return f"row {row.id}: the value does not match its hash"
        chains.setdefault(row.device, []).append(row)
    for device, chain in chains.items():
        counter, previous = (heads or {}).get(device, (0, CHAIN_START))
        for row in sorted(chain, key=lambda item: item.counter):
            previous = chain_link(previous, row)
            if previous != row.link or row.counter <= counter:
                return f"row {row.id}: the chain is broken"
    return ""
