"""What a file of unknown origin may ask of the decoders, so that each answers within two seconds.

Bounds on the file's size alone do not do: a few bytes can stand for a picture of any size, and a
file of permitted size can consist of millions of pieces, or refer to one of them a million times.
Everything here is far beyond what cameras, phones and scanners write.
"""

import re
import struct
from io import BytesIO
from typing import Literal

FILE_LIMIT = 80 * 1024 * 1024
"""Bytes. A 200-megapixel phone photo stays under it."""

SIDE_LIMIT = 65_535
"""Pixels. A picture of one column costs as much a line as one of a thousand."""
QUICK_PIXELS = 220_000_000
"""Of a JPEG in one pass, which is decoded at a fraction, line by line."""
KEPT_PIXELS, PASSED_PIXELS = 100_000_000, 1_000_000_000
"""Of other JPEGs, which are kept in whole while pass after pass is added to them: in one, and in
all passes together. Encoders make about ten."""
WHOLE_PIXELS = 50_000_000
"""Of other formats, which are decoded in whole. The largest that phones write have 48.8 million."""

_STEPS, _VOLUME = 200_000, 4
"""Reads for one picture, and how often each of its bytes may be read on average. A PNG of 80 MB in
chunks of 4 KB takes 60,000."""
_TAG_STEPS, _TAG_BYTES = 50_000, 4 << 20
"""The same for metadata; devices' own take up to some thousand reads."""

_MARKER = re.compile(rb"\xff([\x01-\xcf\xd8-\xfe])")
"""A JPEG's marker: neither a stuffed byte nor a restart within the picture's data."""
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_END, _SCAN = 0xD9, 0xDA
_ALONE = {0x01, 0xD8}
_GAP, _SEGMENTS, _PARSED = 1 << 16, 2000, 4 << 20
"""Bytes between segments, segments, and bytes in those segments that Pillow takes apart."""

_PADDING = b"\xff" * 1024
"""Permitted before any marker, and met before none."""

_ENTRIES, _NUMBERS = 2000, 400_000
"""In a TIFF's directory: its entries, and the numbers in them. 16-pixel tiles need 390,000."""
_BYTES = {1, 2, 6, 7}
_SIZES = {1: 1, 3: 2, 4: 4, 13: 4, 16: 8, 18: 8}
"""Types of entries: those that hold bytes or text, and the sizes of those that can point."""
_POINTERS = {0x8769, 0x8825, 0xA005}
"""Entries that point to a directory: EXIF, position, interoperability."""


class FrugalStream(BytesIO):
    """Bytes that may be read in so many steps, and so many of them. Raises OverflowError then."""

    def __init__(self, data: bytes, steps: int, volume: int) -> None:
        super().__init__(data)
        self._steps = steps
        self._volume = volume

    def read(self, size: int | None = -1, /) -> bytes:
        """As of any stream."""
        found = super().read(size)
        self._steps -= 1
        self._volume -= len(found)
        if self._steps < 0 or self._volume < 0:
            raise OverflowError("the file asks for more reading than any photo")
        return found


def for_picture(data: bytes) -> FrugalStream:
    """A photo's bytes for whoever decodes it."""
    return FrugalStream(data, _STEPS, _VOLUME * len(data) + (1 << 20))


def for_tags(block: bytes) -> FrugalStream:
    """A block of metadata for whoever reads it."""
    return FrugalStream(block, _TAG_STEPS, _TAG_BYTES)


