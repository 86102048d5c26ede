"""The process that may be killed: its answers, its limits, and that it comes back."""

import hashlib
import os
import signal
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image

from app.photo_reading import read_facts
from app.photo_worker import Inspected, PhotoWorker, Refused, _heard, inspect_all
from tests.photo_files import photo, taken


@pytest.fixture(scope="module")
def worker() -> Iterator[PhotoWorker]:
    with PhotoWorker() as running:
        yield running


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A photo whose decoding takes a good part of a second."""
    path = tmp_path_factory.mktemp("slow") / "slow.png"
    Image.effect_noise((4000, 3000), 50).convert("RGB").save(path, compress_level=1)
    return path


def test_facts_hash_and_copies(worker: PhotoWorker, tmp_path: Path) -> None:
    path = photo(tmp_path / "门口 1.jpg", detail=taken("2025:06:17 09:05:12"), size=(1600, 1200))
    seen = worker.inspect(path, copies=True)
    assert isinstance(seen, Inspected)
    assert seen.facts == read_facts(path)
    assert seen.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert seen.size == path.stat().st_size
    for copy, width in ((seen.thumbnail, 400), (seen.report_copy, 1280)):
        with Image.open(BytesIO(copy)) as picture:
            assert (picture.format, picture.size) == ("JPEG", (width, width * 3 // 4))
    assert list(tmp_path.iterdir()) == [path]  # nothing is written in clear


def test_copies_are_made_where_they_are_asked_for(worker: PhotoWorker, tmp_path: Path) -> None:
    path = photo(tmp_path / "a.jpg")
    seen = worker.inspect(path)
    assert isinstance(seen, Inspected)
    assert (seen.thumbnail, seen.report_copy) == (b"", b"")


def test_a_copy_is_made_of_bytes_that_lie_in_no_file(worker: PhotoWorker, tmp_path: Path) -> None:
    path = photo(tmp_path / "a.jpg", main={ExifTags.Base.Orientation: 6}, size=(640, 480))
    data = path.read_bytes()
    path.unlink()
    made = worker.copy(path, data, 320)
    assert isinstance(made, bytes)
    with Image.open(BytesIO(made)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (240, 320))
    for wrong in (b"", b"rotten", data[: len(data) // 2]):
        refused = worker.copy(path, wrong, 320)
        assert isinstance(refused, Refused) and "“a.jpg”" in refused.message


def test_a_bad_file_is_refused_and_the_next_one_read(worker: PhotoWorker, tmp_path: Path) -> None:
    bad = tmp_path / "bad.jpg"
    bad.write_bytes(b"\xff\xd8\xff\xe0 nothing more")
    refused = worker.inspect(bad, copies=True)
    assert isinstance(refused, Refused)
    assert "“bad.jpg”" in refused.message
    assert isinstance(worker.inspect(photo(tmp_path / "a.jpg"), copies=True), Inspected)


def test_overrunning_the_time_is_refused_and_survived(slow: Path, tmp_path: Path) -> None:
    with PhotoWorker(seconds_limit=0.05) as hurried:
        refused = hurried.inspect(slow, copies=True)
        assert isinstance(refused, Refused)
        assert "超过 0.05 秒" in refused.message
        # The process was killed: no answer comes afterwards, and a new one takes the next file.
        again = hurried.inspect(tmp_path / "absent.jpg")
        assert isinstance(again, Refused)
        assert "无法打开" in again.message


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux enforces a limit of address space")
def test_overrunning_the_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "wide.png"
    Image.new("RGB", (7000, 7000)).save(path, compress_level=1)
    with PhotoWorker(memory_limit=450 * 1024 * 1024) as poor:
        refused = poor.inspect(path, copies=True)
        assert isinstance(refused, Refused)
        assert "内存超出限额" in refused.message
        assert isinstance(poor.inspect(photo(tmp_path / "a.jpg"), copies=True), Inspected)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs POSIX signals")
def test_a_process_that_dies_is_replaced(tmp_path: Path) -> None:
    path = photo(tmp_path / "a.jpg")
    with PhotoWorker() as worker:
        assert isinstance(worker.inspect(path), Inspected)
        assert worker.pid is not None
        os.kill(worker.pid, signal.SIGKILL)
        # Whether the death is noticed before or after the question, the one after is answered.
        worker.inspect(path)
        assert isinstance(worker.inspect(path), Inspected)


def test_close_is_final_only_until_the_next_photo(tmp_path: Path) -> None:
    path = photo(tmp_path / "a.jpg")
    worker = PhotoWorker()
    worker.close()
    assert isinstance(worker.inspect(path), Inspected)
    worker.close()
    worker.close()


def test_decoders_are_not_heard(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.tif"
    Image.effect_noise((64, 64), 50).convert("1").save(path, compression="group4")
    data = path.read_bytes()
    path.write_bytes(data[:50] + bytes(byte ^ 0x5A for byte in data[50:900]) + data[900:])
    with PhotoWorker() as worker:
        worker.inspect(path, copies=True)
    assert capfd.readouterr() == ("", "")


def test_many_are_answered_in_their_order(tmp_path: Path) -> None:
    """Large ones among small ones: whoever comes second is ready first."""
    paths = []
    for number in range(12):
        size = (3000, 2000 + number) if number % 3 == 0 else (200, 100 + number)
        path = tmp_path / f"{number:02}.jpg"
        paths.append(photo(path, size=size) if number != 4 else tmp_path / "absent.jpg")
    dropped: list[Inspected | Refused] = []
    seen = list(inspect_all(paths, lambda found: found, dropped.append))
    assert [found.path for found in seen] == paths
    assert [isinstance(found, Refused) for found in seen] == [n == 4 for n in range(12)]
    assert all(found.report_copy for found in seen if isinstance(found, Inspected))
    assert dropped == []


def test_what_was_read_and_not_handed_out_any_more_is_dropped(tmp_path: Path) -> None:
    paths = [photo(tmp_path / f"{number}.jpg", size=(300, 200 + number)) for number in range(9)]
    made: list[Path] = []
    dropped: list[Path] = []

    def then(found: Inspected | Refused) -> Path:
        made.append(found.path)
        return found.path

    steps = inspect_all(paths, then, dropped.append)
    given = [next(steps), next(steps)]
    steps.close()
    assert given == paths[:2]
    assert sorted(given + dropped) == sorted(made) and len(set(made)) == len(made) > 2


NAMES = st.sampled_from(["refused", "sha256", "size", "facts", "width", "data"])
ANSWERS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=70),
    lambda inner: (
        st.lists(inner | st.binary(max_size=4), max_size=3)
        | st.dictionaries(
            st.sampled_from(["refused", "sha256", "size", "facts", "width", "data"]), inner
        )
    ),
    max_leaves=8,
)


@given(answer=ANSWERS | st.just({"sha256": "../../x", "size": 1, "facts": {}}))
def test_an_answer_that_is_none_is_refused_whatever_it_holds(answer: object) -> None:
    try:
        heard = _heard(Path("a.jpg"), True, answer)  # type: ignore[arg-type]
    except (ValueError, KeyError, TypeError):
        return  # what `inspect` takes for a crash
    assert isinstance(heard, Refused)
