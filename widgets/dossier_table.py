"""The home page's list: one row a dossier, painted by itself so that ten thousand scroll."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QWidget

from grading.finding import Severity
from widgets.dossier_model import (
    DISTRICT,
    FINDINGS,
    INDUSTRY,
    LEVEL,
    NAME,
    STEP,
    UNJUDGED,
    DossierModel,
    DossierRow,
    Fetch,
)
from widgets.icons import draw
from widgets.marks import LEVEL_NAMES, badge_width, draw_badge
from widgets.text import draw_text, text_width
from widgets.theme import tokens

_WIDTHS = (0, 88, 152, 140, 120, 112, 100)
_ROW, _HEAD = 46, 34
_HELD = 800
"""So many cells' pictures are kept, some 20 MB."""


@dataclass(frozen=True, slots=True)
class _Look:
    """How a row is to look: the chosen one, or the one under the mouse."""

    ratio: float
    on: bool
    hover: bool


class DossierTable(QTableView):
    """The list. `opened(key)` on a double click or 回车; `sort_requested(column)` on the head or
    the column's number; `archive_asked(key)` from a row's menu, and `removal_asked()` from that
    of a sample."""

    opened = Signal(str)
    archive_asked = Signal(str)
    removal_asked = Signal()
    sort_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # Of its own: asked for Qt's, PySide makes the classes of all widgets to find which it is,
        # a thirtieth of the start.
        self._canvas = QWidget()
        self._canvas.setBackgroundRole(QPalette.ColorRole.Base)
        self._canvas.setAutoFillBackground(True)
        self.setViewport(self._canvas)
        self._model = DossierModel()
        self.setModel(self._model)
        self._painter = _CellPainter()
        self._hovered = -1
        self.setMouseTracking(True)
        self.entered.connect(lambda index: self._hover(index.row()))
        self.viewportEntered.connect(lambda: self._hover(-1))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("全部档案")
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW)
        head = self.horizontalHeader()
        head.setFixedHeight(_HEAD)
        head.setHighlightSections(False)
        head.setSectionsClickable(True)
        head.sectionClicked.connect(self.sort_requested)
        for column, width in enumerate(_WIDTHS):
            mode = QHeaderView.ResizeMode.Fixed if width else QHeaderView.ResizeMode.Stretch
            head.setSectionResizeMode(column, mode)
            self.setColumnWidth(column, width)
        self.doubleClicked.connect(lambda index: self._open(index.row()))

    def set_rows(self, rows: Sequence[DossierRow], current: str = "") -> None:
        """Show these dossiers and select `current`, if it is among them."""
        held = tuple(rows)
        keys = [row.key for row in held]
        place = keys.index(current) if current in keys else None
        self.set_source(len(held), lambda offset, limit: held[offset : offset + limit], place)

    def set_source(self, total: int, fetch: Fetch, place: int | None = None) -> None:
        """Show so many dossiers, fetched as they come into view; select the one at `place`."""
        self._model.set_source(total, fetch)
        if place is not None:
            self.selectRow(place)

    def set_sorted(self, column: int | None, down: bool) -> None:
        """Mark the column that the rows are sorted by."""
        self._model.set_sorted(column, down)

    def current(self) -> str:
        """The key of the selected dossier, or an empty string."""
        index = self.currentIndex()
        return self._model.row_at(index.row()).key if index.isValid() else ""

    def _open(self, place: int) -> None:
        self.opened.emit(self._model.row_at(place).key)

    def _hover(self, row: int) -> None:
        self._hovered = row
        self._canvas.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(-1)
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, ratio = QPainter(self._canvas), self.devicePixelRatioF()
        columns = [c for c in range(self._model.columnCount()) if not self.isColumnHidden(c)]
        cells = [(c, self.columnViewportPosition(c), self.columnWidth(c)) for c in columns]
        chosen, place = self.currentIndex().row(), self.rowAt(event.rect().top())
        y = self.rowViewportPosition(place)
        while 0 <= place < self._model.rowCount() and y <= event.rect().bottom():
            row, look = (
                self._model.row_at(place),
                _Look(ratio, place == chosen, place == self._hovered),
            )
            for column, x, width in cells:
                painter.drawPixmap(x, y, self._painter.picture(row, column, width, look))
            place, y = place + 1, y + _ROW
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        # Names are never cut first: what can be read elsewhere gives way.
        self.setColumnHidden(INDUSTRY, self.width() < 1000)
        self.setColumnHidden(DISTRICT, self.width() < 780)
        super().resizeEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        key = self.current()
        if not key:
            return
        menu = QMenu(self)
        menu.addAction("打开").triggered.connect(lambda: self.opened.emit(key))
        menu.addAction("结项归档……").triggered.connect(lambda: self.archive_asked.emit(key))
        if _is_sample(key):
            menu.addAction("移除样例档案").triggered.connect(self.removal_asked)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        number = event.key() - Qt.Key.Key_1
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid():
            self._open(index.row())
        elif 0 <= number < self._model.columnCount() and not event.modifiers():
            self.sort_requested.emit(number)
        else:
            super().keyPressEvent(event)


