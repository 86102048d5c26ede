"""Photos and attachments: kept by their bytes, never altered, and no bad file stops the others."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from multiprocessing import active_children
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from PIL import ExifTags, Image
from sqlmodel import select

from app import intake, photo_worker
from app.exchange import FORMAT
from app.log import check_rows
from app.photo_reading import read_facts
from app.photo_worker import PhotoWorker, Refused
from app.progress import Progress
from app.tables import ThumbRow
from app.vault import DamagedError
from app.workbench import Workbench
from forms.dossier import Attachment, Photo, Visit
from forms.errors import UserError
from forms.photo_facts import PhotoFacts
from tests.app_kit import dies, looked_into
from tests.photo_files import photo, taken

HEIC = Path(__file__).parent / "files" / "gate.heic"


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
    """A folder as a phone leaves it: below one another, hidden ones and other files among them."""
    folder = tmp_path / "相机 6月"
    (folder / "下午" / ".缩略图").mkdir(parents=True)
    photo(folder / "a.jpg", detail=taken("2025:06:17 09:05:00"), size=(1600, 1200))
    photo(folder / "下午" / "b.PNG", detail=taken("2025:06:18 13:00:00"), size=(1600, 1200))
    shutil.copy(HEIC, folder / "下午" / "c.heic")
    photo(folder / "下午" / ".缩略图" / "hidden.jpg")
    (folder / ".DS_Store").write_bytes(b"x")
    (folder / "下午" / "circle").symlink_to(folder)
    return folder


@pytest.fixture
def many(tmp_path: Path) -> list[Path]:
    """Photos in the order of their names, of which every third takes longer to read."""
    folder = tmp_path / "many"
    folder.mkdir()
    sizes = [(3000, 2000 + n) if n % 3 == 0 else (300, 200 + n) for n in range(9)]
    return [photo(folder / f"{n}.jpg", size=size) for n, size in enumerate(sizes)]


def sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def photos(bench: Workbench, dossier_id: UUID) -> list[Photo]:
    return bench.dossier(dossier_id).all(Photo)


def lying(bench: Workbench) -> list[Path]:
    """Every file in the vault, with what was staged and has no place."""
    return [path for path in (bench.store.home / "files").rglob("*") if path.is_file()]


def thumbs(bench: Workbench) -> set[str]:
    with bench.store.session() as session:
        return set(session.exec(select(ThumbRow.sha256)).all())


def assert_kept(bench: Workbench, digests: set[str]) -> None:
    """Exactly these photos lie in the store, each with both of its copies."""
    vault = bench.store.vault
    wanted = {vault.path(area, digest) for area in ("originals", "copies") for digest in digests}
    assert set(lying(bench)) == wanted
    assert thumbs(bench) == digests


def troubles(steps: list[Progress]) -> dict[str, str]:
    return {step.text: step.trouble for step in steps if step.trouble}


def test_a_folder_is_taken_in_whole(bench: Workbench, dossier_id: UUID, camera: Path) -> None:
    before = {path: path.read_bytes() for path in camera.rglob("*") if path.is_file()}
    steps = list(bench.import_photos(dossier_id, [camera]))
    assert [(step.done, step.total) for step in steps] == [(1, 3), (2, 3), (3, 3)]
    assert troubles(steps) == {}
    found = {record.filename: record for record in photos(bench, dossier_id)}
    assert set(found) == {"a.jpg", "b.PNG", "c.heic"}
    for name, record in found.items():
        (source,) = camera.rglob(name)
        assert bench.picture(record, "original") == source.read_bytes()
        assert (record.sha256, record.size) == (sha(source), source.stat().st_size)
        for size, limit in (("thumb", 400), ("report", 1280)):
            with Image.open(BytesIO(bench.picture(record, size))) as copy:
                assert (copy.format, max(copy.size) <= limit) == ("JPEG", True)
                assert not copy.getexif()
    assert found["c.heic"].facts["make"] == "SAMPLE"
    assert found["c.heic"].facts["taken_local"] == "2025-06-17T09:05:00"
    assert {path: path.read_bytes() for path in camera.rglob("*") if path.is_file()} == before


def test_a_photo_goes_to_the_visit_of_its_day(
    bench: Workbench, dossier_id: UUID, camera: Path
) -> None:
    visit = bench.add(dossier_id, "visit", date="2025-06-17")
    bench.add(dossier_id, "stay", parent=visit, start="09:00", end="11:30")
    list(bench.import_photos(dossier_id, [camera]))
    found = {record.filename: record for record in photos(bench, dossier_id)}
    assert (found["a.jpg"].visit, found["a.jpg"].kind) == (visit, "入场")
    assert (found["b.PNG"].visit, found["b.PNG"].kind) == (None, "")
    other = bench.add(dossier_id, "visit", date="2025-07-01")
    list(bench.import_photos(dossier_id, [camera / "a.jpg"], other))
    assert [p.visit for p in photos(bench, dossier_id) if p.filename == "a.jpg"] == [visit, other]


def test_the_same_photo_twice_is_named_and_kept_once(
    bench: Workbench, dossier_id: UUID, camera: Path
) -> None:
    shutil.copy(camera / "a.jpg", camera / "副本.jpg")
    steps = list(bench.import_photos(dossier_id, [camera / "a.jpg", camera]))
    assert set(troubles(steps)) == {"a.jpg", "副本.jpg"}
    assert len(photos(bench, dossier_id)) == 3
    assert set(troubles(list(bench.import_photos(dossier_id, [camera])))) == {
        "a.jpg", "副本.jpg", "b.PNG", "c.heic"
    }  # fmt: skip
    record = next(p for p in photos(bench, dossier_id) if p.filename == "a.jpg")
    bench.withdraw(dossier_id, "photo", record.id)
    assert troubles(list(bench.import_photos(dossier_id, [camera / "a.jpg"]))) == {}
    assert_kept(bench, {p.sha256 for p in photos(bench, dossier_id)})


@pytest.mark.parametrize("facts", [{}, {"width": "宽"}])
def test_a_photo_whose_facts_are_missing_gets_them_when_it_comes_again(
    bench: Workbench, dossier_id: UUID, camera: Path, facts: dict[str, str]
) -> None:
    """As from a dossier.json that said no more of it than its hash."""
    path = camera / "a.jpg"
    visit = bench.add(dossier_id, "visit", date="2025-06-17")
    known = bench.add(
        dossier_id, "photo", sha256=sha(path), visit=visit, caption="大门", facts=facts
    )
    (step,) = bench.import_photos(dossier_id, [path], visit)
    assert (step.trouble, step.record) == ("", known)
    (found,) = photos(bench, dossier_id)
    assert PhotoFacts.model_validate(found.facts) == read_facts(path)
    assert (found.size, found.caption) == (path.stat().st_size, "大门")
    dossier, log = bench.whole(dossier_id)
    assert check_rows(log, dossier_id) == "" and not dossier.conflicts
    assert "没有重复收入" in next(bench.import_photos(dossier_id, [path], visit)).trouble


def test_progress_names_the_record_of_each_photo_new_or_known(
    bench: Workbench, dossier_id: UUID, camera: Path
) -> None:
    (first,) = bench.import_photos(dossier_id, [camera / "a.jpg"])
    assert [first.record] == [photo.id for photo in photos(bench, dossier_id)]
    visit = bench.add(dossier_id, "visit", date="2025-06-17")
    (again,) = bench.import_photos(dossier_id, [camera / "a.jpg"])  # its day has a visit by now
    assert again.record == first.record and "已在本档案" in again.trouble
    (moved,) = bench.import_photos(dossier_id, [camera / "a.jpg"], visit)
    assert moved.record not in (None, first.record) and not moved.trouble
    bad = camera / "bad.jpg"
    bad.write_bytes(b"\xff\xd8\xff\xe0 nothing more")
    (refused,) = bench.import_photos(dossier_id, [bad])
    assert refused.record is None and refused.trouble


def test_copies_that_went_missing_are_made_again(
    bench: Workbench, dossier_id: UUID, camera: Path
) -> None:
    list(bench.import_photos(dossier_id, [camera]))
    records = photos(bench, dossier_id)
    before = {p.id: bench.picture(p, "report") for p in records}
    for record in records:
        bench.store.vault.path("copies", record.sha256).unlink()
    forget_thumbs(bench)
    assert {p.id: bench.picture(p, "report") for p in records} == before
    for record in records:  # nor does a power cut in the middle of one cost anything
        sealed = bench.store.vault.path("copies", record.sha256)
        sealed.write_bytes(sealed.read_bytes()[:-1])
    assert {p.id: bench.picture(p, "report") for p in records} == before
    for record in records:
        with Image.open(BytesIO(bench.picture(record, "thumb"))) as copy:
            assert (copy.format, max(copy.size)) == ("JPEG", 400)
    assert_kept(bench, {p.sha256 for p in records})


def test_what_of_a_photo_is_damaged_or_gone_is_told(
    bench: Workbench, dossier_id: UUID, camera: Path
) -> None:
    list(bench.import_photos(dossier_id, [camera]))
    first, second, third = photos(bench, dossier_id)
    vault = bench.store.vault
    for record in (first, second, third):
        vault.path("copies", record.sha256).unlink()
    forget_thumbs(bench)
    vault.path("originals", first.sha256).write_bytes(b"\xff\xd8 rotten")
    vault.path("originals", second.sha256).unlink()
    # Sealed as it should be, and no picture all the same: whoever has the key may write anything.
    vault.path("originals", third.sha256).unlink()
    vault.put("originals", third.sha256, b"\xff\xd8 rotten")
    for size in ("thumb", "report", "full", "original"):
        with pytest.raises(DamagedError, match="存件已损坏，其余内容不受影响"):
            bench.picture(first, size)
        with pytest.raises(FileNotFoundError):
            bench.picture(second, size)
    for size in ("thumb", "report", "full"):
        with pytest.raises(UserError, match="不是可读取的图片"):
            bench.picture(third, size)
    assert thumbs(bench) == set()


def forget_thumbs(bench: Workbench) -> None:
    with bench.writing() as (session, _log, _records):
        for row in session.exec(select(ThumbRow)).all():
            session.delete(row)


def test_what_was_reported_before_a_cancel_stays(
    bench: Workbench, dossier_id: UUID, camera: Path
) -> None:
    steps = bench.import_photos(dossier_id, [camera])
    assert next(steps).text == "a.jpg"
    assert next(steps).text == "b.PNG"
    steps.close()  # type: ignore[attr-defined]
    assert {p.filename for p in photos(bench, dossier_id)} == {"a.jpg", "b.PNG"}
    assert not list(bench.store.folder.rglob("*.part*"))
    steps = bench.import_photos(dossier_id, [camera])
    assert set(troubles(list(steps))) == {"a.jpg", "b.PNG"}
    assert len(photos(bench, dossier_id)) == 3


def test_twins_of_one_import_are_copied_apart(
    bench: Workbench, dossier_id: UUID, tmp_path: Path
) -> None:
    """One thread may stage the second before the first was placed."""
    path = photo(tmp_path / "a.jpg")
    with PhotoWorker() as worker:
        seen = worker.inspect(path, copies=True)
    staged = [intake._stage(bench.store, seen) for _ in range(2)]
    assert [len(one.staged) for one in staged] == [2, 2]
    assert len({each.part for one in staged for each in one.staged}) == 4
    told = [intake.take(bench, dossier_id, one, None)[0] for one in staged]
    assert told[0] == "" and "没有重复收入" in told[1]
    (record,) = photos(bench, dossier_id)
    assert bench.picture(record, "original") == path.read_bytes()
    assert not list(bench.store.folder.rglob("*.part*"))


def test_copies_read_behind_a_large_photo_are_no_losses(
    bench: Workbench, dossier_id: UUID, tmp_path: Path
) -> None:
    photo(tmp_path / "0.jpg", size=(6000, 4500))
    for n in range(1, 4):
        path = photo(tmp_path / f"{n}.jpg", size=(300, 200 + n))
        shutil.copy(path, tmp_path / f"{n}副本.jpg")
    told = troubles(list(bench.import_photos(dossier_id, sorted(tmp_path.glob("*.jpg")))))
    assert set(told) == {"1副本.jpg", "2副本.jpg", "3副本.jpg"}
    assert all("没有重复收入" in sentence for sentence in told.values())


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif", ".heic"])
def test_every_format_comes_in_with_its_facts_and_upright(
    bench: Workbench, dossier_id: UUID, tmp_path: Path, suffix: str
) -> None:
    path = photo(
        tmp_path / f"门口{suffix}",
        # pillow-heif writes no turn into the file, and without one a HEIC is shown as it is.
        main={ExifTags.Base.Make: "SAMPLE", ExifTags.Base.Orientation: 6},
        detail=taken("2025:06:17 09:05:12", "+08:00", "054"),
        size=(1600, 1200),
    )
    assert troubles(list(bench.import_photos(dossier_id, [path]))) == {}
    (record,) = photos(bench, dossier_id)
    facts = PhotoFacts.model_validate(record.facts)
    assert facts == read_facts(path)
    assert (facts.make, facts.taken_local) == ("SAMPLE", datetime(2025, 6, 17, 9, 5, 12, 54_000))
    assert bench.picture(record, "original") == path.read_bytes()
    for name, side in (("report", 1280), ("thumb", 400)):
        with Image.open(BytesIO(bench.picture(record, name))) as copy:
            turned = suffix != ".heic"
            assert copy.size == ((side * 3 // 4, side) if turned else (side, side * 3 // 4))
            red = copy.getpixel((5, 5))
            blue = copy.getpixel((5, copy.height - 5) if turned else (copy.width - 5, 5))
            assert isinstance(red, tuple) and red[0] > 150 > red[2]
            assert isinstance(blue, tuple) and blue[2] > 150 > blue[0]


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


# Attachments


def test_an_attachment_is_kept_as_it_is(bench: Workbench, dossier_id: UUID, tmp_path: Path) -> None:
    source = tmp_path / "协议 扫描件.PDF"
    source.write_bytes(b"%PDF-1.4 " + os.urandom(5000))
    made = bench.attach(dossier_id, source, "协议", proves="已签订协议")
    bench.attach(dossier_id, source, "协议", name="同一文件")
    first, second = bench.dossier(dossier_id).all(Attachment)
    assert (first.id, first.name, first.filename) == (made, "协议 扫描件", "协议 扫描件.PDF")
    assert (first.sha256, first.size) == (sha(source), source.stat().st_size)
    for each in (first, second):
        kept = bench.attachment(each)
        assert (kept.exists(), kept.read(), kept.suffix) == (True, source.read_bytes(), ".pdf")
    assert len(lying(bench)) == 1


def test_a_large_attachment_is_no_photo(bench: Workbench, dossier_id: UUID, tmp_path: Path) -> None:
    large = tmp_path / "录像.mp4"
    with large.open("wb") as stream:
        stream.truncate(90 * 1024 * 1024)
    bench.attach(dossier_id, large)
    with large.open("wb") as stream:
        stream.truncate(intake.ATTACHMENT_CEILING + 1)
    with pytest.raises(UserError, match="超过 200 兆字节"):
        bench.attach(dossier_id, large)
    assert len(bench.dossier(dossier_id).all(Attachment)) == 1


def test_what_is_no_file_is_not_attached(
    bench: Workbench, dossier_id: UUID, tmp_path: Path
) -> None:
    (tmp_path / "空.pdf").touch()
    os.mkfifo(tmp_path / "pipe")
    for name in ("没有.pdf", "空.pdf", "pipe", "."):
        with pytest.raises(UserError, match="没有收入"):
            bench.attach(dossier_id, tmp_path / name)
    with pytest.raises(UserError, match="没有收入"):
        bench.attach(dossier_id, Path("/proc/self/mem"))
    assert bench.dossier(dossier_id).all(Attachment) == []


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 64 + "\n"])
def test_a_hash_from_outside_leads_nowhere(digest: str, bench: Workbench) -> None:
    dossier_id = bench.create("示例·甲厂")
    bench.add(dossier_id, "photo", sha256=digest, filename="/etc/passwd")
    bench.add(dossier_id, "attachment", sha256=digest, filename="../x")
    dossier = bench.dossier(dossier_id)
    with pytest.raises(UserError, match="指纹不合规定"):
        bench.picture(dossier.all(Photo)[0])
    with pytest.raises(UserError, match="指纹不合规定"):
        bench.attachment(dossier.all(Attachment)[0])


def test_an_ending_from_outside_is_none_that_leads_elsewhere(
    bench: Workbench, dossier_id: UUID
) -> None:
    for name in ("a.../../x", "a.jp\0g", "a." + "长" * 50, "a.JPG ", "无"):
        bench.add(dossier_id, "attachment", sha256="a" * 64, filename=name)
    held = bench.dossier(dossier_id).all(Attachment)
    endings = [bench.attachment(each).suffix for each in held]
    assert endings == ["", ".jpg", ".", ".jpg", ""]
    assert not any(bench.attachment(each).exists() for each in held)


# Files beside an imported dossier


def test_files_beside_a_dossier_are_found_by_their_bytes(
    bench: Workbench, camera: Path, tmp_path: Path
) -> None:
    shot, proof = camera / "a.jpg", tmp_path / "证明.pdf"
    proof.write_bytes(b"%PDF-1.4")
    fake = tmp_path / "假照片.jpg"
    fake.write_bytes(b"no picture at all")
    outside = tmp_path / "外面.pdf"
    outside.write_bytes(b"outside")
    unpacked = tmp_path / "解开"
    (unpacked / "照片").mkdir(parents=True)
    shutil.copy(shot, unpacked / "照片" / "001-入场.jpg")
    shutil.copy(proof, unpacked / "x.pdf")
    shutil.copy(fake, unpacked / "y.jpg")
    (unpacked / "link.pdf").symlink_to(outside)
    (unpacked / "空").touch()
    os.mkfifo(unpacked / "pipe")
    mapping = {
        "format": FORMAT,
        "photo": [
            {"id": "p1", "sha256": sha(shot), "filename": "a.jpg", "size": shot.stat().st_size},
            {"id": "p2", "sha256": sha(fake), "filename": "y.jpg", "size": fake.stat().st_size},
            {"id": "p3", "sha256": "b" * 64, "filename": "没有.jpg"},
        ],
        "attachment": [
            {"id": "a1", "sha256": sha(proof), "filename": "证明.pdf", "name": "证明"},
            {"id": "a2", "sha256": sha(outside), "filename": "外面.pdf", "name": "外面"},
            {"id": "a3", "sha256": sha(shot), "filename": "a.jpg", "name": "同一张"},
        ],
    }
    written = unpacked / "dossier.json"
    written.write_text(json.dumps(mapping), "utf-8")
    dossier = bench.dossier(bench.import_dossier(written))
    vault = bench.store.vault
    kept = {p.filename: vault.path("originals", p.sha256).exists() for p in dossier.all(Photo)}
    assert kept == {"a.jpg": True, "y.jpg": False, "没有.jpg": False}
    attached = {a.name: bench.attachment(a).exists() for a in dossier.all(Attachment)}
    assert attached == {"证明": True, "外面": False, "同一张": True}
    assert not dossier.all(Visit)
