"""方案 三（一）7: the experts' acceptance of the diagnosis, kept with its opinion and conclusion.

None of these rules stops an export: what comes after the handing in cannot be wanted before it.
Points to be mended are judged with those of 退回意见 (`returned.py`).
"""

from forms.dossier import (
    Agreement,
    Attachment,
    DiagnosisAcceptance,
    DiagnosisExpert,
    ReturnPoint,
)
from forms.inspection import FAILED, MENDING
from forms.record import paths
from forms.visit import OPINION_SCAN
from grading.rules.case import Case, Hits, hit
from grading.rules.fields import missing_fields
from grading.rules.numbers import listed


def held(case: Case) -> Hits:
    """The opinion is there once the report is; its meeting, experts and words are on record."""
    dossier = case.dossier
    made = dossier.one(DiagnosisAcceptance)
    experts = dossier.all(DiagnosisExpert)
    if not experts and not any(value not in (None, "") for value in paths(made).values()):
        if dossier.one(Agreement).reported_on is not None:
            yield hit("OPINION-PRESENT", made.id, "conclusion")
        return
    missing = missing_fields(made)
    if missing:
        names = listed(list(missing.values()))
        yield hit("OPINION-GAPS", made.id, next(iter(missing)), names=names)
    if not experts:
        yield hit("OPINION-EXPERTS", field="name")
    if not any(each.kind == OPINION_SCAN for each in dossier.all(Attachment)):
        yield hit("OPINION-SCAN", made.id)
    yield from _concluded(case, made)


def _concluded(case: Case, made: DiagnosisAcceptance) -> Hits:
    reported = case.dossier.one(Agreement).reported_on
    if made.held_on is not None and reported is not None and made.held_on < reported:
        yield hit("OPINION-DAY", made.id, "held_on", held=made.held_on, reported=reported)
    if made.conclusion == FAILED:
        yield hit("OPINION-FAILED", made.id, "conclusion")
    if made.conclusion == MENDING and not case.dossier.all(ReturnPoint, made.id):
        yield hit("OPINION-POINTS", field="text")


RULES = (held,)
