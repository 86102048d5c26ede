"""进程 in the window: the whole road, where its rows lead, and the calendar that it writes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.workbench import Workbench
from forms.steps import STEPS
from tests.rule_cases import good
from tests.window_kit import NAME, click, opened, press, window
from widgets.dossier_window import DossierWindow
from widgets.pages.road import RoadPage
from widgets.theme import DARK, LIGHT, theme

SLOW = 20_000


@pytest.fixture(autouse=True, scope="module")
def _themed(qapp: QApplication) -> None:
    theme().install(qapp)


@pytest.fixture
def bench(data_folder: Path) -> Iterator[Workbench]:
    with opened(data_folder) as made:
        yield made


def road_page(qtbot: QtBot, bench: Workbench, **more: object) -> tuple[DossierWindow, RoadPage]:
    win = window(qtbot, bench, bench.import_mapping({**good(), **more}), "road", judged=True)
    page = win.page()
    assert isinstance(page, RoadPage)
    qtbot.waitUntil(lambda: len(page.steps) == len(STEPS), timeout=SLOW)
    return win, page


def test_the_road_stands_first_and_each_row_leads_on_by_mouse_and_keys(
    qtbot: QtBot, bench: Workbench
) -> None:
    mapping = good()
    mapping["member"][1].update(lead=True, experience="从事数字化十五年。")
    day = (dt.date.today() + dt.timedelta(5)).isoformat()
    points = [{"parent": "r1", "text": "补充签到表。", "due": day}]
    win, page = road_page(qtbot, bench, member=mapping["member"], returnpoint=points)

    names = [row.accessibleName() for row in page.steps]
    assert [name.split("，")[0] for name in names] == [f"{s.number}. {s.name}" for s in STEPS]
    assert "受阻，2025-06-10 起 · 负责人 王" in names[2] and "未开始" in names[13]
    assert "咨询诊断服务协议已归扫描件" in names[2]
    assert page.next_title.text() == "现在：3. 签订诊断合同（方案 三（一）3）"
    click(page.go)  # two leads: the step is stopped on the team's page
    assert win.key == "team"
    win.frame.nav.opened.emit("page:road")
    assert win.page() is page

    page.steps[0].setFocus()
    press(Qt.Key.Key_Down)
    assert page.steps[1].hasFocus()
    press(Qt.Key.Key_Right)
    assert page.steps[8].hasFocus()
    press(Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Up)
    assert page.steps[0].hasFocus()
    press(Qt.Key.Key_Return)
    assert win.key == STEPS[0].pages[0].key

    win.show_page("road")
    assert [row.deadline.open for row in page.due] == [True, False]
    assert "余 5 天" in page.due[0].accessibleName()
    assert page.soon.text().startswith(f"最近的期限：{day}")
    click(page.due[0])
    assert win.key == "returned"


def test_an_edit_elsewhere_shows_on_the_road_and_the_calendar_is_written_from_it(
    qtbot: QtBot, bench: Workbench, tmp_path: Path
) -> None:
    win, page = road_page(qtbot, bench)
    for row in win.desk.dossier.records["need"]:
        bench.withdraw(win.desk.dossier_id, "need", row.id)
    with qtbot.waitSignal(win.desk.reviewed, timeout=SLOW):
        win.desk.refresh()
    assert page.steps[0].view.state == "open"
    assert page.next_words.text() == "待数字化转型服务商征集企业的改造需求。"

    page.write_calendar(tmp_path / "a.ics")
    qtbot.waitUntil(lambda: page.told.isVisibleTo(page), timeout=SLOW)
    assert (tmp_path / "a.ics").read_bytes().startswith(b"BEGIN:VCALENDAR")


def test_it_fits_every_width_and_both_looks(qtbot: QtBot, bench: Workbench) -> None:
    win, page = road_page(qtbot, bench, enterprise=good()["enterprise"] | {"name": NAME})

    def fits(width: int) -> bool:
        rows = (*page.steps, *page.due)
        ends = [row.mapTo(page, row.rect().bottomRight()).x() for row in rows]
        tall = all(row.height() == row.heightForWidth(row.width()) for row in rows)
        return win.width() == width and tall and max(ends) <= page.rect().right()

    for width, tokens in ((960, LIGHT), (1280, DARK), (1920, LIGHT)):
        theme().use(tokens)
        win.resize(width, 720)
        qtbot.waitUntil(partial(fits, width), timeout=SLOW)
        win.grab()
