"""What shortens the way by keys: to what blocks and back, into an empty field, to evidence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from app.workbench import Workbench
from forms.dossier import Attachment, Enterprise
from forms.evaluation import Stage
from tests.walk_kit import KEY, bench, desk, press, walk
from tests.window_kit import LEFT, NAME, started, window
from widgets.desk import Desk
from widgets.dossier_window import DossierWindow
from widgets.field_base import field_around
from widgets.pages.walk import WalkPage

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def win(qtbot: QtBot, bench: Workbench) -> DossierWindow:
    return window(qtbot, bench, bench.create(NAME), "enterprise", judged=True)


def focused() -> str:
    """The field that has the keyboard."""
    field = field_around(QApplication.focusWidget())
    return field.name if field is not None else ""


def test_a_dossier_opens_with_the_keyboard_in_its_first_empty_field(win: DossierWindow) -> None:
    assert win.desk.dossier.one(Enterprise).name and focused() == "credit_code"
    win.show_page("needs")
    win.desk.put("enterprise", win.desk.dossier.one(Enterprise).id, "credit_code", "91220113MA0")
    win.frame.findings.focus_first()
    win.show_page("enterprise").setFocus(Qt.FocusReason.OtherFocusReason)
    assert focused() == "district"


def test_ctrl_j_goes_from_block_to_block_and_alt_left_comes_back(win: DossierWindow) -> None:
    assert win.desk.review is not None
    targets = dict.fromkeys(f.target for f in win.desk.review.blocking if f.target is not None)
    pages = [target.page for target in targets]
    assert len(pages) > 2
    here = focused()
    been = []
    for _ in pages:
        press(KEY.Key_J, held=CTRL)
        been.append(win.key)
    assert been == pages
    for _ in pages:
        press(KEY.Key_Left, held=ALT)
    assert win.key == "enterprise" and here and focused() == here  # on a page made anew
    press(KEY.Key_Left, held=ALT)
    assert win.key == "enterprise"


def test_a_click_on_the_counts_goes_to_what_blocks(win: DossierWindow) -> None:
    panel = win.frame.findings
    assert win.desk.review is not None
    first = win.desk.review.blocking[0]
    QTest.mouseClick(panel._counts, LEFT)
    assert first.target is not None and win.key == first.target.page
    assert first.message in win.frame.toast.accessibleName()


def test_a_new_dossier_is_typed_into_at_once(qtbot: QtBot, data_folder: Path) -> None:
    with started(data_folder) as program:
        main = program.window
        qtbot.waitUntil(lambda: main.home is not None and main.bench is not None, timeout=30_000)
        assert main.home is not None
        main.activateWindow()
        main.home.new_band.ask(NAME)
        qtbot.waitUntil(main.home.new_band.field.hasFocus)
        press(KEY.Key_Return)
        qtbot.waitUntil(lambda: main.dossier is not None, timeout=10_000)
        assert isinstance(QApplication.focusWidget(), QLineEdit) and focused() == "credit_code"


def test_evidence_comes_by_keys(
    qtbot: QtBot, desk: Desk, walk: Callable[..., WalkPage], tmp_path: Path
) -> None:
    page = walk(subject="生产管控")
    basis = page.panel.basis
    press("p")  # there is none to choose from: files are asked for at once
    (asked,) = basis.findChildren(QFileDialog)
    assert asked.isVisible() and not basis.picker.isVisible()
    asked.reject()
    photo = desk.add("photo", filename="a.jpg", caption="工单看板")
    basis.refresh()
    qtbot.waitUntil(page.isActiveWindow)
    press("p", KEY.Key_Space)
    assert desk.dossier.answer(Stage.DIAGNOSIS, "生产管控").photos == {str(photo): True}
    press(KEY.Key_Escape)
    assert page._body.hasFocus() and not basis.picker.isVisible()
    press(KEY.Key_N, "seen", KEY.Key_Escape)
    assert page._body.hasFocus()
    copied, plan = QMimeData(), tmp_path / "设备台账.xlsx"
    plan.write_bytes(b"PK")
    copied.setUrls([QUrl.fromLocalFile(str(plan))])
    QGuiApplication.clipboard().setMimeData(copied)
    press(KEY.Key_V, held=CTRL)
    (kept,) = desk.dossier.all(Attachment)
    answer = desk.dossier.answer(Stage.DIAGNOSIS, "生产管控")
    assert answer.attachments == {str(kept.id): True} and answer.note == "seen"
    QGuiApplication.clipboard().setText("只有文字")
    press(KEY.Key_V, held=CTRL)
    assert "没有文件" in basis._trouble._label.text()