def _content(row: DossierRow, column: int) -> Hashable:
    """What a cell's picture shows: where it is the same, so is the picture."""
    return (
        (row.name, row.hit, row.found), row.district, row.industry, (row.step, row.step_name),
        (row.level, row.goal), tuple(row.counts.items()), (row.due, row.due_token),
    )[column]  # fmt: skip


class _CellPainter:
    """Paints cells, and keeps their pictures: most rows have the same words in most columns, and a
    frame of scrolling moves what was there."""

    def __init__(self) -> None:
        self._held: dict[Hashable, QPixmap] = {}

    def picture(self, row: DossierRow, column: int, width: int, look: _Look) -> QPixmap:
        """A cell of so many px."""
        known = (column, _content(row, column), width, look, id(tokens()))
        made = self._held.get(known)
        if made is None:
            if len(self._held) >= _HELD:
                self._held.pop(next(iter(self._held)))
            made = self._held[known] = self._paint(row, column, width, look)
        return made

    def _paint(self, row: DossierRow, column: int, width: int, look: _Look) -> QPixmap:
        held = tokens()
        made = QPixmap(QSize(width, _ROW) * look.ratio)
        made.setDevicePixelRatio(look.ratio)
        made.fill(held.color("accent_bg" if look.on else "hover" if look.hover else "surface"))
        painter = QPainter(made)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(0, _ROW - 1, width, 1, held.color("line"))
        if look.on and column == NAME:
            painter.fillRect(0, 0, 3, _ROW, held.color("accent"))
        inside = QRectF(0, 0, width, _ROW).adjusted(20 if column == NAME else 8, 0, -8, -1)
        self._paint_cell(painter, inside, row, column, look.on)
        painter.end()
        return made

    def _paint_cell(
        self, painter: QPainter, spot: QRectF, row: DossierRow, column: int, on: bool
    ) -> None:
        if column == NAME:
            self._paint_name(painter, spot, row, on)
        elif column in (DISTRICT, INDUSTRY):
            text = row.district if column == DISTRICT else row.industry
            draw_text(painter, spot, text, "dense", "ink2")
        elif column == STEP:
            self._paint_step(painter, spot, row)
        elif column == LEVEL:
            self._paint_level(painter, spot, row)
        elif column == FINDINGS:
            self._paint_findings(painter, spot, row)
        else:
            right, bold = Qt.AlignmentFlag.AlignRight, row.due_token in ("block", "warn")
            spot = spot.adjusted(0, 0, -8, 0)
            draw_text(painter, spot, row.due, "dense", row.due_token, bold=bold, align=right)

    def _paint_name(self, painter: QPainter, spot: QRectF, row: DossierRow, on: bool) -> None:
        if not row.hit:
            draw_text(painter, spot, row.name, "body", bold=on)
            return
        name = QRectF(spot.x(), spot.y() + 3, spot.width(), 22)
        draw_text(painter, name, row.name, "body", bold=on)
        first, last = row.found
        x = spot.x()
        parts = ((row.hit[:first], False), (row.hit[first:last], True), (row.hit[last:], False))
        for text, found in parts:
            rest = QRectF(x, spot.y() + 25, spot.right() - x, 18)
            if text and rest.width() > 0:
                token = "accent" if found else "ink2"
                draw_text(painter, rest, text, "meta", token, bold=found)
                x += text_width(text, "meta", bold=found) - 2

    def _paint_step(self, painter: QPainter, spot: QRectF, row: DossierRow) -> None:
        name = QRectF(spot.x(), spot.y() + 8, spot.width(), 18)
        draw_text(painter, name, f"{row.step}. {row.step_name}", "meta", "ink2")
        x = spot.x()
        for number in range(1, 15):
            token = "ink3" if number < row.step else "accent" if number == row.step else "line2"
            painter.fillRect(QRectF(x, spot.y() + 31, 7, 4), tokens().color(token))
            x += 15 if number == 7 else 9

    def _paint_level(self, painter: QPainter, spot: QRectF, row: DossierRow) -> None:
        word = "未评" if row.level is None else LEVEL_NAMES[row.level]
        draw_badge(painter, QPointF(spot.x(), spot.center().y() - 10), row.level, word)
        rest = spot.adjusted(badge_width(word) + 8, 0, 0, 0)
        goal = row.goal if row.goal.startswith("已") else f"→ {row.goal}"
        draw_text(painter, rest, goal, "meta", "ink2")

    def _paint_findings(self, painter: QPainter, spot: QRectF, row: DossierRow) -> None:
        middle = spot.center().y()
        if not row.counts:
            draw_text(painter, spot, UNJUDGED, "dense", "ink3")
            return
        if not any(row.counts.values()):
            draw(painter, "check", QRectF(spot.x(), middle - 7, 14, 14), "ok")
            draw_text(painter, spot.adjusted(18, 0, 0, 0), "无", "dense", "ok")
            return
        for place, severity in enumerate(Severity):
            count = row.counts.get(severity, 0)
            if count:
                x = spot.x() + place * 34
                draw(painter, severity.value, QRectF(x, middle - 7, 14, 14), severity.value)
                number = QRectF(x + 17, spot.y(), text_width(str(count), "meta"), spot.height())
                draw_text(painter, number, str(count), "meta")


def _is_sample(key: str) -> bool:
    from app.sample_removal import sample_ids  # loaded late: the list shows before it

    return UUID(key) in sample_ids()
