"""`resources/dossier.schema.json`, generated from the forms: `python -m app.schema` writes it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from app.exchange import FORMAT
from app.packs import load_pack
from exporters.style import resource_path
from forms.fields import FIGURE_PARTS, TEXT_CEILING, Kind, Spec
from forms.photo_facts import PhotoFacts
from forms.record import Record, forms, specs

_ID = {"type": "string", "pattern": r"^[\w.-]{1,40}$"}
_SCALARS: dict[Kind, dict[str, Any]] = {
    Kind.TEXT: {"type": "string", "maxLength": TEXT_CEILING},
    Kind.PROSE: {"type": "string", "maxLength": TEXT_CEILING},
    Kind.NUMBER: {"type": "string", "maxLength": 40},
    Kind.COUNT: {"type": ["integer", "null"]},
    Kind.DATE: {"type": ["string", "null"], "format": "date"},
    Kind.TIME: {"type": ["string", "null"], "format": "time"},
    Kind.MOMENT: {"type": ["string", "null"], "format": "date-time"},
    Kind.CHOICE: {"type": "string"},
    Kind.YESNO: {"type": ["boolean", "null"]},
    Kind.REF: {"type": ["string", "null"]},
    Kind.CHOICES: {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
    Kind.REFS: {"type": "array", "items": _ID, "uniqueItems": True},
    Kind.NUMBERS: {"type": "object", "additionalProperties": {"type": "string"}},
    Kind.FIGURE: {
        "type": "object",
        "properties": {part: {"type": "string"} for part in FIGURE_PARTS},
        "additionalProperties": False,
    },
}


def schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a dossier file; limits that only warn are told as descriptions."""
    properties: dict[str, Any] = {"format": {"const": FORMAT}, "id": {"type": "string"}}
    for name, kind in forms().items():
        entry = _entry(kind)
        properties[name] = entry if kind.single else {"type": "array", "items": entry}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "诊改工作台档案",
        "type": "object",
        "required": ["format"],
        "properties": properties,
        "additionalProperties": False,
    }


def _entry(kind: type[Record]) -> dict[str, Any]:
    properties: dict[str, Any] = {"position": {"type": "string"}, "withdrawn": {"type": "boolean"}}
    if not kind.single:
        properties |= {"id": _ID, "parent": _ID}
    properties |= {name: _field(spec) for name, spec in specs(kind).items()}
    return {
        "title": kind.title,
        "description": kind.clause,
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }


def _field(spec: Spec) -> dict[str, Any]:
    if spec.kind is Kind.FACTS:
        facts = PhotoFacts.model_json_schema(mode="serialization")
        shape: dict[str, Any] = {"type": "object", "properties": facts["properties"]}
    else:
        shape = dict(_SCALARS[spec.kind])
    words = [f"单位：{spec.unit}"] if spec.unit else []
    words += [f"不超过 {spec.limit} 字"] if spec.limit else []
    boxes = spec.keys or load_pack().offered(spec)
    words += [f"各项：{'、'.join(boxes)}"] if boxes else []
    words += [spec.hint] if spec.hint else []
    return {"title": spec.label, **({"description": "；".join(words)} if words else {}), **shape}


def target() -> Path:
    """Where the schema lies."""
    return resource_path("dossier.schema.json")


def text() -> str:
    """The schema as it is written."""
    return json.dumps(schema(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    target().write_text(text(), encoding="utf-8")
