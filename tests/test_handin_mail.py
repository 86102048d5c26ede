"""邮件发送 on the hand-in page: real clicks, and a real server on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import QCoreApplication, QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app import handin, mail_account, outbox
from app.outbox import State
from app.outside import plain_name
from app.progress import Progress
from app.workbench import Workbench
from forms.dossier import Sending
from tests.mail_kit import (
    PASSWORD,
    USER,
    Server,
    Trust,
    closed_bundle,
    drafted,
    free_port,
    make_trust,
    ready_dossier,
    serving,
    use,
)
from tests.window_kit import LEFT, NAME, opened
from widgets.desk import Desk
from widgets.mail_keeper import MailKeeper
from widgets.pages.handin_export import FileLine
from widgets.pages.handin_mail import MailCard, MailLine, ReceiptLine

TO = "bureau@example.gov.cn"
SLOW = 20_000
pytestmark = pytest.mark.allow_log("login_data is deprecated")  # by aiosmtpd, of its own


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Trust:
    return make_trust(tmp_path_factory.mktemp("trust"))


@pytest.fixture
def server(trust: Trust, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server that this machine trusts as it does any on the net."""
    monkeypatch.setenv("SSL_CERT_FILE", str(trust.chain))
    with serving(trust) as made:
        yield made


@pytest.fixture
def bench(data_folder: Path) -> Iterator[Workbench]:
    with opened(data_folder) as made:
        yield made


@pytest.fixture
def dossier_id(bench: Workbench) -> UUID:
    return ready_dossier(bench, NAME)


@pytest.fixture
def draft(bench: Workbench, dossier_id: UUID, tmp_path: Path) -> Path:
    """A draft where an export leaves it."""
    folder = tmp_path / "导出" / plain_name(NAME)
    folder.mkdir(parents=True)
    (folder / handin.OWNER).write_text(f"{dossier_id}\n", "ascii")
    made = drafted(bench, dossier_id, tmp_path, closed_bundle(tmp_path / "文件包（保密）.zip"))
    return made.rename(folder / f"{folder.name}-邮件草稿.eml")


@pytest.fixture
def card(qtbot: QtBot, bench: Workbench, dossier_id: UUID, tmp_path: Path) -> Iterator[MailCard]:
    desk = Desk(bench, dossier_id)
    made = MailCard(desk)
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.set_folder(tmp_path / "导出")
    with qtbot.waitExposed(made):
        made.show()
    yield made
    desk.close()


def lines(card: MailCard) -> list[MailLine]:
    QCoreApplication.processEvents()  # what was laid out is shown with the next turn of the loop
    return [line for line in card.findChildren(MailLine) if line.isVisible()]


def click(card: MailCard, line: MailLine, word: str, qtbot: QtBot) -> None:
    QTest.mouseClick(line.buttons[word], LEFT)
    qtbot.waitUntil(lambda: card._job is None, timeout=SLOW)


def test_a_draft_is_opened_in_the_mail_program_or_sent_from_here(
    qtbot: QtBot, card: MailCard, draft: Path, server: Server
) -> None:
    class MailProgram(QObject):
        opened: QUrl | None = None

        @Slot(QUrl)
        def open(self, url: QUrl) -> None:
            self.opened = url

    card.show_drafts()
    QCoreApplication.processEvents()
    (offered,) = [each for each in card.findChildren(FileLine) if each.isVisible()]
    program = MailProgram()
    QDesktopServices.setUrlHandler("file", program, "open")  # type: ignore[arg-type]
    QTest.mouseClick(offered.button, LEFT)
    QDesktopServices.unsetUrlHandler("file")
    assert program.opened is not None and Path(program.opened.toLocalFile()) == draft
    assert not card.send.isEnabled() and "尚未设置" in card.account.text()
    use(card.desk.bench, server.port)
    card.show_account()
    QTest.mouseClick(card.send, LEFT)  # to nobody
    qtbot.waitUntil(lambda: card._job is None, timeout=SLOW)
    assert "收件地址" in card.status.text() and not lines(card)
    card.to.setText(TO)
    QTest.mouseClick(card.send, LEFT)
    qtbot.waitUntil(lambda: card._job is None and bool(lines(card)), timeout=SLOW)
    (line,) = lines(card)
    assert line.row.state == State.SENT and len(server.received) == 1
    assert line.note.accessibleName() == "已发" and list(line.buttons) == ["移除"]
    qtbot.waitUntil(lambda: bool(card.findChildren(ReceiptLine)), timeout=SLOW)
    receipt = card.findChildren(ReceiptLine)[-1]
    QTest.mouseClick(receipt.copy, LEFT)
    copied = QGuiApplication.clipboard().text()
    for told in (TO, "文件包（保密）.zip", line.row.message_id, "250 queued as 甲", "王示例"):
        assert told in copied
    assert all(digest in copied for _, digest in line.row.attached)
    QTest.mouseClick(card.send, LEFT)  # once more: it lies in the outbox already
    qtbot.waitUntil(lambda: card._job is None, timeout=SLOW)
    assert "已在发件箱中（已发）" in card.status.text() and len(server.received) == 1


