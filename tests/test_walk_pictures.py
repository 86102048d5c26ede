"""The pictures beside the walk: they follow each answer, and stand where there is room."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from forms.evaluation import Stage
from tests.walk_kit import KEY, bench, desk, press, walk
from widgets.desk import Desk
from widgets.pages.walk import WalkPage

__all__ = ["bench", "desk", "walk"]
WIDE = 1100


def drawn(page: WalkPage) -> QImage:
    """The picture that shows, as it is on the screen."""
    shown = [each for each in (page.pictures.radar, page.pictures.scenes) if each.isVisible()]
    assert len(shown) == 1
    return shown[0].grab().toImage()


def test_an_answer_repaints_the_radar(
    qtbot: QtBot, desk: Desk, walk: Callable[..., WalkPage]
) -> None:
    page = walk(subject="网络建设")
    page.resize(WIDE, 780)
    assert page.pictures.title.text() == "九项指标得分率"
    before, said = drawn(page), page.pictures.radar.accessibleName()
    press("b")
    qtbot.waitUntil(lambda: page.pictures.radar.accessibleName() != said)
    assert drawn(page) != before
    assert "设备系统 2/20" in page.pictures.radar.accessibleName()


def test_an_answer_elsewhere_shows_in_it_too(
    qtbot: QtBot, desk: Desk, walk: Callable[..., WalkPage]
) -> None:
    page = walk(subject="网络建设")
    page.resize(WIDE, 780)
    before = drawn(page)
    desk.answer(Stage.SELF, "网络建设", "chosen.C", True)
    qtbot.waitUntil(lambda: "自评" in page.pictures.legend.text())
    assert drawn(page) != before


def test_a_level_repaints_the_scenes(qtbot: QtBot, walk: Callable[..., WalkPage]) -> None:
    page = walk(subject="产品设计")
    page.resize(WIDE, 780)
    before = drawn(page)
    press("2")
    qtbot.waitUntil(lambda: drawn(page) != before)
    rows = [each.accessibleName() for each in page.pictures.scenes.findChildren(QWidget)]
    assert any(name.startswith("产品设计") and name.endswith("二级") for name in rows)


def test_a_narrow_page_puts_them_away_until_they_are_asked_for(
    qtbot: QtBot, walk: Callable[..., WalkPage]
) -> None:
    page = walk(subject="网络建设")  # 920 px wide
    assert page.pictures.isHidden()
    QTest.mouseClick(page.see, Qt.MouseButton.LeftButton)
    assert page.pictures.isVisible()
    before = drawn(page)
    page._take_keyboard()
    press("b")
    qtbot.waitUntil(lambda: drawn(page) != before)
    press(KEY.Key_F3)
    assert page.pictures.isHidden()
    page.resize(WIDE, 780)
    assert page.pictures.isHidden()  # as it was asked for
