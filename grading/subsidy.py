"""The subsidy that can be expected, by the rule of the dossier's batch, exactly.

The rule is that of the bureau's notice of 2025-02-28 on the third batch: of the
kinds of spending that it names, at most a share of the verified investment, and at most a cap
in all per enterprise; contract, invoice, payment voucher and acceptance are dated within the
batch's window. Window, share, cap and kinds are the pack's, by batch (`forms.pack.Batch`).

What counts, contract by contract, if it was signed within the window: of each eligible kind the
least of what was invoiced, what was paid, by vouchers dated within the window, and what the
contract's items of that kind come to, where it lists any; together no more than the contract's
amount. The auditor's figure bounds the sum. What earlier grants took is taken off the cap. All
amounts are `Decimal`s in 元; nothing is rounded.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, Decimal
from uuid import UUID

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
from forms.fields import decimal
from forms.pack import Batch, Pack
from forms.record import form_of
from forms.subsidy import EVENTS, GRANTED, PAID, yuan

WAN = Decimal(10_000)
"""元 in a 万元."""
ZERO = Decimal(0)
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Voucher:
    """An invoice or payment as it was judged; `why` says why it does not count, "" where it does.

    `amount` is None where none can be counted with; `twice` says that a like row counts instead.
    """

    record: UUID
    form: str
    name: str
    contract: UUID | None
    kind: str
    date: dt.date | None
    amount: Decimal | None
    why: str = ""
    twice: bool = False


@dataclass(frozen=True, slots=True)
class ContractSums:
    """A contract with what was invoiced and paid under it, and what of that is verified.

    `amount` None: none was typed. `invoiced` and `paid` sum all its vouchers, also those that do
    not count. `why` says why nothing under it counts.
    """

    record: UUID
    name: str
    signed_on: dt.date | None
    amount: Decimal | None
    invoiced: Decimal
    paid: Decimal
    verified: Decimal
    why: str = ""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What can be expected, and each step on the way there, in 元.

    `lacking` says what must be filled in, or what forbids it, where there is no `amount`.
    `verified` is what the vouchers bear out, `base` the lesser of it and the audited amount;
    `shared` the share of the base; `earlier` what grants of other batches took, `room` what they
    left of the cap.
    """

    batch: Batch | None
    lacking: str
    contracts: tuple[ContractSums, ...]
    vouchers: tuple[Voucher, ...]
    verified: Decimal
    audited: Decimal | None
    base: Decimal
    shared: Decimal
    cap: Decimal
    earlier: Decimal
    room: Decimal
    amount: Decimal | None

    @property
    def contracted(self) -> Decimal:
        """The contracts' amounts together."""
        return total(each.amount for each in self.contracts)

    @property
    def invoiced(self) -> Decimal:
        """All that was invoiced."""
        return total(each.amount for each in self.of(Invoice))

    @property
    def paid(self) -> Decimal:
        """All that was paid."""
        return total(each.amount for each in self.of(Payment))

    def of(self, form: type[Invoice] | type[Payment]) -> tuple[Voucher, ...]:
        """The vouchers of one form."""
        return tuple(each for each in self.vouchers if each.form == form_of(form))

    @property
    def left_out(self) -> tuple[Voucher, ...]:
        """The vouchers that do not count."""
        return tuple(each for each in self.vouchers if each.why)


@dataclass(frozen=True, slots=True)
class Ledger:
    """The sums of the ledger's rows of the dossier's own batch, in 元; `earlier` of all others."""

    applied: Decimal
    granted: Decimal
    paid: Decimal
    earlier: Decimal

    @property
    def remaining(self) -> Decimal:
        """Granted and not paid yet; negative where more was paid than granted."""
        return self.granted - self.paid


def money(amount: Decimal) -> str:
    """An amount in 元 as it is shown: to the 分, nothing rounded up."""
    return f"{amount.quantize(_CENT, ROUND_DOWN):,f}"


def total(amounts: Iterable[Decimal | None]) -> Decimal:
    """The sum of those that are known."""
    return sum((each for each in amounts if each is not None), ZERO)


def from_wan(typed: str) -> Decimal | None:
    """An amount typed in 万元, in 元; None where none was typed that can be counted with."""
    amount = decimal(typed)
    return None if amount is None else yuan(str(amount * WAN))


def contract_name(contract: Contract) -> str:
    """What people call it."""
    return contract.name.strip() or contract.number.strip() or "未命名的合同"


def within(batch: Batch, day: dt.date | None) -> bool:
    """Whether a day lies in the batch's window; its first and last day do."""
    return day is not None and batch.holds(day)


def own_batch(dossier: Dossier, pack: Pack) -> Batch | None:
    """The batch that the dossier names, if the pack knows its rule."""
    return pack.batch(dossier.one(File).batch)


def estimate(dossier: Dossier, pack: Pack) -> Estimate:
    """What can be expected where every condition of payment comes to hold (`subsidy_checks`)."""
    batch = own_batch(dossier, pack)
    contracts = {each.id: _contract(each, batch) for each in dossier.all(Contract)}
    rows = [_invoice(each) for each in dossier.all(Invoice)]
    rows += [_payment(each) for each in dossier.all(Payment)]
    vouchers = _once([replace(each, why=_why(each, batch, contracts)) for each in rows])
    sums = tuple(
        _summed(each, vouchers, _items(dossier, each.record)) for each in contracts.values()
    )
    verified = total(each.verified for each in sums)
    audited = yuan(dossier.one(Audit).amount)
    base = verified if audited is None else min(verified, audited)
    shared = base * batch.share if batch else ZERO
    cap = batch.cap_wan * WAN if batch else ZERO
    earlier = ledger(dossier).earlier
    room = max(cap - earlier, ZERO)
    lacking = _lacking(dossier, pack, batch)
    amount = None if lacking else min(shared, room)
    return Estimate(
        *(batch, lacking, sums, vouchers, verified, audited, base, shared, cap, earlier, room),
        amount=amount,
    )


