"""Phones and cards that are connected, and the photos on them by day.

A phone is read where the system shows it as a folder: GNOME's mounts of MTP, PTP and Apple devices,
drives and cards with a DCIM folder. Windows shows MTP phones without a path, which no program can
open as files. Everything here may hang with the device: it is read through `patience`, and bounded
in depth, count and time.
"""

from __future__ import annotations

import datetime as dt
import getpass
import os
import re
import stat
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import unquote

from app.patience import patiently
from app.picture_names import is_picture
from app.progress import Progress
from forms.errors import UserError
from forms.photo_facts import BEIJING, YEARS
from grading.photo_route import name_day, shown_name

MOST_PHOTOS = 20_000
_MOST_DEVICES, _MOST_STORAGES, _MOST_FOLDERS, _MOST_ENTRIES = 20, 10, 500, 100_000
_DEPTH = 4
#: Seconds without an answer, and for one whole listing.
_SILENCE, _ALL_TIME = 8.0, 120.0
_TOLD_EVERY = 100
#: DCIM makes a folder a camera's; the others are looked at beside it.
_CAMERA, _BESIDE = "DCIM", ("Pictures",)
#: What lies in these is no photo of a visit.
_SKIPPED = frozenset(("screenshots", "screenshot", "screenrecorder", "截屏", "截图", "thumbnails"))
#: Windows's kinds of a drive: removable and built in. A share may take half a minute to be missed.
_OWN_DRIVES = (2, 3)
#: What is as long, and has digits, is a serial number.
_SERIAL = 8
_GVFS = re.compile(r"(?:mtp|gphoto2|afc):host=(.+)")


@dataclass(frozen=True, slots=True)
class PhoneFolder:
    """A phone's storage or a card: what to call it, and its folders that hold pictures."""

    name: str
    path: Path
    folders: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class PhonePhoto:
    """A picture file: bytes, seconds since 1970, and its day by its name, else by that time; None
    where neither tells one."""

    path: Path
    size: int
    modified: float
    day: dt.date | None

    @property
    def album(self) -> str:
        """The folder it lies in."""
        return self.path.parent.name


@dataclass(frozen=True, slots=True)
class Found:
    """The devices there are; `silent` names those that gave no answer."""

    phones: tuple[PhoneFolder, ...]
    silent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """A device's photos, the newest first; `whole` is False where a bound cut it short."""

    photos: tuple[PhonePhoto, ...]
    whole: bool


def places() -> list[Path]:
    """Where this system shows connected devices, each as a folder of its own."""
    if sys.platform == "win32":
        import ctypes

        drives = [f"{letter}:\\" for letter in "DEFGHIJKLMNOPQRSTUVWXYZ"]
        kind = ctypes.windll.kernel32.GetDriveTypeW
        return [Path(drive) for drive in drives if kind(drive) in _OWN_DRIVES]
    if sys.platform == "darwin":
        return [Path("/Volumes")]
    found = [Path(f"/run/user/{os.getuid()}/gvfs")]
    with suppress(KeyError, OSError):  # a user without a name has no drives
        found += [Path(base, getpass.getuser()) for base in ("/media", "/run/media")]
    return found


def phone_folders(
    roots: Sequence[Path] | None = None, silence: float = _SILENCE
) -> Iterator[Progress | Found]:
    """Look for phones and cards below `roots` (the system's own places); what was found comes last.

    A device that gives no answer is named and passed over.
    """
    phones: list[PhoneFolder] = []
    silent: list[str] = []
    for root in places() if roots is None else roots:
        for device in _answers(root, silence):
            if isinstance(device, Progress):
                yield device
                continue
            try:
                for phone in patiently(partial(_storages, device), silence):
                    if phone is None:
                        yield _LOOKING
                    else:
                        phones.append(phone)
            except TimeoutError:
                silent.append(_name(device))
    yield Found(tuple(phones), tuple(silent))


_LOOKING = Progress(0, 0, "正在查找手机和存储卡")


def _answers(root: Path, silence: float) -> Iterator[Path | Progress]:
    """The devices below a root, as far as it answers."""
    with suppress(TimeoutError):
        for device in patiently(lambda: iter(_devices(root)), silence):
            yield _LOOKING if device is None else device


def _devices(root: Path) -> list[Path]:
    """The folders of a root that may be devices; on Windows a drive is one itself."""
    if root.parent == root:
        return [root]
    found = _folders(root, _MOST_DEVICES)
    return [path for path in found if root.name != "gvfs" or _GVFS.fullmatch(path.name)]


