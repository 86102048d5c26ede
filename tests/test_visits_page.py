"""The visits' page on a real store: what it shows, what its keys say, what is still to mend."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from app.likeness import METHOD
from app.tables import LikenessRow
from app.workbench import Workbench
from forms.dossier import Member, Photo, Site, Stay, Visit
from forms.photo_facts import BEIJING, PhotoFacts
from grading.finding import Severity, Target
from grading.gate_check import When, todo
from grading.photo_verdict import PhotoWord
from tests.photo_files import at, photo, taken
from tests.window_kit import (
    child,
    click,
    click_check,
    in_front,
    kept,
    opened,
    press,
    refusing,
    window,
)
from widgets.controls import Button
from widgets.desk import Desk
from widgets.dossier_window import DossierWindow
from widgets.field_base import LineEdit
from widgets.pages.visit_check import CheckRow
from widgets.pages.visit_view import scenes, stats
from widgets.pages.visits import VisitsPage
from widgets.photo_editor import take_as_site
from widgets.photo_grid import PhotoCursor
from widgets.theme import theme
from widgets.toggles import Toggle

K = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
DAY = dt.date(2025, 6, 17)
GATE = (43.88, 125.26)


@pytest.fixture(autouse=True, scope="module")
def _themed(qapp: QApplication) -> None:
    theme().install(qapp)


class Case:
    """A dossier with a site, two consultants and one visit of two sessions."""

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench
        self.id = bench.create("示例・现场诊断页")
        site = bench.dossier(self.id).one(Site)
        for name, value in {
            "latitude": "43.88", "longitude": "125.26", "datum": "WGS-84", "source": "人工填写",
        }.items():  # fmt: skip
            bench.put(self.id, "site", site.id, name, value)
        self.people = [bench.add(self.id, "member", name=name) for name in ("甲示例", "乙示例")]
        self.visit = bench.add(self.id, "visit", date=DAY)
        self.morning = bench.add(self.id, "stay", self.visit, start="09:05", end="11:20")
        self.afternoon = bench.add(self.id, "stay", self.visit, start="13:30", end="14:05")

    def photo(self, clock: str, kind: str = "", north: float = 0.0, **more: Any) -> UUID:
        """A photo that was taken at `clock`, so many metres north of the gate."""
        facts = PhotoFacts(
            width=64,
            height=48,
            format="JPEG",
            taken_local=dt.datetime.combine(DAY, dt.time.fromisoformat(clock)),
            offset="+08:00",
            latitude=GATE[0] + north / 111_195,
            longitude=GATE[1],
            make="示例",
        )
        digest = f"{len(self.bench.dossier(self.id).all(Photo)) + 1:064x}"
        return self.bench.add(
            self.id,
            "photo",
            sha256=digest,
            filename=f"IMG_{clock.replace(':', '')}.jpg",
            facts=facts.model_dump(mode="json"),
            visit=self.visit,
            kind=kind,
            **more,
        )


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with opened(tmp_path / "data") as bench:
        yield Case(bench)


def active(qtbot: QtBot, bench: Workbench, dossier: UUID, page: str) -> DossierWindow:
    """The window in front; until then it has no focus to give."""
    made = window(qtbot, bench, dossier, page, judged=True)
    qtbot.waitUntil(lambda: in_front(made))
    return made


def page_of(made: DossierWindow) -> VisitsPage:
    page = made.page()
    assert isinstance(page, VisitsPage)
    return page


def alone(qtbot: QtBot, case: Case, now: dt.datetime) -> VisitsPage:
    """The page by itself, at a time of the test's own."""
    desk = Desk(case.bench, case.id)
    page = VisitsPage(desk, clock=lambda: now)
    desk.setParent(page)
    qtbot.addWidget(page, before_close_func=lambda _page: desk.close())
    page.resize(900, 700)
    with qtbot.waitExposed(page):
        page.show()
    desk.refresh()
    qtbot.waitUntil(lambda: desk.review is not None)
    return page