def ledger(dossier: Dossier) -> Ledger:
    """The ledger's sums. An earlier batch took what was granted there, or paid if that is more."""
    own = dossier.one(File).batch.strip()
    held: dict[tuple[str, str], Decimal] = {}
    for row in dossier.all(SubsidyEntry):
        batch = row.batch.strip() or own
        held[batch, row.event] = held.get((batch, row.event), ZERO) + (yuan(row.amount) or ZERO)
    others = {batch for batch, _ in held} - {own}
    earlier = total(
        max(held.get((each, GRANTED), ZERO), held.get((each, PAID), ZERO)) for each in others
    )
    applied, granted, paid = (held.get((own, event), ZERO) for event in EVENTS)
    return Ledger(applied, granted, paid, earlier)


def _lacking(dossier: Dossier, pack: Pack, batch: Batch | None) -> str:
    enterprise, named = dossier.one(Enterprise), dossier.one(File).batch.strip()
    if enterprise.central_funds or enterprise.pilot_2022:
        return "企业属于方案 四（四）规定的不再重复支持的情形，不测算补助金额。"
    if batch is not None:
        return ""
    known = "、".join(each.name for each in pack.batches)
    if not named:
        return (
            f"档案未填写批次，不能测算；请在“企业基本情况”的档案信息中填写批次（现有：{known}）。"
        )
    return (
        f"未登记批次“{named}”的补助规则，不能测算；请核对批次名称（现有：{known}），"
        "新批次的规则以市工信局通知为准，登记后再行测算。"
    )


def _contract(contract: Contract, batch: Batch | None) -> ContractSums:
    amount = from_wan(contract.amount)
    if batch is None:
        why = "批次的补助规则未登记"
    elif contract.signed_on is None:
        why = "合同未填签订日期"
    elif not batch.holds(contract.signed_on):
        why = f"合同签订日期{contract.signed_on.isoformat()}不在批次期限内"
    elif amount is None:
        why = "合同未填金额"
    else:
        why = ""
    nothing = (ZERO,) * 3
    return ContractSums(
        contract.id, contract_name(contract), contract.signed_on, amount, *nothing, why
    )


def _invoice(row: Invoice) -> Voucher:
    held = (row.contract, row.kind.strip(), row.date, yuan(row.amount))
    return Voucher(row.id, form_of(Invoice), row.number.strip(), *held)


def _payment(row: Payment) -> Voucher:
    held = (row.contract, row.kind.strip(), row.date, yuan(row.amount))
    return Voucher(row.id, form_of(Payment), row.number.strip(), *held)


def _why(row: Voucher, batch: Batch | None, contracts: dict[UUID, ContractSums]) -> str:
    """Why a voucher does not count by itself; "" where it does."""
    contract = contracts.get(row.contract) if row.contract else None
    if contract is None:
        return "未指明所属合同"
    if contract.why or batch is None:
        return contract.why
    if row.date is None:
        return "未填日期"
    if not batch.holds(row.date):
        return f"日期{row.date.isoformat()}不在批次期限内"
    if row.amount is None:
        return "金额未填，或不是精确到分的数额"
    if row.kind not in batch.kinds:
        return f"支出类别“{row.kind}”不在补助范围内" if row.kind else "未填支出类别"
    return ""


def _once(rows: Sequence[Voucher]) -> tuple[Voucher, ...]:
    """Of rows of one number and kind under one contract, the largest counts alone: a voucher
    that was typed twice."""
    ordered = sorted(rows, key=lambda row: (row.amount or ZERO, str(row.record)))
    best = {_key(row): row.record for row in ordered if not row.why and row.name}
    return tuple(
        replace(row, why="与另一条号码、支出类别相同，按一条计", twice=True)
        if not row.why and row.name and best[_key(row)] != row.record
        else row
        for row in rows
    )


def _key(row: Voucher) -> tuple[object, ...]:
    return row.form, row.contract, row.name, row.kind


def _items(dossier: Dossier, contract: UUID) -> dict[str, Decimal]:
    """What a contract's items come to by kind of spending, in 元; empty where it lists none."""
    found: dict[str, Decimal] = {}
    for item in dossier.all(ContractItem, contract):
        found[item.kind] = found.get(item.kind, ZERO) + (from_wan(item.amount) or ZERO)
    return found


def _summed(
    contract: ContractSums, vouchers: Sequence[Voucher], items: Mapping[str, Decimal]
) -> ContractSums:
    own = [each for each in vouchers if each.contract == contract.record]
    counted: dict[tuple[str, str], Decimal] = {}
    for row in own:
        if not row.why:
            key = row.form, row.kind
            counted[key] = counted.get(key, ZERO) + (row.amount or ZERO)
    invoice, payment = form_of(Invoice), form_of(Payment)
    both = ZERO
    for kind in {kind for _, kind in counted}:
        least = min(counted.get((invoice, kind), ZERO), counted.get((payment, kind), ZERO))
        both += min(least, items.get(kind, ZERO)) if items else least
    return replace(
        contract,
        invoiced=total(each.amount for each in own if each.form == invoice),
        paid=total(each.amount for each in own if each.form == payment),
        verified=min(both, contract.amount or ZERO),
    )
