"""A visit as its page shows it: every visit as it is now, and its numbers against their limits.

Nothing here knows a widget's life. States come from the review's findings, so that the page and
the panel agree.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable

from app.review import Review
from forms import fields as f
from forms.dossier import Dossier, Member, picked
from forms.pack import Pack
from forms.visit import OFFICE_KINDS
from grading.finding import Finding, Severity
from grading.rules import Case, check
from grading.rules.judging import judge_all
from grading.rules.numbers import duration
from grading.rules.view import view_visits
from grading.visit_day import Scene
from widgets.pages.visit_photos import as_reviewed
from widgets.stat_strip import Stat

_STAT_RULES = {
    "hours": ("VISIT-HOURS", "VISIT-SINGLE", "VISIT-SESSIONS", "STAY-TIMES", "STAY-ORDER",
              "STAY-OVERLAP"),
    "photos": ("VISIT-PHOTOS",),
    "gate": ("STAY-ARRIVAL", "STAY-DEPARTURE", "STAY-LOGO", "STAY-EXPLAINED", "STAY-PHOTO-TIME"),
    "office": ("VISIT-OFFICE",),
    "floor": ("VISIT-FLOOR",),
    "people": ("VISIT-PRESENT", "VISIT-UNSEEN", "VISIT-COUNTERPART"),
}  # fmt: skip
_HEAVY = (Severity.BLOCK, Severity.WARN, Severity.INFO)


def scenes(dossier: Dossier, pack: Pack, review: Review | None, now: dt.datetime) -> list[Scene]:
    """Every visit of the dossier as it is now, with the last review's verdicts and findings.

    What a photo is judged to be where no review has seen it yet leaves out other dossiers.
    """
    judged = dict(judge_all(dossier, pack, {}, now.date()))
    if review is not None:
        for key, seen in review.photos.items():
            if key in judged and seen.verdict is not None:
                judged[key] = as_reviewed(judged[key], seen)
        findings = review.findings
    else:
        findings = tuple(check(Case(dossier, pack, now.date())))
    return [Scene(dossier, pack, view, findings, now) for view in view_visits(dossier, judged)]


def state_of(findings: Iterable[Finding], rules: Collection[str]) -> Severity | None:
    """The heaviest of the findings of some rules; None where there is none."""
    found = {finding.severity for finding in findings if finding.rule in rules}
    return next((severity for severity in _HEAVY if severity in found), None)


def stats(scene: Scene) -> list[Stat]:
    """The six figures a visit is held against."""
    view = scene.view
    kept, gates = scene.gates
    there = picked(scene.visit.present, scene.dossier.all(Member))
    seen = {key for each in view.counted for key in f.chosen(each.photo.people)}
    unseen = sum(str(member.id) not in seen for member in there)
    need = scene.limit
    hours, count = need("VISIT-HOURS"), need("VISIT-PHOTOS")
    office, floor, people = need("VISIT-OFFICE"), need("VISIT-FLOOR"), need("VISIT-PRESENT")
    who = f"{unseen} 人未在照片中" if unseen and view.counted else f"不少于 {people} 人"
    rows = (
        ("hours", "时长", duration(scene.total), f"须满 {hours} 小时"),
        ("photos", "照片", f"{len(view.counted)} / {count}", f"不少于 {count} 张"),
        ("gate", "入场、离场", f"{kept} / {gates}" if gates else "无场次", "每次进出各一张"),
        ("office", "办公场所", f"{len(view.of_kind(*OFFICE_KINDS))} / {office}",
         f"宣贯、访谈不少于 {office} 张"),
        ("floor", "生产现场", f"{len(view.of_kind('生产现场'))} / {floor}", f"不少于 {floor} 张"),
        ("people", "到场人员", f"{len(there)} / {people}", who),
    )  # fmt: skip
    # What is still open or not filled in at all no rule of its own speaks of.
    bare = {
        key: Severity.BLOCK
        for key, on in (
            ("hours", scene.lacking > 0),
            ("gate", not gates),
            ("people", not there),
        )
        if on
    }
    return [
        Stat(*row, bare.get(row[0]) or state_of(scene.own, _STAT_RULES[row[0]])) for row in rows
    ]
