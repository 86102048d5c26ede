"""A hand on the real window: clicks, keys, files chosen and dropped, all of them counted.

Whatever cannot be reached as a person would reach it (hidden, disabled, no such row) is a DeadEnd.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QLineEdit,
    QScrollArea,
    QWidget,
)

from forms.steps import STEPS
from widgets.dossier_nav import row_of_page
from widgets.dossier_window import DossierWindow
from widgets.field_base import FieldWidget
from widgets.field_choice import ChoiceField, ChoicesField, RefsField
from widgets.field_text import FigureField, NumbersField
from widgets.record_form import RecordForm

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
PATIENCE = 60.0


def answered() -> None:
    """Let the program answer, and let go of what it is done with, as its own loop does: a turn for
    what came and one for what was asked meanwhile, for no hand comes within the same turn."""
    QApplication.processEvents()
    QApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


class DeadEnd(Exception):
    """A person would not get further here."""


class Hand:
    """Counts what it does: `clicks`, `keys`, `files`. `paper` gives the file of a short name, for
    fields that take files in."""

    def __init__(self, window: QWidget, paper: Callable[[str], Path]) -> None:
        self.window, self._paper = window, paper
        self.clicks = self.keys = self.files = 0
        self.far: dict[str, int] = {}
        """The longest ways by Tab, by the name of what lay there, where there is no mouse."""

    def wait(self, met: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
        """Let the program run until it is so."""
        end = time.monotonic() + seconds
        while not met():
            if time.monotonic() > end:
                raise DeadEnd(f"{what} 没有出现")
            answered()
            time.sleep(0.005)

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        """A click that lands: the widget is scrolled to, and must be there and enabled."""
        self.reach(widget)
        spot = at or widget.rect().center()
        self.ready()
        QTest.mouseClick(widget, LEFT, NONE, spot)
        self.clicks += 1
        answered()

    def reach(self, widget: QWidget) -> None:
        """Scroll to a widget. DeadEnd where it cannot be seen or is switched off."""
        above = widget.parentWidget()
        while above is not None:
            if isinstance(above, QScrollArea):
                above.ensureWidgetVisible(widget, 0, 60)
            above = above.parentWidget()
        answered()
        if not widget.isVisible() or not widget.isEnabled():
            name = widget.accessibleName() or getattr(widget, "text", lambda: "")()
            raise DeadEnd(f"“{name}”{'不可用' if widget.isVisible() else '看不到'}")

    def press(self, *keys: Qt.Key, held: Qt.KeyboardModifier = NONE) -> None:
        """Keys to whatever has the focus."""
        for key in keys:
            QTest.keyClick(self._focused(), key, held)
            self.keys += 1
        answered()

    def type(self, text: str) -> None:
        """Type: ASCII by keys, the rest as an input method commits it; a key a character."""
        for line_no, line in enumerate(text.split("\n")):
            if line_no:
                self.press(Qt.Key.Key_Return)
            for piece in _pieces(line):
                if piece.isascii():
                    QTest.keyClicks(self._focused(), piece)
                else:
                    event = QInputMethodEvent()
                    event.setCommitString(piece)
                    QApplication.sendEvent(self._focused(), event)
                self.keys += len(piece)
        answered()

    def _focused(self) -> QWidget:
        self.ready()
        found = QApplication.focusWidget()
        if found is None:
            raise DeadEnd("键盘不在任何一处")
        return found

    def ready(self) -> None:
        """Have the window in front: without a screen, a closed popup leaves none active."""
        if QApplication.activePopupWidget() is None and not self.window.isActiveWindow():
            self.window.activateWindow()
            self.wait(self.window.isActiveWindow, "窗口到前面", 10)

    def write(self, edit: QWidget, text: str) -> None:
        """Click into an editor, replace what stands there, leave it by Tab."""
        self.click(edit, QPoint(12, 12))
        if not edit.hasFocus():
            raise DeadEnd(f"“{edit.accessibleName()}”点了没有反应")
        self.press(Qt.Key.Key_A, held=CTRL)
        self.type(text)
        self.press(Qt.Key.Key_Tab)

    def button(self, within: QWidget, *words: str) -> QAbstractButton:
        """The one button in view that says one of the words."""
        for word in words:
            for each in within.findChildren(QAbstractButton):
                named = (each.text(), each.accessibleName())
                if each.isVisible() and any(name.startswith(word) for name in named):
                    return each
        raise DeadEnd(f"没有“{'”或“'.join(words)}”按钮")

    def choose_files(self, paths: list[Path], opening: Callable[[], object] = lambda: None) -> None:
        """Choose files, or a folder, in the dialog that is open, or that `opening` brings up and
        that may keep it waiting: mark them, open them."""
        answering = QTimer(interval=20)
        answering.timeout.connect(lambda: self._answer(answering, paths))
        answering.start()
        opening()
        self.wait(lambda: not answering.isActive(), "选择文件的窗口")
        self.wait(lambda: _dialog() is None, "选择文件的窗口关闭")
        self.files += len(paths)

    def _answer(self, answering: QTimer, paths: list[Path]) -> None:
        dialog = _dialog()
        if dialog is not None:
            answering.stop()
            edit = dialog.findChild(QLineEdit, "fileNameEdit")
            assert edit is not None
            self._name(dialog, edit, paths)
            QTest.keyClick(edit, Qt.Key.Key_Return)

    def _name(self, dialog: QFileDialog, edit: QLineEdit, paths: list[Path]) -> None:
        """Say which files: by clicks, marking them and opening."""
        edit.setText(" ".join(f'"{path}"' for path in paths) if len(paths) > 1 else str(paths[0]))
        self.clicks += 2

    def drop(self, onto: QWidget, paths: list[Path]) -> None:
        """Drag files onto a page and let go."""
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        spot = QPointF(onto.rect().center())
        copy = Qt.DropAction.CopyAction
        for event in (
            QDragEnterEvent(spot.toPoint(), copy, data, LEFT, NONE),
            QDropEvent(spot, copy, data, LEFT, NONE),
        ):
            QApplication.sendEvent(onto, event)
            if not event.isAccepted():
                raise DeadEnd("文件拖不到本页")
        self.clicks += 1
        self.files += len(paths)

    # ── fields ──────────────────────────────────────────────────────────────────────────────────

    def fill(self, form: RecordForm, values: Mapping[str, Any], ids: dict[str, str]) -> None:
        """Type and tick the fields of a form that `values` names; `ids` are records by short id."""
        for name, value in values.items():
            if name in form.fields and value not in (None, "", [], {}):
                self._fill_one(form.fields[name], value, ids)

    def _fill_one(self, field: FieldWidget, value: Any, ids: dict[str, str]) -> None:
        if isinstance(field, ChoiceField):
            yes_no = {True: "yes", False: "no"} if isinstance(value, bool) else {}
            key = yes_no.get(value) or ids.get(str(value), str(value))
            if field.boxes is not None:
                self.click(field.boxes._buttons[key])
            elif field.combo is not None:
                self._pick(field.combo, key)
        elif isinstance(field, ChoicesField | RefsField):
            for each in value:
                if isinstance(field, RefsField) and str(each) not in ids:
                    self._take_in(field, str(each), ids)
                self._tick(field.boxes, ids.get(str(each), str(each)), field.spec.label)
        elif isinstance(field, FigureField | NumbersField):
            for key, part in value.items():
                self.write(field.parts[key], str(part))
        else:
            self.write(field.edit, _written(value))  # type: ignore[attr-defined]
        if field.refused:
            raise DeadEnd(f"“{field.spec.label}”不接受 {value!r}：{field.wrong.text()}")

    def _take_in(self, field: RefsField, short: str, ids: dict[str, str]) -> None:
        if not field.take_in.isVisible():
            raise DeadEnd(f"“{field.spec.label}”没有可选的记录")
        known = set(field.boxes)
        self.click(field.take_in)
        self.choose_files([self._paper(short)])
        self.wait(lambda: set(field.boxes) - known, f"“{field.spec.label}”的文件")
        ids[short] = (set(field.boxes) - known).pop()

    def _tick(self, boxes: Mapping[str, QCheckBox], key: str, label: str) -> None:
        if key not in boxes:
            raise DeadEnd(f"“{label}”没有“{key}”可选")
        if not boxes[key].isChecked():
            self.click(boxes[key], QPoint(8, boxes[key].height() // 2))

    def _pick(self, combo: QComboBox, key: str) -> None:
        rows = [str(combo.itemData(row) or "") for row in range(combo.count())]
        if key not in rows:
            raise DeadEnd(f"“{combo.accessibleName()}”没有“{key}”可选")
        self.reach(combo)
        combo.setFocus()
        combo.showPopup()
        view = combo.view()
        spot = view.visualRect(combo.model().index(rows.index(key), 0))
        view.scrollTo(combo.model().index(rows.index(key), 0))
        spot = view.visualRect(combo.model().index(rows.index(key), 0))
        QTest.mouseMove(view.viewport(), spot.center())
        QTest.mouseClick(view.viewport(), LEFT, NONE, spot.center())
        self.clicks += 2
        answered()


def open_by_nav(hand: Hand, window: DossierWindow, key: str) -> None:
    """Go to a page by its row in the navigation, whose step may have to be unfolded first."""
    end = time.monotonic() + 15
    while window.key != key:
        try:
            _go(hand, window, key)
        except (DeadEnd, KeyError, RuntimeError):  # the rows were just made anew
            if time.monotonic() > end:
                raise DeadEnd(f"导航到不了 {key}") from None
            hand.wait(lambda: True, "")


def _go(hand: Hand, window: DossierWindow, key: str) -> None:
    nav, row = window.frame.nav, row_of_page(key)
    if nav.is_rail():
        hand.click(hand.button(nav, "展开导航"))
        with suppress(DeadEnd):  # the step one is at unfolds by itself
            hand.wait(lambda: _in_sight(nav._rows.get(row)), "", 2)
    if not _in_sight(nav._rows.get(row)):
        step = next(step for step in STEPS if any(page.key == key for page in step.pages))
        hand.click(nav._rows[step.key])
        hand.wait(lambda: _in_sight(nav._rows.get(row)), f"导航行 {key}", 3)
    if window.key != key:
        hand.click(nav._rows[row])
        hand.wait(lambda: window.key == key, f"页面 {key}", 3)


def _in_sight(row: QWidget | None) -> bool:
    return row is not None and row.isVisible() and row.visibleRegion().boundingRect().height() > 8


def _dialog() -> QFileDialog | None:
    """The file dialog that shows."""
    found = [w for w in QApplication.topLevelWidgets() if isinstance(w, QFileDialog)]
    return next((each for each in found if each.isVisible()), None)


def _written(value: Any) -> str:
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return str(value)


def _pieces(line: str) -> list[str]:
    """A line in runs of ASCII and of other characters."""
    runs: list[str] = []
    for each in line:
        if runs and runs[-1].isascii() == each.isascii():
            runs[-1] += each
        else:
            runs.append(each)
    return runs
