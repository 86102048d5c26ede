"""What happens at the factory: visits, sessions, trainings, and the photos that show them."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import JSON
from sqlmodel import Field

from forms import fields as f
from forms.record import Record

TOPICS = ("情况调研", "主题培训", "访谈交流", "技术诊断", "方案沟通", "回访", "诊断结果汇报")
PHASES = ("实施前", "实施中", "实施后")
"""When a training of the retrofit was held (方案 三（二）3); one of the diagnosis has none."""
PHOTO_KINDS = ("入场", "离场", "宣贯培训", "人员访谈", "生产现场", "其他")
OFFICE_KINDS = ("宣贯培训", "人员访谈")
CONSENT = "企业书面同意"
"""Without it nobody may show a third party what article 3 of annex 2 covers."""
RECEIPT = "备案回执"
OPINION_SCAN = "诊断验收意见扫描件"
ASSESSMENT_SCAN = "评测报告扫描件"
INVOICE_SCAN, PAYMENT_SCAN = "发票扫描件", "付款凭证扫描件"
AUDIT_SCAN, GRANT_SCAN = "专项审计报告扫描件", "补助资金文件扫描件"
RETROFIT_KINDS = (
    *("服务单位选择材料", "改造合同扫描件", "实施凭据", "培训方案", "培训效果验收材料"),
    *("成效证明材料", ASSESSMENT_SCAN),
    *(INVOICE_SCAN, PAYMENT_SCAN, AUDIT_SCAN, GRANT_SCAN),
)
"""Kinds of attachment of the plan's second half, which no paper of the diagnosis lists."""
SELF_SHOT = "企业自评截图"
"""The city's platform with what the enterprise answered there itself."""
ATTACHMENT_KINDS = (
    "组织架构图",
    "生产工艺流程图",
    "评测平台截图",
    SELF_SHOT,
    "现场诊断记录表扫描件",
    "满意度评价表扫描件",
    "协议扫描件",
    "报告封面扫描件",
    "备案申请表扫描件",
    "验收意见扫描件",
    "汇报会议纪要扫描件",
    OPINION_SCAN,
    "培训签到表",
    "职称证书",
    RECEIPT,
    CONSENT,
    *RETROFIT_KINDS,
    "其他材料",
)


class Visit(Record, table=True):
    """One 现场诊断: a day at the factory, of one or more sessions."""

    title = "现场诊断"
    clause = "附件3 现场诊断记录表"

    # Who was elsewhere on the same day is asked of every dossier.
    date: Annotated[dt.date | None, f.date("诊断日期", required=True)] = Field(
        default=None, index=True
    )
    topics: Annotated[dict[str, Any], f.choices("本次诊断主题", *TOPICS, required=True)] = f.keyed()
    results: Annotated[str, f.prose("本次服务成果", 5000, required=True)] = ""
    present: Annotated[dict[str, Any], f.refs("到场诊断人员", "member", required=True)] = f.keyed()
    counterpart: Annotated[str, f.text("试点企业对接人", 60, required=True)] = ""
    counterpart_post: Annotated[str, f.text("对接人职务", 60)] = ""
    others: Annotated[str, f.text("企业其他参加人员", 300)] = ""
    signed_team: Annotated[bool | None, f.yesno("诊断服务人员已签字")] = None
    signed_counterpart: Annotated[bool | None, f.yesno("试点企业对接人已签字")] = None


class Stay(Record, table=True):
    """One session (场次) of a visit, its parent: from one entry to the next exit."""

    title = "场次"
    clause = "方案 四（一）"

    start: Annotated[dt.time | None, f.time("入场时间", required=True)] = None
    end: Annotated[dt.time | None, f.time("离场时间", required=True)] = None
    absence: Annotated[
        str,
        f.text(
            "缺照片说明",
            200,
            hint="本次现场诊断另有入场、离场照片，该场次缺失而不能补拍的，写明原因",
        ),
    ] = ""


