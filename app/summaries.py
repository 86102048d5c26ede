"""The home list: one plain SELECT over what was kept of the dossiers' judgements; and what was
archived, of which nothing else is left here."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import col, select

from app.store import Meta, Store

ARCHIVED = "archived:"
"""Begins the setting that says of a dossier that it was archived."""


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
            name, district, industry, code = (each or "" for each in words)
            details = json.loads(facts) if facts else {}
            found.append(Summary(UUID(dossier), name, district, industry, code, details))
    return found


_HOME = text(
    "SELECT d.id, s.facts, e.name, e.district, e.industry, e.credit_code FROM dossier d "
    "LEFT JOIN enterprise e ON e.dossier_id = d.id LEFT JOIN summary s ON s.dossier_id = d.id "
    "WHERE NOT d.withdrawn AND coalesce(e.name, '') LIKE :like ESCAPE '\\' "
    "ORDER BY d.rowid DESC"
)


@dataclass(frozen=True, slots=True)
class Archived:
    """What stays of an archived dossier: its id, when, and the archive's SHA-256."""

    dossier: UUID
    on: dt.date
    sha256: str


def archived(store: Store) -> list[Archived]:
    """The dossiers that were archived and are not here again, the newest first."""
    with store.session() as session:
        here = {
            UUID(row[0]) for row in session.connection().execute(text("SELECT id FROM dossier"))
        }
        rows = session.exec(select(Meta).where(col(Meta.key).startswith(ARCHIVED))).all()
    found = []
    for row in rows:
        facts = json.loads(row.value)
        dossier = UUID(row.key.removeprefix(ARCHIVED))
        if dossier not in here:
            found.append(Archived(dossier, dt.date.fromisoformat(facts["on"]), facts["sha256"]))
    return sorted(found, key=lambda each: each.on, reverse=True)


def _escape(query: str) -> str:
    """A search word as LIKE takes it literally."""
    return query.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
