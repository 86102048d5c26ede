"""A scratch file that nobody can read: what a closed bundle holds while it is looked through.

It lies in the system's temporary folder without a name that lasts, in pieces that are each sealed
under a key which is in memory alone; unlike a vault's file it can be read from anywhere.
"""

from __future__ import annotations

import io
import secrets
import tempfile
from contextlib import suppress
from typing import Any

from nacl import bindings as sodium

PIECE = 1 << 17
"""Larger ones are each given fresh memory by the system, which takes longer than sealing them."""
_BUFFER = 1 << 20
_TAG = sodium.crypto_aead_aegis256_ABYTES
_NONCE = sodium.crypto_aead_aegis256_NPUBBYTES


class TooLargeError(OSError):
    """More came than was to be expected."""


class Scratch(io.RawIOBase):
    """Written once, from its beginning; then `finish`, and read anywhere. OSError as of a file."""

    def __init__(self, most: int) -> None:
        """`most` is how many bytes it may hold; TooLargeError beyond."""
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - closed with this one
        self._out = io.BufferedWriter(self._file, _BUFFER)
        self._key = secrets.token_bytes(32)
        self._most = most
        self._held: list[bytes] = []
        self._waiting = self._pieces = self._size = self._place = 0
        self._read_piece, self._piece = -1, b""

    def write(self, data: Any) -> int:
        """Append bytes; how many."""
        self._size += len(data)
        if self._size > self._most:
            raise TooLargeError("more than was to be expected")
        view = memoryview(data).cast("B")
        if self._waiting:
            first = view[: PIECE - self._waiting]
            self._held.append(bytes(first))
            self._waiting += len(first)
            view = view[len(first) :]
            if self._waiting < PIECE:
                return len(data)
            self._put(b"".join(self._held))
        whole = len(view) - len(view) % PIECE
        for place in range(0, whole, PIECE):
            self._put(bytes(view[place : place + PIECE]))
        self._held, self._waiting = [bytes(view[whole:])], len(view) - whole
        return len(data)

    def finish(self) -> None:
        """Nothing more comes: from now on it is read, from its beginning."""
        if self._waiting:
            self._put(b"".join(self._held))
        self._held, self._waiting = [], 0
        self._out.flush()

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
            self._file.seek(number * (PIECE + _TAG))
            self._piece = self._opened(self._file.read(PIECE + _TAG), number)
            self._read_piece = number
        found = memoryview(self._piece)[start : start + len(buffer)]
        buffer[: len(found)] = found
        self._place += len(found)
        return len(found)

    def close(self) -> None:
        with suppress(OSError):  # what was not written yet is of no use any more
            self._out.close()  # and the file with it
        self._held.clear()
        self._piece = b""
        super().close()

    def _put(self, piece: bytes) -> None:
        nonce = _nonce(self._pieces)
        self._out.write(sodium.crypto_aead_aegis256_encrypt(piece, None, nonce, self._key))
        self._pieces += 1

    def _opened(self, sealed: bytes, number: int) -> bytes:
        return sodium.crypto_aead_aegis256_decrypt(sealed, None, _nonce(number), self._key)


def _nonce(number: int) -> bytes:
    """The key is of one use, so that the place is as good a nonce as any."""
    return number.to_bytes(_NONCE, "big")
