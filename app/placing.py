"""Where a photo belongs and what it shows: proposed from its own time, for a person to change.

A photo's own record is heard when it is taken in. A messenger's copy has lost it, and is heard
once its watermark was read.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from app.log import Log, LogRow
from app.photo_cache import readings
from app.records import Records
from app.tables import ReadingRow
from forms.dossier import Dossier, Photo, Stay, Visit
from forms.photo_facts import BEIJING, PhotoFacts
from forms.record import form_of
from forms.watermark import Watermark
from grading.photo_verdict import propose_kind
from grading.watermark_statement import with_statements

#: What `Workbench.writing` hands out: one open transaction.
Writing: TypeAlias = tuple[Session, Log, Records]


_READ = select(ReadingRow.sha256).where(col(ReadingRow.sha256) == bindparam("digest"))
# Said once: putting a statement together takes longer than SQLite takes to answer it.
_AROUND: dict[str, SelectOfScalar[Any]] = {
    form_of(form): select(form)
    .where(form.dossier_id == bindparam("dossier"), *also)
    .order_by(col(form.position), col(form.id))
    for form, also in (
        (Visit, ()),
        (Stay, ()),
        (Photo, (col(Photo.sha256) == bindparam("digest"),)),
    )
}


def place_by_watermark(writing: Writing, dossier_id: UUID, digest: str) -> None:
    """Give a dossier's photos of this file, which recorded no time, the visit and the kind that
    their watermark speaks for, if it was read for sure.

    Only what nobody has set: what a person emptied stays empty.
    """
    session, log, records = writing
    if session.exec(_READ, params={"digest": digest}).first() is None:
        return
    read = readings(session, [digest])[0].get(digest)
    if read is None:
        return
    dossier = around(session, dossier_id, digest)
    for photo in dossier.all(Photo):
        moment = None if photo.facts.get("taken_local") else _moment(with_statements(read, photo))
        if moment is None:
            continue
        home = photo.visit
        if home is None and _untouched(session, photo, "visit"):
            home = visit_of(dossier, moment)
            if home is not None:
                records.edit(dossier_id, "photo", photo.id, "visit", home)
        kind = propose_kind(moment, sessions(dossier, home))
        if kind and not photo.kind and _untouched(session, photo, "kind"):
            records.edit(dossier_id, "photo", photo.id, "kind", kind)
    log.seal(dossier_id)


def around(session: Session, dossier_id: UUID, digest: str) -> Dossier:
    """Of a dossier, what decides where a photo goes: visits, their sessions, the photo itself.

    The whole of a large dossier takes as long to read as a photo.
    """
    where = {"dossier": dossier_id, "digest": digest}
    return Dossier(
        dossier_id,
        {form: list(session.exec(query, params=where)) for form, query in _AROUND.items()},
    )


def visit_of(dossier: Dossier, taken: dt.datetime | None) -> UUID | None:
    """The visit of the day on which a photo was taken."""
    day = taken.astimezone(BEIJING).date() if taken else None
    return next((v.id for v in dossier.all(Visit) if day and v.date == day), None)


def kind_of(facts: PhotoFacts, dossier: Dossier, home: UUID | None) -> str | None:
    """What a photo shows, proposed: 入场 and 离场 by its time, 生产现场 where this program took it,
    whose photos count nowhere at the gate."""
    if facts.own_clock:
        return "生产现场"
    return propose_kind(facts.taken_at, sessions(dossier, home))


def visit_running(dossier: Dossier, at: dt.datetime) -> UUID | None:
    """The visit that is going on: of those of the day, the one with somebody there at `at`, else
    the first; None where none is registered."""
    clock = at.astimezone(BEIJING)
    here = [visit for visit in dossier.all(Visit) if visit.date == clock.date()]
    there = [
        visit
        for visit in here
        for stay in dossier.all(Stay, visit.id)
        if stay.start and stay.start <= clock.time() <= (stay.end or dt.time.max)
    ]
    return next((visit.id for visit in (*there, *here)), None)


def sessions(dossier: Dossier, visit_id: UUID | None) -> list[tuple[dt.datetime, dt.datetime]]:
    """The sessions of a visit as aware times; only those with both times and in order."""
    visit = dossier.find(Visit, visit_id)
    if visit is None or visit.date is None:
        return []
    found = []
    for stay in dossier.all(Stay, visit.id):
        if stay.start and stay.end and stay.start < stay.end:
            found.append(
                (
                    dt.datetime.combine(visit.date, stay.start, BEIJING),
                    dt.datetime.combine(visit.date, stay.end, BEIJING),
                )
            )
    return sorted(found)


def _moment(mark: Watermark | None) -> dt.datetime | None:
    """The watermark's time, in the factory's zone, where it is sure."""
    if mark is None or mark.taken_local is None or {"day", "clock"} & mark.unsure:
        return None
    return mark.taken_local.replace(tzinfo=BEIJING)


def _untouched(session: Session, photo: Photo, field: str) -> bool:
    """Whether nobody has said anything in a field of the photo, on any laptop."""
    rows = select(LogRow.id).where(
        LogRow.dossier_id == photo.dossier_id,
        LogRow.record_id == photo.id,
        LogRow.field == field,
    )
    return session.exec(rows.limit(1)).first() is None