def _storages(device: Path) -> Iterator[PhoneFolder]:
    """What of a device holds a camera's folder: itself, or the storages in it."""
    own = _pictures(device)
    if own:
        yield PhoneFolder(_name(device), device, own)
        return
    storages = [(path, _pictures(path)) for path in _folders(device, _MOST_STORAGES)]
    held = [(path, folders) for path, folders in storages if folders]
    for path, folders in held:
        which = f"・{shown_name(path.name)}" if len(held) > 1 else ""
        yield PhoneFolder(f"{_name(device)}{which}", path, folders)


def _pictures(storage: Path) -> tuple[Path, ...]:
    """A storage's camera folder and what is looked at beside it; empty without the first."""
    camera = storage / _CAMERA
    if not _is_folder(camera):
        return ()
    return (camera, *(storage / name for name in _BESIDE if _is_folder(storage / name)))


def _is_folder(path: Path) -> bool:
    """Whether a real folder is there: a link could lead anywhere."""
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except OSError:
        return False


def _folders(parent: Path, most: int) -> list[Path]:
    found: list[Path] = []
    with suppress(OSError), os.scandir(parent) as entries:
        for entry in entries:
            if len(found) == most:
                break
            if entry.is_dir(follow_symlinks=False) and not entry.name.startswith("."):
                found.append(Path(entry.path))
    return sorted(found)


def _name(device: Path) -> str:
    """What to call a device: GNOME writes maker, model and serial number with lines between."""
    found = _GVFS.fullmatch(device.name)
    if not found:
        return shown_name(device.name or str(device))
    host = unquote(found[1])
    if device.name.startswith("afc"):
        return "苹果手机"
    if host.startswith("["):
        return "手机"
    words = host.split("_")
    if len(words) > 1 and len(words[-1]) >= _SERIAL and any(c.isdigit() for c in words[-1]):
        words.pop()
    if len(words) > 1 and words[0].casefold() == words[1].casefold():
        words.pop(0)
    return shown_name(" ".join(words))


def photos_of(phone: PhoneFolder, silence: float = _SILENCE) -> Iterator[Progress | Listing]:
    """List a device's photos; the listing comes last.

    Raises UserError where the device stops answering.
    """
    found: list[PhonePhoto] = []
    whole = True
    told = Progress(0, 0, f"正在读取“{phone.name}”的照片目录")
    try:
        for photo in patiently(partial(_scan, phone), silence):
            if photo is None:
                yield told
            elif isinstance(photo, bool):
                whole = photo
            else:
                found.append(photo)
                if len(found) % _TOLD_EVERY == 0:
                    yield Progress(0, 0, f"{told.text}，已读 {len(found):,} 张")
    except TimeoutError:
        raise UserError(
            f"“{phone.name}”没有回应，没有读取照片；"
            "请重新连接并解锁手机，在手机上选择“传输文件”，再试一次。"
        ) from None
    found.sort(key=lambda photo: (photo.day or dt.date.min, photo.modified), reverse=True)
    yield Listing(tuple(found), whole)


def _scan(phone: PhoneFolder) -> Iterator[PhonePhoto | bool]:
    """The pictures in a device's folders; last whether these were all of them."""
    until = time.monotonic() + _ALL_TIME
    waiting = [(folder, 0) for folder in phone.folders]
    left = {"folders": _MOST_FOLDERS, "entries": _MOST_ENTRIES, "photos": MOST_PHOTOS}
    while waiting:
        folder, depth = waiting.pop()
        left["folders"] -= 1
        with suppress(OSError), os.scandir(folder) as found:
            for entry in found:
                photo = _photo(entry)
                left["entries"] -= 1
                left["photos"] -= photo is not None
                if min(left.values()) < 0 or time.monotonic() > until:
                    yield False
                    return
                if photo is not None:
                    yield photo
                elif depth < _DEPTH and _to_be_entered(entry):
                    waiting.append((Path(entry.path), depth + 1))
    yield True


def _to_be_entered(entry: os.DirEntry[str]) -> bool:
    name = entry.name.casefold()
    hidden = name.startswith(".") or name in _SKIPPED
    return not hidden and entry.is_dir(follow_symlinks=False)


def _photo(entry: os.DirEntry[str]) -> PhonePhoto | None:
    """An entry of a folder as a photo; None where it is none, or cannot be looked at."""
    if not is_picture(entry.name):
        return None
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError:
        return None
    if not stat.S_ISREG(status.st_mode) or not status.st_size:
        return None
    day = name_day(entry.name)
    if day is None:
        with suppress(ValueError, OverflowError, OSError):
            changed = dt.datetime.fromtimestamp(status.st_mtime, BEIJING).date()
            day = changed if changed.year in YEARS else None
    return PhonePhoto(Path(entry.path), status.st_size, status.st_mtime, day)
