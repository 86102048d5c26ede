"""关于与更新: which version this is; an update file is looked through, and its installer opened.

The program installs nothing by itself: who is asked is the system, by opening the installer.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from app import updates
from app.progress import Progress
from app.updates import Update
from app.version import version
from widgets.controls import Button, Kind
from widgets.file_drop import FileDrop, ask_files
from widgets.jobs import Job
from widgets.text import TextLabel

_ABOUT = (
    "更新以文件发放，不经网络。选取更新文件后，程序核对其签名、版本、适用系统和完整性，"
    "不自行安装；安装新版本不改动数据文件夹，原有档案由新版本直接打开。"
)
_NEXT = "请先关闭本程序，再按安装程序的提示安装。"
_KINDS = f"更新文件 (*{updates.SUFFIX} *.deb *.exe *.dmg *.zip)"


class UpdateDialog(QDialog):
    """Shows what an update file holds, and lets it be opened once it was found good.

    `crashed(error)` where looking at it ends in a bug.
    """

    crashed = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("关于与更新")
        self.setMinimumWidth(600)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.found: Update | None = None
        self._job: Job | None = None
        self.told = TextLabel("", "body", wrap=True)
        self.notes = TextLabel("", "dense", "ink2", wrap=True)
        self.choose = Button("选取更新文件")
        self.install = Button("打开安装程序", Kind.PRIMARY)
        self.show_place = Button("显示所在位置")
        self.leave = Button("关闭")
        self._lay_out()
        self.choose.clicked.connect(
            lambda: ask_files(self, "选取更新文件", _KINDS, lambda paths: self.look_at(paths[0]))
        )
        self.install.clicked.connect(self._install)
        self.show_place.clicked.connect(self._show_place)
        self.leave.clicked.connect(self.reject)
        drop = FileDrop(self, "松开鼠标，核对更新文件")
        drop.dropped.connect(lambda paths: self.look_at(paths[0]))
        self._show(None, "")

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self.choose)
        row.addStretch(1)
        for button in (self.leave, self.show_place, self.install):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        column.addWidget(TextLabel(f"诊改工作台　{version()}", "section"))
        column.addWidget(TextLabel(_ABOUT, "dense", "ink2", wrap=True))
        column.addWidget(self.told)
        column.addWidget(self.notes)
        column.addStretch(1)
        column.addLayout(row)

    def look_at(self, path: Path) -> None:
        """Look an update file through behind the dialog; what came of it stands in it."""
        if self._job is not None:
            return
        self._show(None, f"正在核对“{path.name}”")
        self._job = job = Job(lambda: updates.check(path), self)
        job.progressed.connect(self._step)
        job.finished.connect(self._checked)
        job.refused.connect(lambda sentence: self._show(None, sentence))
        job.crashed.connect(self.crashed)
        job.ended.connect(self._ended)
        job.start()

    def _step(self, step: object) -> None:
        if isinstance(step, Progress):
            self.told.setText(f"{step.text}：{100 * step.done // max(step.total, 1)}%")

    def _checked(self, found: object) -> None:
        if isinstance(found, Update):
            self._show(found, "")

    def _ended(self) -> None:
        self._job = None

    def _show(self, update: Update | None, sentence: str) -> None:
        """What was found: a good update with its notes, or a sentence."""
        self.found = update
        if update is not None:
            said = update.statement
            sentence = (
                f"“{said.file}”为版本 {said.version}（{said.released} 发布），签名有效，文件完整；"
                f"签名密钥的指纹：{update.fingerprint}。{_NEXT}"
            )
        self.told.setText(sentence)
        self.notes.setText(update.statement.notes if update is not None else "")
        for shown in (self.told, self.notes):
            shown.setVisible(bool(shown.text()))
        for button in (self.install, self.show_place):
            button.setVisible(update is not None)

    def _install(self) -> None:
        if self.found is not None:
            _open(self.found.installer)

    def _show_place(self) -> None:
        if self.found is not None:
            _open(self.found.installer.parent)

    def done(self, result: int) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job.wait()
        super().done(result)


def _open(path: Path) -> None:
    """Have the system open a file or folder, by what it has for that."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
