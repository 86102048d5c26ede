"""The bundle: named folders a person can browse, and a manifest with the hash of every file.

Layout: `核验单.pdf` and `.docx` on top, `文档/`, `照片/`, `附件/`, `dossier.json`, `changes.jsonl`,
`signature.json`, and `manifest.json` with size and SHA-256 of all of them. Photos are stored, never
deflated.
"""

from __future__ import annotations

import hashlib
import io
import json
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any, BinaryIO

from exporters import bundle_bounds, bundle_parts, bundle_signature
from exporters.bundle_parts import Part
from exporters.bundle_signature import CHANGES, SIGNATURE, Signature, Signing
from forms.errors import UserError

_FORMATS = "zhengai-bundle/"
FORMAT = f"{_FORMATS}1"
MANIFEST = "manifest.json"
MANIFEST_CEILING = 8 * 1024 * 1024
FILES_CEILING = 5_000
BYTES_CEILING = 8 * 1024**3
#: Bytes unpacked for each byte of the bundle, and what any bundle may unpack to.
RATIO_CEILING, FREE_BYTES = 100, 64 * 1024 * 1024
_CHUNK = 1 << 20
_HANDS = 2
"""Threads that read members at once."""
_STORED = {".jpg", ".jpeg", ".png", ".heic", ".heif", ".docx", ".pdf", ".zip", ".xlsx", ".pptx"}


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a bundle: its path inside, and its bytes, or where they come from.

    A function is called for the pieces of a file that does not lie open; what it raises stops the
    writing.
    """

    name: str
    source: Path | bytes | Callable[[], Iterator[bytes]]
    length: int = 0
    """Its bytes, where only a function knows them and somebody asks."""

    @property
    def size(self) -> int:
        """How many bytes it has."""
        if isinstance(self.source, bytes):
            return len(self.source)
        return self.source.stat().st_size if isinstance(self.source, Path) else self.length


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with a bundle, each a list of names inside it; all empty where it is whole.

    `signature` is None where nobody signed it, `part` where it is none of several;
    `manifest` is what it was compared with.
    """

    missing: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    signature: Signature | None = None
    part: Part | None = None
    manifest: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def whole(self) -> bool:
        """Whether nothing is missing, changed or extra."""
        return not (self.missing or self.changed or self.extra)


def write(
    members: list[Member],
    facts: dict[str, Any],
    stream: BinaryIO,
    signing: Signing | None = None,
) -> Iterator[str]:
    """Write a bundle to an open file, yielding the name of each member before it is written.

    `facts` (enterprise, pack, draft, …) stand in the manifest beside the list of files; `stream`
    need not be seekable. Raises ValueError on two members of one name.
    """
    if len({member.name for member in members}) != len(members):
        raise ValueError("two members of one name")
    listed: list[dict[str, Any]] = []
    with zipfile.ZipFile(stream, "w") as archive:
        for member in members:
            yield member.name
            listed.append(_add(archive, member))
        manifest = {"format": FORMAT, **facts, "files": listed}
        if signing is not None:
            signature = bundle_signature.compose(manifest, signing)
            listed.append(_add(archive, Member(SIGNATURE, signature)))
        text = json.dumps(manifest, ensure_ascii=False, indent=1)
        _add(archive, Member(MANIFEST, text.encode()))


def _add(archive: zipfile.ZipFile, member: Member) -> dict[str, Any]:
    info = zipfile.ZipInfo(member.name, (1980, 1, 1, 0, 0, 0))
    info.external_attr = (stat.S_IFREG | 0o644) << 16
    ending = PurePosixPath(member.name).suffix.lower()
    info.compress_type = zipfile.ZIP_STORED if ending in _STORED else zipfile.ZIP_DEFLATED
    digest, size = hashlib.sha256(), 0
    with archive.open(info, "w", force_zip64=True) as out:
        for chunk in _chunks(member.source):
            digest.update(chunk)
            size += len(chunk)
            out.write(chunk)
    return {"name": member.name, "size": size, "sha256": digest.hexdigest()}


