"""What items and scenes of the walk share: fields that save, the head, the line for a reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from forms.assignment import PAGE, SUBJECT
from forms.dossier import Answer
from forms.evaluation import STAGE_NAMES, Stage
from forms.fields import complaints
from forms.places import PAGE_OF_STAGE
from forms.record import specs
from widgets.answering import attempt
from widgets.controls import Segment, SegmentedControl
from widgets.desk import Desk
from widgets.icons import draw
from widgets.marks import Tag
from widgets.text import TextLabel, draw_text, text_width
from widgets.theme import font
from widgets.whose_mark import WhoseMark

SAVE_AFTER_MS = 250
REVEAL_AFTER_MS = 60
_PASSING = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.MenuBarFocusReason)


def spare_focus(root: QWidget) -> None:
    """Have the mouse leave the keyboard where the page wants it: buttons take it by Tab alone.

    Otherwise a space after a click would press the same button again instead of moving on.
    """
    for button in root.findChildren(QAbstractButton):
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)


def reveal(widget: QWidget, *, top: bool = False) -> None:
    """Scroll the page so that `widget` is in view (with `top` at its upper edge), a moment later,
    when the layout has settled."""
    area: QWidget | None = widget
    while area is not None and not isinstance(area, QScrollArea):
        area = area.parentWidget()
    if isinstance(area, QScrollArea):
        QTimer.singleShot(REVEAL_AFTER_MS, widget, partial(_scroll, area, widget, top))


def _scroll(area: QScrollArea, widget: QWidget, top: bool) -> None:
    page = area.widget()
    if page is None or not page.isAncestorOf(widget):
        return
    place = widget.mapTo(page, QPoint(0, 0)).y()
    if top:
        area.verticalScrollBar().setValue(place - 12)
    else:
        area.ensureWidgetVisible(widget, 0, 24)


class Keeper(QObject):
    """Saves one field: at the latest 250 ms after a key, and at once when focus leaves.

    `settled(sentence)` follows each attempt, empty where the text was kept. What is shown anew
    never overwrites a field that has the focus, that waits to be saved, or that was refused.
    """

    settled = Signal(str)

    def __init__(
        self, desk: Desk, field: QLineEdit | QPlainTextEdit, save: Callable[[str], object]
    ) -> None:
        super().__init__(field)
        self._desk, self._field, self._save = desk, field, save
        self._kept, self.refused = "", False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SAVE_AFTER_MS)
        self._timer.timeout.connect(self.flush)
        field.installEventFilter(self)
        if isinstance(field, QLineEdit):
            field.textEdited.connect(self._touch)
        else:
            field.textChanged.connect(self._touch)

    def text(self) -> str:
        """What stands in the field."""
        field = self._field
        return field.text() if isinstance(field, QLineEdit) else field.toPlainText()

    def show(self, text: str) -> None:
        """Show what the dossier holds."""
        waits = self.refused or self._timer.isActive() or self._field.hasFocus()
        if waits or text == self._kept:
            return
        self._kept = text
        if text != self.text():
            self._write(text)

    def _write(self, text: str) -> None:
        blocked = self._field.blockSignals(True)
        if isinstance(self._field, QLineEdit):
            self._field.setText(text)
            self._field.setCursorPosition(0)  # else a long text shows its end alone
        else:
            self._field.setPlainText(text)
        self._field.blockSignals(blocked)

    def load(self, text: str) -> None:
        """Show what another record holds, that the field is for from now on: nothing of the one
        before stays in it, nor can be taken back into it."""
        self._timer.stop()
        self.refused, self._kept = False, text
        self._write(text)

    def flush(self) -> bool:
        """Save now what is not saved yet; False where it was refused, and the text stands here."""
        self._timer.stop()
        text = self.text()
        if text == self._kept and not self.refused:
            return True
        sentence = attempt(self._desk, lambda: self._save(text))
        self.refused = bool(sentence)
        if not sentence:
            self._kept = text
        self.settled.emit(sentence)
        return not sentence

    def focus(self) -> None:
        """Give the field the keyboard."""
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)
        reveal(self._field)

    def _touch(self) -> None:
        # Not restarted by the next key: who types without a pause is saved all the same.
        if self.text() != self._kept and not self._timer.isActive():
            self._timer.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QFocusEvent) and event.lostFocus() and event.reason() not in _PASSING:
            self.flush()
            self._desk.seal()
        return False


class Kept(Protocol):
    """A part of a panel that saves one field."""

    keeper: Keeper


def flushed(*parts: Kept) -> bool:
    """Save what waits in `parts`; where something is refused, its field comes into view."""
    held = [part.keeper for part in parts if not part.keeper.flush()]
    for keeper in held[:1]:
        keeper.focus()
    return not held


class NumberField(QLineEdit):
    """A large field for one figure with its unit inside. Letters do nothing in it, the input
    method is off; `entered` on 回车. What is pasted is kept as it is, and judged beside it."""

    entered = Signal()
    _TAKES = frozenset("0123456789.,%-")

    def __init__(self, label: str, unit: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._unit = unit
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setInputMethodHints(Qt.InputMethodHint.ImhFormattedNumbersOnly)
        self.setMaxLength(40)
        self.setFont(font("lead"))
        self.setFixedHeight(42)
        self.setTextMargins(0, 0, text_width(unit, "dense") + 4, 0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{label}（{unit}）")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
            return
        held = event.modifiers() & ~(
            Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
        )
        typed = event.text()
        plain = held == Qt.KeyboardModifier.NoModifier and typed.isprintable() and typed != ""
        if not (plain and typed not in self._TAKES):
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        spot = QRectF(0, 0, self.width() - 12, self.height())
        right = Qt.AlignmentFlag.AlignRight
        draw_text(painter, spot, self._unit, "dense", "ink2", align=right)
        painter.end()


class Glyph(QWidget):
    """An icon of 16 px at the head of a line."""

    def __init__(self, icon: str, token: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon, self._token = icon, token
        self.setFixedSize(16, 20)

    def set(self, icon: str, token: str) -> None:
        """Change it."""
        self._icon, self._token = icon, token
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        draw(painter, self._icon, QRectF(0, 2, 16, 16), self._token, "bg")
        painter.end()


class Remark(QWidget):
    """A glyph and a sentence that wraps; hidden while there is nothing to say."""

    def __init__(
        self, icon: str, token: str, role: str = "dense", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._glyph = Glyph(icon, token)
        self._label = TextLabel("", role, token, wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._glyph, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._label, 1)
        self.hide()

    def say(self, text: str, icon: str = "", token: str = "") -> None:
        """Show `text`; an empty one hides the line."""
        if icon:
            self._glyph.set(icon, token)
            self._label.set_token("ink2" if token == "ok" else token)
        if text != self._label.text():
            self._label.setText(text)
            self._label.updateGeometry()
        self.setVisible(bool(text))

    def text(self) -> str:
        """What it says."""
        return self._label.text()


class SubjectHead(QWidget):
    """The name of an item or scene, where it belongs, and how each stage answered it.

    `stage_chosen(stage)` when another stage is wanted.
    """

    stage_chosen = Signal(str)

    def __init__(self, desk: Desk, stage: Stage, name: str, tag: str, place: str) -> None:
        super().__init__()
        self._shown: tuple[Segment, ...] = ()
        self.stages = SegmentedControl((), name="评测阶段")
        self.stages.chosen.connect(self.stage_chosen)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(TextLabel(name, "title"))
        row.addWidget(Tag(tag, "edge" if tag == "约束性" else "quiet"))
        part = (PAGE, PAGE_OF_STAGE[stage]) if stage is not Stage.DIAGNOSIS else (SUBJECT, name)
        row.addWidget(WhoseMark(desk, *part))
        # Its end, the number and the points, is what nothing else on the page says.
        elide = Qt.TextElideMode.ElideLeft
        row.addWidget(TextLabel(place, "dense", "ink2", keep=False, elide=elide), 1)
        row.addWidget(self.stages)

    def set_answers(self, words: dict[Stage, str], current: Stage) -> None:
        """Show each stage's answer in a few letters, and which stage this is."""
        segments = tuple(Segment(s.value, STAGE_NAMES[s], words[s]) for s in Stage)
        if segments == self._shown:
            self.stages.set_current(current.value)
            return
        self._shown = segments
        self.stages.set_segments(segments, current.value)
        spare_focus(self.stages)


