"""Tables 9–11 as written from the chosen route, and whether that route still leads there."""

from __future__ import annotations

from forms.dossier import File, Need
from forms.evaluation import Stage
from forms.inventory import PLANNED
from grading.chosen import FREE, outcome, route_steps, way_of
from grading.rules.case import Case, Hits, hit
from grading.sheet import sheet_of


def drafted(case: Case) -> Hits:
    """A row that the program wrote is not the consultant's word until somebody confirms it."""
    for form in PLANNED:
        page = "needs" if form is Need else "projects"
        waiting = [row for row in case.dossier.all(form) if row.drafted]
        if waiting:
            table = case.pack.cite(form.clause).rpartition(" ")[2]
            yield hit(
                "ROUTE-DRAFTED",
                waiting[0].id,
                "",
                page=page,
                clause=form.clause,
                table=table,
                count=len(waiting),
            )


def short(case: Case) -> Hits:
    """Answers changed since the route was chosen: it leads to its level no more."""
    steps, target = route_steps(case.dossier), case.dossier.one(File).target_level
    instrument = case.pack.instrument
    if not steps or target is None or not 1 <= target <= len(instrument.levels):
        return
    sheet = sheet_of(case.dossier, Stage.DIAGNOSIS, instrument)
    way = way_of(instrument, sheet, target, FREE, steps)
    if outcome(instrument, sheet, way.measures).level < target:
        yield hit("ROUTE-SHORT", level=instrument.level_label(target))


RULES = (drafted, short)
