"""支持包: what would be sent, to be read first; then it is saved where somebody says."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from app import support
from app.log_file import log_path
from app.progress import Progress
from app.store import Store
from app.support import Support
from forms.errors import UserError
from widgets.controls import Button, Kind
from widgets.file_drop import ask_place
from widgets.jobs import Job
from widgets.text import TextLabel

_FOR = (
    "支持包供维护人员查找问题，只含以下内容：程序和系统的版本、检查结果、程序日志；"
    "不含企业和人员的名称、填写的内容、照片和文件位置。请看过后再保存、发送。"
)


class SupportDialog(QDialog):
    """Gathers behind the dialog, shows it, and saves it. `crashed(error)` where that is a bug."""

    crashed = Signal(object)

    def __init__(self, parent: QWidget, store: Store) -> None:
        super().__init__(parent)
        self.setWindowTitle("支持包")
        self.resize(720, 560)
        self.support: Support | None = None
        self.shown = QPlainTextEdit()
        self.shown.setReadOnly(True)
        self.shown.setAccessibleName("支持包的全部内容")
        self.told = TextLabel("正在检查", "dense", "ink2", wrap=True)
        self.keep, self.leave = Button("保存支持包", Kind.PRIMARY), Button("关闭")
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        column.addWidget(TextLabel("支持包", "section"))
        column.addWidget(TextLabel(_FOR, "dense", "ink2", wrap=True))
        column.addWidget(self.shown, 1)
        column.addWidget(self.told)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.leave)
        row.addWidget(self.keep)
        column.addLayout(row)
        self.keep.setEnabled(False)
        self.keep.clicked.connect(self._ask)
        self.leave.clicked.connect(self.reject)
        path = log_path(store.folder)
        self._job = Job(lambda: support.gather(store, path), self)
        self._job.progressed.connect(self._step)
        self._job.finished.connect(self._show)
        self._job.refused.connect(self.told.setText)
        self._job.crashed.connect(self.crashed)
        self._job.start()

    def _step(self, step: Progress) -> None:
        self.told.setText(step.text)

    def _show(self, found: object) -> None:
        if isinstance(found, Support):
            self.support = found
            self.shown.setPlainText(found.text)
            self.told.setText("以上是支持包的全部内容。")
            self.keep.setEnabled(True)

    def _ask(self) -> None:
        ask_place(self, "保存支持包", "诊改工作台支持包.zip", "支持包 (*.zip)", self.save)

    def save(self, path: Path) -> None:
        """Write what was shown."""
        if self.support is None:
            return
        try:
            self.told.setText(f"支持包已保存。文件位置：{support.save(self.support, path)}")
        except UserError as error:
            self.told.setText(str(error))
        self.told.updateGeometry()

    def done(self, result: int) -> None:
        """The dialog closes: what still looks the machine over is stopped, and waited for."""
        self._job.cancel()
        self._job.wait()
        super().done(result)
