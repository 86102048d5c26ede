"""Three laptops that work on one dossier and exchange bundles as it comes: do they end up alike?

    python -m benchmarks.convergence [--edits 2000] [--seeds 3] [--seed 1]

Each laptop makes so many random edits: fields typed and typed again, entries added, moved,
withdrawn, brought back, purged, photos and attachments, conflicts decided, steps undone. In between
bundles go from one to another, some twice, some cut off in the middle, some stopped half-way. At
the end all exchange with all. Every row is noted as it is written, with all that the laptop had
heard of by then; what must come out is worked out of these notes without any database. Exits with 1
where the three differ by a byte of `dossier.json`, a row or a file was lost, a value is another
than the notes say, or a concurrent edit is not among the conflicts.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from sqlmodel import col, select

from app import merging, purge
from app.clashes import Way, clashes, decide
from app.exchange import dump
from app.handing_out import pack
from app.keys import new_keys
from app.log import PURGED, LogRow
from app.workbench import Workbench
from forms.dossier import Attachment, Enterprise, Equipment, Photo
from forms.errors import UserError
from forms.record import single_id

Key = tuple[UUID, str]
"""A record and one of its fields."""
_FIELDS = ("contact", "address", "phone", "summary")
_PARTS = ("name", "maker", "model")
_PHOTOS = 2
_PEOPLE = ("周示例", "李样本", "王试例")


@dataclass
class Notes:
    """Every row that was written, as it was, and what its writer had heard of, as bits."""

    rows: dict[UUID, LogRow] = field(default_factory=dict)
    bits: dict[UUID, int] = field(default_factory=dict)
    heard: dict[UUID, int] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)

    def write(self, row: LogRow, heard: int) -> int:
        """Note a row; its bit."""
        self.rows[row.id], self.heard[row.id] = row, heard
        self.bits[row.id] = 1 << len(self.bits)
        return self.bits[row.id]

    def purged(self) -> set[UUID]:
        """The records that somebody purged."""
        return {row.record_id for row in self.rows.values() if row.field == PURGED}

    def standing(self) -> dict[Key, list[LogRow]]:
        """By field: the rows that no row of the same field saw, the one that shows first."""
        seen = {
            (row.field, UUID(each))
            for row in self.rows.values()
            for each in json.loads(row.supersedes)
        }
        found: dict[Key, list[LogRow]] = {}
        for row in sorted(self.rows.values(), key=lambda row: row.rank, reverse=True):
            if (row.field, row.id) not in seen:
                found.setdefault((row.record_id, row.field), []).append(row)
        return found

    def conflicts(self) -> set[Key]:
        """The fields whose standing rows differ, and withdrawals that others wrote against."""
        standing, purged = self.standing(), self.purged()
        found = {key for key, rows in standing.items() if len({row.value for row in rows}) > 1}
        for (record, name), rows in standing.items():
            gone = [row for row in rows if name == "withdrawn" and row.value == "true"]
            known = {UUID(each) for row in gone for each in json.loads(row.supersedes)}
            others = (
                row
                for (other, path), own in standing.items()
                if other == record and path != "withdrawn"
                for row in own
            )
            if gone and any(row.id not in known for row in others):
                found.add((record, name))
        return {key for key in found if key[0] not in purged}

    def unheard(self) -> list[UUID]:
        """Rows that supersede one of which their writer had not heard."""
        return [
            row.id
            for row in self.rows.values()
            for each in json.loads(row.supersedes)
            if not self.bits[UUID(each)] & self.heard[row.id]
        ]


class Laptop:
    """A store, what it has heard of, and somebody who works at it."""

    def __init__(self, bench: Workbench, notes: Notes, chance: random.Random) -> None:
        self.bench, self.notes, self.chance = bench, notes, chance
        self.dossier = UUID(int=0)
        self.heard, self._counter = 0, 0
        self.machines: list[UUID] = []

    def note(self) -> None:
        """Note what was written here since the last time."""
        self.bench.seal(self.dossier)
        query = (
            select(LogRow)
            .where(LogRow.dossier_id == self.dossier, LogRow.device == self.bench.store.device)
            .where(col(LogRow.counter) > self._counter)
            .order_by(col(LogRow.counter))
        )
        with self.bench.store.session() as session:
            for row in session.exec(query):
                self.heard |= self.notes.write(row, self.heard)
                self._counter = row.counter

    def step(self) -> None:
        """One edit of some kind."""
        kinds = ("type", "add", "part", "move", "withdraw", "restore", "purge", "decide", "undo")
        (kind,) = self.chance.choices(kinds, (50, 8, 18, 3, 4, 3, 0.6, 6, 3))
        with suppress(_Nothing, UserError):
            getattr(self, f"_{kind}")()
            self.notes.done[kind] += 1
        self.note()

    def _type(self) -> None:
        record = single_id(self.dossier, "enterprise")
        name, text = self.chance.choice(_FIELDS), f"{self.bench.person}{self.chance.random()}"
        for end in range(len(text) - self.chance.randrange(3), len(text) + 1):
            self.bench.put(self.dossier, "enterprise", record, name, text[:end])

    def _any(self) -> UUID:
        if not self.machines:
            raise _Nothing
        return self.chance.choice(self.machines)

    def _add(self) -> None:
        after = self.chance.choice([None, *self.machines])
        name = f"设备{self.chance.randrange(10_000)}"
        self.machines.append(self.bench.add(self.dossier, "equipment", after=after, name=name))

    def _part(self) -> None:
        value = f"{self.bench.person}{self.chance.randrange(100)}"
        self.bench.put(self.dossier, "equipment", self._any(), self.chance.choice(_PARTS), value)

    def _move(self) -> None:
        self.bench.move(self.dossier, "equipment", self._any(), self._any())

    def _withdraw(self) -> None:
        self.bench.withdraw(self.dossier, "equipment", self._any())

    def _restore(self) -> None:
        self.bench.restore(self.dossier, "equipment", self._any())

    def _purge(self) -> None:
        form, record = "equipment", self._any()
        shots = self.bench.dossier(self.dossier).all(Photo)
        if shots and self.chance.random() < 0.2:
            form, record = "photo", self.chance.choice(shots).id
        list(purge.purge(self.bench, self.dossier, form, record, "示例"))

    def _decide(self) -> None:
        standing = clashes(self.bench, self.dossier)
        if not standing:
            raise _Nothing
        clash = self.chance.choice(standing)
        ways = [Way.LEFT, Way.RIGHT] + [Way.BOTH] * clash.joinable
        decide(self.bench, self.dossier, clash, self.chance.choice(ways))

    def _undo(self) -> None:
        self.bench.undo(self.dossier)

    def bring(self, folder: Path, number: int) -> None:
        """A photo and an attachment."""
        path = folder / f"{self.bench.person}-{number}.png"
        _draw(path, self.chance)
        list(self.bench.import_photos(self.dossier, [path]))
        self.note()
        self.bench.attach(self.dossier, path, "其他材料", path.stem, "")
        self.note()


class _Nothing(Exception):
    """There is nothing that such a step could be done to."""


def _draw(path: Path, chance: random.Random) -> None:
    from PIL import Image

    Image.frombytes("RGB", (40, 30), chance.randbytes(3600)).save(path)


def give(giver: Laptop, taker: Laptop, folder: Path, how: str) -> None:
    """A bundle goes from one to the other: whole, twice, cut off or stopped."""
    path = list(pack(giver.bench, giver.dossier, folder, to=f"{time.monotonic_ns()}"))[-1].made
    assert path is not None
    if how == "cut":
        broken = path.with_suffix(".cut")
        broken.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
        try:
            with merging.arrived(taker.bench, broken):
                raise AssertionError("a bundle that was cut off was taken")
        except UserError:
            return
    for _ in range(2 if how == "twice" else 1):
        with merging.arrived(taker.bench, path) as arrival:
            steps = arrival.take()
            if how == "stopped":
                next(steps)
                steps.close()
                return
            list(steps)
    taker.dossier = giver.dossier
    taker.heard |= giver.heard
    taker.machines = [row.id for row in _machines(taker)]
    path.unlink()


def _machines(laptop: Laptop) -> list[Equipment]:
    rows = laptop.bench.dossier(laptop.dossier).records.get("equipment", [])
    return [row for row in rows if isinstance(row, Equipment)]


def run(seed: int, edits: int, folder: Path, exchanges: int = 15) -> tuple[Notes, list[str]]:
    """One history; what was done in it, and what is wrong with its end."""
    chance, notes = random.Random(seed), Notes()
    with ExitStack() as stack:
        laptops = []
        for person in _PEOPLE:
            bench = stack.enter_context(closing(Workbench.open(folder / person, keys=new_keys())))
            bench.set_person(person)
            laptops.append(Laptop(bench, notes, chance))
        laptops[0].dossier = laptops[0].bench.create("示例厂")
        laptops[0].note()
        out = folder / "out"
        out.mkdir()
        for other in laptops[1:]:
            give(laptops[0], other, out, "whole")
        for turn in range(exchanges):
            for laptop in laptops:
                if turn < _PHOTOS:
                    laptop.bring(folder, turn)
                for _ in range(edits // exchanges + 1):
                    laptop.step()
            giver, taker = chance.sample(laptops, 2)
            (how,) = chance.choices(("whole", "twice", "cut", "stopped"), (6, 2, 1, 1))
            give(giver, taker, out, how)
            notes.done[how] += 1
        for _ in range(2):
            for giver in laptops:
                for taker in laptops:
                    if taker is not giver:
                        give(giver, taker, out, "whole")
        return notes, list(_wrong(laptops, notes))


def _wrong(laptops: list[Laptop], notes: Notes) -> Iterator[str]:
    texts = {
        json.dumps(dump(each.bench.dossier(each.dossier)), ensure_ascii=False, indent=1)
        for each in laptops
    }
    if len(texts) > 1:
        yield "the dossiers differ"
    if unheard := notes.unheard():
        yield f"{len(unheard)} rows supersede what their writer had not heard of"
    expected, standing, purged = notes.conflicts(), notes.standing(), notes.purged()
    for each in laptops:
        who = each.bench.person
        dossier, rows = each.bench.whole(each.dossier)
        if {row.id for row in rows} != notes.rows.keys():
            yield f"{who}: rows are lost or made up"
        for row in rows:
            if row.record_id not in purged and row.value != notes.rows[row.id].value:
                yield f"{who}: row {row.id} says something else"
            if row.record_id in purged and row.field not in (PURGED, "withdrawn") and row.value:
                yield f"{who}: row {row.id} of a purged record still speaks"
        found = {clash.where: clash for clash in clashes(each.bench, each.dossier)}
        if found.keys() != expected:
            yield f"{who}: conflicts {len(found)}, by the notes {len(expected)}"
        for key in found.keys() & expected - {key for key in expected if key[1] == "withdrawn"}:
            if found[key].rows != {row.id for row in standing[key]}:
                yield f"{who}: a conflict does not list every edit of {key}"
        profile = dossier.one(Enterprise)
        for name in _FIELDS:
            shown = standing.get((profile.id, name))
            if getattr(profile, name) != (json.loads(shown[0].value or '""') if shown else ""):
                yield f"{who}: {name} is another than by the notes"
        yield from _files(each, purged)


def _files(laptop: Laptop, purged: set[UUID]) -> Iterator[str]:
    """Every file of a record that was not purged is there, and is what its hash says."""
    bench = laptop.bench
    records = bench.dossier(laptop.dossier).records
    for row in [*records.get("photo", []), *records.get("attachment", [])]:
        if row.id in purged:
            continue
        assert isinstance(row, Photo | Attachment)
        held = (
            bench.picture(row, "original")
            if isinstance(row, Photo)
            else bench.attachment(row).read()
        )
        if sha256(held).hexdigest() != row.sha256:
            yield f"{bench.person}: {row.filename} is another file"


def main() -> int:
    """Run as the command line says; 1 where anything is wrong."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--edits", type=int, default=2000)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args()
    faults = 0
    for seed in range(told.seed, told.seed + told.seeds):
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="convergence-") as folder:
            notes, wrong = run(seed, told.edits, Path(folder))
        done = ", ".join(f"{count} {what}" for what, count in sorted(notes.done.items()))
        print(
            f"seed {seed}: {len(notes.rows)} rows ({done}), {len(notes.conflicts())} conflicts "
            f"stand, {len(wrong)} faults, {time.monotonic() - began:.0f} s"
        )
        print(*wrong[:20], sep="\n")
        faults += len(wrong)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
