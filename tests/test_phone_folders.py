"""Phones and cards on real folders laid out as systems show them, and devices that never answer."""

from __future__ import annotations

import datetime as dt
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from app import phone_folders as phones
from app.patience import patiently
from app.phone_folders import Found, Listing, PhoneFolder, phone_folders, photos_of, places
from app.picture_names import is_picture
from app.progress import Progress
from forms.errors import UserError
from forms.photo_facts import BEIJING

DAY = dt.date(2025, 6, 17)
T = TypeVar("T")


def last(steps: Iterator[Progress | T]) -> T:
    """What comes last; before it only progress with words."""
    *before, end = steps
    assert all(isinstance(step, Progress) and step.text for step in before)
    assert not isinstance(end, Progress)
    return end


def put(path: Path, size: int = 10, at: dt.datetime | None = None) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * size)
    if at is not None:
        os.utime(path, (at.timestamp(), at.timestamp()))
    return path


def found(*roots: Path) -> Found:
    return last(phone_folders(roots))


@pytest.fixture
def gvfs(tmp_path: Path) -> Path:
    """A runtime folder with two phones, an Apple phone, a camera and a share."""
    root = tmp_path / "gvfs"
    xiaomi = root / "mtp:host=Xiaomi_POCO_M3_e9bc7baf1220"
    put(xiaomi / "内部共享存储空间" / "DCIM" / "Camera" / "IMG_20250617_090512.jpg")
    put(xiaomi / "内部共享存储空间" / "Pictures" / "WeiXin" / "mmexport1718600000000.jpg")
    put(xiaomi / "SD 卡" / "DCIM" / "100MEDIA" / "a.jpg")
    put(xiaomi / "其他" / "Music" / "b.jpg")
    put(root / "mtp:host=HUAWEI_HUAWEI_P60_0123456789AB" / "内部" / "DCIM" / "c.jpg")
    put(root / "mtp:host=%5Busb%3A001%2C010%5D" / "内部" / "DCIM" / "d.jpg")
    put(root / "afc:host=0000803000123" / "DCIM" / "100APPLE" / "IMG_0001.HEIC")
    put(root / "gphoto2:host=Canon_Inc._EOS_R6" / "DCIM" / "100CANON" / "IMG_0002.JPG")
    put(root / "smb-share:server=nas,share=photos" / "DCIM" / "e.jpg")
    return root


def test_phones_are_found_where_gnome_shows_them(gvfs: Path) -> None:
    seen = found(gvfs)
    assert sorted(phone.name for phone in seen.phones) == [
        "Canon Inc. EOS R6",
        "HUAWEI P60",
        "Xiaomi POCO M3・SD 卡",
        "Xiaomi POCO M3・内部共享存储空间",
        "手机",
        "苹果手机",
    ]
    inner = next(phone for phone in seen.phones if phone.name.endswith("内部共享存储空间"))
    assert [folder.name for folder in inner.folders] == ["DCIM", "Pictures"]
    assert seen.silent == ()


def test_cards_are_told_from_disks_by_their_camera_folder(tmp_path: Path) -> None:
    put(tmp_path / "EOS_DIGITAL" / "DCIM" / "a.jpg")
    put(tmp_path / "备份盘" / "Pictures" / "b.jpg")
    put(tmp_path / ".hidden" / "DCIM" / "c.jpg")
    put(tmp_path / "DCIM")  # a file of that name
    (tmp_path / "link").symlink_to(tmp_path / "EOS_DIGITAL")
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked" / "DCIM").symlink_to(tmp_path / "EOS_DIGITAL" / "DCIM")
    assert [phone.name for phone in found(tmp_path).phones] == ["EOS_DIGITAL"]


def test_what_is_not_there_is_passed_over(tmp_path: Path) -> None:
    assert found(tmp_path / "none", put(tmp_path / "file")) == Found(())
    assert found() == Found(())
    for place in places():
        assert place.is_absolute()


def listing(folder: Path) -> Listing:
    return last(photos_of(PhoneFolder("试", folder, (folder,))))


def test_photos_come_newest_first_with_their_day(tmp_path: Path) -> None:
    noon = dt.datetime(2025, 6, 16, 12, 0, tzinfo=BEIJING)
    put(tmp_path / "Camera" / "IMG_20250617_090512.jpg", at=noon)  # the name counts
    put(tmp_path / "Camera" / "IMG_20250617_100000.jpg", at=noon + dt.timedelta(hours=1))
    put(tmp_path / "100APPLE" / "IMG_0001.HEIC", 30, at=noon)
    put(tmp_path / "100APPLE" / "IMG_0002.HEIC", at=dt.datetime(2025, 6, 17, 1, tzinfo=BEIJING))
    seen = listing(tmp_path)
    assert [(photo.path.name, photo.day) for photo in seen.photos] == [
        ("IMG_0002.HEIC", DAY),
        ("IMG_20250617_100000.jpg", DAY),
        ("IMG_20250617_090512.jpg", DAY),
        ("IMG_0001.HEIC", dt.date(2025, 6, 16)),
    ]
    assert seen.whole
    oldest = seen.photos[-1]
    assert (oldest.size, oldest.album, oldest.modified) == (30, "100APPLE", noon.timestamp())


