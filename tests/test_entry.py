"""A new entry in one go: what `Workbench.add` would have written, edit by edit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.entry import NewEntry
from app.log import LogRow, check_rows
from app.workbench import Workbench
from forms.dossier import Photo
from forms.errors import UserError

VALUES: dict[str, Any] = {
    "sha256": "a" * 64, "filename": "门口.jpg", "size": 12, "facts": {"width": 3}, "kind": "入场",
}  # fmt: skip


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    made = Workbench.open(tmp_path / "data")
    made.set_person("王工")
    yield made
    made.close()


def enter(bench: Workbench, dossier_id: UUID, values: dict[str, Any]) -> UUID:
    with bench.writing() as (session, _log, _records):
        device, person = bench.store.device, bench.person
        return NewEntry(session, device, person, dossier_id).write(Photo, values)


def rows(bench: Workbench, dossier_id: UUID, record: UUID) -> list[LogRow]:
    return [row for row in bench.whole(dossier_id)[1] if row.record_id == record]


def told(row: LogRow) -> tuple[object, ...]:
    return row.form, row.field, row.value, row.supersedes, row.person, row.device, row.live


def test_it_is_what_adding_would_have_made(bench: Workbench) -> None:
    dossier_id = bench.create("示例·甲厂")
    added = bench.add(dossier_id, "photo", **VALUES)
    entered = enter(bench, dossier_id, VALUES)
    one, other = bench.dossier(dossier_id).all(Photo)
    assert (one.id, other.id) == (added, entered)
    assert one.position < other.position
    both = [record.model_dump(exclude={"id", "position"}) for record in (one, other)]
    assert both[0] == both[1]
    for mine, theirs in zip(
        rows(bench, dossier_id, entered), rows(bench, dossier_id, added), strict=True
    ):
        assert mine.field == "position" or told(mine) == told(theirs)
    dossier, log = bench.whole(dossier_id)
    assert check_rows(log, dossier_id) == "" and not dossier.conflicts
    assert len({row.counter for row in log}) == len(log)


def test_what_is_being_typed_gets_its_place_first(bench: Workbench) -> None:
    dossier_id = bench.create("示例·甲厂")
    enterprise = bench.dossier(dossier_id).records["enterprise"][0]
    bench.put(dossier_id, "enterprise", enterprise.id, "name", "示例·乙厂")
    enter(bench, dossier_id, VALUES)
    bench.put(dossier_id, "enterprise", enterprise.id, "name", "示例·丙厂")
    log = bench.whole(dossier_id)[1]
    assert check_rows(log, dossier_id) == ""
    names = [row.payload() for row in log if row.field == "name"]
    assert names == ["示例·甲厂", "示例·乙厂", "示例·丙厂"]


def test_it_stands_last_whatever_positions_came_from_outside(bench: Workbench) -> None:
    dossier_id = bench.create("示例·甲厂")
    foreign = bench.add(dossier_id, "photo", **VALUES)
    bench.put(dossier_id, "photo", foreign, "position", "~no index")
    bench.seal(dossier_id)
    made = [enter(bench, dossier_id, VALUES) for _ in range(3)]
    assert [photo.id for photo in bench.dossier(dossier_id).all(Photo)] == [foreign, *made]


@pytest.mark.parametrize(("name", "value"), [("colour", "red"), ("size", "large"), ("facts", 3)])
def test_what_is_refused_leaves_nothing(name: str, value: object, bench: Workbench) -> None:
    dossier_id = bench.create("示例·甲厂")
    before = len(bench.whole(dossier_id)[1])
    with pytest.raises(UserError):
        enter(bench, dossier_id, {**VALUES, name: value})
    assert bench.dossier(dossier_id).all(Photo) == []
    assert len(bench.whole(dossier_id)[1]) == before
