"""The report's lists: tables 2–5 (what there is), 9–11 (what is needed, planned, recommended)."""

from __future__ import annotations

from typing import Annotated

from forms import fields as f
from forms.record import Record, specs

NEED_KINDS = (
    "生产过程数字化面临需求",
    "产品生命周期数字化面临需求",
    "产业链供应链数字化面临需求",
    "决策管理数字化面临需求",
    "其他需求",
)


OWN = ("drafted", "origin", "proposed")
"""The columns of tables 9–11 that no paper prints: what a row that was drafted knows of itself."""


class Equipment(Record, table=True):
    """附件3 表2 生产设备列表."""

    title = "生产设备"
    clause = "附件3 表2"

    name: Annotated[str, f.text("设备名称", 80, required=True)] = ""
    model: Annotated[str, f.text("规格型号", 80)] = ""
    maker: Annotated[str, f.text("生产厂家", 80)] = ""
    quantity: Annotated[int | None, f.count("数量", "台", "100000", required=True)] = None
    networked: Annotated[str, f.choice("是否联网", "是", "否", required=True)] = ""
    interface: Annotated[str, f.text("接口类型", 60)] = ""
    deployed: Annotated[str, f.text("部署时间", 20)] = ""


class System(Record, table=True):
    """附件3 表3 数字化系统列表."""

    title = "数字化系统"
    clause = "附件3 表3"

    name: Annotated[str, f.text("软件/系统名称", 80, required=True)] = ""
    modules: Annotated[str, f.prose("使用的功能模块名称及功能概述", 500)] = ""
    vendor: Annotated[str, f.text("服务商名称", 80)] = ""
    amount: Annotated[str, f.number("投入金额", "万元")] = ""
    deployed: Annotated[str, f.text("部署时间", 20)] = ""


class DataResource(Record, table=True):
    """附件3 表4 数据资源列表."""

    title = "数据资源"
    clause = "附件3 表4"

    scope: Annotated[
        str,
        f.text("数据范围", 80, required=True, hint="如：设备数据、生产数据、质量数据、供应链数据"),
    ] = ""
    content: Annotated[
        str,
        f.text("数据内容", 200, hint="如：开/关机状态、设备运行状态、产量、工艺参数、温度、尺寸"),
    ] = ""
    data_type: Annotated[
        str, f.text("数据类型", 60, hint="如：非结构化数据、结构化数据、半结构化数据")
    ] = ""
    source: Annotated[
        str, f.text("数据来源", 100, hint="如：工业设备、业务系统（PLM、MES、WMS、CRM、SRM等系统）")
    ] = ""
    method: Annotated[
        str, f.text("数据采集方式", 100, hint="如：手工采集、自动化采集、传感器采集、日志采集")
    ] = ""
    use: Annotated[
        str,
        f.text(
            "数据应用场景", 200, hint="如：设备运行检测、设备预测性维护、质量缺陷管理、统计分析"
        ),
    ] = ""


class CloudService(Record, table=True):
    """附件3 表5 “上云用云”情况列表."""

    title = "上云用云"
    clause = "附件3 表5"

    business: Annotated[
        str,
        f.text(
            "业务类型",
            100,
            required=True,
            hint="如：设备上云、业务系统上云、资源上云（数据、视频等）、工具软件上云（数据库、操作系统等）",
        ),
    ] = ""
    service: Annotated[str, f.choice("云服务类别", "公有云", "私有云", "混合云", required=True)] = (
        ""
    )
    vendor: Annotated[str, f.text("云服务提供商", 80)] = ""


class Need(Record, table=True):
    """附件3 表9 数字化改造需求表: one need a record."""

    title = "数字化改造需求"
    clause = "附件3 表9"

    kind: Annotated[str, f.choice("需求类别", *NEED_KINDS, required=True)] = ""
    text: Annotated[str, f.prose("需求", 500, required=True)] = ""
    # Of a row that the program wrote from the chosen route: which one it is, and what it held then.
    drafted: Annotated[bool | None, f.yesno("系统拟写，待确认")] = None
    origin: Annotated[str, f.text("拟写来源", 120)] = ""
    proposed: Annotated[str, f.prose("拟写时的内容", 5000)] = ""


class Project(Record, table=True):
    """附件3 表10 数字化改造项目列表."""

    title = "数字化改造项目"
    clause = "附件3 表10"

    name: Annotated[str, f.text("项目名称", 80, required=True)] = ""
    content: Annotated[str, f.prose("主要建设内容", 500, required=True)] = ""
    period: Annotated[str, f.text("实施时间", 60, required=True)] = ""
    cost: Annotated[str, f.number("成本预估", "万元", required=True)] = ""
    outcome: Annotated[str, f.prose("预期产出效果", 500, required=True)] = ""
    # Of a row that the program wrote from the chosen route: which one it is, and what it held then.
    drafted: Annotated[bool | None, f.yesno("系统拟写，待确认")] = None
    origin: Annotated[str, f.text("拟写来源", 120)] = ""
    proposed: Annotated[str, f.prose("拟写时的内容", 5000)] = ""


class Product(Record, table=True):
    """附件3 表11 数字化产品和服务推荐列表."""

    title = "数字化产品和服务推荐"
    clause = "附件3 表11"

    name: Annotated[str, f.text("产品/服务名称", 80, required=True, hint="如：MES系统")] = ""
    scene: Annotated[
        str,
        f.text(
            "应用场景",
            100,
            required=True,
            hint="如：研发设计、生产制造、供应链、销售、服务、信息安全、数据管理",
        ),
    ] = ""
    function: Annotated[
        str,
        f.prose(
            "主要功能/服务内容",
            500,
            required=True,
            hint="如：工单管理、生产过程管理、设备管理、质量管理",
        ),
    ] = ""
    goal: Annotated[
        str,
        f.prose("改造目标", 500, required=True, hint="如：实现生产过程控制智能化，生产效率提升10%"),
    ] = ""
    # Of a row that the program wrote from the chosen route: which one it is, and what it held then.
    drafted: Annotated[bool | None, f.yesno("系统拟写，待确认")] = None
    origin: Annotated[str, f.text("拟写来源", 120)] = ""
    proposed: Annotated[str, f.prose("拟写时的内容", 5000)] = ""


Planned = Need | Project | Product
PLANNED: tuple[type[Planned], ...] = (Need, Project, Product)


def contents(row: Record) -> str:
    """What a row of tables 9–11 says, as one text; equal to `proposed` where nobody changed it."""
    return "\n".join(str(getattr(row, name)) for name in specs(type(row)) if name not in OWN)


def untouched(row: Planned) -> bool:
    """Whether a row still is as the program drafted it, and nobody confirmed it."""
    return bool(row.drafted) and row.proposed == contents(row)
