"""Hostile and broken files, and the copies made of good ones."""

import os
import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image

from app.photo_bounds import FILE_LIMIT
from app.photo_copies import make_copy
from app.photo_reading import read, read_facts
from forms.errors import UserError
from tests.photo_files import at, photo, taken

GPS = at((43.0, 53.0, 12.48), "N", (125.0, 19.0, 28.2), "E")


def copied(path: Path, max_px: int) -> bytes:
    """The upright copy of a photo, as the worker makes it of the file."""
    return make_copy(read(path), path.name, read_facts(path).orientation, max_px)


def _jpeg() -> bytes:
    picture = Image.effect_noise((48, 32), 60).convert("RGB")
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "SAMPLE"
    exif.get_ifd(ExifTags.IFD.Exif).update(dict(taken("2025:06:17 09:05:12")))
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(dict(GPS))
    out = BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


JPEG = _jpeg()
HEAD = 400
"""Most changes go to the first bytes: header and EXIF are where parsers go astray."""

mutations = st.lists(
    st.tuples(st.integers(0, HEAD) | st.integers(0, len(JPEG) - 1), st.integers(0, 255)),
    max_size=12,
)


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(changes=mutations, cut=st.integers(1, len(JPEG)) | st.just(len(JPEG)))
def test_mutated_photos_give_facts_or_a_users_error(
    tmp_path: Path, changes: list[tuple[int, int]], cut: int
) -> None:
    data = bytearray(JPEG)
    for offset, value in changes:
        data[offset] = value
    path = tmp_path / "a.jpg"
    path.write_bytes(data[:cut])
    for use in (read_facts, lambda p: copied(p, 16)):
        try:
            use(path)
        except UserError as error:
            assert "“a.jpg”" in str(error)


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.binary(max_size=64), st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n",
       b"II*\0", b"MM\0*", b"RIFF\0\0\0\0WEBP", b"\0\0\0\x18ftypheic", b"\0\0\0\x1cftypavif",
       b"GIF89a", b"BM"]))  # fmt: skip
def test_arbitrary_bytes_are_refused(tmp_path: Path, rest: bytes, magic: bytes) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(magic + rest)
    # Three bytes of size can make a header that is enough for facts, never for a picture.
    with pytest.raises(UserError):
        copied(path, 16)


