"""Which edits turn the paragraph records of a section into what its editor shows.

The editor is one text whose blocks stand for records, and Qt's blocks have no memory that outlives
undo, cutting and pasting. So nothing is kept with the blocks: the records as last saved are
compared with the blocks as they are, and the few edits between them follow. All of this is pure.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import groupby
from uuid import UUID

#: Larger gaps (a whole section pasted over another) are paired in order instead of by likeness.
_CLOSE_LOOK = 900


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph as the editor shows it: never blank; `drafted` waits to be confirmed."""

    text: str
    drafted: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """A paragraph's record as the store holds it."""

    id: UUID
    text: str
    drafted: bool = False


@dataclass(frozen=True, slots=True)
class Put:
    """One field of a record changes: `text` or `drafted`."""

    id: UUID
    path: str
    value: str | bool


@dataclass(frozen=True, slots=True)
class Add:
    """A new record behind `after`; None only where the section has no other."""

    id: UUID
    after: UUID | None
    text: str
    drafted: bool


@dataclass(frozen=True, slots=True)
class Move:
    """A record goes behind `after`."""

    id: UUID
    after: UUID


@dataclass(frozen=True, slots=True)
class Withdraw:
    """A record goes out of sight."""

    id: UUID


@dataclass(frozen=True, slots=True)
class Restore:
    """A withdrawn record comes back; where, is not known, so a move follows if there are others."""

    id: UUID


Edit = Put | Add | Move | Withdraw | Restore


@dataclass(frozen=True)
class Sheet:
    """A section as the store holds it: the records in view, in order, and those taken out."""

    live: tuple[Held, ...] = ()
    gone: tuple[Held, ...] = ()

    def ids(self) -> list[UUID]:
        """The records in view, in order."""
        return [held.id for held in self.live]

    def blocks(self) -> list[Block]:
        """What an editor shows of it."""
        return [Block(held.text, held.drafted) for held in self.live if held.text.strip()]

    def with_edit(self, edit: Edit) -> Sheet:
        """The sheet once an edit was saved."""
        live, gone = list(self.live), list(self.gone)
        if isinstance(edit, Add):
            _insert(live, Held(edit.id, edit.text, edit.drafted), edit.after)
        elif isinstance(edit, Put):
            spot = _index(live, edit.id)
            if isinstance(edit.value, bool):
                live[spot] = replace(live[spot], drafted=edit.value)
            else:
                live[spot] = replace(live[spot], text=edit.value)
        elif isinstance(edit, Move):
            _insert(live, live.pop(_index(live, edit.id)), edit.after)
        elif isinstance(edit, Withdraw):
            gone.append(live.pop(_index(live, edit.id)))
        else:
            live.append(gone.pop(_index(gone, edit.id)))
        return Sheet(tuple(live), tuple(gone))


def plan(sheet: Sheet, blocks: Sequence[Block], fresh: Callable[[], UUID]) -> list[Edit]:
    """The edits after which the sheet shows `blocks`; `fresh` makes ids for new records.

    What comes is saved before anything goes, so that a crash between two edits leaves a text twice
    at worst. A text that was taken out and stands there again gets its own record back.
    """
    owners = _owners(sheet, blocks, fresh)
    live = {held.id: held for held in sheet.live}
    known = live | {held.id: held for held in sheet.gone}
    edits: list[Edit] = []

    def do(edit: Edit) -> None:
        nonlocal sheet
        edits.append(edit)
        sheet = sheet.with_edit(edit)

    for place, (owner, block) in enumerate(zip(owners, blocks, strict=True)):
        before = owners[place - 1] if place else None
        if owner not in known:
            first = sheet.live[0].id if sheet.live else None
            do(Add(owner, before or first, block.text, block.drafted))
            continue
        if owner not in live:
            first = sheet.live[0].id if sheet.live else None
            do(Restore(owner))
            if before is not None:
                do(Move(owner, before))
            elif first is not None:
                do(Move(owner, first))
        if known[owner].text != block.text:
            do(Put(owner, "text", block.text))
        if known[owner].drafted != block.drafted:
            do(Put(owner, "drafted", block.drafted))
    for move in _moves(sheet.ids(), owners):
        do(move)
    wanted = set(owners)
    edits += [Withdraw(held.id) for held in sheet.live if held.id not in wanted]
    return edits


def together(edits: Iterable[Edit]) -> Iterator[list[Edit]]:
    """The edits that are saved at once: confirmations beside each other. All else is by itself, for
    a text that is refused may keep no other one from being saved."""
    for confirmed, run in groupby(edits, lambda e: isinstance(e, Put) and e.path == "drafted"):
        group = list(run)
        yield from [group] if confirmed else [[edit] for edit in group]


