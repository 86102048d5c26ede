"""A real store and a real window for the tests of the pages."""

from __future__ import annotations

import logging
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar
from uuid import UUID

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import event
from sqlcipher3.dbapi2 import Connection

from app.workbench import Workbench
from widgets.application import Program
from widgets.desk import Desk
from widgets.dossier_window import DossierWindow
from widgets.form_page import FormPage
from widgets.list_page import ListPage
from widgets.main_window import MainWindow
from widgets.pages.home import HomePage
from widgets.record_form import RecordForm

LEFT = Qt.MouseButton.LeftButton
NAME = "示例・长春净月高新技术产业开发区轨道交通高端装备智能制造（集团）有限责任公司第二分公司"
W = TypeVar("W", bound=QWidget)


@cache
def _migrated() -> TemporaryDirectory[str]:
    """An empty store at the newest revision, made once: migrating takes a second each time."""
    folder = TemporaryDirectory()
    Workbench.open(Path(folder.name)).close()
    return folder


@contextmanager
def opened(folder: Path) -> Iterator[Workbench]:
    """An open workbench on an empty store, closed afterwards."""
    fresh_store(folder)
    bench = Workbench.open(folder)
    bench.set_person("王示例")
    try:
        yield bench
    finally:
        bench.close()


@contextmanager
def reopened(closed: Path, folder: Path) -> Iterator[Workbench]:
    """An open workbench on a copy of a closed store, closed afterwards."""
    shutil.copytree(closed, folder)
    bench = Workbench.open(folder)
    try:
        yield bench
    finally:
        bench.close()


def fresh_store(folder: Path) -> None:
    """Put an empty store into `folder`."""
    shutil.copytree(_migrated().name, folder)


@contextmanager
def started(folder: Path, *bundles: Path) -> Iterator[Program]:
    """The real program over a data folder, with the bundles that were opened by a double click;
    what it hangs into the process goes with it."""
    hook, handlers = sys.excepthook, list(logging.getLogger().handlers)
    made = Program(["--data", str(folder), *map(str, bundles)])
    made.begin()
    try:
        yield made
    finally:
        made.window.close()
        made.leave()
        made.window.deleteLater()
        if made.ring is not None:
            shiboken6.delete(made.ring)
        sys.excepthook = hook
        for handler in set(logging.getLogger().handlers) - set(handlers):
            logging.getLogger().removeHandler(handler)
            handler.close()


@contextmanager
def running(qtbot: QtBot, folder: Path) -> Iterator[Program]:
    """The real program on an empty store, its list in view and all of it loaded."""
    fresh_store(folder)
    with started(folder) as made:
        with qtbot.waitSignal(made.ready, timeout=20_000):
            pass
        made.window.activateWindow()
        yield made


def home_of(window: MainWindow) -> HomePage:
    """The list of a window that shows it."""
    assert window.home is not None
    return window.home


def window(
    qtbot: QtBot, bench: Workbench, dossier: UUID, page: str, *, judged: bool = False
) -> DossierWindow:
    """The window of a dossier, shown at `page`; `judged` waits for the first judgement."""
    # Without a screen, deleting an earlier test's window later on would leave none active.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    made = DossierWindow(bench, dossier, page)
    qtbot.addWidget(made, before_close_func=lambda widget: made.close_desk())
    made.resize(1440, 900)
    with qtbot.waitExposed(made):
        made.show()
    qtbot.waitUntil(lambda: in_front(made), timeout=10_000)
    if judged:
        qtbot.waitUntil(lambda: made.desk.review is not None, timeout=10_000)
    return made


def page_of(qtbot: QtBot, bench: Workbench, key: str) -> tuple[Desk, FormPage | ListPage]:
    win = window(qtbot, bench, bench.create(NAME), key)
    page = win.page()
    assert isinstance(page, FormPage | ListPage)
    return win.desk, page


def form_page(qtbot: QtBot, bench: Workbench, key: str) -> tuple[Desk, FormPage]:
    desk, page = page_of(qtbot, bench, key)
    assert isinstance(page, FormPage)
    return desk, page


def list_page(qtbot: QtBot, bench: Workbench, key: str) -> tuple[Desk, ListPage]:
    desk, page = page_of(qtbot, bench, key)
    assert isinstance(page, ListPage)
    return desk, page


@contextmanager
def refusing(bench: Workbench) -> Iterator[None]:
    """A store that cannot be written meanwhile, as where its folder became read-only."""

    def forbid(connection: Connection, *_more: object) -> None:
        connection.execute("PRAGMA query_only=ON").close()

    event.listen(bench.store.engine, "checkout", forbid)
    try:
        yield
    finally:
        event.remove(bench.store.engine, "checkout", forbid)
        bench.store.engine.dispose()


def in_front(widget: QWidget) -> bool:
    """Ask for the window to be the active one; whether it is. A window that another test left may
    take one request away, so that this is asked until it is heeded."""
    widget.raise_()
    widget.activateWindow()
    return widget.isActiveWindow()


def whole(page: QWidget) -> None:
    """Have all cards of a page's forms made, which else come when the first ones were painted."""
    for form in page.findChildren(RecordForm):
        assert form.fields


def kept(desk: Desk) -> Desk:
    """The desk with its dossier as the store holds it, whatever the snapshot said."""
    desk.dossier = desk.bench.dossier(desk.dossier_id)
    return desk


def press(*keys: Qt.Key) -> None:
    """Real keys to whatever has the focus."""
    for key in keys:
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, key)


def press_in_window(*keys: Qt.Key) -> None:
    """The same through the window, which hears them first and turns the loop."""
    for key in keys:
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused.window().windowHandle(), key)


def click(widget: QWidget) -> None:
    """A real click into the middle of a widget."""
    QTest.mouseClick(widget, LEFT, Qt.KeyboardModifier.NoModifier, widget.rect().center())


def click_check(box: QWidget) -> None:
    """A real click on the square of a check box."""
    QTest.mouseClick(box, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(8, box.height() // 2))


def drop(target: QWidget, *paths: Path) -> None:
    """A real drag of files, through the window, onto the middle of a widget that takes them."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, plain = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    at = target.mapTo(target.window(), target.rect().center())
    entering = QDragEnterEvent(at, copy, data, LEFT, plain)
    dropped = QDropEvent(QPointF(at), copy, data, LEFT, plain)
    for each in (entering, dropped):
        QApplication.sendEvent(target.window().windowHandle(), each)
        assert each.isAccepted()


def child(parent: QWidget, kind: type[W], name: str) -> W:
    """The child of a kind whose accessible name is `name`."""
    found = [each for each in parent.findChildren(kind) if each.accessibleName() == name]
    assert len(found) == 1, [each.accessibleName() for each in parent.findChildren(kind)]
    return found[0]