def clock(hour: int, minute: int) -> dt.datetime:
    return dt.datetime.combine(DAY, dt.time(hour, minute), BEIJING)


def photos(page: VisitsPage) -> list[Photo]:
    return kept(page.desk).dossier.all(Photo)


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


def test_keys_sort_photos_without_a_mouse(qtbot: QtBot, case: Case) -> None:
    for minute in ("09:05", "09:32", "10:21"):
        case.photo(minute)
    page = page_of(active(qtbot, case.bench, case.id, "visits"))
    page.album.scene.focus_current()
    press(K.Key_1, K.Key_L, K.Key_Right, K.Key_3, K.Key_Right, K.Key_5, K.Key_L)
    assert [(p.kind, p.logo) for p in photos(page)] == [
        ("入场", True),
        ("宣贯培训", None),
        ("生产现场", None),
    ]
    assert "入场、离场" in page.toast.accessibleName()
    press(K.Key_Left, K.Key_R)
    qtbot.waitUntil(lambda: isinstance(QApplication.focusWidget(), Toggle))
    press(K.Key_Space)
    chosen = photos(page)[1].people
    assert chosen == {str(case.people[0]): True}
    press(K.Key_Escape)
    assert page.album.currentWidget() is page.album.scene
    assert isinstance(QApplication.focusWidget(), PhotoCursor)
    press(K.Key_Return)
    assert page.album.currentWidget() is page.album.editor
    assert page.album.current() == photos(page)[1]


def several(qtbot: QtBot, case: Case, count: int) -> VisitsPage:
    """The page with so many photos, all of them selected."""
    for n in range(count):
        case.photo(f"09:{n:02}", "入场" if n < 2 else "生产现场")
    page = page_of(active(qtbot, case.bench, case.id, "visits"))
    page.album.scene.focus_current()
    press_with(CTRL, K.Key_A)
    assert page.album.scene.bar.count.text() == f"已选 {count} 张"
    return page


def press_with(held: Qt.KeyboardModifier, key: K) -> None:
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key, held)


def undo(page: VisitsPage) -> None:
    click(child(page.toast, Button, "撤销"))


def test_one_key_says_it_of_all_that_are_selected(qtbot: QtBot, case: Case) -> None:
    page = several(qtbot, case, 4)
    press(K.Key_3)
    assert [p.kind for p in photos(page)] == ["宣贯培训"] * 4
    assert page.toast.accessibleName() == "已将 4 张照片改为“宣贯培训”"
    undo(page)
    assert [p.kind for p in photos(page)] == ["入场", "入场", "生产现场", "生产现场"]
    press(K.Key_S)
    second = str(case.people[1])
    assert [p.people for p in photos(page)] == [{second: True}] * 4
    assert page.toast.accessibleName() == "已在 4 张照片中标注乙示例"
    press(K.Key_S)
    assert [p.people for p in photos(page)] == [{}] * 4
    undo(page)
    assert [p.people for p in photos(page)] == [{second: True}] * 4
    press(K.Key_L)
    assert [p.logo for p in photos(page)] == [True, True, None, None]
    assert "另 2 张不是入场、离场照片" in page.toast.accessibleName()
    press(K.Key_R, K.Key_Space)  # R goes to the people, in place
    first = str(case.people[0])
    assert [set(p.people) for p in photos(page)] == [{first, second}] * 4
    assert not page.album.enlarged


def test_what_some_of_the_selected_have_shows_as_half(qtbot: QtBot, case: Case) -> None:
    first = case.photo("09:05", "入场")
    case.bench.put(case.id, "photo", first, f"people.{case.people[0]}", True)
    case.photo("09:06", "离场")
    page = page_of(active(qtbot, case.bench, case.id, "visits"))
    scene = page.album.scene
    scene.focus_current()
    press_with(SHIFT, K.Key_Right)
    toggle = scene.bar.people.boxes[str(case.people[0])]
    assert (toggle.share.icon, toggle.accessibleDescription()) == ("half", "2 张中 1 张")
    assert scene.bar.kinds.current() == ""
    click(toggle)
    assert [len(p.people) for p in photos(page)] == [1, 1]
    qtbot.waitUntil(lambda: toggle.share.icon == "check")
    scene.focus_current()
    press(K.Key_Left)
    assert scene.grid.selection() == [scene.grid.current()]


