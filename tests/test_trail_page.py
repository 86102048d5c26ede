"""修改记录 in the real window: read in parts, filtered, put back; undo and redo by their keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import backups, trail
from app.trail import What
from app.workbench import Workbench
from forms.dossier import Enterprise, Equipment
from forms.record import single_id
from tests.window_kit import kept, opened, window
from widgets.dossier_window import DossierWindow
from widgets.pages.trail import WITHDRAWN, TrailPage
from widgets.theme import theme
from widgets.trail_dialogs import WORD, HistoryDialog

CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture(autouse=True, scope="module")
def _themed(qapp: QApplication) -> None:
    theme().install(qapp)


@pytest.fixture
def bench(data_folder: Path) -> Iterator[Workbench]:
    with opened(data_folder) as made:
        yield made


@pytest.fixture
def dossier(bench: Workbench) -> UUID:
    made = bench.create("示例・甲厂")
    for value in ("张示例", "李示例"):
        bench.put(made, "enterprise", single_id(made, "enterprise"), "contact", value)
        bench.seal(made)
    return made


def loaded(qtbot: QtBot, win: DossierWindow) -> TrailPage:
    page = win.page()
    assert isinstance(page, TrailPage)
    qtbot.waitUntil(lambda: page._job is None and not page._pause.isActive(), timeout=10_000)
    return page


def shown(page: TrailPage) -> list[str]:
    return [entry.after or entry.label for entry in page.table.trail.entries]


def test_the_trail_is_narrowed_and_an_old_value_put_back(
    qtbot: QtBot, bench: Workbench, dossier: UUID
) -> None:
    win = window(qtbot, bench, dossier, "trail")
    page = loaded(qtbot, win)
    assert shown(page)[:2] == ["李示例", "张示例"]
    assert not page.back.isEnabled(), "the newest value is what holds"
    page.words.setText("张示例")
    qtbot.waitUntil(lambda: page._pause.isActive() is False and page._job is None)
    qtbot.waitUntil(lambda: len(shown(page)) == 2, timeout=5_000)  # and the one that changed it
    page.table.selectRow(1)
    assert "填写“张示例”" in page.detail.text()
    page.back.click()
    assert kept(win.desk).dossier.one(Enterprise).contact == "张示例"
    # A finding leads away and the nav leads back: it is no step's page.
    win.turn(1)
    assert win.key == "trail"


def test_more_is_read_as_one_scrolls_down(
    qtbot: QtBot, bench: Workbench, dossier: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trail, "PART", 30)
    monkeypatch.setattr(trail.read, "__defaults__", (None, 30))
    for number in range(80):
        with bench.writing() as (_, log, _r):
            log.write(dossier, "enterprise", single_id(dossier, "enterprise"), "phone", str(number))
            log.seal(dossier)
    win = window(qtbot, bench, dossier, "trail")
    page = loaded(qtbot, win)
    assert len(shown(page)) < 80 and page.table.trail.more
    for _ in range(8):
        page.table.scrollToBottom()
        loaded(qtbot, win)
        QApplication.processEvents()
    assert len(shown(page)) >= 80 and len(set(page.table.trail.entries)) == len(shown(page))
    assert not page.table.trail.more


def test_ctrl_z_and_ctrl_y_outside_a_text_field(
    qtbot: QtBot, bench: Workbench, dossier: UUID
) -> None:
    win = window(qtbot, bench, dossier, "trail")
    page = loaded(qtbot, win)
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_Z, CONTROL)
    assert kept(win.desk).dossier.one(Enterprise).contact == "张示例"
    assert win.frame.toast.accessibleName() == "已撤销：“企业基本情况”的“企业联系人”"
    QTest.keyClick(page.table, Qt.Key.Key_Y, CONTROL)
    assert kept(win.desk).dossier.one(Enterprise).contact == "李示例"
    QTest.keyClick(page.table, Qt.Key.Key_Y, CONTROL)
    assert "没有可以重做" in win.frame.toast.accessibleName()


def test_a_text_field_keeps_its_own_undo(qtbot: QtBot, bench: Workbench, dossier: UUID) -> None:
    win = window(qtbot, bench, dossier, "enterprise")
    form = win.page().records[0]  # type: ignore[attr-defined]
    edit = form.fields["phone"].edit
    edit.setFocus()
    QTest.keyClicks(edit, "12")
    QTest.keyClick(edit, Qt.Key.Key_Z, CONTROL)
    edit.flush()
    found = kept(win.desk).dossier.one(Enterprise)
    assert edit.text() == "" and (found.phone, found.contact) == ("", "李示例")


def test_alt_h_shows_what_stood_in_the_field(qtbot: QtBot, bench: Workbench, dossier: UUID) -> None:
    win = window(qtbot, bench, dossier, "enterprise")
    form = win.page().records[0]  # type: ignore[attr-defined]
    form.fields["contact"].edit.setFocus()
    QTest.keyClick(form.fields["contact"].edit, Qt.Key.Key_H, ALT)
    (dialog,) = form.findChildren(HistoryDialog)
    assert [entry.after for entry in dialog.entries] == ["李示例", "张示例"]
    assert not dialog.take.isEnabled()
    dialog.list.setCurrentRow(1)
    dialog.take.click()
    assert kept(win.desk).dossier.one(Enterprise).contact == "张示例"
    assert form.fields["contact"].edit.text() == "张示例"


def test_what_was_withdrawn_comes_back_or_goes_for_good(
    qtbot: QtBot, bench: Workbench, dossier: UUID
) -> None:
    records = [bench.add(dossier, "equipment", name=name) for name in ("车床", "铣床")]
    for record in records:
        bench.withdraw(dossier, "equipment", record)
    win = window(qtbot, bench, dossier, "trail")
    page = loaded(qtbot, win)
    page.show_tab(WITHDRAWN)
    assert page.gone.count() == 2
    assert "车床" in page.gone.item(0).text()
    page.restore.click()
    assert [each.name for each in kept(win.desk).dossier.all(Equipment)] == ["车床"]
    loaded(qtbot, win)
    assert page.gone.count() == 1
    # For good: never by one click.
    dialog = page.ask_purge("equipment", records[1], page.gone.item(0).text())
    assert not dialog.take.isEnabled()
    dialog.reason.setText("误建")
    dialog.typed.setText("删除")
    assert not dialog.take.isEnabled()
    dialog.typed.setText(WORD)
    dialog.take.click()
    qtbot.waitUntil(lambda: "已彻底删除 1 条记录" in page.told.text(), timeout=10_000)
    loaded(qtbot, win)
    assert page.gone.count() == 0
    found = [e for p in trail.parts(bench, dossier) for e in p.entries]
    assert "铣床" not in str(found) and What.PURGED in {each.what for each in found}


def test_backups_that_hold_it_are_offered_to_be_removed(
    qtbot: QtBot, bench: Workbench, dossier: UUID
) -> None:
    record = bench.add(dossier, "equipment", name="铣床")
    made = bench.store.backup("auto")
    win = window(qtbot, bench, dossier, "trail")
    page = loaded(qtbot, win)
    page.purge("equipment", record, "误建")
    qtbot.waitUntil(lambda: "本机备份 1 份" in page.told.text(), timeout=10_000)
    page.told.act.click()
    qtbot.waitUntil(lambda: "已删除此前的备份 1 份" in page.told.text(), timeout=10_000)
    (left,) = backups.newest(bench.store)  # made anew, without the record
    assert left.path != made


def test_the_sheet_is_written_behind_the_window(
    qtbot: QtBot, bench: Workbench, dossier: UUID, tmp_path: Path
) -> None:
    win = window(qtbot, bench, dossier, "trail")
    page = loaded(qtbot, win)
    page.write(tmp_path / "记录.xlsx")
    qtbot.waitUntil(lambda: "修改记录已导出" in page.told.text(), timeout=10_000)
    sheet = openpyxl.load_workbook(tmp_path / "记录.xlsx").active
    assert sheet is not None and sheet.max_row == len(page.table.trail.entries) + 1
