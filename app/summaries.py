"""The home list: one plain SELECT over what was kept of the dossiers' judgements."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.store import Store


@dataclass(frozen=True, slots=True)
class Summary:
    """What the home list shows of one dossier; judgements are None until it was first reviewed."""

    id: UUID
    name: str
    district: str
    industry: str
    code: str
    facts: dict[str, Any]


def listed(store: Store, query: str) -> list[Summary]:
    """The dossiers, newest first; `query` looks in the enterprise's name."""
    found = []
    with store.session() as session:
        rows = session.connection().execute(_HOME, {"like": f"%{_escape(query)}%"})
        for dossier, facts, *words in rows:
            details = json.loads(facts) if facts else {}
            found.append(Summary(UUID(dossier), *(each or "" for each in words), facts=details))
    return found


_HOME = text(
    "SELECT d.id, s.facts, e.name, e.district, e.industry, e.credit_code FROM dossier d "
    "LEFT JOIN enterprise e ON e.dossier_id = d.id LEFT JOIN summary s ON s.dossier_id = d.id "
    "WHERE NOT d.withdrawn AND coalesce(e.name, '') LIKE :like ESCAPE '\\' "
    "ORDER BY d.rowid DESC"
)


def _escape(query: str) -> str:
    """A search word as LIKE takes it literally."""
    return query.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
