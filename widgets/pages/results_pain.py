"""Where it hurts, by business area, and how the enterprise stands in its industry."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.peers import industry_peers
from forms.evaluation import Stage
from forms.instrument import Instrument, points_text
from grading.pain import Weighed, aim, overrated, weigh
from grading.peers import Peers
from grading.score import Grade
from grading.sheet import sheet_of
from widgets.controls import Button, Kind
from widgets.desk import Desk
from widgets.marks import LEVEL_NAMES
from widgets.pages.results_gaps import Gap
from widgets.quiet_job import QuietJob
from widgets.surfaces import Card
from widgets.text import TextLabel

_MOST = 3
"""So many items below the industry's mean are named."""


def pain_gaps(desk: Desk, grade: Grade) -> list[Gap]:
    """The areas that lack something, the heaviest first; none while the diagnosis is open."""
    if not grade.complete:
        return []
    table, own = desk.pack.instrument, desk.grade(Stage.SELF)
    levels = sheet_of(desk.dossier, Stage.DIAGNOSIS, table).scenes
    found = []
    for held in weigh(grade, table, desk.pack.areas, levels):
        over = overrated(held.area, own, grade) if own.complete else 0
        tag = f"自评高于诊断 {points_text(over, trim=True)} 分" if over > 0 else ""
        below = _below(held, grade, table)
        lost = f"失 {points_text(held.points, trim=True)} 分" if held.lost else ""
        stands, lacks = (below, lost) if lost else ("", below)
        found.append(Gap(_heaviest(held), held.area.name, stands, lacks, tag))
    return found


def _heaviest(held: Weighed) -> str:
    """The item or scene that a click leads to."""
    if held.lost:
        return max(held.lost, key=lambda name: held.lost[name])
    return next((s.name for s in held.below if s.binding), held.below[0].name)


def _below(held: Weighed, grade: Grade, table: Instrument) -> str:
    return f"{len(held.below)} 个场景未到{LEVEL_NAMES[aim(grade, table)]}" if held.below else ""


def _percent(share: Fraction) -> str:
    return f"{round(share * 100)}%"


class PeersCard(Card):
    """The enterprise beside the others of its industry in this store; not there where too few are.

    Nothing of it is in the report by itself: a draft cites its own dossier's facts alone. The
    sentence can be copied.
    """

    told = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__((16, 12), 4, parent)
        self._desk = desk
        self._job: QuietJob | None = None
        self.peers: Peers | None = None
        self.title, self.note = TextLabel("与同行业对比", "section"), TextLabel("", "meta", "ink2")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(self.note)
        self.body.addLayout(head)
        self.lines = [TextLabel("", "dense", "ink2", wrap=True) for _ in range(3)]
        for line in self.lines:
            self.body.addWidget(line)
        self.copy = Button("复制为报告文字", Kind.QUIET, height=24)
        self.copy.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.copy.clicked.connect(self._copy)
        self.body.addWidget(self.copy)
        self.body.addStretch(1)
        self.setVisible(False)

    def ask(self) -> None:
        """Look the others up, off the window's thread."""
        if self._job is None:
            bench, dossier = self._desk.bench, self._desk.dossier_id

            def look() -> Iterator[Peers | None]:
                yield industry_peers(bench, dossier)

            self._job = QuietJob(look, self)
            self._job.finished.connect(self._answered)
            self._job.ended.connect(self._over)
            self._job.start()

    @property
    def idle(self) -> bool:
        """Whether nothing is being looked up."""
        return self._job is None

    def _answered(self, found: Peers | None) -> None:
        self.peers = found
        self.told.emit()

    def _over(self) -> None:
        self._job = None

    def show_grade(self, grade: Grade | None) -> None:
        """Show one complete diagnosis beside the others; nothing where there is none."""
        held = self.peers
        self.setVisible(held is not None and grade is not None)
        if held is None or grade is None:
            return
        self.note.setText(f"本机档案中同行业 {held.count} 家，不含本企业和样例")
        below = held.below(grade, self._desk.pack.instrument)[:_MOST]
        named = "、".join(
            f"{name}（{_percent(own)}，同行业 {_percent(mean)}）" for name, own, mean in below
        )
        words = (
            f"得分 {points_text(grade.total, trim=True)}，同行业中位数 {held.median_text}。",
            f"同行业等级：{held.spread}。",
            f"得分率低于同行业平均较多的采集项：{named}。"
            if named
            else "各采集项得分率均不低于同行业平均。",
        )
        for line, said in zip(self.lines, words, strict=True):
            line.setText(said)
            line.updateGeometry()
        self.note.updateGeometry()

    def _copy(self) -> None:
        grade = self._desk.grade(Stage.DIAGNOSIS)
        if self.peers is not None and grade.complete:
            QGuiApplication.clipboard().setText(self.peers.sentence(grade))
