"""What follows from each edit, in its transaction: a summary's identity, and what is stale."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import event, inspect
from sqlmodel import Session

from app import search_index, summaries
from app.log import LogRow
from app.search_like import Key
from forms.record import Record

_FOLLOWER = "follower"
"""Where a session's `info` holds who listens to it."""


def follow(session: Session) -> Follower:
    """Keep lists and search true to what a session writes, whoever writes it and why."""
    follower: Follower | None = session.info.get(_FOLLOWER)
    if follower is None:
        follower = session.info[_FOLLOWER] = Follower(session)
        event.listen(session, "after_flush", follower.flushed)
        event.listen(session, "before_commit", follower.committing)
    return follower


class Follower:
    """Listens to one session, and is told what it writes past its objects."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._indexed = search_index.is_indexed(session)
        self._touched: set[UUID] = set()
        self._marked: set[Key] = set()
        self._erased = False

    def flushed(self, session: Session, *_: Any) -> None:
        """After each flush."""
        written = [*session.new, *session.dirty]
        records = [each for each in written if isinstance(each, Record)]
        for dossier_id in {each.dossier_id for each in records if summaries.identifies(each)}:
            summaries.identify(session, dossier_id)
        for dossier_id in {each.dossier_id for each in records} - self._touched:
            summaries.touch(session, dossier_id)
            self._touched.add(dossier_id)
        changed = [each for each in written if isinstance(each, LogRow) and _says_otherwise(each)]
        self._mark((row.dossier_id, row.record_id) for row in changed)
        for row in changed:
            if row.field == "withdrawn":
                self._mark_below(row.dossier_id, row.record_id)

    def written(self, keys: Iterable[Key]) -> None:
        """Rows of these records were written past the session's objects."""
        self._mark(keys)

    def begun(self, dossiers: Iterable[UUID]) -> None:
        """Dossiers were begun past the session's objects."""
        for dossier_id in dossiers:
            summaries.identify(self._session, dossier_id)

    def rebuilt(
        self, dossier_id: UUID, touched: set[UUID], hidden: Iterable[UUID], purged: set[UUID]
    ) -> None:
        """Records were worked out again from rows that came by whatever way: of those `hidden` the
        withdrawal may be news, and what is `purged` has to go at once."""
        summaries.touch(self._session, dossier_id)
        self._mark((dossier_id, record_id) for record_id in touched)
        for record_id in hidden:
            self._mark_below(dossier_id, record_id)
        if self._indexed and purged:
            search_index.erase(self._session, ((dossier_id, each) for each in purged))
            self._erased = True

    def committing(self, session: Session) -> None:
        """Before each commit."""
        if self._erased:
            search_index.settle(session)
        self._touched, self._marked, self._erased = set(), set(), False

    def _mark(self, keys: Iterable[Key]) -> None:
        fresh = set(keys) - self._marked
        if self._indexed:
            search_index.mark(self._session, fresh)
        self._marked |= fresh

    def _mark_below(self, dossier_id: UUID, record_id: UUID) -> None:
        if self._indexed:
            search_index.mark_children(self._session, dossier_id, record_id)


def _says_otherwise(row: LogRow) -> bool:
    """Whether a row's text or standing changes; sealing one changes neither."""
    attributes = inspect(row).attrs
    return any(attributes[name].history.has_changes() for name in ("value", "live"))
