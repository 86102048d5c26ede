"""Field declarations: the one description that screens, store, rules and documents all read.

A record declares a field as ``name: Annotated[type, spec] = default``; the spec says its paper
label, kind, unit, limits and choices. Values of the keyed kinds are mappings whose entries are
logged one by one (``directions.MES``), so that two people can tick two boxes without a conflict.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON
from sqlmodel import Field

from forms.errors import UserError
from forms.photo_facts import YEARS

#: No text field takes more; beyond it lies an accident or an attack, not typing.
TEXT_CEILING = 50_000
KEYS_CEILING = 500


class Kind(StrEnum):
    """What a field holds; one small widget and one JSON shape a kind."""

    TEXT = "text"
    PROSE = "prose"
    NUMBER = "number"  # decimal as typed, kept as str so that its precision survives
    COUNT = "count"
    DATE = "date"
    TIME = "time"
    MOMENT = "moment"
    CHOICE = "choice"
    YESNO = "yesno"
    REF = "ref"
    FACTS = "facts"  # machine-read facts, written once as a whole
    CHOICES = "choices"  # keyed: choice -> bool
    REFS = "refs"  # keyed: record id -> bool
    FIGURE = "figure"  # keyed: value, year, basis
    NUMBERS = "numbers"  # keyed: free key -> str


KEYED = frozenset({Kind.CHOICES, Kind.REFS, Kind.FIGURE, Kind.NUMBERS})
FIGURE_PARTS = ("value", "year", "basis")


@dataclass(frozen=True, slots=True)
class Spec:
    """One field of a paper form.

    `label` is the paper's wording; `limit` the most characters (字) it takes; `low`/`high` bounds
    of a number; `choices` the boxes in paper order, or `choices_from` the pack's list that holds
    them; `groups` boxes under sub-headings (then keys are ``group/choice``); `excludes` the choice
    that no other may stand beside; `basis` the default definition of a figure; `of` the form a
    reference points to, and `kinds` the kinds of it that are offered (all where empty).
    """

    label: str
    kind: Kind
    required: bool = False
    unit: str = ""
    limit: int = 0
    low: Decimal | None = None
    high: Decimal | None = None
    choices: tuple[str, ...] = ()
    choices_from: str = ""
    groups: tuple[tuple[str, tuple[str, ...]], ...] = field(default=())
    excludes: str = ""
    basis: str = ""
    of: str = ""
    kinds: tuple[str, ...] = ()
    hint: str = ""
    whole: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key a CHOICES field may hold, in paper order."""
        if self.groups:
            return tuple(
                f"{group}/{choice}" for group, choices in self.groups for choice in choices
            )
        return self.choices


def text(label: str, limit: int = 200, **more: Any) -> Spec:
    """One line of text."""
    return Spec(label, Kind.TEXT, limit=limit, **more)


def prose(label: str, limit: int = 0, **more: Any) -> Spec:
    """Text of several lines; 0 means no limit but TEXT_CEILING."""
    return Spec(label, Kind.PROSE, limit=limit, **more)


def number(label: str, unit: str = "", low: str = "0", high: str = "", **more: Any) -> Spec:
    """A decimal, kept as typed."""
    top = Decimal(high) if high else None
    return Spec(label, Kind.NUMBER, unit=unit, low=Decimal(low), high=top, **more)


def count(label: str, unit: str = "", high: str = "1000000", **more: Any) -> Spec:
    """A whole number from 0."""
    return Spec(label, Kind.COUNT, unit=unit, low=Decimal(0), high=Decimal(high), **more)


def figure(label: str, unit: str, basis: str, low: str = "0", **more: Any) -> Spec:
    """A money or head-count figure with its year and its definition (统计口径)."""
    return Spec(label, Kind.FIGURE, unit=unit, basis=basis, low=Decimal(low), **more)


def choice(label: str, *choices: str, **more: Any) -> Spec:
    """Exactly one of the boxes."""
    return Spec(label, Kind.CHOICE, choices=choices, **more)


