"""A mail server on loopback with a certificate of its own, and a line to it that can be cut."""

from __future__ import annotations

import datetime as dt
import hashlib
import ipaddress
import json
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app import mail_account, outbox
from app.closing import Closing, closed
from app.handin import source_of
from app.mail_account import Account
from app.progress import Progress
from app.workbench import Workbench
from exporters import mail
from forms.dossier import Provider
from forms.visit import CONSENT

USER, PASSWORD = "provider@example.com", "shouquanma-123"


@dataclass(frozen=True)
class Trust:
    """A certificate for 127.0.0.1, and what a client needs to believe it."""

    chain: Path

    @property
    def server(self) -> ssl.SSLContext:
        """For whoever shows the certificate."""
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(self.chain)
        return made

    @property
    def client(self) -> ssl.SSLContext:
        """For whoever is to believe it."""
        return ssl.create_default_context(cafile=str(self.chain))


def make_trust(folder: Path) -> Trust:
    """A self-made certificate and its key in one file below `folder`."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback")])
    now = dt.datetime.now(dt.UTC)
    there = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(there, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "chain.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return Trust(path)


@dataclass
class Server:
    """What a server received, and what it answers with; `answers` by the command's name."""

    port: int = 0
    received: list[Envelope] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    logins: list[bytes] = field(default_factory=list)

    def authenticate(self, _server: Any, _session: Any, _env: Any, _how: str, data: Any) -> Any:
        self.logins.append(data.password)
        right = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=right, handled=right)

    async def handle_MAIL(
        self, _server: Any, session: Any, envelope: Envelope, address: str, _options: Any
    ) -> str:
        if not session.authenticated:
            return "530 Authentication required"
        if "MAIL" not in self.answers:
            envelope.mail_from = address
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(
        self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any
    ) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:
        if "DATA" not in self.answers:
            self.received.append(envelope)
        return self.answers.get("DATA", "250 queued as 甲")


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        return int(made.getsockname()[1])


class _Controller(Controller):
    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.spoken: list[SMTP] = []

    def factory(self) -> SMTP:
        self.spoken.append(super().factory())  # type: ignore[no-untyped-call]
        return self.spoken[-1]


@contextmanager
def serving(
    trust: Trust, *, starttls: bool = False, tls: bool = True, without: tuple[str, ...] = ()
) -> Iterator[Server]:
    """A mail server: encrypted from the first byte on, or by STARTTLS, or (`tls` False) never;
    `without` some of the ways to log in."""
    server = Server(free_port())
    encrypted: dict[str, Any] = {}
    if tls:
        encrypted = {"tls_context" if starttls else "ssl_context": trust.server}
    controller = _Controller(
        server, hostname="127.0.0.1", port=server.port, authenticator=server.authenticate,
        auth_require_tls=starttls, require_starttls=starttls,
        data_size_limit=1 << 26, auth_exclude_mechanism=without, **encrypted,
    )  # fmt: skip
    controller.start()
    try:
        yield server
    finally:
        for each in controller.spoken:  # or a line that a test left open is one left unclosed
            if each.transport is not None:
                controller.loop.call_soon_threadsafe(each.transport.close)
        controller.stop()


def content_of(envelope: Envelope) -> bytes:
    """A mail as the server received it."""
    assert isinstance(envelope.content, bytes)
    return envelope.content


# -- a second opinion -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Read:
    """What a parser made of a mail; of each attachment its name, type and SHA-256."""

    subject: str
    sender: str
    text: str
    attached: list[tuple[str, str, str]]


#: Parsers of MIME that share nothing with Python's: Rust's `mailparse`, and Perl's MIME-tools.
PARSERS = ("fast-mail-parser", "libmime-tools-perl")
_PERL = r"""
use MIME::Parser; use Encode; use Digest::SHA qw(sha256_hex); use JSON::PP;
my $parser = new MIME::Parser; $parser->output_to_core(1);
my $mail = $parser->parse_open($ARGV[0]);
my ($first, @rest) = $mail->parts;
sub plain { my $text = decode("MIME-Header", $_[0]); $text =~ s/\s+$//; $text }
my @files = map { [$_->head->recommended_filename, $_->mime_type,
    sha256_hex($_->bodyhandle->as_string)] } @rest;
print JSON::PP->new->utf8->encode({subject => plain($mail->head->get("Subject")),
    sender => plain($mail->head->get("From")), attached => \@files,
    text => decode("UTF-8", $first->bodyhandle->as_string)});
"""


def read_by(parser: str, raw: bytes, folder: Path) -> Read:
    """What one of PARSERS makes of a mail; skips the test where it is not installed."""
    if parser == "fast-mail-parser":
        rust = pytest.importorskip("fast_mail_parser", reason=f"没有安装 {parser}（PyPI）")
        found = rust.parse_email(raw)
        files = [
            (each.filename, each.mimetype, hashlib.sha256(each.content).hexdigest())
            for each in found.attachments
        ]
        return Read(found.subject, found.headers["From"][0], found.text_plain[0], files)
    perl = shutil.which("perl")
    if (
        not perl
        or subprocess.run([perl, "-MMIME::Parser", "-e", "1"], capture_output=True).returncode
    ):
        pytest.skip(f"没有安装 {parser}（Debian）")
    path = folder / "received.eml"
    path.write_bytes(raw)
    made = subprocess.run([perl, "-e", _PERL, str(path)], capture_output=True, check=True)
    told = json.loads(made.stdout)
    files = [(name, kind, digest) for name, kind, digest in told["attached"]]
    return Read(told["subject"], told["sender"], told["text"], files)


