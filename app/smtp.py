"""One dialogue with a mail server, such that at its end it is known what became of the mail.

Nothing is said over a line that is not encrypted, whose server's certificate is not verified. The
server has a mail only once it was sent the end of its data (RFC 5321, 4.1.1.4): a line that dies
before leaves the mail here, one that dies after that, before the answer, leaves its fate unknown.
"""

from __future__ import annotations

import re
import select
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from types import TracebackType
from typing import NoReturn

from app.mail_account import Account
from app.progress import Progress
from forms.errors import UserError

_STEP = 20
"""Seconds for one step of the line itself: to connect, to take a piece off our hands."""
_PATIENCE, _END_PATIENCE = 300, 600
"""Seconds for the server's next answer, and for that to the end of the data (RFC 5321, 4.5.3.2)."""
_GRACE = 10
"""Seconds that an answer is waited for although somebody wants to stop: what is lost without it is
whether the mail was taken."""
_TICK = 0.2
_SLICE = 1 << 16
_ANSWER = 500
_SELF = "[127.0.0.1]"
"""What the server is told of this machine: its name is nobody's business."""


class Fate(Enum):
    """What became of a mail, or of the attempt to send it.

    LATER: not taken, for a passing reason; HELD: not taken, and not before a person changed
    something; REFUSED: the server does not want it; UNKNOWN: it may or may not have been taken.
    """

    TAKEN = auto()
    LATER = auto()
    HELD = auto()
    REFUSED = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class Outcome:
    """A fate, and why: the server's own words, or a sentence where it had none."""

    fate: Fate
    answer: str


class Stopped(Exception):
    """The dialogue ended before the mail was handed over; `outcome` says how."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.answer)
        self.outcome = outcome


class _CalledOffError(smtplib.SMTPServerDisconnected):
    """Somebody wanted to stop."""


class _Client(smtplib.SMTP):
    """Waits for answers as long as mail servers may take, but no longer than somebody wants it."""

    def __init__(self, account: Account, stopping: threading.Event, **more: ssl.SSLContext) -> None:
        self._stopping = stopping
        self.patience, self.grace = float(_PATIENCE), 0.0
        super().__init__(account.host, account.port, _SELF, timeout=_STEP, **more)  # type: ignore[arg-type]

    def getreply(self) -> tuple[int, bytes]:
        """The server's answer. SMTPServerDisconnected where none comes."""
        until = time.monotonic() + self.patience
        stop_by = None
        while self.sock is not None and not self._has_heard():
            now = time.monotonic()
            if self._stopping.is_set() and stop_by is None:
                stop_by = now + self.grace
            if now > until or (stop_by is not None and now >= stop_by):
                self.close()
                raise (_CalledOffError if stop_by else smtplib.SMTPServerDisconnected)("no answer")
        return super().getreply()

    def _has_heard(self) -> bool:
        """Whether something of an answer is here, or the line's end; waits a moment for it.

        What an encrypted socket can be read for may be TLS's own affair: it has to be tried.
        """
        assert self.sock is not None
        if isinstance(self.sock, ssl.SSLSocket):
            self.file = self.file or self.sock.makefile("rb")
            self.sock.settimeout(0)
            try:
                self.file.peek(1)
                return True
            except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
                select.select([self.sock], [], [], _TICK)
                return False
            except OSError:
                return True  # to be met again by whoever reads
            finally:
                self.sock.settimeout(_STEP)
        return bool(select.select([self.sock], [], [], _TICK)[0])