class Training(Record, table=True):
    """One 主题培训: its own date and hours; within a visit it counts for both."""

    title = "主题培训"
    clause = "方案 四（三）"

    topic: Annotated[str, f.text("培训主题", 120, required=True)] = ""
    trainer: Annotated[str, f.text("培训讲师", 60, required=True)] = ""
    date: Annotated[dt.date | None, f.date("培训日期", required=True)] = None
    start: Annotated[dt.time | None, f.time("开始时间", required=True)] = None
    end: Annotated[dt.time | None, f.time("结束时间", required=True)] = None
    attendees: Annotated[int | None, f.count("参加人数", "人", "10000", required=True)] = None
    audience: Annotated[str, f.text("参加人员", 300)] = ""
    content: Annotated[str, f.prose("培训内容", 2000)] = ""
    visit: Annotated[UUID | None, f.ref("所在现场诊断", "visit")] = None
    sign_in: Annotated[dict[str, Any], f.refs("签到表", "attachment", kinds=("培训签到表",))] = (
        f.keyed()
    )
    phase: Annotated[str, f.choice("改造培训阶段", *PHASES, hint="诊断期间的主题培训不选")] = ""


class Photo(Record, table=True):
    """A photo: its original by hash, the facts read from it, and what people say of it."""

    title = "照片"
    clause = "方案 四（一）"

    sha256: Annotated[str, f.text("文件指纹", 64)] = ""
    filename: Annotated[str, f.text("文件名", 255)] = ""
    size: Annotated[int | None, f.count("文件大小", "字节", "10000000000")] = None
    facts: Annotated[dict[str, Any], f.Spec("照片信息", f.Kind.FACTS)] = Field(
        default_factory=dict, sa_type=JSON
    )
    visit: Annotated[UUID | None, f.ref("所属现场诊断", "visit")] = None
    training: Annotated[UUID | None, f.ref("所属主题培训", "training")] = None
    kind: Annotated[str, f.choice("照片类别", *PHOTO_KINDS)] = ""
    caption: Annotated[str, f.text("照片说明", 100)] = ""
    people: Annotated[dict[str, Any], f.refs("照片中的诊断人员", "member")] = f.keyed()
    counterpart: Annotated[bool | None, f.yesno("照片中有企业对接人员")] = None
    logo: Annotated[bool | None, f.yesno("企业LOGO可见")] = None
    # What a person says the watermark reads, over what the machine read; "" and None say nothing.
    stated_date: Annotated[dt.date | None, f.date("水印日期（人工核对）")] = None
    stated_time: Annotated[dt.time | None, f.time("水印时间（人工核对）")] = None
    stated_address: Annotated[str, f.text("水印地址（人工核对）", 200)] = ""
    stated_place: Annotated[str, f.text("水印地点名称（人工核对）", 200)] = ""
    stated_latitude: Annotated[
        str, f.number("水印纬度（人工核对）", "度", low="-90", high="90")
    ] = ""
    stated_longitude: Annotated[
        str, f.number("水印经度（人工核对）", "度", low="-180", high="180")
    ] = ""
    stated_brand: Annotated[str, f.text("水印相机（人工核对）", 200)] = ""
    stated_code: Annotated[str, f.text("水印防伪码（人工核对）", 200)] = ""
    stated_none: Annotated[bool | None, f.yesno("照片上没有水印")] = None


class Attachment(Record, table=True):
    """Any file that proves something: PDF, Word, scan, picture."""

    title = "附件"
    clause = "附件3 五（五）"

    sha256: Annotated[str, f.text("文件指纹", 64)] = ""
    filename: Annotated[str, f.text("文件名", 255)] = ""
    size: Annotated[int | None, f.count("文件大小", "字节", "10000000000")] = None
    name: Annotated[str, f.text("标题", 120, required=True)] = ""
    kind: Annotated[str, f.choice("附件类别", *ATTACHMENT_KINDS, required=True)] = ""
    proves: Annotated[str, f.text("证明事项", 300)] = ""
    visit: Annotated[UUID | None, f.ref("所属现场诊断", "visit")] = None
    # What the code printed on a scanned paper says: which content was signed.
    paper_print: Annotated[str, f.text("扫描件上的文书指纹", 64)] = ""
