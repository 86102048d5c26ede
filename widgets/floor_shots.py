"""A photo by one press: of the machine's camera, else of a file; tied to what is in view."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from app.progress import Progress
from app.watched_folder import FOLDER_SETTING, OWNER_SETTING
from forms.dossier import Photo, Visit
from forms.evaluation import Stage
from widgets.answering import attempt
from widgets.desk import Desk
from widgets.file_drop import ask_files
from widgets.floor_camera import Camera, find_camera, frame_of
from widgets.pages.walk_basis import PhotoIntake

_NO_CAMERA = "本机没有可用的摄像头，请选取照片"
_KINDS = "照片 (*.jpg *.jpeg *.png *.heic *.heif *.webp *.tif *.tiff *.bmp)"


class FloorShots(QObject):
    """Belongs to its screen. `said(text, icon, token)` what goes on; `took(words, undo)` when a
    picture of the camera was kept, which may have been a mistaken press."""

    said = Signal(str, str, str)
    took = Signal(str, object)

    def __init__(self, desk: Desk, stage: Stage, screen: QWidget) -> None:
        super().__init__(screen)
        self._desk, self._stage, self._screen = desk, stage, screen
        self._subject = ""
        self._camera: Camera | None = None
        self.use(find_camera(self))

    @property
    def has_camera(self) -> bool:
        """Whether a press takes a picture by itself."""
        return self._camera is not None

    def use(self, camera: Camera | None) -> None:
        """Take pictures by this camera from now on."""
        self._camera = camera
        if camera is not None:
            camera.frame_taken.connect(self._keep)
            camera.failed.connect(lambda words: self.said.emit(words, "block", "block"))

    def take(self, subject: str) -> None:
        """A picture for an item or scene."""
        self._subject = subject
        if self._camera is not None:
            self.said.emit("正在拍照，请持稳。", "clock", "ink2")
            self._camera.shoot()
            return
        words = f"{_NO_CAMERA}文件；用手机拍摄的，可从手机或监视的文件夹中选取。"
        self.said.emit(words, "info", "info")
        ask_files(self._screen, _NO_CAMERA, _KINDS, partial(self._bring, subject), self._folder())

    def close(self) -> None:
        """Let the camera go."""
        if self._camera is not None:
            self._camera.close()

    def _folder(self) -> str:
        """The watched folder of this dossier, where phones' photos come in; "" without one."""
        store = self._desk.bench.store
        mine = store.setting(OWNER_SETTING) == str(self._desk.dossier_id)
        return store.setting(FOLDER_SETTING) if mine else ""

    def _bring(self, subject: str, paths: list[Path]) -> None:
        desk = self._desk
        work = partial(desk.bench.import_photos, desk.dossier_id, paths)
        intake = PhotoIntake(desk, self._stage, subject, work)
        intake.said.connect(self.said)

    def _keep(self, image: QImage) -> None:
        desk, taken, subject = self._desk, dt.datetime.now(dt.UTC), self._subject

        def work() -> Iterator[Progress]:
            yield from desk.bench.keep_frame(desk.dossier_id, frame_of(image), taken)

        intake = PhotoIntake(desk, self._stage, subject, work)
        intake.said.connect(self.said)
        intake.tied.connect(self._kept)  # no closure: the screen may be gone by then

    def _kept(self, subject: str, photos: list[UUID]) -> None:
        kept = self._desk.dossier.find(Photo, photos[0]) if photos else None
        if kept is not None:
            visits = [visit.id for visit in self._desk.dossier.all(Visit)]
            where = (
                f"已收入第 {visits.index(kept.visit) + 1} 次现场诊断"
                if kept.visit in visits
                else "已收入，今日没有登记现场诊断，未归入任何一次"
            )
            self.said.emit(f"照片{where}，时间取自本机时钟。", "check", "ok")
            self.took.emit("删去照片", partial(self._take_back, subject, photos))

    def _take_back(self, subject: str, photos: list[UUID]) -> str:
        desk = self._desk

        def act() -> None:
            for photo in photos:
                desk.answer(self._stage, subject, f"photos.{photo}", False)
                desk.withdraw("photo", photo)

        said = attempt(desk, act)
        desk.seal()
        return said
