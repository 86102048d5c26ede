"""The editor of one section: a paragraph a block, drafts marked at the left, never scrolling."""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, QMimeData, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QInputMethodEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCursor,
    QTextFormat,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QTextEdit, QWidget

from grading.finding import Severity
from widgets.controls import Button, Kind
from widgets.icons import draw
from widgets.marks import Tag
from widgets.pages.report_diff import Block
from widgets.text import draw_text
from widgets.theme import prose_font, tokens

#: 16/30 with an indent of two characters; a draft leaves room for its bar above it.
_SIZE, _PITCH, _GAP = 16, 30, 10
_INSET, _BAR, _PAD = 14, 40, 8
_DRAFTED = QTextFormat.Property.UserProperty + 1
#: A paste beyond this is an accident; a whole report has some 20,000 characters.
PASTE_CEILING, PARAGRAPHS_CEILING = 60_000, 300

# Qt's own marks of frames and objects, and what no document may hold.
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufdd0-\ufdef\ufffc\ufffe\uffff]")
_LINE = "\u2028"


def shown(text: str) -> str:
    """A record's text as one block shows it: line ends become soft ones, Qt's own marks go."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2029", "\n")
    return _UNWANTED.sub("", text).replace("\n", _LINE)


def kept(text: str) -> str:
    """A block's text as a record keeps it."""
    return text.replace(_LINE, "\n")


def paragraphs(text: str) -> list[str]:
    """What pasted text holds as paragraphs: its lines that are not blank."""
    lines = re.split("[\r\n\u2028\u2029]+", text)
    return [line for line in (_UNWANTED.sub("", line).strip() for line in lines) if line]


