"""How large a picture shows, and the buttons for nearer, further and the whole."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from widgets.controls import Button
from widgets.photo_view import PhotoView

_STEP = 1.25


class ZoomBar(QWidget):
    """Stands beside a view; the figure between the buttons shows the whole again."""

    def __init__(self, view: PhotoView) -> None:
        super().__init__()
        self._view = view
        self.further = Button("", icon="minus", height=28)
        self.figure = Button("", height=28)
        self.nearer = Button("", icon="plus", height=28)
        self.further.clicked.connect(lambda: view.zoom(1 / _STEP))
        self.figure.clicked.connect(view.turn)
        self.nearer.clicked.connect(lambda: view.zoom(_STEP))
        self.figure.setFixedWidth(64)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for button, words in (
            (self.further, "缩小（−）"),
            (self.figure, ""),
            (self.nearer, "放大（+）"),
        ):
            button.setToolTip(words)
            button.setAccessibleName(words)
            row.addWidget(button)
        view.looked.connect(self._show)
        self._show()

    def _show(self) -> None:
        words = "按原图像素查看（双击）" if self._view.whole else "查看全图（0）"
        self.figure.setText(f"{self._view.percent()}%")
        self.figure.setToolTip(words)
        self.figure.setAccessibleName(f"{self._view.percent()}%，{words}")
        self.further.setEnabled(not self._view.whole)
