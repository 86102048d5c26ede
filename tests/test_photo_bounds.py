"""What a file may ask of the decoders: files made to be slow, and honest ones that come close."""

import time
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from app.photo_bounds import (
    KEPT_PIXELS,
    QUICK_PIXELS,
    WHOLE_PIXELS,
    for_picture,
    for_tags,
    pixel_limit,
)
from app.photo_copies import upright
from app.photo_reading import facts_of
from benchmarks.hostile_photos import crafted, png, seeds
from forms.errors import UserError

SMALL = seeds()
HOSTILE = crafted(SMALL["a.jpg"])

CONTRIVED = (
    "exif-many.jpg", "photoshop-many.jpg", "segments.jpg", "padding-within.jpg",
    "padded-passes.jpg", "entries.tif", "position.tif", "strips.tif",
)  # fmt: skip


@pytest.mark.parametrize("name", CONTRIVED)
def test_what_would_take_minutes_to_open_is_not_opened(name: str) -> None:
    data = HOSTILE[name]()
    began = time.process_time()
    assert pixel_limit(data) == 0
    with pytest.raises(UserError, match="文件结构异常，远超正常照片，未读取；"):
        facts_of(data, name)
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    "name",
    ["exif-loop.jpg", "exif-nested.jpg", "exif-rationals.jpg", "exif-counts.jpg", "exif-chain.jpg"],
)
def test_metadata_in_circles_costs_the_photo_nothing_else(name: str) -> None:
    data = HOSTILE[name]()
    began = time.process_time()
    assert (facts_of(data, name).width, facts_of(data, name).taken_at) == (96, None)
    assert time.process_time() - began < 4
    assert upright(data, name, 1, 48).shape == (32, 48, 3)


@pytest.mark.parametrize("name", ["chunks-before.png", "padding-before.jpg", "blocks.gif"])
def test_millions_of_pieces_are_given_up(name: str) -> None:
    began = time.process_time()
    with pytest.raises(UserError, match="不是可读取的图片"):
        facts_of(HOSTILE[name](), name)
    assert time.process_time() - began < 4


def test_padding_behind_a_picture_does_no_harm() -> None:
    data = HOSTILE["padding-behind.jpg"]()
    assert pixel_limit(data) == QUICK_PIXELS
    assert upright(data, "a.jpg", 1, 48).shape == (32, 48, 3)


def _jpeg(size: tuple[int, int] = (64, 48), **more: object) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "#d03020").save(out, "JPEG", **more)
    return out.getvalue()


def test_a_jpeg_in_passes_has_to_be_smaller_the_more_there_are() -> None:
    plain, passes = _jpeg(), _jpeg(progressive=True)
    assert pixel_limit(plain) == QUICK_PIXELS
    assert pixel_limit(passes) == KEPT_PIXELS
    again = passes[passes.rfind(b"\xff\xda") : -2]
    assert pixel_limit(passes[:-2] + again * 990 + passes[-2:]) == 1_000_000
    # A preview in the EXIF is no pass, and neither is a film behind the picture.
    assert pixel_limit(SMALL["a.jpg"]) == pixel_limit(plain + passes) == QUICK_PIXELS


@pytest.mark.parametrize("size", [(7100, 7100), (70_000, 2), (2, 70_000)])
def test_a_large_png_is_refused_by_its_figures(size: tuple[int, int]) -> None:
    with pytest.raises(UserError, match=f"“a.png”的图像为 {size[0]:,}×{size[1]:,} 像素") as found:
        facts_of(png(size), "a.png")
    assert str(found.value).endswith("后重试。")


def test_the_largest_photos_of_phones_are_read() -> None:
    """200 megapixels as JPEG; of other formats 48 megapixels."""
    assert facts_of(_jpeg((16_384, 12_288), quality=30), "a.jpg").width == 16_384
    assert WHOLE_PIXELS > 8064 * 6048
    assert facts_of(png((8064, 6048), 1, 0), "a.png").height == 6048


@pytest.mark.parametrize("name", [name for name in SMALL if not name.endswith((".jpg", ".gif"))])
def test_every_kind_of_photo_is_within_its_bounds(name: str) -> None:
    limit = WHOLE_PIXELS // 2 if name in ("alpha.png", "deep.png") else WHOLE_PIXELS
    assert pixel_limit(SMALL[name]) == limit
    # A TIFF is turned as its tag says by the decoder already.
    shape = (48, 32, 3) if name in ("raw.tif", "float.tif") else (32, 48, 3)
    assert upright(SMALL[name], name, 1, 48).shape == shape


def test_a_heic_with_names_that_are_no_text_is_refused() -> None:
    """They bring the decoder's process down."""
    data = (Path(__file__).parent / "files" / "gate.heic").read_bytes()
    assert pixel_limit(data) == WHOLE_PIXELS
    place = data.index(b"Exif", data.index(b"iinf"))
    with pytest.raises(UserError, match="文件结构异常"):
        facts_of(data[:place] + b"\xffxif" + data[place + 4 :], "a.heic")


def test_a_stream_is_read_in_so_many_steps_and_bytes() -> None:
    with pytest.raises(OverflowError):
        tags = for_tags(bytes(1 << 20))
        for _ in range(5):
            tags.seek(0)
            tags.read()
    picture = for_picture(b"abc")
    with pytest.raises(OverflowError):
        while True:
            picture.seek(0)
            picture.read(1)
