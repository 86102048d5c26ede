"""Where tiles stand that fill rows from the left, as wide as there is room."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect

from widgets.photo_tile import RING, tile_height

#: A tile's width in px at least and at most, and the gaps beside and below it.
WIDE, _WIDEST, GAP, _BELOW = 142, 180, 8, 12


@dataclass(frozen=True, slots=True)
class PhotoRows:
    """The places of `count` tiles where `width` px are free; around all of them the current one's
    ring has room."""

    count: int
    width: int

    @property
    def across(self) -> int:
        """How many stand in a row."""
        return max(1, (self.width - 2 * RING + GAP) // (WIDE + GAP))

    @property
    def tile(self) -> int:
        """The width of a tile in px."""
        free = self.width - 2 * RING - (self.across - 1) * GAP
        return max(1, min(free // self.across, _WIDEST))

    @property
    def pitch(self) -> int:
        """From the top of a row to the top of the next, in px."""
        return tile_height(self.tile) + _BELOW

    @property
    def height(self) -> int:
        """The height of all rows in px."""
        rows = -(-self.count // self.across)
        return rows * self.pitch - _BELOW + 2 * RING if rows else 0

    def rect(self, place: int) -> QRect:
        """Where the tile of a place, from 0, stands."""
        row, column = divmod(place, self.across)
        left, top = RING + column * (self.tile + GAP), RING + row * self.pitch
        return QRect(left, top, self.tile, tile_height(self.tile))

    def at(self, point: QPoint) -> int | None:
        """The place at a point; None between and beyond the tiles."""
        column, row = (point.x() - RING) // (self.tile + GAP), (point.y() - RING) // self.pitch
        place = row * self.across + column
        inside = 0 <= column < self.across and 0 <= place < self.count
        return place if inside and self.rect(place).contains(point) else None

    def between(self, top: int, bottom: int) -> range:
        """The places of the rows that reach into the heights between `top` and `bottom`."""
        first, last = max(0, top - RING) // self.pitch, max(0, bottom + RING) // self.pitch
        return range(
            min(first * self.across, self.count), min((last + 1) * self.across, self.count)
        )
