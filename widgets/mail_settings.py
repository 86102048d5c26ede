"""邮箱设置: the mailbox that mails are sent from, tried out before it is needed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app import mail_account
from app.mail_account import STARTTLS_PORT, TLS_PORT, Account
from app.progress import Progress
from app.smtp import rehearse
from app.store import Store
from forms.errors import UserError
from widgets.controls import Button, Kind, Segment, SegmentedControl
from widgets.jobs import Job
from widgets.text import TextLabel

_WIDE = 560
_TLS, _STARTTLS = "tls", "starttls"
_WAYS = (Segment(_TLS, "SSL/TLS（465）"), Segment(_STARTTLS, "STARTTLS（587）"))
_FOR = (
    "邮件只经加密连接发送，服务器证书须核实无误。授权码（密码）只存入本机的系统密钥环，"
    "不写入档案数据。"
)
_CODE = (
    "该邮箱须使用“授权码”，不是登录密码：请在邮箱网页版的设置中开启 SMTP 服务，取得授权码后填写。"
)
_KEPT = "已存入密钥环，不改则留空"


class MailSettings(QDialog):
    """Saves what was typed; `saved()` then. 测试连接 logs in and sends nothing."""

    saved = Signal()

    def __init__(self, parent: QWidget, store: Store, first: Account) -> None:
        """`first` is what the fields begin with where no mailbox was set yet."""
        super().__init__(parent)
        self._store = store
        self._job: Job | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("邮箱设置")
        self.setFixedWidth(_WIDE)
        self.address, self.name, self.host, self.user, self.password = (
            QLineEdit() for _ in range(5)
        )
        self.port = QSpinBox()
        self.port.setRange(1, 65535)
        self.port.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.port.setFixedWidth(120)
        self.way = SegmentedControl(_WAYS, _TLS, name="加密方式")
        self.hint = TextLabel("", "dense", "warn", wrap=True)
        self.status = TextLabel("", "dense", wrap=True)
        self.try_out, self.leave = Button("测试连接"), Button("取消")
        self.keep = Button("保存", Kind.PRIMARY)
        self._lay_out()
        self._fill(mail_account.load(store) or first)
        self.address.textEdited.connect(lambda _text: self._prefill())
        for field in (self.address, self.host, self.user):
            field.textEdited.connect(lambda _text: self.password.setPlaceholderText(""))
        self.way.chosen.connect(self._set_port)
        self.try_out.clicked.connect(self._try)
        self.leave.clicked.connect(self.reject)
        self.keep.clicked.connect(self._save)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        column.addWidget(TextLabel("邮箱设置", "section"))
        column.addWidget(TextLabel(_FOR, "dense", "ink2", wrap=True))
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        rows: tuple[tuple[str, QWidget], ...] = (
            ("发件地址", self.address),
            ("发件人名称", self.name),
            ("授权码（密码）", self.password),
            ("发信服务器", self.host),
            ("加密方式", self.way),
            ("端口", self.port),
            ("用户名", self.user),
        )
        for place, (label, field) in enumerate(rows):
            field.setAccessibleName(label)
            if isinstance(field, QLineEdit):
                field.setMaxLength(254)
            grid.addWidget(TextLabel(label, "dense", "ink2"), place, 0)
            fixed = not isinstance(field, QLineEdit)
            left = Qt.AlignmentFlag.AlignLeft if fixed else Qt.AlignmentFlag(0)
            grid.addWidget(field, place, 1, left)
        grid.setColumnStretch(1, 1)
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.user.setPlaceholderText("不填则与发件地址相同")
        column.addLayout(grid)
        for told in (self.hint, self.status):
            column.addWidget(told)
            told.hide()
        row = QHBoxLayout()
        row.addWidget(self.try_out)
        row.addStretch(1)
        row.addWidget(self.leave)
        row.addWidget(self.keep)
        column.addLayout(row)

    def _fill(self, account: Account) -> None:
        self.address.setText(account.address)
        self.name.setText(account.name)
        self.host.setText(account.host)
        self.way.set_current(_STARTTLS if account.starttls else _TLS)
        self.port.setValue(account.port)
        self.user.setText("" if account.user == account.address else account.user)
        if account.host and mail_account.password_of(account):
            self.password.setPlaceholderText(_KEPT)
        if not account.host:
            self._prefill()
        self._show_hint()

    def _prefill(self) -> None:
        """Of mailboxes whose server is known, nobody has to type it."""
        found = mail_account.known(self.address.text())
        if found is not None:
            self.host.setText(found.host)
            self.way.set_current(_TLS)
            self.port.setValue(TLS_PORT)
        self._show_hint()

    def _show_hint(self) -> None:
        found = mail_account.known(self.address.text())
        self._say(self.hint, _CODE if found is not None and found.code else "", "warn")

    def _set_port(self, way: str) -> None:
        if self.port.value() in (TLS_PORT, STARTTLS_PORT):
            self.port.setValue(STARTTLS_PORT if way == _STARTTLS else TLS_PORT)

    def account(self) -> Account:
        """What was typed. UserError where it cannot be a mailbox."""
        return mail_account.checked(
            Account(
                self.address.text(),
                self.name.text(),
                self.host.text(),
                self.port.value(),
                self.way.current() == _STARTTLS,
                self.user.text(),
            )
        )

    def _typed(self) -> tuple[Account, str] | None:
        """The mailbox and its password; None where something is wrong, which is then said."""
        wrong = "没有填写授权码（密码），没有保存，请填写后再试。"
        try:
            account = self.account()
            password = self.password.text() or mail_account.password_of(account)
        except UserError as error:
            wrong, password = str(error), ""
        if password:
            return account, password
        self._say(self.status, wrong, "block")
        return None

    def _try(self) -> None:
        typed = self._typed()
        if typed is None:
            return
        account, password = typed
        job = self._job = Job(lambda: rehearse(account, password, job.stopping), self)
        job.progressed.connect(self._follow)
        job.refused.connect(lambda sentence: self._say(self.status, sentence, "block"))
        job.ended.connect(self._free)
        self.try_out.setEnabled(False)
        job.start()

    def _follow(self, step: Progress) -> None:
        done = step.done == step.total
        self._say(self.status, f"{step.text}。", "ok" if done else "ink2")

    def _free(self) -> None:
        self._job = None
        self.try_out.setEnabled(True)

    def _save(self) -> None:
        typed = self._typed()
        if typed is None:
            return
        try:
            mail_account.save(self._store, typed[0], self.password.text())
        except UserError as error:
            self._say(self.status, str(error), "block")
            return
        self.saved.emit()
        self.accept()

    def done(self, result: int) -> None:
        """Close; what is being tried out is stopped first."""
        if self._job is not None:
            self._job.cancel()
            self._job.wait()
        super().done(result)

    def _say(self, label: TextLabel, sentence: str, token: str) -> None:
        label.set_token(token)
        label.setText(sentence)
        label.setVisible(bool(sentence))
        label.updateGeometry()
        self.adjustSize()
