"""The self-assessment to and from .xlsx: what a filled sheet would change, and then all of it.

The file is anybody's: its size, rows and cells are bounded, and only the lines of our own sheet
are read. Of an item or scene with a faulty cell nothing is taken in; what is empty changes nothing.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from app.foreign_table import BYTES_CEILING, rows_of_xlsx
from app.import_plan import Fault, State, sentences
from app.outside import cause
from app.records import snapshot
from exporters.blocks import clean
from exporters.self_sheet import (
    ANSWER,
    CODE,
    HEADS,
    NOTE,
    OWNER,
    TICK,
    SheetLine,
    lines_of,
    source_words,
    write,
)
from forms.dossier import Answer, Dossier, Enterprise
from forms.errors import UserError
from forms.evaluation import Stage, answer_id
from forms.fields import chosen, decimal
from forms.instrument import NUMERALS
from forms.pack import Pack
from forms.record import specs

if TYPE_CHECKING:
    from app.workbench import Workbench

SUFFIX = ".xlsx"
_NOTE_MOST = specs(Answer)["note"].limit
_HEAD_WITHIN = 12
_TICKS = frozenset({TICK, "✓", "✔", "☑", "是", "Y", "y", "1"})
_LETTER = re.compile(r"([A-Z])(?:[.．、].*)?", re.DOTALL)
_COLUMNS = "ABCDEF"
_CLEARED = "留空"


@dataclass(frozen=True, slots=True)
class RowPlan:
    """What becomes of one item or scene: its cells in the file, its name, and why."""

    cells: str
    subject: str
    state: State
    note: str = ""


@dataclass
class _Filled:
    """What a sheet says of one item or scene, with its rows there and what is wrong."""

    subject: str
    rows: list[int] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    @property
    def cells(self) -> str:
        first, last = min(self.rows), max(self.rows)
        letter = _COLUMNS[ANSWER]
        return f"{letter}{first}" if first == last else f"{letter}{first}:{letter}{last}"


class Plan:
    """A filled sheet beside one dossier. `rows` say what becomes of each part, once compared."""

    def __init__(self, filled: Sequence[_Filled], pack: Pack) -> None:
        self._filled, self._pack = filled, pack
        self.rows: list[RowPlan] = []

    def count(self, state: State) -> int:
        """How many parts are of a state."""
        return sum(row.state is state for row in self.rows)

    def compare(self, dossier: Dossier) -> list[tuple[str, str, Any]]:
        """Say anew what becomes of each part; the edits (item or scene, path, value)."""
        edits: list[tuple[str, str, Any]] = []
        self.rows = []
        for each in self._filled:
            if each.faults:
                note = sentences(each.faults)
                self.rows.append(RowPlan(each.cells, each.subject, State.WRONG, note))
                continue
            held = dossier.given(Stage.SELF, each.subject)
            changes = list(_changes(held, each.values))
            edits += [(each.subject, path, value) for path, value, _ in changes]
            known = held is not None and _says(held)
            state = State.SAME if not changes else State.CHANGED if known else State.NEW
            words = "；".join(dict.fromkeys(said for _, _, said in changes if said))
            self.rows.append(RowPlan(each.cells, each.subject, state, words))
        return edits


def export_sheet(bench: Workbench, dossier_id: UUID, path: Path) -> Path:
    """Write a dossier's sheet; where it stands. UserError where the disk refuses."""
    if path.suffix.lower() != SUFFIX:
        path = path.with_name(path.name + SUFFIX)
    try:
        # Beside its place first, so that a failure leaves what was there before.
        with tempfile.TemporaryDirectory(prefix=".part-", dir=path.parent) as work:
            write(bench.dossier(dossier_id), bench.pack, Path(work) / "table.xlsx")
            os.replace(Path(work) / "table.xlsx", path)
    except OSError as error:
        raise UserError(
            f"不能写入“{path}”（{cause(error)}），没有导出，原有文件未动，"
            "请关闭正在使用该文件的程序，或换一个文件夹。"
        ) from error
    return path


