"""The sample that runs the whole road, spoilt where its evaluation and acceptance rest on."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import Any

import yaml

from forms.dossier import Dossier
from tests.rule_cases import dossier_of
from tests.sample_cases import SAMPLES
from tests.subsidy_cases import Spoil, put

Mapping = dict[str, Any]
#: What the two steps rest on; the rest takes long to import and to judge.
_NEEDED = (
    *("format", "dossier", "enterprise", "partner", "contract", "contractitem", "filing"),
    *("effect", "answer", "assessment", "golive", "examination", "returnpoint", "acceptance"),
)


@cache
def _held() -> Mapping:
    text = (SAMPLES / "auto-parts" / "dossier.yaml").read_text("utf-8")
    held: Mapping = yaml.load(text, yaml.CSafeLoader)
    found = {form: held[form] for form in _NEEDED}
    found["returnpoint"] = [p for p in held["returnpoint"] if "." in str(p.get("parent"))]
    return found


def mapping_of(spoil: Spoil = lambda _: None) -> Mapping:
    """The sample's own, spoilt; to be changed at will."""
    mapping = deepcopy(_held())
    spoil(mapping)
    return mapping


def assessed(spoil: Spoil = lambda _: None) -> Dossier:
    """Its dossier."""
    return dossier_of(mapping_of(spoil))


def answer(subject: str, **values: Any) -> Spoil:
    """Change the assessor's answer to an item or scene; None takes a field out."""

    def spoil(mapping: Mapping) -> None:
        entry = next(
            e for e in mapping["answer"] if (e["stage"], e["subject"]) == ("retrofit", subject)
        )
        entry.update(values)
        for name in [name for name, value in values.items() if value is None]:
            del entry[name]

    return spoil


def only(form: str, *places: int) -> Spoil:
    """Keep these entries of a list."""

    def spoil(mapping: Mapping) -> None:
        mapping[form] = [mapping[form][place] for place in places]

    return spoil


def _low(mapping: Mapping) -> None:
    for entry in mapping["answer"]:
        if entry["stage"] == "retrofit" and "level" in entry:
            entry["level"] = 1


def _no_points(mapping: Mapping) -> None:
    mapping["returnpoint"] = [
        each for each in mapping["returnpoint"] if each.get("parent") != "examination.onpaper"
    ]


def _point(**values: Any) -> Spoil:
    """Change the point of the examination on paper."""

    def spoil(mapping: Mapping) -> None:
        points = mapping["returnpoint"]
        next(e for e in points if e.get("parent") == "examination.onpaper").update(values)

    return spoil


FAULTS: tuple[tuple[str, Spoil], ...] = (
    ("ASSESS-REPORT", put("assessment", number=None)),
    ("ASSESS-DAYS", put("assessment", visited_on="2026-01-09")),
    ("ASSESS-COMPLETE", answer("决策支持", level=None)),
    ("ASSESS-LEVEL", _low),
    ("ASSESS-LEVEL", put("assessment", level="一级")),
    ("ASSESS-SAYS-LEVEL", put("assessment", level="二级")),
    ("ASSESS-SAYS-SCORE", put("assessment", score="78.32")),
    ("ASSESS-FELL", answer("人力资源", reason=None)),
    ("EFFECT-DENIED", put("effect", 4, after="65.6")),
    ("GOLIVE-MISSING", only("golive", 0, 1, 2, 3, 4, 5, 6)),
    ("FIELD-REQUIRED", put("golive", seen=None)),
    ("GOLIVE-DOWN", put("golive", state="已停用")),
    ("GOLIVE-DOWN", put("golive", result="不符合")),
    ("GOLIVE-EVIDENCE", put("golive", attachments=None)),
    ("GOLIVE-DATE", put("golive", online_on="2026-01-07")),
    ("EXAM-WAY", only("examination", 0)),
    ("FIELD-REQUIRED", put("examination", plan=None)),
    ("EXAM-FAILED", put("examination", 1, conclusion="不符合")),
    ("EXAM-POINTS", _no_points),
    ("EXAM-EARLY", put("examination", date="2026-01-07")),
    ("RETURN-OPEN", _point(state="待处理")),
    ("RETURN-REPLY", _point(reply="")),
    ("RETURN-EVIDENCE", _point(shown="")),
    ("RETURN-LATE", _point(state="待处理")),
    ("ACCEPT-OPINION", put("acceptance", conclusion=None)),
    ("ACCEPT-FAILED", put("acceptance", conclusion="未通过验收")),
    ("ACCEPT-EARLY", put("acceptance", opinion_on="2026-01-09")),
)
"""What each rule is set off by; all of them belong to the plan's second half."""
