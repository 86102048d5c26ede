"""What a dossier that was left held of the memory: it goes, at rest, and nothing of it stays."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from weakref import ref

import pytest
import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QComboBox, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from forms.steps import PAGES
from tests.window_kit import home_of, running
from widgets import rubbish, tidy
from widgets.application import Program
from widgets.controls import Button, SegmentedControl
from widgets.field_base import LineEdit
from widgets.page_table import ASIDE
from widgets.theme import theme
from widgets.tidy import forget_styles

_FIELDS = (
    *("arena", "ordblks", "smblks", "hblks", "hblkhd"),
    *("usmblks", "fsmblks", "used", "free", "keepcost"),
)


class _Told(ctypes.Structure):
    """struct mallinfo2 of glibc's malloc.h."""

    _fields_ = [(name, ctypes.c_size_t) for name in _FIELDS]


def held() -> int:
    """Bytes."""
    gc.collect()
    ask = ctypes.CDLL(None).mallinfo2
    ask.restype = _Told
    return int(ask().used)


@pytest.fixture
def program(qtbot: QtBot, data_folder: Path) -> Iterator[Program]:
    with running(qtbot, data_folder) as made:
        yield made


@pytest.mark.skipif(sys.platform != "linux", reason="asks glibc")
def test_rules_of_style_are_not_kept_for_widgets_that_are_gone(
    qtbot: QtBot, qapp: QApplication
) -> None:
    theme().install(qapp)
    host = QWidget()
    qtbot.addWidget(host)
    host.show()

    def come_and_go() -> int:
        forget_styles()
        before = held()
        for kind in (QComboBox, QScrollArea) * 5:
            made = [kind(host) for _ in range(40)]
            for each in made:
                each.show()
            qapp.processEvents()
            for each in made:
                shiboken6.delete(each)
        return before

    come_and_go()
    before = come_and_go()
    kept = held() - before
    forget_styles()
    assert kept > 200_000 and held() - before < kept / 10


def test_a_dossier_that_was_left_is_let_go_of(
    program: Program, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tidy, "_AT_REST_MS", 50)
    home_of(program.window).asking.begin_dossier("Factory")
    before = {id(each) for each in QApplication.topLevelWidgets()}
    for key in ("contact", "visits", "milestones"):
        assert program.window.dossier is not None
        program.window.dossier.show_page(key)
    assert program.window.dossier is not None
    held = ref(program.window.dossier.desk)
    monkeypatch.setattr(rubbish, "collect_due", lambda: None)  # else it would come some day
    program.window.go_home()
    qtbot.waitUntil(lambda: held() is None, timeout=10_000)
    parts = (LineEdit, Button, SegmentedControl)
    alone = [each for each in QApplication.topLevelWidgets() if isinstance(each, parts)]
    assert [each.accessibleName() for each in alone if id(each) not in before] == []


def test_styles_are_forgotten_at_the_list_alone(
    program: Program, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over an open dossier it would stand still for it."""
    told = list[str]()
    monkeypatch.setattr(tidy, "_AT_REST_MS", 50)
    monkeypatch.setattr(tidy, "forget_styles", lambda: told.append("styles"))
    monkeypatch.setattr(tidy, "tidy", lambda: told.append("rest"))
    window = program.window
    home_of(window).asking.begin_dossier("Factory")
    assert window.dossier is not None
    dossier = window.dossier.desk.dossier_id
    window.go_home()
    window.open_dossier(dossier)
    qtbot.waitUntil(lambda: told == ["rest"], timeout=10_000)
    window.go_home()
    qtbot.waitUntil(lambda: told == ["rest", "styles", "rest"], timeout=10_000)


def test_no_page_of_a_dossier_outlives_it(program: Program, qtbot: QtBot) -> None:
    """All pages twice: what the second time leaves behind, each dossier of a day would."""
    home_of(program.window).asking.begin_dossier("Factory")
    assert program.window.dossier is not None
    dossier = program.window.dossier.desk.dossier_id
    left = []
    for _ in range(2):
        program.window.open_dossier(dossier)
        for key in (*PAGES, *ASIDE):
            program.window.dossier.show_page(key)
            qtbot.wait(20)  # for what a page makes after its first paint
        program.window.go_home()
        qtbot.waitUntil(lambda: program.window.dossier is None)
        qtbot.wait(100)
        tidy.tidy()
        held = (each for each in gc.get_objects() if isinstance(each, QObject))
        names = Counter(f"{type(each).__module__}.{type(each).__name__}" for each in held)
        left.append({name: n for name, n in names.items() if "home" not in name})
    assert {name: n for name, n in left[1].items() if n > left[0].get(name, 0)} == {}