def test_the_selected_go_to_another_visit_and_come_back(qtbot: QtBot, case: Case) -> None:
    other = case.bench.add(case.id, "visit", date=DAY + dt.timedelta(days=1))
    page = several(qtbot, case, 3)
    bar = page.album.scene.bar
    click(bar.home)
    assert [each.text() for each in bar.menu.actions()] == [
        "第 1 次（2025-06-17）", "第 2 次（2025-06-18）", "不归入现场诊断",
    ]  # fmt: skip
    bar.menu.actions()[1].trigger()
    bar.menu.close()
    assert {p.visit for p in photos(page)} == {other}
    assert page.toast.accessibleName() == "已将 3 张照片归入第 2 次现场诊断"
    undo(page)
    assert {p.visit for p in photos(page)} == {case.visit}
    page.lay_out()
    press_with(CTRL, K.Key_A)
    click(bar.remove)
    assert photos(page) == [] and page.toast.accessibleName() == "已撤回 3 张照片"
    undo(page)
    assert len(photos(page)) == 3


def test_many_photos_are_changed_behind_the_window(qtbot: QtBot, case: Case) -> None:
    page = several(qtbot, case, 30)
    before = [p.kind for p in photos(page)]
    press(K.Key_6)
    assert "6 其他" not in page.toast.accessibleName()  # not done yet
    qtbot.waitUntil(lambda: page.toast.isVisible(), timeout=20_000)
    assert page.toast.accessibleName() == "已将 30 张照片改为“其他”"
    assert [p.kind for p in photos(page)] == ["其他"] * 30
    undo(page)
    qtbot.waitUntil(lambda: [p.kind for p in photos(page)] == before, timeout=20_000)


def test_where_an_edit_is_refused_nothing_is_said_to_be_done(qtbot: QtBot, case: Case) -> None:
    page = several(qtbot, case, 3)
    with refusing(case.bench):
        press(K.Key_3)
        click(page.album.scene.bar.remove)
    assert [p.kind for p in photos(page)] == ["入场", "入场", "生产现场"]
    assert not page.toast.isVisible()


def test_the_strip_over_the_tiles_stays_in_view(qtbot: QtBot, case: Case) -> None:
    page = several(qtbot, case, 12)
    scene = page.album.scene
    page.window().resize(1280, 720)
    press(K.Key_End)
    qtbot.waitUntil(lambda: scene.verticalScrollBar().value() > 0)
    press(K.Key_Home)
    press(K.Key_End)
    QApplication.processEvents()
    top = scene.verticalScrollBar().value()
    assert scene.bar.y() == max(top, scene._berth.y())
    scene.verticalScrollBar().setValue(scene.verticalScrollBar().maximum())
    assert scene.bar.y() == scene.verticalScrollBar().maximum() > scene._berth.y()
    scene.verticalScrollBar().setValue(0)
    assert scene.bar.geometry().y() == scene._berth.y()
    press(K.Key_Home)
    ring = scene.grid.cursor_at
    at = ring.mapTo(scene.viewport(), QPoint(0, 0))
    assert at.y() > scene.bar.mapTo(scene.viewport(), scene.bar.rect().bottomLeft()).y()