def test_each_state_offers_what_can_be_done_about_it(
    qtbot: QtBot, card: MailCard, draft: Path, server: Server
) -> None:
    bench, dossier_id = card.desk.bench, card.desk.dossier_id
    use(bench, server.port)
    made = outbox.queue(bench, dossier_id, draft, TO)
    for state, offered in (
        (State.SENDING, []),
        (State.QUEUED, ["立即发送", "移除"]),
        (State.REFUSED, ["重新发送", "移除"]),
        (State.UNKNOWN, ["对方已收到", "没有收到，重新发送"]),
    ):
        outbox._set(bench.store, made, state, answer="554 spam", due="")
        card._look()  # as it does every few seconds
        (line,) = lines(card)
        assert line.note.accessibleName() == outbox.WORDS[state]
        assert list(line.buttons) == offered
    click(card, line, "没有收到，重新发送", qtbot)
    assert [each.row.state for each in lines(card)] == [State.SENT] and len(server.received) == 1
    outbox._set(bench.store, made, State.UNKNOWN)
    card.show_outbox()
    click(card, lines(card)[0], "对方已收到", qtbot)
    assert [each.row.state for each in lines(card)] == [State.SENT] and len(server.received) == 1
    click(card, lines(card)[0], "移除", qtbot)
    assert not lines(card) and len(card.desk.dossier.all(Sending)) == 2


def test_a_mail_that_is_due_goes_out_behind_the_window(
    qtbot: QtBot, card: MailCard, draft: Path, server: Server
) -> None:
    bench, dossier_id = card.desk.bench, card.desk.dossier_id
    use(bench, free_port())
    made = outbox.queue(bench, dossier_id, draft, TO)
    list(outbox.send(bench, made))  # there is no network yet
    (row,) = outbox.listed(bench.store, dossier_id)
    assert row.state == State.QUEUED and row.due
    keeper = MailKeeper(bench, card)
    keeper.look()
    assert keeper._job is None  # it is not due
    assert keeper._timer.isActive() and keeper._timer.remainingTime() > 50_000  # but it will be
    use(bench, server.port)
    outbox._set(bench.store, made, State.QUEUED, due=row.made)
    keeper.look()
    qtbot.waitUntil(lambda: len(server.received) == 1 and keeper._job is None, timeout=SLOW)
    card._look()
    assert [each.row.state for each in lines(card)] == [State.SENT]
    assert not keeper._timer.isActive()  # nothing waits any more
    keeper.close()


def test_the_outbox_wakes_for_what_a_job_has_left(
    qtbot: QtBot, card: MailCard, draft: Path
) -> None:
    bench, dossier_id = card.desk.bench, card.desk.dossier_id
    use(bench, free_port())
    keeper = MailKeeper(bench, card)
    assert not keeper._timer.isActive()
    card.desk.working.connect(keeper.follow)

    def work() -> Iterator[Progress]:
        outbox.queue(bench, dossier_id, draft, TO)
        yield Progress(1, 1, "")

    card.desk.job(work).start()
    qtbot.waitUntil(keeper._timer.isActive, timeout=SLOW)
    keeper.close()
    assert not keeper._timer.isActive()


def test_the_mailbox_is_asked_for_and_tried_out(
    qtbot: QtBot, card: MailCard, server: Server
) -> None:
    dialog = card.open_settings()
    assert dialog.address.text() == USER and dialog.name.text() == "示例·某服务商"
    assert not dialog.hint.isVisible()
    dialog.address.clear()
    QTest.keyClicks(dialog.address, "1234567@qq.com")
    assert (dialog.host.text(), dialog.port.value()) == ("smtp.qq.com", 465)
    assert dialog.hint.isVisible() and "授权码" in dialog.hint.text()
    dialog.way._pick("starttls")
    assert dialog.port.value() == 587
    QTest.mouseClick(dialog.keep, LEFT)
    assert "没有填写授权码" in dialog.status.text() and mail_account.load(card._store) is None
    dialog.address.setText(USER)
    dialog.host.setText("127.0.0.1")
    dialog.way._pick("tls")
    dialog.port.setValue(server.port)
    for password, words in (("wrong", "没有连通：535"), (PASSWORD, "没有发送任何邮件")):
        dialog.password.setText(password)
        QTest.mouseClick(dialog.try_out, LEFT)
        qtbot.waitUntil(lambda: dialog._job is None, timeout=SLOW)
        assert words in dialog.status.text()
    QTest.keyClick(dialog.password, Qt.Key.Key_Tab)
    QTest.mouseClick(dialog.keep, LEFT)
    kept = mail_account.load(card._store)
    assert kept is not None and mail_account.password_of(kept) == PASSWORD
    assert USER in card.account.text() and server.received == []
