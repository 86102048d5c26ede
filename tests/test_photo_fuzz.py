"""Broken photos by the hundred through the worker; `benchmarks/fuzz_photos.py` goes on longer."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from app.photo_worker import PhotoWorker
from benchmarks.fuzz_photos import SAMPLES, Trial, sample_files
from benchmarks.hostile_photos import seeds, stream


@pytest.fixture(scope="module")
def worker() -> Iterator[PhotoWorker]:
    with PhotoWorker() as running:
        yield running


def test_five_hundred_broken_photos_do_no_harm(worker: PhotoWorker, tmp_path: Path) -> None:
    trial = Trial(worker, tmp_path)
    broken = islice(stream(seeds(), seed=3), 500)
    assert {name: faults for name, data in broken if (faults := trial(name, data))} == {}
    # Else they would be too broken, or not broken enough, to show anything.
    assert min(trial.verdict.seen["read"], trial.verdict.seen["refused"]) > 100


def test_mutilated_public_samples_do_no_harm(worker: PhotoWorker, tmp_path: Path) -> None:
    samples = sample_files(SAMPLES)
    if not samples:
        pytest.skip("the public EXIF sample collection is not beside the project")
    trial = Trial(worker, tmp_path)
    broken = islice(stream(samples, seed=4), 150)
    assert {name: faults for name, data in broken if (faults := trial(name, data))} == {}


def test_the_judge_sees_a_fault(tmp_path: Path) -> None:
    with PhotoWorker(seconds_limit=0.001) as hurried:
        trial = Trial(hurried, tmp_path)
        data = seeds()["a.jpg"]
        assert trial("a.jpg", data) == trial("b.jpg", data) == ["crash"]
    assert trial.verdict.faults == {"crash": 2}
