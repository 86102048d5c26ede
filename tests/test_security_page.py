"""数据安全 on a real store: passphrase, recovery key on paper, another master key, backups."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
import zxingcpp
from pypdf import PdfReader
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app import backups
from app.keys import KeyFile, Keys, LockedError
from app.pdf_pages import PdfPages
from app.workbench import Workbench
from exporters.pdf_renderer import render_pdf
from exporters.recovery_page import compose
from forms.dossier import Enterprise
from tests.keyring_kit import without_keyring
from tests.window_kit import opened
from widgets import printing
from widgets.controls import Button
from widgets.main_window import MainWindow
from widgets.pages.security import SecurityPage
from widgets.secret_fields import SHORT
from widgets.security_cards import ConfirmForm, PassphraseForm, RecoveryForm, StateCard
from widgets.theme import theme


@pytest.fixture(autouse=True, scope="module")
def _themed(qapp: QApplication) -> None:
    theme().install(qapp)


@pytest.fixture
def bench(data_folder: Path) -> Iterator[Workbench]:
    with opened(data_folder) as made:
        yield made


@pytest.fixture
def page(qtbot: QtBot, bench: Workbench) -> Iterator[SecurityPage]:
    made = SecurityPage(bench, lambda: True)
    qtbot.addWidget(made)
    made.resize(1280, 720)
    made.show()
    settled(qtbot, made)
    yield made
    made.finish()


def settled(qtbot: QtBot, page: SecurityPage) -> None:
    """Wait until nothing runs and the page shows how things stand."""
    qtbot.waitUntil(
        lambda: not page.jobs.busy() and page._looking is None and page.state is not None,
        timeout=20_000,
    )


def click(button: Button) -> None:
    """Press a button that can be seen, wherever the page's layout has it by now."""
    assert button.isVisible() and button.isEnabled()
    button.click()


