"""What two dossiers have in common that two enterprises cannot share, both named, both to open."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from grading.across import KIND_NAMES, Kind
from grading.finding import Target
from grading.overview import UNNAMED
from grading.statistics import Pair
from widgets.controls import Button
from widgets.controls import Kind as Loud
from widgets.flow_layout import FlowLayout
from widgets.marks import Tag
from widgets.surfaces import Rule, empty
from widgets.text import TextLabel

_SHOWN = 50
_NAME = 26
#: Where the other side is looked for, where its own summary does not say so yet.
_PAGES = {Kind.PHOTO: "visits", Kind.PRESENCE: "visits", Kind.PROSE: "report"}


class PairList(QWidget):
    """`opened(dossier, target)` when one of the two is to be looked at."""

    opened = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)

    def set_pairs(self, pairs: Sequence[Pair], names: Mapping[UUID, str]) -> None:
        """Show the first of these."""
        empty(self._column)
        for number, pair in enumerate(pairs[:_SHOWN]):
            if number:
                self._column.addWidget(Rule())
            self._column.addWidget(self._line(pair, names))
        if len(pairs) > _SHOWN:
            more = f"另有 {len(pairs) - _SHOWN} 处，见导出的表格。"
            self._column.addWidget(TextLabel(more, "dense", "ink2"))
        if not pairs:
            none = "没有发现两家企业照片相同、报告文字相同或者人员行程冲突的情况。"
            self._column.addWidget(TextLabel(none, "dense", "ink2", wrap=True))

    def _line(self, pair: Pair, names: Mapping[UUID, str]) -> QWidget:
        line = QWidget()
        column = QVBoxLayout(line)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(Tag(KIND_NAMES[pair.kind], "warn", "warn"))
        head.addWidget(TextLabel(pair.words, "dense", wrap=True), 1)
        column.addLayout(head)
        holder = QWidget()
        ways = FlowLayout(holder, (10, 4))
        page = _PAGES[pair.kind]
        for dossier, target in (
            (pair.one, Target(pair.page, pair.record)),
            (pair.other, Target(pair.other_page or page, pair.other_record)),
        ):
            name = names.get(dossier, UNNAMED)
            short = name if len(name) <= _NAME else name[: _NAME - 1] + "…"
            button = Button(short, Loud.QUIET, trailing="arrow-right", height=24)
            button.setAccessibleName(f"打开“{name}”")
            button.setToolTip(f"打开“{name}”的相应内容")
            button.clicked.connect(
                lambda _on=False, key=dossier, to=target: self.opened.emit(key, to)
            )
            ways.addWidget(button)
        column.addWidget(holder)
        return line
