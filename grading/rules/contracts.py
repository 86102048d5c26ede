"""方案 三（二）1 and 2: the enterprise chose its providers itself, and has a contract with each."""

from collections.abc import Iterator
from decimal import Decimal
from uuid import UUID

from forms import fields as f
from forms.dossier import (
    Attachment,
    Contract,
    ContractItem,
    Partner,
    PlannedProduct,
    Project,
    Selection,
    picked,
)
from grading.road import begun
from grading.rules.case import Case, Hits, hit
from grading.rules.filing_view import contract_total
from grading.rules.numbers import amount, listed, plain
from grading.rules.retrofit_view import contract_name, labels


def choice(case: Case) -> Hits:
    """Who was looked at, whom the enterprise chose, and that it chose by itself."""
    if not begun(case, "choice"):
        return
    form, partners = case.dossier.one(Selection), case.dossier.all(Partner)
    chosen = [each for each in partners if each.chosen]
    if not partners:
        yield hit("CHOICE-PARTNERS", half=2)
    elif not chosen:
        yield hit("CHOICE-NONE", partners[0].id, "chosen", half=2, count=len(partners))
    if form.own_choice is False:
        yield hit("CHOICE-OWN", form.id, "own_choice", half=2)
    elif form.own_choice is None:
        yield hit("CHOICE-OWN-OPEN", form.id, "own_choice", half=2)
    missing = labels(form, "decided_on", "decided_by", "reason")
    if missing:
        yield hit("CHOICE-DECIDED", form.id, "decided_on", half=2, names="、".join(missing))
    silent = [each for each in partners if each.chosen is not None and not each.reason.strip()]
    if silent:
        names = listed([each.name for each in silent])
        yield hit("CHOICE-REASON", silent[0].id, "reason", half=2, names=names)


def plan(case: Case) -> Hits:
    """The retrofit's plan, with products and solutions that carry out what was diagnosed."""
    if not begun(case, "choice"):
        return
    form, products = case.dossier.one(Selection), case.dossier.all(PlannedProduct)
    if not form.plan.strip():
        yield hit("CHOICE-PLAN", form.id, "plan", half=2)
    if not products:
        yield hit("CHOICE-PRODUCTS", half=2)
    for each in products:
        linked = each.project or each.product or f.chosen(each.measures)
        if not linked and not each.departure.strip():
            yield hit("CHOICE-LINK", each.id, "project", half=2, name=each.name or "未命名")
    covered = {each.project for each in products}
    left = [each.name for each in case.dossier.all(Project) if each.id not in covered]
    if products and left:
        yield hit("CHOICE-PROJECTS", products[0].id, "project", half=2, names=listed(left))


def _contracts(case: Case) -> Iterator[tuple[str, Contract]]:
    if begun(case, "contract"):
        for number, contract in enumerate(case.dossier.all(Contract), 1):
            yield contract_name(case.dossier, contract, number), contract


def signed(case: Case) -> Hits:
    """There is a contract, with what the plan wants it to state, and its scan."""
    if begun(case, "contract") and not case.dossier.all(Contract):
        yield hit("CONTRACT-NONE", half=2)
    scans = case.dossier.all(Attachment)
    for name, each in _contracts(case):
        missing = labels(each, "starts_on", "ends_on")
        if missing:
            field = "ends_on" if each.starts_on else "starts_on"
            yield hit("CONTRACT-PERIOD", each.id, field, half=2, name=name)
        if not case.dossier.all(ContractItem, each.id):
            yield hit("CONTRACT-ITEMS", each.id, half=2, name=name)
        if not picked(each.scan, scans):
            yield hit("CONTRACT-SCAN", each.id, "scan", half=2, name=name)
        if not each.number.strip():
            yield hit("CONTRACT-NUMBER", each.id, "number", half=2, name=name)


def apart(case: Case) -> Hits:
    """One contract a provider: none covers several, no two rows share a number."""
    numbers: dict[str, str] = {}
    for name, each in _contracts(case):
        others = [row for row in case.dossier.all(Partner) if each.also.get(str(row.id)) is True]
        others = [row for row in others if row.id != each.partner]
        if others:
            names = listed([row.name for row in others])
            yield hit("CONTRACT-SEVERAL", each.id, "also", half=2, name=name, names=names)
        number = "".join(each.number.split())
        if number and number in numbers:
            values = {"name": name, "other": numbers[number], "number": each.number.strip()}
            yield hit("CONTRACT-SHARED", each.id, "number", half=2, **values)
        numbers.setdefault(number, name)


def sums(case: Case) -> Hits:
    """The items come to the contract's amount."""
    for name, each in _contracts(case):
        items = case.dossier.all(ContractItem, each.id)
        parts, whole = [amount(item.amount) for item in items], amount(each.amount)
        known = [part for part in parts if part is not None]
        if whole is None or not items or len(known) < len(parts):
            continue
        total = sum(known, Decimal(0))
        if total != whole:
            yield hit(
                "CONTRACT-SUM",
                each.id,
                "amount",
                half=2,
                name=name,
                total=plain(total),
                whole=plain(whole),
                gap=plain(abs(total - whole)),
            )


def order(case: Case) -> Hits:
    """Chosen, signed, begun, ended: in this order, and nothing signed tomorrow."""
    decided = case.dossier.one(Selection).decided_on
    for name, each in _contracts(case):
        if each.starts_on and each.ends_on and each.ends_on < each.starts_on:
            yield hit(
                "CONTRACT-ORDER", each.id, "ends_on", half=2,
                name=name, start=each.starts_on, end=each.ends_on,
            )  # fmt: skip
        if each.signed_on is None:
            continue
        if each.signed_on > case.today:
            yield hit(
                "CONTRACT-FUTURE", each.id, "signed_on", half=2,
                name=name, signed=each.signed_on, today=case.today,
            )  # fmt: skip
        if each.starts_on and each.starts_on < each.signed_on:
            yield hit(
                "CONTRACT-EARLY", each.id, "starts_on", half=2,
                name=name, start=each.starts_on, signed=each.signed_on,
            )  # fmt: skip
        if decided and each.signed_on < decided:
            yield hit(
                "CONTRACT-UNDECIDED", each.id, "signed_on", half=2,
                name=name, signed=each.signed_on, decided=decided,
            )  # fmt: skip


def partners(case: Case) -> Hits:
    """Who was chosen has a contract, and who has one was chosen; both say one amount."""
    if not begun(case, "contract"):
        return
    rows = case.dossier.all(Contract)
    held: dict[UUID, list[Contract]] = {}
    for each in rows:
        if each.partner is not None:
            held.setdefault(each.partner, []).append(each)
    for partner in case.dossier.all(Partner):
        own = held.get(partner.id, [])
        total, typed = contract_total(own), amount(partner.amount)
        if partner.chosen and not own and rows:
            yield hit("CONTRACT-UNSIGNED", partner.id, "chosen", half=2, name=partner.name)
        if partner.chosen is False and own:
            yield hit("CONTRACT-UNCHOSEN", own[0].id, "partner", half=2, name=partner.name)
        if total is not None and typed is not None and total != typed:
            yield hit(
                "CONTRACT-TYPED", partner.id, "amount", half=2,
                name=partner.name, typed=plain(typed), total=plain(total),
            )  # fmt: skip


RULES = (choice, plan, signed, apart, sums, order, partners)
