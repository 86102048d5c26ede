"""Files that never came: a colleague took them in, and the bundles that came were without them.

A work bundle leaves photos out that its recipient does not need. Nothing is lost then, and nobody
need import anything again: whoever took the file in has it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from uuid import UUID

from sqlmodel import Session, col, select

from app.intake import ATTACHMENTS, ORIGINALS
from app.log import LogRow
from app.store import Store
from app.tables import TakenRow
from forms.dossier import Attachment, Dossier, Photo
from forms.errors import UserError

SOMEBODY = "同事"


def awaited(store: Store, dossier: Dossier) -> dict[UUID, str]:
    """The photos and attachments, in view or withdrawn, whose files are not here and were taken in
    at another device: by record, the name of who did, 同事 where none is known."""
    missing = {row.id for row in _files(dossier) if row.sha256 and not _is_here(store, row)}
    if not missing:
        return {}
    query = select(LogRow).where(
        LogRow.dossier_id == dossier.id,
        col(LogRow.form).in_(("photo", "attachment")),
        LogRow.field == "sha256",
        col(LogRow.device).not_in(store.devices),
        col(LogRow.live),
    )
    with store.session() as session:
        rows = [row for row in session.exec(query) if row.record_id in missing]
        came = set() if all(row.at for row in rows) else _came(session, dossier.id)
    return {row.record_id: row.person or SOMEBODY for row in rows if row.at or row.id in came}


def _came(session: Session, dossier_id: UUID) -> set[UUID]:
    """The rows that came with bundles: an imported file's rows say of no device that had it."""
    query = select(TakenRow.rows).where(TakenRow.dossier_id == dossier_id)
    return {UUID(each) for rows in session.exec(query) for each in json.loads(rows)}


def _files(dossier: Dossier) -> Iterable[Photo | Attachment]:
    for form in ("photo", "attachment"):
        for row in dossier.records.get(form, ()):
            if isinstance(row, Photo | Attachment):
                yield row


def _is_here(store: Store, row: Photo | Attachment) -> bool:
    area = ORIGINALS if isinstance(row, Photo) else ATTACHMENTS
    try:
        return store.vault.path(area, row.sha256).exists()
    except UserError:
        return True  # its hash, which may come from outside, is none: nobody has such a file
