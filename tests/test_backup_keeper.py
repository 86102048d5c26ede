"""Backups behind the window: due after an hour, begun by an edit, quiet at rest."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app import backups, database
from app.workbench import Workbench
from forms.record import single_id
from widgets import backup_keeper
from widgets.backup_keeper import BackupKeeper
from widgets.desk import Desk


def test_an_edit_brings_a_backup_and_rest_brings_none(
    qtbot: QtBot, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup_keeper, "SETTLE_MS", 1)
    bench = Workbench.open(data_folder)
    dossier = bench.create("示例厂")
    desk = Desk(bench, dossier)
    keeper = BackupKeeper(desk)
    said: list[str] = []
    keeper.failed.connect(said.append)
    qtbot.wait(50)
    assert backups.newest(bench.store) == []
    enterprise = single_id(dossier, "enterprise")
    desk.put("enterprise", enterprise, "contact", "甲")
    qtbot.waitUntil(lambda: len(backups.newest(bench.store)) == 1)
    qtbot.waitUntil(lambda: keeper._job is None)
    desk.put("enterprise", enterprise, "contact", "乙")
    qtbot.wait(100)
    assert len(backups.newest(bench.store)) == 1  # the hour is not over

    monkeypatch.setattr(backups, "is_due", lambda _store: True)
    bench.store.set_setting("second-backup-place", str(data_folder / "pulled"))
    desk.put("enterprise", enterprise, "contact", "丙")
    qtbot.waitUntil(lambda: bool(said))
    assert "第二备份位置" in said[0] and len(backups.newest(bench.store)) == 2
    keeper.close()
    desk.close()
    bench.close()


def test_at_rest_the_write_ahead_log_is_folded_in(data_folder: Path, tmp_path: Path) -> None:
    bench = Workbench.open(data_folder)
    dossier = bench.create("示例厂")
    bench.store.rest()
    # The database's own file alone, as if what lay beside it had been lost.
    shutil.copyfile(bench.store.database, tmp_path / "alone.db")
    with closing(database.connect(tmp_path / "alone.db", bench.store.keys)) as raw:
        assert raw.execute("SELECT id FROM dossier").fetchall() == [(dossier.hex,)]
    bench.close()