#: Where the line is cut: before the greeting; after the answer to a command (DATA: to its start);
#: in the middle of the data; once the end of the data is on the line, but never reaches the server;
#: once the server has all of it, but its answer does not arrive; after the answer.
STAGES = (
    *("greeting", "EHLO", "AUTH", "MAIL", "RCPT", "DATA"),
    *("middle", "lost end", "lost answer", "answer"),
)


class CutLine:
    """Between the client and the server, encrypted on both sides, and cut at a stage; "" never.

    At "no greeting" and "no answer" it is not cut: the server is only never heard.
    """

    def __init__(self, trust: Trust, server: Server, stage: str) -> None:
        self.stage, self._trust, self._to = stage, trust, server.port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self.lines = 0
        self._over = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no more lines."""
        self._over.set()
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                raw, _ = self._listening.accept()
                self.lines += 1
                threading.Thread(target=self._relay, args=(raw,), daemon=True).start()

    def _relay(self, raw: socket.socket) -> None:
        with suppress(OSError), self._trust.server.wrap_socket(raw, server_side=True) as client:
            upstream = socket.create_connection(("127.0.0.1", self._to))
            context = self._trust.client
            with context.wrap_socket(upstream, server_hostname="127.0.0.1") as server:
                self._talk(client, server)

    def _talk(self, client: ssl.SSLSocket, server: ssl.SSLSocket) -> None:
        if self.stage == "no greeting":
            self._over.wait(60)
        if self.stage in ("greeting", "no greeting"):
            return
        said, heard = client.makefile("rb"), server.makefile("rb")
        _answer(heard, client)
        while line := said.readline():
            command = line.split()[0].upper().decode()
            server.sendall(line)
            begun = _answer(heard, client)
            while begun.startswith(b"334"):  # a login in several steps
                server.sendall(said.readline())
                begun = _answer(heard, client)
            if self.stage == command:
                return
            if (
                command == "DATA"
                and begun.startswith(b"354")
                and not self._body(said, heard, client, server)
            ):
                return

    def _body(self, said: Any, heard: Any, client: ssl.SSLSocket, server: ssl.SSLSocket) -> bool:
        """Whether the line is still whole after the data."""
        for number, line in enumerate(iter(said.readline, b"")):
            if line == b".\r\n":
                break
            if self.stage == "middle" and number == 30:
                return False
            server.sendall(line)
        if self.stage == "lost end":
            return False
        server.sendall(b".\r\n")
        if self.stage in ("lost answer", "no answer"):
            heard.readline()
            if self.stage == "no answer":
                self._over.wait(60)
            return False
        _answer(heard, client)
        return self.stage != "answer"


def _answer(heard: Any, client: ssl.SSLSocket) -> bytes:
    """Pass one answer of the server's on, of one line or several."""
    while True:
        line = bytes(heard.readline())
        client.sendall(line)
        if line[3:4] != b"-":
            return line


def closed_bundle(path: Path, content: bytes = b"x" * 5_000) -> Path:
    """A file closed by a passphrase, as a bundle is that leaves the team."""
    with path.open("wb") as raw, closed(Closing("correct-horse-battery"), raw) as stream:
        stream.write(content)
    return path


def ready_dossier(bench: Workbench, name: str = "示例·甲厂") -> UUID:
    """A dossier of which a bundle may leave: the enterprise's written consent is on file."""
    dossier_id = bench.create(name)
    provider = bench.dossier(dossier_id).one(Provider).id
    for path, value in (("name", "示例·某服务商"), ("email", USER)):
        bench.put(dossier_id, "provider", provider, path, value)
    bench.add(dossier_id, "attachment", kind=CONSENT, name="同意书.pdf", sha256="a" * 64)
    return dossier_id


def drafted(bench: Workbench, dossier_id: UUID, folder: Path, *bundles: Path) -> Path:
    """A mail draft in `folder`, as an export leaves it there."""
    source = source_of(bench, bench.review(dossier_id), draft=False)
    path = folder / "示例·甲厂-邮件草稿.eml"
    path.write_bytes(mail.draft(source, bundles, ["核验单.pdf"], closed=True))
    return path


def use(bench: Workbench, port: int, *, starttls: bool = False, password: str = PASSWORD) -> None:
    """Have the outbox send by a server on loopback."""
    account = Account(USER, "示例·某服务商", "127.0.0.1", port, starttls, USER)
    mail_account.save(bench.store, account, password)


@contextmanager
def sending_from(folder: Path) -> Iterator[Workbench]:
    """An open workbench that mails leave from, closed afterwards where the test did not do so."""
    made = Workbench.open(folder)
    made.set_person("张工")
    yield made
    if made.store._lock.is_locked:
        made.close()


def row_of(bench: Workbench, dossier_id: UUID) -> outbox.OutgoingRow:
    (row,) = outbox.listed(bench.store, dossier_id)
    return row


def sent(bench: Workbench, mail_id: UUID, trust: Trust) -> list[Progress]:
    return list(outbox.send(bench, mail_id, context=trust.client))


def sealed_files(bench: Workbench) -> set[Path]:
    return bench.store.vault.paths()
