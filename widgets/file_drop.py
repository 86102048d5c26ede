"""Files dropped anywhere on a page, also over its fields, with a mark of where they will go; or
chosen in a dialog."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QHideEvent,
    QPainter,
    QPaintEvent,
    QShowEvent,
    QWindow,
)
from PySide6.QtWidgets import QFileDialog, QWidget
from shiboken6 import isValid

from widgets.marks import box
from widgets.text import draw_text, text_width
from widgets.theme import RADIUS_CARD

_ENTERING = (QEvent.Type.DragEnter, QEvent.Type.DragMove)
_TAKES = "takesFiles"


class FileDrop(QObject):
    """Takes local files and folders dropped on `page`, those that `takes` says. `dropped(paths)`.

    Fields take dropped text themselves and would take a file's address for it: the one that a drag
    has come over, as the window hears first, is looked at from then on.
    """

    dropped = Signal(list)

    def __init__(
        self, page: QWidget, words: str, takes: Callable[[Path], bool] = lambda _path: True
    ) -> None:
        super().__init__(page)
        self._page, self._mark, self._takes = page, _Mark(page, words), takes
        self._window: QWindow | None = None
        page.setAcceptDrops(True)
        page.setProperty(_TAKES, True)
        page.installEventFilter(self)

    def _look(self, at: QPoint) -> None:
        """Look at the field at a place of the window, unless a page within this one takes files."""
        field = self._page.window().childAt(at)
        while field is not None and not field.acceptDrops():
            field = field.parentWidget()
        above = field
        while above is not None and not above.property(_TAKES):
            above = above.parentWidget()
        if above is self._page and field is not None:
            field.installEventFilter(self)  # once, however often it is said

    def _hear(self) -> None:
        """Hear of drags from the window while the page shows in it."""
        window = self._page.window().windowHandle() if self._page.isVisible() else None
        if self._window is not None and isValid(self._window):
            self._window.removeEventFilter(self)
        self._window = window
        if window is not None:
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QShowEvent | QHideEvent) and watched is self._page:
            self._hear()
        if isinstance(watched, QWindow):
            if isinstance(event, QDragMoveEvent):
                self._look(event.position().toPoint())
            return False
        if event.type() == QEvent.Type.DragLeave:
            self._mark.hide()
            return False
        if isinstance(event, QDragEnterEvent | QDragMoveEvent) and event.type() in _ENTERING:
            return self._enter(event)
        if isinstance(event, QDropEvent) and event.type() == QEvent.Type.Drop:
            self._mark.hide()
            paths = self._wanted(event.mimeData())
            if paths:
                event.setDropAction(Qt.DropAction.CopyAction)
                event.accept()
                self.dropped.emit(paths)
                return True
        return False

    def _enter(self, event: QDragMoveEvent) -> bool:
        if not self._wanted(event.mimeData()):
            return False
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self._mark.cover()
        return True

    def _wanted(self, data: QMimeData) -> list[Path]:
        return [path for path in local_paths(data) if self._takes(path)]


def ask_place(
    parent: QWidget, title: str, name: str, kinds: str, then: Callable[[Path], object]
) -> None:
    """Ask where a file of that name is to be written; `then` gets the place."""
    dialog = QFileDialog(parent, title, name, kinds)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(Path(name).suffix.removeprefix("."))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(lambda chosen: then(Path(chosen)))
    dialog.open()


BUNDLES = "文件包 (*.zip *.age)"


def ask_files(
    parent: QWidget,
    title: str,
    kinds: str,
    then: Callable[[list[Path]], object],
    folder: str = "",
) -> None:
    """Ask for files of some kinds, in `folder` first; `then` gets those that were chosen."""
    dialog = QFileDialog(parent, title, folder, kinds)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.filesSelected.connect(lambda names: then([Path(name) for name in names]))
    dialog.open()


def may_be_bundle(path: Path) -> bool:
    """Whether a file is called like a colleague's bundle."""
    return path.suffix.lower() in (".zip", ".age")


def local_paths(data: QMimeData) -> list[Path]:
    """The files and folders of this machine that are being dragged."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


class _Mark(QWidget):
    """A dashed edge around the page with what letting go will do."""

    def __init__(self, page: QWidget, words: str) -> None:
        super().__init__(page)
        self._words = words
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAcceptDrops(False)
        self.hide()

    def cover(self) -> None:
        """Show over the whole page."""
        page = self.parentWidget()
        if page is not None:
            self.setGeometry(page.rect())
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        edge = QRectF(self.rect()).adjusted(8, 8, -8, -8)
        box(painter, edge, "", "accent", RADIUS_CARD, pen=2, dashed=True)
        wide = text_width(self._words, "section") + 40
        spot = QRectF((self.width() - wide) / 2, self.height() - 76, wide, 44)
        box(painter, spot, "accent_bg", "accent", RADIUS_CARD)
        centre = Qt.AlignmentFlag.AlignHCenter
        draw_text(painter, spot, self._words, "section", "accent", align=centre)
        painter.end()
