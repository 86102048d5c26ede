"""The papers of the plan's second half: 备案入库申请表 (annex 4) and 验收意见 (annex 5)."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any
from uuid import UUID

from forms import fields as f
from forms.record import Record, single_id

SOFTWARE = (
    (
        "研发设计类",
        (
            "CAD(计算机辅助设计)",
            "CAE(计算机辅助分析)",
            "CAPP（计算机辅助工艺设计）",
            "CAM（计算机辅助制造）",
            "数字孪生",
            "其它",
        ),
    ),
    (
        "生产制造类",
        (
            "PLC（可编程逻辑控制器）",
            "SCADA（数据采集与监视控制系统）",
            "DCS（分散控制系统）",
            "APC（先进过程控制系统）",
            "SIS（产品全生命周期管理）",
            "EAM（企业资产管理系统）",
            "EMS（能源管理系统）",
            "MES（制造执行系统）",
            "PCS（生产控制系统）",
            "AMS（仪表设备管理）",
            "其它",
        ),
    ),
    ("质量管理类", ("QMS（质量管理系统）", "LIMS（实验室管理系统）", "其它")),
    (
        "运营管理类",
        (
            "ERP（企业资源管理）",
            "CRM（客户关系管理系统）",
            "SRM（供应商管理系统）",
            "SCM（供应链管理系统）",
            "OA（办公软件）",
            "BI（数据分析系统）",
            "FMIS（财务管理信息系统）",
            "其它",
        ),
    ),
    ("仓储物流类", ("BOM（物料清单）", "WMS（仓储管理系统）", "其它")),
)
"""软件需求 of annex 4, group by group, as it is printed there."""

OUTCOMES = ("创新", "市场", "提质", "降本", "增效", "绿色", "安全")
"""The aspects (方面成效) in which annex 4 sets before against after."""
PASSED, FAILED = "通过验收", "未通过验收"
"""What the assessor's opinion comes to; annex 5 has no box for it, the opinion says it in words."""
MORE, LESS = "越高越好", "越低越好"
"""In which direction a claimed indicator is meant to go."""


class Filing(Record, table=True):
    """附件4: what the enterprise's own record (企业基本情况表) does not hold already.

    Money is in 万元. The years that stand in the form's labels are the form's.
    """

    title = "备案入库申请表"
    clause = "附件4"
    single = True
    half = 2

    summary: Annotated[
        str,
        f.prose(
            "企业基本情况",
            500,
            hint="企业主导产品及应用领域、现有数字化基础、企业荣誉资质等",
            required=True,
        ),
    ] = ""
    revenue: Annotated[str, f.number("2023年营业收入", "万元", required=True)] = ""
    profit: Annotated[str, f.number("2023年利润", "万元", low="-100000000", required=True)] = ""
    insured: Annotated[int | None, f.count("2023年12月企业参保人数", "人", required=True)] = None
    invested: Annotated[str, f.number("已有数字化转型投入", "万元", required=True)] = ""
    base_needs: Annotated[
        dict[str, Any],
        f.choices(
            "数字化转型基础需求",
            "设备系统",
            "业务系统",
            "数据资源",
            "网络安全",
            "平台和产业大脑",
            required=True,
        ),
    ] = f.keyed()
    operation_needs: Annotated[
        dict[str, Any],
        f.choices(
            "数字化转型经营管理需求",
            *("研发设计", "生产管控", "产品质量", "采购供应", "仓储物流"),
            *("业务流程", "运营管理", "营销管理", "产品服务", "业务协同"),
            *("售后服务", "经营战略", "管理机制"),
            required=True,
        ),
    ] = f.keyed()
    other_needs: Annotated[
        dict[str, Any],
        f.choices(
            "数字化转型其它需求",
            *("转型规划", "转型参考范例", "数字信贷服务", "数字化人才"),
            "数字化转型生态（协同转型、权益保障、法律援助等）",
            "其他需求",
            required=True,
        ),
    ] = f.keyed()
    software: Annotated[dict[str, Any], f.choices("软件需求", groups=SOFTWARE, required=True)] = (
        f.keyed()
    )
    software_other: Annotated[
        dict[str, Any],
        f.Spec("其它软件的名称", f.Kind.NUMBERS, choices=tuple(group for group, _ in SOFTWARE)),
    ] = f.keyed()
    support: Annotated[
        dict[str, Any],
        f.choices(
            "希望得到的政府支持及工作建议",
            *("数字化水平评测诊断", "公益培训", "专题培训"),
            *("组织标杆企业参访", "对接优质转型服务商", "其他支持"),
            required=True,
        ),
    ] = f.keyed()
    support_other: Annotated[str, f.text("其他支持", 200)] = ""
    plan_year: Annotated[str, f.number("2024年计划投入", "万元", required=True)] = ""
    plan_two_years: Annotated[str, f.number("近两年计划投入", "万元", required=True)] = ""
    cloud: Annotated[
        dict[str, Any],
        f.choices(
            "云应用情况",
            *("公有云", "私有云", "混合云", "其他"),
            *("已上云暂无进一步上云规划", "未上云且暂无上云规划"),
            required=True,
        ),
    ] = f.keyed()
    cloud_other: Annotated[str, f.text("其他云应用", 100)] = ""
    starts_on: Annotated[dt.date | None, f.date("改造项目开始日期", required=True)] = None
    ends_on: Annotated[dt.date | None, f.date("改造项目结束日期", required=True)] = None
    total_cost: Annotated[str, f.number("改造总花费", "万元", required=True)] = ""
    target: Annotated[
        str, f.choice("企业改造后目标数字化水平", "二级", "三级", "四级", required=True)
    ] = ""
    content: Annotated[
        str,
        f.prose(
            "项目建设内容",
            1500,
            hint="阐述试点项目建设方案，主要解决的问题，预计达到的效果等",
            required=True,
        ),
    ] = ""
    before: Annotated[dict[str, Any], f.Spec("改造前成效", f.Kind.NUMBERS, choices=OUTCOMES)] = (
        f.keyed()
    )
    after: Annotated[dict[str, Any], f.Spec("改造后成效", f.Kind.NUMBERS, choices=OUTCOMES)] = (
        f.keyed()
    )
    declared_on: Annotated[dt.date | None, f.date("声明日期", required=True)] = None
    district_opinion: Annotated[str, f.prose("县（市、区）工信主管部门意见", 500)] = ""
    district_on: Annotated[dt.date | None, f.date("主管部门意见日期")] = None


