"""The conditions for a pilot enterprise: which hold, which do not, which nobody confirmed yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from forms import fields as f
from forms.dossier import Dossier, Eligibility, Enterprise, File
from forms.eligibility import CONDITIONS, Sizes
from forms.pack import Pack
from forms.record import form_of

LARGE = "大型企业"
"""What an enterprise is that is no SME; no box of the form says so."""
_PLAN = "方案 四（四）"
_EXCLUDED = {
    "central_funds": "未获得中央财政专精特新“小巨人”企业专项资金支持",
    "pilot_2022": "未纳入工信厅联企业〔2022〕22号改造试点",
}


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: whether it holds (None where nobody said), what was said, its source, and the
    form and field where it is answered."""

    name: str
    holds: bool | None
    told: str
    source: str
    form: str
    field: str


def conditions(dossier: Dossier, pack: Pack) -> Iterator[Condition]:
    """All conditions: those that a person confirms, the two exclusions, the project's period."""
    form, enterprise = dossier.one(Eligibility), dossier.one(Enterprise)
    for field, name in CONDITIONS.items():
        day, person = getattr(form, f"{field}_on"), getattr(form, f"{field}_by")
        told = "　".join(filter(None, (day.isoformat() if day else "", person.strip())))
        source = pack.pilot.source if field != "sme" else pack.pilot.sizes.source
        yield Condition(name, getattr(form, field), told, source, form_of(form), field)
    for field, name in _EXCLUDED.items():
        said = getattr(enterprise, field)
        holds = None if said is None else not said
        yield Condition(name, holds, "", _PLAN, form_of(enterprise), field)
    told = "至".join(d.isoformat() if d else "　" for d in (form.project_from, form.project_to))
    wrong = list(out_of_period(dossier, pack))
    period = pack.pilot.period(dossier.one(File).batch)
    given = form.project_from is not None and form.project_to is not None
    holds = (not wrong) if given and period is not None else (False if wrong else None)
    name = f"项目期限（{period.words if period else '本批次的期限未见通知'}）"
    told = told if form.project_from or form.project_to else ""
    yield Condition(name, holds, told, pack.pilot.source, form_of(form), "project_from")


def out_of_period(dossier: Dossier, pack: Pack) -> Iterator[tuple[str, dt.date, dt.date]]:
    """The project's days that its batch does not allow: the field, the day, the batch's own."""
    form = dossier.one(Eligibility)
    period = pack.pilot.period(dossier.one(File).batch)
    if period is None:
        return
    if form.project_from is not None and form.project_from < period.begins:
        yield "project_from", form.project_from, period.begins
    if form.project_to is not None and form.project_to > period.accepted_by:
        yield "project_to", form.project_to, period.accepted_by


def size_by_figures(enterprise: Enterprise, sizes: Sizes) -> tuple[str, Decimal, Decimal] | None:
    """The 企业规模 that head count and turnover (万元) amount to, with both; None without them."""
    staff = f.decimal(enterprise.employees.get("value", ""))
    revenue = f.decimal(enterprise.revenue.get("value", ""))
    if staff is None or revenue is None or staff < 0 or revenue < 0:
        return None
    if staff >= sizes.large.staff and revenue >= sizes.large.revenue:
        return LARGE, staff, revenue
    # Both lower limits are to be met, else it is of the class below.
    name = next(s.name for s in sizes.steps if staff >= s.staff and revenue >= s.revenue)
    return name, staff, revenue
