"""What may leave by mail, from where, and to whom."""

from __future__ import annotations

import glob
from contextlib import suppress
from io import BytesIO
from pathlib import Path

from app import closing, consent, handin
from app.outside import cause
from exporters import mail
from forms.dossier import Dossier
from forms.errors import UserError

BYTES_CEILING = 80_000_000
"""No mailbox takes a larger mail."""
_RECIPIENTS_MOST = 20


def drafts(out: Path, dossier: Dossier) -> list[Path]:
    """The mail drafts of a dossier as they were exported last below `out`, in their order."""
    folder = handin.folder_in(out, dossier)
    if folder is None:
        return []
    with suppress(OSError):
        found = folder.glob(f"{glob.escape(folder.name)}-邮件草稿*.eml")
        return sorted(found, key=lambda path: (len(path.name), path.name))
    return []


def addresses(typed: str) -> list[str]:
    """The addresses that somebody typed. UserError where one is none, or there is none."""
    for mark in "，；;、\n\t":
        typed = typed.replace(mark, ",")
    found = list(dict.fromkeys(part.strip() for part in typed.split(",") if part.strip()))
    strange = next((each for each in found if not mail.is_address(each)), "")
    if strange:
        raise UserError(f"“{strange[:60]}”不是邮箱地址，没有加入发件箱，请改正后再试。")
    if not 1 <= len(found) <= _RECIPIENTS_MOST:
        raise UserError(f"收件地址应有 1 至 {_RECIPIENTS_MOST} 个，没有加入发件箱，请核对。")
    return found


def read(draft: Path) -> bytes:
    """A draft's bytes. UserError where it is not to be had, or too large."""
    try:
        if draft.stat().st_size > BYTES_CEILING:
            raise UserError(
                f"“{draft.name}”超过 {BYTES_CEILING // 1_000_000} MB，没有邮箱收得下，"
                "没有加入发件箱，请分卷后重新导出。"
            )
        return draft.read_bytes()
    except OSError as error:
        raise UserError(
            f"“{draft.name}”不能读取（{cause(error)}），没有加入发件箱，请重新导出邮件草稿。"
        ) from error


def gate(dossier: Dossier, draft: str, files: list[tuple[str, bytes]]) -> None:
    """Refuse what may not leave by mail: bundles leave closed; to others than colleagues, whose
    keys they are closed for, with the enterprise's consent."""
    if not files:
        raise no_draft(draft)
    for name, data in files:
        closed = closing.how_closed(BytesIO(data))
        if closed is closing.Closed.NOT:
            raise UserError(
                f"附件“{name}”没有加密，其中是企业的保密信息，没有加入发件箱，"
                "请选“口令加密”重新导出后再发。"
            )
        if closed is closing.Closed.PASSPHRASE and consent.on_file(dossier) is None:
            raise UserError(f"没有加入发件箱：{consent.WANTING}")


def no_draft(name: str) -> UserError:
    """Says that a file is none of our drafts."""
    return UserError(f"“{name}”不是本程序导出的邮件草稿，没有加入发件箱，请重新导出。")
