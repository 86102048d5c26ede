"""Conflicts: edits of one field that stand side by side, in words; and a person's choice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlmodel import Session, col, select

from app.log import Log, LogRow
from app.trail import device_words
from app.trail_words import Names, field_words, spec_of, title_of, value_words
from forms.errors import UserError
from forms.fields import Kind
from forms.record import split_path
from grading.rules.fields import DECIDED

if TYPE_CHECKING:
    from app.workbench import Workbench

Where = tuple[UUID, str]
"""A record and the path of its field."""
_JOINED = {Kind.PROSE: "\n", Kind.TEXT: "；"}
_LEVEL = ("answer", "level")


class Way(StrEnum):
    """Which side a person takes; both only where it is text."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"


Choice = Way | UUID
"""What a person takes; of more than two sides also a middle one, by its row."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the values: as JSON holds it and in words, who wrote it when.

    `here` says that this store had it already (or, in a conflict that stands, that it was written
    at this device). `at` is ISO 8601 with offset, for display alone. `photos` are the records of
    the photos that whoever judged a scene so tied to it.
    """

    value: Any
    words: str
    person: str
    at: str
    here: bool
    row: UUID
    device: str = ""
    photos: tuple[UUID, ...] = ()


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

    @property
    def matters(self) -> bool:
        """Whether a person decides it: of what nobody sees or chooses the later edit holds."""
        return split_path(self.path)[0] not in DECIDED

    def value(self, choice: Choice) -> Any:
        """What the field holds after that choice. UserError where there is no such side."""
        if choice is Way.BOTH:
            if not self.joinable:
                raise UserError(f"“{self.label}”不是文字，不能两者都留，各值均未变，请取其中之一。")
            spec = spec_of(self.form, split_path(self.path)[0])
            parts = [str(side.value) for side in sorted(self.sides, key=lambda each: each.at)]
            return (_JOINED[spec.kind] if spec else "\n").join(dict.fromkeys(parts))
        if isinstance(choice, Way):
            return self.sides[0 if choice is Way.LEFT else -1].value
        for side in self.sides:
            if side.row == choice:
                return side.value
        raise UserError(f"“{self.label}”没有这个值可取，各值均未变，请重新选择。")


Here = Callable[[LogRow], bool]
"""Whether a row stands on the left."""


def clashes(bench: Workbench, dossier_id: UUID) -> list[Clash]:
    """The conflicts that stand in a dossier, in the order of their records' forms."""
    with bench.store.session() as session:
        own = bench.store.device
        groups = Log(session, own, bench.person).conflicts(dossier_id)
        return told(session, groups, own, lambda row: row.device == own)


def decide(bench: Workbench, dossier_id: UUID, clash: Clash, choice: Choice) -> None:
    """Have one side hold, or both one after the other; can be undone. UserError."""
    bench.choose(dossier_id, clash.form, clash.record, clash.path, clash.value(choice))


def told(
    session: Session, groups: Mapping[Where, list[LogRow]], device: UUID, here: Here
) -> list[Clash]:
    """Groups of rows, as `Log.conflicts` finds them, in words. `device` is this one."""
    teller = _Teller(session, device, here)
    found = [teller.clash(where, rows) for where, rows in groups.items()]
    return sorted(found, key=lambda each: (each.form, each.name, each.label, str(each.record)))


