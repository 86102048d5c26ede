"""The mail draft (.eml) to the bureau, with the bundle attached; nothing is sent here."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from exporters.source import Source
from forms.dossier import Agreement, Enterprise, Provider

_CLOSED = (
    "    文件包内为保密材料，已用口令加密，可用 7-Zip、WinRAR 等软件打开（Windows 自带的"
    "压缩文件夹打不开），口令另行以电话告知。",
)


def draft(
    source: Source, attachments: list[Path], names: list[str], *, closed: bool = False
) -> bytes:
    """An unsent mail (X-Unsent, so that mail programs open it for writing) as bytes.

    `names` lists the documents in the bundle for the letter; `closed` says that a passphrase opens
    it, which the letter never holds. Where the bureau's address is not
    known the field To is left out, for the person to fill in.
    """
    enterprise = source.dossier.one(Enterprise)
    provider = source.dossier.one(Provider)
    number = source.dossier.one(Agreement).number
    mail = EmailMessage(policy=SMTP)
    by = f"（{provider.name}）" if provider.name else ""
    # A header is one line, whatever was pasted into the name.
    mail["Subject"] = " ".join(f"{enterprise.name}数字化转型咨询诊断成果材料{by}".split())
    if source.pack.bureau_email:
        mail["To"] = Address(source.pack.bureau, addr_spec=source.pack.bureau_email)
    mail["X-Unsent"] = "1"
    lines = [
        f"{source.pack.bureau}：",
        "",
        f"    按照《{source.pack.document}》要求，现报送{enterprise.name}"
        f"{f'（协议编号{number}）' if number else ''}数字化转型咨询诊断成果材料，请予审核。",
        "",
        "    附件文件包内含以下文档：",
        *(f"    {place}. {name}" for place, name in enumerate(names, 1)),
        "",
        "    核验单位于文件包最上层，manifest.json 载明每个文件的大小和 SHA-256 校验值。",
        *(_CLOSED if closed else ()),
        "",
        f"    联系人：{provider.contact}    联系方式：{provider.phone}",
        "",
        f"{provider.name}",
    ]
    mail.set_content("\n".join(lines))
    for path in attachments:
        mail.add_attachment(
            path.read_bytes(), maintype="application", subtype="zip", filename=path.name
        )
    return mail.as_bytes()
