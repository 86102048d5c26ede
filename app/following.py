"""What follows from each edit in its own transaction: the summary's identity, and what is stale."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import event
from sqlmodel import Session

from app import portfolio
from forms.record import Record

_FOLLOWED = "followed"
"""Set in the `info` of a session that is listened to already."""


def follow(session: Session) -> None:
    """Keep lists true to the records that a session writes, whoever writes them and why."""
    if not session.info.get(_FOLLOWED):
        session.info[_FOLLOWED] = True
        event.listen(session, "after_flush", _Follower())


class _Follower:
    """Listens to the flushes of one transaction."""

    def __init__(self) -> None:
        self._touched: set[UUID] = set()

    def __call__(self, session: Session, *_: Any) -> None:
        records = [each for each in (*session.new, *session.dirty) if isinstance(each, Record)]
        for dossier_id in {each.dossier_id for each in records if portfolio.identifies(each)}:
            portfolio.identify(session, dossier_id)
        for dossier_id in {each.dossier_id for each in records} - self._touched:
            portfolio.touch(session, dossier_id)
            self._touched.add(dossier_id)
