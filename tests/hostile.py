"""Bundles that mean harm, or were harmed on the way, made as they are asked for.

Most bundles are otherwise whole, listed and signed, so that it is the one thing that is wrong which
has to be noticed.
"""

from __future__ import annotations

import hashlib
import io
import json
import random
import stat
import struct
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from nacl.signing import SigningKey

from exporters import bundle, bundle_signature
from exporters.bundle import MANIFEST, Member
from exporters.bundle_signature import CHANGES, SIGNATURE, Signing

KEY = SigningKey(bytes(range(32)))
DEVICE = "6c7f0f0e-51a5-4b5e-9a57-2f8d6a3f1c90"
FACTS = {"enterprise": "示例・某厂", "dossier": "d", "draft": False}
CONTENT = {
    "核验单.pdf": b"%PDF-1.4 " + bytes(range(256)) * 4,
    "文档/咨询诊断报告.docx": b"PK\x03\x04" + b"report" * 300,
    "照片/第1次现场诊断/001-入场.jpg": b"\xff\xd8" + random.Random(1).randbytes(2000),
    "dossier.json": b'{"format": "zhengai-dossier/1"}',
    CHANGES: json.dumps({"device": DEVICE, "counter": 3, "link": "ab"}).encode() + b"\n",
}
MB = 1 << 20


@dataclass(frozen=True)
class Hostile:
    """One file: what it is called here, its bytes, and whether it may be `read` harmlessly."""

    name: str
    make: Callable[[], bytes]
    read: bool = False


def signing(counter: int = 3, link: str = "ab") -> Signing:
    heads = {DEVICE: (counter, link)}
    key = bytes(KEY.verify_key)
    return Signing("王示例", DEVICE, key, "", heads, lambda raw: KEY.sign(raw).signature)


def packed(content: dict[str, bytes] | None = None, how: Signing | None = None) -> bytes:
    """A bundle as the program writes it, signed."""
    stream = io.BytesIO()
    members = [Member(name, data) for name, data in (content or CONTENT).items()]
    list(bundle.write(members, FACTS, stream, how or signing()))
    return stream.getvalue()


