"""The cards of 数据安全: each says how one thing stands, what it is for, and what can be done."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from widgets.controls import Button, Kind
from widgets.marks import Tag
from widgets.pages.attachment_list import size_text
from widgets.secret_fields import SecretFields
from widgets.security_work import Copy
from widgets.surfaces import Card, empty
from widgets.text import TextLabel

_KEY_LINES = 2


class StateCard(Card):
    """A title with its state as a tag, a sentence, and buttons; `open_form` puts a form in their
    place until it is closed again."""

    def __init__(self, title: str) -> None:
        super().__init__((20, 16), 8)
        self.tag = Tag("")
        self._said = TextLabel("", "dense", "ink2", wrap=True)
        self.content = QVBoxLayout()
        self._buttons = QWidget()
        self._row = QHBoxLayout(self._buttons)
        self._row.setContentsMargins(0, 4, 0, 0)
        self._row.setSpacing(12)
        self._row.addStretch(1)
        self._form: QWidget | None = None
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(TextLabel(title, "section"))
        head.addWidget(self.tag)
        head.addStretch(1)
        self.body.addLayout(head)
        self.body.addWidget(self._said)
        self.body.addLayout(self.content)
        self.body.addWidget(self._buttons)

    def say(self, state: str, tone: str, sentence: str) -> None:
        """Say how it stands; `tone` is ok, warn or quiet."""
        icon = {"ok": "check", "warn": "warn"}.get(tone, "")
        self.tag.set(state, tone, icon)
        self._said.setText(sentence)
        self._said.updateGeometry()

    def add(self, text: str, act: Callable[[], object]) -> Button:
        """A button at the end of the row."""
        button = Button(text)
        button.clicked.connect(lambda: act())
        self._row.insertWidget(self._row.count() - 1, button)
        return button

    def open_form(self, form: QWidget) -> None:
        """Show a form in the place of the buttons."""
        self.close_form()
        self._form = form
        self._buttons.hide()
        self.body.addWidget(form)
        form.show()  # now, for it is to take the keyboard

    def close_form(self) -> None:
        """Take the form away, with all that was typed into it."""
        if self._form is not None:
            self.body.removeWidget(self._form)
            self._form.hide()
            self._form.deleteLater()
            self._form = None
        self._buttons.show()

    @property
    def form(self) -> QWidget | None:
        """The form that is open."""
        return self._form


class Form(QWidget):
    """A sentence, what is asked, and 取消 beside what is done."""

    cancelled = Signal()

    def __init__(self, sentence: str, action: str) -> None:
        super().__init__()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 4, 0, 0)
        self.column.setSpacing(10)
        self.said = TextLabel(sentence, "dense", "warn", wrap=True)
        self.said.setVisible(bool(sentence))
        self.column.addWidget(self.said)
        self.done = Button(action, Kind.PRIMARY)
        self.stop = Button("取消")
        self.stop.clicked.connect(self.cancelled)
        self.row = QHBoxLayout()
        self.row.setSpacing(12)
        self.row.addWidget(self.done)
        self.row.addWidget(self.stop)
        self.row.addStretch(1)
        self.column.addLayout(self.row)


class PassphraseForm(Form):
    """A new passphrase, typed twice. `given(passphrase)`, which is "" where it may be left out."""

    given = Signal(str)

    def __init__(self, sentence: str, action: str, *, optional: bool = False) -> None:
        super().__init__(sentence, action)
        name = "新口令（8 个字符以上）" if not optional else "新口令（可不设，8 个字符以上）"
        self.secret = SecretFields(name, choose=True, optional=optional)
        self.secret.setMaximumWidth(420)
        self.column.insertWidget(1, self.secret)
        self.secret.given.connect(self.given)
        self.done.clicked.connect(self._take)

    def _take(self) -> None:
        passphrase = self.secret.take()
        if passphrase is not None:
            self.given.emit(passphrase)


class ConfirmForm(Form):
    """Asks once more before something that cannot be taken back. `agreed()`."""

    agreed = Signal()

    def __init__(self, sentence: str, action: str) -> None:
        super().__init__(sentence, action)
        self.done.clicked.connect(self.agreed)


class RecoveryForm(Form):
    """A recovery key, shown this once. `print_wanted()`; `kept()` once it is on paper."""

    print_wanted = Signal()
    kept = Signal()

    def __init__(self, key: str) -> None:
        super().__init__("", "打印")
        groups = key.split("-")
        half = len(groups) // _KEY_LINES
        for place in range(_KEY_LINES):
            line = "  -  ".join(groups[half * place : half * (place + 1)])
            self.column.insertWidget(place, TextLabel(line, "figure"))
        self.said.setText("恢复密钥只在此时显示，离开后不能再次查看，请打印或者抄写并核对无误。")
        self.said.show()
        self.stop.setText("已妥善保存")
        self.stop.setAccessibleName("已妥善保存")
        self.stop.updateGeometry()
        self.done.clicked.connect(self.print_wanted)
        self.cancelled.connect(self.kept)


class CopiesList(QWidget):
    """The newest backups, a line each: when, which file, how large."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 4, 0, 4)
        self._grid.setHorizontalSpacing(24)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)

    def show_copies(self, copies: Sequence[Copy], more: int) -> None:
        """Show these, and how many there are beyond them."""
        empty(self._grid)
        for row, copy in enumerate(copies):
            when = TextLabel(f"{copy.made_at:%Y-%m-%d %H:%M}", "dense")
            self._grid.addWidget(when, row, 0)
            self._grid.addWidget(TextLabel(copy.name, "dense", "ink2", keep=False), row, 1)
            self._grid.addWidget(TextLabel(size_text(copy.size), "dense", "ink2"), row, 2)
        if more:
            words = TextLabel(f"另有较早的 {more} 份。", "dense", "ink2")
            self._grid.addWidget(words, len(copies), 0, 1, 3)
