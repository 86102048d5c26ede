"""The window without data: a title and a sentence in the frame that the window will have."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from widgets.bars import KeyBar, TopBar
from widgets.controls import Button, Kind
from widgets.surfaces import Card
from widgets.text import TextLabel


class PlainPage(QWidget):
    """A card in the middle; what is asked stands in it by `put_in`, the ways on by `offer`."""

    def __init__(self, title: str, sentence: str) -> None:
        super().__init__()
        self.setProperty("passing", True)
        top = TopBar()
        top.set_identity("诊改工作台", (), back=False)
        top.set_search("")
        card = Card((32, 28), 12)
        card.setFixedWidth(560)
        card.body.addWidget(TextLabel(title, "title"))
        card.body.addWidget(TextLabel(sentence, "body", "ink2", wrap=True))
        self._asked = QVBoxLayout()
        card.body.addLayout(self._asked)
        self._buttons = QHBoxLayout()
        self._buttons.addStretch(1)
        card.body.addLayout(self._buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(top)
        column.addStretch(1)
        # Not by alignment: the words would be measured as if they were as wide as the window.
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(card)
        middle.addStretch(1)
        column.addLayout(middle)
        column.addStretch(2)
        column.addWidget(KeyBar())

    def put_in(self, widget: QWidget) -> None:
        """Show a widget under the sentence."""
        self._asked.addWidget(widget)

    def offer(self, text: str, act: object) -> Button:
        """A button under the sentence; the first one is the primary."""
        kind = Kind.PRIMARY if self._buttons.count() == 1 else Kind.OUTLINED
        button = Button(text, kind)
        button.clicked.connect(act)
        self._buttons.addWidget(button)
        return button
