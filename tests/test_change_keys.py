"""A new master key: all is sealed anew or nothing is changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import backups, change_keys, database
from app.keys import KeyFile, Keys, LockedError
from app.store import Store
from app.workbench import Workbench
from forms.dossier import Enterprise, Photo
from forms.errors import UserError
from tests.photo_files import photo

PHRASE = "春城轴套 2025"
NEW = Keys(bytes(range(1, 33)))


@pytest.fixture(autouse=True)
def _other_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(change_keys, "new_keys", lambda: NEW)


def test_everything_is_under_the_new_key_and_nothing_under_the_old(
    data_folder: Path, tmp_path: Path
) -> None:
    bench = Workbench.open(data_folder)
    old = bench.store.keys
    dossier = bench.create("示例厂")
    list(bench.import_photos(dossier, [photo(tmp_path / "a.jpg")]))
    list(backups.back_up(bench.store))
    recovery = bench.store.key_file.make_recovery(old)
    list(change_keys.change_keys(bench.store))
    assert bench.store.keys == NEW != old
    bench.put(dossier, "enterprise", bench.dossier(dossier).one(Enterprise).id, "contact", "甲")
    bench.close()
    assert [path.name for path in data_folder.glob("vault-*")] == ["vault-2"]
    bench = Workbench.open(data_folder)
    (row,) = bench.dossier(dossier).all(Photo)
    assert bench.picture(row, "original") == (tmp_path / "a.jpg").read_bytes()
    assert bench.dossier(dossier).one(Enterprise).contact == "甲"
    (backup,) = backups.newest(bench.store)
    assert backups.prove(backup.path, NEW, bench.store.vault).problems == ()
    assert database.problems(bench.store.database, old)
    bench.store.key_file.forget()
    bench.close()
    with pytest.raises(LockedError):
        Workbench.open(data_folder, recovery)


@pytest.mark.parametrize("step", ["database.reseal", "durable.place", "durable.sync_folder"])
def test_a_failure_leaves_the_old_key_in_use(
    data_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    bench = Workbench.open(data_folder)
    dossier = bench.create("示例厂")
    list(bench.import_photos(dossier, [photo(tmp_path / "a.jpg")]))

    def fails(*_: object) -> None:
        raise OSError(28, "full")

    with monkeypatch.context() as patch:
        patch.setattr(f"app.change_keys.{step}", fails)
        with pytest.raises(UserError, match="仍用原来的密钥"):
            list(change_keys.change_keys(bench.store))
    bench.close()
    bench = Workbench.open(data_folder)
    (row,) = bench.dossier(dossier).all(Photo)
    assert bench.picture(row, "original") == (tmp_path / "a.jpg").read_bytes()
    assert not list(data_folder.glob("*.new")) and bench.store.home.name == "vault-1"
    bench.close()


def test_a_damaged_file_is_kept_in_the_old_vault(data_folder: Path, tmp_path: Path) -> None:
    bench = Workbench.open(data_folder)
    dossier = bench.create("示例厂")
    list(bench.import_photos(dossier, [photo(tmp_path / "a.jpg")]))
    (row,) = bench.dossier(dossier).all(Photo)
    kept = bench.store.vault.path("originals", row.sha256)
    kept.write_bytes(kept.read_bytes()[:-1])
    *_, last = change_keys.change_keys(bench.store)
    assert "1 个损坏的存件" in last.trouble and kept.exists()
    bench.close()


def test_keys_that_were_found_before_the_folder_was_held_open_what_they_belong_to_alone(
    data_folder: Path,
) -> None:
    """The start finds them while it loads; another program may have changed them meanwhile."""
    Store(data_folder, PHRASE).close()
    before = KeyFile(data_folder)
    unlocked = before, before.unlock(PHRASE)
    store = Store(data_folder, unlocked=unlocked)  # nothing is asked again
    assert store.keys == unlocked[1]
    list(change_keys.change_keys(store, PHRASE))
    store.close()
    store = Store(data_folder, PHRASE, unlocked=unlocked)
    assert store.keys == NEW
    store.close()
