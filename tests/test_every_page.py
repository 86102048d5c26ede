"""Every page as it stands on the screen: nothing cut, nothing scrolls within what scrolls, nothing
beyond its place, no target too small; and nothing jumps while one types."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.samples import _read
from app.workbench import Workbench
from forms.steps import PAGES
from tests.page_faults import elisions, faults, told_in_full
from tests.window_kit import opened, whole
from widgets import nav
from widgets.controls import Button
from widgets.dossier_window import DossierWindow
from widgets.list_page import ListPage
from widgets.main_window import MainWindow
from widgets.page_table import ASIDE
from widgets.pages.visits import VisitsPage
from widgets.pages.walk import WalkPage
from widgets.text import TextLabel
from widgets.theme import theme
from widgets.unlock_page import UnlockPage

#: 1920×1080 is shown as 1280×720 at 150 %, as 960×540 at 200 %.
SIZES = ((1280, 720), (1920, 1080), (960, 540))
#: Pages that show something else while there is nothing to show.
OTHER_WHEN_BARE = (
    "library", "assignments", "walk", "visits", "results", "route", "report", "attachments",
    "handin", "returned", "progress", "filing", "comparison", "subsidy", "road", "trail",
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
        page = window.show_page(key)
        whole(page)
        wrong += _wrong(window, key, monkeypatch, SIZES if name == "full" else SIZES[-1:])
        if isinstance(page, WalkPage) and name == "full":
            page.open(page.subjects[-1])
            page.toggle_pictures()
            wrong += _wrong(window, f"{key}, a scene", monkeypatch, SIZES[-1:])
        if isinstance(page, VisitsPage):
            page.toggle_check()
            wrong += _wrong(window, "离场检查", monkeypatch, SIZES[:1])
            page.toggle_check()
    assert not wrong, "\n".join(wrong)


def _wrong(
    window: QWidget, where: str, patch: pytest.MonkeyPatch, sizes: tuple[tuple[int, int], ...]
) -> list[str]:
    """What is wrong at some sizes; texts are looked at for being shortened at the last."""
    wrong = []
    for size in sizes:
        window.resize(*size)
        _settled()
        assert (window.width(), window.height()) == size, where
        found = faults(window)
        if found:  # cards that are made after the page was painted may still be on their way
            QTest.qWait(200)
            found = faults(window)
        wrong += [f"{where} {size}: {fault}" for fault in found]
    with elisions(patch) as cut:
        window.grab()
    return wrong + [
        f"{where}: no tip says {each}" for each in cut if not told_in_full(window, each)
    ]


def test_the_list_and_the_pages_over_it_are_whole(
    bench: Workbench, full: DossierWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.summary(full.desk.dossier_id)
    win = MainWindow()
    win.show()
    win.attach(bench)
    wrong = _wrong(win, "全部档案", monkeypatch, SIZES)
    for name in ("statistics", "receiving", "security"):
        getattr(win, f"open_{name}")()
        page = win.over_list()
        assert page is not None
        busy = page.jobs.busy
        _until(lambda busy=busy: not busy())  # type: ignore[misc]
        wrong += _wrong(win, name, monkeypatch, SIZES)
        page.leave()
    for new in (True, False):
        unlock = UnlockPage(new=new)
        unlock.show()
        wrong += _wrong(unlock, "口令", monkeypatch, SIZES)
        unlock.close()
    win.bench = None  # which other tests go on with
    win.close()
    win.deleteLater()
    assert not wrong, "\n".join(wrong)


TYPED = "一段逐字写下的话，写到第二行、第三行也是如此。" * 4


@pytest.mark.parametrize(
    ("page", "of"),
    [
        ("enterprise", "企业名称"),  # findings beside it come and go with what is typed
        ("agreement", "服务商地址"),
        ("team", "姓名"),
        ("needs", "需求"),
        ("briefing", "汇报地点"),
        ("report", ""),
        ("walk", "判定依据"),
    ],
)
def test_nothing_jumps_while_one_types(bare: DossierWindow, page: str, of: str) -> None:
    bare.resize(1440, 900)
    shown = bare.show_page(page)
    whole(shown)
    _settled()
    if isinstance(shown, ListPage):
        shown.pane.add()
        QTest.qWait(100)
    field = _field(shown, of)
    field.setFocus()
    QTest.qWait(100)
    before, seen = _place(field), None
    while seen != before:  # cards above it may still be on their way
        before, seen = _place(field), before
        QTest.qWait(300)
    for character in TYPED[:40]:
        typed = QInputMethodEvent()
        typed.setCommitString(character)
        QApplication.sendEvent(field, typed)
        QApplication.processEvents()
        assert _place(field) == before, (page, field.accessibleName())
    _until(lambda: bare.desk.review is not None)
    QTest.qWait(1200)  # saved and judged anew
    assert _place(field) == before, page


def _place(field: QWidget) -> tuple[QPoint, int, list[int]]:
    """Where a field stands on the screen, its width, and how far all around it is scrolled."""
    bars, at = [], field.parentWidget()
    while at is not None:
        if isinstance(at, QScrollArea):
            bars.append(at.verticalScrollBar().value())
        at = at.parentWidget()
    return field.mapToGlobal(QPoint(0, 0)), field.width(), bars


def _field(page: QWidget, name: str) -> QWidget:
    """The field of a name on a page; of the report, what is written in."""
    kinds = (QLineEdit, QPlainTextEdit, QTextEdit)
    found = [
        each
        for kind in kinds
        for each in page.findChildren(kind)
        if each.isVisible() and each.isEnabled() and (not name or name in each.accessibleName())
    ]
    assert found, [e.accessibleName() for k in kinds for e in page.findChildren(k) if e.isVisible()]
    return found[0]


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
