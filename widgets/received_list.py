"""The bundles that came, a row each: whose, in what state, what blocks and what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt

from app.receiving import Received, gaps
from grading.finding import Severity
from widgets.plain_table import PlainTable

_WIDE = 460
_KEY = Qt.ItemDataRole.UserRole


class ReceivedList(PlainTable):
    """Rows by their keys; the parts of one bundle share a row."""

    def __init__(self) -> None:
        super().__init__((("企业", 0), ("文件包", 84), ("阻断", 52), ("缺件", 52)))
        self.setAccessibleName("收到的文件包")
        self.setFixedWidth(_WIDE)

    def show_groups(self, groups: Mapping[str, Sequence[Received]]) -> None:
        """Replace all rows; none is chosen then."""
        rows = [_row(group) for group in groups.values()]
        self.blockSignals(True)
        self.show_rows([cells for cells, _ in rows], [token for _, token in rows], tinted=1)
        for place, key in enumerate(groups):
            item = self.item(place, 0)
            if item is not None:
                item.setData(_KEY, key)
        self.blockSignals(False)

    def current(self) -> str:
        """The key of the chosen row, "" where none is."""
        return self._key(self.currentRow())

    def _key(self, row: int) -> str:
        item = self.item(row, 0)
        return str(item.data(_KEY)) if item is not None else ""

    def choose(self, key: str) -> None:
        """Put the list on a row, without telling."""
        for row in range(self.rowCount()):
            if self._key(row) == key:
                self.blockSignals(True)
                self.selectRow(row)
                self.blockSignals(False)


def _row(group: Sequence[Received]) -> tuple[list[str], str]:
    """A bundle's cells, and the colour of what is said of its file."""
    first = group[0]
    name = first.enterprise or first.path.name
    if first.locked:
        return [name, "已加密", "", ""], "warn"
    if first.examined is None:
        return [name, "未通过", "", ""], "block"
    blocking = sum(e.severity == Severity.BLOCK.value for e in first.examined.findings)
    lacking = gaps(group)
    missing = sum(map(len, (lacking.papers, lacking.photos, lacking.attachments, lacking.parts)))
    signed = first.checked is not None and first.checked.signed
    word = "草稿" if first.draft else "完整" if signed else "无签名"
    return [name, word, str(blocking), str(missing)], "ok" if word == "完整" else "warn"
