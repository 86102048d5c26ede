"""Signed papers: whether they came back, and whether they still say what was signed."""

from forms.dossier import (
    Acceptance,
    Agreement,
    Attachment,
    Filing,
    Satisfaction,
    Signature,
    Visit,
)
from forms.papers import BY_KEY, DRAFT, PAPERS, Paper
from grading.rules.case import Case, Hit, Hits, hit


def missing(case: Case) -> Hits:
    """A paper of which the dossier says that it was signed, without its scan or signatures."""
    dossier = case.dossier
    scans = {(each.kind, each.visit) for each in dossier.all(Attachment)}
    signed = {(each.paper, each.subject) for each in dossier.all(Signature)}
    for paper in PAPERS:
        if not paper.scan or paper.each_visit or not _due(case, paper):
            continue
        if (paper.scan, None) not in scans and (paper.key, None) not in signed:
            yield _lacking(paper, paper.name)
    record = BY_KEY["record"]
    for number, visit in enumerate(dossier.all(Visit), 1):
        if visit.date is None or visit.date >= case.today:
            continue
        if (record.scan, visit.id) not in scans and (record.key, visit.id) not in signed:
            yield _lacking(record, f"第{number}次{record.name}")


def _lacking(paper: Paper, name: str) -> Hit:
    return hit("SCAN-MISSING", clause=paper.clause, half=paper.half, paper=name)


def _due(case: Case, paper: Paper) -> bool:
    """Whether the day of signing has come, as the paper itself says."""
    dossier = case.dossier
    days = {
        "agreement": dossier.one(Agreement).signed_on,
        "satisfaction": dossier.one(Satisfaction).filled_on,
        "report": dossier.one(Agreement).reported_on,
        "filing": dossier.one(Filing).declared_on,
        "acceptance": dossier.one(Acceptance).opinion_on,
    }
    return days.get(paper.key) is not None


def outdated(case: Case) -> Hits:
    """What was signed is not what the paper says now."""
    for signature in case.dossier.all(Signature):
        paper = BY_KEY.get(signature.paper)
        if paper is not None and signature.id in case.outdated:
            yield hit(
                "SIGNED-CHANGED",
                signature.id,
                clause=paper.clause,
                half=paper.half,
                paper=paper.name,
                name=signature.name or signature.role,
            )
    names = {paper.scan: paper for paper in PAPERS if paper.scan}
    for scan in case.dossier.all(Attachment):
        paper = names.get(scan.kind)
        if paper is not None and scan.id in case.outdated:
            yield hit(
                "SCAN-OUTDATED",
                scan.id,
                clause=paper.clause,
                half=paper.half,
                name=scan.name or scan.filename,
                state="草稿" if scan.paper_print == DRAFT else "旧版",
            )


RULES = (missing, outdated)
