"""The enterprise and its site: 附件3 企业基本情况表, and the two exclusions of part 四（四）."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from forms import fields as f
from forms.record import Record

LEVELS = ("无等级", "一级", "二级", "三级", "四级")
DIRECTIONS = (
    ("研发设计类", ("CAD", "CAE", "CAPP", "CAM", "数字孪生", "其他")),
    ("生产制造", ("MES", "APS", "PLM", "PDM", "其他")),
    ("质量管理类", ("QMS", "LIMS", "其他")),
    ("运营管理类", ("ERP", "CRM", "SRM", "SCM", "OA", "BI", "FMIS", "其他")),
    ("仓储物流", ("BOM", "WMS", "其他")),
)


class Enterprise(Record, table=True):
    """附件3 企业基本情况表, label by label."""

    title = "企业基本情况"
    clause = "附件3 企业基本情况表"
    single = True

    name: Annotated[str, f.text("企业名称", 80, required=True)] = ""
    district: Annotated[
        str, f.choice("所属县（市、区）", choices_from="districts", required=True)
    ] = ""
    address: Annotated[str, f.text("注册地址", 120, required=True)] = ""
    credit_code: Annotated[str, f.text("企业信用代码", 18, required=True)] = ""
    contact: Annotated[str, f.text("企业联系人", 40, required=True)] = ""
    phone: Annotated[str, f.text("联系方式", 60, required=True)] = ""
    employees: Annotated[
        dict[str, Any],
        f.figure("企业总人数", "人", "年末从业人员数", whole=True, required=True),
    ] = f.keyed()
    digital_staff: Annotated[
        dict[str, Any],
        f.figure("数字化人员数量", "人", "专职与兼职数字化岗位人数", whole=True, required=True),
    ] = f.keyed()
    summary: Annotated[str, f.prose("企业基本情况", 500, required=True)] = ""
    nature: Annotated[
        str, f.choice("企业性质", "国有", "民营", "外资", "混合所有制", "其他", required=True)
    ] = ""
    size: Annotated[
        str,
        f.choice(
            "企业规模",
            "中型企业",
            "小型企业",
            "微型企业",
            required=True,
            hint="中小企业规模类型自https://baosong.miit.gov.cn/ScaleTest",
        ),
    ] = ""
    above_scale: Annotated[
        str, f.choice("规模以上或以下", "规模以上企业", "规模以下企业", required=True)
    ] = ""
    quality: Annotated[
        dict[str, Any],
        f.choices(
            "优质中小企业情况",
            "专精特新“小巨人”企业",
            "专精特新中小企业",
            "创新型中小企业",
            "无",
            excludes="无",
            required=True,
        ),
    ] = f.keyed()
    self_level: Annotated[str, f.choice("数字化水平自评测等级", *LEVELS, required=True)] = ""
    industry: Annotated[str, f.choice("所属细分行业", choices_from="industries", required=True)] = (
        ""
    )
    revenue: Annotated[
        dict[str, Any],
        f.figure("上年度营业收入", "万元", "年度利润表营业收入", required=True),
    ] = f.keyed()
    profit: Annotated[
        dict[str, Any],
        f.figure("上年度利润", "万元", "年度利润表利润总额", low="-100000000", required=True),
    ] = f.keyed()
    invested: Annotated[
        dict[str, Any],
        f.figure("已有数字化转型投入", "万元", "截至该年末累计投入", required=True),
    ] = f.keyed()
    budget: Annotated[
        dict[str, Any],
        f.figure("实施数字化转型拟投入预算", "万元", "企业拟定的改造总预算", required=True),
    ] = f.keyed()
    honours: Annotated[str, f.prose("数字化转型方面获得荣誉", 500)] = ""
    directions: Annotated[
        dict[str, Any], f.choices("拟实施数字化转型方向", groups=DIRECTIONS, required=True)
    ] = f.keyed()
    directions_other: Annotated[
        dict[str, Any],
        f.Spec("其他方向的名称", f.Kind.NUMBERS, choices=tuple(group for group, _ in DIRECTIONS)),
    ] = f.keyed()
    founded_on: Annotated[
        dt.date | None, f.date("成立日期", hint="成立不满三年的，按实际成立时长计算年均投入")
    ] = None
    central_funds: Annotated[
        bool | None,
        f.yesno("已获得中央财政中小企业发展专项资金支持的专精特新“小巨人”企业", required=True),
    ] = None
    pilot_2022: Annotated[
        bool | None,
        f.yesno(
            "已纳入《工业和信息化部办公厅 财政部办公厅关于开展财政支持中小企业数字化转型"
            "试点工作的通知》（工信厅联企业〔2022〕22 号）中改造试点的中小企业",
            required=True,
        ),
    ] = None


class Site(Record, table=True):
    """Where the factory's gate is: what the fence of 方案 四（一） is measured from."""

    title = "厂址位置"
    clause = "方案 四（一）"
    single = True

    latitude: Annotated[str, f.number("纬度", "度", "-90", "90", required=True)] = ""
    longitude: Annotated[str, f.number("经度", "度", "-180", "180", required=True)] = ""
    datum: Annotated[str, f.choice("坐标系", "WGS-84", "GCJ-02", required=True)] = ""
    source: Annotated[
        str, f.choice("位置来源", "注册地址", "人工填写", "照片确认", required=True)
    ] = ""
    photo: Annotated[UUID | None, f.ref("提供位置的照片", "photo")] = None
    confirmed_by: Annotated[str, f.text("确认人", 40)] = ""
    fence_m: Annotated[int | None, f.count("围栏半径", "米", "5000")] = None


def per_head(enterprise: Enterprise) -> Decimal | None:
    """上年度人均营业收入（万元）: revenue by head count; None where one of them is missing."""
    revenue = f.decimal(enterprise.revenue.get("value", ""))
    heads = f.decimal(enterprise.employees.get("value", ""))
    if revenue is None or not heads or heads < 0:
        return None
    return revenue / heads


_CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CODE = re.compile(rf"[{_CODE_ALPHABET}]{{18}}")


def credit_code_complaint(code: str) -> str:
    """What is wrong with a unified social credit code by GB 32100-2015, or "".

    18 characters of 31; weights 3^i mod 31; with the check character the weighted sum is 0 mod 31.
    """
    if not code:
        return ""
    if not _CODE.fullmatch(code):
        return f"企业信用代码“{code}”应为 18 位数字或大写字母（不含 I、O、S、V、Z）。"
    total = sum(_CODE_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(code[:17]))
    wanted = _CODE_ALPHABET[(31 - total % 31) % 31]
    if code[17] == wanted:
        return ""
    return f"企业信用代码“{code}”的校验位应为 {wanted}，现为 {code[17]}。"
