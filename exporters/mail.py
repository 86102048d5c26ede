"""The mail to the bureau with the bundle, or one part of it, attached; nothing is sent here.

A file's name stands three times in its part's head, and always as the Chinese name. Readers that
keep to RFC 2231 take `filename*`; those that look at `filename` or `name` first (QQ, 163, Outlook)
take an RFC 2047 word there, as these programs write it themselves. It is ASCII; a made-up ASCII
name in its place would be what such readers show.
"""

from __future__ import annotations

import base64
import datetime as dt
import email
import re
from collections.abc import Iterator, Sequence
from email.charset import BASE64, Charset
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

from exporters.bundle_parts import Part
from exporters.source import Source
from forms.dossier import Agreement, Enterprise, Provider

_CLOSED = (
    "    文件包内为保密材料，已用口令加密，可用 7-Zip、WinRAR 等软件打开（Windows 自带的"
    "压缩文件夹打不开），口令另行以电话告知。",
)
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9][\w .()-]{0,60}", re.ASCII)
_TYPES = {
    ".zip": "application/zip",
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_CODED = "Content-Transfer-Encoding: base64"
_TEXT = f'Content-Type: text/plain; charset="utf-8"\r\n{_CODED}'.encode()
_UTF8 = Charset("utf-8")
_UTF8.header_encoding = BASE64


def is_address(text: str) -> bool:
    """Whether a mail can be sent there: one bare address in ASCII."""
    return bool(_ADDRESS.fullmatch(text)) and len(text) <= 254


def draft(
    source: Source,
    attachments: Sequence[Path],
    names: Sequence[str],
    *,
    closed: bool = False,
    part: Part | None = None,
) -> bytes:
    """An unsent mail (X-Unsent, so that mail programs open it for writing) as bytes.

    `names` lists the documents in the bundle for the letter; `closed` says that a passphrase opens
    it, which the letter never holds; `part` that it is one of several mails. Where the bureau's
    address, or the provider's, is not known the field is left out, for the person to fill in.
    """
    provider = source.dossier.one(Provider)
    name = _line(source.dossier.one(Enterprise).name)
    by = f"（{_line(provider.name)}）" if provider.name.strip() else ""
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = f"{name}数字化转型咨询诊断成果材料{part.mark if part else ''}{by}"
    if is_address(provider.email.strip()):
        sender = Address(_line(provider.name), addr_spec=provider.email.strip())
        _sign(mail, sender, message_id(sender.addr_spec))
    if is_address(source.pack.bureau_email):
        mail["To"] = Address(source.pack.bureau, addr_spec=source.pack.bureau_email)
    mail["X-Unsent"] = "1"
    boundary = f"=_{uuid4().hex}"  # no line of base64 begins so
    mail["MIME-Version"] = "1.0"
    mail["Content-Type"] = f'multipart/mixed; boundary="{boundary}"'
    text = _text(source, names, closed=closed, part=part).replace("\n", "\r\n")
    parts = [
        (_TEXT, text.encode()),
        *((_attachment_head(path.name), path.read_bytes()) for path in attachments),
    ]
    line = f"--{boundary}".encode()
    body = (line + b"\r\n" + head + b"\r\n\r\n" + _base64(data) for head, data in parts)
    return _head(mail) + b"".join(body) + line + b"--\r\n"


def sendable(raw: bytes, sender: Address, recipients: Sequence[str]) -> tuple[bytes, str, str]:
    """A draft as it is sent, its Message-ID and its subject: the head signed, dated and addressed,
    the rest byte for byte. A Message-ID that it has already is kept.

    Raises ValueError where it is no draft of this module.
    """
    head, gap, body = raw.partition(b"\r\n\r\n")
    old = email.message_from_bytes(head + gap, policy=SMTP)
    if not gap or old["Subject"] is None or old.get_content_type() != "multipart/mixed":
        raise ValueError("no draft")
    made = EmailMessage(policy=SMTP)
    made["Subject"] = _line(str(old["Subject"]))
    named = str(old["Message-ID"] or "")
    if not re.fullmatch(r"<[\w.-]{1,80}@[\w.-]{1,120}>", named, re.ASCII):
        named = message_id(sender.addr_spec)
    _sign(made, sender, named)
    made["To"] = [Address(addr_spec=each) for each in recipients]
    made["MIME-Version"] = "1.0"
    made["Content-Type"] = str(old["Content-Type"])
    return _head(made) + body, named, str(made["Subject"])


def attached(raw: bytes) -> Iterator[tuple[str, bytes]]:
    """The names and contents of what is attached to a mail of this module's; ValueError where it
    is none. Python's own parser takes a second for every few megabytes."""
    head, _, body = raw.partition(b"\r\n\r\n")
    boundary = email.message_from_bytes(head + b"\r\n\r\n", policy=SMTP).get_boundary()
    line = f"--{boundary}".encode()
    before, *parts = body.split(line)
    if before or len(parts) < 2 or parts.pop() != b"--\r\n":
        raise ValueError("no draft")
    for place, part in enumerate(parts):
        head, _, data = part.partition(b"\r\n\r\n")
        if not head.endswith(b"Content-Transfer-Encoding: base64"):
            raise ValueError("no draft")
        if place:
            name = email.message_from_bytes(head.lstrip() + b"\r\n\r\n", policy=SMTP).get_filename()
            yield name or "", base64.b64decode(data.replace(b"\r\n", b""), validate=True)


def message_id(address: str) -> str:
    """A new Message-ID; it names no machine."""
    return f"<{uuid4().hex}@{address.rpartition('@')[2]}>"


def _sign(mail: EmailMessage, sender: Address, named: str) -> None:
    mail["From"] = sender
    mail["Date"] = dt.datetime.now().astimezone()
    mail["Message-ID"] = named


def _line(text: str) -> str:
    """A header is one line, whatever was pasted into the name."""
    return " ".join(text.split())


def _text(source: Source, names: Sequence[str], *, closed: bool, part: Part | None) -> str:
    """The letter."""
    provider, pack = source.dossier.one(Provider), source.pack
    name = source.dossier.one(Enterprise).name
    number = source.dossier.one(Agreement).number
    told = f"（协议编号{number}）" if number else ""
    if part:
        of = (
            f"    文件包共 {part.of} 卷，每卷一封邮件，各卷可单独打开和核对；"
            f"本邮件所附为第 {part.number} 卷。"
        )
    return "\n".join(
        (
            f"{pack.bureau}：",
            "",
            f"    按照《{pack.document}》要求，现报送{name}{told}数字化转型咨询诊断成果材料，"
            "请予审核。",
            "",
            *((of, "") if part else ()),
            "    附件文件包内含以下文档：",
            *(f"    {place}. {each}" for place, each in enumerate(names, 1)),
            "",
            "    核验单位于文件包最上层，manifest.json 载明每个文件的大小和 SHA-256 校验值。",
            *(_CLOSED if closed else ()),
            "",
            f"    联系人：{provider.contact}    联系方式：{provider.phone}",
            "",
            f"{provider.name}",
        )
    )


def _head(mail: EmailMessage) -> bytes:
    """The fields of a mail's head, and the empty line behind it."""
    return b"".join(SMTP.fold_binary(name, value) for name, value in mail.items()) + b"\r\n"


def _attachment_head(name: str) -> bytes:
    kind = _TYPES.get(Path(name).suffix.lower(), "application/octet-stream")
    word, starred = name, ""
    if not _PLAIN_NAME.fullmatch(name):
        word = Header(name, _UTF8, header_name="Content-Type", maxlinelen=75).encode()
        starred = f";\n filename*=utf-8''{quote(name, safe='')}"
    told = (
        f'Content-Type: {kind};\n name="{word}"\n'
        f'Content-Disposition: attachment;\n filename="{word}"{starred}\n{_CODED}'
    )
    return told.replace("\n", "\r\n").encode("ascii")


def _base64(data: bytes) -> bytes:
    """In lines; none of them is longer than a server takes, nor begins with a dot."""
    coded = base64.b64encode(data)
    return b"".join(coded[at : at + 76] + b"\r\n" for at in range(0, len(coded), 76))
