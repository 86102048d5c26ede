"""What is asked for while the program is still loading."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple


class _Asked(NamedTuple):
    act: Callable[[], object]
    typed: bool


class Waiting:
    """Keeps what was asked for until what it needs is there: of the places to go to the last one,
    and all that somebody typed."""

    def __init__(self) -> None:
        self._over = False
        self._held: list[_Asked] = []

    @property
    def typed(self) -> bool:
        """Whether something typed waits, which would be lost if nobody waited for it."""
        return any(each.typed for each in self._held)

    def slot(self, act: Callable[..., object], *, typed: bool = False) -> Callable[..., None]:
        """A slot that does `act` at once or, until `end`, then. What is `typed` is done whatever
        else is asked for."""

        def slot(*given: object) -> None:
            if self._over:
                act(*given)
            else:
                kept = [each for each in self._held if each.typed or typed]
                self._held = [*kept, _Asked(partial(act, *given), typed)]

        return slot

    def end(self) -> None:
        """It is there: do what was asked for, in the order in which it was."""
        self._over = True
        while self._held:
            self._held.pop(0).act()
