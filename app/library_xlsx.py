"""The solution library to and from .xlsx: what a file would change, and then all of it at once."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from fractional_indexing import FIError, generate_n_keys_between

from app.import_plan import State
from app.library import StoredNeed, count_rows, need_rows
from app.library_sheet import SheetRow, named, one_line, read, split_name, split_needs, tidy
from app.outside import cause
from app.progress import Progress
from app.records import snapshot
from exporters import library_table
from exporters.library import needs_text, product_text
from forms.dossier import Dossier, Enterprise, LibraryEntry, Provider, Solution
from forms.errors import UserError
from forms.fields import decimal
from forms.library import FirstScene
from grading.library import FURTHER, home, listed_id

if TYPE_CHECKING:
    from app.workbench import Workbench

SUFFIX = ".xlsx"
Path3 = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowPlan:
    """One row of the file: where it stands there, what it is of, what becomes of it and why."""

    cells: str
    scene: str
    product: str
    state: State
    note: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit of a record; a new one has its parent and gets its place when it is written."""

    form: str
    record: UUID
    values: dict[str, Any]
    new: bool = False
    parent: UUID | None = None


def export_one(bench: Workbench, dossier_id: UUID, path: Path) -> Iterator[Progress]:
    """Write one dossier's library; the last Progress says where. UserError where a disk refuses."""
    dossier = bench.dossier(dossier_id)
    name, provider = dossier.one(Enterprise).name.strip(), dossier.one(Provider).name.strip()
    rows = list(library_table.rows_of(dossier, bench.pack.library))
    parties = f"试点企业：{name}　　数字化转型服务商：{provider}"
    yield from _write(bench, rows, path, parties)


def export_all(bench: Workbench, path: Path) -> Iterator[Progress]:
    """Write all dossiers' libraries into one table, without scenes in which nothing stands."""
    summaries = bench.summaries()
    rows: list[library_table.LibraryRow] = []
    for done, summary in enumerate(summaries):
        yield Progress(done, len(summaries), f"正在汇总“{summary.name or '未命名企业'}”")
        dossier = bench.dossier(summary.id)
        rows += [
            row for row in library_table.rows_of(dossier, bench.pack.library) if any(row.cells[3:])
        ]
    if not rows:
        raise UserError("各档案的供需适配库都还没有内容，没有导出，请先填写。")
    yield from _write(bench, rows, path, "")


def export_needs(needs: Sequence[StoredNeed], path: Path) -> Iterator[Progress]:
    """Write the needs of all dossiers, counted and one by one."""
    if not needs:
        raise UserError("各档案的供需适配库都还没有需求，没有导出，请先填写。")
    from exporters import library_book

    counted, listed = count_rows(needs), need_rows(needs)
    yield _placed(path, lambda place: library_book.write_needs(counted, listed, place))


def _write(
    bench: Workbench, rows: Sequence[library_table.LibraryRow], path: Path, parties: str
) -> Iterator[Progress]:
    from exporters import library_book

    title = f"{bench.pack.city}市中小企业数字化转型需求、问题和场景清单及供需适配库"
    yield _placed(path, lambda place: library_book.write(rows, place, title, parties))


def _placed(path: Path, write: Callable[[Path], None]) -> Progress:
    """Write beside the file's place first, so that a failure leaves what was there before."""
    if path.suffix.lower() != SUFFIX:
        path = path.with_name(path.name + SUFFIX)
    try:
        with tempfile.TemporaryDirectory(prefix=".part-", dir=path.parent) as work:
            write(Path(work) / "table.xlsx")
            os.replace(Path(work) / "table.xlsx", path)
    except OSError as error:
        raise UserError(
            f"不能写入“{path}”（{cause(error)}），没有导出，原有文件未动，"
            "请关闭正在使用该文件的程序，或换一个文件夹。"
        ) from error
    return Progress(1, 1, f"已导出：{path.name}", made=path)


def preview(bench: Workbench, dossier_id: UUID, path: Path) -> Plan:
    """What a file would change in a dossier; nothing is changed yet. UserError as `read` has."""
    rows = read(path)
    plan = Plan(rows)
    plan.compare(bench.dossier(dossier_id), bench.pack.library)
    return plan


