"""Pages out of view: the last ones stay, the others go and come again with what was kept."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from app.workbench import Workbench
from forms.dossier import Enterprise
from tests.window_kit import NAME, opened, refusing, window
from widgets.field_base import LineEdit
from widgets.form_page import FormPage
from widgets.kept_pages import PLAIN_KEPT
from widgets.list_page import ListPage

_PLAIN = ("site", "team", "needs", "contact", "agreement", "trainings", "inventory", "projects")


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    with opened(tmp_path / "data") as made:
        yield made


def typed(page: FormPage, words: str) -> None:
    editor = page.records[0].focus_field("address")
    assert editor is not None
    QTest.keyClicks(editor.focusWidget(), words)


def test_the_pages_seen_last_stay_and_the_others_come_again(qtbot: QtBot, bench: Workbench) -> None:
    win = window(qtbot, bench, bench.create(NAME), "enterprise")
    first = win.page()
    assert isinstance(first, FormPage) and len(_PLAIN) > PLAIN_KEPT
    typed(first, "Road 1")
    for key in ("visits", *_PLAIN):
        win.show_page(key)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert not isValid(first)
    assert {"visits", *_PLAIN[-PLAIN_KEPT:]} <= win._pages.keys() and "site" not in win._pages
    again = win.show_page("enterprise")
    assert isinstance(again, FormPage) and again is not first
    assert win.desk.dossier.one(Enterprise).address == "Road 1"
    assert [each.text() for each in again.records[0].fields["address"].findChildren(LineEdit)] == [
        "Road 1"
    ]


def test_what_was_refused_stays_on_its_page(qtbot: QtBot, bench: Workbench) -> None:
    win = window(qtbot, bench, bench.create(NAME), "enterprise")
    first = win.page()
    assert isinstance(first, FormPage)
    with refusing(bench):
        typed(first, "Road 1")
        for key in _PLAIN:
            win._insist(partial(win.show_page, key))
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        assert isValid(first) and not first.flush()
    win.show_page("enterprise")
    assert win.page() is first and first.flush()
    assert win.desk.dossier.one(Enterprise).address == "Road 1"


def test_a_page_out_of_view_catches_up_when_it_comes_back(qtbot: QtBot, bench: Workbench) -> None:
    win = window(qtbot, bench, bench.create(NAME), "team")
    page = win.page()
    assert isinstance(page, ListPage)
    win.show_page("site")
    with qtbot.waitSignal(win.desk.reviewed, timeout=20_000):
        win.desk.add("member")
    assert page.pane.count() == 0  # laid out for nobody to see
    assert win.show_page("team") is page
    assert page.pane.count() == 1
    assert win.desk.review is not None and page.pane.table.records._marks
    with qtbot.waitSignal(win.desk.reviewed, timeout=20_000):
        win.desk.add("member")
    assert page.pane.count() == 2  # and in view at once


def test_what_was_edited_elsewhere_shows_before_it_is_judged(
    qtbot: QtBot, bench: Workbench
) -> None:
    win = window(qtbot, bench, bench.create(NAME), "enterprise")
    first = win.page()
    assert isinstance(first, FormPage)
    qtbot.waitUntil(lambda: win.desk.review is not None, timeout=20_000)
    (line,) = first.records[0].fields["address"].findChildren(LineEdit)
    win.show_page("site")
    win.desk.put("enterprise", win.desk.dossier.one(Enterprise).id, "address", "Road 2")
    assert win.show_page("enterprise") is first and line.text() == "Road 2"
