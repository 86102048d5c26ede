"""The editor of one section: a paragraph a block, drafts marked at the left, never scrolling."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QMimeData, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlock,
    QTextCursor,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextEdit, QWidget

from grading.finding import Severity
from widgets.icons import draw
from widgets.pages.report_bar import BAR, INSET, DraftBar, Note, draw_ground
from widgets.pages.report_blocks import (
    PAD,
    PITCH,
    SIZE,
    STALE,
    is_drafted,
    kept,
    made_format,
    paragraphs,
    reformat,
    shown,
    struck,
    waits,
)
from widgets.pages.report_diff import Block
from widgets.text import draw_text
from widgets.theme import prose_font, theme

#: A paste beyond this is an accident; a whole report has some 20,000 characters.
PASTE_CEILING, PARAGRAPHS_CEILING = 60_000, 300


class SectionEditor(QTextEdit):
    """Plain prose. Every block that is not blank is a paragraph.

    `edited()` after every change, `entered()` and `left()` with the focus, `strayed(±1)` when the
    caret would leave at an end, `caret(QRect)` where it stands, `refused(str)` a paste that was not
    taken, `adopting(place)` and `holding(place)` what was pressed above an outdated paragraph.
    """

    edited = Signal()
    left = Signal()
    strayed = Signal(int)
    caret = Signal(QRect)
    refused = Signal(str)
    adopting = Signal(int)
    holding = Signal(int)
    entered = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._loading = False
        self._composing = False
        self._above = 0
        self._bars: list[DraftBar] = []
        self._marks: dict[int, tuple[Severity, str]] = {}
        self._notes: dict[int, Note] = {}
        self.setAccessibleName(name)
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        for edge in (self.setVerticalScrollBarPolicy, self.setHorizontalScrollBarPolicy):
            edge(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # The sheet of paper is the field; its edge would stand around every section.
        own = "border: none; padding: 0; background: transparent;"
        self.setStyleSheet(f"QTextEdit {{ {own} }} QTextEdit:focus {{ {own} }}")
        self.setFont(prose_font(SIZE))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(0)
        self.document().contentsChanged.connect(self._changed)
        self.document().documentLayout().documentSizeChanged.connect(lambda _size: self._fit())
        self.cursorPositionChanged.connect(self._moved)
        theme().changed.connect(self._strike)
        self.load([])

    def load(self, blocks: list[Block]) -> None:
        """Show these paragraphs, and forget what could be undone."""
        self._loading = True
        self._notes = {}
        document = self.document()
        document.setUndoRedoEnabled(False)
        document.clear()
        cursor = QTextCursor(document)
        root = document.rootFrame().frameFormat()
        root.setLeftMargin(INSET)
        root.setRightMargin(INSET)
        document.rootFrame().setFrameFormat(root)
        for place, block in enumerate(blocks or [Block("")]):
            if place:
                cursor.insertBlock()
            cursor.setBlockFormat(made_format(block.drafted))
            cursor.insertText(shown(block.text))
        document.setUndoRedoEnabled(True)
        self._loading = False
        self._fit()

    def blocks(self) -> list[Block]:
        """The paragraphs as they are; a composition that is not yet committed is not among them."""
        return [Block(kept(block.text()), is_drafted(block)) for block in self._filled()]

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

    def confirm(self, *places: int) -> bool:
        """Take drafts on as one's own; False where there is none. One undo takes them back."""
        drafts = [b for n, b in enumerate(self._filled()) if n in places and is_drafted(b)]
        if not drafts:
            return False  # an empty step would be told as an edit
        step = QTextCursor(self.document())
        step.beginEditBlock()
        for block in drafts:
            QTextCursor(block).setBlockFormat(made_format(False))
        step.endEditBlock()
        return True

    def remove(self, place: int) -> None:
        """Take a paragraph out; undo brings it back."""
        block = self._filled()[place]
        after = block.next() if block.next().isValid() else block.previous()
        keeps = is_drafted(after) if after.isValid() else False
        cursor = QTextCursor(block)
        cursor.beginEditBlock()
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        if block.next().isValid():
            cursor.deleteChar()
        elif block.previous().isValid():
            cursor.deletePreviousChar()
        cursor.setBlockFormat(made_format(keeps))
        cursor.endEditBlock()

    def set_marks(self, marks: dict[int, tuple[Severity, str]]) -> None:
        """Set a glyph beside paragraphs that findings name, with their sentences as tool tips."""
        if marks != self._marks:
            self._marks = marks
            self.viewport().update()

    def replace(self, place: int, text: str) -> None:
        """Put another text in place of a paragraph's; undo brings the old one back."""
        cursor = QTextCursor(self._filled()[place])
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(shown(text))

    def rewrite(self, place: int) -> None:
        """Put the caret at the end of a paragraph."""
        cursor = QTextCursor(self._filled()[place])
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock)
        self.setTextCursor(cursor)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_notes(self, notes: dict[int, Note]) -> None:
        """Say of paragraphs what they rest on, and which of them are out of date."""
        changed, self._notes = notes != self._notes, notes
        self._make_room()
        if changed:
            self._strike()
            self._place_bars()

    def _make_room(self) -> None:
        """Give what is out of date its room for the bar, and take it from what is not any more.

        This is no step to be undone (`_retrace`). Where one was undone it must wait, for any change
        would forget what can be done again."""
        filled = self._filled()
        wrong = [
            (block, is_drafted(block), self._is_stale(place))
            for place, block in enumerate(filled)
            if block.blockFormat().boolProperty(STALE) != self._is_stale(place)
        ]
        if wrong and not self._composing and not self.document().isRedoAvailable():
            self._loading = True
            reformat(self.document(), wrong)
            self._loading = False
            self._fit()

    def _is_stale(self, place: int) -> bool:
        return bool(self._notes.get(place, Note()).changes)

    def _strike(self) -> None:
        """Strike what the new draft of a paragraph that is out of date does not say any more."""
        filled = enumerate(self._filled())
        notes = [(block, self._notes.get(place, Note())) for place, block in filled]
        self.setExtraSelections([struck(b, *span) for b, note in notes for span in note.struck])

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
        tall = max(tall, PITCH) + self._above
        if tall != self.height():
            self.setFixedHeight(tall)
        self._place_bars()

    def _place_bars(self) -> None:
        """Lay a bar above what waits; the one the caret is in has the loud button."""
        if self._loading:
            return
        # Qt gives a document's first block no margin above it; the viewport makes room instead.
        above = BAR if waits(self.document().begin()) else 0
        if above != self._above:
            self._above = above
            self.setViewportMargins(0, above, 0, 0)
            self._fit()
            return
        here = self.current() if self.hasFocus() else -1
        waiting = [
            (n, b)
            for n, b in enumerate(self._filled())
            if is_drafted(b) or (waits(b) and self._is_stale(n))
        ]
        while len(self._bars) < len(waiting):
            self._bars.append(self._bar())
        for bar in self._bars[len(waiting) :]:
            bar.hide()
        for bar, (place, block) in zip(self._bars, waiting, strict=False):
            top = above + round(self._box(block).top())
            bar.show_note(self._notes.get(place, Note()), is_drafted(block))
            bar.show_at(place, QRect(0, top - BAR, self.viewport().width(), BAR))
            bar.set_current(place == here)
        self.viewport().update()

    def _bar(self) -> DraftBar:
        bar = DraftBar(self)
        bar.confirmed.connect(self.confirm)
        bar.dropped.connect(self.remove)
        bar.rewritten.connect(self.rewrite)
        bar.adopted.connect(self.adopting)
        bar.held.connect(self.holding)
        return bar

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        filled = self._filled()
        if not filled and not self._composing:
            spot = QRectF(INSET + 2 * SIZE + 4, 0, self.viewport().width(), PITCH)
            draw_text(painter, spot, "在此撰写，回车另起一段", "dense", "ink3")
        for place, block in enumerate(filled):
            spot = self._box(block)
            if is_drafted(block) or self._is_stale(place):
                stale = self._is_stale(place)
                draw_ground(painter, spot.adjusted(0, 0, 0, PAD), stale=stale)
            elif place in self._marks:
                name = self._marks[place][0].value
                draw(painter, name, QRectF(0, spot.top() + (PITCH - 14) / 2 + 1, 14, 14), name)
        painter.end()
        super().paintEvent(event)

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
        elif event.matches(QKeySequence.StandardKey.Undo):
            self._retrace(self.undo, self.document().isUndoAvailable)
        elif event.matches(QKeySequence.StandardKey.Redo):
            self._retrace(self.redo, self.document().isRedoAvailable)
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            event.ignore()  # the sheet scrolls, not the section
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and not held & ~_KEYPAD:
            before = self.textCursor().position()
            super().keyPressEvent(event)
            if self.textCursor().position() == before:
                self.strayed.emit(-1 if key == Qt.Key.Key_Up else 1)
        else:
            super().keyPressEvent(event)

    def _retrace(self, step: Callable[[], None], more: Callable[[], bool]) -> None:
        """Undo or redo until what is written is another."""
        before = self.toPlainText(), self.blocks()
        while more() and before == (self.toPlainText(), self.blocks()):
            step()

    def _new_paragraph(self) -> None:
        """Split; what is empty then is nobody's draft."""
        cursor = self.textCursor()
        cursor.beginEditBlock()
        cursor.insertBlock()
        for block in (cursor.block().previous(), cursor.block()):
            if is_drafted(block) and not block.text().strip():
                QTextCursor(block).setBlockFormat(made_format(False))
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
        self.entered.emit()

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


_KEYPAD = Qt.KeyboardModifier.KeypadModifier
