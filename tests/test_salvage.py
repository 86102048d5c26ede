"""A damaged store: set aside untouched, and had back from backup and what can still be read."""

from __future__ import annotations

import random
from pathlib import Path
from uuid import UUID

import pytest

from app import backups, salvage
from app.database import DamagedStoreError
from app.workbench import Workbench
from forms.dossier import Enterprise
from forms.errors import UserError
from forms.record import single_id


def worked(folder: Path, *, after: int) -> tuple[Path, UUID]:
    """A store with a backup and, after that, so many edits; its database, and its dossier."""
    bench = Workbench.open(folder)
    dossier = bench.create("示例厂")
    record = single_id(dossier, "enterprise")
    for number in range(30):
        bench.put(dossier, "enterprise", record, "address", f"示例路 {number} 号")
        bench.seal(dossier)
    list(backups.back_up(bench.store))
    for number in range(after):
        bench.put(dossier, "enterprise", record, "contact", f"联系人 {number}")
        bench.seal(dossier)
    path = bench.store.database
    bench.close()
    return path, dossier


def spoil(path: Path, pages: list[int]) -> bytes:
    raw = bytearray(path.read_bytes())
    for page in pages:
        raw[page * 4096 + 100 : page * 4096 + 200] = bytes(100)
    path.write_bytes(raw)
    return bytes(raw)


def test_a_first_page_that_is_spoilt_is_noticed_and_the_backup_offered(data_folder: Path) -> None:
    path, dossier = worked(data_folder, after=3)
    spoilt = spoil(path, [0])
    with pytest.raises(DamagedStoreError):
        Workbench.open(data_folder)
    rescue = salvage.survey(data_folder)
    assert rescue.rows == () and "此后的修改不能读出" in rescue.told
    list(salvage.restore(data_folder, rescue))
    bench = Workbench.open(data_folder)
    assert bench.dossier(dossier).one(Enterprise).address == "示例路 29 号"
    assert bench.dossier(dossier).one(Enterprise).contact == ""
    assert bench.store.integrity() == []
    bench.close()
    (aside,) = path.parent.glob("damaged-*")
    assert (aside / "zhengai.db").read_bytes() == spoilt


@pytest.mark.parametrize("seed", range(4))
def test_what_can_be_read_is_read_out_of_the_damaged_one(data_folder: Path, seed: int) -> None:
    path, dossier = worked(data_folder, after=40)
    pages = path.stat().st_size // 4096
    (path.parent / "open").touch()  # it crashed, and so is looked through
    spoil(path, random.Random(seed).sample(range(5, pages), 3))
    with pytest.raises(DamagedStoreError):
        Workbench.open(data_folder)
    rescue = salvage.survey(data_folder)
    list(salvage.restore(data_folder, rescue))
    bench = Workbench.open(data_folder)
    enterprise = bench.dossier(dossier).one(Enterprise)
    assert enterprise.address == "示例路 29 号"
    assert enterprise.contact in ("", *(f"联系人 {n}" for n in range(40)))
    if rescue.rows:
        assert enterprise.contact and "读出此后的修改" in rescue.told
    _, rows = bench.whole(dossier)
    assert rows and bench.store.integrity() == []
    bench.put(dossier, "enterprise", single_id(dossier, "enterprise"), "contact", "新联系人")
    bench.close()


def test_all_edits_come_back_where_only_the_rest_is_spoilt(data_folder: Path) -> None:
    path, dossier = worked(data_folder, after=5)
    (path.parent / "open").touch()
    rescue = salvage.survey(data_folder)
    assert len(rescue.rows) == 5
    list(salvage.restore(data_folder, rescue))
    bench = Workbench.open(data_folder)
    assert bench.dossier(dossier).one(Enterprise).contact == "联系人 4"
    bench.close()


def test_a_row_that_was_changed_is_not_taken(data_folder: Path) -> None:
    path, dossier = worked(data_folder, after=5)
    bench = Workbench.open(data_folder)
    with bench.store.session() as session:
        session.connection().exec_driver_sql(
            "UPDATE log SET value = '\"假\"' WHERE field = 'contact' AND value LIKE '%2%'"
        )
        session.commit()
    bench.close()
    rescue = salvage.survey(data_folder)
    assert [row.payload() for row in rescue.rows] == ["联系人 0", "联系人 1"]
    assert rescue.backup.path.parent.parent == path.parent
    assert dossier in {row.dossier_id for row in rescue.rows}


def test_without_a_whole_backup_nothing_is_touched(data_folder: Path) -> None:
    path, _dossier = worked(data_folder, after=0)
    for backup in (path.parent / "backups").glob("*.db"):
        backup.write_bytes(b"spoilt")
    spoil(path, [0])
    before = {each: each.read_bytes() for each in data_folder.rglob("*") if each.is_file()}
    with pytest.raises(UserError, match="没有完好的备份"):
        salvage.survey(data_folder)
    assert {each: each.read_bytes() for each in data_folder.rglob("*") if each.is_file()} == before
