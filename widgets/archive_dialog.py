"""结项归档: where the archive goes and how it is closed, and 归档并清除 to be typed by hand."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.archive import archive
from app.closing import Closing, new_passphrase
from app.progress import Progress
from app.purge import IN_BACKUPS
from app.workbench import Workbench
from forms.errors import UserError
from widgets.controls import Button, Kind
from widgets.jobs import Job
from widgets.text import TextLabel

WORD = "归档并清除"
_WIDE = 600
_FOR = (
    "档案先写成加密的文件包，重新打开逐个文件核对无误后，再将本机上的全部记录、修改记录、照片和"
    "附件清除，不能恢复；同时生成《档案销毁记录》，供打印签字。有阻断问题或者缺少照片原件的档案"
    "不能归档。"
)
_SECRET = "口令不随文件包保存，遗忘后档案不能打开，请抄下，与归档文件分开保管。"


class ArchiveDialog(QDialog):
    """Begins only with a folder, a passphrase and the word; nothing else can be done meanwhile.

    `archived(sentence)` when it is done, `crashed(error)` where that is a bug.
    """

    archived = Signal(str, bool)
    crashed = Signal(object)

    def __init__(self, parent: QWidget, bench: Workbench, dossier: UUID, called: str) -> None:
        super().__init__(parent)
        self._bench, self._dossier = bench, dossier
        self._job: Job | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("结项归档")
        self.setFixedWidth(_WIDE)
        self.folder = QLineEdit()
        self.passphrase, self.typed = QLineEdit(new_passphrase()), QLineEdit()
        self.wrong = TextLabel("", "dense", "block", wrap=True)
        self.step = TextLabel("", "dense", "ink2", keep=False)
        self.choose, copy = Button("选择文件夹"), Button("复制口令")
        self.take, self.leave = Button(WORD, Kind.PRIMARY), Button("取消")
        column = self._lay_out(called, copy)
        self.choose.clicked.connect(self._ask_folder)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.passphrase.text()))
        self.leave.clicked.connect(self.reject)
        self.take.clicked.connect(self.begin)
        self._judge()
        self.resize(_WIDE, column.heightForWidth(_WIDE))

    def _lay_out(self, called: str, copy: Button) -> QVBoxLayout:
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        column.addWidget(TextLabel(f"结项归档：{called}", "section", wrap=True))
        column.addWidget(TextLabel(_FOR, "dense", "ink2", wrap=True))
        self.folder.setReadOnly(True)
        fields = (
            (self.folder, "归档位置", self.choose),
            (self.passphrase, "文件包口令", copy),
            (self.typed, f"请输入“{WORD}”以确认", None),
        )
        for field, name, button in fields:
            field.setPlaceholderText(name)
            field.setAccessibleName(name)
            field.setMinimumHeight(34)
            field.textChanged.connect(lambda _text: self._judge())
            line = QHBoxLayout()
            line.setSpacing(12)
            line.addWidget(field, 1)
            if button is not None:
                line.addWidget(button)
            column.addLayout(line)
            if field is self.passphrase:
                column.addWidget(TextLabel(_SECRET, "dense", "warn", wrap=True))
        column.addWidget(self.wrong)
        column.addStretch(1)
        row = QHBoxLayout()
        row.addWidget(self.step, 1)
        row.addWidget(self.leave)
        row.addWidget(self.take)
        column.addLayout(row)
        return column

    @property
    def closing(self) -> Closing:
        """How the archive is closed."""
        return Closing(self.passphrase.text())

    def _ask_folder(self) -> None:
        dialog = QFileDialog(self, "归档位置")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda name: self.folder.setText(str(Path(name))))
        dialog.open()

    def begin(self) -> None:
        """Archive; 取消 stops it before anything is wiped."""
        out, closing = Path(self.folder.text()), self.closing
        self._job = Job(lambda: archive(self._bench, self._dossier, out, closing), self)
        self._job.progressed.connect(self._follow)
        self._job.finished.connect(self._finish)
        self._job.refused.connect(self._refuse)
        self._job.crashed.connect(self.crashed)
        self._job.cancelled.connect(lambda: self._refuse("已停止，没有归档，档案未变。"))
        self._allow(False)
        self._refuse("", ended=False)
        self._job.start()

    def _allow(self, on: bool) -> None:
        for widget in (self.folder, self.passphrase, self.typed, self.choose, self.take):
            widget.setEnabled(on)

    def _follow(self, step: Progress) -> None:
        self.step.setText(step.text)

    def _refuse(self, sentence: str, *, ended: bool = True) -> None:
        if ended:
            self._job = None
            self._allow(True)
            self.step.setText("")
        self.wrong.setText(sentence)
        self.wrong.setVisible(bool(sentence))
        self.wrong.updateGeometry()

    def _finish(self, last: object) -> None:
        if isinstance(last, Progress) and last.made is not None:
            self._job = None
            where = f"归档文件和《档案销毁记录》在：{last.made.parent}。"
            in_backups = IN_BACKUPS in last.trouble
            self.archived.emit(f"{last.text}。{where}{last.trouble}", in_backups)
            self.accept()

    def wait(self) -> None:
        """The window closes: ask it to stop, and wait for it."""
        if self._job is not None:
            self._job.cancel()
            self._job.wait()

    def reject(self) -> None:
        """Close; while it works, ask it to stop first."""
        if self._job is not None:
            self._job.cancel()
            self.step.setText("正在停止，当前一步做完即止。")
        else:
            super().reject()

    def _judge(self) -> None:
        wrong = "" if self.passphrase.text() else "没有填写文件包口令。"
        try:
            self.closing.check()
        except UserError as error:
            wrong = str(error)
        self.wrong.setText(wrong)
        self.wrong.setVisible(bool(wrong))
        ready = bool(self.folder.text()) and self.typed.text() == WORD
        self.take.setEnabled(ready and not wrong)
