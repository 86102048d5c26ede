"""The subsidy's estimate, exactly: by hand, and what must hold of any vouchers; the conditions."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.packs import load_pack
from forms.dossier import (
    Audit,
    Contract,
    ContractItem,
    Dossier,
    Enterprise,
    File,
    Invoice,
    Payment,
    SubsidyEntry,
)
from forms.record import Record, form_of, single_id
from forms.subsidy import yuan
from grading.subsidy import Estimate, estimate, money
from grading.subsidy_words import bars

ID = UUID(int=14)
PACK = load_pack()
BATCH = PACK.batches[0]
SOFTWARE, CLOUD, GATEWAY = BATCH.kinds
OTHER = PACK.spending[-1]
INSIDE, OUTSIDE = dt.date(2025, 6, 1), dt.date(2026, 1, 1)


def _id(number: int) -> UUID:
    return UUID(int=number)


def dossier(*records: Record, batch: str = BATCH.name) -> Dossier:
    """A dossier of the batch, with these records."""
    held: dict[str, list[Record]] = {"dossier": [File(id=ID, dossier_id=ID, batch=batch)]}
    for record in records:
        held.setdefault(form_of(record), []).append(record)
    return Dossier(ID, held)


def contract(number: int, wan: str, signed: dt.date | None = INSIDE, **more: Any) -> Contract:
    return Contract(
        id=_id(number), dossier_id=ID, name=f"合同{number}", amount=wan, signed_on=signed, **more
    )


def item(number: int, of: int, kind: str, wan: str) -> ContractItem:
    return ContractItem(id=_id(number), dossier_id=ID, parent_id=_id(of), kind=kind, amount=wan)


def invoice(key: int, of: int, amount: str, kind: str = SOFTWARE, **more: Any) -> Invoice:
    held: dict[str, Any] = {"date": INSIDE, "number": f"F{key}"} | more
    return Invoice(id=_id(key), dossier_id=ID, contract=_id(of), amount=amount, kind=kind, **held)


def payment(key: int, of: int, amount: str, kind: str = SOFTWARE, **more: Any) -> Payment:
    held: dict[str, Any] = {"date": INSIDE, "number": f"P{key}"} | more
    return Payment(id=_id(key), dossier_id=ID, contract=_id(of), amount=amount, kind=kind, **held)


def entry(number: int, event: str, amount: str, batch: str = "") -> SubsidyEntry:
    return SubsidyEntry(
        id=_id(number), dossier_id=ID, event=event, date=INSIDE, amount=amount, batch=batch
    )


def audit(amount: str) -> Audit:
    return Audit(id=single_id(ID, "audit"), dossier_id=ID, amount=amount)


def found(*records: Record, **more: Any) -> Estimate:
    return estimate(dossier(*records, **more), PACK)


# -- by hand ---------------------------------------------------------------------------------------


def test_three_contracts_by_hand() -> None:
    """Software whole, cloud services as far as paid, devices not: (605000 + 40000.01) / 2."""
    held = found(
        *(contract(1, "60.5"), contract(2, "10"), contract(3, "80")),
        *(invoice(11, 1, "300000"), invoice(12, 1, "305,000.00"), payment(13, 1, "605000")),
        *(invoice(21, 2, "100000.00", CLOUD), payment(22, 2, "40000.01", CLOUD)),
        *(invoice(31, 3, "800000", OTHER), payment(32, 3, "800000", OTHER)),
    )
    assert [each.verified for each in held.contracts] == [605000, Decimal("40000.01"), 0]
    assert held.contracted == held.invoiced == 1505000
    assert held.paid == Decimal("1445000.01")
    assert held.base == held.verified == Decimal("645000.01")
    assert held.shared == held.amount == Decimal("322500.005")
    assert money(held.shared) == "322,500.00"
    assert [each.name for each in held.left_out] == ["F31", "P32"]
    assert {each.why for each in held.left_out} == {f"支出类别“{OTHER}”不在补助范围内"}
    assert [(bar.name, bar.amount) for bar in bars(held)] == [
        ("合同金额", 1505000),
        ("已开发票", 1505000),
        ("已付款", Decimal("1445000.01")),
        ("核定投入", Decimal("645000.01")),
        ("按 50% 计", Decimal("322500.005")),
        ("可预期补助", Decimal("322500.005")),
    ]


def test_the_cap_less_what_earlier_batches_took() -> None:
    """1.44 million of software halves to 720,000; of the cap of 500,000, 120,000.50 are gone."""
    rows = (contract(1, "144"), invoice(2, 1, "1440000"), payment(3, 1, "1440000"))
    assert found(*rows).shared == 720000
    assert found(*rows).amount == 500000
    earlier = (entry(4, "核定", "120000.50", "第一批"), entry(5, "拨付", "60000", "第一批"))
    held = found(*rows, *earlier, entry(6, "核定", "300000"), entry(7, "拨付", "99", "第三批"))
    assert (held.earlier, held.room, held.amount) == (
        Decimal("120000.50"),
        Decimal("379999.50"),
        Decimal("379999.50"),
    )
    assert found(*rows, entry(4, "拨付", "700000", "第一批")).amount == 0


def test_what_bounds_a_contract() -> None:
    """The least of invoiced, paid and the items' own amount, kind by kind, then of the contract."""
    rows = (
        invoice(2, 1, "300000"),
        payment(3, 1, "300000"),
        invoice(4, 1, "90000", GATEWAY),
        payment(5, 1, "100000", GATEWAY),
    )
    assert found(contract(1, "100"), *rows).verified == 390000
    assert found(contract(1, "35"), *rows).verified == 350000
    listed = (item(6, 1, SOFTWARE, "25.5"), item(7, 1, GATEWAY, "20"))
    assert found(contract(1, "100"), *listed, *rows).verified == 345000
    assert found(contract(1, "100"), listed[0], *rows).verified == 255000
    assert found(contract(1, "100"), *rows, audit("200000.02")).amount == Decimal("100000.01")
    assert found(contract(1, "100"), *rows, audit("999999")).base == 390000


