"""A visit as its page shows it: numbers against their limits, the day on a clock, places, tiles.

Nothing here knows a widget's life; every function takes a `Scene` and answers with what a painted
component shows. States come from the review's findings, so that the page and the panel agree.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from math import cos, radians
from uuid import UUID

from app.review import Review
from forms import fields as f
from forms.dossier import Dossier, Member, Photo, Visit, picked
from forms.dossier import Site as SiteForm
from forms.pack import Pack
from forms.photo_facts import BEIJING, PhotoFacts
from forms.visit import OFFICE_KINDS
from grading.finding import Finding, Severity
from grading.geodesy import gcj02_to_wgs84
from grading.photo_verdict import PhotoVerdict, PhotoWord
from grading.rules import Case, check
from grading.rules.numbers import duration
from grading.rules.view import Judged, Session, VisitView, judge_all, view_visits
from widgets import photo_tile, timeline
from widgets.photo_tile import VERDICT_WORDS, Verdict
from widgets.site_map import SitePoint, distance_text
from widgets.stat_strip import Stat

METRES_A_DEGREE = 111_195.0

GATE_KINDS = ("入场", "离场")
ROWS = ("入场离场", "办公场所", "生产现场")
_ROW_OF = {"入场": 0, "离场": 0, "宣贯培训": 1, "人员访谈": 1, "生产现场": 2}

_WORDS = {
    PhotoWord.CONSISTENT: Verdict.AGREES,
    PhotoWord.UNSUPPORTED: Verdict.NO_EVIDENCE,
    PhotoWord.CONTRADICTORY: Verdict.CONTRADICTS,
}
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
        total = reached = 0
        for start, end in sorted(self.spans):
            total += max(0, end - max(start, reached))
            reached = max(reached, end)
        return total

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
    judged = dict(judge_all(dossier, pack.fence_m, {}, now.date()))
    if review is not None:
        for key, verdict in review.verdicts.items():
            if key in judged:
                judged[key] = replace(judged[key], verdict=verdict)
        findings = review.findings
    else:
        findings = tuple(check(Case(dossier, pack, now.date())))
    return [Scene(dossier, pack, view, findings, now) for view in view_visits(dossier, judged)]


def judged_photo(
    dossier: Dossier, pack: Pack, review: Review | None, photo: Photo, now: dt.datetime
) -> Judged:
    """One photo with its facts and verdict, whether or not it belongs to a visit."""
    judged = judge_all(dossier, pack.fence_m, {}, now.date())[photo.id]
    seen = review.verdicts.get(photo.id) if review else None
    return replace(judged, verdict=seen) if seen else judged


def verdict_of(verdict: PhotoVerdict | None) -> Verdict:
    """The tile's word for a verdict; a photo of which nothing was read has no evidence."""
    return Verdict.NO_EVIDENCE if verdict is None else _WORDS[verdict.word]


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
        str(photo.id), _ROW_OF[photo.kind], _minute(judged), verdict_of(judged.verdict)
    )


def _minute(judged: Judged) -> int | None:
    taken = judged.taken_at
    if taken is None:
        return None
    here = taken.astimezone(BEIJING)
    return here.hour * 60 + here.minute


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


def site_points(scene: Scene) -> list[SitePoint]:
    """Where the visit's photos were taken, around the gate; none without a usable site."""
    site = site_place(scene.dossier)
    found = []
    for judged in scene.view.photos if site else ():
        place = judged.facts.position if judged.facts else None
        if site is None or place is None:
            continue
        if judged.verdict is not None and judged.verdict.datum == "GCJ-02":
            place = gcj02_to_wgs84(place)
        north = (place[0] - site[0]) * METRES_A_DEGREE
        east = (place[1] - site[1]) * METRES_A_DEGREE * cos(radians(site[0]))
        found.append(SitePoint(str(judged.photo.id), east, north, judged.photo.kind or "未定类别"))
    return found


def site_place(dossier: Dossier) -> tuple[float, float] | None:
    """The gate in WGS-84 degrees; None where it is not known, or not on earth."""
    form = dossier.one(SiteForm)
    latitude, longitude = f.decimal(form.latitude), f.decimal(form.longitude)
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        return None
    place = float(latitude), float(longitude)
    return gcj02_to_wgs84(place) if form.datum == "GCJ-02" else place


def fence(scene: Scene) -> float:
    """The fence's radius in metres."""
    return float(scene.dossier.one(SiteForm).fence_m or scene.pack.fence_m)


def tile(judged: Judged) -> photo_tile.Photo:
    """A photo as its tile shows it, without its picture."""
    photo = judged.photo
    return photo_tile.Photo(
        str(photo.id), photo.kind or "未定类别", verdict_of(judged.verdict), _note(judged)
    )


def _note(judged: Judged) -> str:
    minute = _minute(judged)
    verdict, people = judged.verdict, len(f.chosen(judged.photo.people))
    if minute is None:
        away = verdict.distance_m if verdict else None
        return "无时间、无位置" if away is None else f"无时间 ・ 距 {distance_text(away)}"
    parts = [f"{minute // 60:02d}:{minute % 60:02d}"]
    if people and judged.photo.kind in GATE_KINDS:
        parts.append(f"{people} 人")
    if verdict and verdict.distance_m is not None:
        parts.append(f"距 {distance_text(verdict.distance_m)}")
    elif judged.facts and judged.facts.position is None:
        parts.append("无位置")
    return " ・ ".join(parts)


def in_order(photos: Iterable[Judged]) -> list[Judged]:
    """Photos by the time they were taken; those without a time last, as they were added."""
    late = dt.datetime.max.replace(tzinfo=dt.UTC)
    return sorted(photos, key=lambda each: each.taken_at or late)


def facts_rows(facts: PhotoFacts | None, verdict: PhotoVerdict | None) -> list[tuple[str, str]]:
    """What the file says about itself, label and words."""
    if facts is None:
        return [("拍摄信息", "没有读到")]
    taken = facts.taken_local
    offset = f"（{facts.offset}）" if facts.offset else "（未记录时区，按北京时间）"
    place = facts.position
    rows = [
        ("拍摄时间", f"{taken:%Y-%m-%d %H:%M:%S}{offset}" if taken else "没有记录"),
        ("位置", f"{place[0]:.6f}，{place[1]:.6f}" if place else "没有记录"),
    ]
    if verdict is not None and verdict.distance_m is not None:
        where = verdict.datum or "围栏外"
        rows.append(("距厂址", f"{distance_text(verdict.distance_m)}（{where}）"))
    if facts.gps_time is not None:
        rows.append(("定位时间", f"{facts.gps_time.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"))
    device = " ".join(filter(None, (facts.make, facts.model)))
    rows.append(("拍摄设备", device or "没有记录"))
    rows.append(("保存软件", facts.software or "没有记录"))
    rows.append(("图像", f"{facts.width} × {facts.height}，{facts.format}"))
    return rows


def verdict_counts(photos: Iterable[Judged]) -> dict[Verdict, int]:
    """How many photos have each word."""
    counted = dict.fromkeys(VERDICT_WORDS, 0)
    for judged in photos:
        counted[verdict_of(judged.verdict)] += 1
    return counted
