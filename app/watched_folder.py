"""A folder that is watched for new pictures: what is in it now, and whether it is there at all."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from app.outside import cause
from app.patience import patiently
from app.picture_names import is_picture
from forms.errors import UserError
from grading.photo_route import shown_name

#: The store's settings: the folder, the dossier that its photos are for, and where in it they go.
FOLDER_SETTING, OWNER_SETTING = "watched-folder", "watched-dossier"
HOME_SETTING = "watched-home"
MOST_PICTURES, MOST_FOLDERS = 5_000, 100
_MOST_ENTRIES = 20_000
_SILENCE = 8.0

#: A file's size in bytes and when it changed, in nanoseconds since 1970.
Stamp = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a watched folder.

    `watch` are the folders whose changes matter: itself, those in it, and the one it lies in. Where
    it is not there, `watch` holds the nearest one above that is.
    """

    there: bool
    watch: tuple[Path, ...]
    pictures: dict[Path, Stamp] = field(default_factory=dict)


#: Folders that gave no answer, and the end of the look that still waits for one.
_HANGING: dict[Path, threading.Event] = {}


def look(folder: Path, silence: float = _SILENCE) -> Iterator[Look | None]:
    """Look at a folder and those in it, one level down; the look comes last, None while waiting.

    A folder that gives no answer is taken for gone, with nothing to watch; while the thread that
    asked it still waits, no other one is sent after it. Raises UserError where there is too much
    in it to be watched.
    """
    if folder in _HANGING and not _HANGING[folder].is_set():
        yield Look(there=False, watch=())
        return
    ended = threading.Event()
    try:
        yield from patiently(partial(_looking, folder, ended), silence)
    except TimeoutError:
        _HANGING[folder] = ended
        yield Look(there=False, watch=())


def _looking(folder: Path, ended: threading.Event) -> Iterator[Look]:
    try:
        yield from _look(folder)
    finally:
        ended.set()


def unfit(folder: Path, data: Path) -> str:
    """Why a folder cannot be watched, in a sentence; "" where it can. `data` is the store's own."""
    if folder.resolve().is_relative_to(data.resolve()):
        return "所选文件夹属于本程序的数据文件夹，没有开始监视，请另选存放照片的文件夹。"
    return ""


def _look(folder: Path) -> Iterator[Look]:
    pictures: dict[Path, Stamp] = {}
    inner: list[Path] = []
    try:
        _list(folder, pictures, inner)
    except (FileNotFoundError, NotADirectoryError):
        near = next((above for above in folder.parents if os.path.isdir(above)), None)
        yield Look(there=False, watch=(near,) if near else ())
        return
    except OSError as error:
        raise UserError(
            f"文件夹“{shown_name(folder.name)}”不能读取（{cause(error)}），不能监视，请检查权限。"
        ) from error
    for below in inner:
        with suppress(OSError):  # it went while we looked
            _list(below, pictures, None)
    yield Look(there=True, watch=(folder, *inner, folder.parent), pictures=pictures)


def _list(folder: Path, pictures: dict[Path, Stamp], inner: list[Path] | None) -> None:
    """Note a folder's pictures, and into `inner` its folders; links are not followed."""
    with os.scandir(folder) as entries:
        for count, entry in enumerate(entries):
            if entry.name.startswith("."):
                continue
            if inner is not None and entry.is_dir(follow_symlinks=False):
                inner.append(Path(entry.path))
            elif is_picture(entry.name):
                with suppress(OSError):
                    status = entry.stat(follow_symlinks=False)
                    if stat.S_ISREG(status.st_mode):
                        pictures[Path(entry.path)] = status.st_size, status.st_mtime_ns
            _refuse_too_much(folder, count, len(pictures), len(inner or ()))


def _refuse_too_much(folder: Path, entries: int, pictures: int, folders: int) -> None:
    for count, most, what in (
        (entries, _MOST_ENTRIES, "个文件"),
        (pictures, MOST_PICTURES, "张图片"),
        (folders, MOST_FOLDERS, "个子文件夹"),
    ):
        if count > most:
            raise UserError(
                f"文件夹“{shown_name(folder.name)}”内超过 {most:,} {what}，不能监视，"
                "请另选专门存放照片的文件夹。"
            )
