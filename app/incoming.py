"""What a colleague's bundle would bring, counted for people to look at before it is taken in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlmodel import Session, col, or_, select

from app.bundle_check import Checked
from app.clashes import Clash
from app.log import PURGED, Row
from app.records import field_spec, form_class
from app.trail_words import title_of
from forms.dossier import Answer, Dossier, Enterprise, Visit
from forms.errors import UserError
from forms.record import single_id, split_path


@dataclass(frozen=True, slots=True)
class Incoming:
    """Counts of what is new here, and the conflicts that would arise.

    `namesakes` are other dossiers here of an enterprise of that name or credit code, where the
    dossier is `new`: two people may have begun one each.
    `fields` and `paragraphs` are what the `edits` touch; `known` rows are here already.
    `photos_here` of the photos are in the store already; `scenes_open` of the scenes have no level
    here yet. `missing` files are named, and neither here nor in the bundle; `newer` edits are of a
    newer version of the program: kept, but not shown. `files` are those that would be added, and
    `pictures` those of them that are photos. `united` is the dossier as it would be,
    for whoever looks.
    """

    dossier: UUID
    enterprise: str
    new: bool
    namesakes: int
    checked: Checked
    edits: int
    known: int
    fields: int
    paragraphs: int
    photos: int
    photos_here: int
    attachments: int
    visits: int
    visit_days: tuple[dt.date, ...]
    scenes: int
    scenes_open: int
    withdrawn: int
    withdrawn_of: tuple[str, ...]
    purged: int
    files: int
    pictures: int
    missing: int
    newer: int
    people: tuple[str, ...]
    conflicts: tuple[Clash, ...]
    united: Dossier | None = field(default=None, repr=False)


def counted(
    session: Session,
    dossier_id: UUID,
    checked: Checked,
    rows: Sequence[Row],
    here: Collection[UUID],
    scored: Collection[UUID],
    kept: Collection[str],
    files: tuple[int, int, int],
    conflicts: Sequence[Clash],
) -> Incoming:
    """The counts, in a transaction in which the rows were united with what is here.

    `here` are the ids of the rows known before, `scored` the answers that had a level, `kept` the
    hashes of the files here; `files` how many come, how many of those are photos, how many lack.
    """
    new = [row for row in rows if row.id not in here]
    photos = _hashes(new, "photo")
    scenes = {row.record_id for row in new if (row.form, row.field) == ("answer", "level")}
    visits = {row.record_id for row in new if row.form == "visit"}
    withdrawn = {
        row.record_id: row.form for row in new if row.field == "withdrawn" and row.value == "true"
    }
    return Incoming(
        dossier=dossier_id,
        enterprise=_name(session, dossier_id),
        new=not here,
        namesakes=0 if here else _namesakes(session, dossier_id),
        checked=checked,
        edits=len(new),
        known=len(rows) - len(new),
        fields=len({(row.record_id, row.field) for row in new if row.form != "paragraph"}),
        paragraphs=len({row.record_id for row in new if row.form == "paragraph"}),
        photos=len(photos),
        photos_here=len(photos & set(kept)),
        attachments=len(_hashes(new, "attachment")),
        visits=len(visits),
        visit_days=_days(session, visits),
        scenes=len(_subjects(session, scenes)),
        scenes_open=len(_subjects(session, scenes - set(scored))),
        withdrawn=len(withdrawn),
        withdrawn_of=tuple(sorted({title_of(form) for form in withdrawn.values()})),
        purged=len({row.record_id for row in new if row.field == PURGED}),
        files=files[0],
        pictures=files[1],
        missing=files[2],
        newer=sum(is_newer(row) for row in new),
        people=tuple(sorted({row.person for row in new} - {""})),
        conflicts=tuple(conflicts),
    )


def scored(session: Session, rows: Collection[Row]) -> set[UUID]:
    """Of the answers that rows are of, those that have a level here."""
    asked = {row.record_id for row in rows if row.form == "answer"}
    found = (session.get(Answer, record_id) for record_id in asked)
    return {answer.id for answer in found if answer is not None and answer.level is not None}


def _subjects(session: Session, answers: Collection[UUID]) -> set[str]:
    """Which scenes answers are about, at whatever stage."""
    found = (session.get(Answer, record_id) for record_id in answers)
    return {answer.subject for answer in found if answer is not None}


def _name(session: Session, dossier_id: UUID) -> str:
    """The enterprise's name."""
    profile = session.get(Enterprise, single_id(dossier_id, "enterprise"))
    return profile.name if profile else ""


def _days(session: Session, visits: Collection[UUID]) -> tuple[dt.date, ...]:
    """On which days visits were."""
    found = (session.get(Visit, record_id) for record_id in visits)
    return tuple(sorted({visit.date for visit in found if visit and visit.date}))


def is_newer(row: Row) -> bool:
    """Whether a row is of a form or field that this version of the program does not know."""
    try:
        if row.field != PURGED:
            field_spec(form_class(row.form), split_path(row.field)[0])
    except UserError:
        return True
    return False


def _hashes(rows: Collection[Row], form: str) -> set[str]:
    named = (row.payload() for row in rows if (row.form, row.field) == (form, "sha256"))
    return {digest for digest in named if isinstance(digest, str) and digest}


def _namesakes(session: Session, dossier_id: UUID) -> int:
    own = session.get(Enterprise, single_id(dossier_id, "enterprise"))
    if own is None:
        return 0
    told = ((Enterprise.name, own.name), (Enterprise.credit_code, own.credit_code))
    same = [col(column) == value for column, value in told if value]
    if not same:
        return 0
    query = select(Enterprise.id).where(Enterprise.dossier_id != dossier_id, or_(*same))
    return len(session.exec(query).all())
