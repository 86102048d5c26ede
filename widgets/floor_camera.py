"""The machine's camera, where there is one: what speaks to it may not be installed."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from PySide6.QtCore import QBuffer, QIODevice, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QImage

from app.frames import Frame

_MULTIMEDIA = "PySide6.QtMultimedia"
#: A camera that has not given a picture by then is taken for one that does not.
PATIENCE_MS = 8000
_QUALITY, _REPORT_PX, _THUMBNAIL_PX = 92, 1280, 400


class Camera(QObject):
    """Takes one picture at a time. `frame_taken(QImage)` when it is there, upright; `failed(str)`
    with a sentence where none came."""

    frame_taken = Signal(QImage)
    failed = Signal(str)

    def shoot(self) -> None:
        """Take a picture; one that is being taken already is waited for."""
        raise NotImplementedError

    def close(self) -> None:
        """Let the device go."""


class SystemCamera(Camera):
    """The system's own first camera. It runs while it is wanted, and its light is off otherwise."""

    def __init__(self, multimedia: Any, device: Any, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._camera = multimedia.QCamera(device, self)
        self._session = multimedia.QMediaCaptureSession(self)
        self._still = multimedia.QImageCapture(self)
        self._session.setCamera(self._camera)
        self._session.setImageCapture(self._still)
        self._wanted = False
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.setInterval(PATIENCE_MS)
        self._late.timeout.connect(lambda: self._fail("摄像头没有给出画面"))
        self._still.readyForCaptureChanged.connect(self._ready)
        self._still.imageCaptured.connect(self._taken)
        self._still.errorOccurred.connect(lambda _id, _error, words: self._fail(words))
        self._camera.errorOccurred.connect(lambda _error, words: self._fail(words))

    def shoot(self) -> None:
        if self._wanted:
            return
        self._wanted = True
        self._late.start()
        self._camera.start()
        self._ready(self._still.isReadyForCapture())

    def close(self) -> None:
        self._wanted = False
        self._late.stop()
        self._camera.stop()

    def _ready(self, ready: bool) -> None:
        if ready and self._wanted:
            self._still.capture()

    def _taken(self, _number: int, image: QImage) -> None:
        if self._wanted:
            self.close()
            self.frame_taken.emit(image.copy())

    def _fail(self, words: str) -> None:
        if self._wanted:
            self.close()
            self.failed.emit(f"没有拍到照片（{words}），请重试，或选取已有的照片文件。")


def find_camera(parent: QObject | None = None) -> Camera | None:
    """The machine's camera; None where there is none, or nothing that could speak to it."""
    try:
        multimedia: Any = import_module(_MULTIMEDIA)
    except ImportError:
        return None
    device = multimedia.QMediaDevices.defaultVideoInput()
    return None if device.isNull() else SystemCamera(multimedia, device, parent)


def frame_of(image: QImage) -> Frame:
    """A picture as the store takes it. Takes a tenth of a second: not for the screen's thread."""
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    return Frame(
        _jpeg(plain), plain.width(), plain.height(),
        _jpeg(_within(plain, _REPORT_PX)), _jpeg(_within(plain, _THUMBNAIL_PX)),
    )  # fmt: skip


def _within(image: QImage, px: int) -> QImage:
    if max(image.width(), image.height()) <= px:
        return image
    keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    return image.scaled(px, px, keep, smooth)


def _jpeg(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "JPEG", _QUALITY)  # type: ignore[call-overload]
    return bytes(buffer.data().data())
