"""The visits' page on a real store: sessions and figures, the check on leaving, the way back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea
from pytestqt.qtbot import QtBot

from forms.dossier import Member, Stay, Visit
from grading.finding import Severity, Target
from grading.gate_check import When, todo
from tests.photo_files import at, photo, taken
from tests.visits_kit import DAY, Case, active, alone, clock, page_of, photos
from tests.window_kit import child, click, click_check, drop, kept, opened, press
from widgets.controls import Button
from widgets.field_base import LineEdit
from widgets.pages.visit_check import CheckRow
from widgets.pages.visit_view import scenes, stats
from widgets.theme import theme

K = Qt.Key


@pytest.fixture(autouse=True, scope="module")
def _themed(qapp: QApplication) -> None:
    theme().install(qapp)


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with opened(tmp_path / "data") as bench:
        yield Case(bench)


def test_an_empty_page_says_what_to_do_and_does_it(qtbot: QtBot, case: Case) -> None:
    page = page_of(active(qtbot, case.bench, case.bench.create("示例"), "visits"))
    assert page.stack.currentWidget() is page.empty
    QTest.keyClick(page, K.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert page.stack.currentWidget() is page.record
    press(*[K(ord(c)) if c != "-" else K.Key_Minus for c in "2025-06-17"], K.Key_Tab)
    visit, stays = kept(page.desk).dossier.all(Visit)[0], page.desk.dossier.all(Stay)
    assert visit.date == DAY
    assert [stay.parent_id for stay in stays] == [visit.id]


def test_sessions_are_added_filled_in_withdrawn_and_brought_back(qtbot: QtBot, case: Case) -> None:
    page = page_of(active(qtbot, case.bench, case.id, "visits"))
    page.tabs.view_chosen.emit("record")
    click(page.record.add)
    assert len(page.record.stays) == 3
    press(K.Key_1, K.Key_5, K.Key_Colon, K.Key_0, K.Key_0, K.Key_Tab)
    assert [s.start for s in kept(page.desk).dossier.all(Stay)][-1] == dt.time(15, 0)
    click(child(page.record, Button, "撤回第 2 场"))
    assert page.record.stays[0].stay_id == case.morning
    assert len(page.record.stays) == 2
    click(child(page.toast, Button, "撤销"))
    assert page.record.stays[1].stay_id == case.afternoon


def test_the_strip_holds_each_figure_against_its_limit(case: Case) -> None:
    for minute in ("09:05", "09:32", "10:21"):
        case.photo(minute, "生产现场")
    case.photo("13:44", "人员访谈", north=1900)
    dossier, pack = case.bench.dossier(case.id), case.bench.pack
    scene = scenes(dossier, pack, None, clock(20, 0))[0]
    cells = {stat.key: stat for stat in stats(scene)}
    assert (cells["hours"].value, cells["hours"].state) == ("2 小时 50 分", Severity.BLOCK)
    assert (cells["photos"].value, cells["photos"].state) == ("3 / 5", Severity.BLOCK)
    assert (cells["gate"].value, cells["gate"].state) == ("0 / 4", Severity.BLOCK)
    assert (cells["office"].value, cells["office"].state) == ("0 / 2", Severity.BLOCK)
    assert (cells["floor"].value, cells["floor"].state) == ("3 / 1", None)
    assert (cells["people"].value, cells["people"].state) == ("0 / 3", Severity.BLOCK)


def test_on_the_day_the_check_says_how_long_to_stay(qtbot: QtBot, case: Case) -> None:
    case.photo("09:05", "入场", logo=True)
    page = alone(qtbot, case, clock(14, 5))
    scene = page.current()
    assert scene is not None and scene.until == 14 * 60 + 15
    items = todo(scene)
    assert items[0].title == "再留 10 分" and "14:15" in items[0].text
    door = [item for item in items if item.when is When.DOOR]
    assert [item.title for item in door] == ["离场照片（下午）"]
    late = [item.title for item in items if item.when is When.EXPLAIN]
    assert sorted(late) == ["入场照片缺失（下午）", "离场照片缺失（上午）"]
    assert [item.when for item in items] == sorted(item.when for item in items)


def test_a_stay_still_open_today_counts_until_now(case: Case) -> None:
    case.bench.put(case.id, "stay", case.afternoon, "end", None)
    dossier, pack = case.bench.dossier(case.id), case.bench.pack
    assert scenes(dossier, pack, None, clock(14, 15))[0].total == 180
    assert scenes(dossier, pack, None, clock(14, 0))[0].lacking == 15
    tomorrow = clock(14, 15) + dt.timedelta(days=1)
    assert scenes(dossier, pack, None, tomorrow)[0].total == 135


def test_the_check_opens_in_the_right_panel_and_its_rows_go_there(qtbot: QtBot, case: Case) -> None:
    made = active(qtbot, case.bench, case.id, "visits")
    page = page_of(made)
    QTest.keyClick(page, K.Key_G, Qt.KeyboardModifier.ControlModifier)
    assert page.check.isVisible() and not made.frame.findings.isVisible()
    assert isinstance(QApplication.focusWidget(), CheckRow)
    row = next(i for i in page.check.items if i.target and i.target.field == "absence")
    page.check.acted.emit(row)
    assert page.stack.currentWidget() is page.record
    assert isinstance(QApplication.focusWidget(), LineEdit)
    press(K.Key_1, K.Key_Tab)
    assert [s.absence for s in kept(page.desk).dossier.all(Stay)].count("1") == 1
    click(child(page.check, Button, "复制清单"))
    assert "离场检查" in QGuiApplication.clipboard().text()
    made.show_page("team")
    assert made.frame.findings.isVisible()
    made.show_page("visits")
    assert page.check.isVisible()
    QTest.keyClick(page, K.Key_G, Qt.KeyboardModifier.ControlModifier)
    assert made.frame.findings.isVisible()


def test_a_withdrawn_visit_comes_back_whole(qtbot: QtBot, case: Case) -> None:
    case.photo("09:05")
    page = page_of(active(qtbot, case.bench, case.id, "visits"))
    page.tabs.view_chosen.emit("record")
    click(child(page.record, Button, "撤回本次现场诊断"))
    assert page.stack.currentWidget() is page.empty
    click(child(page.toast, Button, "撤销"))
    assert page.current() is not None
    assert len(page.album.scene.photos()) == 1


def test_dropped_files_are_taken_in_and_refusals_named(
    qtbot: QtBot, case: Case, tmp_path: Path
) -> None:
    folder = tmp_path / "手机"
    folder.mkdir()
    here = at((43, 52, 48), "N", (125, 15, 36), "E")
    photo(folder / "a.jpg", detail=taken("2025:06:17 09:06:00"), gps=here)
    photo(folder / "b.jpg", size=(80, 60))
    (folder / "c.jpg").write_bytes(b"no picture")
    page = page_of(active(qtbot, case.bench, case.id, "visits"))
    page.tabs.view_chosen.emit("record")
    field = page.record.findChildren(LineEdit)[0]  # a field would take the address as text
    drop(field, folder)
    assert page.importing.running
    qtbot.waitUntil(lambda: not page.importing.running, timeout=30_000)
    assert sorted(p.filename for p in photos(page)) == ["a.jpg", "b.jpg"]
    assert {p.visit for p in photos(page)} == {case.visit}
    assert next(p for p in photos(page) if p.filename == "a.jpg").kind == "入场"
    assert page.importing.isVisible() and "收入照片 2 张" in page.importing.words.text()
    assert len(page.importing.troubles) == 1 and "c.jpg" in page.importing.troubles[0]
    assert field.text() == "2025-06-17"
    page.tabs.view_chosen.emit("scene")
    qtbot.waitUntil(lambda: len(page.album.scene.photos()) == 2)


def test_prose_being_typed_survives_a_judgement(qtbot: QtBot, case: Case) -> None:
    made = active(qtbot, case.bench, case.id, "visits")
    page = page_of(made)
    page.go_to(Target("visits", case.visit, "results"))
    press(K.Key_1, K.Key_2)
    with qtbot.waitSignal(made.desk.reviewed, timeout=10_000):
        made.desk.put("visit", case.visit, "counterpart", "钱示例")
    press(K.Key_3)
    qtbot.waitUntil(
        lambda: case.bench.dossier(case.id).all(Visit)[0].results == "123", timeout=2_000
    )
    qtbot.waitUntil(lambda: child(page.record, LineEdit, "试点企业对接人").text() == "钱示例")


def test_people_present_are_ticked_and_the_strip_follows(qtbot: QtBot, case: Case) -> None:
    page = page_of(active(qtbot, case.bench, case.id, "visits"))
    page.album.scene.strip.activated.emit("people")
    assert page.stack.currentWidget() is page.record
    boxes = page.record.rest.fields["present"].boxes  # type: ignore[attr-defined]
    for member in case.people:
        click_check(boxes[str(member)])
    visit = kept(page.desk).dossier.all(Visit)[0]
    assert visit.present == {str(member): True for member in case.people}
    assert len(page.desk.dossier.all(Member)) == 2
    scene = scenes(page.desk.dossier, page.desk.pack, None, clock(20, 0))[0]
    assert next(s for s in stats(scene) if s.key == "people").value == "2 / 3"


def test_nothing_is_wider_than_the_page(qtbot: QtBot, case: Case) -> None:
    case.photo("09:05", "入场")
    made = active(qtbot, case.bench, case.id, "visits")
    page = page_of(made)
    for width in (1120, 1280, 1440):
        made.resize(width, 720)
        page.album.open(str(photos(page)[0].id))
        for view in (page.album.editor, page.album.scene, page.record):
            if view is not page.album.editor:
                page.tabs.view_chosen.emit("record" if view is page.record else "scene")
            QApplication.processEvents()
            inner = view.widget() if isinstance(view, QScrollArea) else view
            assert inner is not None
            assert inner.minimumSizeHint().width() <= view.width(), (width, view)
