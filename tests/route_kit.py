"""What the tests of routes reckon with, and a store with a sample without its tables 10 and 11."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from app import price_list
from app.packs import load_advice, load_pack
from app.workbench import Workbench
from grading.ways import Step, Way, pack_costs
from tests.sample_cases import SAMPLES
from tests.window_kit import opened

TABLE, AREAS, ADVICE = load_pack().instrument, load_pack().areas, load_advice()
COSTS = pack_costs(ADVICE)
FULL_PRICES = {step: 10_000 + 1_000 * n for n, step in enumerate(price_list.steps(TABLE))}


def keys(way: Way) -> list[Step]:
    return [(m.subject, m.key) for m in way.measures]


@cache
def _store() -> TemporaryDirectory[str]:
    """A store that holds a sample without tables 10 and 11, made once: that takes seconds."""
    folder = TemporaryDirectory()
    with opened(Path(folder.name) / "data") as bench:
        text = (SAMPLES / "herbal-pharma" / "dossier.yaml").read_text("utf-8")
        bench.import_mapping(_bare(yaml.load(text, Loader=yaml.CSafeLoader)))
    return folder


def _bare(mapping: dict[str, Any]) -> dict[str, Any]:
    """The sample aiming at level two, with one need, and without what points to photos."""
    mapping["dossier"]["target_level"] = 2
    mapping["need"] = mapping["need"][:1]
    for form in ("project", "product", "photo", "attachment", "paragraph", "signature"):
        mapping.pop(form, None)
    for form, fields in _POINTING.items():
        held = mapping[form]
        for entry in [held] if isinstance(held, dict) else held:
            for field in fields:
                entry.pop(field, None)
    return mapping


_POINTING = {
    "answer": ("photos", "attachments"),
    "training": ("sign_in", "photo", "photos"),
    "site": ("photo",),
}


@contextmanager
def stored(folder: Path) -> Iterator[Workbench]:
    """An open workbench on a store of its own with that sample."""
    shutil.copytree(Path(_store().name) / "data", folder)
    bench = Workbench.open(folder)
    bench.set_person("王示例")
    try:
        yield bench
    finally:
        bench.close()
