"""Bundles that somebody brought, one after another: opened, looked at, taken in or left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.closing import PassphraseError
from app.merging import Stopped, Taken, arrived
from app.progress import Progress
from app.workbench import Workbench
from widgets.arrival_words import broken
from widgets.controls import Button, Kind
from widgets.jobs import Job
from widgets.pages.arrival import ArrivalPage, Opened
from widgets.secret_fields import SecretFields
from widgets.text import TextLabel

if TYPE_CHECKING:
    from widgets.job_bar import JobBar

_WIDE = 520


@dataclass(frozen=True, slots=True)
class Came:
    """A bundle that was taken in: of which dossier, and what came of it."""

    name: str
    dossier: UUID
    taken: Taken

    @property
    def left(self) -> int:
        """How many of its conflicts are still to be decided by somebody."""
        return sum(clash.matters for clash in self.taken.conflicts)

    @property
    def words(self) -> str:
        """What came, in a sentence."""
        edits, files = f"{self.taken.edits:,}", f"{self.taken.files:,}"
        said = f"已收入“{self.name}”：改动 {edits} 条、照片和附件 {files} 个"
        return f"{said}，{self.left} 处冲突待裁定。" if self.left else f"{said}。"


@dataclass(slots=True)
class Outcome:
    """What came of all that was brought: what is in, what is to be told, and what was refused."""

    came: list[Came] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """All that is to be told, a sentence a line."""
        return "\n".join([*(each.words for each in self.came), *self.told])

    @property
    def wrong(self) -> str:
        """All that was refused or went wrong, a line each."""
        late = [
            f"“{each.name}”已收入，另有事项未办妥：{each.taken.trouble}"
            for each in self.came
            if each.taken.trouble
        ]
        return "\n".join([*self.refused, *late])


class Arrivals(QObject):
    """`shown(page)` when one is to be looked at, `gone(page)` when it is done with; `over(Outcome)`
    when all are. `crashed(error)` where that is a bug."""

    shown = Signal(object)
    gone = Signal(object)
    over = Signal(object)
    crashed = Signal(object)

    def __init__(self, bench: Workbench, parent: QWidget) -> None:
        super().__init__(parent)
        self._bench, self._window = bench, parent
        self._queue: list[Path] = []
        self._number = self._total = 0
        self._outcome = Outcome()
        self._job: Job | None = None
        self._strip: JobBar | None = None
        self.page: ArrivalPage | None = None
        self.asking: PassphraseDialog | None = None

    def begin(self, paths: list[Path], strip: JobBar) -> None:
        """Open these, behind those that are on their way; `strip` shows what runs."""
        idle = self._job is None and self.page is None and self.asking is None
        self._queue += paths
        self._total += len(paths)
        self._strip = strip
        if idle:
            self._next()

    def finish(self) -> None:
        """The window closes: nothing is taken in any more, and nothing is left behind."""
        self._queue.clear()
        if self._job is not None:
            self._job.cancel()
            self._job.wait()
        if self.page is not None:
            self.page.finish()

    # -- opening ----------------------------------------------------------------------------------

    def _next(self) -> None:
        if self._queue:
            self._number += 1
            self._open(self._queue.pop(0))
            return
        outcome, self._outcome = self._outcome, Outcome()
        self._number = self._total = 0
        self.over.emit(outcome)

    def _open(self, path: Path, passphrase: str = "") -> None:
        job = self._job = Job(lambda: self._opening(path, passphrase, job), self)
        job.finished.connect(lambda found: self._opened(path, found, job))
        job.refused.connect(self._refuse)
        job.crashed.connect(lambda error: self._crash(error, path.name))
        job.cancelled.connect(lambda: self._stop(path.name))
        job.ended.connect(job.deleteLater)
        if self._strip is not None:
            self._strip.follow(job)
        job.start()

    def _opening(
        self, path: Path, passphrase: str, job: Job
    ) -> Iterator[Progress | PassphraseError | Opened]:
        """Off the main thread; what is opened and wanted no more is closed."""
        yield Progress(0, 0, f"正在打开并核对“{path.name}”")
        with ExitStack() as held:
            try:
                arrival = held.enter_context(
                    arrived(self._bench, path, passphrase, job.stopping.is_set)
                )
                yield Progress(0, 0, f"正在比对“{path.name}”与本机档案")
                found = Opened(arrival, arrival.look(), ExitStack())
            except PassphraseError as error:
                yield error
                return
            except Stopped:
                yield Progress(0, 0, "已停止")  # whoever iterates ceases to
                return
            yield found
            if not job.stopping.is_set():  # else it is closed here, with nobody to show it to
                found.held.push(held.pop_all())

    def _opened(self, path: Path, found: object, job: Job) -> None:
        self._job = None
        if job.stopping.is_set():
            if isinstance(found, Opened):
                found.held.close()
            self._stop(path.name)
        elif isinstance(found, PassphraseError):
            self._ask(path, str(found))
        elif isinstance(found, Opened) and not (found.told.edits or found.told.files):
            found.held.close()
            self._outcome.told.append(f"“{path.name}”的内容本机均已有，没有变化。")
            self._next()
        elif isinstance(found, Opened):
            self._show(found)

    def _refuse(self, sentence: str) -> None:
        self._job = None
        self._outcome.refused.append(sentence)
        self._next()

    def _crash(self, error: object, name: str) -> None:
        self._job = None
        self._outcome.refused.append(broken(name, united=False))
        self.crashed.emit(error)
        self._next()

    def _stop(self, name: str) -> None:
        """Somebody ceased to wait: what is queued is not wanted either."""
        self._job = None
        self._queue.clear()
        self._tell_stopped(name)
        self._next()

    def _ask(self, path: Path, sentence: str) -> None:
        dialog = self.asking = PassphraseDialog(self._window, path.name, sentence)

        def answered(result: int) -> None:
            self.asking = None
            dialog.deleteLater()
            if result == QDialog.DialogCode.Accepted:
                self._open(path, dialog.given)
            else:
                self._next()

        dialog.finished.connect(answered)
        dialog.open()
        dialog.secret.ask()

    # -- looking ----------------------------------------------------------------------------------

    def _show(self, opened: Opened) -> None:
        place = f"第 {self._number} 个，共 {self._total} 个" if self._total > 1 else ""
        page = self.page = ArrivalPage(self._bench, opened, place)
        name, dossier = opened.arrival.name, opened.told.dossier
        page.taken.connect(
            lambda taken: self._done(lambda: self._outcome.came.append(Came(name, dossier, taken)))
        )
        page.left.connect(lambda: self._done())
        page.stopped.connect(lambda: self._done(lambda: self._tell_stopped(name)))
        page.broken.connect(lambda words: self._done(lambda: self._outcome.refused.append(words)))
        page.crashed.connect(self.crashed)
        self.shown.emit(page)
        page.start()

    def _tell_stopped(self, name: str) -> None:
        self._outcome.told.append(f"已停止收取“{name}”，没有收入，本机内容未变。")

    def _done(self, note: Callable[[], object] = lambda: None) -> None:
        page, self.page = self.page, None
        note()
        if page is not None:
            self.gone.emit(page)
            page.deleteLater()
        self._next()


class PassphraseDialog(QDialog):
    """Asks for what opens a bundle; `given` holds it once it is accepted."""

    def __init__(self, parent: QWidget, name: str, sentence: str) -> None:
        super().__init__(parent)
        self.given = ""
        self.setWindowTitle("文件包口令")
        self.setFixedWidth(_WIDE)
        self.secret = SecretFields("文件包口令", choose=False)
        self.secret.given.connect(self._take)
        self.go_on, self.leave = Button("打开", Kind.PRIMARY), Button("不收")
        self.go_on.clicked.connect(self._try)
        self.leave.clicked.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        column.addWidget(TextLabel(f"打开“{name}”", "section", wrap=True))
        column.addWidget(TextLabel(sentence, "dense", "ink2", wrap=True))
        column.addWidget(self.secret)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.leave)
        row.addWidget(self.go_on)
        column.addLayout(row)
        self.resize(_WIDE, column.heightForWidth(_WIDE))
        self.setWindowModality(Qt.WindowModality.WindowModal)

    def _try(self) -> None:
        secret = self.secret.take()
        if secret is not None:
            self._take(secret)

    def _take(self, secret: str) -> None:
        self.given = secret
        self.accept()
