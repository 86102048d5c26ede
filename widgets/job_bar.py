"""What is running now, how far it is, and 取消; or one sentence about what went wrong."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from app.progress import Progress
from widgets.controls import Button, Kind
from widgets.icons import draw
from widgets.jobs import Job
from widgets.text import TextLabel
from widgets.theme import tokens


class JobBar(QWidget):
    """A strip for the running jobs, hidden while there are none. `idle()` when the last ended."""

    idle = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(44)
        self._jobs: list[Job] = []
        self._words = TextLabel("", "dense", keep=False)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedSize(220, 8)
        self._stop = Button("取消", height=28)
        self._stop.clicked.connect(self.cancel)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 0, 24, 0)
        row.setSpacing(16)
        row.addWidget(self._words, 1)
        row.addWidget(self._bar)
        row.addWidget(self._stop)
        self.hide()

    def follow(self, job: Job) -> None:
        """Show `job` until it ends; it may not have been started yet."""
        self._jobs.append(job)
        self._bar.setRange(0, 0)
        self._words.setText("正在处理")
        job.progressed.connect(self._show)
        job.ended.connect(lambda: self._end(job))
        self._stop.setEnabled(True)
        self.show()

    def busy(self) -> bool:
        """Whether a job is running."""
        return bool(self._jobs)

    def cancel(self) -> None:
        """Ask every running job to stop after the step it is in."""
        self._stop.setEnabled(False)
        self._words.setText("正在停止，当前一步做完即止。")
        for job in self._jobs:
            job.cancel()

    def wait(self) -> None:
        """Cancel and wait, when the window closes."""
        self.cancel()
        for job in list(self._jobs):
            job.wait()

    def _show(self, step: Progress) -> None:
        if not self._stop.isEnabled():
            return
        count = f"（{step.done}/{step.total}）" if step.total else ""
        self._words.setText(f"{step.text}{count}")
        self._words.setToolTip(step.text)
        self._bar.setRange(0, step.total)
        self._bar.setValue(step.done)

    def _end(self, job: Job) -> None:
        if job in self._jobs:
            self._jobs.remove(job)
        if not self._jobs:
            self.hide()
            self.idle.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), tokens().color("info_bg"))
        painter.fillRect(0, 0, self.width(), 1, tokens().color("line"))
        painter.end()


class Notice(QWidget):
    """One sentence that stands until it is closed: what was refused, and why.

    `tone` is its icon and colour: "block", or "info" where nothing went wrong.
    """

    def __init__(self, parent: QWidget | None = None, tone: str = "block") -> None:
        super().__init__(parent)
        self._tone = tone
        self._words = TextLabel("", "dense", wrap=True)
        self._act: Callable[[], object] = self.hide
        self.act = Button("", Kind.OUTLINED, height=28)
        self.act.clicked.connect(lambda: self._act())
        self.act.hide()
        close = Button("", Kind.PLAIN, icon="close", height=28)
        close.setAccessibleName("关闭提示")
        close.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(50, 8, 20, 8)
        row.setSpacing(16)
        row.addWidget(self._words, 1)
        row.addWidget(self.act, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def say(self, sentence: str) -> None:
        """Show a sentence; "" hides the strip."""
        self.act.hide()
        self._words.setText(sentence)
        self._words.updateGeometry()
        self.setAccessibleName(sentence)
        self.setVisible(bool(sentence))

    def ask(self, sentence: str, word: str, act: Callable[[], object]) -> None:
        """Show a sentence with a button that goes on all the same."""
        self.say(sentence)
        self._act = act
        self.act.setText(word)
        self.act.setAccessibleName(word)
        self.act.updateGeometry()
        self.act.show()

    def text(self) -> str:
        """The sentence that shows, or "" where none does."""
        return "" if self.isHidden() else self._words.text()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        ground = f"{self._tone}_bg"
        painter.fillRect(self.rect(), tokens().color(ground))
        draw(painter, self._tone, QRectF(24, 13, 16, 16), self._tone, ground)
        painter.end()
