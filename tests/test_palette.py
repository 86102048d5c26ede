"""The palette over the window: what it finds, what taking it does, and how quickly."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from app.lookup import load_sounds
from app.workbench import Workbench
from tests.window_kit import fresh_store, in_front
from widgets.actions import ACTIONS
from widgets.finder import of_dossier
from widgets.help_window import HelpWindow
from widgets.main_window import MainWindow
from widgets.pages.visits import VisitsPage
from widgets.palette import Entry, Lot, Palette
from widgets.rubbish import collector
from widgets.theme import DARK, GLARE, theme

K = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
KEYSTROKE_MS = 50


@pytest.fixture
def win(qtbot: QtBot, data_folder: Path) -> Iterator[MainWindow]:
    """The whole window over two dossiers."""
    theme().install(QApplication.instance())  # type: ignore[arg-type]
    load_sounds()
    fresh_store(data_folder)
    bench = Workbench.open(data_folder)
    bench.set_person("王示例")
    for name in ("长春示例精密机械有限公司", "重庆示例食品有限公司"):
        bench.create(name)
    made = MainWindow()
    made.show()
    made.attach(bench)
    qtbot.waitUntil(lambda: in_front(made), timeout=10_000)
    yield made
    made.close()
    made.deleteLater()


def ask(qtbot: QtBot, win: MainWindow, typed: str) -> Palette:
    """Ctrl K, and something typed into what opens; the dossiers have been read."""
    assert win.finder is not None
    page = win.stack.currentWidget()
    assert page is not None
    QTest.keyClick(page, K.Key_K, CTRL)
    palette = win.finder.palette
    assert palette is not None
    qtbot.waitUntil(lambda: len(palette._lots[1].entries) == 2, timeout=10_000)
    palette.field.setText(typed)
    return palette


def take(palette: Palette) -> None:
    QTest.keyClick(palette.field, K.Key_Return)


def rows(palette: Palette) -> list[str]:
    return [palette.list.item(n).text() for n in range(palette.list.count())]


def test_a_dossier_is_opened_from_the_list_by_its_initials(qtbot: QtBot, win: MainWindow) -> None:
    palette = ask(qtbot, win, "zqslsp")
    assert rows(palette)[0].startswith("重庆示例食品有限公司")
    take(palette)
    assert win.dossier is not None
    assert win.dossier.frame.top._name.text() == "重庆示例食品有限公司"


def test_an_action_of_another_page_is_done_there(qtbot: QtBot, win: MainWindow) -> None:
    assert win.bench is not None
    win.open_dossier(win.bench.summaries()[0].id)
    assert win.dossier is not None and win.dossier.key != "visits"
    palette = ask(qtbot, win, "lichang jiancha")
    assert rows(palette)[0] == "离场检查　·　现场诊断"
    take(palette)
    page = win.dossier.page()
    assert isinstance(page, VisitsPage) and win.dossier.key == "visits"


def test_what_the_list_does_is_done_from_within_a_dossier(qtbot: QtBot, win: MainWindow) -> None:
    assert win.bench is not None and win.home is not None
    win.open_dossier(win.bench.summaries()[0].id)
    take(ask(qtbot, win, "xinjian"))
    assert win.dossier is None and win.home.new_band.isVisible()


@pytest.mark.parametrize("opens", ["open_statistics", "open_receiving", "open_security"])
def test_it_works_from_the_pages_over_the_list(qtbot: QtBot, win: MainWindow, opens: str) -> None:
    getattr(win, opens)()
    page = win.over_list()
    assert page is not None
    qtbot.waitUntil(lambda: not page.jobs.busy(), timeout=10_000)
    take(ask(qtbot, win, "长春sl"))
    assert win.over_list() is None and win.dossier is not None


def test_words_that_are_no_name_are_looked_for_in_what_was_typed(
    qtbot: QtBot, win: MainWindow
) -> None:
    assert win.bench is not None and win.home is not None
    win.open_dossier(win.bench.summaries()[0].id)
    palette = ask(qtbot, win, "没有这样的名称")
    assert rows(palette) == ["在填写的内容中查找“没有这样的名称”　·　全部档案"]
    take(palette)
    assert win.dossier is None and win.home.finder.text() == "没有这样的名称"


def test_what_was_taken_lately_stands_first_and_is_remembered(
    qtbot: QtBot, win: MainWindow
) -> None:
    assert win.finder is not None and win.bench is not None
    take(ask(qtbot, win, "在全部"))
    palette = ask(qtbot, win, "")
    assert rows(palette)[0].startswith("在全部档案中查找")
    palette.field.setText("quanbu")
    assert [row.split("　")[0] for row in rows(palette)[:2]] == ["在全部档案中查找", "返回全部档案"]
    palette.close()
    assert win.bench.store.setting("palette_recent") == '["home.find"]'


def test_every_action_of_a_page_is_offered_once_and_with_its_keys(
    qtbot: QtBot, win: MainWindow
) -> None:
    assert win.bench is not None
    win.open_dossier(win.bench.summaries()[0].id)
    assert win.dossier is not None
    found = of_dossier(win.dossier)
    for action in ACTIONS.values():
        elsewhere = {"window", "list", "tabs", "home", "statistics", "receiving", "arrival"}
        if action.place not in elsewhere | {"floor", "answers"}:  # bound only there
            (entry,) = [each for each in found if each.key == action.key]
            assert (entry.name, entry.caps) == (action.name, action.caps)
    assert len({(each.kind, each.name) for each in found}) == len(found)


def test_the_look_is_chosen_from_anywhere_and_at_the_list(qtbot: QtBot, win: MainWindow) -> None:
    assert win.home is not None and win.bench is not None
    win.open_dossier(win.bench.summaries()[0].id)
    take(ask(qtbot, win, "gaoduibidu"))
    assert theme().tokens == GLARE and win.dossier is not None
    assert win.bench.store.setting("look") == "contrast"
    win.go_home()
    win.home.acts["look"].trigger()
    (menu,) = win.home.nav.findChildren(QMenu)
    assert [each.text() for each in menu.actions() if each.isChecked()] == ["高对比度"]
    next(each for each in menu.actions() if each.text() == "深色").trigger()
    assert theme().tokens == DARK
    menu.close()
    theme().choose("system")


def test_f1_and_the_question_mark_help_but_not_while_typing(qtbot: QtBot, win: MainWindow) -> None:
    assert win.home is not None
    for key, tab in ((K.Key_F1, "guide"), (K.Key_Question, "keys")):
        qtbot.waitUntil(lambda: in_front(win), timeout=5000)  # a dialog that closed leaves none
        QTest.keyClick(win.home.table, key)
        (shown,) = win.findChildren(HelpWindow)  # one, however often it is asked for
        assert shown.isVisible() and shown.tabs.current() == tab
        shown.close()
    qtbot.waitUntil(lambda: in_front(win), timeout=5000)
    win.home.finder.setFocus()
    QTest.keyClicks(win.home.finder, "?")
    assert win.home.finder.text() == "?" and not shown.isVisible()


def test_what_an_input_method_composes_is_looked_for_already(qtbot: QtBot) -> None:
    load_sounds()
    host = QWidget()
    qtbot.addWidget(host)
    palette = Palette(
        host, [Entry("采集项", "产品设计", 1), Entry("采集项", "仓储物流", 2)], "查找"
    )
    qtbot.addWidget(palette)
    QApplication.sendEvent(palette.field, QInputMethodEvent("chan'pin", []))
    assert rows(palette) == ["产品设计　·　采集项"] and palette.field.text() == ""
    done = QInputMethodEvent()
    done.setCommitString("仓储")
    QApplication.sendEvent(palette.field, done)
    assert rows(palette) == ["仓储物流　·　采集项"]
    assert palette.field.accessibleDescription() == "仓储物流　·　采集项"


def test_ten_thousand_dossiers_answer_each_key_at_once(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_sounds()
    host = QWidget()
    qtbot.addWidget(host)
    entries = [
        Entry(
            "绿园区", f"长春示例{n % 97}号精密机械{'制造' * (n % 3)}有限公司", uuid4(), key=str(n)
        )
        for n in range(10_000)
    ]
    palette = Palette(host, [], "查找", recent=[str(n) for n in range(40)])
    qtbot.addWidget(palette)
    palette.add(Lot(entries))
    palette.open_over(host)
    worst = 0.0
    # The rubbish of all tests before is not the palette's.
    monkeypatch.setattr(collector(), "paused", True)
    for typed in ("changchunshili", "ccsl9hjmjx", "精密jxyxgs"):
        palette.field.clear()
        for char in typed:
            begun = time.thread_time()
            palette.field.insert(char)
            QApplication.processEvents()
            worst = max(worst, time.thread_time() - begun)
        assert isinstance(palette._found[0].target, UUID)
    assert worst * 1000 < KEYSTROKE_MS
