"""方案 四（三） and 附件3 现场诊断记录表: visits and trainings, how many, how long, by whom."""

from itertools import combinations
from typing import Any

from forms import fields as f
from forms.dossier import Member, Photo, Training, picked
from grading.rules.case import Case, Hits, hit
from grading.rules.numbers import between, duration, listed, minutes
from grading.rules.photos import retrofit_photos
from grading.rules.team import name_of
from grading.rules.view import VisitView


def count(case: Case) -> Hits:
    """At least one visit, and what each record must say."""
    if len(case.visits) < case.limit("VISIT-COUNT"):
        yield hit("VISIT-COUNT", count=len(case.visits))
    topics = {topic for view in case.visits for topic in f.chosen(view.visit.topics)}
    if case.visits and "诊断结果汇报" not in topics:
        yield hit("VISIT-BRIEFING", case.visits[-1].visit.id, "topics")
    for view in case.visits:
        visit = view.visit
        if not f.chosen(visit.topics):
            yield hit("VISIT-TOPICS", visit.id, "topics", number=view.number)
        if not visit.results.strip():
            yield hit("VISIT-RESULTS", visit.id, "results", number=view.number)
        signatures = {"诊断服务人员": visit.signed_team, "企业对接人": visit.signed_counterpart}
        missing = [who for who, signed in signatures.items() if not signed]
        if missing:
            who = "、".join(missing)
            yield hit("VISIT-SIGNED", visit.id, "signed_team", number=view.number, who=who)
        if visit.date and visit.date > case.today:
            yield hit(
                "VISIT-FUTURE",
                visit.id,
                "date",
                number=view.number,
                date=visit.date,
                today=case.today,
            )


def present(case: Case) -> Hits:
    """Three consultants at each visit, each of them seen in a photo of it."""
    members = case.dossier.all(Member)
    for view in case.visits:
        there = picked(view.visit.present, members)
        # Nobody ticked at all is the required field's finding.
        if f.chosen(view.visit.present) and len(there) < case.limit("VISIT-PRESENT"):
            yield hit(
                "VISIT-PRESENT", view.visit.id, "present", number=view.number, count=len(there)
            )
        seen = {key for each in view.counted for key in f.chosen(each.photo.people)}
        unseen = [name_of(member) for member in there if str(member.id) not in seen]
        if view.counted and unseen:
            names = listed(unseen)
            yield hit(
                "VISIT-UNSEEN", view.visit.id, number=view.number, count=len(unseen), names=names
            )
        if view.counted and not any(each.photo.counterpart for each in view.counted):
            yield hit("VISIT-COUNTERPART", view.visit.id, number=view.number)


def hours(case: Case) -> Hits:
    """Three hours each: the sum of the sessions, and better a single one."""
    for view in case.visits:
        if not view.sessions:
            yield hit("VISIT-SESSIONS", view.visit.id, number=view.number)
        yield from _unreadable(view)
        spans = [session.span for session in view.sessions if session.span]
        if not spans or len(spans) < len(view.sessions):
            continue  # the sum is not known yet
        total, longest = view.minutes, max(end - start for start, end in spans)
        if total < case.limit("VISIT-HOURS") * 60:
            words = duration(total)
            yield hit("VISIT-HOURS", view.visit.id, number=view.number, total=words)
        elif longest < case.limit("VISIT-SINGLE") * 60:
            words = duration(longest)
            yield hit("VISIT-SINGLE", view.visit.id, number=view.number, longest=words)


def _unreadable(view: VisitView) -> Hits:
    for session in view.sessions:
        where: dict[str, Any] = {"number": view.number, "session": session.number}
        stay = session.stay
        if stay.start is None or stay.end is None:
            missing = [w for w, t in (("入场", stay.start), ("离场", stay.end)) if t is None]
            field = "start" if stay.start is None else "end"
            yield hit("STAY-TIMES", stay.id, field, what="、".join(missing), **where)
        elif session.span is None:
            start, end = f"{stay.start:%H:%M}", f"{stay.end:%H:%M}"
            yield hit("STAY-ORDER", stay.id, "end", start=start, end=end, **where)


