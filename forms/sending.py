"""What was handed in or sent: when, to whom, which files, and what came back for an answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import NaiveDatetime

from forms import fields as f
from forms.record import Record

MAIL, UPLOAD, MEDIUM, OTHER = "邮件", "平台上传", "移动介质", "其他"
WAYS = (MAIL, UPLOAD, MEDIUM, OTHER)


class Sending(Record, table=True):
    """The receipt of one mail, upload or handing over; colleagues have it by the same merge.

    `files` is one file a line, as `file_lines` writes them. `message_id` is a mail's own, under
    which it can be found again at the recipient's. `answer` is what the server or the platform
    said, in its words. `content` is the fingerprint of the one paper that was uploaded, as it then
    was, so that it shows when the paper has changed since.
    """

    title = "报送记录"
    clause = "方案 三（一）7"

    way: Annotated[str, f.choice("报送方式", *WAYS)] = ""
    sent_at: Annotated[NaiveDatetime | None, f.Spec("报送时刻", f.Kind.MOMENT)] = None
    recipient: Annotated[str, f.text("报送对象", 400)] = ""
    files: Annotated[str, f.prose("报送文件及校验值")] = ""
    handler: Annotated[str, f.text("经办人", 40)] = ""
    message_id: Annotated[str, f.text("邮件编号", 200)] = ""
    answer: Annotated[str, f.prose("对方答复", 1000)] = ""
    remark: Annotated[str, f.prose("备注", 500)] = ""
    content: Annotated[str, f.text("上传时的文书指纹", 64)] = ""


def file_lines(files: Iterable[tuple[str, str]]) -> str:
    """Names and SHA-256 as text, a file a line, the way `sha256sum --check` reads them."""
    return "\n".join(f"{digest}  {' '.join(name.split())}" for name, digest in files)


def read_file_lines(text: str) -> list[tuple[str, str]]:
    """Names and SHA-256 of what `file_lines` wrote; lines that are none are passed over."""
    found = []
    for line in text.splitlines():
        digest, gap, name = line.partition("  ")
        if gap and len(digest) == 64 and name:
            found.append((name, digest))
    return found
