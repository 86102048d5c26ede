"""What every field on a form has: its paper label, its editor, and beneath it what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QVBoxLayout, QWidget

from forms.fields import Spec
from widgets.text import TextLabel, text_width

#: From a key to the store; with the commit itself it stays below the promised 300 ms.
SAVE_AFTER_MS = 200
_LONG_LABEL = 300


@dataclass(frozen=True, slots=True)
class FieldContext:
    """What a field must ask the dossier for.

    `offered(spec)` gives the boxes of a choice, `records(form)` what a reference may point to, as
    (id, words), and `page(form)` the name of the page on which such records are made.
    `fitting(spec)` gives the ids that a field offers of these, None for all; `take_in(spec, then)`
    asks for files that become what it points to, and tells `then` their ids.
    """

    offered: Callable[[Spec], tuple[str, ...]]
    records: Callable[[str], list[tuple[str, str]]]
    page: Callable[[str], str]
    fitting: Callable[[Spec], frozenset[str] | None] = lambda _spec: None
    take_in: Callable[[Spec, Callable[[list[str]], object]], object] | None = None


class FieldWidget(QWidget):
    """One field. `value_changed(path, value)` for every edit, `left()` when the focus goes,
    `history_wanted()` from its menu.

    `path` is the field's name, for an entry of a keyed field ``name.key``. A subclass puts its
    editor into `body`, and shows a value in `_show`; it never touches an editor with the focus.
    """

    value_changed = Signal(str, object)
    left = Signal()
    history_wanted = Signal()

    def __init__(self, name: str, spec: Spec, context: FieldContext) -> None:
        super().__init__()
        self.name, self.spec, self.context = name, spec, context
        self._refusals: dict[str, str] = {}
        self._complaints: list[str] = []
        long = text_width(spec.label, "dense") > _LONG_LABEL
        self.label = TextLabel(spec.label, "dense", "ink2", wrap=long)
        self.note = TextLabel("" if spec.required else "选填", "meta", "ink3")
        if spec.required:
            self.note.hide()
        self.wrong = TextLabel("", "meta", "block", wrap=True)
        self.wrong.hide()
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.label, 1 if long else 0)
        head.addWidget(self.note, 0, Qt.AlignmentFlag.AlignTop)
        if not long:
            head.addStretch(1)
        self.body = QVBoxLayout()
        self.body.setSpacing(4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addLayout(self.body)
        if spec.hint:
            column.addWidget(TextLabel(spec.hint, "meta", "ink3", wrap=True))
        column.addWidget(self.wrong)
        column.addStretch(1)
        self.setAccessibleName(spec.label)

    def set_value(self, value: Any) -> None:
        """Show a kept value, except where somebody types or left what could not be kept."""
        if not self._refusals:
            self._show(value, fresh=False)

    def load(self, value: Any) -> None:
        """Show the value of another record, whatever stands in the editor."""
        self._refusals.clear()
        self._tell()
        self._show(value, fresh=True)

    def complain(self, sentences: list[str]) -> None:
        """Show what is wrong with what was kept; an empty list clears it."""
        self._complaints = list(sentences)
        self._tell()

    def refuse(self, sentence: str, path: str = "") -> None:
        """Show why what stands in the editor of `path` was not kept; "" when it was.

        Without a path it is the field itself that cannot read what was typed.
        """
        if sentence:
            self._refusals[path] = sentence
        else:
            self._refusals.pop(path, None)
        self._tell()

    @property
    def refused(self) -> bool:
        """Whether something stands here that was not kept."""
        return bool(self._refusals)

    def flush(self) -> None:
        """Send what is still waiting for its pause in the typing."""

    def focus_editor(self, key: str = "") -> None:
        """Give the focus to the editor, of a keyed field to the entry `key`."""
        for editor in self.findChildren(QWidget):
            if editor.focusPolicy() & Qt.FocusPolicy.TabFocus and editor.isEnabled():
                editor.setFocus(Qt.FocusReason.OtherFocusReason)
                return

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        open_menu(QMenu(self), self, event)

    def _show(self, value: Any, *, fresh: bool) -> None:
        """Show `value`; where somebody is typing only if it is `fresh`, another record's."""
        raise NotImplementedError

    def _send(self, value: Any, key: str = "") -> None:
        self.value_changed.emit(f"{self.name}.{key}" if key else self.name, value)

    def _tell(self) -> None:
        said = "\n".join(filter(None, [*self._refusals.values(), *self._complaints]))
        self.wrong.setText(said)
        self.wrong.setVisible(bool(said))
        self.wrong.updateGeometry()
        for edit in self.findChildren(LineEdit):
            edit.set_wrong(bool(said))
        self.setAccessibleDescription(said)


def field_around(widget: QWidget | None) -> FieldWidget | None:
    """The field that a control belongs to."""
    while widget is not None and not isinstance(widget, FieldWidget):
        widget = widget.parentWidget()
    return widget


def open_menu(menu: QMenu, widget: QWidget, event: QContextMenuEvent) -> None:
    """Open a control's menu, with the history of the field that it belongs to."""
    field = field_around(widget)
    if field is not None:
        menu.addSeparator()
        menu.addAction("修改历史（Alt H）").triggered.connect(lambda: field.history_wanted.emit())
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(event.globalPos())
    event.accept()


class LineEdit(QLineEdit):
    """A line that reports what was typed a moment later, and at once when the focus goes.

    `typed(text)`; programmatic changes and a composition that is not yet committed say nothing.
    """

    typed = Signal(str)
    left = Signal()

    def __init__(self, name: str, unit: str = "") -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setMinimumHeight(34)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(SAVE_AFTER_MS)
        self._pause.timeout.connect(lambda: self.typed.emit(self.text()))
        self.textEdited.connect(self._edited)
        self.returnPressed.connect(self.flush)
        self._unit = TextLabel(unit, "dense", "ink3", parent=self) if unit else None
        if unit:
            self.setTextMargins(0, 0, text_width(unit, "dense") + 4, 0)

    def _edited(self, _text: str) -> None:
        # Not started again by the next key: who types without a pause is saved all the same.
        if not self._pause.isActive():
            self._pause.start()

    def show_text(self, text: str, *, fresh: bool) -> None:
        """Show a kept text; a `fresh` one (of another record) even if somebody is typing here."""
        free = not self.hasFocus() and not self._pause.isActive()
        if text != self.text() and (fresh or free):
            self._pause.stop()
            self.setText(text)
            self.setCursorPosition(0)

    def flush(self) -> None:
        """Report now what waits for its pause."""
        if self._pause.isActive():
            self._pause.stop()
            self.typed.emit(self.text())

    def set_wrong(self, on: bool) -> None:
        """Give the edge the colour of an error, or take it away."""
        if self.property("wrong") != on:
            self.setProperty("wrong", on)
            self.style().unpolish(self)
            self.style().polish(self)

    def digits_only(self) -> None:
        """Keep the input method out: numbers, dates and times need none."""
        self.setInputMethodHints(Qt.InputMethodHint.ImhPreferLatin)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        open_menu(self.createStandardContextMenu(), self, event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.flush()
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.left.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._unit is not None:
            size = self._unit.sizeHint()
            at = self.width() - size.width() - 11
            self._unit.setGeometry(at, (self.height() - size.height()) // 2, *size.toTuple())


class LeaveWatch(QObject):
    """Tells when the focus leaves a control that has no signal for it."""

    left = Signal()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self.left.emit()
        return False
