"""Looking into a picture: how near, at what, with which image; and two of them together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pillow_heif
import pytest
from PIL import ExifTags, Image
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPixmapCache, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.workbench import Workbench
from forms.dossier import Photo
from tests.window_kit import opened
from widgets.desk import Desk
from widgets.photo_compare import PhotoCompare
from widgets.photo_source import PhotoSource
from widgets.photo_view import PhotoView
from widgets.theme import LIGHT, theme
from widgets.thumbnails import LARGEST, SAFE, thumbnails
from widgets.zoom_bar import ZoomBar

# The program decodes HEIC with a library that cannot write it.
pillow_heif.register_heif_opener()

K = Qt.Key
LEFT = Qt.MouseButton.LeftButton
PLAIN, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
SIDES = (2000, 1500)


@pytest.fixture(autouse=True)
def _themed(qapp: QApplication) -> Iterator[None]:
    theme().install(qapp)
    theme().use(LIGHT)
    thumbnails().finish()
    QPixmapCache.clear()
    yield
    thumbnails().finish()


def quarters(width: int, height: int) -> QImage:
    """Red, green, blue and white quarters."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    for x, y, color in ((0, 0, "red"), (1, 0, "green"), (0, 1, "blue")):
        for row in range(y * height // 2, (y + 1) * height // 2):
            for column in range(x * width // 2, (x + 1) * width // 2):
                image.setPixelColor(column, row, QColor(color))
    return image


def show(qtbot: QtBot, view: QWidget, width: int = 400, height: int = 300) -> None:
    qtbot.addWidget(view)
    view.resize(width, height)
    with qtbot.waitActive(view):
        view.show()
        view.activateWindow()


def view_of(qtbot: QtBot, full: int = 1600) -> PhotoView:
    """A view of 400 × 300 px on a copy of 400 × 300 px of a photo of `full` px."""
    view = PhotoView()
    show(qtbot, view)
    view.show_photo("a", quarters(400, 300), "车间", full)
    return view


def color_at(view: PhotoView, x: float, y: float) -> str:
    image = view.grab().toImage()
    ratio = image.devicePixelRatio()
    return image.pixelColor(int(x * ratio), int(y * ratio)).name()


def wheel(view: PhotoView, at: QPointF, turns: float) -> None:
    event = QWheelEvent(
        at, QPointF(view.mapToGlobal(at)), QPoint(0, 0), QPoint(0, int(120 * turns)),
        Qt.MouseButton.NoButton, PLAIN, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view, event)


def key_press(key: K, held: Qt.KeyboardModifier = PLAIN) -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, key, held)


def test_the_wheel_comes_nearer_to_what_is_under_it(qtbot: QtBot) -> None:
    view = view_of(qtbot)
    assert view.whole and view.percent() == 25
    at = QPointF(195, 145)  # still red, close to where the quarters meet
    assert color_at(view, at.x(), at.y()) == "#ff0000"
    wheel(view, at, 6)
    assert view.percent() == round(25 * 1.25**6)
    assert color_at(view, at.x(), at.y()) == "#ff0000"
    assert color_at(view, 399, 299) == "#ffffff"
    wheel(view, at, -40)
    assert (view.whole, view.percent()) == (True, 25)
    wheel(view, at, 100)
    assert view.percent() == 800


def test_keys_come_near_go_back_and_move(qtbot: QtBot) -> None:
    view = view_of(qtbot)
    for key, percent in ((K.Key_Plus, 31), (K.Key_Equal, 39), (K.Key_Minus, 31)):
        view.press(key_press(key))
        assert view.percent() == percent
    assert not view.press(key_press(K.Key_Left))  # that is the next photo's
    view.press(key_press(K.Key_0))
    assert view.whole
    view.zoom(8)
    for _ in range(40):
        view.press(key_press(K.Key_Left, SHIFT))
        view.press(key_press(K.Key_Down, SHIFT))
    assert {color_at(view, x, y) for x in (2, 398) for y in (2, 298)} == {"#0000ff"}


def test_a_double_click_turns_between_the_whole_and_its_own_px(qtbot: QtBot) -> None:
    view = view_of(qtbot)
    QTest.mouseDClick(view, LEFT, PLAIN, QPoint(10, 10))
    assert view.percent() == 100 and color_at(view, 390, 290) == "#ff0000"
    QTest.mouseDClick(view, LEFT, PLAIN, QPoint(10, 10))
    assert view.whole


def test_dragging_moves_it_and_leaves_no_empty_edge(qtbot: QtBot) -> None:
    view = view_of(qtbot)
    view.zoom(4)
    assert color_at(view, 210, 160) == "#ffffff"
    QTest.mousePress(view, LEFT, PLAIN, QPoint(100, 100))
    QTest.mouseMove(view, QPoint(140, 140))
    QTest.mouseRelease(view, LEFT, PLAIN, QPoint(140, 140))
    assert color_at(view, 210, 160) == "#ff0000"
    assert color_at(view, 250, 200) == "#ffffff"
    for _ in range(30):
        QTest.mousePress(view, LEFT, PLAIN, QPoint(10, 10))
        QTest.mouseMove(view, QPoint(390, 290))
        QTest.mouseRelease(view, LEFT, PLAIN, QPoint(390, 290))
    assert {color_at(view, x, y) for x in (2, 398) for y in (2, 298)} == {"#ff0000"}


def test_a_part_is_shown_and_outlined_even_before_its_image_came(qtbot: QtBot) -> None:
    view = PhotoView()
    show(qtbot, view)
    view.show_photo("a", None, "车间", 1600)
    view.show_part((0.55, 0.6, 0.95, 0.9))
    view.show_photo("a", quarters(400, 300), "车间", 1600)
    assert not view.whole
    image = view.grab().toImage()
    colors = {image.pixelColor(x, y).name() for x in range(image.width())
              for y in range(image.height())}  # fmt: skip
    assert LIGHT.accent.lower() in colors and color_at(view, 200, 150) == "#ffffff"
    inside = image.pixelColor(image.width() // 2, image.height() // 2).name()
    assert inside == "#ffffff"
    view.show_whole()
    colors = {view.grab().toImage().pixelColor(x, 220).name() for x in range(400)}
    assert LIGHT.accent.lower() not in colors
    view.show_part((0.5, 0.5, 0.5, 0.5))  # nothing to see is not an error
    view.show_photo("b", quarters(40, 30), "厂门")
    assert view.whole


def test_the_pinch_of_two_fingers_zooms(qtbot: QtBot) -> None:
    view = view_of(qtbot)
    device = QTest.createTouchDevice()
    for step in range(8):
        touch = QTest.touchEvent(view, device)
        left, right = QPoint(180 - 10 * step, 150), QPoint(220 + 10 * step, 150)
        act = (touch.press, touch.move)[step > 0]
        act(0, left, view)
        act(1, right, view)
        touch.commit()
    QTest.touchEvent(view, device).release(0, QPoint(110, 150), view).release(
        1, QPoint(290, 150), view
    ).commit()
    assert not view.whole


def test_the_bar_says_how_large_and_its_buttons_act(qtbot: QtBot) -> None:
    view = view_of(qtbot)
    bar = ZoomBar(view)
    qtbot.addWidget(bar)
    assert bar.figure.text() == "25%" and not bar.further.isEnabled()
    bar.nearer.click()
    assert bar.figure.text() == "31%" and bar.further.isEnabled()
    bar.further.click()
    bar.figure.click()
    assert bar.figure.text() == "100%"
    bar.figure.click()
    assert view.whole


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    with opened(tmp_path / "data") as made:
        yield made


def kept(
    bench: Workbench, folder: Path, name: str, sides: tuple[int, int] = SIDES, turn: int = 1
) -> Photo:
    """A photo in the store: left half black, right half white."""
    picture = Image.new("RGB", sides, "black")
    picture.paste("white", (sides[0] // 2, 0, *sides))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = turn
    picture.save(folder / name, exif=exif)
    dossier = bench.create("示例")
    list(bench.import_photos(dossier, [folder / name]))
    return bench.dossier(dossier).all(Photo)[0]


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.tif", "a.heic"])
def test_the_original_is_read_where_one_looks_closely(
    qtbot: QtBot, bench: Workbench, tmp_path: Path, name: str
) -> None:
    photo = kept(bench, tmp_path, name)
    view = PhotoView()
    show(qtbot, view)
    source = PhotoSource(view, bench)
    source.show(photo)
    qtbot.waitUntil(lambda: view._image is not None and view._image.width() == 1280)
    asked: list[None] = []
    view.sharper_wanted.connect(lambda: asked.append(None))
    view.zoom(3)
    assert not asked  # the copy is sharp enough for 1200 px
    view.turn()
    view.turn()
    assert view.percent() == 100 and len(asked) == 1
    assert view._said == "正在读取原图。"
    qtbot.waitUntil(
        lambda: view._image is not None and view._image.width() == SIDES[0], timeout=30_000
    )
    assert (view.percent(), view._said) == (100, "")
    view.zoom(1.1)
    assert len(asked) == 1


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp"])
def test_the_original_stands_as_its_copy_does(
    qtbot: QtBot, bench: Workbench, tmp_path: Path, name: str, turn: int
) -> None:
    photo = kept(bench, tmp_path, name, (1500, 1400), turn)
    view = PhotoView()
    show(qtbot, view)
    source = PhotoSource(view, bench)
    source.show(photo)
    qtbot.waitUntil(lambda: view._image is not None and max(view._image.size().toTuple()) == 1280)
    copy = view._image
    view.turn()
    qtbot.waitUntil(lambda: view._image is not copy)
    assert copy is not None and view._image is not None
    assert (view._image.width() > view._image.height()) == (copy.width() > copy.height())
    for x, y in ((0.1, 0.1), (0.9, 0.1), (0.1, 0.9), (0.9, 0.9)):
        colors = [
            each.pixelColor(int(x * each.width()), int(y * each.height())).lightness() > 127
            for each in (copy, view._image)
        ]
        assert colors[0] == colors[1]


@pytest.mark.parametrize("name", ["a.jpg", "a.heic"])
def test_an_original_that_cannot_be_looked_into_is_told(
    qtbot: QtBot, bench: Workbench, tmp_path: Path, name: str
) -> None:
    photo = kept(bench, tmp_path, name)
    bench.store.vault.path("originals", photo.sha256).write_bytes(b"rotten")
    view = PhotoView()
    show(qtbot, view)
    source = PhotoSource(view, bench)
    source.show(photo)
    qtbot.waitUntil(lambda: view._image is not None and view._image.width() == 1280)
    view.turn()
    qtbot.waitUntil(lambda: view._said.startswith("原图不能在此放大"), timeout=30_000)
    assert f"“{name}”" in view._said and view._said in view.accessibleDescription()
    assert view._image is not None and view._image.width() == 1280
    source.show(kept(bench, tmp_path, "b.jpg", (900, 1200)))
    assert view._said == ""
    source.show(photo)
    view.turn()
    qtbot.waitUntil(lambda: view._said.startswith("原图不能在此放大"), timeout=30_000)


def test_a_file_that_lies_about_its_format_is_not_decoded(qtbot: QtBot, tmp_path: Path) -> None:
    Image.new("RGB", (40, 30)).save(tmp_path / "plain.tif")
    lying = (tmp_path / "plain.tif").rename(tmp_path / "lying.jpg")
    Image.new("RGB", (40, 30)).save(tmp_path / "good.jpg")
    read: list[str] = []
    thumbnails().loaded.connect(lambda key, _image: read.append(key))
    thumbnails().get("lying", lying.read_bytes, LARGEST, SAFE)
    thumbnails().get("good", (tmp_path / "good.jpg").read_bytes, LARGEST, SAFE)
    qtbot.waitUntil(lambda: read == ["good"])


def test_a_picture_too_large_to_keep_comes_once_and_drives_out_none(
    qtbot: QtBot, tmp_path: Path
) -> None:
    for name, side in (("small", 300), ("large", 3200)):
        Image.new("RGB", (side, side), "red").save(tmp_path / f"{name}.png")
    sizes: dict[str, int] = {}
    thumbnails().loaded.connect(lambda key, image: sizes.update({key: image.width()}))
    for name, within in (("small", LARGEST), ("large", 3000)):
        thumbnails().get(name, (tmp_path / f"{name}.png").read_bytes, within)
    qtbot.waitUntil(lambda: len(sizes) == 2, timeout=20_000)
    assert sizes == {"small": 300, "large": 3000}
    assert thumbnails().get("small", (tmp_path / "small.png").read_bytes) is not None
    assert thumbnails().get("large", (tmp_path / "large.png").read_bytes) is None


def test_two_photos_are_looked_at_together(qtbot: QtBot, bench: Workbench, tmp_path: Path) -> None:
    photo = kept(bench, tmp_path, "a.jpg")
    other = kept(bench, tmp_path, "other.jpg", (900, 1200))
    desk = Desk(bench, photo.dossier_id)
    pair = PhotoCompare(desk)
    show(qtbot, pair, 900, 500)
    pair.show_pair(photo, "本档案 第 1 次现场诊断 09:05", other.sha256, "示例・另一企业 13:30")
    qtbot.waitUntil(lambda: None not in (pair.left._image, pair.right._image))
    assert "示例・另一企业" in pair.right.accessibleName()
    wheel(pair.right, QPointF(300, 100), 4)
    assert pair.left._times == pair.right._times == pytest.approx(1.25**4)
    QTest.keyClick(pair, K.Key_Plus)
    assert pair.left._times == pair.right._times == pytest.approx(1.25**5)
    before = pair.left._centre.x()
    QTest.keyClick(pair, K.Key_Left)
    assert pair.left._centre.x() < before
    pair.show_pair(photo, "甲", photo, "乙")
    assert pair.left.whole and pair.right.whole
    with qtbot.waitSignal(pair.closed):
        QTest.keyClick(pair, K.Key_Escape)
    with qtbot.waitSignal(pair.closed):
        pair.shut.click()
    desk.close()
