"""The work plan's rules: parts 三 and 四, annexes 2 and 3, and what one form says of another.

The rules' words, limits, severities and clauses are pack data (`rules.yaml`); the code here only
says when one is set off and with which numbers. A rule that a pack does not declare is not asked.
"""

from forms.steps import PAGES
from grading.finding import Finding, Severity, Target
from grading.rules import (
    agreement,
    assessment,
    briefing,
    clock,
    consistency,
    contact,
    contracts,
    deadlines,
    elsewhere,
    evaluation,
    examination,
    fields,
    filing,
    inspection,
    library,
    papers,
    photos,
    pilot,
    prose,
    report,
    retrofit,
    returned,
    route,
    satisfaction,
    subsidy,
    team,
    visits,
)
from grading.rules.case import Case, Hit
from grading.rules.numbers import shown

__all__ = ["Case", "check"]

_AREAS = (
    *(fields, pilot, library, contact, agreement, team, visits, elsewhere, photos),
    *(
        evaluation,
        contracts,
        retrofit,
        filing,
        assessment,
        examination,
        subsidy,
        report,
        prose,
        route,
        papers,
        briefing,
        satisfaction,
        inspection,
        returned,
        deadlines,
        consistency,
        clock,
    ),
)
RULES = tuple(rule for area in _AREAS for rule in area.RULES)

_WEIGHT = {severity: weight for weight, severity in enumerate(Severity)}
_PLACE = {page: place for place, page in enumerate(PAGES)}


def check(case: Case) -> list[Finding]:
    """Every finding of a dossier, the heaviest first, then in the order of the window's pages.

    Pure, and defined for every state a dossier can be in: half filled, merged, imported.
    """
    found = [finding for rule in RULES for hit in rule(case) for finding in _finding(case, hit)]
    found += photos.verdict_findings(case)
    return sorted(found, key=lambda each: (_WEIGHT[each.severity], _page_order(each)))


def _page_order(finding: Finding) -> int:
    return _PLACE.get(finding.target.page, len(_PLACE)) if finding.target else len(_PLACE)


def _finding(case: Case, hit: Hit) -> list[Finding]:
    rule = case.pack.rules.get(hit.rule)
    if rule is None:
        return []
    words = {name: shown(value) for name, value in hit.values.items()}
    return [
        Finding(
            rule=rule.id,
            severity=Severity(rule.severity),
            message=rule.message.format(limit=shown(rule.limit), **words),
            clause=case.pack.cite(hit.clause) if hit.clause else rule.clause,
            remedy=rule.remedy.format(limit=shown(rule.limit), **words),
            target=Target(hit.page or rule.page, hit.record, hit.field),
            half=hit.half,
        )
    ]
