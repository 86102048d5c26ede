"""A scratch file that nobody can read: what a closed bundle holds while it is looked through.

It lies in the system's temporary folder without a name that lasts, in pieces that are each sealed
under a key which is in memory alone; unlike a vault's file it can be read from anywhere.
"""

from __future__ import annotations

import io
import secrets
import tempfile
from typing import Any

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_ABYTES as _TAG,
)
from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt as _open,
)
from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_encrypt as _seal,
)

_PIECE = 1 << 18


class TooLargeError(OSError):
    """More came than was to be expected."""


class Scratch(io.RawIOBase):
    """Written once, from its beginning; then `finish`, and read anywhere. OSError as of a file."""

    def __init__(self, most: int) -> None:
        """`most` is how many bytes it may hold; TooLargeError beyond."""
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with this one
        self._key = secrets.token_bytes(32)
        self._most = most
        self._held = bytearray()
        self._pieces = self._size = self._place = 0
        self._read_piece, self._piece = -1, b""

    def write(self, data: Any) -> int:
        """Append bytes; how many."""
        self._size += len(data)
        if self._size > self._most:
            raise TooLargeError("more than was to be expected")
        self._held += data
        while len(self._held) >= _PIECE:
            self._put(bytes(self._held[:_PIECE]))
            del self._held[:_PIECE]
        return len(data)

    def finish(self) -> None:
        """Nothing more comes: from now on it is read, from its beginning."""
        if self._held:
            self._put(bytes(self._held))
        self._held.clear()

    def writable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise OSError("before the beginning")
        self._place = base + offset
        return self._place

    def readinto(self, buffer: Any) -> int:
        number, start = divmod(self._place, _PIECE)
        if self._place >= self._size:
            return 0
        if number != self._read_piece:
            self._file.seek(number * (_PIECE + _TAG))
            self._piece = _open(self._file.read(_PIECE + _TAG), None, _nonce(number), self._key)
            self._read_piece = number
        found = self._piece[start : start + len(buffer)]
        buffer[: len(found)] = found
        self._place += len(found)
        return len(found)

    def close(self) -> None:
        self._file.close()
        self._held.clear()
        self._piece = b""
        super().close()

    def _put(self, piece: bytes) -> None:
        self._file.write(_seal(piece, None, _nonce(self._pieces), self._key))
        self._pieces += 1


def _nonce(number: int) -> bytes:
    """The key is of one use, so that the place is as good a nonce as any."""
    return number.to_bytes(24, "big")
