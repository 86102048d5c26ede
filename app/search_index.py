"""The search index of a store that is SQLite's: an entry a record, a token a character.

FTS5 finds a phrase of tokens exactly, so that terms of any length are found as LIKE finds them, and
no text is read. An edit only marks its record (`StaleRow`), in its own transaction: a marked record
is searched by LIKE until `catch_up` has taken it in. What is purged goes at once.

An entry's number begins with its dossier's: hits are counted by dossier without a look elsewhere.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select, text, tuple_
from sqlmodel import Field, Session, SQLModel

from app.log import LogRow
from app.search_like import Key, Place, Typed, fold, like, together, typed
from app.store import Store

if TYPE_CHECKING:
    from app.workbench import Workbench

_AT_ONCE = 100
"""So many records are taken in by one transaction: somebody may be typing."""
_BITS = 24
#: The tokenizer parts words at these; as others they are characters like all.
_CELLS = {code: chr(0x10FF00 + code) for code in range(128) if not chr(code).isalnum()}
_BETWEEN = "\x00"


class StaleRow(SQLModel, table=True):
    """A record that was edited since the index took it in, or never was."""

    __tablename__ = "search_stale"
    record_id: UUID = Field(primary_key=True)
    dossier_id: UUID


_LOG: Any = LogRow.__table__  # type: ignore[attr-defined]
_MARKED: Any = StaleRow.__table__  # type: ignore[attr-defined]
_MAKE = (
    "CREATE TABLE search_entry (id INTEGER PRIMARY KEY, dossier_id CHAR(32) NOT NULL, "
    "form VARCHAR NOT NULL, record_id CHAR(32) NOT NULL, UNIQUE (dossier_id, record_id))",
    # Without the text itself, which stands in the log.
    "CREATE VIRTUAL TABLE search_text USING fts5(typed, content='', contentless_delete=1, "
    "tokenize='ascii')",
)
_MADE = "SELECT count(*) FROM sqlite_master WHERE name = 'search_text'"
_MARK = text(
    "INSERT INTO search_stale (record_id, dossier_id) VALUES (:record, :dossier) "
    "ON CONFLICT DO NOTHING"
)
_CHILDREN = text(
    "SELECT record_id FROM log WHERE dossier_id = :dossier AND field = 'parent_id' "
    "AND value = :parent"
)
_FRESH = (
    "search_text MATCH :term AND rowid NOT IN (SELECT e.id FROM search_stale s "
    "JOIN search_entry e ON e.dossier_id = s.dossier_id AND e.record_id = s.record_id)"
)
_PLACES = text(
    "SELECT e.dossier_id, e.form, e.record_id FROM search_entry e "
    f"WHERE e.id IN (SELECT rowid FROM search_text WHERE {_FRESH})"
)
_DOSSIERS = text(
    "SELECT e.dossier_id, e.form, e.record_id FROM "
    f"(SELECT min(rowid) AS first FROM search_text WHERE {_FRESH} GROUP BY rowid >> {_BITS}) "
    "JOIN search_entry e ON e.id = first"
)
#: So that the marked records are gone through, and not the log.
_STALE = tuple_(_LOG.c.dossier_id, _LOG.c.record_id).in_(
    select(_MARKED.c.dossier_id, _MARKED.c.record_id)
)


class IndexSearch:
    """By the index, and by LIKE in what the index has not taken in yet."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def places(self, term: str) -> list[Place]:
        """As of `Search`."""
        return self._found(term, _PLACES)

    def dossiers(self, words: str) -> dict[UUID, Place]:
        """As of `Search`."""
        by_word = [
            {each.dossier: each for each in self._found(word, _DOSSIERS)} for word in words.split()
        ]
        return together(by_word)

    def _found(self, term: str, query: Any) -> list[Place]:
        with self._store.session() as session:
            if not term:
                return []
            found = like(session, term, _STALE)
            if _is_made(session):
                rows = session.connection().execute(query, {"term": _phrase(term)})
                known: dict[str, UUID] = {}  # thousands of records are of few dossiers
                for d, form, record in rows.all():
                    dossier = known.get(d) or known.setdefault(d, UUID(d))
                    found.append(Place(dossier, form, UUID(int=int(record, 16))))
            return found

    def catch_up(self, bench: Workbench) -> Iterator[int]:
        """As of `Search`."""
        waiting = 0
        while True:
            with bench.writing() as (session, _log, _records):
                connection = session.connection()
                if not _is_made(session):
                    for statement in _MAKE:
                        connection.execute(text(statement))
                chosen = text(f"SELECT dossier_id, record_id FROM search_stale LIMIT {_AT_ONCE}")
                keys = [(UUID(d), UUID(record)) for d, record in connection.execute(chosen)]
                _take_in(session, keys)
                waiting -= len(keys)
                if waiting <= 0:  # counted once for many lots: it goes through all of them
                    counted = connection.execute(text("SELECT count(*) FROM search_stale"))
                    waiting = counted.scalar_one()
            yield waiting
            if not waiting:
                return