def choices(label: str, *boxes: str, **more: Any) -> Spec:
    """Any number of the boxes."""
    return Spec(label, Kind.CHOICES, choices=boxes, **more)


def yesno(label: str, **more: Any) -> Spec:
    """是 or 否; unanswered until somebody says so."""
    return Spec(label, Kind.YESNO, **more)


def date(label: str, **more: Any) -> Spec:
    """A calendar day."""
    return Spec(label, Kind.DATE, **more)


def time(label: str, **more: Any) -> Spec:
    """A time of day, to the minute, in the factory's zone."""
    return Spec(label, Kind.TIME, **more)


def ref(label: str, of: str, **more: Any) -> Spec:
    """A record of the form `of`."""
    return Spec(label, Kind.REF, of=of, **more)


def refs(label: str, of: str, **more: Any) -> Spec:
    """Any number of records of the form `of`."""
    return Spec(label, Kind.REFS, of=of, **more)


def keyed() -> Any:
    """The default of a field of a keyed kind."""
    return Field(default_factory=dict, sa_type=JSON)


def chosen(values: dict[str, Any], spec: Spec | None = None) -> list[str]:
    """The keys that are on, in paper order where the spec gives one."""
    on = [key for key, value in values.items() if value is True]
    if spec is None or not spec.keys:
        return on
    order = {key: place for place, key in enumerate(spec.keys)}
    return sorted(on, key=lambda key: (order.get(key, len(order)), key))


def decimal(value: object) -> Decimal | None:
    """The number somebody typed (thousands separators allowed), or None where it is none."""
    try:
        result = Decimal(str(value).replace(",", "").replace("，", "").strip())
    except InvalidOperation:
        return None
    # Beyond it, sums and quotients overflow; no quantity of a paper form is near.
    return result if result.is_finite() and abs(result.adjusted()) <= 30 else None


#: What neither the store nor any paper can hold: NUL, and halves of a character.
_UNWRITABLE = re.compile("[\\x00\ud800-\udfff]")


def _refuse(spec: Spec, wanted: str) -> UserError:
    return UserError(f"“{spec.label}”应为{wanted}，原有内容已保留，请改正后再填。")


def _parse_scalar(spec: Spec, raw: Any) -> Any:
    if spec.kind in (Kind.TEXT, Kind.PROSE, Kind.CHOICE, Kind.NUMBER):
        if not isinstance(raw, str):
            raise _refuse(spec, "文字")
        if len(raw) > TEXT_CEILING:
            raise _refuse(spec, f"不超过 {TEXT_CEILING} 字的文字")
        if spec.kind is Kind.NUMBER and (len(raw) > 40 or decimal(raw) is None):
            raise _refuse(spec, "数字")
        return _UNWRITABLE.sub("", raw)
    if spec.kind is Kind.COUNT:
        if isinstance(raw, bool) or not isinstance(raw, int) or abs(raw) > 2**53:
            raise _refuse(spec, "整数")
        return raw
    if spec.kind is Kind.YESNO:
        if not isinstance(raw, bool):
            raise _refuse(spec, "“是”或“否”")
        return raw
    return _parse_moment(spec, raw)


_MOMENTS: dict[Kind, tuple[type, Callable[[str], Any], str]] = {
    Kind.DATE: (dt.date, dt.date.fromisoformat, "日期"),
    Kind.TIME: (dt.time, dt.time.fromisoformat, "时间"),
    Kind.MOMENT: (dt.datetime, dt.datetime.fromisoformat, "时刻"),
    Kind.REF: (UUID, UUID, "本档案中的一条记录"),
}


def _parse_moment(spec: Spec, raw: Any) -> Any:
    kind, read, word = _MOMENTS[spec.kind]
    try:
        # Text alone is read: YAML takes an unquoted 20:30 for the number 1230, that is, for 12:30.
        value = read(raw) if isinstance(raw, str) else raw
    except ValueError:
        raise _refuse(spec, word) from None
    if type(value) is not kind:
        raise _refuse(spec, word)
    if getattr(value, "tzinfo", None) is not None:
        raise _refuse(spec, f"不带时区的{word}")
    if isinstance(value, dt.date) and value.year not in YEARS:
        raise _refuse(spec, f"{YEARS.start} 年以后的{word}")
    return value


