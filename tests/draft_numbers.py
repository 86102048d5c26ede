"""Whether the numbers of drafted text follow from what their sentences cite."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, partial
from itertools import combinations
from typing import Any
from uuid import UUID

from app.packs import load_advice, load_pack
from exporters.draft_words import clean
from exporters.drafting import Draft, Told
from forms.dossier import Dossier
from forms.evaluation import Stage, answer_id
from forms.fields import decimal
from forms.instrument import Item, Kind
from forms.record import forms, split_path
from grading.cites import ADVICE, LIST, Cite

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_NAMED = re.compile(r"[表图]\d+|附件\d+")  # the report's own tables and figures
_TENTH = Decimal("0.1")
_FEW = 10
"""Of so few entries any may be added up; of more only those that have something in common."""
_Weights = list[tuple[dict[str, Any], Decimal]]
_Pick = Callable[[dict[str, Any]], bool]


def told_of(drafts: Iterable[Draft]) -> Iterator[Told]:
    """All sentences in order."""
    for each in drafts:
        yield from each.sentences


@cache
def subjects(dossier_id: UUID) -> dict[UUID, tuple[Stage, str]]:
    """Which stage and subject each possible answer of a dossier is of, by its id."""
    table = load_pack().instrument
    names = [item.name for item in table.items] + [scene.name for scene in table.scenes]
    return {answer_id(dossier_id, stage, name): (stage, name) for name in names for stage in Stage}


def value_of(cite: Cite, dossier: Dossier) -> Any:
    """What a cite names, as the dossier has it; ids for a list, None where there is nothing."""
    if cite.form == ADVICE:
        return cite.path
    kind = forms()[cite.form]
    if cite.path == LIST:
        return [row.id for row in dossier.all(kind, cite.record)]
    row = next((row for row in dossier.all(kind) if row.id == cite.record), None)
    if row is None:
        return None
    name, key = split_path(cite.path)
    value = getattr(row, name)
    return value.get(key) if key else value


def stray_numbers(drafts: Iterable[Draft], dossier: Dossier) -> list[tuple[str, str]]:
    """Numbers that are none of what their sentence cites nor computed from it, with the sentence.

    Computed may be: a count of no more than there are entries or options, a sum of entries that
    have something in common, a sum or difference of two or three figures, and, before % or 倍, a
    quotient or a growth of two of these; points of items and conditions of levels are figures too.
    """
    return [
        (found, told.text)
        for told in told_of(drafts)
        for found in _strays(told, _Known(told, dossier))
    ]


def _strays(told: Told, known: _Known) -> Iterator[str]:
    text = _NAMED.sub("", told.text)
    for match in _NUMBER.finditer(text):
        after = text[match.end() : match.end() + 1]
        before = text[: match.start()]
        name = max(filter(before.endswith, known.named), key=len, default="")
        if name and after == "台":  # a machine's own number, not just any of the list
            if Decimal(match.group()) not in known.named[name]:
                yield match.group()
        elif not known.explains(Decimal(match.group()), after):
            yield match.group()


class _Known:
    """The numbers that a sentence may say, by what it cites."""

    def __init__(self, told: Told, dossier: Dossier) -> None:
        self._dossier = dossier.id
        self.texts: set[Decimal] = set()
        self.scalars: set[Decimal] = set()
        self.sums: set[Decimal] = set()
        self.wholes: set[Decimal] = set()
        self.shares: set[Decimal] = set()
        self.named: dict[str, set[Decimal]] = {}
        self.points: frozenset[Decimal] = frozenset()
        self.earned: list[tuple[Item, int]] = []
        self.most = 0
        facts = [(cite, value_of(cite, dossier)) for cite in told.cites]
        for cite, value in facts:
            self._take(cite, value)
        rows: dict[str, dict[UUID | None, dict[str, Any]]] = {}
        for cite, value in facts:
            if cite.form not in ("answer", "enterprise", ADVICE) and cite.path != LIST:
                rows.setdefault(cite.form, {}).setdefault(cite.record, {})[cite.path] = value
        for entries in rows.values():
            self._add_up(list(entries.values()))
            for entry in entries.values():
                name, many = clean(str(entry.get("name") or "")), decimal(entry.get("quantity"))
                if name and many is not None:
                    self.named.setdefault(name, set()).add(many)

        if len(self.earned) > 1:
            self.points = _points(tuple((item.name, n) for item, n in self.earned))

    def _take(self, cite: Cite, value: Any) -> None:
        if cite.form == ADVICE:
            self._advised(cite.path)
        elif cite.path == LIST:
            self.texts.add(Decimal(len(value)))
            self.most = max(self.most, len(value)) if len(value) <= _FEW else self.most
        elif isinstance(value, dt.date):
            self.texts |= {Decimal(part) for part in (value.year, value.month, value.day)}
            self.scalars.add(Decimal(value.year))
        else:
            self.texts |= {Decimal(text) for text in _NUMBER.findall(str(value))}
            number = decimal(value) if isinstance(value, str | int) else None
            if number is not None:
                self.scalars.add(number)
            if number is not None and cite.path.endswith(".year"):
                self.texts |= {number - 1, number - 2}  # the years before, of the same row
            if isinstance(value, dict):
                self.most = max(self.most, len(value))
            if cite.form == "answer" and cite.path in ("chosen", "level"):
                self._judged(cite, value)
            if cite.path == "target_level":
                self._conditions()

    def _judged(self, cite: Cite, value: Any) -> None:
        """What the table says of an answered item, and what it earns."""
        table = load_pack().instrument
        _, subject = subjects(self._dossier)[cite.record or self._dossier]
        self.most = max(self.most, len(table.scenes))
        self._conditions()
        for item in table.items:
            if item.name == subject:
                earned = sum(item.scores.get(key, 0) for key in value or {} if value[key])
                self.earned.append((item, earned))
                self.scalars |= {Decimal(o.score) / 1000 for o in item.options}
                self.scalars |= {Decimal(n) / 1000 for n in (item.points, item.points - earned)}
                self.texts |= {Decimal(n) for o in item.options for n in _NUMBER.findall(o.text)}

    def _conditions(self) -> None:
        for rule in load_pack().instrument.levels:
            counts = (rule.min_scenes, rule.min_binding_scenes)
            self.scalars |= {Decimal(rule.min_score) / 1000, *map(Decimal, counts)}

    def _advised(self, path: str) -> None:
        advice = load_advice()
        scene, _, level = path.partition("/")
        entry: object = advice.steps[scene, int(level)] if level else advice.items.get(path)
        self.texts |= {Decimal(n) for n in _NUMBER.findall(str(entry or advice.links[path]))}

    def _add_up(self, entries: list[dict[str, Any]]) -> None:
        """Counts and sums of a list's entries that have something in common, and their shares."""
        years = {_year(str(value or "")) for entry in entries for value in entry.values()} - {0}
        self.texts |= {Decimal(max(years) - back) for back in (2, 4, 9) if years}
        for path in {path for entry in entries for path in entry}:
            self.texts.add(Decimal(len({str(e.get(path)) for e in entries if e.get(path)})))
            numbers = [(e, decimal(e.get(path) or 0)) for e in entries]
            weights = [(e, number) for e, number in numbers if number is not None]
            if len(weights) == len(entries) > 1 and any(number for _, number in weights):
                self._sum(weights)
        if len(entries) <= _FEW:
            self.most = max(self.most, len(entries))
        else:
            self._sum([(entry, Decimal(1)) for entry in entries])

    def _sum(self, weights: _Weights) -> None:
        values = sorted((number for _, number in weights), reverse=True)
        whole = sum(values, Decimal(0))
        parts = {whole, *values, *(sum(values[:most], Decimal(0)) for most in (2, 3))}
        if len(values) <= _FEW:
            some = (few for count in range(2, len(values)) for few in combinations(values, count))
            parts |= {sum(few, Decimal(0)) for few in some}
        for group, inner in _grouped(weights):
            base = sum((number for _, number in group), Decimal(0))
            parts |= {base, whole - base, *inner}
            self.shares |= {q for one in inner for q in _quotients(one, base)}
        self.sums |= parts
        self.wholes.add(whole)
        self.shares |= {q for one in parts for q in _quotients(one, whole)}

    def explains(self, number: Decimal, after: str) -> bool:
        """Whether a number may stand before this character."""
        quotient = after in ("%", "倍")
        if after == "分" and number in self.points:
            return True
        if number in self.texts | self.scalars | self.sums:
            return True
        if number == int(number) and number <= self.most:
            return True
        figures = sorted(self.scalars | self.wholes)
        if quotient:
            pairs = ((a, b) for a in figures for b in figures)
            return number in self.shares or any(number in _quotients(a, b) for a, b in pairs)
        if any(number in (a + b, abs(a - b)) for a, b in combinations(figures, 2)):
            return True
        return any(number == sum(three) for three in combinations(sorted(self.scalars), 3))


