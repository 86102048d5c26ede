"""The window: opening, the list, one dossier with its frame, errors, and closing."""

from __future__ import annotations

import datetime as dt
import gc
import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import fields, replace
from pathlib import Path
from typing import Any
from uuid import UUID
from weakref import ref

import pytest
from PySide6.QtCore import QMimeData, QObject, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot
from sqlalchemy import event
from sqlcipher3.dbapi2 import Connection

from app.portfolio import Entry
from app.progress import Progress
from app.store import Store
from app.workbench import Workbench
from forms.dossier import Enterprise, Equipment, Product, Site
from forms.steps import PAGES
from grading.finding import Severity, Target
from tests.app_kit import database_of
from tests.window_kit import (
    LEFT,
    NAME,
    child,
    click,
    fresh_store,
    kept,
    opened,
    press,
    started,
    window,
)
from widgets import tidy
from widgets.application import Program
from widgets.controls import Button, SegmentedControl
from widgets.dossier_nav import nav_groups, page_of_row, row_of_page
from widgets.dossier_window import ANYWAY, LOSES
from widgets.field_base import LineEdit
from widgets.findings_panel import FindingCard
from widgets.home_rows import row_of
from widgets.list_page import ListPage
from widgets.main_window import MainWindow
from widgets.page_table import ASIDE, MAKERS
from widgets.pages.home import HomePage
from widgets.palette import Palette
from widgets.theme import theme

K = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(autouse=True, scope="module")
def _themed(qapp: QApplication) -> None:
    theme().install(qapp)


@pytest.fixture
def bench(data_folder: Path) -> Iterator[Workbench]:
    with opened(data_folder) as made:
        yield made


@pytest.fixture
def program(qtbot: QtBot, data_folder: Path) -> Iterator[Program]:
    """The real program on an empty store, its list in view."""
    fresh_store(data_folder)
    with started(data_folder) as made:
        with qtbot.waitSignal(made.ready, timeout=20_000):
            pass
        made.window.activateWindow()
        yield made


def home_of(window: MainWindow) -> HomePage:
    assert window.home is not None
    return window.home


def left(home: HomePage) -> None:
    """Put the three steps of an empty store away."""
    assert home.asking.first is not None
    QTest.keyClick(home.asking.first, K.Key_Escape)
    assert home.asking.first is None


TODAY = dt.date(2025, 7, 1)


def entry(**values: Any) -> Entry:
    empty = {each.name: None for each in fields(Entry)}
    known = {"name": "示例・甲厂", "district": "绿园区", "industry": "汽车零部件配件制造业"}
    return Entry(**{**empty, "id": UUID(int=1), **known, **values})


def test_it_paints_before_it_opens_the_data(qtbot: QtBot, data_folder: Path) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    assert window.bench is None and not data_folder.exists()


def test_the_first_run_asks_for_a_name_and_remembers_it(program: Program) -> None:
    home = home_of(program.window)
    first = home.asking.first
    assert first is not None and first.name.hasFocus() and not home.name_band.isVisible()
    QTest.keyClicks(first.name, "Wang")
    press(K.Key_Return)
    assert home.bench.person == "Wang" and first.enterprise.hasFocus()
    assert home.bench.store.setting("person") == "Wang"


def test_a_dossier_is_made_by_keyboard_and_opens(program: Program) -> None:
    home = home_of(program.window)
    left(home)
    QTest.keyClick(program.window, K.Key_N, CTRL)
    assert home.new_band.field.hasFocus()
    QTest.keyClicks(home.new_band.field, "Factory")
    press(K.Key_Return)
    dossier = program.window.dossier
    assert dossier is not None and dossier.key == "enterprise"
    assert dossier.desk.dossier.one(Enterprise).name == "Factory"
    dossier.frame.top.back.emit()
    assert program.window.stack.currentWidget() is home
    assert home.table.current() == str(dossier.desk.dossier_id)
    press(K.Key_Return)
    assert program.window.dossier is not None


