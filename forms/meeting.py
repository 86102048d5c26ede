"""The briefing of the results (方案 三（一）5): who was there, what the enterprise said, and which
answers were corrected because of it.

The plan asks for the exchange with the enterprise's leaders and prescribes no form for it; the
minutes are the program's own.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any
from uuid import UUID

from forms import fields as f
from forms.record import Record

CLAUSE = "方案 三（一）5"


class Briefing(Record, table=True):
    """The meeting itself; `presenters` are the consultants who were there."""

    title = "诊断结果汇报"
    clause = CLAUSE
    single = True

    held_on: Annotated[dt.date | None, f.date("汇报日期", required=True)] = None
    start: Annotated[dt.time | None, f.time("开始时间")] = None
    end: Annotated[dt.time | None, f.time("结束时间")] = None
    place: Annotated[str, f.text("汇报地点", 100, required=True)] = ""
    chair: Annotated[str, f.text("主持人", 40)] = ""
    recorder: Annotated[str, f.text("记录人", 40)] = ""
    presenters: Annotated[dict[str, Any], f.refs("我方参加人员", "member", required=True)] = (
        f.keyed()
    )
    conclusion: Annotated[
        str,
        f.prose("汇报结论", 2000, required=True, hint="与企业交流后确定的最终结果和后续安排"),
    ] = ""


class BriefingAttendee(Record, table=True):
    """Somebody of the enterprise who heard the results."""

    title = "企业参加人员"
    clause = CLAUSE

    name: Annotated[str, f.text("姓名", 40, required=True)] = ""
    post: Annotated[str, f.text("职务", 60)] = ""
    leader: Annotated[bool | None, f.yesno("高层领导")] = None


class Remark(Record, table=True):
    """What somebody of the enterprise said; a contested one names the item or scene."""

    title = "企业意见"
    clause = CLAUSE

    speaker: Annotated[str, f.text("提出人", 40)] = ""
    text: Annotated[str, f.prose("意见内容", 1000, required=True)] = ""
    subject: Annotated[
        str,
        f.choice("有异议的采集项或场景", choices_from="subjects", hint="对评测结果没有异议的不选"),
    ] = ""
    reply: Annotated[str, f.prose("我方答复", 1000)] = ""


class Correction(Record, table=True):
    """An answer of the diagnosis corrected after the briefing, and why; it is written together with
    the answer itself (`app.corrections`). `before` and `after` say the answer in words."""

    title = "评测结果更正"
    clause = CLAUSE

    subject: Annotated[str, f.text("采集项或场景", 60, required=True)] = ""
    before: Annotated[str, f.text("更正前", 60)] = ""
    after: Annotated[str, f.text("更正后", 60)] = ""
    reason: Annotated[str, f.prose("更正理由", 1000, required=True)] = ""
    agreed: Annotated[str, f.text("同意更正的人员", 60, required=True)] = ""
    decided_on: Annotated[dt.date | None, f.date("更正日期")] = None
    remark: Annotated[UUID | None, f.ref("所据企业意见", "remark")] = None
