"""Nothing that was acknowledged is lost: by a power cut, a full disk, a disk that fails."""

from __future__ import annotations

import builtins
import errno
import io
import os
import re
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PIL import Image

from app import doctor, durable, intake
from app.handin import OWNER
from app.photo_worker import Inspected, PhotoWorker, Refused
from app.workbench import Workbench
from forms.dossier import Enterprise, Photo
from forms.errors import UserError
from forms.record import single_id
from tests.photo_files import photo

ROOT = Path(__file__).parent.parent
SENTENCE = re.compile(r"[^!?]*[\u4e00-\u9fff][^!?]*。")


# -- a power cut: the order of what reaches the disk -----------------------------------------------

_TRACED = """
import os, sys
from pathlib import Path
from app.workbench import Workbench
from forms.record import single_id
folder = Path(sys.argv[1])
bench = Workbench.open(folder)
dossier = bench.create("示例厂")
os.mkdir(folder / "mark-import")
for done in bench.import_photos(dossier, [Path(sys.argv[2])]):
    os.mkdir(folder / "mark-imported")
os.mkdir(folder / "mark-save")
bench.put(dossier, "enterprise", single_id(dossier, "enterprise"), "contact", "甲")
os.mkdir(folder / "mark-saved")
"""
_CALL = re.compile(r'^\d+ +(\w+)\((?:\d+<)?"?([^">]+)"?>?(?:, "([^"]+)")?')


@pytest.fixture(scope="module")
def trace(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str]]:
    """What a new store's program asked of the system: (call, path), a rename with its target."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed (Debian: apt install strace)")
    folder = tmp_path_factory.mktemp("traced")
    picture, out = photo(folder / "a.jpg"), folder / "trace"
    calls = "fsync,fdatasync,rename,renameat,renameat2,mkdir,mkdirat"
    command = [strace, "-f", "-y", "-qq", "-s", "4096", "-e", f"trace={calls}", "-e",
               "signal=none", "-o", str(out), sys.executable, "-c", _TRACED,
               str(folder / "store"), str(picture)]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if "ptrace" in done.stderr and "not permitted" in done.stderr:
        pytest.skip("tracing processes is not permitted here")
    assert done.returncode == 0, done.stderr
    found = []
    for line in out.read_text("utf-8").splitlines():
        call = _CALL.match(line)
        if call and not line.endswith("(File exists)"):
            name = call[1].replace("fdata", "f").removesuffix("at2").removesuffix("at")
            found.append((name, (call[3] if name == "rename" else call[2]).strip()))
    return found


def between(trace: list[tuple[str, str]], first: str, last: str) -> list[tuple[str, str]]:
    at = [
        next(n for n, (_, path) in enumerate(trace) if path.endswith(mark))
        for mark in (first, last)
    ]
    return trace[at[0] + 1 : at[1]]


def test_a_photo_is_on_the_disk_before_the_row_that_names_it(trace: list[tuple[str, str]]) -> None:
    part = between(trace, "mark-import", "mark-imported")
    renamed = [path for name, path in part if name == "rename"]
    original, copy = renamed
    rows = next(n for n, (name, path) in enumerate(part) if path.endswith("zhengai.db-wal"))
    synced = next(
        n
        for n, (name, of) in enumerate(part)
        if name == "fsync" and of.startswith(f"{original}.part-")
    )
    placed, folder = part.index(("rename", original)), Path(original).parent
    named = part.index(("fsync", str(folder)), placed)
    assert synced < placed < named < rows
    made = part.index(("mkdir", str(folder)))
    assert part.index(("fsync", str(folder.parent)), made) < rows
    # What is made of it can be made again, and is not waited for.
    assert not [of for name, of in part if name == "fsync" and of.startswith(f"{copy}.part-")]
    assert part[rows][0] == "fsync"


def test_a_save_is_on_the_disk_when_it_returns(trace: list[tuple[str, str]]) -> None:
    part = between(trace, "mark-save", "mark-saved")
    assert [name for name, path in part if path.endswith("zhengai.db-wal")] == ["fsync"]


def test_a_new_store_is_on_the_disk_before_it_opens(trace: list[tuple[str, str]]) -> None:
    home = next(path for name, path in trace if name == "mkdir" and path.endswith("vault-1"))
    made = trace.index(("mkdir", home))
    assert trace.index(("fsync", str(Path(home).parent)), made) > made
    placed = trace.index(("rename", f"{home}/zhengai.db"))
    assert ("fsync", f"{home}/zhengai.db.new") not in trace[placed:]
    assert ("fsync", f"{home}/zhengai.new") in trace[:placed]
    assert ("fsync", home) in trace[placed:]
    files = trace.index(("mkdir", f"{home}/files"))
    assert ("fsync", home) in trace[files:]


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


def drawn(path: Path, number: int, side: int = 64) -> Path:
    Image.effect_noise((side + number, side), 60).convert("RGB").save(path)
    return path


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


# -- other bad days --------------------------------------------------------------------------------


def test_a_file_that_a_scanner_holds_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_bytes(b"old")
    refusals, replace = iter([PermissionError(13, "held")] * 3), os.replace

    def held(part: Path, target: Path) -> None:
        for refusal in refusals:
            raise refusal
        replace(part, target)

    monkeypatch.setattr(os, "replace", held)
    monkeypatch.setattr(durable, "_HELD_S", 1.0)
    durable.replace(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"new"
    monkeypatch.setattr(durable, "_HELD_S", 0.0)
    refusals = iter([PermissionError(13, "held")])
    with pytest.raises(PermissionError):
        durable.replace(tmp_path / "a", b"newer")
    assert [path.read_bytes() for path in tmp_path.glob("a*")] == [b"new"]


@pytest.mark.parametrize(
    ("place", "share"),
    [
        ("/home/wang/data", False),
        ("/mnt/share/data", True),
        ("/mnt/share/local/data", False),
        ("/mnt/two words/data", True),
        ("/mnt/shared", False),
    ],
)
def test_a_folder_on_a_share_is_told_by_its_file_system(
    place: str, share: bool, tmp_path: Path
) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(
        "/dev/sda1 / ext4 rw 0 0\n//server/a /mnt/share cifs rw 0 0\n"
        "/dev/sdb1 /mnt/share/local ext4 rw 0 0\nserver:/b /mnt/two\\040words nfs4 rw 0 0\n"
    )
    assert durable.on_share(Path(place), mounts) is share
    assert durable.on_share(Path(place), tmp_path / "absent") is False


def test_the_doctor_warns_of_a_share(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(durable, "on_share", lambda _: True)
    for check in ("_fonts", "_ocr"):  # they take long, and are of no interest here
        monkeypatch.setattr(doctor, check, dict)
    found = {each["check"]: each for each in doctor.examine(data_folder) if each}
    assert not found["存放位置"]["ok"] and "复制到本机硬盘" in found["存放位置"]["remedy"]


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="needs SIGSTOP")
def test_a_long_pause_refuses_the_one_photo_only(tmp_path: Path) -> None:
    """As where the machine falls asleep: limits are counted in what passes while it is awake."""
    with PhotoWorker(seconds_limit=2.0) as slept:
        assert isinstance(slept.inspect(drawn(tmp_path / "a.png", 1)), Inspected)
        assert slept.pid is not None
        os.kill(slept.pid, signal.SIGSTOP)
        refused = slept.inspect(drawn(tmp_path / "b.png", 2))
        assert isinstance(refused, Refused) and refused.overran
        assert SENTENCE.fullmatch(refused.message) and "其余照片不受影响" in refused.message
        assert isinstance(slept.inspect(drawn(tmp_path / "b.png", 2)), Inspected)
