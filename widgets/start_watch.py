"""`--measure-start`: how long the window took to be painted and to be of use; then it closes."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from widgets.application import Program

BAD = 2


class StartWatch(QObject):
    """Made at the first paint. Prints `{"first_paint_ms": …, "usable_ms": …}`, counted from the
    process's creation, once the list is painted and the events at hand are done with."""

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self._painted = time.perf_counter()
        self._program = program
        program.listed.connect(self._listed)
        program.stuck.connect(self._stuck)

    def _listed(self) -> None:
        usable = time.perf_counter()
        from app.command_line import print_line
        from app.process_age import age_ms

        try:
            now, age = time.perf_counter(), age_ms()
        except OSError:
            self._stuck("系统没有给出程序的启动时刻，无法计时，数据未动。")
            return
        figures = {"first_paint_ms": self._painted, "usable_ms": usable}
        print_line({name: round(age - (now - at) * 1000, 1) for name, at in figures.items()})
        self._program.window.close()

    def _stuck(self, sentence: str) -> None:
        print(sentence, file=sys.stderr)
        self._program.window.close()
        QApplication.exit(BAD)