def _owners(sheet: Sheet, blocks: Sequence[Block], fresh: Callable[[], UUID]) -> list[UUID]:
    """For each block the record that it shows: an old one, one taken out, or a new one."""
    old = [held.text for held in sheet.live]
    pairs = _match(old, [block.text for block in blocks])
    left = [place for place in range(len(old)) if place not in set(pairs.values())]
    gone = list(sheet.gone)
    owners: list[UUID] = []
    for place, block in enumerate(blocks):
        moved = next((n for n in left if old[n] == block.text), None)
        back = next((n for n, held in enumerate(gone) if held.text == block.text), None)
        if place in pairs:
            owners.append(sheet.live[pairs[place]].id)
        elif moved is not None:
            left.remove(moved)
            owners.append(sheet.live[moved].id)
        elif back is not None:
            owners.append(gone.pop(back).id)
        else:
            owners.append(fresh())
    return owners


def _match(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """Pairs new place → old place, in order: equal texts first, likely ones in the gaps."""
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    pairs = {place: place for place in range(head)}
    pairs |= {len(new) - n: len(old) - n for n in range(1, tail + 1)}
    middle_old, middle_new = old[head : len(old) - tail], new[head : len(new) - tail]
    matcher = SequenceMatcher(None, middle_old, middle_new, autojunk=False)
    for kind, one, two, three, four in matcher.get_opcodes():
        if kind == "equal":
            found = [(three + n, one + n) for n in range(two - one)]
        elif kind == "replace":
            found = [
                (three + n, one + o)
                for n, o in _likely(middle_old[one:two], middle_new[three:four])
            ]
        else:
            continue
        pairs.update((head + n, head + o) for n, o in found)
    return pairs


def _likely(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs (new, old) in order with the most text in common; of equals the earlier.

    As many are paired as there can be: a paragraph written over another is that paragraph.
    """
    if len(old) * len(new) > _CLOSE_LOOK or len(old) == len(new):
        return [(n, n) for n in range(min(len(old), len(new)))]
    swap = len(old) > len(new)
    few, many = (new, old) if swap else (old, new)
    spare = len(many) - len(few)
    # best[i][s]: the most text in common when few[i:] are paired and s of the spare ones are used.
    best = [[0] * (spare + 1) for _ in range(len(few) + 1)]
    like = [[_likeness(few[i], many[i + s]) for s in range(spare + 1)] for i in range(len(few))]
    for i in range(len(few) - 1, -1, -1):
        for s in range(spare, -1, -1):
            here = like[i][s] + best[i + 1][s]
            best[i][s] = max(here, best[i][s + 1]) if s < spare else here
    pairs, s = [], 0
    for i in range(len(few)):
        while s < spare and like[i][s] + best[i + 1][s] < best[i][s]:
            s += 1
        pairs.append((i, i + s))
    return [(many_at, few_at) if not swap else (few_at, many_at) for few_at, many_at in pairs]


def _likeness(one: str, other: str) -> int:
    """How many characters two texts share at their beginning and end, where typing leaves them."""
    head = _common(one, other)
    return head + _common(one[head:][::-1], other[head:][::-1])


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many items two sequences share from their beginning."""
    for place, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return place
    return min(len(one), len(other))


def _moves(order: list[UUID], wanted: list[UUID]) -> list[Move]:
    """The fewest moves behind another record that bring `wanted` into its order in `order`."""
    if not wanted:
        return []
    moves: list[Move] = []
    present = set(wanted)
    first = next(record for record in order if record in present)
    if first != wanted[0]:
        # Nothing can be put before the first one, but behind it, and the first one behind that.
        if order.index(wanted[0]) != order.index(first) + 1:
            moves.append(Move(wanted[0], first))
        moves.append(Move(first, wanted[0]))
        rest = [record for record in order if record not in (first, wanted[0])]
        order = [wanted[0], first, *rest]
    places = {record: place for place, record in enumerate(order)}
    staying = _rising([places[record] for record in wanted])
    for place, record in enumerate(wanted[1:], 1):
        if place not in staying:
            moves.append(Move(record, wanted[place - 1]))
    return moves


def _rising(places: list[int]) -> set[int]:
    """Where a longest rising subsequence stands, its first item being the least of all."""
    tails: list[int] = []
    holders: list[int] = []
    before = [-1] * len(places)
    for index, place in enumerate(places):
        spot = bisect_left(tails, place)
        before[index] = holders[spot - 1] if spot else -1
        if spot == len(tails):
            tails.append(place)
            holders.append(index)
        else:
            tails[spot], holders[spot] = place, index
    found = set()
    index = holders[-1]
    while index >= 0:
        found.add(index)
        index = before[index]
    return found


def _index(rows: Sequence[Held], record: UUID) -> int:
    return next(place for place, held in enumerate(rows) if held.id == record)


def _insert(rows: list[Held], held: Held, after: UUID | None) -> None:
    rows.insert(len(rows) if after is None else _index(rows, after) + 1, held)
