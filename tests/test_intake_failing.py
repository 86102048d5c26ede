"""Photos taken in where something goes wrong: no bad file stops the others or is half kept."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Iterator
from multiprocessing import active_children
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from app import intake, photo_worker
from app.exchange import FORMAT
from app.log import check_rows
from app.photo_worker import PhotoWorker, Refused
from app.workbench import Workbench
from forms.dossier import Photo
from forms.errors import UserError
from tests.app_kit import dies, looked_into
from tests.intake_kit import assert_kept, left_by_a_phone, lying, photos, sha, troubles
from tests.photo_files import photo


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    made = Workbench.open(tmp_path / "data")
    yield made
    made.close()


@pytest.fixture
def dossier_id(bench: Workbench) -> UUID:
    return bench.create("示例·甲厂")


@pytest.fixture
def camera(tmp_path: Path) -> Path:
    return left_by_a_phone(tmp_path)


@pytest.fixture
def many(tmp_path: Path) -> list[Path]:
    """Photos in the order of their names, of which every third takes longer to read."""
    folder = tmp_path / "many"
    folder.mkdir()
    sizes = [(3000, 2000 + n) if n % 3 == 0 else (300, 200 + n) for n in range(9)]
    return [photo(folder / f"{n}.jpg", size=size) for n, size in enumerate(sizes)]


def test_each_photo_is_safe_when_its_progress_comes(
    bench: Workbench, dossier_id: UUID, many: list[Path]
) -> None:
    """Read by another connection, as after a power cut: order, originals, copies and log."""
    for done, step in enumerate(bench.import_photos(dossier_id, many[::-1]), 1):
        assert (step.done, step.total, step.text) == (done, len(many), many[done - 1].name)
        with looked_into(bench.store.folder) as other:
            rows = other.execute("SELECT filename, sha256 FROM photo ORDER BY position").fetchall()
            query = "SELECT jpeg FROM thumb WHERE sha256 = ?"
            thumb = other.execute(query, rows[-1][1:]).fetchone()
        assert [name for name, _ in rows] == [path.name for path in many[:done]]
        assert rows[-1][1] == sha(many[done - 1])
        kept = b"".join(bench.store.vault.pieces("originals", rows[-1][1]))
        assert kept == many[done - 1].read_bytes()
        assert bench.store.vault.path("copies", rows[-1][1]).is_file()
        assert thumb is not None and thumb[0].startswith(b"\xff\xd8\xff")
    dossier, log = bench.whole(dossier_id)
    assert check_rows(log, dossier_id) == "" and not dossier.conflicts
    assert [record.filename for record in dossier.all(Photo)] == [path.name for path in many]


def test_a_cancelled_import_leaves_of_the_others_nothing(
    bench: Workbench, dossier_id: UUID, many: list[Path]
) -> None:
    steps = bench.import_photos(dossier_id, many)
    for _ in range(3):
        next(steps)
    steps.close()  # type: ignore[attr-defined]
    recorded = {record.sha256 for record in photos(bench, dossier_id)}
    assert recorded == {sha(path) for path in many[:3]}
    assert_kept(bench, recorded)
    assert not active_children()


def test_a_cancelled_import_takes_no_copy_from_a_photo_that_is_kept(
    bench: Workbench, dossier_id: UUID, many: list[Path], tmp_path: Path
) -> None:
    """The others that were read ahead are the same photo, or were in the dossier before."""
    again = [Path(shutil.copy(many[0], tmp_path / "many" / f"0{letter}.jpeg")) for letter in "abc"]
    list(bench.import_photos(dossier_id, [many[1]]))
    steps = bench.import_photos(dossier_id, [many[0], *again, many[1]])
    next(steps)
    steps.close()  # type: ignore[attr-defined]
    recorded = {record.sha256 for record in photos(bench, dossier_id)}
    assert recorded == {sha(many[0]), sha(many[1])}
    assert_kept(bench, recorded)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs POSIX signals")
def test_a_worker_that_is_killed_costs_one_photo(
    bench: Workbench, dossier_id: UUID, many: list[Path]
) -> None:
    steps = []
    for step in bench.import_photos(dossier_id, many):
        steps.append(step)
        if len(steps) == 2:
            victim = next(child for child in active_children() if child.name == "photo-worker")
            assert victim.pid is not None
            os.kill(victim.pid, signal.SIGKILL)
    assert len(steps) == len(many)
    lost = troubles(steps)
    assert len(lost) <= 1  # none where it was between two photos
    assert {p.filename for p in photos(bench, dossier_id)} == {p.name for p in many} - set(lost)
    assert all("中断" in sentence for sentence in lost.values())


def test_a_photo_that_changes_while_it_is_taken_in_is_left_out(
    bench: Workbench, dossier_id: UUID, tmp_path: Path
) -> None:
    path = photo(tmp_path / "a.jpg")
    with PhotoWorker() as worker:
        seen = worker.inspect(path, copies=True)
    photo(path, size=(100, 80))
    staged = intake._stage(bench.store, seen)
    assert isinstance(staged.seen, Refused) and "发生变化" in staged.seen.message
    assert lying(bench) == []


def test_a_phone_that_falls_silent_is_not_waited_for(
    bench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pipe that nobody writes to blocks as a phone does that was pulled out."""
    monkeypatch.setattr(intake, "SILENCE", 0.4)
    pipe = tmp_path / "a.jpg"
    os.mkfifo(pipe)
    with pytest.raises(UserError, match="读取时没有回应，没有收入"):
        intake._copied(bench.store, "originals", pipe, "a" * 64)
    assert lying(bench) == []
    os.close(os.open(pipe, os.O_WRONLY))  # let the reading end


