"""Loading a sample: a load that was stopped half-way is completed by the next one."""

from collections.abc import Generator
from pathlib import Path
from uuid import UUID

import pytest

from app.progress import Progress
from app.samples import FAULTY, load_sample
from app.workbench import Workbench
from forms.dossier import Dossier, Photo
from tests.window_kit import opened


@pytest.mark.parametrize("taken", [1, 6])
def test_the_next_load_completes_what_was_stopped(tmp_path: Path, taken: int) -> None:
    with opened(tmp_path / "whole") as bench:
        wanted = told(loaded(bench))
    with opened(tmp_path / "stopped") as bench:
        steps, records = load_sample(bench, FAULTY), 0
        while records < taken:
            step = next(steps)
            records += isinstance(step, Progress) and step.record is not None
        assert isinstance(steps, Generator)
        steps.close()
        photos = bench.dossier(bench.summaries()[0].id).all(Photo)
        assert len(photos) == taken and not any(photo.caption for photo in photos)
        assert told(loaded(bench)) == wanted
        rows = len(bench.whole(bench.summaries()[0].id)[1])
        loaded(bench)
        assert len(bench.whole(bench.summaries()[0].id)[1]) == rows


def loaded(bench: Workbench) -> Dossier:
    *_, made = load_sample(bench, FAULTY)
    assert isinstance(made, UUID)
    return bench.dossier(made)


def told(dossier: Dossier) -> dict[str, tuple[object, ...]]:
    return {
        photo.filename: (photo.kind, photo.caption, photo.counterpart, photo.logo, photo.people)
        for photo in dossier.all(Photo)
    }
