"""Text to be read: Markdown or HTML in the window's type, pictures as wide as there is room."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QDesktopServices,
    QImage,
    QPixmap,
    QResizeEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
)
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QLabel,
    QScrollArea,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from widgets.theme import font, theme, tokens

_EDGE, _LINE, _SPARE = 24, 24, 12
_HEADS = {1: 20, 2: 16, 3: 14}
_INDENTED = 30
"""From this left margin on, in px, a paragraph of HTML is a quotation."""


class ReadingPane(QTextBrowser):
    """Shows a text, and tells which link was taken: `asked(link)`; web pages open outside.

    A text is dressed anew when the theme changes, and its pictures when the pane's width does.
    """

    asked = Signal(str)

    def __init__(self, folder: Path, name: str) -> None:
        super().__init__()
        self._folder = folder
        self._fill: Callable[[], object] = _nothing
        self._pictures: dict[str, QImage] = {}
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setStyleSheet("QTextBrowser { border: none; border-radius: 0; padding: 0; }")
        self.setOpenLinks(False)
        # Always there, so that a text that needs it is not laid out for a wider room first.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.document().setDocumentMargin(_EDGE)
        self.anchorClicked.connect(self._go)
        self._again = QTimer(self, singleShot=True, interval=0)
        self._again.timeout.connect(self._refit)
        self._wide = 0
        theme().changed.connect(self._refit)

    def show_markdown(self, text: str) -> None:
        """Show a text with pictures beside it in the folder; a click enlarges one."""
        linked = _linking_pictures(text)
        self._show(lambda: self.document().setMarkdown(linked, _DIALECT))

    def show_html(self, text: str) -> None:
        """Show a text that was put together here."""
        self._show(lambda: self.document().setHtml(text))

    def _show(self, fill: Callable[[], object]) -> None:
        self._fill = fill
        self._dress()
        self.moveCursor(QTextCursor.MoveOperation.Start)
        self.verticalScrollBar().setValue(0)

    def to_heading(self, heading: str) -> None:
        """Bring a heading to the top; the text's beginning where it is not there."""
        block = self.document().begin()
        while block.isValid():
            if block.blockFormat().headingLevel() and block.text() == heading:
                top = self.document().documentLayout().blockBoundingRect(block).top()
                self.verticalScrollBar().setValue(int(top) - 12)
                return
            block = block.next()
        self.verticalScrollBar().setValue(0)

    def mark(self, words: str) -> None:
        """Have every place stand out at which one of the words stands."""
        found = []
        look = QTextCharFormat()
        look.setBackground(QColor(tokens().warn_bg))
        look.setForeground(QColor(tokens().warn))
        for word in words.split():
            cursor = self.document().find(word)
            while not cursor.isNull():
                selection = self.ExtraSelection()
                selection.cursor, selection.format = cursor, look
                found.append(selection)
                cursor = self.document().find(word, cursor)
        self.setExtraSelections(found)

    def loadResource(self, kind: int, url: QUrl | str) -> object:
        if kind != QTextDocument.ResourceType.ImageResource.value:
            return super().loadResource(kind, url)
        name = url if isinstance(url, str) else url.toString()
        if name not in self._pictures:
            self._pictures[name] = QImage(str(self._folder / name))
        whole, room = self._pictures[name], self._room()
        if whole.width() <= room:
            return whole
        ratio = self.devicePixelRatioF()
        wide = min(whole.width(), round(room * ratio))
        fitted = whole.scaledToWidth(wide, Qt.TransformationMode.SmoothTransformation)
        fitted.setDevicePixelRatio(wide / room)
        return fitted

    def _room(self) -> int:
        return max(200, self.viewport().width() - 2 * _EDGE - _SPARE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._room() != self._wide and self._pictures:
            self._again.start()

    def _refit(self) -> None:
        held = self.verticalScrollBar().value()
        self._dress()
        self.verticalScrollBar().setValue(held)

    def _dress(self) -> None:
        self._wide = self._room()
        self.document().setDefaultFont(font("body"))
        self.document().clear()
        self._fill()
        dress(self.document())

    def _go(self, url: QUrl) -> None:
        link = url.toString()
        if url.scheme() in ("http", "https"):
            QDesktopServices.openUrl(url)
        elif link.endswith(".png"):
            enlarge(self, self._folder / link)
        else:
            self.asked.emit(link)


_DIALECT = QTextDocument.MarkdownFeature.MarkdownDialectGitHub


def _nothing() -> None:
    """What a pane is filled with at first."""


def _linking_pictures(text: str) -> str:
    """The text with every picture a link to itself."""
    lines = text.split("\n")
    return "\n".join(
        f"[{line}]({line[line.index('](') + 2 : -1]})" if line.startswith("![") else line
        for line in lines
    )


def enlarge(host: QWidget, path: Path) -> None:
    """A picture in its own size."""
    dialog = QDialog(host)
    dialog.setWindowTitle("图片")
    area, label = QScrollArea(), QLabel()
    image = QImage(str(path))
    label.setPixmap(QPixmap.fromImage(image))
    label.setAccessibleName("图片")
    area.setWidget(label)
    column = QVBoxLayout(dialog)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(area)
    room = host.screen().availableSize()
    dialog.resize(min(image.width() + 20, room.width()), min(image.height() + 20, room.height()))
    dialog.open()


def dress(document: QTextDocument) -> None:
    """Give a filled document the window's sizes, spacing and colours."""
    block = document.begin()
    while block.isValid():
        _dress_block(block)
        block = block.next()
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            _dress_table(frame)


def _dress_block(block: QTextBlock) -> None:
    cursor = QTextCursor(block)
    shape, level = QTextBlockFormat(), block.blockFormat().headingLevel()
    pictured = block.text() == "\N{OBJECT REPLACEMENT CHARACTER}"
    if not pictured:
        shape.setLineHeight(_LINE, QTextBlockFormat.LineHeightTypes.MinimumHeight.value)
    in_table, in_list = cursor.currentTable() is not None, cursor.currentList() is not None
    shape.setTopMargin(0 if in_table else {1: 0, 2: 22, 3: 14}.get(level, 0))
    shape.setBottomMargin(0 if in_table else 3 if in_list else 10)
    left = block.blockFormat().leftMargin()
    if block.blockFormat().intProperty(QTextFormat.Property.BlockQuoteLevel) or left >= _INDENTED:
        shape.setBackground(QColor(tokens().sunken))
        shape.setLeftMargin(12)
        shape.setRightMargin(12)
    cursor.mergeBlockFormat(shape)
    cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
    if level:
        look, face = QTextCharFormat(), font("title")
        face.setPixelSize(_HEADS.get(level, _HEADS[3]))
        look.setFont(face)
        cursor.setCharFormat(look)
    _dress_keys(block)


def _dress_keys(block: QTextBlock) -> None:
    """Keys, which Markdown calls code: the window's own face on a quiet ground."""
    spans = []
    place = block.begin()
    while not place.atEnd():
        fragment = place.fragment()
        if fragment.charFormat().fontFixedPitch():
            spans.append((fragment.position(), fragment.length()))
        place += 1
    look = QTextCharFormat()
    look.setFontFamilies(font("body").families())
    look.setFontFixedPitch(False)
    look.setBackground(QColor(tokens().sunken))
    for start, length in spans:
        cursor = QTextCursor(block)
        cursor.setPosition(start)
        cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
        cursor.mergeCharFormat(look)


def _dress_table(table: QTextTable) -> None:
    shape = table.format()
    shape.setBorder(1)
    shape.setBorderCollapse(True)
    shape.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    shape.setBorderBrush(QColor(tokens().line2))
    shape.setCellPadding(6)
    shape.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    shape.setTopMargin(6)
    shape.setBottomMargin(12)
    table.setFormat(shape)