def _chunks(
    source: Path | bytes | Callable[[], Iterator[bytes]],
) -> Iterator[bytes | memoryview]:
    """The pieces of a member, each of use until the next one is asked for: a file is read into one
    place, since fresh memory for each piece takes a third of the time."""
    if isinstance(source, bytes):
        yield source
        return
    if not isinstance(source, Path):
        yield from source()
        return
    held = memoryview(bytearray(_CHUNK))
    with source.open("rb", buffering=0) as stream:
        while size := stream.readinto(held):
            yield held[:size]


def verify(path: Path) -> Verdict:
    """Compare every file of an open bundle with its manifest, and the manifest with its signature.

    Raises UserError where the file is no bundle, or one that is beyond all bounds. Nothing is
    written anywhere; a compressed file is read no further than the size its manifest names.
    """
    try:
        if not path.is_file():
            raise no_bundle(path.name)
        with path.open("rb") as stream:
            return verify_stream(stream, path.name)
    except OSError:
        raise no_bundle(path.name) from None


def verify_stream(stream: BinaryIO, name: str, keep: Keep | None = None) -> Verdict:
    """The same for a bundle that lies in an open, seekable stream; `name` is for people.

    `keep` is given each listed member as it is read, before it is known to be what is listed, two
    at a time.
    """
    try:
        size = stream.seek(0, io.SEEK_END)
        with bundle_bounds.opened(stream) as archive:
            return _compare(archive, name, size, keep)
    except BROKEN:
        raise no_bundle(name) from None


Keep = Callable[[Mapping[str, Any], Iterator[bytes]], None]
"""Goes through all the pieces of a member; is given the manifest's entry with them."""


def no_bundle(name: str) -> UserError:
    """The error, with its sentence."""
    return UserError(f"“{name}”不是可读的文件包，没有作任何改动，请让对方重新发送。")


#: What reading a crafted or damaged archive may raise.
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    RuntimeError,  # also NotImplementedError: an encrypted member, an unknown method
    ValueError,
    OverflowError,
)


def read_manifest(archive: zipfile.ZipFile, name: str) -> dict[str, Any]:
    """The manifest of an open bundle; UserError where there is none or it is malformed."""
    infos = [info for info in archive.infolist() if info.filename == MANIFEST]
    if (
        len(infos) != 1
        or infos[0].file_size > MANIFEST_CEILING
        or infos[0].compress_type not in bundle_bounds.METHODS
    ):
        raise UserError(
            f"“{name}”里没有可用的清单（{MANIFEST}），没有作任何改动，请让对方重新导出。"
        )
    try:
        with archive.open(infos[0]) as stream:
            found = json.loads(stream.read(MANIFEST_CEILING + 1))
    except (*BROKEN, RecursionError):
        found = None
    told = found.get("format") if isinstance(found, dict) else None
    if isinstance(told, str) and told.startswith(_FORMATS) and told != FORMAT:
        raise UserError(
            f"“{name}”由更新版本的诊改工作台制作，没有作任何改动，请安装最新版本后再试。"
        )
    if not isinstance(found, dict) or told != FORMAT or not _listed(found):
        raise UserError(f"“{name}”的清单不合规定，没有作任何改动，请让对方重新导出。")
    return found


def _listed(manifest: dict[str, Any]) -> bool:
    files = manifest.get("files")
    return (
        isinstance(files, list)
        and len(files) <= FILES_CEILING
        and all(
            isinstance(item, dict)
            and isinstance(item.get("name"), str)
            and _plain(item["name"])
            and isinstance(item.get("sha256"), str)
            and type(item.get("size")) is int
            and item["size"] >= 0
            for item in files
        )
        and sum(item["size"] for item in files) <= BYTES_CEILING
        # Two names that are one on another system would overwrite one another there.
        and len({_folded(item["name"]) for item in files} - {_folded(MANIFEST)}) == len(files)
    )


