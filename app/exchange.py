"""dossier.json: a dossier as one mapping, out of the store and back into it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4, uuid5

from fractional_indexing import FIError, generate_key_between
from pydantic import ValidationError

from app.log import canonical
from app.outside import read_plain
from app.records import field_spec, form_class, plain, store_value
from forms.assignment import assignment_id
from forms.dossier import Dossier, File
from forms.errors import UserError
from forms.evaluation import Stage, answer_id
from forms.fields import KEYS_CEILING, Kind, chosen, parse
from forms.photo_facts import PhotoFacts
from forms.questions import reply_id
from forms.record import STRUCTURE, Record, form_of, forms, single_id, specs
from forms.retrofit import filing_change_id
from forms.signature import clean_ink
from grading import cites

FORMAT = "zhengai-dossier/1"
BYTES_CEILING = 30 * 1024 * 1024
ENTRIES_CEILING = 5_000
EDITS_CEILING = 200_000
_FOLLOWING = ("answer", "assignment", "filingchange", "reply")
"""Forms whose records' ids follow from what they are about; their order says nothing."""
_SHORT = re.compile(r"[\w.-]{1,40}")

#: One edit as the log takes it: form, record id, field path, parsed value.
Edit = tuple[str, UUID, str, Any]


def dump(dossier: Dossier) -> dict[str, Any]:
    """The dossier as JSON types; what was withdrawn stays in, marked."""
    found: dict[str, Any] = {"format": FORMAT, "id": str(dossier.id)}
    for name, kind in forms().items():
        entries = [_entry(record) for record in dossier.records.get(name, ())]
        if kind.single and entries:
            found[name] = entries[0]
        elif entries:
            found[name] = entries
    return found


def _entry(record: Record) -> dict[str, Any]:
    entry: dict[str, Any] = {} if record.single else {"id": str(record.id)}
    if record.parent_id:
        entry["parent"] = str(record.parent_id)
    if record.position:
        entry["position"] = record.position
    if record.withdrawn:
        entry["withdrawn"] = True
    for name, spec in specs(type(record)).items():
        value = getattr(record, name)
        if spec.kind in (Kind.CHOICES, Kind.REFS):
            value = chosen(value, spec) if spec.keys else sorted(chosen(value))
        elif isinstance(value, dict):
            # In one order, whatever order it was filled in: two laptops write the same file.
            value = json.loads(canonical(value))
        if value not in (None, "", [], {}):
            entry[name] = plain(value) if not isinstance(value, list) else value
    return entry


def read_file(path: Path) -> dict[str, Any]:
    """A dossier file (JSON or YAML) as a mapping; UserError where it is none."""
    if not path.is_file():
        raise UserError(f"没有找到文件“{path.name}”，未作任何改动，请核对文件名和位置。")
    found = read_plain(path, BYTES_CEILING, "没有导入，请核对文件。")
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise UserError(
            f"“{path.name}”不是诊改工作台的档案（缺少 format: {FORMAT}），没有导入，请核对文件。"
        )
    return found


