"""Photos made to hurt whoever reads them: to hang him, to fill his memory, to crash him.

`seeds()` are small honest photos of every format and kind, `crafted()` files made by hand against
one weakness each, and `mutated()` changes any file in the ways in which fuzzers do.
"""

import random
import struct
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

from PIL import ExifTags, Image

LARGE = 75_000_000
"""Bytes: under the limit of a file's size."""

PNG = b"\x89PNG\r\n\x1a\n"
TIFF = b"II*\0\x08\0\0\0"
_EXTREMES = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


def seeds() -> dict[str, bytes]:
    """Small photos by file name, each with EXIF where its format has it."""
    import pillow_heif

    pillow_heif.register_heif_opener()
    picture = Image.effect_noise((96, 64), 60).convert("RGB")
    kinds: list[tuple[str, str, dict[str, Any]]] = [
        ("a.jpg", "RGB", {}),
        ("progressive.jpg", "RGB", {"progressive": True}),
        ("gray.jpg", "L", {}),
        ("cmyk.jpg", "CMYK", {}),
        ("restarts.jpg", "RGB", {"restart_marker_rows": 1, "subsampling": 0}),
        ("a.png", "RGB", {}),
        ("alpha.png", "RGBA", {}),
        ("palette.png", "P", {}),
        ("deep.png", "I;16", {}),
        ("bits.png", "1", {}),
        ("a.webp", "RGB", {}),
        ("lossless.webp", "RGBA", {"lossless": True}),
        ("raw.tif", "RGB", {}),
        ("lzw.tif", "RGB", {"compression": "tiff_lzw"}),
        ("zip.tif", "RGBA", {"compression": "tiff_adobe_deflate"}),
        ("jpeg.tif", "RGB", {"compression": "jpeg"}),
        ("g4.tif", "1", {"compression": "group4"}),
        ("float.tif", "F", {}),
        ("a.heic", "RGB", {}),
        ("a.avif", "RGB", {}),
        ("a.gif", "P", {}),
        ("a.bmp", "RGB", {}),
    ]
    made = {}
    for name, mode, more in kinds:
        out = BytesIO()
        suffix = name.rpartition(".")[2]
        kind = {"jpg": "JPEG", "tif": "TIFF", "heic": "HEIF"}.get(suffix, suffix.upper())
        if kind not in ("GIF", "BMP") and "compression" not in more:  # libtiff writes no EXIF
            more = {**more, "exif": _exif()}
        picture.convert(mode).save(out, kind, **more)
        made[name] = out.getvalue()
    return made


def _exif() -> Image.Exif:
    exif = Image.Exif()
    exif.update({ExifTags.Base.Make: "SAMPLE", ExifTags.Base.Orientation: 6})
    exif.get_ifd(ExifTags.IFD.Exif).update({
        ExifTags.Base.DateTimeOriginal: "2025:06:17 09:05:12",
        ExifTags.Base.OffsetTimeOriginal: "+08:00",
    })  # fmt: skip
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({
        1: "N", 2: (43.0, 53.0, 12.48), 3: "E", 4: (125.0, 19.0, 28.2),
        7: (1.0, 5.0, 10.5), 29: "2025:06:17",
    })  # fmt: skip
    exif[ExifTags.IFD.Exif] = exif[ExifTags.IFD.GPSInfo] = 0  # a TIFF file wants to be told
    return exif


# Crafted files


def segment(marker: int, payload: bytes) -> bytes:
    """A JPEG's segment."""
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload


def chunk(kind: bytes, payload: bytes) -> bytes:
    """A PNG's chunk."""
    total = zlib.crc32(kind + payload)
    return struct.pack(">I", len(payload)) + kind + payload + struct.pack(">I", total)


def directory(entries: list[tuple[int, int, int, int]], following: int = 0) -> bytes:
    """A little-endian TIFF directory of entries (tag, type, count, value or offset)."""
    rows = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return struct.pack("<H", len(entries)) + rows + struct.pack("<I", following)


