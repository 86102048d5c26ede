"""方案 三（二）7: the conditions of payment, the vouchers' sums, and the ledger.

Nothing is said before the step has begun. What no clause says is 一致性核对.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from forms import fields as f
from forms.dossier import (
    Attachment,
    Audit,
    Contract,
    Dossier,
    Invoice,
    Partner,
    Payment,
    SubsidyEntry,
    picked,
)
from forms.evaluation import Stage
from forms.record import form_of
from forms.subsidy import APPLIED, GRANTED, PAID, yuan
from grading.road import begun
from grading.rules.case import Case, Hits, hit
from grading.rules.numbers import listed
from grading.subsidy import estimate, ledger, money, own_batch
from grading.subsidy_checks import State, checks

_STEP = "subsidy"
Row = Invoice | Payment | SubsidyEntry


def conditions(case: Case) -> Hits:
    """Every condition of payment that does not hold, or of which nothing is known yet."""
    if not begun(case, _STEP):
        return
    for each in checks(case.dossier, case.pack, case.grades.get(Stage.RETROFIT)):
        if each.state is State.HELD:
            continue
        rule = "SUBSIDY-OPEN" if each.state is State.OPEN else "SUBSIDY-FAILED"
        if each.key == "level" and each.state is State.FAILED:
            rule = "SUBSIDY-LEVEL"
        here = each.target.page == _STEP  # else the line of the list leads on from there
        yield hit(
            rule,
            each.target.record if here else None,
            each.target.field if here else each.key,
            clause=each.source,
            half=2,
            name=each.name,
            reason=each.reason,
        )


def unpaid(case: Case) -> Hits:
    """The step ends with the money: until then something is to be done."""
    if not begun(case, _STEP):
        return
    held = ledger(case.dossier)
    if not held.paid:
        yield hit("SUBSIDY-UNPAID", field="event", half=2)
    elif held.remaining > 0:
        yield hit("SUBSIDY-REST", field="event", half=2, rest=money(held.remaining))


def sums(case: Case) -> Hits:
    """Invoiced no more than contracted, paid no more than invoiced, contract by contract."""
    for each in estimate(case.dossier, case.pack).contracts:
        if each.amount is not None and each.invoiced > each.amount:
            yield hit(
                "SUBSIDY-INVOICED",
                field="sums",
                half=2,
                contract=each.name,
                invoiced=money(each.invoiced),
                amount=money(each.amount),
            )
        if each.paid > each.invoiced:
            yield hit(
                "SUBSIDY-PAID",
                field="sums",
                half=2,
                contract=each.name,
                paid=money(each.paid),
                invoiced=money(each.invoiced),
            )


def vouchers(case: Case) -> Hits:
    """Each voucher by itself: its amount, whose it is, whether it precedes its contract."""
    dossier = case.dossier
    contracts: dict[UUID | None, Contract] = {each.id: each for each in dossier.all(Contract)}
    partners = dossier.all(Partner)
    for row in _rows(dossier):
        what = f"{row.title}“{name_of(row)}”"
        if row.amount.strip() and yuan(row.amount) is None:
            yield hit("SUBSIDY-AMOUNT", row.id, "amount", half=2, what=what, typed=row.amount)
        if isinstance(row, SubsidyEntry) or row.contract not in contracts:
            continue
        contract = contracts[row.contract]
        if row.date and contract.signed_on and row.date < contract.signed_on:
            days: dict[str, Any] = {"day": row.date, "signed": contract.signed_on}
            yield hit("SUBSIDY-EARLY", row.id, "date", half=2, what=what, **days)
        field = "seller" if isinstance(row, Invoice) else "payee"
        signed = {str(contract.partner), *f.chosen(contract.also)}
        known = [each.name.strip() for each in partners if str(each.id) in signed]
        other = getattr(row, field).strip()
        if other and known and other not in known:
            said: dict[str, Any] = {"other": other, "partner": listed(known)}
            yield hit("SUBSIDY-PARTY", row.id, field, half=2, what=what, **said)


def scans(case: Case) -> Hits:
    """The papers by which all of it is checked, and that are still there; a finding a form."""
    files = case.dossier.all(Attachment)
    for form in (Invoice, Payment, SubsidyEntry):
        rows: Sequence[Row] = case.dossier.all(form)
        bare = [row for row in rows if not picked(row.scan, files)]
        if bare:
            names = listed([name_of(row) for row in bare], 3)
            shown: dict[str, Any] = {"title": form.title, "count": len(bare), "names": names}
            yield hit("SUBSIDY-SCAN", bare[0].id, "scan", half=2, **shown)


def twice(case: Case) -> Hits:
    """The same number stands in several rows of one kind of spending."""
    for row in estimate(case.dossier, case.pack).vouchers:
        if row.twice:
            title = (Invoice if row.form == form_of(Invoice) else Payment).title
            yield hit("SUBSIDY-TWICE", row.record, "number", half=2, what=f"{title}“{row.name}”")


def audited(case: Case) -> Hits:
    """The auditor confirms no more than was paid."""
    form = case.dossier.one(Audit)
    amount, paid = yuan(form.amount), estimate(case.dossier, case.pack).paid
    if amount is not None and amount > paid:
        shown: dict[str, Any] = {"amount": money(amount), "paid": money(paid)}
        yield hit("SUBSIDY-AUDITED", form.id, "amount", half=2, **shown)


def granted(case: Case) -> Hits:
    """Applied for no more than can be expected, granted no more than applied for, paid no more
    than granted; all grants together within the cap."""
    dossier = case.dossier
    if not dossier.all(SubsidyEntry):
        return
    held, found = ledger(dossier), estimate(dossier, case.pack)
    bounds = (
        (APPLIED, held.applied, "可预期补助", found.amount),
        (GRANTED, held.granted, APPLIED, held.applied or None),
        (PAID, held.paid, GRANTED, held.granted),
    )
    for name, amount, bound, most in bounds:
        if most is not None and amount > most:
            shown: dict[str, Any] = {"amount": money(amount), "most": money(most)}
            row = next((r.id for r in dossier.all(SubsidyEntry) if r.event == name), None)
            rule = "SUBSIDY-OVER" if name == APPLIED else "SUBSIDY-LEDGER"
            yield hit(rule, row, "amount", half=2, name=name, bound=bound, **shown)
    batch = own_batch(dossier, case.pack)
    taken = held.granted + held.earlier
    if batch is not None and taken > found.cap:
        yield hit(
            "SUBSIDY-CAP",
            field="amount",
            clause=batch.source,
            half=2,
            amount=money(taken),
            cap=money(found.cap),
        )


def _rows(dossier: Dossier) -> Iterator[Row]:
    yield from dossier.all(Invoice)
    yield from dossier.all(Payment)
    yield from dossier.all(SubsidyEntry)


def name_of(row: Row) -> str:
    """What people know a row by."""
    if isinstance(row, SubsidyEntry):
        return f"{row.event}{row.date.isoformat() if row.date else ''}" or "未填事项"
    return row.number.strip() or "未填号码"


RULES = (conditions, unpaid, sums, vouchers, scans, twice, audited, granted)
