"""The process that may be killed: its answers, its limits, and that it comes back."""

import hashlib
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from app.photo_reading import read_facts
from app.photo_worker import Inspected, PhotoWorker, Refused, _heard
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
    seen = worker.inspect(path, tmp_path)
    assert isinstance(seen, Inspected)
    assert seen.facts == read_facts(path)
    assert seen.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert seen.size == path.stat().st_size
    assert seen.thumbnail is not None and seen.report_copy is not None
    for copy, width in ((seen.thumbnail, 400), (seen.report_copy, 1280)):
        with Image.open(copy) as picture:
            assert picture.size == (width, width * 3 // 4)


def test_without_a_folder_nothing_is_written(worker: PhotoWorker, tmp_path: Path) -> None:
    path = photo(tmp_path / "a.jpg")
    seen = worker.inspect(path)
    assert isinstance(seen, Inspected)
    assert (seen.thumbnail, seen.report_copy) == (None, None)
    assert list(tmp_path.iterdir()) == [path]


def test_a_bad_file_is_refused_and_the_next_one_read(worker: PhotoWorker, tmp_path: Path) -> None:
    bad = tmp_path / "bad.jpg"
    bad.write_bytes(b"\xff\xd8\xff\xe0 nothing more")
    refused = worker.inspect(bad, tmp_path)
    assert isinstance(refused, Refused)
    assert "“bad.jpg”" in refused.message
    assert isinstance(worker.inspect(photo(tmp_path / "a.jpg"), tmp_path), Inspected)


def test_overrunning_the_time_is_refused_and_survived(slow: Path, tmp_path: Path) -> None:
    with PhotoWorker(seconds_limit=0.05) as hurried:
        refused = hurried.inspect(slow, tmp_path)
        assert isinstance(refused, Refused)
        assert "超过 0.05 秒" in refused.message
        # The process was killed: no copy appears afterwards, and a new one takes the next file.
        again = hurried.inspect(tmp_path / "absent.jpg")
        assert isinstance(again, Refused)
        assert "无法打开" in again.message
    assert not list(tmp_path.glob("*.jpg"))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux enforces a limit of address space")
def test_overrunning_the_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "wide.png"
    Image.new("RGB", (12_000, 12_000)).save(path, compress_level=1)
    with PhotoWorker(memory_limit=450 * 1024 * 1024) as poor:
        refused = poor.inspect(path, tmp_path)
        assert isinstance(refused, Refused)
        assert "内存超出限额" in refused.message or "中断" in refused.message
        assert isinstance(poor.inspect(photo(tmp_path / "a.jpg"), tmp_path), Inspected)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs POSIX signals")
def test_a_process_that_dies_is_replaced(tmp_path: Path) -> None:
    path = photo(tmp_path / "a.jpg")
    with PhotoWorker() as worker:
        assert isinstance(worker.inspect(path), Inspected)
        os.kill(_child_of(worker), signal.SIGKILL)
        # Whether the death is noticed before or after the question, the one after is answered.
        worker.inspect(path)
        assert isinstance(worker.inspect(path), Inspected)


def _child_of(worker: PhotoWorker) -> int:
    pid = worker._process.pid
    assert pid is not None
    return pid


def test_close_is_final_only_until_the_next_photo(tmp_path: Path) -> None:
    path = photo(tmp_path / "a.jpg")
    worker = PhotoWorker()
    worker.close()
    assert isinstance(worker.inspect(path), Inspected)
    worker.close()
    worker.close()


ANSWERS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=70),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["refused", "sha256", "size", "facts", "width"]), inner)
    ),
    max_leaves=8,
)


@given(answer=ANSWERS | st.just({"sha256": "../../x", "size": 1, "facts": {}}))
def test_an_answer_that_is_none_is_refused_whatever_it_holds(answer: object) -> None:
    try:
        heard = _heard(Path("a.jpg"), Path("out"), answer)  # type: ignore[arg-type]
    except (ValueError, KeyError, TypeError):
        return  # what `inspect` takes for a crash
    assert isinstance(heard, Refused)
