"""What may be missing or wrong in choice, contracts, work and filing of the whole road."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from forms.dossier import (
    Attachment,
    Contract,
    ContractItem,
    Dossier,
    Effect,
    Filing,
    Milestone,
    Partner,
    PlannedProduct,
    Selection,
    Training,
    TrainingSync,
)
from forms.record import Record, form_of
from grading.rules import Case

Edit = Callable[[Dossier], dict[type[Record], list[Record]]]


def with_rows(case: Case, rows: dict[type[Record], list[Record]], **more: Any) -> Case:
    """The same with the records of some forms replaced."""
    records = case.dossier.records | {form_of(form): list(held) for form, held in rows.items()}
    return replace(case, dossier=replace(case.dossier, records=records), **more)


def changed(form: type[Record], place: int, **values: Any) -> Edit:
    """One record of a form with other values."""

    def edit(dossier: Dossier) -> dict[type[Record], list[Record]]:
        rows: list[Record] = [dossier.one(form)] if form.single else list(dossier.all(form))
        rows[place] = rows[place].model_copy(update=values)
        return {form: rows}

    return edit


def gone(form: type[Record], taken: Callable[[Any], bool] = lambda _: True) -> Edit:
    """The form without some of its records."""
    return lambda dossier: {form: [row for row in dossier.all(form) if not taken(row)]}


def nobody_chosen(dossier: Dossier) -> dict[type[Record], list[Record]]:
    """Providers were looked at, and none was chosen."""
    rows = dossier.all(Partner)
    return {Partner: [row.model_copy(update={"chosen": None}) for row in rows]}


def no_providers(dossier: Dossier) -> dict[type[Record], list[Record]]:
    """Neither a contract nor a provider that annex 4 could name."""
    return gone(Contract)(dossier) | gone(Partner)(dossier)


DAY = dt.date(2025, 7, 1)
SPOILT: list[tuple[str, Edit, str, str]] = [
    ("choice", gone(Partner), "CHOICE-PARTNERS", "open"),
    ("choice", nobody_chosen, "CHOICE-NONE", "open"),
    ("choice", changed(Selection, 0, own_choice=None), "CHOICE-OWN-OPEN", "open"),
    ("choice", changed(Selection, 0, own_choice=False), "CHOICE-OWN", "blocked"),
    ("choice", changed(Selection, 0, decided_by=""), "CHOICE-DECIDED", "open"),
    ("choice", changed(Partner, 0, reason=" "), "CHOICE-REASON", "done"),
    ("choice", changed(Selection, 0, plan=""), "CHOICE-PLAN", "open"),
    ("choice", gone(PlannedProduct), "CHOICE-PRODUCTS", "open"),
    ("choice", changed(PlannedProduct, 0, project=None, product=None), "CHOICE-LINK", "done"),
    ("choice", gone(PlannedProduct, lambda r: "QMS" in r.name), "CHOICE-PROJECTS", "done"),
    ("contract", gone(Contract), "CONTRACT-NONE", "open"),
    ("contract", changed(Contract, 1, ends_on=None), "CONTRACT-PERIOD", "open"),
    ("contract", gone(ContractItem, lambda r: "QMS" in r.name or "数显" in r.name),
     "CONTRACT-ITEMS", "open"),
    ("contract", gone(Attachment, lambda r: "〔2025〕032" in r.name), "CONTRACT-SCAN", "open"),
    ("contract", changed(Contract, 0, number=""), "CONTRACT-NUMBER", "done"),
    ("contract", changed(Contract, 1, number="示例改合〔2025〕 031号"), "CONTRACT-SHARED", "done"),
    ("contract", changed(Contract, 0, amount="144.5"), "CONTRACT-SUM", "blocked"),
    ("contract", changed(Contract, 0, ends_on=DAY), "CONTRACT-ORDER", "blocked"),
    ("contract", changed(Contract, 0, signed_on=dt.date(2026, 2, 1)), "CONTRACT-FUTURE", "done"),
    ("contract", changed(Contract, 0, starts_on=DAY), "CONTRACT-EARLY", "done"),
    ("contract", changed(Contract, 0, signed_on=DAY), "CONTRACT-UNDECIDED", "done"),
    ("contract", gone(Contract, lambda r: "质量" in r.name), "CONTRACT-UNSIGNED", "done"),
    ("contract", changed(Partner, 1, chosen=False), "CONTRACT-UNCHOSEN", "done"),
    ("contract", changed(Partner, 1, amount="50"), "CONTRACT-TYPED", "done"),
    ("retrofit", gone(Milestone, lambda r: "追溯" in r.name or "量具" in r.name),
     "MILESTONE-NONE", "open"),
    ("retrofit", changed(Milestone, 3, done_on=None), "MILESTONE-OPEN", "open"),
    ("retrofit", changed(Milestone, 3, planned_on=None), "MILESTONE-PLANNED", "done"),
    ("retrofit", changed(Milestone, 3, who=""), "MILESTONE-WHO", "done"),
    ("retrofit", gone(Attachment, lambda r: "节点" in r.name), "MILESTONE-EVIDENCE", "open"),
    ("retrofit", changed(Milestone, 3, done_on=dt.date(2026, 3, 1)), "MILESTONE-FUTURE",
     "blocked"),
    ("retrofit", changed(Milestone, 0, done_on=DAY), "MILESTONE-EARLY", "done"),
    ("retrofit", changed(TrainingSync, 0, plan_during=""), "SYNC-PLAN", "open"),
    ("retrofit", changed(TrainingSync, 0, effect_after_on=None), "SYNC-EFFECT", "open"),
    ("retrofit", gone(Training, lambda r: r.phase == "实施中"), "SYNC-HELD", "open"),
    ("retrofit", changed(Training, 2, attendees=125), "SYNC-HELD", "open"),
    ("retrofit", gone(Attachment, lambda r: "培训方案" in r.name), "SYNC-EVIDENCE", "done"),
    ("retrofit", changed(TrainingSync, 0, plan_on=dt.date(2025, 8, 1)), "SYNC-PLAN-LATE", "done"),
    ("retrofit", changed(TrainingSync, 0, effect_after_on=DAY), "SYNC-EFFECT-EARLY", "done"),
    ("retrofit", changed(Training, 1, end=dt.time(9)), "COURSE-ORDER", "blocked"),
    ("retrofit", changed(Training, 1, date=dt.date(2025, 8, 2)), "COURSE-PHASE", "done"),
    ("retrofit", changed(Training, 2, date=dt.date(2026, 1, 2)), "COURSE-AFTER", "done"),
    ("retrofit", changed(Training, 3, date=dt.date(2026, 5, 1)), "COURSE-FUTURE", "open"),
    ("filing", changed(Filing, 0, insured=None, target=""), "FILING-FIELDS", "open"),
    ("filing", no_providers, "FILING-PARTNERS", "done"),
    ("filing", gone(Effect), "FILING-EFFECTS", "done"),
    ("filing", gone(Effect, lambda r: r.aspect == "市场"), "FILING-ASPECTS", "done"),
    ("filing", changed(Filing, 0, declared_on=None), "FILING-DECLARED", "open"),
    ("filing", changed(Filing, 0, declared_on=dt.date(2026, 2, 1)), "FILING-FUTURE", "done"),
    ("filing", changed(Effect, 0, after=""), "EFFECT-SIDES", "done"),
    ("filing", changed(Effect, 0, after="90"), "EFFECT-DIRECTION", "done"),
    ("filing", changed(Filing, 0, starts_on=dt.date(2025, 8, 2)), "FILING-TERM", "done"),
    ("filing", changed(Filing, 0, total_cost="299.9"), "FILING-COST", "done"),
    ("filing", changed(Filing, 0, target="二级"), "FILING-TARGET", "done"),
    ("filing", changed(Filing, 0, revenue="7560"), "FILING-FIGURE", "done"),
]  # fmt: skip

FAULTS = frozenset(row[2] for row in SPOILT) | {
    "CONTRACT-SEVERAL",
    "FILING-CHANGED",
    "FILING-UNEXPLAINED",
}
"""Every rule that is set off, here or in `test_retrofit` itself."""