def apply(bench: Workbench, dossier_id: UUID, plan: Plan) -> int:
    """Write what the file says that the dossier does not say now, all or nothing; how many edits.

    It is compared once more, within the transaction: somebody may have typed meanwhile.
    """
    with bench.writing() as (session, log, records):
        log.seal(dossier_id)
        dossier = snapshot(session, dossier_id, ())
        edits = plan.compare(dossier, bench.pack.library)
        fresh = [edit for edit in edits if edit.new]
        places = {
            form: iter(_places(dossier, form, sum(edit.form == form for edit in fresh)))
            for form in {edit.form for edit in fresh}
        }
        for edit in edits:
            values = dict(edit.values)
            if edit.new:
                values = {"position": next(places[edit.form]), **values}
            if edit.parent is not None:
                values["parent_id"] = edit.parent
            for path, value in values.items():
                records.edit(dossier_id, edit.form, edit.record, path, value)
        log.seal(dossier_id)
    return len(edits)


def _places(dossier: Dossier, form: str, count: int) -> list[str]:
    """Positions behind all entries of a form."""
    last = max((r.position for r in dossier.records.get(form, ())), default="") or None
    try:
        return list(generate_n_keys_between(last, None, count))
    except (FIError, ValueError, IndexError, RecursionError):
        return [f"{last}V{number:05}" for number in range(count)]


class Plan:
    """The rows of a file beside one dossier. `rows` say what becomes of each, once compared."""

    def __init__(self, read_rows: Sequence[SheetRow]) -> None:
        self._read = read_rows
        self.rows: list[RowPlan] = []

    def count(self, state: State) -> int:
        """How many rows are of a state."""
        return sum(row.state is state for row in self.rows)

    def compare(self, dossier: Dossier, library: tuple[FirstScene, ...]) -> list[Edit]:
        """Say anew what becomes of each row; the edits that this takes, parents first."""
        held = _Held(dossier, library)
        owner = one_line(dossier.one(Enterprise).name)
        self.rows = []
        for row in self._read:
            state, note = State.SAME, row.trouble
            if "owner" in row.columns and row.values["owner"] != owner:
                state = State.OTHER
            elif not note and not held.knows(row):
                note = f"{row.columns['scene']}{row.line} 没有三级场景"
            if state is State.SAME:
                state, note = (State.WRONG, note) if note else held.take(row)
            name = row.values["name"]
            self.rows.append(RowPlan(row.cells, row.values["scene"], name, state, note))
        return held.edits


