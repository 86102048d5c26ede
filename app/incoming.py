"""What a colleague's bundle would bring, counted for people to look at before it is taken in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session

from app.bundle_check import Checked
from app.clashes import Clash
from app.log import PURGED, LogRow
from app.records import field_spec, form_class
from forms.dossier import Answer, Enterprise
from forms.errors import UserError
from forms.record import single_id, split_path


@dataclass(frozen=True, slots=True)
class Incoming:
    """Counts of what is new here, and the conflicts that would arise.

    `fields` and `paragraphs` are what the `edits` touch; `known` rows are here already.
    `photos_here` of the photos are in the store already; `scenes_open` of the scenes have no level
    here yet. `missing` files are named, and neither here nor in the bundle; `newer` edits are of a
    newer version of the program: kept, but not shown. `files` are those that would be added.
    """

    dossier: UUID
    enterprise: str
    new: bool
    checked: Checked
    edits: int
    known: int
    fields: int
    paragraphs: int
    photos: int
    photos_here: int
    attachments: int
    visits: int
    scenes: int
    scenes_open: int
    withdrawn: int
    purged: int
    files: int
    missing: int
    newer: int
    people: tuple[str, ...]
    conflicts: tuple[Clash, ...]


def counted(
    session: Session,
    dossier_id: UUID,
    checked: Checked,
    rows: Sequence[LogRow],
    here: Collection[UUID],
    scored: Collection[UUID],
    kept: Collection[str],
    files: tuple[int, int],
    conflicts: Sequence[Clash],
) -> Incoming:
    """The counts, in a transaction in which the rows were united with what is here.

    `here` are the ids of the rows that were known before, `scored` the answers that had a level,
    `kept` the hashes of the files that were here; `files` how many come and how many are missing.
    """
    new = [row for row in rows if row.id not in here]
    photos = _hashes(new, "photo")
    scenes = {row.record_id for row in new if (row.form, row.field) == ("answer", "level")}
    withdrawals = (row for row in new if row.field == "withdrawn" and row.value == "true")
    profile = session.get(Enterprise, single_id(dossier_id, "enterprise"))
    return Incoming(
        dossier=dossier_id,
        enterprise=profile.name if profile else "",
        new=not here,
        checked=checked,
        edits=len(new),
        known=len(rows) - len(new),
        fields=len({(row.record_id, row.field) for row in new if row.form != "paragraph"}),
        paragraphs=len({row.record_id for row in new if row.form == "paragraph"}),
        photos=len(photos),
        photos_here=len(photos & set(kept)),
        attachments=len(_hashes(new, "attachment")),
        visits=len({row.record_id for row in new if row.form == "visit"}),
        scenes=len(scenes),
        scenes_open=len(scenes - set(scored)),
        withdrawn=len({row.record_id for row in withdrawals}),
        purged=len({row.record_id for row in new if row.field == PURGED}),
        files=files[0],
        missing=files[1],
        newer=sum(is_newer(row) for row in new),
        people=tuple(sorted({row.person for row in new} - {""})),
        conflicts=tuple(conflicts),
    )


def scored(session: Session, rows: Collection[LogRow]) -> set[UUID]:
    """Of the answers that rows are of, those that have a level here."""
    asked = {row.record_id for row in rows if row.form == "answer"}
    found = (session.get(Answer, record_id) for record_id in asked)
    return {answer.id for answer in found if answer is not None and answer.level is not None}


def is_newer(row: LogRow) -> bool:
    """Whether a row is of a form or field that this version of the program does not know."""
    try:
        if row.field != PURGED:
            field_spec(form_class(row.form), split_path(row.field)[0])
    except UserError:
        return True
    return False


def _hashes(rows: Collection[LogRow], form: str) -> set[str]:
    named = (row.payload() for row in rows if (row.form, row.field) == (form, "sha256"))
    return {digest for digest in named if isinstance(digest, str) and digest}
