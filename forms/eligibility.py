"""What makes an enterprise a pilot enterprise, as far as a person must find it out.

The first notice that asked so: 长春市工业和信息化局, 2025-02-17, 《关于…第三批试点企业征集工作的
通知》. Which city it is, and what is ruled in numbers, is pack data. The two exclusions of
方案 四（四） stand in 企业基本情况. Nothing is assumed: each is yes or no, with who found it, when.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from forms import fields as f
from forms.record import Record

SOURCE = "试点企业征集通知"

CONDITIONS = {
    "registered": "在试点城市注册",
    "sme": "属于中小企业（工信部联企业〔2011〕300号）",
    "trusted": "未被列为失信联合惩戒对象",
    "local": "改造项目在试点城市实施",
}
"""The conditions by their field, in the words of the form; yes is what the notice asks for."""


class Eligibility(Record, table=True):
    """The conditions for a pilot enterprise; the project's period is compared with the batch's."""

    title = "试点企业条件"
    clause = SOURCE
    single = True

    registered: Annotated[bool | None, f.yesno(CONDITIONS["registered"])] = None
    registered_on: Annotated[dt.date | None, f.date("注册地核实日期")] = None
    registered_by: Annotated[str, f.text("注册地核实人", 40)] = ""
    sme: Annotated[bool | None, f.yesno(CONDITIONS["sme"])] = None
    sme_on: Annotated[dt.date | None, f.date("企业划型核实日期")] = None
    sme_by: Annotated[str, f.text("企业划型核实人", 40)] = ""
    trusted: Annotated[bool | None, f.yesno(CONDITIONS["trusted"])] = None
    trusted_on: Annotated[dt.date | None, f.date("信用情况核实日期")] = None
    trusted_by: Annotated[str, f.text("信用情况核实人", 40)] = ""
    local: Annotated[bool | None, f.yesno(CONDITIONS["local"])] = None
    local_on: Annotated[dt.date | None, f.date("项目所在地核实日期")] = None
    local_by: Annotated[str, f.text("项目所在地核实人", 40)] = ""
    project_from: Annotated[dt.date | None, f.date("改造项目开始日期")] = None
    project_to: Annotated[dt.date | None, f.date("改造项目完成日期")] = None
    basis: Annotated[
        str, f.prose("核实依据", 500, hint="如营业执照、信用查询结果、项目备案材料的名称和编号")
    ] = ""


@dataclass(frozen=True, slots=True)
class Size:
    """A class of enterprises by its lower limits: people, and 万元 of turnover a year."""

    name: str
    staff: Decimal
    revenue: Decimal


@dataclass(frozen=True, slots=True)
class Sizes:
    """The classes of industry, the largest first; the last one has no limits. Whoever meets both
    limits of `large` is no SME."""

    source: str
    large: Size
    steps: tuple[Size, ...]


@dataclass(frozen=True, slots=True)
class Period:
    """When a batch's projects may begin, and by when they are accepted."""

    batch: str
    begins: dt.date
    accepted_by: dt.date

    @property
    def words(self) -> str:
        """Both days in words."""
        return f"{self.begins.isoformat()}起，{self.accepted_by.isoformat()}前完成验收"


@dataclass(frozen=True, slots=True)
class Pilot:
    """What the notice on pilot enterprises asks for, as far as it is numbers."""

    source: str
    periods: tuple[Period, ...]
    sizes: Sizes

    def period(self, batch: str) -> Period | None:
        """A batch's period; None where no notice is known for it."""
        return next((each for each in self.periods if each.batch == batch.strip()), None)


def parse_pilot(raw: Mapping[str, Any], sizes: Mapping[str, Any]) -> Pilot:
    """Both of `pack.yaml`; ValueError where the classes do not descend to one without limits."""
    steps = tuple(_size(row) for row in sizes["steps"])
    ordered = sorted(steps, key=lambda each: (-each.staff, -each.revenue))
    if list(steps) != ordered or steps[-1].staff or steps[-1].revenue:
        raise ValueError("the sizes of enterprises")
    large = _size({"name": "", **sizes["large"]})
    periods = tuple(Period(**row) for row in raw["periods"])
    return Pilot(raw["source"], periods, Sizes(sizes["source"], large, steps))


def _size(row: Mapping[str, Any]) -> Size:
    return Size(row["name"], Decimal(row["staff"]), Decimal(row["revenue"]))
