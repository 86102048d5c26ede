"""What every drafter's text must keep to, measured: repeats, cites, lent words, numbers."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any
from uuid import UUID

from app.packs import load_advice, load_pack
from exporters.drafting import Draft, Drafter, draft
from exporters.source import Source
from forms.dossier import Answer, Dossier
from forms.evaluation import Stage
from forms.fields import decimal
from forms.record import Record, forms, split_path
from grading.cites import ADVICE, LIST, Cite, changed
from grading.score import grade
from grading.sheet import sheet_of
from tests.draft_numbers import stray_numbers as stray_numbers
from tests.draft_numbers import subjects, told_of
from tests.sample_cases import sample_case

Place = tuple[str, str]
"""A paragraph's section and key."""

# -- drafting --------------------------------------------------------------------------------------


def source_of(dossier: Dossier) -> Source:
    """A dossier as composers get it, its answers graded."""
    table = load_pack().instrument
    grades = {stage: grade(table, sheet_of(dossier, stage, table)) for stage in Stage}
    return Source(dossier, load_pack(), grades)


def drafted(dossier: Dossier, drafters: dict[str, Drafter]) -> list[Draft]:
    """All paragraphs of some sections."""
    return draft(source_of(dossier), load_advice(), drafters)


def sample(slug: str) -> Dossier:
    """A bundled sample's dossier without its prose, which no drafter may look at."""
    dossier = sample_case(slug).dossier
    return Dossier(dossier.id, dossier.records | {"paragraph": []})


def half_filled(dossier: Dossier) -> Dossier:
    """Every second record of each list, every second answer, and half the fields of the rest."""
    records: dict[str, list[Record]] = {}
    for form, rows in dossier.records.items():
        kept = rows[::2] if len(rows) > 1 else [_halved(row) for row in rows]
        records[form] = list(kept)
    return Dossier(dossier.id, records)


def _halved(row: Record) -> Record:
    kind = type(row)
    empty = kind(id=row.id, dossier_id=row.dossier_id)
    values = row.model_dump()
    for name in sorted(values)[::2]:
        if name not in ("id", "dossier_id"):
            values[name] = getattr(empty, name)
    return kind(**values)


# -- measures --------------------------------------------------------------------------------------


def sentences(text: str) -> list[str]:
    """A paragraph's sentences with their marks."""
    return re.findall(r"[^。！？]+[。！？]?[”’）]*", text)


def repeated(drafts: Iterable[Draft], least: int = 12) -> list[str]:
    """The sentences of so many characters that stand more than once."""
    counted = Counter(row.strip() for each in drafts for row in sentences(each.text))
    return [row for row, times in counted.items() if times > 1 and len(row) >= least]


def citing(drafts: Iterable[Draft]) -> float:
    """The share of sentences that cite a fact of the dossier."""
    of_facts, whole = 0, 0
    for told in told_of(drafts):
        count = len(sentences(told.text))
        whole += count
        of_facts += count * any(cite.form != ADVICE for cite in told.cites)
    return of_facts / whole if whole else 1.0


def lent(drafts: Iterable[Draft]) -> float:
    """The share of characters that are the pack's own words."""
    drafts = list(drafts)
    whole = sum(len(each.text) for each in drafts)
    return sum(told.lent for told in told_of(drafts)) / whole if whole else 0.0


def copied(drafts: Iterable[Draft], run: int = 8) -> float:
    """The share of characters that stand in the pack's advice in runs of so many or more.

    What drafters say of their own borrowing (`lent`) is not asked.
    """
    known = {
        text[at : at + run] for text in _texts(asdict(load_advice())) for at in _starts(text, run)
    }
    whole = taken = 0
    for each in drafts:
        text = each.text
        places = {
            at + n for at in _starts(text, run) if text[at : at + run] in known for n in range(run)
        }
        whole, taken = whole + len(text), taken + len(places)
    return taken / whole if whole else 0.0