def test_letters_and_digits_typed_into_a_field_stay_there(qtbot: QtBot, case: Case) -> None:
    case.photo("09:05", "入场")
    page = page_of(active(qtbot, case.bench, case.id, "visits"))
    page.go_to(Target("visits", photos(page)[0].id, "caption"))
    qtbot.waitUntil(lambda: isinstance(QApplication.focusWidget(), LineEdit))
    press(K.Key_2, K.Key_L, K.Key_R, K.Key_Left, K.Key_5, K.Key_A, K.Key_Plus, K.Key_Tab)
    found = photos(page)[0]
    assert (found.caption.lower(), found.kind, found.logo) == ("2l5a+r", "入场", None)
    assert not found.people and page.album.editor.picture.whole


def test_tiles_are_filtered_by_verdict_and_say_why(qtbot: QtBot, case: Case) -> None:
    good, far = case.photo("09:32", "宣贯培训"), case.photo("13:44", "人员访谈", north=1900)
    page = page_of(active(qtbot, case.bench, case.id, "visits"))
    scene = page.album.scene
    scene.segments.chosen.emit(PhotoWord.CONTRADICTORY.value)
    assert [judged.photo.id for judged in scene.photos()] == [far]
    tile = scene.grid.cursor_at.accessibleName()
    assert "矛盾" in tile and "1.9 公里" in tile
    page.go_to(Target("visits", good))
    assert page.album.enlarged and page.album.current() == page.desk.dossier.find(Photo, good)
    page.album.step(1)
    reason = [label.text() for label in page.album.editor.findChildren(QWidget, "")
              if hasattr(label, "text") and "围栏以外" in label.text()]  # fmt: skip
    assert reason


def test_a_photo_gives_the_site_its_position_and_it_can_be_taken_back(
    qtbot: QtBot, case: Case
) -> None:
    found = case.photo("09:05", "入场", north=80)
    page = page_of(active(qtbot, case.bench, case.id, "visits"))
    page.album.open(str(found))
    click(page.album.editor.take_site)
    site = kept(page.desk).dossier.one(Site)
    assert (site.latitude, site.longitude) == (f"{GATE[0] + 80 / 111_195:.6f}", "125.260000")
    assert (site.source, site.photo, site.confirmed_by) == ("照片确认", found, "王示例")
    qtbot.waitUntil(lambda: not page.album.editor.take_site.isVisible())
    click(child(page.toast, Button, "撤销"))
    site = kept(page.desk).dossier.one(Site)
    assert (site.latitude, site.source, site.photo) == ("43.88", "人工填写", None)


@pytest.mark.parametrize("writes", range(1, 7))
def test_a_photo_never_gives_its_position_without_its_name(
    qtbot: QtBot, case: Case, writes: int
) -> None:
    found = case.photo("09:05", "入场", north=80)
    page = alone(qtbot, case, clock(12, 0))
    judged = next(each for each in page.album.scene.photos() if each.photo.id == found)
    with ExitStack() as stack:
        kept_so_far = count(1)

        def fill_the_disk() -> None:
            if next(kept_so_far) == writes:
                stack.enter_context(refusing(case.bench))

        page.desk.saved.connect(fill_the_disk)
        take_as_site(page.desk, judged)
    site = kept(page.desk).dossier.one(Site)
    assert site.latitude == "43.88" or (site.source, site.photo) == ("照片确认", found)
    assert site.longitude == "125.26" or site.photo == found


def test_what_is_refused_holds_its_photo_and_its_visit(qtbot: QtBot, case: Case) -> None:
    first, second = case.photo("09:05"), case.photo("09:32")
    other = case.bench.add(case.id, "visit", date=DAY + dt.timedelta(days=1))
    made = active(qtbot, case.bench, case.id, "visits")
    page = page_of(made)
    page.album.open(str(first))
    edit = child(page.album.editor, LineEdit, "照片说明")
    with refusing(case.bench):
        edit.setFocus()
        QTest.keyClicks(edit, "gate")
        page.album.step(1)
        page.album.open(str(second))
        page.album.close_photo()
        click(child(page.album.editor, Button, "撤回照片"))
        page.choose(other)
        page.go_to(Target("visits", case.morning, "start"))
        made.show_page("team")
        editor = page.album.editor
        assert made.key == "visits" and page.stack.currentWidget() is page.album
        assert page.album.enlarged and editor.photo is not None
        assert page.album.current() == editor.photo and editor.photo.id == first
        assert edit.text() == "gate" and "没有存上" in editor.form.fields["caption"].wrong.text()
    page.choose(other)
    assert kept(page.desk).dossier.all(Photo)[0].caption == "gate"
    current = page.current()
    assert current is not None and current.visit.id == other


