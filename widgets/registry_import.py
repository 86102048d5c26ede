"""Files brought to the list: dossiers come in at once, registries after a look at each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QWidget

from app.import_plan import State, sentences
from app.registry import SUFFIXES, Plan
from app.workbench import Workbench
from widgets.home_work import import_files, look_at_registry, take_registry
from widgets.import_preview import PreviewDialog, Shown
from widgets.jobs import Job

_HEADS = (("行", 56), ("企业名称", 250))

#: Runs a job in the page's strip, and hears its last word.
Run = Callable[[Callable[[], Iterator[Any]], Callable[[object], None] | None], Job]


class FileImports:
    """Imports over the page `host`; `run` runs its jobs, `told` hears what the last one said."""

    def __init__(
        self, host: QWidget, bench: Workbench, run: Run, told: Callable[[object], None]
    ) -> None:
        self._host, self._bench, self._run, self._told = host, bench, run, told
        self._waiting: list[Path] = []
        self._busy = False
        self.dialog: PreviewDialog | None = None

    def begin(self, paths: Sequence[Path]) -> None:
        """Take dossier files in; show what each registry would bring, one after another."""
        registries = [path for path in paths if path.suffix.lower() in SUFFIXES]
        files = [path for path in paths if path not in registries]
        self._waiting += registries
        if files:
            self._run(lambda: import_files(self._bench, files), None)
        if not self._busy:
            self._next()

    def _next(self) -> None:
        self.dialog = None
        self._busy = bool(self._waiting)
        if self._waiting:
            path = self._waiting.pop(0)
            job = self._run(
                lambda: look_at_registry(self._bench, path), lambda made: self._show(made, path)
            )
            job.ended.connect(self._looked)

    def _looked(self) -> None:
        """The look ended; where nothing came of it, which its job said, the next one is due."""
        if self.dialog is None:
            self._next()

    def _show(self, made: object, path: Path) -> None:
        if not isinstance(made, Plan):
            return
        rows = [
            Shown(
                (str(row.row.line), row.row.name),
                row.state,
                sentences(row.faults) or row.note or "新建档案",
            )
            for row in made.rows
        ]
        self.dialog = PreviewDialog(
            "导入企业名单",
            path.name,
            _HEADS,
            rows,
            self._host,
            taken=(State.NEW,),
            choice="同时按名单改写已有档案中不同的各项",
        )
        self.dialog.accepted.connect(lambda: self._take(made))
        self.dialog.finished.connect(lambda _code: self._next())
        self.dialog.open()

    def _take(self, plan: Plan) -> None:
        update = self.dialog is not None and self.dialog.chosen
        self._run(lambda: take_registry(self._bench, plan, update=update), self._told)
