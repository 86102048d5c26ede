"""A row of the change log, whose format is final; how rows are spelled, hashed and chained."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID, uuid4

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from forms.record import forms

CHAIN_START = "0" * 64
PURGED = "purged"
"""A row of this field says why a record was erased; no form has such a field."""
_OPEN = text("link IS NULL")


class Row(Protocol):
    """What a row of the log says, wherever it lies: see `LogRow`."""

    id: UUID
    dossier_id: UUID
    form: str
    record_id: UUID
    field: str
    value: str | None
    salt: str | None
    payload_hash: str
    supersedes: str
    counter: int
    device: UUID
    person: str
    at: str
    link: str | None

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
        # The row that is being typed, among any number: asked with each key, and at each start.
        Index("log_open", "dossier_id", sqlite_where=_OPEN, postgresql_where=_OPEN),
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


def canonical(value: Any) -> str:
    """JSON with one spelling a value: sorted keys, no blanks, no escapes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def payload_hash(salt: str, value: str) -> str:
    """SHA-256 over salt and canonical value, so that a short purged value cannot be guessed."""
    return hashlib.sha256(f"{salt}\n{value}".encode("utf-8", "surrogatepass")).hexdigest()


def chain_link(previous: str, row: Row) -> str:
    """The chain hash of a sealed row: the previous link, the header, the payload's hash."""
    header = [
        str(row.id), str(row.dossier_id), row.form, str(row.record_id), row.field, row.seen,
        row.counter, str(row.device), row.person, row.at, row.payload_hash,
    ]  # fmt: skip
    return hashlib.sha256(
        (previous + canonical(header)).encode("utf-8", "surrogatepass")
    ).hexdigest()


def can_go(form: str) -> bool:
    """Whether a form's records may be purged: those that every dossier has are its parts."""
    return form not in forms() or not forms()[form].single


def check_rows(
    rows: Sequence[Row], dossier_id: UUID, heads: Mapping[UUID, tuple[int, str]] | None = None
) -> str:
    """What is wrong with rows from outside, in English for the log file; "" where nothing is.

    Whole chains are wanted: each device's rows in counter order, each link following from the one
    before, each payload matching its hash unless it was purged. `heads` are, by device, counter and
    link of the rows that are known to be right: a chain goes on from there.
    """
    chains: dict[UUID, list[Row]] = {}
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
