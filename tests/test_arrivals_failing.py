"""Bundles whose taking in is stopped, or fails: before they are in, or once they are."""

from __future__ import annotations

import errno
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn
from uuid import UUID

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import event
from sqlcipher3.dbapi2 import Connection

from app import merging, purge
from app.clashes import Choice, Way, Where, clashes, decide
from app.incoming import Incoming
from app.merging import Arrival, Taken
from app.progress import Progress
from app.takings import takings
from app.workbench import Workbench
from forms.dossier import Enterprise, Photo
from tests.arrivals_kit import (
    SLOW,
    Laptop,
    arrival,
    bundle,
    give,
    laptops,
    ours,
    over,
    shared_dossier,
    window_over,
)
from tests.photo_files import photo
from widgets.main_window import MainWindow
from widgets.pages.arrival import ArrivalPage
from widgets.theme import theme

Taking = Generator[Progress, None, Taken]
Opened = tuple[MainWindow, list[object]]


@pytest.fixture(autouse=True, scope="module")
def _themed(qapp: QApplication) -> None:
    theme().install(qapp)


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Laptop]:
    with laptops(tmp_path) as open_:
        yield open_


@pytest.fixture
def opened(qtbot: QtBot, data_folder: Path) -> Iterator[Opened]:
    with window_over(qtbot, data_folder) as made:
        yield made


@pytest.fixture
def window(opened: Opened) -> Iterator[MainWindow]:
    window, crashes = opened
    yield window
    assert crashes == []


@pytest.fixture
def shared(window: MainWindow, laptop: Laptop, tmp_path: Path) -> tuple[UUID, Workbench]:
    """A dossier that both have, with what a colleague wrote in it since."""
    theirs = laptop("李样本")
    return shared_dossier(ours(window), theirs, tmp_path / "out"), theirs


def with_photos(theirs: Workbench, folder: Path) -> tuple[UUID, Path]:
    """A colleague's dossier with four photos, and the bundle of it."""
    dossier = theirs.create("示例・乙厂")
    shots = [photo(folder / f"{n}.jpg", size=(64 + n, 48)) for n in range(4)]
    list(theirs.import_photos(dossier, shots))
    return dossier, bundle(theirs, dossier, folder / "out")


def test_opening_can_be_stopped_and_the_window_closed_meanwhile(
    qtbot: QtBot, window: MainWindow, laptop: Laptop, tmp_path: Path
) -> None:
    _, path = with_photos(laptop("李样本"), tmp_path)
    assert window.home is not None
    window.home.bring_in([path])
    window.home.jobs.cancel()
    over(qtbot, window)
    told = window.home.told
    qtbot.waitUntil(lambda: "已停止收取" in told.text(), timeout=SLOW)
    window.home.bring_in([path])
    arrival(qtbot, window)
    window.close()  # with the bundle lying open
    left = [each for each in (tmp_path / "数据 folder").iterdir() if each.name.startswith(".work")]
    assert left == []


