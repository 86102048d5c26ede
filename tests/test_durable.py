"""Nothing that was acknowledged is lost: by a power cut, a scanner, a share, a long pause."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app import doctor, durable
from app.photo_worker import Inspected, PhotoWorker, Refused
from tests.photo_files import drawn, photo

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
