"""The window: opening, the list, errors, and closing."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import event
from sqlcipher3.dbapi2 import Connection

from app.progress import Progress
from app.store import Store
from app.workbench import Workbench
from forms.dossier import Enterprise, Site
from grading.finding import Target
from tests.app_kit import database_of
from tests.window_kit import (
    child,
    click,
    drop,
    fresh_store,
    home_of,
    kept,
    opened,
    press,
    running,
    started,
)
from widgets.application import Program
from widgets.controls import Button
from widgets.dossier_window import ANYWAY, LOSES
from widgets.field_base import LineEdit
from widgets.main_window import MainWindow
from widgets.pages.home import HomePage
from widgets.theme import theme

K = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(autouse=True, scope="module")
def _themed(qapp: QApplication) -> None:
    theme().install(qapp)


@pytest.fixture
def program(qtbot: QtBot, data_folder: Path) -> Iterator[Program]:
    with running(qtbot, data_folder) as made:
        yield made


def left(home: HomePage) -> None:
    """Put the three steps of an empty store away."""
    assert home.asking.first is not None
    QTest.keyClick(home.asking.first, K.Key_Escape)
    assert home.asking.first is None


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
    drop(home, bad, good)
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
