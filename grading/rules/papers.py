"""Signed papers: whether they came back, and whether they still say what was signed."""

from collections.abc import Iterator
from uuid import UUID

from forms.dossier import (
    Acceptance,
    Agreement,
    Attachment,
    Filing,
    Satisfaction,
    Signature,
    Visit,
)
from forms.papers import DRAFT, Paper, Role
from grading.rules.case import Case, Hits, hit


def _slots(case: Case) -> Iterator[tuple[Paper, UUID | None, str]]:
    """Every place for a signed paper: the paper, the visit that it records, what to call it."""
    for paper in case.pack.papers:
        if not paper.scan:
            continue
        if not paper.each_visit:
            yield paper, None, paper.name
            continue
        for number, visit in enumerate(case.dossier.all(Visit), 1):
            yield paper, visit.id, f"第{number}次{paper.name}"


def scans_in(case: Case, paper: Paper, subject: UUID | None) -> list[Attachment]:
    """The scans of a paper; one that names no visit is of the only visit there is."""
    alone = len(case.dossier.all(Visit)) == 1
    return [
        each
        for each in case.dossier.all(Attachment)
        if each.kind == paper.scan
        and (each.visit == subject or (alone and each.visit is None and subject is not None))
    ]


def signed_by(case: Case, paper: Paper, subject: UUID | None) -> dict[Role, list[Signature]]:
    """The signatures under a paper by the capacity that it asks for."""
    found: dict[Role, list[Signature]] = {role: [] for role in paper.roles}
    for each in case.dossier.all(Signature):
        if (each.paper, each.subject) == (paper.key, subject) and each.role in found:
            found[Role(each.role)].append(each)
    return found


def missing(case: Case) -> Hits:
    """A paper of which the dossier says that it was signed, without its scan or signatures."""
    for paper, subject, name in _slots(case):
        signed = signed_by(case, paper, subject)
        whole = bool(signed) and all(signed.values())
        if _due(case, paper, subject) and not scans_in(case, paper, subject) and not whole:
            yield hit(
                "SCAN-MISSING",
                subject,
                paper.key,
                clause=paper.clause,
                half=paper.half,
                paper=name,
            )


def _due(case: Case, paper: Paper, subject: UUID | None) -> bool:
    """Whether the day of signing has come, as the paper itself says."""
    dossier = case.dossier
    visit = dossier.find(Visit, subject)
    if visit is not None:
        return visit.date is not None and visit.date < case.today
    days = {
        "agreement": dossier.one(Agreement).signed_on,
        "satisfaction": dossier.one(Satisfaction).filled_on,
        "report": dossier.one(Agreement).reported_on,
        "filing": dossier.one(Filing).declared_on,
        "acceptance": dossier.one(Acceptance).opinion_on,
    }
    return days.get(paper.key) is not None


def outdated(case: Case) -> Hits:
    """What was signed is not what the paper says now, and nothing newer stands beside it."""
    for paper, subject, name in _slots(case):
        for signatures in signed_by(case, paper, subject).values():
            if signatures and case.outdated.issuperset(each.id for each in signatures):
                last = signatures[-1]
                yield hit(
                    "SIGNED-CHANGED",
                    last.id,
                    clause=paper.clause,
                    half=paper.half,
                    paper=name,
                    name=last.name or last.role,
                )
        scans = scans_in(case, paper, subject)
        if scans and case.outdated.issuperset(each.id for each in scans):
            yield hit(
                "SCAN-OUTDATED",
                scans[-1].id,
                clause=paper.clause,
                half=paper.half,
                name=scans[-1].name or scans[-1].filename,
                state="草稿" if scans[-1].paper_print == DRAFT else "旧版",
            )


RULES = (missing, outdated)
