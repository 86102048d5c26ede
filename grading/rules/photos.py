"""方案 四（一） and 附件3 现场诊断记录表: each visit's photos, and what each says by itself."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

from forms import fields as f
from forms.dossier import Milestone, Photo
from forms.dossier import Site as SiteForm
from forms.visit import OFFICE_KINDS, PHASES
from grading.clock_drift import device_of
from grading.finding import Finding, Severity, Target
from grading.photo_verdict import PhotoWord
from grading.photo_words import span
from grading.rules.case import Case, Hits, hit
from grading.rules.numbers import written
from grading.rules.view import Judged, Session, VisitView

_GATE = (("入场", "STAY-ARRIVAL"), ("离场", "STAY-DEPARTURE"))


def has_position(form: SiteForm) -> bool:
    """Whether both coordinates are typed in, usable or not."""
    return bool(form.latitude.strip() and form.longitude.strip())


def site(case: Case) -> Hits:
    """The gate's position, without which no photo's place can be judged."""
    form = case.dossier.one(SiteForm)
    if not has_position(form):
        yield hit("SITE-POSITION", form.id, "latitude")
    elif form.source == "照片确认":
        if case.dossier.find(Photo, form.photo) is None:
            yield hit("SITE-PHOTO", form.id, "photo")
        if not form.confirmed_by.strip():
            yield hit("SITE-CONFIRMED", form.id, "confirmed_by")


def numbers(case: Case) -> Hits:
    """Five photos a visit, two of the office, one of the shop floor; each named and explained."""
    for view in case.visits:
        for rule, kept in (
            ("VISIT-PHOTOS", list(view.counted)),
            ("VISIT-OFFICE", view.of_kind(*OFFICE_KINDS)),
            ("VISIT-FLOOR", view.of_kind("生产现场")),
        ):
            if len(kept) < case.limit(rule):
                yield hit(rule, view.visit.id, number=view.number, count=len(kept))
        for rule, field in (("PHOTO-KIND", "kind"), ("PHOTO-CAPTION", "caption")):
            bare = [each.photo for each in view.photos if not getattr(each.photo, field).strip()]
            if bare:
                yield hit(rule, bare[0].id, field, number=view.number, count=len(bare))


def gate(case: Case) -> Hits:
    """Every entry and every exit: a photo before the enterprise's LOGO.

    A reason excuses a session's missing photo only where the visit has another one of the kind,
    for annex 3 asks each visit for 入场和离场 各一张.
    """
    for view in case.visits:
        for kind, rule in _GATE:
            for session, held in _assigned(view, kind):
                yield from _gate_photo(case, view, session, held, kind, rule)


def _gate_photo(
    case: Case, view: VisitView, session: Session, held: list[Judged], kind: str, rule: str
) -> Hits:
    where: dict[str, Any] = {"number": view.number, "session": session.number, "kind": kind}
    with_logo = [each for each in held if each.photo.logo]
    if not held:
        reason, least = session.stay.absence.strip(), case.limit("STAY-EXPLAINED")
        elsewhere = any(each.photo.logo for each in _at_gate(view, kind))
        if elsewhere and written(reason) >= least:
            yield hit("STAY-EXPLAINED", session.stay.id, "absence", reason=reason, **where)
        else:
            yield hit(rule, session.stay.id, least=least, **where)
    elif not with_logo:
        yield hit("STAY-LOGO", held[0].photo.id, "logo", **where)
    due = view.gate_time(session, kind)
    gaps = [
        (abs(each.taken_at - due) // dt.timedelta(minutes=1), each.photo)
        for each in with_logo
        if each.taken_at and due
    ]
    gap, photo = min(gaps, key=lambda pair: pair[0], default=(0, None))
    if photo is not None and gap > case.limit("STAY-PHOTO-TIME"):
        yield hit("STAY-PHOTO-TIME", photo.id, gap=gap, **where)


def _at_gate(view: VisitView, kind: str) -> list[Judged]:
    """The gate photos of one kind; the plan wants a watermark camera's, which this machine's own
    is not."""
    held = view.of_kind(kind)
    return [each for each in held if each.facts is None or not each.facts.own_clock]


def _assigned(view: VisitView, kind: str) -> list[tuple[Session, list[Judged]]]:
    """Each session with its gate photos of one kind.

    A photo goes to the session whose entry (or exit) it was taken nearest to; one without a time
    stands in, in order, where a session would have none.
    """
    held: dict[int, list[Judged]] = {session.number: [] for session in view.sessions}
    due = {
        session.number: moment
        for session in view.sessions
        if (moment := view.gate_time(session, kind)) is not None
    }
    timeless = []
    for each in _at_gate(view, kind):
        taken = each.taken_at
        if taken is None or not due:
            timeless.append(each)
            continue
        held[min(due, key=lambda number: abs(due[number] - taken))].append(each)
    for each in timeless:
        empty = next((photos for photos in held.values() if not photos), None)
        if empty is not None:
            empty.append(each)
    return [(session, held[session.number]) for session in view.sessions]


def unread(case: Case) -> Hits:
    """Photos of which no facts were kept, so that there is nothing to judge."""
    for each in case.photos.values():
        if each.facts is None:
            yield hit("PHOTO-UNREAD", each.photo.id, photo=name_of(each.photo))


def watermarks(case: Case) -> Hits:
    """The watermark that the plan asks for at every entry and exit, as far as it was read."""
    for view in case.visits:
        waiting = [each.photo.id for each in view.photos if each.waiting]
        if waiting:
            count = len(waiting)
            yield hit("PHOTO-WATERMARK-WAITING", waiting[0], number=view.number, count=count)
        for each in view.photos:
            if each.facts and each.watermark is None and each.trouble:
                why = each.trouble.partition("；")[0].removesuffix("。")
                yield hit("PHOTO-WATERMARK-UNREAD", each.photo.id, "stated_date",
                          photo=name_of(each.photo), why=why)  # fmt: skip
        for each in view.of_kind(*(kind for kind, _ in _GATE)):
            mark = each.watermark
            if mark is not None and not mark.states_anything:
                name, kind = name_of(each.photo), each.photo.kind
                yield hit("PHOTO-WATERMARK-NONE", each.photo.id, photo=name, kind=kind)


def single_witness(case: Case) -> Hits:
    """Photos of which only the watermark is left: they count, and say so."""
    for view in case.visits:
        for each in view.photos:
            if each.verdict and each.verdict.word is PhotoWord.WATERMARK:
                yield hit("PHOTO-WATERMARK-ONLY", each.photo.id, photo=name_of(each.photo))


def repeats(case: Case) -> Hits:
    """One shot twice in a visit: the same file, or a copy that was saved again."""
    for view in case.visits:
        first: dict[str, Photo] = {}
        for each in view.photos:
            photo = each.photo
            twin = next((first[key] for key in each.repeats if key in first), None)
            if twin is not None:
                names: dict[str, Any] = {"photo": name_of(photo), "other": name_of(twin)}
                yield hit("PHOTO-REPEAT", photo.id, **names)
            first.setdefault(photo.sha256, photo)


def clocks(case: Case) -> Hits:
    """Devices whose clocks were wrong, which is allowed for when their photos are judged."""
    for view in case.visits:
        wrong = {
            device_of(each.facts): each
            for each in view.photos
            if each.facts and each.verdict and each.verdict.drift
        }
        for device, each in wrong.items():
            drift = each.verdict.drift if each.verdict else dt.timedelta(0)
            how = "快" if drift > dt.timedelta(0) else "慢"
            values: dict[str, Any] = {"device": device, "how": f"{how} {span(abs(drift))}"}
            yield hit("PHOTO-CLOCK", each.photo.id, number=view.number, **values)


def verdict_findings(case: Case) -> Iterator[Finding]:
    """What each photo's own verdict found, told of that photo and leading to it."""
    later = retrofit_photos(case)
    for judged in case.photos.values():
        for finding in judged.verdict.findings if judged.verdict else ():
            dropped = not judged.counts and finding.severity is not Severity.INFO
            field = finding.target.field if finding.target else ""
            yield replace(
                finding,
                message=f"照片“{name_of(judged.photo)}”：{finding.message}"
                + ("本张不计入照片数。" if dropped else ""),
                target=Target("visits", judged.photo.id, field),
                half=2 if judged.photo.id in later else 1,
            )


def retrofit_photos(case: Case) -> frozenset[UUID]:
    """The photos that show the retrofit alone: its trainings, its milestones, and no visit."""
    trainings = {each.id for each in case.dossier.trainings(*PHASES)}
    shown = {key for each in case.dossier.all(Milestone) for key in f.chosen(each.photos)}
    photos = (judged.photo for judged in case.photos.values())
    return frozenset(
        photo.id
        for photo in photos
        if photo.visit is None and (photo.training in trainings or str(photo.id) in shown)
    )


def name_of(photo: Photo) -> str:
    """What people know a photo by."""
    name = photo.caption.strip() or photo.filename or "未命名"
    return name if len(name) <= 40 else name[:40] + "…"


RULES = (site, numbers, gate, unread, watermarks, single_witness, repeats, clocks)
