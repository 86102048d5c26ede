"""A watched folder on a real disk: what is new, what is still being written, what went away."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from pytestqt.qtbot import QtBot

from app import watched_folder
from app.watched_folder import Look, look, unfit
from forms.errors import UserError
from tests.photo_files import photo
from widgets import folder_watch
from widgets.folder_watch import SETTLE_MS, FolderWatch

QUICK_MS = 250


def seen(folder: Path) -> Look:
    found = [step for step in look(folder) if step is not None]
    assert len(found) == 1
    return found[0]


def names(found: Look) -> set[str]:
    return {path.name for path in found.pictures}


def test_a_look_goes_one_level_down(tmp_path: Path) -> None:
    folder = tmp_path / "收到的照片"
    for path in ("a.jpg", "2025-06/b.JPG", "2025-06/x/c.jpg", ".hidden/d.jpg", "notes.txt"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(b"x")
    (folder / "b.jpg.part").write_bytes(b"x")
    (folder / "link.jpg").symlink_to(folder / "a.jpg")
    (folder / "linked").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe.jpg")
    found = seen(folder)
    assert names(found) == {"a.jpg", "b.JPG"}
    assert set(found.watch) == {folder, folder / "2025-06", tmp_path}
    assert found.pictures[folder / "a.jpg"][0] == 1


def test_a_folder_that_is_not_there_names_the_nearest_that_is(tmp_path: Path) -> None:
    assert seen(tmp_path / "a" / "b") == Look(there=False, watch=(tmp_path,))
    (tmp_path / "file").write_bytes(b"x")
    assert not seen(tmp_path / "file").there


@pytest.mark.parametrize(
    ("limit", "make", "what"),
    [
        ("MOST_PICTURES", lambda path: path.with_suffix(".jpg").write_bytes(b"x"), "3 张图片"),
        ("MOST_FOLDERS", lambda path: path.mkdir(), "3 个子文件夹"),
        ("_MOST_ENTRIES", lambda path: path.write_bytes(b"x"), "3 个文件"),
    ],
)
def test_what_is_too_much_is_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    limit: str,
    make: Callable[[Path], object],
    what: str,
) -> None:
    monkeypatch.setattr(watched_folder, limit, 3)
    for n in range(3):
        make(tmp_path / str(n))
    assert seen(tmp_path).there
    for n in range(3, 6):
        make(tmp_path / str(n))
    with pytest.raises(UserError, match=f"内超过 {what}，不能监视，请另选"):
        list(look(tmp_path))


def test_the_store_itself_is_not_to_be_watched(tmp_path: Path) -> None:
    (tmp_path / "data" / "originals").mkdir(parents=True)
    assert "数据文件夹" in unfit(tmp_path / "data" / "originals", tmp_path / "data")
    assert "数据文件夹" in unfit(tmp_path / "data", tmp_path / "data")
    assert unfit(tmp_path / "照片", tmp_path / "data") == ""


# -- watching --------------------------------------------------------------------------------------


class Heard:
    """A watch of a folder, and what arrived."""

    def __init__(self, folder: Path) -> None:
        self.owner = QObject()
        self.watch = FolderWatch(self.owner)
        self.arrived: list[str] = []
        self.watch.arrived.connect(self._take)
        self.changes = 0
        self.watch.changed.connect(self._count)
        self.watch.begin(folder)

    def _take(self, paths: list[Path]) -> None:
        self.arrived += [path.name for path in paths]

    def _count(self) -> None:
        self.changes += 1


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are written in one go here, so that they are whole sooner."""
    monkeypatch.setattr(folder_watch, "SETTLE_MS", QUICK_MS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "收到的照片"
    (made / "六月").mkdir(parents=True)
    return made


@pytest.fixture
def hear(qtbot: QtBot, folder: Path) -> Iterator[Callable[[], Heard]]:
    """Begin to watch, and wait until the folder is followed."""
    held: list[Heard] = []

    def begin() -> Heard:
        made = Heard(folder)
        held.append(made)
        qtbot.waitUntil(lambda: resting(made), timeout=20_000)
        return made

    yield begin
    for made in held:
        made.watch.stop()
        made.owner.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def resting(heard: Heard) -> bool:
    """Nothing is being looked at, and no look is due."""
    watch = heard.watch
    return heard.changes > 0 and watch._job is None and not watch._again.isActive()


def test_new_pictures_arrive_and_what_was_there_does_not(
    qtbot: QtBot, folder: Path, hear: Callable[[], Heard]
) -> None:
    photo(folder / "早先.jpg")
    heard = hear()
    assert [path.name for path in heard.watch.before] == ["早先.jpg"]
    photo(folder / "a.jpg")
    photo(folder / "六月" / "b.jpg")
    (folder / "c.jpg.crdownload").write_bytes(b"x")
    qtbot.waitUntil(lambda: len(heard.arrived) == 2, timeout=20_000)
    (folder / "七月").mkdir()
    photo(folder / "七月" / "d.jpg")
    (folder / "c.jpg.crdownload").rename(folder / "c.jpg")
    qtbot.waitUntil(lambda: len(heard.arrived) == 4, timeout=20_000)
    qtbot.waitUntil(lambda: resting(heard), timeout=20_000)
    assert sorted(heard.arrived) == ["a.jpg", "b.jpg", "c.jpg", "d.jpg"]
    assert [path.name for path in heard.watch.before] == ["早先.jpg"]


def test_a_file_arrives_when_it_has_stopped_growing(
    qtbot: QtBot, folder: Path, hear: Callable[[], Heard], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_watch, "SETTLE_MS", SETTLE_MS)
    heard = hear()
    with (folder / "large.jpg").open("wb") as stream:
        for _ in range(16):
            stream.write(b"x" * 1000)
            stream.flush()
            qtbot.wait(250)
            assert heard.arrived == []
    qtbot.waitUntil(lambda: heard.arrived == ["large.jpg"], timeout=20_000)


def test_an_empty_file_is_waited_for_without_asking_again(
    qtbot: QtBot, folder: Path, hear: Callable[[], Heard]
) -> None:
    heard = hear()
    (folder / "late.jpg").touch()
    qtbot.waitUntil(lambda: not resting(heard), timeout=20_000)
    qtbot.waitUntil(lambda: resting(heard), timeout=20_000)
    looks = heard.changes
    qtbot.wait(4 * QUICK_MS)
    assert (heard.arrived, heard.changes) == ([], looks)
    photo(folder / "late.jpg")
    qtbot.waitUntil(lambda: heard.arrived == ["late.jpg"], timeout=20_000)


def test_what_was_refused_is_tried_again_once_it_changed(
    qtbot: QtBot, folder: Path, hear: Callable[[], Heard]
) -> None:
    heard = hear()
    whole = photo(folder.parent / "whole.jpg", size=(600, 400)).read_bytes()
    half = folder / "half.jpg"
    half.write_bytes(whole[: len(whole) // 2])
    qtbot.waitUntil(lambda: heard.arrived == ["half.jpg"], timeout=20_000)
    heard.watch.settle(taken=[], refused=[half], left=[])
    qtbot.waitUntil(lambda: resting(heard), timeout=20_000)
    assert heard.arrived == ["half.jpg"]
    with half.open("ab") as stream:
        stream.write(whole[len(whole) // 2 :])
    qtbot.waitUntil(lambda: heard.arrived == ["half.jpg"] * 2, timeout=20_000)
    heard.watch.settle(taken=[half], refused=[], left=[])
    photo(folder / "next.jpg")  # what was taken is not taken again while it is the same
    qtbot.waitUntil(lambda: "next.jpg" in heard.arrived, timeout=20_000)
    assert heard.arrived == ["half.jpg", "half.jpg", "next.jpg"]


def test_another_picture_under_a_taken_name_arrives(
    qtbot: QtBot, folder: Path, hear: Callable[[], Heard]
) -> None:
    """As programs do that save every picture they get as image.jpg."""
    heard = hear()
    one = photo(folder / "image.jpg")
    qtbot.waitUntil(lambda: heard.arrived == ["image.jpg"], timeout=20_000)
    heard.watch.settle(taken=[one], refused=[], left=[])
    qtbot.waitUntil(lambda: resting(heard), timeout=20_000)
    photo(folder.parent / "other.jpg", size=(90, 70)).replace(one)
    qtbot.waitUntil(lambda: heard.arrived == ["image.jpg"] * 2, timeout=20_000)


def test_a_folder_that_went_is_watched_again_when_it_is_back(
    qtbot: QtBot, folder: Path, hear: Callable[[], Heard]
) -> None:
    heard = hear()
    photo(folder / "a.jpg")
    qtbot.waitUntil(lambda: heard.arrived == ["a.jpg"], timeout=20_000)
    away = folder.parent / "away"
    shutil.move(folder, away)
    qtbot.waitUntil(lambda: not heard.watch.there, timeout=20_000)
    photo(away / "b.jpg")
    shutil.move(away, folder)
    qtbot.waitUntil(lambda: heard.watch.there and resting(heard), timeout=20_000)
    # What it brought along may be a whole card: it is offered, as at the beginning.
    assert ([path.name for path in heard.watch.before], heard.arrived) == (["b.jpg"], ["a.jpg"])
    photo(folder / "c.jpg")
    qtbot.waitUntil(lambda: heard.arrived == ["a.jpg", "c.jpg"], timeout=20_000)


def test_another_folder_under_the_same_name_is_followed(
    qtbot: QtBot, folder: Path, hear: Callable[[], Heard]
) -> None:
    heard = hear()
    shutil.move(folder, folder.parent / "old")
    folder.mkdir()
    qtbot.waitUntil(lambda: not resting(heard), timeout=20_000)
    qtbot.waitUntil(lambda: resting(heard), timeout=20_000)
    photo(folder / "a.jpg")
    qtbot.waitUntil(lambda: heard.arrived == ["a.jpg"], timeout=20_000)


def test_what_lay_there_is_claimed_declined_or_left(
    qtbot: QtBot, folder: Path, hear: Callable[[], Heard]
) -> None:
    paths = [photo(folder / f"{n}.jpg") for n in range(4)]
    heard = hear()
    heard.watch.claim(paths[:3])
    assert list(heard.watch.before) == paths[3:]
    heard.watch.settle(taken=paths[:1], refused=paths[1:2], left=paths[2:3])
    assert sorted(heard.watch.before) == paths[2:]
    heard.watch.forget_before()
    heard.watch.look_again()
    qtbot.waitUntil(lambda: resting(heard), timeout=20_000)
    assert (heard.watch.before, heard.arrived) == ({}, [])


def test_a_folder_with_too_much_in_it_says_so(
    qtbot: QtBot, folder: Path, hear: Callable[[], Heard], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watched_folder, "MOST_PICTURES", 2)
    for n in range(3):
        photo(folder / f"{n}.jpg")
    heard = hear()
    assert "不能监视" in heard.watch.trouble
    heard.watch.begin(folder / "六月")
    qtbot.waitUntil(lambda: not heard.watch.trouble and resting(heard), timeout=20_000)
    photo(folder / "六月" / "a.jpg")
    qtbot.waitUntil(lambda: heard.arrived == ["a.jpg"], timeout=20_000)


def test_a_watch_that_was_stopped_hears_nothing(
    qtbot: QtBot, folder: Path, hear: Callable[[], Heard]
) -> None:
    heard = hear()
    heard.watch.stop()
    photo(folder / "a.jpg")
    qtbot.wait(4 * QUICK_MS)
    assert (heard.arrived, heard.watch.on) == ([], False)


def test_a_share_that_hangs_is_asked_again_by_one_thread(
    qtbot: QtBot, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers, asked = threading.Event(), threading.Semaphore(0)
    scandir = os.scandir

    def slow(path: Path) -> object:
        asked.release()
        answers.wait(30)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", slow)
    monkeypatch.setattr(folder_watch, "RETRY_MS", 100)
    monkeypatch.setattr(folder_watch, "look", partial(look, silence=0.3))
    heard = Heard(folder)
    qtbot.waitUntil(lambda: heard.changes >= 4, timeout=20_000)
    assert not heard.watch.there
    assert asked.acquire(blocking=False) and not asked.acquire(blocking=False)
    answers.set()
    qtbot.waitUntil(lambda: heard.watch.there, timeout=20_000)
    photo(folder / "a.jpg")
    qtbot.waitUntil(lambda: heard.arrived == ["a.jpg"], timeout=20_000)
    heard.watch.stop()
    heard.owner.deleteLater()