def test_esc_puts_the_new_name_away(program: Program) -> None:
    home = home_of(program.window)
    left(home)
    home.new_band.ask()
    press(K.Key_Return)
    assert home.new_band.isVisible()  # an empty name makes nothing
    press(K.Key_Escape)
    assert not home.new_band.isVisible() and home.bench.summaries() == []


def test_a_bundle_opened_by_a_double_click_is_looked_at(
    qtbot: QtBot, data_folder: Path, tmp_path: Path
) -> None:
    fresh_store(data_folder)
    bundle = tmp_path / "甲厂-文件包.zip"
    bundle.write_bytes(b"no archive")
    with started(data_folder, bundle) as program:
        with qtbot.waitSignal(program.ready, timeout=20_000):
            pass
        said = home_of(program.window)
        qtbot.waitUntil(lambda: _says(said, "甲厂-文件包.zip"), timeout=20_000)


def test_a_folder_in_use_is_said_in_a_sentence(qtbot: QtBot, data_folder: Path) -> None:
    with ExitStack() as stack:
        first = stack.enter_context(opened(data_folder))
        program = stack.enter_context(started(data_folder))
        page = program.window.stack
        qtbot.waitUntil(lambda: _says(page.currentWidget(), "另一个诊改工作台窗口"), timeout=20_000)
        first.close()
        with qtbot.waitSignal(program.ready, timeout=10_000):
            click(child(program.window, Button, "重新打开"))


@pytest.mark.allow_log("could not be opened")
def test_a_broken_database_is_said_in_a_sentence(qtbot: QtBot, data_folder: Path) -> None:
    Store(data_folder).close()
    database_of(data_folder).write_bytes(b"no database at all" * 100)
    with started(data_folder) as program:
        page = program.window.stack
        qtbot.waitUntil(lambda: _says(page.currentWidget(), "原文件未动"), timeout=20_000)
        assert database_of(data_folder).read_bytes() == b"no database at all" * 100


def _says(widget: object, words: str) -> bool:
    from PySide6.QtWidgets import QLabel, QWidget

    assert isinstance(widget, QWidget)
    return any(words in label.text() for label in widget.findChildren(QLabel))


@pytest.mark.allow_log("unexpected error")
def test_an_error_nobody_foresaw_names_the_log_and_loses_nothing(program: Program) -> None:
    home = home_of(program.window)
    home.asking.begin_dossier("Factory")
    dossier = program.window.dossier
    assert dossier is not None and program.log is not None
    edit = child(dossier.page(), LineEdit, "企业联系人")
    click(edit)
    QTest.keyClicks(edit, "Zhou")
    error = RuntimeError("a slot failed")
    sys.excepthook(RuntimeError, error, None)
    assert program.crash is not None and program.crash.isVisible()
    assert str(program.log) in program.crash.words and "没有丢失" in program.crash.words
    assert "a slot failed" in program.log.read_text("utf-8")
    click(child(program.crash, Button, "继续使用"))
    assert not program.crash.isVisible()
    dossier.close_desk()
    assert kept(dossier.desk).dossier.one(Enterprise).contact == "Zhou"


def test_closing_keeps_what_is_being_typed_and_frees_the_folder(
    program: Program, data_folder: Path
) -> None:
    home_of(program.window).asking.begin_dossier("Factory")
    dossier = program.window.dossier
    assert dossier is not None
    edit = child(dossier.page(), LineEdit, "企业联系人")
    click(edit)
    QTest.keyClicks(edit, "Zhou")
    program.window.close()
    again = Workbench.open(data_folder)
    assert again.dossier(dossier.desk.dossier_id).one(Enterprise).contact == "Zhou"
    again.close()