class Reader:
    """Turns a mapping from outside into edits; UserError names the first thing that is wrong."""

    def __init__(self, mapping: dict[str, Any]) -> None:
        self._mapping = mapping
        self._seen: set[UUID] = set()
        self.dossier_id = self._own_id(mapping.get("id"))

    def edits(self) -> list[Edit]:
        """Every edit that makes the dossier, its own record first."""
        found: list[Edit] = []
        self._seen = {self.dossier_id}
        for edit in self._every():
            found.append(edit)
            if len(found) > EDITS_CEILING:
                raise UserError(
                    f"档案的内容超过 {EDITS_CEILING} 项，没有导入，请核对文件是否完好。"
                )
        if not found:
            raise UserError("档案里没有任何内容，没有导入，请核对文件。")
        return found

    def _every(self) -> Iterator[Edit]:
        yield from self._fields(File, self._mapping.get("dossier") or {}, self.dossier_id)
        for name, content in self._mapping.items():
            if name in ("format", "id", "dossier"):
                continue
            kind = form_class(name)
            entries = [content] if kind.single else content
            if not isinstance(entries, list) or len(entries) > ENTRIES_CEILING:
                raise UserError(
                    f"“{kind.title}”应为不超过 {ENTRIES_CEILING} 条的列表，没有导入，请核对文件。"
                )
            for place, entry in enumerate(entries):
                if not isinstance(entry, dict):
                    raise UserError(
                        f"“{kind.title}”第 {place + 1} 条不是一组栏目，没有导入，请核对文件。"
                    )
                record_id = self._id_of(kind, entry, place)
                if record_id in self._seen:
                    raise UserError(
                        f"“{kind.title}”第 {place + 1} 条与另一条记录的编号相同，"
                        "没有导入，请为各条记录取不同的编号。"
                    )
                self._seen.add(record_id)
                yield from self._structure(kind, entry, record_id, place)
                yield from self._fields(kind, entry, record_id)

    def _own_id(self, raw: Any) -> UUID:
        return uuid4() if raw is None else _uuid(raw) or uuid5(_NAMES, self._short(raw))

    @staticmethod
    def _short(raw: Any) -> str:
        if not isinstance(raw, str) or not _SHORT.fullmatch(raw):
            shown = raw[:40] if isinstance(raw, str) else type(raw).__name__
            raise UserError(f"记录编号“{shown}”不合规定，没有导入，请改用字母、数字组成的短名。")
        return raw

    def reference(self, form: str, raw: Any) -> UUID:
        """A record's id as written: a UUID, or the short name of an entry of this file."""
        return _uuid(raw) or uuid5(self.dossier_id, f"{form}#{self._short(raw)}")

    def _id_of(self, kind: type[Record], entry: dict[str, Any], place: int) -> UUID:
        form = form_of(kind)
        if kind.single:
            return single_id(self.dossier_id, form)
        if form == "answer":
            stage, subject = entry.get("stage"), entry.get("subject")
            if stage not in [s.value for s in Stage] or not isinstance(subject, str):
                raise UserError(f"水平评测第 {place + 1} 条缺少阶段或名称，没有导入，请核对文件。")
            return answer_id(self.dossier_id, Stage(stage), subject)
        if form == "reply":
            if not isinstance(entry.get("question"), str):
                raise UserError(f"现场答复第 {place + 1} 条缺少问题，没有导入，请核对文件。")
            return reply_id(self.dossier_id, entry["question"])
        if form == "assignment":
            return assignment_id(self.dossier_id, str(entry.get("kind")), str(entry.get("subject")))
        if form == "filingchange":
            return filing_change_id(self.dossier_id, str(entry.get("field")))
        return self.reference(form, entry.get("id", f"n{place + 1}"))

    def _structure(
        self, kind: type[Record], entry: dict[str, Any], record_id: UUID, place: int
    ) -> Iterator[Edit]:
        form = form_of(kind)
        default = "" if kind.single or form in _FOLLOWING else f"c{_base62(place)}"
        position = parse(field_spec(kind, "position"), entry.get("position", default))
        if position:
            yield form, record_id, "position", _checked_position(kind.title, position)
        if entry.get("parent") is not None:
            parent = _PARENTS.get(form)
            if parent is None:
                raise UserError(f"“{kind.title}”没有上级记录，没有导入，请核对文件。")
            yield form, record_id, "parent_id", self._parent(parent, entry["parent"])
        if entry.get("withdrawn") is True:
            yield form, record_id, "withdrawn", True

    def _parent(self, form: str, raw: Any) -> UUID:
        """The id of an entry's parent: of the form that has such entries, or of another, which is
        named by itself where it is a single one, and else before the short name:
        examination.onsite."""
        other, dot, short = str(raw).partition(".")
        named = forms().get(other)
        if named is not None and dot:
            return self.reference(other, short)
        if named is not None and named.single:
            return single_id(self.dossier_id, other)
        return self.reference(form, raw)

    def _fields(self, kind: type[Record], entry: Any, record_id: UUID) -> Iterator[Edit]:
        form = form_of(kind)
        if not isinstance(entry, dict):
            raise UserError(f"“{kind.title}”应为一组栏目，没有导入，请核对文件。")
        for name, raw in entry.items():
            if name in ("id", "parent", "position", "withdrawn"):
                continue
            if name in STRUCTURE:
                raise UserError(f"“{kind.title}”没有“{name}”一栏，没有导入，请核对文件。")
            spec = field_spec(kind, str(name))
            if spec.kind in (Kind.CHOICES, Kind.REFS):
                for key in _keys(spec.label, raw):
                    if spec.kind is Kind.REFS:
                        key = str(self.reference(spec.of, key))
                    yield form, record_id, f"{name}.{key}", parse(spec, True, key)
            elif spec.kind in (Kind.FIGURE, Kind.NUMBERS):
                for key, part in _mapping(spec.label, raw).items():
                    yield form, record_id, f"{name}.{key}", parse(spec, part, str(key))
            elif spec.kind is Kind.FACTS:
                yield form, record_id, name, _facts(form, raw)
            elif spec.kind is Kind.REF and raw is not None:
                yield form, record_id, name, self.reference(spec.of, raw)
            else:
                yield form, record_id, name, parse(spec, raw)


