"""Closing a bundle, and opening a closed one.

By a passphrase: a .zip with one member, the bundle, under AES-256 as WinZip, 7-Zip and WinRAR have
it. By colleagues' public keys: the bundle in an age file. Both are streamed, and what is opened to
be looked through never lies anywhere in clear. See `docs/decisions/closed-bundles.md`.
"""

from __future__ import annotations

import io
import queue
import secrets
import threading
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from typing import Any, BinaryIO, cast

import pyrage
import pyzipper
from pyrage import x25519

from app.scratch import PIECE, Scratch
from exporters.bundle import BYTES_CEILING
from forms.errors import UserError

MEMBER = "文件包.zip"
PASSPHRASE_LEAST = 12
"""WinZip's format stretches a passphrase by a thousand rounds only: a short one is soon guessed."""
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUPS, _GROUP = 4, 4
_AGE = b"age-encryption.org/v1\n"
_CHUNK = 1 << 20
_READ = 1 << 16
_WAITING = 4
"""Pieces that wait to be encrypted."""
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, OverflowError),
    *(pyzipper.BadZipFile, LookupError, TypeError, AssertionError, ArithmeticError),
)


class PassphraseError(UserError):
    """A bundle is closed by a passphrase that was not given, or is another one."""


@dataclass(frozen=True, slots=True)
class Closing:
    """How a bundle is closed: by a passphrase, by colleagues' age recipients, or not at all."""

    passphrase: str = field(default="", repr=False)
    recipients: tuple[str, ...] = ()

    @property
    def ending(self) -> str:
        """What a bundle so closed has behind its name."""
        if self.recipients:
            return "（保密）.zip.age"
        return "（保密）.zip" if self.passphrase else ".zip"

    def check(self) -> None:
        """UserError where the passphrase would not do."""
        if not self.passphrase:
            return
        if not (self.passphrase.isascii() and self.passphrase.isprintable()):
            raise UserError(
                "文件包口令含有汉字或全角字符，7-Zip、WinRAR 等软件可能打不开，没有导出，"
                "请只用英文字母、数字和半角符号。"
            )
        if len(self.passphrase) < PASSPHRASE_LEAST:
            raise UserError(
                f"文件包口令少于 {PASSPHRASE_LEAST} 个字符，容易被试出，没有导出，请换一个较长的。"
            )


OPEN = Closing()
ENDINGS = tuple(each.ending for each in (OPEN, Closing("-"), Closing(recipients=("-",))))


def new_passphrase() -> str:
    """A passphrase of 78 random bits, without letters that are misread, in groups to read aloud."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


# -- closing --------------------------------------------------------------------------------------


@contextmanager
def closed(closing: Closing, stream: BinaryIO) -> Iterator[BinaryIO]:
    """What is written into the answer reaches `stream` closed; it is whole when the block ends.

    Where the block is left early, what `stream` holds is worth nothing. OSError as of `stream`.
    """
    if closing.recipients:
        with _for_recipients(closing.recipients, stream) as inner:
            yield inner
    elif closing.passphrase:
        with _by_passphrase(closing.passphrase, stream) as inner:
            yield inner
    else:
        yield stream


@contextmanager
def _by_passphrase(passphrase: str, stream: BinaryIO) -> Iterator[BinaryIO]:
    archive = pyzipper.AESZipFile(stream, "w", pyzipper.ZIP_STORED)
    try:
        archive.setpassword(passphrase.encode())
        archive.setencryption(pyzipper.WZ_AES, nbits=256)
        info = archive.zipinfo_cls(MEMBER, (1980, 1, 1, 0, 0, 0))
        with archive.open(info, "w", force_zip64=True) as inner:
            yield inner
        archive.close()
    except BaseException:
        archive.fp = None  # to end what is half written would fail anew, and hide why
        raise


@contextmanager
def _for_recipients(recipients: Sequence[str], stream: BinaryIO) -> Iterator[BinaryIO]:
    """The library reads what it encrypts: it runs in a thread of its own."""
    keys = [x25519.Recipient.from_str(each) for each in recipients]
    between = _Handover()
    failed: list[BaseException] = []

    def encrypt() -> None:
        try:
            pyrage.encrypt_io(between, _Watched(stream, failed), keys)
        except BaseException as error:  # handed on to whoever waits for the end
            failed.append(error)
            between.drain()

    thread = threading.Thread(target=encrypt, daemon=True)
    thread.start()
    try:
        with io.BufferedWriter(between, PIECE) as writer:
            yield cast(BinaryIO, writer)
    finally:
        between.close()
        thread.join()
    if failed:
        raise failed[0] if isinstance(failed[0], OSError) else OSError(str(failed[0]))


class _Watched:
    """A stream whose failure is kept: the library passes over one with its last few bytes."""

    def __init__(self, stream: BinaryIO, failed: list[BaseException]) -> None:
        self._stream, self._failed = stream, failed

    def write(self, data: bytes) -> int:
        """As a stream's."""
        try:
            return self._stream.write(data)
        except OSError as error:
            self._failed.append(error)
            raise

    def flush(self) -> None:
        """As a stream's, whose owner flushes it."""


