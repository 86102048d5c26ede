"""方案 三（二）6: the retrofit is examined on paper and on the site, and accepted."""

from forms.assessment import AFTER_MENDING, NOT_MET, WAYS
from forms.dossier import Acceptance, Assessment, Examination, ReturnPoint
from forms.record import specs
from forms.retrofit import FAILED
from grading.road import begun
from grading.rules.case import Case, Hits, hit
from grading.rules.numbers import listed

_STEP = "acceptance"
_OPINION = ("opinion", "conclusion", "opinion_on")


def examined(case: Case) -> Hits:
    """Both ways are combined, each with its experts, its standards and its conclusion."""
    if not begun(case, _STEP):
        return
    rows = case.dossier.all(Examination)
    for way in WAYS:
        if way not in {row.way for row in rows}:
            yield hit("EXAM-WAY", half=2, way=way)
    reported = case.dossier.one(Assessment).reported_on
    for row in rows:
        way = row.way or Examination.title
        if row.conclusion == NOT_MET:
            yield hit("EXAM-FAILED", row.id, "conclusion", half=2, way=way)
        if row.conclusion == AFTER_MENDING and not case.dossier.all(ReturnPoint, row.id):
            yield hit("EXAM-POINTS", row.id, half=2, way=way)
        if row.date and reported and row.date < reported:
            yield hit(
                "EXAM-EARLY", row.id, "date", half=2, way=way, day=row.date, reported=reported
            )


def accepted(case: Case) -> Hits:
    """Annex 5 says what came of it, after both examinations."""
    if not begun(case, _STEP):
        return
    form = case.dossier.one(Acceptance)
    missing = [specs(Acceptance)[n].label for n in _OPINION if getattr(form, n) in (None, "")]
    if missing:
        yield hit("ACCEPT-OPINION", form.id, half=2, names=listed(missing))
    if form.conclusion == FAILED:
        yield hit("ACCEPT-FAILED", form.id, "conclusion", half=2)
    last = max((e.date for e in case.dossier.all(Examination) if e.date), default=None)
    if form.opinion_on and last and form.opinion_on < last:
        yield hit("ACCEPT-EARLY", form.id, "opinion_on", half=2, day=form.opinion_on, last=last)


RULES = (examined, accepted)
