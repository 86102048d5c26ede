"""One dialogue with a mail server, such that at its end it is known what became of the mail.

Nothing is said over a line that is not encrypted, whose server's certificate is not verified. The
server has a mail only once it was sent the end of its data (RFC 5321, 4.1.1.4): a line that dies
before leaves the mail here, one that dies after that, before the answer, leaves its fate unknown.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from types import TracebackType
from typing import NoReturn

from app.mail_account import Account

_PATIENCE = 60
"""Seconds for the server's next word."""
_END_PATIENCE = 600
"""Seconds for its answer to the end of the data (RFC 5321, 4.5.3.2.6)."""
_LEAVE = 10
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


class Dialogue:
    """An open line to the server of an account, logged in; to be used in a `with` block.

    `context` is that of the tests, who have a certificate of their own. Raises Stopped.
    """

    def __init__(
        self, account: Account, password: str, context: ssl.SSLContext | None = None
    ) -> None:
        self._account, self._password = account, password
        self._context = context or ssl.create_default_context()
        self._client: smtplib.SMTP | None = None

    def __enter__(self) -> Dialogue:
        try:
            self._client = client = self._connected()
            client.login(self._account.user, self._password)
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            self.hang_up()
            _stop(error, refused=Fate.HELD)
        return self

    def _connected(self) -> smtplib.SMTP:
        account, context = self._account, self._context
        if not account.starttls:
            made = smtplib.SMTP_SSL(
                account.host, account.port, _SELF, timeout=_PATIENCE, context=context
            )
            made.ehlo_or_helo_if_needed()
            return made
        clear = self._client = smtplib.SMTP(account.host, account.port, _SELF, timeout=_PATIENCE)
        clear.ehlo_or_helo_if_needed()
        clear.starttls(context=context)
        clear.ehlo_or_helo_if_needed()
        return clear

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            with suppress(smtplib.SMTPException, OSError):
                self._patience(_LEAVE)
                self._open.quit()
        self.hang_up()

    def hang_up(self) -> None:
        """Cut the line: what the server was not sent to the end, it does not keep."""
        if self._client is not None:
            self._client.close()

    @property
    def _open(self) -> smtplib.SMTP:
        assert self._client is not None
        return self._client

    def _patience(self, seconds: float) -> None:
        if self._open.sock is not None:
            self._open.sock.settimeout(seconds)

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
            sock.settimeout(_PATIENCE)
        if not early[:3].isdigit():
            _stop(smtplib.SMTPServerDisconnected("hung up"))
        _stop(smtplib.SMTPResponseException(int(early[:3]), early[4:]))

    def end(self) -> Outcome:
        """Send the end of the data: from here on the server may have the mail."""
        client = self._open
        try:
            self._patience(_END_PATIENCE)
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
    if isinstance(error, ssl.SSLCertVerificationError):
        held = f"服务器证书不能核实（{error.verify_message}），没有登录，没有发送。"
    elif isinstance(error, smtplib.SMTPNotSupportedError):
        held = "服务器不支持加密连接或登录，没有发送。"
    elif isinstance(error, ssl.SSLError) and not _cut(error):
        held = "加密连接没有建成，没有发送，请核对服务器、端口和加密方式。"
    elif isinstance(error, smtplib.SMTPServerDisconnected | OSError):
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