def png(size: tuple[int, int], bits: int = 8, colours: int = 2, interlaced: bool = False) -> bytes:
    """A black PNG of any size, a few hundred kilobytes at most."""
    width, height = size
    bands = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colours]
    packer = zlib.compressobj(9)
    row = bytes((width * bands * bits + 7) // 8 + 1)
    # An interlaced picture begins more rows than it has.
    packed = [packer.compress(row) for _ in range(height * 3 // 2 if interlaced else height)]
    head = struct.pack(">IIBBBBB", width, height, bits, colours, 0, 0, int(interlaced))
    body = chunk(b"IDAT", b"".join(packed) + packer.flush())
    return PNG + chunk(b"IHDR", head) + body + chunk(b"IEND", b"")


def _head(width: int, height: int) -> bytes:
    return PNG + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))


def _passes(side: int, count: int) -> bytes:
    """A progressive JPEG whose last pass is there `count` times more."""
    out = BytesIO()
    Image.new("RGB", (side, side), "#775533").save(out, "JPEG", progressive=True, quality=50)
    data = out.getvalue()
    last = max(data.rfind(b"\xff\xda"), data.rfind(b"\xff\xc4", 0, data.rfind(b"\xff\xda")))
    return data[:-2] + data[last:-2] * count + data[-2:]


def _saved(mode: str, size: tuple[int, int], kind: str, **more: Any) -> bytes:
    out = BytesIO()
    Image.new(mode, size).save(out, kind, **more)
    return out.getvalue()


def _tiff(entries: list[tuple[int, int, int, int]], side: int = 64, rest: bytes = b"") -> bytes:
    """A TIFF of these entries besides the necessary ones, filled up to the limit with zeros."""
    needed = [
        (256, 4, 1, side), (257, 4, 1, side), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1),
    ]  # fmt: skip
    strips = [(273, 4, 1, 8), (278, 4, 1, side), (279, 4, 1, side * side)]
    known = {entry[0] for entry in entries}
    strips = [] if known & {273, 324} else strips
    return (TIFF + directory(needed + strips + entries) + rest).ljust(LARGE, b"\0")