def listing(content: dict[str, bytes]) -> list[dict[str, Any]]:
    return [
        {"name": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in content.items()
    ]


def crafted(
    content: dict[str, bytes] | None = None,
    *,
    manifest: Callable[[dict[str, Any]], Any] | None = None,
    raw: bytes | None = None,
    extra: dict[str, bytes] | None = None,
    method: int = zipfile.ZIP_DEFLATED,
    signed: bool = True,
    after: Callable[[zipfile.ZipFile], None] | None = None,
) -> bytes:
    """A bundle written by hand, whole and signed but for what is asked for."""
    content = dict(CONTENT if content is None else content)
    made: dict[str, Any] = {"format": bundle.FORMAT, **FACTS, "files": listing(content)}
    if signed:
        content[SIGNATURE] = bundle_signature.compose(made, signing())
        made["files"] = listing(content)
    changed = made if manifest is None else manifest(made)
    text = json.dumps(changed, ensure_ascii=False).encode("utf-8", "surrogatepass")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in {**content, **(extra or {})}.items():
            archive.writestr(plain_info(name, method), data)
        archive.writestr(plain_info(MANIFEST, method), text if raw is None else raw)
        if after is not None:
            after(archive)
    return stream.getvalue()


def plain_info(name: str, method: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("x", (1980, 1, 1, 0, 0, 0))
    info.filename = name  # as it stands: the constructor would mend it
    info.compress_type = method
    info.external_attr = (stat.S_IFREG | 0o644) << 16
    return info


EVIL_NAMES = [
    "", "../a", "../../../../etc/passwd", "/etc/passwd", "//server/share/a", "C:/Windows/a", "C:a",
    "..\\..\\a", "\\\\server\\share", "a\\b", "a/../../b", "a/./b", "a//b", "./a", "a/..", "a/",
    "~/\n", "a\x01b", "a\x7f", "a:stream", "a*b", "a?b", 'a"b', "a<b>", "a|b", " a", "a ", "a/ b",
    "x" * 401, "/".join("abcdefghijkl"), "..", ".", "照片/../../../逃逸.jpg",
]  # fmt: skip
HARMLESS_NAMES = ["CON", "aux.txt", "~", "$HOME", "`id`", "a\u202egpj.exe", "-rf", "x" * 200]


def names() -> Iterator[Hostile]:
    """Names that lead elsewhere, listed and signed, or beside the list."""
    for name in EVIL_NAMES:
        yield Hostile(f"listed {name[:30]!r}", partial(crafted, {**CONTENT, name: b"x"}))
        yield Hostile(f"extra {name[:30]!r}", partial(crafted, extra={name: b"x"}))
    for name in HARMLESS_NAMES:
        made = partial(crafted, {**CONTENT, name: b"x"})
        yield Hostile(f"strange {name[:30]!r}", made, read=True)
    for one, other in (("a.txt", "A.TXT"), ("é", unicodedata.normalize("NFD", "é"))):
        made = partial(crafted, {**CONTENT, one: b"x", other: b"y"})
        yield Hostile(f"one name twice {one}", made)
    yield Hostile("the manifest lists itself", lambda: crafted({**CONTENT, "Manifest.json": b"x"}))


def attributes() -> Iterator[Hostile]:
    """Links and devices."""
    kinds = {"link": stat.S_IFLNK, "char": stat.S_IFCHR, "block": stat.S_IFBLK,
             "pipe": stat.S_IFIFO, "socket": stat.S_IFSOCK, "folder": stat.S_IFDIR}  # fmt: skip
    for word, kind in kinds.items():

        def made(kind: int = kind) -> bytes:
            def after(archive: zipfile.ZipFile) -> None:
                for info in archive.filelist:
                    if info.filename == "dossier.json":
                        info.external_attr = (kind | 0o777) << 16

            return crafted(after=after)

        yield Hostile(f"a {word}", made)


def bombs() -> Iterator[Hostile]:
    """More inside than outside."""
    zeros = b"\0" * (100 * MB)
    yield Hostile("zeros as listed", lambda: crafted({**CONTENT, "a": zeros}))
    yield Hostile("zeros not listed", lambda: crafted(extra={"a": zeros}))
    yield Hostile("a manifest of blanks", lambda: crafted(raw=b" " * (9 * MB)))
    yield Hostile("zeros behind a small size", lambda: with_size(crafted(extra={"a": zeros}), 10))
    yield Hostile("a thousand to one file", overlapping)
    yield Hostile("overlap by one", lambda: overlapping(2))
    yield Hostile("members beyond count", lambda: crafted({f"{n}": b"" for n in range(5_100)}))
    yield Hostile("extra beyond count", lambda: crafted(extra={f"{n}": b"" for n in range(12_000)}))
    yield Hostile("a directory of megabytes", long_directory)
    yield Hostile("lzma", lambda: crafted(method=zipfile.ZIP_LZMA))
    yield Hostile("bzip2", lambda: crafted(method=zipfile.ZIP_BZIP2))
    nested = zipped({"a.zip": zipped({"b.zip": zipped({"c": b"\0" * MB})})})
    yield Hostile("archives in archives", lambda: crafted({**CONTENT, "a.zip": nested}), read=True)
    for size in (-1, 2**31, 2**63, 2**64 + 1, 10**40, 1.5, True, None, "5", 1e308, [5]):
        yield Hostile(f"a size of {size!r}", partial(crafted, manifest=sized(size)))


def zipped(content: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return stream.getvalue()


def sized(size: Any) -> Callable[[dict[str, Any]], Any]:
    def change(made: dict[str, Any]) -> dict[str, Any]:
        files = [dict(item) for item in made["files"]]
        files[0]["size"] = size
        return {**made, "files": files}

    return change


def with_size(raw: bytes, size: int) -> bytes:
    """The archive with the unpacked size of its member "a" made small in its directory."""
    changed = bytearray(raw)
    at = raw.rindex(b"PK\x01\x02", 0, raw.rindex(b"aPK"))
    struct.pack_into("<I", changed, at + 24, size)
    return bytes(changed)


def overlapping(count: int = 1000) -> bytes:
    """Many members over the same compressed megabytes."""
    data = b"\0" * (10 * MB)
    content = {**CONTENT, **{f"{n}": data for n in range(count)}}
    made = {"format": bundle.FORMAT, **FACTS, "files": listing_of_one(content, data)}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, each in CONTENT.items():
            archive.writestr(plain_info(name), each)
        archive.writestr(plain_info(MANIFEST), json.dumps(made))
        archive.writestr(plain_info("0"), data)
        first = archive.filelist[-1]
        for number in range(1, count):
            other = plain_info(f"{number}")
            other.header_offset, other.CRC = first.header_offset, first.CRC
            other.compress_size, other.file_size = first.compress_size, first.file_size
            archive.filelist.append(other)
    return stream.getvalue()


def listing_of_one(content: dict[str, bytes], data: bytes) -> list[dict[str, Any]]:
    digest = hashlib.sha256(data).hexdigest()
    return [
        {"name": name, "size": len(each), "sha256": digest if each is data
         else hashlib.sha256(each).hexdigest()}
        for name, each in content.items()
    ]  # fmt: skip


def long_directory() -> bytes:
    """A list of members that is itself 60 MB, of members that are not there."""
    record = struct.pack(
        "<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 0, 0, 33, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0
    )
    directory = (record + b"x") * (60 * MB // 47)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 65535, 65535, len(directory), 0, 0)
    return directory + end


def damaged() -> Iterator[Hostile]:
    """What a bad stick, or a mail gateway, makes of a bundle."""
    whole = packed()
    chance = random.Random(5)
    for part in range(1, 16):
        yield Hostile(f"cut at {part}/16", partial(bytes, whole[: len(whole) * part // 16]))
    for part in (1, 4, 22, 30):
        yield Hostile(f"cut by {part}", partial(bytes, whole[:-part]))
    content_end = whole.index(b"PK\x01\x02")
    for number in range(40):
        at, bit = chance.randrange(content_end), 1 << chance.randrange(8)
        flipped = whole[:at] + bytes([whole[at] ^ bit]) + whole[at + 1 :]
        # Some bits of a local header (a date, a version) say nothing that anybody reads.
        yield Hostile(f"bit {number} at {at}", partial(bytes, flipped), read=idle(whole, at))
    middle = len(whole) // 2
    yield Hostile("a hole", lambda: whole[:middle] + bytes(200) + whole[middle + 200 :])
    yield Hostile("halves changed over", lambda: whole[middle:] + whole[:middle])
    yield Hostile("twice", lambda: whole + whole, read=True)
    yield Hostile("something before", lambda: b"MZ" + bytes(500) + whole, read=True)
    yield Hostile("text mode", lambda: whole.replace(b"\n", b"\r\n"))
    yield Hostile("empty", lambda: b"")
    yield Hostile("end alone", lambda: b"PK\x05\x06" + bytes(18))
    yield Hostile("blanks", lambda: b" " * 5000)
    yield Hostile("noise", lambda: random.Random(1).randbytes(5000))
    heads = {"7z": b"7z\xbc\xaf\x27\x1c", "rar": b"Rar!\x1a\x07\x00", "gz": b"\x1f\x8b\x08",
             "pdf": b"%PDF-1.7", "html": b"<html>"}  # fmt: skip
    for word, head in heads.items():
        yield Hostile(f"a .{word}", partial(bytes, head + bytes(3000)))
    for field, value in ((4, 1), (8, 9), (8, 65535), (12, 7), (12, 2**32 - 1), (16, 2**31)):
        made = partial(with_end, whole, field, value)
        # Of which disk it is, and of how many members, nobody asks.
        yield Hostile(f"end record {field}={value}", made, read=field < 12)


def idle(whole: bytes, at: int) -> bool:
    """Whether a byte lies in a local header, where some say nothing."""
    start = whole.rfind(b"PK\x03\x04", 0, at + 1)
    return start >= 0 and at < start + 30 + struct.unpack_from("<HH", whole, start + 26)[1] + 99


def with_end(whole: bytes, field: int, value: int) -> bytes:
    changed = bytearray(whole)
    at = whole.rindex(b"PK\x05\x06")
    struct.pack_into("<I" if field >= 12 else "<H", changed, at + field, value)
    return bytes(changed)


def manifests() -> Iterator[Hostile]:
    """Lists that say what is not so, or nothing that can be understood."""

    def item(**change: Any) -> Callable[[dict[str, Any]], Any]:
        def changed(made: dict[str, Any]) -> dict[str, Any]:
            return {**made, "files": [{**made["files"][0], **change}, *made["files"][1:]]}

        return changed

    def whole_with(**change: Any) -> Callable[[dict[str, Any]], Any]:
        return lambda made: {**made, **change}

    sha = hashlib.sha256(CONTENT["核验单.pdf"]).hexdigest()
    hashes: list[Any] = [
        "0" * 64,
        sha.upper(),
        sha[:-1],
        sha + "0",
        "",
        "../" + sha,
        None,
        5,
        [sha],
    ]
    names: list[Any] = [None, 5, ["a"], {}, "", "另一个.pdf", "\ud800"]
    versions: list[Any] = ["zhengai-bundle/2", "zhengai-bundle/0", "zhengai-bundle", "", None, 1]
    lists: list[Any] = [None, {}, "x", [None], [[]], [{}], 5]
    for value in hashes:
        yield Hostile(f"a hash of {value!r}", partial(crafted, manifest=item(sha256=value)))
    for value in names:
        yield Hostile(f"a name of {value!r}", partial(crafted, manifest=item(name=value)))
    for value in versions:
        yield Hostile(f"version {value!r}", partial(crafted, manifest=whole_with(format=value)))
    for value in lists:
        yield Hostile(f"files {value!r}", partial(crafted, manifest=whole_with(files=value)))
    twice = lambda made: {**made, "files": made["files"] + made["files"][:1]}  # noqa: E731
    yield Hostile("a file listed twice", lambda: crafted(manifest=twice))
    short = lambda made: {**made, "files": made["files"][1:]}  # noqa: E731
    yield Hostile("a file not listed", lambda: crafted(manifest=short))
    another = partial(crafted, manifest=whole_with(enterprise="乙"))
    yield Hostile("another enterprise", another)
    yield Hostile("another dossier", partial(crafted, manifest=whole_with(dossier="e")))
    made = {"format": bundle.FORMAT, **FACTS, "files": listing(CONTENT)}
    text = json.dumps(made, ensure_ascii=False)
    raws = {
        "deep lists": b"[" * 200_000,
        "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        "a huge number": b'{"format": ' + b"9" * 100_000 + b"}",
        "a huge power": b'{"format": 1e999999999}',
        "NaN": b'{"format": NaN}',
        "half": text[:200].encode(),
        "utf-16": text.encode("utf-16"),
        "gb18030": text.encode("gb18030"),
        "nothing": b"",
        "a list": b"[]",
        "a word": b'"x"',
        "yaml": b"format: zhengai-bundle/1",
        "xml": b"<a/>",
    }
    for word, raw in raws.items():
        yield Hostile(
            f"a manifest of {word}",
            partial(crafted, raw=raw, signed=False),
            read=word == "utf-16",
        )
    yield Hostile("no manifest", lambda: zipped(CONTENT))
    two = lambda archive: archive.writestr(plain_info(MANIFEST), b"{}")  # noqa: E731
    yield Hostile("two manifests", lambda: crafted(after=two))
    again = lambda archive: archive.writestr(plain_info("dossier.json"), b"{}")  # noqa: E731
    yield Hostile("a member twice", lambda: crafted(after=again))
    yield Hostile(
        "names in gb18030",
        lambda: packed().replace("核验单".encode(), "核验单核".encode("gb18030") + b"1"),
    )


def signatures() -> Iterator[Hostile]:
    """Signatures that do not hold, over members that are all as listed."""
    yield Hostile("a stale signature", lambda: packed(how=signing(2, "aa")))
    yield Hostile("of a log to come", lambda: packed(how=signing(9, "ff")))
    broken = {
        "nothing": b"", "no JSON": b"x", "a list": b"[]", "deep": b"[" * 100_000,
        "no statement": b'{"key": "00", "signature": "00"}',
        "a short key": b'{"statement": {}, "key": "00", "signature": "00"}',
        "too long": b" " * (2 * MB),
    }  # fmt: skip
    for word, raw in broken.items():
        content = {**CONTENT, SIGNATURE: raw}
        yield Hostile(f"a signature of {word}", partial(crafted, content, signed=False))


def bundles() -> list[Hostile]:
    """All of them."""
    makers = (names, attributes, bombs, damaged, manifests, signatures)
    return [each for make in makers for each in make()]
