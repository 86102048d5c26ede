"""One picture saved again is found; another shot of the same scene is another picture."""

import string
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from app import likeness
from app.killable import Answering
from app.likeness import LikenessWorker, candidates, fingerprint
from app.likeness_compare import SIDE_LEAST, same_picture
from app.photo_worker import Inspected, PhotoWorker
from app.sample_easel import Easel
from app.sample_scenes import gate
from benchmarks.similar_scenes import COPIES, Copy, shot, stamped

HASHES = len(fingerprint(Image.new("L", (4, 3))))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("likeness")


@pytest.fixture(scope="module")
def photos() -> Iterator[PhotoWorker]:
    with PhotoWorker() as worker:
        yield worker


@pytest.fixture(scope="module")
def at_the_gate() -> Image.Image:
    return shot(0, 0)


@pytest.fixture(scope="module")
def gate_photo(at_the_gate: Image.Image, folder: Path, photos: PhotoWorker) -> bytes:
    """The derived copy of a shot at a gate."""
    return taken_in(at_the_gate, folder, photos)


def taken_in(picture: Image.Image, folder: Path, photos: PhotoWorker, quality: int = 88) -> bytes:
    """The derived copy of a picture that was saved as a file and imported."""
    path = folder / "a.jpg"
    picture.save(path, quality=quality)
    seen = photos.inspect(path, copies=True)
    assert isinstance(seen, Inspected) and seen.report_copy
    return seen.report_copy


def print_of(data: bytes) -> str:
    with Image.open(BytesIO(data)) as picture:
        return fingerprint(picture)


def jpeg(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.save(out, "JPEG")
    return out.getvalue()


@pytest.mark.parametrize("kind", COPIES, ids=lambda kind: kind.name)
def test_a_copy_is_found(
    kind: Copy, at_the_gate: Image.Image, gate_photo: bytes, folder: Path, photos: PhotoWorker
) -> None:
    changed = kind.change(at_the_gate, Random(kind.name))
    copy = taken_in(changed, folder, photos, kind.quality)
    prints = {"original": print_of(gate_photo), "copy": print_of(copy)}
    assert list(candidates(prints, ["copy"])) == [("copy", "original")]
    assert same_picture(gate_photo, copy)
    assert same_picture(copy, gate_photo)


@pytest.mark.parametrize("place", [2, 3, 7])
def test_another_shot_is_another_picture(place: int, folder: Path, photos: PhotoWorker) -> None:
    one, other = (taken_in(shot(place, number), folder, photos) for number in (0, 1))
    assert not same_picture(one, other)
    assert same_picture(one, one)


def from_a_tripod(left: float) -> Image.Image:
    """A gate and three people: only they move, everything else is the same to the pixel."""
    easel = Easel(5, "#c9d2d6")
    gate(easel, "示例·春城轴套汽车零部件有限公司", 0)
    easel.dice = Random(1)
    easel.row(3, 1120, 410, (left, left + 500), helmets=False)
    return easel.finished()


def test_a_step_aside_is_another_picture(folder: Path, photos: PhotoWorker) -> None:
    one, other = (taken_in(from_a_tripod(left), folder, photos) for left in (500.0, 560.0))
    assert not same_picture(one, other)


def test_a_turned_picture_is_another(
    at_the_gate: Image.Image, gate_photo: bytes, folder: Path, photos: PhotoWorker
) -> None:
    # A hand does not hold still to a third of a degree; saving again turns nothing.
    turned = at_the_gate.rotate(0.3, Image.Resampling.BICUBIC).crop((20, 20, 1580, 1180))
    assert not same_picture(gate_photo, taken_in(turned, folder, photos))


def test_one_corner_may_differ_and_no_two(folder: Path, photos: PhotoWorker) -> None:
    plain = from_a_tripod(500.0)
    once = stamped(plain, Random(3), "09:05")
    upside_down = stamped(once.rotate(180), Random(3), "16:20").rotate(180)
    one, two, three = (taken_in(p, folder, photos) for p in (plain, once, upside_down))
    assert same_picture(one, two)
    assert same_picture(two, three)
    assert not same_picture(one, three)


def test_what_cannot_be_compared_is_none(gate_photo: bytes) -> None:
    tiny = jpeg(Image.new("RGB", (SIDE_LEAST - 1, 100)))
    with LikenessWorker() as worker:
        for wrong in (b"", b"not a picture", gate_photo[:4000], tiny):
            assert worker.same(gate_photo, wrong) is None
            assert worker.same(wrong, gate_photo) is None
        assert worker.fingerprint(b"not a picture") is None
        assert worker.fingerprint(gate_photo) == print_of(gate_photo)
        assert worker.same(gate_photo, gate_photo) is True


def test_a_plain_picture_is_like_nothing() -> None:
    black, white = (jpeg(Image.new("RGB", (640, 480), colour)) for colour in ("black", "white"))
    assert not same_picture(black, white)


def _hanging() -> Answering:
    """In the place of what the worker loads: it never answers about a picture of its own."""
    answering = likeness._prepare()

    def answering_or_hanging(question: dict[str, Any]) -> dict[str, Any]:
        if question["data"][-1] == b"hang":
            time.sleep(60)
        return answering(question)

    return answering_or_hanging


def test_a_worker_that_hangs_is_killed_and_comes_back(
    gate_photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(likeness, "_prepare", _hanging)
    with LikenessWorker(seconds_limit=3.0) as worker:
        assert worker.same(gate_photo, b"hang") is None
        assert worker.same(gate_photo, gate_photo) is True


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "CMYK"])
@pytest.mark.parametrize("size", [(1, 1), (2, 900), (40, 30)])
def test_any_picture_has_a_fingerprint(mode: str, size: tuple[int, int]) -> None:
    found = fingerprint(Image.new(mode, size))
    assert len(found) == HASHES
    assert set(found) <= set(string.hexdigits.lower())


