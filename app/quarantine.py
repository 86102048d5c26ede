"""A bundle from outside, set apart: looked through, verified whole, unpacked where nobody finds it.

Its bounds are checked before anything is read, and nothing is written before. As it is verified, it
is sealed into a vault of its own: no name from inside ever becomes a path, nothing of it lies in
clear on the disk, and what a crash leaves is removed at the next start. That vault has the store's
keys, so that what is taken over later is given another place and not written again. Taking it into
the store is the caller's, in one transaction or not at all.
"""

from __future__ import annotations

import io
from collections.abc import Generator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from app.bundle_check import Checked
from app.intake import ATTACHMENTS, ORIGINALS
from app.outside import cause
from app.store import Store
from app.vault import Kept, Vault
from exporters import bundle, bundle_bounds
from exporters.bundle import Verdict
from forms.errors import UserError

_NAMED = 3
_ATTACHED = "附件/"


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A bundle's manifest and its members by their names in it, each whole and as listed.

    A member can be read as long as the quarantine lasts.
    """

    manifest: Mapping[str, Any]
    members: Mapping[str, Kept]
    verdict: Verdict


@contextmanager
def quarantined(store: Store, stream: BinaryIO, name: str) -> Iterator[Quarantined]:
    """A bundle that lies open in a seekable stream, set apart until the block ends.

    Raises UserError where it is no bundle, is beyond all bounds, or not what its manifest lists;
    nothing was kept then. `name` is what people call it.
    """
    bounded(stream, name)
    with store.work_folder() as folder:
        try:
            yield _unpacked(stream, name, folder, store)
        except OSError as error:
            raise UserError(
                f"“{name}”没有收入（{cause(error)}），本机内容未变，请检查磁盘空间和权限后重试。"
            ) from error


def bounded(stream: BinaryIO, name: str) -> None:
    """UserError where its archive is made like none of ours."""
    if stream.seek(0, io.SEEK_END) > bundle.BYTES_CEILING:
        limit = bundle.BYTES_CEILING >> 30
        raise UserError(f"“{name}”超过 {limit} 吉字节，没有收入，请让对方分批导出。")
    try:
        with bundle_bounds.opened(stream) as archive:
            fault = bundle_bounds.fault(archive, stream)
    except bundle.BROKEN:
        raise bundle.no_bundle(name) from None
    if fault:
        raise UserError(f"“{name}”{fault}，没有收入，本机内容未变，请让对方重新导出。")


def _unpacked(stream: BinaryIO, name: str, folder: Path, store: Store) -> Quarantined:
    """The bundle, sealed as it is verified. UserError where it is not whole; OSError where it
    cannot be written."""
    kept = _Keeping(Vault(folder / "files", store.keys))
    verdict = bundle.verify_stream(stream, name, kept.keep)
    if kept.failed is not None:
        raise kept.failed
    _must_be_sound(verdict, name)
    return Quarantined(verdict.manifest, kept.members, verdict)


class _Keeping:
    """Seals members as they are read. `failed` is the disk's error, after which no more is kept:
    whoever reads the archive would take it for the archive's."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self.members: dict[str, Kept] = {}
        self.failed: OSError | None = None

    def keep(self, item: Mapping[str, Any], pieces: Iterator[bytes]) -> None:
        inside, digest, broken = str(item["name"]), str(item["sha256"]), False

        def read() -> Generator[bytes, None, None]:
            nonlocal broken
            try:
                yield from _ahead(pieces)
            except OSError:
                broken = True
                raise

        if self.failed is not None:
            return
        area = ATTACHMENTS if inside.startswith(_ATTACHED) else ORIGINALS
        try:
            # Closed at once: what is kept of an error would keep the reader at the archive.
            with suppress(UserError), closing(read()) as found:  # its hash may be none
                self._vault.stage(area, digest, found).place()
        except OSError as error:
            if broken:
                raise
            self.failed = error
        self.members[inside] = Kept(self._vault, area, digest, inside)


def _ahead(pieces: Iterator[bytes]) -> Generator[bytes, None, None]:
    """The pieces, the next of which is read and checked while one is sealed: both take long, and
    none of it holds Python's lock. Nobody is at the archive any more when this ends."""
    with ThreadPoolExecutor(1, "bundle") as reader:
        coming = reader.submit(next, pieces, None)
        while (piece := coming.result()) is not None:
            coming = reader.submit(next, pieces, None)
            yield piece


def _must_be_sound(verdict: Verdict, name: str) -> None:
    if not verdict.whole:
        wrong = [*verdict.missing, *verdict.changed, *verdict.extra]
        shown = "、".join(f"“{_shown(each)}”" for each in wrong[:_NAMED])
        raise UserError(
            f"“{name}”有 {len(wrong)} 个文件与清单不符（{shown}{'等' if wrong[_NAMED:] else ''}），"
            "没有收入，本机内容未变，请让对方重新发送。"
        )
    checked = Checked(verdict)
    if not checked.sound:
        raise UserError(f"“{name}”没有收入，本机内容未变：{checked.sentence}")


def _shown(name: str) -> str:
    """A name from inside as it may be shown."""
    return "".join(c if c.isprintable() else "〓" for c in name)[:60]
