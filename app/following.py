"""What follows from each edit, in its transaction: a summary's identity, and what is stale."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import event, inspect
from sqlmodel import Session

from app import search_index, summaries
from app.log import LogRow
from forms.record import Record

_FOLLOWED = "followed"
"""Set in the `info` of a session that is listened to already."""


def follow(session: Session) -> None:
    """Keep lists and search true to what a session writes, whoever writes it and why."""
    if not session.info.get(_FOLLOWED):
        session.info[_FOLLOWED] = True
        follower = _Follower(search_index.is_indexed(session))
        event.listen(session, "after_flush", follower.flushed)
        event.listen(session, "before_commit", follower.committing)


class _Follower:
    """Listens to one session. `indexed` says whether its store has a search index."""

    def __init__(self, indexed: bool) -> None:
        self._indexed = indexed
        self._touched: set[UUID] = set()
        self._marked: set[search_index.Key] = set()
        self._erased = False

    def flushed(self, session: Session, *_: Any) -> None:
        written = [*session.new, *session.dirty]
        records = [each for each in written if isinstance(each, Record)]
        for dossier_id in {each.dossier_id for each in records if summaries.identifies(each)}:
            summaries.identify(session, dossier_id)
        for dossier_id in {each.dossier_id for each in records} - self._touched:
            summaries.touch(session, dossier_id)
            self._touched.add(dossier_id)
        if self._indexed:
            self._mark(session, [each for each in written if isinstance(each, LogRow)])

    def _mark(self, session: Session, rows: list[LogRow]) -> None:
        changed = [row for row in rows if _says_otherwise(row)]
        keys = {(row.dossier_id, row.record_id) for row in changed} - self._marked
        search_index.mark(session, keys)
        self._marked |= keys
        for dossier_id, record_id in {
            (row.dossier_id, row.record_id) for row in changed if row.field == "withdrawn"
        }:
            search_index.mark_children(session, dossier_id, record_id)
        purged = {(row.dossier_id, row.record_id) for row in changed if row.value is None}
        if purged:
            search_index.erase(session, purged)
            self._erased = True

    def committing(self, session: Session) -> None:
        if self._erased:
            search_index.settle(session)
        self._touched, self._marked, self._erased = set(), set(), False


def _says_otherwise(row: LogRow) -> bool:
    """Whether a row's text or standing changes; sealing one changes neither."""
    attributes = inspect(row).attrs
    return any(attributes[name].history.has_changes() for name in ("value", "live"))
