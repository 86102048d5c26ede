"""Writing so that it survives: a file is whole or as it was, and on the disk when that is said."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

#: Windows refuses to rename while a virus scanner looks into the file, which it does for a moment.
_HELD_S = 1.0 if os.name == "nt" else 0.0
_AGAIN_S = 0.05


def replace(path: Path, data: bytes) -> None:
    """Have a file hold `data`, or, where that fails (OSError), what it held before."""
    part = path.with_name(f"{path.name}.part-{uuid4().hex}")
    try:
        with part.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        place(part, path)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def place(part: Path, target: Path) -> None:
    """Give a file that is on the disk its name, and have that on the disk too. OSError."""
    _renamed(part, target)
    sync_folder(target.parent)


def _renamed(part: Path, target: Path) -> None:
    until = time.monotonic() + _HELD_S
    while True:
        try:
            os.replace(part, target)
            return
        except PermissionError:
            if time.monotonic() >= until:
                raise
            time.sleep(_AGAIN_S)


def make_folder(folder: Path) -> None:
    """Have a folder there, with its parents, and their names on the disk. OSError."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


def sync(path: Path) -> None:
    """Have a file's content on the disk. OSError."""
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


def sync_folder(folder: Path) -> None:
    """Have the names of a folder's files on the disk, where the system can do that by itself."""
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
