"""The strips over the home list in which something is typed: a name, a new dossier."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from widgets.controls import Button, Kind
from widgets.surfaces import EmptyHint
from widgets.text import TextLabel
from widgets.theme import tokens

NOTHING_FOUND = (
    EmptyHint("没有要找的企业？", "新建，或", "Ctrl N", "import", "从名单表格导入"),
    EmptyHint("同事发来了文件包？", "拖到此处，先看摘要，再决定是否收入"),
    EmptyHint("第一次使用？", "", "", "sample", "打开样例档案"),
)
"""What stands under the list, and where there is none."""


class AskBand(QWidget):
    """A question with one line to answer it. `answered(text)` on 回车 or the button, never empty;
    `dropped()` on Esc."""

    answered = Signal(str)
    dropped = Signal()

    def __init__(self, question: str, why: str, action: str, limit: int) -> None:
        super().__init__()
        self.field = QLineEdit()
        self.field.setMaxLength(limit)
        self.field.setAccessibleName(question)
        self.field.setFixedWidth(280)
        self.field.setMinimumHeight(34)
        self.button = Button(action, Kind.PRIMARY, height=34)
        self.field.returnPressed.connect(self._answer)
        self.button.clicked.connect(self._answer)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 10, 20, 10)
        row.setSpacing(12)
        row.addWidget(TextLabel(question, "strong"))
        row.addWidget(self.field)
        row.addWidget(self.button)
        row.addWidget(TextLabel(why, "dense", "ink2", keep=False), 1)
        self.hide()

    def ask(self, typed: str = "") -> None:
        """Show the question and wait for the answer in its field, in which `typed` stands again
        where it was answered and could not be kept."""
        if typed:
            self.field.setText(typed)
        self.show()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _answer(self) -> None:
        text = self.field.text().strip()
        if text:
            self.field.clear()
            self.hide()
            self.answered.emit(text)
        else:
            self.field.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
            self.dropped.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), tokens().color("accent_bg"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, tokens().color("line"))
        painter.end()
