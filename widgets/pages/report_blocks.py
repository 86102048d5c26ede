"""The blocks of a section's editor: which text they take, and how they are set."""

from __future__ import annotations

import re
from collections.abc import Iterable

from PySide6.QtGui import (
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)
from PySide6.QtWidgets import QTextEdit

from widgets.pages.report_bar import BAR
from widgets.theme import tokens

#: 16/30 with an indent of two characters; what waits leaves room for its bar above it.
SIZE, PITCH, _GAP, PAD = 16, 30, 10, 8
_DRAFTED = QTextFormat.Property.UserProperty + 1
STALE = QTextFormat.Property.UserProperty + 2

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


def is_drafted(block: QTextBlock) -> bool:
    """Whether a paragraph waits to be confirmed."""
    return bool(block.blockFormat().boolProperty(_DRAFTED))


def waits(block: QTextBlock) -> bool:
    """Whether a paragraph has room above it for a bar."""
    return is_drafted(block) or bool(block.blockFormat().boolProperty(STALE))


def made_format(drafted: bool, stale: bool = False) -> QTextBlockFormat:
    """How a paragraph is set, by its state."""
    made = QTextBlockFormat()
    made.setTextIndent(2 * SIZE)
    made.setLineHeight(PITCH, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
    made.setBottomMargin(_GAP + (PAD if drafted or stale else 0))
    if drafted:
        made.setProperty(_DRAFTED, True)
    if stale:
        made.setProperty(STALE, True)
    if drafted or stale:
        made.setTopMargin(BAR + _GAP)
    return made


def reformat(document: QTextDocument, blocks: Iterable[tuple[QTextBlock, bool, bool]]) -> None:
    """Set paragraphs anew by their state; where nothing can be undone, neither can this."""
    undoable = document.isUndoAvailable()
    if not undoable:
        document.setUndoRedoEnabled(False)
    cursor = QTextCursor(document)
    cursor.beginEditBlock()
    for block, drafted, stale in blocks:
        QTextCursor(block).setBlockFormat(made_format(drafted, stale))
    cursor.endEditBlock()
    if not undoable:
        document.setUndoRedoEnabled(True)


def struck(block: QTextBlock, start: int, end: int) -> QTextEdit.ExtraSelection:
    """Characters of a paragraph as struck out; the text itself stays as it is."""
    made = QTextEdit.ExtraSelection()
    cursor = QTextCursor(block)
    cursor.setPosition(block.position() + start)
    cursor.setPosition(block.position() + end, QTextCursor.MoveMode.KeepAnchor)
    look = QTextCharFormat()
    look.setFontStrikeOut(True)
    look.setForeground(tokens().color("stale"))
    made.cursor, made.format = cursor, look
    return made