def _texts(held: Any) -> Iterator[str]:
    if isinstance(held, str):
        yield held
    elif isinstance(held, dict | list | tuple):
        for each in held.values() if isinstance(held, dict) else held:
            yield from _texts(each)


def shared_runs(one: Iterable[Draft], other: Iterable[Draft], length: int = 13) -> float:
    """Which share of the shorter draft's runs of so many characters the other has too."""
    runs = [
        {
            text[at : at + length]
            for d in drafts
            for text in [d.text]
            for at in _starts(text, length)
        }
        for drafts in (one, other)
    ]
    least = min(map(len, runs))
    return len(runs[0] & runs[1]) / least if least else 0.0


def _starts(text: str, length: int) -> range:
    return range(max(len(text) - length + 1, 0))


# -- mutations -------------------------------------------------------------------------------------


def facts(drafts: Iterable[Draft]) -> list[Cite]:
    """The single facts that drafts cite, each once."""
    found = {(c.form, c.record, c.path): c for each in drafts for c in each.cites}
    return [cite for cite in found.values() if cite.form != ADVICE and cite.path != LIST]


def mutated(dossier: Dossier, cite: Cite, more: int = 1) -> Dossier:
    """The dossier with one fact another one, of the same kind: a number more, a text longer."""
    kind = forms()[cite.form]
    name, key = split_path(cite.path)
    rows = list(dossier.records.get(cite.form, ()))
    at = next((place for place, row in enumerate(rows) if row.id == cite.record), None)
    row = rows[at] if at is not None else _fresh(kind, cite, dossier)
    held = getattr(row, name)
    value = {**held, key: _other(held.get(key), more)} if key else _other(held, more)
    new = kind(**(row.model_dump() | {name: value}))
    if at is None:
        rows.append(new)
    else:
        rows[at] = new
    return Dossier(dossier.id, dossier.records | {cite.form: rows})


def _fresh(kind: type[Record], cite: Cite, dossier: Dossier) -> Record:
    row = kind(id=cite.record or dossier.id, dossier_id=dossier.id)
    if isinstance(row, Answer):
        stage, row.subject = subjects(dossier.id)[row.id]
        row.stage = stage.value
    return row


def _other(value: Any, more: int) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + more
    if isinstance(value, dt.date):
        return value + dt.timedelta(days=400)
    if isinstance(value, UUID):
        return UUID(int=value.int ^ 1)
    if isinstance(value, dict):
        return dict(list(value.items())[1:]) if value else {"B": True}
    number = decimal(value) if value else None
    if number is not None:
        return str(number + more)
    return f"{value or ''}另" if value else "另有"


def wrongly_marked(
    dossier: Dossier, drafters: dict[str, Drafter], every: int = 1, first: int = 0
) -> list[tuple[Cite, set[Place], set[Place]]]:
    """Facts whose mutation marks other paragraphs than cite it, or changes one that does not.

    Each with the paragraphs that cite it and those that were marked or changed beside. Only one
    fact in `every` is tried, from the `first`.
    """
    before = drafted(dossier, drafters)
    found = []
    for cite in facts(before)[first::every]:
        after = mutated(dossier, cite)
        resting = {
            (each.section, each.key)
            for each in before
            if any(_same(other, cite) for other in each.cites)
        }
        marked = {(d.section, d.key) for d in before if changed(d.cites, after)}
        texts = {(d.section, d.key): d.text for d in drafted(after, drafters)}
        moved = {(d.section, d.key) for d in before if texts.get((d.section, d.key)) != d.text}
        if marked != resting or not moved <= resting:
            found.append((cite, resting, marked | moved))
    return found


def _same(one: Cite, other: Cite) -> bool:
    if (one.form, one.record) != (other.form, other.record):
        return False
    names = split_path(one.path)[0], split_path(other.path)[0]
    whole = "" in (split_path(one.path)[1], split_path(other.path)[1])
    return one.path == other.path or (names[0] == names[1] and whole)