class _Held:
    """What a dossier's library holds, taken off entry by entry as a file's rows are matched."""

    def __init__(self, dossier: Dossier, library: tuple[FirstScene, ...]) -> None:
        self._dossier, self._library = dossier, library
        self.edits: list[Edit] = []
        self._taken = {r.id for r in dossier.records.get("libraryentry", ())}
        #: Entries by scene that no row has spoken of yet, and the one that the last row did.
        self._free: dict[Path3, list[LibraryEntry]] = {}
        self._current: dict[Path3, UUID | None] = {}
        self._said: dict[tuple[Path3, str, str], UUID | None] = {}
        self._products: dict[tuple[Path3, str, str], list[Solution]] = {}
        paths: dict[UUID | None, Path3] = {}
        for entry in dossier.all(LibraryEntry):
            path = paths[entry.id] = _key(home(library, entry))
            self._free.setdefault(path, []).append(entry)
        for each in dossier.all(Solution):
            path = paths.get(each.parent_id, (FURTHER, FURTHER, ""))
            key = (path, *_product_key(product_text(each), each.vendor))
            self._products.setdefault(key, []).append(each)
        self._known = {*self._free, *(key[0] for key in self._products)}

    def knows(self, row: SheetRow) -> bool:
        """Whether the row names its scene; without a name it can only be one that is there."""
        path = self._path(row)
        return bool(path[2]) or path in self._known

    def _path(self, row: SheetRow) -> Path3:
        return _key(home(self._library, self._named(row)))

    def _named(self, row: SheetRow) -> LibraryEntry:
        scene, group, first = (named(row.values[key]) for key in ("scene", "group", "first"))
        return LibraryEntry(dossier_id=self._dossier.id, scene=scene, group=group, first=first)

    def take(self, row: SheetRow) -> tuple[State, str]:
        """What becomes of a row, and which columns change; its edits are kept."""
        path = self._path(row)
        states = (
            [self._entry(path, row)] if row.values["needs"] or row.values["description"] else []
        )
        if row.values["name"]:
            states.append(self._product(path, row))
        labels = "、".join(dict.fromkeys(label for _, label in states if label))
        for state in (State.NEW, State.CHANGED):
            if any(each is state for each, _ in states):
                return state, labels
        return State.SAME, ""

    def _entry(self, path: Path3, row: SheetRow) -> tuple[State, str]:
        needs, description = row.values["needs"], row.values["description"]
        said = (path, needs, description)
        if said in self._said:  # the same texts stand beside each of a scene's products
            self._current[path] = self._said[said]
            return State.SAME, ""
        free = self._free.get(path, [])
        same = next((entry for entry in free if _says(entry, needs, description)), None)
        entry = same or next(iter(free), None)
        if entry is None:
            self._said[said] = self._new_entry(path, row)
            return State.NEW, "需求与场景描述"
        free.remove(entry)
        self._current[path] = self._said[said] = entry.id
        if same is not None:
            return State.SAME, ""
        return self._change(entry, _changes(entry, needs, description))

    def _change(self, record: LibraryEntry | Solution, values: dict[str, Any]) -> tuple[State, str]:
        form = "solution" if isinstance(record, Solution) else "libraryentry"
        self.edits.append(Edit(form, record.id, values))
        return State.CHANGED, "、".join(_LABELS[name] for name in values)

    def _new_entry(self, path: Path3, row: SheetRow) -> UUID:
        """An entry that the dossier lacks; of the list's scenes the first has an id of its own."""
        common, own = split_needs(row.values["needs"])
        texts = {"common_need": common, "own_need": own, "description": row.values["description"]}
        values = {name: text for name, text in texts.items() if text}
        blank = self._named(row)
        if path[2] in _listed(self._library):
            record = listed_id(self._dossier.id, path[2])
            record = uuid4() if record in self._taken else record
            values["scene"] = path[2]
        else:
            record = uuid4()
            names = {name: getattr(blank, name) for name in ("scene", "group", "first")}
            values |= {name: text for name, text in names.items() if text}
        self._taken.add(record)
        self.edits.append(Edit("libraryentry", record, values, new=True))
        self._current[path] = record
        return record

    def _product(self, path: Path3, row: SheetRow) -> tuple[State, str]:
        name, kind = split_name(row.values["name"])
        typed = {key: row.values[key] for key in ("brief", "price", "vendor")}
        held = self._products.get((path, *_product_key(row.values["name"], typed["vendor"])))
        if held:
            each = held.pop(0)
            changes = _product_changes(each, typed, kind)
            return self._change(each, changes) if changes else (State.SAME, "")
        values = {"name": name, "kind": kind, **typed}
        values = {key: text for key, text in values.items() if text}
        parent = self._parent(path, row)
        self.edits.append(Edit("solution", uuid4(), values, new=True, parent=parent))
        return State.NEW, "产品"

    def _parent(self, path: Path3, row: SheetRow) -> UUID | None:
        """The entry that a new product belongs to: the one spoken of last, else the scene's."""
        current = self._current.get(path)
        if current is not None:
            return current
        free = self._free.get(path, [])
        if free:
            return free[0].id
        if not path[2]:
            return None
        blank = SheetRow(row.line, {**row.values, "needs": "", "description": ""}, row.columns)
        return self._new_entry(path, blank)


_LABELS = {
    **{"common_need": "行业共性需求", "own_need": "企业个性需求", "description": "场景描述"},
    **{"brief": "简述", "price": "价格", "kind": "产品类别"},
}


def _listed(library: tuple[FirstScene, ...]) -> set[str]:
    return {scene for first in library for group in first.groups for scene in group.scenes}


def _key(path: Sequence[str]) -> Path3:
    return tuple(one_line(name) for name in path)


def _product_key(printed: str, vendor: str) -> tuple[str, str]:
    return split_name(one_line(printed))[0], one_line(vendor)


def _says(entry: LibraryEntry, needs: str, description: str) -> bool:
    return not _changes(entry, needs, description)


def _changes(entry: LibraryEntry, needs: str, description: str) -> dict[str, Any]:
    """What a row says otherwise than the entry; what it leaves empty stays as it is."""
    found: dict[str, Any] = {}
    if needs and tidy(needs_text(entry)) != needs:
        texts = zip(("common_need", "own_need"), split_needs(needs), strict=True)
        found = {n: text for n, text in texts if text and tidy(getattr(entry, n)) != text}
    if description and tidy(entry.description) != description:
        found["description"] = description
    return found


def _product_changes(each: Solution, typed: dict[str, str], kind: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if typed["brief"] and tidy(each.brief) != typed["brief"]:
        found["brief"] = typed["brief"]
    if typed["price"] and decimal(each.price or "x") != decimal(typed["price"]):
        found["price"] = typed["price"]
    if kind and split_name(one_line(product_text(each)))[1] != kind:
        found["kind"] = kind
    return found
