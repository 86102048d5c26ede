"""The head of the visits' page: which visit, when, what about; and the choice among visits."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from forms import fields as f
from forms.assignment import VISIT
from forms.dossier import Visit
from forms.record import specs
from grading.rules.view import VisitView
from grading.visit_day import Scene
from widgets.bars import PageHeader
from widgets.controls import Button, Kind, Segment, SegmentedControl
from widgets.desk import Desk
from widgets.marks import Tag
from widgets.surfaces import laid
from widgets.theme import tokens
from widgets.whose_mark import WhoseMark

_DAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_TAGS = 7
ADD = "add"


class VisitHeader(PageHeader):
    """第 1 次现场诊断, its date and topics, 导入照片 with its ways, and 离场检查.

    `import_wanted()` asks for files, `folder_wanted()`, `phone_wanted()` and `watch_wanted()` for
    the other ways.
    """

    import_wanted = Signal()
    folder_wanted = Signal()
    phone_wanted = Signal()
    watch_wanted = Signal()
    check_wanted = Signal()

    def __init__(self) -> None:
        super().__init__("现场诊断")
        self._tags = [Tag("", "quiet") for _ in range(_TAGS)]
        self._topics: list[str] = []
        self.add_middle(*self._tags)
        self.take = Button("导入照片", icon="plus", trailing="chevron-down")
        self.check = Button("离场检查", trailing="chevron-right")
        self.take.setToolTip("导入照片（选择照片 Ctrl I）")
        self.check.setToolTip("离场检查（Ctrl G）")
        self.menu = QMenu(self)
        for words, wanted in (
            ("选择照片…\tCtrl I", self.import_wanted),
            ("选择文件夹…", self.folder_wanted),
            ("从手机导入…", self.phone_wanted),
            ("监视文件夹…", self.watch_wanted),
        ):
            self.menu.addAction(words).triggered.connect(lambda _on=False, w=wanted: w.emit())
        self.take.clicked.connect(self._open_menu)
        self.check.clicked.connect(self.check_wanted)
        self.add_right(self.take, self.check)

    def show_scene(self, scene: Scene | None, near: int) -> None:
        """Name the visit in view; `near` things can still be mended before leaving."""
        self.check.setVisible(scene is not None)
        if scene is None:
            self.set_title("现场诊断")
            self._topics = []
        else:
            day = scene.visit.date
            when = f"{day.year}年{day.month}月{day.day}日　{_DAYS[day.weekday()]}" if day else ""
            self.set_title(f"第 {scene.view.number} 次现场诊断", when or "日期未填")
            self._topics = f.chosen(scene.visit.topics, specs(Visit)["topics"])
        words = f"离场检查 {near}" if near else "离场检查"
        if self.check.text() != words:
            self.check.setText(words)
            self.check.setAccessibleName(words)
            self.check.updateGeometry()
        self._fit()

    def _open_menu(self) -> None:
        """The ways of importing, under the button; the first is chosen, as by its key."""
        self.menu.setActiveAction(self.menu.actions()[0])
        self.menu.popup(self.take.mapToGlobal(self.take.rect().bottomLeft()))

    def set_checking(self, on: bool) -> None:
        """Mark that the check is open."""
        self.check.set_kind(Kind.CHOSEN if on else Kind.OUTLINED)
        self.check.updateGeometry()

    def _give_way(self) -> None:
        self._fit()
        super()._give_way()

    def _fit(self) -> None:
        """Show as many topics as there is room for, whole; the title is never cut for one."""
        parts = laid(self._right)
        shown = [each for each in parts if isinstance(each, QWidget) and not each.isHidden()]
        free = self.width() - sum(each.sizeHint().width() + 10 for each in shown) - 90
        free -= self._title.sizeHint().width() + self._note.sizeHint().width()
        for place, tag in enumerate(self._tags):
            topic = self._topics[place] if place < len(self._topics) else ""
            if topic != tag.accessibleName():
                tag.set(topic, "quiet")
            free -= tag.sizeHint().width() + 10
            # Only where it changes: either asks for another look at what has room.
            if (there := bool(topic) and free >= 0) == tag.isHidden():
                tag.setVisible(there)


class VisitTabs(QWidget):
    """第 1 次, 第 2 次, ＋; and whether the visit shows as its day or as its record.

    `visit_chosen(id)`, `added()`, `view_chosen("scene" | "record")`.
    """

    visit_chosen = Signal(str)
    added = Signal()
    view_chosen = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._shown: list[Segment] = []
        self.whose = WhoseMark(desk, VISIT, "")
        self.visits = SegmentedControl((), height=30, name="第几次现场诊断")
        self.views = SegmentedControl(
            (Segment("scene", "现场与照片"), Segment("record", "诊断记录表")),
            "scene",
            height=30,
            name="本次现场诊断的视图",
        )
        self.add = Button("新增一次", Kind.QUIET, icon="plus", height=28)
        self.add.setToolTip("新增一次现场诊断（Ctrl N）")
        self.visits.chosen.connect(self.visit_chosen)
        self.views.chosen.connect(self.view_chosen)
        self.add.clicked.connect(self.added)
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 5, 18, 6)
        row.setSpacing(12)
        row.addWidget(self.visits)
        row.addWidget(self.add)
        row.addWidget(self.whose)
        row.addStretch(1)
        row.addWidget(self.views)

    def show_visits(self, visits: Sequence[VisitView], current: UUID | None) -> None:
        """Offer these visits."""
        many = len(visits) > 4
        segments = []
        self.whose.show_part(VISIT, str(current or ""))
        for view in visits:
            day = view.visit.date
            when = f"{day.month}月{day.day}日" if day and not many else ""
            word = str(view.number) if many else f"第 {view.number} 次"
            segments.append(Segment(str(view.visit.id), word, when))
        if segments != self._shown:
            self._shown = segments
            self.visits.set_segments(segments, str(current or ""))
        self.visits.set_current(str(current or ""))

    def set_view(self, key: str) -> None:
        """Mark which view shows."""
        self.views.set_current(key)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), tokens().color("surface"))
        line = QRectF(0, self.height() - 1, self.width(), 1)
        painter.fillRect(line, tokens().color("line"))
        painter.end()
