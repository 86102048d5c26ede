"""Which of a row of photos is current, and which are selected, as a list of files has it."""

from __future__ import annotations

from collections.abc import Sequence


class PhotoSelection:
    """The current photo and the selected ones, by key. One at least is selected while there is a
    current one, so that what acts on the selection always has something to act on."""

    def __init__(self) -> None:
        self.current = ""
        self._keys: list[str] = []
        self._places: dict[str, int] = {}
        self._selected: set[str] = set()
        self._anchor = ""

    def replace(self, keys: Sequence[str], current: str) -> None:
        """Other photos, or the same in another order; what is still there stays selected.

        Without a `current` one the old one stays; where it went, the next that is left.
        """
        heir = current or self._heir(set(keys))
        self._keys = list(keys)
        self._places = {key: place for place, key in enumerate(keys)}
        self._selected &= self._places.keys()
        self.keep(heir)

    def _heir(self, left: set[str]) -> str:
        here = self._places.get(self.current, 0)
        line = [*self._keys[here:], *reversed(self._keys[:here])]
        return next((key for key in line if key in left), "")

    def keep(self, current: str) -> None:
        """Make `current` the current photo; it keeps company with what is selected already."""
        if current != self.current:
            self.current = self._anchor = current
        if len(self._selected) < 2:
            self._selected = {current} & self._places.keys()

    def place(self, key: str) -> int | None:
        """The place of a photo; None where it is not there."""
        return self._places.get(key)

    def holds(self, key: str) -> bool:
        """Whether a photo is selected."""
        return key in self._selected

    def selection(self) -> list[str]:
        """The selected photos in their order."""
        if len(self._selected) < 2:
            return list(self._selected)
        return [key for key in self._keys if key in self._selected]

    def go(self, key: str) -> None:
        """Make a photo current, and select it alone."""
        self.current = self._anchor = key
        self._selected = {key} & self._places.keys()

    def look(self, key: str) -> None:
        """Make a photo current, and leave the selection as it is."""
        self.current = key

    def toggle(self, key: str) -> None:
        """Make a photo current; take it into the selection, or leave it out."""
        self.current = self._anchor = key
        self._selected ^= {key}
        if not self._selected:
            self._selected = {key}

    def extend(self, key: str) -> None:
        """Make a photo current, and select all from where the selection began to it."""
        self.current = key
        begin = self._places.get(self._anchor, self._places[key])
        first, last = sorted((begin, self._places[key]))
        self._selected = set(self._keys[first : last + 1])

    def take_all(self) -> None:
        """Select every photo."""
        self._selected = set(self._keys)
        if not self.current and self._keys:
            self.current = self._anchor = self._keys[0]
