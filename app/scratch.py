"""A scratch file that nobody can read: what a closed bundle holds while it is looked through.

It lies in the system's temporary folder without a name that lasts, in pieces that are each sealed
under a key which is in memory alone; unlike a vault's file it can be read from anywhere.
"""

from __future__ import annotations

import io
import secrets
import tempfile
from typing import Any

from nacl._sodium import ffi, lib  # type: ignore[import-not-found]

PIECE = 1 << 17
_TAG = lib.crypto_aead_aegis256_abytes()
_NONCE = lib.crypto_aead_aegis256_npubbytes()
_SEALED = PIECE + _TAG
_TOGETHER = 8
"""Pieces that are written to the file at once."""


class TooLargeError(OSError):
    """More came than was to be expected."""


class Scratch(io.RawIOBase):
    """Written once, from its beginning; then `finish`, and read anywhere. OSError as of a file.

    libsodium is called through PyNaCl's own `_sodium`, on memory that is used again and again: the
    calls that wrap it copy each piece twice, which takes longer than sealing it.
    """

    def __init__(self, most: int) -> None:
        """`most` is how many bytes it may hold; TooLargeError beyond."""
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - closed with this one
        self._key = secrets.token_bytes(32)
        self._most = most
        self._clear, self._sealed = bytearray(PIECE), bytearray(_TOGETHER * _SEALED)
        self._waiting = self._pieces = self._filled = self._size = self._place = 0
        self._read_piece = -1

    def write(self, data: Any) -> int:
        """Append bytes; how many."""
        view = memoryview(data).cast("B")
        self._size += len(view)
        if self._size > self._most:
            raise TooLargeError("more than was to be expected")
        place = 0
        while place < len(view):
            if not self._waiting and len(view) - place >= PIECE:
                self._put(view[place : place + PIECE])
                place += PIECE
                continue
            part = view[place : place + PIECE - self._waiting]
            self._clear[self._waiting : self._waiting + len(part)] = part
            self._waiting += len(part)
            place += len(part)
            if self._waiting == PIECE:
                self._put(memoryview(self._clear))
                self._waiting = 0
        return len(view)

    def finish(self) -> None:
        """Nothing more comes: from now on it is read, from its beginning."""
        if self._waiting:
            self._put(memoryview(self._clear)[: self._waiting])
        self._waiting = 0
        self._flush()

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
        number, start = divmod(self._place, PIECE)
        if self._place >= self._size:
            return 0
        if number != self._read_piece:
            self._open(number)
        found = memoryview(self._clear)[start : min(PIECE, self._size - number * PIECE)]
        found = found[: len(buffer)]
        buffer[: len(found)] = found
        self._place += len(found)
        return len(found)

    def close(self) -> None:
        self._file.close()
        self._clear = bytearray()
        super().close()

    def _put(self, piece: memoryview) -> None:
        """Seal a piece, and write those that wait once they are enough."""
        out = ffi.from_buffer(self._sealed) + self._filled
        lib.crypto_aead_aegis256_encrypt(
            *(out, ffi.NULL, ffi.from_buffer(piece), len(piece), ffi.NULL, 0, ffi.NULL),
            *(_nonce(self._pieces), self._key),
        )
        self._pieces += 1
        self._filled += len(piece) + _TAG
        if self._filled == len(self._sealed):
            self._flush()

    def _flush(self) -> None:
        waiting = memoryview(self._sealed)[: self._filled]
        while waiting:
            waiting = waiting[self._file.write(waiting) :]
        self._filled = 0

    def _open(self, number: int) -> None:
        """Have a piece in clear. OSError where it is not what was written."""
        self._read_piece = -1
        self._file.seek(number * _SEALED)
        size = self._file.readinto(memoryview(self._sealed)[:_SEALED])
        failed = lib.crypto_aead_aegis256_decrypt(
            *(ffi.from_buffer(self._clear), ffi.NULL, ffi.NULL, ffi.from_buffer(self._sealed)),
            *(size, ffi.NULL, 0, _nonce(number), self._key),
        )
        if failed:
            raise OSError("the scratch file was changed")
        self._read_piece = number


def _nonce(number: int) -> bytes:
    """The key is of one use, so that the place is as good a nonce as any."""
    return number.to_bytes(_NONCE, "big")
