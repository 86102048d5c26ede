"""A damaged store in the window: what can be had back is said, and had back by one press."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.workbench import Workbench
from tests.test_salvage import spoil, worked
from tests.window_kit import started
from widgets.controls import Button
from widgets.plain_page import PlainPage
from widgets.text import TextLabel

SOON = 20_000


def test_a_damaged_store_is_told_of_and_had_back(qtbot: QtBot, data_folder: Path) -> None:
    path, _dossier = worked(data_folder, after=3)
    spoil(path, [0])
    with started(data_folder) as program:
        qtbot.waitUntil(
            lambda: "可恢复到" in words(program.window.stack.currentWidget()), timeout=SOON
        )
        page = program.window.stack.currentWidget()
        assert isinstance(page, PlainPage) and "已损坏" in words(page)
        with qtbot.waitSignal(program.ready, timeout=SOON):
            next(b for b in page.findChildren(Button) if b.text() == "恢复").click()
        assert program.window.bench is not None and program.window.bench.summaries()


def test_damage_that_shows_while_one_works_is_told_of(qtbot: QtBot, data_folder: Path) -> None:
    path, _dossier = worked(data_folder, after=0)
    spoil(path, [page_of(path, "sqlite_autoindex_likeness_1")])
    with started(data_folder) as program:
        qtbot.waitUntil(lambda: "有损坏之处" in words(program.window.home), timeout=SOON)
    assert (path.parent / "open").exists()
    with started(data_folder) as program:
        qtbot.waitUntil(
            lambda: "已损坏" in words(program.window.stack.currentWidget()), timeout=SOON
        )


def test_a_whole_store_is_not_suspected(qtbot: QtBot, data_folder: Path) -> None:
    Workbench.open(data_folder).close()
    with started(data_folder) as program:
        qtbot.waitUntil(lambda: program.window.bench is not None, timeout=SOON)
        qtbot.wait(300)
        assert "有损坏之处" not in words(program.window.home)
    assert not list(data_folder.glob("vault-*/open"))


def page_of(path: Path, index: str) -> int:
    """The page of an index that nothing reads in this test, from 0."""
    bench = Workbench.open(path.parent.parent)
    with bench.store.session() as session:
        query = f"SELECT rootpage FROM sqlite_master WHERE name = '{index}'"
        (page,) = session.connection().exec_driver_sql(query).one()
    bench.close()
    return int(page) - 1


def words(page: QWidget | None) -> str:
    """All that a page says."""
    return "".join(label.text() for label in page.findChildren(TextLabel)) if page else ""
