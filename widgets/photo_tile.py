"""A photo as a tile: the picture, its kind, its verdict in a word, time and distance."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from grading.photo_verdict import PhotoWord
from widgets.controls import Hovered
from widgets.icons import draw
from widgets.marks import box, draw_tag, tag_width
from widgets.text import draw_text, text_width
from widgets.theme import RADIUS_TAG

_WIDE, _GAP = 140, 12
_UNDER = 44
#: How far the ring of the current photo stands outside its picture, in px.
RING = 4
_BADGE = 22

VERDICT_ICONS = {
    PhotoWord.CONSISTENT: "check",
    PhotoWord.WATERMARK: "warn",
    PhotoWord.EXIF: "info",
    PhotoWord.CONTRADICTORY: "close",
    PhotoWord.UNSUPPORTED: "help",
}
VERDICT_TOKENS = {
    PhotoWord.CONSISTENT: "ok",
    PhotoWord.WATERMARK: "warn",
    PhotoWord.EXIF: "info",
    PhotoWord.CONTRADICTORY: "block",
    PhotoWord.UNSUPPORTED: "warn",
}


@dataclass(frozen=True, slots=True)
class Photo:
    """One tile. `note` is its second line (10:21 ・ 距 88 米); `image` a thumbnail or None."""

    key: str
    kind: str
    verdict: PhotoWord
    note: str = ""
    image: QImage | None = None
    tip: str = ""

    @property
    def words(self) -> str:
        """What a screen reader says of it."""
        return f"{self.kind}，{self.verdict.value}，{self.note}"


def picture_size(width: int) -> QSize:
    """The picture of a tile `width` px wide."""
    return QSize(width, round(width * 110 / 140))


def tile_height(width: int) -> int:
    """The height in px of a tile `width` px wide: its picture and two lines."""
    return picture_size(width).height() + _UNDER


def framed(image: QImage, size: QSize, ratio: float) -> QPixmap:
    """An image as a tile's picture of `size` px, each of them `ratio` px of the screen.

    It fills the frame, and what stands over is cut: a tile is for recognising, not for evidence.
    """
    pixels = size * ratio
    scale = max(pixels.width() / image.width(), pixels.height() / image.height())
    wide = max(1, round(pixels.width() / scale))
    tall = max(1, round(pixels.height() / scale))
    part = image.copy((image.width() - wide) // 2, (image.height() - tall) // 2, wide, tall)
    smooth = Qt.TransformationMode.SmoothTransformation
    part = part.scaled(pixels, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
    made = QPixmap(pixels)
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    path = QPainterPath()
    path.addRoundedRect(QRectF(0, 0, size.width(), size.height()), RADIUS_TAG, RADIUS_TAG)
    painter.setClipPath(path)
    painter.drawImage(QRectF(0, 0, size.width(), size.height()), part)
    painter.end()
    return made


def draw_tile(
    painter: QPainter,
    spot: QRectF,
    photo: Photo,
    picture: QPixmap | None,
    *,
    current: bool = False,
    ticked: bool = False,
) -> None:
    """Paint a tile into `spot`, with its ring where it is `current`, with a tick where it is one of
    several that are selected. `picture` is None where it was not read (yet)."""
    size = picture_size(int(spot.width()))
    frame = QRectF(spot.x(), spot.y(), size.width(), size.height())
    if ticked:
        box(painter, spot.adjusted(-RING, -RING, RING, RING), "accent_bg", radius=RADIUS_TAG + RING)
    if picture is None:
        box(painter, frame, "sunken", "line", RADIUS_TAG)
        middle = frame.center()
        draw(painter, "camera", QRectF(middle.x() - 10, middle.y() - 10, 20, 20), "ink3")
    else:
        painter.drawPixmap(frame.topLeft(), picture)
    if current:
        box(painter, frame.adjusted(-RING, -RING, RING, RING), "", "accent", 7, pen=2)
    if ticked:
        badge = QRectF(frame.x() + 6, frame.y() + 6, _BADGE, _BADGE)
        box(painter, badge, "accent", "surface", _BADGE / 2)
        draw(painter, "check", badge.adjusted(4, 4, -4, -4), "on_accent", "accent")
    _draw_words(painter, spot, frame.bottom() + 6, photo)


def _draw_words(painter: QPainter, spot: QRectF, y: float, photo: Photo) -> None:
    word, icon = photo.verdict.value, VERDICT_ICONS[photo.verdict]
    left = spot.width() - tag_width(word, icon)
    tone = VERDICT_TOKENS[photo.verdict]
    draw_tag(painter, QPointF(spot.x() + left, y), word, tone, icon)
    # The kind is never cut: beside a long verdict it is a little smaller.
    role = "dense" if text_width(photo.kind, "dense") + 4 <= left else "meta"
    draw_text(painter, QRectF(spot.x(), y, left, 20), photo.kind, role)
    draw_text(painter, QRectF(spot.x(), y + 20, spot.width(), 18), photo.note, "meta", "ink2")


class PhotoTile(Hovered):
    """One photo; a click makes it current, a double click or 回车 opens it."""

    opened = Signal()
    reached = Signal()

    def __init__(self, photo: Photo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._photo, self._current = photo, False
        word = photo.verdict.value
        self.setAccessibleName(f"{photo.kind}，{word}，{photo.note}")
        self.setToolTip(f"{photo.kind}（{word}）{photo.note}")
        self.clicked.connect(self.reached)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_current(self, on: bool) -> None:
        """Ring it or not."""
        self._current = on
        self.update()

    def set_image(self, image: QImage) -> None:
        """Show the picture, which was read meanwhile."""
        self._photo = replace(self._photo, image=image)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_WIDE, self.heightForWidth(_WIDE))

    def heightForWidth(self, width: int) -> int:
        return round((width - 8) * 110 / 140) + 8 + _UNDER

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.opened.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.reached.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        photo = self._photo
        picture = QRectF(4, 4, self.width() - 8, self.height() - _UNDER - 8)
        self._paint_picture(painter, picture)
        if self._current:
            box(painter, picture.adjusted(-4, -4, 4, 4), "", "accent", 7, pen=2)
        word = photo.verdict.value
        icon, tone = VERDICT_ICONS[photo.verdict], VERDICT_TOKENS[photo.verdict]
        right, y = picture.right(), picture.bottom() + 6
        wide = tag_width(word, icon)
        draw_tag(painter, QPointF(right - wide, y), word, tone, icon)
        draw_text(painter, QRectF(4, y, right - wide - 8, 20), photo.kind, "dense")
        draw_text(painter, QRectF(4, y + 20, picture.width(), 18), photo.note, "meta", "ink2")
        painter.end()

    def _paint_picture(self, painter: QPainter, spot: QRectF) -> None:
        image = self._photo.image
        if image is None or image.isNull():
            box(painter, spot, "sunken", "line", RADIUS_TAG)
            middle = spot.center()
            draw(painter, "camera", QRectF(middle.x() - 10, middle.y() - 10, 20, 20), "ink3")
            return
        # Fill the frame and cut what stands over: a tile is for recognising, not for evidence.
        scale = max(spot.width() / image.width(), spot.height() / image.height())
        wide, tall = spot.width() / scale, spot.height() / scale
        part = QRectF((image.width() - wide) / 2, (image.height() - tall) / 2, wide, tall)
        path = QPainterPath()
        path.addRoundedRect(spot, RADIUS_TAG, RADIUS_TAG)
        painter.save()
        painter.setClipPath(path)
        painter.drawImage(spot, image, part)
        painter.restore()


class PhotoGrid(QWidget):
    """Tiles in rows as wide as there is room. `opened(key)`, and `current_changed(key)`."""

    opened = Signal(str)
    current_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tiles: dict[str, PhotoTile] = {}
        self._current = ""
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_photos(self, photos: Sequence[Photo], current: str = "") -> None:
        """Show these photos in this order."""
        held = any(tile.hasFocus() for tile in self._tiles.values())
        for tile in self._tiles.values():
            tile.setParent(None)
            tile.deleteLater()
        self._tiles = {}
        for photo in photos:
            tile = PhotoTile(photo, self)
            tile.reached.connect(lambda key=photo.key: self._reach(key))
            tile.opened.connect(lambda key=photo.key: self.opened.emit(key))
            tile.show()
            self._tiles[photo.key] = tile
        self.set_current(current)
        if held and current in self._tiles:
            self._tiles[current].setFocus()
        self._arrange()
        self.updateGeometry()

    def current(self) -> str:
        """The key of the current photo, or an empty string."""
        return self._current

    def set_current(self, key: str) -> None:
        """Ring the photo `key` without emitting."""
        self._current = key
        for name, tile in self._tiles.items():
            tile.set_current(name == key)

    def tile(self, key: str) -> PhotoTile | None:
        """The tile of the photo `key`, or None."""
        return self._tiles.get(key)

    def set_image(self, key: str, image: QImage) -> None:
        """Show the picture of the photo `key`, if it is still here."""
        if key in self._tiles:
            self._tiles[key].set_image(image)

    def step(self, by: int) -> None:
        """Go `by` photos on (←, → and, by a row, ↑, ↓), and give that photo the keyboard."""
        keys = list(self._tiles)
        if keys:
            place = keys.index(self._current) + by if self._current in keys else 0
            if 0 <= place < len(keys):
                self._tiles[keys[place]].setFocus(Qt.FocusReason.TabFocusReason)
                self._reach(keys[place])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        across = self._across(self.width())
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        steps |= {Qt.Key.Key_Up: -across, Qt.Key.Key_Down: across}
        by = steps.get(Qt.Key(event.key()), 0)
        if by:
            self.step(by)
        else:
            event.ignore()

    def _reach(self, key: str) -> None:
        if key != self._current:
            self.set_current(key)
            self.current_changed.emit(key)

    def _across(self, width: int) -> int:
        return max(1, (width + _GAP) // (_WIDE + _GAP))

    def _tile_width(self, width: int) -> int:
        across = self._across(width)
        return min((width - (across - 1) * _GAP) // across, _WIDE + 40)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        rows = -(-len(self._tiles) // self._across(width))
        wide = self._tile_width(width)
        tall = round((wide - 8) * 110 / 140) + 8 + _UNDER
        return max(0, rows * (tall + _GAP) - _GAP)

    def sizeHint(self) -> QSize:
        width = max(self.width(), 4 * _WIDE + 3 * _GAP)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(_WIDE, _UNDER)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def _arrange(self) -> None:
        across, wide = self._across(self.width()), self._tile_width(self.width())
        for place, tile in enumerate(self._tiles.values()):
            tall = tile.heightForWidth(wide)
            row, column = divmod(place, across)
            tile.setGeometry(column * (wide + _GAP), row * (tall + _GAP), wide, tall)
