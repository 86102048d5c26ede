"""Pictures of photos, read off the paint path and kept in Qt's pixmap cache."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from functools import cache
from threading import Lock

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QCoreApplication,
    QObject,
    QSize,
    Qt,
    QThreadPool,
    Signal,
)
from PySide6.QtGui import QImage, QImageReader, QPixmap, QPixmapCache, QTransform

from forms.errors import UserError
from widgets.rubbish import collector

#: No screen shows more.
LARGEST = 2560
CACHE_KIB = 96 * 1024
#: A picture that takes more room, in bytes, would drive all the others out of the cache.
_KEPT = CACHE_KIB * 1024 // 3

#: Formats, by Qt's names, whose decoders are trusted with a file as it came from outside.
SAFE = frozenset(("jpeg", "png", "webp"))

Where = Callable[[], bytes]

#: What EXIF's orientations do to a picture, as the four numbers of a QTransform.
_TURNS = {
    2: (-1, 0, 0, 1),
    3: (-1, 0, 0, -1),
    4: (1, 0, 0, -1),
    5: (0, 1, 1, 0),
    6: (0, 1, -1, 0),
    7: (0, -1, -1, 0),
    8: (0, -1, 1, 0),
}


class Thumbnails(QObject):
    """One a process. `loaded(key, image)` when a picture that was asked for has been read; who
    shows it keeps it, for the cache may have let it go by the next `get`. `missing(key)` where
    there is none."""

    loaded = Signal(str, QImage)
    missing = Signal(str)
    _read = Signal(str, QImage)

    def __init__(self) -> None:
        super().__init__()
        collector()
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)  # in order, and the interface keeps a processor
        self._asked: set[str] = set()
        self._waiting: dict[str, tuple[Where, int, Collection[str], int]] = {}
        self._lock = Lock()
        self._read.connect(self._keep, Qt.ConnectionType.QueuedConnection)
        QPixmapCache.setCacheLimit(CACHE_KIB)
        app = QCoreApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(self.finish)

    def get(
        self,
        key: str,
        where: Where,
        within: int = LARGEST,
        formats: Collection[str] = (),
        turn: int = 0,
    ) -> QImage | None:
        """The picture kept under `key`; None where it must be read first from `where()`.

        A larger one is made smaller, to `within` px a side. A picture too large to be kept comes
        with `loaded` alone. Where `formats` are given, a file of another one is no picture. `turn`
        is the EXIF orientation of a file of which Qt may not read it; 0 leaves that to Qt.

        `where` runs on another thread and answers with a file's bytes; its OSError or UserError
        means that there is no picture, and it is not asked again, unless `retry` says so.
        """
        kept = QPixmap()
        if QPixmapCache.find(key, kept):
            return kept.toImage()
        if key not in self._asked:
            self._asked.add(key)
            with self._lock:
                self._waiting[key] = where, within, formats, turn
            self._pool.start(self._next)
        return None

    def forget(self, keys: Iterable[str]) -> None:
        """Nobody waits for these any more: what is not being read yet is left unread."""
        with self._lock:
            gone = [key for key in keys if self._waiting.pop(key, None) is not None]
        self._asked.difference_update(gone)

    def retry(self, key: str) -> None:
        """Have a picture that was missing looked for again by the next `get`."""
        self._asked.discard(key)

    def finish(self) -> None:
        """Drop what waits, and wait for what is being read."""
        with self._lock:
            self._waiting.clear()
        self._pool.waitForDone()
        self._asked.clear()

    def _next(self) -> None:
        """Read what has waited longest; nothing where it was forgotten meanwhile."""
        with self._lock:
            if not self._waiting:
                return
            key = next(iter(self._waiting))
            request = self._waiting.pop(key)
        self._read.emit(key, _load(*request))

    def _keep(self, key: str, image: QImage) -> None:
        if image.isNull():
            self.missing.emit(key)
            return
        self._asked.discard(key)
        if image.sizeInBytes() <= _KEPT:
            QPixmapCache.insert(key, QPixmap.fromImage(image))
        self.loaded.emit(key, image)


def _load(where: Where, within: int, formats: Collection[str], turn: int) -> QImage:
    """The picture, upright; a null image where there is none."""
    try:
        data = QByteArray(where())
    except (OSError, UserError):
        return QImage()  # the tile keeps its camera; the finding about the file says the rest
    buffer = QBuffer(data)
    buffer.open(QBuffer.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setDecideFormatFromContent(True)
    if formats and bytes(reader.format().data()).decode() not in formats:
        return QImage()
    reader.setAutoTransform(not turn)
    size = reader.size()
    if max(size.width(), size.height()) > within:
        most = QSize(within, within)
        reader.setScaledSize(size.scaled(most, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    return image.transformed(QTransform(*_TURNS[turn], 0, 0)) if turn in _TURNS else image


@cache
def thumbnails() -> Thumbnails:
    """The process's loader; there must be an application by now."""
    return Thumbnails()