def test_a_dossier_that_is_not_there_gets_no_photos(bench: Workbench, camera: Path) -> None:
    with pytest.raises(UserError, match="没有找到这份档案"):
        next(bench.import_photos(uuid4(), [camera]))
    assert lying(bench) == []


def test_garbage_is_named_and_the_rest_goes_on(
    bench: Workbench, dossier_id: UUID, camera: Path
) -> None:
    (camera / "说明.txt").write_text("不是照片")
    (camera / "空.jpg").touch()
    whole = (camera / "a.jpg").read_bytes()
    (camera / "截断.jpg").write_bytes(whole[: len(whole) // 3])
    (camera / "乱.heic").write_bytes(os.urandom(3000))
    os.mkfifo(camera / "pipe.jpg")
    (camera / "dangling.jpg").symlink_to(camera / "没有.jpg")
    steps = list(bench.import_photos(dossier_id, [camera, camera / "不存在.jpg"]))
    bad = {"说明.txt", "空.jpg", "截断.jpg", "乱.heic", "pipe.jpg", "dangling.jpg", "不存在.jpg"}
    assert set(troubles(steps)) == bad
    assert all(text.endswith("。") and name in text for name, text in troubles(steps).items())
    assert {p.filename for p in photos(bench, dossier_id)} == {"a.jpg", "b.PNG", "c.heic"}
    assert_kept(bench, {p.sha256 for p in photos(bench, dossier_id)})


@pytest.mark.skipif(os.name == "nt", reason="file names are text on Windows")
def test_a_name_that_is_no_text_is_taken_in(
    bench: Workbench, dossier_id: UUID, camera: Path
) -> None:
    os.rename(camera / "a.jpg", os.fsencode(camera) + b"/\xff\xfe.jpg")
    assert troubles(list(bench.import_photos(dossier_id, [camera]))) == {}
    assert len(photos(bench, dossier_id)) == 3


def test_too_many_files_are_refused_before_the_first(
    bench: Workbench, dossier_id: UUID, tmp_path: Path
) -> None:
    crowd = tmp_path / "crowd"
    crowd.mkdir()
    photo(crowd / "0.jpg")
    for number in range(1, intake.FILES_CEILING + 1):
        (crowd / f"{number}.jpg").touch()
    with pytest.raises(UserError, match="超过 2000 个，尚未收入任何一个"):
        next(bench.import_photos(dossier_id, [crowd]))
    assert photos(bench, dossier_id) == []


def test_what_cannot_be_kept_is_named_for_each_photo(
    bench: Workbench, dossier_id: UUID, camera: Path
) -> None:
    # A file where the vault's folder would be is as unwritable as a full disk, for root too.
    (bench.store.home / "files").write_text("in the way")
    steps = list(bench.import_photos(dossier_id, [camera]))
    assert set(troubles(steps)) == {"a.jpg", "b.PNG", "c.heic"}
    assert all("没有存上" in text for text in troubles(steps).values())
    assert photos(bench, dossier_id) == []


def test_a_worker_that_does_not_start_is_told(
    bench: Workbench, dossier_id: UUID, camera: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photo_worker, "prepare", dies)
    with pytest.raises(UserError, match="读图程序没有启动，已收入的照片均已保留，其余尚未收入，请"):
        list(bench.import_photos(dossier_id, [camera]))
    assert photos(bench, dossier_id) == [] and not active_children()


def test_a_dossier_whose_photos_no_worker_reads_is_imported_and_says_so(
    bench: Workbench, camera: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shot = camera / "a.jpg"
    written = camera / "dossier.json"
    record = {"id": "p1", "sha256": sha(shot), "filename": "a.jpg", "size": shot.stat().st_size}
    written.write_text(json.dumps({"format": FORMAT, "photo": [record]}), "utf-8")
    monkeypatch.setattr(photo_worker, "prepare", dies)
    with pytest.raises(UserError, match="读图程序没有启动，档案已导入"):
        bench.import_dossier(written)
    assert len(bench.summaries()) == 1