@cache
def _points(earned: tuple[tuple[str, int], ...]) -> frozenset[Decimal]:
    """What indicators, dimensions and all earn together, and with what more could be."""
    groups: dict[str, set[int]] = {}
    for name, now in earned:
        item = load_pack().instrument.item(name)
        best = {option.score - now for option in item.options if option.score > now}
        if item.kind is Kind.MULTI:
            best = set(range(0, item.points - now + 1, 25))
        for group in (item.dimension, item.indicator, ""):
            held = groups.setdefault(group, {0})
            groups[group] = {one + now + more for one in held for more in {0, *best}}
    found = {n for held in groups.values() for n in held}
    marks = {rule.min_score for rule in load_pack().instrument.levels}
    marks.add(sum(now for _, now in earned))
    return frozenset(Decimal(n) / 1000 for n in found | {abs(n - m) for n in found for m in marks})


def _quotients(part: Decimal, whole: Decimal) -> set[Decimal]:
    """How many times, how many per cent, and by how many per cent more or less."""
    if not whole:
        return set()
    exact = (part / whole, part * 100 / whole, abs(part - whole) * 100 / abs(whole))
    return {each.quantize(_TENTH, ROUND_HALF_UP) for each in exact}


def _grouped(weights: _Weights) -> Iterator[tuple[_Weights, set[Decimal]]]:
    """The entries that one predicate picks, with the sums of what a second one picks of them."""
    picks = list(_predicates([entry for entry, _ in weights]))
    for path, one in picks:
        group = [(entry, number) for entry, number in weights if one(entry)]
        yield (
            group,
            {
                sum((number for entry, number in group if other(entry)), Decimal(0))
                for second, other in picks
                if second != path
            },
        )


