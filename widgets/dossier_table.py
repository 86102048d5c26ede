"""The home page's list: one row a dossier, drawn by a delegate so that ten thousand scroll."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from grading.finding import Severity
from widgets.icons import SEVERITY_WORDS, draw
from widgets.marks import LEVEL_NAMES, badge_width, draw_badge
from widgets.text import draw_text, text_width
from widgets.theme import tokens

_COLUMNS = ("企业", "县（市、区）", "细分行业", "步骤", "等级 → 目标", "待办问题", "协议余期")
_WIDTHS = (0, 88, 124, 140, 120, 112, 100)
_NAME, _DISTRICT, _INDUSTRY, _STEP, _LEVEL, _FINDINGS, _DUE = range(7)
_ROW, _HEAD = 46, 34
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class DossierRow:
    """One dossier in the list. `step` is 1–14 with its name; `goal` reads 二级 or 已达目标;
    `due_token` colours the last column (block when overdue, warn when near)."""

    key: str
    name: str
    district: str
    industry: str
    step: int
    step_name: str
    level: int | None
    goal: str
    due: str
    due_token: str = "ink2"
    counts: dict[Severity, int] = field(default_factory=dict)


class DossierModel(QAbstractTableModel):
    """The rows as Qt asks for them; what is painted comes from `row_at`."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[DossierRow, ...] = ()

    def set_rows(self, rows: Sequence[DossierRow]) -> None:
        """Replace all rows."""
        self.beginResetModel()
        self._rows = tuple(rows)
        self.endResetModel()

    def row_at(self, place: int) -> DossierRow:
        """The row at `place`; raises IndexError."""
        return self._rows[place]

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  (Qt's own default)
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(_COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _COLUMNS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section == _DUE else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._text(self._rows[index.row()], index.column())
        return None

    def _text(self, row: DossierRow, column: int) -> str:
        level = "未评" if row.level is None else LEVEL_NAMES[row.level]
        counts = "，".join(f"{SEVERITY_WORDS[k]} {n}" for k, n in row.counts.items() if n)
        return (
            row.name, row.district, row.industry, f"{row.step}. {row.step_name}",
            f"{level}，{row.goal}", counts or "无", row.due,
        )[column]  # fmt: skip


class DossierTable(QTableView):
    """The list. `opened(key)` on a double click or 回车; `sort_requested(column)` on the head;
    `archive_asked(key)` from a row's menu."""

    opened = Signal(str)
    archive_asked = Signal(str)
    sort_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = DossierModel()
        self.setModel(self._model)
        self.setItemDelegate(_RowDelegate(self._model, self))
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
        self._model.set_rows(rows)
        for place, row in enumerate(rows):
            if row.key == current:
                self.selectRow(place)

    def current(self) -> str:
        """The key of the selected dossier, or an empty string."""
        index = self.currentIndex()
        return self._model.row_at(index.row()).key if index.isValid() else ""

    def _open(self, place: int) -> None:
        self.opened.emit(self._model.row_at(place).key)

    def resizeEvent(self, event: QResizeEvent) -> None:
        # Names are never cut first: what can be read elsewhere gives way.
        self.setColumnHidden(_INDUSTRY, self.width() < 900)
        self.setColumnHidden(_DISTRICT, self.width() < 780)
        super().resizeEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        key = self.current()
        if not key:
            return
        menu = QMenu(self)
        menu.addAction("打开").triggered.connect(lambda: self.opened.emit(key))
        menu.addAction("结项归档……").triggered.connect(lambda: self.archive_asked.emit(key))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid():
            self._open(index.row())
        else:
            super().keyPressEvent(event)


class _RowDelegate(QStyledItemDelegate):
    def __init__(self, model: DossierModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(80, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        held = tokens()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        spot: QRect = option.rect
        state = option.state
        on = bool(state & QStyle.StateFlag.State_Selected)
        hover = bool(state & QStyle.StateFlag.State_MouseOver)
        ground = "accent_bg" if on else "hover" if hover else "surface"
        painter.fillRect(spot, held.color(ground))
        painter.fillRect(spot.x(), spot.bottom(), spot.width(), 1, held.color("line"))
        column = index.column()
        if on and column == _NAME:
            painter.fillRect(spot.x(), spot.y(), 3, spot.height(), held.color("accent"))
        row = self._model.row_at(index.row())
        inside = QRectF(spot).adjusted(20 if column == _NAME else 8, 0, -8, -1)
        self._paint_cell(painter, inside, row, column, on)
        painter.restore()

    def _paint_cell(
        self, painter: QPainter, spot: QRectF, row: DossierRow, column: int, on: bool
    ) -> None:
        if column == _NAME:
            draw_text(painter, spot, row.name, "body", bold=on)
        elif column in (_DISTRICT, _INDUSTRY):
            text = row.district if column == _DISTRICT else row.industry
            draw_text(painter, spot, text, "dense", "ink2")
        elif column == _STEP:
            self._paint_step(painter, spot, row)
        elif column == _LEVEL:
            self._paint_level(painter, spot, row)
        elif column == _FINDINGS:
            self._paint_findings(painter, spot, row)
        else:
            right, bold = Qt.AlignmentFlag.AlignRight, row.due_token in ("block", "warn")
            spot = spot.adjusted(0, 0, -8, 0)
            draw_text(painter, spot, row.due, "dense", row.due_token, bold=bold, align=right)

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
