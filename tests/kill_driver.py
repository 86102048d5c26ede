"""Runs the real program and types into it at random until somebody kills it.

Prints one JSON line after every key that was typed and after every time the saved mark changed, so
that who kills it knows what the screen had promised. Called by `test_kill.py` with the data folder,
the dossier and a seed.
"""

from __future__ import annotations

import json
import random
import sys
import time
from uuid import UUID

from PySide6.QtCore import QTimer
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from grading.finding import Target
from widgets.application import Program
from widgets.dossier_window import DossierWindow
from widgets.field_base import LineEdit
from widgets.field_text import ProseField
from widgets.form_page import FormPage
from widgets.pages.walk import WalkPage

FIELDS = ("name", "contact", "address", "summary", "honours")


def say(**what: object) -> None:
    """One line for whoever is listening, at once."""
    print(json.dumps(what | {"at": time.monotonic()}, ensure_ascii=False), flush=True)


class Typist:
    """Types letters into one field after another, and answers items of the walk by their key."""

    def __init__(self, window: DossierWindow, seed: int) -> None:
        self.window, self.random = window, random.Random(seed)
        self.field = ""
        window.desk.saved.connect(self._saved)
        self.timer = QTimer(window)
        self.timer.timeout.connect(self.step)
        self.timer.start(15)

    def _saved(self, _at: object) -> None:
        """The mark has been set: what the snapshot holds now is what the screen calls saved."""
        enterprise = self.window.desk.dossier.records["enterprise"][0]
        fields = {name: getattr(enterprise, name) for name in FIELDS}
        answers = {
            row.subject: row.chosen  # type: ignore[attr-defined]  # answers are all there is
            for row in self.window.desk.dossier.records.get("answer", [])
        }
        say(saved=fields, answers=answers, mark=self.window.frame.top._saved.accessibleName())

    def step(self) -> None:
        """One key."""
        what = self.random.random()
        if what < 0.06:
            self._answer()
        elif what < 0.15 or not self.field or self.window.key != "enterprise":
            self._turn_to(self.random.choice(FIELDS))
        else:
            self._type(self.random.choice("abcdefghij "))

    def _turn_to(self, name: str) -> None:
        page = self.window.show_page("enterprise")
        assert isinstance(page, FormPage)
        page.go_to(Target("enterprise", None, name))
        self.field = name

    def _type(self, letter: str) -> None:
        page = self.window.page()
        assert isinstance(page, FormPage)
        editor = page.records[0].fields[self.field]
        edit = editor.edit if isinstance(editor, ProseField) else editor.findChildren(LineEdit)[0]
        if isinstance(edit, LineEdit):
            edit.end(False)
        else:
            edit.moveCursor(QTextCursor.MoveOperation.End)
        QTest.keyClicks(edit, letter)
        text = edit.toPlainText() if isinstance(edit, QPlainTextEdit) else edit.text()
        say(typed=self.field, text=text)

    def _answer(self) -> None:
        page = self.window.show_page("walk")
        assert isinstance(page, WalkPage)
        item = self.random.choice(self.window.desk.pack.instrument.items)
        page.open(item.name)
        option = self.random.choice(item.options)
        focused = QApplication.focusWidget() or page
        QTest.keyClicks(focused, option.key.lower())
        say(answered=item.name)


def main() -> int:
    """Open the dossier named on the command line and type until killed."""
    folder, dossier, seed = sys.argv[1:]
    program = Program(["--data", folder])
    typists: list[Typist] = []

    def ready() -> None:
        program.window.open_dossier(UUID(dossier), "enterprise")
        assert program.window.dossier is not None
        program.window.activateWindow()
        typists.append(Typist(program.window.dossier, int(seed)))
        say(ready=True)

    program.ready.connect(ready)
    program.begin()
    return QApplication.exec()


if __name__ == "__main__":
    sys.exit(main())