def _predicates(entries: list[dict[str, Any]]) -> Iterator[tuple[str, _Pick]]:
    """What entries may have in common, with the field that it is of."""
    for path in sorted({path for entry in entries for path in entry}):
        texts = sorted({str(entry.get(path) or "") for entry in entries})
        years = sorted({_year(text) for text in texts} - {0})
        for text in texts:
            yield path, partial(_reads, path, (text,))
        if {"无", ""} & set(texts):
            yield path, partial(_reads, path, ("无", ""))
            named = tuple(t for t in texts if t not in ("无", ""))
            yield path, partial(_reads, path, named)
            yield path, partial(_reads, path, tuple(t for t in named if "只导" not in t))
        if years:
            bounds = range(years[0], years[-1] + 2)
            for first, last in combinations(bounds, 2):
                if first == years[0] or last == years[-1] + 1 or {first, last} <= set(years):
                    yield path, partial(_between, path, first, last)


def _reads(path: str, texts: tuple[str, ...], entry: dict[str, Any]) -> bool:
    return str(entry.get(path) or "") in texts


def _between(path: str, first: int, last: int, entry: dict[str, Any]) -> bool:
    return first <= _year(str(entry.get(path) or "")) < last


def _year(text: str) -> int:
    found = re.match(r"(?:19|20)\d\d", text)
    return int(found.group()) if found else 0
