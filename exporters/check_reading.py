"""What the check sheet's rows read: the dossier as the rules see it, and what they found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from exporters import report_annexes as annexes
from exporters.source import Source
from forms.record import Record
from grading.finding import Finding, Severity
from grading.rules import Case, check
from grading.rules.view import VisitView

LEVEL = "（一）数字化水平等级"
PROFILE = "一、企业基本情况"
#: The headings that rows point to, by their numbers in the report.
_PARTS = {
    PROFILE: "第一章",
    LEVEL: "二（一）",
    annexes.PEOPLE: "五（一）",
    annexes.RECORDS: "五（二）",
    annexes.SATISFACTION: "五（四）",
    annexes.OTHER: "五（五）",
}
#: What the forms find of a record by their own declaration, whatever the plan's rules say.
_OF_FORMS = ("FIELD-REQUIRED", "FIELD-LIMIT")


class Reading:
    """Reads the dossier as the rules do; `pages` are the report's, by heading."""

    def __init__(self, source: Source, pages: Mapping[str, str]) -> None:
        self.source = source
        self.case = Case(
            source.dossier, source.pack, source.today, source.words or None, {}, source.grades
        )
        self.findings = source.findings or tuple(check(self.case))
        self._pages = pages

    @property
    def visits(self) -> list[VisitView]:
        """The visits with the verdicts that the source knows: those of other dossiers included."""
        known = self.source.photos
        return [
            replace(view, photos=tuple(known.get(j.photo.id, j) for j in view.photos))
            for view in self.case.visits
        ]

    def limit(self, rule: str) -> str:
        """A rule's threshold as the pack has it."""
        return f"{self.case.limit(rule):f}"

    def verdict(self, *rules: str, of: Iterable[Record] = (), held: bool = True) -> str:
        """符合, 不符合 or 需说明, by the findings of some rules.

        A rule's name with a hyphen at its end stands for all that begin with it. What the forms
        themselves find of the records `of` weighs as well, and what is not `held` never holds.
        """
        records = {record.id for record in of}
        weights = {
            finding.severity
            for finding in self.findings
            if _named(finding, rules) or (finding.rule in _OF_FORMS and _record(finding) in records)
        }
        return _word(weights, held)

    def verdict_on(self, records: set[object], *rules: str) -> str:
        """The same by the findings about some records only, those of the forms among them."""
        named = (*rules, *_OF_FORMS)
        return _word(
            {f.severity for f in self.findings if _named(f, named) and _record(f) in records}, True
        )

    def page(self, heading: str) -> str:
        """The part of the report that shows it, and about which page that is.

        The page is this program's own layout's; another program that opens the .docx may break
        its pages otherwise, so the part comes first.
        """
        number = self._pages.get(heading)
        return _PARTS[heading] + (f"，约第{number}页" if number else "")


def _word(weights: set[Severity], held: bool) -> str:
    if Severity.BLOCK in weights or not held:
        return "不符合"
    return "需说明" if Severity.WARN in weights else "符合"


def _named(finding: Finding, rules: tuple[str, ...]) -> bool:
    return any(
        finding.rule == rule or (rule.endswith("-") and finding.rule.startswith(rule))
        for rule in rules
    )


def _record(finding: Finding) -> object:
    return finding.target.record if finding.target else None
