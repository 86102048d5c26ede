"""Pictures of photos, read off the paint path and kept in Qt's pixmap cache."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QSize, Qt, QThreadPool, Signal
from PySide6.QtGui import QImage, QImageReader, QPixmap, QPixmapCache

from forms.errors import UserError

#: No screen shows more.
LARGEST = 2560
CACHE_KIB = 96 * 1024


class Thumbnails(QObject):
    """One a process. `loaded(key, image)` when a picture that was asked for has been read; who
    shows it keeps it, for the cache may have let it go by the next `get`."""

    loaded = Signal(str, QImage)
    _read = Signal(str, QImage)

    def __init__(self) -> None:
        super().__init__()
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)  # in order, and the interface keeps a processor
        self._asked: set[str] = set()
        self._read.connect(self._keep, Qt.ConnectionType.QueuedConnection)
        QPixmapCache.setCacheLimit(CACHE_KIB)
        app = QCoreApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(self.finish)

    def get(self, key: str, where: Callable[[], Path], within: int = LARGEST) -> QImage | None:
        """The picture kept under `key`; None where it must be read first from `where()`.

        A larger one is made smaller, to `within` px a side.

        `where` runs on another thread and may make the file; its OSError or UserError means that
        there is no picture, and it is not asked again.
        """
        kept = QPixmap()
        if QPixmapCache.find(key, kept):
            return kept.toImage()
        if key not in self._asked:
            self._asked.add(key)
            self._pool.start(lambda: self._load(key, where, within))
        return None

    def finish(self) -> None:
        """Drop what waits, and wait for what is being read."""
        self._pool.clear()
        self._pool.waitForDone()
        self._asked.clear()

    def _load(self, key: str, where: Callable[[], Path], within: int) -> None:
        image = QImage()
        try:
            reader = QImageReader(str(where()))
            reader.setAutoTransform(True)
            size = reader.size()
            if max(size.width(), size.height()) > within:
                most = QSize(within, within)
                reader.setScaledSize(size.scaled(most, Qt.AspectRatioMode.KeepAspectRatio))
            image = reader.read()
        except (OSError, UserError):
            pass  # the tile keeps its camera; the finding about the file says the rest
        self._read.emit(key, image)

    def _keep(self, key: str, image: QImage) -> None:
        if not image.isNull():
            self._asked.discard(key)
            QPixmapCache.insert(key, QPixmap.fromImage(image))
            self.loaded.emit(key, image)


@cache
def thumbnails() -> Thumbnails:
    """The process's loader; there must be an application by now."""
    return Thumbnails()