class ReasonLine(QWidget):
    """Where an answer departs: what it departs from, and one line for the reason."""

    def __init__(
        self, desk: Desk, save: Callable[[str], object], hint: str, role: str = "dense"
    ) -> None:
        super().__init__()
        self._hint = hint
        self._why = Remark("pencil", "ink2", role)
        self.field = QLineEdit()
        self.field.setPlaceholderText("理由")
        self.field.setAccessibleName("另选理由")
        self.field.setMinimumHeight(36)
        self.keeper = Keeper(desk, self.field, save)
        self.keeper.settled.connect(self._settled)
        self._trouble = Remark("block", "block", role)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for part in (self._why, self.field, self._trouble):
            column.addWidget(part)

    def show_state(self, asks: Sequence[str], reason: str) -> None:
        """Ask for a reason for each sentence of `asks`; without any only the hint stands."""
        self.keeper.show(reason)
        given = bool(reason.strip())
        wanted = bool(asks) or given or self.field.hasFocus() or self.keeper.refused
        self.field.setVisible(wanted)
        if asks:
            ask = "".join(asks) + ("" if given else "请写明理由。")
            self._why.say(ask, "check" if given else "warn", "ok" if given else "warn")
        else:
            self._why.say("已写理由：" if given else self._hint, "pencil", "ink2")
        self.setVisible(wanted or bool(self._hint))

    def _settled(self, sentence: str) -> None:
        wrong = complaints(specs(Answer)["reason"], self.keeper.text())
        self._trouble.say(sentence or "".join(wrong))
