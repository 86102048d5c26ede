"""离场检查 on the page of visits: listed, printed, and reminded of in time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pypdf
import pytest
from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gate_kit import Drawn, _drawn_once, at, drawn
from tests.window_kit import child, click
from widgets.controls import Button
from widgets.desk import Desk
from widgets.pages.visit_check import CheckRow
from widgets.pages.visits import VisitsPage
from widgets.theme import theme


@pytest.fixture(autouse=True, scope="module")
def _themed(qapp: QApplication) -> None:
    theme().install(qapp)


def page_at(qtbot: QtBot, drawn: Drawn, now: Callable[[], dt.datetime]) -> VisitsPage:
    """The page by itself, at a time of the test's own, with the check open."""
    desk = Desk(drawn.bench, drawn.id)
    page = VisitsPage(desk, clock=now)
    desk.setParent(page)
    qtbot.addWidget(page, before_close_func=lambda _page: desk.close())
    page.resize(900, 700)
    with qtbot.waitExposed(page):
        page.show()
    desk.refresh()
    qtbot.waitUntil(lambda: desk.review is not None, timeout=10_000)
    return page


def test_the_page_lists_prints_and_reminds(
    qtbot: QtBot, drawn: Drawn, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = page_at(qtbot, drawn, lambda: at(14, 5))
    panel = page.check
    panel.resize(322, 868)
    panel.setParent(None)
    qtbot.addWidget(panel)
    with qtbot.waitExposed(panel):
        panel.show()
    rows = [row.accessibleName() for row in panel.findChildren(CheckRow)]
    assert rows[0] == "1. 阻断，现在能补：再留 10 分。留到 14:15，两场合计满 3 小时。"
    assert page.head.check.text() == "离场检查 5"
    assert child(panel, Button, "14:15 提醒我").isEnabled()
    opened_here: list[QUrl] = []

    def viewer(url: QUrl) -> bool:
        opened_here.append(url)
        return True

    monkeypatch.setattr(panel, "_open_url", viewer)
    click(child(panel, Button, "打印清单"))
    qtbot.waitUntil(lambda: bool(opened_here), timeout=20_000)
    (page_made,) = pypdf.PdfReader(opened_here[0].toLocalFile()).pages
    assert "离场检查清单" in page_made.extract_text()
    qtbot.waitUntil(lambda: child(panel, Button, "打印清单").isEnabled())
    click(child(panel, Button, "14:15 提醒我"))
    assert not child(panel, Button, "14:15 提醒我").isEnabled()
    click(child(panel, Button, "复制清单"))
    assert "再留 10 分" in QApplication.clipboard().text()


class Hands:
    """A clock that a test sets."""

    def __init__(self, hour: int, minute: int) -> None:
        self.now = at(hour, minute)

    def __call__(self) -> dt.datetime:
        return self.now


def reminded(qtbot: QtBot, drawn: Drawn) -> tuple[VisitsPage, Hands]:
    """The page at 14:05 of the day, with the reminder set for 14:15."""
    hands = Hands(14, 5)
    page = page_at(qtbot, drawn, hands)
    page.check.remind()
    assert page.check._said.text().startswith("到 14:15 将提醒")
    return page, hands


def ring(page: VisitsPage) -> None:
    """The reminder's time has come."""
    assert page.check._reminder.isActive()
    page.check._reminder.stop()
    page.check._reminder.timeout.emit()


def test_the_reminder_speaks_up_once_the_stay_was_long_enough(qtbot: QtBot, drawn: Drawn) -> None:
    drawn.bench.put(drawn.id, "stay", drawn.afternoon, "end", None)
    page, hands = reminded(qtbot, drawn)
    hands.now = at(14, 15)
    ring(page)
    assert page.check._said.text() == "现场时长已满 3 小时，离开前请拍摄离场照片。"
    assert not page.check._reminder.isActive()


def test_the_reminder_of_a_team_that_left_says_what_is_missing(qtbot: QtBot, drawn: Drawn) -> None:
    page, hands = reminded(qtbot, drawn)
    hands.now = at(14, 55)
    ring(page)
    assert page.check._said.text() == (
        "现场时长还差 10 分，已登记离场；再次入场的另登记一场，合计满 3 小时。"
    )
    assert not page.check._reminder.isActive()


def test_the_reminder_follows_a_stay_that_began_later(qtbot: QtBot, drawn: Drawn) -> None:
    drawn.bench.put(drawn.id, "stay", drawn.afternoon, "end", None)
    page, hands = reminded(qtbot, drawn)
    page.desk.put("stay", drawn.afternoon, "start", "13:40")
    page.lay_out()
    assert child(page.check, Button, "14:25 提醒我").isEnabled()
    hands.now = at(14, 15)
    ring(page)
    assert page.check._said.text() == "现场时长还差 10 分，改在 14:25 提醒。"
    page.lay_out()
    assert not child(page.check, Button, "14:25 提醒我").isEnabled()
    hands.now = at(14, 25)
    ring(page)
    assert page.check._said.text().startswith("现场时长已满 3 小时")


def test_the_reminder_names_its_visit_where_another_one_shows(qtbot: QtBot, drawn: Drawn) -> None:
    drawn.bench.put(drawn.id, "stay", drawn.afternoon, "end", None)
    other = drawn.bench.add(drawn.id, "visit", date=dt.date(2025, 6, 19))
    page, hands = reminded(qtbot, drawn)
    page.choose(other)
    assert page.check._said.isHidden()
    hands.now = at(14, 15)
    ring(page)
    assert page.check._said.text().startswith("第 1 次现场诊断：现场时长已满 3 小时")


def test_the_reminder_of_a_visit_that_was_withdrawn_is_silent(qtbot: QtBot, drawn: Drawn) -> None:
    page, _hands = reminded(qtbot, drawn)
    page.desk.withdraw("visit", drawn.visit)
    page.check._said.setText("")
    ring(page)
    assert page.check._said.text() == ""