def pixel_limit(data: bytes) -> int:
    """The pixels that a picture in this file may have; 0 where the file is made to do harm.

    Told by the first bytes, as Pillow tells the format.
    """
    if data[:2] == b"\xff\xd8":
        passes = _passes(data)
        if passes < 2:
            return QUICK_PIXELS * passes
        return min(KEPT_PIXELS, PASSED_PIXELS // passes)
    if data[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+") and not _directories_are_sane(data):
        return 0
    if data[4:8] == b"ftyp" and not _names_are_text(data):
        return 0
    if data[:4] == b"\x89PNG" and (data[24:25] == b"\x10" or data[25:26] in (b"\4", b"\6")):
        return WHOLE_PIXELS // 2  # 16 bits a colour, or opacity, take twice the time
    return WHOLE_PIXELS


def _passes(data: bytes) -> int:
    """In how many passes libjpeg decodes a JPEG's picture; 1 where it can do so line by line.

    0 where what precedes the picture is contrived.
    """
    components, quick, segments, heavy, at = 0, False, 0, 0, 2
    # Between segments only a few bytes of padding are met.
    while found := _MARKER.search(data, at, at + _GAP):
        marker, at = found[1][0], found.end()
        length = int.from_bytes(data[at : at + 2], "big")
        if marker in _ALONE:
            continue
        if marker == _END or len(data) < at + 8:
            break
        if marker == _SCAN:
            return _passes_from(data, at, quick and data[at + 2] == components)
        if marker in _FRAMES:
            components, quick = data[at + 7], marker in (0xC0, 0xC1)
        segments += 1
        heavy += length if marker == 0xED or data[at + 2 : at + 6] == b"Exif" else 0
        if segments > _SEGMENTS or heavy > _PARSED:
            return 0
        at += length
    return 2


def _passes_from(data: bytes, at: int, line_by_line: bool) -> int:
    """The same from the first scan on, which begins at `at`."""
    padding = data.find(_PADDING, at)
    if padding >= 0:
        # For each block it reads, libjpeg goes back to where this begins. It reads nothing behind
        # the end; but with several passes the end that is found may be none.
        end = data.find(b"\xff\xd9", at, padding)
        if end < 0 or not line_by_line:
            return 0
    # What is counted in vain, in a film behind the picture, does not matter to most.
    return 1 if line_by_line else 1 + data.count(b"\xff\xda", at)


def _directories_are_sane(data: bytes) -> bool:
    """Whether a TIFF's first directory, and those it points to, have a bearable size."""
    byte_order: Literal["little", "big"] = "little" if data[:1] == b"I" else "big"
    order = "<" if byte_order == "little" else ">"
    counter, entry = struct.Struct(f"{order}H"), struct.Struct(f"{order}HHI4s")
    first = data[4:8]
    if 43 in data[2:4]:  # the form for more than 4 GB
        counter, entry = struct.Struct(f"{order}Q"), struct.Struct(f"{order}HHQ8s")
        first = data[8:16]
    waiting, seen, numbers = [int.from_bytes(first, byte_order)], set[int](), 0
    while waiting and len(seen) < 8:
        at = waiting.pop()
        if at in seen or at + counter.size > len(data):
            continue
        seen.add(at)
        (count,) = counter.unpack_from(data, at)
        if count > _ENTRIES:
            return False
        at += counter.size
        rows = min(count, (len(data) - at) // entry.size)
        for tag, kind, number, raw in entry.iter_unpack(data[at : at + rows * entry.size]):
            if tag in _POINTERS:
                waiting.append(int.from_bytes(raw[: _SIZES.get(kind, 4)], byte_order))
            # Pillow passes over what claims to be larger than the file.
            numbers += number if kind not in _BYTES and number < len(data) else 0
    return numbers <= _NUMBERS


def _names_are_text(data: bytes) -> bool:
    """Whether a HEIC's items are named in UTF-8: the process ends where pi-heif meets others."""
    at, meta = 0, b""
    while not meta and at + 8 <= len(data):
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        size = int.from_bytes(data[at + 8 : at + 16], "big") if size == 1 else size or len(data)
        meta = data[at : at + size] if kind == b"meta" else b""
        at += max(8, size)
    at = 0
    while (at := meta.find(b"infe", at + 4)) >= 0:
        size, version = int.from_bytes(meta[at - 4 : at], "big"), meta[at + 4 : at + 5]
        names = meta[at + (14 if version == b"\3" else 12) : at - 4 + size]
        try:
            names.decode()
        except UnicodeDecodeError:
            return False
    return True
