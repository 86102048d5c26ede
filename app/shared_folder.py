"""The office's shared folder: originals of photos and attachments, once each, by their SHA-256.

They lie there as they came (see docs/decisions/office-database.md): `ab/abcdef…`, without a name.
The folder is told by a file of its own, so that an empty mount point is not taken for it.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from app import durable
from app.intake import ATTACHMENT_CEILING, ATTACHMENTS, ORIGINALS, keep, keep_copies
from app.outside import cause
from app.photo_worker import PhotoWorker, starting
from app.store import Store
from app.vault import Kept
from forms.dossier import Attachment, Dossier, Photo
from forms.errors import UserError

SIGN = "zhengai-files.txt"
_SAYS = (
    "诊改工作台的共享文件夹：照片和附件的原件，以其 SHA-256 为名。由办公室控制访问权限，"
    "请勿改名、移动或者改动其中的文件。\n"
)


def make(folder: Path) -> None:
    """Make a folder the shared one, where it is not yet. UserError."""
    try:
        if not (folder / SIGN).exists():
            folder.mkdir(parents=True, exist_ok=True)
            durable.replace(folder / SIGN, _SAYS.encode())
    except OSError as error:
        raise UserError(
            f"共享文件夹“{folder}”不能写入（{cause(error)}），设置未变，请检查位置和权限后重试。"
        ) from error


class SharedFolder:
    """The folder beside one store, None where none was named; to be closed."""

    def __init__(self, store: Store, folder: Path | None) -> None:
        self._store, self._folder = store, folder
        self._worker = PhotoWorker()  # its process is begun with the first photo

    def close(self) -> None:
        """End the process that looks into photos."""
        self._worker.close()

    @property
    def fault(self) -> str:
        """Why it is not to be had now, as a sentence; "" where it is, or none was named."""
        if self._folder is None:
            return ""
        try:
            if (self._folder / SIGN).is_file():
                return ""
        except OSError:
            pass
        return (
            f"共享文件夹“{self._folder}”没有连通，照片和附件没有同步，"
            "请检查网络盘后再同步，原件均已保留。"
        )

    def exchange(self, dossier: Dossier) -> tuple[int, str]:
        """Copy what the folder lacks there, and what is lacking here in: how many files, and a
        sentence about those that could not be, "" where there is none."""
        moved, faults = 0, []
        if self._folder is None:
            return 0, ""
        if self.fault:
            return 0, self.fault
        for kept in self._named(dossier):
            try:
                moved += self._move(self._folder, kept)
            except UserError as error:
                faults.append(str(error))
            except OSError as error:
                faults.append(f"“{kept.name}”没有同步（{cause(error)}），请检查网络盘后再同步。")
        more = f"另有 {len(faults) - 1} 个文件同样没有同步。" if len(faults) > 1 else ""
        return moved, "".join([*faults[:1], more])

    def missing(self, dossier: Dossier) -> int:
        """How many of a dossier's files are not here."""
        return sum(not kept.exists() for kept in self._named(dossier))

    def drop(self, digests: Iterable[str]) -> None:
        """Remove files that were purged; what cannot be removed stops the rest."""
        for digest in digests:
            if self._folder is None or self.fault:
                return  # stays noted for whoever reaches the folder
            self._path(self._folder, digest).unlink(missing_ok=True)

    def _named(self, dossier: Dossier) -> Iterator[Kept]:
        """Every file that a dossier's records name, withdrawn ones too, as this store would keep
        it."""
        seen = set()
        for record in (*dossier.records.get("photo", ()), *dossier.records.get("attachment", ())):
            assert isinstance(record, Photo | Attachment)
            area = ORIGINALS if isinstance(record, Photo) else ATTACHMENTS
            if (area, record.sha256) not in seen and re.fullmatch("[0-9a-f]{64}", record.sha256):
                seen.add((area, record.sha256))
                yield Kept(self._store.vault, area, record.sha256, record.filename)

    def _move(self, folder: Path, kept: Kept) -> int:
        path = self._path(folder, kept.digest)
        here, there = kept.exists(), path.is_file()
        if here == there:
            return 0  # both have it, or whoever has it was not here yet
        if here:
            _give(kept, path)
        else:
            self._take(kept, path)
        return 1

    def _path(self, folder: Path, digest: str) -> Path:
        """Where a file lies. UserError where that leads out of the folder."""
        path = folder / digest[:2] / digest
        if (
            not re.fullmatch("[0-9a-f]{64}", digest)
            or path.is_symlink()
            or path.parent.is_symlink()
        ):
            raise UserError("共享文件夹中有指向别处的链接，该文件没有同步，请联系办公室管理员。")
        return path

    def _take(self, kept: Kept, path: Path) -> None:
        """Take a file in as any from outside: its hash is worked out again, a photo looked into."""
        wrong = UserError(
            f"“{kept.name}”在共享文件夹中的存件与指纹不符，没有收入，请联系办公室管理员恢复原件。"
        )
        if path.stat().st_size > ATTACHMENT_CEILING:
            raise wrong
        if kept.area == ORIGINALS:
            with starting("修改记录已同步，照片尚未全部收入"):
                seen = self._worker.inspect(path, copies=True)
            if getattr(seen, "sha256", kept.digest) != kept.digest:
                raise wrong
            if not keep_copies(self._store, seen):
                raise UserError(f"“{kept.name}”不是可以打开的照片，没有收入，请联系办公室管理员。")
        elif _digest(path) != kept.digest:
            raise wrong
        keep(self._store, kept.area, path, kept.digest)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _give(kept: Kept, path: Path) -> None:
    """Put a file there: whole under its name, or not at all. OSError, or DamagedError where what is
    here is not whole."""
    path.parent.mkdir(exist_ok=True)
    part = path.with_name(f".{path.name[:16]}.part-{uuid4().hex}")
    try:
        written = hashlib.sha256()
        with part.open("xb") as stream:
            for piece in kept.pieces():
                written.update(piece)
                stream.write(piece)
            stream.flush()
            os.fsync(stream.fileno())
        if written.hexdigest() != kept.digest:
            raise UserError(f"“{kept.name}”在本机的存件与指纹不符，没有送出，请重新导入原件。")
        durable.place(part, path)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
