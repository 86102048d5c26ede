"""The sample that runs the whole road, to be spoilt where its subsidy rests on."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from functools import cache
from typing import Any

import yaml

from forms.dossier import Dossier
from tests.rule_cases import dossier_of
from tests.sample_cases import SAMPLES

Mapping = dict[str, Any]
Spoil = Callable[[Mapping], object]


#: What the subsidy rests on; the rest takes long to import and to judge.
_NEEDED = (
    *("format", "dossier", "enterprise", "provider", "partner", "contract", "contractitem"),
    *("answer", "assessment", "acceptance", "invoice", "payment", "audit", "subsidyentry"),
)


@cache
def sample_mapping() -> Mapping:
    """What of it the subsidy rests on; not to be changed."""
    text = (SAMPLES / "auto-parts" / "dossier.yaml").read_text("utf-8")
    held: Mapping = yaml.load(text, yaml.CSafeLoader)
    found = {form: held[form] for form in _NEEDED}
    found["answer"] = [row for row in held["answer"] if row["stage"] == "retrofit"]
    drawn = yaml.load((SAMPLES / "auto-parts" / "photos.yaml").read_text("utf-8"), yaml.CSafeLoader)
    found["attachment"] = [
        {key: file[key] for key in ("id", "name", "kind")} for file in drawn["attachments"]
    ]
    return found


def paid(spoil: Spoil = lambda _: None) -> Dossier:
    """The sample's dossier, whose subsidy was paid, spoilt."""
    mapping = deepcopy(sample_mapping())
    spoil(mapping)
    return dossier_of(mapping)


def put(form: str, place: int = 0, **values: Any) -> Spoil:
    """Change fields of a single form, or of an entry of a list; None takes a field out."""

    def spoil(mapping: Mapping) -> None:
        entry = mapping[form][place] if isinstance(mapping[form], list) else mapping[form]
        entry.update(values)
        for name in [name for name, value in values.items() if value is None]:
            del entry[name]

    return spoil


def without(*lists: str) -> Spoil:
    """Take whole forms out."""

    def spoil(mapping: Mapping) -> None:
        for form in lists:
            del mapping[form]

    return spoil


def more(form: str, **values: Any) -> Spoil:
    """Another entry like a list's last one."""

    def spoil(mapping: Mapping) -> None:
        mapping[form].append({**mapping[form][-1], **values})

    return spoil


def _low(mapping: Mapping) -> None:
    """The assessor finds every scene at level one."""
    for entry in mapping["answer"]:
        if entry["stage"] == "retrofit" and "level" in entry:
            entry["level"] = 1


def _again(mapping: Mapping) -> None:
    """The first invoice is typed a second time."""
    mapping["invoice"].append({**mapping["invoice"][0], "id": "f99"})


def _withdrawn(mapping: Mapping) -> None:
    """The scan of the invoices was taken back."""
    for file in mapping["attachment"]:
        if file["id"] == "invoices":
            file["withdrawn"] = True


FAULTS: tuple[tuple[str, Spoil], ...] = (
    ("SUBSIDY-LEVEL", _low),
    ("SUBSIDY-FAILED", put("invoice", date="2026-03-01")),
    ("SUBSIDY-OPEN", put("audit", number=None)),
    ("SUBSIDY-UNPAID", without("subsidyentry")),
    ("SUBSIDY-REST", put("subsidyentry", 2, amount="499999.99")),
    ("SUBSIDY-INVOICED", more("invoice", id="f99", number="1", kind="其他支出", amount="0.01")),
    ("SUBSIDY-PAID", put("payment", 2, amount="9000000")),
    ("SUBSIDY-AMOUNT", put("payment", amount="0.001")),
    ("SUBSIDY-SCAN", put("invoice", 3, scan=None)),
    ("SUBSIDY-SCAN", _withdrawn),
    ("SUBSIDY-EARLY", put("payment", date="2025-07-24")),
    ("SUBSIDY-PARTY", put("invoice", seller="示例·别家公司")),
    ("SUBSIDY-TWICE", _again),
    ("SUBSIDY-AUDITED", put("audit", amount="2850000.01")),
    ("SUBSIDY-OVER", put("subsidyentry", amount="500000.01")),
    ("SUBSIDY-LEDGER", put("subsidyentry", 2, amount="500000.01")),
    ("SUBSIDY-CAP", put("subsidyentry", 1, amount="500000.01")),
)
