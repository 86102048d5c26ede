"""Who serves and under which agreement: provider, agreement (附件2), team (方案 四（二）)."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any
from uuid import UUID

from forms import fields as f
from forms.record import Record

TITLE_LEVELS = ("无职称", "初级", "中级", "副高级", "正高级")
EXPERTISE = ("软件", "硬件", "集成", "行业")
ADOPTED = ("采纳", "部分采纳", "不采纳")
ON_SCREEN, ON_PAPER = "企业在屏幕上填写", "纸质填写后录入"


class Provider(Record, table=True):
    """数字化转型服务商, party 乙方 of the agreement."""

    title = "服务商"
    clause = "附件2"
    single = True

    name: Annotated[str, f.text("服务商名称", 80, required=True)] = ""
    credit_code: Annotated[str, f.text("服务商信用代码", 18)] = ""
    address: Annotated[str, f.text("服务商地址", 120)] = ""
    contact: Annotated[str, f.text("服务商联系人", 40, required=True)] = ""
    phone: Annotated[str, f.text("服务商联系方式", 60, required=True)] = ""
    email: Annotated[str, f.text("服务商电子邮箱", 100)] = ""


class Agreement(Record, table=True):
    """咨询诊断服务协议: its term of 30 days runs from the signing."""

    title = "咨询诊断服务协议"
    clause = "附件2 第一条"
    single = True

    number: Annotated[str, f.text("协议编号", 60)] = ""
    signed_on: Annotated[dt.date | None, f.date("签订日期", required=True)] = None
    filed_on: Annotated[dt.date | None, f.date("备案日期")] = None
    filing_number: Annotated[str, f.text("备案编号", 60)] = ""
    reported_on: Annotated[dt.date | None, f.date("报告编制日期", required=True)] = None


class ServiceNote(Record, table=True):
    """What step 3 has to explain and annex 2's text has no room for; printed beside it."""

    title = "服务说明"
    clause = "方案 三（一）3"
    single = True

    purpose: Annotated[str, f.prose("服务目的", 1000, required=True)] = ""
    method: Annotated[str, f.prose("服务方法", 1000, required=True)] = ""
    schedule: Annotated[str, f.prose("实施计划", 2000, required=True)] = ""
    duration: Annotated[
        str,
        f.prose("持续时间", 500, required=True, hint="服务期限以协议为准，这里说明各阶段所需时间"),
    ] = ""
    cooperation: Annotated[
        str,
        f.prose(
            "需要企业配合的事项和要求",
            2000,
            required=True,
            hint="如：资料、人员、场地、现场安全要求",
        ),
    ] = ""
    wishes: Annotated[str, f.prose("企业转型诉求", 1000, required=True)] = ""


class Member(Record, table=True):
    """One consultant of the team: 方案 四（二） and 附件3 五（一）诊断人员列表."""

    title = "诊断人员"
    clause = "方案 四（二）"

    name: Annotated[str, f.text("姓名", 40, required=True)] = ""
    organisation: Annotated[str, f.text("咨询诊断机构", 80, required=True)] = ""
    post: Annotated[str, f.text("职位", 60, required=True)] = ""
    duties: Annotated[str, f.text("工作职责", 200, required=True)] = ""
    contact: Annotated[str, f.text("联系方式", 60, required=True)] = ""
    lead: Annotated[bool | None, f.yesno("担任组长")] = None
    title_level: Annotated[str, f.choice("职称等级", *TITLE_LEVELS, required=True)] = ""
    title_name: Annotated[str, f.text("职称名称", 60)] = ""
    certificate: Annotated[str, f.text("职称证书编号", 60)] = ""
    years: Annotated[int | None, f.count("相关从业年限", "年", "60", required=True)] = None
    projects: Annotated[int | None, f.count("完成诊断或改造项目数", "个", "2000")] = None
    expertise: Annotated[dict[str, Any], f.choices("专业领域", *EXPERTISE, required=True)] = (
        f.keyed()
    )
    experience: Annotated[str, f.prose("实践经验说明", 500)] = ""


class Satisfaction(Record, table=True):
    """企业满意度评价表: the enterprise's own judgement, five questions and three answers."""

    title = "企业满意度评价表"
    clause = "附件3 五（四）"
    single = True

    filled_on: Annotated[dt.date | None, f.date("填表日期", required=True)] = None
    process: Annotated[
        str,
        f.choice(
            "诊断过程",
            "很好",
            "较好",
            "一般",
            "较差",
            required=True,
            hint="诊断工作切合企业实际，深入了解了企业现状，与企业相关人员做了深入沟通。",
        ),
    ] = ""
    problems: Annotated[
        str,
        f.choice(
            "问题分析",
            "很好",
            "较好",
            "一般",
            "较差",
            required=True,
            hint="诊断机构对行业发展趋势和样板企业了解深刻，对企业痛点把握准确，提出的问题具有针对性。",
        ),
    ] = ""
    advice: Annotated[
        str,
        f.choice(
            "方案建议",
            "很好",
            "较好",
            "一般",
            "较差",
            required=True,
            hint="相关建议切实可行，升级路径清晰，具有经济实用型，兼具广度和深度。",
        ),
    ] = ""
    skill: Annotated[
        str,
        f.choice(
            "业务水平",
            "很好",
            "较好",
            "一般",
            "较差",
            required=True,
            hint="服务机构具备专业的业务水平。",
        ),
    ] = ""
    outcome: Annotated[
        str,
        f.choice(
            "诊断结果",
            "很好",
            "较好",
            "一般",
            "较差",
            required=True,
            hint="本次诊断有启发、收获，会考虑开展进一步的智能化改造。",
        ),
    ] = ""
    overall: Annotated[
        str,
        f.choice("试点企业对诊断服务总体评价意见", "满意", "比较满意", "不满意", required=True),
    ] = ""
    adoption: Annotated[
        str,
        f.choice("企业对诊断报告中意见建议的采纳情况", *ADOPTED, required=True),
    ] = ""
    opinion: Annotated[str, f.prose("企业意见", 1000)] = ""
    sealed: Annotated[bool | None, f.yesno("单位已盖章")] = None
    # Beside the form: by whom and how it was given.
    given_by: Annotated[str, f.text("填表人", 40)] = ""
    given_post: Annotated[str, f.text("填表人职务", 60)] = ""
    way: Annotated[str, f.choice("填写方式", ON_SCREEN, ON_PAPER, "企业口述代录")] = ""


class Adoption(Record, table=True):
    """What the enterprise made of one piece of the report's advice."""

    title = "建议采纳情况"
    clause = "附件3 五（四）"

    advice: Annotated[str, f.text("意见建议", 200, required=True)] = ""
    project: Annotated[UUID | None, f.ref("对应改造项目", "project")] = None
    decision: Annotated[str, f.choice("采纳情况", *ADOPTED)] = ""
    decided_on: Annotated[dt.date | None, f.date("答复日期")] = None
    outcome: Annotated[
        str, f.prose("落实情况或理由", 1000, hint="采纳的，写明落实进展；不采纳的，写明理由")
    ] = ""
