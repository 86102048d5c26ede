"""A visit at the real window, one key at a time; see `stalls`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from benchmarks.screen_hand import Hand, answered
from benchmarks.screen_road import Road


class SteadyHand(Hand):
    """Lets the program answer after each key, as it can with a person."""

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
        self._drawn = super()._album()

    def _album(self) -> list[tuple[Path, dict[str, Any]]]:
        return self._drawn
