"""What stands behind a rule, in full: what is wrong, by which clause, what to do and where.

`tests/test_explained.py` holds that no rule lacks any of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from app.packs import load_clauses
from forms.clauses import Clause, quoted
from forms.pack import Pack, Rule
from forms.steps import PAGES, STEP_OF_PAGE
from grading.finding import Finding, Severity
from grading.photo_rules import PHOTO_RULES
from grading.rules.numbers import shown

UNKNOWN = "××"
"""What stands for a number or word that only a finding has."""
WEIGHS = {
    Severity.BLOCK: "阻断：处理之前不能导出终稿，草稿不受影响。",
    Severity.WARN: "警告：不影响导出，提交前请核对；无须更正的，备妥说明。",
    Severity.INFO: "提示：供核对，不影响导出。",
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """A rule in words, or (`said`) a finding that it set off, whose own words then stand.

    `limit` is the threshold with its unit, "" without one; `place` where it is mended, by step and
    page, whose key is `page`; `cite` the citation, and `clauses` what it quotes.
    """

    rule: str
    severity: Severity
    what: str
    limit: str
    cite: str
    clauses: tuple[Clause, ...]
    remedy: str
    page: str
    place: str
    said: bool = False

    @property
    def text(self) -> str:
        """All that it is looked for by."""
        quotes = (f"{each.document}{each.text}{each.note}" for each in self.clauses)
        return " ".join((self.rule, self.what, self.cite, self.remedy, self.place, *quotes))


def rules_of(pack: Pack) -> dict[str, Rule]:
    """Every rule that can set off a finding: the pack's and those about a single photo."""
    photos = {
        key: replace(rule, clause=pack.cite(rule.clause)) for key, rule in PHOTO_RULES.items()
    }
    return {**pack.rules, **photos}


def explain(pack: Pack, rule: Rule) -> Explanation:
    """A rule, with marks for what only a finding of it has."""
    limit = shown(rule.limit)
    clauses = load_clauses(pack.id)
    return Explanation(
        rule=rule.id,
        severity=Severity(rule.severity),
        what=in_general(rule.about or rule.message, limit),
        limit=limit_of(rule),
        cite=rule.clause,
        clauses=quoted(rule.clause, clauses),
        remedy=in_general(rule.remedy, limit),
        page=rule.page,
        place=place_of(rule.page),
    )


def explain_finding(pack: Pack, finding: Finding) -> Explanation:
    """A finding by its own words; of a rule that this pack has not, that is all there is."""
    rule = rules_of(pack).get(finding.rule)
    page = finding.target.page if finding.target else rule.page if rule else ""
    held = load_clauses(pack.id)
    return Explanation(
        rule=finding.rule,
        severity=finding.severity,
        what=finding.message,
        limit=limit_of(rule) if rule else "",
        cite=finding.clause,
        clauses=quoted(pack.cite(finding.clause), held)
        or (quoted(rule.clause, held) if rule else ()),
        remedy=finding.remedy,
        page=page,
        place=place_of(page),
        said=True,
    )


def explain_all(pack: Pack) -> tuple[Explanation, ...]:
    """Every rule, in the order of the window's pages."""
    order = {page: place for place, page in enumerate(PAGES)}
    found = [explain(pack, rule) for rule in rules_of(pack).values()]
    return tuple(sorted(found, key=lambda each: order.get(each.page, len(order))))


def in_general(template: str, limit: str) -> str:
    """A message's template as a sentence: its limit, and marks for the rest."""
    return re.sub(r"\{\w+\}", UNKNOWN, template.replace("{limit}", limit))


def limit_of(rule: Rule) -> str:
    """The threshold and what it is counted in, as its sentence has them: 3 人; "" without one."""
    unit = r"{limit}( ?(?:小时|公里|人|字|次|分|张|天|级|%))"
    found = re.search(rf"(每小时 )?\{unit}", rule.about or rule.message)
    return f"{found[1] or ''}{shown(rule.limit)}{found[2]}" if found else ""


def place_of(page: str) -> str:
    """第 3 步 签订诊断合同 → 诊断团队; "" for what is on no page."""
    if page not in PAGES:
        return ""
    step = STEP_OF_PAGE[page]
    return f"第 {step.number} 步 {step.name} → {PAGES[page].name}"
