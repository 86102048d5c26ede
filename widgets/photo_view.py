"""A picture as large as there is room, and one to look into: nearer, and from place to place."""

from __future__ import annotations

from math import ceil, floor

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGestureEvent, QPinchGesture, QSizePolicy, QWidget

from widgets.marks import box
from widgets.text import draw_text, draw_wrapped, text_height, text_width
from widgets.theme import RADIUS_TAG, tokens

#: A step of the wheel or a key; and how near one comes, in px of the screen for one of the photo.
_STEP, _NEAREST = 1.25, 8.0
_PAN = 60
#: A part that is shown stands in the view with this much around it.
_AROUND = 1.4

READING = "正在读取照片"

Box = tuple[float, float, float, float]


class Picture(QWidget):
    """An image as large as there is room, whole and upright."""

    def __init__(self) -> None:
        super().__init__()
        self._image: QImage | None = None
        #: What stands where there is no image (yet).
        self.wanting = READING
        self._made: tuple[tuple[object, ...], QImage] | None = None
        policy = QSizePolicy.Policy.Expanding
        self.setSizePolicy(policy, policy)
        self.setMinimumSize(240, 80)  # a low window has room for no more

    def show_image(self, image: QImage | None, words: str) -> None:
        """Show `image`, or that it is not there (yet)."""
        self._image = None if image is None or image.isNull() else image
        self.setAccessibleName(f"照片：{words}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(640, 480)

    def _fit(self, image: QImage) -> QSizeF:
        """The size at which the whole image fits."""
        return QSizeF(image.size()).scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)

    def _spot(self, image: QImage) -> QRectF:
        """Where the whole of the image lies, in the widget's px."""
        spot = QRectF(QPointF(0, 0), self._fit(image))
        spot.moveCenter(QRectF(self.rect()).center())
        return spot

    def _scaled(self, image: QImage, part: QRect, pixels: QSize) -> QImage:
        """A part of the image in the screen's own px, kept until another one is wanted."""
        key = (image.cacheKey(), part.getRect(), pixels.toTuple())
        if self._made is None or self._made[0] != key:
            smooth = Qt.TransformationMode.SmoothTransformation
            cut = image if part == image.rect() else image.copy(part)
            made = cut.scaled(pixels, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
            self._made = key, made
        return self._made[1]

    def _draw_image(self, painter: QPainter, image: QImage) -> None:
        """Paint what of the image is in view."""
        spot, size = self._spot(image), image.size()
        scale = spot.width() / size.width()
        seen = spot.intersected(QRectF(self.rect())).translated(-spot.topLeft())
        left, top = floor(seen.left() / scale), floor(seen.top() / scale)
        right, bottom = ceil(seen.right() / scale), ceil(seen.bottom() / scale)
        part = QRect(left, top, right - left, bottom - top).intersected(image.rect())
        at = QPointF(part.x() * scale, part.y() * scale) + spot.topLeft()
        target = QRectF(at, QSizeF(part.size()) * scale)
        pixels = (target.size() * self.devicePixelRatioF()).toSize().expandedTo(QSize(1, 1))
        if pixels.width() < part.width():
            painter.drawImage(target, self._scaled(image, part, pixels))
        else:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(target, image, QRectF(part))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = QRectF(self.rect())
        box(painter, rect, "sunken", radius=RADIUS_TAG)
        if self._image is None:
            centre = Qt.AlignmentFlag.AlignHCenter
            draw_text(painter, rect, self.wanting, "dense", "ink2", align=centre)
        else:
            self._draw_image(painter, self._image)
        painter.end()


class PhotoView(Picture):
    """A picture that one can look into: the wheel, + and −, two fingers; 0 shows the whole again,
    a double click turns between the whole and the photo's own px; drag or Shift and an arrow moves.
    A sentence that one is to know of this photo stands on it, see `say`.

    `looked()` when another part shows, or it shows larger or smaller; `sharper_wanted()` once a
    photo, when it shows larger than the image at hand is, and the original has more.
    """

    looked = Signal()
    sharper_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._key = ""
        self._full = 0
        self._times, self._centre = 1.0, QPointF(0.5, 0.5)
        self._part: QRectF | None = None
        self._grip: QPointF | None = None
        self._asked = False
        self._said = ""
        self.grabGesture(Qt.GestureType.PinchGesture)

    def show_photo(self, key: str, image: QImage | None, words: str, full: int = 0) -> None:
        """Show the photo `key`, whose original is `full` px on its longer side (0: not known).

        Another photo shows whole; a sharper image of the same one takes the place of the first,
        and what is looked at stays where it is.
        """
        if key != self._key:
            self._key, self._asked, self._part, self._image = key, False, None, None
            self._times, self._centre, self._said = 1.0, QPointF(0.5, 0.5), ""
        self._full = full
        held = self._image
        if held is not None and (image is None or image.width() < held.width()):
            image = held
        self.show_image(image, words)
        if held is None and self._part is not None:
            self._come_near(self._part)
        else:
            self._tell()

    def say(self, sentence: str) -> None:
        """Put a sentence on the photo at its lower edge, until another photo shows; "" takes it
        away."""
        self._said = sentence
        self._tell()

    def percent(self) -> int:
        """How large it shows, of the original's own px; 0 where there is no image."""
        return round(100 * self._times / self._own) if self._image else 0

    @property
    def whole(self) -> bool:
        """Whether all of it shows."""
        return self._times == 1

    @property
    def _own(self) -> float:
        """How many times the fitting size it must be for one px of the photo to be one of the
        screen."""
        if self._image is None:
            return 1.0
        fit = self._fit(self._image)
        size = self._image.size()
        most = max(self._full, size.width(), size.height())
        return most / max(1.0, fit.width(), fit.height()) / self.devicePixelRatioF()

    def show_whole(self) -> None:
        """Show all of it, and mark no part."""
        self._part = None
        self._look(1.0, QPointF(0.5, 0.5))

    def show_part(self, part: Box) -> None:
        """Come near to a part and outline it: left, top, right, bottom as fractions of the upright
        photo."""
        left, top, right, bottom = (min(max(each, 0.0), 1.0) for each in part)
        self._part = QRectF(QPointF(left, top), QPointF(right, bottom)).normalized()
        self._come_near(self._part)

    def _come_near(self, part: QRectF) -> None:
        if self._image is not None:
            fit = self._fit(self._image)
            wide = self.width() / max(1.0, part.width() * fit.width() * _AROUND)
            tall = self.height() / max(1.0, part.height() * fit.height() * _AROUND)
            self._look(self._bounded(min(wide, tall)), part.center())

    def _bounded(self, times: float) -> float:
        return min(max(times, 1.0), max(1.0, _NEAREST * self._own))

    def zoom(self, by: float, at: QPointF | None = None) -> None:
        """Come nearer (`by` above 1) or go further; what is at the point `at` stays there."""
        if self._image is None:
            return
        spot = self._spot(self._image)
        at = at or QRectF(self.rect()).center()
        under = at - spot.topLeft()
        place = QPointF(under.x() / spot.width(), under.y() / spot.height())
        times = self._bounded(self._times * by)
        fit = self._fit(self._image)
        off = QRectF(self.rect()).center() - at
        self._look(
            times,
            place + QPointF(off.x() / (fit.width() * times), off.y() / (fit.height() * times)),
        )

    def turn(self, at: QPointF | None = None) -> None:
        """From the whole to the photo's own px, and back."""
        if self.whole:
            self.zoom(self._own if self._own > 1 else 2.0, at)
        else:
            self.show_whole()

    def follow(self, other: PhotoView) -> None:
        """Look at the same place of this picture, as near."""
        self._look(other._times, other._centre)

    def press(self, event: QKeyEvent, *, arrows: bool = False) -> bool:
        """Act on a key; whether it means anything here. `arrows` move without Shift as well."""
        key = Qt.Key(event.key())
        ways = {
            Qt.Key.Key_Left: (-_PAN, 0),
            Qt.Key.Key_Right: (_PAN, 0),
            Qt.Key.Key_Up: (0, -_PAN),
            Qt.Key.Key_Down: (0, _PAN),
        }
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(_STEP)
        elif key in (Qt.Key.Key_Minus, Qt.Key.Key_Underscore):
            self.zoom(1 / _STEP)
        elif key == Qt.Key.Key_0:
            self.show_whole()
        elif key in ways and (arrows or event.modifiers() & Qt.KeyboardModifier.ShiftModifier):
            self._pan(QPointF(*ways[key]))
        else:
            return False
        return True

    def _pan(self, by: QPointF) -> None:
        if self._image is not None:
            spot = self._spot(self._image)
            self._look(
                self._times,
                self._centre + QPointF(by.x() / spot.width(), by.y() / spot.height()),
            )

    def _look(self, times: float, centre: QPointF) -> None:
        self._times = times
        self._centre = centre
        if self._image is not None:
            fit = self._fit(self._image) * times
            self._centre = QPointF(
                _held(centre.x(), self.width() / max(1.0, fit.width())),
                _held(centre.y(), self.height() / max(1.0, fit.height())),
            )
        self._tell()

    def _tell(self) -> None:
        shape = Qt.CursorShape.ArrowCursor if self.whole else Qt.CursorShape.OpenHandCursor
        self.setCursor(shape)
        self.setAccessibleDescription(f"{self.percent()}% {self._said}".strip())
        self._ask_sharper()
        self.update()
        self.looked.emit()

    def _ask_sharper(self) -> None:
        if self._image is None or self._asked:
            return
        have = max(self._image.width(), self._image.height())
        shown = max(*self._spot(self._image).size().toTuple()) * self.devicePixelRatioF()
        if shown > have and self._full > have:
            self._asked = True
            self.sharper_wanted.emit()

    def _spot(self, image: QImage) -> QRectF:
        size, rect = self._fit(image) * self._times, QRectF(self.rect())
        at = rect.center() - QPointF(
            self._centre.x() * size.width(), self._centre.y() * size.height()
        )
        return QRectF(at, size)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        if self._image is not None and self._part is not None:
            self._outline(painter, self._spot(self._image), self._part)
        if self._said:
            self._draw_said(painter)
        painter.end()

    def _draw_said(self, painter: QPainter) -> None:
        wide = min(self.width() - 24.0, text_width(self._said, "dense") + 24)
        tall = text_height(self._said, "dense", wide - 24)
        plate = QRectF(12, self.height() - tall - 24, wide, tall + 12)
        box(painter, plate, "surface", "line", RADIUS_TAG)
        draw_wrapped(painter, plate.adjusted(12, 6, -12, -6), self._said, "dense")

    def _outline(self, painter: QPainter, spot: QRectF, part: QRectF) -> None:
        size = spot.size()
        at = spot.topLeft() + QPointF(part.x() * size.width(), part.y() * size.height())
        edge = QRectF(at, QSizeF(part.width() * size.width(), part.height() * size.height()))
        # The paler line around it keeps the outline legible on a picture of any colour.
        for token, pen in (("surface", 4.0), ("accent", 2.0)):
            painter.setPen(QPen(tokens().color(token), pen))
            painter.drawRect(edge.adjusted(-3, -3, 3, 3))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._look(self._times, self._centre)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom(_STEP ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not self.whole:
            self._grip = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            self._pan(self._grip - event.position())
            self._grip = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grip = None
        self._tell()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.turn(event.position())

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                self.zoom(pinch.scaleFactor(), self.mapFromGlobal(pinch.centerPoint()))
                event.accept(pinch)
                return True
        return super().event(event)


def _held(centre: float, share: float) -> float:
    """A centre, as fraction of the picture, that leaves no empty edge where `share` of it shows."""
    return 0.5 if share >= 1 else min(max(centre, share / 2), 1 - share / 2)
