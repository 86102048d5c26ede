"""Fields that are typed: text, prose, numbers, figures with year and definition."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPlainTextEdit, QSizePolicy

from forms.fields import FIGURE_PARTS, Kind, Spec
from widgets.field_base import SAVE_AFTER_MS, FieldContext, FieldWidget, LineEdit, open_menu
from widgets.text import TextLabel

_PROSE_LINES = 3
_DIGITS = 18  # more is no count, and beyond some thousands int() itself refuses


class TextField(FieldWidget):
    """One line: text, a decimal or a whole number, as typed."""

    def __init__(self, name: str, spec: Spec, context: FieldContext) -> None:
        super().__init__(name, spec, context)
        self.edit = LineEdit(spec.label, spec.unit)
        self.edit.typed.connect(lambda text: self._send(self._read(text)))
        self.edit.left.connect(self.left)
        if spec.kind in (Kind.NUMBER, Kind.COUNT):
            self.edit.digits_only()
            self.edit.setMaximumWidth(220)
        self.body.addWidget(self.edit)
        self.setFocusProxy(self.edit)

    def _read(self, text: str) -> Any:
        """A whole number where one is asked for; anything else goes as typed and is refused."""
        if self.spec.kind is not Kind.COUNT:
            return text if self.spec.kind is Kind.TEXT else text.strip()
        plain = text.replace(",", "").replace("，", "").strip()
        if plain.removeprefix("-").isdecimal() and len(plain) <= _DIGITS:
            return int(plain)
        return plain or None

    def _show(self, value: Any, *, fresh: bool) -> None:
        self.edit.show_text("" if value is None else str(value), fresh=fresh)

    def flush(self) -> None:
        self.edit.flush()

    def focus_editor(self, key: str = "") -> None:
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edit.selectAll()


class ProseField(FieldWidget):
    """Several lines, with how many characters were written against the form's limit."""

    def __init__(self, name: str, spec: Spec, context: FieldContext) -> None:
        super().__init__(name, spec, context)
        self.edit = ProseEdit(spec.label)
        self.edit.typed.connect(self._typed)
        self.edit.left.connect(self.left)
        self.edit.textChanged.connect(self._count)
        self.counter = TextLabel("", "meta", "ink3", align=Qt.AlignmentFlag.AlignRight)
        self.body.addWidget(self.edit)
        self.body.addWidget(self.counter)
        self.counter.setVisible(bool(spec.limit))
        self.setFocusProxy(self.edit)
        self._count()

    def _typed(self, text: str) -> None:
        self._send(text)

    def _count(self) -> None:
        if self.spec.limit:
            written = len(self.edit.toPlainText())
            self.counter.setText(f"{written:,} / {self.spec.limit:,} 字")
            self.counter.set_token("block" if written > self.spec.limit else "ink3")

    def _show(self, value: Any, *, fresh: bool) -> None:
        self.edit.show_text(value or "", fresh=fresh)

    def flush(self) -> None:
        self.edit.flush()

    def focus_editor(self, key: str = "") -> None:
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)


class ProseEdit(QPlainTextEdit):
    """Plain text as high as what is written in it; the page scrolls, never the field."""

    typed = Signal(str)
    left = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(SAVE_AFTER_MS)
        self._pause.timeout.connect(lambda: self.typed.emit(self.toPlainText()))
        self._quiet = False
        self.textChanged.connect(self._changed)
        self.document().documentLayout().documentSizeChanged.connect(lambda _size: self._grow())
        self._grow()

    def show_text(self, text: str, *, fresh: bool) -> None:
        """Show a kept text; a `fresh` one (of another record) even if somebody is typing here."""
        busy = self.hasFocus() or self._pause.isActive()
        if text == self.toPlainText() or (busy and not fresh):
            return
        self._pause.stop()
        self._quiet = True
        self.setPlainText(text)
        self._quiet = False

    def flush(self) -> None:
        """Report now what waits for its pause."""
        if self._pause.isActive():
            self._pause.stop()
            self.typed.emit(self.toPlainText())

    def _changed(self) -> None:
        if not self._quiet and not self._pause.isActive():
            self._pause.start()

    def _lines(self) -> int:
        block, lines = self.document().firstBlock(), 0
        while block.isValid():
            lines += max(1, block.layout().lineCount())
            block = block.next()
        return max(lines, _PROSE_LINES)

    def _grow(self) -> None:
        height = self._lines() * self.fontMetrics().lineSpacing() + 22
        if height != self.height():
            self.setFixedHeight(height)

    def sizeHint(self) -> QSize:
        return QSize(240, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._grow()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        open_menu(self.createStandardContextMenu(), self, event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.flush()
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.left.emit()


class FigureField(FieldWidget):
    """A money or head-count figure, with its year and its definition beside it."""

    def __init__(self, name: str, spec: Spec, context: FieldContext) -> None:
        super().__init__(name, spec, context)
        self.parts = {
            "value": LineEdit(spec.label, spec.unit),
            "year": LineEdit(f"{spec.label}，年度", "年"),
            "basis": LineEdit(f"{spec.label}，口径"),
        }
        self.parts["year"].setPlaceholderText("年度")
        self.parts["basis"].setPlaceholderText(f"口径：{spec.basis}")
        self.parts["value"].setMinimumWidth(120)
        self.parts["year"].setFixedWidth(86)
        row = QHBoxLayout()
        row.setSpacing(8)
        for key in FIGURE_PARTS:
            part = self.parts[key]
            part.typed.connect(lambda text, key=key: self._send(text.strip(), key))
            part.left.connect(self.left)
            row.addWidget(part, {"value": 2, "year": 0, "basis": 3}[key])
        self.parts["value"].digits_only()
        self.parts["year"].digits_only()
        self.body.addLayout(row)
        self.setFocusProxy(self.parts["value"])

    def _show(self, value: Any, *, fresh: bool) -> None:
        for key, part in self.parts.items():
            part.show_text(str((value or {}).get(key, "")), fresh=fresh)

    def flush(self) -> None:
        for part in self.parts.values():
            part.flush()

    def focus_editor(self, key: str = "") -> None:
        part = self.parts.get(key, self.parts["value"])
        part.setFocus(Qt.FocusReason.OtherFocusReason)
        part.selectAll()


class NumbersField(FieldWidget):
    """One line for each key of the declaration, side by side."""

    def __init__(self, name: str, spec: Spec, context: FieldContext) -> None:
        super().__init__(name, spec, context)
        self.parts = {key: LineEdit(f"{spec.label}，{key}") for key in spec.choices}
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        for place, (key, part) in enumerate(self.parts.items()):
            part.typed.connect(lambda text, key=key: self._send(text.strip(), key))
            part.left.connect(self.left)
            row, column = divmod(place, 2)
            grid.addWidget(TextLabel(key, "dense", "ink2"), row, 2 * column)
            grid.addWidget(part, row, 2 * column + 1)
            grid.setColumnStretch(2 * column + 1, 1)
        self.body.addLayout(grid)

    def _show(self, value: Any, *, fresh: bool) -> None:
        for key, part in self.parts.items():
            part.show_text(str((value or {}).get(key, "")), fresh=fresh)

    def flush(self) -> None:
        for part in self.parts.values():
            part.flush()

    def focus_editor(self, key: str = "") -> None:
        parts = list(self.parts.values())
        (self.parts.get(key) or parts[0]).setFocus(Qt.FocusReason.OtherFocusReason)