def preview(bench: Workbench, dossier_id: UUID, path: Path) -> Plan:
    """What a filled sheet would change; nothing is changed yet. UserError where it is none of ours,
    of another edition of the table, or of another enterprise."""
    dossier = bench.dossier(dossier_id)
    plan = Plan(read(path, bench.pack, dossier.one(Enterprise)), bench.pack)
    plan.compare(dossier)
    return plan


def apply(bench: Workbench, dossier_id: UUID, plan: Plan) -> int:
    """Write what the sheet says that the dossier does not say now, all or nothing; how many edits.

    It is compared once more, within the transaction: somebody may have typed meanwhile.
    """
    with bench.writing() as (session, log, records):
        log.seal(dossier_id)
        dossier = snapshot(session, dossier_id, ())
        edits = plan.compare(dossier)
        begun = {each.id for each in dossier.records.get("answer", ())}
        for subject, path, value in edits:
            record = answer_id(dossier_id, Stage.SELF, subject)
            if record not in begun:
                records.edit(dossier_id, "answer", record, "stage", Stage.SELF.value)
                records.edit(dossier_id, "answer", record, "subject", subject)
                begun.add(record)
            records.edit(dossier_id, "answer", record, path, value)
        log.seal(dossier_id)
    return len(edits)


def read(path: Path, pack: Pack, enterprise: Enterprise) -> list[_Filled]:
    """The parts of a sheet in which something is filled in. UserError as `preview` has."""
    if not path.is_file() or path.stat().st_size > BYTES_CEILING:
        limit = BYTES_CEILING >> 20
        raise UserError(f"“{path.name}”不存在或超过 {limit} 兆字节，没有导入，请核对文件。")
    rows = rows_of_xlsx(path, cell=_NOTE_MOST + 1)
    start = _start(rows, path.name, pack)
    _check_owner(rows[:start], path.name, enterprise)
    known = {line.number: line for line in lines_of(pack)}
    found: dict[str, _Filled] = {}
    seen: dict[str, int] = {}
    for number, row in enumerate(rows[start:], start + 1):
        key, said, note = (row[place] if place < len(row) else "" for place in (0, ANSWER, NOTE))
        line = known.get(key)
        if line is None:
            if said or note:
                strange = found.setdefault(f"第 {number} 行", _Filled(f"第 {number} 行"))
                strange.rows.append(number)
                strange.faults.append(Fault(number, "A", f"编号“{key[:20]}”不在评测表中"))
            continue
        part = found.setdefault(line.subject, _Filled(line.subject))
        part.rows.append(number)
        above = seen.setdefault(key, number)
        if above != number:
            part.faults.append(Fault(number, "A", f"编号“{key}”与第 {above} 行重复"))
        _take(part, line, number, said, note)
    return [_settled(part, pack) for part in found.values() if part.values or part.faults]


def _start(rows: Sequence[Sequence[str]], name: str, pack: Pack) -> int:
    """The number of the first row below the heads."""
    heads = [n for n, row in enumerate(rows[:_HEAD_WITHIN]) if tuple(row[: len(HEADS)]) == HEADS]
    if not heads:
        raise UserError(
            f"“{name}”不是从本程序导出的自评表，没有导入，请导出自评表由企业填写后再导入。"
        )
    if not any(source_words(pack.instrument) in row for row in rows[: heads[0]]):
        raise UserError(
            f"“{name}”所依据的评测表与本档案不同，没有导入，请重新导出自评表由企业填写。"
        )
    return heads[0] + 1


def _check_owner(head: Iterable[Sequence[str]], name: str, enterprise: Enterprise) -> None:
    """Refuse another enterprise's sheet, told by its code, else by its name."""
    named: dict[str, str] = {}
    for row in head:
        label = ""
        for cell in filter(None, row):
            if label and cell not in (OWNER, CODE):
                named.setdefault(label, cell)
            label = cell if cell in (OWNER, CODE) else ""
    for label, own in ((CODE, enterprise.credit_code), (OWNER, enterprise.name)):
        said = named.get(label, "")
        if said and own.strip():
            if said != own.strip():
                raise UserError(
                    f"“{name}”是“{named.get(OWNER, said)[:40]}”的自评表，不是本企业的，没有导入，"
                    "请核对文件。"
                )
            return


