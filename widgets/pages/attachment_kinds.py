"""The kinds of files that a complete dossier has: a click on one adds a file of that kind."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from forms.visit import ATTACHMENT_KINDS
from widgets.controls import Button, Kind
from widgets.flow_layout import FlowLayout


class AttachmentKinds(QWidget):
    """A button a kind that is lacking; those that are there are folded away behind one.

    `asked(kind)` on a click.
    """

    asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        inside = QWidget()
        self.buttons: dict[str, Button] = {}
        self._counts: Mapping[str, int] = {}
        self._open = False
        margins = QVBoxLayout(self)
        margins.setContentsMargins(24, 12, 24, 0)
        margins.addWidget(inside)
        flow = FlowLayout(inside, (8, 6))
        for kind in ATTACHMENT_KINDS:
            button = self.buttons[kind] = Button(kind, icon="plus", height=28)
            button.clicked.connect(lambda _on=False, kind=kind: self.asked.emit(kind))
            flow.addWidget(button)
        self.more = Button("", Kind.QUIET, height=28)
        self.more.clicked.connect(self._turn)
        flow.addWidget(self.more)

    def show_counts(self, counts: Mapping[str, int]) -> None:
        """How many there are of each kind."""
        self._counts = counts
        for kind, button in self.buttons.items():
            count = counts.get(kind, 0)
            words = f"{kind} {count}" if count else kind
            if button.text() != words:
                button.setText(words)
                button.updateGeometry()
            button.setAccessibleName(f"添加{kind}，现有 {count} 份")
            button.set_kind(Kind.CHOSEN if count else Kind.OUTLINED)
        self._fold()

    def focus_missing(self) -> None:
        """Give the keyboard to the first kind that is lacking."""
        missing = [kind for kind in self.buttons if not self._counts.get(kind)]
        if not missing and not self._open:
            self._turn()
        self.buttons[missing[0] if missing else ATTACHMENT_KINDS[0]].setFocus()

    def _turn(self) -> None:
        self._open = not self._open
        self._fold()

    def _fold(self) -> None:
        held = [kind for kind in self.buttons if self._counts.get(kind)]
        for kind, button in self.buttons.items():
            button.setVisible(self._open or kind not in held)
        words = "收起已有的类别" if self._open else f"已有的类别 {len(held)}"
        if self.more.text() != words:
            self.more.setText(words)
            self.more.setAccessibleName(words)
            self.more.updateGeometry()
        self.more.setVisible(bool(held))
