"""A visit as drawn: its figures, its day, its photos in tiles, and where they were taken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from forms.dossier import Member, Photo, Visit
from grading import site_plan, visit_day
from grading.photo_verdict import PhotoWord
from grading.rules.view import Judged
from grading.visit_day import Scene
from widgets.controls import Segment, SegmentedControl
from widgets.desk import Desk
from widgets.pages import visit_photos, visit_view
from widgets.pages.visit_bar import Berth, PhotoBar
from widgets.photo_grid import PhotoGrid
from widgets.photo_tile import VERDICT_ICONS, VERDICT_TOKENS
from widgets.record_form import record_words
from widgets.site_map import SiteMap
from widgets.stat_strip import StatStrip
from widgets.surfaces import Card, EmptyHint, EmptyState, ScrollColumn
from widgets.text import TextLabel
from widgets.timeline import VisitTimeline

_MAP_WIDTH = 252
ELSEWHERE = "elsewhere"
ALL = "all"


class SceneView(ScrollColumn):
    """Shows a `Scene`. `photo_opened(key)`, `photo_reached(key)`, `stat_taken(key)`,
    `missing_taken(key)` for the place of a photo there is not, `import_wanted()`."""

    photo_opened = Signal(str)
    photo_reached = Signal(str)
    stat_taken = Signal(str)
    missing_taken = Signal(str)
    import_wanted = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__((18, 12, 18, 10), 10)
        self._desk = desk
        self._scene: Scene | None = None
        self._others: list[Judged] = []
        self._shown: dict[str, object] = {}
        self.filter = ALL
        self.strip, self.timeline = StatStrip(), VisitTimeline()
        self._files: dict[str, Photo] = {}
        self.grid, self.map = PhotoGrid(self._picture_of), SiteMap()
        self.bar = PhotoBar(self.widget())
        self._berth = Berth(self.bar)
        self.segments = SegmentedControl((), height=28, name="按凭据筛选照片")
        self.empty = EmptyState(
            [
                EmptyHint(
                    "本次现场诊断还没有照片",
                    "导入，或将照片、文件夹拖到本页",
                    "Ctrl I",
                    "import",
                    "选择照片",
                )
            ]
        )
        self.none = TextLabel("没有这一类照片。", "dense", "ink2")
        self._places = TextLabel("", "meta", "ink2")
        self._datum = TextLabel("", "meta", "ink2", wrap=True)
        self._build()
        self._connect()

    def _build(self) -> None:
        card = Card((14, 6), 0)
        card.body.addWidget(self.timeline)
        self.column.addWidget(self.strip)
        self.column.addWidget(card)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(TextLabel("照片", "section"))
        head.addWidget(self.segments)
        head.addStretch(1)
        self.column.addLayout(head)
        self.column.addWidget(self._berth)
        photos = QVBoxLayout()
        photos.setSpacing(8)
        photos.addWidget(self.empty)
        photos.addWidget(self.none)
        photos.addWidget(self.grid)
        photos.addStretch(1)
        place_head = QHBoxLayout()
        place_head.addWidget(TextLabel("位置", "section"))
        place_head.addStretch(1)
        place_head.addWidget(self._places)
        side = QWidget()
        side.setFixedWidth(_MAP_WIDTH)
        places = QVBoxLayout(side)
        places.setContentsMargins(0, 4, 0, 0)
        places.setSpacing(8)
        places.addLayout(place_head)
        places.addWidget(self.map)
        places.addWidget(self._datum)
        places.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(18)
        row.addLayout(photos, 1)
        row.addWidget(side, 0, Qt.AlignmentFlag.AlignTop)
        self.column.addLayout(row)
        self.column.addStretch(1)

    def _connect(self) -> None:
        self.grid.opened.connect(self.photo_opened)
        self.grid.current_changed.connect(self.photo_reached)
        self.map.point_activated.connect(self.reach)
        self.timeline.mark_activated.connect(self._mark_taken)
        self.strip.activated.connect(self.stat_taken)
        self.segments.chosen.connect(self.set_filter)
        self.empty.activated.connect(lambda _action: self.import_wanted.emit())
        self.grid.selection_changed.connect(self._show_bar)
        self._berth.moved.connect(self._moor)
        self.verticalScrollBar().valueChanged.connect(self._moor)

    def show_scene(self, scene: Scene, others: Sequence[Judged]) -> None:
        """Show a visit; `others` are the photos that belong to none."""
        changed = self._scene is None or self._scene.visit.id != scene.visit.id
        self._scene, self._others = scene, visit_day.in_order(others)
        if changed:
            self._shown.clear()
            self.set_filter(ALL)
        if self._fresh("stats", stats := visit_view.stats(scene)):
            self.strip.set_stats(stats)
        if self._fresh("day", day := visit_day.day(scene)):
            self.timeline.set_day(day)
        self._show_places(scene)
        self._show_photos()

    def set_filter(self, key: str) -> None:
        """Show the photos of one verdict, all, or those of no visit."""
        self.filter = key
        self.segments.set_current(key)
        self._show_photos()

    def photos(self) -> list[Judged]:
        """The photos in view, in their order."""
        if self._scene is None:
            return []
        if self.filter == ELSEWHERE:
            return self._others
        photos = visit_day.in_order(self._scene.view.photos)
        if self.filter == ALL:
            return photos
        return [x for x in photos if visit_photos.verdict_of(x.verdict) == self.filter]

    def reach(self, key: str) -> None:
        """Make a photo current, and bring it into view."""
        if all(str(judged.photo.id) != key for judged in self.photos()):
            own = self._scene.view.photos if self._scene else ()
            mine = any(str(judged.photo.id) == key for judged in own)
            self.set_filter(ALL if mine else ELSEWHERE)
        self.grid.set_current(key)
        self.photo_reached.emit(key)
        self.show_current()

    def show_current(self) -> None:
        """Scroll to the current photo, clear of the bar over it."""
        if self.grid.current():
            self.ensureWidgetVisible(self.grid.cursor_at, 0, self.bar.height() + 8)

    def focus_current(self) -> None:
        """Give the keyboard to the current photo."""
        holder = self.grid if self.photos() else self.empty
        holder.setFocus(Qt.FocusReason.OtherFocusReason)

    def chosen(self) -> list[Photo]:
        """The photos that are selected, in their order, as they are now."""
        now = {str(photo.id): photo for photo in self._desk.dossier.all(Photo)}
        return [now[key] for key in self.grid.selection() if key in now]

    def _moor(self) -> None:
        """Keep the bar in its berth, or at the upper edge where that was scrolled away."""
        berth = self._berth.geometry()
        top = max(berth.y(), self.verticalScrollBar().value())
        self.bar.setGeometry(0, top, berth.width() + 2 * berth.x(), berth.height())
        self.bar.set_afloat(top > berth.y())
        self.bar.raise_()

    def _mark_taken(self, key: str) -> None:
        if " " in key:
            self.missing_taken.emit(key)
        else:
            self.reach(key)

    def _fresh(self, what: str, value: object) -> bool:
        """Whether a part differs from what it shows; what does not keeps its focus."""
        if self._shown.get(what) == value:
            return False
        self._shown[what] = value
        return True

    def _show_places(self, scene: Scene) -> None:
        plan = site_plan.plan(scene.dossier, scene.pack, scene.view.photos)
        if not self._fresh("places", plan):
            return
        self.map.set_points(plan.points, plan.fence)
        self._places.setText(plan.summary)
        self._datum.setText(plan.note)

    def _show_photos(self) -> None:
        if self._scene is None:
            return
        self._show_segments(self._scene)
        photos = self.photos()
        self._files = {str(judged.photo.id): judged.photo for judged in photos}
        tiles = [visit_photos.tile(judged, self._desk.awaited) for judged in photos]
        if self._fresh("tiles", tiles):
            self.grid.set_photos(tiles)
            if tiles and not self.grid.current():
                self.grid.set_current(tiles[0].key)
        bare = not self._scene.view.photos and self.filter != ELSEWHERE
        self.empty.setVisible(bare)
        self.none.setVisible(not photos and not bare)
        self.grid.setVisible(bool(photos))
        for part in (self._berth, self.bar):
            part.setVisible(bool(photos))
        self._show_bar()

    def _show_bar(self) -> None:
        dossier = self._desk.dossier
        members = [(str(m.id), record_words(m, n)) for n, m in enumerate(dossier.all(Member), 1)]
        visits = [(str(v.id), record_words(v, n)) for n, v in enumerate(dossier.all(Visit), 1)]
        self.bar.show_chosen(self.chosen(), members, visits)
        self._berth.updateGeometry()

    def _show_segments(self, scene: Scene) -> None:
        counts = visit_photos.verdict_counts(scene.view.photos)
        segments = [Segment(ALL, "全部", str(len(scene.view.photos)))]
        for verdict, count in counts.items():
            if count or verdict not in (PhotoWord.WATERMARK, PhotoWord.EXIF):
                icon, token = VERDICT_ICONS[verdict], VERDICT_TOKENS[verdict]
                segments.append(Segment(verdict.value, verdict.value, str(count), icon, token))
        if self._others:
            segments.append(Segment(ELSEWHERE, "未归入", str(len(self._others))))
        elif self.filter == ELSEWHERE:
            self.filter = ALL
        if self._fresh("segments", segments):
            self.segments.set_segments(segments, self.filter)

    def _picture_of(self, key: str) -> tuple[str, Callable[[], bytes]]:
        photo = self._files[key]
        return f"{photo.sha256}.thumb", partial(self._desk.bench.picture, photo, "thumb")
