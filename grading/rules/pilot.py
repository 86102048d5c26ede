"""The conditions for a pilot enterprise (notice of 2025-02-17); the size that figures amount to."""

from forms.dossier import Eligibility, Enterprise, File
from forms.eligibility import CONDITIONS
from forms.record import specs
from grading.pilot import LARGE, out_of_period, size_by_figures
from grading.rules.case import Case, Hits, hit
from grading.rules.numbers import listed


def conditions(case: Case) -> Hits:
    """Each condition is confirmed by somebody on a day, and holds."""
    form = case.dossier.one(Eligibility)
    open_ = [field for field in CONDITIONS if getattr(form, field) is None]
    if open_:
        names = listed([CONDITIONS[field] for field in open_])
        yield hit("PILOT-OPEN", form.id, open_[0], count=len(open_), names=names)
    for field, name in CONDITIONS.items():
        said = getattr(form, field)
        if said is False:
            yield hit("PILOT-NOT", form.id, field, name=name)
        day, person = f"{field}_on", f"{field}_by"
        if said is not None and not (getattr(form, day) and getattr(form, person).strip()):
            lacking = person if getattr(form, day) else day
            yield hit("PILOT-WITNESS", form.id, lacking, name=name)


def period(case: Case) -> Hits:
    """The project lies within its batch's period, where a notice gives one."""
    form, batch = case.dossier.one(Eligibility), case.dossier.one(File).batch.strip()
    known = case.pack.pilot.period(batch)
    for field, day, _ in out_of_period(case.dossier, case.pack):
        what = specs(Eligibility)[field].label
        words = known.words if known else ""
        yield hit("PILOT-PERIOD", form.id, field, what=what, day=day, batch=batch, period=words)


def size(case: Case) -> Hits:
    """企业规模 as head count and turnover have it."""
    enterprise = case.dossier.one(Enterprise)
    found = size_by_figures(enterprise, case.pack.pilot.sizes)
    if found is None:
        return
    due, staff, revenue = found
    if due == LARGE:
        yield hit("SIZE-LARGE", enterprise.id, "size", staff=staff, revenue=revenue)
    elif enterprise.size and enterprise.size != due:
        yield hit(
            "SIZE-FIGURES",
            enterprise.id,
            "size",
            typed=enterprise.size,
            staff=staff,
            revenue=revenue,
            due=due,
        )


RULES = (conditions, period, size)
