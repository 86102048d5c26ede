"""The whole window without a mouse and with a screen reader: each of its pages, with the sample."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QImage, QInputMethodEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot
from shiboken6 import delete, isValid

from app.samples import COMPLETE, load_sample
from app.workbench import Workbench
from forms.dossier import Enterprise
from tests.window_kit import fresh_store, in_front, press_in_window, whole
from widgets.actions import ACTIONS, live
from widgets.focus import FocusRing
from widgets.job_bar import JobBar
from widgets.key_page import KeyPage
from widgets.main_window import MainWindow
from widgets.page_table import ASIDE, MAKERS
from widgets.record_form import RecordForm
from widgets.theme import theme

EDITORS = (QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QAbstractSpinBox)
OVER_LIST = ("open_statistics", "open_receiving", "open_security")


@pytest.fixture(scope="module")
def win(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MainWindow]:
    """The whole window over a store with the sample's records."""
    theme().install(qapp)
    folder = tmp_path_factory.mktemp("keys") / "store"
    fresh_store(folder)
    bench = Workbench.open(folder)
    bench.set_person("王示例")
    steps = load_sample(bench, COMPLETE[0])
    next(steps)  # all records are there; its photos would be drawn now, which takes long
    steps.close()  # type: ignore[attr-defined]
    made = MainWindow()
    made.resize(1440, 900)
    made.show()
    made.attach(bench)
    ring = FocusRing(qapp)
    yield made
    delete(ring)
    made.close()
    made.deleteLater()


def test_every_page_is_named_for_screen_readers_and_tab_reaches_all_of_it(
    qtbot: QtBot, win: MainWindow
) -> None:
    wrong: list[str] = []
    _look_at(win, "home", wrong)
    for opens in OVER_LIST:
        getattr(win, opens)()
        page = win.over_list()
        assert page is not None
        qtbot.waitUntil(partial(_idle, page.jobs), timeout=20_000)
        _look_at(win, opens, wrong)
        page.leave()
    assert win.bench is not None
    win.open_dossier(win.bench.summaries()[0].id)
    assert win.dossier is not None
    dossier = win.dossier
    qtbot.waitUntil(lambda: dossier.desk.review is not None, timeout=60_000)
    bound: set[str] = set(live(win))
    for key in (*MAKERS, *ASIDE):
        whole(dossier.show_page(key))
        _look_at(win, key, wrong)
        dossier.frame.nav.hide()  # the same everywhere: looked at once
        bound |= set(live(win))
        wrong += _promised(win, key)
    assert not wrong, "\n".join(wrong)
    inside = {key for key, action in ACTIONS.items() if action.place in {*MAKERS, "dossier"}}
    assert inside <= bound


def test_tab_follows_the_eye_whenever_a_field_was_made(qtbot: QtBot, win: MainWindow) -> None:
    """Cards that are made after the first paint would else come behind the navigation."""
    assert win.bench is not None
    win.open_dossier(win.bench.summaries()[0].id)
    assert win.dossier is not None
    for key in ("team", "enterprise"):  # anew, not as another test left it
        page = win.dossier.show_page(key)
        whole(page)
    wrong: list[str] = []
    reached = _tabbed(win, "enterprise", wrong)
    ways = list(reached)
    forms = [each for each in page.findChildren(RecordForm) if each.isVisible()]
    fields = [each for each in ways if any(form.isAncestorOf(each) for form in forms)]
    places = [each.mapTo(page, QPoint()).y() for each in fields]
    assert len(fields) > 20 and places == sorted(places)
    apart = ways.index(fields[-1]) - ways.index(fields[0])
    assert apart == len(fields) - 1, "something else comes between the fields"
    rows = [each for each in ways if win.dossier.frame.nav.isAncestorOf(each)]
    assert rows and not any(map(_folded, rows))


def _look_at(win: MainWindow, where: str, wrong: list[str]) -> None:
    QApplication.processEvents()
    shown = [each for each in win.findChildren(QWidget) if _acts(each)]
    for each in shown:
        spoken = QAccessible.queryAccessibleInterface(each)
        if not spoken.text(QAccessible.Text.Name).strip():
            wrong.append(f"{where}: no name for {_what(each)}")
        if isinstance(each, QAbstractButton) and each.isEnabled() and not _comes_to(each):
            wrong.append(f"{where}: no key comes to {_what(each)}")
    reached = _tabbed(win, where, wrong)
    for each in win.findChildren(QWidget):
        if _tabs(each) and each not in reached:
            wrong.append(f"{where}: Tab does not reach {_what(each)}")


#: Buttons that Tab passes by, and the key that does the same where the keyboard is.
BESIDE = {
    "Button MomentField": "Alt ↓",
    "BasisLink FindingCard": "F1",
    "Button DraftBar": "Ctrl 回车, Alt 回车",
    "EvidenceCard QWidget": "it opens nothing",
}


def _comes_to(button: QAbstractButton) -> bool:
    return (
        bool(button.focusPolicy() & Qt.FocusPolicy.TabFocus)
        or button.focusProxy() is not None
        or isinstance(button.parent(), EDITORS)
        or _kind(button) in BESIDE
    )


