"""Many photos as tiles in rows: one widget that paints only what is in view."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QHelpEvent,
    QImage,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from widgets.icons import draw
from widgets.marks import box
from widgets.photo_rows import GAP, WIDE, PhotoRows
from widgets.photo_selection import PhotoSelection
from widgets.photo_tile import RING, Photo, draw_tile, framed, picture_size
from widgets.thumbnails import thumbnails

_CROSS = 24

#: Of a photo by its key: the name of its thumbnail, and who finds the file.
PictureOf = Callable[[str], tuple[str, Callable[[], bytes]]]


class PhotoCursor(QWidget):
    """The place of the current photo. It holds the focus, so that the ring and screen readers are
    at that photo; what it is told it leaves to the grid."""

    def __init__(self, grid: QWidget) -> None:
        super().__init__(grid)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()


class PhotoGrid(QWidget):
    """Tiles in rows as wide as there is room; it is as high as all of them, and scrolls with its
    page.

    `opened(key)` on 回车 or a double click, `current_changed(key)` where the person went to another
    photo, `selection_changed()` whenever it did. Keys and clicks select as in a list of files: Ctrl
    adds, Shift extends, Ctrl A takes all, 空格 takes or leaves one. With `several` off no more than
    one is selected, and a click or 空格 is told as `taken(key)`. With `cross` each tile has a cross
    of that name; it and Delete are told as `crossed(key)`.
    """

    opened = Signal(str)
    current_changed = Signal(str)
    selection_changed = Signal()
    taken = Signal(str)
    crossed = Signal(str)

    def __init__(
        self,
        picture_of: PictureOf,
        *,
        several: bool = True,
        cross: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._picture_of, self._several, self._cross = picture_of, several, cross
        self._photos: list[Photo] = []
        self._chosen = PhotoSelection()
        self._pressed, self._by_mouse = "", False
        self._pictures: dict[str, QPixmap] = {}
        self._asked: dict[str, set[str]] = {}
        self.cursor_at = PhotoCursor(self)
        self.setFocusProxy(self.cursor_at)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName("照片")
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._look_ahead)
        # The loader outlives the grid; only a bound method is let go of with it.
        thumbnails().loaded.connect(self._loaded)

    # -- what it holds --------------------------------------------------------------------------

    def set_photos(self, photos: Sequence[Photo], current: str = "") -> None:
        """Show these photos in this order; those of them that were selected stay so, and without a
        `current` one that was current, or the next that is left."""
        before, selected = len(self._photos), self.selection()
        self._photos = list(photos)
        self._chosen.replace([photo.key for photo in photos], current)
        if len(photos) != before:
            self.updateGeometry()
        self._place_cursor()
        self.update()
        if self.selection() != selected:
            self.selection_changed.emit()

    def current(self) -> str:
        """The key of the current photo, or an empty string."""
        return self._chosen.current

    def selection(self) -> list[str]:
        """The selected photos in their order; where none but the current one is, that one."""
        return self._chosen.selection()

    def set_current(self, key: str) -> None:
        """Make the photo `key` the current one, and the only one that is selected."""
        self._settle(lambda: self._chosen.go(key), tell=False)

    def spot(self, key: str) -> QRect | None:
        """Where the tile of the photo `key` is, in the grid; None where it is not."""
        place = self._chosen.place(key)
        return None if place is None else self._rows().rect(place)

    def key_at(self, point: QPoint) -> str:
        """The photo at a point of the grid, or an empty string."""
        place = self._rows().at(point)
        return "" if place is None else self._photos[place].key

    # -- keys and the mouse ---------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        held, key = event.modifiers(), Qt.Key(event.key())
        target = self._target(key)
        if held & (Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier):
            event.ignore()
        elif target is not None:
            self._show_ring()
            self._go(
                target,
                extend=bool(held & Qt.KeyboardModifier.ShiftModifier),
                keep=bool(held & Qt.KeyboardModifier.ControlModifier),
            )
        elif event.matches(QKeySequence.StandardKey.SelectAll) and self._several:
            self._settle(self._chosen.take_all)
        elif not (self.current() and self._acted(key)):
            event.ignore()

    def _show_ring(self) -> None:
        """The focus came by a click, which draws no ring; now that keys move it, it has one."""
        if self._by_mouse and self.cursor_at.hasFocus():
            self.cursor_at.clearFocus()
            self.cursor_at.setFocus(Qt.FocusReason.TabFocusReason)
        self._by_mouse = False

    def _acted(self, key: Qt.Key) -> bool:
        """Act on the current photo as a key says; whether it says anything here."""
        current = self.current()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(current)
        elif key == Qt.Key.Key_Space and self._several:
            self._settle(lambda: self._chosen.toggle(current))
        elif key == Qt.Key.Key_Space:
            self.taken.emit(current)
        elif key == Qt.Key.Key_Escape and len(self.selection()) > 1:
            self._settle(lambda: self._chosen.go(current))
        elif key == Qt.Key.Key_Delete and self._cross:
            self.crossed.emit(current)
        else:
            return False
        return True

    def _target(self, key: Qt.Key) -> int | None:
        """Where a key leads from here; None for a key that leads nowhere."""
        rows = self._rows()
        across, last = rows.across, len(self._photos) - 1
        here = self._chosen.place(self.current())
        page = across * max(1, self._view().height() // rows.pitch)
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -across,
            Qt.Key.Key_Down: across,
            Qt.Key.Key_PageUp: -page,
            Qt.Key.Key_PageDown: page,
            Qt.Key.Key_Home: -last,
            Qt.Key.Key_End: last,
        }
        if key not in steps:
            return None
        there = (here or 0) + steps[key]
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up) and not 0 <= there <= last:
            return here or 0
        if key == Qt.Key.Key_Down and (here or 0) // across == last // across:
            return here or 0  # the last row; from the one above it, down leads to its end
        return min(max(there, 0), last)

    def _go(self, place: int, *, extend: bool = False, keep: bool = False) -> None:
        if not 0 <= place < len(self._photos):
            return
        key = self._photos[place].key
        if extend and self._several:
            self._settle(lambda: self._chosen.extend(key))
        elif keep and self._several:
            self._settle(lambda: self._chosen.look(key))
        else:
            self._settle(lambda: self._chosen.go(key))

    def _settle(self, change: Callable[[], None], *, tell: bool = True) -> None:
        current, selected = self.current(), self.selection()
        change()
        self._place_cursor()
        self.update()
        if tell and self.current() != current:
            self.current_changed.emit(self.current())
        if self.selection() != selected:
            self.selection_changed.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        point, held = event.position().toPoint(), event.modifiers()
        key, self._by_mouse = self.key_at(point), True
        self._pressed = key if event.button() == Qt.MouseButton.LeftButton else ""
        if not self._pressed or self._on_cross(key, point):
            return
        if self._several and held & Qt.KeyboardModifier.ControlModifier:
            self._settle(lambda: self._chosen.toggle(key))
        else:
            place = self._chosen.place(key)
            self._go(place or 0, extend=bool(held & Qt.KeyboardModifier.ShiftModifier))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        key, self._pressed = self._pressed, ""
        if not key or self.key_at(point) != key:
            return
        if self._on_cross(key, point):
            self.crossed.emit(key)
        elif not self._several:
            self.taken.emit(key)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        key = self.key_at(event.position().toPoint())
        if key and event.button() == Qt.MouseButton.LeftButton:
            self.opened.emit(key)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self.key_at(event.position().toPoint())
        shape = Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor
        if self.cursor().shape() != shape:
            self.setCursor(shape)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            key = self.key_at(event.pos())
            spot = self.spot(key) or QRect()
            tip = self._cross if self._on_cross(key, event.pos()) else self._tip(key)
            QToolTip.showText(event.globalPos(), tip, self, spot)
            return True
        return super().event(event)

    def _tip(self, key: str) -> str:
        place = self._chosen.place(key)
        if place is None:
            return ""
        photo = self._photos[place]
        return (
            photo.tip or f"{photo.kind}（{photo.verdict.value}）{photo.note} {photo.away}".strip()
        )

    def _on_cross(self, key: str, point: QPoint) -> bool:
        spot = self.spot(key)
        return bool(self._cross and spot and _cross_of(spot).contains(point))

    # -- where tiles are ------------------------------------------------------------------------

    def _rows(self) -> PhotoRows:
        return PhotoRows(len(self._photos), self.width())

    def _view(self) -> QRect:
        """The part of the grid that is on the screen."""
        return self.visibleRegion().boundingRect()

    def _place_cursor(self) -> None:
        place = self._chosen.place(self.current())
        if place is None:
            self.cursor_at.hide()
            return
        words = f"{self._photos[place].words}，第 {place + 1} 张，共 {len(self._photos)} 张"
        count = len(self.selection())
        if count > 1:
            taken = "已选中" if self._chosen.holds(self.current()) else "未选中"
            words += f"，{taken}，已选 {count} 张"
        self.cursor_at.setGeometry(self._rows().rect(place))
        self.cursor_at.setAccessibleName(words)
        self.cursor_at.show()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return PhotoRows(len(self._photos), width).height

    def sizeHint(self) -> QSize:
        # Its height follows from its width alone; a hint of it would be an old width's.
        width = 4 * WIDE + 3 * GAP + 2 * RING
        return QSize(width, PhotoRows(1, width).height)

    def minimumSizeHint(self) -> QSize:
        return QSize(WIDE + 2 * RING, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._pictures.clear()
        self._place_cursor()

    # -- pictures -------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        several, current = len(self.selection()) > 1, self.current()
        rows = self._rows()
        for place in rows.between(event.rect().top(), event.rect().bottom()):
            photo, spot = self._photos[place], rows.rect(place)
            draw_tile(
                painter,
                QRectF(spot),
                photo,
                None if photo.away else self._picture(photo.key),
                current=photo.key == current,
                ticked=several and self._chosen.holds(photo.key),
            )
            if self._cross:
                cross = QRectF(_cross_of(spot))
                box(painter, cross, "surface", "ctl")
                draw(painter, "close", cross.adjusted(5, 5, -5, -5), "ink")
        painter.end()
        self._later.start(0)

    def _picture(self, key: str) -> QPixmap | None:
        """The picture, ready to paint; where it has to be read first it is asked for."""
        if key not in self._pictures:
            name, where = self._picture_of(key)
            image = thumbnails().get(name, where)
            if image is None:
                self._asked.setdefault(name, set()).add(key)
                return None
            self._keep(key, image)
        return self._pictures[key]

    def _keep(self, key: str, image: QImage) -> None:
        size = picture_size(self._rows().tile)
        self._pictures[key] = framed(image, size, self.devicePixelRatioF())

    def _loaded(self, name: str, image: QImage) -> None:
        for key in self._asked.pop(name, ()):
            spot = self.spot(key)
            if spot is not None:
                self._keep(key, image)
                self.update(spot)

    def _look_ahead(self) -> None:
        """Have the next screen's pictures read, and let go of those that are far away."""
        view = self._view()
        if view.isEmpty():
            return
        tall = view.height()
        near = self._rows().between(view.top() - tall, view.bottom() + tall)
        wanted = {self._photos[place].key for place in near}
        far = [name for name, keys in self._asked.items() if not keys & wanted]
        thumbnails().forget(far)
        for name in far:
            del self._asked[name]
        for key in self._pictures.keys() - wanted:
            del self._pictures[key]
        for place in near:
            if not self._photos[place].away:
                self._picture(self._photos[place].key)


def _cross_of(spot: QRect) -> QRect:
    return QRect(spot.right() - _CROSS - 3, spot.top() + 4, _CROSS, _CROSS)
