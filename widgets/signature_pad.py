"""Writing a signature on the screen, with a pen, a finger or the mouse."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QTabletEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from forms.signature import POINTS_CEILING, STROKES_CEILING
from widgets.controls import Button, Kind
from widgets.marks import box
from widgets.text import TextLabel, draw_text
from widgets.theme import RADIUS_CARD, tokens

_PEN = 3.0
_WIDE = 560
#: A point nearer than this to the one before, in px, says nothing new.
_NEAR = 1.5


class SignaturePad(QWidget):
    """The field one signs in. `signed(bool)` says whether there is anything on it."""

    signed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._strokes: list[list[QPointF]] = []
        self._writing = False
        self.setMinimumSize(480, 192)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName("签名区")
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents, False)

    def sizeHint(self) -> QSize:
        return QSize(640, 240)

    def ink(self) -> dict[str, Any]:
        """The signature as `forms.signature` keeps it: in widths of the pad."""
        wide = max(self.width(), 1)

        def share(value: float) -> float:
            return round(min(max(value / wide, 0.0), 4.0), 4)

        strokes = [[[share(p.x()), share(p.y())] for p in stroke] for stroke in self._strokes]
        return {"strokes": strokes, "height": round(self.height() / wide, 4)}

    def clear(self) -> None:
        """Wipe it."""
        self._strokes = []
        self._writing = False
        self.signed.emit(False)
        self.update()

    def begin(self, at: QPointF) -> None:
        """Pen down."""
        if len(self._strokes) < STROKES_CEILING and self._points() < POINTS_CEILING:
            self._strokes.append([at])
            self._writing = True
            self.signed.emit(True)
            self.update()

    def move_to(self, at: QPointF) -> None:
        """The pen moves."""
        if not self._writing or self._points() >= POINTS_CEILING:
            return
        inside = QPointF(
            min(max(at.x(), 0.0), float(self.width())), min(max(at.y(), 0.0), float(self.height()))
        )
        last = self._strokes[-1][-1]
        if (inside - last).manhattanLength() >= _NEAR:
            self._strokes[-1].append(inside)
            self.update()

    def _points(self) -> int:
        return sum(map(len, self._strokes))

    def end(self) -> None:
        """Pen up."""
        self._writing = False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.begin(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.move_to(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.end()

    def tabletEvent(self, event: QTabletEvent) -> None:
        """A pen's own events come finer than the mouse's that Qt makes of them."""
        if event.type() == QEvent.Type.TabletPress:
            self.begin(event.position())
        elif event.type() == QEvent.Type.TabletMove:
            self.move_to(event.position())
        elif event.type() == QEvent.Type.TabletRelease:
            self.end()
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect())
        box(painter, rect, "surface", "line", RADIUS_CARD)
        if not self._strokes:
            centre = Qt.AlignmentFlag.AlignHCenter
            draw_text(painter, rect, "请在此处签名", "section", "ink3", align=centre)
        pen = QPen(tokens().color("ink"), _PEN)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        for stroke in self._strokes:
            if len(stroke) == 1:
                painter.drawPoint(stroke[0])
            else:
                painter.drawPolyline(QPolygonF(stroke))
        painter.end()


class SignatureDialog(QDialog):
    """Asks for one signature: who, in which capacity, and the signature itself."""

    def __init__(self, parent: QWidget, paper: str, role: str, name: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"{paper}：{role}签名")
        self.pad = SignaturePad()
        self.name = QLineEdit(name)
        self.name.setPlaceholderText("签字人姓名")
        self.name.setMaxLength(40)
        self.name.setAccessibleName("签字人姓名")
        self.wipe = Button("重写", height=36)
        self.leave = Button("取消", height=36)
        self.take = Button("确认签名", Kind.PRIMARY, height=36)
        words = (
            f"签名保存在本机，与《{paper}》现在的内容对应；此后内容有改动的，会提示“签字后已修改”。"
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        column.addWidget(TextLabel(f"{role}签名", "section"))
        column.addWidget(TextLabel(words, "dense", "ink2", wrap=True))
        column.addWidget(self.name)
        column.addWidget(self.pad, 1)
        row = QHBoxLayout()
        row.addWidget(self.wipe)
        row.addStretch(1)
        row.addWidget(self.leave)
        row.addWidget(self.take)
        column.addLayout(row)
        self.resize(_WIDE, column.totalHeightForWidth(_WIDE))  # Qt counts one line of the words
        self.wipe.clicked.connect(self.pad.clear)
        self.leave.clicked.connect(self.reject)
        self.take.clicked.connect(self.accept)
        self.pad.signed.connect(lambda _on: self._judge())
        self.name.textChanged.connect(lambda _text: self._judge())
        self._judge()

    def _judge(self) -> None:
        """A signature without a name, or a name without a signature, is none."""
        self.take.setEnabled(bool(self.pad.ink()["strokes"] and self.name.text().strip()))
