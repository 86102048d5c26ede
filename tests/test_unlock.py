"""The start where the system's keyring has no key: choosing a passphrase, typing it, recovering."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app.keys import KeyFile
from app.store import Store
from app.workbench import Workbench
from tests.keyring_kit import without_keyring
from tests.window_kit import child, click, press, started
from widgets.application import Program
from widgets.controls import Button
from widgets.secret_fields import NOTHING, SHORT, UNLIKE
from widgets.theme import theme
from widgets.unlock_page import UnlockPage

K = Qt.Key
PASSPHRASE = "correct horse"


@pytest.fixture(autouse=True, scope="module")
def _themed(qapp: QApplication) -> None:
    theme().install(qapp)


@pytest.fixture
def no_keyring() -> Iterator[None]:
    with without_keyring():
        yield


@pytest.fixture
def locked(data_folder: Path) -> str:
    """A store from a machine without keyring, with a passphrase; its recovery key."""
    with without_keyring():
        store = Store(data_folder, PASSPHRASE)
        recovery = store.key_file.make_recovery(store.keys)
        store.close()
    return recovery


def asked(qtbot: QtBot, program: Program) -> UnlockPage:
    """The page that asks, once it does."""
    qtbot.waitUntil(lambda: program.window.unlock is not None, timeout=20_000)
    page = program.window.unlock
    assert page is not None and program.window.stack.currentWidget() is page
    return page


def typed(field: QLineEdit, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)


def test_the_first_passphrase_is_typed_twice_and_long_enough(
    qtbot: QtBot, no_keyring: None, data_folder: Path
) -> None:
    with started(data_folder) as program:
        page = asked(qtbot, program)
        one, other = page.secret.fields
        for first, second, wrong in (("short", "short", SHORT), (PASSPHRASE, "another", UNLIKE)):
            typed(one, first)
            typed(other, second)
            click(page.go_on)
            assert page.secret.wrong.text() == wrong and page.secret.wrong.isVisible()
            assert page.secret.isEnabled() and not KeyFile(data_folder).exists
        assert not other.text() and other.hasFocus()
        QTest.keyClicks(other, PASSPHRASE)
        assert page.secret.wrong.isHidden()  # it was said of what stood there before
        with qtbot.waitSignal(program.ready, timeout=20_000):
            press(K.Key_Return)
        home = program.window.home
        assert home is not None and "恢复密钥" in home.told.text()
        click(home.told.act)
        assert program.window.security is not None
        qtbot.waitUntil(lambda: _state_known(program), timeout=10_000)
    made = KeyFile(data_folder)
    assert made.has_passphrase and not made.in_keyring
    Workbench.open(data_folder, PASSPHRASE).close()


def _state_known(program: Program) -> bool:
    return program.window.security is not None and program.window.security.state is not None


def test_a_wrong_passphrase_is_said_under_the_field_and_asked_for_again(
    qtbot: QtBot, no_keyring: None, locked: str, data_folder: Path
) -> None:
    with started(data_folder) as program:
        page = asked(qtbot, program)
        [field] = page.secret.fields
        click(page.go_on)
        assert page.secret.wrong.text() == NOTHING
        typed(field, "wrong horse")
        click(page.go_on)
        # It is tried behind the window, and nothing can be typed meanwhile.
        assert not page.secret.isEnabled() and not page.go_on.isEnabled()
        assert program.window.bench is None
        qtbot.waitUntil(page.secret.isEnabled, timeout=10_000)
        assert "不对" in page.secret.wrong.text() and program.window.unlock is page
        assert field.hasFocus() and len(field.selectedText()) == len(field.text())
        QTest.keyClicks(field, PASSPHRASE)
        with qtbot.waitSignal(program.ready, timeout=20_000):
            press(K.Key_Return)
        home = program.window.home
        assert home is not None and home.told.text() == ""  # there is a recovery key
        assert program.window.unlock is None


def test_what_is_typed_shows_only_where_that_is_asked_for(
    qtbot: QtBot, locked: str, data_folder: Path
) -> None:
    with started(data_folder) as program:
        page = asked(qtbot, program)
        [field] = page.secret.fields
        typed(field, PASSPHRASE)
        assert PASSPHRASE not in field.displayText()
        page.secret.shown.setChecked(True)
        assert field.displayText() == PASSPHRASE
        page.secret.shown.setChecked(False)
        assert PASSPHRASE not in field.displayText()
        click(child(page, Button, "关闭"))
        assert not program.window.isVisible()


def test_a_recovery_key_opens_it_elsewhere_and_the_keyring_may_keep_the_key(
    qtbot: QtBot, locked: str, data_folder: Path
) -> None:
    with started(data_folder) as program:
        page = asked(qtbot, program)
        typed(page.secret.fields[0], locked.lower().replace("-", " "))
        with qtbot.waitSignal(program.ready, timeout=20_000):
            press(K.Key_Return)
        home = program.window.home
        assert home is not None and "系统密钥环" in home.told.text()
        assert not KeyFile(data_folder).in_keyring  # nobody has said yes
        click(home.told.act)
        qtbot.waitUntil(lambda: "已存入" in home.told.text(), timeout=10_000)
    with started(data_folder) as program, qtbot.waitSignal(program.ready, timeout=20_000):
        pass  # it asks nothing any more


def test_what_was_opened_after_the_window_closed_is_let_go_of(
    qtbot: QtBot, locked: str, data_folder: Path
) -> None:
    with started(data_folder) as program:
        page = asked(qtbot, program)
        typed(page.secret.fields[0], PASSPHRASE)
        click(page.go_on)
        program.window.close()
        qtbot.waitUntil(lambda: program._opening is None, timeout=20_000)
        assert program.window.bench is None
        Workbench.open(data_folder, PASSPHRASE).close()


def test_a_keyring_that_was_locked_at_the_start_is_tried_again(
    qtbot: QtBot, data_folder: Path
) -> None:
    Workbench.open(data_folder).close()
    with ExitStack() as stack:
        locked_now = stack.enter_context(ExitStack())
        locked_now.enter_context(without_keyring())
        program = stack.enter_context(started(data_folder))
        page = asked(qtbot, program)
        click(page.again)
        qtbot.waitUntil(page.again.isEnabled, timeout=10_000)
        assert program.window.bench is None
        locked_now.close()
        with qtbot.waitSignal(program.ready, timeout=20_000):
            click(page.again)
        assert program.window.home is not None
