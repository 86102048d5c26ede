"""What the assessor (第三方评测机构) does after the retrofit: the third evaluation and its report,
the check of the systems that went live, the examinations of the acceptance (方案 三（二）5 and 6).

The answers of the evaluation are `Answer`s of the stage 改造后; annex 5 is `Acceptance`. The points
that the experts want mended are `ReturnPoint`s below an `Examination`: they are closed as those of
a 退回意见 are, with an answer and evidence.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any
from uuid import UUID

from forms import fields as f
from forms.enterprise import LEVELS
from forms.record import Record

RUNNING, TRIAL, NOT_LIVE, STOPPED = "正常运行", "试运行", "未上线", "已停用"
UP = (RUNNING, TRIAL)
"""The states in which a system counts as live."""
ON_PAPER, ON_SITE = "书面材料审核", "现场核查"
WAYS = (ON_PAPER, ON_SITE)
"""The two ways of 方案 三（二）6, which are combined (相结合)."""
MET, AFTER_MENDING, NOT_MET = "符合", "整改后符合", "不符合"


class Assessment(Record, table=True):
    """《中小企业数字化水平评测报告》: who gave it, when, what it says; its scan is an attachment of
    its own kind."""

    title = "定级评测"
    clause = "方案 三（二）5"
    single = True
    half = 2

    assessor: Annotated[str, f.text("第三方评测机构", 80, required=True)] = ""
    lead: Annotated[str, f.text("评测负责人", 40, required=True)] = ""
    phone: Annotated[str, f.text("联系方式", 60)] = ""
    evaluators: Annotated[str, f.text("评测人员", 200)] = ""
    visited_on: Annotated[dt.date | None, f.date("实地评测日期", required=True)] = None
    number: Annotated[str, f.text("评测报告编号", 60, required=True)] = ""
    reported_on: Annotated[dt.date | None, f.date("评测报告日期", required=True)] = None
    level: Annotated[str, f.choice("评测报告载明的等级", *LEVELS)] = ""
    score: Annotated[str, f.number("评测报告载明的得分", "分", high="100")] = ""
    remarks: Annotated[str, f.prose("评测说明", 2000)] = ""


class GoLive(Record, table=True):
    """核查系统上线运行情况: one system of a contract, as it was found on the site."""

    title = "系统上线核查"
    clause = "方案 三（二）5"
    half = 2

    item: Annotated[UUID | None, f.ref("合同产品与服务", "contractitem", required=True)] = None
    name: Annotated[
        str, f.text("系统或模块", 100, hint="一项合同产品含多个系统的，逐个写明，各填一条")
    ] = ""
    online_on: Annotated[dt.date | None, f.date("上线日期", required=True)] = None
    state: Annotated[
        str, f.choice("运行情况", RUNNING, TRIAL, NOT_LIVE, STOPPED, required=True)
    ] = ""
    users: Annotated[int | None, f.count("使用人数", "人")] = None
    seen: Annotated[
        str,
        f.prose(
            "现场所见",
            1000,
            required=True,
            hint="登录了哪些功能，抽查了哪些记录，数据到哪一天",
        ),
    ] = ""
    photos: Annotated[dict[str, Any], f.refs("凭据照片", "photo")] = f.keyed()
    attachments: Annotated[dict[str, Any], f.refs("凭据附件", "attachment")] = f.keyed()
    result: Annotated[str, f.choice("核查结论", MET, AFTER_MENDING, NOT_MET, required=True)] = ""


class Examination(Record, table=True):
    """One examination of the acceptance, on paper or on the site, held against plan and standards.

    Its points to mend are `ReturnPoint`s below it.
    """

    title = "验收审核"
    clause = "方案 三（二）6"
    half = 2

    way: Annotated[str, f.choice("审核方式", *WAYS, required=True)] = ""
    date: Annotated[dt.date | None, f.date("审核日期", required=True)] = None
    experts: Annotated[
        str, f.text("专家组成员", 200, required=True, hint="姓名、单位，组长在前")
    ] = ""
    plan: Annotated[
        str,
        f.prose(
            "对照的既定方案和标准",
            1000,
            required=True,
            hint="改造方案、合同、备案申请表、评测指标等",
        ),
    ] = ""
    seen: Annotated[str, f.prose("审核的材料或现场", 2000, required=True)] = ""
    conclusion: Annotated[str, f.choice("审核结论", MET, AFTER_MENDING, NOT_MET, required=True)] = (
        ""
    )
    photos: Annotated[dict[str, Any], f.refs("凭据照片", "photo")] = f.keyed()
    attachments: Annotated[dict[str, Any], f.refs("凭据附件", "attachment")] = f.keyed()
