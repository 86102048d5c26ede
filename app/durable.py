"""Writing so that it survives: a file is whole or as it was, and on the disk when that is said."""

from __future__ import annotations

import os
import re
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
    rename(part, target)
    sync_folder(target.parent)


def rename(part: Path, target: Path) -> None:
    """Give a file its name, without waiting for the disk. OSError."""
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


#: File systems of shares, as Linux names them.
_SHARES = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ncpfs", "davfs", "9p", "ceph"}
_SHARES |= {"glusterfs", "fuse.sshfs", "fuse.rclone", "fuse.gvfsd-fuse", "fuse.davfs2"}
_REMOTE = 4
"""Windows' DRIVE_REMOTE."""
ON_A_SHARE = (
    "数据文件夹在网络共享上，断网或多台电脑同时打开时数据库可能损坏，现有数据未受影响，"
    "请关闭程序，把数据文件夹整个复制到本机硬盘后再打开。"
)


def on_share(folder: Path, mounts: Path = Path("/proc/self/mounts")) -> bool:
    """Whether a folder lies on a network share, where SQLite's locks and syncs cannot be relied on.

    False, too, where the system does not tell.
    """
    folder = folder.resolve()
    if os.name == "nt":
        import ctypes

        drive = folder.anchor
        kind = ctypes.windll.kernel32.GetDriveTypeW(drive)  # type: ignore[attr-defined,unused-ignore]
        return drive.startswith("\\\\") or kind == _REMOTE
    longest, share = -1, False
    try:
        lines = mounts.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return False
    for line in lines:
        place, kind = [*line.split(" "), "", "", ""][1:3]
        # Blanks and backslashes stand there in octal.
        place = re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), place)
        if folder.is_relative_to(place or "?") and len(place) >= longest:
            longest, share = len(place), kind in _SHARES
    return share


def sync_folder(folder: Path) -> None:
    """Have the names of a folder's files on the disk, where the system can do that by itself."""
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
