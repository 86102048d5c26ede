"""Writing so that it survives: a file is whole or as it was, and on the disk when that is said."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from uuid import uuid4


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
    os.replace(part, target)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Have the names of a folder's files on the disk, where the system can do that by itself."""
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
