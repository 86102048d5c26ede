"""Lists of what is missing: rows that lead to the item or scene they name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from forms.dossier import Dossier
from forms.evaluation import Stage
from forms.instrument import Instrument, points_text
from grading.results import items_left, scenes_below
from grading.score import Grade
from widgets.answering import answer_words, level_word
from widgets.controls import Button, Hovered, Kind
from widgets.marks import box, draw_tag, tag_width
from widgets.pages.walk_parts import spare_focus
from widgets.surfaces import Card
from widgets.text import TextLabel, draw_text, text_width

_ROW, _SHOWN = 26, 8


@dataclass(frozen=True, slots=True)
class Gap:
    """One row: the subject it leads to, its name, how it stands, what it lacks, and a tag.

    `settled` where nothing is left to do about it.
    """

    subject: str
    name: str
    stands: str
    lacks: str
    tag: str = ""
    settled: bool = False


class GapCard(Card):
    """A titled list of gaps; the first eight, the others on request. `activated(subject)`."""

    activated = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__((16, 12), 4, parent)
        self._title, self._note = TextLabel("", "section"), TextLabel("", "meta", "ink2")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self._note)
        self.body.addLayout(head)
        self._none = TextLabel("没有。", "dense", "ink2")
        self._more = Button("", Kind.QUIET, height=24)
        self._more.clicked.connect(self._open)
        self._rows: list[_GapRow] = []
        self._gaps: tuple[Gap, ...] = ()
        self._all = False
        self.body.addWidget(self._none)
        self.body.addWidget(self._more)
        self.body.addStretch(1)

    def set_gaps(self, title: str, note: str, gaps: Sequence[Gap]) -> None:
        """Show these rows under a title."""
        self._title.setText(title)
        self._note.setText(note)
        self._title.updateGeometry()
        self._note.updateGeometry()
        if tuple(gaps) != self._gaps:
            self._gaps = tuple(gaps)
            self._fill()
        self._none.setVisible(not self._gaps)

    def rows(self) -> list[Gap]:
        """What is listed now."""
        return [row.gap for row in self._rows]

    def _open(self) -> None:
        self._all = not self._all
        self._fill()

    def _fill(self) -> None:
        for row in self._rows:
            self.body.removeWidget(row)
            row.setParent(None)
            row.deleteLater()
        shown = self._gaps if self._all else self._gaps[:_SHOWN]
        self._rows = [_GapRow(gap) for gap in shown]
        for place, row in enumerate(self._rows):
            row.clicked.connect(lambda _on=False, key=row.gap.subject: self.activated.emit(key))
            self.body.insertWidget(1 + place, row)
        rest = len(self._gaps) - _SHOWN
        self._more.setVisible(rest > 0)
        self._more.setText("收起" if self._all else f"其余 {rest} 项")
        self._more.setAccessibleName(self._more.text())
        self._more.updateGeometry()
        spare_focus(self)


class _GapRow(Hovered):
    def __init__(self, gap: Gap) -> None:
        super().__init__()
        self.gap = gap
        self.setText(gap.name)
        said = (gap.name, gap.tag, gap.stands, gap.lacks)
        self.setAccessibleName("，".join(filter(None, said)))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def _name_width(self) -> int:
        wide = text_width(self.gap.name, "dense")
        return wide + (tag_width(self.gap.tag) + 8 if self.gap.tag else 0)

    def sizeHint(self) -> QSize:
        right = text_width(self.gap.stands, "meta") + text_width(self.gap.lacks, "meta") + 36
        return QSize(self._name_width() + right, _ROW)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.hovered:
            box(painter, QRectF(self.rect()), "hover", radius=4)
        gap, tall = self.gap, float(self.height())
        wide = text_width(gap.name, "dense")
        draw_text(painter, QRectF(0, 0, wide, tall), gap.name, "dense")
        if gap.tag:
            draw_tag(painter, QPointF(wide + 8, (tall - 20) / 2), gap.tag, "quiet")
        right = self.width() - text_width(gap.lacks, "meta")
        spot = QRectF(right, 0, self.width() - right, tall)
        draw_text(painter, spot, gap.lacks, "meta", "ink2" if gap.settled else "accent")
        stands = text_width(gap.stands, "meta")
        spot = QRectF(right - 20 - stands, 0, stands, tall)
        draw_text(painter, spot, gap.stands, "meta", "ink2")
        painter.end()


def item_gaps(grade: Grade, instrument: Instrument) -> list[Gap]:
    """Items that can earn more, the largest remainder first."""
    return [
        Gap(
            item.name,
            item.name,
            f"{points_text(grade.items[item.name], trim=True)} / "
            f"{points_text(item.points, trim=True)}",
            f"尚余 {points_text(left)}",
        )
        for item, left in items_left(instrument, grade)
    ]


def scene_gaps(instrument: Instrument, levels: Mapping[str, int | None], wanted: int) -> list[Gap]:
    """Scenes below the level wanted: the binding ones first, the nearest to it first."""
    return [
        Gap(
            scene.name,
            scene.name,
            level_word(levels[scene.name]) or "未评",
            f"→ {level_word(wanted)}",
            "约束性" if scene.binding else "",
        )
        for scene in scenes_below(instrument, levels, wanted)
    ]


def difference_gaps(dossier: Dossier, instrument: Instrument) -> list[Gap]:
    """Where the diagnosis judges otherwise than the enterprise did, those without reason first."""
    found = []
    names = [item.name for item in instrument.items] + [s.name for s in instrument.scenes]
    for name in names:
        own, ours = dossier.answer(Stage.SELF, name), dossier.answer(Stage.DIAGNOSIS, name)
        mine, said = answer_words(own), answer_words(ours)
        if mine and said and mine != said:
            given = bool(ours.reason.strip())
            if own.level is None:
                mine, said = mine.replace("、", ""), said.replace("、", "")
            word = "已写理由" if given else "去写理由"
            found.append(Gap(name, name, f"{mine} → {said}", word, settled=given))
    return sorted(found, key=lambda gap: gap.settled)
