"""What the tests of the walk stand on: a real store, a page that shows, keys and answers."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.workbench import Workbench
from forms.dossier import Answer
from forms.evaluation import Stage
from forms.fields import chosen
from widgets.desk import Desk
from widgets.pages.walk import WalkPage
from widgets.pages.walk_item import ItemPanel
from widgets.theme import theme
from widgets.walk_strip import ScoreGauge

KEY = Qt.Key


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    opened = Workbench.open(tmp_path_factory.mktemp("数据"))
    yield opened
    opened.close()


@pytest.fixture
def desk(qapp: QApplication, bench: Workbench) -> Iterator[Desk]:
    theme().install(qapp)
    made = Desk(bench, bench.create("示例・测试有限公司"))
    yield made
    made.close()


@pytest.fixture
def walk(qtbot: QtBot, desk: Desk) -> Callable[..., WalkPage]:
    def show(stage: Stage = Stage.DIAGNOSIS, subject: str = "") -> WalkPage:
        page = WalkPage(desk, stage)
        qtbot.addWidget(page)
        qtbot.addWidget(page.strip)
        page.resize(920, 780)
        with qtbot.waitActive(page):
            page.show()
            page.activateWindow()
        if subject:
            page.open(subject)
        return page

    return show


def press(*keys: str | KEY, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Type on whatever has the keyboard."""
    for key in keys:
        focused = QApplication.focusWidget()
        assert focused is not None
        if isinstance(key, str):
            QTest.keyClicks(focused, key, held)
        else:
            QTest.keyClick(focused, key, held)


def stored(desk: Desk, stage: Stage, subject: str) -> Answer:
    """The answer as a fresh reading of the store has it; it agrees with what is on the desk."""
    found = desk.bench.dossier(desk.dossier_id).answer(stage, subject)
    shown = desk.dossier.answer(stage, subject)
    assert found.model_dump(exclude={"position"}) == shown.model_dump(exclude={"position"})
    return found


def letters(desk: Desk, subject: str, stage: Stage = Stage.DIAGNOSIS) -> str:
    return "".join(sorted(chosen(stored(desk, stage, subject).chosen)))


def score(page: WalkPage) -> str:
    gauge = page.strip.findChild(ScoreGauge)
    assert gauge is not None
    return gauge.accessibleName()


def item_panel(page: WalkPage) -> ItemPanel:
    assert isinstance(page.panel, ItemPanel)
    return page.panel