def test_a_withdrawn_photo_leaves_its_place_to_the_next(qtbot: QtBot, case: Case) -> None:
    first, second = case.photo("09:05"), case.photo("09:32")
    page = page_of(active(qtbot, case.bench, case.id, "visits"))
    page.album.open(str(first))
    click(child(page.album.editor, Button, "撤回照片"))
    assert [p.id for p in photos(page)] == [second]
    assert page.album.enlarged and page.album.current() == photos(page)[0]
    click(child(page.toast, Button, "撤销"))
    assert len(photos(page)) == 2


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


def drop(target: QWidget, *paths: Path) -> None:
    """A real drag of files onto a widget."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    action, button, keys = (
        Qt.DropAction.CopyAction,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier(0),
    )
    QApplication.sendEvent(target, QDragEnterEvent(QPoint(5, 5), action, data, button, keys))
    dropped = QDropEvent(QPointF(5, 5), action, data, button, keys, QEvent.Type.Drop)
    QApplication.sendEvent(target, dropped)
    assert dropped.isAccepted()


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


def test_a_photo_keeps_clear_of_its_buttons_in_a_low_window(qtbot: QtBot, case: Case) -> None:
    for name in ("李示例", "张示例", "赵示例", "孙示例", "周示例"):
        case.bench.add(case.id, "member", name=name)
    case.photo("09:05", "入场")
    made = active(qtbot, case.bench, case.id, "visits")
    page = page_of(made)
    page.album.open(str(photos(page)[0].id))
    made.resize(960, 540)
    editor = page.album.editor
    qtbot.waitUntil(lambda: editor.height() < 420)
    QApplication.processEvents()
    assert editor.picture.geometry().bottom() < editor.kinds.geometry().top()


def test_a_correction_that_is_asked_for_comes_into_view(
    qtbot: QtBot, case: Case, tmp_path: Path
) -> None:
    list(case.bench.import_photos(case.id, [photo(tmp_path / "a.jpg")], case.visit))
    page = alone(qtbot, case, clock(20, 0))
    (shot,) = photos(page)
    for field in ("stated_code", "stated_date"):
        page.album.go_to(shot, field)
        editor = page.album.editor.evidence.form.fields[field]
        qtbot.waitUntil(lambda editor=editor: editor.visibleRegion().contains(editor.rect()))  # type: ignore[misc]
        page.album.close_photo()


def test_the_same_shot_twice_in_a_visit_is_seen_side_by_side(
    qtbot: QtBot, case: Case, tmp_path: Path
) -> None:
    files = [tmp_path / "IMG_1.jpg", tmp_path / "mmexport1.jpg"]
    for path, side in zip(files, (64, 48), strict=True):
        Image.new("RGB", (side, side), "#d03020").save(path)
    list(case.bench.import_photos(case.id, files, case.visit))
    shots = case.bench.dossier(case.id).all(Photo)
    one, other = sorted(photo.sha256 for photo in shots)
    with case.bench.writing() as (session, _log, _records):
        session.add(LikenessRow(one=one, other=other, method=METHOD, alike=True))
    page = alone(qtbot, case, clock(20, 0))
    page.album.open(str(shots[0].id))
    look = child(page.album.editor, Button, "并排查看")
    assert look.accessibleDescription() == f"本次现场诊断的“{shots[1].filename}”"
    look.click()
    assert page.album.currentWidget() is page.album.compare
    assert shots[1].filename in page.album.compare.right.accessibleName()
