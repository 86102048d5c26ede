"""A bundle from outside, set apart: looked through, verified whole, unpacked where nobody finds it.

Nothing is written before the whole bundle was read once and found to be what its manifest says. It
is unpacked into a vault of its own, under a key that is forgotten with it: no name from inside ever
becomes a path, nothing of it lies in clear on the disk, and what a crash leaves is unreadable and
removed at the next start. Taking it into the store is the caller's, in one transaction or not at
all.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from app.bundle_check import Checked
from app.keys import new_keys
from app.outside import cause
from app.store import Store
from app.vault import Kept, Vault
from exporters import bundle, bundle_bounds
from exporters.bundle import Verdict
from forms.errors import UserError

_AREA = "quarantine"
_CHUNK = 1 << 18
_NAMED = 3


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
    nothing was written then. `name` is what people call it.
    """
    verdict = _looked_through(stream, name)
    with store.work_folder() as folder:
        try:
            yield _unpacked(stream, name, folder, verdict)
        except OSError as error:
            raise UserError(
                f"“{name}”没有收入（{cause(error)}），本机内容未变，请检查磁盘空间和权限后重试。"
            ) from error


def _looked_through(stream: BinaryIO, name: str) -> Verdict:
    """The verdict of a bundle that is whole. UserError."""
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
    verdict = bundle.verify_stream(stream, name)
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
    return verdict


def _unpacked(stream: BinaryIO, name: str, folder: Path, verdict: Verdict) -> Quarantined:
    vault = Vault(folder / "files", new_keys())
    members: dict[str, Kept] = {}
    try:
        with bundle_bounds.opened(stream) as archive:
            manifest = bundle.read_manifest(archive, name)
            for item in manifest["files"]:
                members[item["name"]] = _sealed(archive, item, vault, name)
    except bundle.BROKEN as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise bundle.no_bundle(name) from None
    return Quarantined(manifest, members, verdict)


def _sealed(archive: zipfile.ZipFile, item: dict[str, Any], vault: Vault, name: str) -> Kept:
    """A member under the hash of what was read just now: a file on a stick may change meanwhile."""
    digest = hashlib.sha256()

    def pieces() -> Iterator[bytes]:
        size = 0
        with archive.open(item["name"]) as member:
            while piece := member.read(_CHUNK):
                size += len(piece)
                if size > item["size"]:
                    return
                digest.update(piece)
                yield piece

    staged = vault.stage(_AREA, item["sha256"], pieces())
    if digest.hexdigest() != item["sha256"]:
        staged.drop()
        raise UserError(f"“{name}”在读取时发生变化，没有收入，本机内容未变，请复制到本机后再试。")
    staged.place()
    return Kept(vault, _AREA, item["sha256"], item["name"])


def _shown(name: str) -> str:
    """A name from inside as it may be shown."""
    return "".join(c if c.isprintable() else "〓" for c in name)[:60]
