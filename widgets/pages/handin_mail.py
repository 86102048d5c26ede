"""邮件发送: the drafts, opened in the mail program or sent from here, and the outbox."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app import mail_account, mail_gate, outbox
from app.mail_account import Account
from app.outbox import OutgoingRow, State
from app.progress import Progress
from app.uploads import size_text
from forms.dossier import Provider, Sending
from forms.errors import UserError
from forms.record import specs
from forms.sending import UPLOAD, read_file_lines
from widgets.bars import StatusNote
from widgets.controls import Button, Kind
from widgets.desk import Desk
from widgets.jobs import Job
from widgets.mail_settings import MailSettings
from widgets.pages.handin_export import FileLine
from widgets.surfaces import Card, Rule, empty
from widgets.text import TextLabel

_TO = "mail-to"
_LOOK_MS = 3000
_NONE = "尚无邮件草稿。请在“导出”中勾选“邮件草稿”，以口令加密导出终稿。"
_UNSET = "尚未设置发信邮箱：可用邮件程序打开草稿后发送，或先填写“邮箱设置”，由本程序发送。"
_ASK = "服务器可能已收下，也可能没有，请先与收件人核实，再作选择。"
_LOOKS = {
    State.QUEUED: ("clock", "ink2"),
    State.SENDING: ("transfer", "accent"),
    State.ENDING: ("transfer", "accent"),
    State.SENT: ("check", "ok"),
    State.UNKNOWN: ("warn", "warn"),
    State.REFUSED: ("block", "block"),
}


class MailCard(Card):
    """Mails go out from here. `set_folder` says where the drafts lie."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__((20, 16), 10, parent)
        self.desk, self._store = desk, desk.bench.store
        self._job: Job | None = None
        self._folder = Path()
        self._found: list[Path] = []
        self._shown: list[OutgoingRow] = []
        self.settings = Button("邮箱设置", height=28)
        self.account = TextLabel("", "dense", "ink2", wrap=True)
        self.to = QLineEdit(self._store.setting(_TO) or desk.pack.bureau_email)
        self.send = Button("", icon="export")
        self.stop = Button("停止")
        self.status = TextLabel("", "dense", wrap=True)
        self._drafts, self._rows, self._receipts = QVBoxLayout(), QVBoxLayout(), QVBoxLayout()
        self._lay_out()
        self.settings.clicked.connect(self.open_settings)
        self.send.clicked.connect(self._queue)
        self.stop.clicked.connect(self._cancel)
        desk.restructured.connect(self.show_outbox)
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)
        self.show_account()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(TextLabel("邮件发送", "section"))
        head.addStretch(1)
        head.addWidget(self.settings)
        self.body.addLayout(head)
        self.body.addWidget(self.account)
        self.body.addLayout(self._drafts)
        self.to.setPlaceholderText("收件地址，多个地址以分号隔开")
        self.to.setAccessibleName("收件地址")
        self._sending = QWidget()
        row = QHBoxLayout(self._sending)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(TextLabel("收件地址", "dense", "ink2"))
        row.addWidget(self.to, 1)
        row.addWidget(self.send)
        row.addWidget(self.stop)
        self.body.addWidget(self._sending)
        self.body.addWidget(self.status)
        for layout in (self._drafts, self._rows, self._receipts):
            layout.setSpacing(4)
        self.body.addLayout(self._rows)
        self.body.addLayout(self._receipts)
        self.status.hide()
        self.stop.hide()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.show_drafts()
        self.show_outbox()

    # -- what there is ----------------------------------------------------------------------------

    def set_folder(self, folder: Path) -> None:
        """Look for the drafts of the last export below `folder`."""
        self._folder = folder
        self.show_drafts()

    def show_account(self) -> None:
        """From which mailbox is sent."""
        found = mail_account.load(self._store)
        told = f"发信邮箱：{found.address}（{found.host}，端口 {found.port}）" if found else _UNSET
        self.account.setText(told)
        self.account.updateGeometry()
        self._allow()

    def show_drafts(self) -> None:
        """The drafts, each to be opened in the mail program."""
        self._found = mail_gate.drafts(self._folder, self.desk.dossier)
        empty(self._drafts)
        for path in self._found:
            self._drafts.addWidget(FileLine(path.name, path, "用邮件程序打开"))
        if not self._found:
            self._drafts.addWidget(TextLabel(_NONE, "dense", "ink2", wrap=True))
        count = f"（{len(self._found)} 封）" if len(self._found) > 1 else ""
        self.send.setText(f"加入发件箱并发送{count}")
        self.send.setAccessibleName(self.send.text())
        self.send.updateGeometry()
        self._allow()

    def _allow(self) -> None:
        self._sending.setVisible(bool(self._found))
        self.send.setEnabled(self._job is None and mail_account.load(self._store) is not None)

    def show_outbox(self) -> None:
        """The mails of this dossier, and the receipts that it has."""
        if self.desk.closed:
            return
        self._shown = outbox.listed(self._store, self.desk.dossier_id)
        for layout in (self._rows, self._receipts):
            empty(layout)
        if self._shown:
            self._rows.addWidget(Rule())
            self._rows.addWidget(TextLabel("发件箱", "dense", "ink2"))
        for row in self._shown:
            self._rows.addWidget(MailLine(row, self._actions(row)))
        # What went up to the platform is ticked in the card of its own.
        receipts = [each for each in self.desk.dossier.all(Sending) if each.way != UPLOAD]
        if receipts:
            self._receipts.addWidget(Rule())
            self._receipts.addWidget(TextLabel("报送记录", "dense", "ink2"))
        for each in sorted(receipts, key=lambda one: one.sent_at or dt.datetime.min, reverse=True):
            self._receipts.addWidget(ReceiptLine(each))
        self._watch()

    def _watch(self) -> None:
        """Look on while it is in view and something may go out behind the window."""
        moving = any(row.state in (State.QUEUED, State.SENDING) for row in self._shown)
        if not moving or not self.isVisible():
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()

    def _look(self) -> None:
        """Something may have gone out behind the window, or from another one."""
        if self.isVisible() and not self.desk.closed:
            now = outbox.listed(self._store, self.desk.dossier_id)
            if [row.model_dump() for row in now] != [row.model_dump() for row in self._shown]:
                self.show_outbox()
        self._watch()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def _actions(self, row: OutgoingRow) -> list[tuple[str, Callable[[], None]]]:
        """What can be done about a mail, the obvious thing first."""

        def again() -> None:
            outbox.send_again(self._store, row.id)
            self._run(lambda job: outbox.send(self.desk.bench, row.id, job.stopping))

        def gone() -> None:
            outbox.remove(self._store, row.id)
            self.show_outbox()

        def arrived() -> None:
            outbox.confirm(self.desk.bench, row.id)
            self.desk.refresh()

        by_state: dict[State, list[tuple[str, Callable[[], None]]]] = {
            State.QUEUED: [("立即发送", again), ("移除", gone)],
            State.UNKNOWN: [("对方已收到", arrived), ("没有收到，重新发送", again)],
            State.REFUSED: [("重新发送", again), ("移除", gone)],
            State.SENT: [("移除", gone)],
        }
        return by_state.get(State(row.state), [])

    # -- what is done -----------------------------------------------------------------------------

    def open_settings(self) -> MailSettings:
        """Ask for the mailbox."""
        provider = self.desk.dossier.one(Provider)
        dialog = MailSettings(self, self._store, Account(provider.email, provider.name))
        dialog.saved.connect(self.show_account)
        dialog.open()
        return dialog

    def _queue(self) -> None:
        """Take all drafts into the outbox, and send them one after another."""
        bench, dossier_id, drafts = self.desk.bench, self.desk.dossier_id, list(self._found)
        to = self.to.text()

        def work(job: Job) -> Iterator[Progress]:
            queued: list[UUID] = []
            refused = ""
            for place, path in enumerate(drafts):
                yield Progress(place, len(drafts), f"正在加入发件箱：{path.name}", refused)
                try:
                    queued.append(outbox.queue(bench, dossier_id, path, to))
                except UserError as error:
                    refused = str(error)
            if not queued:
                raise UserError(refused)
            yield Progress(len(drafts), len(drafts), "已加入发件箱", refused)
            for mail_id in queued:
                yield from outbox.send(bench, mail_id, job.stopping)

        self._run(work)

    def _run(self, work: Callable[[Job], Iterator[Progress]]) -> None:
        if self._job is not None:
            return
        self._store.set_setting(_TO, self.to.text().strip())
        job = self._job = self.desk.job(lambda: work(job))
        self.say("")
        job.progressed.connect(self._progressed)
        job.refused.connect(lambda sentence: self.say(sentence, "block"))
        job.crashed.connect(lambda _error: self.say("发送没有完成，请看发件箱中的状态。", "block"))
        job.ended.connect(self._ended)
        self.stop.setEnabled(True)
        self.stop.show()
        self._allow()
        job.start()

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self.stop.setEnabled(False)
            self.say("正在停止。")

    def _progressed(self, step: Progress) -> None:
        if step.trouble:
            self.say(step.trouble, "block")
        elif step.total and self.stop.isEnabled():
            self.say(f"{step.text}（{step.done * 100 // step.total}%）。")

    def _ended(self) -> None:
        self._job = None
        self.stop.hide()
        if self.status.text().endswith("%）。") or self.status.text() == "正在停止。":
            self.say("")
        self._allow()
        self.show_outbox()

    def say(self, sentence: str, token: str = "ink2") -> None:
        """Say below the buttons how it stands."""
        self.status.set_token(token)
        self.status.setText(sentence)
        self.status.setVisible(bool(sentence))
        self.status.updateGeometry()