def test_taking_in_can_be_stopped_and_a_changed_mind_is_no_harm(
    qtbot: QtBot,
    window: MainWindow,
    laptop: Laptop,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dossier, path = with_photos(laptop("李样本"), tmp_path)
    assert window.home is not None
    window.home.bring_in([path])
    page = arrival(qtbot, window)
    asked, take = threading.Event(), page.arrival.take

    def in_time(choices: dict[Where, Choice]) -> Taking:
        steps = take(choices)
        yield next(steps)
        asked.wait()
        return (yield from steps)

    monkeypatch.setattr(page.arrival, "take", in_time)
    page.begin()
    page.refuse()  # 不收 while it is being taken in stops that
    asked.set()
    over(qtbot, window)
    assert window.home is not None
    told = window.home.told
    qtbot.waitUntil(lambda: "已停止收取" in told.text(), timeout=SLOW)
    assert ours(window).summaries() == []
    window.home.bring_in([path])
    page = arrival(qtbot, window)
    taken, done = page.arrival.take, threading.Event()

    def too_late(choices: dict[Where, Choice]) -> Taking:
        found = yield from taken(choices)
        done.set()
        asked.wait()
        return found

    asked.clear()
    monkeypatch.setattr(page.arrival, "take", too_late)
    page.begin()
    qtbot.waitUntil(done.is_set, timeout=SLOW)
    page.refuse()  # too late: it has come in, and that is what is said
    asked.set()
    over(qtbot, window)
    qtbot.waitUntil(lambda: len(ours(window).summaries()) == 1, timeout=SLOW)
    assert "已停止收取" not in told.text()
    (shot, *_) = ours(window).dossier(dossier).all(Photo)
    assert ours(window).picture(shot, "original")


def test_leaving_the_dossier_stops_what_is_being_opened(
    qtbot: QtBot, window: MainWindow, shared: tuple[UUID, Workbench], tmp_path: Path
) -> None:
    dossier, theirs = shared
    path = bundle(theirs, dossier, tmp_path / "back")
    window.open_dossier(dossier, "enterprise")
    assert window.dossier is not None and window.home is not None
    window.dossier.desk.brought.emit([path])
    window.go_home()
    over(qtbot, window)
    told = window.home.told
    qtbot.waitUntil(lambda: "已停止收取" in told.text(), timeout=SLOW)
    qtbot.wait(50)  # what the job says last finds nobody there any more
    assert len(clashes(ours(window), dossier)) == 0


@contextmanager
def unwritable(bench: Workbench) -> Iterator[None]:
    """The database can be read and not be written."""
    engine = bench.store.engine

    def shut(connection: Connection, *_more: object) -> None:
        connection.execute("PRAGMA query_only=1").close()

    def free(connection: Connection, *_more: object) -> None:
        connection.execute("PRAGMA query_only=0").close()

    event.listen(engine, "checkout", shut)
    event.listen(engine, "checkin", free)
    try:
        yield
    finally:
        event.remove(engine, "checkout", shut)
        event.remove(engine, "checkin", free)


def choose_theirs(page: ArrivalPage) -> None:
    """Take the colleague's level."""
    clash = next(each for each in page.clashes if each.path == "level")
    page.choose(clash, Way.RIGHT)


def test_a_choice_that_could_not_be_kept_is_told_and_what_came_stays(
    qtbot: QtBot,
    window: MainWindow,
    shared: tuple[UUID, Workbench],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dossier, theirs = shared
    bench = ours(window)

    def refused(*which: Any) -> None:
        with unwritable(bench):
            decide(*which)

    monkeypatch.setattr(merging, "decide", refused)
    assert window.home is not None
    window.home.bring_in([bundle(theirs, dossier, tmp_path / "back")])
    page = arrival(qtbot, window)
    choose_theirs(page)
    page.begin()
    over(qtbot, window)
    said = window.home.notice.text()
    assert page.arrival.name in said and "1 处冲突的取舍没有存上（数据文件夹只读）" in said
    assert "已全部保留" in said and "“收取与冲突”页裁定" in said
    assert bench.dossier(dossier).one(Enterprise).address == "示例路 1 号"
    assert len(clashes(bench, dossier)) == 2 and "2 处冲突待裁定" in window.home.told.text()


def test_a_choice_that_the_receipt_lacks_is_told(
    qtbot: QtBot,
    window: MainWindow,
    shared: tuple[UUID, Workbench],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dossier, theirs = shared
    bench, add = ours(window), Arrival._add

    def refused(*which: Any) -> None:
        with unwritable(bench):
            add(*which)

    monkeypatch.setattr(Arrival, "_add", refused)
    window.open_dossier(dossier, "enterprise")
    window.take_in([bundle(theirs, dossier, tmp_path / "back")])
    page = arrival(qtbot, window)
    choose_theirs(page)
    page.begin()
    over(qtbot, window)
    assert window.dossier is not None
    assert "没有记入收取记录（数据文件夹只读）" in window.dossier.notice.text()
    assert bench.dossier(dossier).one(Enterprise).address == "示例路 1 号"
    assert len(clashes(bench, dossier)) == 1 and len(takings(bench, dossier)) == 1


def test_an_erased_photo_that_the_disk_keeps_is_told_and_goes_at_the_next_start(
    qtbot: QtBot,
    window: MainWindow,
    laptop: Laptop,
    tmp_path: Path,
    data_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bench, theirs = ours(window), laptop("李样本")
    dossier = bench.create("示例・甲厂")
    list(bench.import_photos(dossier, [photo(tmp_path / "a.jpg")]))
    (shot,) = bench.dossier(dossier).all(Photo)
    give(theirs, bundle(bench, dossier, tmp_path / "out"))
    list(purge.purge(theirs, dossier, "photo", shot.id, "本人要求删除"))
    held, unlink = bench.store.vault.path("originals", shot.sha256), Path.unlink

    def refused(path: Path, missing_ok: bool = False) -> None:
        if path == held:
            raise PermissionError(errno.EACCES, "in use")
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", refused)
    assert window.home is not None
    window.home.bring_in([bundle(theirs, dossier, tmp_path / "back")])
    arrival(qtbot, window).begin()
    over(qtbot, window)
    said = window.home.notice.text()
    assert "1 个照片和附件暂未从磁盘清除" in said and "重新启动本程序" in said
    assert held.exists() and not bench.dossier(dossier).all(Photo)
    monkeypatch.undo()
    window.close()
    again = Workbench.open(data_folder)
    assert not held.exists()
    again.close()


def broken_down(*_which: object) -> NoReturn:
    raise RuntimeError("a bug")


@pytest.mark.allow_log("a job failed")
@pytest.mark.parametrize("late", [False, True])
def test_where_the_program_itself_fails_it_is_told_whether_the_bundle_is_in(
    qtbot: QtBot,
    opened: Opened,
    laptop: Laptop,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    late: bool,
) -> None:
    window, crashes = opened
    bench = ours(window)
    theirs = laptop("李样本")
    dossier = shared_dossier(bench, theirs, tmp_path / "out")
    place = "app.merging.decide" if late else "app.merging.Arrival._place"
    assert window.home is not None
    window.home.bring_in([bundle(theirs, dossier, tmp_path / "back")])
    page = arrival(qtbot, window)
    choose_theirs(page)
    monkeypatch.setattr(place, broken_down)
    page.begin()
    over(qtbot, window)
    assert [type(each) for each in crashes] == [RuntimeError]
    said = window.home.notice.text()
    assert page.arrival.name in said
    came = bench.dossier(dossier).one(Enterprise).address
    if late:
        assert "已收入" in said and "“收取与冲突”页核对" in said and came
    else:
        assert "没有收入，本机内容未变" in said and "重新收取" in said and not came


@pytest.mark.allow_log("a job failed")
def test_a_bundle_at_which_the_program_fails_leaves_the_next_its_turn(
    qtbot: QtBot,
    opened: Opened,
    laptop: Laptop,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window, crashes = opened
    theirs = laptop("李样本")
    paths = [
        bundle(theirs, theirs.create(name), tmp_path / "out")
        for name in ("示例・乙厂", "示例・丙厂")
    ]
    look = Arrival.look

    def fails_once(self: Arrival) -> Incoming:
        return broken_down() if self.name == paths[0].name else look(self)

    monkeypatch.setattr(Arrival, "look", fails_once)
    assert window.home is not None
    window.home.bring_in(paths)
    page = arrival(qtbot, window)
    assert page.arrival.name == paths[1].name and len(crashes) == 1
    page.begin()
    over(qtbot, window)
    assert f"“{paths[0].name}”因程序出错没有收入" in window.home.notice.text()
    assert [row.name for row in ours(window).summaries()] == ["示例・丙厂"]
