"""What a stopped program left behind is finished or cleared away by the next start."""

from __future__ import annotations

import shutil
from pathlib import Path
from uuid import UUID

import pytest

from app import backups, salvage
from app.change_keys import change_keys
from app.database import DamagedStoreError
from app.store import KEPT, RESTORED
from app.workbench import Workbench
from forms.dossier import Enterprise, Photo
from forms.errors import UserError
from forms.record import single_id
from tests.photo_files import photo


@pytest.fixture
def left(data_folder: Path, tmp_path: Path) -> tuple[Path, UUID]:
    """A closed store with a photo and a backup, and its dossier."""
    bench = Workbench.open(data_folder)
    dossier = bench.create("示例厂")
    bench.put(dossier, "enterprise", single_id(dossier, "enterprise"), "contact", "甲")
    list(bench.import_photos(dossier, [photo(tmp_path / "a.jpg")]))
    list(backups.back_up(bench.store))
    bench.close()
    return data_folder, dossier


def check_whole(folder: Path, dossier: UUID) -> None:
    bench = Workbench.open(folder)
    found = bench.dossier(dossier)
    assert found.one(Enterprise).contact == "甲"
    (row,) = found.all(Photo)
    assert bench.picture(row, "original")
    bench.close()


def test_a_vault_that_no_key_file_names_goes_but_not_one_that_was_kept(
    left: tuple[Path, UUID],
) -> None:
    folder, dossier = left
    shutil.copytree(folder / "vault-1", folder / "vault-2")
    (folder / "vault-3.new").mkdir()
    (folder / "vault-4").mkdir()
    (folder / "vault-4" / KEPT).touch()
    (folder / "keys.json.part-1").touch()
    check_whole(folder, dossier)
    assert {path.name for path in folder.glob("vault-*")} == {"vault-1", "vault-4"}
    assert not list(folder.glob("keys.json.part-*"))


def test_a_key_file_that_names_no_vault_begins_no_new_store(left: tuple[Path, UUID]) -> None:
    folder, dossier = left
    (folder / "vault-1").rename(folder / "vault-9")
    with pytest.raises(UserError, match="vault-1”不在"):
        Workbench.open(folder)
    (folder / "vault-9").rename(folder / "vault-1")
    check_whole(folder, dossier)


@pytest.mark.parametrize("how", ["missing", "empty"])
def test_a_database_that_went_missing_is_had_back_and_not_begun_anew(
    left: tuple[Path, UUID], how: str
) -> None:
    folder, dossier = left
    lost = folder / "vault-1" / "zhengai.db"
    lost.unlink()
    if how == "empty":
        lost.touch()
    with pytest.raises(DamagedStoreError):
        Workbench.open(folder)
    list(salvage.restore(folder, salvage.survey(folder)))
    check_whole(folder, dossier)


@pytest.mark.parametrize("moved", [0, 1, 2])
def test_a_restoration_that_was_stopped_is_finished(left: tuple[Path, UUID], moved: int) -> None:
    folder, dossier = left
    home = folder / "vault-1"
    shutil.copyfile(home / "zhengai.db", home / RESTORED)
    (home / "zhengai.db").write_bytes(b"spoilt" * 1000)
    (home / "zhengai.db-wal").write_bytes(b"spoilt")
    aside = home / "damaged-20250617-090500-000000"
    aside.mkdir()
    for name in ("zhengai.db-wal", "zhengai.db")[:moved]:
        (home / name).rename(aside / name)
    check_whole(folder, dossier)
    assert {path.name for path in aside.iterdir()} == {"zhengai.db", "zhengai.db-wal"}
    assert not (home / RESTORED).exists()


def test_what_a_damaged_database_may_still_name_is_not_cleared_away(
    left: tuple[Path, UUID],
) -> None:
    folder, dossier = left
    home = folder / "vault-1"
    bench = Workbench.open(folder)
    bench.store.vault.put("originals", "a" * 64, b"of a photo whose row was lost")
    lost = bench.store.vault.path("originals", "a" * 64)
    bench.close()
    (home / "damaged-20250617-090500-000000").mkdir()
    (home / "open").touch()
    check_whole(folder, dossier)
    assert lost.exists()
    (home / "damaged-20250617-090500-000000").rmdir()
    (home / "open").touch()
    check_whole(folder, dossier)
    assert not lost.exists()


def test_the_second_place_goes_over_to_the_new_keys_whole(
    left: tuple[Path, UUID], tmp_path: Path
) -> None:
    folder, dossier = left
    stick = tmp_path / "stick"
    stick.mkdir()
    bench = Workbench.open(folder)
    backups.set_second_place(bench.store, stick)
    list(backups.back_up(bench.store))
    (made,) = stick.iterdir()
    assert [path.name for path in made.glob("vault-*")] == ["vault-1"]
    list(change_keys(bench.store))
    list(backups.back_up(bench.store))
    bench.close()
    assert [path.name for path in made.glob("vault-*")] == ["vault-2"]
    # As it stands it has no database: it is offered from its backup.
    with pytest.raises(DamagedStoreError):
        Workbench.open(made)
    list(salvage.restore(made, salvage.survey(made)))
    check_whole(made, dossier)
