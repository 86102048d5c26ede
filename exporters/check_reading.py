"""What the check sheet's rows read: the dossier as the rules see it, and what they found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from exporters.source import Source
from forms.outline import Section
from forms.record import Record
from grading.finding import Finding, Severity
from grading.rules import Case, check
from grading.rules.view import VisitView

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

    def clause(self, rule: str) -> str:
        """Where a rule is written, in the few characters that a cell has room for."""
        return self.source.pack.rules[rule].clause.removeprefix("方案").replace(" ", "")

    def page(self, name: str) -> str:
        """The part of the report that shows what `forms.outline` names so, and about which page
        that is; nothing where the report does not show it.

        The page is this program's own layout's; another program that opens the .docx may break
        its pages otherwise, so the part comes first.
        """
        section = self.source.pack.outline.showing(name)
        if section is None:
            return ""
        number = self._pages.get(section.heading)
        return self._part(section) + (f"，约第{number}页" if number else "")

    def _part(self, section: Section) -> str:
        """第一章, 五（二）, or the heading itself where it is numbered in another way."""
        chapter = self.source.pack.outline.by_key[section.chapter].heading.partition("、")
        inner = re.match("（.+?）", section.heading)
        if not chapter[1]:
            return section.heading
        return (
            f"第{chapter[0]}章" if section.level == 1 else chapter[0] + (inner[0] if inner else "")
        )


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