def _plain(name: str) -> bool:
    """Whether a name stays below the folder it is unpacked into, on every system."""
    parts = name.split("/")
    return (
        not any(part in ("", ".", "..") or part != part.strip() for part in parts)
        and not any(c in '\\:*?"<>|' or unicodedata.category(c) in ("Cc", "Cs") for c in name)
        and len(name) <= 400
    )


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _compare(archive: zipfile.ZipFile, name: str, size: int, keep: Keep | None) -> Verdict:
    # `is_dir` asks a name for its last character, which an empty one has not.
    infos = [
        info for info in archive.infolist() if info.file_size or not info.filename.endswith("/")
    ]
    manifest = read_manifest(archive, name)
    listed = {item["name"]: item for item in manifest["files"]}
    unpacked = sum(item["size"] for item in listed.values())
    if len(infos) > 2 * FILES_CEILING or unpacked > FREE_BYTES + RATIO_CEILING * size:
        raise UserError(f"“{name}”解开后大得不合常理，没有核对，请让对方重新导出。")
    found: dict[str, int] = {}
    for info in infos:
        found[info.filename] = found.get(info.filename, 0) + 1

    def differs(info: zipfile.ZipInfo) -> bool:
        item = listed[info.filename]
        return found[info.filename] > 1 or not _same(archive, info, item, keep)

    inside = [info for info in infos if info.filename in listed]
    # Reading, checksums and hashes all let other threads run.
    with ThreadPoolExecutor(_HANDS) as hands:
        told = hands.map(differs, inside)
        changed = [info.filename for info, other in zip(inside, told, strict=True) if other]
    intact = listed.keys() & found.keys() - set(changed)
    return Verdict(
        missing=tuple(sorted(listed.keys() - found.keys())),
        changed=tuple(sorted(set(changed))),
        extra=tuple(sorted(found.keys() - listed.keys() - {MANIFEST})),
        signature=_signature(archive, manifest, intact) if SIGNATURE in listed else None,
        manifest=manifest,
        part=bundle_parts.part_of(manifest),
    )


def _signature(
    archive: zipfile.ZipFile, manifest: dict[str, Any], intact: AbstractSet[str]
) -> Signature:
    """What the listed signature is worth; only members that the manifest tells true are read."""
    raw = b""
    if SIGNATURE in intact:
        with archive.open(SIGNATURE) as stream:
            raw = stream.read(bundle_signature.CEILING)
    if CHANGES not in intact:
        return bundle_signature.check(raw, manifest, None)
    with archive.open(CHANGES) as log:
        lines = iter(lambda: log.readline(bundle_signature.LINE_CEILING + 1), b"")
        return bundle_signature.check(raw, manifest, lines)


def _same(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, item: Mapping[str, Any], keep: Keep | None
) -> bool:
    """Whether a member is a plain file with what the manifest says; read no further than that."""
    mode = stat.S_IFMT(info.external_attr >> 16)
    if info.file_size != item["size"] or mode not in (0, stat.S_IFREG):
        return False
    if info.compress_type not in bundle_bounds.METHODS:
        return False
    digest, size = hashlib.sha256(), 0

    def pieces(stream: IO[bytes]) -> Iterator[bytes]:
        nonlocal size
        while chunk := _read(stream):
            size += len(chunk)
            if size > item["size"]:
                raise ValueError("longer than listed")
            digest.update(chunk)
            yield chunk

    try:
        with archive.open(info) as stream:
            if keep is not None:
                keep(item, pieces(stream))
            for _ in pieces(stream):
                pass
    except BROKEN:
        return False  # its checksum does not fit, or it is encrypted: changed, and said so
    return size == item["size"] and bool(digest.hexdigest() == item["sha256"])


def _read(stream: IO[bytes]) -> bytes:
    return stream.read(_CHUNK)
