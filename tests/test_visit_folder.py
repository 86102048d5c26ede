"""A watched folder on the visits' page with a real store: taken as it comes, offered once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.watched_folder import FOLDER_SETTING, HOME_SETTING, OWNER_SETTING
from tests.sources_kit import DAY, OTHER, QUICK_MS, Case, homes, idle, page_of, shot
from tests.window_kit import click, opened
from widgets import folder_watch
from widgets.pages import visit_sources
from widgets.pages.visit_sources import BY_DAY
from widgets.pages.visits import VisitsPage
from widgets.theme import theme


@pytest.fixture(autouse=True)
def _quick(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    theme().install(qapp)
    monkeypatch.setattr(folder_watch, "SETTLE_MS", QUICK_MS)


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with opened(tmp_path / "data") as bench:
        yield Case(bench)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "收到的照片"
    made.mkdir()
    return made


def watched(qtbot: QtBot, page: VisitsPage) -> None:
    """Until nothing is looked at and nothing is imported."""
    watch = page.sources.watch

    def rests() -> bool:
        looking = watch._job is not None or watch._again.isActive()
        return not looking and not page.importing.running

    qtbot.waitUntil(rests, timeout=60_000)


def begin(qtbot: QtBot, case: Case, folder: Path) -> VisitsPage:
    page = page_of(qtbot, case)
    page.sources.watch_folder(folder)
    watched(qtbot, page)
    return page


def test_what_comes_into_the_folder_comes_into_the_visit(
    qtbot: QtBot, case: Case, folder: Path
) -> None:
    page = begin(qtbot, case, folder)
    line = page.sources.line
    assert line.words.text() == "正在监视文件夹“收到的照片”，新照片自动收入。"
    assert line.mark.accessibleName() == "监视中"
    shot(folder / "a.jpg", OTHER)
    qtbot.waitUntil(lambda: "已收入 1 张" in line.words.text(), timeout=60_000)
    assert homes(page) == {"a.jpg": case.visit}
    line.homes.chosen.emit(BY_DAY)
    line.homes.set_current(BY_DAY)
    shot(folder / "b.jpg", OTHER, "09:06:00")
    qtbot.waitUntil(lambda: "已收入 2 张" in line.words.text(), timeout=60_000)
    assert homes(page)["b.jpg"] == case.other
    assert case.bench.store.setting(HOME_SETTING) == BY_DAY
    assert case.bench.store.setting(FOLDER_SETTING) == str(folder)


def test_what_lay_there_before_is_offered_once(qtbot: QtBot, case: Case, folder: Path) -> None:
    for n in range(3):
        shot(folder / f"{n}.jpg", clock=f"09:0{n}:00")
    page = page_of(qtbot, case)
    page.sources.take([folder / "0.jpg"])
    idle(qtbot, page)
    page.sources.watch_folder(folder)
    watched(qtbot, page)
    line = page.sources.line
    assert line.take.isVisible() and line.take.text() == "导入 2 张"
    assert "已有 2 张没有收入本档案" in line.count.text()
    assert len(homes(page)) == 1
    click(line.take)
    assert not line.take.isVisible()
    watched(qtbot, page)
    assert set(homes(page)) == {"0.jpg", "1.jpg", "2.jpg"}
    assert "已收入 2 张" in line.words.text() and not line.take.isVisible()


def test_what_is_declined_is_left_alone(qtbot: QtBot, case: Case, folder: Path) -> None:
    shot(folder / "0.jpg")
    page = begin(qtbot, case, folder)
    click(page.sources.line.decline)
    assert not page.sources.line.take.isVisible()
    shot(folder / "1.jpg", clock="09:06:00")
    qtbot.waitUntil(lambda: "已收入 1 张" in page.sources.line.words.text(), timeout=60_000)
    assert set(homes(page)) == {"1.jpg"}


def test_a_copy_is_not_taken_twice_and_no_picture_is_named(
    qtbot: QtBot, case: Case, folder: Path
) -> None:
    page = begin(qtbot, case, folder)
    first = shot(folder / "a.jpg")
    qtbot.waitUntil(lambda: len(homes(page)) == 1, timeout=60_000)
    watched(qtbot, page)
    shutil.copy(first, folder / "b.jpg")
    (folder / "c.jpg").write_bytes(b"no picture")
    qtbot.waitUntil(lambda: len(page.importing.troubles) == 2, timeout=60_000)
    watched(qtbot, page)
    assert len(homes(page)) == 1
    said = "".join(page.importing.troubles)
    assert "“b.jpg”已在本次导入位置" in said and "“c.jpg”不是可读取的图片" in said
    assert "已收入 1 张" in page.sources.line.words.text()


def test_a_folder_that_goes_is_said_to_and_stopping_forgets_it(
    qtbot: QtBot, case: Case, folder: Path
) -> None:
    page = begin(qtbot, case, folder)
    line = page.sources.line
    folder.rename(folder.parent / "away")
    qtbot.waitUntil(lambda: "不在原处" in line.words.text(), timeout=60_000)
    assert line.mark.accessibleName() == "已断开"
    (folder.parent / "away").rename(folder)
    qtbot.waitUntil(lambda: line.mark.accessibleName() == "监视中", timeout=60_000)
    click(line.stop)
    assert not line.isVisible()
    assert case.bench.store.setting(FOLDER_SETTING) == ""
    shot(folder / "a.jpg")
    qtbot.wait(4 * QUICK_MS)
    assert homes(page) == {}


def test_the_folder_is_watched_again_after_the_next_start(
    qtbot: QtBot, case: Case, folder: Path
) -> None:
    case.bench.store.set_setting(FOLDER_SETTING, str(folder))
    case.bench.store.set_setting(OWNER_SETTING, str(case.id))
    case.bench.store.set_setting(HOME_SETTING, BY_DAY)
    shot(folder / "0.jpg")
    page = page_of(qtbot, case)
    watched(qtbot, page)
    line = page.sources.line
    assert line.isVisible() and line.homes.current() == BY_DAY
    assert line.take.text() == "导入 1 张" and homes(page) == {}


@pytest.mark.parametrize("known", [True, False])
def test_another_dossier_asks_before_the_folders_photos_go_there(
    qtbot: QtBot, case: Case, folder: Path, known: bool
) -> None:
    """Also where the setting is of a time when it named no dossier."""
    first = case.id
    store = case.bench.store
    store.set_setting(FOLDER_SETTING, str(folder))
    store.set_setting(OWNER_SETTING, str(first) if known else "")
    case.id = case.bench.create("示例・另一家")
    case.visit = case.bench.add(case.id, "visit", date=DAY)
    page = page_of(qtbot, case)
    line = page.sources.line
    whose = "“示例・照片来源”的" if known else "其他"
    assert f"是为{whose}档案监视的" in line.words.text() and line.isVisible()
    assert not page.sources.watch.on and not line.homes.isVisible()
    shot(folder / "a.jpg")
    qtbot.wait(4 * QUICK_MS)
    assert homes(page) == {}
    click(line.take)
    watched(qtbot, page)
    assert store.setting(OWNER_SETTING) == str(case.id)
    assert line.mark.accessibleName() == "监视中" and line.homes.isVisible()
    assert line.take.text() == "导入 1 张" and line.decline.isVisible()
    shot(folder / "b.jpg", clock="09:06:00")
    qtbot.waitUntil(lambda: "已收入 1 张" in line.words.text(), timeout=60_000)
    assert homes(page) == {"b.jpg": case.visit}


def test_who_does_not_want_anothers_folder_puts_the_question_away(
    qtbot: QtBot, case: Case, folder: Path
) -> None:
    case.bench.store.set_setting(FOLDER_SETTING, str(folder))
    page = page_of(qtbot, case)
    click(page.sources.line.stop)
    assert not page.sources.line.isVisible() and not page.sources.watch.on
    assert case.bench.store.setting(FOLDER_SETTING) == str(folder)


def test_the_programs_own_folder_is_not_watched(qtbot: QtBot, case: Case, folder: Path) -> None:
    page = begin(qtbot, case, folder)
    line = page.sources.line
    page.sources.watch_folder(case.bench.store.folder)
    assert "数据文件夹" in line.words.text() and line.stop.text() == "收起"
    click(line.stop)  # what was watched before still is
    assert "正在监视文件夹“收到的照片”" in line.words.text() and page.sources.watch.on


def test_an_import_that_is_stopped_leaves_the_rest_to_be_offered(
    qtbot: QtBot, case: Case, folder: Path
) -> None:
    page = begin(qtbot, case, folder)
    for n in range(30):
        shot(folder.parent / f"{n:02}.jpg", clock=f"09:{n:02}:00").rename(folder / f"{n:02}.jpg")
    qtbot.waitUntil(lambda: page.importing.running, timeout=60_000)
    assert page.importing.job is not None
    page.importing.job.cancel()
    watched(qtbot, page)
    took = len(homes(page))
    assert took < 30
    assert page.sources.line.take.text() == f"导入 {30 - took} 张"


def test_a_large_offer_is_taken_in_parts(
    qtbot: QtBot, case: Case, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visit_sources, "FILES_CEILING", 2)
    for n in range(3):
        shot(folder / f"{n}.jpg", clock=f"09:0{n}:00")
    page = begin(qtbot, case, folder)
    line = page.sources.line
    assert "3 张" in line.count.text() and line.take.text() == "导入 2 张"
    click(line.take)
    watched(qtbot, page)
    assert len(homes(page)) == 2 and line.take.text() == "导入 1 张"
