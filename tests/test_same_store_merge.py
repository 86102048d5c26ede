"""Logs that are merged on three databases: the same comes of it, in whichever order."""

from __future__ import annotations

import random
from pathlib import Path
from uuid import uuid4

import pytest

from app.log import PURGED, LogRow, check_rows
from app.purge import purge
from app.workbench import Workbench
from forms.dossier import Enterprise, Equipment
from forms.errors import UserError
from forms.record import single_id
from tests.same_store_kit import (
    Laptop,
    _databases,
    conflicts,
    content,
    databases,
    give,
    laptop,
    play,
)


def test_random_edits_of_two_laptops_come_to_the_same_in_either_order(
    laptop: Laptop, tmp_path: Path
) -> None:
    one, two = laptop("王示例"), laptop("李示例")
    third = Workbench.open(tmp_path / "third")  # the store as every laptop has it
    dossier_id = one.create("示例")
    dice = random.Random(20)
    for _ in range(2):
        play(one, dossier_id, dice, 16)
        give(one, two, dossier_id)
        play(one, dossier_id, dice, 14)
        play(two, dossier_id, dice, 14)
        give(two, one, dossier_id)
        give(one, two, dossier_id)
        give(one, third, dossier_id)
        give(two, third, dossier_id)
        found = content(one.dossier(dossier_id))
        assert found == content(two.dossier(dossier_id)) == content(third.dossier(dossier_id))
        told = conflicts(one, dossier_id)
        assert told == conflicts(two, dossier_id) == conflicts(third, dossier_id)
        assert any(at[1] == "withdrawn" for at in told) and len(told) > 2
        give(two, one, dossier_id)
        assert content(one.dossier(dossier_id)) == found
    third.close()


def test_a_choice_ends_a_conflict_and_an_ordinary_edit_does_not(laptop: Laptop) -> None:
    one, two = laptop("王示例"), laptop("李示例")
    dossier_id = one.create("示例")
    give(one, two, dossier_id)
    at = single_id(dossier_id, "enterprise"), "phone"
    one.put(dossier_id, "enterprise", *at, "甲")
    two.put(dossier_id, "enterprise", *at, "乙")
    give(two, one, dossier_id)
    assert list(conflicts(one, dossier_id)) == [at]
    assert one.dossier(dossier_id).conflicts == {at}
    one.put(dossier_id, "enterprise", *at, "丙")
    assert list(conflicts(one, dossier_id)) == [at]
    one.choose(dossier_id, "enterprise", *at, "丁")
    assert conflicts(one, dossier_id) == {}
    give(one, two, dossier_id)
    assert two.dossier(dossier_id).one(Enterprise).phone == "丁"
    assert conflicts(two, dossier_id) == {}


def test_what_was_purged_is_gone_and_no_merge_revives_it(laptop: Laptop) -> None:
    one, two = laptop("王示例"), laptop("李示例")
    dossier_id = one.create("示例")
    record = one.add(dossier_id, "equipment", name="秘密车床")
    give(one, two, dossier_id)
    two.put(dossier_id, "equipment", record, "maker", "秘密厂家")
    give(two, one, dossier_id)
    before = [LogRow(**row.model_dump()) for row in two.whole(dossier_id)[1]]
    # What SQLite's file holds besides is of no concern here, and PostgreSQL's is the server's.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.purge.scour", lambda _store: "")
        list(purge(one, dossier_id, "equipment", record, "企业要求"))
    give(one, two, dossier_id)
    for bench in (one, two):
        with bench.writing() as (_, log, records):
            records.rebuild(dossier_id, log.unite(dossier_id, before))
        _, rows = bench.whole(dossier_id)
        assert check_rows(rows, dossier_id) == ""
        assert not [row for row in rows if "秘密" in (row.value or "")]
        assert [row.payload() for row in rows if row.field == PURGED] == ["企业要求"]
        assert not bench.dossier(dossier_id).all(Equipment)


def test_two_copies_of_one_folder_are_told_and_nothing_is_taken(laptop: Laptop) -> None:
    one, two, copy = laptop("王示例"), laptop("李示例"), laptop("副本")
    dossier_id = one.create("示例")
    give(one, copy, dossier_id)
    copy.store.device = one.store.device
    record = single_id(dossier_id, "enterprise")
    one.put(dossier_id, "enterprise", record, "phone", "甲")
    copy.put(dossier_id, "enterprise", record, "phone", "乙")
    give(one, two, dossier_id)
    before = content(two.dossier(dossier_id))
    with pytest.raises(UserError, match="副本"):
        give(copy, two, dossier_id)
    assert content(two.dossier(dossier_id)) == before


def test_one_file_imported_on_two_laptops_is_one_history(laptop: Laptop) -> None:
    one, two = laptop("王示例"), laptop("李示例")
    mapping = {
        "format": "zhengai-dossier/1",
        "id": str(uuid4()),
        "enterprise": {"name": "示例", "phone": "1"},
        "equipment": [{"name": "车床", "quantity": 2}],
    }
    dossier_id = one.import_mapping(mapping)
    assert two.import_mapping(mapping) == dossier_id
    with pytest.raises(UserError, match="已在本机"):
        one.import_mapping(mapping)
    give(one, two, dossier_id)
    assert conflicts(two, dossier_id) == {}
    assert content(two.dossier(dossier_id)) == content(one.dossier(dossier_id))