def _bomb(path: Path) -> None:
    """A PNG of a few hundred bytes that claims 60,000 by 60,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        sum_ = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", sum_)

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(100_000))
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


def _too_big(path: Path) -> None:
    with path.open("wb") as stream:
        stream.write(b"\xff\xd8\xff")
        stream.truncate(FILE_LIMIT + 1)


def _dangling(path: Path) -> None:
    path.symlink_to(path.with_name("nowhere.jpg"))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (_bomb, "图像过大"),
        (_too_big, "超过 80 MB"),
        (lambda path: path.touch(), "空文件"),
        (lambda path: path.mkdir(), "文件夹|普通文件"),
        (lambda path: os.mkfifo(path), "不是普通文件"),
        (_dangling, "无法打开"),
        (lambda path: path.write_text("%!PS-Adobe-3.0 EPSF-3.0\n"), "不是可读取的图片"),
        (lambda path: None, "无法打开"),
    ],
)
def test_what_is_no_photo_is_named(
    tmp_path: Path, make: Callable[[Path], object], words: str
) -> None:
    path = tmp_path / "照片.jpg"
    make(path)
    with pytest.raises(UserError, match=words):
        read_facts(path)


def test_a_link_to_a_photo_is_the_photo(tmp_path: Path) -> None:
    real = photo(tmp_path / "real.jpg", detail=taken("2025:06:17 09:05:12"))
    link = tmp_path / "link.jpg"
    link.symlink_to(real)
    assert read_facts(link) == read_facts(real)
    assert read(link) == read(real)


def test_a_broken_file_is_told_by_its_sentence_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = photo(tmp_path / "a.tif")
    data = bytearray(path.read_bytes())
    samples = data.index(struct.pack("<HH", 277, 3))
    data[samples + 8 : samples + 10] = struct.pack("<H", 2048)
    path.write_bytes(data)
    with pytest.raises(UserError, match="不是可读取的图片"):
        read_facts(path)
    assert caplog.records == []


def test_huge_metadata_is_bounded(tmp_path: Path) -> None:
    path = photo(
        tmp_path / "a.jpg",
        main={ExifTags.Base.Software: "x" * 60_000, ExifTags.Base.Make: "SAMPLE"},
        detail=taken("2025:06:17 09:05:12"),
    )
    facts = read_facts(path)
    assert facts.taken_at is not None
    assert facts.software == "x" * 200


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif", ".avif"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_copies_are_upright(tmp_path: Path, orientation: int, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    photo(path, main={ExifTags.Base.Orientation: orientation}, size=(640, 480))
    with Image.open(BytesIO(copied(path, 100))) as copy:
        shown = (480, 640) if orientation > 4 else (640, 480)
        assert copy.size == (shown[0] * 100 // 640, shown[1] * 100 // 640)
        # Where the red half must be, by the definition of the tag.
        red = {1: (5, 37), 2: (94, 37), 3: (94, 37), 4: (5, 37),
               5: (37, 5), 6: (37, 5), 7: (37, 94), 8: (37, 94)}[orientation]  # fmt: skip
        pixel = copy.getpixel(red)
        assert isinstance(pixel, tuple) and pixel[0] > 150 > pixel[2]


@pytest.mark.parametrize("size", [(4000, 3000), (4000, 2250), (3000, 4000), (5200, 800), (1281, 9)])
def test_a_copy_keeps_the_photos_shape(size: tuple[int, int], tmp_path: Path) -> None:
    with Image.open(BytesIO(copied(photo(tmp_path / "a.jpg", size=size), 1280))) as copy:
        assert max(copy.size) == 1280
        assert copy.size[0] / copy.size[1] == pytest.approx(size[0] / size[1], rel=0.06)
        left, right = copy.getpixel((2, 4)), copy.getpixel((copy.width - 3, 4))
        assert isinstance(left, tuple) and left[0] > 150 > left[2]
        assert isinstance(right, tuple) and right[2] > 150 > right[0]


def test_heic_is_not_turned_twice(tmp_path: Path) -> None:
    path = photo(tmp_path / "a.heic", main={ExifTags.Base.Orientation: 6}, size=(640, 480))
    facts = read_facts(path)
    with Image.open(BytesIO(copied(path, 100))) as copy:
        assert (copy.width > copy.height) == (facts.width > facts.height)
    assert facts.orientation == 1


@pytest.mark.parametrize("suffix", [".tif", ".png", ".heic", ".jpg"])
def test_a_picture_smaller_than_its_copy_is_copied(suffix: str, tmp_path: Path) -> None:
    path = photo(tmp_path / f"a{suffix}", size=(64, 48))
    with Image.open(BytesIO(copied(path, 1280))) as copy:
        assert copy.size == (64, 48)


def test_copies_carry_no_metadata(tmp_path: Path) -> None:
    path = photo(
        tmp_path / "a.jpg",
        main={ExifTags.Base.Make: "SAMPLE"},
        detail=taken("2025:06:17 09:05:12"),
        gps=GPS,
    )
    before = path.read_bytes()
    out = tmp_path / "b.jpg"
    out.write_bytes(copied(path, 1280))
    facts = read_facts(out)
    assert (facts.taken_at, facts.position, facts.make) == (None, None, None)
    assert b"Exif" not in out.read_bytes()
    assert (facts.width, facts.height) == (64, 48), "a small photo is not blown up"
    assert path.read_bytes() == before


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_every_kind_of_pixel_is_copied_bright(tmp_path: Path, mode: str) -> None:
    path = tmp_path / ("a.tif" if mode == "CMYK" else "a.png")
    if mode == "I;16":
        Image.new("I;16", (40, 30), 60_000).save(path)
    elif mode in ("LA", "RGBA"):
        Image.new(mode, (40, 30), 0).save(path)
    else:
        Image.new("RGB", (40, 30), "white").convert(mode).save(path)
    with Image.open(BytesIO(copied(path, 20))) as copy:
        assert (copy.mode, copy.size) == ("RGB", (20, 15))
        pixel = copy.getpixel((10, 7))
        assert isinstance(pixel, tuple) and min(pixel) > 200


def test_truncated_pixels_give_no_copy(tmp_path: Path) -> None:
    path = photo(tmp_path / "a.jpg", detail=taken("2025:06:17 09:05:12"), size=(800, 600))
    path.write_bytes(path.read_bytes()[:-2000])
    assert read_facts(path).taken_at is not None
    with pytest.raises(UserError, match="不完整或已损坏"):
        copied(path, 100)
