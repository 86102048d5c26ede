"""首次使用: three steps to the first dossier, in nobody's way; the sample comes and goes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from app.sample_removal import remove_samples, sample_ids
from app.samples import FAULTY, load_sample
from app.workbench import Workbench
from forms.dossier import Enterprise, Photo
from forms.record import single_id
from tests.test_purge import hold_fast
from tests.window_kit import click, in_front, opened, press, refusing
from widgets.controls import Button
from widgets.first_run import FirstRun
from widgets.help_window import HelpWindow
from widgets.main_window import MainWindow
from widgets.theme import theme

K = Qt.Key


@pytest.fixture
def bench(tmp_path: Path, qapp: QApplication) -> Iterator[Workbench]:
    theme().install(qapp)
    with opened(tmp_path / "data") as made:
        made.set_person("")
        yield made


@contextmanager
def shown(qtbot: QtBot, bench: Workbench) -> Iterator[MainWindow]:
    """The window over a store, whose jobs end before that is closed."""
    window = MainWindow()
    with qtbot.waitExposed(window):
        window.show()
    window.attach(bench)
    qtbot.waitUntil(lambda: in_front(window), timeout=10_000)
    assert window.home is not None
    window.home.asking.greet()
    try:
        yield window
    finally:
        window.close()
        window.deleteLater()


def first_of(window: MainWindow) -> FirstRun:
    assert window.home is not None and window.home.asking.first is not None
    return window.home.asking.first


def test_three_answers_lead_to_the_first_dossier(qtbot: QtBot, bench: Workbench) -> None:
    with shown(qtbot, bench) as window:
        first, home = first_of(window), window.home
        assert home is not None and first.isVisible() and first.name.hasFocus()
        assert not (home.table.isVisible() or home.filters.isVisible() or home.empty.isVisible())
        QTest.keyClicks(first.name, "Wang")
        press(K.Key_Return)
        assert bench.person == "Wang"
        press(K.Key_Return)  # nothing typed yet: it waits
        assert first.enterprise.hasFocus() and bench.summaries() == []
        QTest.keyClicks(first.enterprise, "Factory")
        click(first.begin)
        assert window.dossier is not None and window.dossier.key == "enterprise"
        assert window.dossier.desk.dossier.one(Enterprise).name == "Factory"
        window.go_home()
        assert home.asking.first is None and home.table.isVisible() and home.filters.isVisible()


def test_esc_leads_to_the_list_for_good(qtbot: QtBot, bench: Workbench) -> None:
    with shown(qtbot, bench) as window:
        home = window.home
        assert home is not None
        QTest.keyClick(first_of(window).name, K.Key_Escape)
        assert home.asking.first is None and home.empty.isVisible()
        assert home.name_band.isVisible()  # who works here is still to be told
        home.refresh()
        assert home.asking.first is None
        again = MainWindow()
        qtbot.addWidget(again)
        assert again.show_list(bench.store).asking.first is None
        home.finish()


def test_whoever_is_known_starts_at_the_enterprise(qtbot: QtBot, bench: Workbench) -> None:
    bench.set_person("王示例")
    with shown(qtbot, bench) as window:
        first = first_of(window)
        assert first.enterprise.hasFocus() and first.name.text() == "王示例"
        QTest.keyClick(window, K.Key_N, Qt.KeyboardModifier.ControlModifier)
        assert first.enterprise.hasFocus()  # here too a new dossier begins with its enterprise
        QTest.keyClick(first.enterprise, K.Key_F1)
        (held,) = window.findChildren(HelpWindow)
        assert held.isVisible()
        held.close()


def test_what_cannot_be_kept_stands_in_its_field_again(qtbot: QtBot, bench: Workbench) -> None:
    with shown(qtbot, bench) as window:
        first, home = first_of(window), window.home
        assert home is not None
        first.enterprise.setText("示例·首家公司")
        with refusing(bench):
            QTest.keyClicks(first.name, "Wang")
            click(first.begin)
            assert home.notice.isVisible() and bench.person == "" and bench.summaries() == []
        assert (first.name.text(), first.enterprise.text()) == ("Wang", "示例·首家公司")
        assert first.name.hasFocus()
        click(first.begin)
        assert bench.person == "Wang" and len(bench.summaries()) == 1


def test_every_other_way_is_an_action_of_the_list(qtbot: QtBot, bench: Workbench) -> None:
    with shown(qtbot, bench) as window:
        home, asked = window.home, list[str]()
        assert home is not None
        first = first_of(window)
        first.asked.disconnect()
        first.asked.connect(asked.append)
        for button in first.findChildren(Button):
            if button is not first.begin and button.text() != "直接进入列表":
                click(button)
        assert asked == ["import", "bring", "sample", "help"]
        assert {*asked} - {"help"} <= home.acts.keys()


def loaded(bench: Workbench) -> UUID:
    *_, made = load_sample(bench, FAULTY)
    assert isinstance(made, UUID)
    return made


def test_the_samples_go_whole_and_nothing_else_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path / "data") as bench:
        own = bench.create("示例·自己的公司")
        sample = loaded(bench)
        assert sample in sample_ids() and own not in sample_ids()
        photo = bench.dossier(sample).all(Photo)[0]
        assert bench.picture(photo, "original")
        *_, last = remove_samples(bench)
        assert last.text == "已移除样例档案 1 份。" and not last.trouble
        assert [each.id for each in bench.summaries()] == [own]
        assert not list(bench.store.folder.rglob(f"*{photo.sha256}*"))
        again = loaded(bench)  # and comes again
        assert again == sample and bench.dossier(again).all(Photo)
        hold_fast(monkeypatch, bench.store.vault.path("originals", photo.sha256))
        *_, last = remove_samples(bench)
        assert "1 个照片和附件暂未从磁盘清除" in last.trouble
        again = loaded(bench)
        name = ("enterprise", single_id(again, "enterprise"), "name")
        bench.put(again, *name, "某某有限公司")
        *_, last = remove_samples(bench)
        assert "按正式档案对待，没有移除" in last.trouble and len(bench.summaries()) == 2


def test_a_samples_row_offers_its_removal_and_others_do_not(qtbot: QtBot, bench: Workbench) -> None:
    bench.set_person("王示例")
    sample, own = loaded(bench), bench.create("示例·自己的公司")
    with shown(qtbot, bench) as window:
        home = window.home
        assert home is not None and home.asking.first is None
        for key, offered in ((own, False), (sample, True)):
            home.list.show(str(key))
            spot = QPoint(40, 60)
            home.table.contextMenuEvent(
                QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, spot, home.mapToGlobal(spot))
            )
            menu = home.table.findChildren(QMenu)[-1]
            names = [action.text() for action in menu.actions()]
            assert ("移除样例档案" in names) is offered
            if offered:
                menu.actions()[names.index("移除样例档案")].trigger()
            menu.close()
        qtbot.waitUntil(lambda: len(bench.summaries()) == 1, timeout=20_000)
        qtbot.waitUntil(lambda: not home.jobs.busy(), timeout=10_000)