class MailLine(QWidget):
    """A mail of the outbox: how it stands, what the server said, and what to do about it."""

    def __init__(self, row: OutgoingRow, actions: list[tuple[str, Callable[[], None]]]) -> None:
        super().__init__()
        self.row, state = row, State(row.state)
        self.buttons: dict[str, Button] = {}
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 4, 0, 4)
        outer.setSpacing(12)
        self.note = StatusNote()
        self.note.set_note(outbox.WORDS[state], *_LOOKS[state])
        self.note.setFixedWidth(72)
        outer.addWidget(self.note, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(TextLabel(row.subject, "dense", wrap=True))
        column.addWidget(TextLabel(mail_words(row), "dense", "ink2", wrap=True))
        if state is State.UNKNOWN:
            column.addWidget(TextLabel(_ASK, "dense", "warn", wrap=True))
        outer.addLayout(column, 1)
        for place, (word, act) in enumerate(actions):
            main = place == 0 and state is not State.SENT
            button = Button(word, Kind.OUTLINED if main else Kind.QUIET, height=28)
            button.setAccessibleName(f"{word}：{row.subject}")
            button.clicked.connect(lambda _on=False, act=act: act())
            self.buttons[word] = button
            outer.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)


class ReceiptLine(QWidget):
    """A receipt in short; the button copies all of it."""

    def __init__(self, receipt: Sending) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(TextLabel(receipt_words(receipt), "dense", wrap=True), 1)
        self.copy = Button("复制回执", Kind.QUIET, height=28)
        self.copy.setAccessibleName(f"复制回执：{receipt_words(receipt)}")
        whole = receipt_text(receipt)
        self.copy.setToolTip(whole)
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(whole))
        row.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignTop)