class SectionEditor(QTextEdit):
    """Plain prose. Every block that is not blank is a paragraph.

    `edited()` after every change, `left()` when the focus goes, `strayed(±1)` when the caret would
    leave at an end, `caret(QRect)` where it stands, `refused(str)` a paste that was not taken.
    """

    edited = Signal()
    left = Signal()
    strayed = Signal(int)
    caret = Signal(QRect)
    refused = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._loading = False
        self._composing = False
        self._above = 0
        self._bars: list[DraftBar] = []
        self._marks: dict[int, tuple[Severity, str]] = {}
        self.setAccessibleName(name)
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        for edge in (self.setVerticalScrollBarPolicy, self.setHorizontalScrollBarPolicy):
            edge(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # The sheet of paper is the field; its edge would stand around every section.
        own = "border: none; padding: 0; background: transparent;"
        self.setStyleSheet(f"QTextEdit {{ {own} }} QTextEdit:focus {{ {own} }}")
        self.setFont(prose_font(_SIZE))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(0)
        self.document().contentsChanged.connect(self._changed)
        self.document().documentLayout().documentSizeChanged.connect(lambda _size: self._fit())
        self.cursorPositionChanged.connect(self._moved)
        self.load([])

    def load(self, blocks: list[Block]) -> None:
        """Show these paragraphs, and forget what could be undone."""
        self._loading = True
        document = self.document()
        document.setUndoRedoEnabled(False)
        document.clear()
        cursor = QTextCursor(document)
        root = document.rootFrame().frameFormat()
        root.setLeftMargin(_INSET)
        root.setRightMargin(_INSET)
        document.rootFrame().setFrameFormat(root)
        for place, block in enumerate(blocks or [Block("")]):
            if place:
                cursor.insertBlock()
            cursor.setBlockFormat(_format(block.drafted))
            cursor.insertText(shown(block.text))
        document.setUndoRedoEnabled(True)
        self._loading = False
        self._fit()

    def blocks(self) -> list[Block]:
        """The paragraphs as they are; a composition that is not yet committed is not among them."""
        return [Block(kept(block.text()), _drafted(block)) for block in self._filled()]

    def current(self) -> int:
        """Which paragraph the caret is in, counted without blank ones; -1 in a blank one."""
        number = self.textCursor().blockNumber()
        numbers = [block.blockNumber() for block in self._filled()]
        return numbers.index(number) if number in numbers else -1

    def focus_paragraph(self, place: int) -> None:
        """Put the caret at the beginning of a paragraph, or at the end of all for -1."""
        filled = self._filled()
        cursor = self.textCursor()
        if 0 <= place < len(filled):
            cursor.setPosition(filled[place].position())
        else:
            cursor.movePosition(QTextCursor.MoveOperation.End)
        self.setTextCursor(cursor)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._moved()

    def step(self, by: int) -> bool:
        """Go to the paragraph before (-1) or after (1); False at an end."""
        filled = self._filled()
        here = self.textCursor().block().blockNumber()
        numbers = [block.blockNumber() for block in filled]
        wanted = [n for n in numbers if (n < here if by < 0 else n > here)]
        if not wanted:
            return False
        self.focus_paragraph(numbers.index(wanted[-1] if by < 0 else wanted[0]))
        return True

    def confirm(self, place: int) -> bool:
        """Take a drafted paragraph on as one's own; False where it is none. Undo takes it back."""
        filled = self._filled()
        if not 0 <= place < len(filled) or not _drafted(filled[place]):
            return False
        cursor = QTextCursor(filled[place])
        cursor.setBlockFormat(_format(False))
        return True

    def remove(self, place: int) -> None:
        """Take a paragraph out; undo brings it back."""
        block = self._filled()[place]
        after = block.next() if block.next().isValid() else block.previous()
        keeps = _drafted(after) if after.isValid() else False
        cursor = QTextCursor(block)
        cursor.beginEditBlock()
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        if block.next().isValid():
            cursor.deleteChar()
        elif block.previous().isValid():
            cursor.deletePreviousChar()
        cursor.setBlockFormat(_format(keeps))
        cursor.endEditBlock()

    def set_marks(self, marks: dict[int, tuple[Severity, str]]) -> None:
        """Set a glyph beside paragraphs that findings name, with their sentences as tool tips."""
        if marks != self._marks:
            self._marks = marks
            self.viewport().update()

    def _filled(self) -> list[QTextBlock]:
        found, block = [], self.document().begin()
        while block.isValid():
            if block.text().strip():
                found.append(block)
            block = block.next()
        return found

    def _box(self, block: QTextBlock) -> QRectF:
        """Where a block's lines stand on the viewport, over its whole width."""
        rect = self.document().documentLayout().blockBoundingRect(block)
        return QRectF(0, rect.top(), self.viewport().width(), rect.height())

    def _changed(self) -> None:
        if not self._loading:
            self._place_bars()
            self.edited.emit()

    def _moved(self) -> None:
        if not self._loading:
            self._place_bars()
            self.caret.emit(self.cursorRect())

    def _fit(self) -> None:
        tall = int(self.document().documentLayout().documentSize().height() + 0.999)
        tall = max(tall, _PITCH) + self._above
        if tall != self.height():
            self.setFixedHeight(tall)
        self._place_bars()

    def _place_bars(self) -> None:
        """Lay a bar above every draft; the one the caret is in has the loud button."""
        if self._loading:
            return
        # Qt gives a document's first block no margin above it; the viewport makes room instead.
        above = _BAR if _drafted(self.document().begin()) else 0
        if above != self._above:
            self._above = above
            self.setViewportMargins(0, above, 0, 0)
            self._fit()
            return
        here = self.current() if self.hasFocus() else -1
        drafts = [(n, b) for n, b in enumerate(self._filled()) if _drafted(b)]
        while len(self._bars) < len(drafts):
            self._bars.append(DraftBar(self))
        for bar in self._bars[len(drafts) :]:
            bar.hide()
        for bar, (place, block) in zip(self._bars, drafts, strict=False):
            top = above + round(self._box(block).top())
            bar.show_at(place, QRect(0, top - _BAR, self.viewport().width(), _BAR))
            bar.set_current(place == here)
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        filled = self._filled()
        if not filled and not self._composing:
            spot = QRectF(_INSET + 2 * _SIZE + 4, 0, self.viewport().width(), _PITCH)
            draw_text(painter, spot, "在此撰写，回车另起一段", "dense", "ink3")
        for place, block in enumerate(filled):
            spot = self._box(block)
            if _drafted(block):
                draw_draft(painter, spot.adjusted(0, 0, 0, _PAD))
            elif place in self._marks:
                name = self._marks[place][0].value
                draw(painter, name, self._glyph(spot), name)
        painter.end()
        super().paintEvent(event)

    def _glyph(self, spot: QRectF) -> QRectF:
        return QRectF(0, spot.top() + (_PITCH - 14) / 2 + 1, 14, 14)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            at = QPointF(event.pos())
            filled = self._filled()
            said = [
                sentence
                for place, (_, sentence) in self._marks.items()
                if place < len(filled) and self._box(filled[place]).contains(at)
            ]
            self.viewport().setToolTip(said[0] if said else "")
        return super().viewportEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, held = event.key(), event.modifiers()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not held & ~_KEYPAD:
            self._new_paragraph()
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            event.ignore()  # the sheet scrolls, not the section
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and not held & ~_KEYPAD:
            before = self.textCursor().position()
            super().keyPressEvent(event)
            if self.textCursor().position() == before:
                self.strayed.emit(-1 if key == Qt.Key.Key_Up else 1)
        else:
            super().keyPressEvent(event)

    def _new_paragraph(self) -> None:
        """Split; what is empty then is nobody's draft."""
        cursor = self.textCursor()
        cursor.beginEditBlock()
        cursor.insertBlock()
        for block in (cursor.block().previous(), cursor.block()):
            if _drafted(block) and not block.text().strip():
                QTextCursor(block).setBlockFormat(_format(False))
        cursor.endEditBlock()
        self.setTextCursor(cursor)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasText()

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste text alone, line by line as paragraphs."""
        text = source.text()
        found = paragraphs(text[: PASTE_CEILING + 1])
        if len(text) > PASTE_CEILING or len(found) > PARAGRAPHS_CEILING:
            self.refused.emit(
                f"粘贴的内容超过 {PASTE_CEILING:,} 字或 {PARAGRAPHS_CEILING} 段，没有粘贴，"
                "原有内容未变，请分批粘贴。"
            )
            return
        self.textCursor().insertText("\n".join(found))

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self._composing = bool(event.preeditString())
        self.viewport().update()
        super().inputMethodEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._place_bars()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._composing = False
        self._place_bars()
        self.left.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def sizeHint(self) -> QSize:
        return QSize(320, self.height())


class DraftBar(QWidget):
    """What stands above a draft: that it waits, 确认, and 不用."""

    def __init__(self, editor: SectionEditor) -> None:
        super().__init__(editor)
        self._place = -1
        self.confirm = Button("确认", key="Ctrl 回车", height=28)
        drop = Button("不用", height=28)
        self.confirm.clicked.connect(lambda: editor.confirm(self._place))
        drop.clicked.connect(lambda: editor.remove(self._place))
        for button in (self.confirm, drop):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Ctrl 回车 does it from the keyboard
        row = QHBoxLayout(self)
        row.setContentsMargins(_INSET, 0, 10, 0)
        row.setSpacing(8)
        row.addWidget(Tag("草稿，待确认", "draft", "pencil"))
        row.addStretch(1)
        row.addWidget(self.confirm)
        row.addWidget(drop)
        self.setCursor(Qt.CursorShape.ArrowCursor)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        draw_draft(painter, QRectF(self.rect()))
        painter.end()

    def show_at(self, place: int, rect: QRect) -> None:
        """Stand above the paragraph `place`."""
        self._place = place
        if rect != self.geometry():
            self.setGeometry(rect)
        self.show()

    def set_current(self, on: bool) -> None:
        """Whether the caret is in its paragraph."""
        kind = Kind.PRIMARY if on else Kind.OUTLINED
        if self.confirm.kind is not kind:
            self.confirm.set_kind(kind)


def draw_draft(painter: QPainter, spot: QRectF) -> None:
    """Paint a draft's ground with the rule at its left."""
    painter.fillRect(spot, tokens().color("draft_bg"))
    painter.fillRect(QRectF(spot.x(), spot.y(), 3, spot.height()), tokens().color("draft"))


_KEYPAD = Qt.KeyboardModifier.KeypadModifier


def _drafted(block: QTextBlock) -> bool:
    return bool(block.blockFormat().boolProperty(_DRAFTED))


def _format(drafted: bool) -> QTextBlockFormat:
    made = QTextBlockFormat()
    made.setTextIndent(2 * _SIZE)
    made.setLineHeight(_PITCH, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
    made.setBottomMargin(_GAP + (_PAD if drafted else 0))
    if drafted:
        made.setProperty(_DRAFTED, True)
        made.setTopMargin(_BAR + _GAP)
    return made