def test_what_was_not_kept_is_left_by_ones_own_will_only(
    program: Program, data_folder: Path
) -> None:
    home = home_of(program.window)
    home.asking.begin_dossier("Factory")
    dossier = program.window.dossier
    assert dossier is not None
    page = dossier.show_page("site")
    edit = child(page, LineEdit, "纬度")
    edit.setFocus()
    QTest.keyClicks(edit, "north")
    dossier.jump(Target("team"))
    assert dossier.key == "site" and edit.text() == "north" and dossier.notice.act.text() == ANYWAY
    click(dossier.notice.act)
    assert dossier.key == "team" and dossier.notice.text() == ""
    program.window.go_home()
    assert program.window.dossier is dossier and dossier.key == "site"
    assert dossier.notice.text() == LOSES and edit.text() == "north"
    program.window.close()
    assert program.window.isVisible() and program.window.bench is not None
    edit.setFocus()
    edit.selectAll()
    QTest.keyClicks(edit, "43.88")
    assert dossier.may_leave(lambda: None)
    edit.selectAll()
    QTest.keyClicks(edit, "east")
    program.window.close()
    assert program.window.isVisible()
    click(dossier.notice.act)
    assert not program.window.isVisible()
    again = Workbench.open(data_folder)
    assert again.dossier(dossier.desk.dossier_id).one(Site).latitude == "43.88"
    again.close()


def test_what_a_job_says_after_the_close_changes_nothing(
    qtbot: QtBot, program: Program, data_folder: Path
) -> None:
    home = home_of(program.window)
    home.asking.begin_dossier("Factory")
    dossier = program.window.dossier
    assert dossier is not None
    desk, bench, told = dossier.desk, home.bench, list[str]()
    desk.restructured.connect(lambda: told.append("laid out"))
    job = desk.job(lambda: iter([Progress(1, 1, "一步")]))
    job.ended.connect(lambda: told.append("ended"))
    job.ended.connect(lambda: desk.put("enterprise", desk.dossier_id, "contact", "Zhou"))
    again = home.run(lambda: iter([Progress(1, 1, "一步")]))
    job.start()
    assert job.wait() and again.wait()  # over, but nobody has heard of it yet
    program.window.close()
    statements: list[str] = []
    event.listen(
        bench.store.engine, "before_cursor_execute", lambda *args: statements.append(args[2])
    )
    qtbot.waitUntil(lambda: told == ["ended"], timeout=5_000)
    qtbot.wait(200)
    assert told == ["ended"] and statements == []


