"""The photos of a visit, as tiles and one by one, and what the keys say of the current one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget

from forms.dossier import Photo, Site
from forms.visit import PHOTO_KINDS
from grading.rules.view import Judged
from widgets.desk import Desk
from widgets.pages.visit_photos import GATE_KINDS, judged_photo
from widgets.pages.visit_scene import SceneView
from widgets.pages.visit_view import Scene
from widgets.photo_editor import PhotoEditor, take_as_site

_SITE = ("latitude", "longitude", "datum", "source", "photo", "confirmed_by")


class Album(QStackedWidget):
    """Two views of the same photos. `turned()` when the other one shows; `done(text, undo)` when
    something was taken away or overwritten that `undo()` brings back; `told(text)`."""

    turned = Signal()
    done = Signal(str, object)
    told = Signal(str)

    def __init__(self, desk: Desk, clock: Callable[[], dt.datetime]) -> None:
        super().__init__()
        self._desk, self._clock = desk, clock
        self._key = ""
        self.scene, self.editor = SceneView(desk), PhotoEditor(desk)
        self.addWidget(self.scene)
        self.addWidget(self.editor)
        self.scene.photo_opened.connect(self.open)
        self.scene.photo_reached.connect(self._reached)
        self.editor.closed.connect(self.close_photo)
        self.editor.stepped.connect(self.step)
        self.editor.withdrawn.connect(self._withdraw)
        self.editor.site_taken.connect(self._take_site)

    @property
    def enlarged(self) -> bool:
        """Whether one photo shows in full."""
        return self.currentWidget() is self.editor

    def show_scene(self, scene: Scene, others: Sequence[Photo]) -> None:
        """Show a visit's photos; `others` are those that belong to no visit."""
        self.scene.show_scene(scene, [self._judged(photo) for photo in others])
        if self.enlarged:
            self._show_editor()

    def flush(self) -> bool:
        """Keep what is typed of a photo; False where it was refused."""
        return self.editor.form.flush()

    def rest(self) -> None:
        """Back to the tiles, at no photo: another visit shows."""
        self._key = ""
        self._turn_to_tiles()

    def current(self) -> Photo | None:
        """The photo that keys act on."""
        key = self._key or self.scene.grid.current()
        return self._desk.dossier.find(Photo, UUID(key)) if key else None

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
        here = self._key or self.scene.grid.current()
        place = keys.index(here) + by if here in keys else 0
        if not 0 <= place < len(keys) or not self.flush():
            return
        self._key = keys[place]
        if self.enlarged:
            self._show_editor()
            self.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.scene.reach(self._key)
            self.scene.focus_current()

    def key(self, key: Qt.Key, text: str) -> bool:
        """Act on a plain key that nothing with the focus wanted; whether it meant anything."""
        if key == Qt.Key.Key_Escape and self.enlarged:
            self.close_photo()
            return True
        photo = self.current()
        if photo is None:
            return False
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.step(-1 if key == Qt.Key.Key_Left else 1)
        elif text in tuple("123456789")[: len(PHOTO_KINDS)]:
            self._put(photo, "kind", PHOTO_KINDS[int(text) - 1])
        elif key == Qt.Key.Key_L:
            self._toggle_logo(photo)
        elif key == Qt.Key.Key_R:
            self.go_to(photo, "people")
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self.enlarged:
            self.open(str(photo.id))
        else:
            return False
        return True

    def _reached(self, key: str) -> None:
        self._key = key
        self.scene.show_current()

    def _turn_to_tiles(self) -> None:
        if self.enlarged:
            self.setCurrentWidget(self.scene)
            self.turned.emit()

    def _keys(self) -> list[str]:
        return [str(judged.photo.id) for judged in self.scene.photos()]

    def _judged(self, photo: Photo) -> Judged:
        desk = self._desk
        return judged_photo(desk.dossier, desk.pack, desk.review, photo, self._clock())

    def _show_editor(self) -> None:
        photo = self.current()
        if photo is None:
            self._key = ""
            self._turn_to_tiles()
            return
        keys = self._keys()
        place = keys.index(self._key) + 1 if self._key in keys else 0
        self.editor.show_photo(self._judged(photo), place, len(keys))

    def _put(self, photo: Photo, path: str, value: object) -> None:
        self._desk.put("photo", photo.id, path, value)
        self._desk.seal()

    def _toggle_logo(self, photo: Photo) -> None:
        if photo.kind in GATE_KINDS:
            self._put(photo, "logo", photo.logo is not True)
        else:
            self.told.emit("“企业LOGO可见”只用于入场、离场照片。")

    def _withdraw(self, photo: UUID) -> None:
        keys = self._keys()
        place = keys.index(str(photo)) if str(photo) in keys else 0
        left = [key for key in keys if key != str(photo)]
        self.editor.form.flush()
        before, self._key = self._key, left[min(place, len(left) - 1)] if left else ""
        if not self._desk.withdraw("photo", photo):
            self._key = before
        else:
            self.done.emit("已撤回一张照片", lambda: self._desk.restore("photo", photo))

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

        if take_as_site(self._desk, self._judged(photo)):
            self.done.emit("厂址位置已取自本照片", undo)
