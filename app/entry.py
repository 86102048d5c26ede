"""What is new, written in one go: its log rows and its records together.

`Workbench.add` comes to the same by one edit a field, which looks the field's history up each time;
an entry that is new has none. Where hundreds are taken in at once, that is most of the time.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable, Mapping
from functools import cache
from types import SimpleNamespace
from typing import Any, NamedTuple, cast
from uuid import UUID, uuid4

from fractional_indexing import FIError, generate_key_between
from sqlalchemy import bindparam, insert, text
from sqlmodel import Session, col, func, select

from app import undo
from app.following import follow
from app.log import CHAIN_START, Log, LogRow, Row, canonical, chain_link, payload_hash
from app.records import field_spec, plain, store_value
from forms.fields import parse
from forms.record import Record, form_of, forms, single_id


class NewEntry:
    """Writes new top-level entries of one dossier, within one open transaction of `session`."""

    def __init__(self, session: Session, device: UUID, person: str, dossier_id: UUID) -> None:
        self._session = session
        self._device = device
        self._person = person
        self._dossier = dossier_id

    def write(
        self, form: type[Record], values: dict[str, Any], record_id: UUID | None = None
    ) -> UUID:
        """The entry's id; it stands last. `values` by field, none of them keyed.

        Raises UserError for a field the form does not have or a value it refuses. The dossier must
        be in the store.
        """
        record = form(id=record_id or uuid4(), dossier_id=self._dossier)
        parsed = {"position": self._last_place(form)}
        for name, raw in values.items():
            parsed[name] = parse(field_spec(form, name), raw)
        for name, value in parsed.items():
            store_value(record, name, value)
        self._session.add(record)
        self._session.flush()
        rows = self._rows(record, parsed)
        _insert(self._session, rows)
        undo.began(self._session, self._dossier, (row["counter"] for row in rows))
        return record.id

    def _rows(self, record: Record, values: dict[str, Any]) -> list[dict[str, Any]]:
        """A sealed log row's columns a field, chained behind this device's last one."""
        Log(self._session, self._device, self._person).seal(self._dossier)
        place = _Place(self._dossier, form_of(record), record.id)
        return _chained(place, values, self._log_state(), self._device, self._person)

    def _log_state(self) -> tuple[int, str]:
        """The dossier's highest counter, and the last link of this device's chain."""
        where = {"dossier": self._dossier.hex, "device": self._device.hex}
        counter, link = self._session.connection().execute(_STATE, where).one()
        return counter or 0, link or CHAIN_START

    def _last_place(self, form: type[Record]) -> str:
        """A position behind the last one, as `Records.place` finds it, by the database alone."""
        where = {"dossier": self._dossier}
        last = self._session.connection().execute(_last_position(form), where).scalar()
        try:
            return str(generate_key_between(last or None, None))
        except (FIError, ValueError, IndexError, RecursionError):
            return f"{last or 'a0'}V"  # a position from outside that is no fractional index


def write_dossiers(
    session: Session,
    device: UUID,
    person: str,
    new: Iterable[tuple[UUID, Mapping[str, Mapping[str, Any]]]],
) -> None:
    """New dossiers within one open transaction: of each its id, and the values of its own record
    ("dossier") and of single forms, none of them keyed. UserError as of `NewEntry.write`.
    """
    records: dict[str, list[dict[str, Any]]] = {"dossier": []}  # which all others refer to
    rows: list[dict[str, Any]] = []
    for dossier_id, parts in new:
        state = (0, CHAIN_START)
        for form, values in parts.items():
            kind = forms()[form]
            record = dossier_id if form == "dossier" else single_id(dossier_id, form)
            parsed = {n: parse(field_spec(kind, n), raw) for n, raw in values.items()}
            own = {"id": record, "dossier_id": dossier_id, **parsed}
            records.setdefault(form, []).append({**_blank(form), **own})
            made = _chained(_Place(dossier_id, form, record), parsed, state, device, person)
            state = (made[-1]["counter"], made[-1]["link"]) if made else state
            rows += made
    # Past the session's objects: keeping one for each takes half of the time.
    for form, found in records.items():
        if found:
            session.connection().execute(insert(forms()[form]), found)
    _insert(session, rows)
    follow(session).begun(row["id"] for row in records["dossier"])


def _insert(session: Session, rows: list[dict[str, Any]]) -> None:
    """Past the session's objects: keeping one for each row takes most of the time."""
    if rows:
        session.connection().execute(_INSERT, rows)
        follow(session).written((row["dossier_id"], row["record_id"]) for row in rows)


class _Place(NamedTuple):
    """Which record a row of the log is of."""

    dossier: UUID
    form: str
    record: UUID


def _chained(
    place: _Place, values: Mapping[str, Any], state: tuple[int, str], device: UUID, person: str
) -> list[dict[str, Any]]:
    """A sealed log row's columns a field, behind the counter and link that `state` holds."""
    counter, previous = state
    at = dt.datetime.now().astimezone().isoformat(timespec="seconds")
    rows = []
    for name, value in values.items():
        counter += 1
        spelled, salt = canonical(plain(value)), secrets.token_hex(8)
        row: dict[str, Any] = {
            **{"id": uuid4(), "dossier_id": place.dossier, "form": place.form},
            **{"record_id": place.record, "field": name, "value": spelled, "salt": salt},
            **{"payload_hash": payload_hash(salt, spelled), "supersedes": "[]"},
            **{"counter": counter, "device": device, "person": person, "at": at, "live": True},
        }
        previous = chain_link(previous, cast(Row, SimpleNamespace(seen=[], **row)))
        rows.append({**row, "link": previous})
    return rows


@cache
def _blank(form: str) -> dict[str, Any]:
    """What a new record of a form holds before anything is typed."""
    fields = forms()[form].model_fields
    return {name: info.get_default(call_default_factory=True) for name, info in fields.items()}


@cache
def _last_position(form: type[Record]) -> Any:
    """Said once a form: putting a statement together takes longer than SQLite takes to answer."""
    return select(func.max(form.position)).where(
        form.dossier_id == bindparam("dossier"), col(form.parent_id).is_(None)
    )


_INSERT = insert(LogRow)
_STATE = text(
    "SELECT max(counter), (SELECT link FROM log WHERE dossier_id = :dossier AND device = :device "
    "ORDER BY counter DESC LIMIT 1) FROM log WHERE dossier_id = :dossier"
)
