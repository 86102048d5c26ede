"""A photo as a tile: the picture, its kind, its verdict in a word, time and distance."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPixmap

from grading.photo_verdict import PhotoWord
from widgets.icons import draw
from widgets.marks import box, draw_tag, tag_width
from widgets.text import draw_text, text_width
from widgets.theme import RADIUS_TAG

_UNDER = 44
#: How far the ring of the current photo stands outside its picture, in px.
RING = 4
_BADGE = 22
AWAY = "原图在同事处"

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
    """One tile. `note` is its second line (10:21 ・ 距 88 米), `tip` its words under the mouse.

    `away` says where the file is that never came here, "" of one that did.
    """

    key: str
    kind: str
    verdict: PhotoWord
    note: str = ""
    tip: str = ""
    away: str = ""

    @property
    def words(self) -> str:
        """What a screen reader says of it."""
        return "，".join(filter(None, (self.kind, self.verdict.value, self.note, self.away)))


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
        below = QRectF(frame.x(), middle.y() + 14, frame.width(), 18)
        draw_text(painter, below, photo.away, "meta", "ink3", align=Qt.AlignmentFlag.AlignHCenter)
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
