"""The figures beside the options: which numbers are typed in, and by which formula and bracket an
option follows from them. The declarations are pack data; this is their shape."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Self

from forms.instrument import Instrument, Item
from forms.reading import mapping, sequence, text, unique, whole

CHANGES = ("增加", "持平", "降低")
_BRACKET = re.compile(r"([\[(])(\d+(?:\.\d+)?)%?,(\d+(?:\.\d+)?)%([\])])")


class InputKind(StrEnum):
    """What a typed number is: counts are exact, the others are good to their last typed place."""

    COUNT = "count"
    AMOUNT = "amount"
    PERCENT = "percent"


class Formula(StrEnum):
    """How the inputs make the figure; ROLES names the inputs of each."""

    SHARE = "share"
    PERIOD_SHARE = "period_share"
    QUOTIENT_CHANGE = "quotient_change"
    VALUE_CHANGE = "value_change"


YEARS = (1, 2, 3)
ROLES: Mapping[Formula, frozenset[str]] = {
    Formula.SHARE: frozenset({"part", "whole"}),
    Formula.PERIOD_SHARE: frozenset(
        {"years", *(f"{role}_{year}" for role in ("part", "whole") for year in YEARS)}
    ),
    Formula.QUOTIENT_CHANGE: frozenset({"part", "whole", "previous_part", "previous_whole"}),
    Formula.VALUE_CHANGE: frozenset({"now", "before"}),
}


@dataclass(frozen=True, slots=True)
class Input:
    """One typed number, kept under `key` with the answer of `item`, though other figures share it.

    `field` is the official form's label, empty where the form does not ask for the number.
    """

    key: str
    item: str
    label: str
    label_before: str
    unit: str
    kind: InputKind
    field: str

    def label_at(self, retrofitted: bool) -> str:
        """The label for a stage after (改造后) or before the retrofit (自评、诊断)."""
        return self.label if retrofitted else self.label_before


@dataclass(frozen=True, slots=True)
class Bracket:
    """An option's half-open range, in per cent."""

    key: str
    text: str
    low: Fraction
    high: Fraction
    closed_low: bool
    closed_high: bool

    def holds(self, value: Fraction) -> bool:
        """Whether the unrounded value lies within."""
        above = self.low <= value if self.closed_low else self.low < value
        return above and (value <= self.high if self.closed_high else value < self.high)


@dataclass(frozen=True)
class Figure:
    """A computed figure of one item. Either `brackets` or `changes` leads to the option.

    `changes` gives the option letter of 增加, 持平 and 降低. `field` is the official label under
    which the form wants the computed number, if any. `basis` and `before_retrofit` are notes in the
    pack's own words: how it reads the question, and what an enterprise that has not been
    retrofitted answers.
    """

    item: Item
    name: str
    unit: str
    field: str
    formula: Formula
    scale: int
    inputs: Mapping[str, Input]
    basis: str
    before_retrofit: str

    @cached_property
    def brackets(self) -> tuple[Bracket, ...]:
        """The options as ranges; empty for a change."""
        if self.formula in (Formula.SHARE, Formula.PERIOD_SHARE):
            return _brackets(self.item)
        return ()

    @cached_property
    def changes(self) -> Mapping[str, str]:
        """Option letter by direction; empty for a share."""
        return {} if self.brackets else {o.text: o.key for o in self.item.options}


@dataclass(frozen=True)
class Figures:
    """All declared figures and inputs of a pack."""

    inputs: tuple[Input, ...]
    figures: tuple[Figure, ...]

    @cached_property
    def _by_item(self) -> Mapping[str, Figure]:
        return {figure.item.name: figure for figure in self.figures}

    def of(self, item: str) -> Figure | None:
        """The figure of an item by its official name; None where nothing is computed."""
        return self._by_item.get(item)

    @classmethod
    def parse(cls, raw: object, instrument: Instrument) -> Self:
        """Build the figures from their decoded YAML.

        Raises ValueError where a key, role or official field does not exist, an official field is
        left out, brackets leave a gap, or options are not the three changes.
        """
        table = mapping(raw, "figures table")
        inputs = tuple(_input(e, instrument) for e in sequence(table.get("inputs"), "inputs"))
        unique([entry.key for entry in inputs], "input")
        known = {entry.key: entry for entry in inputs}
        entries = sequence(table.get("figures"), "figures")
        figures = tuple(_figure(entry, instrument, known) for entry in entries)
        unique([figure.item.name for figure in figures], "figure of an item")
        _check_fields(instrument, inputs, figures)
        return cls(inputs, figures)


