"""Conflicts: edits of one field that stand side by side, in words; and a person's choice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlmodel import Session, col, select

from app.log import Log, LogRow
from app.trail_words import Names, field_words, spec_of, title_of, value_words
from forms.errors import UserError
from forms.fields import Kind
from forms.record import split_path

if TYPE_CHECKING:
    from app.workbench import Workbench

Where = tuple[UUID, str]
"""A record and the path of its field."""
_JOINED = {Kind.PROSE: "\n", Kind.TEXT: "；"}


class Way(StrEnum):
    """Which side a person takes; both only where it is text."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the values: as JSON holds it and in words, who wrote it when.

    `here` says that this store had it already (or, in a conflict that stands, that it was written
    at this device). `at` is ISO 8601 with offset, for display alone.
    """

    value: Any
    words: str
    person: str
    at: str
    here: bool
    row: UUID


@dataclass(frozen=True, slots=True)
class Clash:
    """A conflict. The left side is the store's own where one is; `base` is what both sides saw.

    A record that one withdrew and another edited has the path ``withdrawn``: left is what one of
    the two did, right the other.
    """

    form: str
    record: UUID
    path: str
    title: str
    name: str
    label: str
    sides: tuple[Side, ...]
    base: Side | None = None
    joinable: bool = False
    rows: frozenset[UUID] = field(default_factory=frozenset, repr=False)

    @property
    def where(self) -> Where:
        """Its field."""
        return self.record, self.path

    def value(self, way: Way) -> Any:
        """What the field holds after that choice. UserError where there is no such side."""
        if way is Way.BOTH:
            if not self.joinable:
                raise UserError(
                    f"“{self.label}”不是文字，不能两者都留，两个值均未变，请取其中之一。"
                )
            spec = spec_of(self.form, split_path(self.path)[0])
            parts = [str(side.value) for side in sorted(self.sides, key=lambda each: each.at)]
            return (_JOINED[spec.kind] if spec else "\n").join(dict.fromkeys(parts))
        return self.sides[0 if way is Way.LEFT else -1].value


def clashes(bench: Workbench, dossier_id: UUID) -> list[Clash]:
    """The conflicts that stand in a dossier, in the order of their records' forms."""
    with bench.store.session() as session:
        log = Log(session, bench.store.device, bench.person)
        groups = log.conflicts(dossier_id)
        own = {row.id for rows in groups.values() for row in rows if row.device == log.device}
        return told(session, groups, own)


def decide(bench: Workbench, dossier_id: UUID, clash: Clash, way: Way) -> None:
    """Have one side hold, or both one after the other; can be undone. UserError."""
    bench.choose(dossier_id, clash.form, clash.record, clash.path, clash.value(way))


def told(
    session: Session, groups: Mapping[Where, list[LogRow]], here: Iterable[UUID]
) -> list[Clash]:
    """Groups of rows, as `Log.conflicts` finds them, in words."""
    names, own = Names(session), set(here)
    found = [_told(session, names, where, rows, own) for where, rows in groups.items()]
    return sorted(found, key=lambda each: (each.form, each.name, each.label, str(each.record)))


def _told(
    session: Session, names: Names, where: Where, rows: list[LogRow], own: set[UUID]
) -> Clash:
    form, (record, path) = rows[0].form, where
    ranked = sorted(rows, key=lambda row: (row.id not in own, row.rank))
    if path == "withdrawn":
        sides = _kept_or_not(names, ranked, own)
    else:
        sides = [_side(names, row, own) for row in ranked]
    spec = spec_of(form, split_path(path)[0])
    text = spec is not None and spec.kind in _JOINED
    return Clash(
        form,
        record,
        path,
        title_of(form),
        names.of(form, record),
        field_words(form, path),
        tuple(sides),
        _base(session, names, rows, own),
        text and path != "withdrawn" and all(side.value for side in sides),
        frozenset(row.id for row in rows),
    )


def _side(names: Names, row: LogRow, own: set[UUID]) -> Side:
    words = value_words(row.form, row.field, row.value, names)
    return Side(row.payload(), words, row.person, row.at, row.id in own, row.id)


def _kept_or_not(names: Names, rows: list[LogRow], own: set[UUID]) -> list[Side]:
    """Withdrawn or not, with what the others wrote meanwhile said of the latter."""
    sides: dict[bool, Side] = {}
    for row in rows:
        gone = row.field == "withdrawn" and row.payload() is True
        words = "撤回这条记录" if gone else "保留这条记录"
        if row.field != "withdrawn":
            value = value_words(row.form, row.field, row.value, names) or "空"
            words += f"（“{field_words(row.form, row.field)}”改为“{value}”）"
        sides.setdefault(gone, Side(gone, words, row.person, row.at, row.id in own, row.id))
    return list(sides.values())


def _base(session: Session, names: Names, rows: list[LogRow], own: set[UUID]) -> Side | None:
    """The newest row of the field that every side had seen."""
    common: set[UUID] | None = None
    known: dict[UUID, LogRow] = {}
    for row in rows:
        before = _before(session, row, known)
        common = before if common is None else common & before
    if not common or len({row.field for row in rows}) > 1:
        return None
    return _side(names, max((known[each] for each in common), key=lambda row: row.rank), own)


def _before(session: Session, row: LogRow, known: dict[UUID, LogRow]) -> set[UUID]:
    """The rows of the same field that a row rests on, near and far."""
    found: set[UUID] = set()
    ahead = [UUID(item) for item in row.seen]
    while ahead:
        new = [each for each in set(ahead) if each not in found]
        ahead = []
        for each in session.exec(select(LogRow).where(col(LogRow.id).in_(new))) if new else ():
            if (each.record_id, each.field) == (row.record_id, row.field):
                found.add(each.id)
                known[each.id] = each
                ahead += [UUID(item) for item in each.seen]
    return found