class _Teller:
    """Puts conflicts in words, within one session."""

    def __init__(self, session: Session, device: UUID, here: Here) -> None:
        self._session, self._device, self._here = session, device, here
        self._names = Names(session)
        self._known: dict[UUID, dict[UUID, LogRow]] = {}

    def clash(self, where: Where, live: list[LogRow]) -> Clash:
        """One of them."""
        form, (record, path) = live[0].form, where
        rows = sorted(self._said(live), key=lambda row: (not self._here(row), row.rank))
        if path == "withdrawn":
            sides = self._kept_or_not(rows)
        else:
            evidence = self._evidence(record, rows) if (form, path) == _LEVEL else {}
            sides = [self._side(row, evidence.get(row.device, ())) for row in rows]
        spec = spec_of(form, split_path(path)[0])
        text = spec is not None and spec.kind in _JOINED
        return Clash(
            form,
            record,
            path,
            title_of(form),
            self._names.of(form, record),
            "撤回或保留" if path == "withdrawn" else field_words(form, path),
            tuple(sides),
            self._base(rows),
            text and path != "withdrawn" and all(side.value for side in sides),
            frozenset(row.id for row in live),
        )

    def _said(self, live: list[LogRow]) -> list[LogRow]:
        """The rows that first said the values: an undone choice stands where they stood, written
        anew in one go by whoever undid it."""
        found = []
        for row in live:
            known = self._before(row)
            rows = [*live, *known.values()]
            while sum((o.device, o.supersedes) == (row.device, row.supersedes) for o in rows) > 1:
                # What such a row supersedes is the choice that was undone.
                older = (
                    o for o in known.values() if o.rank < row.rank and str(o.id) not in row.seen
                )
                same = [each for each in older if each.value == row.value]
                if not same:
                    break
                row = max(same, key=lambda each: each.rank)
            found.append(row)
        return found

    def _side(self, row: LogRow, photos: tuple[UUID, ...] = ()) -> Side:
        device, here = device_words(row, self._device), self._here(row)
        words, value = self._words(row), row.payload()
        return Side(value, words, row.person, row.at, here, row.id, device, photos)

    def _words(self, row: LogRow) -> str:
        """The value, a number with its unit."""
        words = value_words(row.form, row.field, row.value, self._names)
        name, key = split_path(row.field)
        spec = spec_of(row.form, name)
        counts = spec is not None and key in ("", "value") and (row.form, row.field) != _LEVEL
        unit = spec.unit if spec is not None and counts else ""
        return f"{words} {unit}" if words and unit else words

    def _kept_or_not(self, rows: list[LogRow]) -> list[Side]:
        """Withdrawn or not, with what the others wrote meanwhile said of the latter."""
        sides: dict[bool, Side] = {}
        for row in rows:
            gone = row.field == "withdrawn" and row.payload() is True
            words = "撤回这条记录" if gone else "保留这条记录"
            if row.field != "withdrawn":
                label, value = field_words(row.form, row.field), self._words(row) or "空"
                words += f"（“{label}”改为“{value}”）"
            sides.setdefault(gone, replace(self._side(row), value=gone, words=words))
        return list(sides.values())

    def _evidence(self, record: UUID, rows: Sequence[LogRow]) -> dict[UUID, tuple[UUID, ...]]:
        """By the sides' devices: the photos that they tied to the answer; what others tied to it
        is everybody's."""
        query = select(LogRow).where(
            LogRow.record_id == record,
            LogRow.value == "true",
            col(LogRow.live),
            col(LogRow.field).startswith("photos."),
        )
        devices = {row.device for row in rows}
        found: dict[UUID, list[UUID]] = {device: [] for device in devices}
        for tie in self._session.exec(query.order_by(col(LogRow.counter))):
            with suppress(ValueError):  # a reference from outside that is no id
                photo = UUID(split_path(tie.field)[1])
                for device in [tie.device] if tie.device in devices else devices:
                    found[device].append(photo)
        return {device: tuple(dict.fromkeys(photos)) for device, photos in found.items()}

    def _base(self, rows: list[LogRow]) -> Side | None:
        """The newest row of the field that every side had seen."""
        if len({row.field for row in rows}) > 1:
            return None
        seen = [self._before(row) for row in rows]
        common = set.intersection(*(set(each) for each in seen))
        if not common:
            return None
        return self._side(max((seen[0][each] for each in common), key=lambda row: row.rank))

    def _before(self, row: LogRow) -> dict[UUID, LogRow]:
        """The rows of the same field that a row rests on, near and far."""
        if row.id in self._known:
            return self._known[row.id]
        found = self._known[row.id] = {}
        ahead = [UUID(item) for item in row.seen]
        while ahead:
            new = [each for each in set(ahead) if each not in found]
            ahead = []
            query = select(LogRow).where(col(LogRow.id).in_(new))
            for each in self._session.exec(query) if new else ():
                if (each.record_id, each.field) == (row.record_id, row.field):
                    found[each.id] = each
                    ahead += [UUID(item) for item in each.seen]
        return found
