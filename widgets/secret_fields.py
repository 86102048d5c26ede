"""Where a passphrase is typed, or chosen by typing it twice; what is wrong stands beneath."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.keys import PASSPHRASE_LEAST
from widgets.controls import Button
from widgets.text import TextLabel

_MOST = 1000
SHORT = f"口令少于 {PASSPHRASE_LEAST} 个字符，没有采用，请换一个较长的。"
UNLIKE = "两次输入的口令不一致，没有采用，请重新输入。"
NOTHING = "没有输入口令，数据未受影响，请输入口令或恢复密钥。"


class SecretFields(QWidget):
    """One field, or (`choose`) two. `given(secret)` on 回车 in the last one, if nothing is wrong.

    `optional` lets both stay empty. What is typed is hidden unless 显示字符 is on.
    """

    given = Signal(str)

    def __init__(self, name: str, *, choose: bool, optional: bool = False) -> None:
        super().__init__()
        self._choose, self._optional = choose, optional
        names = (name, f"再次输入{name}") if choose else (name,)
        self.fields = [QLineEdit() for _ in names]
        self.shown = QCheckBox("显示字符")
        self.wrong = TextLabel("", "dense", "block", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for field, words in zip(self.fields, names, strict=True):
            field.setEchoMode(QLineEdit.EchoMode.Password)
            field.setMaxLength(_MOST)
            field.setMinimumHeight(34)
            field.setPlaceholderText(words)
            field.setAccessibleName(words)
            field.textEdited.connect(lambda _text: self.say(""))
            field.returnPressed.connect(self._onward)
            column.addWidget(field)
        column.addWidget(self.shown)
        column.addWidget(self.wrong)
        self.wrong.hide()
        self.shown.toggled.connect(self._show)

    def take(self) -> str | None:
        """What was typed; None where it does not do, which is then said beneath."""
        secret = self.fields[0].text()
        if not secret and self._optional and not self.fields[-1].text():
            return ""
        if self._choose and len(secret) < PASSPHRASE_LEAST:
            self.say(SHORT)
        elif self._choose and secret != self.fields[1].text():
            self.say(UNLIKE)
            self.fields[1].clear()
            self.fields[1].setFocus()
            return None
        elif not secret:
            self.say(NOTHING)
        else:
            return secret
        self.ask()
        return None

    def say(self, sentence: str) -> None:
        """Say beneath what is wrong; "" takes it away."""
        self.wrong.setText(sentence)
        self.wrong.setVisible(bool(sentence))
        self.wrong.updateGeometry()
        self.fields[0].setAccessibleDescription(sentence)

    def ask(self) -> None:
        """Wait for it in the first field; what stands there is replaced by typing."""
        self.fields[0].setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.fields[0].selectAll()

    def clear(self) -> None:
        """Forget what was typed."""
        for field in self.fields:
            field.clear()
        self.shown.setChecked(False)
        self.say("")

    def _onward(self) -> None:
        """To the next field that is empty, else done."""
        for field in self.fields[1:]:
            if field is not self.focusWidget() and not field.text():
                field.setFocus()
                return
        secret = self.take()
        if secret is not None:
            self.given.emit(secret)

    def _show(self, on: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if on else QLineEdit.EchoMode.Password
        for field in self.fields:
            field.setEchoMode(mode)


class SecretLine(QWidget):
    """A row that asks for a closed file's passphrase: `given(secret)` on 回车 or on its button."""

    given = Signal(str)

    def __init__(self, name: str, act: str) -> None:
        super().__init__()
        self.field, button = QLineEdit(), Button(act, height=28)
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setPlaceholderText(name)
        self.field.setAccessibleName(name)
        self.field.setFixedWidth(280)
        self.field.returnPressed.connect(self._give)
        button.clicked.connect(self._give)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.field)
        row.addWidget(button)
        row.addStretch(1)

    def _give(self) -> None:
        self.given.emit(self.field.text())
