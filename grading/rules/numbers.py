"""Numbers and words of messages: reading what was typed, writing what a sentence says."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from forms import fields as f

#: Beyond these a typed number is an accident; sums and printing stay safe below.
_DIGITS = 15
_DECIMALS = 9

_SHOWN = 200  # characters of one value that a message repeats


def shown(value: object) -> str:
    """A value as a message writes it: commas in thousands, dates in Chinese, text bounded."""
    if isinstance(value, dt.date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, int | Decimal):
        return f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"
    text = str(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def amount(value: object) -> Decimal | None:
    """The number that was typed; None where there is none, or none that can be meant."""
    number = f.decimal(value) if value not in (None, "") else None
    if number is None or number.adjusted() >= _DIGITS:
        return None
    exponent = number.as_tuple().exponent
    return number if isinstance(exponent, int) and exponent >= -_DECIMALS else None


def plain(number: Decimal) -> Decimal:
    """The same number without trailing zeros or an exponent."""
    trimmed = number.normalize()
    return trimmed.quantize(Decimal(1)) if trimmed == trimmed.to_integral_value() else trimmed


def written(text: str) -> int:
    """Letters and digits of a text: what a reason is measured by, for marks alone say nothing."""
    return sum(char.isalnum() for char in text)


def minutes(time: dt.time) -> int:
    """Minutes since midnight. A zone that an import may have brought is nothing to a wall clock."""
    return time.hour * 60 + time.minute


def covered(spans: Iterable[tuple[int, int]]) -> int:
    """Minutes in any of the spans: what overlaps counts once."""
    total, reached = 0, 0
    for start, end in sorted(spans):
        total += max(0, end - max(start, reached))
        reached = max(reached, end)
    return total


def between(start: dt.time | None, end: dt.time | None) -> int | None:
    """Minutes from one time to another, negative where they are not in order; None without both."""
    return None if start is None or end is None else minutes(end) - minutes(start)


def duration(length: int) -> str:
    """Minutes in words: 2 小时 50 分."""
    hours, rest = divmod(length, 60)
    parts = [f"{hours} 小时"] if hours else []
    return " ".join([*parts, f"{rest} 分"] if rest or not hours else parts)


def listed(names: list[str], most: int = 6) -> str:
    """Names joined by 、, cut after `most` with 等."""
    return "、".join(names[:most]) + ("等" if len(names) > most else "")