class _Handover(io.RawIOBase):
    """What one thread writes and another one reads, of which little waits in between; quicker than
    a pipe, for nothing of it goes through the system. It ends when it is closed."""

    def __init__(self) -> None:
        self._pieces: queue.Queue[bytes] = queue.Queue(_WAITING)
        self._left = memoryview(b"")
        self._ended = False

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        """Hand bytes over, once there is room; how many."""
        self._pieces.put(bytes(data))
        return len(data)

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes, once there are any; none at the end."""
        if not self._left:
            self._next()
        found, self._left = bytes(self._left[:size]), self._left[size:]
        return found

    def drain(self) -> None:
        """Let whoever writes go on to the end, though nobody reads any more."""
        while not self._ended:
            self._next()

    def _next(self) -> None:
        if not self._ended:
            self._left = memoryview(self._pieces.get())
            self._ended = not self._left

    def close(self) -> None:
        if not self.closed:
            self._pieces.put(b"")
        super().close()


# -- opening --------------------------------------------------------------------------------------


@contextmanager
def opened(path: Path, passphrase: str = "", identities: Sequence[str] = ()) -> Iterator[BinaryIO]:
    """A bundle's own bytes, seekable, whether it is closed or open.

    Raises PassphraseError where a passphrase is wanting, else UserError where it cannot be opened.
    """
    try:
        if not path.is_file():
            raise FileNotFoundError(path)
        with path.open("rb") as stream:
            begins = stream.read(len(_AGE))
            stream.seek(0)
            if begins != _AGE and not _is_closed(stream):
                stream.seek(0)
                yield stream
                return
            scratch = Scratch(min(path.stat().st_size, BYTES_CEILING))
            with scratch, io.BufferedReader(scratch, _READ) as inner:
                if begins == _AGE:
                    _open_age(stream, path.name, identities, scratch)
                else:
                    _open_zip(stream, path.name, passphrase, scratch)
                scratch.finish()
                yield cast(BinaryIO, inner)
    except FileNotFoundError:
        raise UserError(f"没有找到“{path.name}”，没有核对，请核对文件的位置和名称。") from None


class Closed(Enum):
    """How a file is closed, seen from outside."""

    NOT = auto()
    PASSPHRASE = auto()
    RECIPIENTS = auto()


def how_closed(stream: BinaryIO) -> Closed:
    """Whether a bundle is closed, and which way; what is none is not."""
    if stream.read(len(_AGE)) == _AGE:
        return Closed.RECIPIENTS
    stream.seek(0)
    return Closed.PASSPHRASE if _is_closed(stream) else Closed.NOT


def _is_closed(stream: BinaryIO) -> bool:
    """Whether it is a .zip with nothing but one encrypted bundle in it."""
    try:
        with zipfile.ZipFile(stream) as archive:
            infos = archive.infolist()
    except (*_BROKEN, OSError):
        return False  # no .zip at all: whoever reads on says so
    return len(infos) == 1 and infos[0].filename == MEMBER and bool(infos[0].flag_bits & 1)


def _open_zip(stream: BinaryIO, name: str, passphrase: str, scratch: Scratch) -> None:
    if not passphrase:
        raise PassphraseError(f"“{name}”已用口令加密，没有核对，请给出对方告知的口令。")
    stream.seek(0)
    begun = False
    try:
        with pyzipper.AESZipFile(stream) as archive:
            info = archive.infolist()[0]
            if info.compress_type != zipfile.ZIP_STORED or info.wz_aes_version is None:
                raise _damaged(name)
            with archive.open(info, pwd=passphrase.encode()) as member:
                begun = True
                while chunk := member.read(_CHUNK):
                    scratch.write(chunk)
    except RuntimeError as error:
        if not begun and "password" in str(error):
            raise PassphraseError(
                f"口令打不开“{name}”，没有核对，请与对方核对口令后重新输入。"
            ) from None
        raise _damaged(name) from None
    except (*_BROKEN, OSError):
        raise _damaged(name) from None


def _open_age(stream: BinaryIO, name: str, identities: Sequence[str], scratch: Scratch) -> None:
    if not identities:
        raise UserError(
            f"“{name}”只供指定的同事打开，没有核对，请在收件人的数据上核对"
            "（使用命令的，以 --data 指明数据文件夹）。"
        )
    try:
        keys = [x25519.Identity.from_str(each) for each in identities]
        writer = io.BufferedWriter(scratch, PIECE)  # the library writes by 8 KiB
        try:
            pyrage.decrypt_io(stream, writer, keys)
        finally:
            writer.detach()
    except pyrage.DecryptError as error:
        if "matching" in str(error):
            raise UserError(
                f"“{name}”不是加密给本机的，没有打开，请把本机的联系密钥交给对方后由其重新导出。"
            ) from None
        raise _damaged(name) from None
    except (*_BROKEN, OSError):
        raise _damaged(name) from None


def _damaged(name: str) -> UserError:
    return UserError(f"“{name}”已损坏或不完整，没有打开，没有作任何改动，请让对方重新发送。")