def _take(part: _Filled, line: SheetLine, number: int, said: str, note: str) -> None:
    """What one line says, in the shape that answers keep."""
    if note and line.noted:
        if len(note) > _NOTE_MOST:
            part.faults.append(Fault(number, _COLUMNS[NOTE], f"依据说明超过 {_NOTE_MOST} 字"))
        part.values["note"] = note
    if not said or not line.field:
        return
    name, _, key = line.field.partition(".")
    if name == "figures":
        if len(said) > 40 or decimal(said) is None:
            part.faults.append(Fault(number, _COLUMNS[ANSWER], f"“{said[:20]}”不是数字"))
        part.values[line.field] = said
    elif key:
        if said not in _TICKS:
            reason = f"“{said[:20]}”应为“√”或留空"
            part.faults.append(Fault(number, _COLUMNS[ANSWER], reason))
        part.values.setdefault("chosen", set()).add(key)
    elif name == "chosen":
        letter = _LETTER.fullmatch(said.upper())
        if letter is None or letter[1] not in line.choices:
            reason = f"“{said[:20]}”应为{'、'.join(line.choices)}之一"
            part.faults.append(Fault(number, _COLUMNS[ANSWER], reason))
        else:
            part.values["chosen"] = {letter[1]}
    else:
        level = _level(said, line.choices)
        if level is None:
            reason = f"“{said[:20]}”应为{'、'.join(line.choices)}之一"
            part.faults.append(Fault(number, _COLUMNS[ANSWER], reason))
        part.values["level"] = level


def _level(said: str, words: tuple[str, ...]) -> int | None:
    """A level as the boxes have it, or as a number."""
    if said in words:
        return words.index(said)
    digit = said.removesuffix("级")
    return int(digit) if digit in {str(n) for n in range(len(words))} else None


def _settled(part: _Filled, pack: Pack) -> _Filled:
    """The part, with what its options may not be together."""
    item = next((each for each in pack.instrument.items if each.name == part.subject), None)
    on = part.values.get("chosen")
    if item is not None and on and not item.allows(frozenset(on)):
        words = f"同时选了{'、'.join(sorted(on))}，评测表不允许并存"
        part.faults.append(Fault(min(part.rows), _COLUMNS[ANSWER], words))
    return part


def _says(answer: Answer) -> bool:
    return bool(chosen(answer.chosen) or answer.figures or answer.note) or answer.level is not None


def _changes(held: Answer | None, values: Mapping[str, Any]) -> Iterable[tuple[str, Any, str]]:
    """Path, value and words of what a part says otherwise than the answer."""
    for name, value in values.items():
        if name == "chosen":
            before = set(chosen(held.chosen)) if held else set()
            words = f"选项：{_letters(before)}→{_letters(value)}"
            for key in sorted(before ^ value):
                yield f"chosen.{key}", key in value, words
        elif name == "level":
            before_level = held.level if held else None
            if before_level != value:
                yield "level", value, f"等级：{_level_words(before_level)}→{_level_words(value)}"
        elif name == "note":
            if (clean(held.note).strip() if held else "") != value:
                yield "note", value, "依据说明"
        else:
            key = name.partition(".")[2]
            typed = str(held.figures.get(key, "")) if held else ""
            if decimal(typed or "x") != decimal(value):
                yield name, value, f"数据：{typed or _CLEARED}→{value}"


def _letters(keys: Iterable[str]) -> str:
    return "、".join(sorted(keys)) or _CLEARED


def _level_words(level: int | None) -> str:
    if level is None or not 0 <= level < len(NUMERALS):
        return _CLEARED
    return f"{NUMERALS[level]}级" if level else "无等级"
