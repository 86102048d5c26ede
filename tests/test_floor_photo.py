"""A photo by one press in 车间模式: of a camera where there is one, else of a file."""

from __future__ import annotations

import datetime as dt
import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from app.watched_folder import FOLDER_SETTING, OWNER_SETTING
from app.workbench import Workbench
from forms.dossier import Photo
from forms.evaluation import Stage
from forms.fields import chosen
from forms.photo_facts import BEIJING, PhotoFacts
from grading.photo_verdict import PhotoWord
from tests.photo_files import photo as write_photo
from tests.test_machine_clock import picture
from tests.window_kit import click, in_front, opened
from widgets.desk import Desk
from widgets.floor_camera import Camera, find_camera
from widgets.floor_screen import FloorScreen
from widgets.theme import theme

SUBJECT = "设备管理"


class Still(Camera):
    """A camera that has one picture to give, or none."""

    image: QImage | None = None
    closed = False

    def shoot(self) -> None:
        if self.image is None:
            self.failed.emit("没有拍到照片（试验），请重试，或选取已有的照片文件。")
        else:
            self.frame_taken.emit(self.image)

    def close(self) -> None:
        self.closed = True


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    with opened(tmp_path_factory.mktemp("floor") / "data") as made:
        yield made


@pytest.fixture
def screen(qtbot: QtBot, qapp: QApplication, bench: Workbench) -> Iterator[FloorScreen]:
    theme().install(qapp)
    desk = Desk(bench, bench.create("示例・测试有限公司"))
    made = FloorScreen(desk, Stage.DIAGNOSIS, SUBJECT)
    made.resize(720, 1280)
    made.show()
    qtbot.waitUntil(lambda: in_front(made), timeout=10_000)
    yield made
    if isValid(made):
        made.close()
    desk.close()


def photos(screen: FloorScreen) -> list[Photo]:
    desk = screen.desk
    return desk.bench.dossier(desk.dossier_id).all(Photo)


def tied(screen: FloorScreen, subject: str = SUBJECT) -> list[str]:
    desk = screen.desk
    return chosen(desk.bench.dossier(desk.dossier_id).answer(Stage.DIAGNOSIS, subject).photos)


def with_camera(screen: FloorScreen, image: QImage | None) -> Still:
    camera = Still(screen)
    camera.image = image
    screen.shots.use(camera)
    screen.refresh()
    return camera


def today() -> dt.date:
    return dt.datetime.now(BEIJING).date()


def test_one_press_takes_keeps_and_ties_a_picture(qtbot: QtBot, screen: FloorScreen) -> None:
    desk = screen.desk
    visit = desk.add("visit", date=today())
    desk.add("stay", parent=visit, start=dt.time(0, 0))
    camera = with_camera(screen, picture())
    assert screen.foot.photo.text() == "拍照"
    before = dt.datetime.now(BEIJING).replace(microsecond=0)

    click(screen.foot.photo)
    qtbot.waitUntil(lambda: bool(tied(screen)), timeout=20_000)

    (photo,) = photos(screen)
    facts = PhotoFacts.model_validate(photo.facts)
    assert tied(screen) == [str(photo.id)] and photo.visit == visit
    assert facts.own_clock and facts.make is None and facts.position is None
    assert facts.taken_at and before <= facts.taken_at <= dt.datetime.now(BEIJING)
    assert "本机时钟" in screen.panel.photos.accessibleName()
    assert screen.panel.trouble.text() == "照片已收入第 1 次现场诊断，时间取自本机时钟。"
    verdict = desk.bench.review(desk.dossier_id).verdicts[photo.id]
    assert verdict.reason.startswith("时间取自本机时钟，仅此一项凭据；")
    if dt.date.today() == today():  # the rules know the day of the machine's own zone
        assert verdict.word is PhotoWord.EXIF

    screen.close()
    assert camera.closed


def test_a_mistaken_picture_is_taken_back(qtbot: QtBot, screen: FloorScreen) -> None:
    with_camera(screen, picture(640, 480))
    click(screen.foot.photo)
    qtbot.waitUntil(lambda: screen.foot.undo.isEnabled(), timeout=20_000)
    assert screen.foot.undo.text() == "删去照片"
    assert "没有登记现场诊断" in screen.panel.trouble.text()
    assert len(photos(screen)) == 1
    click(screen.foot.undo)
    assert not photos(screen) and not tied(screen)


def test_a_picture_belongs_to_what_was_in_view_when_it_was_pressed(
    qtbot: QtBot, screen: FloorScreen
) -> None:
    with_camera(screen, picture(640, 480))
    click(screen.foot.photo)
    screen.step(1)
    qtbot.waitUntil(lambda: bool(tied(screen)), timeout=20_000)
    assert screen.subject != SUBJECT and not tied(screen, screen.subject)


def test_a_camera_that_fails_says_so_and_nothing_is_kept(screen: FloorScreen) -> None:
    with_camera(screen, None)
    click(screen.foot.photo)
    assert "没有拍到照片" in screen.panel.trouble.text() and not photos(screen)


@pytest.mark.skipif(
    importlib.util.find_spec("PySide6.QtMultimedia") is not None,
    reason="QtMultimedia is installed, and may find a camera",
)
def test_without_a_camera_the_same_press_asks_for_a_file(
    qtbot: QtBot, screen: FloorScreen, tmp_path: Path
) -> None:
    assert find_camera() is None and not screen.shots.has_camera
    assert screen.foot.photo.text() == "选取照片"
    assert "没有可用的摄像头" in screen.foot.photo.accessibleDescription()
    desk = screen.desk
    path = tmp_path / "现场.jpg"
    write_photo(path)
    desk.bench.store.set_setting(FOLDER_SETTING, str(tmp_path))
    desk.bench.store.set_setting(OWNER_SETTING, str(desk.dossier_id))

    click(screen.foot.photo)

    (dialog,) = screen.findChildren(QFileDialog)
    assert "没有可用的摄像头" in dialog.windowTitle()
    assert Path(dialog.directory().absolutePath()) == tmp_path  # where the phone's photos come
    assert "没有可用的摄像头" in screen.panel.trouble.text()
    dialog.selectFile(str(path))
    dialog.accept()
    qtbot.waitUntil(lambda: bool(tied(screen)), timeout=30_000)
    (photo,) = photos(screen)
    assert photo.filename == "现场.jpg"
    assert not PhotoFacts.model_validate(photo.facts).own_clock


def test_a_picture_that_comes_when_one_has_left_is_kept(qtbot: QtBot, screen: FloorScreen) -> None:
    with_camera(screen, picture(640, 480))
    desk = screen.desk
    click(screen.foot.photo)
    screen.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert not isValid(screen)

    def stored() -> dict[str, object]:
        return desk.bench.dossier(desk.dossier_id).answer(Stage.DIAGNOSIS, SUBJECT).photos

    qtbot.waitUntil(lambda: bool(chosen(stored())), timeout=20_000)
