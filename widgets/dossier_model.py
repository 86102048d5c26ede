"""The rows of the list of dossiers, fetched a page at a time as they come into view."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, QTimer

from app.portfolio import PAGE
from grading.finding import Severity
from widgets.icons import SEVERITY_WORDS
from widgets.marks import LEVEL_NAMES

COLUMNS = ("企业", "县（市、区）", "细分行业", "步骤", "等级 → 目标", "待办问题", "协议余期")
NAME, DISTRICT, INDUSTRY, STEP, LEVEL, FINDINGS, DUE = range(7)
Index = QModelIndex | QPersistentModelIndex
UNJUDGED = "待核查"
_PAGES_HELD = 40


@dataclass(frozen=True, slots=True)
class DossierRow:
    """One dossier in the list. `step` is 1–14 with its name; `goal` reads 二级 or 已达目标;
    `due_token` colours the last column (block when overdue, warn when near); `counts` is empty
    where nothing was judged yet. `hit` is what a search found in it, `found` where in it; "" where
    the row says by itself why it is there."""

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
    hit: str = ""
    found: tuple[int, int] = (0, 0)


Fetch = Callable[[int, int], Sequence[DossierRow]]
"""Rows from an offset on, so many at most."""
_GONE = DossierRow("", "", "", "", 1, "", None, "", "")
"""Where a dossier went away since the rows were counted."""


class DossierModel(QAbstractTableModel):
    """The rows as Qt asks for them; what is painted comes from `row_at`."""

    def __init__(self) -> None:
        super().__init__()
        self._total = 0
        self._fetch: Fetch = lambda _offset, _limit: ()
        self._pages: dict[int, Sequence[DossierRow]] = {}
        self._sorted: tuple[int, bool] | None = None
        self._ahead = QTimer(self)
        self._ahead.setSingleShot(True)
        self._ahead.timeout.connect(self._look_ahead)
        self._wanted = 0

    def set_source(self, total: int, fetch: Fetch) -> None:
        """Show so many rows, fetched as they are asked for."""
        self.beginResetModel()
        self._total, self._fetch = total, fetch
        self._pages = {}
        self.endResetModel()

    def set_sorted(self, column: int | None, down: bool) -> None:
        """Mark the column that the rows are sorted by."""
        self._sorted = None if column is None else (column, down)
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)

    def row_at(self, place: int) -> DossierRow:
        """The row at `place`."""
        page, within = divmod(place, PAGE)
        rows = self._page(page)
        # The next page is there before it comes into view: no frame waits for it.
        beyond = page + (1 if within * 2 > PAGE else -1)
        if beyond not in self._pages and 0 <= beyond * PAGE < self._total:
            self._wanted = beyond
            self._ahead.start(0)
        return rows[within] if within < len(rows) else _GONE

    def _look_ahead(self) -> None:
        self._page(self._wanted)

    def _page(self, page: int) -> Sequence[DossierRow]:
        rows = self._pages.get(page)
        if rows is None:
            if len(self._pages) >= _PAGES_HELD:
                self._pages.pop(next(iter(self._pages)))
            rows = self._pages[page] = self._fetch(page * PAGE, PAGE)
        return rows

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  (Qt's own default)
        return 0 if parent.isValid() else self._total

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            arrow = ""
            if self._sorted is not None and self._sorted[0] == section:
                arrow = " ↓" if self._sorted[1] else " ↑"
            return f"{COLUMNS[section]}{arrow}"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section == DUE else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._text(self.row_at(index.row()), index.column())
        return None

    def _text(self, row: DossierRow, column: int) -> str:
        level = "未评" if row.level is None else LEVEL_NAMES[row.level]
        counts = "，".join(f"{SEVERITY_WORDS[k]} {n}" for k, n in row.counts.items() if n)
        name = f"{row.name}\n{row.hit}" if row.hit else row.name
        return (
            name, row.district, row.industry, f"{row.step}. {row.step_name}",
            f"{level}，{row.goal}", counts or ("无" if row.counts else UNJUDGED), row.due,
        )[column]  # fmt: skip
