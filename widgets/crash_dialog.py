"""The dialog of an error that nobody foresaw."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout

from widgets.controls import Button, Kind
from widgets.main_window import MainWindow
from widgets.text import TextLabel


class CrashDialog(QDialog):
    """Says that something went wrong, that all is kept, and where the log is."""

    def __init__(self, error: BaseException, path: Path | None, parent: MainWindow) -> None:
        super().__init__(parent)
        self.setWindowTitle("意外错误")
        self.setFixedWidth(560)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        where = f"日志文件：{path}" if path else "日志文件未能写入。"
        said = TextLabel(
            "程序遇到没有预料到的错误。已填写的内容都已保存，没有丢失；可以继续使用，"
            "如再次出现，请把日志文件交给维护人员。",
            wrap=True,
        )
        place = TextLabel(where, "dense", "ink2", wrap=True)
        place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(TextLabel("出现意外错误", "title"))
        column.addWidget(said)
        column.addWidget(place)
        column.addWidget(TextLabel(f"错误类型：{type(error).__name__}", "meta", "ink3"))
        row = QHBoxLayout()
        row.addStretch(1)
        if path is not None:
            show = Button("打开日志所在文件夹")
            folder = QUrl.fromLocalFile(str(path.parent))
            show.clicked.connect(lambda: QDesktopServices.openUrl(folder))
            row.addWidget(show)
        if parent.bench is not None:
            pack = Button("支持包")
            pack.clicked.connect(parent.show_support)
            row.addWidget(pack)
        go_on = Button("继续使用", Kind.PRIMARY)
        go_on.clicked.connect(self.accept)
        row.addWidget(go_on)
        column.addLayout(row)
        self.words = f"{said.text()}\n{where}"
        go_on.setFocus()