def test_a_dropped_file_is_imported_and_a_bad_one_named(
    qtbot: QtBot, program: Program, tmp_path: Path
) -> None:
    home = home_of(program.window)
    good, bad = tmp_path / "dossier.json", tmp_path / "bad.json"
    content = {"format": "zhengai-dossier/1", "enterprise": {"name": "示例・丙厂"}}
    good.write_text(json.dumps(content), "utf-8")
    bad.write_text("{", "utf-8")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in (bad, good)])
    plain, copy = Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction
    enter = QDragEnterEvent(QPoint(20, 20), copy, data, LEFT, plain)
    drop = QDropEvent(
        QPointF(20, 20),
        Qt.DropAction.CopyAction,
        data,
        LEFT,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(home, enter)
    QApplication.sendEvent(home, drop)
    qtbot.waitUntil(lambda: not home.jobs.busy(), timeout=20_000)
    assert [s.name for s in home.bench.summaries()] == ["示例・丙厂"]
    assert "bad.json" in home.notice.text()
    assert (
        home.bench.summaries()[0].facts["findings"]["block"] > 5
    )  # judged at once, so that the list can say how it stands


def test_a_job_shows_its_progress_and_stops_on_cancel(qtbot: QtBot, program: Program) -> None:
    home = home_of(program.window)
    steps: list[int] = []

    def work() -> Iterator[Progress]:
        for done in range(100_000):
            steps.append(done)
            yield Progress(done, 100_000, "处理文件")

    job = home.run(work)
    assert home.jobs.isVisible()
    with qtbot.waitSignal(job.ended, timeout=10_000):
        click(child(home.jobs, Button, "取消"))
    assert not home.jobs.isVisible() and not home.jobs.busy()


def test_rows_say_how_a_dossier_stands() -> None:
    held = entry(step=4, level=1, target=2, due=TODAY + dt.timedelta(3), block=2, warn=1, info=0)
    row = row_of(held, TODAY)
    assert (row.step, row.step_name, row.level) == (4, "开展现场服务", 1)
    assert (row.goal, row.due, row.due_token) == ("二级", "3 天", "warn")
    assert row.counts[Severity.BLOCK] == 2
    late = row_of(replace(held, due=TODAY - dt.timedelta(2), level=2), TODAY)
    assert (late.due, late.due_token, late.goal) == ("逾期 2 天", "block", "已达目标")
    assert row_of(replace(held, handed=True), TODAY).due == "已备齐"
    fresh = row_of(entry(), TODAY)
    assert (fresh.step, fresh.level, fresh.due) == (1, None, "未签")


def test_the_list_is_narrowed_by_typing_and_widened_again(program: Program) -> None:
    home = home_of(program.window)
    for name in ("alpha", "beta"):
        home.bench.create(name)
    home.refresh()
    home.finish()
    QTest.keyClick(program.window, K.Key_F, CTRL)
    assert home.finder.hasFocus()
    QTest.keyClicks(home.finder, "bet")
    QTest.qWait(200)
    assert home.table.model().rowCount() == 1 and home.clear.isVisible()
    click(home.clear)
    assert home.table.model().rowCount() == 2 and not home.clear.isVisible()


def test_every_page_of_the_plan_has_its_class() -> None:
    assert list(MAKERS) == list(PAGES)


def test_the_navigation_has_a_row_a_page(bench: Workbench) -> None:
    dossier = bench.dossier(bench.create(NAME))
    groups = nav_groups(dossier, bench.pack, None)
    rows = [page.key for group in groups for step in group.entries for page in step.pages]
    assert [page_of_row(row) for row in rows] == list(PAGES)
    assert row_of_page("walk") in rows and page_of_row("visit") == "walk"
    assert len(rows) == len(set(rows) - {step.key for g in groups for step in g.entries})


def test_the_frame_says_whose_dossier_when_saved_and_what_is_wrong(
    qtbot: QtBot, bench: Workbench
) -> None:
    win = window(qtbot, bench, bench.create(NAME), "enterprise", judged=True)
    assert win.frame.top._name.text() == NAME
    edit = child(win.page(), LineEdit, "企业联系人")
    click(edit)
    with qtbot.waitSignal(win.desk.reviewed, timeout=10_000):
        QTest.keyClicks(edit, "Zhou")
    assert win.frame.top._saved.accessibleName().startswith("已保存 ")
    cards = win.frame.findings.findChildren(FindingCard)
    assert cards and win.frame.top._due.accessibleName() == "协议未签"


def test_a_finding_jumps_to_its_page_and_field(qtbot: QtBot, bench: Workbench) -> None:
    win = window(qtbot, bench, bench.create(NAME), "enterprise")
    row = win.desk.add("equipment", name="saw")
    win.frame.finding_activated.emit(Target("inventory", row, "quantity"))
    assert win.key == "inventory" and child(win.page(), LineEdit, "数量").hasFocus()
    assert win.desk.dossier.find(Equipment, row) is not None


def test_a_finding_without_a_record_leads_to_the_empty_table(
    qtbot: QtBot, bench: Workbench
) -> None:
    win = window(qtbot, bench, bench.create(NAME), "enterprise")
    win.desk.add("project", name="MES")
    win.frame.finding_activated.emit(Target("projects"))
    page = win.page()
    assert isinstance(page, ListPage) and page.pane.listed.kind is Product
    assert page._add.hasFocus()


def test_pages_follow_in_the_order_of_the_work(qtbot: QtBot, bench: Workbench) -> None:
    win = window(qtbot, bench, bench.create(NAME), "enterprise")
    win.turn(1)
    assert win.key == list(PAGES)[1]
    QTest.keyClick(win, K.Key_PageUp, CTRL)
    assert win.key == "enterprise"
    win.turn(-1)
    assert win.key == "enterprise"
    win.frame.nav.opened.emit("agreement")
    assert win.key == "agreement"


def test_the_palette_goes_where_one_types(qtbot: QtBot, bench: Workbench) -> None:
    win = window(qtbot, bench, bench.create(NAME), "enterprise")
    QTest.keyClick(win, K.Key_K, CTRL)
    palette = win.findChildren(Palette)[0]
    palette.field.setText("诊断团队")
    QTest.keyClick(palette.field, K.Key_Return)
    assert win.key == "team"


def test_the_palette_says_when_it_finds_nothing(qtbot: QtBot, bench: Workbench) -> None:
    win = window(qtbot, bench, bench.create(NAME), "enterprise")
    win.search()
    palette = win.findChildren(Palette)[0]
    palette.field.setText("没有这样的页面")
    QTest.keyClick(palette.field, K.Key_Return)
    assert palette.list.item(0).text().startswith("没有找到") and win.key == "enterprise"
    palette.close()


@pytest.mark.parametrize("key", ["enterprise", "inventory", "team"])
def test_no_field_is_cut_at_any_width(qtbot: QtBot, bench: Workbench, key: str) -> None:
    win = window(qtbot, bench, bench.create(NAME), key)
    win.desk.add("equipment", name=NAME)
    win.desk.add("member", name=NAME)
    page = win.page()
    for width, height in ((1280, 720), (1440, 900), (900, 600)):
        win.resize(width, height)
        qtbot.wait(20)
        for edit in page.findChildren(QLineEdit):
            if edit.isVisible():
                right = edit.mapTo(page, edit.rect().topRight()).x()
                assert right <= page.width(), (width, edit.accessibleName())


def test_a_name_that_could_not_be_kept_stands_in_its_field_again(program: Program) -> None:
    home = home_of(program.window)

    def read_only(connection: Connection, *_more: Any) -> None:
        connection.execute("PRAGMA query_only=ON").close()

    left(home)
    event.listen(home.bench.store.engine, "checkout", read_only)
    QTest.keyClicks(home.name_band.field, "Wang")
    press(K.Key_Return)
    assert home.notice.isVisible() and home.bench.person == ""
    assert home.name_band.isVisible() and home.name_band.field.text() == "Wang"
    QTest.keyClick(program.window, K.Key_N, CTRL)
    QTest.keyClicks(home.new_band.field, "Factory")
    press(K.Key_Return)
    assert home.new_band.isVisible() and home.new_band.field.text() == "Factory"
    assert program.window.dossier is None and home.bench.summaries() == []


def test_a_dossier_that_was_left_is_let_go_of(
    program: Program, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tidy, "_AT_REST_MS", 50)
    home_of(program.window).asking.begin_dossier("Factory")
    before = {id(each) for each in QApplication.topLevelWidgets()}
    for key in ("contact", "visits", "milestones"):
        assert program.window.dossier is not None
        program.window.dossier.show_page(key)
    assert program.window.dossier is not None
    held = ref(program.window.dossier.desk)
    gc.disable()  # else it would come by itself, some day
    try:
        program.window.go_home()
        qtbot.waitUntil(lambda: held() is None, timeout=10_000)
    finally:
        gc.enable()
    parts = (LineEdit, Button, SegmentedControl)
    alone = [each for each in QApplication.topLevelWidgets() if isinstance(each, parts)]
    assert [each.accessibleName() for each in alone if id(each) not in before] == []


def test_no_page_of_a_dossier_outlives_it(program: Program, qtbot: QtBot) -> None:
    """All pages twice: what the second time leaves behind, each dossier of a day would."""
    home_of(program.window).asking.begin_dossier("Factory")
    assert program.window.dossier is not None
    dossier = program.window.dossier.desk.dossier_id
    left = []
    for _ in range(2):
        program.window.open_dossier(dossier)
        for key in (*PAGES, *ASIDE):
            program.window.dossier.show_page(key)
            qtbot.wait(20)  # for what a page makes after its first paint
        program.window.go_home()
        qtbot.waitUntil(lambda: program.window.dossier is None)
        qtbot.wait(100)
        tidy.tidy()
        held = (each for each in gc.get_objects() if isinstance(each, QObject))
        names = Counter(f"{type(each).__module__}.{type(each).__name__}" for each in held)
        left.append({name: n for name, n in names.items() if "home" not in name})
    assert {name: n for name, n in left[1].items() if n > left[0].get(name, 0)} == {}
