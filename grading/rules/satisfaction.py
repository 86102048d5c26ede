"""附件3 五（四）: the enterprise's own judgement, who gave it; what became of the advice."""

from forms.dossier import Adoption, Project, Satisfaction, Visit
from forms.record import paths
from forms.service import ADOPTED
from grading.rules.case import Case, Hits, hit

_, PARTLY, REFUSED = ADOPTED
_WORDS = 30


def judged(case: Case) -> Hits:
    """The enterprise's own judgement is there, sealed, and given after the service."""
    form = case.dossier.one(Satisfaction)
    if not any(value not in (None, "") for value in paths(form).values()):
        yield hit("SATISFACTION-PRESENT", form.id, "filled_on")
        return
    if not form.sealed:
        yield hit("SATISFACTION-SEAL", form.id, "sealed")
    if form.overall and not (form.way and form.given_by.strip()):
        yield hit("SATISFACTION-WAY", form.id, "given_by" if form.way else "way")
    last = max((v.date for v in case.dossier.all(Visit) if v.date), default=None)
    if form.filled_on and last and form.filled_on < last:
        yield hit("SATISFACTION-DATE", form.id, "filled_on", filled=form.filled_on, last=last)


def adopted(case: Case) -> Hits:
    """Every piece of advice has the enterprise's answer, and they agree with its form."""
    dossier = case.dossier
    rows, form = dossier.all(Adoption), dossier.one(Satisfaction)
    for row in rows:
        words = f"“{row.advice.strip()[:_WORDS]}”"
        if not row.decision:
            yield hit("ADOPTION-OPEN", row.id, "decision", advice=words)
        elif row.decision == REFUSED and not row.outcome.strip():
            yield hit("ADOPTION-REASON", row.id, "outcome", advice=words)
    followed = {row.project for row in rows}
    left = [p.name for p in dossier.all(Project) if p.id not in followed and p.name.strip()]
    if form.adoption and left:
        yield hit("ADOPTION-LIST", count=len(left), name=left[0][:_WORDS])
    decided = [row.decision for row in rows if row.decision]
    if form.adoption and decided and _summed(decided) != form.adoption:
        yield hit(
            "ADOPTION-DIFFERS", form.id, "adoption", told=form.adoption, summed=_summed(decided)
        )


def _summed(decided: list[str]) -> str:
    """The one word of the form that single decisions come to."""
    return decided[0] if len(set(decided)) == 1 else PARTLY


RULES = (judged, adopted)
