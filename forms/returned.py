"""退回意见: what the office that examined a bundle asks to be mended, and what was done about it.

The plan has the city's experts examine what was handed in (方案 三（一）7) and prescribes no form
for sending it back; this one is the program's own. The office's words come with its file and are
not edited here, only answered.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from forms import fields as f
from forms.record import Record

CLAUSE = "方案 三（一）7"
OPEN, MENDED, DECLINED = "待处理", "已整改", "不予采纳"
CLOSED = (MENDED, DECLINED)
STATES = (OPEN, *CLOSED)
OF_OPINION = ("number", "office", "date", "due", "remarks", "bundle")
OF_POINT = ("text", "basis", "place", "asked", "due", "rule", "target")
"""The fields that the office fills in, which its file carries; the others are the provider's, or
follow from the signature."""


class ReturnOpinion(Record, table=True):
    """One 退回意见 as its file says it; `bundle` is the SHA-256 of the bundle that was examined,
    `signer` and `fingerprint` whose signature the file bears."""

    title = "退回意见"
    clause = CLAUSE

    number: Annotated[str, f.text("文号", 60)] = ""
    office: Annotated[str, f.text("退回单位", 80)] = ""
    date: Annotated[dt.date | None, f.date("退回日期")] = None
    due: Annotated[dt.date | None, f.date("整改期限")] = None
    remarks: Annotated[str, f.prose("总体意见", 2000)] = ""
    bundle: Annotated[str, f.text("所审文件包指纹", 64)] = ""
    signer: Annotated[str, f.text("签名人", 40)] = ""
    fingerprint: Annotated[str, f.text("签名人指纹", 60)] = ""


class ReturnPoint(Record, table=True):
    """One point of an opinion, its parent: what is wrong and where, and the provider's answer.

    `rule` is the program's own rule whose finding it was made from, `target` where that pointed
    (page, record and field, joined by "/"); both are empty for what a person wrote.
    """

    title = "退回意见各条"
    clause = CLAUSE

    text: Annotated[str, f.prose("意见内容", 2000)] = ""
    basis: Annotated[str, f.text("依据", 200)] = ""
    place: Annotated[str, f.text("所在位置", 200)] = ""
    asked: Annotated[str, f.prose("整改要求", 1000)] = ""
    due: Annotated[dt.date | None, f.date("整改期限")] = None
    rule: Annotated[str, f.text("规则", 60)] = ""
    target: Annotated[str, f.text("定位", 160)] = ""
    state: Annotated[str, f.choice("处理情况", *STATES)] = ""
    reply: Annotated[
        str, f.prose("整改情况说明", 2000, hint="已整改的，写明如何整改；不予采纳的，写明理由")
    ] = ""
    photos: Annotated[dict[str, Any], f.refs("凭据照片", "photo")] = f.keyed()
    attachments: Annotated[dict[str, Any], f.refs("凭据附件", "attachment")] = f.keyed()
    shown: Annotated[
        str, f.text("凭据所在", 200, hint="凭据在诊断材料中的，写明文书、章节或页码")
    ] = ""
    closed_on: Annotated[dt.date | None, f.date("办结日期")] = None

    @property
    def closed(self) -> bool:
        """Whether the provider says that it is dealt with."""
        return self.state in CLOSED

    @property
    def evidenced(self) -> bool:
        """Whether anything is named that shows it."""
        return bool(f.chosen(self.photos) or f.chosen(self.attachments) or self.shown.strip())


@dataclass(frozen=True)
class Returned:
    """An opinion with its points, as the office wrote it; of which enterprise and to whom it is, is
    for people to read."""

    dossier: UUID
    enterprise: str
    provider: str
    opinion: ReturnOpinion
    points: tuple[ReturnPoint, ...]
