"""The other enterprises of an industry in this store, as far as they were diagnosed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import text

from app.sample_removal import sample_ids
from grading.peers import Peers, peers
from grading.sheet import Sheet

if TYPE_CHECKING:
    from app.workbench import Workbench


def industry_peers(bench: Workbench, dossier_id: UUID) -> Peers | None:
    """The enterprises of the same industry, this one and the bundled samples left out.

    None where the industry is not known, or too few of them are diagnosed. Takes some time where
    the store is large: ask off the window's thread.
    """
    samples = sample_ids()
    sheets: dict[UUID, tuple[dict[str, Any], dict[str, Any]]] = {}
    with bench.store.session() as session:
        rows = session.connection().execute(_ANSWERS, {"dossier": dossier_id.hex})
        for key, subject, options, level in rows:
            items, scenes = sheets.setdefault(UUID(key), ({}, {}))
            chosen = json.loads(options) if options else {}
            letters = frozenset(name for name, on in chosen.items() if on is True)
            if letters:
                items[subject] = letters
            elif level is not None:
                scenes[subject] = level
    known = (Sheet(*held) for key, held in sheets.items() if key not in samples)
    return peers(bench.pack.instrument, known)


_ANSWERS = text(
    "SELECT a.dossier_id, a.subject, a.chosen, a.level FROM enterprise own "
    "JOIN enterprise e ON e.industry = own.industry AND e.dossier_id <> own.dossier_id "
    "JOIN dossier d ON d.id = e.dossier_id AND NOT d.withdrawn "
    "JOIN answer a ON a.dossier_id = e.dossier_id AND a.stage = 'diagnosis' AND NOT a.withdrawn "
    "WHERE own.dossier_id = :dossier AND own.industry <> ''"
)