prints = st.binary(min_size=HASHES // 2, max_size=HASHES // 2).map(bytes.hex)
stores = st.dictionaries(st.text("0123456789abcdef", min_size=1, max_size=4), prints, max_size=8)


@given(stores, prints, st.data())
def test_candidates(store: dict[str, str], twice: str, data: st.DataObject) -> None:
    store |= {"g": twice, "h": twice}
    new = data.draw(st.lists(st.sampled_from([*store, "unknown"])))
    found = list(candidates(store, new))
    assert len(set(found)) == len(found)
    assert all(one < other and {one, other} & set(new) for one, other in found)
    assert (("g", "h") in found) == bool({"g", "h"} & set(new))
    # Whoever asks, a pair is one or is none.
    among_all = set(candidates(store, store))
    assert set(found) == {pair for pair in among_all if set(pair) & set(new)}


@given(prints, prints, st.integers(0, HASHES // 16 - 5), st.integers(1, 4))
def test_one_like_hash_is_enough(one: str, other: str, crop: int, part: int) -> None:
    def with_hash(at: int, hash_: str) -> str:
        return other[: at * 16] + hash_ + other[(at + 1) * 16 :]

    cropped = with_hash(crop, one[:16])
    stamped_over = with_hash(HASHES // 16 - part, one[(HASHES // 16 - part) * 16 :][:16])
    store = {"one": one, "cropped": cropped, "stamped over": stamped_over}
    found = set(candidates(store, ["one"]))
    assert found == {("cropped", "one"), ("one", "stamped over")}
    assert found <= set(candidates(store, ["cropped", "stamped over"]))


def test_different_hashes_make_no_candidates() -> None:
    dice = Random(1)
    store = {f"{number:03}": dice.randbytes(HASHES // 2).hex() for number in range(200)}
    assert list(candidates(store, store)) == []


def test_what_is_no_fingerprint_is_refused() -> None:
    with pytest.raises(ValueError, match="no fingerprint"):
        list(candidates({"a": "0" * HASHES, "b": "00"}, ["a"]))