def test_only_photos_are_listed(tmp_path: Path) -> None:
    put(tmp_path / "Camera" / "a.jpg")
    put(tmp_path / "Camera" / "empty.jpg", 0)
    put(tmp_path / "Camera" / "VID_20250617_090512.mp4")
    put(tmp_path / "Camera" / "a.jpg.part")
    put(tmp_path / "Camera" / ".trashed-1-b.jpg")
    put(tmp_path / "Screenshots" / "Screenshot_20250617.jpg")
    put(tmp_path / ".thumbnails" / "c.jpg")
    put(tmp_path / "a" / "b" / "c" / "d" / "deep.jpg")
    put(tmp_path / "a" / "b" / "c" / "d" / "e" / "deeper.jpg")
    (tmp_path / "Camera" / "link.jpg").symlink_to(tmp_path / "Camera" / "a.jpg")
    (tmp_path / "again").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe.jpg")
    assert {photo.path.name for photo in listing(tmp_path).photos} == {"a.jpg", "deep.jpg"}


def test_a_time_beyond_the_calendar_is_no_day(tmp_path: Path) -> None:
    odd = put(tmp_path / "a.jpg")
    os.utime(odd, (2**40, 2**40))
    assert [photo.day for photo in listing(tmp_path).photos] == [None]


def test_a_device_full_of_photos_is_listed_in_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(phones, "MOST_PHOTOS", 5)
    for n in range(9):
        put(tmp_path / f"{n}.jpg")
    seen = listing(tmp_path)
    assert (len(seen.photos), seen.whole) == (5, False)


def test_progress_tells_how_many_were_read(tmp_path: Path) -> None:
    for n in range(250):
        put(tmp_path / f"{n}.jpg", 1)
    steps = list(photos_of(PhoneFolder("手机", tmp_path, (tmp_path,))))
    told = [step.text for step in steps if isinstance(step, Progress)]
    assert "正在读取“手机”的照片目录，已读 200 张" in told


# -- what never answers ----------------------------------------------------------------------------


def stuck(first: list[int]) -> Iterator[int]:
    """Steps, and then none for ever."""
    yield from first
    threading.Event().wait()


def test_silence_ends_in_an_error_and_not_in_waiting() -> None:
    begun = time.monotonic()
    steps = patiently(lambda: stuck([1, 2]), silence=0.6)
    assert (next(steps), next(steps)) == (1, 2)
    with pytest.raises(TimeoutError):
        for step in steps:
            assert step is None  # one who waits can stop waiting
    assert time.monotonic() - begun < 10


def test_what_the_work_raises_comes_through() -> None:
    def failing() -> Iterator[int]:
        yield 1
        raise UserError("没有权限。")

    steps = patiently(failing, silence=5)
    with pytest.raises(UserError, match="没有权限"):
        assert list(steps) == []


def test_who_stops_waiting_stops_the_work() -> None:
    done, told = threading.Event(), []

    def counting() -> Iterator[int]:
        try:
            for n in range(1_000_000):
                told.append(n)
                yield n
                time.sleep(0.001)
        finally:
            done.set()

    steps = patiently(counting, silence=5)
    next(step for step in steps if step is not None)
    steps.close()
    assert done.wait(10)
    assert len(told) < 100_000


def test_a_device_without_an_answer_is_named_and_the_others_are_found(
    gvfs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.scandir

    def scandir(path: str | Path) -> object:
        if "HUAWEI" in str(path):  # no test can pull a phone out of a mount
            threading.Event().wait()
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    seen = last(phone_folders([gvfs], silence=0.6))
    assert seen.silent == ("HUAWEI P60",)
    assert len(seen.phones) == 5
    dead = gvfs / "mtp:host=HUAWEI_HUAWEI_P60_0123456789AB"
    with pytest.raises(UserError, match=r"“P60”没有回应，没有读取照片；.+解锁"):
        list(photos_of(PhoneFolder("P60", dead, (dead,)), silence=0.6))


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("a.jpg", True),
        ("A.JPEG", True),
        ("IMG_0001.HEIC", True),
        ("a.jpg.part", False),
        ("a.jpg.crdownload", False),
        ("a.tmp", False),
        ("a.jpg~", False),
        ("~$a.jpg", False),
        (".a.jpg", False),
        ("a.mp4", False),
        ("jpg", False),
    ],
)
def test_names_of_pictures(name: str, is_one: bool) -> None:
    assert is_picture(name) is is_one