def mail_words(row: OutgoingRow) -> str:
    """To whom a mail goes, how large it is, when, and what the server said."""
    parts = [f"收件人 {'、'.join(row.to)}", size_text(row.size)]
    if row.state == State.SENT:
        parts.append(f"{_moment(row.done)} 送达服务器")
    elif row.state == State.QUEUED and row.due and row.tries:
        parts.append(f"已试 {row.tries} 次，{_moment(row.due)} 再试")
    else:
        parts.append(f"{_moment(row.made)} 加入")
    words = "，".join(parts)
    return f"{words}。{row.answer}" if row.answer else f"{words}。"


def receipt_words(receipt: Sending) -> str:
    """What was sent when to whom, by whom, and the answer."""
    names = [name for name, _ in read_file_lines(receipt.files)]
    at = f"{receipt.sent_at:%Y-%m-%d %H:%M}" if receipt.sent_at else ""
    parts = [at, receipt.way, receipt.recipient, "、".join(names), receipt.handler, receipt.answer]
    return "　".join(part for part in parts if part)


def receipt_text(receipt: Sending) -> str:
    """All of a receipt, each field by its name."""
    lines = []
    for name, spec in specs(Sending).items():
        value = getattr(receipt, name)
        if value and name != "content":
            text = f"{value:%Y-%m-%d %H:%M:%S}" if isinstance(value, dt.datetime) else str(value)
            lines.append(f"{spec.label}：" + ("\n" if "\n" in text else "") + text)
    return "\n".join(lines)


def _moment(iso: str) -> str:
    return f"{dt.datetime.fromisoformat(iso).astimezone():%m-%d %H:%M}" if iso else ""
