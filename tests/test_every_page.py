"""Every page as it stands on the screen: nothing cut, nothing scrolls within what scrolls, nothing
beyond its place, no target too small; and nothing jumps while one types."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from app.samples import _read
from app.workbench import Workbench
from forms.steps import PAGES
from tests.page_faults import elisions, faults, told_in_full
from tests.window_kit import opened
from widgets import nav
from widgets.controls import Button
from widgets.dossier_window import DossierWindow
from widgets.page_table import ASIDE
from widgets.text import TextLabel
from widgets.theme import theme

#: 1920×1080 is shown as 1280×720 at 150 %, as 960×540 at 200 %.
SIZES = ((1280, 720), (1920, 1080), (960, 540))
#: Pages that show something else while there is nothing to show.
OTHER_WHEN_BARE = (
    "enterprise", "library", "assignments", "walk", "visits", "inventory", "results", "route",
    "briefing", "report", "adoption", "attachments", "handin", "returned", "progress", "filing",
    "comparison", "subsidy", "road", "merge", "trail",
)  # fmt: skip


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    with opened(tmp_path_factory.mktemp("pages") / "store") as made:
        yield made


@pytest.fixture(scope="module")
def full(bench: Workbench, qapp: QApplication) -> Iterator[DossierWindow]:
    """The sample that has the most, with its report."""
    sections = _read("auto-parts", "report.yaml").items()
    mapping = _read("auto-parts", "dossier.yaml")
    mapping["paragraph"] = [
        {"section": section, "text": text} for section, texts in sections for text in texts
    ]
    yield from _window(bench, bench.import_mapping(mapping), qapp)


@pytest.fixture(scope="module")
def bare(bench: Workbench, qapp: QApplication) -> Iterator[DossierWindow]:
    """A dossier in which nothing was typed yet."""
    yield from _window(bench, bench.create("示例・空白档案有限公司"), qapp)


def _window(bench: Workbench, dossier: UUID, app: QApplication) -> Iterator[DossierWindow]:
    theme().install(app)
    made = DossierWindow(bench, dossier)
    made.resize(*SIZES[0])
    made.show()
    _until(lambda: made.desk.review is not None)
    yield made
    made.close_desk()
    made.close()
    made.deleteLater()


def _until(ready: Callable[[], bool], most_s: float = 20) -> None:
    end = time.monotonic() + most_s
    while not ready() and time.monotonic() < end:
        QTest.qWait(20)
    assert ready()


def _settled() -> None:
    """Let the layouts be done with, which ask one another for several turns of the loop."""
    for _turn in range(4):
        QApplication.processEvents()


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is looked at half unfolded."""
    monkeypatch.setattr(nav, "UNFOLD_MS", 0)


@pytest.mark.parametrize("name", ["full", "bare"])
def test_every_page_is_whole_at_every_size(
    name: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    window: DossierWindow = request.getfixturevalue(name)
    wrong = []
    for key in (*PAGES, *ASIDE) if name == "full" else OTHER_WHEN_BARE:
        window.show_page(key)
        for size in SIZES if name == "full" else SIZES[-1:]:
            window.resize(*size)
            _settled()
            assert (window.width(), window.height()) == size, key
            found = faults(window)
            if found:  # cards that are made after the page was painted may still be on their way
                QTest.qWait(200)
                found = faults(window)
            wrong += [f"{key} {size}: {fault}" for fault in found]
        with elisions(monkeypatch) as cut:  # at the smallest size, which is the last
            window.grab()
        wrong += [f"{key}: no tip says {words}" for words in cut if not told_in_full(window, words)]
    assert not wrong, "\n".join(wrong)


def test_each_fault_is_found(qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(300, 200)
    cut = TextLabel("这一行文字比给它的地方长得多", parent=host)
    cut.setGeometry(0, 0, 60, 22)
    over = Button("伸出去", parent=host)
    over.setGeometry(280, 30, 80, 32)
    small = Button("小", height=18, parent=host)
    small.setGeometry(0, 80, 60, 18)
    outer, inner = QScrollArea(host), QPlainTextEdit("字\n" * 40)
    outer.setGeometry(0, 100, 200, 100)
    inner.setFixedSize(100, 300)
    outer.setWidget(inner)
    host.show()
    _settled()
    found = [fault.partition(": ")[0] for fault in faults(host)]
    assert sorted(found) == ["60×18 px", "beyond its parent", "cut", "scrolls within QScrollArea"]
