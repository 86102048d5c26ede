"""A visit as drawn: its figures, its day, its photos in tiles, and where they were taken."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from forms.dossier import Site as SiteForm
from grading.photo_verdict import PhotoWord
from grading.rules.view import Judged
from widgets.controls import Segment, SegmentedControl
from widgets.desk import Desk
from widgets.pages import visit_photos, visit_view
from widgets.pages.visit_view import Scene
from widgets.photo_tile import (
    VERDICT_ICONS,
    VERDICT_TOKENS,
    PhotoGrid,
)
from widgets.site_map import SiteMap
from widgets.stat_strip import StatStrip
from widgets.surfaces import Card, EmptyHint, EmptyState, ScrollColumn
from widgets.text import TextLabel
from widgets.thumbnails import thumbnails
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
        self.grid, self.map = PhotoGrid(), SiteMap()
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
        photos = QVBoxLayout()
        photos.setSpacing(8)
        photos.addLayout(head)
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
        # The loader outlives the page; only a bound method is let go of with it.
        thumbnails().loaded.connect(self._picture_read)

    def show_scene(self, scene: Scene, others: Sequence[Judged]) -> None:
        """Show a visit; `others` are the photos that belong to none."""
        changed = self._scene is None or self._scene.visit.id != scene.visit.id
        self._scene, self._others = scene, visit_photos.in_order(others)
        if changed:
            self._shown.clear()
            self.set_filter(ALL)
        if self._fresh("stats", stats := visit_view.stats(scene)):
            self.strip.set_stats(stats)
        if self._fresh("day", day := visit_view.day(scene)):
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
        photos = visit_photos.in_order(self._scene.view.photos)
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
        """Scroll to the current photo."""
        tile = self.grid.tile(self.grid.current())
        if tile is not None:
            self.ensureWidgetVisible(tile, 0, 24)

    def focus_current(self) -> None:
        """Give the keyboard to the current photo, or to the first."""
        keys = [str(judged.photo.id) for judged in self.photos()]
        tile = self.grid.tile(self.grid.current() or (keys[0] if keys else ""))
        (tile or self.empty).setFocus(Qt.FocusReason.OtherFocusReason)

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
        points, radius = (
            visit_photos.site_points(scene.dossier, scene.view.photos),
            visit_photos.fence(scene.dossier, scene.pack),
        )
        if not self._fresh("places", (points, radius)):
            return
        self.map.set_points(points, radius)
        out = sum((p.east**2 + p.north**2) ** 0.5 > radius for p in points)
        rest = len(scene.view.photos) - len(points)
        self._places.setText(f"{len(points) - out} 在内 ・ {out} 在外 ・ {rest} 无位置")
        site = scene.dossier.one(SiteForm)
        if visit_photos.site_place(scene.dossier) is None:
            words = "厂址位置未填，照片的位置无从对照。"
        else:
            words = f"厂址坐标系 {site.datum or '未填'}，位置来源：{site.source or '未填'}。"
        self._datum.setText(words)

    def _show_photos(self) -> None:
        if self._scene is None:
            return
        self._show_segments(self._scene)
        photos = self.photos()
        tiles = [visit_photos.tile(judged) for judged in photos]
        if self._fresh("tiles", tiles):
            keys = {tile.key for tile in tiles}
            kept = self.grid.current() if self.grid.current() in keys else ""
            self.grid.set_photos(tiles, kept or (tiles[0].key if tiles else ""))
            self._fill_images()
        bare = not self._scene.view.photos and self.filter != ELSEWHERE
        self.empty.setVisible(bare)
        self.none.setVisible(not photos and not bare)
        self.grid.setVisible(bool(photos))

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

    def _picture_read(self, key: str, image: QImage) -> None:
        for photo in (judged.photo for judged in self.photos()):
            if key == f"{photo.sha256}.thumb":
                self.grid.set_image(str(photo.id), image)

    def _fill_images(self) -> None:
        """Give each tile its picture, as far as they have been read; ask for the others."""
        bench = self._desk.bench
        for photo in (judged.photo for judged in self.photos()):
            where = partial(bench.photo_file, photo, "thumb")
            image = thumbnails().get(f"{photo.sha256}.thumb", where)
            if image is not None:
                self.grid.set_image(str(photo.id), image)