@pytest.mark.parametrize(
    ("spoilt", "why"),
    [
        ({"date": None}, "未填日期"),
        ({"date": OUTSIDE}, "日期2026-01-01不在批次期限内"),
        ({"date": dt.date(2023, 12, 28)}, "日期2023-12-28不在批次期限内"),
        ({"amount": "12.345"}, "金额未填，或不是精确到分的数额"),
        ({"amount": "-1"}, "金额未填，或不是精确到分的数额"),
        ({"kind": ""}, "未填支出类别"),
        ({"contract": _id(99)}, "未指明所属合同"),
    ],
)
def test_why_a_voucher_does_not_count(spoilt: dict[str, Any], why: str) -> None:
    row = invoice(2, 1, "100").model_copy(update=spoilt)
    held = found(contract(1, "10"), row, payment(3, 1, "100"))
    assert [each.why for each in held.vouchers] == [why, ""]
    assert held.amount == 0


@pytest.mark.parametrize(
    ("spoilt", "why"),
    [
        ({"signed": None}, "合同未填签订日期"),
        ({"signed": OUTSIDE}, "合同签订日期2026-01-01不在批次期限内"),
        ({"wan": ""}, "合同未填金额"),
    ],
)
def test_nothing_counts_under_a_contract_that_does_not(spoilt: dict[str, Any], why: str) -> None:
    held = found(
        contract(1, **({"wan": "10"} | spoilt)), invoice(2, 1, "100"), payment(3, 1, "100")
    )
    assert {each.why for each in held.vouchers} == {why}
    assert held.amount == 0


def test_the_windows_first_and_last_day_count() -> None:
    for day in (BATCH.window_from, BATCH.window_to):
        rows = (invoice(2, 1, "100", date=day), payment(3, 1, "100", date=day))
        assert found(contract(1, "10", day), *rows).amount == 50


def test_a_voucher_typed_twice_counts_once() -> None:
    rows = [contract(1, "10"), payment(9, 1, "1000"), invoice(2, 1, "100")]
    again = invoice(3, 1, "300", number="F2")
    held = found(*rows, again)
    assert held.verified == 300
    assert [each.record for each in held.vouchers if each.twice] == [_id(2)]
    other_kind = invoice(4, 1, "50", CLOUD, number="F2")
    assert not any(each.twice for each in found(*rows, other_kind).vouchers)


def test_an_unknown_batch_gives_no_estimate_but_a_sentence() -> None:
    rows = (contract(1, "10"), invoice(2, 1, "100"), payment(3, 1, "100"))
    unknown, none = found(*rows, batch="第九批"), found(*rows, batch=" ")
    assert (unknown.amount, none.amount) == (None, None)
    assert "未登记批次“第九批”的补助规则" in unknown.lacking
    assert "档案未填写批次" in none.lacking and "第三批" in none.lacking
    assert [bar.name for bar in bars(unknown)] == ["合同金额", "已开发票", "已付款"]


