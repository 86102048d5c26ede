"""Backups: made whole, thinned out, tried out, and brought to a second place."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from app import backups, database
from app.backups import Backup
from app.workbench import Workbench
from forms.dossier import Photo
from forms.errors import UserError
from tests.photo_files import photo


@pytest.fixture
def bench(data_folder: Path) -> object:
    made = Workbench.open(data_folder)
    yield made
    made.close()


def test_a_backup_is_whole_and_proves_so(bench: Workbench, tmp_path: Path) -> None:
    dossier = bench.create("示例厂")
    list(bench.import_photos(dossier, [photo(tmp_path / "a.jpg")]))
    assert backups.is_due(bench.store)
    list(backups.back_up(bench.store))
    assert not backups.is_due(bench.store)
    (made,) = backups.newest(bench.store)
    proof = backups.prove(made.path, bench.store.keys, bench.store.vault)
    assert (proof.dossiers, proof.gone, proof.problems) == (1, 0, ()) and proof.edits > 5
    assert (made.path.parent / "keys.json").read_bytes() == bench.store.key_file.path.read_bytes()
    (row,) = bench.dossier(dossier).all(Photo)
    bench.store.vault.path("originals", row.sha256).unlink()
    assert backups.prove(made.path, bench.store.keys, bench.store.vault).gone == 1


def test_a_spoilt_backup_is_found_out(bench: Workbench) -> None:
    bench.create("示例厂")
    path = bench.store.backup("test")
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)
    assert backups.prove(path, bench.store.keys, bench.store.vault).problems
    path.write_bytes(b"")
    assert backups.prove(path, bench.store.keys, bench.store.vault).problems


def test_old_backups_are_thinned_out_by_age() -> None:
    now = dt.datetime(2026, 3, 20, 18, 0)
    ages = [dt.timedelta(hours=hours) for hours in range(0, 24 * 90, 6)]
    found = [Backup(Path(f"{now - age:%Y%m%d-%H%M%S}-000000-auto.db"), now - age) for age in ages]
    kept = backups._kept(found, now)
    day, fortnight = dt.timedelta(days=1), dt.timedelta(days=14)
    days = [each for each in kept if day <= now - each.made_at < fortnight]
    weeks = [each for each in kept if now - each.made_at >= fortnight]
    assert [each for each in found if now - each.made_at < day] == kept[:4]
    assert len({each.made_at.date() for each in days}) == len(days) >= 13
    assert len({each.made_at.isocalendar()[:2] for each in weeks}) == len(weeks) in (6, 7)
    assert max(now - each.made_at for each in kept) < 8 * dt.timedelta(days=7)


def test_a_clock_that_was_set_back_hinders_no_backup(bench: Workbench) -> None:
    list(backups.back_up(bench.store))
    (made,) = backups.newest(bench.store)
    assert backups.is_due(bench.store, made.made_at - dt.timedelta(days=365))
    backups.thin_out(bench.store, made.made_at - dt.timedelta(days=365))
    assert backups.newest(bench.store) == [made]


def test_the_second_place_opens_by_itself(bench: Workbench, tmp_path: Path) -> None:
    dossier = bench.create("示例厂")
    list(bench.import_photos(dossier, [photo(tmp_path / "a.jpg")]))
    stick = tmp_path / "stick"
    stick.mkdir()
    backups.set_second_place(bench.store, stick)
    list(backups.back_up(bench.store))
    written = {path: path.stat().st_mtime_ns for path in stick.rglob("files/*/*")}
    assert len(written) == 2
    list(backups.back_up(bench.store))
    assert {path: path.stat().st_mtime_ns for path in stick.rglob("files/*/*")} == written
    made = stick / "诊改工作台备份"
    home = made / bench.store.home.name
    shutil.copyfile(max((home / "backups").glob("*.db")), home / "zhengai.db")
    other = Workbench.open(made)
    (row,) = other.dossier(dossier).all(Photo)
    assert other.picture(row, "original") == (tmp_path / "a.jpg").read_bytes()
    assert other.store.device != bench.store.device
    other.close()


def test_a_stick_that_was_pulled_costs_nothing(bench: Workbench, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    backups.set_second_place(bench.store, stick)
    stick.rmdir()
    with pytest.raises(UserError, match="本机备份已完成"):
        list(backups.back_up(bench.store))
    assert len(backups.newest(bench.store)) == 1 and not stick.exists()


def test_no_second_place_within_the_data_or_nowhere(bench: Workbench, tmp_path: Path) -> None:
    for place in (bench.store.folder, bench.store.home, tmp_path / "absent"):
        with pytest.raises(UserError, match="不能用作第二备份位置"):
            backups.set_second_place(bench.store, place)
    assert backups.second_place(bench.store) is None


def test_a_backup_that_fails_leaves_no_half_one(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise OSError(28, "full")

    with monkeypatch.context() as patch:
        patch.setattr(database, "copy", fails)
        with pytest.raises(UserError, match="磁盘空间不足"):
            list(backups.back_up(bench.store))
    assert not list((bench.store.home / "backups").iterdir())
