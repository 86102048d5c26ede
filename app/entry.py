"""A new entry of a list, written in one go: its log rows and its record together.

`Workbench.add` comes to the same by one edit a field, which looks the field's history up each time;
an entry that is new has none. Where hundreds are taken in at once, that is most of the time.
"""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any
from uuid import UUID, uuid4

from fractional_indexing import FIError, generate_key_between
from sqlalchemy import text
from sqlmodel import Session, col, func, select

from app.log import CHAIN_START, Log, LogRow, canonical, chain_link, payload_hash
from app.records import field_spec, plain, store_value
from forms.fields import parse
from forms.record import Record, form_of


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
        self._session.add_all(self._rows(record, parsed))
        self._session.flush()
        return record.id

    def _rows(self, record: Record, values: dict[str, Any]) -> list[LogRow]:
        """A sealed log row a field, chained behind this device's last one."""
        Log(self._session, self._device, self._person).seal(self._dossier)
        counter, previous = self._log_state()
        at = dt.datetime.now().astimezone().isoformat(timespec="seconds")
        rows = []
        for name, value in values.items():
            counter += 1
            spelled, salt = canonical(plain(value)), secrets.token_hex(8)
            row = LogRow(
                dossier_id=self._dossier, form=form_of(record), record_id=record.id, field=name,
                value=spelled, salt=salt, payload_hash=payload_hash(salt, spelled),
                counter=counter, device=self._device, person=self._person, at=at,
            )  # fmt: skip
            row.link = previous = chain_link(previous, row)
            rows.append(row)
        return rows

    def _log_state(self) -> tuple[int, str]:
        """The dossier's highest counter, and the last link of this device's chain."""
        where = {"dossier": self._dossier.hex, "device": self._device.hex}
        counter, link = self._session.connection().execute(_STATE, where).one()
        return counter or 0, link or CHAIN_START

    def _last_place(self, form: type[Record]) -> str:
        """A position behind the last one, as `Records.place` finds it, by the database alone."""
        last = self._session.exec(
            select(func.max(form.position)).where(
                form.dossier_id == self._dossier, col(form.parent_id).is_(None)
            )
        ).one()
        try:
            return str(generate_key_between(last or None, None))
        except (FIError, ValueError, IndexError, RecursionError):
            return f"{last or 'a0'}V"  # a position from outside that is no fractional index


_STATE = text(
    "SELECT max(counter), (SELECT link FROM log WHERE dossier_id = :dossier AND device = :device "
    "ORDER BY counter DESC LIMIT 1) FROM log WHERE dossier_id = :dossier"
)
