"""The folder of sealed files: photos and attachments, once each, by a keyed name.

A file is libsodium's secretstream (XChaCha20-Poly1305): a header, then pieces of 256 KiB, each
authenticated and in its place, the last marked as such, so that a file that was cut, spliced or
changed is noticed. The area and hash that it was kept under are authenticated with it.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from nacl import bindings as sodium
from nacl.exceptions import CryptoError

from app.durable import make_folder, place, rename, sync, sync_folder
from app.keys import Keys
from forms.errors import UserError

_MAGIC = b"zhengai-file/1\n"
_PIECE = 1 << 18
_OVERHEAD = sodium.crypto_secretstream_xchacha20poly1305_ABYTES
_HEADER = sodium.crypto_secretstream_xchacha20poly1305_HEADERBYTES
_LAST = sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL
_MORE = sodium.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE


class DamagedError(UserError):
    """A kept file is not what was kept."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of the vault; `name` is what people call it."""

    vault: Vault
    area: str
    digest: str
    name: str = ""

    @property
    def suffix(self) -> str:
        """The ending of its name, as it came: to be given to files that leave the program."""
        return re.sub(r"[^a-z0-9.]", "", Path(self.name).suffix.lower())[:8]

    def exists(self) -> bool:
        """Whether it is here."""
        return self.vault.path(self.area, self.digest).exists()

    def read(self) -> bytes:
        """All of it. Raises OSError where it is not here, DamagedError where it is not whole."""
        return b"".join(self.pieces())

    def pieces(self) -> Iterator[bytes]:
        """All of it, piece by piece. Raises as `read`; nothing that was changed is handed out."""
        try:
            yield from self.vault.pieces(self.area, self.digest)
        except (CryptoError, ValueError) as error:
            named = f"“{self.name}”" if self.name else "照片或附件"
            raise DamagedError(
                f"{named}在本机的存件已损坏，其余内容不受影响，请重新导入原件，或从备份恢复。"
            ) from error


@dataclass(frozen=True, slots=True)
class Staged:
    """A file that is sealed, but not in its place yet; on the disk, if it is to be `lasting`."""

    part: Path
    target: Path
    lasting: bool = True

    def place(self) -> None:
        """Give it its place: a power cut leaves the whole of it or none. OSError.

        What does not last is not waited for: a cut may leave it torn, which reading it tells.
        """
        if self.lasting:
            place(self.part, self.target)
        else:
            rename(self.part, self.target)

    def drop(self) -> None:
        """Leave nothing of it behind."""
        with suppress(OSError):
            self.part.unlink(missing_ok=True)


class Vault:
    """Sealed files below `folder`."""

    def __init__(self, folder: Path, keys: Keys) -> None:
        self._folder, self._keys = folder, keys
        self._lasting: set[str] = set()

    def path(self, area: str, digest: str) -> Path:
        """Where a file lies. UserError where its hash, which may come from outside, is none."""
        if not re.fullmatch(r"[0-9a-f]{64}", digest):
            raise UserError("文件指纹不合规定，没有读取任何文件，请重新导入该文件。")
        name = hashlib.blake2b(
            _label(area, digest), key=self._keys.names, digest_size=20
        ).hexdigest()
        return self._folder / name[:2] / name

    def stage(
        self, area: str, digest: str, pieces: Iterable[bytes], *, lasting: bool = True
    ) -> Staged:
        """Seal what comes, and have it on the disk, unless it can be made again and need not be
        `lasting`. Whatever stops it leaves nothing behind."""
        target = self.path(area, digest)
        part = target.with_name(f"{target.name}.part-{uuid4().hex}")
        staged = Staged(part, target, lasting)
        try:
            self._have_folder(target.parent, lasting)
            with part.open("wb") as stream:
                for sealed in self._sealed(_label(area, digest), pieces):
                    stream.write(sealed)
                if lasting:
                    stream.flush()
                    os.fsync(stream.fileno())
        except BaseException:
            staged.drop()
            raise
        return staged

    def _have_folder(self, folder: Path, lasting: bool) -> None:
        """A folder, too, may not be on the disk yet: a crash's, or one that a thread just made."""
        if not lasting:
            folder.mkdir(parents=True, exist_ok=True)
        elif folder.name not in self._lasting or not folder.is_dir():
            make_folder(self._folder)
            folder.mkdir(exist_ok=True)
            sync_folder(self._folder)
            self._lasting.add(folder.name)

    def put(self, area: str, digest: str, data: bytes) -> None:
        """Keep bytes under a hash; what is there already is not written again. OSError."""
        if not self.path(area, digest).exists():
            staged = self.stage(area, digest, [data])
            try:
                staged.place()
            finally:
                staged.drop()

    def adopt(self, kept: Kept) -> None:
        """Take a file over from a vault under the same keys, which holds it no more. OSError.

        Where the keys were changed meanwhile it is sealed anew. DamagedError where it is not whole.
        """
        if kept.vault._keys != self._keys:
            self.stage(kept.area, kept.digest, kept.pieces()).place()
            return
        target = self.path(kept.area, kept.digest)
        source = kept.vault.path(kept.area, kept.digest)
        self._have_folder(target.parent, lasting=True)
        sync(source)
        place(source, target)

    def pieces(self, area: str, digest: str) -> Iterator[bytes]:
        """What is kept. OSError where it is not here; CryptoError or ValueError where it is not
        what was kept."""
        with self.path(area, digest).open("rb") as stream:
            if stream.read(len(_MAGIC)) != _MAGIC:
                raise ValueError("no sealed file")
            state = sodium.crypto_secretstream_xchacha20poly1305_state()
            header = stream.read(_HEADER)
            if len(header) != _HEADER:
                raise ValueError("cut")
            sodium.crypto_secretstream_xchacha20poly1305_init_pull(state, header, self._keys.files)
            label, tag = _label(area, digest), _MORE
            while sealed := stream.read(_PIECE + _OVERHEAD):
                if tag == _LAST or len(sealed) < _OVERHEAD:
                    raise ValueError("too long, or cut")
                opened, tag = sodium.crypto_secretstream_xchacha20poly1305_pull(
                    state, sealed, label
                )
                yield opened
            if tag != _LAST:
                raise ValueError("cut")

    def parts(self) -> list[Path]:
        """What was staged and never placed: a crash's."""
        return list(self._folder.glob("??/*.part-*"))

    def paths(self) -> set[Path]:
        """Every file that is kept."""
        return {path for path in self._folder.glob("??/*") if ".part-" not in path.name}

    def _sealed(self, label: bytes, pieces: Iterable[bytes]) -> Iterator[bytes]:
        state = sodium.crypto_secretstream_xchacha20poly1305_state()
        yield _MAGIC
        yield sodium.crypto_secretstream_xchacha20poly1305_init_push(state, self._keys.files)
        push = sodium.crypto_secretstream_xchacha20poly1305_push
        for piece, last in _even(pieces):
            yield push(state, piece, label, _LAST if last else _MORE)


def _label(area: str, digest: str) -> bytes:
    return f"{area}/{digest}".encode()


def _even(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """What comes, in pieces of _PIECE bytes, and whether each is the last, which may be empty.

    Pieces that come in that size, as files are read, are not copied.
    """
    held = b""
    for piece in pieces:
        if len(held) == _PIECE:
            yield held, False
            held = b""
        held = held + piece if held else piece
        if len(held) > _PIECE:
            last = (len(held) - 1) // _PIECE * _PIECE
            for at in range(0, last, _PIECE):
                yield held[at : at + _PIECE], False
            held = held[last:]
    yield held, True
