"""What a drafted paragraph rests on, and whether that is still so."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from forms.dossier import Answer, Dossier, Training
from forms.record import Record, form_of, forms, specs, split_path

R = TypeVar("R", bound=Record)

ADVICE = "advice"
"""The form that cites of the pack's advice name."""
LIST = "*"
"""The path of a cite that is of which entries a list has."""
_SHOWN = 80
"""Characters of a fact that are kept to be shown; of a longer one its hash is."""
_MOST = 400
"""Cites of a paragraph that are read back; more has no paragraph."""


@dataclass(frozen=True, slots=True)
class Cite:
    """One fact: a field of a record as it was, or an entry of the pack's advice.

    `path` is a field's path, or LIST for a list's entries (then `record` is its parent, if any), or
    the advice's place, such as 计划排程/2. `value` is the fact as JSON, "" for nothing, or where
    that is long "#" and its hash.
    """

    form: str
    record: UUID | None
    path: str
    value: str


def entries(dossier: Dossier, form: type[R], parent: UUID | None = None) -> list[R]:
    """The entries of a list that drafts speak of: the report says nothing of later trainings."""
    found = dossier.all(form, parent)
    return [row for row in found if not isinstance(row, Training) or not row.phase]


def cite(record: Record, path: str) -> Cite:
    """A field of a record as it is now. KeyError where the form has no such field."""
    return Cite(form_of(record), record.id, path, fact(at(record, path)))


def at(record: Record, path: str) -> Any:
    """A field by its path, of a keyed one an entry. KeyError where the form has no such field."""
    name, key = split_path(path)
    if name not in specs(type(record)):
        raise KeyError(f"{form_of(record)} has no field {name}")
    value = getattr(record, name)
    return value.get(key, "") if key else value


def fact(value: Any) -> str:
    """A value as a cite keeps it; nothing typed, nothing there and a box not ticked are one."""
    if value in (None, "", {}, [], False):
        return ""
    if isinstance(value, dict):
        value = {key: part for key, part in value.items() if part not in (None, "", False)}
        if not value:
            return ""
    plain = json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    if len(plain) <= _SHOWN:
        return plain
    return "#" + hashlib.sha256(plain.encode()).hexdigest()[:16]


class Facts:
    """The facts of a dossier as they are now, found by cite."""

    def __init__(self, dossier: Dossier) -> None:
        self._dossier = dossier
        self._forms: dict[str, dict[UUID, Record]] = {}

    def _found(self, form: str) -> dict[UUID, Record]:
        """The records of a form in their order, looked up once: few forms are cited of many."""
        if form not in self._forms:
            found = entries(self._dossier, forms()[form])
            self._forms[form] = {record.id: record for record in found}
        return self._forms[form]

    def now(self, held: Cite) -> str:
        """The fact of a cite."""
        if held.form == ADVICE:
            return held.value  # the pack's words change with the pack, which the dossier names
        kind = forms().get(held.form)
        if kind is None:
            return ""
        if held.path == LIST:
            every = self._found(held.form).values()
            return fact([str(r.id) for r in every if held.record in (None, r.parent_id)])
        record = self._found(held.form).get(held.record) if held.record else None
        if record is None:  # one that was never typed into is as good as an empty one
            home = self._dossier.id
            record = kind(id=held.record or home, dossier_id=home)
        try:
            return fact(at(record, held.path))
        except KeyError:
            return ""

    def changed(self, cites: Iterable[Cite]) -> list[Cite]:
        """Those whose fact is another one now."""
        return [each for each in cites if self.now(each) != each.value]

    def where(self, held: Cite) -> str:
        """What a cite is called: 企业基本情况“上年度营业收入”, 设备联网“判定依据”."""
        if held.form == ADVICE:
            return f"改造建议库“{held.path}”"
        kind = forms().get(held.form)
        if kind is None:
            return "已不存在的记录"
        spec = specs(kind).get(split_path(held.path)[0])
        label = f"“{spec.label}”" if spec else "的条目"
        record = self._found(held.form).get(held.record) if held.record else None
        if isinstance(record, Answer):
            return f"{record.subject}{label}"
        own = str(getattr(record, "name", "")).strip()[:20] if record is not None else ""
        return f"{kind.title}{f'“{own}”的' if own and not kind.single else ''}{label}"


def changed(cites: Iterable[Cite], dossier: Dossier) -> list[Cite]:
    """Those of a paragraph's cites whose fact is another one now."""
    return Facts(dossier).changed(cites)


def renewed(cites: Any, now: Facts) -> dict[str, Any]:
    """A paragraph's cites on the facts as they are now: a person looked at it, and it holds."""
    return kept(Cite(c.form, c.record, c.path, now.now(c)) for c in read(cites))


def kept(cites: Iterable[Cite]) -> dict[str, Any]:
    """Cites as a paragraph's record keeps them."""
    rows = [[c.form, str(c.record) if c.record else None, c.path, c.value] for c in cites]
    return {"cites": rows} if rows else {}


def read(facts: Any) -> list[Cite]:
    """The cites that a paragraph's record keeps; none where they are not what they should be."""
    found = []
    try:
        for form, record, path, value in list(facts.get("cites", ()))[:_MOST]:
            found.append(Cite(str(form), UUID(record) if record else None, str(path), str(value)))
    except (AttributeError, TypeError, ValueError):
        return []
    return found