def detached(mapping: dict[str, Any]) -> Dossier:
    """A dossier from a mapping of the format of dossier.json, that is in no store. UserError."""
    reader = Reader(mapping)
    records: dict[str, dict[UUID, Record]] = {}
    for form, record_id, path, value in reader.edits():
        rows = records.setdefault(form, {})
        if record_id not in rows:
            rows[record_id] = form_class(form)(id=record_id, dossier_id=reader.dossier_id)
        store_value(rows[record_id], path, value)
    ordered = {
        form: sorted(rows.values(), key=lambda row: (row.position, str(row.id)))
        for form, rows in records.items()
    }
    return Dossier(reader.dossier_id, ordered)


_NAMES = UUID("6c7f0f0e-51a5-4b5e-9a57-2f8d6a3f1c90")
_PARENTS = {
    "stay": "visit",
    "solution": "libraryentry",
    "needstep": "libraryentry",
    "returnpoint": "returnopinion",
    "contractitem": "contract",
    "milestone": "contract",
}
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def _base62(place: int) -> str:
    """Three digits of 62: the integer part `c...` of a fractional index, in order."""
    return "".join(_DIGITS[place // 62**power % 62] for power in (2, 1, 0))


def _uuid(raw: Any) -> UUID | None:
    """A UUID that is written out, or None for a short name or anything else."""
    try:
        return UUID(raw) if isinstance(raw, str) else None
    except ValueError:
        return None


def _checked_position(title: str, position: str) -> str:
    """A fractional index, behind which another one can be made."""
    try:
        if len(position) <= 200:
            generate_key_between(position, None)
            return position
    except (FIError, ValueError, IndexError):
        pass
    raise UserError(f"“{title}”的次序“{position[:40]}”不合规定，没有导入，请核对文件。")


def _keys(label: str, raw: Any) -> list[str]:
    if (
        not isinstance(raw, list)
        or len(raw) > KEYS_CEILING
        or not all(isinstance(k, str) for k in raw)
    ):
        raise UserError(f"“{label}”应为所选各项的列表，没有导入，请核对文件。")
    return raw


def _mapping(label: str, raw: Any) -> dict[Any, Any]:
    if not isinstance(raw, dict) or len(raw) > KEYS_CEILING:
        raise UserError(f"“{label}”应为一组数值，没有导入，请核对文件。")
    return raw


def _facts(form: str, raw: Any) -> dict[str, Any]:
    """What a machine recorded, in the shape that is kept: a photo's facts, or a signature's ink."""
    if form == "signature":
        return clean_ink(raw)
    if form == "paragraph":
        return cites.kept(cites.read(raw))
    try:
        return PhotoFacts.model_validate(raw).model_dump(mode="json") if raw else {}
    except ValidationError:
        raise UserError("照片信息不合规定，没有导入，请核对文件。") from None
