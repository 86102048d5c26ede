"""What is asked for while the program is still loading."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial


class Waiting:
    """Keeps the last thing asked for until what it needs is there."""

    def __init__(self) -> None:
        self._over = False
        self._held: Callable[[], object] | None = None

    def slot(self, act: Callable[..., object]) -> Callable[..., None]:
        """A slot that does `act` at once or, until `end`, then."""

        def slot(*given: object) -> None:
            if self._over:
                act(*given)
            else:
                self._held = partial(act, *given)

        return slot

    def end(self) -> None:
        """It is there: do what was asked for."""
        self._over = True
        if self._held is not None:
            self._held()
            self._held = None