class Effect(Record, table=True):
    """附件4 数字化改造预期成效: one claimed indicator, before against after, as numbers.

    `source` names the figure of the evaluation table that can bear it out, by its name in the
    pack's `figures.yaml`; "" where none does.
    """

    title = "改造成效指标"
    clause = "附件4 数字化改造预期成效"
    half = 2

    aspect: Annotated[str, f.choice("成效方面", *OUTCOMES, required=True)] = ""
    name: Annotated[str, f.text("指标名称", 60, required=True, hint="如：设备联网率")] = ""
    unit: Annotated[str, f.text("单位", 20)] = ""
    better: Annotated[str, f.choice("变化方向", MORE, LESS, required=True)] = ""
    before: Annotated[str, f.number("改造前", low="-100000000", required=True)] = ""
    after: Annotated[str, f.number("改造后", low="-100000000", required=True)] = ""
    before_period: Annotated[str, f.text("改造前统计期", 40, hint="如：2024年")] = ""
    after_period: Annotated[str, f.text("改造后统计期", 40, hint="如：2025年12月")] = ""
    source: Annotated[str, f.choice("对应的评测数据", choices_from="figures")] = ""
    basis: Annotated[str, f.text("数据来源", 200, hint="取自哪份报表、哪个系统")] = ""
    evidence: Annotated[
        dict[str, Any], f.refs("证明材料", "attachment", kinds=("成效证明材料",))
    ] = f.keyed()


class FilingChange(Record, table=True):
    """An entry of annex 4's first part that was changed after the retrofit began.

    The part is 试点企业改造前填写: `before` keeps what stood in the field when the work began, in
    words, and is what the paper says until somebody gives a reason. The record's id follows from
    the field (`filing_change_id`), which `field` names as ``filing.revenue``.
    """

    title = "改造开始后的更正"
    clause = "附件4 一"
    half = 2

    field: Annotated[str, f.text("栏目", 60)] = ""
    before: Annotated[str, f.prose("改造开始时的内容")] = ""
    reason: Annotated[str, f.text("更正原因", 200, required=True)] = ""


def filing_change_id(dossier_id: UUID, field: str) -> UUID:
    """The id of the record that keeps what a field of annex 4's first part held, such as
    ``enterprise.name``."""
    return single_id(dossier_id, "filingchange", field)


class Partner(Record, table=True):
    """A provider that was looked at for the retrofit; the chosen ones are annex 4's 合作的服务商.

    `contracted` and `amount` are what people said of it; a `Contract` outranks both.
    """

    title = "服务单位"
    clause = "方案 三（二）1"
    half = 2

    name: Annotated[str, f.text("单位名称", 80, required=True)] = ""
    looked_on: Annotated[dt.date | None, f.date("了解日期")] = None
    offer: Annotated[str, f.prose("提出的产品和解决方案", 500)] = ""
    quote: Annotated[str, f.number("报价", "万元")] = ""
    chosen: Annotated[bool | None, f.yesno("企业选定")] = None
    reason: Annotated[str, f.prose("选定或未选的理由", 300)] = ""
    contracted: Annotated[bool | None, f.yesno("是否签合同")] = None
    amount: Annotated[str, f.number("合同金额", "万元")] = ""
    contact: Annotated[str, f.text("联系人", 40)] = ""
    phone: Annotated[str, f.text("联系电话", 60)] = ""


class Acceptance(Record, table=True):
    """附件5: the opinions of the assessor's experts and of the district's department."""

    title = "改造项目验收意见"
    clause = "附件5"
    single = True
    half = 2

    project: Annotated[str, f.text("项目名称", 120)] = ""
    lead: Annotated[str, f.text("项目负责人", 40)] = ""
    phone: Annotated[str, f.text("联系方式", 60)] = ""
    opinion: Annotated[str, f.prose("第三方评测机构审核意见", 2000)] = ""
    conclusion: Annotated[str, f.choice("验收结论", PASSED, FAILED)] = ""
    opinion_on: Annotated[dt.date | None, f.date("审核意见日期")] = None
    district_opinion: Annotated[str, f.prose("所属县（市、区）工信主管部门意见", 1000)] = ""
    district_on: Annotated[dt.date | None, f.date("主管部门意见日期")] = None
