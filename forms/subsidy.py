"""What the subsidy of 方案 三（二）7 rests on: invoices, payments, the audit, and the ledger.

All amounts are in 元, to the 分: that is how invoices and bank slips state them. The plan has no
form for any of it, and the notices' own forms (《…改造项目资金申报书》, 汇总表) were not seen:
the fields are those that the notices' conditions need.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from forms import fields as f
from forms.record import Record
from forms.visit import AUDIT_SCAN, GRANT_SCAN, INVOICE_SCAN, PAYMENT_SCAN

CLAUSE = "方案 三（二）7"
UNIT = "元"
#: No invoice, payment or grant of a small manufacturer comes near; beyond it lies a typing error.
MOST = Decimal(1_000_000_000)
_CENT = Decimal("0.01")

APPLIED, GRANTED, PAID = "申报", "核定", "拨付"
EVENTS = (APPLIED, GRANTED, PAID)
"""What the ledger records, in the order in which it happens."""


def yuan(typed: str) -> Decimal | None:
    """An amount that can be counted with, exactly; None where it is none: not a number, negative,
    beyond `MOST`, or finer than a 分."""
    amount = f.decimal(typed)
    if amount is None or not 0 <= amount <= MOST or amount != amount.quantize(_CENT):
        return None
    return amount


def _amount(label: str, **more: Any) -> f.Spec:
    return f.number(label, UNIT, high=str(MOST), **more)


class Invoice(Record, table=True):
    """One invoice of the retrofit, or one kind of spending on it."""

    title = "发票"
    clause = CLAUSE
    half = 2

    number: Annotated[str, f.text("发票号码", 40, required=True)] = ""
    date: Annotated[dt.date | None, f.date("开票日期", required=True)] = None
    amount: Annotated[str, _amount("价税合计", required=True)] = ""
    contract: Annotated[UUID | None, f.ref("所属合同", "contract", required=True)] = None
    kind: Annotated[str, f.choice("支出类别", choices_from="spending", required=True)] = ""
    seller: Annotated[str, f.text("销售方名称", 80)] = ""
    scan: Annotated[dict[str, Any], f.refs("发票扫描件", "attachment", kinds=(INVOICE_SCAN,))] = (
        f.keyed()
    )


class Payment(Record, table=True):
    """One payment voucher (付款凭证, a bank's slip), or one kind of spending on it."""

    title = "付款凭证"
    clause = CLAUSE
    half = 2

    number: Annotated[str, f.text("凭证号码", 60, required=True)] = ""
    date: Annotated[dt.date | None, f.date("付款日期", required=True)] = None
    amount: Annotated[str, _amount("付款金额", required=True)] = ""
    contract: Annotated[UUID | None, f.ref("所属合同", "contract", required=True)] = None
    kind: Annotated[str, f.choice("支出类别", choices_from="spending", required=True)] = ""
    payee: Annotated[str, f.text("收款方名称", 80)] = ""
    scan: Annotated[
        dict[str, Any], f.refs("付款凭证扫描件", "attachment", kinds=(PAYMENT_SCAN,))
    ] = f.keyed()


class Audit(Record, table=True):
    """专项审计报告 of the auditor (第三方审计机构, 方案 二（六）)."""

    title = "专项审计报告"
    clause = "方案 二（六）"
    single = True
    half = 2

    auditor: Annotated[str, f.text("第三方审计机构", 80, required=True)] = ""
    number: Annotated[str, f.text("报告编号", 60, required=True)] = ""
    date: Annotated[dt.date | None, f.date("报告日期", required=True)] = None
    amount: Annotated[
        str,
        _amount("审定投入金额", required=True, hint="审计报告确认的改造项目投入，测算以它为上限"),
    ] = ""
    passed: Annotated[bool | None, f.yesno("已通过专项审计", required=True)] = None
    opinion: Annotated[str, f.prose("审计意见摘要", 1000)] = ""
    scan: Annotated[dict[str, Any], f.refs("审计报告扫描件", "attachment", kinds=(AUDIT_SCAN,))] = (
        f.keyed()
    )


class SubsidyEntry(Record, table=True):
    """One row of the ledger: an amount applied for, granted or paid out, with its paper.

    `batch` "" is the dossier's own; another names an earlier grant, which counts against the cap.
    """

    title = "补助资金台账"
    clause = CLAUSE
    half = 2

    event: Annotated[str, f.choice("事项", *EVENTS, required=True)] = ""
    date: Annotated[dt.date | None, f.date("日期", required=True)] = None
    amount: Annotated[str, _amount("金额", required=True)] = ""
    batch: Annotated[
        str, f.text("所属批次", 40, hint="本批次的不填；以前批次已获补助的，写明批次")
    ] = ""
    document: Annotated[str, f.text("文件名称及文号", 120)] = ""
    scan: Annotated[dict[str, Any], f.refs("文件扫描件", "attachment", kinds=(GRANT_SCAN,))] = (
        f.keyed()
    )
