"""The right side of the home list: how many dossiers stand at each step, and what presses today."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from grading.finding import Severity
from widgets.controls import Hovered
from widgets.dossier_model import DossierRow
from widgets.icons import draw
from widgets.step_bars import Groups, StepBars
from widgets.surfaces import Rule, empty
from widgets.text import TextLabel, draw_wrapped, text_height
from widgets.theme import tokens

_WIDE = 284


class HomePanel(QWidget):
    """`step_taken(number)` on a step's row, `dossier_taken(key)` on one that presses."""

    step_taken = Signal(int)
    dossier_taken = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(_WIDE)
        self._total = TextLabel("", "meta", "ink2")
        self.steps = StepBars()
        self.steps.activated.connect(self.step_taken)
        head = QHBoxLayout()
        head.addWidget(TextLabel("各步骤企业数", "section"), 1)
        head.addWidget(self._total)
        self._pressing = QVBoxLayout()
        self._pressing.setSpacing(2)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 14, 16, 16)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(TextLabel("点一行，只看该步骤的档案", "meta", "ink2"))
        column.addWidget(self.steps)
        column.addSpacing(14)
        column.addWidget(Rule())
        column.addSpacing(14)
        column.addWidget(TextLabel("今日要紧", "section"))
        column.addSpacing(4)
        column.addLayout(self._pressing)
        column.addStretch(1)

    def show_steps(self, groups: Groups, total: int, chosen: Collection[int]) -> None:
        """How many dossiers stand at each step; `chosen` are those filtered by."""
        self._total.setText(f"共 {total} 家")
        self._total.updateGeometry()
        self.steps.set_groups(groups, chosen)

    def show_pressing(self, rows: Sequence[DossierRow]) -> None:
        """Name these dossiers and what presses."""
        empty(self._pressing)
        for row in rows:
            line = _PressingLine(row)
            line.clicked.connect(lambda _on=False, key=row.key: self.dossier_taken.emit(key))
            self._pressing.addWidget(line)
        if not rows:
            self._pressing.addWidget(TextLabel("没有临近到期或受阻的档案。", "dense", "ink2"))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), tokens().color("surface"))
        painter.fillRect(0, 0, 1, self.height(), tokens().color("line"))
        painter.end()


def _sentence(row: DossierRow) -> str:
    parts = []
    if row.due_token in ("block", "warn"):
        parts.append(f"协议{row.due}" if row.due_token == "block" else f"协议余 {row.due}")
    blocked = row.counts.get(Severity.BLOCK, 0)
    if blocked:
        parts.append(f"阻断 {blocked} 条")
    return f"{row.name}：{'，'.join(parts)}"


class _PressingLine(Hovered):
    def __init__(self, row: DossierRow) -> None:
        super().__init__()
        self._mark = "block" if row.due_token == "block" or _blocked(row) else "warn"
        self.setText(_sentence(row))
        self.setAccessibleName(self.text())
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def heightForWidth(self, width: int) -> int:
        return text_height(self.text(), "dense", width - 22) + 8

    def hasHeightForWidth(self) -> bool:
        return True

    def sizeHint(self) -> QSize:
        wide = max(self.width(), 200)
        return QSize(wide, self.heightForWidth(wide))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.heightForWidth(max(self.width(), 120)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        draw(painter, self._mark, QRectF(0, 7, 14, 14), self._mark)
        spot = QRectF(22, 4, self.width() - 22, self.height())
        draw_wrapped(painter, spot, self.text(), "dense", "accent" if self.hovered else "ink")
        painter.end()


def _blocked(row: DossierRow) -> bool:
    return bool(row.counts.get(Severity.BLOCK))
