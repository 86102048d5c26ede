"""Photos without a record of their own, given to a visit by the watermark they bear."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.placing import place_by_watermark
from app.tables import ReadingRow
from app.workbench import Workbench
from forms.dossier import Photo
from forms.watermark import Watermark
from tests.photo_files import photo as photo_file
from tests.photo_files import taken
from tests.test_examine import shot
from tests.window_kit import opened

DAY = dt.date(2025, 6, 17)
READ = Watermark(day=DAY, clock=dt.time(9, 5))


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    with opened(tmp_path / "data") as made:
        yield made


@pytest.fixture
def dossier(bench: Workbench) -> UUID:
    return bench.create("示例・归入")


@pytest.fixture
def visit(bench: Workbench, dossier: UUID) -> UUID:
    made = bench.add(dossier, "visit", date=DAY)
    bench.add(dossier, "stay", made, start="09:00", end="11:30")
    return made


def only(bench: Workbench, dossier: UUID) -> Photo:
    (found,) = bench.dossier(dossier).all(Photo)
    return found


def taken_in(bench: Workbench, dossier: UUID, path: Path, visit: UUID | None = None) -> Photo:
    list(bench.import_photos(dossier, [path], visit))
    return only(bench, dossier)


def read(bench: Workbench, photo: Photo, mark: Watermark) -> Photo:
    """The watermark was read just now."""
    row = ReadingRow(sha256=photo.sha256, engine="test", watermark=mark.model_dump_json())
    with bench.writing() as writing:
        writing[0].merge(row)
    with bench.writing() as writing:
        place_by_watermark(writing, photo.dossier_id, photo.sha256)
    return only(bench, photo.dossier_id)


def test_a_photo_of_a_messenger_goes_to_its_visit_once_it_was_read(
    bench: Workbench, dossier: UUID, visit: UUID, tmp_path: Path
) -> None:
    path = shot(tmp_path / "mmexport1.jpg", "2025-06-17 09:05 星期二")
    before = taken_in(bench, dossier, path)
    assert (before.visit, before.kind) == (None, "")
    list(bench.examine(dossier))
    after = only(bench, dossier)
    assert (after.visit, after.kind) == (visit, "入场")
    rows = [row for row in bench.whole(dossier)[1] if row.record_id == after.id]
    assert {"visit", "kind"} <= {row.field for row in rows}
    assert all(row.link for row in rows)  # nothing is left open, as if somebody still typed


def test_what_was_read_before_it_came_places_it_at_once(
    bench: Workbench, dossier: UUID, visit: UUID, tmp_path: Path
) -> None:
    path = photo_file(tmp_path / "a.jpg")
    other = bench.create("示例・另一份")
    read(bench, taken_in(bench, other, path), READ)
    assert only(bench, other).visit is None
    found = taken_in(bench, dossier, path)
    assert (found.visit, found.kind) == (visit, "入场")


def test_a_photo_of_a_visit_is_given_its_kind(
    bench: Workbench, dossier: UUID, visit: UUID, tmp_path: Path
) -> None:
    found = taken_in(bench, dossier, photo_file(tmp_path / "a.jpg"), visit)
    late = READ.model_copy(update={"clock": dt.time(11, 25)})
    assert read(bench, found, late).kind == "离场"


@pytest.mark.parametrize(
    "mark",
    [
        Watermark(),
        Watermark(day=DAY),
        READ.model_copy(update={"unsure": frozenset({"clock"})}),
        READ.model_copy(update={"unsure": frozenset({"day"})}),
        READ.model_copy(update={"day": dt.date(2025, 6, 18)}),
    ],
)
def test_nothing_is_proposed_from_what_is_unsure_or_of_another_day(
    bench: Workbench, dossier: UUID, visit: UUID, tmp_path: Path, mark: Watermark
) -> None:
    found = read(bench, taken_in(bench, dossier, photo_file(tmp_path / "a.jpg")), mark)
    assert (found.visit, found.kind) == (None, "")


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({"visit": None}, (None, "")),
        ({"kind": "其他"}, ("here", "其他")),
        ({"kind": ""}, ("here", "")),
        ({"stated_none": True}, (None, "")),
        ({"stated_date": dt.date(2025, 6, 18)}, (None, "")),
    ],
)
def test_what_a_person_said_stands(
    bench: Workbench,
    dossier: UUID,
    visit: UUID,
    tmp_path: Path,
    fields: dict[str, Any],
    kept: tuple[str | None, str],
) -> None:
    found = taken_in(bench, dossier, photo_file(tmp_path / "a.jpg"))
    for name, value in fields.items():
        bench.put(dossier, "photo", found.id, name, value)
    after = read(bench, found, READ)
    assert ("here" if after.visit == visit else after.visit, after.kind) == kept


def test_a_photo_with_a_record_of_its_own_stays_where_that_put_it(
    bench: Workbench, dossier: UUID, visit: UUID, tmp_path: Path
) -> None:
    path = photo_file(tmp_path / "a.jpg", detail=taken("2025:06:18 09:05:12"))
    found = read(bench, taken_in(bench, dossier, path), READ)
    assert (found.visit, found.kind) == (None, "")
