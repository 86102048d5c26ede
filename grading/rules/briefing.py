"""方案 三（一）5: the results told to leaders, what was contested answered, corrections kept."""

from forms.dossier import Agreement, Briefing, BriefingAttendee, Remark
from forms.record import paths
from grading.corrections import undone
from grading.rules.case import Case, Hits, hit
from grading.rules.fields import missing_fields
from grading.rules.numbers import listed


def minutes(case: Case) -> Hits:
    """The briefing is on record with day, place, our members and the enterprise's leaders."""
    dossier = case.dossier
    meeting, heard = dossier.one(Briefing), dossier.all(BriefingAttendee)
    begun = bool(heard or dossier.all(Remark)) or any(paths(meeting).values())
    if not begun:
        if dossier.one(Agreement).reported_on is not None:
            yield hit("BRIEFING-MINUTES", meeting.id, "held_on")
        return
    missing = missing_fields(meeting)
    if missing:
        names = listed(list(missing.values()))
        yield hit("BRIEFING-GAPS", meeting.id, next(iter(missing)), names=names)
    if not any(each.leader for each in heard):
        yield hit("BRIEFING-LEADER", heard[0].id if heard else None, "leader", count=len(heard))
    yield from _day(case, meeting)


def _day(case: Case, meeting: Briefing) -> Hits:
    """It lies between the signing and the report, which comes after it."""
    agreement = case.dossier.one(Agreement)
    day, signed, reported = meeting.held_on, agreement.signed_on, agreement.reported_on
    if day is not None and signed is not None and day < signed:
        yield hit("BRIEFING-DAY", meeting.id, "held_on", held=day, what="早于协议签订", day=signed)
    elif day is not None and reported is not None and day > reported:
        yield hit(
            "BRIEFING-DAY", meeting.id, "held_on", held=day, what="晚于报告编制", day=reported
        )


def contested(case: Case) -> Hits:
    """What was contested is answered."""
    for number, remark in enumerate(case.dossier.all(Remark), 1):
        subject = remark.subject.strip()
        if subject and not remark.reply.strip():
            yield hit("REMARK-OPEN", remark.id, "reply", number=number, subject=subject)


def corrected(case: Case) -> Hits:
    """The answer that was corrected still is what the correction says."""
    for row, now in undone(case.dossier, case.pack.instrument):
        yield hit(
            "CORRECTION-UNDONE", row.id, "after", subject=row.subject, after=row.after, now=now
        )


RULES = (minutes, contested, corrected)
