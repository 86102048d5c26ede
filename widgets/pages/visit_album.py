"""The photos of a visit, as tiles and one by one, and what the keys say of the chosen ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget

from forms.dossier import Member, Photo, Site, Visit
from forms.visit import PHOTO_KINDS
from grading.rules.judging import judge_all
from grading.rules.view import Alike, Judged
from grading.visit_day import GATE_KINDS, Scene
from widgets.desk import Desk
from widgets.pages import visit_edits
from widgets.pages.visit_photos import as_reviewed
from widgets.pages.visit_scene import SceneView
from widgets.photo_compare import PhotoCompare
from widgets.photo_editor import PhotoEditor, take_as_site
from widgets.record_form import record_words
from widgets.toggles import person_of

_SITE = ("latitude", "longitude", "datum", "source", "photo", "confirmed_by")


class Album(QStackedWidget):
    """Two views of the same photos. `turned()` when the other one shows; `done(text, undo)` when
    something was taken away, overwritten, or done to several photos that `undo()` brings back;
    `told(text)`."""

    turned = Signal()
    done = Signal(str, object)
    told = Signal(str)

    def __init__(self, desk: Desk, clock: Callable[[], dt.datetime]) -> None:
        super().__init__()
        self._desk, self._clock = desk, clock
        self._key = ""
        self.scene = SceneView(desk)
        self._editor: PhotoEditor | None = None
        self._compare: PhotoCompare | None = None
        self.addWidget(self.scene)
        self.scene.photo_opened.connect(self.open)
        self.scene.photo_reached.connect(lambda _key: self.scene.show_current())
        bar = self.scene.bar
        bar.kind_chosen.connect(self._set_kind)
        bar.person_toggled.connect(self._toggle_person)
        bar.logo_toggled.connect(self._toggle_logo)
        bar.home_chosen.connect(self._set_home)
        bar.withdrawn.connect(lambda: self._withdraw([photo.id for photo in self.chosen()]))

    @property
    def editor(self) -> PhotoEditor:
        """The view of one photo, made when it is first asked for."""
        if self._editor is None:
            made = self._editor = PhotoEditor(self._desk)
            made.closed.connect(self.close_photo)
            made.stepped.connect(self.step)
            made.withdrawn.connect(lambda photo: self._withdraw([photo]))
            made.site_taken.connect(self._take_site)
            made.told.connect(self.told)
            made.compare_wanted.connect(self._show_beside)
            made.kind_chosen.connect(self._set_kind)
            made.person_toggled.connect(self._toggle_person)
            self.addWidget(made)
        return self._editor

    @property
    def compare(self) -> PhotoCompare:
        """The view of two photos, made when it is first asked for."""
        if self._compare is None:
            made = self._compare = PhotoCompare(self._desk)
            made.closed.connect(self._end_compare)
            self.addWidget(made)
        return self._compare

    @property
    def enlarged(self) -> bool:
        """Whether one photo shows in full."""
        return self.currentWidget() is not self.scene

    def show_scene(self, scene: Scene, others: Sequence[Photo]) -> None:
        """Show a visit's photos; `others` are those that belong to no visit."""
        judged = self._judge() if others else {}
        self.scene.show_scene(scene, [judged[photo.id] for photo in others])
        if self.enlarged:
            self._show_editor()

    def flush(self) -> bool:
        """Keep what is typed of a photo; False where it was refused."""
        return self._editor is None or self._editor.flush()

    def rest(self) -> None:
        """Back to the tiles, at no photo: another visit shows."""
        self._key = ""
        self._turn_to_tiles()

    def current(self) -> Photo | None:
        """The photo in full, or the one of the tiles that is current."""
        key = self._key if self.enlarged else self.scene.grid.current()
        return self._desk.dossier.find(Photo, UUID(key)) if key else None

    def chosen(self) -> list[Photo]:
        """The photos that keys act on."""
        if not self.enlarged:
            return self.scene.chosen()
        current = self.current()
        return [current] if current else []

    def open(self, key: str) -> None:
        """Show a photo in full, unless something typed of another one is refused."""
        if not self.flush():
            return
        self._key = key
        self.setCurrentWidget(self.editor)
        self._show_editor()
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self.turned.emit()

    def go_to(self, photo: Photo, field: str) -> None:
        """Show a photo in full, and give the keyboard to a field of it."""
        self.scene.reach(str(photo.id))
        self.open(str(photo.id))
        if field:
            self.editor.focus_field(field)

    def close_photo(self) -> None:
        """Back to the tiles, at the same photo."""
        if not self.flush():
            return
        self._turn_to_tiles()
        if self._key:
            self.scene.reach(self._key)
        self.scene.focus_current()

    def step(self, by: int) -> None:
        """Go to the photo before or after."""
        keys = self._keys()
        here = self._key if self.enlarged else self.scene.grid.current()
        place = keys.index(here) + by if here in keys else 0
        if not 0 <= place < len(keys) or not self.flush():
            return
        if self.enlarged:
            self._key = keys[place]
            self._show_editor()
            self.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.scene.reach(keys[place])
            self.scene.focus_current()

    def key(self, key: Qt.Key, text: str) -> bool:
        """Act on a plain key that nothing with the focus wanted; whether it meant anything."""
        if self.currentWidget() is self._compare:
            return False  # its own keys are all there are
        if key == Qt.Key.Key_Escape and self.enlarged:
            self.close_photo()
            return True
        photo = self.current()
        if photo is None:
            return False
        person = person_of(key, [str(each.id) for each in self._desk.dossier.all(Member)])
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.step(-1 if key == Qt.Key.Key_Left else 1)
        elif text in tuple("123456789")[: len(PHOTO_KINDS)]:
            self._set_kind(PHOTO_KINDS[int(text) - 1])
        elif person:
            self._toggle_person(person)
        elif key == Qt.Key.Key_L:
            self._toggle_logo()
        elif key == Qt.Key.Key_R and len(self.chosen()) > 1:
            self.scene.bar.people.focus_first()
        elif key == Qt.Key.Key_R:
            self.go_to(photo, "people")
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self.enlarged:
            self.open(str(photo.id))
        else:
            return False
        return True

    def _show_beside(self, alike: Alike) -> None:
        """The photo in full beside another one that shows the same picture."""
        photo = self.current()
        if photo is None or not self.flush():
            return
        other = self._desk.dossier.find(Photo, alike.photo)
        words = "、".join(filter(None, (alike.words, other.caption if other else "")))
        self.compare.show_pair(
            photo, f"本张：{photo.caption or photo.filename}", other or alike.sha256, words
        )
        self.setCurrentWidget(self.compare)

    def _end_compare(self) -> None:
        self.setCurrentWidget(self.editor)
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _turn_to_tiles(self) -> None:
        if self.enlarged:
            self.setCurrentWidget(self.scene)
            self.turned.emit()

    def _keys(self) -> list[str]:
        return [str(judged.photo.id) for judged in self.scene.photos()]

    def _judge(self) -> dict[UUID, Judged]:
        """Every photo of the dossier, whether or not it belongs to a visit."""
        desk = self._desk
        judged = dict(judge_all(desk.dossier, desk.pack, {}, self._clock().date()))
        for key, seen in desk.review.photos.items() if desk.review else ():
            if key in judged and seen.verdict is not None:
                judged[key] = as_reviewed(judged[key], seen)
        return judged

    def _show_editor(self) -> None:
        photo = self.current()
        if photo is None:
            self._key = ""
            self._turn_to_tiles()
            return
        known = {judged.photo.id: judged for judged in self.scene.photos()}
        keys = [str(key) for key in known]
        place = keys.index(self._key) + 1 if self._key in keys else 0
        judged = known.get(photo.id) or self._judge()[photo.id]
        self.editor.show_photo(replace(judged, photo=photo), place, len(keys))

    def _assign(
        self, photos: Sequence[Photo], path: str, value: Any, said: Callable[[int], str]
    ) -> None:
        """Give photos a value; of several, `said` tells what was done to so many of them."""

        def done(count: int, undo: visit_edits.Undo) -> None:
            if len(photos) > 1 or path == "visit":
                self.done.emit(said(count), undo)

        visit_edits.assign(self._desk, photos, path, value, done)

    def _set_kind(self, kind: str) -> None:
        self._assign(self.chosen(), "kind", kind, lambda n: f"已将 {n} 张照片改为“{kind}”")

    def _set_home(self, key: str) -> None:
        visits = [str(visit.id) for visit in self._desk.dossier.all(Visit)]
        where = f"归入第 {visits.index(key) + 1} 次现场诊断" if key in visits else "移出现场诊断"
        home = UUID(key) if key in visits else None
        self._assign(self.chosen(), "visit", home, lambda n: f"已将 {n} 张照片{where}")

    def _toggle_person(self, key: str) -> None:
        """Onto all of the photos; off, where all have this person already."""
        photos = self.chosen()
        on = not all(photo.people.get(key) is True for photo in photos)
        members = self._desk.dossier.all(Member)
        name = next(record_words(m, n) for n, m in enumerate(members, 1) if str(m.id) == key)
        word = "标注" if on else "取消"
        self._assign(photos, f"people.{key}", on, lambda n: f"已在 {n} 张照片中{word}{name}")

    def _toggle_logo(self) -> None:
        """On all of the photos at the gate, which alone can show it; off, where all have it."""
        photos = self.chosen()
        gate = [photo for photo in photos if photo.kind in GATE_KINDS]
        on = not all(photo.logo is True for photo in gate)
        word, rest = "标注" if on else "取消", len(photos) - len(gate)
        note = f"，另 {rest} 张不是入场、离场照片，未改" if rest else ""
        if gate:
            said = f"张照片中{word}“企业LOGO可见”{note}"
            self._assign(gate, "logo", on, lambda n: f"已在 {n} {said}")
        else:
            self.told.emit("“企业LOGO可见”只用于入场、离场照片。")

    def _withdraw(self, photos: Sequence[UUID]) -> None:
        keys, gone = self._keys(), {str(photo) for photo in photos}
        self.flush()
        place = keys.index(self._key) if self._key in keys else 0
        left = [key for key in (*keys[place:], *reversed(keys[:place])) if key not in gone]

        def done(count: int, undo: visit_edits.Undo) -> None:
            number = "一" if count == 1 else f" {count} "
            self.done.emit(f"已撤回{number}张照片", undo)

        before, self._key = self._key, left[0] if left else ""
        visit_edits.withdraw(self._desk, photos, done)
        if before and self._desk.dossier.find(Photo, UUID(before)) is not None:
            self._key = before  # it was refused

    def _take_site(self, photo_id: UUID) -> None:
        photo = self._desk.dossier.find(Photo, photo_id)
        if photo is None:
            return
        site = self._desk.dossier.one(Site)
        before = {name: getattr(site, name) for name in _SITE}

        def undo() -> None:
            for name, value in before.items():
                self._desk.put("site", site.id, name, value)
            self._desk.seal()

        if take_as_site(self._desk, self._judge()[photo.id]):
            self.done.emit("厂址位置已取自本照片", undo)