#: The kinds of widgets that were looked at, by class and parent.
LOOKED_AT: set[str] = set()
#: So many pixels more than a caret has.
EDGE = 80
#: Sheets of text, in which the caret says it as in any word processor.
CARETS = {"SectionEditor SectionPart"}


def _shows_focus(win: MainWindow, held: QWidget) -> bool:
    """Whether somebody sees that a widget has the keyboard, beyond the caret in it."""
    spot = QRect(held.mapTo(win, QPoint()), held.size()).adjusted(-5, -5, 5, 5) & win.rect()
    if spot.isEmpty():
        return False
    on = _pixels(win, spot)
    held.clearFocus()
    off = _pixels(win, spot)
    held.setFocus(Qt.FocusReason.TabFocusReason)
    return int((on != off).sum()) > (0 if _kind(held) in CARETS else EDGE)


def _pixels(win: MainWindow, spot: QRect) -> NDArray[np.uint32]:
    image = win.grab(spot).toImage().convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint32).copy()


def _is_pressed(button: QAbstractButton) -> bool:
    """Whether 空格 presses a button; it is let go of without a click."""
    QTest.keyPress(button, Qt.Key.Key_Space)
    pressed = button.isDown()
    button.setDown(False)
    QTest.keyRelease(button, Qt.Key.Key_Space)
    return pressed


def _idle(jobs: JobBar) -> bool:
    return not jobs.busy()


def _acts(widget: QWidget) -> bool:
    return (
        widget.isVisible()
        and not isinstance(widget, QScrollArea)
        and not isinstance(widget.parent(), (QComboBox, QAbstractSpinBox))
        and not widget.objectName().startswith("qt_")
        and (isinstance(widget, (QAbstractButton, *EDITORS)) or _tabs(widget))
    )


def _tabs(widget: QWidget) -> bool:
    return (
        widget.isVisible()
        and widget.isEnabled()
        and bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        and widget.focusProxy() is None
        and not isinstance(widget.parent(), (QComboBox, QAbstractSpinBox))
        and not _folded(widget)
    )


def _folded(widget: QWidget) -> bool:
    """Whether it lies in something of no height, as the pages of a step that is not open do."""
    parent = widget.parentWidget()
    return widget.size().isEmpty() or (parent is not None and _folded(parent))


