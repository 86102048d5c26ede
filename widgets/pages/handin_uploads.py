"""平台上传: what goes into which box of the city's platform, and what went up when."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from app import handin, uploads
from app.review import Review
from app.uploads import Listed
from forms.errors import UserError
from widgets.controls import Button, Kind
from widgets.desk import Desk
from widgets.surfaces import Card, Rule, empty
from widgets.text import TextLabel

_NONE = "尚未导出终稿。导出后，报告和记录表列在这里，逐个上传并登记。"
_HINT = "每上传一个文件，勾选一次，即记入报送记录；勾选有误的，取消勾选即可撤回。"


class UploadCard(Card):
    """The list with its ticks, for the final papers in the folder that is exported to."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__((20, 16), 8, parent)
        self.desk = desk
        self._folder = Path()
        self._review: Review | None = None
        platform = desk.pack.platform
        self.body.addWidget(TextLabel("平台上传", "section"))
        self.body.addWidget(
            TextLabel(f"{platform.name}。{platform.note}", "dense", "ink2", wrap=True)
        )
        self.limit = QSpinBox()
        self.limit.setRange(1, 2000)
        self.limit.setSuffix(" MB")
        self.limit.setAccessibleName("每个文件的大小限制")
        self.limit.setKeyboardTracking(False)
        self.limit.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.limit.setValue(uploads.limit_mb(desk.bench.store, desk.pack))
        self.limit.valueChanged.connect(self._set_limit)
        self.open = Button("打开文件夹", Kind.QUIET, icon="folder", height=28)
        self.open.clicked.connect(self._open)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(TextLabel("每个文件不超过", "dense", "ink2"))
        row.addWidget(self.limit)
        row.addStretch(1)
        row.addWidget(self.open)
        self.body.addLayout(row)
        self.hint = TextLabel("", "dense", "ink2", wrap=True)
        self.body.addWidget(self.hint)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(6)
        self.body.addLayout(self._rows)
        self.status = TextLabel("", "dense", "block", wrap=True)
        self.status.hide()
        self.body.addWidget(self.status)
        self.lines: list[UploadLine] = []

    def show_review(self, review: Review, folder: Path) -> None:
        """List the files in the dossier's folder below `folder` as they are now."""
        self._review = review
        self.show_folder(folder)

    def show_folder(self, folder: Path) -> None:
        """The same, where papers were exported since, or are to be exported elsewhere."""
        self._folder = folder
        self._list()

    def _home(self) -> Path | None:
        return handin.folder_in(self._folder, self.desk.dossier)

    def _list(self) -> None:
        if self._review is None:
            return
        home, most = self._home(), self.limit.value() * uploads.MB
        folders = (home / uploads.FOLDER,) if home else ()
        found = [each for each in uploads.listed(self._review, folders, most) if _told(each)]
        empty(self._rows)
        self.lines = []
        box = ""
        for each in found:
            if each.line.box != box:
                box = each.line.box
                self._rows.addWidget(Rule())
                self._rows.addWidget(
                    TextLabel(f"栏目：{box}（{each.line.clause}）", "dense", "ink2")
                )
            line = UploadLine(each)
            line.tick.clicked.connect(lambda on, each=each: self._tick(each, on))
            self.lines.append(line)
            self._rows.addWidget(line)
        self.open.setEnabled(home is not None)
        self.hint.setText(_HINT if found else _NONE)
        self.hint.updateGeometry()

    def _tick(self, one: Listed, on: bool) -> None:
        """Record that a file went up, or take that back."""
        self._say("")
        home, review = self._home(), self._review
        if home is None or review is None:
            return
        if not on:
            last = uploads.newest(self.desk.dossier, one)
            if last is not None:
                self.desk.withdraw("sending", last)
            return
        try:
            values = uploads.receipt(review, one, self.desk.bench.person, home / handin.OWNER)
        except UserError as error:
            self._say(str(error))
            self._list()
            return
        self.desk.add("sending", **values)

    def _say(self, sentence: str) -> None:
        self.status.setText(sentence)
        self.status.setVisible(bool(sentence))
        self.status.updateGeometry()

    def _set_limit(self, megabytes: int) -> None:
        uploads.set_limit_mb(self.desk.bench.store, megabytes)
        self._list()

    def _open(self) -> None:
        home = self._home()
        if home is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(home / uploads.FOLDER)))


def _told(one: Listed) -> bool:
    """Whether there is anything to say of a file: it lies there, or went up once."""
    return one.path is not None or bool(one.line.receipts)


class UploadLine(QWidget):
    """One file: whether it went up, its name and size, how it stands; its hash to copy."""

    def __init__(self, one: Listed) -> None:
        super().__init__()
        line, receipt = one.line, one.line.receipt
        current = receipt is not None and not receipt.stale
        self.tick = QCheckBox("已上传")
        self.tick.setChecked(current)
        self.tick.setEnabled(one.path is not None or current)
        self.tick.setAccessibleName(f"已上传：{line.name}")
        size = f"（{uploads.size_text(line.size)}）" if line.size else ""
        self.name = TextLabel(f"{line.name}{size}", "dense", wrap=True)
        token = "warn" if receipt and receipt.stale else "ok" if receipt else "ink2"
        self.standing = TextLabel(line.standing, "dense", token, wrap=True)
        copy = Button("复制校验值", Kind.QUIET, height=28)
        copy.setAccessibleName(f"复制校验值：{line.name}")
        copy.setToolTip(line.sha256)
        copy.setEnabled(bool(line.sha256))
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(line.sha256))
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.tick)
        row.addWidget(self.name, 3, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.standing, 4, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        self.trouble = TextLabel(one.trouble, "dense", "block", wrap=True)
        self.trouble.setVisible(bool(one.trouble))
        column.addWidget(self.trouble)