def crafted(jpeg: bytes) -> dict[str, Callable[[], bytes]]:
    """Files by name, made when asked for: some are large. `jpeg` is any small photo."""
    start, rest = jpeg[:2], jpeg[2:]
    body = chunk(b"IDAT", zlib.compress(bytes(100 * 301))) + chunk(b"IEND", b"")
    scan = jpeg.rfind(b"\xff\xda") + 14

    def exif(block: bytes) -> bytes:
        return start + segment(0xE1, b"Exif\0\0" + block) + rest

    loop = [(0x8769, 4, 1, 8), (0x8825, 4, 1, 8), (0xA005, 4, 1, 8)]
    return {
        "exif-loop.jpg": lambda: exif(TIFF + directory(loop, 8)),
        "exif-nested.jpg": lambda: exif(TIFF + directory([(0x8825, 4, 1, 8)] * 5000)),
        "exif-rationals.jpg": lambda: exif(
            TIFF + directory([(0x9000 + i, 5, 999, 8) for i in range(5000)])
        ),
        "exif-counts.jpg": lambda: exif(
            TIFF + directory([(0x9003, kind, 0xFFFFFFFF, 8) for kind in range(1, 14)])
        ),
        "exif-chain.jpg": lambda: exif(
            TIFF + b"".join(struct.pack("<HI", 0, 14 + 6 * i) for i in range(10_000))
        ),
        "exif-many.jpg": lambda: (
            start + segment(0xE1, b"Exif\0\0" + TIFF + bytes(65_000)) * 1150 + rest
        ),
        "photoshop-many.jpg": lambda: (
            start + segment(0xED, b"Photoshop 3.0\0" + b"8BIM\4\4\0\0\0\0\0\0" * 5000) * 900 + rest
        ),
        "segments.jpg": lambda: start + segment(0xFE, b"") * (LARGE // 4) + rest,
        "padding-before.jpg": lambda: start + b"\xff" * LARGE + rest,
        "padding-within.jpg": lambda: jpeg[:scan] + b"\xff" * LARGE + b"\xff\xd9",
        "padding-behind.jpg": lambda: jpeg + b"\xff" * LARGE,
        "stuffing.jpg": lambda: jpeg[:scan] + b"\xff\0" * (LARGE // 2) + b"\xff\xd9",
        "padded-passes.jpg": lambda: _passes(5000, 0)[:-2] + b"\xff" * LARGE + b"\xff\xd9",
        "passes-small.jpg": lambda: _passes(1000, 980),
        "passes-middle.jpg": lambda: _passes(3000, 100),
        "passes-large.jpg": lambda: _passes(7000, 1000),
        "progressive-limit.jpg": lambda: _passes(10_000, 0),
        "grid.jpg": lambda: _saved("RGB", (16_000, 13_700), "JPEG", quality=30),
        "bomb.png": lambda: _head(60_000, 60_000) + body,
        "claims.png": lambda: _head(7000, 7000) + body,
        "limit.png": lambda: png((7070, 7070)),
        "limit-alpha.png": lambda: png((5000, 5000), colours=6),
        "limit-deep.png": lambda: png((5000, 5000), 16, 6, True),
        "beyond.png": lambda: png((15_000, 14_600)),
        "column.png": lambda: png((1, 40_000_000)),
        "row.png": lambda: png((40_000_000, 1)),
        "chunks-before.png": lambda: _head(100, 100) + chunk(b"abCd", b"") * (LARGE // 12) + body,
        "chunks-within.png": lambda: _head(100, 100) + chunk(b"IDAT", b"") * (LARGE // 12) + body,
        "chunks-behind.png": lambda: (
            _head(100, 100) + body[:-12] + chunk(b"tEXt", b"a\0b") * (LARGE // 15) + body[-12:]
        ),
        "texts.png": lambda: (
            _head(100, 100) + chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(1_000_000))) * 60 + body
        ),
        "profile.png": lambda: (
            _head(100, 100) + chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(300_000_000))) + body
        ),
        "texts.tif": lambda: _tiff([(0x9000 + i, 2, LARGE // 2, 9000) for i in range(1900)]),
        "entries.tif": lambda: _tiff([(0x9000 + i % 999, 2, 9, 9) for i in range(65_000)]),
        "position.tif": lambda: _tiff(
            [(0x8825, 4, 1, 500)], rest=bytes(378) + directory([(2, 5, 9_000_000, 1000)])
        ),
        "strips.tif": lambda: _tiff([(273, 4, 9_000_000, 300), (279, 4, 9_000_000, 300)], 7000),
        "tiles.tif": lambda: _tiff(
            [(322, 4, 1, 16), (323, 4, 1, 16), (324, 4, 199_000, 300), (325, 4, 199_000, 300)], 7000
        ),
        "limit-zip.tif": lambda: _saved("RGB", (7070, 7070), "TIFF", compression="tiff_deflate"),
        "limit-cmyk.tif": lambda: _saved("CMYK", (7070, 7070), "TIFF", compression="tiff_lzw"),
        "limit.webp": lambda: _saved("RGB", (7070, 7070), "WEBP", lossless=True, method=0),
        "beyond.webp": lambda: _saved("RGB", (16_383, 13_000), "WEBP", lossless=True, method=0),
        "limit.gif": lambda: _saved("P", (7070, 7070), "GIF"),
        "blocks.gif": lambda: b"GIF89a\n\0\n\0\0\0\0!\xfe" + b"\1a" * (LARGE // 2) + b"\0;",
        "comments.gif": lambda: b"GIF89a\n\0\n\0\0\0\0" + b"!\xfe\1a\0" * (LARGE // 5) + b";",
        "limit.bmp": lambda: _saved("RGB", (5000, 4900), "BMP"),
    }


# Mutations


def mutated(data: bytes, others: list[bytes], chance: random.Random) -> bytes:
    """The file with one to six changes; `others` are files to take pieces from."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
        if len(changed) < 16:
            break
        chance.choice(_CHANGES)(changed, chance)
    if chance.random() < 0.05:
        other = chance.choice(others)
        cut = chance.randrange(len(changed) + 1)
        changed[cut:] = other[min(cut, len(other)) :]
    return bytes(changed)


def _place(data: bytearray, chance: random.Random) -> int:
    """Mostly near the beginning: header and EXIF are where parsers go astray."""
    return chance.randrange(min(len(data), chance.choice((64, 600, 4000, len(data)))))


def _flip(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.choice((1, 1, 4, 32))):
        data[_place(data, chance)] ^= 1 << chance.randrange(8)


def _random_bytes(data: bytearray, chance: random.Random) -> None:
    at = _place(data, chance)
    data[at : at + chance.randrange(1, 9)] = chance.randbytes(chance.randrange(1, 9))


def _extreme(data: bytearray, chance: random.Random) -> None:
    """Dimensions, counts, lengths and offsets alike."""
    size = chance.choice((1, 2, 4))
    value = chance.choice(_EXTREMES) & (1 << 8 * size) - 1
    at = _place(data, chance)
    data[at : at + size] = value.to_bytes(size, chance.choice(("big", "little")))


def _truncate(data: bytearray, chance: random.Random) -> None:
    del data[chance.randrange(len(data)) :]


def _drop(data: bytearray, chance: random.Random) -> None:
    at = _place(data, chance)
    del data[at : at + chance.choice((1, 2, 4, 12, 500))]


def _repeat(data: bytearray, chance: random.Random) -> None:
    at = _place(data, chance)
    piece = data[at : at + chance.choice((1, 2, 12, 400))]
    data[at:at] = piece * chance.choice((1, 2, 50))


def _swap(data: bytearray, chance: random.Random) -> None:
    """Two pieces change places: segments, chunks, entries, or what happens to lie there."""
    size = chance.choice((2, 4, 12, 100))
    one, other = sorted((_place(data, chance), _place(data, chance)))
    if other - one >= size:
        data[one : one + size], data[other : other + size] = (
            data[other : other + size], data[one : one + size],
        )  # fmt: skip


def _move_segment(data: bytearray, chance: random.Random) -> None:
    """A JPEG's segment, by its marker, goes elsewhere or twice."""
    marks = [at for at in range(2, min(len(data), 70_000) - 4) if data[at] == 0xFF and data[at + 1]]
    if len(marks) > 1:
        at, to = chance.choice(marks), chance.choice(marks)
        length = 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        data[to:to] = data[at : at + length]


def _entry(data: bytearray, chance: random.Random) -> None:
    """An entry of EXIF's first directory gets another type, count or value: a loop among them."""
    start = max(data.find(b"II*\0"), data.find(b"MM\0*"))
    if start < 0:
        return
    order = "<" if data[start : start + 1] == b"I" else ">"
    offsets = (8, chance.randrange(len(data)), 0xFFFFFFFF)
    at = start + 10 + 12 * chance.randrange(12)
    if at + 12 <= len(data):
        kind, count = chance.randrange(14), chance.choice((0, 1, 999, 70_000, 0xFFFFFFFF))
        struct.pack_into(f"{order}HII", data, at + 2, kind, count, chance.choice(offsets))


_CHANGES = (
    _flip, _random_bytes, _extreme, _extreme, _truncate, _drop, _repeat, _swap, _move_segment,
    _entry,
)  # fmt: skip


def stream(sources: dict[str, bytes], seed: int) -> Iterator[tuple[str, bytes]]:
    """Mutated files without end, each with a name that says what it was made of."""
    chance = random.Random(seed)
    names, others = list(sources), list(sources.values())
    number = 0
    while True:
        number += 1
        name = chance.choice(names)
        yield f"{number}-{name}", mutated(sources[name], others, chance)
