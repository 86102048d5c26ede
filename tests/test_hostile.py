"""Every hostile file is refused in a sentence or read harmlessly, within seconds and megabytes."""

from __future__ import annotations

import io
import re
import resource
import sys
import time
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from app.quarantine import quarantined
from app.registry import import_registry
from app.workbench import Workbench
from exporters import bundle_bounds
from forms.errors import UserError
from tests import hostile, hostile_sheets
from tests.hostile import Hostile

SECONDS, MEMORY = 10.0, 300 << 20
SENTENCE = re.compile(r"“.*[\u4e00-\u9fff].*。")


@pytest.fixture
def bench(data_folder: Path) -> Iterator[Workbench]:
    made = Workbench.open(data_folder)
    yield made
    made.close()


def files(folder: Path) -> dict[Path, bytes]:
    return {
        path: path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "zhengai.db" not in path.name
    }


def judged(each: Hostile, take: Callable[[bytes], None]) -> list[str]:
    """What is wrong with how a file was taken; [] for nothing."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile's, of names that stand twice
        data = each.make()
    before, began, said = peak(), time.process_time(), ""
    try:
        take(data)
    except UserError as error:
        said = str(error)
    except Exception as error:
        return [f"{type(error).__name__}: {error}"]
    took, grown = time.process_time() - began, peak() - before
    wrong = [f"took {took:.1f} s"] if took > SECONDS else []
    wrong += [f"{grown >> 20} MB"] if grown > MEMORY else []
    wrong += ["was taken"] if not said and not each.read else []
    return wrong + ([f"said {said!r}"] if said and not SENTENCE.fullmatch(said) else [])


def peak() -> int:
    """The most memory that this process ever had, in bytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def all_judged(cases: list[Hostile], take: Callable[[bytes], None]) -> dict[str, list[str]]:
    return {each.name: wrong for each in cases if (wrong := judged(each, take))}


def test_no_hostile_bundle_does_harm(bench: Workbench, tmp_path: Path) -> None:
    cases = hostile.bundles()
    before = files(tmp_path)

    def take(data: bytes) -> None:
        with quarantined(bench.store, io.BytesIO(data), "示例-文件包.zip") as found:
            for kept in found.members.values():
                kept.read()
            inside = [path for path in files(tmp_path) if path not in before]
            assert all(re.fullmatch("[0-9a-f]{40}", path.name) for path in inside)
            assert all(path.parents[3] == bench.store.folder for path in inside)

    assert all_judged(cases, take) == {}
    assert files(tmp_path) == before
    assert len(cases) > 200


def test_a_whole_bundle_is_unpacked_sealed_and_gone_afterwards(bench: Workbench) -> None:
    data = hostile.packed()
    with quarantined(bench.store, io.BytesIO(data), "示例.zip") as found:
        read = {name: kept.read() for name, kept in found.members.items()}
        lying = b"".join(path.read_bytes() for path in bench.store.folder.rglob("files/*/*"))
    assert {name: read[name] for name in hostile.CONTENT} == hostile.CONTENT
    assert found.manifest["enterprise"] == "示例・某厂" and found.verdict.whole
    assert lying and not any(data[20:] in lying for data in hostile.CONTENT.values())
    assert not list(bench.store.folder.glob(".work-*"))


def test_a_bundle_that_changes_after_its_bounds_were_checked_is_refused(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = {**hostile.CONTENT, "a.jpg": b"photo" * 100}
    stream = io.BytesIO(hostile.crafted(content, method=zipfile.ZIP_STORED))
    fault = bundle_bounds.fault

    def then_changed(archive: zipfile.ZipFile, read: BinaryIO) -> str:
        said = fault(archive, read)
        stream.getbuffer()[:] = stream.getvalue().replace(b"photo" * 100, b"PHOTO" * 100)
        return said

    monkeypatch.setattr(bundle_bounds, "fault", then_changed)
    with pytest.raises(UserError), quarantined(bench.store, stream, "a.zip"):
        pass
    assert not list(bench.store.folder.glob(".work-*"))


@pytest.mark.parametrize(
    ("suffix", "make"), [(".xlsx", hostile_sheets.workbooks), (".csv", hostile_sheets.tables)]
)
def test_no_hostile_spreadsheet_does_harm(
    bench: Workbench, tmp_path: Path, suffix: str, make: Callable[[], Iterator[Hostile]]
) -> None:
    path = tmp_path / f"a{suffix}"
    before = files(tmp_path)

    def take(data: bytes) -> None:
        path.write_bytes(data)
        list(import_registry(bench, path))
        assert len(bench.summaries()) < 200

    assert all_judged(list(make()), take) == {}
    path.unlink()
    assert files(tmp_path) == before
    names = {summary.name for summary in bench.summaries()}
    assert all(len(name) <= 200 for name in names) and not any("root:" in name for name in names)
