"""A field's history with its old values, and the question before something goes for good."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app import trail
from app.trail import Entry, What
from app.trail_words import field_words, title_of
from widgets.controls import Button, Kind
from widgets.desk import Desk
from widgets.text import TextLabel

_MOST = 120
WORD = "彻底删除"
"""What is typed by hand before a record goes for good."""


class HistoryDialog(QDialog):
    """What stood in one field, the newest first, with 恢复此值."""

    def __init__(self, parent: QWidget, desk: Desk, form: str, record: UUID, name: str) -> None:
        super().__init__(parent)
        self.desk = desk
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("修改历史")
        self.resize(640, 420)
        self.entries = trail.history(desk.bench, desk.dossier_id, record, name)
        self.list = QListWidget()
        self.list.setAccessibleName("修改历史")
        self.list.setWordWrap(True)
        self.list.setSpacing(6)
        self.take = Button("恢复此值", Kind.PRIMARY)
        close = Button("关闭")
        label = f"{title_of(form)}：{field_words(form, name)}"
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        column.addWidget(TextLabel(label, "section", wrap=True))
        column.addWidget(TextLabel(self._told(), "dense", "ink2", wrap=True))
        column.addWidget(self.list, 1)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(close)
        row.addWidget(self.take)
        column.addLayout(row)
        for entry in self.entries:
            self.list.addItem(QListWidgetItem(_line(entry)))
        close.clicked.connect(self.reject)
        self.take.clicked.connect(self._restore)
        self.list.currentRowChanged.connect(lambda _row: self._judge())
        self.list.setCurrentRow(0)
        self._judge()

    def _told(self) -> str:
        if not self.entries:
            return "这一栏还没有修改记录。"
        return "恢复是一次新的修改，此后的各次修改仍留在记录中。"

    def current(self) -> Entry | None:
        """The chosen entry."""
        row = self.list.currentRow()
        return self.entries[row] if 0 <= row < len(self.entries) else None

    def _judge(self) -> None:
        entry = self.current()
        self.take.setEnabled(entry is not None and can_restore(entry))

    def _restore(self) -> None:
        entry = self.current()
        if entry is not None and restore_value(self.desk, entry):
            self.accept()


def can_restore(entry: Entry) -> bool:
    """Whether an entry's value can be put back: it is some other, and was not erased."""
    current = entry.live and not entry.conflict
    return entry.what is What.EDITED and not entry.erased and not current


def restore_value(desk: Desk, entry: Entry) -> bool:
    """Put back what stood in a field after an entry; whether it was taken."""
    return desk.choose(entry.form, entry.record, entry.path, entry.value)


def _line(entry: Entry) -> str:
    said = " ".join(entry.after.split())
    said = (said[:_MOST] + "……" if len(said) > _MOST else said) or "（空）"
    key = entry.label.partition("：")[2]
    said = f"{key}：{said}" if key else said
    mark = "（并存待裁定）" if entry.conflict else "（现行）" if entry.live else ""
    who = "　".join(filter(None, (entry.at, entry.person, entry.device)))
    return f"{said}{mark}\n{who}"


class PurgeDialog(QDialog):
    """Asks why a record is to go for good, and for WORD to be typed by hand."""

    def __init__(self, parent: QWidget, called: str) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(WORD)
        self.setFixedWidth(560)
        self.reason, self.typed = QLineEdit(), QLineEdit()
        self.reason.setMaxLength(200)
        self.take, self.leave = Button(WORD, Kind.PRIMARY), Button("取消")
        words = (
            f"{called}的全部内容、照片或附件的存件，以及由其得出的数据将从本机清除，不能恢复，"
            "也不会因合并同事的数据而回来；修改记录中只留修改人、时间和删除原因，请不要在原因中"
            "写入要删除的内容。"
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        column.addWidget(TextLabel(f"{WORD}{called}", "section", wrap=True))
        column.addWidget(TextLabel(words, "dense", "ink2", wrap=True))
        for field, name in ((self.reason, "删除原因"), (self.typed, f"请输入“{WORD}”以确认")):
            field.setPlaceholderText(name)
            field.setAccessibleName(name)
            field.setMinimumHeight(34)
            field.textChanged.connect(lambda _text: self._judge())
            column.addWidget(field)
        column.addStretch(1)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.leave)
        row.addWidget(self.take)
        column.addLayout(row)
        self.leave.clicked.connect(self.reject)
        self.take.clicked.connect(self.accept)
        self._judge()
        self.resize(560, column.heightForWidth(560))
        self.reason.setFocus()

    def _judge(self) -> None:
        self.take.setEnabled(bool(self.reason.text().strip()) and self.typed.text() == WORD)
