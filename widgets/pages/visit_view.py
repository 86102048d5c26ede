"""A visit as its page shows it: numbers against their limits, the day on a clock, places, tiles.

Nothing here knows a widget's life; every function takes a `Scene` and answers with what a painted
component shows. States come from the review's findings, so that the page and the panel agree.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from uuid import UUID

from app.review import Review
from forms import fields as f
from forms.dossier import Dossier, Member, Visit, picked
from forms.pack import Pack
from forms.photo_facts import BEIJING
from forms.visit import OFFICE_KINDS
from grading.finding import Finding, Severity
from grading.rules import Case, check
from grading.rules.numbers import covered, duration
from grading.rules.judging import judge_all
from grading.rules.view import Judged, Session, VisitView, view_visits
from widgets import timeline
from widgets.pages.visit_photos import GATE_KINDS, minute_of, verdict_of
from widgets.stat_strip import Stat

ROWS = ("入场离场", "办公场所", "生产现场")
_ROW_OF = {"入场": 0, "离场": 0, "宣贯培训": 1, "人员访谈": 1, "生产现场": 2}

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


@dataclass(frozen=True)
class Scene:
    """One visit at one moment: the dossier, what was judged of it, and the clock.

    `now` is aware; it matters only on the visit's own day.
    """

    dossier: Dossier
    pack: Pack
    view: VisitView
    findings: tuple[Finding, ...]
    now: dt.datetime

    @property
    def visit(self) -> Visit:
        """The visit's record."""
        return self.view.visit

    @property
    def minute(self) -> int | None:
        """The minute of the visit's own day that it is now; None on any other day."""
        here = self.now.astimezone(BEIJING)
        return here.hour * 60 + here.minute if here.date() == self.visit.date else None

    @cached_property
    def records(self) -> frozenset[UUID]:
        """The visit and everything that belongs to it."""
        stays = (session.stay.id for session in self.view.sessions)
        photos = (each.photo.id for each in self.view.photos)
        return frozenset((self.visit.id, *stays, *photos))

    @cached_property
    def own(self) -> tuple[Finding, ...]:
        """The findings about this visit."""
        return tuple(
            x for x in self.findings if x.target is not None and x.target.record in self.records
        )

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """Entry and exit of each session in minutes; a stay still open today lasts until now."""
        return [span for s in self.view.sessions if (span := self.span(s)) is not None]

    def span(self, session: Session) -> tuple[int, int] | None:
        """Entry and exit of one session as far as it goes now."""
        if session.span is not None:
            return session.span
        start = session.start
        if start is None or session.end is not None or self.minute is None or start >= self.minute:
            return None
        return start, self.minute

    @property
    def total(self) -> int:
        """Minutes on the premises; what overlaps counts once."""
        return covered(self.spans)

    def limit(self, rule: str) -> int:
        """A rule's threshold in the pack; 0 where it has none."""
        known = self.pack.rules.get(rule)
        return int(known.limit) if known else 0

    @property
    def lacking(self) -> int:
        """Minutes that the visit is still short of its hours."""
        return max(0, self.limit("VISIT-HOURS") * 60 - self.total)

    @property
    def until(self) -> int | None:
        """When today's stay, if it goes on, will have lasted long enough; minutes of the day."""
        if self.minute is None or not self.lacking or not self.spans:
            return None
        last = max(end for _, end in self.spans)
        due = max(last, self.minute) + self.lacking
        return due if due < 24 * 60 else None

    def missing_gate(self, kind: str) -> list[Session]:
        """The sessions without a photo at the gate, explained or not."""
        rules = {"入场": "STAY-ARRIVAL", "离场": "STAY-DEPARTURE"}
        said = {rules[kind], "STAY-EXPLAINED"}
        lacking = {
            x.target.record for x in self.own if x.target and x.rule in said and kind in x.message
        }
        return [s for s in self.view.sessions if s.stay.id in lacking]


def scenes(dossier: Dossier, pack: Pack, review: Review | None, now: dt.datetime) -> list[Scene]:
    """Every visit of the dossier as it is now, with the last review's verdicts and findings.

    What a photo is judged to be where no review has seen it yet leaves out other dossiers.
    """
    judged = dict(judge_all(dossier, pack, {}, now.date()))
    if review is not None:
        for key, verdict in review.verdicts.items():
            if key in judged:
                judged[key] = replace(judged[key], verdict=verdict)
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
    gates = 2 * len(view.sessions)
    kept = gates - sum(len(scene.missing_gate(kind)) for kind in GATE_KINDS)
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


def half(minute: int) -> str:
    """The half of the day."""
    return "上午" if minute < 12 * 60 else "下午"


def day(scene: Scene) -> timeline.VisitDay:
    """The visit on a clock."""
    need = scene.limit("VISIT-HOURS") * 60
    bars = [
        timeline.Session(start, end, _bar_text(start, end)) for start, end in sorted(scene.spans)
    ]
    until = scene.until
    lacking = ""
    if until is not None:
        lacking = f"还需 {duration(scene.lacking)}，至 {timeline.clock(until)}"
    marks = [_mark(each) for each in scene.view.photos if each.photo.kind in _ROW_OF]
    return timeline.VisitDay(
        rows=ROWS,
        sessions=tuple(bars),
        marks=(*marks, *_missing(scene)),
        total=scene.total,
        needed=need,
        total_text=f"{duration(scene.total)} / {duration(need)}",
        now=scene.minute,
        until=until,
        lacking=lacking,
    )


def _bar_text(start: int, end: int) -> str:
    long, short = f"{half(start)} {duration(end - start)}", duration(end - start)
    return long if end - start >= 80 else short


def _mark(judged: Judged) -> timeline.Mark:
    photo = judged.photo
    return timeline.Mark(
        str(photo.id), _ROW_OF[photo.kind], minute_of(judged), verdict_of(judged.verdict)
    )


def _missing(scene: Scene) -> Iterable[timeline.Mark]:
    several = len(scene.view.sessions) > 1
    for kind in GATE_KINDS:
        for session in scene.missing_gate(kind):
            minute = session.start if kind == "入场" else session.end
            if minute is None:
                minute = scene.minute
            if minute is None:
                continue
            where = half(minute) if several else ""
            yield timeline.Mark(f"{kind} {session.stay.id}", 0, minute, None, f"缺{where}{kind}")
