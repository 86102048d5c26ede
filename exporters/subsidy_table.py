"""资金汇总: the subsidies of all dossiers by district, as .xlsx.

What a district checks first (notice of 2025-02-28). The notice's own 汇总表 was not seen; this is
the program's, and does not imitate it. Amounts are in 元.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from exporters.registry_table import Column, Sheets
from forms.subsidy import APPLIED, GRANTED, PAID
from grading.subsidy_checks import State

TITLE, BY_DISTRICT = "专项资金汇总", "各县（市、区）合计"
UNKNOWN = "未填"
_A3 = 8
_MONEY, _COUNT, _DATE = "#,##0.00", "0", "yyyy-mm-dd"
_TINTS = {State.HELD: "E3F0E8", State.FAILED: "F9D9DC"}


@dataclass(frozen=True, slots=True)
class SubsidyRow:
    """One dossier; amounts are None where there is nothing to count yet. `held` of `asked`
    conditions hold, `open_names` are the others."""

    district: str
    name: str
    code: str = ""
    batch: str = ""
    contracts: int | None = None
    contracted: Decimal | None = None
    invoiced: Decimal | None = None
    paid: Decimal | None = None
    verified: Decimal | None = None
    audited: Decimal | None = None
    base: Decimal | None = None
    expected: Decimal | None = None
    lacking: str = ""
    level: str = ""
    acceptance: str = ""
    accepted_on: dt.date | None = None
    auditor: str = ""
    audit: str = ""
    held: int | None = None
    asked: int | None = None
    open_names: str = ""
    applied: Decimal | None = None
    granted: Decimal | None = None
    given: Decimal | None = None
    earlier: Decimal | None = None


_SUMS: tuple[tuple[str, Callable[[SubsidyRow], Decimal | None]], ...] = (
    ("合同金额（元）", lambda row: row.contracted),
    ("已开发票（元）", lambda row: row.invoiced),
    ("已付款（元）", lambda row: row.paid),
    ("可核实投入（元）", lambda row: row.verified),
    ("审定投入（元）", lambda row: row.audited),
    ("核定投入（元）", lambda row: row.base),
    ("可预期补助（元，估算）", lambda row: row.expected),
    (f"已{APPLIED}（元）", lambda row: row.applied),
    (f"已{GRANTED}（元）", lambda row: row.granted),
    (f"已{PAID}（元）", lambda row: row.given),
    ("以前批次已获（元）", lambda row: row.earlier),
)
_OF_VOUCHERS = 7
"""So many of them follow from vouchers and audit; the others are the ledger's."""


def _money(head: str, get: Callable[[SubsidyRow], Decimal | None]) -> Column[SubsidyRow]:
    def value(row: SubsidyRow) -> float | None:
        amount = get(row)
        return None if amount is None else float(amount)

    return Column(head, 17, value, _MONEY)


def _tint(word: str) -> str:
    return _TINTS.get(State(word), "") if word else ""


_AMOUNTS = [_money(head, get) for head, get in _SUMS]
COLUMNS: tuple[Column[SubsidyRow], ...] = (
    Column("企业名称", 40, lambda row: row.name),
    Column("所属县（市、区）", 18, lambda row: row.district),
    Column("企业信用代码", 22, lambda row: row.code),
    Column("批次", 12, lambda row: row.batch),
    Column("合同份数", 10, lambda row: row.contracts, _COUNT),
    *_AMOUNTS[:_OF_VOUCHERS],
    Column("不能测算的原因", 40, lambda row: row.lacking),
    Column("改造后等级", 14, lambda row: row.level),
    Column("验收结论", 12, lambda row: row.acceptance),
    Column("验收日期", 12, lambda row: row.accepted_on, _DATE),
    Column("审计机构", 26, lambda row: row.auditor),
    Column("专项审计", 10, lambda row: row.audit, tint=_tint),
    Column("具备条件数", 10, lambda row: row.held, _COUNT),
    Column("条件总数", 10, lambda row: row.asked, _COUNT),
    Column("尚未具备的条件", 44, lambda row: row.open_names),
    *_AMOUNTS[_OF_VOUCHERS:],
)


@dataclass(frozen=True, slots=True)
class _District:
    """A district's dossiers: how many, how many with vouchers, and the sums in `_SUMS`' order."""

    name: str
    firms: int
    begun: int
    sums: tuple[Decimal, ...]


def _district_columns() -> tuple[Column[_District], ...]:
    return (
        Column("所属县（市、区）", 24, lambda row: row.name),
        Column("档案数", 10, lambda row: row.firms, _COUNT),
        Column("已登记合同或凭证", 12, lambda row: row.begun, _COUNT),
        *(_sum_column(head, place) for place, (head, _) in enumerate(_SUMS)),
    )


def _sum_column(head: str, place: int) -> Column[_District]:
    return Column(head, 17, lambda row: float(row.sums[place]), _MONEY)


def write(rows: Sequence[SubsidyRow], path: Path, districts: Sequence[str]) -> None:
    """Write the rows district by district in the order of `districts`, then the districts' sums.
    OSError where the disk refuses."""
    order = {name: place for place, name in enumerate(districts)}
    ordered = sorted(rows, key=lambda row: (order.get(row.district, len(order)), row.district))
    with Sheets(path, TITLE) as sheets:
        sheets.fill(TITLE, COLUMNS, ordered).set_paper(_A3)
        sheets.fill(BY_DISTRICT, _district_columns(), _districts(ordered)).set_paper(_A3)


def _districts(rows: Sequence[SubsidyRow]) -> list[_District]:
    names = list(dict.fromkeys(row.district for row in rows))
    found = [_summed(name or UNKNOWN, [r for r in rows if r.district == name]) for name in names]
    return [*found, _summed("合计", rows)]


def _summed(name: str, rows: Sequence[SubsidyRow]) -> _District:
    sums = tuple(sum((get(row) or Decimal(0) for row in rows), Decimal(0)) for _, get in _SUMS)
    return _District(name, len(rows), sum(row.contracts is not None for row in rows), sums)