@pytest.mark.parametrize("field", ["central_funds", "pilot_2022"])
def test_who_is_not_supported_again_gets_no_estimate(field: str) -> None:
    told: dict[str, Any] = {field: True}
    enterprise = Enterprise(id=single_id(ID, "enterprise"), dossier_id=ID, **told)
    held = found(enterprise, contract(1, "10"), invoice(2, 1, "100"), payment(3, 1, "100"))
    assert held.amount is None
    assert "方案 四（四）" in held.lacking


def test_amounts_that_can_be_counted_with() -> None:
    assert yuan("1,234.5") == Decimal("1234.5")
    assert yuan("0") == 0
    for typed in ("", "壹", "-0.01", "0.001", "1000000000.01", "1e30", "NaN"):
        assert yuan(typed) is None


# -- whatever the vouchers -------------------------------------------------------------------------

_AMOUNTS = st.decimals(0, 2_000_000, places=2).map(str)
_KINDS = st.sampled_from(PACK.spending)
_DAYS = st.sampled_from([INSIDE, OUTSIDE, None, BATCH.window_to])


@st.composite
def rows(draw: st.DrawFn) -> list[Record]:
    """Up to three contracts, and vouchers that may or may not count."""
    found: list[Record] = [
        contract(number, draw(st.decimals(0, 200, places=4).map(str)), draw(_DAYS))
        for number in range(1, draw(st.integers(1, 3)) + 1)
    ]
    many = len(found)
    for number in range(10, 10 + draw(st.integers(0, 10))):
        made = draw(st.sampled_from([invoice, payment]))
        more = {"date": draw(_DAYS), "number": draw(st.sampled_from("ABCDE"))}
        found.append(made(number, draw(st.integers(1, many)), draw(_AMOUNTS), draw(_KINDS), **more))
    if draw(st.booleans()):
        found.append(audit(draw(_AMOUNTS)))
    if draw(st.booleans()):
        found.append(entry(90, "核定", draw(_AMOUNTS), "第一批"))
    return found


@given(rows())
@settings(max_examples=80)
def test_share_and_cap_hold_exactly(records: list[Record]) -> None:
    held = found(*records)
    assert held.amount is not None
    assert held.shared * 2 == held.base
    assert 0 <= held.amount <= held.shared
    assert held.amount + held.earlier <= max(held.cap, held.earlier)
    assert held.base <= held.verified <= min(held.contracted, held.invoiced, held.paid)
    assert held.amount in (held.shared, held.room)


@given(rows(), st.integers(0, 2**32))
@settings(max_examples=60)
def test_the_order_of_rows_does_not_matter(records: list[Record], seed: int) -> None:
    mixed = records.copy()
    random.Random(seed).shuffle(mixed)
    one, other = found(*records), found(*mixed)
    assert (one.amount, one.verified) == (other.amount, other.verified)
    assert _reasons(one) == _reasons(other)


def _reasons(held: Estimate) -> dict[UUID, str]:
    return {each.record: each.why for each in held.vouchers}


@given(rows(), st.sampled_from(["kind", "date", "amount"]), _AMOUNTS)
@settings(max_examples=60)
def test_a_voucher_that_does_not_count_changes_nothing(
    records: list[Record], spoilt: str, amount: str
) -> None:
    row = {"kind": OTHER, "date": OUTSIDE, "amount": "0.001"}[spoilt]
    for made in (invoice(50, 1, amount), payment(51, 1, amount)):
        more = found(*records, made.model_copy(update={spoilt: row}))
        assert (more.amount, more.verified) == (found(*records).amount, found(*records).verified)


@given(rows(), _AMOUNTS, _KINDS)
@settings(max_examples=60)
def test_more_vouchers_never_give_less(records: list[Record], amount: str, kind: str) -> None:
    before = found(*records)
    more = [invoice(50, 1, amount, kind, number="A"), payment(51, 1, amount, kind, number="A")]
    for added in ([more[0]], [more[1]], more):
        after = found(*records, *added)
        assert after.verified >= before.verified
        assert (after.amount or 0) >= (before.amount or 0)
