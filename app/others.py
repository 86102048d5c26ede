"""What a dossier's judgements rest on besides the dossier: the other dossiers, and the day."""

from __future__ import annotations

import datetime as dt
import zlib
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from app import photo_cache, presences
from grading.presence import Presence
from grading.twins import Twin


@dataclass(frozen=True, slots=True)
class Others:
    """`twins` are, by hash of the dossier's photos, the others in the store that show the same
    picture; `elsewhere` the visits of other dossiers on this one's days; `mark` tells all that the
    judgements depend on from what it was before."""

    twins: dict[str, tuple[Twin, ...]]
    elsewhere: tuple[Presence, ...]
    mark: str


def look(session: Session, pack: str, dossier_id: UUID, today: dt.date) -> Others:
    """Look around; the mark is of pack, log, the others' photos and visits, and the day.

    Typing on changes the open row and not the log's length, so that row's hash belongs to it; a
    purge takes values away and leaves the rows. What others' reports share with this one is left
    out, for it moves with each key typed there; it is told when the dossier is opened.
    """
    row = session.connection().execute(_LOG_STATE, {"dossier": dossier_id.hex}).one()
    twins = photo_cache.twins(session, dossier_id)
    there = presences.elsewhere(session, dossier_id)
    told = (photo_cache.state(session, dossier_id), sorted(twins.items()), there)
    parts = (pack, *row, f"{zlib.crc32(repr(told).encode()):x}", today)
    return Others(twins, there, ":".join(map(str, parts)))


_LOG_STATE = text(
    "SELECT count(*), max(counter), count(value), "
    "max(CASE WHEN link IS NULL THEN payload_hash END) FROM log WHERE dossier_id = :dossier"
)
