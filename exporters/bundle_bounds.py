"""What a bundle's archive may be made like, before anything inside it is believed or read."""

from __future__ import annotations

import io
import struct
import zipfile
from typing import BinaryIO, cast

_READ_CEILING = 8 << 20
"""Bytes asked for at once: the list of members is read in one go, whatever length it claims. Five
thousand members with the longest of names take less."""
_LOCAL = struct.Struct("<4s22xHH")
_LOCAL_MARK = b"PK\x03\x04"
DEPTH_CEILING = 8
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Others may ask for gigabytes before their first byte; no bundle is written with them."""


class _Bounded:
    """An open file of which nobody reads much at once."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.seek, self.tell, self.seekable = stream.seek, stream.tell, stream.seekable

    def read(self, size: int = -1) -> bytes:
        """As a file's; ValueError where too much is asked for."""
        if size > _READ_CEILING:
            raise ValueError("a list of members beyond all bounds")
        data = self._stream.read(size if size >= 0 else _READ_CEILING + 1)
        if len(data) > _READ_CEILING:
            raise ValueError("a list of members beyond all bounds")
        return data


def opened(stream: BinaryIO) -> zipfile.ZipFile:
    """The archive in a seekable file. BadZipFile, ValueError and others where it is none."""
    return zipfile.ZipFile(cast(BinaryIO, _Bounded(stream)))


def fault(archive: zipfile.ZipFile, stream: BinaryIO) -> str:
    """What is wrong with how its members lie, in Chinese for a sentence; "" where nothing is.

    Members that share bytes unfold to far more than the file holds; no program writes them.
    """
    infos = archive.infolist()
    if any(info.filename.count("/") >= DEPTH_CEILING for info in infos):
        return f"文件夹嵌套超过 {DEPTH_CEILING} 层"
    if any(info.flag_bits & 0x1 for info in infos):
        return "含有加密的文件"
    if any(info.compress_type not in METHODS for info in infos):
        return "含有以特殊方法压缩的文件"
    end = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < end:
            return "文件在包内相互重叠"
        stream.seek(info.header_offset)
        head = stream.read(_LOCAL.size)
        if len(head) < _LOCAL.size or not head.startswith(_LOCAL_MARK):
            return "文件不在清单所指的位置"
        _, name, extra = _LOCAL.unpack(head)
        end = info.header_offset + _LOCAL.size + name + extra + info.compress_size
    return "文件在包内相互重叠" if end > _directory(archive, stream) else ""


def _directory(archive: zipfile.ZipFile, stream: BinaryIO) -> int:
    """Where the list of members begins, behind which none of them reaches."""
    size = stream.seek(0, io.SEEK_END)
    return min(int(getattr(archive, "start_dir", size)), size)