def words(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def tag(card: StateCard) -> str:
    return card.tag.accessibleName()


def choose(page: SecurityPage, card: StateCard, passphrase: str, again: str | None = None) -> None:
    """Fill the passphrase's form of a card in, and send it."""
    form = card.form
    assert isinstance(form, PassphraseForm)
    form.secret.fields[0].setText(passphrase)
    form.secret.fields[1].setText(passphrase if again is None else again)
    click(form.done)


def test_it_says_where_the_key_is_and_that_nothing_else_opens_the_backups(
    page: SecurityPage,
) -> None:
    assert tag(page.master) == "存于密钥环" and not page.keep.isVisible()
    assert (tag(page.passphrase), tag(page.recovery)) == ("未设定", "未生成")
    assert tag(page.backups) == "尚无备份" and "只有本机的密钥环能够打开" in words(page.backups)
    assert page.bench.store.key_file.short in words(page.master)


def test_a_passphrase_that_was_set_opens_the_store_where_the_keyring_is_gone(
    qtbot: QtBot, page: SecurityPage, data_folder: Path
) -> None:
    click(page.choose)
    choose(page, page.passphrase, "short")
    form = page.passphrase.form
    assert isinstance(form, PassphraseForm) and form.secret.wrong.text() == SHORT
    choose(page, page.passphrase, "correct horse")
    settled(qtbot, page)
    assert tag(page.passphrase) == "已设定" and page.choose.text() == "更改口令"
    assert page.passphrase.form is None and "只有本机" not in words(page.backups)
    with without_keyring():
        with pytest.raises(LockedError):
            KeyFile(data_folder).unlock("wrong horse")
        assert KeyFile(data_folder).unlock("correct horse") == page.bench.store.keys


class _Printer(QPrinter):
    def __init__(self, path: Path) -> None:
        super().__init__(QPrinter.PrinterMode.HighResolution)
        self.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        self.setOutputFileName(str(path))
        self.setFullPage(True)
        self.setResolution(150)


def test_a_recovery_key_shows_once_is_printed_and_opens_the_store(
    qtbot: QtBot,
    page: SecurityPage,
    data_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    click(page.make)
    qtbot.waitUntil(lambda: isinstance(page.recovery.form, RecoveryForm), timeout=10_000)
    settled(qtbot, page)
    form = page.recovery.form
    assert isinstance(form, RecoveryForm)
    key = "".join(letter for letter in words(form) if letter.isascii() and letter.isalnum())
    assert len(key) == 32
    monkeypatch.setattr(printing, "ask_printer", lambda *_: _Printer(tmp_path / "safe.pdf"))
    before = {path for path in data_folder.rglob("*") if path.is_file()}
    click(form.done)
    settled(qtbot, page)
    assert {path for path in data_folder.rglob("*") if path.is_file()} == before
    with PdfPages(tmp_path / "safe.pdf") as pdf:
        assert pdf.count == 1
        [code] = zxingcpp.read_barcodes(pdf.picture(0, 150))
    assert code.text.replace("-", "") == key
    with without_keyring():
        assert KeyFile(data_folder).unlock(code.text) == page.bench.store.keys

    left: list[bool] = []
    page.closed.connect(lambda: left.append(True))
    page.leave()
    assert not left and "不能再次查看" in page.notice.text()
    click(form.stop)
    page.leave()
    assert left and key[:4] not in words(page)


def test_the_page_for_the_safe_says_what_it_is_for(tmp_path: Path) -> None:
    key = "-".join(f"{place}ABC" for place in range(8))
    render_pdf(compose(key, "3F2A9C1D", dt.date(2025, 6, 17)), tmp_path / "page.pdf")
    reader = PdfReader(tmp_path / "page.pdf")
    assert len(reader.pages) == 1
    text = "".join(reader.pages[0].extract_text().split())
    for part in ("保密", "数据恢复密钥", "3F2A9C1D", "2025年6月17日", *key.split("-"), "保险柜"):
        assert part in text


def test_a_key_that_is_on_paper_is_replaced_only_on_purpose(
    qtbot: QtBot, page: SecurityPage, bench: Workbench
) -> None:
    first = bench.store.key_file.make_recovery(bench.store.keys)
    page._look()
    settled(qtbot, page)
    click(page.make)
    form = page.recovery.form
    assert isinstance(form, ConfirmForm) and "失效" in form.said.text()
    click(form.stop)
    with without_keyring():
        assert bench.store.key_file.unlock(first) == bench.store.keys
    click(page.make)
    again = page.recovery.form
    assert isinstance(again, ConfirmForm)
    click(again.done)
    qtbot.waitUntil(lambda: isinstance(page.recovery.form, RecoveryForm), timeout=10_000)
    settled(qtbot, page)
    with without_keyring(), pytest.raises(LockedError):
        bench.store.key_file.unlock(first)


def test_another_master_key_leaves_all_readable_and_the_old_recovery_key_void(
    qtbot: QtBot, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Workbench.open(data_folder)  # no copy: the old key leaves the keyring
    dossier = bench.create("示例・换钥")
    recovery = bench.store.key_file.make_recovery(bench.store.keys)
    monkeypatch.setattr("app.change_keys.new_keys", lambda: Keys(bytes(range(32, 64))))
    window = MainWindow()
    qtbot.addWidget(window)
    window.attach(bench)
    window.show()
    window.open_security()
    page = window.security
    assert page is not None
    settled(qtbot, page)
    click(page.change)
    choose(page, page.master, "")
    qtbot.waitUntil(lambda: "已更换" in page.told.text(), timeout=20_000)
    settled(qtbot, page)
    assert bench.dossier(dossier).one(Enterprise).name == "示例・换钥"
    assert (tag(page.recovery), tag(page.master)) == ("未生成", "存于密钥环")
    assert KeyFile(data_folder).unlock() == bench.store.keys == Keys(bytes(range(32, 64)))
    with without_keyring(), pytest.raises(LockedError):
        KeyFile(data_folder).unlock(recovery)
    page.leave()
    assert window.home is not None and window.stack.currentWidget() is window.home
    window.close()
    again = Workbench.open(data_folder)
    assert [each.name for each in again.summaries()] == ["示例・换钥"]
    again.close()


def test_the_master_key_stays_while_something_else_is_at_work(
    qtbot: QtBot, bench: Workbench
) -> None:
    page = SecurityPage(bench, lambda: False)
    qtbot.addWidget(page)
    page.show()
    settled(qtbot, page)
    before = bench.store.keys
    click(page.change)
    choose(page, page.master, "")
    assert "没有更换" in page.notice.text() and not page.jobs.busy()
    assert bench.store.keys == before


def test_backups_are_made_listed_and_mirrored(
    qtbot: QtBot, page: SecurityPage, bench: Workbench, tmp_path: Path
) -> None:
    click(page.now)
    settled(qtbot, page)
    [made] = backups.newest(bench.store)
    assert made.path.name in words(page.copies) and "KB" in words(page.copies)
    assert not page.drop.isVisible()
    page.use_second(tmp_path / "missing")
    settled(qtbot, page)
    assert "不能用作第二备份位置" in page.notice.text()
    stick = tmp_path / "优盘"
    stick.mkdir()
    page.use_second(stick)
    settled(qtbot, page)
    assert str(stick) in page.place.text() and list(stick.rglob("*.db"))
    click(page.drop)
    settled(qtbot, page)
    assert backups.second_place(bench.store) is None and not page.drop.isVisible()
    assert list(stick.rglob("*.db"))
