"""A damaged store in the window: what can be had back is said, and had back by one press."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from app.workbench import Workbench
from tests.test_salvage import spoil, worked
from tests.window_kit import started
from widgets.controls import Button
from widgets.plain_page import PlainPage
from widgets.text import TextLabel


def test_a_damaged_store_is_told_of_and_had_back(qtbot: QtBot, data_folder: Path) -> None:
    path, _dossier = worked(data_folder, after=3)
    spoil(path, [0])
    with started(data_folder) as program:
        page = lambda: program.window.stack.currentWidget()  # noqa: E731
        qtbot.waitUntil(
            lambda: isinstance(page(), PlainPage) and "已损坏" in _words(page()), timeout=20_000
        )
        assert "可恢复到" in _words(page())
        with qtbot.waitSignal(program.ready, timeout=20_000):
            next(b for b in page().findChildren(Button) if b.text() == "恢复").click()
        assert program.window.home is not None
        assert program.window.bench is not None and program.window.bench.summaries()


def test_damage_that_shows_while_one_works_is_told_of(qtbot: QtBot, data_folder: Path) -> None:
    path, _dossier = worked(data_folder, after=0)
    spoil(path, [_page_of(path, "sqlite_autoindex_likeness_1")])
    with started(data_folder) as program:
        qtbot.waitSignal(program.ready, timeout=20_000).wait()
        home = program.window.home
        qtbot.waitUntil(lambda: "有损坏之处" in _words(home), timeout=20_000)
    assert (path.parent / "open").exists()
    with started(data_folder) as program:
        qtbot.waitUntil(
            lambda: "已损坏" in _words(program.window.stack.currentWidget()), timeout=20_000
        )


def test_a_whole_store_is_not_suspected(qtbot: QtBot, data_folder: Path) -> None:
    Workbench.open(data_folder).close()
    with started(data_folder) as program:
        qtbot.waitSignal(program.ready, timeout=20_000).wait()
        qtbot.wait(300)
        assert "有损坏之处" not in _words(program.window.home)
    assert not list(data_folder.glob("vault-*/open"))


def _page_of(path: Path, index: str) -> int:
    """The page of an index that nothing reads in this test, from 0."""
    bench = Workbench.open(path.parent.parent)
    with bench.store.session() as session:
        query = f"SELECT rootpage FROM sqlite_master WHERE name = '{index}'"
        (page,) = session.connection().exec_driver_sql(query).one()
    bench.close()
    return int(page) - 1


def _words(page: object) -> str:
    assert hasattr(page, "findChildren")
    return "".join(label.text() for label in page.findChildren(TextLabel))