def _tabbed(win: MainWindow, where: str, wrong: list[str]) -> dict[QWidget, None]:
    """What has had the keyboard, in its order, when Tab has gone once around the window. The first
    of each kind must show it, and a button be pressed by 空格."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    in_front(win)
    page = win.stack.currentWidget()
    assert page is not None
    page.setFocus()
    press_in_window(Qt.Key.Key_Shift)  # the window hears that the keyboard is used
    seen: dict[QWidget, None] = {}
    first: QWidget | None = None
    for _ in range(1000):
        QTest.keyClick(QApplication.focusWidget() or page, Qt.Key.Key_Tab)
        held = QApplication.focusWidget()
        assert held is not None and held.isVisible(), f"{where}: Tab loses the keyboard"
        if held is first:
            return seen
        first = first or held
        seen[held] = None
        if _kind(held) not in LOOKED_AT:
            LOOKED_AT.add(_kind(held))
            if not _shows_focus(win, held):
                wrong.append(f"{where}: nobody sees the keyboard at {_what(held)}")
            if isinstance(held, QAbstractButton) and not _is_pressed(held):
                wrong.append(f"{where}: 空格 does not press {_what(held)}")
    raise AssertionError(f"{where}: Tab goes in a circle that leaves out its beginning")


def _promised(win: MainWindow, where: str) -> list[str]:
    """The keys with Ctrl, Alt or F that the key bar names, and that nothing in view is bound to."""
    assert win.dossier is not None
    acting = {
        keys.toString(QKeySequence.SequenceFormat.PortableText)
        for made in live(win).values()
        for keys in made.shortcuts()
    }
    wrong = []
    for keys, text in win.dossier.page().hints():
        for each in keys:
            if each.startswith(("Ctrl ", "Alt ", "F")) and _portable(each) not in acting | OWN:
                wrong.append(f"{where}: {each} {text} is not bound")
    return wrong


#: What the list's tables take for themselves.
OWN = {"Ctrl+V", "Ctrl+A", "F2"}


def _portable(caps: str) -> str:
    names = {"回车": "Return", "↑": "Up", "↓": "Down", "PgDn": "PgDown", "←": "Left", "→": "Right"}
    return "+".join(names.get(each, each) for each in caps.split())


def _what(widget: QWidget) -> str:
    parent = widget.parent()
    return f"{type(widget).__name__} “{widget.accessibleName()}” in {type(parent).__name__}"


#: The kinds of text editors that save what is typed, by class and parent, and a page of each.
SAVING = {
    "enterprise": {"LineEdit TextField", "ProseEdit ProseField", "LineEdit FigureField"},
    "self": {"NoteField BasisPanel"},
    "walk": {"ReplyField QuestionLine", "QLineEdit ReasonLine"},
    "report": {"SectionEditor SectionPart"},
}
#: Those that say nothing to the dossier by themselves, or cannot read words.
OTHERS = {
    "enterprise": {"_MomentEdit MomentField"},
    "library": {"QLineEdit LibraryTree"},
    "assignments": {"QLineEdit AssignCard"},
}


def test_what_is_being_composed_is_neither_lost_nor_saved_by_what_happens_meanwhile(
    qtbot: QtBot, win: MainWindow
) -> None:
    assert win.bench is not None
    if win.dossier is None:
        win.open_dossier(win.bench.summaries()[0].id)
    assert win.dossier is not None
    desk = win.dossier.desk
    qtbot.waitUntil(lambda: desk.review is not None, timeout=60_000)
    qtbot.waitUntil(lambda: in_front(win), timeout=10_000)
    rare = iter(map(chr, range(0x3400, 0x3500)))  # that stand nowhere else, one for each editor
    for pages, saves in ((SAVING, True), (OTHERS, False)):
        for key, kinds in pages.items():
            page = win.dossier.show_page(key)
            whole(page)
            QApplication.processEvents()
            editors = {_kind(each): each for each in reversed(_editors(page))}
            assert kinds <= set(editors), key
            composed = {kind: next(rare) for kind in sorted(kinds)}
            for kind, done in composed.items():
                _compose(qtbot, win, editors[kind], done, f"{key}: {kind}")
            page.flush()
            told = repr(win.bench.dossier(desk.dossier_id).records)
            assert [kind for kind, done in composed.items() if (done in told) is not saves] == []
            assert PREEDIT not in told, key
            for kind, done in composed.items():
                _take_back(editors[kind], done)


PREEDIT = "zhongwen"


def _compose(qtbot: QtBot, win: MainWindow, editor: Any, done: str, what: str) -> None:
    """Compose; meanwhile a colleague's edit arrives, the pages are laid out and judged anew, and
    the pause after which typing is saved passes; then commit."""
    assert win.dossier is not None and win.bench is not None
    desk = win.dossier.desk
    editor.setFocus()
    before = _text(editor)
    if isinstance(editor, QLineEdit):
        editor.home(False)
        editor.setProperty("caret", editor.cursorRect().x())
    QApplication.sendEvent(editor, QInputMethodEvent(PREEDIT, []))
    assert _composed(editor), what
    enterprise = desk.dossier.one(Enterprise)
    win.bench.put(desk.dossier_id, "enterprise", enterprise.id, "phone", f"0431-{ord(done)}")
    desk.refresh()
    qtbot.wait(250)
    desk.restructured.emit()
    desk.reviewed.emit(desk.review)
    QApplication.processEvents()
    assert isValid(editor) and editor.hasFocus(), f"{what}: the editor is gone, or the keyboard"
    assert _composed(editor) and _text(editor) == before, what
    committed = QInputMethodEvent()
    committed.setCommitString(done)
    QApplication.sendEvent(editor, committed)
    assert _text(editor).replace(done, "", 1) == before != _text(editor), what


def _editors(page: QWidget) -> list[Any]:
    return [
        each
        for each in page.findChildren(QWidget)
        if isinstance(each, (QLineEdit, QPlainTextEdit, QTextEdit))
        and each.isVisible()
        and not each.isReadOnly()
        and each.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
    ]


def _kind(editor: QWidget) -> str:
    return f"{type(editor).__name__} {type(editor.parent()).__name__}"


def _text(editor: Any) -> str:
    return str(editor.text() if isinstance(editor, QLineEdit) else editor.toPlainText())


def _composed(editor: Any) -> bool:
    """Whether it shows what is being composed: a line moves its caret behind it."""
    if isinstance(editor, QLineEdit):
        return bool(editor.cursorRect().x() > editor.property("caret"))
    return bool(editor.textCursor().block().layout().preeditAreaText() == PREEDIT)


def _take_back(editor: Any, done: str) -> None:
    """Leave the editor as it was, for a page with a refused text is not left."""
    editor.setFocus()
    QTest.keyClick(editor, Qt.Key.Key_Backspace)
    assert done not in _text(editor)


def test_the_key_page_names_every_key(win: MainWindow) -> None:
    assert win.home is not None
    page = KeyPage(win.dossier or win.home)
    said = [each.accessibleName() for each in page.findChildren(QWidget)]
    for action in ACTIONS.values():
        for keys in action.keys:
            caps = keys.replace("+", " ").replace("Return", "回车").replace("PgDown", "PgDn")
            caps = caps.replace("Left", "←").replace("Right", "→").replace("Up", "↑")
            caps = caps.replace("Down", "↓").replace("Pg↑", "PgUp")
            assert any(caps in each and action.name in each for each in said), (caps, action.name)
    page.close()


def test_no_key_is_bound_but_by_its_name() -> None:
    root = Path(__file__).resolve().parent.parent / "widgets"
    holders = [p.name for p in root.rglob("*.py") if "QShortcut(" in p.read_text("utf-8")]
    assert holders == []
