"""The visits: each as its day with its photos, and as its record; 离场检查 beside them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import (
    QGuiApplication,
    QHideEvent,
    QKeyEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.review import Review
from forms.dossier import Photo, Stay, Visit
from forms.photo_facts import BEIJING
from grading.finding import Finding, Target
from grading.gate_check import Todo, before_leaving, request_text, todo
from grading.visit_day import Scene
from widgets.actions import bind
from widgets.after_paint import by_turns
from widgets.desk import Desk
from widgets.file_drop import FileDrop
from widgets.frame import frame_of
from widgets.pages.base import KeyHints, Page
from widgets.pages.visit_album import Album
from widgets.pages.visit_check import CheckPanel
from widgets.pages.visit_head import VisitHeader, VisitTabs
from widgets.pages.visit_record import RecordView
from widgets.pages.visit_sources import Sources
from widgets.pages.visit_view import scenes
from widgets.surfaces import EmptyHint, EmptyState, Toast

#: Typing saves more often than the figures need to follow.
_REFRESH_MS = 60
_TICK_MS = 20_000


class VisitsPage(Page):
    """现场诊断. `clock` tells the time, which counts on the visit's own day."""

    key = "visits"
    title = "现场诊断"
    own_refusals = True

    def __init__(
        self,
        desk: Desk,
        parent: QWidget | None = None,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(BEIJING),
    ) -> None:
        super().__init__(desk, parent)
        self._clock = clock
        self._visit: UUID | None = None
        self._scenes: list[Scene] = []
        self._undo: Callable[[], Any] = lambda: None
        self._checking = False
        self.head, self.tabs = VisitHeader(), VisitTabs(desk)
        self.sources = Sources(desk)
        self.importing = self.sources.importing
        self.album = Album(desk, clock)
        self._record: RecordView | None = None
        #: The views that do not show the visit as it is now: they need not until in front.
        self._behind = set[QWidget]()
        self.check = CheckPanel(self, self.scene_now)
        self.empty = self._empty()
        self.stack = QStackedWidget()
        self.toast = Toast(self)
        self.drop = FileDrop(self, "松开鼠标，导入照片")
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_REFRESH_MS)
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._build()
        self._connect()
        self.lay_out()
        by_turns(self, self._rest())

    @property
    def record(self) -> RecordView:
        """The visit's record, made when it is first asked for, and as it is now."""
        if self._record is None:
            made = self._record = RecordView(self.desk)
            made.stay_withdrawn.connect(self._withdraw_stay)
            made.visit_withdrawn.connect(self._withdraw_visit)
            self.stack.addWidget(made)
            self._behind.add(made)
        self._update(self._record)
        return self._record

    def _update(self, view: QWidget | None) -> None:
        """Have a view show the visit as it is now."""
        scene = self.current()
        if view is None or scene is None or view not in self._behind:
            return
        self._behind.remove(view)
        if isinstance(view, RecordView):
            view.show_scene(scene)
        else:
            homes = {each.visit.id for each in self._scenes}
            loose = [p for p in self.desk.dossier.all(Photo) if p.visit not in homes]
            self.album.show_scene(scene, loose)

    def _rest(self) -> Iterator[QWidget]:
        """What does not show at first, the likelier to be wanted next before the other."""
        if self._scenes:
            yield self.album.editor
        yield self.record
        yield self.album.editor

    def _build(self) -> None:
        self.check.hide()
        for view in (self.empty, self.album):
            self.stack.addWidget(view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tabs)
        column.addWidget(self.sources)
        column.addWidget(self.stack, 1)

    def _empty(self) -> QWidget:
        hint = EmptyHint(
            "还没有现场诊断", "登记第一次，随后导入照片", "Ctrl N", "add", "登记现场诊断"
        )
        state = EmptyState([hint])
        state.activated.connect(lambda _action: self.add_visit())
        host = QWidget()
        column = QVBoxLayout(host)
        column.setContentsMargins(24, 24, 24, 24)
        column.addWidget(state)
        column.addStretch(1)
        return host

    def _connect(self) -> None:
        self.desk.changed.connect(self._soon.start)
        self._soon.timeout.connect(self._refresh)
        self._tick.timeout.connect(self._refresh)
        self.toast.undone.connect(lambda: self._undo())
        self.drop.dropped.connect(self.sources.take)
        self.tabs.visit_chosen.connect(lambda key: self.choose(UUID(key)))
        self.tabs.view_chosen.connect(self._view_chosen)
        self.tabs.added.connect(self.add_visit)
        self.head.import_wanted.connect(self.sources.choose_photos)
        self.head.folder_wanted.connect(self.sources.choose_folder)
        self.head.phone_wanted.connect(self.sources.find_phone)
        self.head.watch_wanted.connect(self.sources.choose_watched)
        self.sources.left.connect(self._focus_photos)
        self.head.check_wanted.connect(self.toggle_check)
        self.album.scene.import_wanted.connect(self.sources.choose_photos)
        self.album.scene.stat_taken.connect(self._stat_taken)
        self.album.scene.missing_taken.connect(self._missing_taken)
        self.album.turned.connect(self.hints_changed)
        self.album.done.connect(self._say)
        self.album.told.connect(lambda text: self.toast.say(text, undo=False))
        self.check.closed.connect(self.toggle_check)
        self.check.acted.connect(self._act)
        bind(self, "visits.check", self.toggle_check)
        bind(self, "visits.photos", self.sources.choose_photos)
        bind(self, "visits.add", self.add_visit)

    # -- what shows ---------------------------------------------------------------------------

    def lay_out(self) -> None:
        self._refresh()

    def show_review(self, review: Review) -> None:
        self._refresh()

    def current(self) -> Scene | None:
        """The visit in view."""
        return next((s for s in self._scenes if s.visit.id == self._visit), None)

    def scene_now(self, visit: UUID) -> Scene | None:
        """Any visit as it is at this moment; None where it is gone."""
        now = scenes(self.desk.dossier, self.desk.pack, self.desk.review, self._clock())
        return next((s for s in now if s.visit.id == visit), None)

    def choose(self, visit: UUID) -> None:
        """Show another visit, unless something typed of this one is refused."""
        self._turn(visit)
        self._refresh()

    def _turn(self, visit: UUID) -> None:
        if self.flush():
            self.album.rest()
            self._visit = visit

    def flush(self) -> bool:
        record = self._record is None or self._record.flush()
        return self.album.flush() and record

    def _refresh(self) -> None:
        self._scenes = scenes(self.desk.dossier, self.desk.pack, self.desk.review, self._clock())
        if self.current() is None:
            self._visit = self._scenes[0].visit.id if self._scenes else None
        scene = self.current()
        self.sources.show_visit(self._visit, scene.visit.date if scene else None)
        self.head.show_scene(scene, len(before_leaving(todo(scene))) if scene else 0)
        self.tabs.show_visits([s.view for s in self._scenes], self._visit)
        if scene is None:
            self._show(self.empty)
            return
        self._behind = {view for view in (self.album, self._record) if view is not None}
        if self.stack.currentWidget() is self.empty:
            self._show(self.album)
        self._update(self.stack.currentWidget())
        self.check.show_scene(scene)
        self._run_clock(scene)

    def _run_clock(self, scene: Scene) -> None:
        """On the visit's own day its figures grow by themselves."""
        if scene.minute is None:
            self._tick.stop()
        elif not self._tick.isActive() and self.isVisible():
            self._tick.start()

    def _view_chosen(self, key: str) -> None:
        if self.flush():
            self.album.rest()
        self._show(self.record if key == "record" else self.album)

    def _show(self, view: QWidget) -> None:
        before = self.stack.currentWidget()
        if view is before or before is self.empty or self.flush():
            self._update(view)
            self.stack.setCurrentWidget(view)
        shown = self.stack.currentWidget()
        self.tabs.setVisible(shown is not self.empty)
        self.tabs.set_view("record" if shown is self._record else "scene")
        self.hints_changed.emit()

    # -- entries ------------------------------------------------------------------------------

    def add_visit(self) -> None:
        """A new visit with its first session, ready for its date."""
        self.flush()  # what is being typed is no part of this
        with self.desk.batch():
            made = self.desk.add("visit")
            if made is None:
                return
            self.desk.add("stay", made)
            self._turn(made)
            self._show(self.record)  # else the photos would be laid out first, to be covered
        self.record.focus(made, "date")

    def _withdraw_visit(self, visit: UUID) -> None:
        scene = self.current()
        number = scene.view.number if scene else 0
        self.record.flush()
        if self.desk.withdraw("visit", visit):
            self._say(f"已撤回第 {number} 次现场诊断", lambda: self._restore_visit(visit))

    def _restore_visit(self, visit: UUID) -> None:
        if self.desk.restore("visit", visit):
            self.choose(visit)

    def _withdraw_stay(self, stay: UUID) -> None:
        self.record.flush()
        if self.desk.withdraw("stay", stay):
            self._say("已撤回一场", lambda: self.desk.restore("stay", stay))

    def _say(self, text: str, undo: Callable[[], Any]) -> None:
        self._undo = undo
        self.toast.say(text)

    # -- the check before leaving ---------------------------------------------------------------

    def toggle_check(self) -> None:
        """Open or close 离场检查 in the right panel."""
        if self.current() is None:
            return
        self._checking = not self._checking
        self.head.set_checking(self._checking)
        self._dock(self._checking)
        if self._checking:
            self._refresh()
            self.check.focus_first()
        else:
            self._focus_photos()

    def _focus_photos(self) -> None:
        """Back to the photos, where they show."""
        if self.stack.currentWidget() is self.album:
            self.album.scene.focus_current()

    def _dock(self, on: bool) -> None:
        if (frame := frame_of(self)) is None:
            return
        frame.set_side(self.check if on else None)
        if not frame.panel_docked():
            frame.pull_out(on)

    def _act(self, item: Todo) -> None:
        scene = self.current()
        if item.act == "import":
            self.sources.choose_photos()
        elif item.act == "request" and scene is not None:
            QGuiApplication.clipboard().setText(request_text(scene))
            self.check.say("请求已复制，可粘贴发给拍摄人。")
        elif item.target is not None:
            frame = frame_of(self)
            if frame is not None and not frame.panel_docked():
                self.toggle_check()  # it lies over the page that one goes to
            self.go_to(item.target)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._checking:
            self._dock(True)
        self.sources.look_again()
        self._soon.start()

    def hideEvent(self, event: QHideEvent) -> None:
        self._tick.stop()
        if self._checking:
            self._dock(False)
        super().hideEvent(event)

    # -- jumps and keys -------------------------------------------------------------------------

    def go_to(self, target: Target) -> None:
        dossier = self.desk.dossier
        photo = dossier.find(Photo, target.record)
        stay = dossier.find(Stay, target.record)
        home = stay.parent_id if stay else photo.visit if photo else target.record
        visit = dossier.find(Visit, home)
        if visit is not None and visit.id != self._visit:
            self.choose(visit.id)
        if photo is not None:
            self._show(self.album)
            self.album.go_to(photo, target.field)
        elif stay is not None or (visit is not None and target.field):
            self._show(self.record)
            self.record.focus((stay or visit).id, target.field or "start")  # type: ignore[union-attr]
        elif visit is not None:
            self._view_chosen("scene")
            self.album.scene.focus_current()

    def _stat_taken(self, key: str) -> None:
        scene = self.current()
        if scene is not None and key in ("hours", "people"):
            self._show(self.record)
            if key == "hours":
                self.record.focus_sessions()
            else:
                self.record.focus(scene.visit.id, "present")
        else:
            self.album.scene.focus_current()

    def _missing_taken(self, key: str) -> None:
        """A photo that is not there: its session says why."""
        self.go_to(Target(self.key, UUID(key.rpartition(" ")[2]), "absence"))

    def concerns(self, finding: Finding) -> bool:
        scene = self.current()
        record = finding.target.record if finding.target else None
        near = scene is None or record is None or record in scene.records
        return super().concerns(finding) and near

    def header(self) -> QWidget | None:
        return self.head

    def paper(self) -> tuple[str, UUID | None] | None:
        return None if self._visit is None else ("record", self._visit)

    def hints(self) -> KeyHints:
        view = self.stack.currentWidget()
        if view is self.empty:
            return ((("Ctrl N",), "登记现场诊断"), (("F6",), "待办问题"))
        common: KeyHints = ((("Ctrl I",), "导入照片"), (("Ctrl G",), "离场检查"))
        if view is self._record:
            return ((("Tab",), "下一栏"), (("Ctrl N",), "新增一次"), *common)
        turn = (("Esc",), "返回现场") if self.album.enlarged else (("回车",), "放大")
        return (
            (("←", "→"), "逐张"),
            (("1–6",), "照片类别"),
            (("A", "S", "D", "…"), "诊断人员"),
            (("R",), "人物"),
            (("L",), "LOGO 可见"),
            turn,
            *(() if self.album.enlarged else ((("Ctrl A",), "全选"),)),
            *common,
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        here = not held and self.stack.currentWidget() is self.album
        if not (here and self.album.key(Qt.Key(event.key()), event.text())):
            event.ignore()