def parse(spec: Spec, raw: Any, key: str = "") -> Any:
    """A typed or imported value in the shape its field holds; None and "" clear a field.

    `key` names the entry of a keyed field. Wrong types and absurd sizes raise UserError; what is
    merely too long, out of range or no box of the form is kept, and `complaints` says so.
    """
    if spec.kind is Kind.FACTS:
        if raw is None or isinstance(raw, dict):
            return raw
        raise _refuse(spec, "照片信息")
    if spec.kind in KEYED:
        return _parse_keyed(spec, raw, key)
    if raw is None or raw == "":
        return "" if spec.kind in (Kind.TEXT, Kind.PROSE, Kind.CHOICE, Kind.NUMBER) else None
    return _parse_scalar(spec, raw)


def _parse_keyed(spec: Spec, raw: Any, key: str) -> Any:
    if not key or len(key) > 100 or _UNWRITABLE.search(key):
        raise _refuse(spec, "所列各项之一")
    if spec.kind in (Kind.CHOICES, Kind.REFS):
        if raw is not None and not isinstance(raw, bool):
            raise _refuse(spec, "“选”或“不选”")
        return bool(raw)
    if spec.kind is Kind.FIGURE and key not in FIGURE_PARTS:
        raise _refuse(spec, "数值、年度或口径")
    if raw is None:
        return ""
    if not isinstance(raw, str) or len(raw) > 400:
        raise _refuse(spec, "不超过 400 字的文字")
    return _UNWRITABLE.sub("", raw)


_YEAR = re.compile(r"(19|20)\d\d")


def _range_complaints(spec: Spec, name: str, value: Decimal) -> list[str]:
    if spec.low is not None and value < spec.low:
        return [f"“{name}”填 {value}，小于 {spec.low}。"]
    if spec.high is not None and value > spec.high:
        return [f"“{name}”填 {value}，大于 {spec.high}。"]
    if spec.whole and value != value.to_integral_value():
        return [f"“{name}”填 {value}，应为整数。"]
    return []


def _figure_complaints(spec: Spec, value: dict[str, str]) -> list[str]:
    typed = value.get("value", "")
    if not typed:
        return []
    amount = decimal(typed)
    if amount is None:
        return [f"“{spec.label}”填“{typed}”，不是数字。"]
    found = _range_complaints(spec, spec.label, amount)
    if not _YEAR.fullmatch(value.get("year", "")):
        found.append(f"“{spec.label}”未注明年度。")
    if not (value.get("basis") or spec.basis):
        found.append(f"“{spec.label}”未注明口径。")
    return found


def complaints(spec: Spec, value: Any, offered: tuple[str, ...] = ()) -> list[str]:
    """Every limit of the declaration that the kept value breaks, as Chinese sentences.

    `offered` are the boxes of a field whose choices come from the pack.
    """
    if value is None or value == "" or value == {}:
        return []
    found: list[str] = []
    if spec.limit and isinstance(value, str) and len(value) > spec.limit:
        found.append(f"“{spec.label}”已写 {len(value)} 字，超过 {spec.limit} 字。")
    if spec.kind is Kind.CHOICE and value not in (spec.choices or offered or (value,)):
        found.append(f"“{spec.label}”填“{value}”，不在所列各项之中。")
    if spec.kind in (Kind.NUMBER, Kind.COUNT):
        amount = decimal(value)
        found += _range_complaints(spec, spec.label, amount) if amount is not None else []
    if spec.kind is Kind.CHOICES:
        on = chosen(value, spec)
        strange = [key for key in on if spec.keys and key not in spec.keys]
        if strange:
            found.append(f"“{spec.label}”含有表中没有的项：{'、'.join(strange)}。")
        if spec.excludes in on and len(on) > 1:
            found.append(f"“{spec.label}”选了“{spec.excludes}”，不能再选其他项。")
    if spec.kind is Kind.FIGURE:
        found += _figure_complaints(spec, value)
    return found