def _phrase(term: str) -> str:
    return f'"{_tokens(term)}"'


def _tokens(words: str) -> str:
    """Each character as a token of its own; the tokenizer itself folds A to Z."""
    return " ".join(fold(words).translate(_CELLS))


def _is_made(session: Session) -> bool:
    """Whether the store has an index, which is made when something is first taken in."""
    return is_indexed(session) and bool(session.connection().execute(text(_MADE)).scalar_one())


def _take_in(session: Session, keys: Collection[Key]) -> None:
    """Have the index say what these records say now."""
    read = typed(session, keys)
    connection = session.connection()
    for key in keys:
        where = {"dossier": key[0].hex, "record": key[1].hex}
        entry = connection.execute(_ENTRY, where).scalar()
        if entry is not None:
            connection.execute(_DROP, {"entry": entry})
        held = read.get(key)
        if held is not None and held.texts:
            entry = entry or _begin(session, key, held)
            connection.execute(_PUT, {"entry": entry, "typed": _tokens(_joined(held))})
        connection.execute(_CLEAR, where)


def _joined(held: Typed) -> str:
    """All of a record's texts; no term reaches from one into another."""
    return _BETWEEN.join(text for texts in held.texts.values() for text in texts)


def _begin(session: Session, key: Key, held: Typed) -> int:
    """The number of a new entry: behind its dossier's last one, or the first of a new dossier."""
    connection = session.connection()
    last = connection.execute(_LAST, {"dossier": key[0].hex}).scalar()
    if last is None:
        highest = connection.execute(text("SELECT max(id) FROM search_entry")).scalar()
        last = ((highest or 0) >> _BITS) + 1 << _BITS
    made = {"entry": last + 1, "dossier": key[0].hex, "form": held.form, "record": key[1].hex}
    connection.execute(_ENTER, made)
    return int(last) + 1


_ENTRY = text("SELECT id FROM search_entry WHERE dossier_id = :dossier AND record_id = :record")
_LAST = text("SELECT max(id) FROM search_entry WHERE dossier_id = :dossier")
_ENTER = text("INSERT INTO search_entry VALUES (:entry, :dossier, :form, :record)")
_DROP = text("DELETE FROM search_text WHERE rowid = :entry")
_PUT = text("INSERT INTO search_text (rowid, typed) VALUES (:entry, :typed)")
_CLEAR = text("DELETE FROM search_stale WHERE dossier_id = :dossier AND record_id = :record")


def is_indexed(session: Session) -> bool:
    """Whether a store's database is of the kind that this index is for."""
    return session.get_bind().dialect.name == "sqlite"


def mark(session: Session, records: Iterable[Key]) -> None:
    """Note that records changed."""
    rows = [{"dossier": dossier.hex, "record": record.hex} for dossier, record in records]
    if rows:
        session.connection().execute(_MARK, rows)


def mark_children(session: Session, dossier_id: UUID, parent: UUID) -> None:
    """Note that what stands below a record goes out of sight with it, or comes back."""
    where = {"dossier": dossier_id.hex, "parent": f'"{parent}"'}
    rows = session.connection().execute(_CHILDREN, where).scalars().all()
    mark(session, ((dossier_id, UUID(row)) for row in rows))


def erase(session: Session, records: Iterable[Key]) -> None:
    """Take records out; `settle` has to follow before the commit."""
    if _is_made(session):
        for dossier_id, record_id in records:
            where = {"dossier": dossier_id.hex, "record": record_id.hex}
            entry = session.connection().execute(_ENTRY, where).scalar()
            if entry is not None:
                session.connection().execute(_DROP, {"entry": entry})


def erase_dossier(session: Session, dossier_id: UUID) -> None:
    """Take a whole dossier out, for good."""
    where = {"dossier": dossier_id.hex}
    connection = session.connection()
    connection.execute(text("DELETE FROM search_stale WHERE dossier_id = :dossier"), where)
    if _is_made(session):
        mine = "(SELECT id FROM search_entry WHERE dossier_id = :dossier)"
        connection.execute(text(f"DELETE FROM search_text WHERE rowid IN {mine}"), where)
        connection.execute(text("DELETE FROM search_entry WHERE dossier_id = :dossier"), where)
        settle(session)


def settle(session: Session) -> None:
    """Have the index hold nothing of what was taken out: until its parts are made one, it keeps
    what it only struck out."""
    if _is_made(session):
        optimize = "INSERT INTO search_text (search_text) VALUES ('optimize')"
        session.connection().execute(text(optimize))
