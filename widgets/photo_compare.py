"""Two photos side by side, looked at together."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from forms.dossier import Photo
from widgets.controls import Button, Kind
from widgets.desk import Desk
from widgets.photo_source import PhotoSource
from widgets.photo_view import PhotoView
from widgets.text import TextLabel
from widgets.zoom_bar import ZoomBar


class PhotoCompare(QWidget):
    """Two views whose place and size move together. `closed()` by its button or Esc."""

    closed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.left, self.right = PhotoView(), PhotoView()
        self._sources = [PhotoSource(view, desk.bench) for view in (self.left, self.right)]
        self._words = [TextLabel("", "body", wrap=True) for _ in self._sources]
        self._leads = False
        self.left.looked.connect(lambda: self._together(self.left, self.right))
        self.right.looked.connect(lambda: self._together(self.right, self.left))
        self.shut = Button("关闭", Kind.OUTLINED, icon="close", key="Esc", height=28)
        self.shut.clicked.connect(self.closed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        head = QHBoxLayout()
        head.addWidget(self.shut)
        head.addStretch(1)
        head.addWidget(ZoomBar(self.left))
        pair = QHBoxLayout()
        pair.setSpacing(12)
        for words, view in zip(self._words, (self.left, self.right), strict=True):
            column = QVBoxLayout()
            column.setSpacing(8)
            column.addWidget(words)
            column.addWidget(view, 1)
            pair.addLayout(column, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 14, 18, 14)
        column.setSpacing(12)
        column.addLayout(head)
        column.addLayout(pair, 1)

    def show_pair(self, left: Photo, left_words: str, right: Photo | str, right_words: str) -> None:
        """Show a photo of this dossier and another one, or one of another dossier by its hash, each
        under its words: which dossier and visit, and when."""
        for label, words in zip(self._words, (left_words, right_words), strict=True):
            label.setText(words)
        self._sources[0].show(left)
        if isinstance(right, str):
            self._sources[1].show_copy(right, right_words)
        else:
            self._sources[1].show(right)
        self.left.show_whole()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _together(self, leader: PhotoView, follower: PhotoView) -> None:
        if not self._leads:
            self._leads = True
            follower.follow(leader)
            self._leads = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        elif not self.left.press(event, arrows=True):
            event.ignore()
