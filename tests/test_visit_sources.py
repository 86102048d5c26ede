"""Photos from every side, on the visits' page with a real store: the menu and the phone."""

from __future__ import annotations

import datetime as dt
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from app.progress import Progress
from forms.dossier import Photo
from forms.errors import UserError
from tests.sources_kit import DAY, OTHER, QUICK_MS, Case, homes, idle, page_of, shot
from tests.window_kit import click, kept, opened, press
from widgets import folder_watch
from widgets.pages import visit_days, visit_phone
from widgets.pages.visit_sources import Sources
from widgets.text import TextLabel
from widgets.theme import theme

K = Qt.Key


@pytest.fixture(autouse=True)
def _quick(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    theme().install(qapp)
    monkeypatch.setattr(folder_watch, "SETTLE_MS", QUICK_MS)


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with opened(tmp_path / "data") as bench:
        yield Case(bench)


def listed(qtbot: QtBot, sources: Sources) -> None:
    qtbot.waitUntil(lambda: sources.phone._job is None, timeout=60_000)


# -- the menu --------------------------------------------------------------------------------------


def test_the_button_opens_the_ways_by_keyboard(
    qtbot: QtBot, case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = page_of(qtbot, case)
    chosen = shot(tmp_path / "选中" / "a.jpg")
    asked: list[str] = []

    def folder(_parent: object, title: str, *_more: object) -> str:  # the system's own dialog
        asked.append(title)
        return str(chosen.parent)

    monkeypatch.setattr(QFileDialog, "getExistingDirectory", folder)
    page.head.take.setFocus(Qt.FocusReason.TabFocusReason)
    press(K.Key_Return)
    menu = page.head.menu
    words = [each.text().partition("\t")[0] for each in menu.actions()]
    assert words == ["选择照片…", "选择文件夹…", "从手机导入…", "监视文件夹…"]
    assert menu.activeAction() is menu.actions()[0]
    QTest.keyClick(menu, K.Key_Down)
    QTest.keyClick(menu, K.Key_Return)
    assert asked == ["选择存放照片的文件夹"]
    idle(qtbot, page)
    assert homes(page) == {"a.jpg": case.visit}


def test_ctrl_i_chooses_photos(
    qtbot: QtBot, case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = page_of(qtbot, case)
    chosen = shot(tmp_path / "a.jpg")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(chosen)], ""))
    QTest.keyClick(page, K.Key_I, Qt.KeyboardModifier.ControlModifier)
    idle(qtbot, page)
    assert homes(page) == {"a.jpg": case.visit}


def test_too_many_files_are_refused_where_one_looks(
    qtbot: QtBot, case: Case, tmp_path: Path
) -> None:
    page = page_of(qtbot, case)
    for n in range(2001):
        (tmp_path / f"{n}.jpg").touch()
    page.sources.take([tmp_path])
    idle(qtbot, page)
    assert page.importing.isVisible()
    assert page.importing.words.text().startswith("一次导入的文件超过 2000 个，尚未收入任何一个")


# -- the phone -------------------------------------------------------------------------------------


@pytest.fixture
def phone(tmp_path: Path) -> Path:
    """A phone with photos of three days in two albums."""
    root = tmp_path / "gvfs"
    camera = root / "mtp:host=SAMPLE_SAMPLE_M1_0123456789AB" / "内部共享存储空间" / "DCIM"
    for n in range(3):
        shot(camera / "Camera" / f"IMG_20250617_090{n}00.jpg", clock=f"09:0{n}:00")
    shot(camera / "今日水印相机" / "20250617_091000.jpg", clock="09:10:00")
    shot(camera / "Camera" / "IMG_20250616_100000.jpg", OTHER, "10:00:00")
    shot(camera / "Camera" / "IMG_20250601_100000.jpg", dt.date(2025, 6, 1), "10:00:00")
    return root


def test_a_visits_photos_come_from_the_phone_in_three_keys(
    qtbot: QtBot, case: Case, phone: Path
) -> None:
    page = page_of(qtbot, case, [phone])
    page.sources.find_phone()
    panel = page.sources.phone
    assert panel.isVisible() and "正在查找" in panel.words.text()
    listed(qtbot, page.sources)
    boxes = [(box.text(), box.isChecked()) for box in panel.choice.days.values()]
    assert [on for _, on in boxes] == [True, False, False]
    assert boxes[0][0].endswith("6月17日 周二　4 张")
    assert [box.text() for box in panel.choice.albums.values()] == [
        "Camera　5 张",
        "今日水印相机　1 张",
    ]
    assert panel.words.text() == "共有照片 6 张，已选 4 张。"
    assert QApplication.focusWidget() is panel.take and panel.take.text() == "导入 4 张"
    press(K.Key_Return)
    assert not panel.isVisible()
    idle(qtbot, page)
    assert set(homes(page).values()) == {case.visit} and len(homes(page)) == 4
    assert page.importing.words.text() == "收入照片 4 张。"
    page.sources.find_phone()
    listed(qtbot, page.sources)
    assert panel.words.text().startswith("共有照片 2 张（另有 4 张已收入本档案），已选 0 张。")
    assert "没有本次现场诊断当天" in panel.words.text() and not panel.take.isEnabled()


