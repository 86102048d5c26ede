"""A visit at the real window, one key at a time; see `stalls`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from benchmarks.screen_hand import PATIENCE, Hand, answered
from benchmarks.screen_road import Road
from widgets.pages.visits import VisitsPage
from widgets.record_form import RecordForm

#: So many photos has a visit of the album; the sample's own are fewer.
_PHOTOS = 40


def _again(told: dict[str, Any], minutes: int) -> dict[str, Any]:
    """Another shot of the same place, so much later."""
    taken = dt.datetime.fromisoformat(str(told["taken_at"])) + dt.timedelta(minutes=minutes)
    seed = told["draw"]["seed"] + 10 * minutes
    draw = {**told["draw"], "seed": seed}
    return {**told, "id": f"{told['id']}-{minutes}", "taken_at": taken.isoformat(), "draw": draw}


class SteadyHand(Hand):
    """Lets the program answer after each key, as it can with a person."""

    def wait(self, met: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
        super().wait(met, what, seconds)
        answered()

    def fill(self, form: RecordForm, values: Mapping[str, Any], ids: dict[str, str]) -> None:
        """Begins when all of the form is there: what asks for its fields has it made at once."""
        self.wait(lambda: not form._coming, "表单")
        super().fill(form, values, ids)

    def type(self, text: str) -> None:
        for key in text:
            if key == "\n":
                self.press(Qt.Key.Key_Return)
                continue
            if key.isascii():
                QTest.keyClicks(self._focused(), key)
            else:
                event = QInputMethodEvent()
                event.setCommitString(key)
                QApplication.sendEvent(self._focused(), event)
            self.keys += 1
            answered()


class Sitting(Road):
    """The pages of a visit, with an album that was drawn before."""

    hands = SteadyHand

    def draw(self) -> None:
        """Draw the album now: that is the script's own work, and not the program's."""
        told = self.pictures["photos"]
        floor = [photo for photo in told if photo["kind"] == "生产现场"]
        told += [_again(floor[n % len(floor)], n + 1) for n in range(_PHOTOS - len(told))]
        self._drawn = super()._album()

    def show_visit(self, page: VisitsPage, visit: UUID) -> None:
        super().show_visit(page, visit)
        answered()

    def show_photo(self, page: VisitsPage, photo: UUID) -> None:
        super().show_photo(page, photo)
        answered()

    def _album(self) -> list[tuple[Path, dict[str, Any]]]:
        return self._drawn