def overlaps(case: Case) -> Hits:
    """No two sessions of one day at the same time, in one visit or in two."""
    placed = [
        (view.visit.date or view.visit.id, view, session)
        for view in case.visits
        for session in view.sessions
        if session.span
    ]
    for (day, view, session), (other_day, other_view, other) in combinations(placed, 2):
        if day == other_day and session.span and other.span and _overlap(session.span, other.span):
            yield hit(
                "STAY-OVERLAP",
                other.stay.id,
                "start",
                number=view.number,
                session=session.number,
                other_number=other_view.number,
                other=other.number,
            )


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def trainings(case: Case) -> Hits:
    """At least one training of two hours; within a visit it counts for both."""
    held = case.dossier.trainings()
    if len(held) < case.limit("TRAINING-COUNT"):
        yield hit("TRAINING-COUNT", count=len(held))
    lengths = {
        number: between(training.start, training.end) for number, training in enumerate(held, 1)
    }
    needed = case.limit("TRAINING-HOURS") * 60
    enough = any(length is not None and length >= needed for length in lengths.values())
    for number, training in enumerate(held, 1):
        length = lengths[number]
        if length is not None and length <= 0:
            yield hit("TRAINING-ORDER", training.id, "end", number=number)
        elif length is not None and length < needed:
            rule = "TRAINING-SHORT" if enough else "TRAINING-HOURS"
            yield hit(rule, training.id, "end", number=number, length=duration(length))
        if not f.chosen(training.sign_in):
            yield hit("TRAINING-SIGNIN", training.id, "sign_in", number=number)
        if training.date and training.date > case.today:
            yield hit(
                "TRAINING-FUTURE",
                training.id,
                "date",
                number=number,
                date=training.date,
                today=case.today,
            )
        yield from _shared(case, number, training)


def _shared(case: Case, number: int, training: Training) -> Hits:
    """What a training has in common with a visit: its hours, its photos."""
    photos = [each for each in case.photos.values() if each.photo.training == training.id]
    view = next((view for view in case.visits if view.visit.id == training.visit), None)
    if not photos and not (view and view.of_kind("宣贯培训")):
        yield hit("TRAINING-PHOTOS", training.id, page="trainings", number=number)
    if training.start is None or training.end is None:
        return
    start, end = minutes(training.start), minutes(training.end)
    if view is None:
        yield from _unlinked(case, number, training, (start, end))
        return
    spans = [session.span for session in view.sessions if session.span]
    within = any(opened <= start and end <= closed for opened, closed in spans)
    if training.date == view.visit.date and within:
        yield hit(
            "TRAINING-WITHIN",
            training.id,
            "visit",
            number=number,
            topic=training.topic or "未填主题",
            visit=view.number,
        )
    elif training.date and view.visit.date and spans:
        yield hit("TRAINING-OUTSIDE", training.id, "visit", number=number, visit=view.number)


def _unlinked(case: Case, number: int, training: Training, hours: tuple[int, int]) -> Hits:
    """The visits in whose hours a training lies that is not said to be part of any."""
    for view in case.visits:
        spans = [session.span for session in view.sessions if session.span]
        together = any(_overlap(hours, span) for span in spans)
        if together and training.date is not None and training.date == view.visit.date:
            yield hit(
                "TRAINING-UNLINKED",
                training.id,
                "visit",
                number=number,
                topic=training.topic or "未填主题",
                visit=view.number,
            )


def loose_photos(case: Case) -> Hits:
    """Photos that prove nothing, since they belong nowhere."""
    homes = {view.visit.id for view in case.visits} | {t.id for t in case.dossier.all(Training)}
    later = retrofit_photos(case)
    loose: list[Photo] = [
        each.photo
        for each in case.photos.values()
        if each.photo.visit not in homes
        and each.photo.training not in homes
        and each.photo.id not in later
    ]
    if loose:
        yield hit("PHOTO-LOOSE", loose[0].id, "visit", count=len(loose))


RULES = (count, present, hours, overlaps, trainings, loose_photos)