def test_albums_and_days_are_chosen(qtbot: QtBot, case: Case, phone: Path) -> None:
    page = page_of(qtbot, case, [phone])
    page.sources.find_phone()
    listed(qtbot, page.sources)
    panel = page.sources.phone
    panel.choice.albums["Camera"].setFocus(Qt.FocusReason.TabFocusReason)
    press(K.Key_Space)
    assert panel.take.text() == "导入 1 张"
    press(K.Key_Space)
    panel.choice.days[OTHER].click()
    assert panel.take.text() == "导入 5 张" and "按拍摄日期归入" in panel.words.text()
    click(panel.take)
    idle(qtbot, page)
    assert homes(page)["IMG_20250616_100000.jpg"] == case.other
    assert homes(page)["20250617_091000.jpg"] == case.visit


def test_older_days_are_a_click_away(
    qtbot: QtBot, case: Case, phone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visit_days, "DAYS", 1)
    page = page_of(qtbot, case, [phone])
    page.sources.find_phone()
    listed(qtbot, page.sources)
    choice = page.sources.phone.choice
    assert list(choice.days) == [DAY] and not choice.newer.isVisible()
    click(choice.older)
    assert list(choice.days) == [OTHER]
    choice.days[OTHER].click()
    assert choice.chosen_days() == {DAY, OTHER}  # the day that is out of sight stays chosen
    click(choice.older)
    assert not choice.older.isVisible()
    click(choice.newer)
    assert choice.days[OTHER].isChecked()


def test_keys_in_the_panel_change_no_photo_and_esc_leaves(
    qtbot: QtBot, case: Case, phone: Path, tmp_path: Path
) -> None:
    page = page_of(qtbot, case, [phone])
    page.sources.take([shot(tmp_path / "a.jpg")])
    idle(qtbot, page)
    page.sources.find_phone()
    listed(qtbot, page.sources)
    press(K.Key_3, K.Key_L)
    assert [each.kind for each in kept(page.desk).dossier.all(Photo)] == [""]
    press(K.Key_Escape)
    assert not page.sources.phone.isVisible()
    assert page.album.scene.isAncestorOf(QApplication.focusWidget() or page)


def test_without_a_phone_it_says_what_to_do(qtbot: QtBot, case: Case, tmp_path: Path) -> None:
    page = page_of(qtbot, case, [tmp_path / "none"])
    page.sources.find_phone()
    listed(qtbot, page.sources)
    panel = page.sources.phone
    assert panel.words.text().startswith("没有找到可以读取的手机或存储卡。")
    assert panel.folder.isVisible() and panel.watch.isVisible() and not panel.take.isVisible()
    shot(tmp_path / "none" / "CARD" / "DCIM" / "IMG_20250617_090500.jpg")
    click(panel.again)
    listed(qtbot, page.sources)
    assert panel.take.text() == "导入 1 张"


def test_two_devices_are_told_apart(qtbot: QtBot, case: Case, phone: Path) -> None:
    shot(phone / "mtp:host=OTHER_M2_ABCDEF0123" / "内部" / "DCIM" / "b.jpg")
    page = page_of(qtbot, case, [phone])
    page.sources.find_phone()
    listed(qtbot, page.sources)
    panel = page.sources.phone
    assert [each.name for each in panel.phones] == ["OTHER M2", "SAMPLE M1"]
    assert panel.devices.isVisible() and "共有照片 1 张" in panel.words.text()
    panel.devices.chosen.emit("1")
    listed(qtbot, page.sources)
    assert "共有照片 6 张" in panel.words.text()


def test_more_than_can_be_taken_at_once_is_not_offered(
    qtbot: QtBot, case: Case, phone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visit_phone, "FILES_CEILING", 3)
    page = page_of(qtbot, case, [phone])
    page.sources.find_phone()
    listed(qtbot, page.sources)
    assert "一次最多导入 3 张" in page.sources.phone.words.text()
    assert not page.sources.phone.take.isEnabled()


def test_a_page_can_be_closed_while_a_device_does_not_answer(
    qtbot: QtBot, case: Case, phone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.scandir

    def scandir(path: str | Path) -> object:
        if "SAMPLE" in str(path):  # no test can pull a phone out of a mount
            threading.Event().wait()
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    page = page_of(qtbot, case, [phone])
    page.sources.find_phone()
    job = page.sources.phone._job
    assert job is not None
    qtbot.wait(300)
    begun = time.monotonic()
    page.sources.deleteLater()
    qtbot.waitUntil(lambda: not isValid(job), timeout=10_000)
    assert time.monotonic() - begun < 5


@pytest.mark.allow_log("a job failed")
def test_a_bug_while_looking_reaches_the_window(
    qtbot: QtBot, case: Case, phone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_phone: object) -> Iterator[object]:
        yield 1 // 0

    monkeypatch.setattr(visit_phone, "photos_of", broken)
    page = page_of(qtbot, case, [phone])
    with qtbot.waitSignal(page.desk.crashed, timeout=20_000):
        page.sources.find_phone()
    panel = page.sources.phone
    assert panel.words.text().startswith("读取时出错") and panel.again.isVisible()


def test_an_import_that_breaks_off_tells_what_was_taken_and_left_out(
    qtbot: QtBot, case: Case
) -> None:
    def work() -> Iterator[Progress]:
        yield Progress(1, 4, "a.jpg")
        yield Progress(2, 4, "b.jpg", "“b.jpg”不是可读取的图片，已跳过。")
        raise UserError("没有存上（磁盘已满），已收入的均已保留，请检查磁盘空间后重试。")

    page = page_of(qtbot, case)
    page.importing.start(work)
    idle(qtbot, page)
    bar = page.importing
    assert bar.words.text().startswith("没有存上（磁盘已满）")
    told = [label.text() for label in bar._list.findChildren(TextLabel)]
    assert told == [
        "此前收入照片 1 张，以下 1 个文件没有收入。",
        "“b.jpg”不是可读取的图片，已跳过。",
    ]