class _TLSClient(_Client, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte on."""


class Dialogue:
    """An open line to the server of an account, logged in; to be used in a `with` block.

    `stopping` is set by whoever wants it over. `context` is that of the tests, who have a
    certificate of their own. Raises Stopped.
    """

    def __init__(
        self,
        account: Account,
        password: str,
        stopping: threading.Event | None = None,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._account, self._password = account, password
        self._stopping = stopping or threading.Event()
        self._context = context or ssl.create_default_context()
        self._client: _Client | None = None

    def __enter__(self) -> Dialogue:
        try:
            client = self._connected()
            client.login(self._account.user, self._password)
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            self.hang_up()
            _stop(error, refused=Fate.HELD)
        return self

    def _connected(self) -> _Client:
        if self._account.starttls:
            made = self._client = _Client(self._account, self._stopping)
            made.starttls(context=self._context)
        else:
            made = _TLSClient(self._account, self._stopping, context=self._context)
            self._client = made
        made.ehlo_or_helo_if_needed()
        return made

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            with suppress(smtplib.SMTPException, OSError):
                self._open.patience = _GRACE
                self._open.quit()
        self.hang_up()

    def hang_up(self) -> None:
        """Cut the line: what the server was not sent to the end, it does not keep."""
        if self._client is not None:
            with suppress(OSError):
                self._client.close()

    @property
    def _open(self) -> _Client:
        assert self._client is not None
        return self._client

    def begin(self, sender: str, recipients: Iterable[str], size: int) -> None:
        """Announce a mail. Where one of the recipients is refused, nobody gets it: half a sending
        could not be done again without a second copy for the others."""
        client = self._open
        told = [f"SIZE={size}"] if client.has_extn("size") else []
        try:
            _demand(250, client.mail(sender, told))
            for each in recipients:
                _demand(250, client.rcpt(each), each)
            _demand(354, client.docmd("DATA"))
        except (smtplib.SMTPException, OSError) as error:
            _stop(error)

    def data(self, pieces: Iterable[bytes]) -> Iterator[int]:
        """Send the mail but for its end; how many bytes each time. To cease to iterate and to hang
        up leaves it unsent."""
        last = b"\n"
        for piece in pieces:
            ready = re.sub(rb"(?m)^\.", b"..", piece)
            if last != b"\n" and piece.startswith(b"."):
                ready = ready[1:]  # it does not begin a line
            last = piece[-1:] or last
            for at in range(0, len(ready), _SLICE):
                self._send(ready[at : at + _SLICE])
                yield len(ready[at : at + _SLICE])
        if last != b"\n":
            self._send(b"\r\n")
        self._heed()

    def _send(self, data: bytes) -> None:
        try:
            self._open.send(data)
        except (smtplib.SMTPException, OSError) as error:
            _stop(error)

    def _heed(self) -> None:
        """Hear what the server says before it has the end: that it hung up, or wants no more.

        Not to be asked afterwards: then it is no longer certain that the mail was not taken.
        """
        sock = self._open.sock
        assert sock is not None
        sock.settimeout(0)
        try:
            early = sock.recv(_SLICE)
        except (BlockingIOError, ssl.SSLWantReadError):
            return  # nothing, as it should be
        except OSError as error:
            _stop(error)
        finally:
            sock.settimeout(_STEP)
        if not early[:3].isdigit():
            _stop(smtplib.SMTPServerDisconnected("hung up"))
        _stop(smtplib.SMTPResponseException(int(early[:3]), early[4:]))

    def end(self) -> Outcome:
        """Send the end of the data: from here on the server may have the mail."""
        client = self._open
        try:
            client.patience, client.grace = _END_PATIENCE, _GRACE
            client.send(b".\r\n")
            code, words = client.getreply()
        except (smtplib.SMTPException, OSError):
            return Outcome(Fate.UNKNOWN, "邮件已全部发出，没有收到服务器的答复。")
        fate = {2: Fate.TAKEN, 4: Fate.LATER, 5: Fate.REFUSED}.get(code // 100, Fate.UNKNOWN)
        return Outcome(fate, _words(code, words))


def _demand(code: int, reply: tuple[int, bytes], of: str = "") -> None:
    found, words = reply
    if found // 10 != code // 10:  # 251 is as good as 250
        raise smtplib.SMTPResponseException(found, f"{of} ".lstrip().encode() + words)


def _stop(error: Exception, refused: Fate = Fate.REFUSED) -> NoReturn:
    """Say how the dialogue ended; `refused` is what a lasting refusal means here."""
    if isinstance(error, smtplib.SMTPResponseException):
        code, words = error.smtp_code, error.smtp_error
        lasting = refused if 500 <= code < 600 else Fate.HELD
        fate = Fate.LATER if 400 <= code < 500 else lasting
        raw = words if isinstance(words, bytes) else words.encode()
        raise Stopped(Outcome(fate, _words(code, raw))) from error
    if isinstance(error, _CalledOffError):
        held = "已停止，邮件没有送出。"
    elif isinstance(error, ssl.SSLCertVerificationError):
        held = f"服务器证书不能核实（{error.verify_message}），没有登录，没有发送。"
    elif isinstance(error, smtplib.SMTPNotSupportedError):
        held = "服务器不支持加密连接或登录，没有发送。"
    elif isinstance(error, ssl.SSLError) and not _cut(error):
        held = "加密连接没有建成，没有发送，请核对服务器、端口和加密方式。"
    elif isinstance(error, smtplib.SMTPServerDisconnected) or not isinstance(
        error, smtplib.SMTPException | UnicodeError
    ):
        raise Stopped(Outcome(Fate.LATER, f"{_line_trouble(error)}，邮件没有送出。")) from error
    else:
        held = f"与服务器的对话没有谈成（{error}），没有发送。"
    raise Stopped(Outcome(Fate.HELD, held)) from error


def _line_trouble(error: Exception) -> str:
    if isinstance(error, socket.gaierror):
        return "找不到发信服务器，可能没有联网"
    if isinstance(error, TimeoutError):
        return "发信服务器没有应答"
    if isinstance(error, ConnectionRefusedError):
        return "发信服务器拒绝连接"
    return "与发信服务器的连接中断"


def _cut(error: ssl.SSLError) -> bool:
    return isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError | TimeoutError)


def _words(code: int, raw: bytes) -> str:
    """The server's answer in one line; Chinese servers write UTF-8 or GBK."""
    try:
        said = raw.decode()
    except UnicodeDecodeError:
        said = raw.decode("gb18030", "replace")
    plain = " ".join("".join(c if c.isprintable() else " " for c in said).split())
    return f"{code} {plain}"[:_ANSWER] if code > 0 else plain[:_ANSWER]


def rehearse(
    account: Account,
    password: str,
    stopping: threading.Event | None = None,
    context: ssl.SSLContext | None = None,
) -> Iterator[Progress]:
    """Connect and log in, and send nothing. UserError where that cannot be done."""
    yield Progress(0, 1, "正在连接发信服务器")
    try:
        with Dialogue(account, password, stopping, context):
            pass
    except Stopped as stop:
        raise UserError(f"发信邮箱没有连通：{stop.outcome.answer}") from stop
    yield Progress(1, 1, "连接和登录成功，没有发送任何邮件")
