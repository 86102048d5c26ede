"""What every .xlsx needs alike, whichever library writes it."""

from __future__ import annotations

from collections.abc import Iterable

FACE = "微软雅黑"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""
LINE = 15.0
"""A line of text at 10 points, in points."""
_MARGIN = 3


def row_height(texts: Iterable[str], widths: Iterable[float], most: int) -> float:
    """A row's height in points, for at most so many lines; not every spreadsheet program fits it
    to wrapped text."""
    return LINE * min(max(map(_lines, texts, widths)), most) + _MARGIN


def _lines(text: str, width: float) -> int:
    # A full-width character is as wide as two of those that widths are given in.
    if 2 * len(text) < width and "\n" not in text:
        return 1  # most cells, of thousands of rows
    count = 0
    for line in text.split("\n"):
        units = sum(1 if char.isascii() else 2 for char in line)
        count += max(1, -(-units // int(width - 1)))
    return count
