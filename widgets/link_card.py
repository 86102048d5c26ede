"""From the diagnosis to the contracts: each project of table 10 with what carries it out."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from forms.dossier import Dossier
from grading.rules.retrofit_view import Link, links
from widgets.controls import Button, Kind
from widgets.surfaces import Card
from widgets.text import TextLabel, tip

_HEADS = ("诊断报告的项目（表10）", "选定的产品", "服务商", "合同")
_LACKING = ("诊断报告未列", "没有选定产品", "未注明", "未列入合同")


class LinkCard(Card):
    """The chain row by row. `activated(target)` on 去填写."""

    activated = Signal(object)

    def __init__(self) -> None:
        super().__init__((20, 16), 10)
        self.body.addWidget(TextLabel("从诊断建议到合同", "section"))
        self._none = TextLabel(
            "诊断报告表10还没有项目，也没有选定的产品。", "dense", "ink2", wrap=True
        )
        self.body.addWidget(self._none)
        self._grid: QWidget | None = None
        self._shown: list[Link] | None = None

    def show_dossier(self, dossier: Dossier) -> None:
        """Show the rows as they are now; nothing is made anew where they are the same."""
        rows = links(dossier)
        if rows == self._shown:
            return
        self._shown = rows
        self._none.setVisible(not rows)
        if self._grid is not None:
            self.body.removeWidget(self._grid)
            self._grid.hide()
            self._grid.deleteLater()
        self._grid = self._made(rows)
        self.body.addWidget(self._grid)  # first: alone it would be shown as a window
        self._grid.setVisible(bool(rows))

    def _made(self, rows: list[Link]) -> QWidget:
        host = QWidget()
        grid = QGridLayout(host)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        for column, head in enumerate(_HEADS):
            grid.setColumnStretch(column, 1)
            grid.addWidget(TextLabel(head, "meta", "ink2", keep=False), 0, column)
        for place, row in enumerate(rows, 1):
            told = (row.project, row.product, row.provider, row.contract)
            for column, words in enumerate(told):
                if column >= 2 and not row.product:
                    continue
                shown, ink = (words, "ink") if words else (_LACKING[column], "warn")
                label = TextLabel(shown, "dense", ink, keep=False)
                label.setToolTip(tip(shown))
                grid.addWidget(label, place, column)
            button = Button("去填写", Kind.QUIET, height=24)
            button.setAccessibleName(f"去填写：{row.product or row.project}")
            button.clicked.connect(lambda _on=False, to=row.target: self.activated.emit(to))
            grid.addWidget(button, place, len(told))
        return host
