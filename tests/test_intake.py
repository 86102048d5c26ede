"""Photos taken in: kept by their bytes, never altered, in every format, and with their copies."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from PIL import ExifTags, Image
from sqlmodel import select

from app import intake
from app.log import check_rows
from app.photo_reading import read_facts
from app.photo_worker import PhotoWorker
from app.tables import ThumbRow
from app.vault import DamagedError
from app.workbench import Workbench
from forms.errors import UserError
from forms.photo_facts import PhotoFacts
from tests.intake_kit import assert_kept, left_by_a_phone, photos, sha, thumbs, troubles
from tests.photo_files import photo, taken


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
