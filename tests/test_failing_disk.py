"""Nothing that was acknowledged is lost: by a disk that fails, is full or became read-only."""

from __future__ import annotations

import builtins
import errno
import io
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app import intake
from app.handin import OWNER
from app.photo_worker import Inspected, PhotoWorker, Refused
from app.workbench import Workbench
from forms.dossier import Enterprise, Photo
from forms.errors import UserError
from forms.record import single_id
from tests.photo_files import drawn

SENTENCE = re.compile(r"[^!?]*[\u4e00-\u9fff][^!?]*。")


# -- a disk that refuses ---------------------------------------------------------------------------


class Failing:
    """Has the n-th step of writing refused, and all after it: a folder made, a file opened, first
    written to, synced or renamed. `seen` counts them."""

    def __init__(self, at: int, error: int = errno.ENOSPC) -> None:
        self.at, self.seen, self.error, self.steps = at, 0, error, list[str]()

    def step(self, name: str) -> None:
        self.seen += 1
        self.steps.append(name)
        if self.seen >= self.at:
            raise OSError(self.error, os.strerror(self.error))

    def wrapped(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def stepped(*args: Any, **named: Any) -> Any:
            self.step(name)
            return call(*args, **named)

        return stepped

    def opened(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def stepped(file: Any, mode: str = "r", *args: Any, **named: Any) -> Any:
            if not isinstance(file, int) and set(mode) & set("wxa"):
                self.step(f"open {file}")
                return _Writer(call(file, mode, *args, **named), self)
            return call(file, mode, *args, **named)

        return stepped

    @contextmanager
    def on(self) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            for name in ("fsync", "replace", "mkdir"):
                patch.setattr(os, name, self.wrapped(name, getattr(os, name)))
            patch.setattr(io, "open", self.opened(io.open))
            patch.setattr(builtins, "open", self.opened(builtins.open))
            yield


class _Writer:
    """A file whose first piece of writing is a step; one that fails has written half of it."""

    def __init__(self, stream: Any, failing: Failing) -> None:
        self._stream, self._failing, self._begun = stream, failing, False

    def write(self, data: Any) -> Any:
        if not self._begun:
            self._begun = True
            try:
                self._failing.step("write")
            except OSError:
                self._stream.write(data[: len(data) // 2])
                raise
        return self._stream.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def __enter__(self) -> _Writer:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()


@pytest.fixture
def bench(data_folder: Path) -> Iterator[Workbench]:
    made = Workbench.open(data_folder)
    yield made
    made.close()


@pytest.fixture(scope="module")
def worker() -> Iterator[PhotoWorker]:
    with PhotoWorker() as running:
        yield running


@pytest.fixture
def one_worker(worker: PhotoWorker, monkeypatch: pytest.MonkeyPatch) -> None:
    """All imports share one process: starting another one for each step would take minutes."""

    def inspect_all(
        paths: list[Path], then: Callable[[Inspected | Refused], Any], drop: Callable[[Any], None]
    ) -> Iterator[Any]:
        for path in paths:
            yield then(worker.inspect(path, copies=True))

    monkeypatch.setattr(intake, "inspect_all", inspect_all)


def taken_in(bench: Workbench, dossier: UUID, path: Path) -> tuple[UUID | None, str]:
    """The record of a photo that was acknowledged, or the sentence that refused it."""
    try:
        (done,) = bench.import_photos(dossier, [path])
    except UserError as error:
        return None, str(error)
    return (None if done.trouble else done.record), done.trouble


def check_store(bench: Workbench, dossier: UUID, acknowledged: dict[UUID, bytes]) -> None:
    """Everything that was acknowledged is there, whole, and nothing half is in a place."""
    there = {row.id: row for row in bench.dossier(dossier).all(Photo)}
    assert set(there) == set(acknowledged)
    for record, data in acknowledged.items():
        assert bench.picture(there[record], "original") == data
        assert bench.picture(there[record], "report") and bench.picture(there[record], "thumb")
    assert bench.store.vault.parts() == []


def check_no_orphan(folder: Path, dossier: UUID, acknowledged: dict[UUID, bytes]) -> None:
    again = Workbench.open(folder)
    check_store(again, dossier, acknowledged)
    assert again.store.integrity() == []
    assert len(again.store.vault.paths()) == 2 * len(acknowledged)
    again.close()


@pytest.mark.usefixtures("one_worker")
@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO])
def test_an_import_that_fails_at_any_step_loses_nothing(
    bench: Workbench, tmp_path: Path, error: int
) -> None:
    dossier = bench.create("示例厂")
    acknowledged: dict[UUID, bytes] = {}
    for number in range(1, 60):
        failing = Failing(number, error)
        path = drawn(tmp_path / f"{number}.png", number)
        with failing.on():
            record, trouble = taken_in(bench, dossier, path)
        if record is not None:
            acknowledged[record] = path.read_bytes()
        if failing.seen < number:
            break
        assert SENTENCE.fullmatch(trouble), (number, failing.steps, trouble)
    assert 10 < number < 59 and len(acknowledged) == 1
    check_store(bench, dossier, acknowledged)
    record, _ = taken_in(bench, dossier, tmp_path / "1.png")  # what failed once goes well again
    assert record is not None
    acknowledged[record] = (tmp_path / "1.png").read_bytes()
    bench.close()
    check_no_orphan(bench.store.folder, dossier, acknowledged)


def is_whole(name: str, data: bytes) -> bool:
    if name.endswith(".pdf"):
        return data.startswith(b"%PDF") and data.endswith(b"%%EOF\n")
    return zipfile.is_zipfile(io.BytesIO(data))


def test_an_export_that_fails_at_any_step_leaves_what_was_there(
    bench: Workbench, tmp_path: Path
) -> None:
    dossier = bench.create("示例厂")
    out = tmp_path / "out"
    only = ("satisfaction",)
    list(bench.export(dossier, out, only, draft=True))
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert len(before) == 3
    bench.put(dossier, "enterprise", single_id(dossier, "enterprise"), "name", "示例厂")
    for number in range(1, 60):
        failing = Failing(number)
        trouble = ""
        with failing.on():
            try:
                list(bench.export(dossier, out, only, draft=True))
            except UserError as refused:
                trouble = str(refused)
        after = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
        assert set(after) == set(before), (number, failing.steps)
        for path, data in after.items():
            assert path.name == OWNER or is_whole(path.name, data), (number, path)
        if failing.seen < number:
            break
        # A folder that is there already need not be made.
        assert SENTENCE.fullmatch(trouble) or failing.steps[number - 1] == "mkdir", trouble
    assert 5 < number < 59
    assert bench.dossier(dossier).one(Enterprise).name == "示例厂"


# -- a full disk -----------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 4 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    options = ["-t", "tmpfs", "-o", "size=4m", "none", str(disk)]
    if (
        mount is None
        or subprocess.run([mount, *options], capture_output=True, check=False).returncode
    ):
        pytest.skip("mounting a small disk is not permitted here")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def fill(disk: Path, leaving: int) -> Path:
    """Leave so many bytes of the disk free."""
    filler = disk / "filler"
    free = shutil.disk_usage(disk).free
    filler.write_bytes(bytes(max(0, free - leaving)))
    return filler


@pytest.mark.usefixtures("one_worker")
def test_a_full_disk_loses_nothing(small_disk: Path, tmp_path: Path) -> None:
    bench = Workbench.open(small_disk / "data")
    dossier = bench.create("示例厂")
    acknowledged: dict[UUID, bytes] = {}
    saved, refused = "", set[str]()
    for number, leaving in enumerate([0, 4, 8, 16, 24, 32, 40, 48, 64, 80, 96, 128, 200], 1):
        path = drawn(tmp_path / f"{number}.png", number, 100)
        filler = fill(small_disk, leaving << 10)
        record, trouble = taken_in(bench, dossier, path)
        if record is not None:
            acknowledged[record] = path.read_bytes()
        else:
            refused.add(trouble)
        try:
            bench.put(
                dossier, "enterprise", single_id(dossier, "enterprise"), "contact", f"{number}"
            )
            saved = f"{number}"
        except UserError as error:
            refused.add(str(error))
        try:
            made = small_disk / "out"
            list(bench.export(dossier, made, ("satisfaction",), draft=True))
        except UserError as error:
            refused.add(str(error))
        for each in (small_disk / "out").rglob("*.*"):
            assert each.name == OWNER or is_whole(each.name, each.read_bytes())
        shutil.rmtree(small_disk / "out", ignore_errors=True)
        filler.unlink()
        check_store(bench, dossier, acknowledged)
        assert bench.dossier(dossier).one(Enterprise).contact == saved
    assert acknowledged and len(refused) > 5
    assert all(SENTENCE.fullmatch(each) and "磁盘空间不足" in each for each in refused), refused
    bench.close()
    check_no_orphan(small_disk / "data", dossier, acknowledged)


def test_a_full_disk_refuses_a_start_in_words(small_disk: Path) -> None:
    fill(small_disk, 40 << 10)
    with pytest.raises(UserError, match="磁盘空间"):
        Workbench.open(small_disk / "data")
    (small_disk / "filler").unlink()
    Workbench.open(small_disk / "data").close()


def test_a_disk_that_became_read_only_says_so(small_disk: Path) -> None:
    bench = Workbench.open(small_disk / "data")
    dossier = bench.create("示例厂")
    bench.close()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    for folder in (small_disk / "data", small_disk / "other"):
        with pytest.raises(UserError, match="只读"):
            Workbench.open(folder)
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    bench = Workbench.open(small_disk / "data")
    assert bench.dossier(dossier).id == dossier
    bench.close()
