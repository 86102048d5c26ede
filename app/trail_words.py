"""A change log's records, fields and values in the words that people know them by."""

from __future__ import annotations

import json
from functools import cache, cached_property
from typing import Any
from uuid import UUID

from sqlmodel import Session, select

from app.log import PURGED
from app.packs import DEFAULT_PACK, known_packs, load_pack
from forms.dossier import File
from forms.evaluation import STAGE_NAMES
from forms.fields import Kind, Spec
from forms.instrument import NO_LEVEL, NUMERALS
from forms.outline import Outline
from forms.record import Record, form_of, forms, specs, split_path
from grading.assignments import subject_name

GONE = "（已彻底删除）"
_STRUCTURE = {"position": "次序", "parent_id": "上级记录", "withdrawn": "撤回", PURGED: "彻底删除"}
_PARTS = {"value": "数值", "year": "年度", "basis": "口径"}
_STAGES = {stage.value: name for stage, name in STAGE_NAMES.items()}
_LEVELS = {level: f"{NUMERALS[level]}级" if level else NO_LEVEL for level in range(5)}
_NAMING = ("name", "topic", "caption", "filename", "subject", "task", "kind", "date")


@cache
def spec_of(form: str, name: str) -> Spec | None:
    """A field's declaration; None for a structure field, or one of a newer version."""
    kind = forms().get(form)
    return specs(kind).get(name) if kind else None


def title_of(form: str) -> str:
    """A form's name on paper."""
    kind = forms().get(form)
    return kind.title if kind and kind.title else form


def field_words(form: str, path: str) -> str:
    """A field by its label on paper, an entry of a keyed one behind a colon."""
    name, key = split_path(path)
    spec = spec_of(form, name)
    if spec is None:
        return _STRUCTURE.get(name, name)
    if not key or spec.kind is Kind.REFS:
        return spec.label
    return f"{spec.label}：{_PARTS.get(key, key.rpartition('/')[2])}"


def _names_at(path: str) -> tuple[str, str]:
    """The names of a form and of its field, of a path such as ``enterprise.contact``; "" for a
    field that there is not."""
    form, _, field = path.partition(".")
    spec = spec_of(form, field)
    return title_of(form), "" if spec is None else spec.label


def value_words(form: str, path: str, spelled: str | None, names: Names) -> str:
    """A row's value (canonical JSON) in words; "" where the field was empty."""
    if spelled is None:
        return GONE
    value: Any = json.loads(spelled)
    name, key = split_path(path)
    spec = spec_of(form, name)
    if value is None or value == "" or value == {}:
        return ""
    if spec is not None and spec.kind is Kind.REF:
        return names.of(spec.of, value) or "（一条记录）"
    if spec is not None and spec.kind is Kind.REFS:
        return f"{'选' if value else '不选'}“{names.of(spec.of, key) or '一条记录'}”"
    if (form, name) == ("answer", "level") and value in _LEVELS:
        return _LEVELS[value]
    if (form, name) == ("assignment", "subject"):
        return subject_name(str(value), names.outline)
    if (form, name) == ("filingchange", "field"):
        title, label = _names_at(str(value))
        return f"{title}“{label}”" if label else str(value)
    if (form, name) == ("answer", "stage"):
        return _STAGES.get(value, str(value))
    if spec is not None and spec.kind is Kind.CHOICES:
        return "选" if value else "不选"
    if isinstance(value, bool):
        return "是" if value else "否"
    return "（由程序读取）" if isinstance(value, dict | list) else str(value)


def name_of(record: Record, outline: Outline) -> str:
    """A record's own name; "" where it has none. `outline` are the report's headings."""
    if record.single:
        return ""
    form = form_of(record)
    if form == "answer":
        stage = _STAGES.get(getattr(record, "stage", ""), "")
        return f"{getattr(record, 'subject', '')}（{stage}）"
    if form == "paragraph":
        section = outline.by_key.get(getattr(record, "section", ""))
        return section.heading if section else ""
    if form == "assignment":
        return subject_name(getattr(record, "subject", ""), outline)
    if form == "filingchange":
        return _names_at(getattr(record, "field", ""))[1]
    for name in _NAMING:
        words = getattr(record, name, None)
        if words:
            return " ".join(str(words).split())[:60]
    return ""


class Names:
    """Records by the name that they have now, each looked up once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[str, str] = {}

    @cached_property
    def outline(self) -> Outline:
        """The headings of the store's pack."""
        held = self._session.exec(select(File.pack)).first() or DEFAULT_PACK
        return load_pack(held if held in known_packs() else DEFAULT_PACK).outline

    def of(self, form: str, record_id: UUID | str) -> str:
        """A record's own name; "" where it has none, or is not there."""
        key = str(record_id)
        if key not in self._known:
            self._known[key] = self._look(form, key)
        return self._known[key]

    def _look(self, form: str, key: str) -> str:
        kind = forms().get(form)
        try:
            record = self._session.get(kind, UUID(key)) if kind else None
        except ValueError:  # a reference from outside that is no id
            return ""
        return "" if record is None else name_of(record, self.outline)
