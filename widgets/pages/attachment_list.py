"""The attachments as rows: a picture or a file's ending, title, kind, what it proves, file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from uuid import UUID

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from forms.dossier import Attachment
from widgets.controls import Hovered
from widgets.icons import draw
from widgets.marks import box, draw_tag, tag_width
from widgets.surfaces import ScrollColumn
from widgets.text import draw_text, draw_wrapped, text_height
from widgets.theme import RADIUS_CARD, RADIUS_TAG

_PICTURE, _PAD, _GAP = 64, 12, 14
IMAGES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp", ".tif", ".tiff"})


def ending(attachment: Attachment) -> str:
    """The file's ending in small letters, `.pdf`; empty where it has none."""
    return PurePath(attachment.filename).suffix.lower()[:8]


def size_text(size: int | None) -> str:
    """A file's size in words."""
    if size is None:
        return "大小未知"
    if size < 1024:
        return f"{size} 字节"
    if size < 1024 * 1024:
        return f"{size / 1024:.0f} KB"
    return f"{size / 1024 / 1024:.1f} MB"


class AttachmentRow(Hovered):
    """One attachment. A click chooses it, 回车 or a double click opens it."""

    opened = Signal()

    def __init__(self, attachment: Attachment, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.attachment = attachment
        self._image: QImage | None = None
        self.setCheckable(True)
        proves = attachment.proves or "未写证明事项"
        self.setAccessibleName(f"{attachment.name}，{attachment.kind}，{proves}")
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_image(self, image: QImage) -> None:
        """Show the picture, which was read meanwhile."""
        self._image = image
        self.update()

    def _inside(self, width: float) -> float:
        return width - 2 * _PAD - _PICTURE - _GAP

    def _title(self) -> str:
        return self.attachment.name or "未填标题"

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        inside = self._inside(width)
        title = text_height(self._title(), "body", inside)
        proves = text_height(self.attachment.proves or "未写证明事项", "dense", inside)
        return max(_PICTURE, title + proves + 24) + 2 * _PAD

    def sizeHint(self) -> QSize:
        width = max(self.width(), 320)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(260, self.heightForWidth(max(self.width(), 260)))

    def mouseDoubleClickEvent(self, event: object) -> None:
        self.opened.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.isChecked():
            self.opened.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        row, on = self.attachment, self.isChecked()
        rect = QRectF(self.rect())
        ground = "accent_bg" if on else "hover" if self.hovered else "surface"
        box(painter, rect, ground, "accent" if on else "line", RADIUS_CARD, pen=2 if on else 0)
        paint_preview(painter, QRectF(_PAD, _PAD, _PICTURE, _PICTURE), self._image, row)
        x, y = float(_PAD + _PICTURE + _GAP), float(_PAD - 1)
        inside = self._inside(rect.width())
        draw_wrapped(painter, QRectF(x, y, inside, 0), self._title(), "body", bold=True)
        y += text_height(self._title(), "body", inside)
        proves, token = (row.proves, "ink2") if row.proves else ("未写证明事项", "warn")
        draw_wrapped(painter, QRectF(x, y, inside, 0), proves, "dense", token)
        y += text_height(proves, "dense", inside) + 3
        draw_tag(painter, QPointF(x, y), row.kind or "未定类别", "quiet")
        rest = x + tag_width(row.kind or "未定类别") + 10
        spot = QRectF(rest, y, rect.width() - rest - _PAD, 20)
        draw_text(painter, spot, f"{row.filename} ・ {size_text(row.size)}", "meta", "ink2")
        painter.end()


def paint_preview(
    painter: QPainter, spot: QRectF, image: QImage | None, attachment: Attachment
) -> None:
    """A small picture of a file: the image itself, else a sheet with its ending."""
    if image is None or image.isNull():
        box(painter, spot, "sunken", "line", RADIUS_TAG)
        middle = spot.center()
        name = "camera" if ending(attachment) in IMAGES else "file"
        draw(painter, name, QRectF(middle.x() - 11, spot.y() + 10, 22, 22), "ink2")
        words = ending(attachment).removeprefix(".").upper() or "文件"
        centre = Qt.AlignmentFlag.AlignHCenter
        foot = QRectF(spot.x(), spot.bottom() - 26, spot.width(), 18)
        draw_text(painter, foot, words, "meta", "ink2", align=centre)
        return
    scale = max(spot.width() / image.width(), spot.height() / image.height())
    wide, tall = spot.width() / scale, spot.height() / scale
    part = QRectF((image.width() - wide) / 2, (image.height() - tall) / 2, wide, tall)
    path = QPainterPath()
    path.addRoundedRect(spot, RADIUS_TAG, RADIUS_TAG)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setClipPath(path)
    painter.drawImage(spot, image, part)
    painter.restore()


class AttachmentList(ScrollColumn):
    """The rows. `chosen(id)` when another row is current, `opened(id)`."""

    chosen = Signal(object)
    opened = Signal(object)

    def __init__(self) -> None:
        super().__init__((24, 12, 14, 16), 8)
        self.rows: dict[UUID, AttachmentRow] = {}
        self._shown: list[tuple[object, ...]] = []
        self._current: UUID | None = None
        self._laid_out = QTimer(self)
        self._laid_out.setSingleShot(True)
        self._laid_out.timeout.connect(self._show_current)
        self.column.addStretch(1)

    def show_rows(self, attachments: list[Attachment], current: UUID | None) -> None:
        """Show these; the row with the focus keeps it if it stays."""
        shown = [(a.id, a.name, a.kind, a.proves, a.filename, a.size) for a in attachments]
        if shown == self._shown:
            self.set_current(current)
            return
        self._shown = [*shown]
        held = next((key for key, row in self.rows.items() if row.hasFocus()), None)
        for row in self.rows.values():
            self.column.removeWidget(row)
            row.setParent(None)
            row.deleteLater()
        self.rows = {}
        for place, attachment in enumerate(attachments):
            row = AttachmentRow(attachment)
            row.clicked.connect(lambda _on=False, key=attachment.id: self._take(key))
            row.opened.connect(lambda key=attachment.id: self.opened.emit(key))
            self.rows[attachment.id] = row
            self.column.insertWidget(place, row)
        self.set_current(current)
        if held in self.rows:
            self.rows[held].setFocus()

    def set_current(self, key: UUID | None) -> None:
        """Mark a row without emitting."""
        for name, row in self.rows.items():
            row.setChecked(name == key)
        if key != self._current:
            self._current = key
            self._laid_out.start(0)  # new rows have no place before they are laid out

    def _show_current(self) -> None:
        if self._current in self.rows:
            self.ensureWidgetVisible(self.rows[self._current], 0, 12)

    def set_images(self, images: Mapping[UUID, QImage]) -> None:
        """Give rows their pictures."""
        for key, image in images.items():
            if key in self.rows:
                self.rows[key].set_image(image)

    def _take(self, key: UUID) -> None:
        self.set_current(key)
        self.chosen.emit(key)
