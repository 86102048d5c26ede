"""What is typed in records in view, and the search in it by LIKE, which any database can do."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlmodel import Session

from app.log import LogRow
from app.store import Store
from forms.fields import Kind
from forms.record import forms, specs, split_path

if TYPE_CHECKING:
    from app.workbench import Workbench

_TYPED = frozenset({Kind.TEXT, Kind.PROSE, Kind.NUMBER, Kind.CHOICE, Kind.FIGURE, Kind.NUMBERS})
#: Text that the program puts there, and nobody reads.
_BY_PROGRAM = frozenset(
    {
        *(("answer", "stage"), ("answer", "subject"), ("assignment", "subject")),
        ("attachment", "sha256"),
        *(("dossier", "pack"), ("paragraph", "section"), ("photo", "sha256")),
        *(("reply", "question"), ("returnopinion", "bundle"), ("returnopinion", "fingerprint")),
        *(("returnpoint", "rule"), ("returnpoint", "target"), ("routemeasure", "key")),
        *(("routemeasure", "subject"), ("sending", "message_id"), ("signature", "fingerprint")),
    }
)
_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_AROUND = 18
"""So many characters stand on either side of what was found."""
_BATCH = 400
Key = tuple[UUID, UUID]
"""A record: its dossier's id, and its own."""


class Place(NamedTuple):
    """A record in which something was found."""

    dossier: UUID
    form: str
    record: UUID


@dataclass(frozen=True, slots=True)
class Hit:
    """One field in which something was found; `found` is where in `snippet` it stands."""

    dossier: UUID
    form: str
    record: UUID
    path: str
    snippet: str
    found: tuple[int, int]


def fold(text: str) -> str:
    """Text as it is compared: A to Z in lower case, as SQLite's LIKE does."""
    return text.translate(_LOWER)


@dataclass
class Typed:
    """What stands in a record's fields, by path; two texts where two edits stand side by side."""

    form: str
    texts: dict[str, list[str]] = field(default_factory=dict)
    parent: UUID | None = None
    withdrawn: bool = False

    def has(self, folded: str) -> bool:
        """Whether a folded term stands in any field."""
        return any(folded in fold(text) for texts in self.texts.values() for text in texts)


_LOG: Any = LogRow.__table__  # type: ignore[attr-defined]
_COLUMNS = [
    *(_LOG.c[name] for name in ("dossier_id", "record_id", "form", "field", "value")),
    *(_LOG.c[name] for name in ("counter", "device")),
]


def typed(session: Session, records: Iterable[Key]) -> dict[Key, Typed]:
    """What is typed in these records; those out of sight are left out."""
    found: dict[Key, Typed] = {}
    for row in _live(session, records):
        held = found.setdefault((row.dossier_id, row.record_id), Typed(row.form))
        value = None if row.value is None else json.loads(row.value)
        if row.field == "withdrawn":
            held.withdrawn = value is True  # of several, the one that shows comes last
        elif row.field == "parent_id":
            held.parent = UUID(value) if isinstance(value, str) else None
        elif isinstance(value, str) and value and is_typed(row.form, row.field):
            held.texts.setdefault(row.field, []).append(value)
    parents = {(key[0], each.parent) for key, each in found.items() if each.parent is not None}
    hidden = {}
    for row in _live(session, parents, _LOG.c.field == "withdrawn"):
        hidden[row.dossier_id, row.record_id] = row.value == "true"
    return {
        key: each
        for key, each in found.items()
        if not each.withdrawn and not (each.parent and hidden.get((key[0], each.parent)))
    }


def is_typed(form: str, path: str) -> bool:
    """Whether a field holds what somebody typed or chose in words."""
    name = split_path(path)[0]
    spec = specs(forms()[form]).get(name) if form in forms() else None
    return spec is not None and spec.kind in _TYPED and (form, name) not in _BY_PROGRAM


def _live(session: Session, records: Iterable[Key], *where: ColumnElement[bool]) -> Iterator[Any]:
    """The live log rows of records, those of each field in the order of their rank."""
    keys = sorted(set(records))
    pair = tuple_(_LOG.c.dossier_id, _LOG.c.record_id)
    for start in range(0, len(keys), _BATCH):
        wanted = select(*_COLUMNS).where(pair.in_(keys[start : start + _BATCH]), _LOG.c.live)
        rows = session.connection().execute(wanted.where(*where)).all()
        yield from sorted(rows, key=lambda row: (row.counter, str(row.device)))


def hits(store: Store, places: Sequence[Place], words: str) -> list[Hit]:
    """The fields of these records in which any of the words stands, in the records' order."""
    folded = [fold(word) for word in words.split()]
    with store.session() as session:
        read = typed(session, ((place.dossier, place.record) for place in places))
    found = []
    for place in places:
        held = read.get((place.dossier, place.record))
        for path, texts in held.texts.items() if held else ():
            shown = next((s for text in texts if (s := snippet(text, folded))), None)
            if shown:
                found.append(Hit(place.dossier, place.form, place.record, path, *shown))
    return found


def snippet(text: str, folded: Sequence[str]) -> tuple[str, tuple[int, int]] | None:
    """The part of a text around the first of the words that stands in it, on one line; None where
    none does."""
    lower = fold(text)
    at, word = next(((at, w) for w in folded if (at := lower.find(w)) >= 0), (-1, ""))
    if at < 0:
        return None
    first, last = max(0, at - _AROUND), min(len(text), at + len(word) + _AROUND)
    before, after = "…" if first else "", "…" if last < len(text) else ""
    line = "".join(" " if char in "\r\n\t" else char for char in text[first:last])
    start = len(before) + at - first
    return f"{before}{line}{after}", (start, start + len(word))


class LikeSearch:
    """By LIKE over the live rows of the log: slow in a large store, and the same everywhere."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def places(self, term: str) -> list[Place]:
        """As of `Search`."""
        with self._store.session() as session:
            return like(session, term)

    def dossiers(self, words: str) -> dict[UUID, Place]:
        """As of `Search`."""
        by_word = [{each.dossier: each for each in self.places(w)} for w in words.split()]
        return together(by_word)

    def catch_up(self, bench: Workbench) -> Iterator[int]:
        """Nothing waits."""
        yield from ()


def together(by_word: Sequence[dict[UUID, Place]]) -> dict[UUID, Place]:
    """What all words have in common."""
    first, *others = by_word or [{}]
    return {key: place for key, place in first.items() if all(key in each for each in others)}


def like(session: Session, term: str, *where: ColumnElement[bool]) -> list[Place]:
    """The records in view whose log says the term, by LIKE; `where` narrows the log's rows."""
    folded = fold(term)
    if not folded:
        return []
    spelled = json.dumps(folded, ensure_ascii=False)[1:-1]
    said = func.lower(_LOG.c.value).contains(spelled, autoescape=True)
    wanted = select(*_COLUMNS).where(_LOG.c.live, said, *where)
    keys = {(row.dossier_id, row.record_id) for row in session.connection().execute(wanted)}
    return [
        Place(dossier, held.form, record)
        for (dossier, record), held in sorted(typed(session, keys).items())
        if held.has(folded)
    ]
