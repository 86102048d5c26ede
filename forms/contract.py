"""The retrofit itself (方案 三（二）1 to 3): whom the enterprise chose and why, what it bought
under which contracts, how the work came on, and how everybody was trained for it.

Money is in 万元. A contract's provider is a `Partner` (forms/retrofit.py), so that annex 4 lists
the providers from the contracts.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any
from uuid import UUID

from forms import fields as f
from forms.record import Record

SYNCHRONISATIONS = ("同时规划培训方案", "同时跟进培训实施", "同步验收培训效果")
"""三个同步 of 方案 三（二）3, word for word."""


class Selection(Record, table=True):
    """How the enterprise chose whom to work with; the providers looked at are `Partner`s."""

    title = "选择服务单位"
    clause = "方案 三（二）1"
    single = True
    half = 2

    decided_on: Annotated[dt.date | None, f.date("确定服务单位日期", required=True)] = None
    decided_by: Annotated[str, f.text("企业决定人", 60, required=True, hint="姓名和职务")] = ""
    own_choice: Annotated[bool | None, f.yesno("由试点企业自主选择", required=True)] = None
    reason: Annotated[
        str, f.prose("选择理由", 1000, required=True, hint="比较了哪些方面，为什么选定这些服务商")
    ] = ""
    plan: Annotated[
        str,
        f.prose("改造项目规划", 2000, required=True, hint="要解决的问题、建设内容、先后次序和期限"),
    ] = ""
    evidence: Annotated[
        dict[str, Any], f.refs("选择过程材料", "attachment", kinds=("服务单位选择材料",))
    ] = f.keyed()


class PlannedProduct(Record, table=True):
    """A product or solution that was settled on, and what of the diagnosis it carries out."""

    title = "选定的产品和解决方案"
    clause = "方案 三（二）1"
    half = 2

    name: Annotated[str, f.text("产品/解决方案名称", 100, required=True)] = ""
    partner: Annotated[UUID | None, f.ref("提供的服务商", "partner")] = None
    purpose: Annotated[str, f.prose("对应的企业实际需求", 500)] = ""
    project: Annotated[UUID | None, f.ref("对应的改造项目（表10）", "project")] = None
    product: Annotated[UUID | None, f.ref("对应的推荐产品（表11）", "product")] = None
    measures: Annotated[dict[str, Any], f.refs("对应的达级路线", "routemeasure")] = f.keyed()
    departure: Annotated[
        str, f.prose("与诊断建议不同的说明", 300, hint="未采用诊断报告推荐的产品的，写明原因")
    ] = ""


class Contract(Record, table=True):
    """One contract with one provider (原则上企业与多家服务商分别签订合同)."""

    title = "改造合同"
    clause = "方案 三（二）2"
    half = 2

    name: Annotated[str, f.text("合同名称", 120, required=True)] = ""
    number: Annotated[str, f.text("合同编号", 60)] = ""
    partner: Annotated[UUID | None, f.ref("签约服务商", "partner", required=True)] = None
    also: Annotated[
        dict[str, Any],
        f.refs("同一合同还包含的服务商", "partner", hint="原则上为空：每家服务商分别签订合同"),
    ] = f.keyed()
    signed_on: Annotated[dt.date | None, f.date("签订日期", required=True)] = None
    starts_on: Annotated[dt.date | None, f.date("实施期限起", required=True)] = None
    ends_on: Annotated[dt.date | None, f.date("实施期限止", required=True)] = None
    amount: Annotated[str, f.number("合同金额", "万元", required=True)] = ""
    scan: Annotated[
        dict[str, Any], f.refs("合同扫描件", "attachment", required=True, kinds=("改造合同扫描件",))
    ] = f.keyed()


class ContractItem(Record, table=True):
    """One product or service that a contract, its parent, is about; what its money goes to is told
    apart as the pack's batches do (`spending`)."""

    title = "合同产品与服务"
    clause = "方案 三（二）2"
    half = 2

    name: Annotated[str, f.text("产品/服务名称", 100, required=True)] = ""
    kind: Annotated[str, f.choice("支出类别", choices_from="spending", required=True)] = ""
    amount: Annotated[str, f.number("金额", "万元", required=True)] = ""
    content: Annotated[str, f.prose("内容与数量", 500)] = ""
    planned: Annotated[UUID | None, f.ref("对应的选定产品", "plannedproduct")] = None


class Milestone(Record, table=True):
    """One step in carrying out a contract, its parent."""

    title = "实施节点"
    clause = "方案 三（二）3"
    half = 2

    name: Annotated[str, f.text("节点名称", 80, required=True)] = ""
    planned_on: Annotated[dt.date | None, f.date("计划完成日期", required=True)] = None
    done_on: Annotated[dt.date | None, f.date("实际完成日期")] = None
    who: Annotated[str, f.text("负责人", 60)] = ""
    result: Annotated[str, f.prose("完成情况", 500)] = ""
    photos: Annotated[dict[str, Any], f.refs("实施照片", "photo")] = f.keyed()
    attachments: Annotated[
        dict[str, Any], f.refs("实施凭据", "attachment", kinds=("实施凭据",))
    ] = f.keyed()


class TrainingSync(Record, table=True):
    """三个同步: what was planned for each phase before it, and what came of it.

    What was held is told by the `Training`s of the phase; `staff` is everybody (全员), whom each
    phase is for.
    """

    title = "三个同步"
    clause = "方案 三（二）3"
    single = True
    half = 2

    staff: Annotated[int | None, f.count("应培训的企业全员", "人", required=True)] = None
    plan_on: Annotated[dt.date | None, f.date("培训方案制定日期", required=True)] = None
    plan_files: Annotated[dict[str, Any], f.refs("培训方案", "attachment", kinds=("培训方案",))] = (
        f.keyed()
    )
    plan_before: Annotated[str, f.prose("实施前培训安排", 500, required=True)] = ""
    plan_during: Annotated[str, f.prose("实施中培训安排", 500, required=True)] = ""
    plan_after: Annotated[str, f.prose("实施后培训安排", 500, required=True)] = ""
    effect_before_on: Annotated[dt.date | None, f.date("实施前培训效果验收日期", required=True)] = (
        None
    )
    effect_before: Annotated[str, f.prose("实施前培训效果", 500, required=True)] = ""
    effect_during_on: Annotated[dt.date | None, f.date("实施中培训效果验收日期", required=True)] = (
        None
    )
    effect_during: Annotated[str, f.prose("实施中培训效果", 500, required=True)] = ""
    effect_after_on: Annotated[dt.date | None, f.date("实施后培训效果验收日期", required=True)] = (
        None
    )
    effect_after: Annotated[str, f.prose("实施后培训效果", 500, required=True)] = ""
    effect_files: Annotated[
        dict[str, Any], f.refs("培训效果验收材料", "attachment", kinds=("培训效果验收材料",))
    ] = f.keyed()
