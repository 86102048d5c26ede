"""Reading declarations out of decoded YAML.

Each value is checked where it is taken, so that a wrong pack fails at load with the place named,
not later on a screen.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation


def mapping(value: object, where: str) -> Mapping[str, object]:
    """Return `value` as a mapping with text keys; ValueError names `where`."""
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise ValueError(f"{where}: expected a mapping with text keys")
    return value


def sequence(value: object, where: str) -> Sequence[object]:
    """Return `value` as a list that is not empty; ValueError names `where`."""
    if not isinstance(value, list) or not value:
        raise ValueError(f"{where}: expected a list that is not empty")
    return value


def text(table: Mapping[str, object], key: str, default: str | None = None) -> str:
    """Return the text under `key`, or `default` where it is absent and a default is given."""
    value = table.get(key, default)
    if not isinstance(value, str) or (not value and default is None):
        raise ValueError(f"{key}: expected text, got {value!r}")
    return value


def whole(table: Mapping[str, object], key: str) -> int:
    """Return the whole number, zero or more, under `key` (a bool is none)."""
    value = table.get(key)
    if type(value) is not int or value < 0:
        raise ValueError(f"{key}: expected a whole number, got {value!r}")
    return value


def thousandths(table: Mapping[str, object], key: str) -> int:
    """Return the points under `key` as integer thousandths (1.875 → 1875).

    By way of the number's decimal text, since a float such as 0.7 is not seven tenths. What is
    finer than a thousandth, negative or no number is a ValueError.
    """
    value = table.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"{key}: expected a number, got {value!r}")
    try:
        scaled = Decimal(str(value)) * 1000
    except InvalidOperation as error:
        raise ValueError(f"{key}: expected a number, got {value!r}") from error
    if not scaled.is_finite() or scaled < 0 or scaled != scaled.to_integral_value():
        raise ValueError(f"{key}: expected points to the thousandth, got {value!r}")
    return int(scaled)


def unique(names: Sequence[str], what: str) -> None:
    """Raise ValueError when a name stands twice."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ValueError(f"{what} twice: {name}")
        seen.add(name)
