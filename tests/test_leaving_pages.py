"""What leaves the machine by the window: a dossier that is archived, and the support bundle."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.workbench import Workbench
from tests.window_kit import opened
from widgets.archive_dialog import WORD
from widgets.crash_dialog import CrashDialog
from widgets.main_window import MainWindow
from widgets.support_dialog import SupportDialog
from widgets.theme import theme


@pytest.fixture(autouse=True, scope="module")
def _themed(qapp: QApplication) -> None:
    theme().install(qapp)


@pytest.fixture
def window(qtbot: QtBot, data_folder: Path) -> Iterator[MainWindow]:
    with opened(data_folder) as bench:
        made = MainWindow()
        qtbot.addWidget(made)
        bench.create("示例・甲厂")
        made.attach(bench)
        made.show()
        yield made
        if made.home is not None:
            made.home.finish()
        made.bench = None  # closed with the store above


def bench_of(window: MainWindow) -> Workbench:
    assert window.bench is not None
    return window.bench


def test_a_finished_dossier_is_archived_from_its_row(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.handin_choice._refuse", lambda *_: None)  # as in tests/test_archive.py
    home = window.home
    assert home is not None
    bench_of(window).store.backup("auto")
    home.table.archive_asked.emit(home.table.current())
    dialog = home.archiving.dialog
    assert dialog is not None
    assert not dialog.take.isEnabled()
    dialog.folder.setText(str(tmp_path))
    dialog.typed.setText("归档")
    assert not dialog.take.isEnabled(), "the word is typed in full"
    dialog.typed.setText(WORD)
    dialog.passphrase.setText("短")
    assert not dialog.take.isEnabled() and "口令" in dialog.wrong.text()
    dialog.passphrase.setText("correct-horse-battery")
    dialog.take.click()
    qtbot.waitUntil(lambda: "已归档，并已从本机清除" in home.told.text(), timeout=60_000)
    assert bench_of(window).summaries() == []
    assert list(tmp_path.glob("示例・甲厂/*文件包（保密）.zip"))
    qtbot.waitUntil(lambda: home._archived == 1)
    home.told.act.click()
    qtbot.waitUntil(lambda: "已删除此前的备份 1 份" in home.told.text(), timeout=20_000)


def test_what_is_refused_keeps_the_dossier_and_the_dialog(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    home = window.home
    assert home is not None
    dialog = home.archiving.ask(home.table.current())
    assert dialog is not None
    dialog.folder.setText(str(tmp_path))
    dialog.typed.setText(WORD)
    dialog.take.click()
    qtbot.waitUntil(lambda: "阻断问题" in dialog.wrong.text(), timeout=30_000)
    assert dialog.isVisible() and dialog.take.isEnabled()
    assert len(bench_of(window).summaries()) == 1
    dialog.reject()


def test_the_support_bundle_is_read_before_it_is_saved(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.doctor._ocr", lambda: {
        "check": "水印识别", "ok": True, "detail": "可用", "remedy": "", "essential": False,
    })  # fmt: skip
    crash = CrashDialog(ValueError("x"), None, window)
    qtbot.addWidget(crash)
    window.show_support()
    (dialog,) = window.findChildren(SupportDialog)
    qtbot.waitUntil(dialog.keep.isEnabled, timeout=30_000)
    text = dialog.shown.toPlainText()
    assert "检查结果.txt" in text and "示例・甲厂" not in text and "王示例" not in text
    dialog.save(tmp_path / "支持包.zip")
    with zipfile.ZipFile(tmp_path / "支持包.zip") as archive:
        assert all(archive.read(name).decode() in text for name in archive.namelist())
    dialog.save(tmp_path / "nowhere" / "x.zip")
    assert "没有存上" in dialog.told.text()
    dialog.reject()
