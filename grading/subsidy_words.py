"""The estimate of the subsidy in words and as bars, for the screen and for paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from forms.dossier import Invoice, Payment
from forms.pack import Batch
from forms.record import forms
from grading.subsidy import Estimate, Voucher, money, total

_LEFT_OUT = 4
"""So many vouchers that do not count for one reason are named."""
CAVEAT = (
    "本测算为估算，以拨付条件全部具备为前提，不作为拨付依据；投入以发票价税合计与付款金额中较小者计，"
    "税额是否计入、最终金额以主管部门审核为准。"
)


@dataclass(frozen=True, slots=True)
class Bar:
    """One stage on the way from the contracts to the subsidy, as it is drawn; `own` says that it
    is the program's reckoning and not a sum of papers."""

    name: str
    amount: Decimal
    note: str
    own: bool


def bars(found: Estimate) -> tuple[Bar, ...]:
    """The stages from the contracts to what can be expected; those alone that papers tell where
    there is no estimate."""
    invoices, payments = found.of(Invoice), found.of(Payment)
    papers = (
        Bar("合同金额", found.contracted, f"{len(found.contracts)} 份合同", own=False),
        Bar("已开发票", found.invoiced, _voucher_note(invoices, "张"), own=False),
        Bar("已付款", found.paid, _voucher_note(payments, "笔"), own=False),
    )
    if found.amount is None or found.batch is None:
        return papers
    return (
        *papers,
        Bar("核定投入", found.base, _base_note(found), own=True),
        Bar(f"按 {share_text(found.batch)} 计", found.shared, "核定投入乘以补助比例", own=True),
        Bar("可预期补助", found.amount, _room_note(found), own=True),
    )


def share_text(batch: Batch) -> str:
    """The share as a notice writes it: 50%."""
    return f"{(batch.share * 100).normalize():f}%"


def _voucher_note(rows: Sequence[Voucher], unit: str) -> str:
    out = sum(bool(each.why) for each in rows)
    return f"{len(rows)} {unit}" + (f"，其中 {out} {unit}不计入" if out else "")


def _base_note(found: Estimate) -> str:
    if found.audited is None:
        return "凭证可核实的投入，尚无审定金额"
    lower = "审定金额" if found.audited < found.verified else "凭证可核实的投入"
    return f"凭证可核实 {money(found.verified)} 元，审定 {money(found.audited)} 元，取{lower}"


def _room_note(found: Estimate) -> str:
    said = f"累计上限 {money(found.cap)} 元"
    if found.earlier:
        said += f"，以前批次已获 {money(found.earlier)} 元，余 {money(found.room)} 元"
    return said


def rule_words(found: Estimate) -> str:
    """The batch's rule in a sentence, with its source."""
    batch = found.batch
    if batch is None:
        return found.lacking
    return (
        f"{batch.name}（{batch.window}）：补助{'；'.join(batch.kinds)}，不超过核定投入的"
        f"{share_text(batch)}，每家企业累计不超过 {batch.cap_wan.normalize():f} 万元。"
        f"来源：{batch.source}。"
    )


def left_out_lines(found: Estimate) -> list[str]:
    """The vouchers that do not count, those of one form and reason in one line."""
    alike: dict[tuple[str, str], list[Voucher]] = {}
    for row in found.left_out:
        alike.setdefault((row.form, row.why), []).append(row)
    return [_left_out(form, why, rows) for (form, why), rows in alike.items()]


def _left_out(form: str, why: str, rows: Sequence[Voucher]) -> str:
    names = "、".join(row.name or "未填号码" for row in rows[:_LEFT_OUT])
    more = "等" if len(rows) > _LEFT_OUT else ""
    sums = money(total(row.amount for row in rows))
    return f"未计入：{forms()[form].title} {len(rows)} 条（{names}{more}），计 {sums} 元，{why}。"