def _known_item(table: Mapping[str, object], instrument: Instrument) -> Item:
    name = text(table, "item")
    try:
        return instrument.item(name)
    except KeyError as error:
        raise ValueError(f"no such item: {name}") from error


def _input(raw: object, instrument: Instrument) -> Input:
    table = mapping(raw, "input")
    label = text(table, "label")
    return Input(
        key=text(table, "key"),
        item=_known_item(table, instrument).name,
        label=label,
        label_before=text(table, "label_before", label),
        unit=text(table, "unit"),
        kind=InputKind(text(table, "kind")),
        field=text(table, "field", ""),
    )


def _figure(raw: object, instrument: Instrument, known: Mapping[str, Input]) -> Figure:
    table = mapping(raw, "figure")
    name = text(table, "name")
    formula = Formula(text(table, "formula"))
    roles = mapping(table.get("inputs"), name)
    if set(roles) != ROLES[formula]:
        raise ValueError(f"{name}: {formula} takes {sorted(ROLES[formula])}")
    unknown = [key for key in roles.values() if not isinstance(key, str) or key not in known]
    if unknown:
        raise ValueError(f"{name}: no such input: {unknown[0]}")
    figure = Figure(
        item=_known_item(table, instrument),
        name=name,
        unit=text(table, "unit"),
        field=text(table, "field", ""),
        formula=formula,
        scale=whole(table, "scale") if "scale" in table else 1,
        inputs={role: known[text(roles, role)] for role in roles},
        basis=text(table, "basis", ""),
        before_retrofit=text(table, "before_retrofit", ""),
    )
    if not figure.scale:
        raise ValueError(f"{name}: scale of zero")
    if not figure.brackets and set(figure.changes) != set(CHANGES):
        raise ValueError(f"{name}: the options are not {CHANGES}")
    return figure


def parse_bracket(key: str, text: str) -> Bracket:
    """An option's text as a range: (10%,20%]; ValueError where it is none."""
    match = _BRACKET.fullmatch(text)
    if match is None:
        raise ValueError(f"no bracket: {text}")
    left, low, high, right = match.groups()
    return Bracket(key, text, Fraction(low), Fraction(high), left == "[", right == "]")


def _brackets(item: Item) -> tuple[Bracket, ...]:
    found: list[Bracket] = []
    for option in item.options:
        try:
            bracket = parse_bracket(option.key, option.text)
        except ValueError as error:
            raise ValueError(f"{item.name}: {error}") from error
        previous = found[-1] if found else None
        if previous and (
            previous.high != bracket.low or previous.closed_high == bracket.closed_low
        ):
            raise ValueError(f"{item.name}: gap or overlap before {option.text}")
        found.append(bracket)
    if not (found[0].holds(Fraction(0)) and found[-1].holds(Fraction(100))):
        raise ValueError(f"{item.name}: the brackets do not cover 0 to 100 %")
    return tuple(found)


def _check_fields(
    instrument: Instrument, inputs: tuple[Input, ...], figures: tuple[Figure, ...]
) -> None:
    """Every figure that the official form asks for is typed in or computed, once."""
    declared = [(entry.item, entry.field) for entry in inputs if entry.field]
    declared += [(figure.item.name, figure.field) for figure in figures if figure.field]
    official = [(item.name, label) for item in instrument.items for label in item.fields]
    if sorted(declared) != sorted(official):
        wrong = set(declared) ^ set(official)
        raise ValueError(f"official fields left out, twice or unknown: {sorted(wrong)}")
